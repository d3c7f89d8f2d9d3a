package bot

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
	Kind    ReplyKind
	Blocks  []Block
	Private bool // for the asker's eyes only, where the platform can do that
}

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
// and the Notes, smaller. Text must come through letter for letter as a reader
// sees it; only platform escaping is added, and it may hold line breaks.
type Cite struct {
	Label  string // what the quote is, such as “Nearest passage”; may be ""
	Text   string
	Lead   bool   // the answer's first and best quote
	Source string // publisher, title and date in one line; "" in all but the last piece of a split quote
	Link   string // absolute URL of the passage, or ""
	Notes  []Note
}

// Note is a small remark under a quote, such as where its facts come from.
type Note struct {
	Text string
	Link string // absolute URL, or ""
}

// List is a list of items.
type List struct{ Items []Item }

// Item is one entry of a list. Term, if any, is set in bold or code before
// Text; Link, if any, is the link of Text.
type Item struct {
	Term string
	Text string
	Link string
}

func (Para) block() {}
func (Cite) block() {}
func (List) block() {}
