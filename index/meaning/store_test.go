package meaning

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"rapporteur/index/encode"
)

// fake makes a random vector of each text, always the same, and counts how many.
type fake struct {
	name  string
	width int
	made  int
	err   error
}

func (f *fake) Fingerprint() string  { return f.name }
func (f *fake) Rarity(int32) float32 { return 1 }
func (f *fake) Encode(ctx context.Context, _ encode.Kind, texts []string) ([]encode.Encoded, error) {
	if err := errors.Join(ctx.Err(), f.err); err != nil {
		return nil, err
	}
	out := make([]encode.Encoded, len(texts))
	for i, t := range texts {
		f.made++
		h := fnv.New64a()
		h.Write([]byte(t))
		rng := rand.New(rand.NewPCG(h.Sum64(), 1))
		v := make([]float32, f.width)
		for d := range v {
			v[d] = float32(rng.NormFloat64())
		}
		unit(v)
		out[i].Vector = v
	}
	return out, nil
}

func open(t *testing.T, f *fake, path string) *Store {
	t.Helper()
	s, err := Open(context.Background(), f, path, nil)
	if err != nil {
		t.Fatal(err)
	}
	f.made = 0
	t.Cleanup(func() { s.Close() })
	return s
}

func add(t *testing.T, s *Store, texts ...string) {
	t.Helper()
	if err := s.Add(context.Background(), texts); err != nil {
		t.Fatal(err)
	}
}

func some(n int) (out []string) {
	for i := range n {
		out = append(out, fmt.Sprintf("sentence %d", i))
	}
	return out
}

func TestKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vectors")
	f := &fake{name: "m", width: 32}
	s := open(t, f, path)
	add(t, s, some(20)...)
	add(t, s, some(25)...)
	if f.made != 25 {
		t.Errorf("%d made, want 25: each once", f.made)
	}
	want, _ := s.Sketch(KeyOf("sentence 3"))
	s.Close()

	s = open(t, f, path)
	add(t, s, some(25)...)
	if got, ok := s.Sketch(KeyOf("sentence 3")); f.made != 0 || !ok || !bytes.Equal(got, want) {
		t.Errorf("opened again: %d made, %x, want %x", f.made, got, want)
	}

	// Another process may read, and what it adds is its own.
	other := open(t, f, path)
	add(t, other, some(26)...)
	if f.made != 1 || s.Has(KeyOf("sentence 25")) || !other.Has(KeyOf("sentence 25")) {
		t.Errorf("the second process made %d", f.made)
	}
}

// TestDamaged cuts and changes the file at every byte: what stands before stays, and
// nothing that is read is other than what was written.
func TestDamaged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vectors")
	f := &fake{name: "m", width: 16}
	s := open(t, f, path)
	add(t, s, some(4)...)
	var want []Sketch
	for _, x := range some(4) {
		sketch, _ := s.Sketch(KeyOf(x))
		want = append(want, sketch)
	}
	s.Close()
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	record := (len(whole) - len(s.header())) / 4
	for at := range whole {
		for _, cut := range []bool{true, false} {
			b := bytes.Clone(whole)
			if b[at] ^= 0x40; cut {
				b = b[:at]
			}
			if err := os.WriteFile(path, b, 0o644); err != nil {
				t.Fatal(err)
			}
			s := open(t, f, path)
			sound := max(0, at-len(s.header())) / record
			if at < len(s.header()) {
				sound = 0
			}
			for i, x := range some(4) {
				got, ok := s.Sketch(KeyOf(x))
				if ok != (i < sound) || ok && !bytes.Equal(got, want[i]) {
					t.Fatalf("damaged at %d, cut %v: sentence %d: %v, %x", at, cut, i, ok, got)
				}
			}
			add(t, s, some(4)...)
			if f.made != 4-sound {
				t.Fatalf("damaged at %d, cut %v: %d made anew, want %d", at, cut, f.made, 4-sound)
			}
			s.Close()
			if b, _ := os.ReadFile(path); !bytes.Equal(b, whole) {
				t.Fatalf("damaged at %d, cut %v: not mended", at, cut)
			}
		}
	}
}

func TestOtherModel(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vectors")
	s := open(t, &fake{name: "one", width: 16}, path)
	add(t, s, some(3)...)
	s.Close()
	f := &fake{name: "two", width: 16}
	s = open(t, f, path)
	add(t, s, some(3)...)
	if f.made != 3 {
		t.Errorf("%d made, want 3", f.made)
	}
}

