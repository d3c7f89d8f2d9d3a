package demand

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"rapporteur/corpus"
)

// A day, month or year of the question must be that of the answer, in whatever
// form it is written: 14.12.2025, December 14th, 15. Dezember, 15 грудня, or
// Tuesday and yesterday by the text's own day.

// date is a day as exactly as it is told; what is not told is 0.
type date struct {
	year, month, day int
	first, last      int  // words
	spoken           bool // a weekday or yesterday, by the text's own day
}

// months are the beginnings of their names.
var months = [13][]string{
	1:  {"january", "jan.", "januar", "jänner", "січн", "січень", "январ", "enero", "ianuarie", "janvier", "gennaio", "stycz"},
	2:  {"february", "feb.", "februar", "лют", "феврал", "febrero", "februarie", "février", "febbraio", "lutego", "luty", "lutym"},
	3:  {"march.", "mar.", "märz", "берез", "март", "marzo", "martie", "mars.", "marzec", "marca", "marcu"},
	4:  {"april", "apr.", "квіт", "апрел", "abril", "aprilie", "avril", "aprile", "kwiet", "kwieci"},
	5:  {"may.", "mai.", "трав", "май.", "мая.", "мае.", "mayo", "maggio", "maj.", "maja.", "maju."},
	6:  {"june", "jun.", "juni", "черв", "июн", "junio", "iunie", "juin", "giugno", "czerw"},
	7:  {"july", "jul.", "juli", "лип", "июл", "julio", "iulie", "juillet", "luglio", "lipca", "lipiec", "lipcu"},
	8:  {"august", "aug.", "серп", "август", "agosto", "août", "sierp"},
	9:  {"september", "sep.", "sept.", "верес", "сентябр", "septiembre", "septembrie", "septembre", "settembre", "wrześ", "wrzes"},
	10: {"october", "oct.", "okt.", "oktober", "жовт", "октябр", "octubre", "octombrie", "octobre", "ottobre", "paździer"},
	11: {"november", "nov.", "листоп", "ноябр", "noviembre", "noiembrie", "novembre", "listopad"},
	12: {"december", "dec.", "dez.", "dezember", "груд", "декабр", "diciembre", "decembrie", "décembre", "dicembre", "grudn", "grudzień"},
}

// weekdays are the beginnings of their names, Sunday first.
var weekdays = [7][]string{
	{"sunday", "sonntag", "неділ", "воскресень", "domingo", "duminic", "dimanche", "domenica", "niedziel"},
	{"monday", "montag", "понеділ", "понедельник", "lunes", "luni.", "lundi", "lunedì", "poniedział"},
	{"tuesday", "dienstag", "вівтор", "вторник", "martes", "marți", "mardi", "martedì", "wtor"},
	{"wednesday", "mittwoch", "серед.", "середу", "середи", "сред.", "среду", "среды", "miércoles", "miercuri", "mercredi", "mercoledì", "środ"},
	{"thursday", "donnerstag", "четвер", "jueves", "joi.", "jeudi", "giovedì", "czwart"},
	{"friday", "freitag", "п'ятниц", "пятниц", "viernes", "vineri", "vendredi", "venerdì", "piąt"},
	{"saturday", "samstag", "sonnabend", "субот", "суббот", "sábado", "sâmbăt", "samedi", "sabato", "sobot"},
}

// relative days, from that of the text.
var relative = map[string]int{
	"today": 0, "yesterday": -1, "tomorrow": 1, "heute": 0, "gestern": -1, "morgen": 1, "сьогодні": 0, "учора": -1, "вчора": -1, "завтра": 1,
	"сегодня": 0, "вчера": -1, "hoy": 0, "ayer": -1, "azi": 0, "ieri": -1, "mâine": 1, "aujourd'hui": 0, "hier": -1, "demain": 1, "oggi": 0, "domani": 1, "dziś": 0, "wczoraj": -1, "jutro": 1,
}

func monthOf(folded string) int {
	if len(folded) < 3 {
		return 0
	}
	return max(0, monthTable.of(folded))
}

var (
	monthTable   = newTable(months[:]...)
	weekdayTable = newTable(weekdays[:]...)
)

