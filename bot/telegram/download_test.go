package telegram_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/telegram"
	"rapporteur/bot/telegram/telegramtest"
)

const fileText = "## Перемовини\nтекст\n"

func TestFilesIn(t *testing.T) {
	t.Parallel()
	file := telegramtest.File{Name: "talks.md", Type: "text/markdown", Data: []byte(fileText)}
	tests := []struct {
		name      string
		group     bool
		file      telegramtest.File
		text      string
		below     bool // the text replies to the file
		forwarded bool
		asked     bool
		want      bool // the file is in the request
	}{
		{name: "a command under a file", file: file, text: "/add", asked: true, want: true},
		{name: "words under a file", file: file, text: "add this", asked: true, want: true},
		{name: "a file alone", file: file, asked: true, want: true},
		{name: "a file alone, forwarded", file: file, forwarded: true, asked: true, want: true},
		{name: "a command below a file", file: file, text: "/add", below: true, asked: true, want: true},
		{name: "words below a file", file: file, text: "what is this?", below: true, asked: true},

		{name: "a command under a file in a group", group: true, file: file, text: "/add@" + telegramtest.Name, asked: true, want: true},
		{name: "a mention under a file in a group", group: true, file: file, text: "@" + telegramtest.Name + " this", asked: true, want: true},
		{name: "a command below a file in a group", group: true, file: file, text: "/add", below: true, asked: true, want: true},
		{name: "a file alone in a group", group: true, file: file},
		{name: "words under a file in a group", group: true, file: file, text: "look"},

		{name: "a path as a name", file: telegramtest.File{Name: `../../etc\passwd`, Data: []byte(fileText)}, text: "/add", asked: true, want: true},
		{name: "a name from right to left", file: telegramtest.File{Name: "talks\u202efdp.exe", Data: []byte(fileText)}, text: "/add", asked: true, want: true},
		{name: "a name of 255 bytes", file: telegramtest.File{Name: strings.Repeat("й", 125) + "a.txt", Data: []byte(fileText)}, text: "/add", asked: true, want: true},
		{name: "no name", file: telegramtest.File{Data: []byte(fileText)}, text: "/add", asked: true, want: true},
		{name: "a line break and a null in the name", file: telegramtest.File{Name: "a\r\nb\x00c.txt", Data: []byte(fileText)}, text: "/add", asked: true, want: true},
		{name: "nothing in it", file: telegramtest.File{Name: "empty.txt"}, text: "/add", asked: true, want: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := telegramtest.New(t)
			var read []byte
			h := &handler{answer: func(ctx context.Context, r bot.Request) bot.Reply {
				if len(r.Files) == 1 {
					var err error
					if read, err = fetched(ctx, r.Files[0]); err != nil {
						t.Error(err)
					}
				}
				return bot.Reply{}
			}}
			launch(t, s, h)
			chat := s.Private()
			if tt.group {
				chat = s.Group()
			}
			typed := telegramtest.Typed{Text: tt.text, Document: &tt.file}
			if tt.forwarded {
				typed.Forwarded = &telegramtest.Origin{Hidden: "Somebody"}
			}
			if tt.below {
				first := chat.Post(telegramtest.Typed{Document: &tt.file})
				s.WaitHandled(first.Update)
				typed = telegramtest.Typed{Text: tt.text, ReplyTo: first.Message}
			}
			s.WaitHandled(chat.Type(typed))
			var got *bot.Request
			for _, r := range h.requests() {
				if r.Text != "" || !tt.below { // else it is the file alone, in private
					got = &r
				}
			}
			if (got != nil) != tt.asked {
				t.Fatalf("asked: %v, want %v", got != nil, tt.asked)
			}
			if got == nil {
				return
			}
			if len(got.Files) == 0 && !tt.want {
				return
			}
			if len(got.Files) != 1 {
				t.Fatalf("%d files come with it", len(got.Files))
			}
			f := got.Files[0]
			if f.Name != tt.file.Name || f.Type != tt.file.Type || f.Size != int64(len(tt.file.Data)) {
				t.Errorf("got a file %q of the type %q, %d bytes", f.Name, f.Type, f.Size)
			}
			if string(read) != string(tt.file.Data) {
				t.Errorf("got %q", read)
			}
		})
	}
}

