package index

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"rapporteur/corpus"
	"rapporteur/index/meaning"
	"rapporteur/index/rank"
)

// What sentences mean is told by vectors (package meaning). A generation serves by
// words at once; its vectors are taken from the store, and those that the store lacks
// are made in the background, those of the newest texts first.

const (
	// patience is how long a question waits for vectors of its candidates.
	patience = 3 * time.Second
	// nearest is how many sentences are found by their vectors; their passages are
	// candidates beside those that words find.
	nearest = 48
	// atOnce is up to how many sentences of the candidates get vectors before an
	// answer, if they have none: all of a small corpus, so that the second answer is
	// the first one. Of more, only those that words put first.
	atOnce = 96
)

// vectors are those of a generation.
type vectors struct {
	store  *meaning.Store
	scan   *meaning.Scan
	number map[*corpus.Text]int // of each text
	first  []int                // number of each passage's first sentence, and of all sentences
	made   chan struct{}        // closed when nothing more is made
}

// newVectors returns the vectors of g, without any.
func newVectors(g *generation, store *meaning.Store) *vectors {
	v := &vectors{store: store, number: make(map[*corpus.Text]int), made: make(chan struct{})}
	n := 0
	for i, t := range g.corpus.Texts() {
		v.number[t] = i
		for _, p := range t.Passages {
			v.first = append(v.first, n)
			n += len(p.Sentences)
		}
	}
	v.first = append(v.first, n)
	v.scan = store.NewScan(n)
	return v
}

// newestFirst returns the numbers of the texts, those published last first.
func newestFirst(c *corpus.Corpus) []int {
	texts := c.Texts()
	out := make([]int, len(texts))
	for i := range out {
		out[i] = i
	}
	slices.SortStableFunc(out, func(a, b int) int { return texts[b].Published.Time.Compare(texts[a].Published.Time) })
	return out
}

// each calls f with the sentences of text t, their numbers from the first on.
func (v *vectors) each(g *generation, t int, f func(first int, sentences []string) error) error {
	text := g.corpus.Texts()[t]
	body, err := text.Whole()
	if err != nil {
		return err
	}
	for p := range text.Passages {
		var sentences []string
		for _, s := range text.Passages[p].Sentences {
			sentences = append(sentences, body[s.Start:s.End])
		}
		if err := f(v.first[g.first[t]+p], sentences); err != nil {
			return err
		}
	}
	return nil
}

// take gives the sentences that have a sketch their vectors.
func (v *vectors) take(first int, sentences []string) {
	for i, s := range sentences {
		if sketch, ok := v.store.Sketch(meaning.KeyOf(s)); ok {
			v.scan.Set(first+i, sketch)
		}
	}
}

// load takes what the store has.
func (v *vectors) load(ctx context.Context, g *generation) error {
	for t := range g.corpus.Texts() {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := v.each(g, t, func(first int, sentences []string) error { v.take(first, sentences); return nil }); err != nil {
			return err
		}
	}
	return nil
}

