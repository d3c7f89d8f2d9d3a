package telegram

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"rapporteur/bot"
	"rapporteur/bot/adapter"
)

// editable is for how long people can change what they wrote; what comes later
// is no change of theirs. An edit that changes nothing we read comes too
// (Bot API, Update, edited_message).
const editable = 48 * time.Hour

// answered is which messages answer which, and what that asked.
type answered struct {
	chat, message string
	asked         []byte

	mu      sync.Mutex
	answers []int64
}

// set notes which messages answer now.
func (n *answered) set(answers []int64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.answers = answers
}

func (n *answered) none() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.answers) == 0
}

// converse answers a message, or answers it anew in the place of the answer it
// had before it was edited. Refused is the answer where there is to be no other. It
// returns what is to be remembered of that, nil for nothing.
func (a *Adapter) converse(ctx context.Context, m *message, edited bool, refused *bot.Reply) (*answered, error) {
	a.gone.forget(m.Chat.ID) // whoever writes can be written to
	a.learn(m)
	if author := m.author(); !m.group() && slices.Contains(a.operators, author) {
		a.queues.Add("menu "+author, func() { a.publishOperator(a.life, author) })
	}
	if m.MigrateTo != 0 || m.MigrateFrom != 0 {
		return nil, a.migrate(ctx, m)
	}
	text, _ := m.words()
	now := &answered{chat: id(m.Chat.ID), message: id(int64(m.ID)), asked: fingerprint(text, m.Document)}
	var stands []int64 // the answer's messages
	if edited {
		if time.Since(time.Unix(m.Date, 0)) > editable {
			return nil, nil
		}
		before, _, err := a.memory.KeptAnswer(ctx, platform, now.chat, now.message)
		if err == nil && bytes.Equal(before, now.asked) {
			return nil, nil
		}
		if err == nil {
			a.supersede(m.Chat.ID, m.ID)
			// What was superseded may have added to them.
			_, stands, _ = a.memory.KeptAnswer(ctx, platform, now.chat, now.message)
		}
	}
	typed := a.showTyping(ctx, m.place())
	defer typed()
	var reply bot.Reply
	switch r, ok := a.request(m); {
	case refused != nil:
		reply = *refused
	case ok:
		r.Admitted = !edited && a.admits() // an edit may be none that counts, as only now is known
		reply = a.ask(ctx, r)
	case !edited && a.wordless(m):
		reply = bot.Explained(bot.ErrOnlyText, m.From.LanguageCode)
		reply.Kind = bot.KindNotice
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	reply.Question = "" // it is what the answer replies to
	to := destination{to: m.place(), group: m.group(), question: m.ID, answer: now, begin: typed}
	if m.From != nil {
		to.locale = m.From.LanguageCode
	}
	if reply.Apart && m.group() && m.From != nil {
		reply = a.apart(ctx, to, m.From.ID, reply)
	}
	_, err := a.deliver(ctx, to, reply, stands)
	if now.none() && !edited {
		return nil, err
	}
	return now, err
}

// apart sends a reply to somebody's private chat, and returns what the group is to
// read instead.
func (a *Adapter) apart(ctx context.Context, to destination, user int64, reply bot.Reply) bot.Reply {
	_, err := a.deliver(ctx, destination{to: place{chat: user}, locale: to.locale}, reply, nil)
	note := bot.Explained(bot.ErrApart, to.locale)
	if err != nil {
		a.log.Info("telegram: an answer for a private chat cannot be sent there", "err", err)
		note = bot.Explained(bot.ErrNotApart, to.locale)
	}
	note.Kind = bot.KindNotice
	return note
}

// wordless reports whether a private message has something but words, and its
// sender has not been told today that only words are answered.
func (a *Adapter) wordless(m *message) bool {
	something := m.Voice != nil || m.Audio != nil || m.Photo != nil || m.Video != nil || m.VideoNote != nil || m.Sticker != nil || m.Document != nil
	if text, _ := m.words(); m.group() || m.author() == "" || !something || strings.TrimSpace(text) != "" {
		return false
	}
	const day = 24 * 60 * 60
	if at, ok := a.hinted.Get(m.From.ID); ok && m.Date-at < day {
		return false
	}
	a.hinted.Add(m.From.ID, m.Date)
	return true
}

// remember keeps which messages answer which, for when that is edited.
func (a *Adapter) remember(n *answered) {
	n.mu.Lock() // what is noted last is what was set last
	defer n.mu.Unlock()
	err := a.memory.KeepAnswer(context.WithoutCancel(a.life), platform, n.chat, n.message, n.asked, n.answers)
	if err != nil {
		a.log.Warn("telegram: what answers a question cannot be kept; if it is edited it is answered anew", "err", err)
	}
}

// fingerprint tells whether an edited message asks something else, be it of
// another file.
func fingerprint(text string, d *document) []byte {
	if d != nil {
		text += "\x00" + d.Unique
	}
	sum := sha256.Sum256([]byte(text))
	return sum[:16]
}

// destination is to whom a reply goes: all of a message but what is in it.
type destination struct {
	to       place
	group    bool
	question int       // the message it replies to, or 0
	locale   string    // of who reads it, as far as that is known
	answer   *answered // what is noted of it; nil for nothing
	editOnly bool      // what does not stand any more is not sent anew
	insist   bool      // it is tried for as long as the adapter lives
	begin    func()    // called when the first message is about to be sent; nil does nothing
}

// deliver sends a reply as one or more messages and returns their ids. Messages
// that stand already are overwritten, those too many removed. What comes later in
// its place is seen to beside.
func (a *Adapter) deliver(ctx context.Context, l destination, reply bot.Reply, stands []int64) (sent []int64, err error) {
	first := reply
	if reply.Updates != nil {
		first.Files = nil // those of the last version are sent
	}
	sent, err = a.write(ctx, l, first, stands)
	if l.answer != nil {
		l.answer.set(sent)
	}
	if err == nil && reply.Updates != nil {
		a.follow(l, sent, "", reply)
	}
	return sent, err
}

// write sends a reply, its files last, and returns the ids of the messages.
func (a *Adapter) write(ctx context.Context, l destination, reply bot.Reply, stands []int64) (sent []int64, err error) {
	parts := a.compose(reply, l.question == 0)
	for i, p := range parts {
		if !l.group && orNone(p.keyboard) != nil {
			p.keyboard = keys(reply.Actions, rowWidth)
		}
		msg := &outgoing{place: l.to, group: l.group, page: p, insist: l.insist}
		if i == 0 {
			msg.replyTo, msg.begin = l.question, l.begin
		}
		if i < len(stands) {
			msg.edit, msg.editOnly = int(stands[i]), l.editOnly
		}
		n, err := a.outbox.send(ctx, msg)
		if err != nil {
			return sent, fmt.Errorf("part %d of %d: %w", i+1, len(parts), err)
		}
		sent = append(sent, int64(n))
	}
	files, err := a.sendFiles(ctx, l, reply.Files)
	sent = append(sent, files...)
	if err != nil {
		return sent, err
	}
	for _, n := range stands {
		if slices.Contains(sent, n) {
			continue
		}
		_, err := a.api.DeleteMessage(ctx, &tg.DeleteMessageParams{ChatID: l.to.chat, MessageID: int(n)})
		if err != nil && !says(err, "message to delete not found") {
			a.log.Warn("telegram: a message that answers no more cannot be removed", "err", err)
		}
	}
	return sent, nil
}

// ask asks the handler when it is the request's turn.
func (a *Adapter) ask(ctx context.Context, r bot.Request) bot.Reply {
	if a.gate.enter(ctx, turnOf(r)) != nil {
		return bot.Reply{}
	}
	defer a.gate.leave()
	return a.named(a.handler.Handle(ctx, r))
}

// turnOf names who takes turns with others at the gate: a chat with all its topics,
// or a person of whom no chat is known.
func turnOf(r bot.Request) string {
	if r.Chat == inlineChat {
		return "person " + r.User
	}
	return cmp.Or(r.Space, r.Chat)
}

// showTyping shows “typing…” if the answer takes long to find or waits to be sent,
// until stop is called.
func (a *Adapter) showTyping(ctx context.Context, at place) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var shown sync.WaitGroup
	shown.Go(func() {
		err := adapter.While(ctx, a.pace.typing, typingLasts, func() error {
			_, err := a.api.SendChatAction(ctx, &tg.SendChatActionParams{
				ChatID:          at.chat,
				MessageThreadID: at.thread(), // there is no such thing as typing in a channel's direct messages
				Action:          models.ChatActionTyping,
			})
			return err
		})
		if err != nil {
			a.log.Debug("telegram: cannot show typing", "err", err)
		}
	})
	return func() {
		cancel()
		shown.Wait() // or “typing…” could come after the answer
	}
}

