package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/bottest"
	"rapporteur/bot/discord/discordtest"
)

// manager is the permission to manage a server.
const manager = "32"

// atHome is a bot of the sample texts that keeps its state in a file.
func atHome(t *testing.T, path string) *bottest.Bot {
	t.Helper()
	return bottest.NewBot(t, bottest.KeptIn(t, path))
}

// reads checks what one message says.
func reads(t *testing.T, got []string, want ...string) {
	t.Helper()
	if len(got) != 1 {
		t.Errorf("got %d messages, want one: %q", len(got), got)
	}
	all := strings.Join(got, "\n")
	for _, w := range want {
		if !strings.Contains(all, w) {
			t.Errorf("%q is missing from\n%s", w, all)
		}
	}
}

func TestAnswerForTheAskerAlone(t *testing.T) {
	t.Parallel()
	for name, patience := range map[string]time.Duration{"at once": time.Minute, "deferred": 0} {
		t.Run(name, func(t *testing.T) {
			srv := discordtest.New(t, discordtest.Config{})
			start(t, srv, atHome(t, ""), func(times *timing) { times.patience = patience })
			p := srv.NewPerson()
			reads(t, p.Slash(t, "ask", "Who will open the bridge?", map[string]string{"private": "true"}, ""), bottest.Opening)
			p.Slash(t, "ask", "Who will open the bridge?", nil, "")
			reads(t, p.Press(t, "Source", "uk"), "https://example.org/bridge", "видавець")
			reads(t, p.Menu(t, "Verify against the sources", map[string]any{"content": "The bridge costs far too much, they said."}), "for you to judge")
			var private []bool
			for _, m := range srv.Messages() {
				private = append(private, m.Flags&discordtest.FlagEphemeral != 0)
			}
			if want := []bool{true, false, true, true}; !slices.Equal(private, want) {
				t.Errorf("private: %v, want %v", private, want)
			}
			// Among themselves there is nobody to hide it from.
			reads(t, p.SlashDM(t, "ask", "Who will open the bridge?", map[string]string{"private": "true"}, ""), bottest.Opening)
			if m := srv.Messages(); m[len(m)-1].Flags&discordtest.FlagEphemeral != 0 {
				t.Error("private in direct messages")
			}
		})
	}
}

