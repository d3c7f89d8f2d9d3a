package bot

import (
	"regexp"
	"strings"
	"time"
	"unicode"

	"rapporteur/corpus"
)

// parsed is what somebody's text turned out to be.
type parsed struct {
	command string // "" for free text; not always one we know
	text    string // the rest of the text after the command, or all of it
	ours    bool   // the command is addressed to this bot by name
	other   bool   // the command is addressed to another bot
}

// commandToken is a command as people type it, /ask or /ask@name.
var commandToken = regexp.MustCompile(`^/([A-Za-z][A-Za-z0-9_]{0,31})(?:@([A-Za-z0-9_]{1,64}))?$`)

// parseText looks for a command in a text. A command may come after other
// words, as in “Good day /ask ...”, if it is one we know; what stands before
// it is a greeting and is dropped. A slash within a word, as in and/or, is no
// command.
func parseText(text, self string) parsed {
	at := 0
	for at < len(text) {
		start := at + len(text[at:]) - len(strings.TrimLeftFunc(text[at:], unicode.IsSpace))
		end := len(text)
		if i := strings.IndexFunc(text[start:], unicode.IsSpace); i >= 0 {
			end = start + i
		}
		first := strings.TrimSpace(text[:start]) == ""
		if m := commandToken.FindStringSubmatch(text[start:end]); m != nil {
			p := parsed{command: strings.ToLower(m[1]), text: strings.TrimSpace(text[end:])}
			p.ours = m[2] != "" && strings.EqualFold(m[2], self)
			p.other = m[2] != "" && !p.ours
			if first || isCommand(p.command) {
				return p
			}
		}
		at = end
	}
	return parsed{text: strings.TrimSpace(text)}
}

// Question is a question and the filters that came with it.
type Question struct {
	Text    string   // what is asked, the filters taken out
	Phrases []string // parts in quotation marks: they must occur word for word
	Sources []string // see index.Query
	Since   corpus.Date
	Before  corpus.Date
	Lang    string // ISO 639-1
}

// filterToken is a filter within a question, such as since:2025-12-14 or
// source:"Kyiv Post". A quotation mark that is not closed counts for nothing.
var filterToken = optionToken(`source|since|before|lang`)

// optionToken matches name:value for the names, which are the second part of a
// match, and the value, with its quotation marks, the third.
func optionToken(names string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)(^|` + space + `)(` + names + `):` + space + `*` +
		`("[^"]*"|“[^”]*”|«[^»]*»|»[^«]*«|„[^“”]*[“”]|'[^']*'|‘[^’]*’|["“«»„]?` + unspace + `+)`)
}

// White space, which people's keyboards put in in many widths.
const (
	space   = `[\s\pZ]`
	unspace = `[^\s\pZ"“”«»„]`
)

// quotedPhrase is a part of a question in quotation marks. The German »so«
// must come before the French «so».
var quotedPhrase = regexp.MustCompile(`"([^"]*)"|“([^”]*)”|»([^«»]*)«|«([^»]*)»|„([^“”]*)[“”]`)

const quotationMarks = `"“”„«»`

// ParseQuestion takes the filters out of a question. Options are filters
// given apart from the text, by the same names; they add to those in the text.
// A filter that cannot be understood is a *UserError.
func ParseQuestion(text string, options map[string]string) (Question, error) {
	var q Question
	var err error
	set := func(name, value string) {
		value = strings.TrimSpace(strings.Trim(strings.TrimSpace(value), quotationMarks+"'‘’"))
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
		case "lang":
			if len(value) != 2 || strings.Trim(strings.ToLower(value), "abcdefghijklmnopqrstuvwxyz") != "" {
				err = &UserError{Message: "bad_lang", Data: data{"Value": clip(value)}}
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
	for _, name := range []string{"source", "since", "before", "lang"} {
		set(name, options[name])
	}
	if err != nil {
		return Question{}, err
	}
	if !q.Since.IsZero() && !q.Before.IsZero() && !q.Since.Time.Before(q.Before.Time) {
		return Question{}, &UserError{Message: "empty_span", Data: data{"Since": q.Since.Day(), "Before": q.Before.Day()}}
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
	return corpus.Date{}, &UserError{Message: "bad_date", Data: data{"Filter": name, "Value": clip(s)}}
}

// clip shortens what somebody typed before it is shown back.
func clip(s string) string { return shorten(s, 40) }

// shorten cuts s to at most max characters and marks the cut.
func shorten(s string, max int) string {
	if r := []rune(s); len(r) > max {
		return string(r[:max-1]) + "…"
	}
	return s
}

// hasWord reports whether s has a letter or a digit in it.
func hasWord(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}
