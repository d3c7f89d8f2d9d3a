package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"

	"golang.org/x/sync/errgroup"

	"rapporteur/index/encode"
	"rapporteur/index/eval"
	"rapporteur/index/meaning"
)

// basisDims is how many axes are kept of the tokens' states.
const basisDims = 128

// basis writes the axes along which the tokens of XQuAD's sentences and questions
// vary most, and their means.
func basis(qa, out string) error {
	sum := new(moments)
	for _, lang := range []string{"en", "de", "es", "ro", "ru"} {
		set, err := eval.ReadSQuAD(filepath.Join(qa, "xquad-"+lang+".json"), lang)
		if err != nil {
			return err
		}
		var sentences, questions []string
		for _, t := range set.Texts {
			for _, p := range t.Passages {
				for _, s := range p.Sentences {
					text, err := t.Read(s)
					if err != nil {
						return err
					}
					sentences = append(sentences, text)
				}
			}
		}
		for _, q := range set.Questions {
			questions = append(questions, q.Text)
		}
		for kind, texts := range [][]string{encode.Passage: sentences, encode.Query: questions} {
			encoded, err := encodeAll(encode.Kind(kind), texts)
			if err != nil {
				return err
			}
			for _, e := range encoded {
				sum.add(encode.Kind(kind), e)
			}
		}
		fmt.Println(lang, len(sentences), "sentences", len(questions), "questions")
	}
	mean, tokens, axes := sum.axes(basisDims)
	return os.WriteFile(filepath.Join(out, "basis.bin"), meaning.EncodeSpace(mean, tokens, axes), 0o644)
}

// encodeAll encodes the texts on all processors.
func encodeAll(kind encode.Kind, texts []string) ([]encode.Encoded, error) {
	out := make([]encode.Encoded, len(texts))
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	const step = 32
	for from := 0; from < len(texts); from += step {
		to := min(from+step, len(texts))
		g.Go(func() error {
			some, err := encode.Builtin().Encode(context.Background(), kind, texts[from:to])
			copy(out[from:], some)
			return err
		})
	}
	return out, g.Wait()
}

// moments are sums over encoded texts.
type moments struct {
	width   int
	texts   float64
	vectors []float64
	count   [2]float64
	tokens  [2][]float64
	per     [2][]float64
}

func (m *moments) add(kind encode.Kind, e encode.Encoded) {
	if m.width == 0 {
		m.width = len(e.Vector)
		m.vectors = make([]float64, m.width)
		for k := range m.tokens {
			m.tokens[k], m.per[k] = make([]float64, m.width), make([]float64, m.width*m.width)
		}
	}
	if kind == encode.Passage {
		m.texts++
		for i, x := range e.Vector {
			m.vectors[i] += float64(x)
		}
	}
	for t := range e.Tokens {
		s := e.States[t*m.width : (t+1)*m.width]
		m.count[kind]++
		for i, x := range s {
			m.tokens[kind][i] += float64(x)
			row := m.per[kind][i*m.width : (i+1)*m.width]
			for j, y := range s[:i+1] {
				row[j] += float64(x) * float64(y)
			}
		}
	}
}

// axes returns the means, and the axes of most variance by subspace iteration.
func (m *moments) axes(n int) (mean []float32, tokens [2][]float32, axes []float32) {
	w := m.width
	cov := make([]float64, w*w)
	for k := range m.tokens {
		for i := range w {
			for j := range i + 1 {
				c := m.per[k][i*w+j]/m.count[k] - m.tokens[k][i]/m.count[k]*m.tokens[k][j]/m.count[k]
				c *= m.count[k] / (m.count[0] + m.count[1])
				cov[i*w+j] += c
				if i != j {
					cov[j*w+i] += c
				}
			}
		}
		tokens[k] = make([]float32, w)
		for i := range w {
			tokens[k][i] = float32(m.tokens[k][i] / m.count[k])
		}
	}
	mean = make([]float32, w)
	for i := range w {
		mean[i] = float32(m.vectors[i] / m.texts)
	}
	rng := rand.New(rand.NewPCG(21, 22))
	q := make([]float64, n*w)
	for i := range q {
		q[i] = rng.NormFloat64()
	}
	next := make([]float64, n*w)
	for range 60 {
		for a := range n {
			for i := range w {
				s := 0.0
				for j, c := range cov[i*w : (i+1)*w] {
					s += c * q[a*w+j]
				}
				next[a*w+i] = s
			}
		}
		q, next = next, q
		gramSchmidt(q, n, w)
	}
	axes = make([]float32, n*w)
	for i, x := range q {
		axes[i] = float32(x)
	}
	return mean, tokens, axes
}

// gramSchmidt makes n rows of w numbers orthonormal.
func gramSchmidt(q []float64, n, w int) {
	for a := range n {
		row := q[a*w : (a+1)*w]
		for b := range a {
			other := q[b*w : (b+1)*w]
			dot := 0.0
			for i, x := range row {
				dot += x * other[i]
			}
			for i := range row {
				row[i] -= dot * other[i]
			}
		}
		norm := 0.0
		for _, x := range row {
			norm += x * x
		}
		norm = math.Sqrt(norm)
		for i := range row {
			row[i] /= norm
		}
	}
}
