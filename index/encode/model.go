package encode

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"os"
	"sync"
)

// Model is an encoder of architecture BERT (Devlin et al. 2019). It is safe for
// concurrent use.
type Model struct {
	fingerprint    string
	tokens         tokeniser
	vocabulary     vocabulary
	width, inner   int // of a token's state, and of the feed-forward layer
	heads, window  int // heads of attention; tokens of one pass at most
	epsilon        float32
	words          tensor
	positions      []float32 // with the vector of the only type of token added
	weight, bias   []float32 // of the first norm
	layers         []layer
	query, passage string // prefixes
	pooling        int64
	pool           sync.Pool // of *scratch
}

// tokeniser cuts a text into pieces of the vocabulary, without marks.
type tokeniser interface{ cut(text string) []piece }

// linear is a matrix and what is added to its product. Its rows are one for each
// number that comes out.
type linear struct {
	in, out int
	w       []float32
	b       []float32
}

type layer struct {
	qkv                        linear // the three projections, one under another
	output, up, down           linear
	attentionNorm, attentionAt []float32
	outputNorm, outputAt       []float32
}

// vocabulary is the tokens of a file.
type vocabulary struct {
	tokens              []string
	types               []int64
	begin, end, unknown int32
}

func (v vocabulary) kind(i int) int64 {
	if v.types == nil {
		return tokenNormal
	}
	return v.types[i]
}

// Shapes that are read. They bound what a damaged file can make us allocate.
const (
	maxWidth, maxInner, maxLayers, maxWindow = 4096, 1 << 15, 64, 1 << 15
)

// Ways to make one vector of a text's tokens, by llama.cpp's numbers.
const (
	poolMean  = 1
	poolFirst = 2
)

// Open reads a model from a GGUF file.
func Open(path string) (*Model, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("encoder: %w", err)
	}
	m, err := Parse(string(b))
	if err != nil {
		return nil, fmt.Errorf("encoder: %s: %w", path, err)
	}
	return m, nil
}

// Parse reads a model from the bytes of a GGUF file.
func Parse(s string) (*Model, error) {
	sum := sha256.Sum256([]byte(s))
	return parse(s, hex.EncodeToString(sum[:8]))
}

func parse(s, fingerprint string) (*Model, error) {
	g, err := parseGGUF(s)
	if err != nil {
		return nil, err
	}
	m, err := newModel(g)
	if err != nil {
		return nil, err
	}
	m.fingerprint = fingerprint
	return m, nil
}

func newModel(g *gguf) (*Model, error) {
	if arch, _ := g.keys["general.architecture"].(string); arch != "bert" {
		return nil, fmt.Errorf("architecture %q is not read, only bert", arch)
	}
	m := new(Model)
	if err := m.shape(g); err != nil {
		return nil, err
	}
	if err := m.tokeniser(g); err != nil {
		return nil, err
	}
	r := reader{g: g}
	m.words = r.matrix("token_embd.weight", m.width, len(m.vocabulary.tokens))
	m.positions = r.floats("position_embd.weight", m.width, m.window)
	kinds := r.floats("token_types.weight", m.width, -1)
	m.weight, m.bias = r.vector("token_embd_norm.weight", m.width), r.vector("token_embd_norm.bias", m.width)
	for i := range m.layers {
		l, p := &m.layers[i], fmt.Sprintf("blk.%d.", i)
		l.qkv = r.linear(m.width, m.width, p+"attn_q", p+"attn_k", p+"attn_v")
		l.output = r.linear(m.width, m.width, p+"attn_output")
		l.up, l.down = r.linear(m.width, m.inner, p+"ffn_up"), r.linear(m.inner, m.width, p+"ffn_down")
		l.attentionNorm, l.attentionAt = r.vector(p+"attn_output_norm.weight", m.width), r.vector(p+"attn_output_norm.bias", m.width)
		l.outputNorm, l.outputAt = r.vector(p+"layer_output_norm.weight", m.width), r.vector(p+"layer_output_norm.bias", m.width)
	}
	if r.err != nil {
		return nil, r.err
	}
	for i := range m.positions {
		m.positions[i] += kinds[i%m.width]
	}
	m.pool.New = func() any { return new(scratch) }
	return m, nil
}

