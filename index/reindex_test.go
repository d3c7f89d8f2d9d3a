package index_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"rapporteur/corpus"
	"rapporteur/index"
)

// folder is a corpus folder on disk and the data folder of its index.
type folder struct {
	testing.TB
	dir string
	o   index.Options
}

func newFolder(tb testing.TB) *folder {
	return &folder{tb, tb.TempDir(), index.Options{Dir: tb.TempDir()}}
}

func (f *folder) write(name, body string) {
	f.Helper()
	path := filepath.Join(f.dir, name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(body), 0o644)); err != nil {
		f.Fatal(err)
	}
}

func (f *folder) remove(name string) {
	f.Helper()
	if err := os.Remove(filepath.Join(f.dir, name)); err != nil {
		f.Fatal(err)
	}
}

// load loads the folder an hour after its files were written.
func (f *folder) load(o corpus.LoadOptions) *corpus.Corpus {
	f.Helper()
	o.Kept = f.o.Texts()
	o.Now = func() time.Time { return time.Now().Add(time.Hour) }
	c, _, err := corpus.LoadWith(ctx, os.DirFS(f.dir), corpus.Aliases{}, o)
	if err != nil {
		f.Fatal(err)
	}
	return c
}

func reindex(tb testing.TB, x *index.Index, c *corpus.Corpus, o index.ReindexOptions) index.Report {
	tb.Helper()
	r, err := x.Reindex(ctx, c, o)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// told is a result without pointers.
func told(r index.Result) string {
	var b strings.Builder
	fmt.Fprintln(&b, r.Confidence, r.Searched, r.Unknown)
	for _, h := range r.Hits {
		fmt.Fprint(&b, h.Text.ID, " ", h.Passage, " ", h.Sentence, " ", h.Score, " ", h.Met)
		for _, t := range h.Also {
			fmt.Fprint(&b, " ", t.ID)
		}
		fmt.Fprintln(&b)
	}
	return b.String()
}

// writer writes texts in several languages of words of which many are names,
// written in several ways, and compounds: all that an index keeps books of.
type writer struct {
	*rand.Rand
	zipf *rand.Zipf
}

func newWriter(seed uint64) *writer {
	r := rand.New(rand.NewPCG(seed, 1))
	return &writer{r, rand.NewZipf(r, 1.2, 3, 3000)}
}

var manners = map[string][]string{
	"en": strings.Fields("The of and Zelensky Zelenskyy Berg Bergs harbour harbor opened ships talks Kyiv said 1871 10,000 United Nations"),
	"de": strings.Fields("Die und der Friedensverhandlungen Verhandlungen Frieden Hafen Häfen Selenskyj Kiew sagte Berg Berge"),
	"uk": strings.Fields("Зеленський Зеленського порт Київ переговори сказав міста і не"),
	"nl": strings.Fields("De en van haven schepen Zelenski Kiev zei"),
}

func (w *writer) words(lang string, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(' ')
		}
		switch list := manners[lang]; w.IntN(3) {
		case 0:
			b.WriteString(list[w.IntN(len(list))])
		default:
			word := spell(int(w.zipf.Uint64()))
			if w.IntN(8) == 0 {
				word = strings.ToUpper(word[:1]) + word[1:] + []string{"", "s", "em"}[w.IntN(3)]
			}
			b.WriteString(word)
		}
	}
	return b.String()
}

func (w *writer) text() string {
	lang := slices.Sorted(maps.Keys(manners))[w.IntN(len(manners))]
	var b strings.Builder
	fmt.Fprintf(&b, "---\nlanguage: %s\n", lang)
	if w.IntN(3) > 0 {
		fmt.Fprintf(&b, "published: 20%02d-0%d-11\n", 20+w.IntN(5), 1+w.IntN(9))
	}
	b.WriteString("---\n")
	for range 1 + w.IntN(5) {
		for range 1 + w.IntN(3) {
			b.WriteString("It " + w.words(lang, 3+w.IntN(9)) + ". ")
		}
		b.WriteString("\n\n")
	}
	return b.String()
}

// questions asks for what texts may say, mistyped now and then.
func (w *writer) questions(n int) []index.Query {
	langs := slices.Sorted(maps.Keys(manners))
	out := make([]index.Query, n)
	for i := range out {
		q := w.words(langs[w.IntN(len(langs))], 1+w.IntN(7))
		if w.IntN(5) == 0 && len(q) > 8 {
			q = q[:4] + q[5:]
		}
		out[i] = index.Query{Text: "When did " + q + "?", Limit: 100}
		switch w.IntN(8) {
		case 0:
			out[i].Language = langs[w.IntN(len(langs))]
		case 1:
			out[i].Since = date("2022-01-01")
		}
	}
	return out
}

