package bot

import "regexp"

// A name is up to seven capitalised words, as in “Defence Minister Denys
// Shmyhal”; a body is a people or institution and a word such as officials.
const (
	nameWord = `\p{Lu}[\p{L}'’ʼ-]*\.?`
	name     = nameWord + `(?:\s+(?:von der |van |de |di |of )?` + nameWord + `){0,6}`
	body     = `(?:` + nameWord + `\s+)(?:officials|leaders|negotiators|representatives|diplomats)`
	says     = `(?:said|says|told|stated|added|noted|warned|announced|reaffirmed|emphasi[sz]ed|stressed|argued|declared|` +
		`заявив|заявила|сказав|сказала|додав|додала|наголосив|наголосила|зазначив|зазначила|` +
		`заявил|заявила|сказал|сказала|добавил|добавила|отметил|отметила|` +
		`sagte|erklärte|betonte)`
)

// attributions are the ways of naming a speaker that leave no doubt: at the
// start of a sentence, after a closing quotation mark, or after said.
var attributions = []*regexp.Regexp{
	regexp.MustCompile(`^(` + body + `|` + name + `)\s+` + says + `(?:[\s,:.]|$)`),
	regexp.MustCompile(`[,.!?]?["”“»]\s*(?:[—–-]\s*)?(` + name + `)\s+` + says + `(?:[\s,:.]|$)`),
	regexp.MustCompile(`["”“»],?\s*(?:[—–-]\s*)?` + says + `\s+(` + name + `)(?:[\s,:.]|$)`),
	regexp.MustCompile(`,\s+(` + body + `|` + name + `)\s+` + says + `\s*[.,]?$`),
}

// speaker returns who the quote itself says is speaking, in the quote's own
// words. It returns "" when the quote names nobody, or more than one: a wrong
// name is worse than none.
func speaker(quote string) string {
	found := ""
	for _, re := range attributions {
		for _, m := range re.FindAllStringSubmatch(quote, -1) {
			if found != "" && found != m[1] {
				return ""
			}
			found = m[1]
		}
	}
	return found
}
