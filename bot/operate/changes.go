package operate

import (
	"strconv"
	"strings"

	"rapporteur/bot"
	"rapporteur/bot/locale"
	"rapporteur/bot/table"
)

// changes says what a reindexing or rollback brought.
func changes(c *bot.Call, action string, ch Changes) bot.Reply {
	r := bot.Notice()
	same := len(ch.Added)+len(ch.Changed)+len(ch.Withdrawn) == 0
	if ch.Joined {
		r.Blocks = append(r.Blocks, bot.Para{Text: c.Say("joined", nil), Style: bot.Small})
	}
	if action == actRollback {
		r.Blocks = append(r.Blocks, bot.Para{Text: c.Say("rolled_back", nil)})
	}
	head := difference(c.Words, ch)
	if same && len(ch.Refused) == 0 {
		head = c.Say("nothing_changed", nil)
	}
	r.Blocks = append(r.Blocks, bot.Para{Text: head, Style: bot.Strong})
	var l bot.List
	named := func(term string, ids []string) {
		if len(ids) > 0 {
			l.Items = append(l.Items, bot.Item{Term: term, Text: some(c.Words, ids)})
		}
	}
	named(c.Say("texts_added", nil), ch.Added)
	named(c.Say("texts_changed", nil), ch.Changed)
	named(c.Say("texts_withdrawn", nil), ch.Withdrawn)
	if len(l.Items) > 0 {
		r.Blocks = append(r.Blocks, l)
	}
	if len(ch.Probes) > 0 {
		r.Blocks = append(r.Blocks, probed(c, ch.Probes)...)
		r.Files = append(r.Files, probedFile(ch.Probes))
	}
	if len(ch.Refused) > 0 {
		r.Blocks = append(r.Blocks, refused(c, ch.Refused)...)
		r.Files = append(r.Files, refusedFile(ch.Refused))
	}
	end := c.Say("texts_now", data{"Count": ch.Texts, "Number": c.Number(float64(ch.Texts))})
	if ch.Took > 0 {
		end += " " + c.Say("took", data{"Time": c.Duration(ch.Took)})
	}
	r.Blocks = append(r.Blocks, bot.Para{Text: end, Style: bot.Small})
	return r
}

// difference counts what is new, in one line.
func difference(w locale.Words, ch Changes) string {
	parts := []string{w.Say("count_added", data{"Count": len(ch.Added)})}
	if n := len(ch.Changed); n > 0 {
		parts = append(parts, w.Say("count_changed", data{"Count": n}))
	}
	if n := len(ch.Withdrawn); n > 0 {
		parts = append(parts, w.Say("count_withdrawn", data{"Count": n}))
	}
	if n := len(ch.Refused); n > 0 {
		parts = append(parts, w.Say("count_refused", data{"Count": n}))
	}
	return strings.Join(parts, ", ")
}

// maxProbes is how many questions that are not answered as before are shown;
// the file beside has all.
const maxProbes = 10

// probed shows the first of the questions that are not answered as before.
func probed(c *bot.Call, probes []Probed) []bot.Block {
	name := func(id string) string {
		if id == "" {
			return c.Say("no_answer", nil)
		}
		return locale.Clip(id)
	}
	var l bot.List
	for _, p := range probes[:min(len(probes), maxProbes)] {
		l.Items = append(l.Items, bot.Item{Text: c.Say("probe", data{"Question": locale.Shorten(locale.OneLine(p.Question), maxSubmitted), "Before": name(p.Before), "Now": name(p.Now)})})
	}
	out := []bot.Block{bot.Para{Text: c.Say("probes", data{"Count": len(probes)})}, l}
	if len(probes) > len(l.Items) {
		out = append(out, bot.Para{Text: c.Say("listed_in", data{"Name": probedName}), Style: bot.Small})
	}
	return out
}

// refused shows the first few files that are no texts, and why.
func refused(c *bot.Call, all []Refusal) []bot.Block {
	var l bot.List
	for _, f := range all[:min(len(all), maxNamed)] {
		l.Items = append(l.Items, bot.Item{Term: locale.Shorten(locale.OneLine(f.at()), maxSubmitted), Text: locale.Shorten(locale.OneLine(f.Why), locale.MaxName)})
	}
	out := []bot.Block{bot.Para{Text: c.Say("not_read", nil)}, l}
	if len(all) > len(l.Items) {
		out = append(out, bot.Para{Text: c.Say("listed_in", data{"Name": refusedName}), Style: bot.Small})
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

// The names of the files beside.
const (
	refusedName = "refused.csv"
	probedName  = "answers.csv"
)

// refusedFile lists the files that are no texts.
func refusedFile(all []Refusal) bot.File {
	rows := [][]string{{"path", "line", "why"}}
	for _, f := range all {
		line := ""
		if f.Line > 0 {
			line = strconv.Itoa(f.Line)
		}
		rows = append(rows, []string{f.Path, line, f.Why})
	}
	return table.CSV(refusedName, rows)
}

// probedFile lists the questions that are not answered as before.
func probedFile(all []Probed) bot.File {
	rows := [][]string{{"question", "before", "now"}}
	for _, p := range all {
		rows = append(rows, []string{p.Question, p.Before, p.Now})
	}
	return table.CSV(probedName, rows)
}
