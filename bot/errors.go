package bot

import (
	"crypto/rand"
	"fmt"
	"math"
	"strings"
	"time"

	"rapporteur/bot/locale"
)

// data fills a message template.
type data = locale.Data

// UserError is a mistake of the asker's, or a state of things, that a plain
// sentence explains. Message names the sentence in the interface texts; the
// words of Data are shown in it. Err, if any, is the cause, for the log only.
type UserError struct {
	Message string
	Data    map[string]any
	Err     error
}

func (e *UserError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s %v: %v", e.Message, e.Data, e.Err)
	}
	return fmt.Sprintf("%s %v", e.Message, e.Data)
}

func (e *UserError) Unwrap() error { return e.Err }

// What adapters have to explain by themselves.
var (
	ErrUnreadable = &UserError{Message: "not_understood"} // what the platform sent
	ErrCut        = &UserError{Message: "cut_short"}      // there was no room for more
	ErrStopped    = &UserError{Message: "stopped"}        // it was under way when the bot was stopped
	ErrOnlyText   = &UserError{Message: "only_text"}      // what was sent has no words
	ErrApart      = &UserError{Message: "told_apart"}     // the answer is in the private chat
	ErrNotApart   = &UserError{Message: "not_told_apart"} // there is no private chat yet
)

// FilesLeftOut says that files, whose names are given, are too large to be
// sent, or too many.
func FilesLeftOut(names []string) *UserError {
	return &UserError{Message: "files_left_out", Data: data{"Files": strings.Join(names, ", ")}}
}

// UploadTooLarge says of a file that somebody sent that the platform lets the bot
// have those up to so many MB only.
func UploadTooLarge(mb int) *UserError {
	return &UserError{Message: "upload_too_large", Data: data{"Max": mb}}
}

// FileUnsent says of a file that goes with a reply that it could not be sent.
func FileUnsent(name string) *UserError {
	return &UserError{Message: "file_unsent", Data: data{"Name": name}}
}

// SlowDown says that too much is asked at once, and when to ask again.
func SlowDown(wait time.Duration) *UserError {
	return &UserError{Message: "slow_down", Data: data{"Count": int(math.Ceil(wait.Seconds()))}}
}

// Failed is a failure that is not the asker's fault, under a new id for the
// log.
func Failed() (e *UserError, id string) {
	id = ErrorID()
	return &UserError{Message: "failed", Data: data{"ID": id}}, id
}

// ErrorID returns a short id by which a person and an operator can speak of
// the same failure. Its letters are easy to read out.
func ErrorID() string {
	const letters = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
	var b [6]byte
	rand.Read(b[:]) // never fails
	for i := range b {
		b[i] = letters[int(b[i])%len(letters)]
	}
	return string(b[:])
}

// Explained is the reply that explains a UserError in the interface language
// that suits the locale best.
func Explained(e *UserError, lang string) Reply {
	return Reply{Kind: KindError, Blocks: []Block{Para{Text: Explain(e, lang)}}}
}

// Explain returns the plain sentence of a UserError in the interface language
// that suits the locale best.
func Explain(e *UserError, lang string) string { return locale.For(lang).Say(e.Message, e.Data) }
