// Package bot is the shared command handler: a Request goes in, a Reply comes
// out. It knows neither a chat platform nor how the index is made.
package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"runtime/debug"
	"slices"
	"time"

	"rapporteur/corpus"
	"rapporteur/index/rank"
)

// Config is what a Bot is made of. Searcher and Library are needed; the rest
// may be left zero.
type Config struct {
	Searcher  Searcher
	Library   Library
	Logger    *slog.Logger  // nil discards
	Threshold float64       // the confidence from which a quote counts as an answer; 0 is rank.Balanced
	Timeout   time.Duration // of one request; 0 is DefaultTimeout
	UserRate  int           // requests a minute of one person; 0 is unlimited
	ChatRate  int           // requests a minute in one chat; 0 is unlimited
	Admins    []string      // "platform:user id"
	Version   string        // shown by about
}

// DefaultTimeout bounds one request. A search takes milliseconds; a person
// gives up after some ten seconds.
const DefaultTimeout = 10 * time.Second

// Bot answers requests. It is safe for concurrent use.
type Bot struct {
	searcher  Searcher
	library   Library
	log       *slog.Logger
	quotes    quoter
	threshold float64
	timeout   time.Duration
	users     *limiter
	chats     *limiter
	admins    []string
	version   string
}

var _ Handler = (*Bot)(nil)

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
	return &Bot{
		searcher:  c.Searcher,
		library:   c.Library,
		log:       c.Logger,
		quotes:    quoter{log: c.Logger},
		threshold: c.Threshold,
		timeout:   c.Timeout,
		users:     newLimiter(c.UserRate),
		chats:     newLimiter(c.ChatRate),
		admins:    c.Admins,
		version:   c.Version,
	}
}

// Blocked returns how many quotes were not sent since the start because the
// stored text no longer said them.
func (b *Bot) Blocked() int64 { return b.quotes.blocked.Load() }

// Handle implements Handler.
func (b *Bot) Handle(ctx context.Context, r Request) (reply Reply) {
	c := call{Request: r}
	defer func() {
		if p := recover(); p != nil {
			reply = b.fail(c, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
		}
	}()

	c.words = wordsFor(cmp.Or(r.Locale, corpus.DetectLanguage(r.Text)))
	name, ok := b.route(&c)
	if !ok {
		return Reply{}
	}
	if reply, limited := b.limit(c); limited {
		return reply
	}
	cmd, ok := lookup(name)
	if !ok {
		return notice(Para{Text: c.say("unknown_command", data{"Name": clip(name)})})
	}
	if !b.may(c, cmd) {
		return notice(Para{Text: c.say("not_allowed", nil)})
	}
	ctx, cancel := context.WithTimeout(ctx, b.timeout)
	defer cancel()
	reply, err := cmd.run(b, ctx, c)
	if err != nil {
		return b.fail(c, err)
	}
	return reply
}

// may reports whether the person may use the command.
func (b *Bot) may(c call, cmd Command) bool {
	return cmd.Permission == Everyone || slices.Contains(b.admins, c.Platform+":"+c.User)
}

// route finds the command a request is for and puts its argument into the
// call. It returns false when the request is not for the bot: silence.
func (b *Bot) route(c *call) (name string, ok bool) {
	if c.Command != "" {
		c.text = c.Text
		return c.Command, true
	}
	p := parseText(c.Text, c.Self)
	c.text = p.text
	forUs := c.Direct || c.Addressed || p.ours
	switch {
	case p.other:
		return "", false
	case p.command == "" && !forUs:
		return "", false
	case p.command == "":
		return "ask", true
	case !isCommand(p.command) && !forUs:
		return "", false // a group has other bots with commands of their own
	}
	return p.command, true
}

// limit holds back who asks too much. It says so once; whoever goes on is
// passed over in silence, unless the platform owes every command a reply.
func (b *Bot) limit(c call) (Reply, bool) {
	now := time.Now()
	wait, first := b.users.wait(c.Platform+":"+c.User, now)
	if wait == 0 && !c.Direct {
		wait, first = b.chats.wait(c.Platform+":"+c.Chat, now)
	}
	if wait == 0 {
		return Reply{}, false
	}
	if !first && c.Command == "" {
		return Reply{}, true
	}
	r := notice(Para{Text: c.say("slow_down", data{"Count": int(math.Ceil(wait.Seconds()))})})
	r.Private = true
	return r, true
}

// fail turns an error into what the person is told. The cause goes to the log
// under an id that both are given.
func (b *Bot) fail(c call, err error) Reply {
	var ue *UserError
	if errors.As(err, &ue) {
		if ue.Err != nil {
			b.log.Warn("request refused", "platform", c.Platform, "message", ue.Message, "cause", ue.Err)
		}
		return Reply{Kind: KindError, Blocks: []Block{Para{Text: c.say(ue.Message, ue.Data)}}}
	}
	id := errorID()
	b.log.Error("request failed", "id", id, "platform", c.Platform, "err", err)
	return Reply{Kind: KindError, Blocks: []Block{Para{Text: c.say("failed", data{"ID": id})}}}
}

func notice(blocks ...Block) Reply { return Reply{Kind: KindNotice, Blocks: blocks} }
