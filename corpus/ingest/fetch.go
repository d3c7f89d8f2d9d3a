package ingest

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"rapporteur/corpus"
)

// Limits of a fetch. A page that needs more is a mistake or an attack.
const (
	maxBody      = corpus.MaxSize   // bytes after decompression, as of a text
	maxHeader    = 64 << 10         // bytes; servers themselves take 8 to 16 KB
	maxTime      = 30 * time.Second // in all: names, redirects, waiting and reading
	maxRedirects = 5                // the most that RFC 2068, section 10.3, advised; http to https to www is two
	maxWait      = 5 * time.Second  // for a site that asks to come again soon; longer, and it is left for later
	hostPause    = time.Second      // between two pages of one site
	robotsAge    = 24 * time.Hour   // RFC 9309, section 2.4
	busyPause    = time.Minute      // where a site is busy and does not say for how long
	maxBusy      = 24 * time.Hour   // for which a site may keep us away at once
)

// Fetcher fetches pages and files of the web, one at a time from each site. It
// keeps away from every address that is not public. It is safe for concurrent
// use.
type Fetcher struct {
	client   *http.Client
	guard    *guard
	agent    string
	now      func() time.Time
	wait     func(context.Context, time.Duration) error
	maxTime  time.Duration
	maxBytes int64

	mu    sync.Mutex
	sites map[string]*site
}

// FetcherOptions are how pages are fetched; all may be left empty.
type FetcherOptions struct {
	Allow    []string                                   // hosts, as name or name:port, that may lie in a private network
	Version  string                                     // of the program, for the User-Agent
	Now      func() time.Time                           // the clock; nil is the machine's
	Wait     func(context.Context, time.Duration) error // how to wait; nil waits
	Resolver *net.Resolver                              // nil is the machine's
	Timeout  time.Duration                              // in all; 0 is 30 s
}

// site is what is known of a host.
type site struct {
	turn   chan struct{} // holds one: who has it fetches
	robots *robots
	asked  time.Time // when robots was fetched
	next   time.Time // no page before
	busy   time.Time // asked not to come before
}

// NewFetcher returns a Fetcher.
func NewFetcher(o FetcherOptions) *Fetcher {
	g := &guard{allowed: o.Allow, resolver: o.Resolver}
	f := &Fetcher{
		guard:    g,
		agent:    "Rapporteur/" + cmp.Or(o.Version, "0") + " (keeps a corpus of sources to quote from; obeys robots.txt as " + product + ")",
		now:      o.Now,
		wait:     o.Wait,
		maxTime:  cmp.Or(o.Timeout, maxTime),
		maxBytes: maxBody,
		sites:    make(map[string]*site),
	}
	if f.now == nil {
		f.now = time.Now
	}
	if f.wait == nil {
		f.wait = sleep
	}
	f.client = &http.Client{
		// No cookies, and no proxy from the environment: a proxy would dial
		// addresses that the guard never sees.
		Transport: &http.Transport{
			DialContext:            g.dial,
			ForceAttemptHTTP2:      true,
			MaxResponseHeaderBytes: maxHeader,
			TLSHandshakeTimeout:    10 * time.Second,
			ResponseHeaderTimeout:  20 * time.Second,
			MaxIdleConnsPerHost:    1,
			IdleConnTimeout:        10 * time.Second,
		},
		// Every address is looked at before it is asked: see Get.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return f
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// Close lets go of connections that are kept open.
func (f *Fetcher) Close() { f.client.CloseIdleConnections() }

// Validators are what a server gave to tell whether a page has changed.
type Validators struct {
	ETag         string `json:"etag,omitempty"`
	LastModified string `json:"last_modified,omitempty"`
}

// Page is what an address gave.
type Page struct {
	File
	Validators
	NotModified bool // it is what it was when the validators were given; there is no body
}

// Get fetches an address, and those that it leads on to. With validators it
// asks only for what has changed.
func (f *Fetcher) Get(ctx context.Context, address string, v Validators) (*Page, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, f.maxTime, errLate)
	defer cancel()
	u, err := parseURL(address)
	if err != nil {
		return nil, err
	}
	name := shown(address)
	for range maxRedirects + 1 {
		page, next, err := f.visit(ctx, withoutFragment(u), v)
		if err != nil {
			return nil, f.explain(ctx, name, err)
		}
		if next == "" {
			page.Name = name
			return page, nil
		}
		to, err := u.Parse(next)
		if err == nil {
			to, err = parseURL(to.String())
		}
		if err != nil {
			return nil, refuse(name, Forbidden, err, "the site leads on to an address that is not fetched, %s", shown(next))
		}
		u = to
	}
	return nil, refuse(name, Unreachable, nil, "the site leads from one address to the next more than %d times: look up the page's own address", maxRedirects)
}

// errLate tells the end of our time from that of whoever asked.
var errLate = errors.New("the time for one page is over")

// visit asks one address when it is its site's turn. It gives the page, or the
// address that the site leads on to.
func (f *Fetcher) visit(ctx context.Context, u *url.URL, v Validators) (page *Page, next string, err error) {
	s := f.site(u)
	select {
	case <-s.turn:
		defer func() { s.turn <- struct{}{} }()
	case <-ctx.Done():
		return nil, "", ctx.Err()
	}
	if until := s.busy; until.After(f.now()) {
		return nil, "", refuse("", Busy, nil, "the site is busy and asks not to be asked before %s: try again then", until.UTC().Format(time.RFC3339))
	}
	if err := f.obey(ctx, s, u); err != nil {
		return nil, "", err
	}
	for again := false; ; again = true {
		if d := s.next.Sub(f.now()); d > 0 {
			if err := f.wait(ctx, min(d, hostPause)); err != nil {
				return nil, "", err
			}
		}
		page, next, retry, err := f.ask(ctx, u, v)
		if !f.guard.allows(hostPort(u)) { // the operator's own
			s.next = f.now().Add(hostPause)
		}
		if CodeOf(err) != Busy {
			return page, next, err
		}
		if again || retry > maxWait {
			s.busy = f.now().Add(min(retry, maxBusy))
			return nil, "", err
		}
		if err := f.wait(ctx, retry); err != nil {
			return nil, "", err
		}
	}
}

// hostPort returns what is dialled for an address.
func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return net.JoinHostPort(u.Hostname(), port)
}

