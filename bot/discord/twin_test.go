package discord

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"rapporteur/bot"
	"rapporteur/bot/bottest"
	"rapporteur/bot/discord/discordtest"
)

// The tests of this file talk with discord-digital-twin, which others have
// written by what they know of Discord: discordtest shares our misunderstandings,
// the twin has its own. They are skipped unless TWIN names the program that
// starts it, testdata/twin/run.
//
// What the twin cannot do, found by trying:
//
//   - RESUME: it is passed over in silence (TestTwinForgetsSessions);
//   - any check of what it is sent: messages of 5000 characters, or of components
//     without their flag, commands with names in capitals, calls without a token
//     are all taken;
//   - rate limits, nonces, the three seconds and the fifteen minutes;
//   - to remove a deferred answer: DELETE @original is 404, code 10008, until it
//     has been edited. So a private answer to a public question leaves a warning
//     in the log;
//   - to remember that a deferred answer was for one person alone, and to keep
//     what is from others;
//   - a deferred answer to a button: it edits the button's message instead. By the
//     documentation only a deferred update does;
//   - mentions, types of messages, referenced_message, languages, interactions in
//     direct messages: testdata/twin/twin.mjs adds these to its events;
//   - POST /users/@me/channels, thus letters to people, and GET /gateway;
//   - HTTP interactions, more than one shard, message types but the default.

// twin is a running discord-digital-twin.
type twin struct {
	mu  sync.Mutex // one question, one answer
	in  io.WriteCloser
	out *bufio.Scanner
	URL string `json:"url"`
	Tok string `json:"token"`
	Bot string `json:"bot"`
}

// startTwin starts a twin that ends with the test.
func startTwin(t *testing.T) *twin {
	t.Helper()
	command := os.Getenv("TWIN")
	if command == "" {
		t.Skip("TWIN does not name the program that starts discord-digital-twin, such as testdata/twin/run")
	}
	cmd := exec.Command(command)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	tw := &twin{in: in, out: bufio.NewScanner(out)}
	tw.out.Buffer(nil, 16<<20)
	t.Cleanup(func() {
		in.Close() // which ends it, also when these tests are killed
		end := time.AfterFunc(10*time.Second, func() { _ = cmd.Process.Kill() })
		defer end.Stop()
		if err := cmd.Wait(); err != nil {
			t.Errorf("the twin: %v", err)
		}
	})
	if !tw.out.Scan() {
		t.Fatalf("the twin does not start: %v", tw.out.Err())
	}
	if err := json.Unmarshal(tw.out.Bytes(), tw); err != nil {
		t.Fatalf("the twin begins with %q: %v", tw.out.Text(), err)
	}
	return tw
}

// do makes the twin do one thing and decodes what came of it into result.
func (tw *twin) do(t testing.TB, what string, how map[string]any, result any) {
	t.Helper()
	tw.mu.Lock()
	defer tw.mu.Unlock()
	line := map[string]any{"do": what}
	for k, v := range how {
		line[k] = v
	}
	raw, err := json.Marshal(line)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tw.in.Write(append(raw, '\n')); err != nil || !tw.out.Scan() {
		t.Fatalf("the twin has gone: %v, %v", err, tw.out.Err())
	}
	var failed struct{ Error string }
	err = json.Unmarshal(tw.out.Bytes(), &failed)
	if err == nil && result != nil {
		err = json.Unmarshal(tw.out.Bytes(), result)
	}
	if err != nil || failed.Error != "" {
		t.Fatalf("the twin, asked for %s: %v %s", raw, err, failed.Error)
	}
}

// until waits until cond is true.
func until(t testing.TB, what string, cond func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !cond(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for: %s", what)
		}
	}
}

// startOnTwin runs an adapter on the twin until the test is over and lets a
// person in.
func startOnTwin(t *testing.T, tw *twin, h bot.Handler, change ...func(*timing)) *twinPerson {
	t.Helper()
	log := new(logBuffer)
	a, err := New(Config{
		Token: tw.Tok, APIURL: tw.URL, Handler: h,
		Logger: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		t.Fatal(err)
	}
	a.times = brisk
	for _, c := range change {
		c(&a.times)
	}
	ctx, cancel := context.WithCancel(context.Background())
	over := make(chan error, 1)
	go func() { over <- a.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-over; err != nil {
			t.Errorf("Run: %v", err)
		}
		until(t, "the twin to notice that the bot has gone", func() bool { return tw.clients(t) == 0 })
		if strings.Contains(log.String(), tw.Tok) {
			t.Error("the token is in the log")
		}
		if t.Failed() {
			t.Logf("log:\n%s", log)
		}
	})
	until(t, "the bot to be ready", func() bool { return a.Health() == nil && a.registered.Load() })
	p := &twinPerson{twin: tw, adapter: a, log: log}
	tw.do(t, "person", nil, p)
	p.last = p.Channel
	return p
}

