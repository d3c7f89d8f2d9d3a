package people

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"rapporteur/bot"
	"rapporteur/bot/ask"
	"rapporteur/bot/locale"
	"rapporteur/corpus"
)

// help explains what the bot does and lists the commands.
func (b *Room) help(ctx context.Context, c *bot.Call) (bot.Reply, error) {
	var l bot.List
	for _, cmd := range c.Commands() {
		if may, err := c.May(ctx, cmd); err != nil || !may || cmd.InSpace && (c.Space == "" || b.state == nil) {
			continue
		}
		term := "/" + c.CommandName(cmd.Name)
		if len(cmd.Args) > 0 && cmd.Args[0].Required {
			term += " " + c.Say("ph_"+cmd.Args[0].Name, nil)
		}
		l.Items = append(l.Items, bot.Item{Term: term, Text: cmd.Summary})
	}
	return bot.Notice(
		bot.Para{Text: c.Say("welcome", nil)},
		bot.Para{Text: c.Say("example", nil)},
		l,
		bot.Para{Text: c.Say("filters", nil), Style: bot.Small},
	), nil
}

// about says what the bot is and what it answers from.
func (b *Room) about(_ context.Context, c *bot.Call) (bot.Reply, error) {
	var s ask.Searched
	var from, to corpus.Date
	s.Texts = len(b.asked.Texts(c, func(*corpus.Text) bool { return true }))
	byDate := func(x, y *corpus.Text) int { return x.Published.Time.Compare(y.Published.Time) }
	if dated := b.asked.Texts(c, func(t *corpus.Text) bool { return !t.Published.IsZero() }); len(dated) > 0 {
		from, to = slices.MinFunc(dated, byDate).Published, slices.MaxFunc(dated, byDate).Published
		s.From, s.To = from.Day(), to.Day()
	}
	return bot.Notice(
		bot.Para{Text: fmt.Sprintf("Rapporteur %s", cmp.Or(b.version, "devel")), Style: bot.Strong},
		bot.Para{Text: c.Say("promise", nil)},
		bot.Para{Text: holds(c.Words, s)},
	), nil
}

// holds says how many texts of what dates there are.
func holds(w locale.Words, s ask.Searched) string {
	d := data{"Count": s.Texts}
	if s.From == "" {
		return w.Say("holds_undated", d)
	}
	from, _ := corpus.ParseDate(s.From)
	to, _ := corpus.ParseDate(s.To)
	d["Span"] = w.Span(from, to)
	return w.Say("holds", d)
}

// whoAmI tells a person the id by which the settings of the program know them.
func (b *Room) whoAmI(_ context.Context, c *bot.Call) (bot.Reply, error) {
	return bot.Notice(
		bot.Para{Text: c.Platform + ":" + c.User, Style: bot.Strong},
		bot.Para{Text: c.Say("whoami", nil), Style: bot.Small},
	), nil
}
