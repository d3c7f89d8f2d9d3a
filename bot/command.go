package bot

import (
	"context"
	"slices"
	"sync"
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
	Label      string // the name in the language, lower-case, at most 32 characters
	Summary    string // at most 100 characters, Discord's limit for a description
	Menu       string // what it is called in the menu of a message, which is its first argument then; "" if not there
	Args       []Arg
	Permission Permission
	Private    bool // answers the asker alone
	InSpace    bool // of use only in a server or group

	personal bool // about the asker alone: it works also where the bot may not answer
	audits   bool // it notes by itself what came of what it has begun
	run      func(*Bot, context.Context, *Call) (Reply, error)
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

func choices(values ...string) []Choice {
	var out []Choice
	for _, v := range values {
		out = append(out, Choice{Value: v})
	}
	return out
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

// filterArgs are the filters of every command that searches.
var filterArgs = []Arg{{Name: "source", Suggest: true}, {Name: "since", Suggest: true}, {Name: "before", Suggest: true}, {Name: "lang", Suggest: true}}

func withFilters(first Arg) []Arg {
	return append(append([]Arg{first}, filterArgs...), Arg{Name: ArgPrivate, Kind: ArgFlag})
}

// table returns the command table without its texts, which are the messages
// cmd_NAME, arg_NAME, name_NAME and menu_NAME. It is shared: do not change it.
func table() []Command {
	tableOnce.Do(func() { commandTable = makeTable() })
	return commandTable
}

// Made when it is first asked for: the commands themselves look into it.
var (
	tableOnce    sync.Once
	commandTable []Command
)

func makeTable() []Command {
	return []Command{
		{Name: "ask", Args: withFilters(Arg{Name: "question", Required: true, Suggest: true}), run: (*Bot).ask},
		{Name: "search", Args: withFilters(Arg{Name: "words", Required: true, Suggest: true}), run: (*Bot).search},
		{Name: "check", Menu: "menu_check", Private: true, Args: []Arg{{Name: "text", Required: true}}, run: (*Bot).check},
		{Name: "latest", Args: []Arg{{Name: "source", Suggest: true}, {Name: "lang", Suggest: true}}, run: (*Bot).latest},
		{Name: "sources", Args: []Arg{{Name: "words"}}, run: (*Bot).sources},
		{Name: "source", Args: []Arg{{Name: "id", Required: true, Suggest: true}}, run: (*Bot).source},
		{Name: "settings", Args: settingArgs(false), Permission: Managers, Private: true, InSpace: true, run: (*Bot).change},
		{Name: "add", Args: []Arg{{Name: "address"}, {Name: "file", Kind: ArgFile}}, Permission: Admins, Private: true, audits: true, run: (*Bot).add},
		{Name: "remove", Args: []Arg{{Name: "id", Required: true, Suggest: true}}, Permission: Admins, Private: true, audits: true, run: (*Bot).remove},
		{Name: "reindex", Args: []Arg{{Name: "full", Kind: ArgFlag}}, Permission: Admins, Private: true, audits: true, run: (*Bot).reindex},
		{Name: "rollback", Permission: Admins, Private: true, audits: true, run: (*Bot).rollback},
		{Name: "help", personal: true, run: (*Bot).help},
		{Name: "about", run: (*Bot).about},
		{Name: "privacy", Private: true, personal: true, run: (*Bot).privacy},
		{Name: "forgetme", Private: true, personal: true, Args: []Arg{{Name: "confirm"}}, run: (*Bot).forgetMe},
		{Name: "gaps", Permission: Admins, Private: true, run: (*Bot).gaps},
		{Name: "stats", Permission: Admins, Private: true, run: (*Bot).stats},
		{Name: "audit", Permission: Admins, Private: true, Args: []Arg{{Name: "number"}}, run: (*Bot).auditLog},
	}
}

// Commands returns the command table in the interface language that suits the
// locale best, English when none does.
func Commands(locale string) []Command {
	w := For(locale)
	commands := slices.Clone(table())
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
func lookup(name string) (Command, bool) {
	if name == startCommand {
		name = "help"
	}
	for _, c := range table() {
		if c.Name == name {
			return c, true
		}
	}
	return Command{}, false
}

func isCommand(name string) bool {
	_, ok := lookup(name)
	return ok
}
