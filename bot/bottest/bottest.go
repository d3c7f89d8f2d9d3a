// Package bottest holds what tests of the bot and its adapters share: the
// table of conversations that must go alike on every platform, and a bot with
// a small real corpus to hold them with. It is imported by tests only.
package bottest

import (
	"testing"

	"rapporteur/bot"
)

// Where is the place in which somebody says something.
type Where int

// The places.
const (
	Direct  Where = iota // a private conversation with the bot
	Group                // a group or server channel, the bot not mentioned
	Mention              // the same, the message begins with a mention of the bot
	ReplyTo              // the same, the message replies to one of the bot's
)

// Step is one thing a person says, in a form every platform can express.
type Step struct {
	Where   Where
	Command string            // "" for free text
	Text    string            // free text, or the command's first argument
	Options map[string]string // the command's further arguments
	Locale  string            // of the person's client; "" is "en"
}

// Platform is the user's side of a platform's test kit with an adapter under
// test connected to it.
type Platform interface {
	// Say does what a person would do for the step (type it, or use the slash
	// command) and returns the messages the bot sent in answer, in order, each
	// as a reader sees it: markup rendered away, escapes undone, the target of a
	// link after its text in round brackets. It returns nil when the bot stays silent.
	Say(t testing.TB, s Step) []string
}

// Run holds every conversation of the table on the platform that start makes
// for the handler. Start registers its own clean-up with t.
func Run(t *testing.T, start func(t *testing.T, h bot.Handler) Platform) { panic("next commit") }