func (tw *twin) clients(t testing.TB) int {
	var n struct{ Count int }
	tw.do(t, "clients", nil, &n)
	return n.Count
}

// twinPerson is somebody who talks with the bot on the twin.
type twinPerson struct {
	*twin
	adapter *Adapter
	log     *logBuffer

	User    string
	Channel string // on the server
	Direct  string // messages with the bot
	last    string // channel
}

var _ bottest.Presser = (*twinPerson)(nil)

// twinMessage is a message as the twin keeps it.
type twinMessage struct {
	ID, Author, Content, Reference string
	Flags                          int
	Embeds, Components             json.RawMessage
}

func (m twinMessage) read() string { return discordtest.ReadMessage(m.Content, m.Embeds, m.Components) }

// messages lists those the bot has written.
func (p *twinPerson) messages(t testing.TB, channel string) []twinMessage {
	t.Helper()
	var list struct{ Messages []twinMessage }
	p.do(t, "messages", map[string]any{"channel": channel}, &list)
	return slices.DeleteFunc(list.Messages, func(m twinMessage) bool { return m.Author != p.Bot })
}

// act does something in a channel and returns what the bot then writes there,
// and the id of what it began.
func (p *twinPerson) act(t testing.TB, channel, what string, how map[string]any) (said []twinMessage, id string) {
	t.Helper()
	p.last = channel
	before := p.messages(t, channel)
	by := map[string]any{"channel": channel, "user": p.User}
	for k, v := range how {
		by[k] = v
	}
	var begun struct{ ID string }
	p.do(t, what, by, &begun)
	p.do(t, "settle", nil, nil)
	p.adapter.jobs.Wait(time.Minute)
	for _, m := range p.messages(t, channel) {
		i := slices.IndexFunc(before, func(o twinMessage) bool { return o.ID == m.ID })
		if i < 0 {
			said = append(said, m)
		} else if before[i].read() != m.read() {
			t.Errorf("%s changed an earlier message from\n%s\nto\n%s", what, before[i].read(), m.read())
		}
	}
	return said, begun.ID
}

func readAll(list []twinMessage) (read []string) {
	for _, m := range list {
		read = append(read, m.read())
	}
	return read
}

// Say implements bottest.Platform.
func (p *twinPerson) Say(t testing.TB, s bottest.Step) []string {
	t.Helper()
	channel := p.Channel
	if s.Where == bottest.Direct {
		channel = p.Direct
	}
	if s.Command != "" {
		said, _ := p.slash(t, channel, s.Command, s.Text, s.Options, s.Locale)
		return readAll(said)
	}
	how := map[string]any{"text": s.Text, "mention": s.Where == bottest.Mention}
	if s.Where == bottest.ReplyTo {
		said := p.messages(t, channel)
		if len(said) == 0 {
			t.Fatal("there is nothing to reply to")
		}
		how["reply"] = said[len(said)-1].ID
	}
	said, _ := p.act(t, channel, "write", how)
	return readAll(said)
}

func (p *twinPerson) slash(t testing.TB, channel, name, text string, options map[string]string, locale string) (said []twinMessage, id string) {
	t.Helper()
	if options == nil {
		options = map[string]string{}
	}
	if locale == "en" {
		locale = ""
	}
	return p.act(t, channel, "slash", map[string]any{"name": name, "text": text, "options": options, "locale": locale})
}

// Press implements bottest.Presser.
func (p *twinPerson) Press(t testing.TB, label, locale string) []string {
	t.Helper()
	said, _ := p.press(t, label, locale)
	return readAll(said)
}

func (p *twinPerson) press(t testing.TB, label, locale string) (said []twinMessage, id string) {
	t.Helper()
	list := p.messages(t, p.last)
	for _, m := range slices.Backward(list) {
		var all []twinPart
		if err := json.Unmarshal(m.Components, &all); err != nil {
			t.Fatal(err)
		}
		if token := tokenOf(all, label); token != "" {
			return p.act(t, p.last, "press", map[string]any{"message": m.ID, "token": token, "locale": locale})
		}
	}
	t.Errorf("there is no button %q in %q", label, readAll(list))
	return nil, ""
}

type twinPart struct {
	Type       int        `json:"type"`
	Label      string     `json:"label"`
	CustomID   string     `json:"custom_id"`
	Components []twinPart `json:"components"`
}

