package rank

import (
	"maps"
	"math"
	"slices"

	"rapporteur/index/demand"
	"rapporteur/index/words"
)

// Question is a question analysed in each language of a corpus.
type Question struct {
	variants map[string]*Variant
	own      manner
	demands  *demand.Demands
	quoting  bool // words in quotation marks are asked for

	Newest bool // of answers as good as the best the newest is wanted
}

// Variant is a question as analysed in one language.
type Variant struct {
	Lang   string
	Tokens []Token
	Terms  []QueryTerm // what is looked for: each once, in the question's order

	abroad bool // the question is put in another language
	asks   kindOfQuestion
	focus  int      // index into Terms of the noun after which or what, -1 for none
	wants  []uint16 // meanings of that noun
	total  float64  // sum of all IDF
	most   float64  // greatest IDF
	probes probes
}

// QueryTerm is a word of a question that is looked for.
type QueryTerm struct {
	Token
	Text    string // the term of package words, which the index knows it by
	IDF     float64
	Known   bool      // stands in the texts of the language
	Heard   bool      // it is the corpus's spelling of a name that was written otherwise
	Also    []string  // the terms of its other spellings, if it was heard
	Noun    bool      // mainly a noun; in English only
	Related []Related // in English and German only
	at      int       // index into Tokens

	start, end int    // bytes of the question
	written    string // there
}

// maxQueryTerms bounds the work a question can make. Beyond it words are left
// out: what is longer is a document rather than a question.
const maxQueryTerms = 64

// backgroundSentences is the weight of the background table against the
// corpus's own statistics, in sentences: a corpus much smaller has nothing
// dependable to say about how common a word is, one much larger needs no help.
const backgroundSentences = 300

// weakWeight is what is left of a word's weight when it belongs to the way of
// asking rather than to what is asked: "many" in "how many".
const weakWeight = .35

// Ask analyses a question in each of the languages.
func (r *Ranker) Ask(question string, langs []string) *Question {
	q := &Question{variants: make(map[string]*Variant, len(langs)), own: r.manner(question)}
	for _, lang := range langs {
		q.variants[lang] = r.variant(question, lang, &q.own)
	}
	q.Demand(question, nil)
	return q
}

// variant analyses the question for texts in lang; own is what its own language
// says of it.
func (r *Ranker) variant(question, lang string, own *manner) *Variant {
	v := &Variant{Lang: lang, focus: -1}
	stats := r.stats.Languages[lang]
	found := r.known(stats, r.analyser.Tokens(lang, question))
	own.mark(lang, question, found)
	v.Tokens = appendTokens(nil, lang, question, found)
	var opening int
	v.asks, opening = asked(lang, v.Tokens, written(question, found))
	if !own.in(lang) {
		v.abroad = true
		v.asks, opening = own.asks, own.opening(found)
		own.weaken(found, v.Tokens)
	}
	seen := make(map[Term]bool)
	name := -1 // the term whose parts follow
	for i, t := range v.Tokens {
		if t.Kind&Part != 0 {
			if name >= 0 && t.Kind&Stop == 0 {
				n := stats.Frequency(t.Term).Sentences
				v.Terms[name].Related = append(v.Terms[name].Related, Related{Short(t.Term), Component, r.idf(stats, lang, t.Term, n)})
			}
			continue
		}
		name = -1
		if t.Kind&Stop != 0 || seen[t.Term] || len(v.Terms) == maxQueryTerms {
			continue
		}
		seen[t.Term] = true
		n := stats.Frequency(t.Term).Sentences
		q := QueryTerm{Token: t, Text: found[i].Term, Known: n > 0, at: i, start: found[i].Start, end: found[i].End, written: question[found[i].Start:found[i].End]}
		if i == 0 {
			q.Kind &^= Capital // every first word has one
		}
		if n == 0 {
			meant, name := r.meant(stats, lang, question, found, i)
			if len(meant) > 0 {
				q.become(meant, name)
				n = stats.frequency(meant)
				v.Tokens[i] = q.Token
				if seen[q.Term] {
					continue
				}
				seen[q.Term] = true
			}
		}
		q.IDF = r.idf(stats, lang, q.Term, n)
		if t.Kind&Weak != 0 {
			q.IDF *= weakWeight
		}
		if lang == "en" && q.Kind&Number == 0 {
			q.Related = r.related(t)
			q.Noun = classTable(classesData).noun(Short(t.Term))
		}
		if lang == compounding && stats != nil && q.Kind&(Number|Alias) == 0 {
			q.Related = stats.compounds(q.Text)
		}
		v.total += q.IDF
		v.most = max(v.most, q.IDF)
		name = len(v.Terms)
		v.Terms = append(v.Terms, q)
	}
	for i := range v.Terms {
		shareParts(v.Terms[i].Related)
	}
	v.findFocus(opening)
	if lang == "en" {
		v.expressions()
	}
	// The parts have done their work: from here on a name is one word.
	at := make([]int, len(v.Tokens))
	kept := v.Tokens[:0]
	for i, t := range v.Tokens {
		at[i] = len(kept)
		if t.Kind&Part == 0 {
			kept = append(kept, t)
		}
	}
	v.Tokens = kept
	for i := range v.Terms {
		v.Terms[i].at = at[v.Terms[i].at]
	}
	v.probes.build(v.Terms, lang == "en")
	return v
}

