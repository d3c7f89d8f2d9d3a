package ingest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
)

// newsSite is a site with a feed and articles that change. It counts the whole
// pages that it sends.
type newsSite struct {
	*webSite
	mu    sync.Mutex
	pages map[string]string
	sent  map[string]int
}

func newNewsSite(t *testing.T, pages map[string]string) *newsSite {
	s := &newsSite{webSite: newWebSite(t), pages: pages, sent: make(map[string]int)}
	s.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		body, ok := s.pages[r.URL.RequestURI()]
		if !ok {
			http.NotFound(w, r)
			return
		}
		tag := `"` + hashOf([]byte(body))[:8] + `"`
		w.Header().Set("ETag", tag)
		if r.Header.Get("If-None-Match") == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		s.sent[r.URL.RequestURI()]++
		fmt.Fprint(w, strings.ReplaceAll(body, "SITE", s.URL))
	})
	return s
}

func (s *newsSite) set(path, body string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pages[path] = body
}

func (s *newsSite) count(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sent[path]
}

func articlePage(title, text string) string {
	return `<html><head><meta property="og:title" content="` + title + `"></head><body><article><p>` + text + `</p><p>` +
		strings.Repeat("The harbour of Lunden is old, the keeper said. ", 5) + `</p></article></body></html>`
}

func ingesterFor(t *testing.T, dir string, s *newsSite) *Ingester {
	return &Ingester{Folder: openFolder(t, dir), Fetcher: fetcherFor(t, FetcherOptions{Allow: []string{s.host()}}), Reader: plainReader}
}

// refresh fetches everything, and returns what came of it by address.
func refresh(t *testing.T, g *Ingester, feeds ...string) map[string]string {
	t.Helper()
	out := make(map[string]string)
	err := g.Refresh(ctx, feeds, func(r Report) {
		name := r.Address[strings.LastIndexByte(r.Address, '/'):]
		if _, ok := out[name]; ok {
			t.Errorf("%s was reported twice", name)
		}
		out[name] = string(r.Result.Outcome)
		if r.Err != nil {
			out[name] = string(CodeOf(r.Err))
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func check(t *testing.T, got map[string]string, want ...string) {
	t.Helper()
	var all []string
	for name, outcome := range got {
		all = append(all, name+" "+outcome)
	}
	slices.Sort(all)
	slices.Sort(want)
	if !slices.Equal(all, want) {
		t.Errorf("\n got %q\nwant %q", all, want)
	}
}

func TestRefresh(t *testing.T) {
	const feed = `<rss><channel><item><title>One</title><link>SITE/1</link></item><item><title>Two</title><link>SITE/2?utm_source=rss</link></item>` +
		`<item><title>Three</title><link>SITE/3</link></item><item><title>Again</title><link>SITE/1?utm_medium=x</link></item></channel></rss>`
	s := newNewsSite(t, map[string]string{
		"/feed": feed, "/1": articlePage("One", "The first."), "/2": articlePage("Two", "The second."), "/alone": articlePage("Alone", "The fourth."),
		"/amp": strings.Replace(articlePage("Five", "The fifth."), "<head>", `<head><link rel="canonical" href="SITE/five">`, 1),
	})
	dir := t.TempDir()
	g := ingesterFor(t, dir, s)
	for _, path := range []string{"/alone", "/amp"} {
		if _, err := g.AddURL(ctx, s.URL+path, AddOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	s.set("/five", articlePage("Five", "The fifth."))
	write(t, dir, "own.md", "My own text.")
	check(t, refresh(t, g, s.URL+"/feed", s.URL+"/nofeed"), "/1 new", "/2 new", "/3 not_found", "/nofeed not_found", "/alone same", "/five same")

	// Nothing has changed, and nothing is sent again, to another process either.
	g = ingesterFor(t, dir, s)
	sent := s.count("/1") + s.count("/2") + s.count("/alone") + s.count("/feed") + s.count("/five")
	check(t, refresh(t, g, s.URL+"/feed"), "/1 unmodified", "/2 unmodified", "/3 not_found", "/alone unmodified", "/five unmodified")
	if now := s.count("/1") + s.count("/2") + s.count("/alone") + s.count("/feed") + s.count("/five"); now != sent {
		t.Errorf("%d pages were sent again", now-sent)
	}

	// One has changed, one was removed, one edited, and one is to be had at last.
	s.set("/1", articlePage("One", "The first, changed."))
	s.set("/3", articlePage("Three", "The third."))
	s.set("/alone", articlePage("Alone", "The fourth, changed."))
	edit(t, dir, "alone.md", "The fourth.", "My fourth.")
	if _, err := g.Folder.Remove(ctx, "two"); err != nil {
		t.Fatal(err)
	}
	check(t, refresh(t, g, s.URL+"/feed"), "/1 updated", "/2 skipped", "/3 new", "/alone conflict", "/five unmodified")
	if got := ids(load(t, dir)); !slices.Equal(got, []string{"alone", "five", "one", "own", "three"}) {
		t.Errorf("texts %v", got)
	}
	if two := s.count("/2"); two != 1 {
		t.Errorf("what was removed was sent %d times", two)
	}

	// Added by hand again, it is fetched whole.
	if r, err := g.AddURL(ctx, s.URL+"/2", AddOptions{}); err != nil || r.Outcome != New || r.ID != "two" {
		t.Errorf("%+v, %v", r, err)
	}
	// A file is no page, even if it is said to stand at an address.
	if r, err := g.AddFile(ctx, File{Name: "talk.txt", Body: []byte("The talk.")}, AddOptions{Fields: Fields{URL: s.URL + "/talk"}}); err != nil || r.Outcome != New {
		t.Errorf("%+v, %v", r, err)
	}
	check(t, refresh(t, g), "/1 unmodified", "/2 unmodified", "/3 unmodified", "/alone unmodified", "/five unmodified")
}

// TestRefreshEnds ends the context in the middle, and takes the folder away.
func TestRefreshEnds(t *testing.T) {
	s := newNewsSite(t, map[string]string{"/1": articlePage("One", "The first."), "/2": articlePage("Two", "The second.")})
	s.pages["/feed"] = `<rss><channel><item><link>SITE/1</link></item><item><link>SITE/2</link></item></channel></rss>`
	dir := t.TempDir()
	g := ingesterFor(t, dir, s)
	over, cancel := context.WithCancel(ctx)
	n := 0
	err := g.Refresh(over, []string{s.URL + "/feed"}, func(Report) { n++; cancel() })
	if !errors.Is(err, context.Canceled) || n != 1 {
		t.Errorf("%v after %d pages", err, n)
	}
	// What was fetched is there, and the rest comes next time.
	check(t, refresh(t, g, s.URL+"/feed"), "/1 unmodified", "/2 new")
}

// TestCanonicalOfAnother adds a page that says to be another site's.
func TestCanonicalOfAnother(t *testing.T) {
	dir := t.TempDir()
	s := newNewsSite(t, map[string]string{"/evil": strings.Replace(articlePage("Evil", "A lie."), "<head>", `<head><link rel="canonical" href="`+address+`">`, 1)})
	g := ingesterFor(t, dir, s)
	add(t, g.Folder, page(address, "Harbour", "It opened in 1871."), AddOptions{})
	r, err := g.AddURL(ctx, s.URL+"/evil", AddOptions{})
	if err != nil || r.Outcome != New || r.ID != "evil" {
		t.Errorf("%+v, %v", r, err)
	}
	if x, _ := load(t, dir).Text("harbour"); !strings.Contains(x.Body, "1871") {
		t.Errorf("%s", x.Body)
	}
}
