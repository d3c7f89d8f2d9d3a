package bottest

import (
	"context"
	"testing"

	"rapporteur/bot"
)

const aboutLamp = "What did the keeper of the lighthouse of Cape Marlow say about the lamp?"

// keeping is a row of the table, held with an operator of a bot whose texts are
// kept.
var keeping = conversation{name: "an admin brings the corpus up to date", turns: []turn{
	{say: Step{Command: "ask", Text: aboutLamp}, want: []string{"The sources do not say."}, not: []string{Lit}},
	{say: Step{Command: "add", File: "lighthouse.md", Data: Gazette(Lit)}, want: []string{"lighthouse.md", "new: “The lighthouse”, id lighthouse", "/reindex"}},
	{say: Step{Command: "ask", Text: aboutLamp}, want: []string{"The sources do not say."}, not: []string{Lit}},
	{say: Step{Command: "reindex"}, want: []string{"Bringing the index up to date"}, goesOn: true},
	{say: Step{Settle: true}, want: []string{"+1 text", "lighthouse", "I answer from 9 texts now."}, not: []string{"refused"}},
	{say: Step{Command: "ask", Text: aboutLamp}, want: []string{Lit, "Gazette"}},
	{say: Step{Command: "remove", Text: "lighthouse yes"}, want: []string{"Removed.", "no longer answers", "The lighthouse"}},
	{say: Step{Command: "ask", Text: aboutLamp}, want: []string{"The sources do not say."}, not: []string{Lit}},
	{say: Step{Command: "source", Text: "lighthouse"}, want: []string{"no text"}, not: []string{Lit}},
	{say: Step{Command: "add", File: "bad.md", Data: Gazette(Unlit)}, want: []string{"new: “The lighthouse”, id bad"}},
	{say: Step{Command: "reindex"}, want: []string{"Bringing the index up to date"}, goesOn: true},
	{say: Step{Settle: true}, want: []string{"+1 text"}},
	{say: Step{Command: "ask", Text: aboutLamp}, want: []string{Unlit}},
	{say: Step{Command: "rollback"}, want: []string{"Go back to the corpus and index before the present ones?"}},
	{say: Step{Press: "Go back"}, want: []string{"Going back"}, goesOn: true},
	{say: Step{Settle: true}, want: []string{"1 withdrawn", "I answer from 8 texts now."}},
	{say: Step{Command: "ask", Text: aboutLamp}, want: []string{"The sources do not say."}, not: []string{Unlit}},
}}

// operator passes everything on as if an operator had said it, whoever a
// platform's test kit says it is.
type operator struct{ *Bot }

func (o operator) Handle(ctx context.Context, r bot.Request) bot.Reply {
	r.Platform, r.User = "bottest", "operator"
	return o.Bot.Handle(ctx, r)
}

// operated returns a bot over texts that are kept in memory, whom everybody is
// an operator to.
func operated(t *testing.T) bot.Handler {
	t.Helper()
	kept, k := KeptIn(t, ""), NewKeeper(t, Files())
	b := NewBot(t, func(c *Config) {
		kept(c)
		k.Keeping("bottest:operator")(c)
	})
	t.Cleanup(b.Close)
	return operator{b}
}
