//go:build unix

package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofrs/flock"

	"rapporteur/bot/keep"
	"rapporteur/bot/operate"
	"rapporteur/corpus"
	"rapporteur/corpus/ingest"
	"rapporteur/index"
)

func TestDebounce(t *testing.T) {
	start := time.Date(2025, 12, 16, 10, 0, 0, 0, time.UTC)
	at := func(s float64) time.Time { return start.Add(time.Duration(s * float64(time.Second))) }
	tests := []struct {
		name  string
		marks []float64
		want  float64
	}{
		{"one change", []float64{0}, 2},
		{"each further one puts it off", []float64{0, 1, 2.5}, 4.5},
		{"but not for ever", []float64{0, 1.5, 3, 10, 20, 29.5}, 30},
	}
	for _, tt := range tests {
		d := debounce{quiet: watchQuiet, most: watchMost}
		if !d.due().IsZero() {
			t.Error("nothing has changed, and it is due")
		}
		for _, m := range tt.marks {
			d.mark(at(m))
		}
		if got := d.due(); !got.Equal(at(tt.want)) {
			t.Errorf("%s: due at %v, want %v s", tt.name, got, tt.want)
		}
	}
}

// TestWatch changes a folder in the ways that count and in those that do not.
func TestWatch(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "texts")
	if err := os.MkdirAll(filepath.Join(dir, ".git"), 0o755); err != nil {
		t.Fatal(err)
	}
	changed := make(chan struct{}, 1)
	var log buffer
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	w := &watch{dir: dir, quiet: 10 * time.Millisecond, most: time.Second, look: 10 * time.Millisecond, changed: changed,
		log: slog.New(slog.NewTextHandler(&log, nil))}
	go func() { defer close(done); w.run(ctx) }()
	defer func() { cancel(); <-done }()

	put := func(name string) {
		t.Helper()
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte("Text."), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	heard := func(what string) {
		t.Helper()
		select {
		case <-changed:
		case <-time.After(10 * time.Second):
			t.Fatalf("%s was not noticed; the log:\n%s", what, log.String())
		}
	}
	// Until the watch has begun a change may be missed.
	eventually(t, "a watch", func() bool { put("first.md"); return len(changed) > 0 })
	settle := func() { // nothing of what was done before is still to come
		for {
			select {
			case <-changed:
			case <-time.After(200 * time.Millisecond):
				return
			}
		}
	}
	settle()
	put("new/deep/one.txt")
	heard("a text in a new folder")
	settle()
	put("new/deep/two.markdown")
	heard("a text in a folder that came later")
	settle()
	put("aliases.yaml")
	heard("the spellings of names")
	settle()
	if err := os.Rename(filepath.Join(dir, "new"), filepath.Join(dir, "moved")); err != nil {
		t.Fatal(err)
	}
	heard("a folder that was moved")
	settle()
	put("moved/deep/three.md")
	heard("a text in a folder that was moved")
	settle()
	for _, name := range []string{"picture.png", "one.txt~", ".hidden.md", "_draft.md", ".git/a.txt", ".rapporteur/log.txt", "one.md.swp"} {
		put(name)
	}
	settle2 := time.After(200 * time.Millisecond)
	select {
	case <-changed:
		t.Error("what is no text was noticed")
	case <-settle2:
	}

	away := dir + ".away"
	if err := os.Rename(dir, away); err != nil {
		t.Fatal(err)
	}
	eventually(t, "that the folder is gone", func() bool { return strings.Contains(log.String(), "until it is back") })
	settle()
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	heard("that the folder is back")
	settle()
	put("again.md")
	heard("a text in the folder that is back")
	if n := strings.Count(log.String(), "until it is back"); n != 1 {
		t.Errorf("said %d times that it is gone", n)
	}
}

