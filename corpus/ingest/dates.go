package ingest

import (
	"strconv"
	"strings"
	"time"

	"rapporteur/corpus"
)

// The forms in which pages and files write dates for programs. A time without a
// zone may be that of any, so only its day is taken.
var (
	zoned = []string{
		time.RFC3339, "2006-01-02T15:04:05-0700", "2006-01-02T15:04Z07:00", "2006-01-02T15:04-0700", "2006-01-02 15:04:05-07:00", "2006-01-02 15:04:05-0700",
		"2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05 -0700 MST", "2006-01-02T15:04:05.999999999-0700", time.RFC1123Z, time.RFC822Z, "Mon, 2 Jan 2006 15:04:05 -0700", "Mon, 2 Jan 2006 15:04:05 GMT",
		"Mon, 2 Jan 2006 15:04:05 UTC", "2006-01-02 15:04:05 UTC",
	}
	unzoned = []string{
		time.DateOnly, "2006-01-02T15:04:05.999999999", "2006-01-02T15:04:05", "2006-01-02T15:04", time.DateTime, "2006-01-02 15:04", "20060102", "20060102T150405", "2006/01/02", "2006.01.02",
		// A day written with full stops stands before its month, everywhere; one
		// with slashes only where the reader knows which country wrote it.
		"2.1.2006", "2.1.2006 15:04", "2.1.2006, 15:04", "15:04, 2.1.2006", "15:04 2.1.2006",
	}
)

// months are the beginnings of the names of months in the corpus's languages,
// long enough to be no other month's.
var months = [12]string{
	"jan jän ene sty ian gen січ янв",
	"feb fév fev lut лют фев",
	"mar mär берез мар",
	"apr avr abr kwi квіт апр",
	"may mai maj mag трав мая май",
	"jun juin cze iun giu черв июн",
	"jul juil lip iul lug лип июл",
	"aug aoû ago sie серп авг",
	"sep wrz set верес сен",
	"oct okt paź ott жовт окт",
	"nov noi lis листоп ноя",
	"dec dez déc dic gru груд дек",
}

var (
	dayFirst   = pattern(`(?:^|[^\d.])(\d{1,2})(?:\.|er|º|-го|st|nd|rd|th)?[\s\x{00A0}]+(?:de[\s\x{00A0}]+)?(\p{L}+)\.?,?[\s\x{00A0}]+(?:de[\s\x{00A0}]+)?(\d{4})`)
	monthFirst = pattern(`(\p{L}+)\.?[\s\x{00A0}]+(\d{1,2})(?:st|nd|rd|th)?,?[\s\x{00A0}]+(\d{4})`)
)

// parseDate reads a date as pages and files write them, for programs or, in the
// corpus's languages, for people. What may be one of two days is no date.
func parseDate(s string) (corpus.Date, bool) {
	s = clean(s)
	if len(s) > 100 {
		return corpus.Date{}, false
	}
	for _, layout := range zoned {
		if t, err := time.Parse(layout, s); err == nil {
			return dateOf(t, midnightUTC(t))
		}
	}
	for _, layout := range unzoned {
		if t, err := time.Parse(layout, s); err == nil {
			return dateOf(t, true)
		}
	}
	lower := strings.ToLower(s)
	day, month, year := "", "", ""
	if m := dayFirst().FindStringSubmatch(lower); m != nil {
		day, month, year = m[1], m[2], m[3]
	} else if m := monthFirst().FindStringSubmatch(lower); m != nil {
		month, day, year = m[1], m[2], m[3]
	}
	number := monthOf(month)
	d, errDay := strconv.Atoi(day)
	y, errYear := strconv.Atoi(year)
	if number == 0 || errDay != nil || errYear != nil {
		return corpus.Date{}, false
	}
	t := time.Date(y, number, d, 0, 0, 0, 0, time.UTC)
	if t.Day() != d || t.Month() != number { // 31 February
		return corpus.Date{}, false
	}
	return dateOf(t, true)
}

// midnightUTC reports whether a moment is the first of a day in UTC: that is how
// programs write a day of which they know no time, wherever the publisher is.
func midnightUTC(t time.Time) bool {
	_, offset := t.Zone()
	return offset == 0 && t.Equal(t.Truncate(24*time.Hour))
}

func monthOf(word string) time.Month {
	for i, names := range months {
		for name := range strings.FieldsSeq(names) {
			if strings.HasPrefix(word, name) {
				return time.Month(i + 1)
			}
		}
	}
	return 0
}

// dateOf returns a date that may be one of publication: neither zero, as of
// systems without a date, nor before there were newspapers.
func dateOf(t time.Time, dayOnly bool) (corpus.Date, bool) {
	if t.Year() < 1600 || t.Year() > 9999 || t.Unix() == 0 {
		return corpus.Date{}, false
	}
	if dayOnly {
		t = time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	}
	// As it will be read from the front matter again.
	d, err := corpus.ParseDate(corpus.Date{Time: t.Truncate(time.Second), DayOnly: dayOnly}.String())
	return d, err == nil
}
