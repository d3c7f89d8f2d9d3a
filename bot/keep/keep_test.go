package keep_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"rapporteur/bot"
	"rapporteur/bot/keep"
	"rapporteur/bot/operate"
	"rapporteur/corpus"
	"rapporteur/corpus/ingest"
	"rapporteur/index"
)

var ctx = context.Background()

const question = "How much does the ferry to Neverland cost?"

// shop is a folder, its index and their keeper, as a program has them.
type shop struct {
	*keep.Keeper
	dir, data string
	folder    *ingest.Folder
	index     *index.Index
	changed   atomic.Int32
	problem   atomic.Pointer[func()] // called of each file that is no text
	log       buffer
}

type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// openShop opens the folder and the index, as serve does.
func openShop(t testing.TB, dir, data string) *shop {
	t.Helper()
	return openWith(t, dir, index.Options{Name: dir, Dir: data, Hold: true})
}

// openUnheld is openShop without the index's lock, as the terminal does.
func openUnheld(t testing.TB, dir, data string) *shop {
	t.Helper()
	return openWith(t, dir, index.Options{Name: dir, Dir: data})
}

func openWith(t testing.TB, dir string, o index.Options) *shop {
	t.Helper()
	s := &shop{dir: dir, data: o.Dir}
	var err error
	if s.folder, err = ingest.OpenFolder(dir, ingest.Options{}); err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(&s.log, nil))
	o.Logger = log
	c, problems, err := corpus.LoadKept(ctx, os.DirFS(dir), corpus.Aliases{}, o.Texts())
	if err != nil {
		t.Fatal(err)
	}
	if s.index, err = index.Open(ctx, c, o); err != nil {
		t.Fatal(err)
	}
	reader := ingest.NewReader(ingest.ReaderOptions{})
	s.Keeper = keep.New(ctx, keep.Config{Index: s.index, Problems: problems, Threshold: .1, Logger: log,
		Ingester: &ingest.Ingester{Folder: s.folder, Fetcher: ingest.NewFetcher(ingest.FetcherOptions{}), Reader: reader},
		Problem: func(corpus.Problem) {
			if f := s.problem.Load(); f != nil {
				(*f)()
			}
		},
		Changed: func() { s.changed.Add(1) }})
	t.Cleanup(s.close)
	return s
}

func (s *shop) close() {
	s.Close()
	s.index.Close()
}

// newShop is a shop with one text, about a ferry.
func newShop(t testing.TB) *shop {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, "ferry.md", "---\ntitle: The ferry\n---\nThe ferry to Neverland costs seven crowns, the captain said.\n")
	write(t, dir, "harbour.md", "---\ntitle: The harbour\n---\nThe harbour of Lunden was opened in 1871.\n")
	return openShop(t, dir, t.TempDir())
}

func write(t testing.TB, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func upload(name, text string) operate.Submission {
	return operate.Submission{File: &bot.Upload{Name: name, Size: int64(len(text)), Open: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(text)), nil
	}}}
}

func (s *shop) reindex(t testing.TB) operate.Changes {
	t.Helper()
	c, err := s.Reindex(ctx, false, nil)
	if err != nil {
		t.Fatal(err)
	}
	c.Took = 0
	return c
}

// says returns the sentence that answers best, "" for none.
func (s *shop) says(t testing.TB, text string) string {
	t.Helper()
	r, err := s.index.Search(ctx, index.Query{Text: text})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Hits) == 0 {
		return ""
	}
	said, err := r.Hits[0].Text.Read(r.Hits[0].Sentence)
	if err != nil {
		t.Fatal(err)
	}
	return said
}

func (s *shop) agree(t testing.TB) {
	t.Helper()
	c, _, err := corpus.Load(ctx, os.DirFS(s.dir), corpus.Aliases{})
	if err != nil {
		t.Fatal(err)
	}
	if got := s.index.Corpus().Digest(); got != c.Digest() {
		t.Errorf("the index is of other texts than the folder holds")
	}
}

func message(t testing.TB, err error, want string) {
	t.Helper()
	var u *bot.UserError
	if !errors.As(err, &u) || u.Message != want {
		t.Errorf("error %v, want the message %s", err, want)
		return
	}
	if said := bot.Explain(u, "en"); said == want || strings.Contains(said, "<no value>") || strings.Contains(said, "/tmp/") {
		t.Errorf("it is explained as %q", said)
	}
}

