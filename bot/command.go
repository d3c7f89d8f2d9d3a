package bot

import (
	"context"
	"slices"
)

// Permission says who may use a command.
type Permission int

// The permissions.
const (
	Everyone Permission = iota
	Admins              // the operators named in the configuration
)

// Command is a row of the command table, its texts in one language. The table
// is the same on every platform; only the texts vary with the locale.
type Command struct {
	Name       string // lower-case ASCII letters
	Summary    string // at most 100 characters, Discord's limit for a description
	Args       []Arg
	Permission Permission

	run func(*Bot, context.Context, call) (Reply, error)
}

// Arg is an argument of a command. Only the first argument of a command may
// be typed without its name, and it takes the rest of the line; the others are
// typed as name:value on platforms without forms.
type Arg struct {
	Name     string // lower-case ASCII letters
	Summary  string // at most 100 characters
	Required bool
}

// call is one use of a command.
type call struct {
	Request
	text string // the first argument
	words
}

// filterArgs are the filters of every command that searches.
var filterArgs = []Arg{{Name: "source"}, {Name: "since"}, {Name: "before"}, {Name: "lang"}}

func withFilters(first Arg) []Arg { return append([]Arg{first}, filterArgs...) }

// table returns the command table without its texts, which are the messages
// cmd_NAME and arg_NAME.
func table() []Command {
	return []Command{
		{Name: "ask", Args: withFilters(Arg{Name: "question", Required: true}), run: (*Bot).ask},
		{Name: "search", Args: withFilters(Arg{Name: "words", Required: true}), run: (*Bot).search},
		{Name: "latest", Args: []Arg{{Name: "source"}, {Name: "lang"}}, run: (*Bot).latest},
		{Name: "sources", Args: []Arg{{Name: "words"}}, run: (*Bot).sources},
		{Name: "source", Args: []Arg{{Name: "id", Required: true}}, run: (*Bot).source},
		{Name: "help", run: (*Bot).help},
		{Name: "about", run: (*Bot).about},
		{Name: "privacy", run: (*Bot).privacy},
	}
}

// Commands returns the command table in the interface language that suits the
// locale best, English when none does.
func Commands(locale string) []Command {
	w := wordsFor(locale)
	commands := table()
	for i := range commands {
		c := &commands[i]
		c.Summary = w.say("cmd_"+c.Name, nil)
		c.Args = slices.Clone(c.Args)
		for j := range c.Args {
			c.Args[j].Summary = w.say("arg_"+c.Args[j].Name, nil)
		}
	}
	return commands
}

// lookup finds a command by name. The start that Telegram sends when somebody
// opens the bot is a request for help.
func lookup(name string) (Command, bool) {
	if name == "start" {
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
