package bot

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"
)

const (
	// maxSubmissions is how many files and addresses one command may bring: as
	// many files as Discord and Telegram take with a message.
	maxSubmissions = 10
	// addTimeout is how long all that one command brings may take to come and be
	// read. Discord lets a reply to a command be altered for 15 minutes.
	addTimeout = 10 * time.Minute
	// maxSubmitted is how much of an address or file name is shown, in characters.
	maxSubmitted = 80
)

// submission is something to add, under the name by which its sender knows it.
type submission struct {
	Submission
	name string
	bad  bool // it is neither a file nor an address
}

// submissions returns what a command brings: its files, and the addresses in
// what was typed.
func submissions(c *Call) []submission {
	var out []submission
	for _, f := range c.Files {
		out = append(out, submission{Submission: Submission{File: &f}, name: f.Name})
	}
	seen := make(map[string]bool)
	for s := range strings.FieldsSeq(c.Argument) {
		s = strings.Trim(s, "<>,;"+QuotationMarks) // as people write them one after the other
		if s == "" || seen[s] {
			continue
		}
		seen[s] = true
		u, err := url.Parse(s)
		bad := err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == ""
		out = append(out, submission{Submission: Submission{URL: s}, name: s, bad: bad})
	}
	for i, s := range out {
		out[i].name = Shorten(OneLine(s.name), maxSubmitted)
	}
	return out
}

// add stores texts in the folder, and says of each what came of it.
func (b *Bot) add(ctx context.Context, c *Call) (Reply, error) {
	if b.keeper == nil {
		return Reply{}, errNoKeeper
	}
	all := submissions(c)
	switch {
	case len(all) == 0:
		return Notice(Para{Text: c.Say("add_what", nil)}), nil
	case len(all) > maxSubmissions:
		return Reply{}, &UserError{Message: "add_too_many", Data: Data{"Count": maxSubmissions}}
	}
	underWay := func(done int, l List) Reply {
		r := Notice(Para{Text: c.Say("adding", Data{"Done": done, "Count": len(all)})})
		if done > 0 {
			r.Blocks = append(r.Blocks, List{slices.Clone(l.Items)})
		}
		return r
	}
	return b.live(c, grace, underWay(0, List{}), func(ctx context.Context, show func(Reply)) Reply {
		ctx, cancel := context.WithTimeout(ctx, addTimeout)
		defer cancel()
		var l List
		news, failed := 0, 0
		for i, s := range all {
			if i > 0 {
				show(underWay(i, l))
			}
			a, err := b.addOne(ctx, c, s)
			switch {
			case err != nil:
				failed++
				l.Items = append(l.Items, Item{Term: s.name, Text: Explain(b.notDone(c, err), c.Lang)})
				continue
			case a.Outcome == AddedNew, a.Outcome == AddedVersion:
				news++
			}
			l.Items = append(l.Items, addition(c.Words, s.name, a)...)
		}
		r := Notice(l)
		if failed == len(all) {
			r.Kind = KindError
		}
		if news > 0 {
			r.Blocks = append(r.Blocks, Para{Text: c.Say("add_next", nil), Style: Small})
			r.Actions = c.Button(Reindex, nil)
		}
		return r
	})
}

// addOne adds one thing.
func (b *Bot) addOne(ctx context.Context, c *Call, s submission) (a Addition, err error) {
	if s.bad {
		err = &UserError{Message: "bad_address"}
	} else {
		err = caught(func() error {
			a, err = b.keeper.Add(ctx, s.Submission)
			return err
		})
	}
	if errors.Is(err, context.DeadlineExceeded) {
		err = &UserError{Message: "add_slow", Err: err}
	}
	b.audit(ctx, c, actAdd, Subject(s.name), cameOf(err))
	return a, err
}

// addition shows what came of something that was sent.
func addition(w Words, name string, a Addition) []Item {
	d := Data{"ID": a.ID, "Title": Shorten(a.Title, MaxName)}
	it := Item{Term: name}
	switch a.Outcome {
	case AddedVersion:
		it.Text = w.Say("added_version", d)
	case AddedNothing:
		it.Text = w.Say("added_nothing", d)
	case AddedHeld:
		it.Text = w.Say("added_held", d)
	default:
		it.Text = w.Say("added_new", d)
	}
	out := []Item{it}
	if len(a.Copies) > 0 {
		out = append(out, Item{Text: w.Say("added_copies", Data{"IDs": some(w, a.Copies)})})
	}
	for _, note := range a.Notes[:min(len(a.Notes), maxNamed)] {
		out = append(out, Item{Text: w.Say("added_note", Data{"Note": Shorten(OneLine(note), MaxName)})})
	}
	return out
}

// maxNamed is how many of several ids are named: enough to see what it is
// about.
const maxNamed = 5

// some names the first few of ids, and says how many there are beside.
func some(w Words, ids []string) string {
	var few []string
	for _, id := range ids[:min(len(ids), maxNamed)] {
		few = append(few, Shorten(id, maxSubmitted))
	}
	s := strings.Join(few, ", ")
	if more := len(ids) - len(few); more > 0 {
		s = w.Say("and_more", Data{"IDs": s, "Count": more})
	}
	return s
}
