package discord

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"rapporteur/bot"
	"rapporteur/bot/discord/discordtest"
)

// readFiles says what came along, file by file.
var readFiles = handler(func(ctx context.Context, r bot.Request) bot.Reply {
	said := fmt.Sprintf("%s %q %v", r.Command, r.Text, r.Options)
	for _, f := range r.Files {
		said += fmt.Sprintf(" %q %q %d", f.Name, f.Type, f.Size)
		body, err := f.Open(ctx)
		if err != nil {
			said += " error: " + err.Error()
			continue
		}
		b, err := io.ReadAll(body)
		body.Close()
		said += fmt.Sprintf(" %q", b)
		if err != nil {
			said += " error: " + err.Error()
		}
	}
	return say(said)
})

var leaflet = discordtest.File{Name: "leaflet.txt", Type: "text/plain; charset=utf-8", Data: []byte("Every word counts.")}

func TestFilesComeAlong(t *testing.T) {
	t.Parallel()
	srv := discordtest.New(t, discordtest.Config{})
	start(t, srv, readFiles).srv.WaitReady(t)
	p := srv.NewPerson()
	second := discordtest.File{Name: "b.bin", Data: []byte{0, 1}}
	const first = `"leaflet.txt" "text/plain; charset=utf-8" 18 "Every word counts."`
	tests := []struct {
		name string
		got  []string
		want string
	}{
		{"option", p.SlashFile(t, "add", nil, leaflet), `add "" map[] ` + first},
		{"option beside another", p.SlashFile(t, "add", map[string]string{"address": "x"}, leaflet), `add "x" map[] ` + first},
		{"direct message", p.DMFiles(t, "see", leaflet, second), `"see" map[] ` + first + ` "b.bin" "" 2 "\x00\x01"`},
		{"direct message of a file alone", p.DMFiles(t, "", leaflet), `"" map[] ` + first},
		{"mention", p.MentionFiles(t, "see", leaflet), `"see" map[] ` + first},
		{"an empty file", p.DMFiles(t, "", discordtest.File{Name: "e"}), `"" map[] "e" "" 0 ""`},
	}
	for _, tt := range tests {
		if want := []string{tt.want}; !slices.Equal(tt.got, want) {
			t.Errorf("%s: got %q, want %q", tt.name, tt.got, want)
		}
	}
}

// TestNamesComeAsTheyAre looks that a name, whatever is in it, is handed on and
// never becomes part of what is asked for.
func TestNamesComeAsTheyAre(t *testing.T) {
	t.Parallel()
	srv := discordtest.New(t, discordtest.Config{})
	names := make(chan string, 1)
	start(t, srv, handler(func(ctx context.Context, r bot.Request) bot.Reply {
		names <- r.Files[0].Name
		return readFiles(ctx, r)
	}))
	p := srv.NewPerson()
	for _, name := range []string{"../../etc/passwd", `C:\x.txt`, "invoice\u202etxt.exe", strings.Repeat("n", 255), "", "a\x00b\n", "@everyone", "%2e%2e?x=1#y"} {
		got := p.DMFiles(t, "", discordtest.File{Name: name, Data: []byte("body")})
		if there := <-names; there != name {
			t.Errorf("got %q, want %q", there, name)
		}
		if len(got) != 1 || !strings.HasSuffix(got[0], `"body"`) {
			t.Errorf("%q: got %q", name, got)
		}
	}
}

