package said

import "strings"

// A class is what the lexicon of a language knows of a word.
type class struct {
	is    trait
	lemma string // of a verb or noun that may be a cue
	form  byte   // of a verb: f finite, b base, p past, g gerund, n participle; N a noun
}

type trait uint32

const (
	says      trait = 1 << iota // a verb of saying: takes a clause or a quotation
	tells                       // takes a hearer first: told reporters that
	holds                       // a verb of attitude: takes an object: rejects a plan
	aux                         // has, will, does
	be                          // is, was
	adverb                      // also, still
	prep                        // of, in
	and                         // and, or
	but                         // but, and what begins another clause
	sub                         // because, when
	that                        // that, що, dass
	rel                         // who, which
	det                         // the, a, this
	pronoun                     // he, she: may be a subject
	object                      // him, them
	owner                       // his, her
	timely                      // Tuesday, yesterday
	noun                        // a noun that may be a cue: insistence
	role                        // minister, spokesman
	group                       // officials, leaders
	neuter                      // it, this: no person
	verb                        // some other verb
	not                         // not, no
	sourceful                   // poll, report, letter: what says something without being anybody
	plural                      // they
	female                      // she, заявила
	male                        // he
	first                       // I, we
	state                       // a participle that is an adjective too: opposed
	honorific                   // Mr., пан
)

// A language is what the rules know of one.
type language struct {
	code  string
	words map[string]class
	// according are phrases that name a speaker to their right, words parted by
	// spaces; after are words that may stand behind one that is parted: nach
	// Angaben von X; whose are phrases around it: за словами X.
	according map[string][][]string // by the first word
	english   bool
	// commaClause: a comma and a clause may follow the verb without a word for
	// that: Merz sagte, die Ukraine brauche Hilfe.
	commaClause bool
	// inverts: the subject may stand behind the verb in any sentence.
	inverts bool
	// bare: nouns have no article, so that a noun phrase is bounded by other
	// means.
	bare bool
}

func (l *language) put(is trait, words string) {
	for w := range strings.FieldsSeq(words) {
		w = strings.ReplaceAll(w, "_", " ")
		c := l.words[w]
		c.is |= is
		l.words[w] = c
	}
}

func (l *language) cue(is trait, form byte, lemma, w string) {
	c := l.words[w]
	c.is |= is
	if c.lemma == "" || form != 'N' {
		c.lemma, c.form = lemma, form
	}
	l.words[w] = c
}

func (l *language) phrases(list string) {
	for line := range strings.Lines(list) {
		if words := strings.Fields(line); len(words) > 0 {
			l.according[words[0]] = append(l.according[words[0]], words)
		}
	}
}

// classOf returns what is known of a word in lower case: of US-Außenminister
// what is known of Außenminister.
func (l *language) classOf(w string) class {
	c, ok := l.words[w]
	if ok || len(w) < 9 {
		return c
	}
	if i := strings.LastIndexByte(w, '-'); i > 0 {
		if c := l.words[w[i+1:]]; c.is&(role|group) != 0 {
			return c
		}
	}
	if l.code == "de" {
		for _, end := range germanRoles {
			if strings.HasSuffix(w, end) {
				return class{is: role}
			}
		}
	}
	return class{}
}

// germanRoles end the compounds that name an office.
var germanRoles = strings.Fields(`minister ministerin präsident präsidentin sprecher sprecherin sekretär sekretärin kanzler kanzlerin vorsitzende
	vorsitzender beauftragte beauftragter kommissar kommissarin`)

func newLanguage(code string) *language {
	return &language{code: code, words: make(map[string]class), according: make(map[string][][]string)}
}

// languages are those with words of their own; a text in another is read as
// English, of which it will hold no word.
var languages = map[string]*language{}

func init() {
	for _, l := range []*language{english(), ukrainian(), russian(), german(), french(), spanish(), polish(), romanian(), italian()} {
		languages[l.code] = l
	}
}

func languageOf(code string) *language {
	if l, ok := languages[code]; ok {
		return l
	}
	return languages["en"]
}
