package words

import (
	"strings"
	"unicode"
	"unicode/utf8"

	snowball "github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/french"
	"github.com/blevesearch/snowballstem/german"
	"github.com/blevesearch/snowballstem/italian"
	"github.com/blevesearch/snowballstem/romanian"
	"github.com/blevesearch/snowballstem/russian"
	"github.com/blevesearch/snowballstem/spanish"
)

// Languages are the languages that are analysed by rules of their own. Text in
// any other is folded only.
var Languages = []string{"de", "en", "es", "fr", "it", "pl", "ro", "ru", "uk"}

var snowballs = map[string]func(*snowball.Env) bool{
	"de": german.Stem,
	"en": english.Stem,
	"es": spanish.Stem,
	"fr": french.Stem,
	"it": italian.Stem,
	"ro": romanian.Stem,
	"ru": russian.Stem,
}

// stem cuts the ending off a folded word. A word in another script than the
// language's is stemmed by the language that script most likely is, so that
// Зеленського in an English text still meets Зеленський.
func stem(lang, word string) string {
	lang = spoken(lang, word)
	switch lang {
	case "uk":
		return ukrainian(word)
	case "pl":
		return polish(word)
	case "en":
		word = american(word)
	}
	f := snowballs[lang]
	if f == nil {
		return word
	}
	env := snowball.NewEnv(word)
	f(env)
	return env.Current()
}

// spoken returns the language whose rules a word of a text in lang is put to.
func spoken(lang, word string) string {
	r, _ := utf8.DecodeRuneInString(word)
	switch cyrillic := unicode.Is(unicode.Cyrillic, r); {
	case cyrillic && lang != "uk" && lang != "ru":
		return "uk"
	case !cyrillic && (lang == "uk" || lang == "ru"):
		return "en"
	}
	return lang
}

// american spells an English word the American way, by its ending. A word it
// changes wrongly (promise, promize) is changed everywhere alike, which does
// no harm.
func american(w string) string {
	if len(w) < 5 {
		return w
	}
	for _, p := range [...]string{"defence", "offence", "licence", "pretence"} {
		if strings.HasPrefix(w, p) {
			return p[:len(p)-2] + "se" + w[len(p):]
		}
	}
	for _, e := range british {
		if b, ok := strings.CutSuffix(w, e[0]); ok && len(b) >= 2 {
			return b + e[1]
		}
	}
	return w
}

var british = [][2]string{
	{"isation", "ization"}, {"isations", "izations"},
	{"ise", "ize"}, {"ises", "izes"}, {"ised", "ized"}, {"ising", "izing"}, {"iser", "izer"}, {"isers", "izers"},
	{"yse", "yze"}, {"ysed", "yzed"}, {"ysing", "yzing"},
	{"our", "or"}, {"ours", "ors"}, {"oured", "ored"}, {"ouring", "oring"}, {"ourable", "orable"}, {"ourite", "orite"}, {"ourites", "orites"},
	{"tre", "ter"}, {"tres", "ters"},
	{"ogue", "og"}, {"ogues", "ogs"},
	{"gramme", "gram"}, {"grammes", "grams"},
}

// ukrainian cuts inflectional endings off a folded Ukrainian word: one ending,
// the longest that leaves a stem of three letters, then a soft sign or a
// doubled consonant. Listed are the endings of nouns, adjectives and verbs;
// prefixes and suffixes that make another word stay.
func ukrainian(w string) string {
	w = strings.NewReplacer("'", "", "ґ", "г").Replace(w)
	for _, e := range [...]string{"ся", "сь"} { // reflexive
		if b, ok := strings.CutSuffix(w, e); ok && letters(b) >= 4 && endsIn(b, ukVerb) {
			w = b
			break
		}
	}
	for _, e := range ukEndings {
		if b, ok := strings.CutSuffix(w, e); ok && letters(b) >= 3 {
			w = b
			break
		}
	}
	w = strings.TrimSuffix(w, "ь")
	if r, n := utf8.DecodeLastRuneInString(w); letters(w) > 3 {
		if q, _ := utf8.DecodeLastRuneInString(w[:len(w)-n]); q == r {
			w = w[:len(w)-n] // знанн(я), житт(я)
		}
	}
	return w
}

// Longest first within what can end alike.
var ukEndings = [...]string{
	"ування", "ювання",
	"уватиме", "ватимуть", "уватимуть",
	"уються", "юються", "ується", "юється",
	"остями", "остях", "ості", "ість", "істю", "остей",
	"увати", "ювати", "ували", "ювали", "увала", "увало", "ував", "ювала", "ював",
	"ейшого", "іший", "іша", "іше", "іші", "ішого", "іших",
	"ього", "ьому", "ьої", "ього",
	"ують", "юють", "уємо", "ують",
	"ями", "ами", "ові", "еві", "єві", "ого", "ому", "ими", "іми", "ьою",
	"ють", "ять", "ать", "уть", "ить", "їть", "ити", "іти", "ати", "яти", "ила", "или", "ило", "ала", "али", "ало", "ула", "яла", "яли", "іла", "іли",
	"ення", "ання", "яння", "іння",
	"єш", "еш", "иш", "їш", "ємо", "емо", "имо", "їмо",
	"ий", "ій", "ої", "ою", "ею", "єю", "их", "іх", "им", "ім", "їх", "їм", "ях", "ах", "ям", "ам", "ом", "ем", "єм", "ів", "їв", "ей", "ив", "ав", "яв", "ує", "ює", "ти", "ла", "ли", "ло",
	"ії", "ію", "ія", "ією",
	"а", "я", "у", "ю", "и", "і", "ї", "е", "є", "о", "й", "в",
}

var ukVerb = [...]string{"ти", "є", "е", "ть", "в", "ла", "ло", "ли", "ю", "у", "м", "мо", "те", "ш"}

func endsIn(w string, endings [14]string) bool {
	for _, e := range endings {
		if strings.HasSuffix(w, e) {
			return true
		}
	}
	return false
}

// polish cuts inflectional endings in the manner of ukrainian.
func polish(w string) string {
	for _, e := range plEndings {
		if b, ok := strings.CutSuffix(w, e); ok && letters(b) >= 3 {
			return b
		}
	}
	return w
}

var plEndings = [...]string{
	"owaniami", "owania", "owanie", "owaniu", "owaniem",
	"ościami", "ościach", "ościom", "ością", "ości", "ość",
	"iejszego", "iejszych", "iejszym", "iejszy", "iejsza", "iejsze",
	"iego", "iemu", "iach", "iami", "iają", "owie", "owych", "owym", "owego", "owej", "owa", "owe", "owy",
	"ego", "emu", "ach", "ami", "ych", "ich", "ymi", "imi", "iej", "iom", "iem",
	"ają", "ali", "ała", "ało", "ały", "ano", "eni", "ony", "ona", "one", "ono", "uje", "ują",
	"ów", "om", "em", "ym", "im", "ej", "ie", "ią", "ia", "iu", "ię", "ać", "eć", "ić", "yć", "ał", "ił", "ył", "li", "ła", "ło", "ły",
	"a", "ą", "e", "ę", "i", "o", "u", "y",
}

func letters(s string) int { return utf8.RuneCountInString(s) }