// TestReindexIsExact adds, changes, moves, copies and removes texts at random, and
// indexes what changed, now by the process that is searching and now by one that
// was started for it. However it came about, an index answers as one that was
// built of the same texts at once, to the last digit.
func TestReindexIsExact(t *testing.T) {
	rounds, asked := 30, 30
	if testing.Short() {
		rounds = 10
	}
	for _, seed := range []uint64{1, 2} {
		f, w := newFolder(t), newWriter(seed)
		names := make(map[string]bool)
		any := func() string {
			all := slices.Sorted(maps.Keys(names))
			return all[w.IntN(len(all))]
		}
		for i := range 60 {
			name := fmt.Sprintf("t%03d.md", i)
			f.write(name, w.text())
			names[name] = true
		}
		x, err := index.Open(ctx, f.load(corpus.LoadOptions{}), f.o)
		if err != nil {
			t.Fatal(err)
		}
		changed, full := 0, 0
		for round := range rounds {
			for range w.IntN(9) {
				switch name := fmt.Sprintf("n%d-%d.md", round, w.IntN(100)); w.IntN(5) {
				case 0: // a new one
					f.write(name, w.text())
					names[name] = true
				case 1:
					f.write(any(), w.text())
				case 2:
					gone := any()
					if len(names) > 20 {
						f.remove(gone)
						delete(names, gone)
					}
				case 3: // moved
					from := any()
					if err := os.Rename(filepath.Join(f.dir, from), filepath.Join(f.dir, name)); err != nil {
						t.Fatal(err)
					}
					delete(names, from)
					names[name] = true
				case 4: // copied, in another manner
					b, err := os.ReadFile(filepath.Join(f.dir, any()))
					if err != nil {
						t.Fatal(err)
					}
					name = strings.TrimSuffix(name, ".md") + []string{".md", ".txt"}[w.IntN(2)]
					f.write(name, string(b))
					names[name] = true
				}
			}
			var r index.Report
			if w.IntN(3) > 0 {
				r = reindex(t, x, f.load(corpus.LoadOptions{Previous: x.Corpus(), Full: w.IntN(10) == 0}), index.ReindexOptions{Full: w.IntN(15) == 0})
			} else {
				x.Close()
				c := f.load(corpus.LoadOptions{})
				if x, err = index.Open(ctx, c, f.o); err != nil {
					t.Fatal(err)
				}
				r = x.Opened()
			}
			if r.Rebuilt {
				changed++
			}
			if r.Full {
				full++
			}
			plain, _, err := corpus.Load(ctx, os.DirFS(f.dir), corpus.Aliases{})
			if err != nil {
				t.Fatal(err)
			}
			whole := open(t, plain, index.Options{})
			for _, q := range w.questions(asked) {
				if got, want := told(search(t, x, q)), told(search(t, whole, q)); got != want {
					t.Fatalf("seed %d, round %d, %q: got\n%s\nwant\n%s", seed, round, q.Text, got, want)
				}
			}
			whole.Close()
		}
		x.Close()
		t.Logf("seed %d: of %d indexes that were built %d were built in full", seed, changed, full)
		if changed < rounds/2 || full > changed/4 {
			t.Errorf("of %d indexes %d were built in full", changed, full)
		}
	}
}

