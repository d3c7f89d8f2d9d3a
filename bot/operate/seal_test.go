package operate_test

import (
	"context"
	"slices"
	"testing"

	"rapporteur/bot"
	"rapporteur/bot/bottest"
	"rapporteur/bot/operate"
	"rapporteur/bot/token"
)

// TestLinkChangesNothing opens links with tokens that anybody can compute, and
// with real ones, as the operator: none reaches the keeper or the settings.
func TestLinkChangesNothing(t *testing.T) {
	var asked []string
	b := bottest.Operated(t, bottest.KeptFake(&asked), bottest.KeepIn(t))
	for _, kind := range []bot.ActionKind{bot.StopTelling, bot.Set, bot.Reindex, bot.Cancel, bot.Remove, bot.Rollback} {
		for _, payload := range [][]byte{nil, operate.TextName("a", 64), []byte("language:de"), make([]byte, 8)} {
			made := token.Make(byte(kind), payload)
			real := bottest.Signed(b, bottest.Commandless(made)).Action
			for name, tok := range map[string]string{"computed": made, "real": real} {
				r := bottest.Asking("/start "+tok, func(r *bot.Request) { r.Command, r.Direct, r.Space, r.User = "", true, "", "7" })
				got := b.Handle(context.Background(), r)
				if got.Kind != bot.KindError || len(asked) > 0 {
					t.Errorf("%s, kind %d, payload %q: %+v, the keeper was asked %q", name, kind, payload, got, asked)
				}
			}
		}
	}
}

// TestComputedButton presses buttons that the bot has not made, as those who may
// do what they say.
func TestComputedButton(t *testing.T) {
	var asked []string
	b := bottest.Operated(t, bottest.KeptFake(&asked), bottest.KeepIn(t))
	for _, kind := range []bot.ActionKind{bot.Reindex, bot.Cancel, bot.Remove, bot.Rollback} {
		for _, payload := range [][]byte{nil, operate.TextName("a", 64), slices.Concat(operate.TextName("a", 64), make([]byte, token.SealSize))} {
			got := b.Handle(context.Background(), bottest.Pressing(token.Make(byte(kind), payload), func(r *bot.Request) { r.User = "7" }))
			if got.Kind != bot.KindError || len(asked) > 0 {
				t.Errorf("kind %d, payload %q: %+v, the keeper was asked %q", kind, payload, got, asked)
			}
		}
	}
	// One that was given to another operator is theirs.
	theirs := bottest.Signed(b, bottest.Pressing(token.Make(byte(bot.Reindex), nil), func(r *bot.Request) { r.User = "77" })).Action
	if got := b.Handle(context.Background(), bottest.Pressing(theirs, func(r *bot.Request) { r.User = "7" })); !bottest.IsSaying(got, bot.KindError, "not_yours", nil) || len(asked) > 0 {
		t.Errorf("another's button: %+v, %q", got, asked)
	}
}
