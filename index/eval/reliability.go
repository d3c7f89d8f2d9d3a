package eval

import "math"

// bins is how many equal parts of the scale of confidence are looked at.
const bins = 10

// Bin is the questions whose first sentence had a confidence from From on and
// below To.
type Bin struct {
	From       float64 `json:"from"`
	To         float64 `json:"to"`
	Questions  int     `json:"questions"`
	Confidence float64 `json:"confidence"` // mean
	Right      Figure  `json:"right"`      // share whose first sentence was right
}

// Reliability says whether confidence is the chance that it claims to be.
type Reliability struct {
	Bins []Bin `json:"bins"` // those that hold questions
	// Error is the expected calibration error: by how much confidence and share
	// of right ones differ in a bin, in the mean over questions.
	Error float64 `json:"expected_calibration_error"`
}

// binOf returns the number of the bin of a confidence.
func binOf(confidence float64) int { return min(int(confidence*bins), bins-1) }

// reliability compares the confidence of all questions with what was right.
func (t trial) reliability(b *bootstrap) Reliability {
	var cluster []int
	for _, a := range t {
		cluster = append(cluster, a.cluster)
	}
	var r Reliability
	for n := range bins {
		bin := Bin{From: float64(n) / bins, To: float64(n+1) / bins}
		for _, a := range t {
			if binOf(a.confidence) == n {
				bin.Questions++
				bin.Confidence += a.confidence
			}
		}
		if bin.Questions == 0 {
			continue
		}
		bin.Confidence /= float64(bin.Questions)
		bin.Right, _ = b.figure(mean(cluster, func(i int) (float64, bool) {
			return one(t[i].right), binOf(t[i].confidence) == n
		}))
		r.Bins = append(r.Bins, bin)
		r.Error += math.Abs(bin.Right.Value-bin.Confidence) * float64(bin.Questions) / float64(len(t))
	}
	return r
}