// fetched reads a file to its end.
func fetched(ctx context.Context, u bot.Upload) ([]byte, error) {
	body, err := u.Open(ctx)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	data, err := io.ReadAll(body)
	if int64(len(data)) > u.Size {
		return nil, fmt.Errorf("got %d bytes of a file of %d", len(data), u.Size)
	}
	return data, err
}

// TestFileFetchedOnlyWhenOpened holds that nobody's files are on the way unasked.
func TestFileFetchedOnlyWhenOpened(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	launch(t, s, echo())
	s.WaitHandled(s.Private().Type(telegramtest.Typed{Text: "/add", Document: &telegramtest.File{Name: "a.txt", Data: []byte("a")}}))
	if n := len(s.Calls("getFile")) + len(s.Calls(telegramtest.Download)); n > 0 {
		t.Errorf("%d calls for a file that was not opened", n)
	}
}

// front stands before a server and answers some requests itself.
type front struct {
	*httputil.ReverseProxy
	instead map[string]http.HandlerFunc // by what their path contains
}

func newFront(t *testing.T, s *telegramtest.Server, instead map[string]http.HandlerFunc) string {
	t.Helper()
	to, err := url.Parse(s.URL())
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(to)
	proxy.ErrorLog = log.New(io.Discard, "", 0) // polls are cut off when a test ends
	srv := httptest.NewServer(&front{proxy, instead})
	t.Cleanup(srv.Close)
	return srv.URL
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for path, h := range f.instead {
		if strings.Contains(r.URL.Path, path) {
			h(w, r)
			return
		}
	}
	f.ReverseProxy.ServeHTTP(w, r)
}