// dates returns the days of a text.
func (r *reading) dates() []date {
	if r.dated {
		return r.days
	}
	r.dated = true
	for i := 0; i < len(r.words); i++ {
		if d, ok := r.dateAt(i); ok {
			r.days = append(r.days, d)
			i = d.last
		}
	}
	// 14 and 15 December 2025: what the last one tells holds for those before.
	for i := len(r.days) - 2; i >= 0; i-- {
		if d, next := &r.days[i], r.days[i+1]; d.year == 0 && d.month > 0 && next.first-d.last <= 4 {
			d.year = next.year
		}
	}
	for _, d := range r.days { // 1973-74
		if i := d.last + 1; d.year > 0 && d.month == 0 && i < len(r.words) && len(r.words[i].folded) == 2 && r.words[i].digits && strings.Trim(r.between(d.last), "-\u2011–/") == "" {
			if n, err := strconv.Atoi(r.words[i].folded); err == nil && d.year/100*100+n > d.year {
				r.days = append(r.days, date{year: d.year/100*100 + n, first: i, last: i})
			}
		}
	}
	for i := range r.days { // December is that of the text's year
		if d := &r.days[i]; d.year == 0 && d.day > 0 && !r.around.Published.IsZero() {
			d.year = r.around.Published.Time.Year()
		}
	}
	return r.days
}

func (r *reading) dateAt(i int) (date, bool) {
	w := r.words[i]
	d := date{first: i, last: i}
	if w.digits && r.numeric(&d) {
		return d, true
	}
	m := 0
	if !w.digits {
		m = monthOf(w.folded)
	}
	switch {
	case m == 5 && r.lang == "en" && !(w.capital && (r.dayAt(i+1) > 0 || r.yearAt(i+1) > 0 || i > 0 && (r.dayAt(i-1) > 0 || is(r.words[i-1].folded, "in.", "of.", "since.", "until.", "by.", "last.", "early.", "late.")))):
		return d, false // may
	case m == 3 && r.lang == "en" && !w.capital:
		return d, false // march
	case m > 0: // December 14th, 2025; December 2025
		d.month = m
		if day := r.dayAt(i + 1); day > 0 && r.lang == "en" {
			d.day, d.last = day, i+1
		}
		r.takeYear(&d)
		return d, true
	case w.digits && r.dayAt(i) > 0: // 14 December 2025; 14 and 15 December
		d.day = r.dayAt(i)
		j := i + 1
		if j < len(r.words) && is(r.words[j].folded, "de.", "of.") {
			j++
		}
		if j < len(r.words) && !r.words[j].digits {
			if m := monthOf(r.words[j].folded); m > 0 {
				d.month, d.last = m, j
				r.takeYear(&d)
				return d, true
			}
			if is(r.words[j].folded, "and.", "und.", "і.", "й.", "та.", "и.", "y.", "și.", "et.", "e.", "i.", "to.", "bis.") && j+2 < len(r.words) && r.dayAt(j+1) > 0 {
				if m := monthOf(r.words[j+2].folded); m > 0 {
					d.month = m
					return d, true
				}
			}
		}
	case r.yearAt(i) > 0:
		d.year = r.yearAt(i)
		return d, true
	}
	return r.spoken(i)
}

// spoken reads a weekday, today or yesterday by the text's own day.
func (r *reading) spoken(i int) (date, bool) {
	w, published := r.words[i], r.around.Published
	if published.IsZero() || w.digits {
		return date{}, false
	}
	on := func(t time.Time) (date, bool) {
		return date{t.Year(), int(t.Month()), t.Day(), i, i, true}, true
	}
	if n, ok := relative[w.folded]; ok && (w.folded != "morgen" || i == 0 || r.words[i-1].folded != "am") {
		return on(published.Time.AddDate(0, 0, n))
	}
	if w.capital || r.lang != "en" && r.lang != "de" {
		if n := weekdayTable.of(w.folded); n >= 0 {
			return on(published.Time.AddDate(0, 0, -((int(published.Time.Weekday()) - n + 7) % 7)))
		}
	}
	return date{}, false
}

// numeric reads 14.12.2025, 2025-12-14, 14/12/2025.
func (r *reading) numeric(d *date) bool {
	s := r.words[d.first].folded
	parts := strings.Split(s, ".")
	for len(parts) < 3 && d.last+1 < len(r.words) && r.words[d.last+1].digits {
		switch r.between(d.last) {
		case "-", "/", ".", "\u2011":
		default:
			return false
		}
		d.last++
		parts = append(parts, strings.Split(r.words[d.last].folded, ".")...)
	}
	var n [3]int
	if len(parts) != 3 {
		d.last = d.first
		return false
	}
	for i, p := range parts {
		v, err := strconv.Atoi(p)
		if err != nil {
			d.last = d.first
			return false
		}
		n[i] = v
	}
	switch {
	case len(parts[0]) == 4:
		d.year, d.month, d.day = n[0], n[1], n[2]
	case len(parts[2]) == 4:
		d.day, d.month, d.year = n[0], n[1], n[2]
	}
	if d.month > 12 { // as Americans write
		d.day, d.month = d.month, d.day
	}
	if d.year < 1000 || d.month < 1 || d.month > 12 || d.day < 1 || d.day > 31 {
		*d = date{first: d.first, last: d.first}
		return false
	}
	return true
}

