package locale

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"
	xtext "golang.org/x/text/message"
	"golang.org/x/text/number"

	"rapporteur/corpus"
)

// Clip shortens what somebody typed before it is shown back.
func Clip(s string) string { return Shorten(s, 40) }

// Shorten cuts s to at most max characters and marks the cut.
func Shorten(s string, max int) string {
	if r := []rune(s); len(r) > max {
		return string(r[:max-1]) + "…"
	}
	return s
}

// OneLine takes line breaks and double spaces out.
func OneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// LanguageNames writes languages out by name.
func (w Words) LanguageNames(langs string) string {
	var out []string
	for l := range strings.SplitSeq(langs, ",") {
		name := l
		if slices.Contains(corpus.Languages, l) {
			name = w.Say("lang_"+l, nil)
		}
		out = append(out, name)
	}
	return strings.Join(out, ", ")
}

// MaxName is how much of a title or publisher is shown, in characters: the
// line that names a source must fit a message beside the quote.
const MaxName = 150

// Choice names one of the choices of an argument.
func (w Words) Choice(value string) string {
	if slices.Contains(languages, value) {
		return w.LanguageNames(value)
	}
	return w.Say("choice_"+value, nil)
}

// Number writes a number as the language does, a small one with a decimal.
func (w Words) Number(x float64) string {
	digits := 0
	if x < 10 && x != math.Trunc(x) {
		digits = 1
	}
	tag, err := language.Parse(w.Lang)
	if err != nil {
		tag = language.English // of the zero words
	}
	return xtext.NewPrinter(tag).Sprint(number.Decimal(x, number.MaxFractionDigits(digits)))
}

// Duration writes out how long something takes, rounded up to seconds and, over
// two minutes, to minutes.
func (w Words) Duration(d time.Duration) string {
	up := func(unit time.Duration) int { return int((d + unit - 1) / unit) }
	switch {
	case d <= 2*time.Minute:
		return w.Say("seconds", Data{"Number": max(1, up(time.Second))})
	case d <= time.Hour:
		return w.Say("minutes", Data{"Number": up(time.Minute)})
	}
	return w.Say("hours", Data{"Hours": up(time.Minute) / 60, "Minutes": fmt.Sprintf("%02d", up(time.Minute)%60)})
}

// DayMonth writes out a day without its year.
func (w Words) DayMonth(t time.Time) string {
	return w.Say("day_month", Data{"Day": t.Day(), "Month": w.Say(fmt.Sprintf("month_%d", t.Month()), nil)})
}