// tokenOf finds the button with a label.
func tokenOf(list []twinPart, label string) string {
	for _, c := range list {
		if c.Type == 2 && c.Label == label && c.CustomID != "" {
			return c.CustomID
		}
		if token := tokenOf(c.Components, label); token != "" {
			return token
		}
	}
	return ""
}

// first is the bot's first word on an interaction.
type first struct {
	Type         int
	Acknowledged bool
	Data         struct {
		Flags   int
		Choices []struct{ Name, Value string }
	}
}

func (p *twinPerson) response(t testing.TB, id string) (f first) {
	t.Helper()
	p.do(t, "response", map[string]any{"id": id}, &f)
	return f
}

func TestTwinConversations(t *testing.T) {
	tw := startTwin(t)
	bottest.Run(t, func(t *testing.T, h bot.Handler) bottest.Platform { return startOnTwin(t, tw, h) })
}

func TestTwinCommands(t *testing.T) {
	p := startOnTwin(t, startTwin(t), echo)
	var got struct {
		Commands []struct {
			Name string
			Type int
		}
	}
	p.do(t, "commands", nil, &got)
	want := commands(bottest.New(bottest.Config{}))
	if len(got.Commands) != len(want) {
		t.Fatalf("the twin knows %v, want %d commands", got.Commands, len(want))
	}
	for _, c := range got.Commands {
		if !slices.ContainsFunc(want, func(w *discordgo.ApplicationCommand) bool { return w.Name == c.Name && int(w.Type) == c.Type }) {
			t.Errorf("nobody registered %v", c)
		}
	}
}

func TestTwinInteractions(t *testing.T) {
	p := startOnTwin(t, startTwin(t), bottest.NewBot(t, nil))

	t.Run("a command is acknowledged, then answered with components", func(t *testing.T) {
		said, id := p.slash(t, p.Channel, "ask", "Who will open the bridge?", nil, "")
		if f := p.response(t, id); !f.Acknowledged || f.Type != int(discordgo.InteractionResponseDeferredChannelMessageWithSource) || f.Data.Flags != 0 {
			t.Errorf("acknowledged with %+v", f)
		}
		if len(said) != 1 || !strings.Contains(said[0].read(), bottest.Opening) || string(said[0].Components) == "[]" || said[0].Content != "" {
			t.Fatalf("got %q", readAll(said))
		}
	})

	t.Run("a button is answered with a message for who pressed it", func(t *testing.T) {
		said, id := p.press(t, "Context", "uk")
		if f := p.response(t, id); f.Type != int(discordgo.InteractionResponseDeferredChannelMessageWithSource) || f.Data.Flags != int(discordgo.MessageFlagsEphemeral) {
			t.Errorf("acknowledged with %+v", f)
		}
		if len(said) != 1 || said[0].Flags&int(discordgo.MessageFlagsEphemeral) == 0 || !strings.Contains(said[0].read(), "Цитата") || !strings.Contains(said[0].read(), bottest.Opening) {
			t.Errorf("got %q", readAll(said))
		}
	})

	t.Run("suggestions", func(t *testing.T) {
		_, id := p.act(t, p.Channel, "complete", map[string]any{"name": "source", "option": "id", "text": "bri"})
		f := p.response(t, id)
		if f.Type != int(discordgo.InteractionApplicationCommandAutocompleteResult) || len(f.Data.Choices) == 0 || f.Data.Choices[0].Value != "bridge" {
			t.Errorf("got %+v", f)
		}
	})

	t.Run("no suggestions", func(t *testing.T) {
		_, id := p.act(t, p.Channel, "complete", map[string]any{"name": "source", "option": "id", "text": "zzzz"})
		if f := p.response(t, id); !f.Acknowledged || len(f.Data.Choices) > 0 {
			t.Errorf("got %+v", f)
		}
	})

	t.Run("a message is checked against the sources", func(t *testing.T) {
		var m struct{ ID string }
		p.do(t, "write", map[string]any{"channel": p.Channel, "user": p.User, "text": "Captain Firefly will open the bridge in May."}, &m)
		said, _ := p.act(t, p.Channel, "menu", map[string]any{"name": "Verify against the sources", "message": m.ID})
		if len(said) != 1 || said[0].Flags&int(discordgo.MessageFlagsEphemeral) == 0 || !strings.Contains(said[0].read(), bottest.Opening) {
			t.Errorf("got %q", readAll(said))
		}
	})

	t.Run("a private answer", func(t *testing.T) {
		said, id := p.slash(t, p.Channel, "ask", "Who will open the bridge?", map[string]string{"private": "true"}, "")
		if f := p.response(t, id); f.Data.Flags != int(discordgo.MessageFlagsEphemeral) {
			t.Errorf("acknowledged with %+v", f)
		}
		if len(said) != 1 || said[0].Flags&int(discordgo.MessageFlagsEphemeral) == 0 {
			t.Errorf("got %q", readAll(said))
		}
	})

	if log := p.log.String(); strings.Contains(log, "level=WARN") || strings.Contains(log, "level=ERROR") {
		t.Error("something went wrong on the way")
	}
}

