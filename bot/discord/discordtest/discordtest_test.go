package discordtest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

func TestRead(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]string{
		"**Verdict**\n> a\n> \n> b\n[s](<https://x.example/%28>)\n-# note": "Verdict\na\n\nb\ns (https://x.example/%28)\nnote",
		`\*a\* \_b\_ 1\. \\o/ \@everyone \<@1>`:                            `*a* _b_ 1. \o/ @everyone <@1>`,
		"*a* _b_ __c__ ~~d~~ ||e|| `f` ```g```":                            "⟦*⟧a ⟦_⟧b ⟦__⟧c ⟦~~⟧d ⟦||⟧e ⟦code⟧ ⟦code⟧",
		"@everyone <@1> <@&2> <#3> <t:4:R> <:e:5> </f:6> :smile:":          "⟦@everyone⟧ ⟦@1⟧ ⟦@&2⟧ ⟦#3⟧ ⟦t:4:R⟧ ⟦:e:5⟧ ⟦/f:6⟧ ⟦:smile:⟧",
		"# a\n- b\n1. c\n>>> d":                                            "a\n• b\n⟦item⟧  1c\nd",
		"https://a.example/b_c_d, and snake_case 5 * 3":                    "https://a.example/b_c_d, and snake_case 5 * 3",
		"<https://a.example/b_c> [x](https://a.example)":                   "https://a.example/b_c x (https://a.example)",
	} {
		if got := Read(content); got != strings.ReplaceAll(want, "⟦item⟧  1c", "⟦item⟧ 1c") {
			t.Errorf("Read(%q)\n got %q\nwant %q", content, got, want)
		}
	}
}

// client is a bot that can be told to do anything.
type client struct {
	t *testing.T
	s *Server
}

func (c client) do(method, path, body string) (status, code int) {
	c.t.Helper()
	req, err := http.NewRequest(method, c.s.URL()+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Authorization", "Bot "+c.s.Token)
	req.Header.Set("User-Agent", "DiscordBot (https://example.org, 1)")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, _ := io.ReadAll(resp.Body)
	var told struct{ Code int }
	json.Unmarshal(raw, &told)
	return resp.StatusCode, told.Code
}

// connect opens the gateway and identifies.
func (c client) connect(extra string) *websocket.Conn {
	c.t.Helper()
	ws, _, err := websocket.DefaultDialer.Dial(c.s.gatewayURL()+"/?v=10&encoding=json", nil)
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { ws.Close() })
	ws.WriteMessage(websocket.TextMessage, fmt.Appendf(nil, `{"op":2,"d":{"token":%q,"intents":4608%s}}`, c.s.Token, extra))
	return ws
}