func TestAddReindexRemove(t *testing.T) {
	s := newShop(t)
	a, err := s.Add(ctx, upload("bridge.txt", "The bridge\n\nThe bridge to Lunden has nine arches, the builder said.\n"))
	if err != nil || a.Outcome != operate.AddedNew || a.ID == "" || a.Title != "The bridge" {
		t.Fatalf("got %+v, %v", a, err)
	}
	if again, err := s.Add(ctx, upload("bridge.txt", "The bridge\n\nThe bridge to Lunden has nine arches, the builder said.\n")); err != nil || again.Outcome != operate.AddedNothing {
		t.Errorf("the same once more: %+v, %v", again, err)
	}
	write(t, s.dir, "bad.md", "---\npublished: soon\n---\nNo.\n")
	got := s.reindex(t)
	want := operate.Changes{Added: []string{a.ID}, Texts: 3, Refused: []operate.Refusal{{Path: "bad.md", Line: 2, Why: got.Refused[0].Why}}}
	if !reflect.DeepEqual(got, want) || !strings.Contains(got.Refused[0].Why, "soon") {
		t.Errorf("got %+v", got)
	}
	if s.changed.Load() != 1 {
		t.Errorf("told %d times that there are other texts", s.changed.Load())
	}
	const arches = "How many arches does the bridge to Lunden have?"
	if said := s.says(t, arches); !strings.Contains(said, "nine arches") {
		t.Errorf("it says %q", said)
	}
	s.agree(t)

	title, err := s.Remove(ctx, a.ID)
	if err != nil || title != "The bridge" {
		t.Errorf("removed %q, %v", title, err)
	}
	if said := s.says(t, arches); strings.Contains(said, "arches") {
		t.Errorf("removed, it still says %q", said)
	}
	_, err = s.Remove(ctx, a.ID)
	message(t, err, "ingest_no_such_text")
	if got := s.reindex(t); !reflect.DeepEqual(got.Withdrawn, []string{a.ID}) || got.Texts != 2 {
		t.Errorf("got %+v", got)
	}
	if got := s.reindex(t); len(got.Added)+len(got.Changed)+len(got.Withdrawn) > 0 {
		t.Errorf("nothing has changed, got %+v", got)
	}
	if s.changed.Load() != 2 {
		t.Errorf("told %d times that there are other texts", s.changed.Load())
	}
}

