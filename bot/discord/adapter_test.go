package discord

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
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

// handler is a bot.Handler made of a function.
type handler func(context.Context, bot.Request) bot.Reply

// Commands are those of the real bot.
func (h handler) Commands(locale string) []bot.Command { return bottest.Commands(locale) }

func (h handler) Handle(ctx context.Context, r bot.Request) bot.Reply { return h(ctx, r) }

func say(text string) bot.Reply {
	return bot.Reply{Kind: bot.KindAnswer, Blocks: []bot.Block{bot.Para{Text: text}}}
}

// echo says what it was asked, field by field.
var echo = handler(func(_ context.Context, r bot.Request) bot.Reply {
	return say(fmt.Sprintf("%s %q %v direct=%v addressed=%v %s %s", r.Command, r.Text, r.Options, r.Direct, r.Addressed, r.Self, r.Locale))
})

// sayLong takes two messages.
var sayLong = handler(func(context.Context, bot.Request) bot.Reply { return say(strings.Repeat("Long enough. ", 400)) })

// brisk are durations for tests. Every answer is deferred.
var brisk = timing{
	opening:  3 * time.Second,
	hello:    3 * time.Second,
	ready:    3 * time.Second,
	silence:  10 * time.Second,
	ack:      8 * time.Second,
	identify: 40 * time.Millisecond,
	invalid:  20 * time.Millisecond,
	settled:  time.Minute,
	step:     20 * time.Millisecond,
	most:     100 * time.Millisecond,
	retry:    2 * time.Millisecond,
	first:    3 * time.Second,
	typing:   time.Hour,
	download: 3 * time.Second,
	token:    15 * time.Minute,
	edits:    10 * time.Millisecond,
	grace:    5 * time.Second,
}

// running is an adapter under test.
type running struct {
	*Adapter
	srv  *discordtest.Server
	log  *logBuffer
	stop context.CancelFunc
	done chan error // what Run returned
}

// logBuffer is a log that can be read while it is written.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// start runs an adapter on srv until the test is over.
func start(t *testing.T, srv *discordtest.Server, h bot.Handler, change ...func(*timing)) *running {
	t.Helper()
	r := prepare(t, srv, h, change...)
	r.run(t)
	return r
}

func prepare(t *testing.T, srv *discordtest.Server, h bot.Handler, change ...func(*timing)) *running {
	t.Helper()
	log := new(logBuffer)
	a, err := New(Config{
		Token:   srv.Token,
		APIURL:  srv.URL() + "/",
		Handler: h,
		Logger:  slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		t.Fatal(err)
	}
	a.times = brisk
	for _, c := range change {
		c(&a.times)
	}
	a.cdn.origins = append(slices.Clone(origins), srv.CDN())
	srv.Idle = func() { a.jobs.Wait(time.Minute) }
	return &running{Adapter: a, srv: srv, log: log, done: make(chan error, 1)}
}

func (r *running) run(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	r.stop = cancel
	over := make(chan struct{})
	go func() {
		defer close(over)
		r.done <- r.Run(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-over
		if strings.Contains(r.log.String(), r.srv.Token) {
			t.Error("the token is in the log")
		}
		if t.Failed() {
			t.Logf("log:\n%s", r.log)
		}
	})
}

// end waits for Run to return.
func (r *running) end(t *testing.T) error {
	t.Helper()
	select {
	case err := <-r.done:
		return err
	case <-time.After(20 * time.Second):
		t.Fatal("Run does not return")
		return nil
	}
}

// waitHealthy waits until the adapter says that it is well, which it may do a
// moment after the fake has seen it connect.
func (r *running) waitHealthy(t *testing.T) {
	t.Helper()
	var err error
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if err = r.Health(); err == nil {
			return
		}
	}
	t.Errorf("health: %v", err)
}

func TestConversations(t *testing.T) {
	for name, patience := range map[string]time.Duration{"at once": time.Minute, "deferred": 0} {
		t.Run(name, func(t *testing.T) {
			bottest.Run(t, func(t *testing.T, h bot.Handler) bottest.Platform {
				srv := discordtest.New(t, discordtest.Config{})
				start(t, srv, h, func(times *timing) { times.patience = patience })
				return srv.NewPerson()
			})
		})
	}
}

