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
	"strings"
	"time"

	"rapporteur/bot/state"
	"rapporteur/corpus"
	"rapporteur/index/rank"
)

// Config is what a Bot is made of. Searcher and Library are needed; the rest
// may be left zero.
type Config struct {
	Searcher   Searcher
	Library    Library
	Logger     *slog.Logger  // nil discards
	Threshold  float64       // the confidence from which a quote counts as an answer; 0 is rank.Balanced
	Timeout    time.Duration // of one request; 0 is DefaultTimeout
	UserRate   int           // requests a minute of one person; 0 is unlimited
	ChatRate   int           // requests a minute in one chat; 0 is unlimited
	Admins     []string      // the operators: "platform:user id"
	AdminRoles []string      // whoever has one of these roles is an operator too: "platform:role id"
	State      *state.Store  // what outlives a restart; nil keeps nothing, and offers nothing that needs it
	Encoder    string        // host of the service that questions are sent to to be encoded, which privacy tells; "" is none
	Retention  time.Duration // how long State keeps what people asked in vain, counts and the audit log, which privacy tells; 0 is DefaultRetention
	Version    string        // shown by about
	Keeper     Keeper        // keeps the corpus for the operators; nil for one that comes with the program
	Changed    func()        // is called after the texts have changed on an operator's command; nil does nothing
}

// DefaultTimeout bounds one request. A search takes milliseconds; a person
// gives up after some ten seconds.
const DefaultTimeout = 10 * time.Second

// DefaultRetention is a season: long enough to see what people could not find,
// and for the buttons under a refusal to work for months.
const DefaultRetention = 90 * 24 * time.Hour

// Bot answers requests. It is safe for concurrent use.
type Bot struct {
	keeper     Keeper
	changed    func()
	background *background
	searcher   Searcher
	library    Library
	log        *slog.Logger
	quotes     quoter
	threshold  float64
	timeout    time.Duration
	users      *limiter
	chats      *limiter
	picks      *limiter
	admins     []string
	adminRoles []string
	state      *state.Store
	encoder    string
	retention  time.Duration
	asked      *memory
	shelves    *shelves
	voices     *voices
	version    string
	key        []byte // of the seals of buttons
}

var (
	_ Handler  = (*Bot)(nil)
	_ Admitter = (*Bot)(nil)
)

// New returns a bot that is ready to answer.
func New(c Config) *Bot {
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Threshold == 0 {
		c.Threshold = rank.Balanced
	}
	if c.Timeout == 0 {
		c.Timeout = DefaultTimeout
	}
	if c.Changed == nil {
		c.Changed = func() {}
	}
	return &Bot{
		keeper:     c.Keeper,
		changed:    c.Changed,
		background: newBackground(),
		searcher:   c.Searcher,
		library:    c.Library,
		log:        c.Logger,
		quotes:     quoter{log: c.Logger},
		threshold:  c.Threshold,
		timeout:    c.Timeout,
		users:      newLimiter(c.UserRate),
		chats:      newLimiter(c.ChatRate),
		picks:      newLimiter(pickRate(c.UserRate)),
		admins:     c.Admins,
		adminRoles: c.AdminRoles,
		state:      c.State,
		encoder:    c.Encoder,
		retention:  cmp.Or(c.Retention, DefaultRetention),
		asked:      newMemory(),
		shelves:    newShelves(),
		voices:     newVoices(),
		version:    c.Version,
		key:        c.State.Key("buttons"),
	}
}

// Blocked returns how many quotes were not sent since the start because the
// stored text no longer said them.
func (b *Bot) Blocked() int64 { return b.quotes.blocked.Load() }

