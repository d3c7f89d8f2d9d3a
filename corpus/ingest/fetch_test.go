package ingest

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// webSite is a site of the tests. It knows how often it was asked for a page, and
// fails the test when two are asked for at once.
type webSite struct {
	*httptest.Server
	*http.ServeMux
	asked, now atomic.Int32
	abandoned  bool // pages are given up in the middle, which the site learns a little later
}

func newWebSite(t *testing.T) *webSite {
	t.Helper()
	s := &webSite{ServeMux: http.NewServeMux()}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.asked.Add(1)
		if s.now.Add(1) > 1 && !s.abandoned {
			t.Errorf("%s was asked for while another page was", r.URL)
		}
		defer s.now.Add(-1)
		if r.Header.Get("Cookie") != "" || !strings.HasPrefix(r.UserAgent(), "Rapporteur/1.2 (") {
			t.Errorf("headers %v", r.Header)
		}
		s.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// host is how an operator allows the site.
func (s *webSite) host() string { return s.Listener.Addr().String() }

// waits counts the times waited, and does not wait.
type waits struct {
	mu  sync.Mutex
	all []time.Duration
}

func (w *waits) wait(ctx context.Context, d time.Duration) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.all = append(w.all, d)
	return ctx.Err()
}

func fetcherFor(t *testing.T, o FetcherOptions) *Fetcher {
	o.Version = "1.2"
	if o.Now == nil {
		o.Now = start().now
	}
	if o.Wait == nil {
		o.Wait = new(waits).wait
	}
	f := NewFetcher(o)
	t.Cleanup(f.Close)
	return f
}