func TestProgressLine(t *testing.T) {
	began := time.Date(2025, 12, 16, 10, 0, 0, 0, time.UTC)
	for want, p := range map[string]operate.Progress{
		"0 of 10":                            {Total: 10, Began: began},
		"500 of 2000, 50 a second, 30s left": {Done: 500, Total: 2000, Began: began},
		"3 of 3":                             {Done: 3, Total: 3},
	} {
		if got := progressLine(p, began.Add(10*time.Second)); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	var out buffer
	now := began
	b := newBar(&out)
	b.now, b.shown = func() time.Time { return now }, began
	for range 10 { // a second each
		now = now.Add(time.Second)
		b.show(operate.Progress{Done: 500, Total: 2000, Began: began})
	}
	b.show(operate.Progress{}) // nobody knows
	b.end()
	if n := strings.Count(out.String(), "\n"); n != 3 || strings.ContainsRune(out.String(), '\x1b') {
		t.Errorf("printed %q", out.String())
	}
}

// TestControlSocket lists what the socket may meet in the data folder.
func TestControlSocket(t *testing.T) {
	ctx := t.Context()
	c := &control{log: slog.New(slog.DiscardHandler), hello: controlHello{Corpus: "/texts"}}
	dir := t.TempDir()
	path := filepath.Join(dir, controlSocket)
	stop, err := c.listen(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the socket has the mode %v, %v", info.Mode(), err)
	}
	if _, err := c.listen(ctx, path); !errors.Is(err, errControlTaken) {
		t.Errorf("a second one: %v", err)
	}
	stop()
	stale, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	stale.SetUnlinkOnClose(false)
	stale.Close()
	a := &app{}
	if r, err := a.running(ctx, settings{Corpus: "/texts", Data: dir}); r != nil || err != nil {
		t.Errorf("of one that has died: %v, %v", r, err)
	}
	if stop, err = c.listen(ctx, path); err != nil {
		t.Fatalf("after one that has died: %v", err)
	}
	if r, err := a.running(ctx, settings{Corpus: "/others", Data: dir}); r != nil || err != nil {
		t.Errorf("of other texts: %v, %v", r, err)
	}
	r, err := a.running(ctx, settings{Corpus: "/texts", Data: dir})
	if r == nil || err != nil {
		t.Fatalf("the one that is running: %v, %v", r, err)
	}
	if _, err := r.do(ctx, "unheard-of", controlRequest{}, nil); err == nil || !strings.Contains(err.Error(), "start it again") {
		t.Errorf("a command it does not know: %v", err)
	}
	r.close()
	stop()
	if err := os.WriteFile(path, []byte("notes"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := c.listen(ctx, path); err == nil || !strings.Contains(err.Error(), "move it") {
		t.Errorf("a file in the way: %v", err)
	}
	if _, err := c.listen(ctx, filepath.Join(dir, strings.Repeat("long", 30), controlSocket)); err == nil || !strings.Contains(err.Error(), "shorter name") {
		t.Errorf("a long path: %v", err)
	}
}

// inside is a keeper of a small folder, in this process.
func inside(t *testing.T, o ingest.FetcherOptions) (*keep.Keeper, string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "ferry.txt"), []byte("The ferry to Neverland costs seven crowns."), 0o644); err != nil {
		t.Fatal(err)
	}
	f, err := ingest.OpenFolder(dir, ingest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c, _, err := corpus.Load(t.Context(), os.DirFS(dir), corpus.Aliases{})
	if err != nil {
		t.Fatal(err)
	}
	x, err := index.Open(t.Context(), c, index.Options{})
	if err != nil {
		t.Fatal(err)
	}
	k := keep.New(t.Context(), keep.Config{Index: x, Ingester: &ingest.Ingester{Folder: f,
		Fetcher: ingest.NewFetcher(o), Reader: ingest.NewReader(ingest.ReaderOptions{})}})
	t.Cleanup(func() { k.Close(); x.Close() })
	return k, dir
}

// TestFetchOnSchedule fetches a feed with a bad article, then again with nothing
// new, then with the folder away, then with a new article.
func TestFetchOnSchedule(t *testing.T) {
	site := t.TempDir()
	srv := httptest.NewServer(http.FileServer(http.Dir(site)))
	defer srv.Close()
	put := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(site, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	made := time.Now()
	feed := func(items string) {
		t.Helper()
		put("feed.xml", `<?xml version="1.0"?><rss version="2.0"><channel><title>P</title><link>/</link>`+items+`</channel></rss>`)
		made = made.Add(time.Hour) // servers tell times by the second
		if err := os.Chtimes(filepath.Join(site, "feed.xml"), made, made); err != nil {
			t.Fatal(err)
		}
	}
	put("bridge.txt", "The bridge\n\nThe bridge to Lunden has nine arches.\n")
	put("mole.txt", "The mole\n\nThe mole of Lunden is two miles long.\n")
	feed(`<item><link>gone.txt</link></item><item><link>bridge.txt</link></item>`)
	k, dir := inside(t, ingest.FetcherOptions{Allow: []string{srv.Listener.Addr().String()}})
	var log buffer
	ticks, changed := make(chan time.Time), make(chan struct{}, 1)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		fetchOnSchedule(ctx, k, []string{srv.URL + "/feed.xml"}, ticks, changed, slog.New(slog.NewTextHandler(&log, nil)))
	}()
	<-changed
	ticks <- time.Time{} // which it takes when it is done with the first
	if out := log.String(); !strings.Contains(out, "gone.txt") || !strings.Contains(out, "new=1 updated=0 unchanged=0 refused=1") {
		t.Errorf("the log says %s", out)
	}
	away := dir + ".away"
	ticks <- time.Time{}
	eventually(t, "the third", func() bool { return strings.Count(log.String(), "msg=fetched") == 3 })
	if err := os.Rename(dir, away); err != nil {
		t.Fatal(err)
	}
	ticks <- time.Time{}
	eventually(t, "word of the folder", func() bool { return strings.Contains(log.String(), "going on with the texts as they were") })
	if len(changed) > 0 {
		t.Error("nothing was new, and it said so")
	}
	if err := os.Rename(away, dir); err != nil {
		t.Fatal(err)
	}
	feed(`<item><link>mole.txt</link></item>`)
	ticks <- time.Time{}
	eventually(t, "a new article", func() bool { return len(changed) > 0 })
	cancel()
	<-done
}

// TestControlCancel interrupts commands that wait for a reindexing: that of who
// has joined it, which goes on, and then that of who has begun it.
func TestControlCancel(t *testing.T) {
	k, dir := inside(t, ingest.FetcherOptions{})
	if _, err := k.Reindex(t.Context(), false, nil); err != nil {
		t.Fatal(err)
	}
	data := t.TempDir()
	c := &control{keeper: k, log: slog.New(slog.DiscardHandler), hello: controlHello{Corpus: dir}}
	stop, err := c.listen(t.Context(), filepath.Join(data, controlSocket))
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	r, err := (&app{}).running(t.Context(), settings{Corpus: dir, Data: data})
	if err != nil || r == nil {
		t.Fatal(r, err)
	}
	defer r.close()

	if err := os.WriteFile(filepath.Join(dir, "bridge.txt"), []byte("The bridge to Lunden has nine arches."), 0o644); err != nil {
		t.Fatal(err)
	}
	held := flock.New(filepath.Join(dir, ".rapporteur", "lock")) // which it waits for
	if ok, err := held.TryLock(); !ok {
		t.Fatal(err)
	}
	run := func(ctx context.Context, begun, joined func()) <-chan error {
		out := make(chan error, 1)
		go func() {
			_, err := r.reindex(ctx, "index", false, func(operate.Progress) { begun() }, joined)
			out <- err
		}()
		return out
	}
	begun := make(chan struct{})
	var once sync.Once
	firstContext, interruptFirst := context.WithCancel(t.Context())
	first := run(firstContext, func() { once.Do(func() { close(begun) }) }, func() { t.Error("the first has joined") })
	<-begun
	secondContext, interruptSecond := context.WithCancel(t.Context())
	second := run(secondContext, func() {}, interruptSecond)
	if err := <-second; !errors.Is(err, context.Canceled) {
		t.Errorf("the second: %v", err)
	}
	under, err := k.Begin(false)
	if err != nil || !under.Joined {
		t.Errorf("what the second had joined is over: %v, %v", under.Joined, err)
	}
	interruptFirst()
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Errorf("the first: %v", err)
	}
	if _, err := under.Wait(t.Context(), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("what the first had begun ended with %v", err)
	}
	if err := held.Close(); err != nil {
		t.Fatal(err)
	}
	if got, err := k.Reindex(t.Context(), false, nil); err != nil || len(got.Added) != 1 || got.Joined {
		t.Errorf("afterwards: %+v, %v", got, err)
	}
}