// Handle implements Handler.
func (b *Bot) Handle(ctx context.Context, r Request) (reply Reply) {
	began := time.Now()
	c := call{Request: r, shown: new([]string), key: b.key}
	name, ok := "", false
	defer func() {
		if p := recover(); p != nil {
			err := fmt.Errorf("panic: %v\n%s", p, debug.Stack())
			reply = b.fail(c, err)
			reply.Private = reply.Private || c.Private
			b.count(ctx, c, name, reply, err, began)
			if c.overheard {
				reply = Reply{}
			}
		}
	}()

	c.words = wordsFor(cmp.Or(r.Locale, corpus.DetectLanguage(r.Text)))
	name, ok = b.route(&c)
	if !ok {
		return Reply{}
	}
	ctx, cancel := context.WithTimeout(ctx, b.timeout)
	defer cancel()
	if c.overheard && !b.listens(ctx, &c) {
		return Reply{}
	}
	if !r.Admitted {
		if reply, ok := b.admit(ctx, c); !ok {
			return reply
		}
	}
	reply, err := b.run(ctx, &c, name)
	if err != nil {
		reply = b.fail(c, err)
	}
	b.count(ctx, c, name, reply, err, began)
	if c.overheard && reply.Kind != KindAnswer {
		return Reply{} // nobody waits for it
	}
	reply.Private = reply.Private || c.Private
	reply.InPlace = reply.InPlace && r.InPlace && r.Action != "" // a link has no message to take the place of
	reply.Thread = !reply.Private && (reply.Kind == KindAnswer || reply.Kind == KindRefusal) &&
		c.Parent == "" && slices.Contains(c.settings.Threads, c.Chat)
	return reply
}

// run runs the command with the name, or what a pressed button asks for. It
// puts into the call for whose eyes and in which language the reply is, for an
// error is a reply too.
func (b *Bot) run(ctx context.Context, c *call, name string) (Reply, error) {
	cmd, known := lookup(name)
	c.Private = c.Private || c.Action != "" && !c.InPlace || cmd.Private || c.Options[ArgPrivate] == "true"
	if err := b.settle(ctx, c); err != nil {
		return Reply{}, fmt.Errorf("bot: settings: %w", err)
	}
	if c.Action == "" && !c.here() && cmd.Permission == Everyone { // what is not known is for everyone too
		if !cmd.personal {
			return c.elsewhere(), nil
		}
		c.Private = true
	}
	allowed, err := b.may(ctx, *c, cmd)
	if err != nil {
		return Reply{}, err
	}
	c.Private = c.Private || !allowed
	if c.settings.Language != "" && !c.Private {
		c.words = wordsFor(c.settings.Language) // everybody reads it, not only who asked
	}
	switch {
	case c.Action != "":
		return b.press(ctx, *c)
	case c.Forwarded && c.Command == "" && isAsking(c.text) && !strings.HasPrefix(c.text, "/"):
		r, err := b.ask(ctx, *c)
		if err == nil {
			r.Actions = append(r.Actions, c.action(Check, nil)...)
		}
		return r, err
	case c.Forwarded && c.Command == "":
		return b.offerCheck(*c), nil
	case !known:
		return notice(Para{Text: c.say("unknown_command", data{"Name": clip(name)})}), nil
	case !allowed && cmd.Permission == Admins:
		return b.operatorsOnly(ctx, *c, cmd.Name), nil
	case cmd.InSpace && c.Space == "":
		return Reply{}, &UserError{Message: "no_space"}
	case !allowed:
		return c.managersOnly(), nil
	case cmd.Permission == Admins:
		return b.audited(ctx, *c, cmd)
	}
	return cmd.run(b, ctx, *c)
}

// may reports whether the person may use the command. The error is for a
// platform that cannot tell now.
func (b *Bot) may(ctx context.Context, c call, cmd Command) (bool, error) {
	switch cmd.Permission {
	case Everyone:
		return true, nil
	case Managers:
		hasRole := func(role string) bool { return slices.Contains(c.settings.Admins, role) }
		known := c.Manager || b.operates(c) || slices.ContainsFunc(c.Roles, hasRole)
		if known || c.Manages == nil || c.Space == "" {
			return known, nil
		}
		manages, err := c.Manages(ctx)
		if err != nil {
			return false, &UserError{Message: "cannot_tell_manager", Err: err}
		}
		return manages, nil
	}
	return b.operates(c), nil
}

// managersOnly refuses what is for those who manage the space.
func (c call) managersOnly() Reply {
	return notice(Para{Text: c.ofSpace("managers_only")})
}

// operates reports whether the person is one of the operators: by name, or by a
// role that the configuration names. What a server lets its own roles do ends
// with its settings.
func (b *Bot) operates(c call) bool {
	named := func(role string) bool { return slices.Contains(b.adminRoles, c.Platform+":"+role) }
	return slices.Contains(b.admins, c.Platform+":"+c.User) || slices.ContainsFunc(c.Roles, named)
}

