package ask

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"rapporteur/corpus"
	"rapporteur/corpus/said"
	"rapporteur/index"
)

// Verbs of saying, as questions ask with them. Verbs of wanting are not among
// them: what somebody wants is also for others to say.
const (
	sayEN = `say|said|tell|told|promise|promised|claim|claimed|state|stated|declare|declared|announce|announced|warn|warned|propose|proposed|` +
		`suggest|suggested|stress|stressed|emphasi[sz]e|emphasi[sz]ed|argue|argued|admit|admitted|deny|denied|comment|commented|mention|mentioned|` +
		`remark|remarked|explain|explained|write|written|wrote|add|added|note|noted|tweet|tweeted`
	sayDE = `gesagt|versprochen|behauptet|erklärt|angekündigt|gewarnt|vorgeschlagen|betont|zugegeben|bestritten|geäußert|erwähnt|geschrieben`
	tenDE = `sagte|sagt|versprach|behauptete|erklärte|kündigte|warnte|betonte|äußerte|schrieb|meinte`
	sayUK = `сказав|сказала|сказали|каже|кажуть|казав|казала|заявив|заявила|заявили|заявляє|говорив|говорила|пообіцяв|пообіцяла|обіцяв|обіцяла|` +
		`попередив|попередила|запропонував|запропонувала|наголосив|наголосила|повідомив|повідомила|додав|додала`
	sayRU = `сказал|сказала|сказали|говорит|говорил|говорила|заявил|заявила|заявили|пообещал|пообещала|обещал|обещала|предупредил|предупредила|` +
		`предложил|предложила|подчеркнул|подчеркнула|сообщил|сообщила|добавил|добавила`
)

// speechQuestions are the ways of asking what somebody said; the first group is
// who. Each begins with a word that asks, so that a statement that is searched
// for is none.
var speechQuestions = []*regexp.Regexp{
	regexp.MustCompile(`(?i)\b(?:did|does|do|has|have|had)\s+((?:[^\s?!,]+\s+){1,6}?)(?:ever\s+|also\s+|actually\s+|really\s+|once\s+)?(?:` + sayEN + `)\b`),
	regexp.MustCompile(`(?i)\baccording\s+to\s+([^?!,]{2,60}?)\s*(?:[?!,]|$)`),
	regexp.MustCompile(`(?i)\bwas\s+(?:` + tenDE + `)\s+((?:[^\s?!,]+\s*){1,6}?)\s*(?:(?:^|\b)(?:zu|zum|zur|über|von|vor|nach|an|auf|in|im|am|dazu|darüber|bei|für|gegen|mit)\b|[?!,]|$)`),
	regexp.MustCompile(`(?i)\b(?:was|hat|haben)\s+(?:hat\s+|haben\s+)?((?:[^\s?!,]+\s+){1,6}?)(?:(?:zu|zum|zur|über|von|vor|nach|an|auf|in|im|am|dazu|darüber|bei|für|gegen|mit)\s+[^?!]*?)?(?:` + sayDE + `)\b`),
	regexp.MustCompile(`(?i)(?:^|[\s,])(?:laut|nach\s+angaben\s+von)\s+([^?!,]{2,60}?)\s*(?:[?!,]|$)`),
	regexp.MustCompile(`(?i)(?:^|\s)(?:що|чи|як)\s+(?:` + sayUK + `)\s+((?:[^\s?!,]+\s+){0,4}?[^\s?!,]+)\s*(?:\s(?:про|щодо|на|у|в|з|із|під|після|до|стосовно|о|для)\s|[?!,]|$)`),
	regexp.MustCompile(`(?i)(?:^|\s)(?:за\s+словами|на\s+думку)\s+([^?!,]{2,60}?)\s*(?:[?!,]|$)`),
	regexp.MustCompile(`(?i)(?:^|\s)(?:что|ли|как)\s+(?:` + sayRU + `)\s+((?:[^\s?!,]+\s+){0,4}?[^\s?!,]+)\s*(?:\s(?:о|об|обо|про|на|в|во|с|по|после|до|для)\s|[?!,]|$)`),
	regexp.MustCompile(`(?i)(?:^|\s)по\s+словам\s+([^?!,]{2,60}?)\s*(?:[?!,]|$)`),
}

// notWho are words that stand where a speaker would, and name none.
var notWho = map[string]bool{}

func init() {
	for w := range strings.FieldsSeq(`it they he she you i we this that these those who what anyone anybody someone somebody people the sources text texts
		statement talks document documents er sie es man wer das die der він вона вони воно хто он она они кто`) {
		notWho[w] = true
	}
}

// whoSaid returns whose words a question asks for, "" if it asks for nobody's.
func whoSaid(question string) string {
	for _, re := range speechQuestions {
		m := re.FindStringSubmatch(question)
		if m == nil {
			continue
		}
		who := strings.TrimSpace(m[1])
		for _, article := range []string{"the ", "The ", "der ", "die "} {
			who = strings.TrimPrefix(who, article)
		}
		who = strings.TrimSuffix(strings.TrimSuffix(who, "'s"), "’s")
		if who != "" && !notWho[strings.ToLower(who)] && strings.ContainsFunc(who, unicode.IsLetter) {
			return who
		}
	}
	return ""
}

