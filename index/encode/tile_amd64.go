package encode

import "golang.org/x/sys/cpu"

// accelerated says that the processor has what the assembly needs. A test clears it.
var accelerated = cpu.X86.HasAVX2 && cpu.X86.HasFMA

//go:noescape
func tileAVX2(w, x *float32, in int, out *[tileRows * tileTokens]float32)

//go:noescape
func dotAVX2(a, b *float32, n int) float32

// tile computes out[4j+r] = w[r]·x[j] for rows of in numbers, a multiple of 8.
func tile(w, x []float32, in int, out *[tileRows * tileTokens]float32) {
	if !accelerated {
		plainTile(w, x, in, out)
		return
	}
	tileAVX2(&w[:tileRows*in][0], &x[:tileTokens*in][0], in, out)
}

// dot returns a·b.
func dot(a, b []float32) float32 {
	n := len(a) &^ 7
	if !accelerated || n == 0 {
		return plainDot(a, b)
	}
	return dotAVX2(&a[0], &b[:n][0], n) + plainDot(a[n:], b[n:])
}
