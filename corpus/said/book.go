package said

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"strings"
	"sync"

	"rapporteur/corpus"
)

// Book holds the statements of a corpus. It does not change and is safe for
// concurrent use.
type Book struct {
	names *Names
	found map[string]Found    // by the id of the text
	roles map[string][]string // canonical names by role: german chancellor
	first map[string]Voice    // by canonical name
}

// Voice is a speaker of a corpus.
type Voice struct {
	Name       string   // as most texts have it
	Key        string   // the canonical name, see Names.Canonical
	Roles      []string // as the texts give them, in lower case
	Statements int
	Texts      int
}

// ReadBook finds the statements of all texts and corrects them. A text that
// cannot be read is an error; a correction that no longer matches is left out,
// see Check.
func ReadBook(ctx context.Context, c *corpus.Corpus, corrections []Correction) (*Book, error) {
	b := &Book{names: NewNames(c.Aliases()), found: make(map[string]Found)}
	texts := c.Texts()
	results := make([]Found, len(texts))
	errs := make([]error, len(texts))
	var wg sync.WaitGroup
	next := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := range next {
				if results[i], errs[i] = Find(texts[i]); errs[i] == nil {
					results[i], _, errs[i] = results[i].Correct(texts[i], corrections)
				}
			}
		})
	}
	for i := range texts {
		if ctx.Err() != nil {
			break
		}
		next <- i
	}
	close(next)
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for i, t := range texts {
		if errs[i] != nil {
			return nil, errs[i]
		}
		b.found[t.ID] = results[i]
	}
	b.count(texts)
	return b, nil
}

// NewBook makes a book of statements that were found, or kept, before.
func NewBook(c *corpus.Corpus, found map[string]Found) *Book {
	b := &Book{names: NewNames(c.Aliases()), found: found}
	b.count(c.Texts())
	return b
}

func (b *Book) count(texts []*corpus.Text) {
	b.roles, b.first = make(map[string][]string), make(map[string]Voice)
	spellings := make(map[string]map[string]int)
	for _, t := range texts {
		seen := make(map[string]bool)
		for _, s := range b.found[t.ID].Statements {
			if !s.Speaker.Known() {
				continue
			}
			key := b.names.Canonical(s.Speaker.Name)
			v := b.first[key]
			v.Key = key
			v.Statements++
			if !seen[key] {
				seen[key] = true
				v.Texts++
			}
			b.first[key] = v
			if spellings[key] == nil {
				spellings[key] = make(map[string]int)
			}
			spellings[key][s.Speaker.Name]++
		}
		for _, p := range b.found[t.ID].People {
			key := b.names.Canonical(p.Name)
			for _, role := range p.Roles {
				if !slices.Contains(b.roles[role], key) {
					b.roles[role] = append(b.roles[role], key)
				}
			}
		}
	}
	for key, v := range b.first {
		for name, n := range spellings[key] {
			if best := spellings[key][v.Name]; n > best || n == best && (v.Name == "" || name < v.Name) {
				v.Name = name
			}
		}
		for role, keys := range b.roles {
			if slices.Contains(keys, key) {
				v.Roles = append(v.Roles, role)
			}
		}
		slices.Sort(v.Roles)
		b.first[key] = v
	}
}

// Of returns the statements of a text in the order in which they begin.
func (b *Book) Of(text string) []Statement { return b.found[text].Statements }

// Names returns the spellings that the book goes by.
func (b *Book) Names() *Names { return b.names }

// Covering returns the innermost statement that holds the range, or else the
// one that shares the most with it, half of it at least; false when none does.
func Covering(statements []Statement, r corpus.Range) (Statement, bool) {
	best, share, found := Statement{}, 0, false
	for _, s := range statements {
		common := min(s.End, r.End) - max(s.Start, r.Start)
		if common <= 0 || 2*common < r.Len() && !r.Contains(s.Range) {
			continue
		}
		if !found || common > share || common == share && s.Len() < best.Len() {
			best, share, found = s, common, true
		}
	}
	return best, found
}

// Speakers returns who speaks in the corpus, those with the most statements
// first.
func (b *Book) Speakers() []Voice {
	out := make([]Voice, 0, len(b.first))
	for _, v := range b.first {
		out = append(out, v)
	}
	slices.SortFunc(out, func(x, y Voice) int {
		return cmp.Or(cmp.Compare(y.Statements, x.Statements), strings.Compare(x.Name, y.Name))
	})
	return out
}

// Is reports whether the speaker of a statement is the one asked for: by name,
// by surname, in another spelling, or by a role that one person alone has in
// the corpus, such as the German chancellor.
func (b *Book) Is(asked string, s Speaker) bool {
	if !s.Known() {
		return false
	}
	if b.names.Same(asked, s.Name) {
		return true
	}
	keys := b.roles[b.names.role(asked)]
	return len(keys) == 1 && b.names.Canonical(s.Name) == keys[0]
}

// role writes a role that is asked for as people's roles are written.
func (n *Names) role(asked string) string {
	words := strings.Fields(fold(asked))
	for len(words) > 1 && dropped[words[0]] {
		words = words[1:]
	}
	return strings.Join(words, " ")
}
