package rank

import "math"

// phrases compares the order of the question's words with the sentence's.
func phrases(v *Variant, s []Token, m *match, total float64) [7]float64 {
	n := len(v.Terms)
	var inOrder, pairs float64
	run, longest := 0, 0
	for t := 0; t+1 < n; t++ {
		w := min(v.Terms[t].IDF, v.Terms[t+1].IDF)
		if m.follow(t, t+1) {
			inOrder += w
			pairs++
			run++
			longest = max(longest, run)
		} else {
			run = 0
		}
	}
	common := lcs(n, m.at)
	window, spread := 0.0, 0.0
	if len(m.at) > 1 {
		width, distinct := m.window(n)
		window = float64(distinct) / float64(width)
		spread = float64(distinct) * float64(distinct) / float64(width) / float64(max(n, 1))
	}
	raw := 0.0
	if len(v.Tokens) > 1 {
		for i := 0; i+1 < len(v.Tokens); i++ {
			a, b := v.Tokens[i], v.Tokens[i+1]
			if a.Kind&b.Kind&Stop != 0 {
				continue
			}
			for j := 0; j+1 < len(s); j++ {
				if s[j].Term == a.Term && s[j+1].Term == b.Term {
					raw++
					break
				}
			}
		}
		raw /= float64(len(v.Tokens) - 1)
	}
	return [...]float64{inOrder / total, min(pairs, 6) / 6, float64(min(longest, 5)) / 5, float64(common) / float64(max(n, 1)), window, spread, raw}
}

// rawRun returns the length of the longest run of words, stop words included,
// that question and sentence share and that is not of stop words only.
func rawRun(q, s []Token) int {
	best := 0
	for i := range q {
		for j := range s {
			if q[i].Term != s[j].Term || i > 0 && j > 0 && q[i-1].Term == s[j-1].Term {
				continue
			}
			n, says := 0, false
			for i+n < len(q) && j+n < len(s) && q[i+n].Term == s[j+n].Term {
				says = says || q[i+n].Kind&Stop == 0
				n++
			}
			if says {
				best = max(best, n)
			}
		}
	}
	return best
}

// follow reports whether term b stands within two words after term a.
func (m *match) follow(a, b int) bool {
	for i, p := range m.at {
		if p.term != a {
			continue
		}
		for _, q := range m.at[i+1:] {
			if q.pos > p.pos+3 {
				break
			}
			if q.term == b {
				return true
			}
		}
	}
	return false
}

// lcs returns how many of n terms stand in the question's order, by the longest
// increasing run of term numbers.
func lcs(n int, at []place) int {
	var best [maxQueryTerms]int
	longest := 0
	for _, p := range at {
		l := 1
		for t := range p.term {
			l = max(l, best[t]+1)
		}
		best[p.term] = max(best[p.term], l)
		longest = max(longest, l)
	}
	return longest
}

// window returns the length in words of the shortest stretch that holds every
// term the sentence has, and how many they are.
func (m *match) window(n int) (width, distinct int) {
	var count [maxQueryTerms]int
	for _, c := range m.count {
		if c > 0 {
			distinct++
		}
	}
	width = math.MaxInt
	have, left := 0, 0
	for _, p := range m.at {
		if count[p.term]++; count[p.term] == 1 {
			have++
		}
		for have == distinct {
			width = min(width, p.pos-m.at[left].pos+1)
			if count[m.at[left].term]--; count[m.at[left].term] == 0 {
				have--
			}
			left++
		}
	}
	return width, distinct
}
