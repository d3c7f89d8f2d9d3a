package meaning

import (
	_ "embed"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math"

	"rapporteur/index/encode"
)

// space is what vectors of a model are seen from. Those of E5 all point nearly the
// same way: told apart are their distances from the mean.
type space struct {
	width  int
	mean   []float32 // of the vectors of sentences
	dims   int
	tokens [2][]float32 // mean states of tokens, by encode.Kind
	basis  []float32    // dims rows of width numbers; nil keeps no tokens
	name   string       // of all this
}

//go:embed basis.bin
var basisFile []byte

// builtinSpace is that of the embedded model: index/eval/train makes it, from the
// sentences and questions of the open half of XQuAD.
func builtinSpace() (*space, error) { return parseSpace(basisFile) }

// EncodeSpace returns the bytes that a space is read from: the width, the number of
// rows, then the mean vector, the mean tokens of passages and of questions, and the
// rows, in 32 bits each, little-endian.
func EncodeSpace(mean []float32, tokens [2][]float32, basis []float32) []byte {
	out := binary.LittleEndian.AppendUint32(nil, uint32(len(mean)))
	out = binary.LittleEndian.AppendUint32(out, uint32(len(basis)/len(mean)))
	for _, list := range [][]float32{mean, tokens[encode.Passage], tokens[encode.Query], basis} {
		for _, x := range list {
			out = binary.LittleEndian.AppendUint32(out, math.Float32bits(x))
		}
	}
	return out
}

func parseSpace(b []byte) (*space, error) {
	if len(b) < 8 {
		return nil, fmt.Errorf("meaning: a basis of %d bytes", len(b))
	}
	width, dims := int(binary.LittleEndian.Uint32(b)), int(binary.LittleEndian.Uint32(b[4:]))
	if width < 1 || width > 4096 || dims != tokenDims || len(b) != 8+4*width*(3+dims) {
		return nil, fmt.Errorf("meaning: a basis of %d rows of %d in %d bytes", dims, width, len(b))
	}
	h := fnv.New64a()
	_, _ = h.Write(b)
	s := &space{width: width, dims: dims, name: fmt.Sprintf("%016x", h.Sum64())}
	rest := b[8:]
	next := func(n int) []float32 {
		out := make([]float32, n)
		for i := range out {
			out[i] = math.Float32frombits(binary.LittleEndian.Uint32(rest[4*i:]))
		}
		rest = rest[4*n:]
		return out
	}
	s.mean, s.tokens[encode.Passage], s.tokens[encode.Query] = next(width), next(width), next(width)
	s.basis = next(width * dims)
	return s, nil
}

// plainSpace is that of a model of which nothing is known but its width.
func plainSpace(width int) *space {
	return &space{width: width, mean: make([]float32, width), name: "plain"}
}

// project writes the direction of a token's state from the mean into out.
func (s *space) project(state, mean, out []float32) {
	off := make([]float32, s.width)
	for i, x := range state {
		off[i] = x - mean[i]
	}
	for d := range s.dims {
		out[d] = encode.Dot(off, s.basis[d*s.width:(d+1)*s.width])
	}
	unit(out)
}

func unit(v []float32) {
	if n := float32(math.Sqrt(float64(encode.Dot(v, v)))); n > 0 {
		for i := range v {
			v[i] /= n
		}
	}
}