func TestPrune(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vectors")
	f := &fake{name: "m", width: 16}
	s := open(t, f, path)
	add(t, s, some(100)...)
	before, _ := os.Stat(path)
	keep := make(map[Key]bool)
	for _, x := range some(30) {
		keep[KeyOf(x)] = true
	}
	if err := s.Prune(keep); err != nil {
		t.Fatal(err)
	}
	after, _ := os.Stat(path)
	if after.Size() > before.Size()/2 {
		t.Errorf("%d bytes of %d are left", after.Size(), before.Size())
	}
	add(t, s, "one more")
	s.Close()
	s = open(t, f, path)
	add(t, s, append(some(30), "one more")...)
	if f.made != 0 || s.Has(KeyOf("sentence 30")) {
		t.Errorf("%d made anew", f.made)
	}
}

func TestCancelled(t *testing.T) {
	s := open(t, &fake{name: "m", width: 16}, "")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := s.Add(ctx, some(3)); err == nil {
		t.Error("no error")
	}
	if _, err := s.Question(ctx, "?"); err == nil {
		t.Error("no error")
	}
}

// TestPack compares cosines of vectors with those of what is kept of them.
func TestPack(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 100 {
		v := make([]float32, 384)
		for i := range v {
			v[i] = float32(rng.NormFloat64())
		}
		codes, scale := pack(nil, v)
		back := make([]float32, 384)
		length := unpack(codes, back)
		if c := encode.Dot(v, back) / length / float32(math.Sqrt(float64(encode.Dot(v, v)))); c < .985 {
			t.Fatalf("cosine %.4f", c)
		}
		if r := scale * length / float32(math.Sqrt(float64(encode.Dot(v, v)))); r < .97 || r > 1.01 {
			t.Fatalf("length %.3f", r)
		}
	}
	codes, _ := pack(nil, make([]float32, 8))
	if back := make([]float32, 8); unpack(codes, back) != 0 {
		t.Error("zeros became something")
	}
}

// TestNearest compares the scan by signs with that of every vector.
func TestNearest(t *testing.T) {
	f := &fake{name: "m", width: 384}
	s := open(t, f, "")
	q, err := s.Question(context.Background(), "question")
	if err != nil {
		t.Fatal(err)
	}
	n := 3 * exactly
	x := s.NewScan(n)
	e, _ := f.Encode(context.Background(), encode.Passage, some(n))
	for i := range n {
		if i%3 != 1 {
			v := e[i].Vector
			if i < 200 { // near the question
				for d := range v {
					v[d] = v[d]*.8 + q.vector[d]*float32(200-i)/200
				}
				unit(v)
			}
			x.Set(i, s.space.sketch(encode.Encoded{Vector: v}))
		}
	}
	odd := func(i int) bool { return i%2 == 1 }
	got := x.Nearest(q, 10, odd)
	if len(got) != 10 {
		t.Fatalf("%d found", len(got))
	}
	least, _ := x.Cosine(q, got[9])
	better := 0
	for i := range n {
		if c, ok := x.Cosine(q, i); ok && odd(i) && c > least {
			better++
		}
	}
	if better != 9 {
		t.Errorf("%d are nearer than the tenth", better)
	}
	if done, all := x.Done(); all != n || done != n-n/3 {
		t.Errorf("%d of %d", done, all)
	}
}

func TestBuiltin(t *testing.T) {
	ctx := context.Background()
	s, err := Open(ctx, encode.Builtin(), "", nil)
	if err != nil {
		t.Fatal(err)
	}
	right, wrong := "Die Truppe wird von Frankreich geführt.", "Das Wetter in Berlin war an beiden Tagen kalt."
	add(t, s, right, wrong)
	q, err := s.Question(ctx, "Who leads the force?")
	if err != nil {
		t.Fatal(err)
	}
	a, _ := s.Sketch(KeyOf(right))
	b, _ := s.Sketch(KeyOf(wrong))
	if q.Cosine(a) < q.Cosine(b)+.03 || q.MaxSim(a) < q.MaxSim(b)+.1 {
		t.Errorf("right %.3f, %.3f; wrong %.3f, %.3f", q.Cosine(a), q.MaxSim(a), q.Cosine(b), q.MaxSim(b))
	}
	whole, err := encode.Builtin().Encode(ctx, encode.Passage, []string{right})
	if err != nil {
		t.Fatal(err)
	}
	if c := float64(encode.Dot(q.vector, whole[0].Vector)); math.Abs(c-q.Cosine(a)) > .01 {
		t.Errorf("cosine %.4f, of what is kept %.4f", c, q.Cosine(a))
	}
}
