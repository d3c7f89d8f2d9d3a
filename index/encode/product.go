package encode

// cached is how many weights are kept in the first-level cache while all tokens pass
// them: 24 kB.
const cached = 6144

// multiply computes y = x·wᵀ + b for the rows of x.
func (l *linear) multiply(x, y []float32) {
	n := len(x) / l.in
	block := max(tileRows, cached/l.in/tileRows*tileRows)
	for from := 0; from < l.out; from += block {
		rows := min(block, l.out-from)
		w, b := l.w[from*l.in:(from+rows)*l.in], l.b[from:from+rows]
		t := 0
		if rows%tileRows == 0 && l.in%tileStep == 0 {
			var out [tileRows * tileTokens]float32
			for ; t+tileTokens <= n; t += tileTokens {
				for r := 0; r < rows; r += tileRows {
					tile(w[r*l.in:(r+tileRows)*l.in], x[t*l.in:(t+tileTokens)*l.in], l.in, &out)
					for j := range tileTokens {
						to := y[(t+j)*l.out+from+r : (t+j)*l.out+from+r+tileRows]
						for i := range to {
							to[i] = out[j*tileRows+i] + b[r+i]
						}
					}
				}
			}
		}
		for ; t < n; t++ {
			one := x[t*l.in : (t+1)*l.in]
			to := y[t*l.out+from : t*l.out+from+rows]
			for r := range to {
				to[r] = dot(w[r*l.in:(r+1)*l.in], one) + b[r]
			}
		}
	}
}

// A tile is the products of so many rows of weights and tokens at once: each number
// that is read is used several times.
const (
	tileRows   = 4
	tileTokens = 3
	tileStep   = 8 // numbers that the assembly takes at once
)

// plainTile computes out[4j+r] = w[r]·x[j].
func plainTile(w, x []float32, in int, out *[tileRows * tileTokens]float32) {
	for j := range tileTokens {
		v := x[j*in : (j+1)*in]
		w0, w1, w2, w3 := w[:in], w[in:2*in], w[2*in:3*in], w[3*in:4*in]
		w0, w1, w2, w3 = w0[:len(v)], w1[:len(v)], w2[:len(v)], w3[:len(v)]
		var a, b, c, d float32
		for k, p := range v {
			a += w0[k] * p
			b += w1[k] * p
			c += w2[k] * p
			d += w3[k] * p
		}
		out[j*tileRows], out[j*tileRows+1], out[j*tileRows+2], out[j*tileRows+3] = a, b, c, d
	}
}

func plainDot(a, b []float32) float32 {
	b = b[:len(a)]
	var s0, s1, s2, s3 float32
	i := 0
	for ; i+4 <= len(a); i += 4 {
		s0 += a[i] * b[i]
		s1 += a[i+1] * b[i+1]
		s2 += a[i+2] * b[i+2]
		s3 += a[i+3] * b[i+3]
	}
	for ; i < len(a); i++ {
		s0 += a[i] * b[i]
	}
	return s0 + s1 + s2 + s3
}

// Dot returns the product of two vectors of one length.
func Dot(a, b []float32) float32 { return dot(a, b) }