// dayAt returns the day of a month that word i may be.
func (r *reading) dayAt(i int) int {
	if i < 0 || i >= len(r.words) || !r.words[i].digits {
		return 0
	}
	s := strings.TrimRight(r.words[i].folded, "stndrhegoйгоº.")
	if len(s) > 2 {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > 31 {
		return 0
	}
	return n
}

// yearAt returns the year that word i may be.
func (r *reading) yearAt(i int) int {
	if i < 0 || i >= len(r.words) || len(r.words[i].folded) != 4 || !r.words[i].digits {
		return 0
	}
	n, err := strconv.Atoi(r.words[i].folded)
	if err != nil || n < 1000 || n > 2100 {
		return 0
	}
	before := strings.TrimRight(r.text[:r.words[i].start], " \u00a0")
	if strings.HasSuffix(before, "$") || strings.HasSuffix(before, "€") || strings.HasSuffix(before, "£") {
		return 0
	}
	if i+1 < len(r.words) && !r.words[i+1].stop && n != 0 && strings.TrimSpace(r.between(i)) == "" {
		if f := r.words[i+1].folded; magnitude(f, r.lang) > 0 || currency(f) != "" || is(f, percents...) {
			return 0
		}
	}
	return n
}

func (r *reading) takeYear(d *date) {
	i := d.last + 1
	if i < len(r.words) && is(r.words[i].folded, "de.", "of.") {
		i++
	}
	if y := r.yearAt(i); y > 0 {
		d.year, d.last = y, i
	}
}

// asDay is a demand for a day.
type asDay struct {
	date
	start, end int
}

func (d asDay) span() (start, end int) { return d.start, d.end }

// maybe: the year or the day stands there, or the text is of that time, so that
// it may say Tuesday or nothing at all.
func (d asDay) maybe(text string, published corpus.Date) bool {
	if d.year > 0 && strings.Contains(text, strconv.Itoa(d.year)[2:]) || d.day > 0 && strings.Contains(text, strconv.Itoa(d.day)) || d.year == 0 && d.day == 0 {
		return true
	}
	if published.IsZero() {
		return false
	}
	p := dayOf(published)
	return (d.year == 0 || d.year == p.year) && (d.month == 0 || d.month-p.month >= -1 && d.month-p.month <= 1)
}

func days(q *reading) []demand {
	var out []demand
	for _, d := range q.dates() {
		out = append(out, asDay{d, q.words[d.first].start, q.words[d.last].end})
	}
	return out
}

func (d asDay) check(s *reading) Verdict {
	own := s.dates()
	if v := d.among(own); v != Open {
		return v
	}
	for _, r := range [...]*reading{s.prior(), s.title()} {
		if d.among(r.dates()) == Met {
			return Met
		}
	}
	if len(own) == 0 && !s.around.Published.IsZero() && d.holds(dayOf(s.around.Published)) {
		return Met
	}
	return Open
}

func dayOf(p corpus.Date) date {
	return date{year: p.Time.Year(), month: int(p.Time.Month()), day: p.Time.Day()}
}

// among returns what the days make of the one asked for.
func (d asDay) among(list []date) Verdict {
	// Who said on Tuesday what will be in 2026 said nothing of the year of that Tuesday.
	if d.month == 0 && d.day == 0 && slices.ContainsFunc(list, func(o date) bool { return !o.spoken && o.year > 0 }) {
		list = slices.DeleteFunc(slices.Clone(list), func(o date) bool { return o.spoken })
	}
	other := false
	for _, o := range list {
		if d.holds(o) {
			return Met
		}
		other = other || d.differs(o)
	}
	for _, o := range list { // in 2025 leaves open which day it was
		if other && !d.differs(o) {
			return Open
		}
	}
	if other && !d.within(list) {
		return Contradicted
	}
	return Open
}

// within reports whether a year lies between two of the days.
func (d asDay) within(list []date) bool {
	earlier, later := false, false
	for _, o := range list {
		earlier, later = earlier || o.year > 0 && o.year < d.year, later || o.year > d.year
	}
	return earlier && later
}

// holds reports whether a day lies in what is asked for.
func (d date) holds(o date) bool {
	return (d.year == 0 || d.year == o.year) && (d.month == 0 || d.month == o.month) && (d.day == 0 || d.day == o.day)
}

// differs reports whether a day cannot be what is asked for.
func (d date) differs(o date) bool {
	return d.year != 0 && o.year != 0 && d.year != o.year || d.month != 0 && o.month != 0 && d.month != o.month ||
		d.day != 0 && o.day != 0 && d.day != o.day
}