// make makes what the store lacks, the newest texts first. It waits while wait says.
func (v *vectors) make(ctx context.Context, g *generation, wait func()) error {
	keep := make(map[meaning.Key]bool)
	for _, t := range newestFirst(g.corpus) {
		if title := g.corpus.Texts()[t].Title; title != "" {
			if err := v.store.Add(ctx, []string{title}); err != nil {
				return err
			}
			keep[meaning.KeyOf(title)] = true
		}
		err := v.each(g, t, func(first int, sentences []string) error {
			wait()
			err := v.store.Add(ctx, sentences)
			v.take(first, sentences)
			for _, s := range sentences {
				keep[meaning.KeyOf(s)] = true
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return v.store.Prune(keep)
}

// fewSentences is how many take no time to load: some 50 ms.
const fewSentences = 20_000

// remember opens the store, if there is an encoder, and begins to make the vectors of
// the live generation. A service that cannot be reached is tried again later.
func (x *Index) remember(ctx context.Context) {
	if x.o.Meaning == nil && x.o.Encoder == nil {
		return
	}
	open := func(ctx context.Context) error {
		store := x.o.Meaning
		if store == nil {
			var err error
			if store, err = meaning.Open(ctx, x.o.Encoder, x.o.vectors(), x.o.Logger); err != nil {
				return err
			}
		}
		x.views.Lock() // no swap meanwhile
		defer x.views.Unlock()
		x.meaning = store
		if g, err := x.acquire(); err == nil {
			x.sense(g)
			return g.release()
		}
		return nil
	}
	err := open(ctx)
	if err == nil {
		return
	}
	x.o.Logger.Warn("the encoder failed: answering by words", "err", err)
	x.workers.Go(func() {
		for {
			select {
			case <-x.background.Done():
				return
			case <-time.After(retryEncoder):
			}
			if open(x.background) == nil {
				x.o.Logger.Info("the encoder works")
				return
			}
		}
	})
}

// retryEncoder is when an encoder is tried again that failed at the start.
const retryEncoder = time.Minute

// sense begins to load and make the vectors of a generation.
func (x *Index) sense(g *generation) {
	if x.meaning == nil {
		return
	}
	v := newVectors(g, x.meaning)
	loaded := false
	if _, all := v.scan.Done(); all <= fewSentences {
		if err := v.load(x.background, g); err != nil {
			x.o.Logger.Warn("vectors cannot be loaded", "err", err)
			return
		}
		loaded = true
	}
	g.vectors.Store(v)
	g.refs.Add(1)
	x.workers.Go(func() {
		defer close(v.made)
		defer func() { _ = g.release() }()
		var err error
		if !loaded {
			err = v.load(x.background, g)
		}
		if done, all := v.scan.Done(); err == nil && done < all {
			select { // one generation at a time
			case x.encoding <- struct{}{}:
				defer func() { <-x.encoding }()
				err = v.make(x.background, g, x.yield)
			case <-x.background.Done():
				err = x.background.Err()
			}
		}
		done, all := v.scan.Done()
		switch {
		case err == nil:
			x.o.Logger.Info("vectors ready", "sentences", all)
		case x.background.Err() == nil:
			x.o.Logger.Warn("vectors cannot be made: answers go by words", "done", done, "of", all, "err", err)
		}
	})
}

// yield waits while questions are being answered, for a second at most.
func (x *Index) yield() {
	for range 200 {
		if x.searching.Load() == 0 {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// Vectors returns how many sentences have a vector, and how many there are to have
// one: none without an encoder.
func (x *Index) Vectors() (done, all int) {
	g, err := x.acquire()
	if err != nil {
		return 0, 0
	}
	defer g.release()
	v := g.vectors.Load()
	if v == nil {
		return 0, 0
	}
	return v.scan.Done()
}

// Encoded waits until the live index has all its vectors, or ctx ends.
func (x *Index) Encoded(ctx context.Context) error {
	g, err := x.acquire()
	if err != nil {
		return err
	}
	defer g.release()
	v := g.vectors.Load()
	if v == nil {
		return nil
	}
	select {
	case <-v.made:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// senses compares a question with sentences. It is for one question.
type senses struct {
	ctx      context.Context
	g        *generation
	v        *vectors
	q        *meaning.Question
	deadline time.Time
	sketches map[int]meaning.Sketch // by number of the sentence
}

// senses returns what the question means, nil without an encoder or if it fails.
func (g *generation) senses(ctx context.Context, text string) *senses {
	v := g.vectors.Load()
	if v == nil || text == "" {
		return nil
	}
	deadline := time.Now().Add(patience)
	limited, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	q, err := v.store.Question(limited, text)
	if err != nil {
		v.store.Failed(err)
		return nil
	}
	return &senses{ctx: ctx, g: g, v: v, q: q, deadline: deadline, sketches: make(map[int]meaning.Sketch)}
}

// or returns s as the ranker takes it.
func (s *senses) or() rank.Senses {
	if s == nil {
		return nil
	}
	return s
}

// number returns the number of a sentence.
func (s *senses) number(p *rank.Passage, sentence int) int {
	return s.v.first[s.g.first[s.v.number[p.Text]]+p.Number] + sentence
}

// passages returns the numbers of the passages whose sentences are nearest and pass
// the filter.
func (s *senses) passages(f *filter) ([]int, error) {
	v := s.v
	var out []int
	admitted := func(int) bool { return true }
	if f.allowed != nil {
		admitted = func(i int) bool { return f.allowed[s.g.textOf(v.passageOf(i))] }
	}
	for _, i := range v.scan.Nearest(s.q, nearest, admitted) {
		n := v.passageOf(i)
		if slices.Contains(out, n) {
			continue
		}
		ok, err := f.holds(s.g, n)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, n)
		}
	}
	return out, nil
}

// passageOf returns the number of the passage that holds sentence number i.
func (v *vectors) passageOf(i int) int {
	n, ok := slices.BinarySearch(v.first, i+1)
	_ = ok
	return n - 1
}

// Cosine implements rank.Senses.
func (s *senses) Cosine(p *rank.Passage, sentence int) (float64, bool) {
	n := s.number(p, sentence)
	if c, ok := s.v.scan.Cosine(s.q, n); ok {
		return c, true
	}
	if sketch, ok := s.sketches[n]; ok {
		return s.q.Cosine(sketch), true
	}
	return 0, false
}

// Weights implements rank.Senses.
func (s *senses) Weights() []float32 { return s.q.Weights() }

// Meets implements rank.Senses.
func (s *senses) Meets(p *rank.Passage, sentence int) ([]float32, bool) {
	var sketch meaning.Sketch
	var ok bool
	if sentence < 0 {
		sketch, ok = s.v.store.Sketch(meaning.KeyOf(p.Text.Title))
	} else if sketch, ok = s.sketches[s.number(p, sentence)]; !ok {
		of := rank.Scored{Passage: p, Sentence: sentence}
		sketch, ok = s.v.store.Sketch(meaning.KeyOf(of.Text()))
	}
	if !ok {
		return nil, false
	}
	return s.q.Meets(sketch), true
}

// prepare makes the vectors of all sentences of the passages, if they are few.
func (s *senses) prepare(passages []*rank.Passage) {
	if s == nil {
		return
	}
	var all []rank.Scored
	for _, p := range passages {
		for i := range p.Sentences {
			if _, ok := s.Cosine(p, i); !ok {
				all = append(all, rank.Scored{Passage: p, Sentence: i})
			}
		}
	}
	if len(all) <= atOnce {
		s.Need(all)
	}
}

// Need implements rank.Senses.
func (s *senses) Need(sentences []rank.Scored) bool {
	v := s.v
	var numbers []int
	var texts, titles []string
	for i := range sentences {
		if t := sentences[i].Passage.Text.Title; t != "" && !slices.Contains(titles, t) && !v.store.Has(meaning.KeyOf(t)) {
			titles = append(titles, t)
		}
		n := s.number(sentences[i].Passage, sentences[i].Sentence)
		if _, ok := s.sketches[n]; ok {
			continue
		}
		text := sentences[i].Text()
		if sketch, ok := v.store.Sketch(meaning.KeyOf(text)); ok {
			s.sketches[n] = sketch
			continue
		}
		numbers, texts = append(numbers, n), append(texts, text)
	}
	if len(texts)+len(titles) == 0 {
		return true
	}
	ctx, cancel := context.WithDeadline(s.ctx, s.deadline)
	defer cancel()
	err := encodeParts(ctx, v.store, append(texts, titles...))
	if err != nil && s.ctx.Err() == nil && ctx.Err() != nil {
		err = fmt.Errorf("the vectors of %d sentences cannot be made within %v", len(texts), patience)
	}
	if err != nil {
		v.store.Failed(err)
	}
	whole := true
	for i, n := range numbers {
		sketch, ok := v.store.Sketch(meaning.KeyOf(texts[i]))
		if ok {
			s.sketches[n] = sketch
			v.scan.Set(n, sketch)
		}
		whole = whole && ok
	}
	return whole
}

// encodeParts adds the texts to the store, on all processors.
func encodeParts(ctx context.Context, store *meaning.Store, texts []string) error {
	parts := min(runtime.GOMAXPROCS(0), (len(texts)+3)/4)
	errs := make([]error, parts)
	var wg sync.WaitGroup
	for i := range parts {
		wg.Go(func() {
			errs[i] = store.Add(ctx, texts[i*len(texts)/parts:(i+1)*len(texts)/parts])
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
