package ask

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A name is up to seven capitalised words, as in “Defence Minister Denys
// Shmyhal”, or a people or institution and a word such as officials. A full
// stop within it belongs to an initial or a title.
const (
	nameWord = `(?:\p{Lu}[\p{L}'’ʼ-]*|(?:\p{Lu}|Mr|Mrs|Ms|Dr|Prof|Gen|Lt|Col|Sen|Rep|Gov|St)\.)`
	name     = nameWord + `(?:\s+(?:von der |van |de |di |of )?` + nameWord + `){0,6}`
	body     = nameWord + `\s+(?:officials|leaders|negotiators|representatives|diplomats)`
)

// Verbs of saying. In English the speaker goes before the verb; elsewhere
// either may, so there the verb counts only with what shows the order.
const (
	en    = `said|says|stated|added|noted|warned|announced|reaffirmed|emphasised|emphasized|stressed|argued|declared`
	uk    = `заявив|заявила|сказав|сказала|додав|додала|наголосив|наголосила|зазначив|зазначила`
	ru    = `заявил|заявила|сказал|сказала|добавил|добавила|отметил|отметила`
	de    = `sagte|erklärte|betonte`
	tells = `(?:` + en + `)`
	told  = `(?:` + en + `|told)`
	sagt  = `(?:` + uk + `|` + ru + `|` + de + `)`

	// A quotation mark that closes: something stands before it, no space.
	closed = `[^\s(\["“„«:]["”“»«]\s*,?\s*(?:[—–-]\s*)?`
	// The verb is over.
	over = `(?:[\s,:.]|$)`
	// What is said begins, so that what went before is the speaker.
	colon = `\s*(?::|,\s+(?:що|что|dass)\s)`
)

// attributions are the ways of naming a speaker that leave little doubt: at
// the start of a sentence, after a closing quotation mark, or at its end. Few
// sentences may have any, which is seen faster than an expression is searched for.
var attributions = []struct {
	may func(quote string) bool
	*regexp.Regexp
}{
	{says, regexp.MustCompile(`^(` + body + `|` + name + `)\s+` + told + over)},
	{says, regexp.MustCompile(`^(` + name + `)\s+` + sagt + colon)},
	{quotes, regexp.MustCompile(closed + `(` + body + `|` + name + `)\s+` + told + over)},
	{quotes, regexp.MustCompile(closed + tells + `\s+(` + name + `)(?:[,:.]|\s\p{Ll}|$)`)},
	{quotes, regexp.MustCompile(closed + sagt + `\s+(` + name + `)(?:[,:.]|$)`)},
	{endsSaying, regexp.MustCompile(`,\s+(` + body + `|` + name + `)\s+` + told + `\s*[.,]?$`)},
}

// verbs are the verbs of saying.
var verbs = strings.Split(en+`|told|`+uk+`|`+ru+`|`+de, `|`)

func says(quote string) bool {
	return slices.ContainsFunc(verbs, func(verb string) bool { return strings.Contains(quote, verb) })
}

func quotes(quote string) bool {
	marks := func(r rune) bool { return r == '"' || r == '”' || r == '“' || r == '»' || r == '«' }
	return strings.ContainsFunc(quote, marks) && says(quote)
}

func endsSaying(quote string) bool {
	quote = strings.TrimRight(quote, "., \t\n\f\r")
	return slices.ContainsFunc(verbs, func(verb string) bool { return strings.HasSuffix(quote, verb) })
}

// nobody are words with a capital, for the most part because they begin a
// sentence, that are no part of a speaker's name.
var nobody = func() map[string]bool {
	m := make(map[string]bool)
	for w := range strings.FieldsSeq(`
		i he she it we you they who what which that this these those there here one nobody none someone somebody
		everyone everybody anyone both all some many most few several others another each either neither two three
		a an on in at by for from to with about after before as if when while since until once because although
		though unless where why how whether and but or nor so yet still then also later earlier meanwhile afterwards
		yesterday today tomorrow tonight again however asked speaking writing quoted not no yes had has have was were
		is are did does do will would last next both according despite during under over instead besides moreover
		another never always often sometimes perhaps maybe indeed even only just now soon according like unlike
		monday tuesday wednesday thursday friday saturday sunday january february march april june july
		august september october november december
		officials sources diplomats reporters journalists critics analysts experts leaders negotiators ministers
		representatives observers people men women
		він вона воно вони ми я ви ти це той та те ті цей ця хто що ніхто усі всі дехто у в на з із зі до після під
		при про за від для як якщо коли поки і й а але або та також тоді потім пізніше раніше згодом учора вчора
		сьогодні завтра водночас однак проте тому окремо зокрема крім раз ще вже так ні не там тут нарешті
		понеділок вівторок середа четвер п'ятниця субота неділя
		он она оно они мы вы ты это тот эти этот эта кто что никто все в во на с со к по из о об от для как если
		когда пока и или но также тогда потом позже позднее ранее затем вчера сегодня завтра однако поэтому отдельно
		кроме ещё уже так нет не там тут наконец
		er sie es wir ihr ich man der die das den dem des ein eine einer dieser diese dieses wer was niemand alle
		viele einige beide im in am an auf bei nach vor mit für über unter zu zum zur aus von und oder aber doch denn
		wenn als während damit danach dann dort hier heute gestern morgen später zuvor vorher zuletzt jedoch auch
		dabei dazu darauf daraufhin zudem außerdem laut so nun schließlich anschließend weiter ferner
		montag dienstag mittwoch donnerstag freitag samstag sonntag januar februar märz mai juni juli oktober dezember`) {
		m[w] = true
	}
	return m
}()

// speaker returns who the quote itself says is speaking, in the quote's own
// words. It returns "" when the quote names nobody, or more than one: a wrong
// name is worse than none.
func speaker(quote string) string {
	found := ""
	for _, a := range attributions {
		if !a.may(quote) {
			continue
		}
		for _, m := range a.FindAllStringSubmatch(quote, -1) {
			if !isName(m[1]) || found != "" && found != m[1] {
				return ""
			}
			found = m[1]
		}
	}
	return found
}

// isName reports whether capitalised words are a name and not, for instance,
// “On Tuesday Shmyhal” or “Separately Merz”.
func isName(s string) bool {
	words := strings.Fields(s)
	if words[0] == "The" {
		words = words[1:] // The White House
	}
	for i, w := range words {
		w = strings.TrimSuffix(strings.ReplaceAll(strings.ToLower(w), "’", "'"), "'s")
		if c, _ := utf8.DecodeRuneInString(words[i]); unicode.IsUpper(c) && nobody[w] || i == 0 && !unicode.IsUpper(c) {
			return false // Tuesday’s; the officials
		}
	}
	return len(words) == 1 || len(words) > 1 && !strings.HasSuffix(words[0], "ly")
}
