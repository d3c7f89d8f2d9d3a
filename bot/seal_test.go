package bot

import (
	"context"
	"slices"
	"testing"
)

// TestLinkChangesNothing opens links with tokens that anybody can compute, and
// with real ones, as the operator: none reaches the keeper or the settings.
func TestLinkChangesNothing(t *testing.T) {
	var asked []string
	b := Operated(t, KeptFake(&asked), KeepIn(t))
	for _, kind := range graveActions {
		for _, payload := range [][]byte{nil, textName("a", 64), []byte("language:de"), make([]byte, 8)} {
			made := Make(kind, payload)
			real := Signed(b, Commandless(made)).Action
			for name, token := range map[string]string{"computed": made, "real": real} {
				r := Asking("/start "+token, func(r *Request) { r.Command, r.Direct, r.Space, r.User = "", true, "", "7" })
				got := b.Handle(context.Background(), r)
				if got.Kind != KindError || len(asked) > 0 {
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
	b := Operated(t, KeptFake(&asked), KeepIn(t))
	for _, kind := range []ActionKind{Reindex, Cancel, Remove, Rollback} {
		for _, payload := range [][]byte{nil, textName("a", 64), slices.Concat(textName("a", 64), make([]byte, SealSize))} {
			got := b.Handle(context.Background(), Pressing(Make(kind, payload), func(r *Request) { r.User = "7" }))
			if got.Kind != KindError || len(asked) > 0 {
				t.Errorf("kind %d, payload %q: %+v, the keeper was asked %q", kind, payload, got, asked)
			}
		}
	}
	// One that was given to another operator is theirs.
	theirs := Signed(b, Pressing(Make(Reindex, nil), func(r *Request) { r.User = "77" })).Action
	if got := b.Handle(context.Background(), Pressing(theirs, func(r *Request) { r.User = "7" })); !IsSaying(got, KindError, "not_yours", nil) || len(asked) > 0 {
		t.Errorf("another's button: %+v, %q", got, asked)
	}
}