// route finds the command a request is for and puts its argument into the
// call. It returns false when the request is not for the bot: silence.
func (b *Bot) route(c *call) (name string, ok bool) {
	if c.Command != "" || c.Action != "" {
		c.text = c.Text
		return c.Command, true
	}
	p := parseText(c.Text, c.Self)
	if c.Forwarded { // commands in it are not the asker's
		p = parsed{text: strings.TrimSpace(c.Text)}
	}
	c.text = p.text
	forUs := c.Direct || c.Addressed || p.ours
	switch {
	case p.other:
		return "", false
	case p.command == "" && !forUs:
		c.overheard = c.Space != "" && !c.Forwarded && isAsking(c.text)
		return "ask", c.overheard
	case p.command == startCommand && isToken(p.text):
		c.Action, c.text = p.text, ""
		return "", true
	case p.command == "":
		return "ask", true
	case !isCommand(p.command) && !forUs:
		return "", false // a group has other bots with commands of their own
	}
	return p.command, true
}

// isAsking reports whether what people say among themselves is a question.
func isAsking(text string) bool {
	return strings.HasSuffix(strings.TrimRight(text, quotationMarks+"'’)!… \n"), "?") && len(strings.Fields(text)) > 2
}

// listens reports whether the bot is to answer questions here that nobody has
// addressed to it.
func (b *Bot) listens(ctx context.Context, c *call) bool {
	if err := b.settle(ctx, c); err != nil {
		b.log.Warn("a question that was overheard is passed over: the settings cannot be read", "platform", c.Platform, "err", err)
		return false
	}
	return c.settings.Unaddressed && c.here()
}

// Admit implements Admitter.
func (b *Bot) Admit(ctx context.Context, r Request) (reply Reply, ok bool) {
	c := call{Request: r, key: b.key}
	if _, ours := b.route(&c); !ours || c.overheard && !b.listens(ctx, &c) {
		return Reply{}, true // Handle passes it over
	}
	return b.admit(ctx, c)
}

// admit counts a request, and refuses it when it is one too many.
func (b *Bot) admit(ctx context.Context, c call) (reply Reply, ok bool) {
	wait, tell := b.limit(c)
	switch {
	case wait == 0:
		return Reply{}, true
	case !tell:
		return Reply{}, false
	case c.Command == "" && c.Action == "" && (b.settle(ctx, &c) != nil || !c.here()):
		return Reply{}, false // a mention where the bot may not answer is passed over, however often
	}
	c.words = wordsFor(cmp.Or(c.Locale, corpus.DetectLanguage(c.Text)))
	reply = notice(Para{Text: c.slowDown(wait)})
	reply.Private = true
	return reply, false
}

func (c call) slowDown(wait time.Duration) string {
	e := SlowDown(wait)
	return c.say(e.Message, e.Data)
}

// limit returns how long somebody who asks too much must wait, and whether they
// are told: once; whoever goes on is passed over in silence, unless the platform
// owes every command a reply.
func (b *Bot) limit(c call) (wait time.Duration, tell bool) {
	now := time.Now()
	whose := c.Platform + ":"
	if c.overheard {
		whose += "overheard:" // talk takes nothing from those who ask the bot
	}
	wait, first := b.users.wait(whose+c.User, now)
	if wait == 0 && !c.Direct {
		wait, first = b.chats.wait(whose+c.Chat, now)
	}
	return wait, (first || c.Command != "" || c.Action != "") && !c.overheard
}

// fail turns an error into what the person is told. The cause goes to the log
// under an id that both are given.
func (b *Bot) fail(c call, err error) Reply {
	var ue *UserError
	if errors.As(err, &ue) {
		if ue.Err != nil {
			b.log.Warn("request refused", "platform", c.Platform, "message", ue.Message, "cause", ue.Err)
		}
		lang := c.lang
		if c.Command != "" { // others will not see it
			lang = cmp.Or(c.Locale, lang)
		}
		r := Explained(ue, lang)
		r.Private = c.Action == "" // a mistake is the asker's alone
		return r
	}
	failed, id := Failed()
	b.log.Error("request failed", "id", id, "platform", c.Platform, "err", err)
	return Explained(failed, c.lang)
}

func notice(blocks ...Block) Reply { return Reply{Kind: KindNotice, Blocks: blocks} }