// guest turns a message into the request of somebody who calls the bot into a chat
// in which it is not.
func (a *Adapter) guest(m *message) (bot.Request, bool) {
	r, ok := a.request(m)
	// It is not the bot's group: nobody has set anything for it there.
	r.Space, r.Group, r.Parent, r.Manages = "", false, "", nil
	return r, ok && m.GuestQuery != ""
}

// visit answers somebody who calls the bot into a chat in which it is not. There
// is one message to do it with.
func (a *Adapter) visit(ctx context.Context, m *message, refused *bot.Reply) error {
	r, ok := a.guest(m)
	if !ok {
		return nil
	}
	var reply bot.Reply
	if refused != nil {
		reply = *refused
	} else {
		r.Admitted = a.admits()
		reply = a.ask(ctx, r)
	}
	p, ok := a.onePage(reply, m.From.LanguageCode)
	if !ok || ctx.Err() != nil {
		return ctx.Err()
	}
	var message *models.SentGuestMessage
	err := a.again(ctx, func() (err error) {
		message, err = a.api.AnswerGuestQuery(ctx, &tg.AnswerGuestQueryParams{
			GuestQueryID: m.GuestQuery, Result: p.article("answer", a.self.Username, "")}) // nobody sees the title, but there must be one
		return err
	})
	if err == nil && reply.Updates != nil && message.InlineMessageID != "" {
		a.follow(destination{locale: m.From.LanguageCode}, nil, message.InlineMessageID, reply)
	}
	return err
}

