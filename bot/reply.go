package bot

import "rapporteur/corpus"

// ReplyKind says what sort of reply this is, for a colour or a counter.
type ReplyKind int

// The kinds of reply.
const (
	KindSilent  ReplyKind = iota // nothing is sent
	KindAnswer                   // quotes that answer
	KindRefusal                  // the sources do not say
	KindNotice                   // help, lists, greetings
	KindError                    // something went wrong or was asked wrongly
)

// Reply is what the bot says, as neutral blocks that each platform renders.
// No string in it is markup: an adapter escapes all of them. The zero Reply
// means stay silent.
type Reply struct {
	Kind     ReplyKind
	Blocks   []Block
	Private  bool     // for the asker's eyes only, where the platform can do that
	Thread   bool     // belongs into a thread of its own, where the platform can do that
	Apart    bool     // of a group's operators: goes to the asker's private chat where the group would read it
	InPlace  bool     // takes the place of the message whose button was pressed, where Request.InPlace
	Preview  bool     // may be shown with a preview of the first source
	Question string   // what was asked, to show where the platform does not; "" when nothing was
	Actions  []Action // what can be done next with one press; none where Request.Room was 0
	Files    []File   // sent along, where the platform takes files

	// Updates brings what is to take the place of this reply, one after the
	// other, as something under way goes on; the last one stays. It is closed at
	// the end. Nobody has to read it: who is slow misses all but the latest. Nil
	// for a reply that stays as it is.
	Updates <-chan Reply
}

// File is a file to send. What is image/png is shown as a picture where the
// platform can do that.
type File struct {
	Name string // ASCII letters, digits, hyphens and a dot
	Type string // MIME type
	Data []byte
}

// Action is a button under a reply. All it needs is in its token, so that it
// works after a restart and for as long as the message stands.
type Action struct {
	Kind  ActionKind
	Label string // at most 30 characters
	Token string // comes back as Request.Action; base64url, at most Request.Room characters
	Row   int    // actions of one row stand side by side, if there is room
}

// ActionKind says what a press does, for an icon or an order.
type ActionKind int

// The kinds of actions.
const (
	More       ActionKind = iota + 1 // further quotes
	Context                          // the sentences around a quote
	Origin                           // what is known of the text a quote stands in
	Helpful                          // the answer helped
	NotHelpful                       // it did not
	Tell                             // tell the asker when the sources answer
	StopTelling
	Show     // the quotes again, or more of them, in the place of what stands there
	Check    // compare the message that the button's replies to with the sources
	Set      // change a setting
	Reindex  // bring the index up to date with the texts
	Cancel   // end the reindexing that is under way
	Remove   // take a text out of the folder and of all answers
	Rollback // go back to the corpus and index before
)

// Forget erases what is kept of the presser. The numbers between are for what
// operators do.
const Forget ActionKind = 20

// Block is one part of a reply: a Para, a Cite or a List.
type Block interface{ block() }

// Style is how a Para looks.
type Style int

// The styles.
const (
	Plain  Style = iota
	Strong       // a heading or a verdict such as “The sources do not say.”
	Small        // a remark that may be passed over
)

// Para is a paragraph in the bot's own words, from a fixed template.
type Para struct {
	Text  string
	Style Style
}

// Cite is a verbatim quote and where it stands. Renderers show Label, then
// Text set off as a quotation, then Source (linked to Link if there is one)
// with its Date, and the Notes, smaller. Text must come through letter for
// letter as a reader sees it; only platform escaping is added, and it may hold
// line breaks.
type Cite struct {
	Label     string // what the quote is, such as “Nearest passage”; may be ""
	Text      string
	Mark      corpus.Range // bytes of Text to stand out; empty for none
	Folded    bool         // long and beside the point: folded, where the platform can do that
	Lead      bool         // the answer's first and best quote
	Source    string       // publisher and title in one line; "" in all but the last piece of a split quote
	Date      string       // of the source, written out; "" where Source is
	Published corpus.Date  // the same, for platforms that write dates themselves; zero when unknown
	Link      string       // absolute URL of the passage, or ""
	Open      string       // what a button that leads to Link says, at most 30 characters
	Notes     []Note
}

// SourceLine returns the source and its date as one line, "" for no source.
func (c Cite) SourceLine() string {
	if c.Source == "" || c.Date == "" {
		return c.Source
	}
	return c.Source + ", " + c.Date
}

// Note is a small remark under a quote, such as where its facts come from.
type Note struct {
	Text  string
	Link  string // absolute URL, or ""
	Token string // of an Action that opens the passage, for platforms that can link to one; "" for none
}

// List is a list of items.
type List struct{ Items []Item }

// Item is one entry of a list. Term, if any, is set in bold or code before
// Text; Link, if any, is the link of Text. Places follow Text.
type Item struct {
	Term   string
	Text   string
	Link   string
	Places []Place
}

// Place is a channel, a role or a person by the platform's id, which a platform
// with names for them shows by its name.
type Place struct {
	Role   bool // a role, else a channel
	Person bool // a person
	ID     string
	Name   string // as far as the adapter knows it
}

func (Para) block() {}
func (Cite) block() {}
func (List) block() {}

// Picks are what can be picked for a question.
type Picks struct {
	List     []Pick
	Answered bool   // the first one answers the question
	Tell     Action // asks in private to be told when the sources answer; zero where they do, or there is no room
	Ask      string // what a button says that leads to the private conversation
}

// Pick is one of them.
type Pick struct {
	ID    string // the same for the same passage; at most 16 ASCII characters
	Title string
	Text  string
	Reply Reply // what is posted
}
