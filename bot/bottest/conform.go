package bottest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"testing"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/operate"
)

// Kept is a Keeper under test, over a folder that holds one text at least, all
// of it indexed, and what a test needs to know and do beside.
type Kept struct {
	Keeper  operate.Keeper
	Answers func(id string) bool             // whether a text is among those that are searched
	Write   func(name, content string)       // puts a file into the folder, as somebody would by hand
	Hold    func() (entered <-chan struct{}, // holds up the reindexing that begins next; entered is closed once it is under way
		release func()) // lets it go on; called more than once it does no harm
}

// Upload is a file that somebody sends.
func Upload(name, content string) *bot.Upload {
	return &bot.Upload{Name: name, Type: "text/markdown", Size: int64(len(content)), Open: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader([]byte(content))), nil
	}}
}

// Gazette is a text from an address, whose versions differ in the sentence.
func Gazette(sentence string) string {
	return "---\ntitle: The lighthouse\npublisher: Gazette\nurl: https://example.org/lighthouse\npublished: 2025-12-19\nlanguage: en\n---\n\n" + sentence + "\n"
}

// Lit and Unlit are sentences about it. They are made up.
const (
	Lit   = "The keeper of the lighthouse of Cape Marlow said that the lamp had been lit again on Friday."
	Unlit = "The keeper of the lighthouse of Cape Marlow said that the lamp would stay dark until spring."
)

// RunKeeper tests that a Keeper does what the interface says. Start makes a new
// one and registers its own clean-up with t.
func RunKeeper(t *testing.T, start func(t *testing.T) Kept) {
	for name, test := range map[string]func(*testing.T, Kept){
		"add":                     keepAdd,
		"add again":               keepAddAgain,
		"add what cannot be read": keepAddBad,
		"remove":                  keepRemove,
		"refuse":                  keepRefuse,
		"roll back":               keepRollback,
		"cancel":                  keepCancel,
		"join":                    keepJoin,
		"stop waiting":            keepLeave,
	} {
		t.Run(name, func(t *testing.T) { test(t, start(t)) })
	}
}

func quiet(operate.Progress) {}

// adding adds the text, and says what came of it.
func (k Kept) adding(t *testing.T, sentence string) operate.Addition {
	t.Helper()
	a, err := k.Keeper.Add(t.Context(), operate.Submission{File: Upload("lighthouse.md", Gazette(sentence))})
	if err != nil {
		t.Fatal(err)
	}
	if a.ID == "" || a.Title != "The lighthouse" {
		t.Fatalf("added %+v", a)
	}
	return a
}

func (k Kept) reindexing(t *testing.T) operate.Changes {
	t.Helper()
	ch, err := k.Keeper.Reindex(t.Context(), false, quiet)
	if err != nil || ch.Joined {
		t.Fatalf("reindexing: %+v, %v", ch, err)
	}
	return ch
}

func same(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

func keepAdd(t *testing.T, k Kept) {
	a := k.adding(t, Lit)
	if a.Outcome != operate.AddedNew {
		t.Errorf("outcome %q", a.Outcome)
	}
	if k.Answers(a.ID) {
		t.Error("it answers before reindexing")
	}
	var last operate.Progress
	ch, err := k.Keeper.Reindex(t.Context(), false, func(p operate.Progress) {
		if p.Done < 0 || p.Total > 0 && p.Done > p.Total {
			t.Errorf("progress %+v", p)
		}
		last = p
	})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "added", ch.Added, a.ID)
	same(t, "changed", ch.Changed)
	same(t, "withdrawn", ch.Withdrawn)
	if ch.Texts < 2 || len(ch.Refused) > 0 || last.Done > 0 && last.Began.IsZero() || !k.Answers(a.ID) {
		t.Errorf("%+v, %+v, answers %v", ch, last, k.Answers(a.ID))
	}
	// All anew it is the same.
	if ch, err = k.Keeper.Reindex(t.Context(), true, quiet); err != nil || len(ch.Added)+len(ch.Changed)+len(ch.Withdrawn) > 0 {
		t.Errorf("in full: %+v, %v", ch, err)
	}
}

func keepAddAgain(t *testing.T, k Kept) {
	first := k.adding(t, Lit)
	k.reindexing(t)
	if a := k.adding(t, Lit); a.Outcome != operate.AddedNothing || a.ID != first.ID {
		t.Errorf("the same again: %+v", a)
	}
	if ch := k.reindexing(t); len(ch.Added)+len(ch.Changed)+len(ch.Withdrawn) > 0 {
		t.Errorf("nothing new: %+v", ch)
	}
	if a := k.adding(t, Unlit); a.Outcome != operate.AddedVersion || a.ID != first.ID {
		t.Errorf("a new version: %+v", a)
	}
	ch := k.reindexing(t)
	same(t, "changed", ch.Changed, first.ID)
	same(t, "added", ch.Added)
}