// maxVoiced is how many hits are looked through for somebody's words: these may
// be far behind what others say of them.
const maxVoiced = 64

// spoken returns the hits in which the one asked for speaks, and the others as
// they are.
func (v *voices) spoken(c *corpus.Corpus, question, who string, hits []index.Hit) (by, others []index.Hit) {
	book := v.book(c, hits)
	verbs := verbsOf(question, who)
	for _, h := range hits {
		s, ok := said.Covering(book.Of(h.Text.ID), h.Sentence)
		named := ok && s.Speaker.Name != ""
		// A heading that is a name gives what stands below it to that person,
		// unless somebody else is named there.
		heading := h.Text.Passages[h.Passage].Heading
		sentence, _ := h.Text.Read(h.Sentence) // "" where it cannot be read, and then it is not quoted
		if named && book.Is(who, s.Speaker) || ok && !named && book.Names().Same(who, heading) || !named && does(sentence, who, verbs) {
			by = append(by, h)
		} else {
			others = append(others, h)
		}
	}
	return by, others
}

// letters splits a text into words in lower case, with е for ё.
func letters(s string) []string {
	return strings.FieldsFunc(strings.ReplaceAll(strings.ToLower(s), "ё", "е"), func(r rune) bool { return !unicode.IsLetter(r) })
}

// verbStem is how many letters tell a verb, whatever its ending.
const verbStem = 5

// verbsOf returns the beginnings of the words that stand beside the name in a
// question: one of them is what the person is asked to have done.
func verbsOf(question, who string) (verbs []string) {
	words, name := letters(question), letters(who)
	for i := range len(words) - len(name) + 1 {
		if len(name) == 0 || !slices.Equal(words[i:i+len(name)], name) {
			continue
		}
		for _, j := range []int{i - 1, i + len(name)} {
			if j >= 0 && j < len(words) {
				if r := []rune(words[j]); len(r) >= verbStem {
					verbs = append(verbs, string(r[:verbStem]))
				}
			}
		}
	}
	return verbs
}

// askingWord matches the words of a question about somebody's words that are neither its
// topic nor who.
var askingWord = regexp.MustCompile(`^(?:what|did|does|do|has|have|had|ever|also|actually|the|that|it|recently|was|hat|haben|denn|der|die|das|що|чи|как|як|что|ли|` +
	sayEN + `|` + sayDE + `|` + tenDE + `|` + sayUK + `|` + sayRU + `)$`)

// aboutAnything reports whether a question asks what somebody said without
// saying about what: all their words answer it.
func aboutAnything(question, who string) bool {
	name := letters(who)
	return !slices.ContainsFunc(letters(question), func(w string) bool { return !askingWord.MatchString(w) && !slices.Contains(name, w) })
}

// topics are the words among the unknown ones that do not merely ask.
func topics(unknown []string) (list []string) {
	for _, w := range unknown {
		if !askingWord.MatchString(strings.ToLower(w)) {
			list = append(list, w)
		}
	}
	return list
}

// does reports whether a sentence gives the person one of the verbs: "Savelov
// proposed a ceasefire" is no statement, and yet what Savelov proposed.
func does(sentence, who string, verbs []string) bool {
	words, name := letters(sentence), letters(who)
	if len(name) == 0 {
		return false
	}
	surname := name[len(name)-1]
	for i, w := range words {
		if w != surname || i > 0 && belongs.MatchString(words[i-1]) {
			continue
		}
		for _, next := range words[i+1 : min(i+3, len(words))] {
			if saysWord.MatchString(next) || slices.ContainsFunc(verbs, func(v string) bool { return strings.HasPrefix(next, v) }) {
				return true
			}
		}
	}
	return false
}

var (
	// saysWord matches a verb of saying.
	saysWord = regexp.MustCompile(`^(?:` + sayEN + `|` + sayDE + `|` + tenDE + `|` + sayUK + `|` + sayRU + `)$`)
	// belongs matches a word after which a name is not who speaks: an aide to Trump.
	belongs = regexp.MustCompile(`^(?:to|of|with|for|by|from|about|von|zu|mit|für|über|an|bei|до|для|з|із|про|від|к|с|о|от)$`)
)

// speakers names who says the sentences of hits, each once, without the one who was
// asked for.
func (v *voices) speakers(c *corpus.Corpus, who string, hits []index.Hit) (names []string) {
	book := v.book(c, hits)
	for _, h := range hits {
		s := v.speaker(c, h.Text, h.Sentence)
		if s != nil && !book.Is(who, said.Speaker{Name: s.Name}) && !slices.Contains(names, s.Name) {
			names = append(names, s.Name)
		}
	}
	return names
}
