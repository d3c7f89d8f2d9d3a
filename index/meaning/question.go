package meaning

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"math"

	"rapporteur/index/encode"
)

// Question is a question as sketches are compared with it. It is safe for concurrent
// use.
type Question struct {
	space  *space
	vector []float32
	off    []float32 // vector's distance from the mean
	about  float32   // vector times mean
	tokens []float32 // directions, one after another
	weight []float32 // of each token; their sum is 1
}

// question prepares what the encoder made of a question. The weight of a token says
// how rare it is.
func (s *space) question(e encode.Encoded, weight func(token int32) float32) *Question {
	q := &Question{space: s, vector: e.Vector, off: make([]float32, s.width), about: encode.Dot(e.Vector, s.mean)}
	for i, x := range e.Vector {
		q.off[i] = x - s.mean[i]
	}
	if s.basis == nil {
		return q
	}
	q.tokens, q.weight = make([]float32, len(e.Tokens)*s.dims), make([]float32, len(e.Tokens))
	sum := float32(0)
	for t, id := range e.Tokens {
		s.project(e.States[t*s.width:(t+1)*s.width], s.tokens[encode.Query], q.tokens[t*s.dims:(t+1)*s.dims])
		q.weight[t] = weight(id)
		sum += q.weight[t]
	}
	for t := range q.weight {
		q.weight[t] /= max(sum, 1e-9)
	}
	return q
}

// Cosine returns the cosine of the question's vector and the sentence's, -1 to 1.
func (q *Question) Cosine(s Sketch) float64 {
	return q.cosine(math.Float32frombits(binary.LittleEndian.Uint32(s)), s[scaled:scaled+q.space.width/2])
}

func (q *Question) cosine(scale float32, codes []byte) float64 {
	var v [1024]float32
	sum := float32(0)
	for from := 0; from < len(codes); from += len(v) / 2 {
		part := codes[from:min(from+len(v)/2, len(codes))]
		unpack(part, v[:2*len(part)])
		sum += encode.Dot(q.vector[2*from:2*(from+len(part))], v[:2*len(part)])
	}
	return float64(q.about + scale*sum)
}

// Weights returns how rare each token of the question is; they sum up to 1.
func (q *Question) Weights() []float32 { return q.weight }

// MaxSim returns how well the sentence's tokens meet those of the question: for each
// of them the best cosine, weighted by how rare it is (Khattab and Zaharia 2020; here
// nothing was trained for it). It is -1 to 1, and 0 where the question has no tokens.
func (q *Question) MaxSim(s Sketch) float64 {
	sum := 0.0
	for _, b := range q.Meets(s) {
		sum += float64(b)
	}
	return sum
}

// Meets returns the terms of MaxSim's sum, one for each token of the question.
func (q *Question) Meets(s Sketch) []float32 {
	codes := s[q.space.size(0):]
	n := len(codes) / tokenBytes
	best := make([]float32, len(q.weight))
	for i := range best {
		best[i] = -1
	}
	var point [tokenDims]float32
	for t := range n {
		length := unpack(codes[t*tokenBytes:(t+1)*tokenBytes], point[:])
		if length == 0 {
			continue
		}
		for i := range best {
			best[i] = max(best[i], encode.Dot(q.tokens[i*tokenDims:(i+1)*tokenDims], point[:])/length)
		}
	}
	for i := range best {
		best[i] *= q.weight[i]
	}
	return best
}

// rememberedQuestions is how many questions are remembered: people ask again, and
// with other filters.
const rememberedQuestions = 256

// questions are the ones asked last, by the hashes of their words.
type questions struct {
	by    map[Key]*Question
	order []Key // the oldest first
}

func (r *questions) put(text Key, q *Question, most int) {
	if r.by == nil {
		r.by = make(map[Key]*Question)
	}
	if r.by[text] == nil {
		r.order = append(r.order, text)
	}
	r.by[text] = q
	if len(r.order) > most {
		delete(r.by, r.order[0])
		r.order = r.order[1:]
	}
}

// Question encodes a question, or remembers it. Questions are kept in memory only.
func (s *Store) Question(ctx context.Context, text string) (*Question, error) {
	key := KeyOf(text)
	s.mu.Lock()
	q := s.asked.by[key]
	s.mu.Unlock()
	if q != nil {
		return q, nil
	}
	e, err := s.encoder.Encode(ctx, encode.Query, []string{text})
	if err != nil {
		return nil, fmt.Errorf("meaning: %w", err)
	}
	if len(e[0].Vector) != s.space.width {
		return nil, fmt.Errorf("meaning: the encoder made a vector of %d numbers, not %d", len(e[0].Vector), s.space.width)
	}
	q = s.space.question(e[0], s.encoder.Rarity)
	s.mu.Lock()
	s.asked.put(key, q, cmp.Or(s.Remember, rememberedQuestions))
	s.mu.Unlock()
	return q, nil
}