func TestGet(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
	s := newWebSite(t)
	s.HandleFunc("/page", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "a", Value: "b"})
		w.Header().Set("ETag", `"1"`)
		if r.Header.Get("If-None-Match") == `"1"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		fmt.Fprint(w, "<html>A page")
	})
	s.Handle("/old", http.RedirectHandler("/page#top", http.StatusMovedPermanently))
	s.HandleFunc("/packed", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		fmt.Fprint(z, "A page")
		z.Close()
	})
	f := fetcherFor(t, FetcherOptions{Allow: []string{s.host()}})
	p, err := f.Get(ctx, s.URL+"/old", Validators{})
	if err != nil || string(p.Body) != "<html>A page" || p.URL != s.URL+"/page" || p.Name != s.URL+"/old" || p.ETag != `"1"` || !strings.HasPrefix(p.Type, "text/html") {
		t.Errorf("%+v, %v", p, err)
	}
	if p, err = f.Get(ctx, s.URL+"/page", p.Validators); err != nil || !p.NotModified {
		t.Errorf("%+v, %v", p, err)
	}
	if p, err = f.Get(ctx, s.URL+"/packed", Validators{}); err != nil || string(p.Body) != "A page" {
		t.Errorf("%+v, %v", p, err)
	}
}

// TestHostile asks sites for what they should not be asked for, and sites that
// would have us wait or fill the memory.
func TestHostile(t *testing.T) {
	private := newWebSite(t)
	private.HandleFunc("/", func(http.ResponseWriter, *http.Request) { t.Error("a private page was reached") })
	s := newWebSite(t)
	s.abandoned = true
	redirect := func(path, to string) {
		s.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", to)
			w.WriteHeader(http.StatusFound)
		})
	}
	redirect("/to-private", private.URL+"/")
	redirect("/to-metadata", "http://169.254.169.254/latest/meta-data/")
	redirect("/to-mapped", "http://[::ffff:127.0.0.1]:80/")
	redirect("/to-file", "file:///etc/passwd")
	redirect("/to-gopher", "gopher://127.0.0.1:25/")
	redirect("/to-user", "http://user:hunter2@example.org/")
	redirect("/loop", "/loop")
	redirect("/to-nothing", "http://%zz")
	s.HandleFunc("/bomb", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		zeros := make([]byte, 1<<20)
		for range 100 {
			if _, err := z.Write(zeros); err != nil {
				return
			}
		}
		z.Close()
	})
	s.HandleFunc("/endless", func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := io.WriteString(w, strings.Repeat("x", 1<<16)); err != nil {
				return
			}
		}
	})
	s.HandleFunc("/slow", func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			io.WriteString(w, "x")
			w.(http.Flusher).Flush()
			time.Sleep(5 * time.Millisecond)
		}
	})
	s.HandleFunc("/silent", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	s.HandleFunc("/headers", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X", strings.Repeat("x", 2*maxHeader))
	})
	s.HandleFunc("/br", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "br")
		io.WriteString(w, "x")
	})
	s.HandleFunc("/cut", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		io.WriteString(w, "x")
	})
	status := func(path string, code int) {
		s.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) })
	}
	status("/gone", http.StatusGone)
	status("/login", http.StatusUnauthorized)
	status("/teapot", http.StatusTeapot)

	f := fetcherFor(t, FetcherOptions{Allow: []string{s.host()}})
	impatient := fetcherFor(t, FetcherOptions{Allow: []string{s.host()}, Timeout: 200 * time.Millisecond})
	for _, tt := range []struct {
		address string
		code    Code
		say     string
	}{
		{private.URL + "/", Forbidden, "private network"},
		{"http://localhost:" + strings.Split(private.host(), ":")[1] + "/", Forbidden, "private network"},
		{"http://2130706433/", "", ""}, // 127.0.0.1 as some write it
		{"http://169.254.169.254/latest/meta-data/", Forbidden, "private network"},
		{"http://[fd00:ec2::254]/", Forbidden, ""},
		{"file:///etc/passwd", BadAddress, "https:// or http://"},
		{"example.org", BadAddress, "https:// or http://"},
		{"http://user:hunter2@example.org/", BadAddress, "name or password"},
		{"http:///x", BadAddress, ""},
		{s.URL + "/to-private", Forbidden, "private network"},
		{s.URL + "/to-metadata", Forbidden, "private network"},
		{s.URL + "/to-mapped", Forbidden, "private network"},
		{s.URL + "/to-file", Forbidden, "leads on to an address that is not fetched, file:///etc/passwd"},
		{s.URL + "/to-gopher", Forbidden, ""},
		{s.URL + "/to-user", Forbidden, ""},
		{s.URL + "/to-nothing", Unreachable, ""},
		{s.URL + "/loop", Unreachable, "more than 5 times"},
		{s.URL + "/bomb", TooLarge, "larger than 20 MB"},
		{s.URL + "/endless", TooLarge, "larger than 20 MB"},
		{s.URL + "/slow", TooSlow, "within 200ms"},
		{s.URL + "/silent", TooSlow, ""},
		{s.URL + "/headers", TooLarge, "64 KB"},
		{s.URL + "/br", WrongType, `"br"`},
		{s.URL + "/cut", Unreachable, ""},
		{s.URL + "/gone", NotFound, "410"},
		{s.URL + "/login", Refused, "login"},
		{s.URL + "/teapot", Unreachable, "418"},
		{s.URL + "/none", NotFound, "404"},
	} {
		f := f
		if tt.code == TooSlow {
			f = impatient
		}
		p, err := f.Get(ctx, tt.address, Validators{})
		var e *Error
		if p != nil || !errors.As(err, &e) || tt.code != "" && e.Code != tt.code || !strings.Contains(err.Error(), tt.say) {
			t.Errorf("%s: %+v, %v (%v)", tt.address, p, err, errors.Unwrap(err))
		}
		if err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v shows a password", tt.address, err)
		}
	}
	if n := private.asked.Load(); n > 0 {
		t.Errorf("the private site was asked %d times", n)
	}
	over, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := f.Get(over, s.URL+"/silent", Validators{}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// TestBusy asks a site that wants to be left alone.
func TestBusy(t *testing.T) {
	s := newWebSite(t)
	var after atomic.Value
	after.Store("3")
	var left atomic.Int32
	left.Store(1)
	s.HandleFunc("/page", func(w http.ResponseWriter, _ *http.Request) {
		if left.Add(-1) >= 0 {
			w.Header().Set("Retry-After", after.Load().(string))
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		fmt.Fprint(w, "A page")
	})
	w := new(waits)
	clock := start()
	f := fetcherFor(t, FetcherOptions{Allow: []string{s.host()}, Wait: w.wait, Now: clock.now})
	// A short while is waited for.
	if p, err := f.Get(ctx, s.URL+"/page", Validators{}); err != nil || string(p.Body) != "A page" || fmt.Sprint(w.all) != "[3s]" {
		t.Errorf("%+v, %v, waited %v", p, err, w.all)
	}
	// A long one is not, and the site is left alone until then.
	left.Store(1)
	after.Store(clock.Add(time.Hour).Format(http.TimeFormat))
	_, err := f.Get(ctx, s.URL+"/page", Validators{})
	asked := s.asked.Load()
	if CodeOf(err) != Busy {
		t.Errorf("%v", err)
	}
	if _, err := f.Get(ctx, s.URL+"/page", Validators{}); CodeOf(err) != Busy || !strings.Contains(err.Error(), "before 2025-12-16T11:00:") || s.asked.Load() != asked {
		t.Errorf("%v", err)
	}
	// So it is by another process that is told.
	other := fetcherFor(t, FetcherOptions{Allow: []string{s.host()}, Now: clock.now})
	other.stayAway(f.busyUntil())
	if _, err := other.Get(ctx, s.URL+"/page", Validators{}); CodeOf(err) != Busy || s.asked.Load() != asked {
		t.Errorf("%v", err)
	}
	clock.Time = clock.Add(2 * time.Hour)
	if _, err := f.Get(ctx, s.URL+"/page", Validators{}); err != nil {
		t.Errorf("%v", err)
	}
}

// TestOneAtATime asks a site for many pages at once.
func TestOneAtATime(t *testing.T) {
	s := newWebSite(t) // fails the test when it is asked twice at once
	s.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "A page") })
	f := fetcherFor(t, FetcherOptions{Allow: []string{s.host()}})
	var g sync.WaitGroup
	for i := range 20 {
		g.Go(func() {
			if _, err := f.Get(ctx, fmt.Sprint(s.URL, "/", i), Validators{}); err != nil {
				t.Error(err)
			}
		})
	}
	g.Wait()
}

func TestRobots(t *testing.T) {
	for _, tt := range []struct {
		name, body, path string
		want             bool
	}{
		{"none", "", "/a", true},
		{"everybody", "User-agent: *\nDisallow: /private", "/private/a", false},
		{"elsewhere", "User-agent: *\nDisallow: /private", "/public", true},
		{"others", "User-agent: Googlebot\nDisallow: /", "/a", true},
		{"us", "User-agent: *\nAllow: /\n\nUser-agent: Rapporteur/2\nDisallow: /", "/a", false},
		{"us rather than everybody", "User-agent: *\nDisallow: /\n\nUser-agent: rapporteur\nDisallow: /b", "/a", true},
		{"two names for a group", "user-agent: x\nuser-agent: RAPPORTEUR\ndisallow: /", "/a", false},
		{"groups of one name are one", "User-agent: *\nDisallow: /a\n\nUser-agent: *\nDisallow: /b", "/b", false},
		{"the longest decides", "User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", true},
		{"of two alike, allow", "User-agent: *\nDisallow: /a\nAllow: /a", "/a", true},
		{"empty is nothing", "User-agent: *\nDisallow:", "/a", true},
		{"star", "User-agent: *\nDisallow: /*/print", "/a/b/print", false},
		{"end", "User-agent: *\nDisallow: /*.pdf$", "/a.pdf", false},
		{"not the end", "User-agent: *\nDisallow: /*.pdf$", "/a.pdf?x", true},
		{"end without star", "User-agent: *\nDisallow: /a$", "/ab", true},
		{"comments, spaces, CRLF, mark", "\uFEFFUser-agent : * # all\r\n Disallow: /a # no\r\n", "/a", false},
		{"a rule before any group", "Disallow: /", "/a", true},
		{"letters beyond ASCII", "User-agent: *\nDisallow: /міст", "/%D0%BC%D1%96%D1%81%D1%82", false},
		{"nonsense", "\x00\xff:::\n<html>", "/a", true},
	} {
		if got := parseRobots(tt.body).allows(tt.path); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

// TestRobotsFetched asks sites for what they let nobody have.
func TestRobotsFetched(t *testing.T) {
	for name, tt := range map[string]struct {
		robots http.HandlerFunc
		want   Code
	}{
		"forbids":  {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "User-agent: *\nDisallow: /page") }, Refused},
		"none":     {http.NotFound, ""},
		"broken":   {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }, Unreachable},
		"leads on": {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/other.txt", http.StatusFound) }, Refused},
		"leads astray": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://127.0.0.1:1/robots.txt", http.StatusFound)
		}, Forbidden},
		"loops": {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/robots.txt", http.StatusFound) }, ""},
	} {
		s := newWebSite(t)
		s.HandleFunc("/robots.txt", tt.robots)
		s.HandleFunc("/other.txt", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "User-agent: *\nDisallow: /page") })
		s.HandleFunc("/page", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "A page") })
		f := fetcherFor(t, FetcherOptions{Allow: []string{s.host()}})
		if _, err := f.Get(ctx, s.URL+"/page", Validators{}); CodeOf(err) != tt.want {
			t.Errorf("%s: %v", name, err)
		}
		if tt.want == "" { // it is not asked again for a day
			asked := s.asked.Load()
			if _, err := f.Get(ctx, s.URL+"/page", Validators{}); err != nil || s.asked.Load() != asked+1 {
				t.Errorf("%s: %v, asked %d times", name, err, s.asked.Load()-asked)
			}
		}
	}
}
