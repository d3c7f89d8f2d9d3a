// Package bot is the shared command handler: a Request goes in, a Reply comes
// out. It knows neither a chat platform nor how the index is made.
package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"time"

	"rapporteur/bot/locale"
	"rapporteur/bot/state"
	"rapporteur/corpus"
	"rapporteur/index/rank"
)

// Config is what a Bot is made of. All of it may be left zero.
type Config struct {
	Logger     *slog.Logger  // nil discards
	Threshold  float64       // the confidence from which a quote counts as an answer; 0 is rank.Balanced
	Timeout    time.Duration // of one request; 0 is DefaultTimeout
	UserRate   int           // requests a minute of one person; 0 is unlimited
	ChatRate   int           // requests a minute in one chat; 0 is unlimited
	Admins     []string      // the operators: "platform:user id"
	AdminRoles []string      // whoever has one of these roles is an operator too: "platform:role id"
	State      *state.Store  // what outlives a restart; nil keeps nothing, and offers nothing that needs it
	Key        []byte        // seals the tokens of buttons; nil for the state's
}

// DefaultTimeout bounds one request. A search takes milliseconds; a person
// gives up after some ten seconds.
const DefaultTimeout = 10 * time.Second

// DefaultRetention is a season: long enough to see what people could not find,
// and for the buttons under a refusal to work for months.
const DefaultRetention = 90 * 24 * time.Hour

// Bot answers requests. It is safe for concurrent use.
type Bot struct {
	log        *slog.Logger
	threshold  float64
	timeout    time.Duration
	users      *limiter
	chats      *limiter
	picking    *limiter
	admins     []string
	adminRoles []string
	state      *state.Store
	pick       func(ctx context.Context, c *Call, limit int) (Picks, error)
	suggest    func(ctx context.Context, c *Call, arg, typed string) []Suggestion
	key        []byte // of the seals of buttons
	commands   []Command
	presses    map[ActionKind]Press
}

var (
	_ Handler   = (*Bot)(nil)
	_ Admitter  = (*Bot)(nil)
	_ Commander = (*Bot)(nil)
	_ Mover     = (*Bot)(nil)
	_ Picker    = (*Bot)(nil)
	_ Suggester = (*Bot)(nil)
)

// New returns a bot with the commands and buttons of the tables. Two of one name
// or kind are a mistake of the program's, at which it panics.
func New(c Config, tables ...Table) *Bot {
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	b := &Bot{
		log:        c.Logger,
		threshold:  cmp.Or(c.Threshold, rank.Balanced),
		timeout:    cmp.Or(c.Timeout, DefaultTimeout),
		users:      newLimiter(c.UserRate),
		chats:      newLimiter(c.ChatRate),
		picking:    newLimiter(pickRate(c.UserRate)),
		admins:     c.Admins,
		adminRoles: c.AdminRoles,
		state:      c.State,
		key:        c.Key,
		presses:    make(map[ActionKind]Press),
	}
	if b.key == nil {
		b.key = c.State.Key("buttons")
	}
	for _, t := range tables {
		if t.Pick != nil {
			b.pick = t.Pick
		}
		if t.Suggest != nil {
			b.suggest = t.Suggest
		}
		for _, cmd := range t.Commands {
			if b.isCommand(cmd.Name) {
				panic("bot: two commands are called " + cmd.Name)
			}
			b.commands = append(b.commands, cmd)
		}
		for kind, p := range t.Presses {
			if _, twice := b.presses[kind]; twice {
				panic(fmt.Sprintf("bot: two tables press buttons of kind %d", kind))
			}
			b.presses[kind] = p
		}
	}
	return b
}

// Handle implements Handler.
func (b *Bot) Handle(ctx context.Context, r Request) (reply Reply) {
	began := time.Now()
	c := &Call{Request: r, bot: b}
	name, ok := "", false
	defer func() {
		if p := recover(); p != nil {
			err := fmt.Errorf("panic: %v\n%s", p, debug.Stack())
			reply = b.fail(c, err)
			reply.Private = reply.Private || c.Private
			b.count(ctx, c, name, reply, err, began)
			if c.Overheard {
				reply = Reply{}
			}
		}
	}()

	c.Words = locale.For(cmp.Or(r.Locale, corpus.DetectLanguage(r.Text)))
	name, ok = b.route(c)
	if !ok {
		return Reply{}
	}
	ctx, cancel := context.WithTimeout(ctx, b.timeout)
	defer cancel()
	if c.Overheard && !b.listens(ctx, c) {
		return Reply{}
	}
	if !r.Admitted {
		if reply, ok := b.admit(ctx, c); !ok {
			return reply
		}
	}
	reply, err := b.run(ctx, c, name)
	if err != nil {
		reply = b.fail(c, err)
	}
	b.count(ctx, c, name, reply, err, began)
	if c.Overheard && reply.Kind != KindAnswer {
		return Reply{} // nobody waits for it
	}
	reply.Private = reply.Private || c.Private
	reply.InPlace = reply.InPlace && r.InPlace && r.Action != "" // a link has no message to take the place of
	reply.Thread = !reply.Private && (reply.Kind == KindAnswer || reply.Kind == KindRefusal) &&
		c.Parent == "" && slices.Contains(c.Settings.Threads, c.Chat)
	return reply
}