func keepAddBad(t *testing.T, k Kept) {
	broken := &bot.Upload{Name: "broken.md", Size: 10, Open: func(context.Context) (io.ReadCloser, error) {
		return nil, errors.New("the platform no longer has it")
	}}
	for _, s := range []operate.Submission{{File: broken}, {File: Upload("empty.md", "")}} {
		if a, err := k.Keeper.Add(t.Context(), s); err == nil {
			t.Errorf("%s: %+v", s.File.Name, a)
		}
	}
	if ch := k.reindexing(t); len(ch.Added)+len(ch.Refused) > 0 {
		t.Errorf("something was kept: %+v", ch)
	}
}

func keepRemove(t *testing.T, k Kept) {
	a := k.adding(t, Lit)
	k.reindexing(t)
	title, err := k.Keeper.Remove(t.Context(), a.ID)
	if err != nil || title != a.Title || k.Answers(a.ID) {
		t.Fatalf("removed %q, %v; answers %v", title, err, k.Answers(a.ID))
	}
	k.reindexing(t)
	if k.Answers(a.ID) {
		t.Error("it is back")
	}
	for _, id := range []string{a.ID, "no-such-text", "", "../outside", "/etc/passwd"} {
		var ue *bot.UserError
		if title, err := k.Keeper.Remove(t.Context(), id); !errors.As(err, &ue) {
			t.Errorf("%q: %q, %v; want a *bot.UserError", id, title, err)
		}
	}
}

func keepRefuse(t *testing.T, k Kept) {
	k.Write("bad.md", "---\ntitle: [\n---\nNo text.\n")
	ch := k.reindexing(t)
	if len(ch.Refused) != 1 || ch.Refused[0].Path != "bad.md" || ch.Refused[0].Why == "" {
		t.Errorf("%+v", ch)
	}
}

func keepRollback(t *testing.T, k Kept) {
	a := k.adding(t, Lit)
	k.reindexing(t)
	ch, err := k.Keeper.Rollback(t.Context(), quiet)
	if err != nil || k.Answers(a.ID) {
		t.Fatalf("%+v, %v; answers %v", ch, err, k.Answers(a.ID))
	}
	same(t, "withdrawn", ch.Withdrawn, a.ID)
	if ch := k.reindexing(t); len(ch.Added)+len(ch.Changed)+len(ch.Withdrawn) > 0 {
		t.Errorf("the folder did not go back too: %+v", ch)
	}
	// Back and back again there is an end.
	for range 10 {
		if _, err = k.Keeper.Rollback(t.Context(), quiet); err != nil {
			break
		}
	}
	var ue *bot.UserError
	if !errors.As(err, &ue) {
		t.Errorf("at the end: %v", err)
	}
}

// renewed is what a reindexing that a test began beside itself came to.
type renewed struct {
	ch  operate.Changes
	err error
}

// begin begins a reindexing; told is closed when it says how far it is.
func (k Kept) begin(ctx context.Context) (end <-chan renewed, told <-chan struct{}) {
	came, heard := make(chan renewed, 1), make(chan struct{}, 1)
	go func() {
		ch, err := k.Keeper.Reindex(ctx, false, func(operate.Progress) {
			select {
			case heard <- struct{}{}:
			default:
			}
		})
		came <- renewed{ch, err}
	}()
	return came, heard
}

func keepCancel(t *testing.T, k Kept) {
	if k.Keeper.Cancel() {
		t.Error("there is nothing to cancel")
	}
	a := k.adding(t, Lit)
	entered, release := k.Hold()
	defer release()
	end, _ := k.begin(t.Context())
	<-entered
	if !k.Keeper.Cancel() {
		t.Error("it is under way")
	}
	release()
	if r := <-end; !errors.Is(r.err, context.Canceled) {
		t.Errorf("%+v, %v; want context.Canceled", r.ch, r.err)
	}
	if k.Answers(a.ID) || k.Keeper.Cancel() {
		t.Error("it went on")
	}
	same(t, "added after all", k.reindexing(t).Added, a.ID)
}

// joins is how long a caller is given to join what is under way, when it does
// not hear how far that is.
const joins = time.Second

func keepJoin(t *testing.T, k Kept) {
	a := k.adding(t, Lit)
	entered, release := k.Hold()
	defer release()
	first, _ := k.begin(t.Context())
	<-entered
	second, told := k.begin(t.Context())
	select {
	case <-told:
	case <-time.After(joins):
	}
	release()
	one, two := <-first, <-second
	if one.err != nil || two.err != nil || one.ch.Joined || !two.ch.Joined {
		t.Fatalf("%+v and %+v", one, two)
	}
	same(t, "added", one.ch.Added, a.ID)
	same(t, "added, for who joined", two.ch.Added, a.ID)
}

func keepLeave(t *testing.T, k Kept) {
	a := k.adding(t, Lit)
	entered, release := k.Hold()
	defer release()
	stays, _ := k.begin(t.Context())
	<-entered
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := k.Keeper.Reindex(ctx, false, quiet); !errors.Is(err, context.Canceled) {
		t.Errorf("who stops waiting: %v", err)
	}
	release()
	if r := <-stays; r.err != nil || !k.Answers(a.ID) {
		t.Errorf("who stays: %+v", r)
	}
}
