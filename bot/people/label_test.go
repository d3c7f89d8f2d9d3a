package people_test

import (
	"context"
	"strings"
	"testing"

	"rapporteur/bot"
	"rapporteur/bot/bottest"
)

// Help and hints name commands as the platform's own list shows them.
func TestCommandsByLabel(t *testing.T) {
	b, _ := bottest.Answering(t, 0, bottest.KeepIn(t))
	var want string
	for _, c := range b.Commands("de") {
		if c.Name == "forgetme" {
			want = "/" + c.Label
		}
	}
	for _, command := range []string{"help", "privacy", "forgetme"} {
		for _, labels := range []bool{true, false} {
			r := b.Handle(context.Background(), bottest.Asking("", func(r *bot.Request) { r.Command, r.Locale, r.Labels = command, "de", labels }))
			text := bottest.TextsOf(r)
			if strings.Contains(text, want) != labels || strings.Contains(text, "/forgetme") == labels {
				t.Errorf("%s, by label %v: %s", command, labels, text)
			}
		}
	}
}