func TestDownloadsThatFail(t *testing.T) {
	t.Parallel()
	srv := discordtest.New(t, discordtest.Config{})
	gate := make(chan struct{})
	defer close(gate)
	body := func(s string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.(http.Flusher).Flush() // thus without a length
			io.WriteString(w, s)
		}
	}
	stall := func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "Every")
		w.(http.Flusher).Flush()
		select {
		case <-gate:
		case <-r.Context().Done():
		}
	}
	tests := []struct {
		name  string
		serve http.HandlerFunc
		want  string
	}{
		{"gone", http.NotFound, "discord answered 404"},
		{"sent elsewhere", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://evil.example/", http.StatusFound)
		}, "discord answered 302"},
		{"sent to another file", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, srv.CDN()+"/x", http.StatusMovedPermanently)
		}, "discord answered 301"},
		{"larger than told", body("Every word counts, and more."), "more than the 18 bytes"},
		{"larger by its length", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "Every word counts, and more.") }, "more than the 18 bytes"},
		{"smaller than told", body("Every word"), "unexpected EOF"},
		{"slow", stall, "deadline exceeded"},
		{"silent", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, "deadline exceeded"},
		{"hung up", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "EOF"},
	}
	c := newCDN(&timing{download: 200 * time.Millisecond})
	c.origins = []string{srv.CDN()}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			srv.StrayDownloads(tt.serve)
			f := discordgo.MessageAttachment{Filename: "n", Size: 18, URL: srv.CDN() + "/attachments/1/2/n?hm=" + srv.Secret()}
			b, err := fetch(t, c, f)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %q, %v, want %q", b, err, tt.want)
			}
			if len(b) > 18 {
				t.Errorf("%d bytes were handed on", len(b))
			}
			if err != nil && strings.Contains(err.Error(), srv.Secret()) {
				t.Errorf("the address is in the error: %v", err)
			}
		})
	}
	c.client.CloseIdleConnections()
}

// fetch opens the only file and reads it to its end.
func fetch(t *testing.T, c *cdn, f discordgo.MessageAttachment) ([]byte, error) {
	t.Helper()
	body, err := c.uploads([]*discordgo.MessageAttachment{&f})[0].Open(t.Context())
	if err != nil {
		return nil, err
	}
	defer body.Close()
	var b bytes.Buffer
	_, err = b.ReadFrom(body)
	return b.Bytes(), err
}

func TestAddressesNotAsked(t *testing.T) {
	t.Parallel()
	c := newCDN(&brisk)
	c.client.Transport = transport(func(r *http.Request) (*http.Response, error) {
		t.Errorf("%s was asked", r.URL.Host)
		return respond(200, "x"), nil
	})
	for _, address := range []string{
		"http://cdn.discordapp.com/a?hm=secret", "https://cdn.discordapp.com.evil.example/a?hm=secret", "https://cdn.discordapp.com:8443/a?hm=secret",
		"https://cdn.discordapp.com@evil.example/a?hm=secret", "https://u:p@cdn.discordapp.com/a?hm=secret", "https://127.0.0.1/a?hm=secret",
		"file:///etc/passwd?hm=secret", "//cdn.discordapp.com/a?hm=secret", "%zz?hm=secret", "",
	} {
		if _, err := fetch(t, c, discordgo.MessageAttachment{Size: 1, URL: address}); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", address, err)
		}
	}
	for _, size := range []int64{-1, maxUpload + 1} {
		if _, err := fetch(t, c, discordgo.MessageAttachment{Size: int(size), URL: origins[0] + "/a"}); err == nil || !strings.Contains(err.Error(), "at most 20000000") {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
	var asked []string
	c.client.Transport = transport(func(r *http.Request) (*http.Response, error) {
		asked = append(asked, r.URL.Host)
		if len(r.Header) > 0 {
			t.Errorf("sent along: %v", r.Header)
		}
		answer := respond(200, "x")
		answer.ContentLength = -1 // not told
		return answer, nil
	})
	for _, origin := range origins {
		if b, err := fetch(t, c, discordgo.MessageAttachment{Size: 1, URL: origin + "/a?hm=secret"}); err != nil || string(b) != "x" {
			t.Errorf("%s: %q, %v", origin, b, err)
		}
	}
	if want := []string{"cdn.discordapp.com", "media.discordapp.net"}; !slices.Equal(asked, want) {
		t.Errorf("asked %q, want %q", asked, want)
	}
}