// findFocus finds the noun that says what is asked for: that of which city, how
// many large ships, what kind of ship. In English it is the last of the nouns
// that follow one another.
func (v *Variant) findFocus(opening int) {
	switch v.asks {
	case asksWhich, asksWhat, asksHowMany, asksHowMuch:
	case asksWhere: // which country, what city
		if opening > 0 {
			var buf [8]uint16
			v.wants = kinds.asked.appendTo(buf[:0], Short(v.Tokens[opening-1].Term))
		}
		return
	default:
		return
	}
	for i, t := range v.Terms {
		switch {
		case t.at < opening:
			continue
		case v.focus < 0:
		case v.Lang != "en" || t.at != v.Terms[v.focus].at+1 && v.Terms[v.focus].Kind&Weak == 0 || !t.Noun:
			goto found
		}
		v.focus = i
	}
found:
	if v.focus >= 0 && v.Lang == "en" {
		v.wants = kinds.asked.appendTo(nil, Short(v.Terms[v.focus].Term))
	}
}

// known takes apart the names of several words that the texts do not hold: of
// their words they may hold some.
func (r *Ranker) known(stats *Language, found []words.Token) []words.Token {
	out := found[:0]
	apart := false
	for i, t := range found {
		switch {
		case t.Has(words.Part):
			if apart {
				t.Flags &^= words.Part
			}
		default:
			apart = i+1 < len(found) && found[i+1].Has(words.Part) && stats.Frequency(Hash(t.Term)).Sentences == 0
			if apart {
				continue
			}
		}
		out = append(out, t)
	}
	return out
}

// shareParts turns the idf of a name's parts into shares of the name.
func shareParts(list []Related) {
	sum := 0.0
	for _, l := range list {
		if l.Relation == Component {
			sum += l.Weight
		}
	}
	for i := range list {
		if list[i].Relation == Component {
			list[i].Weight /= sum
		}
	}
}

// expressions gives the words of an expression such as "give up" what the
// expression is related to. One stop word may stand between: give it up.
func (v *Variant) expressions() {
	term := make(map[int]int, len(v.Terms)) // by token
	for i, t := range v.Terms {
		term[t.at] = i
	}
	for i := range v.Tokens {
		for j := i + 1; j < len(v.Tokens) && j <= i+2; j++ {
			if j == i+2 && v.Tokens[i+1].Kind&Stop == 0 {
				break
			}
			list := relationTable(thesaurusData).appendTo(nil, Pair(Short(v.Tokens[i].Term), Short(v.Tokens[j].Term)))
			for _, at := range [...]int{i, j} {
				if t, ok := term[at]; ok {
					v.Terms[t].Related = append(v.Terms[t].Related, list...)
				}
			}
		}
	}
}

// related returns what an English word is related to. A name is related to
// what its spellings are, and what is related to a spelling to the name:
// American to America to United States.
func (r *Ranker) related(t Token) []Related {
	from := []uint32{Short(t.Term)}
	if t.Kind&Alias != 0 {
		from = r.spelt[t.Term]
	}
	var list []Related
	for _, w := range from {
		list = appendRelated(list, w)
	}
	for _, l := range list {
		if name, ok := r.names[l.Short]; ok && name != t.Term && l.Relation <= Synonym {
			list = append(list, Related{Short(name), l.Relation, l.Weight})
		}
	}
	return list
}

// idf returns how much finding a word says: the negative logarithm of the
// share of sentences that hold it, corpus and background taken together.
func (r *Ranker) idf(stats *Language, lang string, t Term, df uint32) float64 {
	share := 1.0 / 4000 // where there is no table: a word of middling rarity
	if lang == "en" {
		share = backgroundTable(backgroundData).share(Short(t))
	}
	n := 0
	if stats != nil {
		n = stats.Sentences
	}
	return -math.Log((float64(df) + backgroundSentences*share) / float64(n+backgroundSentences))
}

// Variant returns the question in the language.
func (q *Question) Variant(lang string) *Variant { return q.variants[lang] }

// Home returns the languages that the question may be put in, nil if that cannot
// be told.
func (q *Question) Home() []string { return q.own.langs }

func (q *Question) in(lang string) *Variant {
	if v := q.variants[lang]; v != nil {
		return v
	}
	return &Variant{Lang: lang, focus: -1}
}

// Languages returns the languages in which the question was analysed, sorted.
func (q *Question) Languages() []string { return slices.Sorted(maps.Keys(q.variants)) }

// Empty reports whether there is nothing to look for.
func (q *Question) Empty() bool {
	for _, v := range q.variants {
		if len(v.Terms) > 0 {
			return false
		}
	}
	return true
}