func TestRequests(t *testing.T) {
	t.Parallel()
	srv := discordtest.New(t, discordtest.Config{})
	start(t, srv, echo)
	p := srv.NewPerson()
	tests := []struct {
		name string
		do   func() []string
		want string
	}{
		{"slash", func() []string { return p.Slash(t, "ask", "who?", nil, "uk") },
			`ask "who?" map[] direct=false addressed=true rapporteur uk`},
		{"options", func() []string {
			return p.Slash(t, "ask", "who?", map[string]string{"since": "2025-12", "source": "Freedonia Post"}, "en-GB")
		}, `ask "who?" map[since:2025-12 source:Freedonia Post] direct=false addressed=true rapporteur en-GB`},
		{"an option without the first", func() []string {
			return p.Slash(t, "latest", "", map[string]string{"lang": "uk"}, "de")
		}, `latest "" map[lang:uk] direct=false addressed=true rapporteur de`},
		{"slash in direct messages", func() []string { return p.SlashDM(t, "help", "", nil, "") },
			`help "" map[] direct=true addressed=true rapporteur en-US`},
		{"direct message", func() []string { return p.DM(t, "/ask who?\nand why") },
			` "/ask who?\nand why" map[] direct=true addressed=true rapporteur `},
		{"mention", func() []string { return p.Mention(t, "who?") },
			` "who?" map[] direct=false addressed=true rapporteur `},
		{"a mention alone", func() []string { return p.Mention(t, "") },
			` "" map[] direct=false addressed=true rapporteur `},
		{"reply", func() []string { return p.ReplyTo(t, "and then?") },
			` "and then?" map[] direct=false addressed=true rapporteur `},
	}
	for _, tt := range tests {
		got := tt.do()
		if want := []string{strings.TrimSpace(tt.want)}; !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", tt.name, got, want)
		}
	}
	if got := p.Group(t, "who?"); got != nil {
		t.Errorf("talk among others: got %q, want silence", got)
	}
}

// TestMentionsAreNoWords checks that what a person types is asked without
// mentions, wherever they stand.
func TestMentionsAreNoWords(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"What did the dinner cost? <@" + discordtest.BotID + ">":         "What did the dinner cost?",
		"What did <@!123> <@&456> the dinner <a:wave:789> cost?":         "What did the dinner cost?",
		"<#12> <:blob:34> What did the dinner cost </ask:56>?":           "What did the dinner cost?",
		"first line <@1>\n<@2> second line":                              "first line\n second line",
		"Is 3 <5 and <@ 12> what he wrote?":                              "Is 3 <5 and <@ 12> what he wrote?",
		"What did<@1>the <@!2>dinner cost?":                              "What did the dinner cost?",
		"<@" + discordtest.BotID + "> /settings allow:<#30> admin:<@&5>": "/settings allow:<#30> admin:<@&5>",
		"/ask <@1> What about: <@2> the dinner?":                         "/ask What about: the dinner?",
	} {
		m := incoming{Content: typed}
		if got := m.request(identity{ID: discordtest.BotID}).Text; got != want {
			t.Errorf("message %q: got %q, want %q", typed, got, want)
		}
		in := interaction{table: bottest.Commands("en"), Type: discordgo.InteractionApplicationCommand, Data: &interactionData{Name: "ask", Options: []*discordgo.ApplicationCommandInteractionDataOption{
			{Name: "question", Type: discordgo.ApplicationCommandOptionString, Value: typed}}}}
		if got := in.request(identity{}).Text; got != want {
			t.Errorf("command %q: got %q, want %q", typed, got, want)
		}
	}
}

