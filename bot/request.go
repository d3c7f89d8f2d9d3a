package bot

import (
	"context"
	"io"
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
