package encode

// accelerated says that there is assembly for the processor: NEON is part of every
// arm64. A test clears it.
var accelerated = true

//go:noescape
func tileNEON(w, x *float32, in int, sums *[4 * tileRows * tileTokens]float32)

//go:noescape
func dotNEON(a, b *float32, n int, sums *[8]float32)

// tile computes out[4j+r] = w[r]·x[j] for rows of in numbers, a multiple of 8.
func tile(w, x []float32, in int, out *[tileRows * tileTokens]float32) {
	if !accelerated {
		plainTile(w, x, in, out)
		return
	}
	var sums [4 * tileRows * tileTokens]float32
	tileNEON(&w[:tileRows*in][0], &x[:tileTokens*in][0], in, &sums)
	for i := range out {
		out[i] = sums[4*i] + sums[4*i+1] + sums[4*i+2] + sums[4*i+3]
	}
}

// dot returns a·b.
func dot(a, b []float32) float32 {
	n := len(a) &^ 7
	if !accelerated || n == 0 {
		return plainDot(a, b)
	}
	var sums [8]float32
	dotNEON(&a[0], &b[:n][0], n, &sums)
	s := plainDot(a[n:], b[n:])
	for _, x := range sums {
		s += x
	}
	return s
}
