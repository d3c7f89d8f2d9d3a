package said

import (
	"strconv"
	"strings"
	"time"

	"rapporteur/corpus"
)

// A Day is when something was said: a day, or a week, month or year when the
// text says no more. The zero Day is unknown.
type Day struct {
	From, To time.Time    // first and last day, midnight UTC
	Words    corpus.Range // that say so in the text, empty if it is the publication's
}

// Published reports whether the day is that of the publication, for want of a
// better one.
func (d Day) Published() bool { return !d.From.IsZero() && d.Words.Len() == 0 }

// String returns the day as ISO 8601: 2025-12-16, the month 2025-12, the year
// 2025, or first and last day, 2025-12-08/2025-12-14. It is "" when unknown.
func (d Day) String() string {
	if d.From.IsZero() {
		return ""
	}
	y, m, first := d.From.Date()
	switch {
	case d.From.Equal(d.To):
		return d.From.Format(time.DateOnly)
	case first == 1 && m == 1 && d.To.Equal(d.From.AddDate(1, 0, -1)):
		return strconv.Itoa(y)
	case first == 1 && d.To.Equal(d.From.AddDate(0, 1, -1)):
		return d.From.Format("2006-01")
	}
	return d.From.Format(time.DateOnly) + "/" + d.To.Format(time.DateOnly)
}

func oneDay(t time.Time) Day { return Day{From: t, To: t} }

func month(y int, m time.Month) Day {
	from := time.Date(y, m, 1, 0, 0, 0, 0, time.UTC)
	return Day{From: from, To: from.AddDate(0, 1, -1)}
}

func year(y int) Day {
	from := time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC)
	return Day{From: from, To: from.AddDate(1, 0, -1)}
}

// week returns the week from Monday to Sunday that holds a day.
func week(t time.Time) Day {
	from := t.AddDate(0, 0, -(int(t.Weekday())+6)%7)
	return Day{From: from, To: from.AddDate(0, 0, 6)}
}

// publication is the day of a publication.
func publication(d corpus.Date) Day {
	if d.IsZero() {
		return Day{}
	}
	y, m, day := d.Time.Date()
	return oneDay(time.Date(y, m, day, 0, 0, 0, 0, time.UTC))
}

// ReadDay reads the first expression of a day in s, such as on Tuesday, seen
// from the day of publication. Words is its range in s.
func ReadDay(s, lang string, published corpus.Date) (Day, bool) {
	p := &passage{body: s, lang: languageOf(lang)}
	p.cut(0, len(s), 0)
	return p.day(0, len(p.toks), publication(published).From)
}

// day finds the first expression of a day among the tokens.
func (p *passage) day(from, to int, now time.Time) (Day, bool) {
	for i := from; i < to; i++ {
		if d, n := p.dayAt(i, to, now); n > 0 {
			d.Words = corpus.Range{Start: p.toks[i].start, End: p.toks[i+n-1].end}
			return d, true
		}
	}
	return Day{}, false
}

// dayAt reads an expression that begins at token i; n is how many tokens it
// takes, 0 for none.
func (p *passage) dayAt(i, to int, now time.Time) (d Day, n int) {
	if d, n := p.calendar(i, to, now); n > 0 {
		return d, n
	}
	if now.IsZero() {
		return Day{}, 0
	}
	return p.relative(i, to, now)
}

func (p *passage) lowAt(i, to int) string {
	if i < to {
		return p.toks[i].low
	}
	return ""
}

// numberAt reads a whole number, in figures with an ending (16th) or not.
func (p *passage) numberAt(i, to int) int {
	if i >= to || p.toks[i].kind != number {
		return -1
	}
	s := p.toks[i].low
	end := 0
	for end < len(s) && isDigit(s[end]) {
		end++
	}
	if end == 0 || end < len(s) && s[end] == '.' {
		return -1
	}
	n, err := strconv.Atoi(s[:end])
	if err != nil {
		return -1
	}
	return n
}