// TestReindexReports changes a folder of many texts and counts the work.
func TestReindexReports(t *testing.T) {
	f := manyTexts(t, 2000)
	x := open(t, f.load(corpus.LoadOptions{}), f.o)
	if r := x.Opened(); !r.Full || r.Indexed != 6000 || len(r.Added) != 2000 || len(r.Changed)+len(r.Withdrawn) != 0 {
		t.Errorf("at first: %d passages, +%d texts", r.Indexed, len(r.Added))
	}
	for i := range 7 {
		f.write(fmt.Sprintf("new/%d.md", i), "A new text.\n\nIt has two passages.")
	}
	f.write("00004.md", "It says another thing.")
	f.write("00005.md", "It says another thing, too.")
	f.remove("00017.md")
	w := newWriter(9)
	stop, asked := make(chan struct{}), make(chan int)
	go func() { // people ask meanwhile, and are answered from what was before or what comes after
		n := 0
		defer func() { asked <- n }()
		for _, q := range slices.Repeat(w.questions(50), 1000) {
			select {
			case <-stop:
				return
			default:
			}
			r, err := x.Search(ctx, q)
			if err != nil || len(q.Language)+len(q.Since.Day()) == 0 && r.Searched.Texts != 2000 && r.Searched.Texts != 2006 {
				t.Errorf("%d texts were searched, %v", r.Searched.Texts, err)
				return
			}
			n++
		}
	}()
	var done, total, calls int
	c := f.load(corpus.LoadOptions{Previous: x.Corpus()})
	if l := c.Loading(); l != (corpus.Loading{Files: 2006, Read: 9, Parsed: 9}) {
		t.Errorf("loading took %+v", l)
	}
	r := reindex(t, x, c, index.ReindexOptions{Progress: func(d, n int) { done, total, calls = d, n, calls+1 }})
	close(stop)
	if n := <-asked; n == 0 {
		t.Error("nobody asked meanwhile")
	}
	f.asWhole(x, "after a change", newWriter(10).questions(50))
	want := index.Report{Stats: r.Stats, Changed: []string{"00004", "00005"}, Withdrawn: []string{"00017"}, Indexed: 7*2 + 2, Counted: 3 * 3}
	for i := range 7 {
		want.Added = append(want.Added, fmt.Sprintf("new/%d", i))
	}
	if !reflect.DeepEqual(r, want) || r.Texts != 2006 || !r.Rebuilt {
		t.Errorf("got  %+v\nwant %+v", r, want)
	}
	if done != total || total != r.Indexed+r.Counted || calls > 3 {
		t.Errorf("%d calls, %d of %d", calls, done, total)
	}

	// The same to a process that is started anew.
	x.Close()
	f.remove("new/3.md")
	c = f.load(corpus.LoadOptions{})
	if l := c.Loading(); l != (corpus.Loading{Files: 2005}) {
		t.Errorf("loading took %+v", l)
	}
	x = open(t, c, f.o)
	if r = x.Opened(); r.Full || r.Indexed != 0 || r.Counted != 2 || !slices.Equal(r.Withdrawn, []string{"new/3"}) || len(r.Added)+len(r.Changed) != 0 {
		t.Errorf("%+v", r)
	}
	if r = reindex(t, x, c, index.ReindexOptions{Full: true}); !r.Full || r.Indexed != 5998+6*2-3*3+6 && !r.Rebuilt || len(r.Added)+len(r.Changed)+len(r.Withdrawn) != 0 {
		t.Errorf("%+v", r)
	}
}

// manyTexts makes a folder of n texts of three passages.
func manyTexts(tb testing.TB, n int) *folder {
	f, w := newFolder(tb), newWriter(3)
	for i := range n {
		var b strings.Builder
		for range 3 {
			fmt.Fprintf(&b, "The %s. It %s.\n\n", w.words("en", 9), w.words("en", 12))
		}
		f.write(fmt.Sprintf("%05d.md", i), b.String())
	}
	return f
}

