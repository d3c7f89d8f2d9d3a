package bot

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"rapporteur/bot/locale"
	"rapporteur/bot/state"
	"rapporteur/corpus"
	"rapporteur/index"
	"rapporteur/index/rank"
)

// Call is one use of a command or button: what was asked, by whom and where, and
// the settings that hold there. It belongs to one request, which is handled by one
// goroutine at a time.
type Call struct {
	Request
	locale.Words                // what the reply is written in
	Argument     string         // the first argument of the command, or what was said without one
	Settings     state.Settings // of the space
	Threshold    float64        // the confidence from which a quote answers
	Overheard    bool           // nobody has addressed the bot
	Shown        []string       // ids of the texts whose quotes answer, noted for the counts

	bot *Bot // nil for what is asked outside a conversation
}

// Call returns the call of a request that nobody has just made: something to be
// told later. Its settings are those of now.
func (b *Bot) Call(ctx context.Context, r Request) (*Call, error) {
	c := &Call{Request: r, Argument: r.Text, Words: locale.For(r.Locale), bot: b}
	if err := b.settle(ctx, c); err != nil {
		return nil, fmt.Errorf("bot: settings: %w", err)
	}
	return c, nil
}

// Say is Words.Say with the commands in it called as the person's platform does.
func (c *Call) Say(id string, d locale.Data) string {
	s := c.Words.Say(id, d)
	if !c.Labels || c.bot == nil || !strings.Contains(s, "/") {
		return s
	}
	return mentioned.ReplaceAllStringFunc(s, func(name string) string { return "/" + c.CommandName(name[1:]) })
}

// mentioned is a command in the bot's own words.
var mentioned = regexp.MustCompile(`/[a-z]+\b`)

// CommandName is what the person's platform calls a command: its label, where it
// shows those.
func (c *Call) CommandName(name string) string {
	if cmd, ok := c.bot.lookup(name); ok && c.Labels {
		return locale.For(cmp.Or(c.Locale, c.Lang)).Say("name_"+cmd.Name, nil)
	}
	return name
}

// Run runs another command in the place of the one that was called.
func (c *Call) Run(ctx context.Context, name string) (Reply, error) {
	cmd, ok := c.bot.lookup(name)
	if !ok {
		return Reply{}, fmt.Errorf("bot: there is no command %q", name)
	}
	return cmd.Run(ctx, c)
}

// Commands returns the commands there are, in the language of the call.
func (c *Call) Commands() []Command { return c.bot.Commands(c.Lang) }

// ManagersOnly refuses what is for those who manage the space.
func (c *Call) ManagersOnly() Reply {
	return Notice(Para{Text: c.OfSpace("managers_only")})
}

func (c *Call) slowDown(wait time.Duration) string {
	e := SlowDown(wait)
	return c.Say(e.Message, e.Data)
}

// Notice is a reply that is neither an answer nor a refusal.
func Notice(blocks ...Block) Reply { return Reply{Kind: KindNotice, Blocks: blocks} }

// stops are the words for how sure an answer must be.
var stops = map[string]float64{"careful": rank.Careful, "balanced": rank.Balanced, "eager": rank.Eager}

// settle puts the settings of the space, and what follows from them, into the
// call.
func (b *Bot) settle(ctx context.Context, c *Call) error {
	c.Threshold = b.threshold
	if c.Space == "" {
		return nil
	}
	s, err := b.state.Settings(ctx, c.Platform, c.Space)
	if err != nil {
		return err
	}
	c.Settings = s
	if stop, ok := stops[s.Confidence]; ok {
		c.Threshold = stop
	}
	return nil
}

// Admits reports whether the conversation may see a text.
func (c *Call) Admits(t *corpus.Text) bool { return index.Matches(t, c.Settings.Sources) }

// here reports whether the bot may answer where it was asked.
func (c *Call) here() bool {
	in := c.Settings.Channels
	return len(in) == 0 || slices.Contains(in, c.Chat) || c.Parent != "" && slices.Contains(in, c.Parent)
}

