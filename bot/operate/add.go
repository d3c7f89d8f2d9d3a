package operate

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/locale"
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
func submissions(c *bot.Call) []submission {
	var out []submission
	for _, f := range c.Files {
		out = append(out, submission{Submission: Submission{File: &f}, name: f.Name})
	}
	seen := make(map[string]bool)
	for s := range strings.FieldsSeq(c.Argument) {
		s = strings.Trim(s, "<>,;"+bot.QuotationMarks) // as people write them one after the other
		if s == "" || seen[s] {
			continue
		}
		seen[s] = true
		u, err := url.Parse(s)
		bad := err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == ""
		out = append(out, submission{Submission: Submission{URL: s}, name: s, bad: bad})
	}
	for i, s := range out {
		out[i].name = locale.Shorten(locale.OneLine(s.name), maxSubmitted)
	}
	return out
}

// add stores texts in the folder, and says of each what came of it.
func (b *Room) add(ctx context.Context, c *bot.Call) (bot.Reply, error) {
	if b.keeper == nil {
		return bot.Reply{}, errNoKeeper
	}
	all := submissions(c)
	switch {
	case len(all) == 0:
		return bot.Notice(bot.Para{Text: c.Say("add_what", nil)}), nil
	case len(all) > maxSubmissions:
		return bot.Reply{}, &bot.UserError{Message: "add_too_many", Data: data{"Count": maxSubmissions}}
	}
	underWay := func(done int, l bot.List) bot.Reply {
		r := bot.Notice(bot.Para{Text: c.Say("adding", data{"Done": done, "Count": len(all)})})
		if done > 0 {
			r.Blocks = append(r.Blocks, bot.List{Items: slices.Clone(l.Items)})
		}
		return r
	}
	return b.live(c, grace, underWay(0, bot.List{}), func(ctx context.Context, show func(bot.Reply)) bot.Reply {
		ctx, cancel := context.WithTimeout(ctx, addTimeout)
		defer cancel()
		var l bot.List
		news, failed := 0, 0
		for i, s := range all {
			if i > 0 {
				show(underWay(i, l))
			}
			a, err := b.addOne(ctx, c, s)
			switch {
			case err != nil:
				failed++
				l.Items = append(l.Items, bot.Item{Term: s.name, Text: bot.Explain(b.notDone(c, err), c.Lang)})
				continue
			case a.Outcome == AddedNew, a.Outcome == AddedVersion:
				news++
			}
			l.Items = append(l.Items, addition(c.Words, s.name, a)...)
		}
		r := bot.Notice(l)
		if failed == len(all) {
			r.Kind = bot.KindError
		}
		if news > 0 {
			r.Blocks = append(r.Blocks, bot.Para{Text: c.Say("add_next", nil), Style: bot.Small})
			r.Actions = c.Button(bot.Reindex, nil)
		}
		return r
	})
}

// addOne adds one thing.
func (b *Room) addOne(ctx context.Context, c *bot.Call, s submission) (a Addition, err error) {
	if s.bad {
		err = &bot.UserError{Message: "bad_address"}
	} else {
		err = caught(func() error {
			a, err = b.keeper.Add(ctx, s.Submission)
			return err
		})
	}
	if errors.Is(err, context.DeadlineExceeded) {
		err = &bot.UserError{Message: "add_slow", Err: err}
	}
	c.Audit(ctx, actAdd, bot.Subject(s.name), cameOf(err))
	return a, err
}

// addition shows what came of something that was sent.
func addition(w locale.Words, name string, a Addition) []bot.Item {
	d := data{"ID": a.ID, "Title": locale.Shorten(a.Title, locale.MaxName)}
	it := bot.Item{Term: name}
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
	out := []bot.Item{it}
	if len(a.Copies) > 0 {
		out = append(out, bot.Item{Text: w.Say("added_copies", data{"IDs": some(w, a.Copies)})})
	}
	for _, note := range a.Notes[:min(len(a.Notes), maxNamed)] {
		out = append(out, bot.Item{Text: w.Say("added_note", data{"Note": locale.Shorten(locale.OneLine(note), locale.MaxName)})})
	}
	return out
}

// maxNamed is how many of several ids are named: enough to see what it is
// about.
const maxNamed = 5

// some names the first few of ids, and says how many there are beside.
func some(w locale.Words, ids []string) string {
	var few []string
	for _, id := range ids[:min(len(ids), maxNamed)] {
		few = append(few, locale.Shorten(id, maxSubmitted))
	}
	s := strings.Join(few, ", ")
	if more := len(ids) - len(few); more > 0 {
		s = w.Say("and_more", data{"IDs": s, "Count": more})
	}
	return s
}