// TestRollback goes back and forth between corpora: what is kept is not built
// again.
func TestRollback(t *testing.T) {
	f := newFolder(t)
	f.write("harbour.md", harbour)
	bodies := []string{"Nothing of note.", "Something of note.", "The harbour of Lunden was closed in 1902.", "All of it."}
	var x *index.Index
	digests := make([]string, len(bodies))
	to := func(i int) index.Report {
		t.Helper()
		f.write("other.md", bodies[i])
		c := f.load(corpus.LoadOptions{})
		digests[i] = c.Digest()
		return reindex(t, x, c, index.ReindexOptions{})
	}
	kept := func(want ...int) {
		t.Helper()
		var got []int
		for n, g := range x.Generations() {
			got = append(got, slices.Index(digests, g.Digest))
			if g.Live != (g.Digest == x.Corpus().Digest()) || g.Texts != 2 || g.Passages != 3 || g.Built.IsZero() {
				t.Errorf("number %d: %+v", n, g)
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("kept are %v, want %v", got, want)
		}
	}
	f.write("other.md", bodies[0])
	c := f.load(corpus.LoadOptions{})
	digests[0] = c.Digest()
	x = open(t, c, f.o)
	for i := 1; i < 4; i++ {
		if r := to(i); !r.Rebuilt || !slices.Equal(r.Changed, []string{"other"}) {
			t.Errorf("%+v", r)
		}
	}
	kept(3, 2, 1)
	if r := to(2); r.Rebuilt || r.Indexed+r.Counted != 0 || !slices.Equal(r.Changed, []string{"other"}) {
		t.Errorf("going back took building: %+v", r)
	}
	kept(3, 2, 1)
	if r := to(1); r.Rebuilt {
		t.Errorf("going back took building: %+v", r)
	}
	if said, _ := hit(t, x, "What was of note?"); said != "Something of note." {
		t.Errorf("answers %q", said)
	}
	// One more: the one that was searched before it stays, however old.
	if r := to(0); !r.Rebuilt {
		t.Errorf("%+v", r)
	}
	kept(0, 3, 1)
	x.Close()
	c = f.load(corpus.LoadOptions{})
	if x = open(t, c, f.o); x.Stats().Rebuilt {
		t.Error("built anew after a restart")
	}
}

// hit returns what leads and the text it stands in.
func hit(tb testing.TB, x *index.Index, question string) (said, id string) {
	tb.Helper()
	r := search(tb, x, index.Query{Text: question})
	if len(r.Hits) == 0 {
		return "", ""
	}
	said, err := r.Hits[0].Text.Read(r.Hits[0].Sentence)
	if err != nil {
		tb.Fatal(err)
	}
	return said, r.Hits[0].Text.ID
}

// TestProbes asks a new index what is known before it is searched.
func TestProbes(t *testing.T) {
	const sure = .05
	f := newFolder(t)
	f.write("harbour.md", harbour)
	f.write("bridge.md", "The bridge of Lunden fell down in 1688.\n\nIt was built again.")
	f.write("mill.md", "The mill of Lunden burnt down in 1755.")
	f.write("tower.md", "The tower of Lunden is forty metres high.")
	x := open(t, f.load(corpus.LoadOptions{}), f.o)
	var probes []index.Probe
	for _, q := range []string{question, "When did the bridge of Lunden fall down?", "When did the mill of Lunden burn down?", "How high is the tower of Lunden?", "Who wrote the opera?"} {
		p, err := index.NewProbe(index.Query{Text: q}, search(t, x, index.Query{Text: q}), sure)
		if err != nil {
			t.Fatal(err)
		}
		if (p.Text == "") != strings.Contains(q, "opera") {
			t.Fatalf("%q is answered by %q", q, p.Text)
		}
		probes = append(probes, p)
	}
	f.remove("bridge.md")
	f.write("mill.md", "The mill of Lunden burnt down in 1756.")
	f.write("a.md", "The tower of Lunden is forty metres high.") // of copies the first id leads
	f.write("opera.md", "Ida Berg wrote the opera of Lunden.\n\nThe opera was written by Ida Berg.")
	c := f.load(corpus.LoadOptions{})
	before := x.Corpus()
	refused := errors.New("not like this")
	var shown index.Report
	_, err := x.Reindex(ctx, c, index.ReindexOptions{Probes: probes, Threshold: sure, Accept: func(r index.Report) error {
		shown = r
		return refused
	}})
	if !errors.Is(err, refused) || x.Corpus() != before {
		t.Fatalf("%v: another index is searched", err)
	}
	if g := x.Generations(); len(g) != 1 {
		t.Errorf("what was refused is kept: %+v", g)
	}
	why := make(map[string]index.Why)
	for _, ch := range shown.Changes {
		why[ch.Query.Text] = ch.Why
		if ch.Why == index.OtherLead && (ch.Now == nil || ch.Now.Text.ID == ch.Text && ch.Confidence < sure) {
			t.Errorf("%+v", ch)
		}
	}
	want := map[string]index.Why{
		"When did the bridge of Lunden fall down?": index.TextGone,
		"When did the mill of Lunden burn down?":   index.SentenceGone,
		"How high is the tower of Lunden?":         index.OtherLead,
		"Who wrote the opera?":                     index.UnknownAnswer,
	}
	if !maps.Equal(why, want) {
		t.Errorf("got %v\nwant %v", why, want)
	}
	r := reindex(t, x, c, index.ReindexOptions{Probes: probes, Threshold: 2, Accept: func(index.Report) error { return nil }})
	n := 0
	for _, ch := range r.Changes {
		if ch.Why == index.NoAnswer {
			n++
		}
	}
	if n != 2 || x.Corpus() != c {
		t.Errorf("with a threshold that nothing reaches: %+v", r.Changes)
	}
}

// TestReindexCancelled ends a context while an index is built: all stays as it
// was, at once, and the next Reindex succeeds.
func TestReindexCancelled(t *testing.T) {
	for _, dir := range []string{"", t.TempDir()} {
		x := open(t, newCorpus(t, nil, text("harbour", "en", harbour)), index.Options{Dir: dir})
		many := made(t, 6000, 3, "End")
		ended, cancel := context.WithCancel(ctx)
		within(t, time.Second, "cancelling", func() {
			_, err := x.Reindex(ended, many, index.ReindexOptions{Progress: func(int, int) { cancel() }})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("error %v", err)
			}
		})
		if got, _ := hit(t, x, question); got != "The harbour of Lunden was opened in 1871." {
			t.Errorf("answers %q", got)
		}
		reindex(t, x, newCorpus(t, nil, text("harbour", "en", harbour+" More.")), index.ReindexOptions{})
		if left, _ := filepath.Glob(filepath.Join(dir, "*", "building-*")); dir != "" && len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
		if g := x.Generations(); dir != "" && len(g) != 2 {
			t.Errorf("%+v", g)
		}
	}
}
