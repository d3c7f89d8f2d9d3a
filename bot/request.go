package bot

import (
	"context"
	"errors"
	"io"

	"rapporteur/corpus"
)

// Handler answers requests. It is what an adapter needs of the bot; *Bot is
// the real one.
type Handler interface {
	// Handle answers one request. It never panics and never returns an error:
	// whatever goes wrong has become a Reply for the person and a line in the
	// log. A zero Reply means stay silent.
	Handle(ctx context.Context, r Request) Reply
}

// Admitter is a Handler that tells before a request is queued whether it is
// within the limits of its person and its chat. *Bot is one.
type Admitter interface {
	// Admit counts a request against the limits. With ok it is to be handled, with
	// Admitted set; else it is one too many, and the reply is all there is to say, a
	// zero one for silence. It is quick: an adapter may call it for one request
	// after the other.
	Admit(ctx context.Context, r Request) (reply Reply, ok bool)
}

// Request is what one person asked, freed of its platform.
type Request struct {
	Platform  string // "console", "discord" or "telegram"
	User      string // the platform's id of the person; opaque, never logged
	Chat      string // the platform's id of the conversation; opaque, never logged
	Direct    bool   // a private conversation: whatever is said is for the bot
	Addressed bool   // the bot was mentioned or replied to
	Self      string // the bot's own user name without @, so that /ask@name can be told apart
	Locale    string // BCP 47, as the platform gives it; "" when it does not, and the text must tell

	Space   string   // the server or group the conversation is part of, whose settings apply; "" for none
	Parent  string   // the channel that Chat is a thread of; "" for none
	Group   bool     // the space is a group, which has neither roles nor threads, rather than a server
	Manager bool     // the platform lets the person manage the space
	Roles   []string // the person's roles in the space
	Room    int      // how long the token of a button may be, in ASCII characters; 0 where there are no buttons
	InPlace bool     // what a button brings can take the place of the message it stands under, for all who read that

	// Manages asks the platform whether the person manages the space, where
	// that takes a call; nil where Manager says it.
	Manages func(context.Context) (bool, error)

	// Admitted says that Admit has let the request pass: Handle does not count it
	// again.
	Admitted bool

	// Private says that the answer is for the asker alone.
	Private bool

	// Action is the token of the button that was pressed, and Message the
	// platform's id of the message it stands under. Text and Command are then "".
	Action  string
	Message string

	// Others says that the answer which the button stands under is another
	// person's, as far as the platform tells.
	Others bool

	// Text is what the person wrote, whole and unchanged, commands included,
	// but without a leading mention of the bot. With Command set it is the
	// command's first argument only.
	Text string
	// About is the message that this one, or the one with the pressed button,
	// replies to; "" for none.
	About string
	// Forwarded says that Text is what somebody else wrote, passed on without
	// a word.
	Forwarded bool
	// Files are what came with the message or command.
	Files []Upload
	// Command is the command's name where the platform gives it apart from the
	// text, as Discord's slash commands do. Otherwise "": commands are then
	// looked for in Text, by this package alone.
	Command string
	// Labels says that the platform shows commands to this person by their labels, in
	// the language of Locale.
	Labels bool
	// Options are the command's further arguments by name, for instance
	// "since": "2025-12-14". Nil is fine.
	Options map[string]string
}

// Upload is a file that somebody sent. It stays on the platform until it is opened.
type Upload struct {
	Name string // as the sender calls it; hostile
	Type string // MIME type as the platform tells it, or ""
	Size int64  // bytes, as the platform tells it
	// Open fetches the file. The reader gives at most Size bytes, and an error
	// if there are others.
	Open func(context.Context) (io.ReadCloser, error)
}

// SetupError is what an adapter ends with when its platform refuses the bot as
// it is set up, by its token for instance: starting again cannot help before an
// operator has changed something. It says what.
type SetupError string

func (e SetupError) Error() string { return string(e) }

// Mover is a Handler that keeps something of spaces which can change their ids.
// *Bot is one.
type Mover interface {
	// Move takes what is kept of a space along to its new id. To do it twice
	// does no harm.
	Move(ctx context.Context, platform, from, to string) error
}

// Commander is a Handler that tells its commands. *Bot is one.
type Commander interface {
	// Commands returns the table of commands in the interface language that suits the
	// locale best, English when none does.
	Commands(locale string) []Command
}

// CommandsOf returns the commands of a handler, none if it is no Commander.
func CommandsOf(h Handler, locale string) []Command {
	if c, ok := h.(Commander); ok {
		return c.Commands(locale)
	}
	return nil
}

// Recipient is whom something is told that they asked to be told.
type Recipient struct {
	User string // the platform's id; Chat's where a group asked
	Chat string // where they asked
	Key  string // the same for the same news: a platform that knows it already need not send it again; at most 20 ASCII characters
}

// Sender sends what nobody has just asked for. An adapter is one.
type Sender interface {
	// Room is how long the token of a button may be; see Request.Room.
	Room() int
	// InPlace is what requests of the platform say; see Request.InPlace.
	InPlace() bool
	// Send sends a reply to a person in private, or to a group. ErrUnwanted
	// says that they do not let the bot write to them.
	Send(ctx context.Context, to Recipient, r Reply) error
}

// ErrUnwanted says that a person does not let the bot write to them.
var ErrUnwanted = errors.New("the person does not let the bot write to them")

// Picker offers ready quotes to somebody who writes to others. *Bot is one; a
// Handler may be.
type Picker interface {
	// Pick returns at most limit quotes for what is typed so far, the best
	// first. It keeps nothing of what is asked, and never panics.
	Pick(ctx context.Context, r Request, limit int) Picks
}

// Suggester completes what somebody is typing. *Bot is one; a Handler may be.
type Suggester interface {
	// Suggest returns values for the argument called arg of r.Command, of
	// which so much is typed, the likeliest first. It answers from memory, in
	// milliseconds at most.
	Suggest(ctx context.Context, r Request, arg, typed string) []Suggestion
}

// Suggestion is a value for an argument and how it is shown, each at most 100
// characters.
type Suggestion struct{ Label, Value string }

// Library is what the bot answers from.
type Library interface {
	// Corpus returns the texts that are searched at present.
	Corpus() *corpus.Corpus
}
