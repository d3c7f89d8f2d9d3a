package statements

import (
	"image/color"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/chart"
	"rapporteur/corpus/said"
)

// colours tell parties apart, also for those who see no difference between red and
// green (the palette of Okabe and Ito, https://jfly.uni-koeln.de/color/). The last is
// of those who stand under none.
var colours = []color.Color{
	color.RGBA{0x00, 0x72, 0xb2, 0xff}, color.RGBA{0xe6, 0x9f, 0x00, 0xff}, color.RGBA{0x00, 0x9e, 0x73, 0xff},
	color.RGBA{0xcc, 0x79, 0xa7, 0xff}, color.RGBA{0x56, 0xb4, 0xe9, 0xff}, color.RGBA{0xd5, 0x5e, 0x00, 0xff}, color.RGBA{0x80, 0x80, 0x80, 0xff},
}

// maxWeeks is how many columns the picture has room for.
const maxWeeks = 60

// picture draws how many statements of each party there are a week. There is none of
// a single week, or of more than the picture has room for.
func (r *Room) picture(c *bot.Call, book *said.Book, all []spoken) (bot.File, bool) {
	const week = 7 * 24 * time.Hour
	monday := func(t time.Time) time.Time { return t.AddDate(0, 0, -(int(t.Weekday())+6)%7).Truncate(24 * time.Hour) }
	from, to := monday(all[0].day()), monday(all[len(all)-1].day())
	weeks := int(to.Sub(from)/week) + 1
	if weeks < 2 || weeks > maxWeeks {
		return bot.File{}, false
	}
	parties, err := r.parties()
	if err != nil {
		return bot.File{}, false // /compare tells what is wrong
	}
	parties = parties[:min(len(parties), len(colours)-1)]
	bars := chart.Bars{Title: c.Say("timeline_title", nil)}
	for i, p := range parties {
		bars.Parts = append(bars.Parts, chart.Part{Name: p.Name, Color: colours[i], Values: make([]int, weeks)})
	}
	bars.Parts = append(bars.Parts, chart.Part{Name: c.Say("timeline_others", nil), Color: colours[len(colours)-1], Values: make([]int, weeks)})
	for i := range weeks {
		bars.Labels = append(bars.Labels, c.DayMonth(from.AddDate(0, 0, 7*i)))
	}
	for _, s := range all {
		part := len(parties)
		for i, p := range parties {
			if p.Has(book, s.statement.Speaker) {
				part = i
				break
			}
		}
		bars.Parts[part].Values[int(monday(s.day()).Sub(from)/week)]++
	}
	png, err := bars.PNG()
	if err != nil {
		return bot.File{}, false
	}
	return bot.File{Name: "timeline.png", Type: "image/png", Data: png}, true
}
