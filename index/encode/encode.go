// Package encode turns sentences into vectors that lie close together where the
// sentences mean the same, in whatever language. It runs a small network of the BERT
// kind (Devlin et al. 2019) on one processor core, in pure Go and some assembly.
// It writes nothing: what it makes only finds and ranks.
package encode

import (
	"context"
	_ "embed"
	"strings"
	"sync"
)

// Encoder makes vectors of texts. All are of unit length, so that the product of two
// is their cosine.
type Encoder interface {
	// Fingerprint names the model: vectors of two models cannot be compared.
	Fingerprint() string
	// Encode returns what is made of each text, in their order. It is safe for
	// concurrent use. An error is ctx's, or that of a service.
	Encode(ctx context.Context, kind Kind, texts []string) ([]Encoded, error)
	// Rarity returns how rare a token is in its language, 0 or more.
	Rarity(token int32) float32
}

// Kind says what a text is to be encoded as: models are trained with questions and
// passages told apart (Wang et al. 2024).
type Kind int

// The kinds of text.
const (
	Passage Kind = iota
	Query
)

// Encoded is what a model makes of a text.
type Encoded struct {
	Vector []float32 // of the whole text
	// Of its tokens, without marks and prefix: their numbers in the vocabulary and
	// their states, each of unit length, one after another. A service gives none.
	Tokens []int32
	States []float32
}

//go:embed e5-small.gguf
var builtinFile string

// builtinFingerprint is that of the embedded file. A test makes it again.
const builtinFingerprint = "0e6d8ceeafd5c281"

var builtin = sync.OnceValue(func() *Model {
	m, err := parse(builtinFile, builtinFingerprint)
	if err != nil {
		panic(err) // the file is part of the program, and a test reads it
	}
	return m
})

// Builtin returns the embedded model, multilingual-e5-small. It is loaded when it is
// first used, once in a process.
func Builtin() Encoder { return lazy{} }

type lazy struct{}

func (lazy) Fingerprint() string        { return builtinFingerprint }
func (lazy) Rarity(token int32) float32 { return builtin().Rarity(token) }
func (lazy) Encode(ctx context.Context, kind Kind, texts []string) ([]Encoded, error) {
	return builtin().Encode(ctx, kind, texts)
}

// batch is how many tokens go through the network at once: more are no faster, and
// whoever waits for a question waits for it.
const batch = 256

// Encode implements Encoder. It works on one core; a text that is longer than the
// window is encoded in pieces of it.
func (m *Model) Encode(ctx context.Context, kind Kind, texts []string) ([]Encoded, error) {
	out := make([]Encoded, len(texts))
	s := m.pool.Get().(*scratch)
	defer m.pool.Put(s)
	var inputs []input
	waiting := 0
	for i, text := range texts {
		for _, in := range m.inputs(kind, text) {
			if waiting > 0 && waiting+len(in.ids) > batch {
				if err := ctx.Err(); err != nil {
					return nil, err
				}
				m.pass(s, inputs, out)
				inputs, waiting = inputs[:0], 0
			}
			in.text = i
			inputs, waiting = append(inputs, in), waiting+len(in.ids)
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.pass(s, inputs, out)
	for i := range out {
		unit(out[i].Vector)
	}
	return out, nil
}

// input is what goes through the network as one text.
type input struct {
	text   int
	ids    []int32 // with marks
	prefix int     // how many of ids are a mark and the prefix
}

// inputs cuts a text into tokens and, if they are more than the window holds, into
// several inputs.
func (m *Model) inputs(kind Kind, text string) []input {
	prefix := m.passage
	if kind == Query {
		prefix = m.query
	}
	// A space at the end would be a token, and cost .014 of cosine.
	all := m.tokens.cut(strings.TrimSpace(prefix + strings.TrimSpace(text)))
	before := 0
	for before < len(all) && all[before].end <= len(strings.TrimSpace(prefix)) {
		before++
	}
	var out []input
	for first := true; first || len(all) > 0; first = false {
		n := min(len(all), m.window-2)
		in := input{ids: make([]int32, 0, n+2), prefix: 1 + min(before, n)}
		in.ids = append(in.ids, m.vocabulary.begin)
		for _, p := range all[:n] {
			in.ids = append(in.ids, p.id)
		}
		in.ids = append(in.ids, m.vocabulary.end)
		out = append(out, in)
		all, before = all[n:], max(0, before-n)
	}
	return out
}

// pass adds to out what the network makes of the inputs. Vectors are sums still.
func (m *Model) pass(s *scratch, inputs []input, out []Encoded) {
	ids := make([][]int32, len(inputs))
	for i, in := range inputs {
		ids[i] = in.ids
	}
	states := m.forward(s, ids)
	for _, in := range inputs {
		to := &out[in.text]
		if to.Vector == nil {
			to.Vector = make([]float32, m.width)
		}
		pooled := len(in.ids)
		if m.pooling == poolFirst {
			pooled = 1
		}
		for t := range in.ids {
			state := states[t*m.width : (t+1)*m.width]
			if t < pooled {
				for i, v := range state {
					to.Vector[i] += v
				}
			}
			if t >= in.prefix && t < len(in.ids)-1 {
				to.Tokens = append(to.Tokens, in.ids[t])
				from := len(to.States)
				to.States = append(to.States, state...)
				unit(to.States[from:])
			}
		}
		states = states[len(in.ids)*m.width:]
	}
}