func withoutFragment(u *url.URL) *url.URL {
	p := *u
	p.Fragment, p.RawFragment = "", ""
	return &p
}

func (f *Fetcher) site(u *url.URL) *site {
	f.mu.Lock()
	defer f.mu.Unlock()
	key := u.Scheme + "://" + strings.ToLower(u.Host)
	s := f.sites[key]
	if s == nil {
		s = newSite()
		f.sites[key] = s
	}
	return s
}

func newSite() *site {
	s := &site{turn: make(chan struct{}, 1)}
	s.turn <- struct{}{}
	return s
}

// obey asks the site's robots.txt whether a page may be fetched.
func (f *Fetcher) obey(ctx context.Context, s *site, u *url.URL) error {
	if s.robots == nil || f.now().Sub(s.asked) > robotsAge {
		rules, err := f.robots(ctx, u)
		if err != nil {
			return err
		}
		s.robots, s.asked = rules, f.now()
	}
	if !s.robots.allows(u.RequestURI()) {
		return refuse("", Refused, nil, "the site asks programs not to fetch this page (robots.txt): save the page yourself and add the file")
	}
	return nil
}

func (f *Fetcher) robots(ctx context.Context, u *url.URL) (*robots, error) {
	at := &url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/robots.txt"}
	var resp *http.Response
	for range maxRedirects + 1 { // RFC 9309, section 2.3.1.2
		var err error
		if resp, err = f.send(ctx, at, Validators{}); err != nil {
			return nil, err // the page would not be had either
		}
		next := location(resp)
		if next == "" {
			break
		}
		_ = resp.Body.Close()
		if at, err = at.Parse(next); err != nil {
			return new(robots), nil
		}
		if at, err = parseURL(at.String()); err != nil {
			return new(robots), nil
		}
	}
	defer resp.Body.Close()
	switch {
	case resp.StatusCode >= 500 || resp.StatusCode == http.StatusTooManyRequests:
		// Section 2.3.1.4: take it that nothing may be fetched.
		return nil, refuse("", Unreachable, nil, "the site does not say at present what may be fetched (robots.txt: %d): try again later", resp.StatusCode)
	case resp.StatusCode != http.StatusOK:
		return new(robots), nil
	}
	b, err := io.ReadAll(io.LimitReader(resp.Body, maxRobots))
	if err != nil {
		return nil, err
	}
	return parseRobots(string(b)), nil
}

// location returns where a response leads on to, "" when it does not.
func location(resp *http.Response) string {
	switch resp.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return resp.Header.Get("Location")
	}
	return ""
}

func (f *Fetcher) send(ctx context.Context, u *url.URL, v Validators) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", f.agent)
	req.Header.Set("Accept", "text/html, application/xhtml+xml, application/pdf, text/plain;q=0.9, */*;q=0.5")
	if v.ETag != "" {
		req.Header.Set("If-None-Match", v.ETag)
	}
	if v.LastModified != "" {
		req.Header.Set("If-Modified-Since", v.LastModified)
	}
	return f.client.Do(req)
}

