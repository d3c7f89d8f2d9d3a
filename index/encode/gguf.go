package encode

import (
	"errors"
	"fmt"
	"math"
)

// A GGUF file (version 3, github.com/ggml-org/ggml/blob/master/docs/gguf.md): keys
// with values, a table of tensors, and their data. It is read where it lies: strings
// and tensors are parts of it, never copies.
type gguf struct {
	keys    map[string]any // int64, float64, bool, string, or a slice of them; see value
	tensors map[string]tensor
}

// tensor is a matrix of a file. Rows follow one another.
type tensor struct {
	name string
	dims []int // the length of a row first
	kind uint32
	data string
}

const (
	ggufMagic   = "GGUF"
	ggufVersion = 3
	// Limits of what a file may ask for; larger ones are damaged.
	maxKeys, maxTensors, maxDims = 1 << 16, 1 << 16, 4
	maxItems                     = 1 << 24
)

// The types of values.
const (
	typeUint8 = iota
	typeInt8
	typeUint16
	typeInt16
	typeUint32
	typeInt32
	typeFloat32
	typeBool
	typeString
	typeArray
	typeUint64
	typeInt64
	typeFloat64
)

// The types of tensors that are read, by ggml's numbers: how many values a block
// holds, and in how many bytes.
var kinds = map[uint32]struct {
	name          string
	values, bytes int
}{
	kindF32:  {"F32", 1, 4},
	kindF16:  {"F16", 1, 2},
	kindQ4_0: {"Q4_0", 32, 18},
	kindQ8_0: {"Q8_0", 32, 34},
}

const (
	kindF32  = 0
	kindF16  = 1
	kindQ4_0 = 2
	kindQ8_0 = 8
)

var errShort = errors.New("the file ends too early")

// cursor reads little-endian values; after the first error it reads zeros.
type cursor struct {
	s   string
	at  int
	err error
}

func (c *cursor) take(n uint64) string {
	if c.err == nil && n > uint64(len(c.s)-c.at) {
		c.err = errShort
	}
	if c.err != nil {
		return ""
	}
	c.at += int(n)
	return c.s[c.at-int(n) : c.at]
}

func (c *cursor) number(size int) uint64 {
	var v uint64
	for i, b := range []byte(c.take(uint64(size))) {
		v |= uint64(b) << (8 * i)
	}
	return v
}

func (c *cursor) u32() uint32 { return uint32(c.number(4)) }
func (c *cursor) u64() uint64 { return c.number(8) }

func (c *cursor) str() string { return c.take(c.u64()) }

// count reads how many of something follow, each of least bytes or more.
func (c *cursor) count(most, least uint64) int {
	n := c.u64()
	if c.err == nil && (n > most || n*least > uint64(len(c.s)-c.at)) {
		c.err = fmt.Errorf("%d items do not fit the file", n)
	}
	if c.err != nil {
		return 0
	}
	return int(n)
}

// sizes are those of the values in bytes, of a string at least.
var sizes = [...]uint64{1, 1, 2, 2, 4, 4, 4, 1, 8, 12, 8, 8, 8}

// value reads a value of the type: integers become int64, floats float64, arrays
// []string, []int64 or []float64.
func (c *cursor) value(t uint32) any {
	if int(t) >= len(sizes) && c.err == nil {
		c.err = fmt.Errorf("there is no type %d", t)
	}
	if c.err != nil {
		return nil
	}
	switch t {
	case typeString:
		return c.str()
	case typeBool:
		return c.number(1) != 0
	case typeFloat32:
		return float64(math.Float32frombits(c.u32()))
	case typeFloat64:
		return math.Float64frombits(c.u64())
	case typeArray:
		return c.array()
	}
	return c.integer(t)
}

func (c *cursor) integer(t uint32) int64 {
	size := int(sizes[t])
	v := c.number(size)
	if t == typeInt8 || t == typeInt16 || t == typeInt32 {
		shift := 64 - 8*size
		return int64(v<<shift) >> shift
	}
	return int64(v)
}

func (c *cursor) array() any {
	t := c.u32()
	if c.err == nil && (int(t) >= len(sizes) || t == typeArray) {
		c.err = fmt.Errorf("arrays of type %d are not read", t)
	}
	if c.err != nil {
		return nil
	}
	n := c.count(maxItems, sizes[t])
	switch t {
	case typeString:
		out := make([]string, n)
		for i := range out {
			out[i] = c.str()
		}
		return out
	case typeFloat32, typeFloat64:
		out := make([]float64, n)
		for i := range out {
			out[i], _ = c.value(t).(float64)
		}
		return out
	}
	out := make([]int64, n)
	for i := range out {
		out[i] = c.integer(t)
	}
	return out
}

