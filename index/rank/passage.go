package rank

import (
	"sync/atomic"
	"unicode/utf8"

	"rapporteur/corpus"
	"rapporteur/index/demand"
	"rapporteur/index/words"
)

// Kind says what sort of word a token is: the flags of package words and, in
// the higher bits, what the ranker looks for in an answer.
type Kind uint32

// The kinds that package words knows have its values.
const (
	Stop    = Kind(words.Stop)
	Capital = Kind(words.Capital)
	Number  = Kind(words.Number)
	Alias   = Kind(words.Alias)
	Percent = Kind(words.Percent)
	Money   = Kind(words.Money)
	Part    = Kind(words.Part)
)

// Token is a word as the ranker sees it.
type Token struct {
	Term   Term
	Prefix uint32 // hash of the word's first four letters, 0 for a shorter word
	Kind   Kind
}

// Passage is an analysed passage.
type Passage struct {
	Text      *corpus.Text
	Number    int       // index into Text.Passages
	Body      string    // its bytes
	Sentences [][]Token // as in the passage
	Words     int       // in all sentences, without stop words

	signs atomic.Pointer[signposts] // unless they have not been asked for
}

// signposts are the words of what tells where one is: of the title of the text
// and of the heading above the passage.
type signposts struct{ title, heading []uint32 } // by Short

// signposts returns the passage's. They are looked at whenever it is ranked, and
// never when it is indexed.
func (p *Passage) signposts(a *words.Analyser) *signposts {
	if known := p.signs.Load(); known != nil {
		return known
	}
	shorts := func(s string) []uint32 {
		var out []uint32
		for _, w := range a.Tokens(p.Text.Language, s) {
			out = append(out, Short(Hash(w.Term)))
		}
		return out
	}
	made := &signposts{shorts(p.Text.Title), shorts(p.Text.Passages[p.Number].Heading)}
	p.signs.Store(made)
	return made
}

// Leads reports whether the passage ends in a question or a colon, so that what
// it is about follows.
func (p *Passage) Leads() bool { return demand.Leads(p.Body) }

// Analyse analyses passage number n of the text, whose bytes are body. It calls
// each, unless nil, with every token it meets and the sentence it stands in.
func Analyse(a *words.Analyser, t *corpus.Text, n int, body string, each func(sentence string, w words.Token)) *Passage {
	from := t.Passages[n]
	p := &Passage{Text: t, Number: n, Body: body, Sentences: make([][]Token, len(from.Sentences))}
	all := make([]Token, 0, from.Len()/5) // English has about six bytes a word
	var buf []words.Token
	for i, s := range from.Sentences {
		text := body[s.Start-from.Start : s.End-from.Start]
		buf = a.Append(buf[:0], t.Language, text)
		if each != nil {
			for _, t := range buf {
				each(text, t)
			}
		}
		start := len(all)
		all = appendTokens(all, t.Language, text, buf)
		p.Sentences[i] = all[start:len(all):len(all)]
	}
	for _, t := range all {
		if t.Kind&(Stop|Part) == 0 {
			p.Words++
		}
	}
	return p
}

// Tokens analyses any text of a language.
func Tokens(a *words.Analyser, lang, text string) []Token {
	return appendTokens(nil, lang, text, a.Tokens(lang, text))
}

func appendTokens(dst []Token, lang, text string, from []words.Token) []Token {
	kinds := evidence(lang)
	for _, w := range from {
		t := Token{Term: Hash(w.Term), Kind: Kind(w.Flags)}
		t.Kind |= kinds.of(w)
		if w.Has(words.Number) && year(w.Term) {
			t.Kind |= Year
		}
		if t.Kind&(Stop|Number|Alias) == 0 {
			t.Prefix = prefix(w.Term)
		}
		dst = append(dst, t)
	}
	return dst
}

// prefixLetters is how much of two words must be alike for them to be taken
// for kin: decide, decision.
const prefixLetters = 4

func prefix(s string) uint32 {
	n := 0
	for range prefixLetters {
		_, size := utf8.DecodeRuneInString(s[n:])
		if size == 0 {
			return 0
		}
		n += size
	}
	h := uint64(Hash(s[:n]))
	return uint32(h>>32) ^ uint32(h)
}