// TestRemovedAndAddedAgain puts a text back before an index without it was made.
func TestRemovedAndAddedAgain(t *testing.T) {
	s := newShop(t)
	b, err := os.ReadFile(filepath.Join(s.dir, "ferry.md"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Remove(ctx, "ferry"); err != nil {
		t.Fatal(err)
	}
	write(t, s.dir, "ferry.md", string(b))
	if said := s.says(t, question); strings.Contains(said, "seven") {
		t.Errorf("before it is reindexed: %q", said)
	}
	s.reindex(t)
	if said := s.says(t, question); !strings.Contains(said, "seven crowns") {
		t.Errorf("put back, it says %q", said)
	}
}

func TestRollback(t *testing.T) {
	s := newShop(t)
	s.reindex(t)
	_, err := s.Rollback(ctx, nil)
	message(t, err, "nothing_before")
	for _, price := range []string{"eight", "nine"} {
		write(t, s.dir, "ferry.md", "---\ntitle: The ferry\n---\nThe ferry to Neverland costs "+price+" crowns, the captain said.\n")
		if got := s.reindex(t); !reflect.DeepEqual(got.Changed, []string{"ferry"}) {
			t.Fatalf("got %+v", got)
		}
	}
	write(t, s.dir, "lie.md", "The ferry to Neverland costs nothing, the captain said.\n") // not indexed yet
	for _, price := range []string{"eight", "seven"} {
		got, err := s.Rollback(ctx, nil)
		if err != nil || !reflect.DeepEqual(got.Changed, []string{"ferry"}) || got.Texts != 2 {
			t.Errorf("got %+v, %v", got, err)
		}
		if said := s.says(t, question); !strings.Contains(said, price+" crowns") {
			t.Errorf("it says %q, want %s", said, price)
		}
		if s.index.Stats().Rebuilt {
			t.Error("an index was built")
		}
		s.agree(t)
	}
	_, err = s.Rollback(ctx, nil)
	message(t, err, "nothing_before")
	if _, err := os.Stat(filepath.Join(s.dir, "lie.md")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what had not been there is there: %v", err)
	}
	if v, err := s.folder.Versions("lie"); err != nil || len(v) == 0 {
		t.Errorf("it is lost: %v, %v", v, err)
	}

	// What comes after a rollback goes back to what it was made of, after a start too.
	write(t, s.dir, "ferry.md", "---\ntitle: The ferry\n---\nThe ferry to Neverland costs ten crowns, the captain said.\n")
	s.reindex(t)
	s.close()
	s = openShop(t, s.dir, s.data)
	if _, err := s.Rollback(ctx, nil); err != nil {
		t.Fatal(err)
	}
	if said := s.says(t, question); !strings.Contains(said, "seven crowns") {
		t.Errorf("it says %q", said)
	}
}

// TestJoin begins one while another is under way: both get the same, the second
// knows that it joined, and who stops waiting ends nothing.
func TestJoin(t *testing.T) {
	s := newShop(t)
	write(t, s.dir, "bridge.txt", "The bridge to Lunden has nine arches, the builder said.\n")
	type result struct {
		c   operate.Changes
		err error
	}
	second, third := make(chan result, 1), make(chan result, 1)
	var once sync.Once
	first, err := s.Reindex(ctx, true, func(operate.Progress) {
		once.Do(func() { // while the first is held up by whoever listens, it is under way
			run, err := s.Begin(false)
			if err != nil || !run.Joined {
				t.Errorf("joined %v, %v", run.Joined, err)
			}
			_, err = s.Rollback(ctx, nil)
			message(t, err, "corpus_busy")
			gone, cancel := context.WithCancel(ctx)
			cancel()
			go func() { c, err := run.Wait(ctx, nil); second <- result{c, err} }()
			go func() { c, err := run.Wait(gone, nil); third <- result{c, err} }()
		})
	})
	if err != nil || first.Joined {
		t.Fatalf("the first: %+v, %v", first, err)
	}
	other := <-second
	if other.err != nil || !other.c.Joined {
		t.Errorf("the second: %+v, %v", other.c, other.err)
	}
	other.c.Joined = false
	if !reflect.DeepEqual(first, other.c) || !reflect.DeepEqual(first.Added, []string{"bridge"}) {
		t.Errorf("the first got %+v, the second %+v", first, other.c)
	}
	if r := <-third; r.err != nil && !errors.Is(r.err, context.Canceled) {
		t.Errorf("who stopped waiting got %v", r.err)
	}
	s.agree(t)
}

// TestJoinLate joins a reindexing after it has read the folder, with a text that
// was added since.
func TestJoinLate(t *testing.T) {
	s := newShop(t)
	s.reindex(t) // what opening had begun is over
	write(t, s.dir, "broken.md", "---\ntitle: [\n---\n")
	read, goOn := make(chan struct{}), make(chan struct{})
	var once sync.Once
	hold := func() { once.Do(func() { close(read); <-goOn }) }
	s.problem.Store(&hold)
	first, err := s.Begin(true)
	if err != nil {
		t.Fatal(err)
	}
	<-read
	early, err := s.Begin(false)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Add(ctx, upload("bridge.md", "---\ntitle: The bridge\n---\nThe bridge to Lunden has nine arches, the builder said.\n")); err != nil {
		t.Fatal(err)
	}
	late, err := s.Begin(false)
	if err != nil || !early.Joined || !late.Joined {
		t.Fatalf("joined %v, %v; %v", early.Joined, late.Joined, err)
	}
	close(goOn)
	for run, want := range map[*keep.Run][]string{&first: nil, &early: nil, &late: {"the-bridge"}} {
		if c, err := run.Wait(ctx, nil); err != nil || !slices.Equal(c.Added, want) {
			t.Errorf("added %v, %v; want %v", c.Added, err, want)
		}
	}
	s.agree(t)
}

func TestCancel(t *testing.T) {
	s := newShop(t)
	s.reindex(t) // what opening had begun is over
	if s.Cancel() {
		t.Error("there was something to cancel")
	}
	write(t, s.dir, "ferry.md", "The ferry to Neverland costs nine crowns, the captain said.\n")
	before := s.index.Corpus().Digest()
	run, err := s.Begin(true)
	if err != nil {
		t.Fatal(err)
	}
	run.Cancel()
	_, err = run.Wait(ctx, nil)
	message(t, err, "reindex_cancelled")
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if s.index.Corpus().Digest() != before || !strings.Contains(s.says(t, question), "seven") {
		t.Error("it is not as it was")
	}
	if got := s.reindex(t); !reflect.DeepEqual(got.Changed, []string{"ferry"}) {
		t.Errorf("afterwards: %+v", got)
	}
	// A rollback that is cancelled leaves the folder as it was, too.
	run, err = s.BeginRollback()
	if err != nil {
		t.Fatal(err)
	}
	run.Cancel()
	if _, err := run.Wait(ctx, nil); err != nil {
		message(t, err, "reindex_cancelled")
		if !strings.Contains(s.says(t, question), "nine") {
			t.Error("it is not as it was")
		}
	}
	s.agree(t)
}

func TestProbes(t *testing.T) {
	s := newShop(t)
	write(t, s.dir, keep.ProbeFile, "# known\n"+question+"\nWhen was the harbour of Lunden opened?\n\nWho painted the tunnel to Neverland red?\n")
	if got := s.reindex(t); len(got.Probes) > 0 || got.Texts != 2 {
		t.Errorf("at first: %+v", got)
	}
	// A text that was removed is missed, though the answers had lost it already.
	if _, err := s.Remove(ctx, "ferry"); err != nil {
		t.Fatal(err)
	}
	write(t, s.dir, "tunnel.txt", "The painter Olha Kyrylenko painted the tunnel to Neverland red in autumn.\n")
	got := s.reindex(t).Probes
	before := make(map[string][2]string)
	for _, p := range got {
		before[p.Question] = [2]string{p.Before, p.Now}
	}
	if p := before[question]; p[0] != "ferry" || p[1] == "ferry" {
		t.Errorf("got %+v", got)
	}
	if p := before["Who painted the tunnel to Neverland red?"]; p[1] != "tunnel" || len(got) != 2 {
		t.Errorf("got %+v", got)
	}
	s.close()
	// What changes while nothing runs is told when the index is opened.
	if err := os.Remove(filepath.Join(s.dir, "tunnel.txt")); err != nil {
		t.Fatal(err)
	}
	s = openShop(t, s.dir, s.data)
	o := s.Opened()
	if len(o.Probes) != 1 || o.Probes[0].Before != "tunnel" || !reflect.DeepEqual(o.Withdrawn, []string{"tunnel"}) {
		t.Errorf("opened: %+v", o)
	}
}

func TestBundled(t *testing.T) {
	x, err := index.Open(ctx, newCorpus(t), index.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	k := keep.New(ctx, keep.Config{Index: x})
	defer k.Close()
	_, err = k.Add(ctx, upload("a.txt", "A."))
	message(t, err, "corpus_bundled")
	_, err = k.Remove(ctx, "a")
	message(t, err, "corpus_bundled")
	_, err = k.Reindex(ctx, false, nil)
	message(t, err, "corpus_bundled")
	_, err = k.Rollback(ctx, nil)
	message(t, err, "corpus_bundled")
	message(t, k.Fetch(ctx, nil, nil), "corpus_bundled")
	if k.Cancel() {
		t.Error("there was something to cancel")
	}
}

func newCorpus(t testing.TB) *corpus.Corpus {
	t.Helper()
	text, _, bad := corpus.Parse("a.txt", "The harbour of Lunden was opened in 1871.")
	if bad != nil {
		t.Fatal(bad)
	}
	c, err := corpus.New([]*corpus.Text{text}, corpus.Aliases{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestRefused adds what cannot be added.
func TestRefused(t *testing.T) {
	s := newShop(t)
	broken := errors.New("the line is down")
	for want, sub := range map[string]operate.Submission{
		"ingest_bad_address": {URL: "ftp://example.org"},
		"ingest_forbidden":   {URL: "http://127.0.0.1/"},
		"ingest_no_text":     upload("a.txt", "  "),
		"ingest_wrong_type":  upload("a.zip", "PK\x03\x04 and so on"),
		"ingest_bad_field":   upload("a.md", "---\npublished: soon\n---\nText."),
		"ingest_too_large":   {File: &bot.Upload{Name: "a.txt", Size: 1 << 30}},
		"ingest_unreachable": {File: &bot.Upload{Name: "a.txt", Size: 1, Open: func(context.Context) (io.ReadCloser, error) { return nil, broken }}},
	} {
		_, err := s.Add(ctx, sub)
		message(t, err, want)
		if want == "ingest_unreachable" && !errors.Is(err, broken) {
			t.Errorf("the cause is lost: %v", err)
		}
	}
}

// TestFolderGone takes the folder away and brings it back.
func TestFolderGone(t *testing.T) {
	s := newShop(t)
	s.reindex(t)
	away := s.dir + ".away"
	if err := os.Rename(s.dir, away); err != nil {
		t.Fatal(err)
	}
	_, err := s.Reindex(ctx, false, nil)
	message(t, err, "ingest_gone")
	_, err = s.Add(ctx, upload("a.txt", "The bridge to Lunden has nine arches."))
	message(t, err, "ingest_gone")
	_, err = s.Remove(ctx, "ferry")
	message(t, err, "ingest_gone")
	// An empty folder is a disk that is not there, not texts that are withdrawn.
	if err := os.Mkdir(s.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	_, err = s.Reindex(ctx, false, nil)
	message(t, err, "corpus_empty")
	if !strings.Contains(s.says(t, question), "seven crowns") {
		t.Error("it does not answer")
	}
	if err := errors.Join(os.Remove(s.dir), os.Rename(away, s.dir)); err != nil {
		t.Fatal(err)
	}
	write(t, s.dir, "bridge.txt", "The bridge to Lunden has nine arches, the builder said.\n")
	if got := s.reindex(t); !reflect.DeepEqual(got.Added, []string{"bridge"}) {
		t.Errorf("back again: %+v", got)
	}
}
