package discord

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/discord/discordtest"
)

var (
	chart = bot.File{Name: "chart.png", Type: "image/png", Data: []byte("\x89PNG\r\n\x1a\n--boundary\r\n")}
	table = bot.File{Name: "gaps.csv", Type: "text/csv; charset=utf-8", Data: []byte("question,askers\r\n")}
)

// withFiles is a handler that sends files with what it says.
func withFiles(files ...bot.File) handler {
	return func(context.Context, bot.Request) bot.Reply {
		r := say("See below.")
		r.Actions = next
		r.Files = files
		return r
	}
}

// filesOf returns the files of the bot's last message that stands.
func filesOf(srv *discordtest.Server) (files []bot.File, m discordtest.Message) {
	for _, m = range slices.Backward(srv.Messages()) {
		if m.Author == discordtest.BotID && !m.Deleted {
			break
		}
	}
	for _, f := range m.Files {
		files = append(files, bot.File{Name: f.Name, Type: f.Type, Data: f.Data})
	}
	return files, m
}

func sameFiles(a, b []bot.File) bool {
	return slices.EqualFunc(a, b, func(a, b bot.File) bool {
		kind, _, _ := strings.Cut(b.Type, ";")
		return a.Name == b.Name && a.Type == kind && bytes.Equal(a.Data, b.Data)
	})
}

// TestFilesInEveryWay sends files in every way there is to answer.
func TestFilesInEveryWay(t *testing.T) {
	t.Parallel()
	private := func(context.Context, bot.Request) bot.Reply {
		r := withFiles(chart, table)(context.Background(), bot.Request{})
		r.Private = true
		return r
	}
	threaded := func(context.Context, bot.Request) bot.Reply {
		r := withFiles(chart, table)(context.Background(), bot.Request{})
		r.Thread, r.Question = true, "Which?"
		return r
	}
	slash := func(t *testing.T, p *discordtest.Person) { p.Slash(t, "ask", "Which?", nil, "") }
	for _, tt := range []struct {
		name  string
		h     handler
		do    func(*testing.T, *discordtest.Person)
		call  string // "method route" that carries the files
		fault discordtest.Fault
		quick bool
	}{
		{name: "first word", h: withFiles(chart, table), do: slash, quick: true, call: "POST /callback"},
		{name: "first word, repeated", h: withFiles(chart, table), do: slash, quick: true, call: "POST /callback",
			fault: discordtest.Fault{Method: "POST", Route: "/callback", Status: 502, Lost: true}},
		{name: "deferred", h: withFiles(chart, table), do: slash, call: "PATCH /@original"},
		{name: "deferred, repeated", h: withFiles(chart, table), do: slash, call: "PATCH /@original",
			fault: discordtest.Fault{Method: "PATCH", Route: "/@original", Status: 502, Lost: true, Times: 2}},
		{name: "follow-up", h: private, do: slash, call: "POST /{webhook_token}"},
		{name: "message", h: withFiles(chart, table), do: func(t *testing.T, p *discordtest.Person) { p.Mention(t, "Which?") }, call: "POST /messages"},
		{name: "message, repeated", h: withFiles(chart, table), do: func(t *testing.T, p *discordtest.Person) { p.Mention(t, "Which?") }, call: "POST /messages",
			fault: discordtest.Fault{Method: "POST", Route: "/messages", Status: 502, Lost: true}},
		{name: "direct message", h: withFiles(chart, table), do: func(t *testing.T, p *discordtest.Person) { p.DM(t, "Which?") }, call: "POST /messages"},
		{name: "thread", h: threaded, do: slash, call: "POST /messages"},
		{name: "embeds", h: withFiles(chart, table), do: slash, call: "PATCH /@original",
			fault: discordtest.Fault{Method: "PATCH", Route: "/@original", Status: 400, Code: 50035}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := discordtest.New(t, discordtest.Config{})
			start(t, srv, tt.h, func(times *timing) {
				if tt.quick {
					times.patience = time.Minute
				}
			})
			p := srv.NewPerson()
			srv.WaitReady(t)
			if tt.fault.Method != "" {
				srv.Plan(tt.fault)
			}
			tt.do(t, p)
			files, m := filesOf(srv)
			if want := []bot.File{chart, table}; !sameFiles(files, want) {
				t.Errorf("got %+v", files)
			}
			if text := m.Read(); !strings.Contains(text, "See below.") || !strings.Contains(text, "[") {
				t.Errorf("the message with the files says %q", text)
			}
			method, route, _ := strings.Cut(tt.call, " ")
			calls := srv.Calls(method, route)
			if len(calls) == 0 || len(calls[len(calls)-1].Files) != 2 {
				t.Errorf("no %s carries the files: %+v", tt.call, calls)
			}
			if n := len(srv.Messages()); tt.fault.Lost && n != 1+strings.Count(tt.call, "/messages") {
				t.Errorf("repeating made %d messages", n)
			}
		})
	}
}

