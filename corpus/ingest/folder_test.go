package ingest

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"rapporteur/corpus"
)

var ctx = context.Background()

// clockAt is a clock that goes on by a second whenever it is looked at.
type clockAt struct{ time.Time }

func (c *clockAt) now() time.Time {
	c.Time = c.Add(time.Second)
	return c.Time
}

func start() *clockAt { return &clockAt{time.Date(2025, 12, 16, 10, 0, 0, 0, time.UTC)} }

func openFolder(t testing.TB, dir string) *Folder {
	t.Helper()
	f, err := OpenFolder(dir, Options{Owner: "test", Now: start().now})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// page is a document as a web page gives it.
func page(url, title string, texts ...string) *Document {
	d := &Document{Source: url, Blocks: paragraphs(texts...)}
	d.Title, d.URL = title, url
	return d
}

func add(t testing.TB, f *Folder, d *Document, o AddOptions) Result {
	t.Helper()
	r, err := f.Add(ctx, d, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// load loads the folder as the bot does.
func load(t testing.TB, dir string) *corpus.Corpus {
	t.Helper()
	c, problems, err := corpus.Load(ctx, os.DirFS(dir), corpus.Aliases{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Error(p)
	}
	return c
}

func ids(c *corpus.Corpus) []string {
	var out []string
	for _, x := range c.Texts() {
		out = append(out, x.ID)
	}
	return out
}

func edit(t testing.TB, dir, path, from, to string) {
	t.Helper()
	name := filepath.Join(dir, path)
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(b), from) {
		t.Fatalf("%s does not hold %q:\n%s", path, from, b)
	}
	if err := os.WriteFile(name, []byte(strings.Replace(string(b), from, to, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
}

const address = "https://example.org/harbour"

func TestAdd(t *testing.T) {
	dir := t.TempDir()
	f := openFolder(t, dir)
	r := add(t, f, page(address, "The harbour", "It opened in 1871."), AddOptions{})
	if r.Outcome != New || r.ID != "the-harbour" || r.Path != "the-harbour.md" || r.Title != "The harbour" {
		t.Errorf("%+v", r)
	}
	x, ok := load(t, dir).Text(r.ID)
	if !ok || x.Hash != r.Hash || x.URL != address || x.Title != "The harbour" {
		t.Fatalf("loaded %+v", x)
	}

	// The same again is nothing new, from whatever form of its address.
	for _, u := range []string{address, "http://www.example.org/harbour/?utm_source=x#top"} {
		d := page(address, "The harbour", "It opened in 1871.")
		d.Source = u
		if r := add(t, f, d, AddOptions{}); r.Outcome != Same || r.ID != "the-harbour" {
			t.Errorf("%+v", r)
		}
	}
	// Other words are a new version of it.
	first := r.Hash
	r = add(t, f, page(address, "The old harbour", "It opened in 1872."), AddOptions{})
	if r.Outcome != Updated || r.ID != "the-harbour" || r.Previous != first {
		t.Errorf("%+v", r)
	}
	if x, _ := load(t, dir).Text("the-harbour"); x.Title != "The old harbour" || x.Passages[0].Of(x.Body) != "It opened in 1872." {
		t.Errorf("loaded %+v", x)
	}
	// Another page of the same title has a name of its own.
	r = add(t, f, page("https://example.net/x", "The harbour", "Nothing opened."), AddOptions{})
	if r.Outcome != New || r.ID != "the-harbour-2" {
		t.Errorf("%+v", r)
	}
	versions, err := f.Versions("the-harbour")
	if err != nil || len(versions) != 2 || versions[1].Hash != first || !versions[0].At.After(versions[1].At) {
		t.Errorf("versions %+v, %v", versions, err)
	}
	if b, err := f.Read("the-harbour", first); err != nil || !strings.Contains(string(b), "It opened in 1871.") {
		t.Errorf("read %q, %v", b, err)
	}
	// Another process sees what this one did.
	if again, err := openFolder(t, dir).Versions("the-harbour"); err != nil || !slices.Equal(again, versions) {
		t.Errorf("versions %+v, %v", again, err)
	}
}

func TestAddSameWords(t *testing.T) {
	dir := t.TempDir()
	f := openFolder(t, dir)
	upload := &Document{Source: "a.docx", Blocks: paragraphs("It opened in 1871.")}
	add(t, f, upload, AddOptions{})
	again := &Document{Source: "b.docx", Blocks: paragraphs("It opened in 1871.")}
	if r := add(t, f, again, AddOptions{}); r.ID != "a" || r.Outcome != Same {
		t.Errorf("%+v", r)
	}
	// An address makes it a source with a link.
	if r := add(t, f, page(address, "Harbour", "It opened in 1871."), AddOptions{}); r.ID != "a" || r.Outcome != Updated {
		t.Errorf("%+v", r)
	}
	// A second address is a second source.
	if r := add(t, f, page("https://example.net/", "Harbour", "It opened in 1871."), AddOptions{}); r.ID != "harbour" || r.Outcome != New {
		t.Errorf("%+v", r)
	}
}

func TestGivenFields(t *testing.T) {
	dir := t.TempDir()
	f := openFolder(t, dir)
	given := Fields{Publisher: "The Post", Kind: corpus.Statement, Parties: []string{"Freedonia"}}
	add(t, f, page(address, "Harbour", "It opened in 1871."), AddOptions{Fields: given})
	// What a person said outlives what the next version says of itself.
	d := page(address, "Harbour", "It opened in 1872.")
	d.Publisher = "post.example"
	add(t, f, d, AddOptions{})
	x, _ := load(t, dir).Text("harbour")
	if x.Publisher != "The Post" || x.Kind != corpus.Statement || !slices.Equal(x.Parties, []string{"Freedonia"}) {
		t.Errorf("%+v", x)
	}
}

func TestEditedByHand(t *testing.T) {
	dir := t.TempDir()
	f := openFolder(t, dir)
	add(t, f, page(address, "Harbour", "It opened in 1871."), AddOptions{})
	edit(t, dir, "harbour.md", "1871", "May 1871")
	// The page has not changed: nothing happens.
	if r := add(t, f, page(address, "Harbour", "It opened in 1871."), AddOptions{}); r.Outcome != Same {
		t.Errorf("%+v", r)
	}
	// It has changed: the text stays, the version is kept.
	r := add(t, f, page(address, "Harbour", "It opened in 1872."), AddOptions{})
	if r.Outcome != Held || len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "harbour.md was edited by hand") {
		t.Errorf("%+v", r)
	}
	if x, _ := load(t, dir).Text("harbour"); !strings.Contains(x.Body, "May 1871") {
		t.Errorf("overwritten: %s", x.Body)
	}
	if b, err := f.Read("harbour", r.Hash); err != nil || !strings.Contains(string(b), "1872") {
		t.Errorf("%q, %v", b, err)
	}
	// It is told once, not with every fetch.
	if r := add(t, f, page(address, "Harbour", "It opened in 1872."), AddOptions{}); r.Outcome != Same {
		t.Errorf("%+v", r)
	}
	// Forced, it takes the place, and what was edited is kept.
	if r := add(t, f, page(address, "Harbour", "It opened in 1872."), AddOptions{Force: true}); r.Outcome != Updated {
		t.Errorf("%+v", r)
	}
	versions, err := f.Versions("harbour")
	if err != nil {
		t.Fatal(err)
	}
	kept := slices.ContainsFunc(versions, func(v Version) bool {
		b, err := f.Read("harbour", v.Hash)
		return err == nil && strings.Contains(string(b), "May 1871") && v.What == Edited
	})
	if !kept {
		t.Errorf("the edited text is not among %+v", versions)
	}
}

func TestMadeByHand(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "sub/old.txt", "---\nurl: "+address+"\n---\n\nIt opened in 1871.\n")
	f := openFolder(t, dir)
	if r := add(t, f, page(address, "Harbour", "It opened in 1872."), AddOptions{}); r.Outcome != Held || r.ID != "sub/old" {
		t.Errorf("%+v", r)
	}
	// A feed tells it once.
	if r := add(t, f, page(address, "Harbour", "It opened in 1872."), AddOptions{Automatic: true}); r.Outcome != Same {
		t.Errorf("%+v", r)
	}
	if r := add(t, f, page(address, "Harbour", "It opened in 1872."), AddOptions{Force: true}); r.Outcome != Updated || r.Path != "sub/old.md" {
		t.Errorf("%+v", r)
	}
	if got := ids(load(t, dir)); !slices.Equal(got, []string{"sub/old"}) {
		t.Errorf("texts %v", got)
	}
}

func write(t testing.TB, dir, path, body string) {
	t.Helper()
	name := filepath.Join(dir, filepath.FromSlash(path))
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(body), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestRemove(t *testing.T) {
	dir := t.TempDir()
	f := openFolder(t, dir)
	d := page(address, "Harbour", "It opened in 1871.")
	first := add(t, f, d, AddOptions{})
	hash, err := f.Remove(ctx, "harbour")
	if err != nil || hash != first.Hash {
		t.Errorf("%s, %v", hash, err)
	}
	if c := load(t, dir); len(c.Texts()) != 0 {
		t.Errorf("still there: %v", ids(c))
	}
	if _, err := f.Remove(ctx, "harbour"); CodeOf(err) != NoSuchText {
		t.Errorf("removed twice: %v", err)
	}
	// No feed brings it back, a person does, under its old name.
	if r := add(t, f, d, AddOptions{Automatic: true}); r.Outcome != Skipped {
		t.Errorf("%+v", r)
	}
	if r := add(t, f, d, AddOptions{}); r.Outcome != New || r.ID != "harbour" {
		t.Errorf("%+v", r)
	}
	if _, err := f.Remove(ctx, "harbour"); err != nil {
		t.Fatal(err)
	}
	if path, err := f.Restore(ctx, "harbour", hash); err != nil || path != "harbour.md" {
		t.Errorf("%s, %v", path, err)
	}
	if got := ids(load(t, dir)); !slices.Equal(got, []string{"harbour"}) {
		t.Errorf("texts %v", got)
	}
	if _, err := f.Restore(ctx, "harbour", strings.Repeat("0", 64)); CodeOf(err) != NoSuchVersion {
		t.Errorf("%v", err)
	}
	if _, err := f.Restore(ctx, "nobody", hash); CodeOf(err) != NoSuchText {
		t.Errorf("%v", err)
	}
	// So is a text that was made by hand.
	write(t, dir, "own.md", "---\nurl: https://example.net/own\n---\nMy text.")
	if _, err := f.Remove(ctx, "own"); err != nil {
		t.Fatal(err)
	}
	if r := add(t, f, page("https://example.net/own", "", "My text."), AddOptions{Automatic: true}); r.Outcome != Skipped {
		t.Errorf("%+v", r)
	}
}

func TestRestoreOlder(t *testing.T) {
	dir := t.TempDir()
	f := openFolder(t, dir)
	first := add(t, f, page(address, "Harbour", "It opened in 1871."), AddOptions{})
	add(t, f, page(address, "Harbour", "It opened in 1872."), AddOptions{})
	edit(t, dir, "harbour.md", "1872", "June 1872")
	if _, err := f.Restore(ctx, "harbour", first.Hash); err != nil {
		t.Fatal(err)
	}
	if x, _ := load(t, dir).Text("harbour"); x.Hash != first.Hash {
		t.Errorf("%s", x.Body)
	}
	// The page as it is on the web does not undo that.
	if r := add(t, f, page(address, "Harbour", "It opened in 1872."), AddOptions{}); r.Outcome != Same {
		t.Errorf("%+v", r)
	}
	versions, err := f.Versions("harbour")
	if err != nil || len(versions) != 4 || versions[1].What != Edited {
		t.Errorf("%+v, %v", versions, err)
	}
}

func TestSnapshots(t *testing.T) {
	dir := t.TempDir()
	f := openFolder(t, dir)
	write(t, dir, corpus.AliasFile, "- [Lunden, London]\n")
	write(t, dir, "broken.md", "---\ntitle: [\n---\nx")
	add(t, f, page(address, "Harbour", "It opened in 1871."), AddOptions{})
	add(t, f, page("https://example.org/b", "Bridge", "It fell in 1900."), AddOptions{})
	c, _, err := corpus.Load(ctx, os.DirFS(dir), corpus.Aliases{})
	if err != nil {
		t.Fatal(err)
	}
	one, err := f.Snapshot(ctx, c)
	if err != nil || one.Digest != c.Digest() || len(one.Files) != 4 {
		t.Fatalf("%+v, %v; corpus %s", one, err, c.Digest())
	}

	edit(t, dir, "harbour.md", "1871", "May 1871")
	write(t, dir, corpus.AliasFile, "- [Lunden, London, Londres]\n")
	write(t, dir, "new/text.txt", "A new text.")
	if _, err := f.Remove(ctx, "bridge"); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "broken.md")); err != nil {
		t.Fatal(err)
	}
	// A corpus that is no longer the folder is no snapshot of it.
	if _, err := f.Snapshot(ctx, c); CodeOf(err) != Conflict {
		t.Errorf("%v", err)
	}
	after := load(t, dir).Digest()
	r, err := f.Return(ctx, one.Digest)
	if err != nil {
		t.Fatal(err)
	}
	if r.Before != after || !slices.Equal(r.Added, []string{"bridge.md", "broken.md"}) || !slices.Equal(r.Changed, []string{"aliases.yaml", "harbour.md"}) || !slices.Equal(r.Removed, []string{"new/text.txt"}) {
		t.Errorf("%+v", r)
	}
	if c, _, err := corpus.Load(ctx, os.DirFS(dir), corpus.Aliases{}); err != nil || c.Digest() != one.Digest {
		t.Errorf("returned to %v, %v", c.Digest(), err)
	}
	all, err := f.Snapshots()
	if err != nil || len(all) != 2 || all[0].Digest != one.Digest || all[1].Digest != after {
		t.Errorf("%+v, %v", all, err)
	}
	// And forth again.
	if _, err := f.Return(ctx, after); err != nil {
		t.Fatal(err)
	}
	if got := load(t, dir).Digest(); got != after {
		t.Errorf("returned to %s, want %s", got, after)
	}
	if _, err := f.Return(ctx, "../log.jsonl"); CodeOf(err) != NoSuchVersion {
		t.Errorf("%v", err)
	}
	// What was edited by hand is among the versions.
	versions, err := f.Versions("harbour")
	if err != nil || !slices.ContainsFunc(versions, func(v Version) bool { return v.What == Edited }) {
		t.Errorf("%+v, %v", versions, err)
	}
}

// TestManySnapshots takes more of them than are kept, and goes back to the oldest
// that is.
func TestManySnapshots(t *testing.T) {
	dir := t.TempDir()
	f := openFolder(t, dir)
	var digests []string
	var first string // hash of the text
	for i := range keepSnapshots + 5 {
		write(t, dir, "text.md", fmt.Sprintf("It opened in %d.", 1871+i))
		s, err := f.Snapshot(ctx, nil)
		if err != nil {
			t.Fatal(err)
		}
		digests = append(digests, s.Digest)
		first = cmp.Or(first, s.Files["text.md"])
	}
	kept := func() []string {
		t.Helper()
		all, err := f.Snapshots()
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, s := range slices.Backward(all) {
			out = append(out, s.Digest)
		}
		if files, err := os.ReadDir(f.own(snapshotFolder)); err != nil || len(files) != len(out) {
			t.Errorf("%d files, %v; want %d", len(files), err, len(out))
		}
		return out
	}
	if got := kept(); !slices.Equal(got, digests[5:]) {
		t.Errorf("kept %v, want %v", got, digests[5:])
	}
	if _, err := f.Return(ctx, digests[4]); CodeOf(err) != NoSuchVersion {
		t.Errorf("returned to what is not kept: %v", err)
	}
	write(t, dir, "text.md", "It was closed.")
	if _, err := f.Return(ctx, digests[5]); err != nil {
		t.Fatal(err)
	}
	if got := kept(); len(got) != keepSnapshots || got[keepSnapshots-1] != digests[5] || got[0] != digests[7] {
		t.Errorf("kept %v of %v", got, digests)
	}
	if b, err := f.version(first); err != nil || string(b) != "It opened in 1871." {
		t.Errorf("the first version is %q, %v", b, err)
	}
}

// TestPurge deletes a text with its versions, also when the process is killed while
// it does so, and leaves what other texts hold.
func TestPurge(t *testing.T) {
	dir := t.TempDir()
	f := openFolder(t, dir)
	secret := "The envoy sat on the quay for hours and would not say a word to anybody of what he had seen there."
	other := page("https://a.example/2", "Other", "The ferry costs seven crowns and leaves at noon on every day but Sunday, when the crew is at church.")
	r := add(t, f, page("https://a.example/1", "Secret", secret), AddOptions{})
	o := add(t, f, other, AddOptions{})
	if _, err := f.Snapshot(ctx, nil); err != nil {
		t.Fatal(err)
	}
	held, err := os.ReadFile(filepath.Join(dir, o.Path))
	if err != nil {
		t.Fatal(err)
	}
	// It once held what the other text still holds.
	if err := os.WriteFile(filepath.Join(dir, r.Path), held, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Remove(ctx, r.ID); err != nil {
		t.Fatal(err)
	}
	// Killed once it was decided on, and then again when the versions were gone.
	j, err := json.Marshal(journal{Purge: r.ID, Events: []event{{Change: "1", What: Removed, Path: r.Path, Source: "https://a.example/1"}}})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := os.WriteFile(f.own(journalFile), j, 0o644); err != nil {
			t.Fatal(err)
		}
		f = openFolder(t, dir)
	}
	err = filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			b, err := os.ReadFile(path)
			if strings.Contains(string(b), "envoy sat") || strings.Contains(string(b), "Secret") {
				t.Errorf("%s holds it", path)
			}
			return err
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if b, err := f.Read(o.ID, o.Hash); err != nil || string(b) != string(held) {
		t.Errorf("the other text: %q, %v", b, err)
	}
	if b, err := f.version(o.Hash); err != nil || string(b) != string(held) {
		t.Errorf("the version of the other text: %q, %v", b, err)
	}
	if _, removed, err := f.knows(ctx, pageKey("https://a.example/1")); err != nil || !removed {
		t.Errorf("a feed would bring it back, %v", err)
	}
	all, err := f.Snapshots()
	if err != nil || len(all) == 0 {
		t.Fatal(all, err)
	}
	for _, s := range all {
		if _, err := f.Return(ctx, s.Digest); err != nil {
			t.Errorf("returning to %s: %v", s.Digest[:12], err)
		}
	}
}
