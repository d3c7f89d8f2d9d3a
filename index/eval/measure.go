package eval

import (
	"context"
	"fmt"

	"rapporteur/corpus"
	"rapporteur/index"
	"rapporteur/index/meaning"
	"rapporteur/index/rank"
)

// Options say what to measure besides our own answers.
type Options struct {
	Baseline bool // bleve alone, too, on the same questions
	HeldOut  bool // each question once more, with its article removed
	// Meaning makes and keeps the vectors; nil measures words alone.
	Meaning *meaning.Store
}

// Report says how well the questions of a set were met.
type Report struct {
	Questions  int `json:"questions"`
	Answerable int `json:"answerable"`
	Texts      int `json:"texts"`
	Passages   int `json:"passages"`
	Sentences  int `json:"sentences"`
	Intervals  struct {
		Coverage  float64 `json:"coverage"`
		Drawn     string  `json:"drawn"` // what was drawn: article or question
		Clusters  int     `json:"clusters"`
		Resamples int     `json:"resamples"`
		Seed      int     `json:"seed"`
	} `json:"intervals"`
	Systems []System `json:"systems"` // ours first

	Outcomes []Outcome `json:"-"` // ours, in the order of the questions
}

// System is what one way of answering reached.
type System struct {
	Name    string            `json:"name"`
	Figures map[string]Figure `json:"figures"`
	// Behind says by how much ours is greater, on the same questions and draws.
	Behind   map[string]Figure `json:"behind,omitempty"`
	Refusals []Refusal         `json:"refusals,omitempty"` // ours only: bleve's scores are no chances
	Latency  Latency           `json:"latency"`
}

// Refusal says how well answers are told from questions that have none.
type Refusal struct {
	Kind      string `json:"kind"`      // of the questions without an answer; "" when there are none
	Questions int    `json:"questions"` // without an answer
	Stops     []Stop `json:"stops"`
	// Reliability is of these questions and all that have an answer.
	Reliability Reliability `json:"reliability"`
}

// Stop is a confidence from which answers are given, and what follows.
type Stop struct {
	Name       string  `json:"name"`
	Confidence float64 `json:"confidence"`
	Answered   *Figure `json:"answered"` // share of the questions with an answer, nil when there are none
	Right      *Figure `json:"right"`    // share of them that were answered with a right sentence first
	Refused    *Figure `json:"refused"`  // share of the questions without an answer, nil when there are none
}

// Measure asks every question of the set.
func Measure(ctx context.Context, set *Set, o Options) (*Report, error) {
	r, err := measureSet(ctx, set, o)
	if err != nil {
		return nil, fmt.Errorf("eval: %w", err)
	}
	return r, nil
}

func measureSet(ctx context.Context, set *Set, o Options) (*Report, error) {
	r := &Report{Questions: len(set.Questions), Texts: len(set.Texts)}
	for i := range set.Questions {
		if set.Questions[i].Answerable() {
			r.Answerable++
		}
	}
	for _, t := range set.Texts {
		r.Passages += len(t.Passages)
		for _, p := range t.Passages {
			r.Sentences += len(p.Sentences)
		}
	}
	cluster, clusters, drawn := set.clusters()
	b := newBootstrap(clusters)
	r.Intervals.Coverage, r.Intervals.Drawn, r.Intervals.Clusters = coverage, drawn, clusters
	r.Intervals.Resamples, r.Intervals.Seed = Resamples, Seed

	ours, err := answers(ctx, set, o.HeldOut, cluster, func(ctx context.Context, c *corpus.Corpus) (finder, error) {
		x, err := index.Open(ctx, c, index.Options{Meaning: o.Meaning})
		if err != nil {
			return nil, err
		}
		return x, x.Encoded(ctx)
	})
	if err != nil {
		return nil, err
	}
	r.Outcomes = ours.outcomes
	system := ours.system("rapporteur", b)
	for _, t := range ours.trials {
		system.Refusals = append(system.Refusals, t.refusal(b))
	}
	r.Systems = append(r.Systems, system)
	if !o.Baseline {
		return r, nil
	}
	mine := ours.measures()
	for _, scoring := range index.Scorings {
		theirs, err := answers(ctx, set, o.HeldOut, cluster, func(ctx context.Context, c *corpus.Corpus) (finder, error) {
			return index.OpenBaseline(ctx, c, scoring)
		})
		if err != nil {
			return nil, err
		}
		system := theirs.system("bleve "+scoring, b)
		system.Behind = make(map[string]Figure)
		for name, m := range theirs.measures() {
			if f, ok := b.difference(mine[name], m); ok {
				system.Behind[name] = f
			}
		}
		r.Systems = append(r.Systems, system)
	}
	return r, nil
}

// answered is what one system made of a set.
type answered struct {
	questions []Question
	outcomes  []Outcome
	cluster   []int
	trials    []kindOfTrial
	latency   Latency
}

// kindOfTrial is a trial against questions of one kind that have no answer; of
// the kind "" there are none.
type kindOfTrial struct {
	kind  string
	trial trial
}

// ArticleRemoved is the kind of question whose article is not in the corpus.
const ArticleRemoved = "article removed"