func TestLetterWithFiles(t *testing.T) {
	t.Parallel()
	srv := discordtest.New(t, discordtest.Config{})
	r := start(t, srv, echo)
	p := srv.NewPerson()
	reply := withFiles(table)(context.Background(), bot.Request{})
	if err := r.Send(t.Context(), bot.Recipient{User: p.ID(), Key: "7"}, reply); err != nil {
		t.Fatal(err)
	}
	if files, _ := filesOf(srv); !sameFiles(files, []bot.File{table}) {
		t.Errorf("got %+v", files)
	}
}

// TestLargeFilesAreDeferred looks that what takes long to send is not sent in
// the three seconds.
func TestLargeFilesAreDeferred(t *testing.T) {
	t.Parallel()
	srv := discordtest.New(t, discordtest.Config{})
	large := bot.File{Name: "all.csv", Type: "text/csv", Data: make([]byte, maxQuick+1)}
	start(t, srv, withFiles(large), func(times *timing) { times.patience = time.Minute })
	srv.NewPerson().Slash(t, "help", "", nil, "")
	if files, _ := filesOf(srv); !sameFiles(files, []bot.File{large}) {
		t.Errorf("got %d files", len(files))
	}
	if calls := srv.Calls("POST", "/callback"); len(calls) != 1 || calls[0].Body != `{"type":5}` {
		t.Errorf("acknowledged by %d calls", len(calls))
	}
}