func TestContract(t *testing.T) {
	t.Parallel()
	const (
		fine     = `"allowed_mentions":{"parse":[]},"flags":4`
		commands = "/applications/" + AppID + "/commands"
	)
	one := func(inner string) string { return `[{"type":1,"name":"ask","description":"d"` + inner + `}]` }
	// I and T stand for an interaction's id and token, C for a channel.
	const callback, original, followUp, messages = "/interactions/I/T/callback", "/webhooks/" + AppID + "/T/messages/@original", "/webhooks/" + AppID + "/T", "/channels/C/messages"
	type step struct {
		method, path, body string
		status, code       int
	}
	ack := step{"POST", callback, `{"type":5}`, 204, 0}
	tests := []struct {
		name  string
		steps []step
		want  string // in a violation; "" is none
	}{
		{"as it should be", []step{ack,
			{"PATCH", original, `{"content":"a",` + fine + `}`, 200, 0},
			{"POST", followUp, `{"content":"b",` + fine + `}`, 200, 0},
			{"DELETE", original, ``, 204, 0},
			{"POST", messages, `{"content":"c",` + fine + `}`, 200, 0},
			{"PUT", commands, one(`,"default_member_permissions":"0"`), 200, 0},
		}, ""},
		{"acknowledged twice", []step{ack, {"POST", callback, `{"type":5}`, 400, 40060}}, "acknowledged twice"},
		{"unknown interaction", []step{{"POST", "/interactions/1/x/callback", `{"type":5}`, 404, 10062}}, "unknown interaction"},
		{"edit before acknowledging", []step{{"PATCH", original, `{"content":"a",` + fine + `}`, 404, 10015}}, "before the acknowledgement"},
		{"follow-up before the answer", []step{ack, {"POST", followUp, `{"content":"a",` + fine + `}`, 200, 0}}, "while the deferred answer stands"},
		{"mentions allowed", []step{{"POST", messages, `{"content":"a","flags":4}`, 400, 50035}}, "allowed_mentions"},
		{"mentions by default", []step{{"POST", messages, `{"content":"a","allowed_mentions":{},"flags":4}`, 400, 50035}}, "allowed_mentions"},
		{"previews", []step{{"POST", messages, `{"content":"a","allowed_mentions":{"parse":[]}}`, 400, 50035}}, "flags are 0"},
		{"too long", []step{{"POST", messages, `{"content":"` + strings.Repeat("🏛", 1001) + `",` + fine + `}`, 400, 50035}}, "2002 UTF-16 units"},
		{"empty", []step{{"POST", messages, `{"content":" \n",` + fine + `}`, 400, 50006}}, "empty message"},
		{"made up", []step{{"POST", messages, `{"content":"a","colour":1,` + fine + `}`, 400, 50035}}, "colour"},
		{"command in capitals", []step{{"PUT", commands, `[{"name":"Ask","description":"d"}]`, 400, 50035}}, `name "Ask"`},
		{"command with a space", []step{{"PUT", commands, `[{"name":"a b","description":"d"}]`, 400, 50035}}, `name "a b"`},
		{"command without description", []step{{"PUT", commands, `[{"name":"a","description":""}]`, 400, 50035}}, "0 characters"},
		{"command twice", []step{{"PUT", commands, `[{"name":"a","description":"d"},{"name":"a","description":"d"}]`, 400, 50035}}, "twice"},
		{"locale unknown", []step{{"PUT", commands, one(`,"description_localizations":{"en":"d"}`), 400, 50035}}, `"en"`},
		{"required after optional", []step{{"PUT", commands, one(`,"options":[{"type":3,"name":"a","description":"d"},{"type":3,"name":"b","description":"d","required":true}]`), 400, 50035}}, "required option b"},
		{"no such route", []step{{"POST", "/nowhere", `{}`, 404, 0}}, "no such route"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := New(t, Config{Lenient: true})
			s.spec = nil // the hand-written rules are what is tested here
			p := s.NewPerson()
			s.commands = []command{{Type: 1, Name: "help"}}
			p.slash(t, p.channel, "help", "", nil, "")
			var id string
			for _, in := range s.interactions {
				id = in.id
			}
			fill := strings.NewReplacer("/I/T/", "/"+id+"/interaction-token-"+id+"/", "/T", "/interaction-token-"+id, "/C/", "/"+p.channel.id+"/")
			for _, st := range tt.steps {
				if status, code := (client{t, s}).do(st.method, fill.Replace(st.path), st.body); status != st.status || code != st.code {
					t.Errorf("%s %s: got %d, code %d, want %d, code %d", st.method, st.path, status, code, st.status, st.code)
				}
			}
			got := strings.Join(s.Violations(), "\n")
			if tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
				t.Errorf("violations %q, want %q", got, tt.want)
			}
		})
	}
}

func TestDeadlines(t *testing.T) {
	t.Parallel()
	s := New(t, Config{Lenient: true, AckWithin: time.Nanosecond})
	s.commands = []command{{Type: 1, Name: "help"}}
	p := s.NewPerson()
	p.slash(t, p.channel, "help", "", nil, "")
	for token, in := range s.interactions {
		if status, code := (client{t, s}).do("POST", "/interactions/"+in.id+"/"+token+"/callback", `{"type":5}`); status != 404 || code != 10062 {
			t.Errorf("late acknowledgement: got %d, code %d", status, code)
		}
	}
	s = New(t, Config{Lenient: true, TokenLives: time.Nanosecond})
	s.commands = []command{{Type: 1, Name: "help"}}
	p = s.NewPerson()
	p.slash(t, p.channel, "help", "", nil, "")
	for token, in := range s.interactions {
		c := client{t, s}
		c.do("POST", "/interactions/"+in.id+"/"+token+"/callback", `{"type":5}`)
		if status, code := c.do("DELETE", "/webhooks/"+AppID+"/"+token+"/messages/@original", ""); status != 401 || code != 50027 {
			t.Errorf("expired token: got %d, code %d", status, code)
		}
	}
}

func TestGatewayRefuses(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]int{
		`{"op":2,"d":{"token":"wrong","intents":512}}`:       4004,
		`{"op":2,"d":{"token":"TOKEN"}}`:                     4013,
		`{"op":2,"d":{"token":"TOKEN","intents":32768}}`:     4014,
		`{"op":99,"d":null}`:                                 4001,
		`{`:                                                  4002,
		`{"op":2,"d":{"token":"TOKEN","intents":268435456}}`: 4013,
	} {
		s := New(t, Config{Lenient: true})
		ws, _, err := websocket.DefaultDialer.Dial(s.gatewayURL()+"/?v=10&encoding=json", nil)
		if err != nil {
			t.Fatal(err)
		}
		ws.WriteMessage(websocket.TextMessage, []byte(strings.ReplaceAll(body, "TOKEN", s.Token)))
		ws.ReadMessage() // HELLO
		if _, _, err = ws.ReadMessage(); !websocket.IsCloseError(err, want) {
			t.Errorf("%s: %v, want close code %d", body, err, want)
		}
		ws.Close()
	}
}