func TestTwinLongAnswers(t *testing.T) {
	p := startOnTwin(t, startTwin(t), sayLong)
	said, id := p.act(t, p.Channel, "write", map[string]any{"text": "All of it?", "mention": true})
	if len(said) != 2 || said[0].Reference != id || said[1].Reference != "" {
		t.Errorf("want two messages, the first a reply to the question, got %+v", said)
	}
	said, _ = p.slash(t, p.Channel, "ask", "All of it?", map[string]string{"private": "true"}, "")
	if len(said) != 2 || said[0].Flags&said[1].Flags&int(discordgo.MessageFlagsEphemeral) == 0 {
		t.Errorf("want two private messages, got %+v", said)
	}
}

// TestTwinPrivateAfterAll answers a public question in private. The twin cannot
// remove the public acknowledgement; the answer must come all the same.
func TestTwinPrivateAfterAll(t *testing.T) {
	p := startOnTwin(t, startTwin(t), handler(func(context.Context, bot.Request) bot.Reply {
		reply := say("Between us.")
		reply.Private = true
		return reply
	}))
	said, id := p.slash(t, p.Channel, "help", "", nil, "")
	if f := p.response(t, id); f.Type != int(discordgo.InteractionResponseDeferredChannelMessageWithSource) || f.Data.Flags != 0 {
		t.Errorf("acknowledged with %+v", f)
	}
	if len(said) != 1 || said[0].Flags&int(discordgo.MessageFlagsEphemeral) == 0 || said[0].read() != "Between us." {
		t.Errorf("got %+v", said)
	}
}

func TestTwinThreads(t *testing.T) {
	p := startOnTwin(t, startTwin(t), handler(func(_ context.Context, r bot.Request) bot.Reply {
		reply := say("An answer.")
		reply.Thread, reply.Question = r.Parent == "", r.Text
		return reply
	}))
	threads := func() (list []string) {
		var got struct{ Threads []struct{ ID, Name string } }
		p.do(t, "threads", map[string]any{"channel": p.Channel}, &got)
		for _, th := range got.Threads {
			list = append(list, fmt.Sprintf("%s: %q", th.Name, readAll(p.messages(t, th.ID))))
		}
		return list
	}
	// The twin lists the message a thread began at as the thread's first.
	for _, tt := range []struct {
		name, what string
		how        map[string]any
		want       string
	}{
		{"a command", "slash", map[string]any{"name": "ask", "text": "Who asks?"}, `Who asks?: ["Who asks?" "An answer."]`},
		{"a message", "write", map[string]any{"text": "Who writes?", "mention": true}, `Who writes?: ["An answer."]`},
	} {
		p.act(t, p.Channel, tt.what, tt.how)
		if got := threads(); !slices.Contains(got, tt.want) {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestTwinTyping(t *testing.T) {
	tw := startTwin(t)
	var p *twinPerson
	p = startOnTwin(t, tw, handler(func(context.Context, bot.Request) bot.Reply {
		until(t, "the typing indicator", func() bool {
			var n struct{ Count int }
			tw.do(t, "typing", map[string]any{"channel": p.Direct}, &n)
			return n.Count > 0
		})
		return say("Here.")
	}), func(times *timing) { times.typing = time.Millisecond })
	if said, _ := p.act(t, p.Direct, "write", map[string]any{"text": "Hello?"}); len(said) != 1 || said[0].read() != "Here." {
		t.Errorf("got %+v", said)
	}
}

// TestTwinForgetsSessions breaks the connection. The twin answers a RESUME with
// nothing, as Discord may in an outage: the bot must begin anew in the end.
func TestTwinForgetsSessions(t *testing.T) {
	p := startOnTwin(t, startTwin(t), echo, func(times *timing) { times.ready = 50 * time.Millisecond })
	p.do(t, "drop", nil, nil)
	until(t, "the bot to be back", func() bool { return p.adapter.Health() == nil && p.clients(t) == 1 })
	if got := p.Say(t, bottest.Step{Where: bottest.Direct, Text: "Still there?"}); len(got) != 1 || !strings.Contains(got[0], "Still there?") {
		t.Errorf("got %q", got)
	}
}