// run runs the command with the name, or what a pressed button asks for. It
// puts into the call for whose eyes and in which language the reply is, for an
// error is a reply too.
func (b *Bot) run(ctx context.Context, c *Call, name string) (Reply, error) {
	cmd, known := b.lookup(name)
	c.Private = c.Private || c.Action != "" && !c.InPlace || cmd.Private || c.Options[ArgPrivate] == "true"
	if err := b.settle(ctx, c); err != nil {
		return Reply{}, fmt.Errorf("bot: settings: %w", err)
	}
	if c.Action == "" && !c.here() && cmd.Permission == Everyone { // what is not known is for everyone too
		if !cmd.Personal {
			return c.elsewhere(), nil
		}
		c.Private = true
	}
	allowed, err := c.May(ctx, cmd)
	if err != nil {
		return Reply{}, err
	}
	c.Private = c.Private || !allowed
	if c.Settings.Language != "" && !c.Private {
		c.Words = locale.For(c.Settings.Language) // everybody reads it, not only who asked
	}
	switch {
	case c.Action != "":
		return b.press(ctx, c)
	case !known:
		return Notice(Para{Text: c.Say("unknown_command", data{"Name": locale.Clip(name)})}), nil
	case !allowed && cmd.Permission == Admins:
		return c.operatorsOnly(ctx, cmd.Name), nil
	case cmd.InSpace && c.Space == "":
		return Reply{}, &UserError{Message: "no_space"}
	case !allowed:
		return c.ManagersOnly(), nil
	case cmd.Permission == Admins:
		r, err := b.audited(ctx, c, cmd)
		r.Apart = c.Group && cmd.Private
		return r, err
	}
	return cmd.Run(ctx, c)
}

// listens reports whether the bot is to answer questions here that nobody has
// addressed to it.
func (b *Bot) listens(ctx context.Context, c *Call) bool {
	if err := b.settle(ctx, c); err != nil {
		b.log.Warn("a question that was overheard is passed over: the settings cannot be read", "platform", c.Platform, "err", err)
		return false
	}
	return c.Settings.Unaddressed && c.here()
}

// fail turns an error into what the person is told. The cause goes to the log
// under an id that both are given.
func (b *Bot) fail(c *Call, err error) Reply {
	var ue *UserError
	if errors.As(err, &ue) {
		if ue.Err != nil {
			b.log.Warn("request refused", "platform", c.Platform, "message", ue.Message, "cause", ue.Err)
		}
		lang := c.Lang
		if c.Command != "" { // others will not see it
			lang = cmp.Or(c.Locale, lang)
		}
		r := Explained(ue, lang)
		r.Private = c.Action == "" // a mistake is the asker's alone
		return r
	}
	failed, id := Failed()
	b.log.Error("request failed", "id", id, "platform", c.Platform, "err", err)
	return Explained(failed, c.Lang)
}

// Move implements Mover.
func (b *Bot) Move(ctx context.Context, platform, from, to string) error {
	if b.state == nil {
		return nil
	}
	return b.state.Move(ctx, platform, from, to)
}

// Pick implements Picker.
func (b *Bot) Pick(ctx context.Context, r Request, limit int) (p Picks) {
	c := &Call{Request: r, Argument: r.Text, Words: locale.For(cmp.Or(r.Locale, corpus.DetectLanguage(r.Text))), bot: b}
	defer func() {
		if v := recover(); v != nil {
			b.log.Error("nothing to pick", "platform", r.Platform, "err", fmt.Errorf("panic: %v\n%s", v, debug.Stack()))
			p = Picks{}
		}
	}()
	if wait, _ := b.picking.wait(r.Platform+":"+r.User, time.Now()); wait > 0 {
		return Picks{Ask: c.slowDown(wait)}
	}
	ctx, cancel := context.WithTimeout(ctx, b.timeout)
	defer cancel()
	err := b.settle(ctx, c)
	if err == nil && b.pick != nil {
		p, err = b.pick(ctx, c, limit)
	}
	p.Ask = c.Say("ask_privately", nil)
	var explained *UserError
	switch {
	case err == nil:
	case errors.As(err, &explained):
		b.log.Debug("nothing to pick", "platform", r.Platform, "message", explained.Message, "cause", explained.Err)
	default:
		b.log.Error("nothing to pick", "platform", r.Platform, "err", err)
	}
	return p
}

// Suggest implements Suggester.
func (b *Bot) Suggest(ctx context.Context, r Request, arg, typed string) (out []Suggestion) {
	defer func() {
		if p := recover(); p != nil {
			b.log.Error("no suggestions", "platform", r.Platform, "err", fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
			out = nil
		}
	}()
	if b.suggest == nil {
		return nil
	}
	c := &Call{Request: r, Words: locale.For(r.Locale), bot: b}
	if err := b.settle(ctx, c); err != nil {
		b.log.Warn("no suggestions: the settings cannot be read", "platform", r.Platform, "err", err)
		return nil
	}
	return b.suggest(ctx, c, arg, typed)
}

// count counts a question by what came of it. What somebody asked wrongly, greets
// with, or says among others without an answer is no question.
func (b *Bot) count(ctx context.Context, c *Call, name string, r Reply, err error, began time.Time) {
	outcome, ok := outcomeOf(r, err)
	if b.state == nil || name != "ask" || !ok || c.Overheard && r.Kind != KindAnswer {
		return
	}
	counted := state.Counted{Outcome: outcome, Took: time.Since(began)}
	if outcome == state.Answered {
		counted.Shown = c.Shown
	}
	// A question that ran out of time counts too.
	if err := b.state.Count(context.WithoutCancel(ctx), counted); err != nil {
		b.log.Error("counts could not be written; they are kept in memory until the next time", "err", err)
	}
}

// outcomeOf says what came of a question, and whether it was one.
func outcomeOf(r Reply, err error) (o state.Outcome, ok bool) {
	var ue *UserError
	switch {
	case errors.As(err, &ue) && ue.Err == nil: // the asker's mistake
		return "", false
	case err != nil:
		return state.Failed, true
	case r.Kind == KindAnswer:
		return state.Answered, true
	case r.Kind == KindRefusal:
		return state.Refused, true
	}
	return "", false
}
