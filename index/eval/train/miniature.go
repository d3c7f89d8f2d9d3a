package main

import (
	_ "embed"
	"math/rand/v2"
	"slices"
	"strings"

	"rapporteur/corpus"
	"rapporteur/index/eval"
	"rapporteur/index/rank"
	"rapporteur/index/words"
)

// Miniature corpora stand for a folder with one news text.
const (
	miniPassages = 6 // paragraphs of an article
	clipPassages = 5 // paragraphs of one that is then cut into pieces
	clipLongest  = 3 // sentences of a piece
)

//go:embed paraphrases.tsv
var paraphraseLines string

// paraphrased returns, for each question of the set, how a person put it in
// other words, "" for most.
func paraphrased(set *eval.Set) []string {
	other := make(map[string]string)
	for line := range strings.Lines(paraphraseLines) {
		if id, text, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok {
			other[id] = text
		}
	}
	out := make([]string, len(set.Questions))
	for i, q := range set.Questions {
		out[i] = other[q.ID]
	}
	return out
}

// mini is a miniature corpus, ranked without an index.
type mini struct {
	text      *corpus.Text
	ranker    *rank.Ranker
	passages  []*rank.Passage
	questions []miniQuestion
}

type miniQuestion struct {
	eval.Question
	other string // in other words, where somebody wrote it so
}

func (m *mini) analyse(a *words.Analyser) {
	for n := range m.text.Passages {
		m.passages = append(m.passages, rank.Analyse(a, m.text, n, m.text.Passages[n].Of(m.text.Body), nil))
	}
	c := rank.NewCounter()
	c.Add(m.text.Language, m.passages)
	m.ranker = rank.New(a, c.Stats(), nil)
}

// minis cuts the articles into miniature corpora of whole paragraphs.
func minis(set *eval.Set, other []string) []mini {
	return cut(set, other, miniPassages, func(p corpus.Passage) []corpus.Passage { return []corpus.Passage{p} })
}

// clips cuts the articles into miniature corpora of pieces of a few sentences,
// as news has them, without a title.
func clips(set *eval.Set, other []string) []mini {
	pick := rand.New(rand.NewPCG(7, 8)).IntN
	out := cut(set, other, clipPassages, func(p corpus.Passage) (out []corpus.Passage) {
		for s := p.Sentences; len(s) > 0; {
			n := min(1+pick(clipLongest), len(s))
			out = append(out, corpus.Passage{
				Range:     corpus.Range{Start: s[0].Start, End: s[n-1].End},
				Sentences: s[:n:n],
			})
			s = s[n:]
		}
		return out
	})
	for _, m := range out {
		m.text.Title = ""
	}
	return out
}

// cut makes a corpus of every few paragraphs; pieces says what becomes of one.
func cut(set *eval.Set, other []string, few int, pieces func(corpus.Passage) []corpus.Passage) []mini {
	var out []mini
	var a words.Analyser
	for _, t := range set.Texts {
		for from := 0; from+few <= len(t.Passages); from += few {
			part := *t
			part.Passages = nil
			moved := make(map[eval.Place]eval.Place)
			for n, p := range t.Passages[from : from+few] {
				s := 0
				for _, piece := range pieces(p) {
					for i := range piece.Sentences {
						moved[eval.Place{Passage: from + n, Sentence: s}] = eval.Place{Passage: len(part.Passages), Sentence: i}
						s++
					}
					part.Passages = append(part.Passages, piece)
				}
			}
			m := mini{text: &part}
			m.analyse(&a)
			for i, q := range set.Questions {
				if q.Article != t.ID || q.Passage < from || q.Passage >= from+few || len(q.Places) == 0 {
					continue
				}
				q.Places = slices.Clone(q.Places)
				for i, p := range q.Places {
					q.Places[i] = moved[p]
				}
				q.Passage = q.Places[0].Passage
				m.questions = append(m.questions, miniQuestion{q, other[i]})
			}
			out = append(out, m)
		}
	}
	return out
}

func (m *mini) example(asked *rank.Question, q *miniQuestion) example {
	e := example{fold: eval.Fold(q.Article, nFolds), ranker: m.ranker}
	for _, s := range m.ranker.Extract(asked, m.passages) {
		e.scored = append(e.scored, s.Light())
		e.gold = append(e.gold, q.Right(s.Passage.Text.ID, s.Passage.Number, s.Sentence))
	}
	return e
}

// miniatures returns the questions of miniature corpora, paraphrased by the
// tables.
func miniatures(minis []mini, pick func(int) int) []example {
	var out []example
	for _, m := range minis {
		for _, q := range m.questions {
			asked := m.ranker.Paraphrase(m.ranker.Ask(q.Text, []string{"en"}), "en", 2+pick(9), pick)
			out = append(out, m.example(asked, &q))
		}
	}
	return out
}

// others returns the questions of miniature corpora that somebody put in other
// words.
func others(minis []mini) []example {
	var out []example
	for _, m := range minis {
		for _, q := range m.questions {
			if q.other != "" {
				out = append(out, m.example(m.ranker.Ask(q.other, []string{"en"}), &q))
			}
		}
	}
	return out
}