// shape reads the sizes of the model.
func (m *Model) shape(g *gguf) error {
	number := func(key string, most int64) (int, error) {
		n, ok := g.keys["bert."+key].(int64)
		if !ok || n < 1 || n > most {
			return 0, fmt.Errorf("bert.%s: there is none from 1 to %d", key, most)
		}
		return int(n), nil
	}
	layers := 0
	for _, f := range []struct {
		to   *int
		key  string
		most int64
	}{
		{&m.width, "embedding_length", maxWidth}, {&m.inner, "feed_forward_length", maxInner}, {&m.heads, "attention.head_count", maxWidth},
		{&m.window, "context_length", maxWindow}, {&layers, "block_count", maxLayers},
	} {
		var err error
		if *f.to, err = number(f.key, f.most); err != nil {
			return err
		}
	}
	if m.width%m.heads != 0 {
		return fmt.Errorf("%d heads do not share a width of %d", m.heads, m.width)
	}
	if m.window < 8 {
		return fmt.Errorf("a window of %d tokens is too small", m.window)
	}
	epsilon, ok := g.keys["bert.attention.layer_norm_epsilon"].(float64)
	if !ok || !(epsilon > 0 && epsilon < 1) {
		return errors.New("bert.attention.layer_norm_epsilon: there is none")
	}
	m.epsilon = float32(epsilon)
	m.layers = make([]layer, layers)
	m.pooling = poolMean
	if p, ok := g.keys["bert.pooling_type"].(int64); ok {
		m.pooling = p
	}
	if m.pooling != poolMean && m.pooling != poolFirst {
		return fmt.Errorf("bert.pooling_type: %d is not read, only mean (1) and the first token (2)", m.pooling)
	}
	m.query, _ = g.keys["e5.query_prefix"].(string)
	m.passage, _ = g.keys["e5.passage_prefix"].(string)
	return nil
}

// tokeniser reads the vocabulary.
func (m *Model) tokeniser(g *gguf) error {
	v := &m.vocabulary
	v.tokens, _ = g.keys["tokenizer.ggml.tokens"].([]string)
	v.types, _ = g.keys["tokenizer.ggml.token_type"].([]int64)
	if len(v.tokens) == 0 || v.types != nil && len(v.types) != len(v.tokens) {
		return errors.New("tokenizer.ggml.tokens: there are none, or not as many as types")
	}
	for _, f := range []struct {
		to  *int32
		key []string
	}{
		{&v.begin, []string{"bos_token_id", "cls_token_id"}},
		{&v.end, []string{"eos_token_id", "seperator_token_id", "separator_token_id"}}, // llama.cpp spells it so
		{&v.unknown, []string{"unknown_token_id"}},
	} {
		id := int64(-1)
		for _, key := range f.key {
			if n, ok := g.keys["tokenizer.ggml."+key].(int64); ok && id < 0 {
				id = n
			}
		}
		if id < 0 || id >= int64(len(v.tokens)) {
			return fmt.Errorf("tokenizer.ggml.%s: there is no such token", f.key[0])
		}
		*f.to = int32(id)
	}
	var err error
	switch model, _ := g.keys["tokenizer.ggml.model"].(string); model {
	case "t5":
		m.tokens, err = newUnigram(g, *v)
	case "bert":
		m.tokens = newWordPiece(*v)
	default:
		err = fmt.Errorf("tokenizer.ggml.model: %q is not read, only t5 (unigram) and bert (WordPiece)", model)
	}
	return err
}

// reader takes tensors from a file until one is not as it should be.
type reader struct {
	g   *gguf
	err error
}

// matrix returns a tensor of rows that are width long; of any number of them, but
// one at least, when rows is -1.
func (r *reader) matrix(name string, width, rows int) tensor {
	t, ok := r.g.tensors[name]
	switch {
	case r.err != nil:
	case !ok:
		r.err = fmt.Errorf("there is no tensor %q", name)
	case t.dims[0] != width || rows >= 0 && t.rows() != rows || t.rows() < 1:
		r.err = fmt.Errorf("tensor %q has %d rows of %d, not %d of %d", name, t.rows(), t.dims[0], rows, width)
	}
	return t
}

func (r *reader) floats(name string, width, rows int) []float32 {
	t := r.matrix(name, width, rows)
	if r.err != nil {
		return nil
	}
	return t.floats()
}

func (r *reader) vector(name string, n int) []float32 { return r.floats(name, n, 1) }

// linear reads one matrix or several that take the same numbers.
func (r *reader) linear(in, out int, names ...string) linear {
	l := linear{in: in, out: out * len(names)}
	for _, name := range names {
		t, b := r.matrix(name+".weight", in, out), r.vector(name+".bias", out)
		if r.err != nil {
			return l
		}
		if l.w == nil {
			l.w = make([]float32, 0, in*l.out)
		}
		l.w = l.w[:len(l.w)+in*out]
		decode(t.kind, t.data, l.w[len(l.w)-in*out:])
		l.b = append(l.b, b...)
	}
	return l
}

// Fingerprint names the model: vectors of two models cannot be compared.
func (m *Model) Fingerprint() string { return m.fingerprint }

// Width returns how many numbers a vector has.
func (m *Model) Width() int { return m.width }

// unit scales a vector to length 1.
func unit(v []float32) {
	sum := 0.0
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	if sum == 0 {
		return
	}
	f := float32(1 / math.Sqrt(sum))
	for i := range v {
		v[i] *= f
	}
}

// Rarity returns how rare a token is: the negative logarithm of its chance, as the
// scores of a unigram vocabulary say it; 1 for every token of another one.
func (m *Model) Rarity(token int32) float32 {
	u, ok := m.tokens.(*unigram)
	if !ok || int(token) >= len(u.scores) {
		return 1
	}
	return max(0, -u.scores[token])
}
