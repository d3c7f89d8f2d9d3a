package people

import (
	"context"

	"rapporteur/bot/state"
)

var (
	Blue   = blue
	Orange = orange
)

const MaxPromised = maxPromised

func (b *Room) Wished(ctx context.Context, wish []byte) (state.Question, error) {
	return b.wished(ctx, wish)
}