func answers(ctx context.Context, set *Set, heldOut bool, cluster []int, open opener) (*answered, error) {
	c, err := set.Corpus()
	if err != nil {
		return nil, err
	}
	f, err := open(ctx, c)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	a := &answered{questions: set.Questions, cluster: cluster}
	if a.outcomes, err = ask(ctx, f, set.Questions, func(*Question) bool { return true }); err != nil {
		return nil, err
	}
	if a.latency, err = latency(ctx, f, set); err != nil {
		return nil, err
	}

	var yes, no trial
	for i, o := range a.outcomes {
		if of := (answer{o.Confidence, set.Questions[i].Answerable(), o.Place == 1, cluster[i]}); of.answerable {
			yes = append(yes, of)
		} else {
			no = append(no, of)
		}
	}
	add := func(kind string, no trial) {
		t := append(append(trial(nil), yes...), no...)
		a.trials = append(a.trials, kindOfTrial{kind, t.sorted()})
	}
	if len(no) > 0 {
		add(set.Foreign, no)
	}
	if heldOut {
		outcomes, asked, err := askHeldOut(ctx, set, open)
		if err != nil {
			return nil, err
		}
		var removed trial
		for i, o := range outcomes {
			if asked[i] {
				removed = append(removed, answer{confidence: o.Confidence, cluster: cluster[i]})
			}
		}
		add(ArticleRemoved, removed)
	}
	if len(a.trials) == 0 {
		add("", nil)
	}
	return a, nil
}

// The figures. They are named alike in the table and in JSON.
const (
	auroc      = "AUROC, "            // and the kind of question
	answeredAt = "answered at 95 %, " // that are refused of the kind
	rightAt    = "right at 95 %, "    // first sentences, of all with an answer
)

// FigureNames are the names of the figures, in the order in which they are
// best read, for questions without an answer of the kinds.
func FigureNames(kinds ...string) []string {
	var names []string
	for _, unit := range []string{"sentence", "passage"} {
		for _, f := range []string{" hit@1", " hit@5", " hit@10", " MRR"} {
			names = append(names, unit+f)
		}
	}
	for _, k := range kinds {
		names = append(names, auroc+k, answeredAt+k, rightAt+k)
	}
	return names
}

// measures returns what measures the figures, by their names.
func (a *answered) measures() map[string]measure {
	out := make(map[string]measure)
	for unit, placeOf := range map[string]func(Outcome) int{
		"sentence": func(o Outcome) int { return o.Place },
		"passage":  func(o Outcome) int { return o.Passage },
	} {
		add := func(name string, value func(place int) float64) {
			out[unit+name] = mean(a.cluster, func(i int) (float64, bool) {
				return value(placeOf(a.outcomes[i])), a.questions[i].Answerable()
			})
		}
		for _, k := range []int{1, 5, 10} {
			add(fmt.Sprintf(" hit@%d", k), func(place int) float64 { return one(place > 0 && place <= k) })
		}
		add(" MRR", func(place int) float64 {
			if place == 0 {
				return 0
			}
			return 1 / float64(place)
		})
	}
	for _, t := range a.trials {
		if t.kind == "" {
			continue
		}
		out[auroc+t.kind] = t.trial.auroc
		out[answeredAt+t.kind] = func(w weights) float64 { return t.trial.at(w, t.trial.stop(w)).answered }
		out[rightAt+t.kind] = func(w weights) float64 { return t.trial.at(w, t.trial.stop(w)).right }
	}
	return out
}

func one(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func (a *answered) system(name string, b *bootstrap) System {
	s := System{Name: name, Latency: a.latency, Figures: make(map[string]Figure)}
	for name, m := range a.measures() {
		if f, ok := b.figure(m); ok {
			s.Figures[name] = f
		}
	}
	return s
}

// refusal measures what follows from the stops that the program knows, and from
// the one that refuses enough.
func (t kindOfTrial) refusal(b *bootstrap) Refusal {
	r := Refusal{Kind: t.kind, Reliability: t.trial.reliability(b)}
	for _, a := range t.trial {
		if !a.answerable {
			r.Questions++
		}
	}
	stop := func(name string, confidence float64, of func(weights) float64) {
		figure := func(pick func(shares) float64) *Figure {
			if f, ok := b.figure(func(w weights) float64 { return pick(t.trial.at(w, of(w))) }); ok {
				return &f
			}
			return nil
		}
		r.Stops = append(r.Stops, Stop{
			Name:       name,
			Confidence: confidence,
			Answered:   figure(func(s shares) float64 { return s.answered }),
			Right:      figure(func(s shares) float64 { return s.right }),
			Refused:    figure(func(s shares) float64 { return s.refused }),
		})
	}
	for _, s := range []struct {
		name       string
		confidence float64
	}{{"careful", rank.Careful}, {"balanced", rank.Balanced}, {"eager", rank.Eager}} {
		// Answers are given from the stop on, not only above it.
		stop(s.name, s.confidence, func(weights) float64 { return justBelow(s.confidence) })
	}
	if r.Questions > 0 {
		stop("95 % refused", t.trial.stop(b.whole), t.trial.stop)
	}
	return r
}
