// Package people does what concerns people rather than texts.
package people

import (
	"cmp"
	"log/slog"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/ask"
	"rapporteur/bot/locale"
	"rapporteur/bot/state"
)

// data fills a message template.
type data = locale.Data

// Config is what a Room is made of.
type Config struct {
	Asked     *ask.Room
	State     *state.Store  // nil keeps nothing
	Logger    *slog.Logger  // nil discards
	Timeout   time.Duration // of one request; 0 is bot.DefaultTimeout
	Retention time.Duration // how long State keeps what people asked in vain, counts and the audit log, which privacy tells; 0 is bot.DefaultRetention
	Version   string        // shown by about
	Encoder   string        // host of the service that questions are sent to to be encoded, which privacy tells; "" is none
}

// Room does what concerns people rather than texts: it tells them what the bot is
// and keeps of them, erases it, tells them what they wait for, and shows the
// operators what people asked. It is safe for concurrent use.
type Room struct {
	asked     *ask.Room
	state     *state.Store
	log       *slog.Logger
	timeout   time.Duration
	retention time.Duration
	version   string
	encoder   string
}

// New returns a room that is ready.
func New(c Config) *Room {
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return &Room{
		asked: c.Asked, state: c.State, log: c.Logger, version: c.Version, encoder: c.Encoder,
		timeout: cmp.Or(c.Timeout, bot.DefaultTimeout), retention: cmp.Or(c.Retention, bot.DefaultRetention),
	}
}

// Table returns the commands of the room and what its buttons do.
func (b *Room) Table() bot.Table {
	return bot.Table{
		Commands: []bot.Command{
			{Name: "help", Personal: true, Run: b.help},
			{Name: "about", Run: b.about},
			{Name: "whoami", Private: true, Personal: true, Run: b.whoAmI},
			{Name: "privacy", Private: true, Personal: true, Run: b.privacy},
			{Name: "forgetme", Private: true, Personal: true, Args: []bot.Arg{{Name: "confirm"}}, Run: b.forgetMe},
			{Name: "gaps", Permission: bot.Admins, Private: true, Run: b.gaps},
			{Name: "stats", Permission: bot.Admins, Private: true, Run: b.stats},
			{Name: "audit", Permission: bot.Admins, Private: true, Args: []bot.Arg{{Name: "number"}}, Run: b.auditLog},
		},
		Presses: map[bot.ActionKind]bot.Press{
			bot.Tell:        {Run: b.tell},
			bot.StopTelling: {Run: b.stopTelling, Sealed: true},
			bot.Forget:      {Run: b.pressForget},
		},
	}
}
