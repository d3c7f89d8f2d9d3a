// Package locale holds the texts of the interface in each of its languages, and
// writes dates, numbers and names of languages as a language does.
package locale

import (
	"embed"
	"fmt"
	"slices"
	"sync"

	"github.com/goccy/go-yaml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"rapporteur/corpus"
)

//go:embed locales/*.yaml
var localeFiles embed.FS

// languages are the interface languages, English first because it is what
// everybody else gets.
var languages = []string{"en", "uk", "de"}

// Languages returns the interface languages, ISO 639-1, English first.
func Languages() []string { return slices.Clone(languages) }

// bundle holds the interface texts of all languages.
var bundle = sync.OnceValue(func() *i18n.Bundle {
	b := i18n.NewBundle(language.English)
	b.RegisterUnmarshalFunc("yaml", func(data []byte, v any) error { return yaml.Unmarshal(data, v) })
	for _, l := range languages {
		if _, err := b.LoadMessageFileFS(localeFiles, "locales/"+l+".yaml"); err != nil {
			panic(fmt.Sprintf("bot: interface texts: %v", err)) // they are embedded and tested
		}
	}
	return b
})

// Words are the interface texts in one language. The zero value speaks English.
type Words struct {
	Lang  string
	loc   *i18n.Localizer
	plain *sync.Map // texts by id that need nothing filled in
}

var wordsOf sync.Map // interface language -> words

// For returns the texts in the interface language that suits a locale
// such as uk, de-AT or en_GB.UTF-8 best.
func For(locale string) Words {
	lang := languages[0]
	if tag, err := language.Parse(baseLocale(locale)); err == nil {
		if base, conf := tag.Base(); conf != language.No && slices.Contains(languages, base.String()) {
			lang = base.String()
		}
	}
	if w, ok := wordsOf.Load(lang); ok {
		return w.(Words)
	}
	w := Words{Lang: lang, loc: i18n.NewLocalizer(bundle(), lang), plain: new(sync.Map)}
	wordsOf.Store(lang, w)
	return w
}

// baseLocale cuts the encoding off a locale of the environment.
func baseLocale(s string) string {
	for i, c := range s {
		if c == '.' || c == '@' {
			return s[:i]
		}
	}
	return s
}

// Say returns the text with the id, filled with d. A key Count in d chooses
// the plural form.
func (w Words) Say(id string, d Data) string {
	if w.loc == nil {
		w = For("en")
	}
	if d == nil {
		if s, ok := w.plain.Load(id); ok {
			return s.(string)
		}
	}
	s, err := w.loc.Localize(&i18n.LocalizeConfig{MessageID: id, TemplateData: d, PluralCount: d["Count"]})
	if err != nil && s == "" {
		return id // a missing text is a bug that a test finds; the id is better than silence
	}
	if d == nil && err == nil {
		w.plain.Store(id, s)
	}
	return s
}

// Date writes a day out, "" for an unknown one.
func (w Words) Date(d corpus.Date) string {
	if d.IsZero() {
		return w.Say("undated", nil)
	}
	return w.Say("date", Data{
		"Day": d.Time.Day(), "Month": w.Say(fmt.Sprintf("month_%d", d.Time.Month()), nil), "Year": d.Time.Year(),
	})
}

// Span writes out the time between two days.
func (w Words) Span(from, to corpus.Date) string {
	if from.Day() == to.Day() {
		return w.Say("on_day", Data{"Day": w.Date(from)})
	}
	return w.Say("from_to", Data{"From": w.Date(from), "To": w.Date(to)})
}

// Data fills a message template.
type Data = map[string]any