// elsewhere tells somebody who used a command where the bot may not answer
// where it may. Whoever only mentioned it is passed over in silence.
func (c *Call) elsewhere() Reply {
	if c.Command == "" {
		return Reply{}
	}
	var places []Place
	for _, id := range c.Settings.Channels {
		places = append(places, Place{ID: id})
	}
	r := Notice(Para{Text: c.OfSpace("elsewhere")}, List{Items: []Item{{Places: places}}})
	r.Private = true
	return r
}

// OfSpace is a message about a server, or its twin about a group.
func (c *Call) OfSpace(id string) string {
	if c.Group {
		id += "_group"
	}
	return c.Say(id, nil)
}

// settingToken is an option of the settings as it is typed.
var settingToken = OptionPattern(`[a-z]+`)

// TypedOptions are the options of a call with those that were typed as
// name:value.
func (c *Call) TypedOptions() map[string]string {
	given := make(map[string]string)
	for _, m := range settingToken.FindAllStringSubmatch(c.Argument, -1) {
		given[strings.ToLower(m[2])] = strings.Trim(m[3], QuotationMarks)
	}
	maps.Copy(given, c.Options)
	return given
}

// May reports whether the person may use the command. The error is for a
// platform that cannot tell now.
func (c *Call) May(ctx context.Context, cmd Command) (bool, error) {
	switch cmd.Permission {
	case Everyone:
		return true, nil
	case Managers:
		hasRole := func(role string) bool { return slices.Contains(c.Settings.Admins, role) }
		known := c.Manager || c.Operates() || slices.ContainsFunc(c.Roles, hasRole)
		if known || c.Manages == nil || c.Space == "" {
			return known, nil
		}
		manages, err := c.Manages(ctx)
		if err != nil {
			return false, &UserError{Message: "cannot_tell_manager", Err: err}
		}
		return manages, nil
	}
	return c.Operates(), nil
}

// Operates reports whether the person is one of the operators: by name, or by a
// role that the configuration names. What a server lets its own roles do ends
// with its settings.
func (c *Call) Operates() bool {
	named := func(role string) bool { return slices.Contains(c.bot.adminRoles, c.Platform+":"+role) }
	return slices.Contains(c.bot.admins, c.Platform+":"+c.User) || slices.ContainsFunc(c.Roles, named)
}

// audited runs a command for operators and notes in the audit log what came of
// it, unless the command does so itself, for each thing and at its end.
func (b *Bot) audited(ctx context.Context, c *Call, cmd Command) (r Reply, err error) {
	outcome := state.Failed // of a panic too
	defer func() {
		if begun := r.Updates != nil || cmd.Audits; !begun || outcome == state.Failed {
			c.Audit(ctx, cmd.Name, Subject(c.Argument), outcome)
		}
	}()
	if r, err = cmd.Run(ctx, c); err == nil {
		outcome = state.Done
	}
	return r, err
}

// Audit notes what an operator did, or somebody tried who is none. Of the latter
// nothing but the action is kept: the rest is what people write in a chat.
func (c *Call) Audit(ctx context.Context, action, subject string, o state.Outcome) {
	if c.bot.state == nil {
		return
	}
	if o == state.Refused {
		subject = ""
	}
	err := c.bot.state.Audit(context.WithoutCancel(ctx), state.Entry{
		Platform: c.Platform, User: c.User, Action: action, Subject: subject, Outcome: o,
	})
	if err != nil {
		c.bot.log.Error("the audit log could not be written", "platform", c.Platform, "action", action, "outcome", o, "err", err)
	}
}

// login is who logs in, in an address.
var login = regexp.MustCompile(`://[^/?#\s]*@`)

// Subject is what an operator's command was about, without what nobody should
// read.
func Subject(text string) string {
	return login.ReplaceAllString(strings.TrimSpace(text), "://")
}

// operatorsOnly refuses what is for the operators.
func (c *Call) operatorsOnly(ctx context.Context, action string) Reply {
	c.Audit(ctx, action, "", state.Refused)
	r := Notice(Para{Text: c.Say("not_allowed", nil)})
	r.Private = true
	return r
}
