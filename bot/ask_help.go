package bot

import (
	"cmp"
	"context"
	"fmt"
	"rapporteur/corpus"
	"slices"
)

// help explains what the bot does and lists the commands.
func (b *Bot) help(ctx context.Context, c *Call) (Reply, error) {
	var l List
	for _, cmd := range Commands(c.Lang) {
		if may, err := b.may(ctx, c, cmd); err != nil || !may || cmd.InSpace && (c.Space == "" || b.state == nil) {
			continue
		}
		term := "/" + cmd.Name
		if len(cmd.Args) > 0 && cmd.Args[0].Required {
			term += " " + c.Say("ph_"+cmd.Args[0].Name, nil)
		}
		l.Items = append(l.Items, Item{Term: term, Text: cmd.Summary})
	}
	return Notice(
		Para{Text: c.Say("welcome", nil)},
		Para{Text: c.Say("example", nil)},
		l,
		Para{Text: c.Say("filters", nil), Style: Small},
	), nil
}

// about says what the bot is and what it answers from.
func (b *Bot) about(_ context.Context, c *Call) (Reply, error) {
	var s Searched
	var from, to corpus.Date
	s.Texts = len(b.texts(c, func(*corpus.Text) bool { return true }))
	byDate := func(x, y *corpus.Text) int { return x.Published.Time.Compare(y.Published.Time) }
	if dated := b.texts(c, func(t *corpus.Text) bool { return !t.Published.IsZero() }); len(dated) > 0 {
		from, to = slices.MinFunc(dated, byDate).Published, slices.MaxFunc(dated, byDate).Published
		s.From, s.To = from.Day(), to.Day()
	}
	return Notice(
		Para{Text: fmt.Sprintf("Rapporteur %s", cmp.Or(b.version, "devel")), Style: Strong},
		Para{Text: c.Say("promise", nil)},
		Para{Text: holds(c.Words, s)},
	), nil
}

// holds says how many texts of what dates there are.
func holds(w Words, s Searched) string {
	d := Data{"Count": s.Texts}
	if s.From == "" {
		return w.Say("holds_undated", d)
	}
	from, _ := corpus.ParseDate(s.From)
	to, _ := corpus.ParseDate(s.To)
	d["Span"] = w.Span(from, to)
	return w.Say("holds", d)
}
