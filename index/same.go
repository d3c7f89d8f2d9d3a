package index

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"

	"rapporteur/corpus"
	"rapporteur/index/rank"
	"rapporteur/index/words"
)

// Several publishers print the same agency's words, now and then with a word
// changed or the end cut off. Such copies are one hit.
//
// Only the sentences of one answer are compared, so they are compared exactly,
// by their longest common sequence of words: a sketch such as SimHash would
// estimate what is computed in a microsecond, and be less sure of sentences of
// a dozen words, where three changed ones are a quarter.

const (
	// enough is the share of the shorter sentence's words that must stand in
	// the longer one in the same order: three words in twenty may differ. At .8
	// "competition between employers … will drive up the wage" was taken for
	// "competition between workers drives down the wage".
	enough = .85
	// fewWords is the length up to which no word of the shorter one may differ: a
	// word in seven is what such a sentence says.
	fewWords = 10
	// cut is the share of the longer sentence that the shorter one must keep.
	cut = .7
)

// sentence is a sentence as it is compared.
type sentence struct {
	rank.Scored
	tokens []rank.Token
	bloom  uint64 // a bit for each word
}

func newSentence(s rank.Scored) sentence {
	c := sentence{Scored: s, tokens: s.Passage.Sentences[s.Sentence]}
	for _, t := range c.tokens {
		c.bloom |= 1 << (t.Term % 64)
	}
	return c
}

func (s *sentence) text() string {
	p := s.Passage.Text.Passages[s.Passage.Number]
	r := p.Sentences[s.Sentence]
	return s.Passage.Body[r.Start-p.Start : r.End-p.Start]
}

// same reports whether two sentences say the same in nearly the same words.
// They must name the same numbers and names and deny the same: what differs in
// those is another statement however alike it reads.
func same(a, b *sentence) bool {
	if a.Passage.Text.Language != b.Passage.Text.Language {
		return false
	}
	if len(a.tokens) > len(b.tokens) {
		a, b = b, a
	}
	short, long := float64(len(a.tokens)), float64(len(b.tokens))
	if short == 0 || short < cut*long || float64(bits.OnesCount64(a.bloom&^b.bloom)) > (1-enough)*short {
		return false
	}
	both := common(a.tokens, b.tokens)
	if len(a.tokens) < fewWords && both < len(a.tokens) {
		return false // must close, must stay open
	}
	return float64(both) >= enough*short &&
		slices.Equal(facts(a.tokens), facts(b.tokens)) && denials(a.text()) == denials(b.text())
}

// common returns the length of the longest common subsequence.
func common(a, b []rank.Token) int {
	row := make([]int, len(b)+1)
	for i := range a {
		before := 0
		for j := range b {
			above := row[j+1]
			if a[i].Term == b[j].Term {
				row[j+1] = before + 1
			} else {
				row[j+1] = max(above, row[j])
			}
			before = above
		}
	}
	return row[len(b)]
}

// facts returns the numbers and names of a sentence, each once, sorted. A first
// word counts as a name: Foreign Minister, Prime Minister.
func facts(tokens []rank.Token) []rank.Term {
	var out []rank.Term
	for _, t := range tokens {
		if t.Kind&(rank.Number|rank.Alias) != 0 || t.Kind&rank.Capital != 0 && t.Kind&rank.Stop == 0 {
			out = append(out, t.Term)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// denying are the words that turn a statement round, in the languages of
// package words; English contractions end in n't.
var denying = map[string]bool{
	"not": true, "no": true, "never": true, "without": true, "none": true, "neither": true, "nor": true, "cannot": true,
	"nicht": true, "kein": true, "keine": true, "keinen": true, "keiner": true, "nie": true, "ohne": true,
	"ne": true, "pas": true, "jamais": true, "sans": true, "non": true, "mai": true, "senza": true, "sin": true, "nunca": true,
	"nu": true, "niciodată": true, "fără": true, "bez": true, "nigdy": true,
	"не": true, "ні": true, "немає": true, "ніколи": true, "без": true, "нет": true, "никогда": true,
}

// denials counts the words that deny.
func denials(text string) int {
	n := 0
	for w := range strings.FieldsSeq(words.Fold(text)) {
		w = strings.Trim(w, `.,;:!?"()[]'-–—…`)
		if denying[w] || strings.HasSuffix(w, "n't") {
			n++
		}
	}
	return n
}

// distinct returns the best hits, copies of one sentence as one hit.
func distinct(all []rank.Scored, limit int) []Hit {
	var groups [][]sentence
next:
	for _, scored := range all {
		s := newSentence(scored)
		for i := range groups {
			if same(&groups[i][0], &s) {
				groups[i] = append(groups[i], s)
				continue next
			}
		}
		if len(groups) < limit {
			groups = append(groups, []sentence{s})
		}
	}
	hits := make([]Hit, len(groups))
	for i, g := range groups {
		hits[i] = hit(g)
	}
	return hits
}

// hit makes a hit of copies, the best first. The one that was published first
// leads: it is the nearest to where the words come from.
func hit(copies []sentence) Hit {
	score, met := copies[0].Score, copies[0].Met()
	slices.SortStableFunc(copies, func(a, b sentence) int { return earlier(a.Passage.Text, b.Passage.Text) })
	lead := copies[0].Passage
	h := Hit{Text: lead.Text, Passage: lead.Number, Sentence: lead.Text.Passages[lead.Number].Sentences[copies[0].Sentence], Score: score, Met: met}
	last := lead.Text
	for _, c := range copies {
		if t := c.Passage.Text; t != last {
			h.Also = append(h.Also, t)
			last = t
		}
	}
	return h
}

// earlier orders texts by when they were published, the undated last, then by
// id.
func earlier(a, b *corpus.Text) int {
	if a.Published.IsZero() != b.Published.IsZero() {
		if a.Published.IsZero() {
			return 1
		}
		return -1
	}
	return cmp.Or(a.Published.Time.Compare(b.Published.Time), cmp.Compare(a.ID, b.ID))
}
