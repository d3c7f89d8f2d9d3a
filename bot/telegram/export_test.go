package telegram

import (
	"time"

	"rapporteur/bot"
	"rapporteur/bot/adapter"
)

// Hurry makes the adapter quick where it would otherwise wait for the sake of a
// server that is not there.
func (a *Adapter) Hurry() {
	a.pace.idle = 20 * time.Millisecond
	a.pace.retry = adapter.Waits(10*time.Millisecond, 20*time.Millisecond)
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

// TypingAfter is the time after which “typing…” shows ordinarily.
func TypingAfter() time.Duration { return ordinary.typing }

// LookAtWebhookEvery sets the time between looks at the webhook.
func (a *Adapter) LookAtWebhookEvery(d time.Duration) { a.pace.watch = d }

// UnwellAfter sets for how long nothing may go well before Health says so.
func (a *Adapter) UnwellAfter(d time.Duration) { a.pace.stale = d }

// PollFor sets how long the server may hold a poll.
func (a *Adapter) PollFor(d time.Duration) { a.pace.poll = d }

// BelieveAdminsFor sets for how long it is believed who administers a group.
func (a *Adapter) BelieveAdminsFor(d time.Duration) {
	a.admins.lasts = d
}

// AdminsBelieved is for how long it is believed ordinarily.
const AdminsBelieved = adminsLast

// Idle reports whether nothing is being handled.
func (a *Adapter) Idle() bool { return a.queues.Wait(0) }

// InHand is how many updates are not done with, MaxHand how many of a chat may be.
func (a *Adapter) InHand() int {
	a.updates.mu.Lock()
	defer a.updates.mu.Unlock()
	return len(a.updates.open)
}

const MaxHand = maxHand

// Waiting is how many requests wait to be handled.
func (a *Adapter) Waiting() int {
	n, _ := a.gate.queue()
	return n
}

// MaxBusy is how many requests are handled at a time.
const MaxBusy = maxBusy

// Page is a message as it is composed.
type Page struct {
	HTML, Text string
	Entities   int
}

func pageOf(p page) Page { return Page{p.html, p.text, p.entities} }

// Compose sets a reply as messages, by a bot with a user name.
func Compose(r bot.Reply, self string, question bool) (pages []Page) {
	a := &Adapter{}
	a.self.Username = self
	for _, p := range a.compose(r, question) {
		pages = append(pages, pageOf(p))
	}
	return pages
}

// OnePage sets a reply as the one message there can be.
func OnePage(r bot.Reply, self, locale string) (p Page, buttons int, ok bool) {
	a := &Adapter{}
	a.self.Username = self
	one, ok := a.onePage(r, locale)
	return pageOf(one), len(one.keyboard.InlineKeyboard), ok
}

// Render renders a reply as one message, by a bot with the user name self.
func Render(r bot.Reply, self string) (html, text string, entities int) {
	p := render(r, self)
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

// MadeBefore makes the adapter older.
func (a *Adapter) MadeBefore(d time.Duration) { a.made = a.made.Add(-d) }
