package bot

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
}

// Arg is an argument of a command. Only the first argument of a command may
// be typed without its name, and it takes the rest of the line; the others are
// typed as name:value on platforms without forms.
type Arg struct {
	Name     string // lower-case ASCII letters
	Summary  string // at most 100 characters
	Required bool
}

// Commands returns the command table in the interface language that suits the
// locale best, English when none does.
func Commands(locale string) []Command { panic("next commit") }

// Languages returns the interface languages, ISO 639-1, English first.
func Languages() []string { return []string{"en", "uk", "de"} }