func (p *passage) yearAt(i, to int) (y, n int) {
	if p.lowAt(i, to) == "," || p.lowAt(i, to) == "of" || p.lowAt(i, to) == "de" {
		if y, n := p.yearAt(i+1, to); n > 0 {
			return y, n + 1
		}
		return 0, 0
	}
	if y := p.numberAt(i, to); y >= 1900 && y < 2100 && len(p.toks[i].low) == 4 {
		n = 1
		switch p.lowAt(i+1, to) {
		case "року", "года", "році", "году", "р", "г":
			n = 2
		}
		return y, n
	}
	return 0, 0
}

// calendar reads dates with a month or year.
func (p *passage) calendar(i, to int, now time.Time) (Day, int) {
	at := i
	if _, ok := weekdays[p.lowAt(at, to)]; ok { // Tuesday, 16 December
		at++
		for at < to && (p.toks[at].low == "," || p.toks[at].low == "the" || p.toks[at].low == "den" || p.toks[at].low == "dem") {
			at++
		}
	}
	if d, n := p.figures(at, to); n > 0 {
		return d, at + n - i
	}
	if day := p.numberAt(at, to); day >= 1 && day <= 31 && len(p.toks[at].low) <= 4 {
		k := at + 1
		for k < to && (p.toks[k].low == "." || p.toks[k].low == "of") && k < at+2 {
			k++
		}
		if m := months[p.lowAt(k, to)]; m > 0 {
			y, n := p.yearAt(k+1, to)
			return dated(y, m, day, now, k+1+n-i)
		}
	}
	if m := months[strings.TrimSuffix(p.lowAt(at, to), ".")]; m > 0 && p.isMonth(at) {
		if day := p.numberAt(at+1, to); day >= 1 && day <= 31 {
			y, n := p.yearAt(at+2, to)
			return dated(y, m, day, now, at+2+n-i)
		}
		if at > i {
			return Day{}, 0
		}
		if y, n := p.yearAt(at+1, to); n > 0 {
			return month(y, m), 1 + n
		}
		if !now.IsZero() && i > 0 && p.toks[i-1].w.is&(prep|adverb|timely) != 0 {
			y := now.Year()
			if p.lastWord(i - 1) {
				if m >= now.Month() {
					y--
				}
			} else if m > now.Month() {
				y--
			}
			return month(y, m), 1
		}
		return Day{}, 0
	}
	if y, n := p.yearAt(i, to); n > 0 && p.toks[i].kind == number && i > 0 && yearWords[p.toks[i-1].low] {
		return year(y), n
	}
	return Day{}, 0
}

var yearWords = set(`in since during у в jahr jahre of`)

// isMonth tells the month May and March from the verbs.
func (p *passage) isMonth(i int) bool {
	return p.lang.code != "en" || p.toks[i].upper
}

// figures reads 2025-12-16, 16.12.2025 and 12/16/2025 where it is sure which
// is the month.
func (p *passage) figures(i, to int) (Day, int) {
	if i >= to || p.toks[i].kind != number {
		return Day{}, 0
	}
	s := p.toks[i].low
	if t, err := time.Parse("2.1.2006", s); err == nil {
		return oneDay(t), 1
	}
	if i+4 < to && p.toks[i+1].end == p.toks[i+2].start && p.toks[i+1].low == p.toks[i+3].low {
		text := p.body[p.toks[i].start:p.toks[i+4].end]
		if t, err := time.Parse(time.DateOnly, text); err == nil {
			return oneDay(t), 5
		}
	}
	return Day{}, 0
}

// dated makes a day; without a year it is the last such day up to now.
func dated(y int, m time.Month, day int, now time.Time, n int) (Day, int) {
	if y == 0 {
		if now.IsZero() {
			return Day{}, 0
		}
		y = now.Year()
		if time.Date(y, m, day, 0, 0, 0, 0, time.UTC).After(now) {
			y--
		}
	}
	t := time.Date(y, m, day, 0, 0, 0, 0, time.UTC)
	if t.Day() != day {
		return Day{}, 0
	}
	return oneDay(t), n
}

