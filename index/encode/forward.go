package encode

import (
	"math"
)

// scratch is the memory of one pass. It is used again.
type scratch struct{ x, qkv, context, y, mid, heads, chance []float32 }

func sized(p *[]float32, n int) []float32 {
	if cap(*p) < n {
		*p = make([]float32, n)
	}
	return (*p)[:n]
}

// forward returns the final states of the tokens of some texts, one row of width
// numbers for each, one text after another. They are good until s is used again. No
// text has more tokens than the window.
func (m *Model) forward(s *scratch, texts [][]int32) []float32 {
	n := 0
	for _, t := range texts {
		n += len(t)
	}
	w := m.width
	x, qkv, context, y, mid := sized(&s.x, n*w), sized(&s.qkv, n*3*w), sized(&s.context, n*w), sized(&s.y, n*w), sized(&s.mid, n*m.inner)
	row := 0
	for _, t := range texts {
		for place, id := range t {
			r := x[row*w : (row+1)*w]
			m.words.row(int(id), r)
			for i, v := range m.positions[place*w : (place+1)*w] {
				r[i] += v
			}
			row++
		}
	}
	m.normalise(x, nil, m.weight, m.bias)
	for i := range m.layers {
		l := &m.layers[i]
		l.qkv.multiply(x, qkv)
		from := 0
		for _, t := range texts {
			to := from + len(t)
			m.attend(s, qkv[from*3*w:to*3*w], context[from*w:to*w])
			from = to
		}
		l.output.multiply(context, y)
		m.normalise(x, y, l.attentionNorm, l.attentionAt)
		l.up.multiply(x, mid)
		gelu(mid)
		l.down.multiply(mid, y)
		m.normalise(x, y, l.outputNorm, l.outputAt)
	}
	return x
}

// normalise adds to each row of x that of add, unless it is nil, and brings the row
// to mean 0 and variance 1, times weight, plus bias (Ba, Kiros and Hinton 2016).
func (m *Model) normalise(x, add, weight, bias []float32) {
	w := m.width
	for ; len(x) >= w; x = x[w:] {
		r := x[:w]
		if add != nil {
			for i, v := range add[:w] {
				r[i] += v
			}
			add = add[w:]
		}
		var sum, squares float32
		for _, v := range r {
			sum += v
		}
		mean := sum / float32(w)
		for _, v := range r {
			squares += (v - mean) * (v - mean)
		}
		scale := float32(1 / math.Sqrt(float64(squares/float32(w)+m.epsilon)))
		weight, bias := weight[:w], bias[:w]
		for i := range r {
			r[i] = (r[i]-mean)*scale*weight[i] + bias[i]
		}
	}
}

// attend lets the tokens of one text look at one another (Vaswani et al. 2017): qkv
// holds a row of query, key and value for each, context gets a row for each.
func (m *Model) attend(s *scratch, qkv, context []float32) {
	w, size := m.width, m.width/m.heads
	n := len(context) / w
	both := sized(&s.heads, 2*n*size)
	keys, values := both[:n*size], both[n*size:] // values by number, not by token
	chance := sized(&s.chance, n)
	scale := float32(1 / math.Sqrt(float64(size)))
	for h := range m.heads {
		for t := range n {
			r := qkv[t*3*w:]
			copy(keys[t*size:(t+1)*size], r[w+h*size:])
			for e, v := range r[2*w+h*size : 2*w+(h+1)*size] {
				values[e*n+t] = v
			}
		}
		for t := range n {
			query := qkv[t*3*w+h*size : t*3*w+(h+1)*size]
			most := float32(math.Inf(-1))
			for u := range chance {
				chance[u] = dot(query, keys[u*size:(u+1)*size]) * scale
				most = max(most, chance[u])
			}
			var sum float32
			for u, v := range chance {
				chance[u] = exp(v - most)
				sum += chance[u]
			}
			c := context[t*w+h*size : t*w+(h+1)*size]
			for e := range c {
				c[e] = dot(chance, values[e*n:(e+1)*n]) / sum
			}
		}
	}
}

// gelu(x) = x·Φ(x) (Hendrycks and Gimpel 2016), exact at knots gap apart and a line
// between them: off by 2e-6 at most.
const (
	geluReach = 8 // beyond, it is 0 or x
	geluKnots = 4096
	geluGap   = 2. * geluReach / geluKnots
)

var geluTable = func() (t [geluKnots + 2]float32) {
	for i := range t {
		x := float64(i)*geluGap - geluReach
		t[i] = float32(x / 2 * (1 + math.Erf(x/math.Sqrt2)))
	}
	return t
}()

func gelu(v []float32) {
	for i, x := range v {
		switch {
		case x >= geluReach:
		case x > -geluReach:
			at := (x + geluReach) / geluGap
			k := int32(at)
			v[i] = geluTable[k] + (geluTable[k+1]-geluTable[k])*(at-float32(k))
		default: // and what is no number
			v[i] = 0
		}
	}
}

// exp returns e to the power of x, which is 0 or less, to seven digits: 2 to a whole
// power, times a Taylor series over ±ln(2)/2.
func exp(x float32) float32 {
	if !(x > -87) {
		return 0
	}
	n := int32(x*math.Log2E - .5)
	// ln 2 in two parts, so that n times the first is exact (Cody and Waite 1980).
	const high, low = 0.693359375, math.Ln2 - 0.693359375
	f := x - float32(n)*high - float32(n)*low
	p := float32(1. / 720)
	p = p*f + 1./120
	p = p*f + 1./24
	p = p*f + 1./6
	p = p*f + 1./2
	p = p*f + 1
	p = p*f + 1
	return p * math.Float32frombits(uint32(n+127)<<23)
}
