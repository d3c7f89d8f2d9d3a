package main

import (
	"cmp"
	"maps"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"rapporteur/index/rank"
	"rapporteur/index/words"
)

// akin finds for each word the words that are used like it: those whose vectors
// point the same way. The vectors are the left singular vectors of the positive
// pointwise mutual information of the words of one line, after Levy, Goldberg
// and Dagan (2015): contexts smoothed by the power of .75, singular values by
// that of .5.
func akin(lines [][]string) map[uint32][]rank.Related {
	const (
		fewest = 15 // lines a word stands in
		size   = 100
		most   = 6
		least  = .5 // cosine
	)
	count := make(map[string]int)
	for _, l := range lines {
		for _, w := range l {
			count[w]++
		}
	}
	var vocabulary []string
	for w, n := range count {
		if n >= fewest && len(w) > 2 && (w[0] < '0' || w[0] > '9') {
			vocabulary = append(vocabulary, w)
		}
	}
	slices.Sort(vocabulary)
	number := make(map[string]int32, len(vocabulary))
	for i, w := range vocabulary {
		number[w] = int32(i)
	}
	n := len(vocabulary)
	rows := make([]map[int32]float64, n)
	for i := range rows {
		rows[i] = make(map[int32]float64)
	}
	for _, l := range lines {
		for i, w := range l {
			a, ok := number[w]
			if !ok {
				continue
			}
			for j := max(0, i-8); j < min(len(l), i+9); j++ {
				if b, ok := number[l[j]]; ok && a != b {
					d := j - i
					if d < 0 {
						d = -d
					}
					rows[a][b] += 1 / float64(1+d/3)
				}
			}
		}
	}
	sum, smooth := make([]float64, n), make([]float64, n)
	total, smoothTotal := 0.0, 0.0
	m := sparse{start: make([]int, n+1)}
	for i := range rows {
		for _, j := range slices.Sorted(maps.Keys(rows[i])) { // sums depend on the order
			sum[i] += rows[i][j]
		}
		total += sum[i]
		smooth[i] = math.Pow(sum[i], .75)
		smoothTotal += smooth[i]
	}
	for i := range rows {
		for _, j := range slices.Sorted(maps.Keys(rows[i])) {
			if p := math.Log(rows[i][j] / total / (sum[i] / total * smooth[j] / smoothTotal)); p > 0 {
				m.column = append(m.column, j)
				m.value = append(m.value, p)
			}
		}
		m.start[i+1] = len(m.column)
	}
	vectors := m.singular(size)
	for i := range vectors {
		norm := 0.0
		for _, x := range vectors[i] {
			norm += x * x
		}
		norm = math.Sqrt(norm) + 1e-12
		for d := range vectors[i] {
			vectors[i][d] /= norm
		}
	}
	out := make(map[uint32][]rank.Related)
	for i, w := range vocabulary {
		type near struct {
			j   int
			cos float64
		}
		var list []near
		for j := range vocabulary {
			if i == j {
				continue
			}
			cos := 0.0
			for d, x := range vectors[i] {
				cos += x * vectors[j][d]
			}
			if cos >= least {
				list = append(list, near{j, cos})
			}
		}
		slices.SortFunc(list, func(a, b near) int { return cmp.Or(cmp.Compare(b.cos, a.cos), cmp.Compare(a.j, b.j)) })
		for _, x := range list[:min(most, len(list))] {
			out[short(w)] = append(out[short(w)], rank.Related{Short: short(vocabulary[x.j]), Relation: rank.Akin, Weight: x.cos * x.cos})
		}
	}
	return out
}

// sparse is a square matrix, its rows one after the other.
type sparse struct {
	start  []int
	column []int32
	value  []float64
}

// singular returns the rows of the left singular vectors, each scaled by the
// root of its singular value, by subspace iteration.
func (m *sparse) singular(size int) [][]float64 {
	n := len(m.start) - 1
	const rounds, extra = 5, 10
	k := size + extra
	rng := rand.New(rand.NewPCG(13, 14))
	q := make([][]float64, n)
	for i := range q {
		q[i] = make([]float64, k)
		for d := range q[i] {
			q[i][d] = rng.NormFloat64()
		}
	}
	values := orthonormal(q, k)
	for range rounds {
		// The matrix is not quite symmetric, for its contexts are smoothed.
		q = m.times(m.transposedTimes(q, k), k)
		values = orthonormal(q, k)
	}
	out := make([][]float64, n)
	for i := range q {
		out[i] = make([]float64, size)
		for d := range size {
			out[i][d] = q[i][d] * math.Pow(values[d], .25) // values are squares of the singular ones
		}
	}
	return out
}

func (m *sparse) times(x [][]float64, k int) [][]float64 {
	out := make([][]float64, len(x))
	for i := range out {
		row := make([]float64, k)
		for e := m.start[i]; e < m.start[i+1]; e++ {
			v := m.value[e]
			for d, y := range x[m.column[e]] {
				row[d] += v * y
			}
		}
		out[i] = row
	}
	return out
}

func (m *sparse) transposedTimes(x [][]float64, k int) [][]float64 {
	out := make([][]float64, len(x))
	for i := range out {
		out[i] = make([]float64, k)
	}
	for i := range x {
		for e := m.start[i]; e < m.start[i+1]; e++ {
			v, row := m.value[e], out[m.column[e]]
			for d, y := range x[i] {
				row[d] += v * y
			}
		}
	}
	return out
}

// orthonormal makes the columns of q orthonormal (modified Gram-Schmidt) and
// returns how long each was.
func orthonormal(q [][]float64, k int) []float64 {
	lengths := make([]float64, k)
	for d := range k {
		for e := range d {
			dot := 0.0
			for i := range q {
				dot += q[i][d] * q[i][e]
			}
			for i := range q {
				q[i][d] -= dot * q[i][e]
			}
		}
		norm := 0.0
		for i := range q {
			norm += q[i][d] * q[i][d]
		}
		norm = math.Sqrt(norm)
		lengths[d] = norm
		for i := range q {
			q[i][d] /= norm + 1e-30
		}
	}
	return lengths
}

func distinct(lines [][]string) [][]string {
	seen := make(map[string]bool)
	var out [][]string
	for _, l := range lines {
		if key := strings.Join(l, " "); !seen[key] {
			seen[key] = true
			out = append(out, l)
		}
	}
	return out
}

// glosses returns WordNet's explanations, each after the words it explains.
func glosses(dir string) ([][]string, error) {
	var a words.Analyser
	var out [][]string
	for _, pos := range []string{"noun", "verb", "adj", "adv"} {
		err := lines(filepath.Join(dir, "data."+pos), func(line string) error {
			data, gloss, _ := strings.Cut(line, " | ")
			f := strings.Fields(data)
			n, err := strconv.ParseInt(f[3], 16, 0)
			if err != nil {
				return err
			}
			text := ""
			for i := range int(n) {
				w, _, _ := strings.Cut(f[4+2*i], "(")
				text += strings.ReplaceAll(w, "_", " ") + " "
			}
			var l []string
			for _, t := range a.Tokens("en", text+gloss) {
				if !t.Has(words.Stop) {
					l = append(l, t.Term)
				}
			}
			out = append(out, l)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}