// again repeats a call that no queue holds back, a few times, while the server
// or the network is in trouble. Somebody waits for it.
func (a *Adapter) again(ctx context.Context, call func() error) error {
	return adapter.Retry(ctx, a.pace.retry, maxTries, func(int) (time.Duration, bool, error) {
		err := call()
		return retryAfter(err), passing(err), err
	})
}

// maxTries bounds how often something is called for which somebody waits.
const maxTries = 4

// passing reports whether the trouble may pass by itself.
func passing(err error) bool {
	status := code(err)
	return status == 0 || status >= http.StatusInternalServerError || status == http.StatusTooManyRequests
}

// migrate takes along what is kept of a group that becomes a supergroup, under
// another id. Both chats tell of it, so it may have been done.
func (a *Adapter) migrate(ctx context.Context, m *message) error {
	from, to := m.Chat.ID, m.MigrateTo
	if m.MigrateFrom != 0 {
		from, to = m.MigrateFrom, m.Chat.ID
	}
	return a.move(ctx, from, to)
}

func (a *Adapter) move(ctx context.Context, from, to int64) error {
	mover, ok := a.handler.(bot.Mover)
	if !ok {
		return nil
	}
	if err := mover.Move(ctx, platform, id(from), id(to)); err != nil {
		return fmt.Errorf("a group has become a supergroup, and its settings cannot be taken along: %w", err)
	}
	return nil
}

// attend notes whether a chat can be written to.
func (a *Adapter) attend(m *membership) {
	if m.New.Status == "kicked" || m.New.Status == "left" {
		a.gone.note(m.Chat.ID)
	} else {
		a.gone.forget(m.Chat.ID)
	}
}
