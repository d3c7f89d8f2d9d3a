package bot

import (
	"context"
	"fmt"
	"image/color"
	"math"
	"strconv"
	"strings"
	"time"

	"rapporteur/bot/chart"
	"rapporteur/bot/state"
)

// errNoRecords says that nothing is kept that could be shown.
var errNoRecords = &UserError{Message: "no_records"}

// The spans of days that stats shows.
const (
	shortSpan = 7
	longSpan  = 30
)

// topSources is how many of the texts most quoted are named.
const topSources = 5

// stats shows how the bot did, in words and as a picture.
func (b *Bot) stats(ctx context.Context, c *call) (Reply, error) {
	if b.state == nil {
		return Reply{}, errNoRecords
	}
	r := Reply{Kind: KindNotice}
	var week, month state.Usage
	for _, span := range []struct {
		of   *state.Usage
		days int
	}{{&week, shortSpan}, {&month, longSpan}} {
		var err error
		if *span.of, err = b.state.Usage(ctx, span.days); err != nil {
			return Reply{}, err
		}
		r.Blocks = append(r.Blocks, Para{Text: c.say("stats", data{"Days": span.days}), Style: Strong}, usageList(c.words, *span.of))
	}
	if sumDays(month.Days).Questions() == 0 {
		return r, nil
	}
	var daily List
	for _, d := range week.Days {
		daily.Items = append(daily.Items, Item{Term: c.dayMonth(d.Start),
			Text: c.say("stats_day", data{"Count": d.Questions(), "Answered": d.Answered, "Refused": d.Refused, "Failed": d.Failed})})
	}
	r.Blocks = append(r.Blocks, Para{Text: c.say("stats_daily", nil), Style: Strong}, daily)
	picture, err := usageChart(c.words, month.Days)
	if err != nil {
		return Reply{}, err
	}
	r.Files = []File{picture}
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
func usageList(w words, u state.Usage) List {
	sum := sumDays(u.Days)
	share := func(of, all int) string {
		if all == 0 {
			return w.say("stats_nothing", nil)
		}
		return w.say("percent", data{"Number": int(math.Round(100 * float64(of) / float64(all)))})
	}
	took := w.say("stats_nothing", nil)
	if sum.Questions() > 0 {
		took = w.say("stats_within", data{"Half": bound(w, .5, u), "Most": bound(w, .95, u)})
	}
	sources := w.say("stats_nothing", nil)
	if len(u.Shown) > 0 {
		var named []string
		for _, id := range u.Top(topSources) {
			named = append(named, fmt.Sprintf("%s (%d)", id, u.Shown[id]))
		}
		sources = strings.Join(named, ", ")
	}
	return List{[]Item{
		{Term: w.say("stats_questions", nil), Text: strconv.Itoa(sum.Questions())},
		{Term: w.say("stats_answered", nil), Text: share(sum.Answered, sum.Questions())},
		{Term: w.say("stats_failed", nil), Text: strconv.Itoa(sum.Failed)},
		{Term: w.say("stats_helpful", nil), Text: w.say("stats_verdicts", data{
			"Count": sum.Helpful + sum.NotHelpful, "Share": share(sum.Helpful, sum.Helpful+sum.NotHelpful)})},
		{Term: w.say("stats_took", nil), Text: took},
		{Term: w.say("stats_sources", nil), Text: sources},
	}}
}

// bound writes out within what time a share of the questions was answered: the
// bound of a bucket of durations.
func bound(w words, share float64, u state.Usage) string {
	d, bounded := u.Within(share)
	out := w.say("seconds", data{"Number": int(d / time.Second)})
	if d < time.Second {
		out = w.say("milliseconds", data{"Number": int(d / time.Millisecond)})
	}
	if !bounded {
		return w.say("more_than", data{"Bound": out})
	}
	return w.say("up_to", data{"Bound": out})
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
func usageChart(w words, days []state.Day) (File, error) {
	bars := chart.Bars{
		Title: w.say("chart_title", data{"Days": len(days)}),
		Parts: []chart.Part{
			{Name: w.say("chart_answered", nil), Color: blue},
			{Name: w.say("chart_refused", nil), Color: orange},
			{Name: w.say("chart_failed", nil), Color: black},
		},
	}
	for i, d := range days {
		for part, n := range []int{d.Answered, d.Refused, d.Failed} {
			bars.Parts[part].Values = append(bars.Parts[part].Values, n)
		}
		label := ""
		if i%shortSpan == (len(days)-1)%shortSpan { // today, and each week before
			label = w.dayMonth(d.Start)
		}
		bars.Labels = append(bars.Labels, label)
	}
	png, err := bars.PNG()
	if err != nil {
		return File{}, fmt.Errorf("bot: %w", err)
	}
	return File{Name: "questions.png", Type: "image/png", Data: png}, nil
}