// parseGGUF reads a file. Every length is checked against what the file holds.
func parseGGUF(s string) (*gguf, error) {
	c := &cursor{s: s}
	if c.take(4) != ggufMagic {
		return nil, errors.New("this is no GGUF file")
	}
	if v := c.u32(); v != ggufVersion {
		return nil, fmt.Errorf("GGUF version %d is not read, only %d", v, ggufVersion)
	}
	tensors := c.count(maxTensors, 8+4+4+8)
	keys := c.count(maxKeys, 8+4+1)
	g := &gguf{keys: make(map[string]any, keys), tensors: make(map[string]tensor, tensors)}
	for range keys {
		name := c.str()
		v := c.value(c.u32())
		if c.err != nil {
			return nil, fmt.Errorf("key %q: %w", name, c.err)
		}
		g.keys[name] = v
	}
	offsets := make(map[string]uint64, tensors)
	for range tensors {
		t := tensor{name: c.str()}
		n := c.u32()
		if n > maxDims {
			return nil, fmt.Errorf("tensor %q has %d dimensions", t.name, n)
		}
		for range n {
			d := c.u64()
			if d > math.MaxInt32 {
				return nil, fmt.Errorf("tensor %q has a dimension of %d", t.name, d)
			}
			t.dims = append(t.dims, int(d))
		}
		t.kind = c.u32()
		offsets[t.name] = c.u64()
		if c.err != nil {
			return nil, fmt.Errorf("tensor %q: %w", t.name, c.err)
		}
		g.tensors[t.name] = t
	}
	align, ok := g.keys["general.alignment"].(int64)
	if !ok {
		align = 32
	}
	if align < 1 || align > 1<<20 {
		return nil, fmt.Errorf("an alignment of %d", align)
	}
	base := (uint64(c.at) + uint64(align) - 1) / uint64(align) * uint64(align)
	for name, t := range g.tensors {
		data, err := t.in(s, base, offsets[name])
		if err != nil {
			return nil, fmt.Errorf("tensor %q: %w", name, err)
		}
		t.data = data
		g.tensors[name] = t
	}
	return g, nil
}

// in returns the tensor's bytes, which lie at the offset from base.
func (t tensor) in(s string, base, offset uint64) (string, error) {
	k, ok := kinds[t.kind]
	if !ok {
		return "", fmt.Errorf("type %d is not read, only F32, F16, Q8_0 and Q4_0", t.kind)
	}
	if len(t.dims) == 0 || t.dims[0]%k.values != 0 {
		return "", fmt.Errorf("rows are no whole blocks of %s", k.name)
	}
	size := uint64(t.dims[0]/k.values) * uint64(k.bytes)
	for _, d := range t.dims[1:] {
		if d != 0 && size > uint64(len(s))/uint64(d) {
			return "", errShort
		}
		size *= uint64(d)
	}
	if n := uint64(len(s)); base > n || offset > n-base || size > n-base-offset {
		return "", errShort
	}
	return s[base+offset : base+offset+size], nil
}

// rows returns how many rows the tensor has.
func (t tensor) rows() int {
	n := 1
	for _, d := range t.dims[1:] {
		n *= d
	}
	return n
}

// row writes row number n into out, which is as long as a row.
func (t tensor) row(n int, out []float32) {
	k := kinds[t.kind]
	size := len(out) / k.values * k.bytes
	decode(t.kind, t.data[n*size:(n+1)*size], out)
}

// floats returns all values of the tensor.
func (t tensor) floats() []float32 {
	out := make([]float32, t.dims[0]*t.rows())
	decode(t.kind, t.data, out)
	return out
}

// decode expands blocks. Those of Q4_0 are a scale in 16 bits and 16 bytes whose low
// halves are the first 16 numbers and whose high halves the others; those of Q8_0 a
// scale and 32 signed bytes (ggml-quants.c).
func decode(kind uint32, p string, out []float32) {
	switch kind {
	case kindF32:
		for i := range out {
			out[i] = math.Float32frombits(uint32(p[4*i]) | uint32(p[4*i+1])<<8 | uint32(p[4*i+2])<<16 | uint32(p[4*i+3])<<24)
		}
	case kindF16:
		for i := range out {
			out[i] = half(uint16(p[2*i]) | uint16(p[2*i+1])<<8)
		}
	case kindQ8_0:
		for ; len(out) >= 32; p, out = p[34:], out[32:] {
			d := half(uint16(p[0]) | uint16(p[1])<<8)
			for i := range 32 {
				out[i] = float32(int8(p[2+i])) * d
			}
		}
	case kindQ4_0:
		for ; len(out) >= 32; p, out = p[18:], out[32:] {
			d := half(uint16(p[0]) | uint16(p[1])<<8)
			q, o := p[2:18], out[:32:32]
			for i := range 16 {
				b := q[i]
				o[i] = float32(int32(b&15)-8) * d
				o[i+16] = float32(int32(b>>4)-8) * d
			}
		}
	}
}

// half returns the value of an IEEE 754 binary16 number.
func half(h uint16) float32 {
	sign, exponent, mantissa := uint32(h&0x8000)<<16, uint32(h>>10&31), uint32(h&0x3ff)
	switch exponent {
	case 0: // zero and subnormal numbers
		v := float32(mantissa) / (1 << 24)
		return math.Float32frombits(math.Float32bits(v) | sign)
	case 31:
		return math.Float32frombits(sign | 0x7f800000 | mantissa<<13)
	}
	return math.Float32frombits(sign | (exponent+112)<<23 | mantissa<<13)
}