func TestIdentifyTooOften(t *testing.T) {
	t.Parallel()
	s := New(t, Config{Lenient: true, IdentifyEvery: time.Hour})
	ws := client{t, s}.connect("")
	s.WaitHandshakes(t, 1, 0)
	if got := s.Violations(); len(got) > 0 {
		t.Errorf("violations after the first IDENTIFY: %q", got)
	}
	ws.WriteMessage(websocket.TextMessage, fmt.Appendf(nil, `{"op":2,"d":{"token":%q,"intents":4608}}`, s.Token))
	s.WaitHandshakes(t, 2, 0)
	got := strings.Join(s.Violations(), "\n")
	if !strings.Contains(got, "number 2 on one connection") || !strings.Contains(got, "of bucket 0") {
		t.Errorf("violations %q, want one for the connection and one for the bucket", got)
	}
}

// TestGatewayStrict breaks each rule of the gateway once.
func TestGatewayStrict(t *testing.T) {
	t.Parallel()
	const identify = `{"op":2,"d":{"token":"TOKEN","intents":4608,"shard":[SHARD]}}`
	tests := []struct {
		name, path, frame string
		plan              Handshake
		want              string // in a violation; "" is none
	}{
		{"as it should be", pathGateway + "?v=10&encoding=json", strings.ReplaceAll(identify, "SHARD", "0,2"), Handshake{}, ""},
		{"no query", pathGateway, strings.ReplaceAll(identify, "SHARD", "0,2"), Handshake{}, "encoding=json"},
		{"IDENTIFY where to resume", pathResume + "?v=10&encoding=json", strings.ReplaceAll(identify, "SHARD", "0,2"), Handshake{}, "IDENTIFY at resume_gateway_url"},
		{"RESUME where to identify", pathGateway + "?v=10&encoding=json", `{"op":6,"d":{"token":"TOKEN","session_id":"x","seq":0}}`, Handshake{}, "RESUME not at"},
		{"before HELLO", pathGateway + "?v=10&encoding=json", strings.ReplaceAll(identify, "SHARD", "0,2"), Handshake{Silent: true}, "before HELLO"},
		{"out of order", pathGateway + "?v=10&encoding=json", strings.ReplaceAll(identify, "SHARD", "1,2"), Handshake{}, "shard 1 identified before shard 0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := New(t, Config{Lenient: true})
			s.PlanGreetings(tt.plan)
			ws, _, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(s.http.URL, "http")+tt.path, nil)
			if err != nil {
				t.Fatal(err)
			}
			defer ws.Close()
			ws.WriteMessage(websocket.TextMessage, []byte(strings.ReplaceAll(tt.frame, "TOKEN", s.Token)))
			s.wait(t, "a handshake", func() bool { return s.identifies+s.resumes > 0 })
			got := strings.Join(s.Violations(), "\n")
			if tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
				t.Errorf("violations %q, want %q", got, tt.want)
			}
		})
	}
}

func TestHeartbeatMissing(t *testing.T) {
	t.Parallel()
	s := New(t, Config{Lenient: true, Heartbeat: time.Millisecond})
	s.slack = time.Millisecond
	client{t, s}.connect("")
	s.wait(t, "a violation", func() bool { return len(s.violations) > 0 })
	if got := s.Violations(); !strings.Contains(got[0], "no heartbeat") {
		t.Errorf("violations %q", got)
	}
}

func TestHeartbeatWrong(t *testing.T) {
	t.Parallel()
	s := New(t, Config{Lenient: true})
	ws := client{t, s}.connect("")
	s.WaitHandshakes(t, 1, 0)
	ws.WriteMessage(websocket.TextMessage, []byte(`{"op":1,"d":99}`))
	s.wait(t, "a violation", func() bool { return len(s.violations) > 0 })
	if got := s.Violations(); !strings.Contains(got[0], "heartbeat with 99") {
		t.Errorf("violations %q", got)
	}
}

func TestGatewayCompresses(t *testing.T) {
	t.Parallel()
	s := New(t, Config{})
	ws := client{t, s}.connect(`,"compress":true`)
	ws.ReadMessage() // HELLO
	kind, data, err := ws.ReadMessage()
	if err != nil || kind != websocket.BinaryMessage || data[0] != 0x78 {
		t.Errorf("READY: kind %d, error %v, data % x…, want zlib", kind, err, data[:min(len(data), 4)])
	}
}

// TestContentIntent checks that content is withheld as Discord does.
func TestContentIntent(t *testing.T) {
	t.Parallel()
	s := New(t, Config{})
	ws := client{t, s}.connect("")
	ws.ReadMessage() // HELLO
	ws.ReadMessage() // READY
	p := s.NewPerson()
	p.write(p.channel, "among others", "", false)
	p.write(p.channel, "for you", "", true)
	p.write(p.direct, "in private", "", false)
	for _, want := range []string{"", "for you", "in private"} {
		var e struct {
			T string
			D struct{ Content string }
		}
		if err := ws.ReadJSON(&e); err != nil || e.T != "MESSAGE_CREATE" || e.D.Content != want {
			t.Errorf("got %+v, %v, want content %q", e, err, want)
		}
	}
}