// TestButtonsOutliveTheProgram presses buttons of a bot that has been replaced
// by another one with the same state.
func TestButtonsOutliveTheProgram(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.db")
	srv := discordtest.New(t, discordtest.Config{})
	p := srv.NewPerson()

	var answer, context, helpful, refusal, tell string
	t.Run("before", func(t *testing.T) {
		start(t, srv, atHome(t, path))
		p.Slash(t, "ask", "Who will open the bridge?", nil, "")
		answer, context = p.Button("Context")
		_, helpful = p.Button("Helpful")
		p.Slash(t, "ask", "Who sank the boats under the bridge in Freedonia?", nil, "")
		refusal, tell = p.Button("Tell me when it appears")
	}) // which ends that bot

	start(t, srv, atHome(t, path))
	srv.WaitHandshakes(t, 2, 0)
	reads(t, p.PressToken(t, answer, context, ""), bottest.Opening, bottest.Budget)
	reads(t, p.PressToken(t, answer, helpful, ""), "Thank you, noted.")
	reads(t, p.PressToken(t, refusal, tell, ""), "I will write to you, once")
	for _, forged := range []string{"", "x", context + "A", context[1:], strings.Repeat("A", 100), "more:1", "🔔", "AQ"} {
		reads(t, p.PressToken(t, answer, forged, ""), "older version of me, or damaged")
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	srv := discordtest.New(t, discordtest.Config{})
	start(t, srv, atHome(t, ""))
	mod, asker, elsewhere := srv.NewPerson(), srv.NewPerson(), srv.NewPerson()
	mod.Permissions = manager
	asker.Join(mod)

	set := func(name, value string) []string {
		t.Helper()
		return mod.Slash(t, "settings", "", map[string]string{name: value}, "")
	}
	reads(t, asker.Slash(t, "settings", "", map[string]string{"language": "uk"}, ""), "Only those who manage this server")
	reads(t, mod.Slash(t, "settings", "", nil, ""), "Settings of this server", "every channel", "nobody")

	reads(t, set("language", "uk"), "Ukrainian")
	reads(t, asker.Slash(t, "ask", "Who won the chess olympiad in Reykjavik?", nil, "en"), "У джерелах цього немає")
	reads(t, set("language", "auto"), "that of whoever asks")

	reads(t, set("sources", "Вісті"), "“Вісті”")
	reads(t, asker.Slash(t, "ask", "Who will open the bridge?", nil, ""), "do not say", "1 text")
	reads(t, set("sources", "The Nowhere Post"), "no text “The Nowhere Post”")
	reads(t, set("sources", "all"), "all")

	// Channels and roles are shown by their mentions.
	reads(t, set("allow", mod.Channel()), "⟦#"+mod.Channel()+"⟧")
	reads(t, asker.Slash(t, "ask", "Who will open the bridge?", nil, ""), bottest.Opening)
	reads(t, elsewhere.Slash(t, "ask", "Who will open the bridge?", nil, ""), "only in these channels", mod.Channel())
	if got := elsewhere.Mention(t, "Who will open the bridge?"); got != nil {
		t.Errorf("a mention where the bot may not answer: %q", got)
	}
	reads(t, set("disallow", mod.Channel()), "every channel")

	reads(t, set("admin", "4242"), "⟦@&4242⟧")
	asker.Roles = []string{"4242"}
	reads(t, asker.Slash(t, "settings", "", map[string]string{"confidence": "careful"}, ""), "careful")
	reads(t, asker.Slash(t, "settings", "", map[string]string{"admin": "77"}, ""), "may name roles")
	for _, c := range srv.Calls("POST", "") {
		if strings.Contains(c.Body, `"parse":["`) {
			t.Errorf("somebody could be notified: %s", c.Body)
		}
	}
}

func TestThreads(t *testing.T) {
	t.Parallel()
	for name, patience := range map[string]time.Duration{"at once": time.Minute, "deferred": 0} {
		t.Run(name, func(t *testing.T) {
			srv := discordtest.New(t, discordtest.Config{})
			start(t, srv, atHome(t, ""), func(times *timing) { times.patience = patience })
			p := srv.NewPerson()
			p.Permissions = manager
			p.Slash(t, "settings", "", map[string]string{"threads": p.Channel()}, "")

			reads(t, p.Slash(t, "ask", "Who will open the bridge?", nil, ""), "Who will open the bridge?")
			reads(t, p.Threads(), bottest.Opening)
			if got := p.Mention(t, "How much will the bridge cost in 2026?"); got != nil {
				t.Errorf("in the channel: %q", got)
			}
			if got := p.Threads(); len(got) != 2 || !strings.Contains(got[1], bottest.Budget) {
				t.Errorf("in threads: %q", got)
			}
			// What is for the asker alone, and what is no answer, needs no thread.
			reads(t, p.Slash(t, "ask", "Who will open the bridge?", map[string]string{"private": "true"}, ""), bottest.Opening)
			reads(t, p.Slash(t, "latest", "", nil, ""), "The newest texts")

			srv.ForbidThreads()
			reads(t, p.Slash(t, "ask", "Who will open the bridge?", nil, ""), bottest.Opening)
			reads(t, p.Mention(t, "How much will the bridge cost in 2026?"), bottest.Budget)
			if n := len(p.Threads()); n != 2 {
				t.Errorf("%d messages in threads, want 2", n)
			}
		})
	}
}

func TestSuggestions(t *testing.T) {
	t.Parallel()
	srv := discordtest.New(t, discordtest.Config{})
	start(t, srv, atHome(t, ""))
	p, other := srv.NewPerson(), srv.NewPerson()
	names := func(list []discordtest.Choice) string { return fmt.Sprint(list) }
	if got := names(p.Complete(t, "ask", "source", "free")); !strings.Contains(got, "{Freedonia Post Freedonia Post}") || strings.Contains(got, "Sylvania") {
		t.Errorf("sources: %s", got)
	}
	if got := names(p.Complete(t, "source", "id", "міст")); !strings.Contains(got, "Вісті") {
		t.Errorf("texts: %s", got)
	}
	if got := p.Complete(t, "ask", "question", ""); len(got) != 0 {
		t.Errorf("questions before any was asked: %v", got)
	}
	p.Slash(t, "ask", "Who will open the bridge?", nil, "")
	p.Slash(t, "ask", "How much will the bridge cost in 2026?", map[string]string{"private": "true"}, "")
	p.Slash(t, "ask", "Who won the chess olympiad in Reykjavik?", nil, "")
	if got := names(p.Complete(t, "ask", "question", "who")); got != "[{Who will open the bridge? Who will open the bridge?}]" {
		t.Errorf("questions: %s", got)
	}
	if got := other.Complete(t, "ask", "question", "who"); len(got) != 0 {
		t.Errorf("questions of a channel that may be closed: %v", got)
	}
	if got := names(p.Complete(t, "ask", "since", "2025-12-18")); !strings.Contains(got, "{18 December 2025 2025-12-18}") {
		t.Errorf("days: %s", got)
	}
}

// TestWhereTheBotHasNotJoined stays within the five messages that may follow.
func TestWhereTheBotHasNotJoined(t *testing.T) {
	t.Parallel()
	for name, patience := range map[string]time.Duration{"at once": time.Minute, "deferred": 0} {
		t.Run(name, func(t *testing.T) {
			srv := discordtest.New(t, discordtest.Config{})
			endless := handler(func(_ context.Context, r bot.Request) bot.Reply {
				if r.Text == "short" {
					return say("short")
				}
				return say(strings.Repeat("Long enough. ", 4000))
			})
			start(t, srv, endless, func(times *timing) { times.patience = patience })
			p := srv.NewPerson()
			reads(t, p.SlashElsewhere(t, "ask", "short"), "short")
			got := p.SlashElsewhere(t, "ask", "long")
			if len(got) != 6 || !strings.Contains(got[5], "more than fits here") {
				t.Errorf("%d messages, the last %.100q", len(got), got[len(got)-1])
			}
		})
	}
}

// TestEmbedsInsteadOfComponents refuses components, as Discord may.
func TestEmbedsInsteadOfComponents(t *testing.T) {
	t.Parallel()
	for name, patience := range map[string]time.Duration{"at once": time.Minute, "deferred": 0} {
		t.Run(name, func(t *testing.T) {
			srv := discordtest.New(t, discordtest.Config{})
			start(t, srv, atHome(t, ""), func(times *timing) { times.patience = patience })
			p := srv.NewPerson()
			ways := map[string]func() []string{
				"/callback":  func() []string { return p.Slash(t, "ask", "Who will open the bridge?", nil, "") },
				"@original":  func() []string { return p.Slash(t, "ask", "Who will open the bridge?", nil, "") },
				"}/messages": func() []string { return p.DM(t, "Who will open the bridge?") },
			}
			if patience == 0 {
				delete(ways, "/callback")
			} else {
				delete(ways, "@original")
			}
			for route, ask := range ways {
				srv.Plan(discordtest.Fault{Route: route, Status: 400, Code: 50035})
				reads(t, ask(), bottest.Opening, "Open the passage (https://example.org/bridge", "[Context]")
				m := srv.Messages()
				if last := m[len(m)-1]; len(last.Embeds) == 0 || last.Flags&discordtest.FlagComponents != 0 {
					t.Errorf("%s: no embed: %+v", route, last)
				}
			}
		})
	}
}

func TestLetters(t *testing.T) {
	t.Parallel()
	srv := discordtest.New(t, discordtest.Config{})
	r := start(t, srv, echo)
	srv.WaitReady(t)
	p, foe := srv.NewPerson(), srv.NewPerson()
	foe.Block()
	to := func(p *discordtest.Person, key string) error {
		return r.Send(t.Context(), bot.Recipient{User: p.ID(), Key: key}, say("News."))
	}
	srv.Plan(discordtest.Fault{Route: "}/messages", Status: 500, Lost: true}) // and so repeated
	if err := to(p, "follow-1"); err != nil {
		t.Error(err)
	}
	if err := to(p, "follow-1"); err != nil { // as after a crash
		t.Error(err)
	}
	if got := p.Letters(); !slices.Equal(got, []string{"News."}) {
		t.Errorf("letters: %q", got)
	}
	if err := to(foe, "follow-2"); !errors.Is(err, bot.ErrUnwanted) {
		t.Errorf("to somebody who blocks the bot: %v", err)
	}
	srv.Plan(discordtest.Fault{Route: "@me/channels", Status: 403, Code: 40003, Times: -1})
	if err := to(p, "follow-3"); err == nil || errors.Is(err, bot.ErrUnwanted) {
		t.Errorf("refused for another reason: %v", err)
	}
}

func TestReadableText(t *testing.T) {
	t.Parallel()
	var m readable
	raw := `{"content":"One.","embeds":[{"title":"Two.","description":"Three."}],
		"components":[{"type":17,"components":[{"type":10,"content":"Four."},{"type":99,"components":[{"content":"Five."}]}]}],
		"message_snapshots":[{"message":{"content":"Six."}}]}`
	if err := json.Unmarshal([]byte(raw), &m); err != nil {
		t.Fatal(err)
	}
	if got := m.text(); got != "One.\nTwo.\nThree.\nFour.\nFive.\nSix." {
		t.Errorf("got %q", got)
	}
}

// TestCommandsAsThePickerShowsThem asks for help in a language with names of its
// own for commands.
func TestCommandsAsThePickerShowsThem(t *testing.T) {
	t.Parallel()
	srv := discordtest.New(t, discordtest.Config{})
	b := atHome(t, "")
	start(t, srv, b)
	p := srv.NewPerson()
	for _, lang := range []string{"de", "uk"} {
		help := strings.Join(p.Slash(t, "help", "", nil, lang), "\n")
		for _, c := range b.Commands(lang) {
			if c.Permission == bot.Everyone && !c.InSpace && !strings.Contains(help, "/"+c.Label) {
				t.Errorf("in %q there is no /%s in\n%s", lang, c.Label, help)
			}
		}
		var forget bot.Command
		for _, c := range b.Commands(lang) {
			if c.Name == "forgetme" {
				forget = c
			}
		}
		reads(t, p.Slash(t, "forgetme", "", nil, lang), "/"+forget.Label+" "+forget.Args[0].Label+":")
	}
	reads(t, p.Slash(t, "help", "", nil, "fr"), "/help")
}

// TestAuditNamesPeople shows who did something as Discord shows people.
func TestAuditNamesPeople(t *testing.T) {
	t.Parallel()
	got := Render(bot.Reply{Blocks: []bot.Block{bot.List{Items: []bot.Item{{Term: "1 May", Text: "/stats: done", Places: []bot.Place{{Person: true, ID: "12"}}}}}}})
	if got != "- **1 May** /stats: done <@12>" {
		t.Errorf("got %q", got)
	}
}