func TestFileTrouble(t *testing.T) {
	t.Parallel()
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a redirect is followed") }))
	t.Cleanup(elsewhere.Close)
	length := func(n int) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) { w.Header().Set("Content-Length", fmt.Sprint(n)) }
	}
	content := func(n int, prepare func(http.ResponseWriter)) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			prepare(w)
			_, _ = w.Write([]byte(strings.Repeat("a", n)))
			_ = http.NewResponseController(w).Flush()
		}
	}
	cut := func(h http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			h(w, r)
			panic(http.ErrAbortHandler)
		}
	}
	answer := func(result string) map[string]http.HandlerFunc {
		return map[string]http.HandlerFunc{"/getFile": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, result) }}
	}
	file := func(h http.HandlerFunc) map[string]http.HandlerFunc { return map[string]http.HandlerFunc{"/file/": h} }
	plain := func(http.ResponseWriter) {}
	tests := []struct {
		name    string
		size    int64 // as told; 0 is 100
		options []telegramtest.Option
		faults  []telegramtest.Fault // of getFile
		instead map[string]http.HandlerFunc
		want    string // in the error; "" for none
		large   bool   // the person is told that it is too large
		log     string // in the log
	}{
		{name: "all is well"},
		{name: "not found", instead: file(http.NotFound), want: "404"},
		{name: "a proxy's page", instead: file(func(w http.ResponseWriter, r *http.Request) { http.Error(w, r.URL.Path, http.StatusBadGateway) }), want: "502"},
		{name: "redirected", instead: file(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL+r.URL.Path, http.StatusFound)
		}), want: "302"},
		{name: "cut at once", instead: file(cut(func(http.ResponseWriter, *http.Request) {})), want: "EOF"},
		{name: "cut midway", instead: file(cut(content(50, length(100)))), want: "unexpected EOF"},
		{name: "cut midway, of no known length", instead: file(cut(content(50, plain))), want: "unexpected EOF"},
		{name: "ends early", instead: file(content(50, plain)), want: "ends 50 bytes before the 100"},
		{name: "goes on", instead: file(content(101, plain)), want: "more than the 100 bytes"},
		{name: "goes on for long", instead: file(content(100_000, plain)), want: "more than the 100 bytes"},
		{name: "slow to begin", instead: file(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }), want: "deadline"},
		{name: "slow to end", instead: file(func(w http.ResponseWriter, r *http.Request) {
			content(50, plain)(w, r)
			<-r.Context().Done()
		}), want: "deadline"},

		{name: "told to be larger than bots get", size: 20<<20 + 1, want: "upload_too_large", large: true},
		{name: "told to be as large as bots get", size: 20 << 20, want: "ends"},
		{name: "larger than told", faults: []telegramtest.Fault{{Status: 400, Description: "Bad Request: file is too big"}}, want: "file is too big", large: true},
		{name: "unknown to the server", faults: []telegramtest.Fault{{Status: 400, Description: "Bad Request: wrong file_id or the file is temporarily unavailable"}}, want: "temporarily unavailable"},
		{name: "in trouble for a while", faults: []telegramtest.Fault{{Status: 429, RetryAfter: 1}, {Status: 502, NotJSON: true}, {}}},
		{name: "in trouble for long", faults: make([]telegramtest.Fault, 4), want: "getFile"},
		{name: "on the server's disk", options: []telegramtest.Option{telegramtest.WithLocal()}, want: "--local", log: "run it without --local"},
		{name: "on the disk of Windows", instead: answer(`{"ok":true,"result":{"file_path":"C:\\bot\\documents\\1"}}`), want: "--local", log: "run it without --local"},
		{name: "no path", instead: answer(`{"ok":true,"result":{"file_size":5}}`), want: "no path"},
		{name: "a path out of the folder", instead: answer(`{"ok":true,"result":{"file_path":"../bot/getMe"}}`), want: "no path"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := telegramtest.New(t, tt.options...)
			s.Fail("getFile", tt.faults...)
			var mu sync.Mutex
			var failed error
			h := &handler{answer: func(ctx context.Context, r bot.Request) bot.Reply {
				_, err := fetched(ctx, r.Files[0])
				mu.Lock()
				defer mu.Unlock()
				failed = err
				return say("done")
			}}
			r := launchWith(t, telegram.Config{Token: telegramtest.Token, APIURL: newFront(t, s, tt.instead), Handler: h}, func(a *telegram.Adapter) {
				if tt.want == "deadline" {
					a.FetchWithin(100 * time.Millisecond)
				}
			})
			s.WaitHandled(s.Private().Type(telegramtest.Typed{Text: "/add",
				Document: &telegramtest.File{Name: "a.txt", Data: []byte(strings.Repeat("a", 100)), Size: tt.size}}))
			mu.Lock()
			defer mu.Unlock()
			if (failed == nil) != (tt.want == "") || failed != nil && !strings.Contains(failed.Error(), tt.want) {
				t.Errorf("got the error %v, want one with %q", failed, tt.want)
			}
			if failed != nil && strings.Contains(failed.Error(), telegramtest.Token[10:]) {
				t.Errorf("the token is in the error %q", failed)
			}
			var told *bot.UserError
			if errors.As(failed, &told) != tt.large {
				t.Errorf("the error is one for the person: %v", told != nil)
			}
			if tt.large && bot.Explain(told, "en") != "That file is too large for me: I can fetch files of at most 20 MB here." {
				t.Errorf("the person is told %q", bot.Explain(told, "en"))
			}
			if !strings.Contains(r.logs.String(), tt.log) {
				t.Errorf("the log lacks %q", tt.log)
			}
			if tt.size > 20<<20 && len(s.Calls("getFile")) > 0 {
				t.Error("the server is asked in vain")
			}
			if n := s.FaultsLeft(); n > 0 {
				t.Errorf("%d faults did not happen", n)
			}
		})
	}
}
