package ask

import (
	"regexp"
	"strings"
	"time"
	"unicode"

	"rapporteur/bot"
	"rapporteur/bot/locale"
	"rapporteur/corpus"
)

// Question is a question and the filters that came with it.
type Question struct {
	Text    string   // what is asked, the filters taken out
	Phrases []string // parts in quotation marks: they must occur word for word
	Sources []string // see index.Query
	Since   corpus.Date
	Before  corpus.Date
	Lang    string // ISO 639-1
	By      string // whose statements alone answer, "" for anybody's
}

// filterToken is a filter within a question, such as since:2025-12-14 or
// source:"Kyiv Post". A quotation mark that is not closed counts for nothing.
var filterToken = bot.OptionPattern(`source|since|before|lang|by|asof`)

// quotedPhrase is a part of a question in quotation marks. The German »so«
// must come before the French «so».
var quotedPhrase = regexp.MustCompile(`"([^"]*)"|“([^”]*)”|»([^«»]*)«|«([^»]*)»|„([^“”]*)[“”]`)

// ParseQuestion takes the filters out of a question. Options are filters
// given apart from the text, by the same names; they add to those in the text.
// A filter that cannot be understood is a *UserError.
func ParseQuestion(text string, options map[string]string) (Question, error) {
	var q Question
	var err error
	set := func(name, value string) {
		value = strings.TrimSpace(strings.Trim(strings.TrimSpace(value), bot.QuotationMarks+"'‘’"))
		if value == "" || err != nil {
			return
		}
		switch name {
		case "source":
			q.Sources = append(q.Sources, value)
		case "since":
			q.Since, err = parseDay(name, value)
		case "before":
			q.Before, err = parseDay(name, value)
		case "by":
			q.By = value
		case "asof": // what was published on that day or before
			var day corpus.Date
			if day, err = parseDay(name, value); err == nil {
				day.Time = day.Time.AddDate(0, 0, 1)
				if q.Before.IsZero() || day.Time.Before(q.Before.Time) {
					q.Before = day
				}
			}
		case "lang":
			if len(value) != 2 || strings.Trim(strings.ToLower(value), "abcdefghijklmnopqrstuvwxyz") != "" {
				err = &bot.UserError{Message: "bad_lang", Data: data{"Value": locale.Clip(value)}}
			}
			q.Lang = strings.ToLower(value)
		}
	}
	rest := filterToken.ReplaceAllStringFunc(text, func(s string) string {
		m := filterToken.FindStringSubmatch(s)
		// What ends the question does not belong to its last filter.
		set(strings.ToLower(m[2]), strings.TrimRight(m[3], ",;.?!"))
		return m[1]
	})
	for _, name := range []string{"source", "since", "before", "lang", "by", "asof"} {
		set(name, options[name])
	}
	if err != nil {
		return Question{}, err
	}
	if !q.Since.IsZero() && !q.Before.IsZero() && !q.Since.Time.Before(q.Before.Time) {
		return Question{}, &bot.UserError{Message: "empty_span", Data: data{"Since": q.Since.Day(), "Before": q.Before.Day()}}
	}
	for _, m := range quotedPhrase.FindAllStringSubmatch(rest, -1) {
		for _, phrase := range m[1:] {
			if phrase = strings.TrimSpace(phrase); hasWord(phrase) {
				q.Phrases = append(q.Phrases, phrase)
			}
		}
	}
	q.Text = strings.TrimSpace(rest)
	return q, nil
}

// parseDay reads a day, or a month or year for its first day.
func parseDay(name, s string) (corpus.Date, error) {
	for _, layout := range []string{time.DateOnly, "2006-01", "2006", "2.1.2006", time.RFC3339} {
		if t, err := time.Parse(layout, s); err == nil {
			return corpus.Date{Time: t, DayOnly: layout != time.RFC3339}, nil
		}
	}
	return corpus.Date{}, &bot.UserError{Message: "bad_date", Data: data{"Filter": name, "Value": locale.Clip(s)}}
}

// hasWord reports whether s has a letter or a digit in it.
func hasWord(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

// AsOf returns the first day that is too late for what is asked as of a day; zero for
// "".
func AsOf(day string) (corpus.Date, error) {
	if strings.TrimSpace(day) == "" {
		return corpus.Date{}, nil
	}
	q, err := ParseQuestion("", map[string]string{"asof": day})
	return q.Before, err
}

// Holds reports whether all phrases stand in a sentence, marks aside.
func Holds(sentence string, phrases []string) bool {
	have := asWords(sentence)
	for _, p := range phrases {
		if !isWithin(asWords(p), have) {
			return false
		}
	}
	return true
}
