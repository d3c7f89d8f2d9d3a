package operate

import (
	"context"
	"time"

	"rapporteur/bot"
)

// Keeper keeps the corpus, for the operators: it brings texts into the folder
// and out of it, and the index up to date. It is safe for concurrent use. Errors
// that the operator can do something about are *UserError.
type Keeper interface {
	// Add stores a text in the folder. It is searched after the next reindexing.
	Add(ctx context.Context, s Submission) (Addition, error)
	// Remove takes a text out of the folder and, from now on, out of all
	// answers. It returns the text's title.
	Remove(ctx context.Context, id string) (title string, err error)
	// Reindex brings the index up to date with the folder, or with full makes it
	// all anew. Tell hears how far it is, ten times a second at most. If one is
	// under way already, it waits for that one and reports what came of it. When
	// ctx ends it stops waiting; what is under way goes on, see Cancel.
	Reindex(ctx context.Context, full bool, tell func(Progress)) (Changes, error)
	// Rollback goes back to the corpus and index before the present ones.
	Rollback(ctx context.Context, tell func(Progress)) (Changes, error)
	// Cancel ends the reindexing that is under way, after which all is as it
	// was; whoever waits for it gets an error that is context.Canceled. It
	// reports false if there is none.
	Cancel() bool
}

// ErrNothingBefore says that there is nothing to roll back to.
var ErrNothingBefore = &bot.UserError{Message: "nothing_before"}

// Submission is what is to become a text: an address or a file.
type Submission struct {
	URL  string
	File *bot.Upload
}

// Addition is what came of a submission.
type Addition struct {
	ID, Title string
	Outcome   Outcome
	Copies    []string // ids of texts that say nearly the same
	Notes     []string // what a person should know of how it was read, in English
}

// Outcome is what came of adding a text.
type Outcome string

// The outcomes.
const (
	AddedNew     Outcome = "new"
	AddedVersion Outcome = "updated" // a new version of a text that was there
	AddedNothing Outcome = "same"    // it is there already
	AddedHeld    Outcome = "held"    // the text was edited by hand and stays so; the new version is kept beside it
)

// Progress is how far a reindexing is.
type Progress struct {
	Phase       Phase
	Done, Total int       // passages or texts; Total is 0 while nobody knows
	Began       time.Time // when Done was 0
}

// Phase is a part of a reindexing. The later is the larger.
type Phase int

// The phases.
const (
	Beginning Phase = iota
	Reading         // the texts
	Indexing        // their passages
)

// Changes are what a reindexing or a rollback brought.
type Changes struct {
	Added, Changed, Withdrawn []string // ids of texts, sorted
	Refused                   []Refusal
	Probes                    []Probed // questions that are not answered as before
	Texts                     int      // that are searched now
	Took                      time.Duration
	Joined                    bool // it had been under way already
}

// Refusal is a file of the folder that is no text, and why.
type Refusal struct {
	Path string
	Line int // 0 when no line is to blame
	Why  string
}

// Probed is a question that was known to be answered, and is not as before.
type Probed struct {
	Question string
	Before   string // the id of the text that led, "" for none
	Now      string // that of the one that leads now, "" for none
}
