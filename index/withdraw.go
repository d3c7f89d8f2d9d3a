package index

import (
	"maps"

	"rapporteur/corpus"
)

// view is what of a generation a search without filters looks through.
type view struct {
	corpus *corpus.Corpus // the texts that are not withdrawn
	// Of texts that are not withdrawn, by their numbers; nil for all.
	texts   []int
	allowed []bool

	documents [][]byte // by part, 1 for each document that is looked at; nil for all
	scope     Scope
	languages []string
}

// has reports whether text number n is looked at.
func (v *view) has(n int) bool { return v.allowed == nil || v.allowed[n] }

// without returns the view of all texts but those with the ids and hashes.
func (g *generation) without(withdrawn map[string]string) *view {
	v := &view{corpus: g.corpus, documents: make([][]byte, len(g.parts))}
	all := g.corpus.Texts()
	numbers := make([]int, 0, len(all))
	for i, t := range all {
		if hash, ok := withdrawn[t.ID]; !ok || hash != t.Hash {
			numbers = append(numbers, i)
		}
	}
	v.scope, v.languages = describe(all, numbers)
	if len(numbers) == len(all) {
		for i, p := range g.parts {
			v.documents[i] = p.live
		}
		return v
	}
	v.texts, v.allowed = numbers, make([]bool, len(all))
	left := make([]*corpus.Text, len(numbers))
	for i, n := range numbers {
		v.allowed[n], left[i] = true, all[n]
	}
	v.corpus = g.corpus.Of(left)
	passages := g.admitted(numbers)
	for i, p := range g.parts {
		v.documents[i] = p.admitted(passages)
	}
	return v
}

// Withdraw takes texts out of all answers from now on, until a corpus without
// them, or with others of their ids, is searched: Reindex does away with what
// still counts of them, such as how common their words are. It returns those of
// the ids that no text of the corpus has. A search that is under way may still
// return them.
func (x *Index) Withdraw(ids ...string) (unknown []string) {
	x.views.Lock()
	defer x.views.Unlock()
	g, err := x.acquire()
	if err != nil {
		return ids
	}
	defer g.release()
	now := maps.Clone(x.withdrawn)
	if now == nil {
		now = make(map[string]string)
	}
	for _, id := range ids {
		if t, ok := g.corpus.Text(id); ok {
			now[id] = t.Hash
		} else {
			unknown = append(unknown, id)
		}
	}
	g.view.Store(g.without(now))
	x.withdrawn = now
	return unknown
}

// still returns those of the withdrawn texts that the corpus holds.
func still(withdrawn map[string]string, c *corpus.Corpus) map[string]string {
	out := make(map[string]string)
	for id, hash := range withdrawn {
		if t, ok := c.Text(id); ok && t.Hash == hash {
			out[id] = hash
		}
	}
	return out
}

// Readmit undoes what Withdraw did to texts that are wanted after all.
func (x *Index) Readmit(ids ...string) {
	x.views.Lock()
	defer x.views.Unlock()
	g, err := x.acquire()
	if err != nil {
		return
	}
	defer g.release()
	now := maps.Clone(x.withdrawn)
	for _, id := range ids {
		delete(now, id)
	}
	g.view.Store(g.without(now))
	x.withdrawn = now
}
