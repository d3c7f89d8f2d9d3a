package bot

import (
	"fmt"
	"math"
	"rapporteur/corpus"
	"slices"
	"strings"
	"time"

	xtext "golang.org/x/text/message"

	"golang.org/x/text/language"
	"golang.org/x/text/number"
)

// clip shortens what somebody typed before it is shown back.
func clip(s string) string { return shorten(s, 40) }

// shorten cuts s to at most max characters and marks the cut.
func shorten(s string, max int) string {
	if r := []rune(s); len(r) > max {
		return string(r[:max-1]) + "…"
	}
	return s
}

// oneLine takes line breaks and double spaces out.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// languageNames writes languages out by name.
func (w words) languageNames(langs string) string {
	var out []string
	for l := range strings.SplitSeq(langs, ",") {
		name := l
		if slices.Contains(corpus.Languages, l) {
			name = w.say("lang_"+l, nil)
		}
		out = append(out, name)
	}
	return strings.Join(out, ", ")
}

// maxName is how much of a title or publisher is shown, in characters: the
// line that names a source must fit a message beside the quote.
const maxName = 150

// choice names one of the choices of an argument.
func (w words) choice(value string) string {
	if slices.Contains(languages, value) {
		return w.languageNames(value)
	}
	return w.say("choice_"+value, nil)
}

// number writes a number as the language does, a small one with a decimal.
func (w words) number(x float64) string {
	digits := 0
	if x < 10 && x != math.Trunc(x) {
		digits = 1
	}
	tag, err := language.Parse(w.lang)
	if err != nil {
		tag = language.English // of the zero words
	}
	return xtext.NewPrinter(tag).Sprint(number.Decimal(x, number.MaxFractionDigits(digits)))
}

// duration writes out how long something takes, rounded up to seconds and, over
// two minutes, to minutes.
func (w words) duration(d time.Duration) string {
	up := func(unit time.Duration) int { return int((d + unit - 1) / unit) }
	switch {
	case d <= 2*time.Minute:
		return w.say("seconds", data{"Number": max(1, up(time.Second))})
	case d <= time.Hour:
		return w.say("minutes", data{"Number": up(time.Minute)})
	}
	return w.say("hours", data{"Hours": up(time.Minute) / 60, "Minutes": fmt.Sprintf("%02d", up(time.Minute)%60)})
}

// dayMonth writes out a day without its year.
func (w words) dayMonth(t time.Time) string {
	return w.say("day_month", data{"Day": t.Day(), "Month": w.say(fmt.Sprintf("month_%d", t.Month()), nil)})
}
