package bot

import (
	"context"
	"slices"

	"rapporteur/bot/locale"
)

// Permission says who may use a command.
type Permission int

// The permissions.
const (
	Everyone Permission = iota
	Managers            // who manages the space, or has a role that it names for that
	Admins              // the operators that the configuration names, by id or by role
)

// Command is a row of the command table, its texts in one language. The table
// is the same on every platform; only the texts vary with the locale.
type Command struct {
	Name       string // lower-case ASCII letters
	Also       string // an older name under which it is understood when it is typed; "" for none
	Label      string // the name in the language, lower-case, at most 32 characters
	Summary    string // at most 100 characters, Discord's limit for a description
	Menu       string // what it is called in the menu of a message, which is its first argument then; "" if not there
	Args       []Arg
	Permission Permission
	Private    bool // answers the asker alone
	InSpace    bool // of use only in a server or group

	Personal bool // about the asker alone: it works also where the bot may not answer
	Audits   bool // it notes by itself what came of what it has begun

	// Run runs the command. An error that the person can do something about is a
	// *UserError.
	Run func(context.Context, *Call) (Reply, error)
}

// ArgKind is what sort of value an argument takes.
type ArgKind int

// The kinds of arguments. Values are strings all the same.
const (
	ArgText    ArgKind = iota
	ArgFlag            // "true" or "false"
	ArgChannel         // the id of a channel
	ArgRole            // the id of a role
	ArgFile            // a file, which comes among Request.Files instead
)

// Arg is an argument of a command. Only the first argument of a command may
// be typed without its name, and it takes the rest of the line; the others are
// typed as name:value on platforms without forms.
type Arg struct {
	Name     string // lower-case ASCII letters
	Label    string // the name in the language, lower-case, at most 32 characters
	Summary  string // at most 100 characters
	Kind     ArgKind
	Choices  []Choice // nil: any value
	Required bool
	Suggest  bool // a Suggester has values for it
}

// Choice is one of the values an argument can have.
type Choice struct {
	Value string
	Label string // in the language
}

// ArgPrivate is the name of the argument that asks for a private answer.
const ArgPrivate = "private"

// Typed returns the name of the argument that is typed without its name, ""
// when none is.
func (c Command) Typed() string {
	if len(c.Args) == 0 || len(c.Args[0].Choices) > 0 {
		return ""
	}
	return c.Args[0].Name
}

// Table is what a room of the bot brings: its commands, without their texts, which
// are the messages cmd_NAME, arg_NAME, name_NAME and menu_NAME, and what its
// buttons do.
type Table struct {
	Commands []Command
	Presses  map[ActionKind]Press

	// Pick returns what can be picked while somebody writes to others, at most limit,
	// the best first; nil for a room that offers nothing.
	Pick func(ctx context.Context, c *Call, limit int) (Picks, error)
	// Suggest returns values for an argument of which so much is typed; nil for a room
	// that has none.
	Suggest func(ctx context.Context, c *Call, arg, typed string) []Suggestion
}

// Commands implements Commander.
func (b *Bot) Commands(lang string) []Command { return Localized(b.commands, lang) }

// Localized returns the commands of a table with their texts in the interface
// language that suits the locale best, English when none does.
func Localized(table []Command, lang string) []Command {
	w := locale.For(lang)
	commands := slices.Clone(table)
	for i := range commands {
		c := &commands[i]
		c.Summary = w.Say("cmd_"+c.Name, nil)
		c.Label = w.Say("name_"+c.Name, nil)
		if c.Menu != "" {
			c.Menu = w.Say(c.Menu, nil)
		}
		c.Args = slices.Clone(c.Args)
		for j := range c.Args {
			c.Args[j].Summary = w.Say("arg_"+c.Args[j].Name, nil)
			c.Args[j].Label = w.Say("name_"+c.Args[j].Name, nil)
			c.Args[j].Choices = slices.Clone(c.Args[j].Choices)
			for k, ch := range c.Args[j].Choices {
				c.Args[j].Choices[k].Label = w.Choice(ch.Value)
			}
		}
	}
	return commands
}

// startCommand is what Telegram sends when somebody opens the bot, followed by
// what stood in the link, if they came by one.
const startCommand = "start"

// lookup finds a command by name. To start the bot without a link that leads
// anywhere is to ask for help.
func (b *Bot) lookup(name string) (Command, bool) {
	if name == startCommand {
		name = "help"
	}
	for _, c := range b.commands {
		if c.Name == name || c.Also != "" && c.Also == name {
			return c, true
		}
	}
	return Command{}, false
}

func (b *Bot) isCommand(name string) bool {
	_, ok := b.lookup(name)
	return ok
}
