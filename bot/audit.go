package bot

import "context"

// audit notes what an operator did, or somebody who is none wanted to: the
// action, what it was done to, and what came of it.
func (b *Bot) audit(_ context.Context, _ call, action, _, outcome string) {
	// The log says neither who nor to what: that belongs where it can be erased.
	b.log.Info("an operator's command", "action", action, "outcome", outcome)
}