func TestIgnored(t *testing.T) {
	t.Parallel()
	srv := discordtest.New(t, discordtest.Config{})
	start(t, srv, echo)
	srv.WaitReady(t)
	person := map[string]any{"id": "77", "username": "someone"}
	mention := "<@" + discordtest.BotID + "> who?"
	message := func(change map[string]any) map[string]any {
		m := map[string]any{"id": "1", "channel_id": "2", "type": 0, "content": mention, "author": person}
		for k, v := range change {
			m[k] = v
		}
		return m
	}
	for _, m := range []map[string]any{
		message(map[string]any{"author": map[string]any{"id": "78", "bot": true}}),
		message(map[string]any{"webhook_id": "79"}),
		message(map[string]any{"author": map[string]any{"id": discordtest.BotID}}),
		message(map[string]any{"type": 7}), // somebody joined
		message(map[string]any{"content": ""}),
		message(map[string]any{"guild_id": "3", "content": "<@1> who?"}),
		message(map[string]any{"guild_id": "3", "content": "", "referenced_message": map[string]any{
			"author": map[string]any{"id": discordtest.BotID}, "components": []any{map[string]any{"type": 99}}}}),
		message(map[string]any{"content": 5}),
	} {
		srv.Dispatch("MESSAGE_CREATE", m)
	}
	for _, in := range []any{
		map[string]any{"id": "1", "type": 1, "token": "t", "data": map[string]any{}},
		map[string]any{"id": "1", "type": 5, "token": "t", "data": map[string]any{"custom_id": "x", "components": []any{map[string]any{"type": 99}}}},
		"nothing at all",
	} {
		srv.Dispatch("INTERACTION_CREATE", in)
	}
	srv.Settle(t)
	if calls := srv.Calls("POST", ""); len(calls) > 0 {
		t.Errorf("want no calls, got %+v", calls)
	}
}

