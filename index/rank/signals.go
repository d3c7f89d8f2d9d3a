package rank

var signalNames = []string{"covered"}

// Signals returns what tells whether the first of the ranked sentences answers
// the question, in the order of SignalNames.
func (r *Ranker) Signals(q *Question, ranked []Scored) []float64 {
	top := ranked[0]
	v, m := top.variant, top.match
	return []float64{share(v, func(t int) bool { return m.count[t] > 0 })}
}

// SignalNames names the signals.
func SignalNames() []string { return signalNames }
