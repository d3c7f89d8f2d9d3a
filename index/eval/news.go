package eval

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"rapporteur/corpus"
)

// ReadNews reads questions about a single text: lines of the numbers of the
// sentences that answer, counted from 1 and separated by commas, or "-"; a tab;
// the question.
func ReadNews(path string, t *corpus.Text) (*Set, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("eval: %w", err)
	}
	var places []Place
	for p := range t.Passages {
		for s := range t.Passages[p].Sentences {
			places = append(places, Place{p, s})
		}
	}
	set := &Set{Texts: []*corpus.Text{t}}
	n := 0
	for line := range strings.Lines(string(b)) {
		n++
		if strings.HasPrefix(line, "#") {
			continue
		}
		numbers, question, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok {
			return nil, fmt.Errorf("eval: %s:%d: no tab", path, n)
		}
		q := Question{Text: question}
		if numbers != "-" {
			q.Article = t.ID
			for _, f := range strings.Split(numbers, ",") {
				i, err := strconv.Atoi(f)
				if err != nil || i < 1 || i > len(places) {
					return nil, fmt.Errorf("eval: %s:%d: no sentence %q", path, n, f)
				}
				q.Places = append(q.Places, places[i-1])
			}
		}
		set.Questions = append(set.Questions, q)
	}
	return set, nil
}
