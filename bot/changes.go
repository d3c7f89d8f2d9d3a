package bot

import (
	"strconv"
	"strings"
)

// changes says what a reindexing or rollback brought.
func (c call) changes(action string, ch Changes) Reply {
	r := notice()
	same := len(ch.Added)+len(ch.Changed)+len(ch.Withdrawn) == 0
	if ch.Joined {
		r.Blocks = append(r.Blocks, Para{Text: c.say("joined", nil), Style: Small})
	}
	if action == actRollback {
		r.Blocks = append(r.Blocks, Para{Text: c.say("rolled_back", nil)})
	}
	head := c.difference(ch)
	if same && len(ch.Refused) == 0 {
		head = c.say("nothing_changed", nil)
	}
	r.Blocks = append(r.Blocks, Para{Text: head, Style: Strong})
	var l List
	named := func(term string, ids []string) {
		if len(ids) > 0 {
			l.Items = append(l.Items, Item{Term: term, Text: c.some(ids)})
		}
	}
	named(c.say("texts_added", nil), ch.Added)
	named(c.say("texts_changed", nil), ch.Changed)
	named(c.say("texts_withdrawn", nil), ch.Withdrawn)
	if len(l.Items) > 0 {
		r.Blocks = append(r.Blocks, l)
	}
	r.Blocks = append(r.Blocks, c.probed(ch.Probes)...)
	if len(ch.Refused) > 0 {
		r.Blocks = append(r.Blocks, c.refused(ch.Refused)...)
		r.Files = []File{refusedFile(ch.Refused)}
	}
	r.Blocks = append(r.Blocks, Para{
		Text:  c.say("texts_now", data{"Count": ch.Texts, "Number": c.number(float64(ch.Texts))}) + " " + c.say("took", data{"Time": c.duration(ch.Took)}),
		Style: Small,
	})
	return r
}

// difference counts what is new, in one line.
func (w words) difference(ch Changes) string {
	parts := []string{w.say("count_added", data{"Count": len(ch.Added)})}
	if n := len(ch.Changed); n > 0 {
		parts = append(parts, w.say("count_changed", data{"Count": n}))
	}
	if n := len(ch.Withdrawn); n > 0 {
		parts = append(parts, w.say("count_withdrawn", data{"Count": n}))
	}
	if n := len(ch.Refused); n > 0 {
		parts = append(parts, w.say("count_refused", data{"Count": n}))
	}
	return strings.Join(parts, ", ")
}

// probed lists the questions that are not answered as before.
func (c call) probed(probes []Probed) []Block {
	if len(probes) == 0 {
		return nil
	}
	var l List
	name := func(id string) string {
		if id == "" {
			return c.say("no_answer", nil)
		}
		return shorten(id, maxSubmitted)
	}
	for _, p := range probes[:min(len(probes), maxListed)] {
		l.Items = append(l.Items, Item{Text: c.say("probe", data{"Question": shorten(p.Question, maxName), "Before": name(p.Before), "Now": name(p.Now)})})
	}
	out := []Block{Para{Text: c.say("probes", data{"Count": len(probes)})}, l}
	if more := len(probes) - len(l.Items); more > 0 {
		out = append(out, Para{Text: c.say("more_probes", data{"Count": more}), Style: Small})
	}
	return out
}

// refused shows the first few files that are no texts, and why.
func (c call) refused(all []Refusal) []Block {
	var l List
	for _, f := range all[:min(len(all), maxNamed)] {
		l.Items = append(l.Items, Item{Term: shorten(f.at(), maxSubmitted), Text: shorten(f.Why, maxName)})
	}
	out := []Block{Para{Text: c.say("not_read", nil)}, l}
	if len(all) > len(l.Items) {
		out = append(out, Para{Text: c.say("not_read_all", data{"Name": refusedName}), Style: Small})
	}
	return out
}

// at says where the mistake is, as compilers do.
func (f Refusal) at() string {
	if f.Line == 0 {
		return f.Path
	}
	return f.Path + ":" + strconv.Itoa(f.Line)
}

const refusedName = "refused.csv"

// refusedFile lists the files that are no texts.
func refusedFile(all []Refusal) File {
	rows := [][]string{{"path", "line", "why"}}
	for _, f := range all {
		line := ""
		if f.Line > 0 {
			line = strconv.Itoa(f.Line)
		}
		rows = append(rows, []string{f.Path, line, f.Why})
	}
	return csvFile(refusedName, rows)
}
