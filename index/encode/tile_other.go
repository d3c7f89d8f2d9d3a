//go:build !amd64 && !arm64

package encode

// accelerated says that there is assembly for the processor.
var accelerated = false

func tile(w, x []float32, in int, out *[tileRows * tileTokens]float32) { plainTile(w, x, in, out) }

func dot(a, b []float32) float32 { return plainDot(a, b) }
