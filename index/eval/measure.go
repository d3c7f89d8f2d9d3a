package eval

import "slices"

// AUROC returns the chance that a score of yes is greater than one of no, ties
// counting half: 1 is perfect, 0.5 is chance.
func AUROC(yes, no []float64) float64 {
	sorted := slices.Sorted(slices.Values(no))
	sum := 0.0
	for _, y := range yes {
		lo, _ := slices.BinarySearch(sorted, y)
		hi := lo
		for hi < len(sorted) && sorted[hi] == y {
			hi++
		}
		sum += float64(lo) + float64(hi-lo)/2
	}
	return sum / float64(len(yes)) / float64(len(no))
}