func TestSendable(t *testing.T) {
	t.Parallel()
	of := func(name string, size int) bot.File {
		return bot.File{Name: name, Type: "text/csv", Data: make([]byte, size)}
	}
	var eleven []bot.File
	for range 11 {
		eleven = append(eleven, of("a.csv", 1))
	}
	for _, tt := range []struct {
		name   string
		files  []bot.File
		kept   string
		locale string
		said   string
	}{
		{"none", nil, "", "en", ""},
		{"of one name", eleven[:3], "a.csv 2-a.csv 3-a.csv", "en", ""},
		{"as large as can be", []bot.File{of("a.csv", maxFile)}, "a.csv", "en", ""},
		{"too large", []bot.File{of("a.csv", maxFile+1), of("b.csv", 1)}, "b.csv", "en", "Not sent, because it is too large or too much for one message: a.csv"},
		{"too large, in German", []bot.File{of("a.csv", maxFile+1)}, "", "de", "Nicht gesendet"},
		{"too large together", []bot.File{of("a.csv", maxFile), of("b.csv", maxFile), of("c.csv", maxFile), of("d.csv", 9)}, "a.csv b.csv d.csv", "en", ": c.csv"},
		{"too many", eleven, "a.csv 2-a.csv 3-a.csv 4-a.csv 5-a.csv 6-a.csv 7-a.csv 8-a.csv 9-a.csv 10-a.csv", "en", ": 11-a.csv"},
	} {
		r := sendable(bot.Reply{Files: tt.files}, tt.locale)
		var kept []string
		for _, f := range r.Files {
			kept = append(kept, f.Name)
		}
		if got := strings.Join(kept, " "); got != tt.kept {
			t.Errorf("%s: kept %q, want %q", tt.name, got, tt.kept)
		}
		if got := Render(r); !strings.Contains(strings.ReplaceAll(got, `\`, ""), tt.said) || got != "" && tt.said == "" {
			t.Errorf("%s: said %q, want %q", tt.name, got, tt.said)
		}
	}
}

func TestFileNames(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("n", 255)
	for name, want := range map[string]string{
		"chart.png": "chart.png", "../../etc/passwd": "etc-passwd", `C:\x.txt`: "C--x.txt", "a\u202etxt.exe": "a-txt.exe", "": "file", "...": "file",
		".profile": "profile", "a\r\nb\".csv": "a--b-.csv", "SPOILER_x.png": "SPOILER-x.png", long + ".csv": long[:93] + ".csv", long: long[:97],
		"a." + long: "a." + long[:95], "міст.csv": "csv",
	} {
		if got := fileName(name); got != want {
			t.Errorf("%q becomes %q, want %q", name, got, want)
		}
	}
	for kind, want := range map[string]string{"image/png": "image/png", "": "application/octet-stream", "text/csv; charset=utf-8": "text/csv; charset=utf-8",
		"text/csv\r\nX: y": "application/octet-stream", "nonsense": "application/octet-stream"} {
		if got := fileType(kind); got != want {
			t.Errorf("%q becomes %q, want %q", kind, got, want)
		}
	}
}

// TestHostileFilesGoOut sends files whose names would break the form, or the
// message, if they stood in it as they are.
func TestHostileFilesGoOut(t *testing.T) {
	t.Parallel()
	var files []bot.File
	for _, name := range []string{"../../etc/passwd", "a\u202etxt.exe", strings.Repeat("n", 255), "", "a\r\nContent-Type: x\r\n\".csv", "", "p.png"} {
		files = append(files, bot.File{Name: name, Type: "text/plain\r\n", Data: []byte(name)})
	}
	files[6].Type = "image/png"
	srv := discordtest.New(t, discordtest.Config{})
	start(t, srv, withFiles(files...))
	srv.NewPerson().Slash(t, "help", "", nil, "")
	got, _ := filesOf(srv)
	if len(got) != len(files) {
		t.Fatalf("got %d files, want %d", len(got), len(files))
	}
	for i := range got {
		if !bytes.Equal(got[i].Data, files[i].Data) {
			t.Errorf("file %d holds %q", i, got[i].Data)
		}
	}
}

// TestFilesWithAnything puts files beside what already fills a message.
func TestFilesWithAnything(t *testing.T) {
	t.Parallel()
	var files []bot.File
	for i := range maxFiles {
		files = append(files, bot.File{Name: fmt.Sprintf("f%d.csv", i), Type: []string{"text/csv", "image/png"}[i%2]})
	}
	all := replies()
	all["nothing"] = bot.Reply{}
	all["buttons"] = bot.Reply{Actions: next}
	for name, reply := range all {
		for kind, l := range layouts {
			for _, n := range []int{1, maxFiles} {
				reply.Files = files[:n]
				messages := compose(reply, l)
				if len(messages) == 0 {
					t.Fatalf("%s, %s: nothing is sent", name, kind)
				}
				carried := 0
				for _, m := range messages {
					carried += len(m.files)
					raw, err := json.Marshal(outgoing{content: m})
					if err != nil {
						t.Fatal(err)
					}
					for _, broken := range discordtest.BrokenRules(raw) {
						t.Errorf("%s, %s, %d files: %s", name, kind, n, broken)
					}
				}
				if carried != n || len(messages[len(messages)-1].files) != n {
					t.Errorf("%s, %s: %d of %d files", name, kind, carried, n)
				}
			}
		}
	}
}
