package index

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// Probe is a question and what is known to answer it.
type Probe struct {
	Query    Query
	Text     string // the id of the text that leads, "" where there is no answer
	Sentence string // SHA-256 of the sentence that leads, hex
}

// Why says why a probe is not answered as before.
type Why string

// The reasons, from the one that says most.
const (
	TextGone      Why = "text gone"        // the corpus has no such text any more
	SentenceGone  Why = "sentence gone"    // the text no longer says so
	OtherLead     Why = "other lead"       // another sentence comes first
	NoAnswer      Why = "no answer"        // what comes first is not sure enough, or nothing does
	UnknownAnswer Why = "answered at last" // there was no answer before
)

// ProbeChange is a probe that is not answered as before, and what leads now.
type ProbeChange struct {
	Probe
	Why        Why
	Now        *Hit // nil if there is none
	Confidence float64
}

// NewProbe makes a probe of what was found. A lead that is less sure than the
// threshold is no answer.
func NewProbe(q Query, r Result, threshold float64) (Probe, error) {
	p := Probe{Query: q}
	if len(r.Hits) == 0 || r.Confidence < threshold {
		return p, nil
	}
	lead := r.Hits[0]
	said, err := lead.Text.Read(lead.Sentence)
	if err != nil {
		return p, err
	}
	sum := sha256.Sum256([]byte(said))
	p.Text, p.Sentence = lead.Text.ID, hex.EncodeToString(sum[:])
	return p, nil
}

// probe asks the generation and returns the probes that it answers otherwise.
func (g *generation) probe(ctx context.Context, probes []Probe, threshold float64) ([]ProbeChange, error) {
	var out []ProbeChange
	for _, p := range probes {
		r, err := g.search(ctx, p.Query)
		if err != nil {
			return nil, fmt.Errorf("index: ask a known question: %w", err)
		}
		now, err := NewProbe(p.Query, r, threshold)
		if err != nil {
			return nil, fmt.Errorf("index: ask a known question: %w", err)
		}
		if now.Text == p.Text && now.Sentence == p.Sentence {
			continue
		}
		c := ProbeChange{Probe: p, Confidence: r.Confidence}
		if len(r.Hits) > 0 {
			c.Now = &r.Hits[0]
		}
		if c.Why, err = g.why(p, now); err != nil {
			return nil, fmt.Errorf("index: ask a known question: %w", err)
		}
		out = append(out, c)
	}
	return out, nil
}

// why says why now is not what was expected.
func (g *generation) why(p, now Probe) (Why, error) {
	if p.Text == "" {
		return UnknownAnswer, nil
	}
	t, ok := g.corpus.Text(p.Text)
	if !ok {
		return TextGone, nil
	}
	for _, passage := range t.Passages {
		for _, s := range passage.Sentences {
			said, err := t.Read(s)
			if err != nil {
				return "", err
			}
			if sum := sha256.Sum256([]byte(said)); hex.EncodeToString(sum[:]) == p.Sentence {
				if now.Text == "" {
					return NoAnswer, nil
				}
				return OtherLead, nil
			}
		}
	}
	return SentenceGone, nil
}
