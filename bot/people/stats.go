package people

import (
	"context"
	"fmt"
	"image/color"
	"math"
	"strconv"
	"strings"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/chart"
	"rapporteur/bot/locale"
	"rapporteur/bot/state"
)

// errNoRecords says that nothing is kept that could be shown.
var errNoRecords = &bot.UserError{Message: "no_records"}

// The spans of days that stats shows.
const (
	shortSpan = 7
	longSpan  = 30
)

// topSources is how many of the texts most quoted are named.
const topSources = 5

// stats shows how the bot did, in words and as a picture.
func (b *Room) stats(ctx context.Context, c *bot.Call) (bot.Reply, error) {
	if b.state == nil {
		return bot.Reply{}, errNoRecords
	}
	r := bot.Reply{Kind: bot.KindNotice}
	var week, month state.Usage
	for _, span := range []struct {
		of   *state.Usage
		days int
	}{{&week, shortSpan}, {&month, longSpan}} {
		var err error
		if *span.of, err = b.state.Usage(ctx, span.days); err != nil {
			return bot.Reply{}, err
		}
		r.Blocks = append(r.Blocks, bot.Para{Text: c.Say("stats", data{"Days": span.days}), Style: bot.Strong}, usageList(c.Words, *span.of))
	}
	if sumDays(month.Days).Questions() == 0 {
		return r, nil
	}
	var daily bot.List
	for _, d := range week.Days {
		daily.Items = append(daily.Items, bot.Item{Term: c.DayMonth(d.Start),
			Text: c.Say("stats_day", data{"Count": d.Questions(), "Answered": d.Answered, "Refused": d.Refused, "Failed": d.Failed})})
	}
	r.Blocks = append(r.Blocks, bot.Para{Text: c.Say("stats_daily", nil), Style: bot.Strong}, daily)
	picture, err := usageChart(c.Words, month.Days)
	if err != nil {
		return bot.Reply{}, err
	}
	r.Files = []bot.File{picture}
	return r, nil
}

func sumDays(days []state.Day) (sum state.Day) {
	for _, d := range days {
		sum.Answered += d.Answered
		sum.Refused += d.Refused
		sum.Failed += d.Failed
		sum.Helpful += d.Helpful
		sum.NotHelpful += d.NotHelpful
	}
	return sum
}

// usageList shows how the bot did in a span of days.
func usageList(w locale.Words, u state.Usage) bot.List {
	sum := sumDays(u.Days)
	share := func(of, all int) string {
		if all == 0 {
			return w.Say("stats_nothing", nil)
		}
		return w.Say("percent", data{"Number": int(math.Round(100 * float64(of) / float64(all)))})
	}
	took := w.Say("stats_nothing", nil)
	if sum.Questions() > 0 {
		took = w.Say("stats_within", data{"Half": bound(w, .5, u), "Most": bound(w, .95, u)})
	}
	sources := w.Say("stats_nothing", nil)
	if len(u.Shown) > 0 {
		var named []string
		for _, id := range u.Top(topSources) {
			named = append(named, fmt.Sprintf("%s (%d)", id, u.Shown[id]))
		}
		sources = strings.Join(named, ", ")
	}
	return bot.List{Items: []bot.Item{
		{Term: w.Say("stats_questions", nil), Text: strconv.Itoa(sum.Questions())},
		{Term: w.Say("stats_answered", nil), Text: share(sum.Answered, sum.Questions())},
		{Term: w.Say("stats_failed", nil), Text: strconv.Itoa(sum.Failed)},
		{Term: w.Say("stats_helpful", nil), Text: w.Say("stats_verdicts", data{
			"Count": sum.Helpful + sum.NotHelpful, "Share": share(sum.Helpful, sum.Helpful+sum.NotHelpful)})},
		{Term: w.Say("stats_took", nil), Text: took},
		{Term: w.Say("stats_sources", nil), Text: sources},
	}}
}

// bound writes out within what time a share of the questions was answered: the
// bound of a bucket of durations.
func bound(w locale.Words, share float64, u state.Usage) string {
	d, bounded := u.Within(share)
	out := w.Say("seconds", data{"Number": int(d / time.Second)})
	if d < time.Second {
		out = w.Say("milliseconds", data{"Number": int(d / time.Millisecond)})
	}
	if !bounded {
		return w.Say("more_than", data{"Bound": out})
	}
	return w.Say("up_to", data{"Bound": out})
}

// The colours of a picture: they can be told apart by those who see no
// difference between red and green (the palette of Okabe and Ito,
// https://jfly.uni-koeln.de/color/).
var (
	blue   = color.RGBA{0x00, 0x72, 0xb2, 0xff}
	orange = color.RGBA{0xe6, 0x9f, 0x00, 0xff}
	black  = color.RGBA{0x30, 0x30, 0x30, 0xff}
)

// usageChart draws the questions of each day.
func usageChart(w locale.Words, days []state.Day) (bot.File, error) {
	bars := chart.Bars{
		Title: w.Say("chart_title", data{"Days": len(days)}),
		Parts: []chart.Part{
			{Name: w.Say("chart_answered", nil), Color: blue},
			{Name: w.Say("chart_refused", nil), Color: orange},
			{Name: w.Say("chart_failed", nil), Color: black},
		},
	}
	for i, d := range days {
		for part, n := range []int{d.Answered, d.Refused, d.Failed} {
			bars.Parts[part].Values = append(bars.Parts[part].Values, n)
		}
		label := ""
		if i%shortSpan == (len(days)-1)%shortSpan { // today, and each week before
			label = w.DayMonth(d.Start)
		}
		bars.Labels = append(bars.Labels, label)
	}
	png, err := bars.PNG()
	if err != nil {
		return bot.File{}, fmt.Errorf("bot: %w", err)
	}
	return bot.File{Name: "questions.png", Type: "image/png", Data: png}, nil
}
