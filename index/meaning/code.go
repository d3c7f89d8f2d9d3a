package meaning

import (
	"encoding/binary"
	"math"

	"rapporteur/index/encode"
)

// A number of a vector is kept in four bits: -7 to 7 times a scale, and 8 more.
const (
	zero   = 8
	most   = 7
	scaled = 4 // bytes of a scale
)

// pack appends the numbers in four bits each and returns the scale that loses least.
// Two share a byte, the first in the low half.
func pack(dst []byte, v []float32) ([]byte, float32) {
	top := float32(0)
	for _, x := range v {
		top = max(top, x, -x)
	}
	if top == 0 {
		top = 1
	}
	// To clip the few large numbers keeps the many small ones apart. Of these shares
	// of the largest the one is taken whose codes have the greatest cosine.
	best, step := -1., float32(0)
	for _, share := range []float32{.4, .5, .6, .7, .85, 1} {
		s := top * share / most
		var product, square float64
		for _, x := range v {
			c := code(x, s)
			product += float64(c * x)
			square += float64(c * c)
		}
		if fit := product / math.Sqrt(square+1e-9); fit > best {
			best, step = fit, s
		}
	}
	var product, square float64
	for i := 0; i < len(v); i += 2 {
		low, high := code(v[i], step), code(v[i+1], step)
		dst = append(dst, byte(low+zero)|byte(high+zero)<<4)
		product += float64(low*v[i] + high*v[i+1])
		square += float64(low*low + high*high)
	}
	return dst, float32(product / (square + 1e-9))
}

// code returns what x is rounded to, in steps.
func code(x, step float32) float32 {
	return min(max(float32(math.Round(float64(x/step))), -most), most)
}

// pairs are the two numbers of each byte.
var pairs = func() (t [256][2]float32) {
	for b := range t {
		t[b] = [2]float32{float32(b&15) - zero, float32(b>>4) - zero}
	}
	return t
}()

// unpack writes the codes' numbers into out and returns their length.
func unpack(codes []byte, out []float32) float32 {
	var square float32
	for i, b := range codes {
		p := &pairs[b]
		out[2*i], out[2*i+1] = p[0], p[1]
		square += p[0]*p[0] + p[1]*p[1]
	}
	return float32(math.Sqrt(float64(square)))
}

// Sketch is what is kept of an encoded sentence: a scale in 32 bits and the vector's
// distance from the mean in four bits a number, then each token's direction from the
// mean token in the space of the basis.
type Sketch []byte

// sketch packs what the encoder made. A model without a basis keeps the vector only.
func (s *space) sketch(e encode.Encoded) Sketch {
	out := make([]byte, scaled, s.size(0)+len(e.Tokens)*tokenBytes)
	off := make([]float32, len(e.Vector))
	for i, x := range e.Vector {
		off[i] = x - s.mean[i]
	}
	out, scale := pack(out, off)
	binary.LittleEndian.PutUint32(out, math.Float32bits(scale))
	if s.basis == nil {
		return out
	}
	point := make([]float32, s.dims)
	for t := range e.Tokens {
		s.project(e.States[t*s.width:(t+1)*s.width], s.tokens[encode.Passage], point)
		out, _ = pack(out, point)
	}
	return out
}

// size returns how long the sketch of so many tokens is.
func (s *space) size(tokens int) int { return scaled + s.width/2 + tokens*tokenBytes }

// tokenDims is how many numbers are kept of a token: with 128 of 384, along the axes
// of most variance, more right sentences are found than with all.
const (
	tokenDims  = 128
	tokenBytes = tokenDims / 2
)