// ask asks for a page once. An error with the code Busy comes with the time to
// wait.
func (f *Fetcher) ask(ctx context.Context, u *url.URL, v Validators) (page *Page, next string, retry time.Duration, err error) {
	resp, err := f.send(ctx, u, v)
	if err != nil {
		return nil, "", 0, err
	}
	defer resp.Body.Close()
	if next := location(resp); next != "" {
		return nil, next, 0, nil
	}
	no := func(code Code, format string, args ...any) (*Page, string, time.Duration, error) {
		return nil, "", 0, refuse("", code, nil, format, args...)
	}
	switch code := resp.StatusCode; {
	case code == http.StatusNotModified:
		return &Page{File: File{URL: u.String()}, Validators: v, NotModified: true}, "", 0, nil
	case code == http.StatusTooManyRequests || code == http.StatusServiceUnavailable:
		_, _, _, err := no(Busy, "the site is busy (%d): try again later", code)
		return nil, "", f.retryAfter(resp.Header.Get("Retry-After")), err
	case code == http.StatusNotFound || code == http.StatusGone:
		return no(NotFound, "there is no such page (%d): look at the address in a browser", code)
	case code == http.StatusUnauthorized || code == http.StatusForbidden || code == http.StatusPaymentRequired || code == http.StatusUnavailableForLegalReasons:
		return no(Refused, "the site does not give this page to programs, or not without a login (%d): save the page yourself and add the file", code)
	case code != http.StatusOK:
		return no(Unreachable, "the site answered %d instead of the page: try again later", code)
	}
	if encoding := resp.Header.Get("Content-Encoding"); encoding != "" && !strings.EqualFold(encoding, "identity") {
		return no(WrongType, "the site sent the page packed as %q, which was not asked for: save the page yourself and add the file", shown(encoding))
	}
	var body bytes.Buffer
	// What is counted has been unpacked already.
	if _, err := body.ReadFrom(io.LimitReader(resp.Body, f.maxBytes+1)); err != nil {
		return nil, "", 0, err
	}
	if int64(body.Len()) > f.maxBytes {
		return no(TooLarge, "it is larger than %d MB", f.maxBytes>>20)
	}
	return &Page{
		File:       File{Type: resp.Header.Get("Content-Type"), URL: u.String(), Body: body.Bytes()},
		Validators: Validators{ETag: resp.Header.Get("ETag"), LastModified: resp.Header.Get("Last-Modified")},
	}, "", 0, nil
}

// retryAfter reads a time to wait: a number of seconds or a date (RFC 9110,
// section 10.2.3).
func (f *Fetcher) retryAfter(v string) time.Duration {
	if d, err := time.ParseDuration(v + "s"); err == nil && d >= 0 {
		return d
	}
	if t, err := http.ParseTime(v); err == nil {
		return max(t.Sub(f.now()), 0)
	}
	return busyPause
}

// explain says why nothing came from an address.
func (f *Fetcher) explain(ctx context.Context, name string, err error) error {
	var known *Error
	var away *forbidden
	var dns *net.DNSError
	var timeout net.Error
	switch {
	case errors.As(err, &known):
		return &Error{name, known.Code, known.Say, err}
	case errors.As(err, &away):
		return refuse(name, Forbidden, err, "it leads into a private network or to a machine's own services, which is not fetched: an operator can allow the host with fetch-allow")
	case context.Cause(ctx) == errLate:
		return refuse(name, TooSlow, err, "the site did not send the page within %s: try again later", f.maxTime)
	case ctx.Err() != nil:
		return err
	case errors.As(err, &dns) && dns.IsNotFound:
		return refuse(name, NotFound, err, "there is no site of this name: look at the address")
	case errors.As(err, &timeout) && timeout.Timeout():
		return refuse(name, TooSlow, err, "the site does not answer: try again later")
	case strings.Contains(err.Error(), "server response headers exceeded"):
		return refuse(name, TooLarge, err, "what the site sends before the page is larger than %d KB", maxHeader>>10)
	case strings.Contains(err.Error(), "x509:"), strings.Contains(err.Error(), "tls:"):
		return refuse(name, Unreachable, err, "the connection is not safe: the site's certificate cannot be checked")
	}
	return refuse(name, Unreachable, err, "the site cannot be reached, or broke off: look at the address, or try again later")
}

// busyUntil returns the times before which sites asked not to be asked.
func (f *Fetcher) busyUntil() map[string]time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := make(map[string]time.Time)
	for key, s := range f.sites {
		select {
		case <-s.turn:
			if s.busy.After(f.now()) {
				out[key] = s.busy
			}
			s.turn <- struct{}{}
		default: // being fetched from
		}
	}
	return out
}