// relative reads days that are told from the day of publication.
func (p *passage) relative(i, to int, now time.Time) (Day, int) {
	w := p.lowAt(i, to)
	if off, ok := days[w]; ok && (w != "morgen" || i == 0 || p.toks[i-1].w.is&timely == 0 && p.toks[i-1].low != "am") {
		return oneDay(now.AddDate(0, 0, off)), 1
	}
	if w == "day" && p.lowAt(i+1, to) == "before" && p.lowAt(i+2, to) == "yesterday" {
		return oneDay(now.AddDate(0, 0, -2)), 3
	}
	if wd, ok := weekdays[w]; ok {
		return weekday(wd, now, 0), 1
	}
	if last, ok := which[w]; ok {
		if wd, ok := weekdays[p.lowAt(i+1, to)]; ok {
			return weekday(wd, now, last), 2
		}
		if u := units[p.lowAt(i+1, to)]; u != 0 {
			return unitDay(u, last, now), 2
		}
		if m := months[p.lowAt(i+1, to)]; m > 0 && p.isMonth(i+1) {
			y := now.Year()
			switch {
			case last < 0 && m >= now.Month():
				y--
			case last > 0 && m <= now.Month():
				y++
			}
			return month(y, m), 2
		}
	}
	// Three days ago, три дні тому, vor drei Tagen.
	k, before := i, ""
	if w == "vor" && p.lang.code == "de" {
		k, before = i+1, w
	}
	if u := units[w]; u == weekend && i > 0 && p.toks[i-1].w.is&(prep|det) != 0 {
		return unitDay(u, 0, now), 1
	}
	count, n := p.count(k, to)
	if count == 0 {
		return Day{}, 0
	}
	u := units[p.lowAt(k+n, to)]
	if u == 0 {
		return Day{}, 0
	}
	end := k + n + 1
	if before == "" {
		if w := p.lowAt(end, to); w != "ago" && w != "тому" && w != "назад" {
			return Day{}, 0
		}
		end++
	}
	if p.lowAt(end, to) == "назад" { // тому назад
		end++
	}
	return ago(u, count, now), end - i
}

// count reads how many: a, two, 3. A unit without a number, тиждень тому, is one.
func (p *passage) count(k, to int) (count, n int) {
	if c, ok := counts[p.lowAt(k, to)]; ok {
		return c, 1
	}
	if c := p.numberAt(k, to); c > 0 && c < 1000 {
		return c, 1
	}
	if units[p.lowAt(k, to)] != 0 && p.lang.bare {
		return 1, 0
	}
	return 0, 0
}

// weekday returns the last such day up to now; with last < 0 before now, with
// last > 0 after it.
func weekday(wd time.Weekday, now time.Time, last int) Day {
	back := (int(now.Weekday()) - int(wd) + 7) % 7
	switch {
	case last > 0:
		return oneDay(now.AddDate(0, 0, 7-back))
	case last < 0 && back == 0:
		back = 7
	}
	return oneDay(now.AddDate(0, 0, -back))
}

func unitDay(u unit, off int, now time.Time) Day {
	switch u {
	case weeks:
		return week(now.AddDate(0, 0, 7*off))
	case monthsUnit:
		y, m, _ := now.Date()
		return month(y, m+time.Month(off))
	case years:
		return year(now.Year() + off)
	case weekend:
		w := week(now.AddDate(0, 0, -5)) // the one that is over, or goes on
		if now.Weekday() == time.Saturday || now.Weekday() == time.Sunday {
			w = week(now)
		}
		return Day{From: w.From.AddDate(0, 0, 5+7*max(off, 0)), To: w.To.AddDate(0, 0, 7*max(off, 0))}
	}
	return oneDay(now.AddDate(0, 0, off))
}

func ago(u unit, count int, now time.Time) Day {
	switch u {
	case weeks:
		return week(now.AddDate(0, 0, -7*count))
	case monthsUnit:
		y, m, _ := now.Date()
		return month(y, m-time.Month(count))
	case years:
		return year(now.Year() - count)
	}
	return oneDay(now.AddDate(0, 0, -count))
}

func (p *passage) lastWord(i int) bool { return which[p.toks[i].low] < 0 }