func TestOddInteractions(t *testing.T) {
	t.Parallel()
	srv := discordtest.New(t, discordtest.Config{})
	start(t, srv, echo)
	p := srv.NewPerson()
	for _, tt := range []struct {
		name string
		data any
		want string
	}{
		{"no data", nil, "could not read"},
		{"not even an object", true, "could not read"},
		{"options of another kind", map[string]any{"name": "ask", "type": 1, "options": 5}, "could not read"},
		{"a component nobody knows", map[string]any{"name": "Verify against the sources", "type": 3, "target_id": "1", "resolved": map[string]any{
			"messages": map[string]any{"1": map[string]any{"components": []any{map[string]any{"type": 99, "content": "Rare words."}}}}}}, `verify "Rare words."`},
		{"no such command", map[string]any{"name": "weather", "type": 1}, `weather ""`},
	} {
		if got := p.Odd(t, tt.data); len(got) != 1 || !strings.Contains(got[0], tt.want) {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestReplyRefersToQuestion(t *testing.T) {
	t.Parallel()
	srv := discordtest.New(t, discordtest.Config{})
	start(t, srv, sayLong)
	got := srv.NewPerson().Mention(t, "who?")
	if len(got) != 2 {
		t.Fatalf("got %d messages, want 2", len(got))
	}
	m := srv.Messages()
	if m[1].Reference != m[0].ID || m[2].Reference != "" {
		t.Errorf("want the first message, and no other, to be a reply to the question: %+v", m)
	}
}

func TestLongReplyInOrder(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	for i := range 900 {
		fmt.Fprintf(&text, "Word%03d_*. ", i)
	}
	reply := bot.Reply{Blocks: []bot.Block{bot.Cite{Label: "Nearest passage", Text: strings.TrimSpace(text.String()), Source: "Post", Link: "https://example.org"}}}
	srv := discordtest.New(t, discordtest.Config{})
	start(t, srv, handler(func(context.Context, bot.Request) bot.Reply { return reply }))
	p := srv.NewPerson()
	for name, got := range map[string][]string{
		"slash":  p.Slash(t, "ask", "all of it?", nil, ""),
		"direct": p.DM(t, "all of it?"),
	} {
		all := strings.Join(got, " ")
		if len(got) < 3 || !strings.Contains(all, "Nearest passage") || !strings.HasSuffix(all, "Post\n🔗 (https://example.org)") {
			t.Errorf("%s: got %d messages: %.60q … %q", name, len(got), all, all[max(0, len(all)-60):])
		}
		last := -1
		for i := range 900 {
			at := strings.Index(all, fmt.Sprintf("Word%03d_*.", i))
			if at <= last {
				t.Fatalf("%s: word %d is missing or out of order", name, i)
			}
			last = at
		}
	}
}

func TestHostileText(t *testing.T) {
	t.Parallel()
	hostile := []string{
		"@everyone @here <@1> <@!2> <@&3> <#4> <t:1:R> </ask:5> <:x:6> <a:x:7> <id:home>",
		"**b** *i* __u__ _i_ ~~s~~ ||p|| `c` ```d``` :smile: [x](https://evil.example) <https://evil.example>",
		"# h\n## h\n-# s\n> q\n>>> q\n- l\n* l\n+ l\n12. n\n\\*",
	}
	reply := bot.Reply{}
	for _, h := range hostile {
		reply.Blocks = append(reply.Blocks, bot.Para{Text: h}, bot.Cite{Text: h, Source: hostile[0], Link: "https://example.org/a_(b)>"})
	}
	srv := discordtest.New(t, discordtest.Config{})
	start(t, srv, handler(func(context.Context, bot.Request) bot.Reply { return reply }))
	got := strings.Join(srv.NewPerson().Slash(t, "ask", "what?", nil, ""), "\n")
	for _, h := range hostile {
		if strings.Count(got, h) < 2 {
			t.Errorf("%q does not read as written, twice, in %q", h, got)
		}
	}
	if !strings.Contains(got, "(https://example.org/a_%28b%29%3E)") {
		t.Errorf("the link broke out: %q", got)
	}
}

func TestPanic(t *testing.T) {
	t.Parallel()
	srv := discordtest.New(t, discordtest.Config{})
	r := start(t, srv, handler(func(context.Context, bot.Request) bot.Reply { panic("oh no") }))
	p := srv.NewPerson()
	for _, got := range [][]string{p.Slash(t, "help", "", nil, ""), p.DM(t, "hello")} {
		if len(got) != 1 || !strings.Contains(got[0], "give the operator the code") {
			t.Errorf("got %q", got)
		}
	}
	if !strings.Contains(r.log.String(), "oh no") {
		t.Error("the panic is not in the log")
	}
}

func TestNothingToSay(t *testing.T) {
	t.Parallel()
	replies := map[string]bot.Handler{
		"zero":  handler(func(context.Context, bot.Request) bot.Reply { return bot.Reply{} }),
		"blank": handler(func(context.Context, bot.Request) bot.Reply { return say(" \n ") }),
	}
	for name, h := range replies {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := discordtest.New(t, discordtest.Config{})
			start(t, srv, h)
			p := srv.NewPerson()
			if got := p.Slash(t, "help", "", nil, ""); got != nil {
				t.Errorf("slash: got %q, want silence", got)
			}
			if n := len(srv.Calls("DELETE", "@original")); n != 1 {
				t.Errorf("the acknowledgement was removed %d times, want once", n)
			}
			if got := p.DM(t, "hello"); got != nil {
				t.Errorf("direct: got %q, want silence", got)
			}
		})
	}
}

func TestPrivateReply(t *testing.T) {
	t.Parallel()
	srv := discordtest.New(t, discordtest.Config{})
	start(t, srv, handler(func(context.Context, bot.Request) bot.Reply {
		r := say("between us")
		r.Private = true
		return r
	}))
	if got := srv.NewPerson().Slash(t, "help", "", nil, ""); !slices.Equal(got, []string{"between us"}) {
		t.Fatalf("got %q", got)
	}
	for _, m := range srv.Messages() {
		if !m.Deleted && m.Flags&discordtest.FlagEphemeral == 0 {
			t.Errorf("everybody sees %+v", m)
		}
	}
}

func TestTypingWhileThinking(t *testing.T) {
	t.Parallel()
	srv := discordtest.New(t, discordtest.Config{})
	start(t, srv, handler(func(context.Context, bot.Request) bot.Reply {
		srv.WaitCalls(t, 1, "POST", "/typing")
		return say("here")
	}), func(times *timing) { times.typing = time.Millisecond })
	if got := srv.NewPerson().DM(t, "hello"); !slices.Equal(got, []string{"here"}) {
		t.Errorf("got %q", got)
	}
}

// TestAcknowledgedUnderLoad asks far more at once than are handled at once;
// the kit fails the test for any acknowledgement after three seconds.
func TestAcknowledgedUnderLoad(t *testing.T) {
	t.Parallel()
	const people = maxHandling + 40
	gate := make(chan struct{})
	var busy, most int
	var mu sync.Mutex
	srv := discordtest.New(t, discordtest.Config{})
	r := start(t, srv, handler(func(context.Context, bot.Request) bot.Reply {
		mu.Lock()
		busy++
		most = max(most, busy)
		mu.Unlock()
		<-gate
		mu.Lock()
		busy--
		mu.Unlock()
		return say("here")
	}))
	srv.WaitReady(t)
	var all sync.WaitGroup
	for range people {
		p := srv.NewPerson()
		all.Go(func() {
			if got := p.Slash(t, "help", "", nil, ""); !slices.Equal(got, []string{"here"}) {
				t.Errorf("got %q", got)
			}
		})
	}
	srv.WaitCalls(t, people, "POST", "/callback")
	close(gate)
	all.Wait()
	if most > maxHandling {
		t.Errorf("%d at once, want at most %d", most, maxHandling)
	}
	r.waitHealthy(t)
}

func TestShutdownFinishesWork(t *testing.T) {
	t.Parallel()
	started, gate := make(chan struct{}), make(chan struct{})
	srv := discordtest.New(t, discordtest.Config{})
	r := start(t, srv, handler(func(ctx context.Context, _ bot.Request) bot.Reply {
		close(started)
		<-gate
		return say("done after all")
	}))
	srv.NewPerson().SlashSlip(t, "help")
	<-started
	r.stop()
	srv.WaitGone(t)
	close(gate)
	if err := r.end(t); err != nil {
		t.Errorf("Run: %v", err)
	}
	if got := srv.Messages(); len(got) != 1 || got[0].Read() != "done after all" {
		t.Errorf("got %+v", got)
	}
	if r.Health() == nil {
		t.Error("healthy after the end")
	}
}

func TestShutdownGivesUp(t *testing.T) {
	t.Parallel()
	srv := discordtest.New(t, discordtest.Config{})
	started := make(chan struct{})
	r := start(t, srv, handler(func(ctx context.Context, _ bot.Request) bot.Reply {
		close(started)
		<-ctx.Done()
		return bot.Reply{}
	}), func(times *timing) { times.grace = 50 * time.Millisecond })
	srv.WaitReady(t)
	srv.NewPerson().Slip("hello")
	<-started
	r.stop()
	if err := r.end(t); err != nil {
		t.Errorf("Run: %v", err)
	}
	r.jobs.Wait(time.Minute)
}

// TestFiltersAreShown checks that filters given as options stand with the
// question, once, and what is no filter does not.
func TestFiltersAreShown(t *testing.T) {
	t.Parallel()
	srv := discordtest.New(t, discordtest.Config{})
	start(t, srv, handler(func(_ context.Context, r bot.Request) bot.Reply {
		reply := say("An answer.")
		reply.Question = r.Text
		return reply
	}))
	srv.WaitReady(t)
	for question, want := range map[string]string{
		"Who sailed?":            `Who sailed? source:"the post" since:2025`,
		"Who sailed? since:2025": `Who sailed? since:2025 source:"the post"`,
		"Who sailed <@34>?":      `Who sailed? source:"the post" since:2025`,
	} {
		got := srv.NewPerson().Slash(t, "ask", question, map[string]string{"source": "the post", "since": "2025", "private": "true"}, "")
		if len(got) != 1 || !sameWords(got[0], want) || strings.Count(got[0], "since:") != 1 || strings.Contains(got[0], "private") {
			t.Errorf("got %q, want it to show %q", got, want)
		}
	}
}

// sameWords reports whether a text has all the words of another, in any order.
func sameWords(text, words string) bool {
	for _, w := range strings.Fields(words) {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}
