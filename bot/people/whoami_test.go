package people_test

import (
	"context"
	"strings"
	"testing"

	"rapporteur/bot"
	"rapporteur/bot/bottest"
)

// Anybody is told their own id, also where the bot may not answer, and nobody else is.
func TestWhoAmI(t *testing.T) {
	b, _ := bottest.Answering(t, 1, bottest.KeepIn(t))
	r := b.Handle(context.Background(), bottest.Asking("", func(r *bot.Request) { r.Command = "whoami" }))
	if got := bottest.TextsOf(r); !r.Private || !strings.HasPrefix(got, "discord:7") || !strings.Contains(got, "RAPPORTEUR_ADMINS") {
		t.Errorf("%+v", r)
	}
}
