package telegram

import (
	"time"

	"rapporteur/bot"
)

// Hurry makes the adapter quick where it would otherwise wait for the sake of a
// server that is not there.
func (a *Adapter) Hurry() {
	a.pace.idle = 20 * time.Millisecond
	a.pace.retry = backoff{first: 5 * time.Millisecond, most: 20 * time.Millisecond}
	a.pace.grace = confirmTime + 500*time.Millisecond
	a.pace.edits, a.pace.groupEdits, a.pace.settle = 5*time.Millisecond, 5*time.Millisecond, 20*time.Millisecond
	free := allowance{rate: 100_000, burst: 100_000}
	a.pace.rates = rates{all: free, chat: free, group: free}
}

// ShowTypingAfter sets the time after which “typing…” shows.
func (a *Adapter) ShowTypingAfter(d time.Duration) { a.pace.typing = d }

// FetchWithin sets what fetching a file may take.
func (a *Adapter) FetchWithin(d time.Duration) { a.pace.fetch = d }

// SettleWithin sets how long the end of what goes on is waited for once stopped.
func (a *Adapter) SettleWithin(d time.Duration) { a.pace.settle = d }

// GiveUpAfter sets how long it is tried to send a message.
func (a *Adapter) GiveUpAfter(d time.Duration) { a.pace.patience = d }

// KeepEdits makes the adapter as slow at editing as it is outside of tests.
func (a *Adapter) KeepEdits() { a.pace.edits, a.pace.groupEdits = ordinary.edits, ordinary.groupEdits }

// Render renders a reply as one message.
func Render(r bot.Reply) (html, text string, entities int) {
	p := render(r, "")
	return p.html, p.text, p.entities
}

// Size measures a reply.
func Size(r bot.Reply) int { return size(r, "") }

// Clean is what becomes of a text before it is shown.
func Clean(s string) string { return clean(s) }

// MaxText is the length of a message.
const MaxText = maxText

// KeepRates makes the adapter as slow at sending as Telegram wants it.
func (a *Adapter) KeepRates() { a.pace.rates = telegramRates }
