package eval

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"rapporteur/corpus"
	"rapporteur/index"
)

// depth is how many sentences are looked at for a right one. Below place 100
// one adds less than a hundredth of a question to MRR, and that many sentences
// come from more than ten passages.
const depth = 100

// kept is how many hits an Outcome keeps.
const kept = 10

// finder is what is measured: our index or bleve alone.
type finder interface {
	Search(ctx context.Context, q index.Query) (index.Result, error)
	Close() error
}

// opener indexes a corpus.
type opener func(context.Context, *corpus.Corpus) (finder, error)

// Outcome is what became of a question.
type Outcome struct {
	// Place is that of the first right sentence, after every wrong one that
	// scores as it does; 0 when none was found.
	Place int
	// Passage is the place of the first passage that holds a right sentence,
	// each passage standing where its best sentence does.
	Passage    int
	Confidence float64
	Hits       []index.Hit // the ten best
}

// ask asks the questions that are chosen, on all processors. The outcomes of
// the others are zero.
func ask(ctx context.Context, f finder, questions []Question, chosen func(*Question) bool) ([]Outcome, error) {
	out := make([]Outcome, len(questions))
	g, ctx := errgroup.WithContext(ctx)
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		g.Go(func() error {
			for i := w; i < len(questions); i += workers {
				if q := &questions[i]; chosen(q) {
					r, err := sentences(ctx, f, q.Text)
					if err != nil {
						return fmt.Errorf("question %s: %w", q.ID, err)
					}
					out[i] = judge(q, r)
				}
			}
			return nil
		})
	}
	return out, g.Wait()
}

// sentences ranks as Search does, but each sentence by itself: Search makes one
// hit of copies, and the one it shows may be another than the right one.
func sentences(ctx context.Context, f finder, text string) (index.Result, error) {
	x, ours := f.(*index.Index)
	if !ours {
		return f.Search(ctx, index.Query{Text: text, Limit: depth})
	}
	asked, passages, near, ranker, err := x.Candidates(ctx, index.Query{Text: text})
	if err != nil {
		return index.Result{}, err
	}
	var r index.Result
	ranked, confidence := ranker.Rank(asked, passages, near)
	r.Confidence = confidence
	for _, s := range ranked[:min(depth, len(ranked))] {
		p := s.Passage
		r.Hits = append(r.Hits, index.Hit{Text: p.Text, Passage: p.Number, Sentence: p.Text.Passages[p.Number].Sentences[s.Sentence], Score: s.Score, Met: s.Met()})
	}
	return r, nil
}

// ErrNothingLeft says that there is nothing to ask once an article is gone.
var ErrNothingLeft = errors.New("no text is left when the article of a question is removed: give two articles or more")

// askHeldOut asks each question that has an answer of a corpus without the
// texts that hold it: what was indexed and counted of them is gone too. It also
// returns which questions were asked.
func askHeldOut(ctx context.Context, set *Set, open opener) ([]Outcome, []bool, error) {
	out := make([]Outcome, len(set.Questions))
	asked := make([]bool, len(set.Questions))
	groups := make(map[string][]string)
	key := func(q *Question) string { return strings.Join(q.articles(), "\x00") }
	for i := range set.Questions {
		if q := &set.Questions[i]; q.Answerable() && len(q.articles()) < len(set.Texts) {
			groups[key(q)] = q.articles()
		}
	}
	delete(groups, "") // the answer stands nowhere, so removing texts changes nothing
	if len(groups) == 0 {
		return nil, nil, ErrNothingLeft
	}
	for name, articles := range groups {
		c, err := set.Corpus(articles...)
		if err != nil {
			return nil, nil, err
		}
		f, err := open(ctx, c)
		if err != nil {
			return nil, nil, err
		}
		outcomes, err := ask(ctx, f, set.Questions, func(q *Question) bool { return q.Answerable() && key(q) == name })
		f.Close()
		if err != nil {
			return nil, nil, err
		}
		for i := range set.Questions {
			if q := &set.Questions[i]; q.Answerable() && key(q) == name {
				out[i], asked[i] = outcomes[i], true
			}
		}
	}
	return out, asked, nil
}

// judge compares what was found with where the answer stands.
func judge(q *Question, r index.Result) Outcome {
	type passage struct {
		text   string
		number int
	}
	of := func(h index.Hit) passage { return passage{h.Text.ID, h.Passage} }
	return Outcome{
		Place: place(r.Hits,
			func(h index.Hit) bool { return q.Right(h.Text.ID, h.Passage, sentence(h)) },
			func(h index.Hit) any { return [2]any{of(h), h.Sentence} }),
		Passage: place(r.Hits,
			func(h index.Hit) bool { return q.rightPassage(h.Text.ID, h.Passage) },
			func(h index.Hit) any { return of(h) }),
		Confidence: r.Confidence,
		Hits:       slices.Clone(r.Hits[:min(kept, len(r.Hits))]),
	}
}

// place returns the place of the first right hit after all wrong things, named
// by unit, that score as well; 0 when no hit is right.
func place(hits []index.Hit, right func(index.Hit) bool, unit func(index.Hit) any) int {
	best := slices.IndexFunc(hits, right)
	if best < 0 {
		return 0
	}
	score := hits[best].Score
	if len(hits) == depth && hits[depth-1].Score == score {
		return 0 // equals that were cut off might all stand before it
	}
	wrong := make(map[any]bool)
	for _, h := range hits {
		if h.Score >= score && !right(h) {
			wrong[unit(h)] = true
		}
	}
	return 1 + len(wrong)
}

// sentence returns the number of a hit's sentence in its passage.
func sentence(h index.Hit) int {
	return slices.Index(h.Text.Passages[h.Passage].Sentences, h.Sentence)
}
