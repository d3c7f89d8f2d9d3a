package index

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"rapporteur/corpus"
	"rapporteur/index/rank"
	"rapporteur/index/words"
)

// buildOptions say how to build.
type buildOptions struct {
	full     bool // out of nothing, whatever there is
	gently   bool // another index answers questions meanwhile
	progress corpus.Progress
}

// build is what was done to build a generation.
type build struct {
	Full    bool // built out of nothing
	Indexed int  // passages that were analysed and written
	Counted int  // passages of texts that are no more, analysed to forget them
}

// builder builds the files of one generation in a folder.
type builder struct {
	store    *store
	corpus   *corpus.Corpus
	live     *generation // what is searched meanwhile, or nil
	how      buildOptions
	dir      string
	analyser *words.Analyser
	made     books
	linked   []file // that stand in dir under other names, too
	work     build
}

// books are what a generation has beside its parts.
type books struct {
	of     contents
	terms  *rank.Stats
	forms  *rank.Forms
	shared map[int]*opened // parts that are open already, by number; the builder's live generation holds them
}

// base is a finished generation that another one can be made of.
type base struct {
	dir string
	stamp
	plan *plan
	live *generation // if it is the one that is searched meanwhile
}

// errBase says that nothing can be made of a base: all is built anew.
var errBase = errors.New("another index cannot be made of it")

// write writes everything of the generation, the stamp last.
func (b *builder) write(ctx context.Context) error {
	if from := b.base(); from != nil {
		err := b.change(ctx, from)
		if err == nil || !errors.Is(err, errBase) {
			return err
		}
		b.store.log.Warn("the stored index cannot be changed, so all is indexed", "folder", from.dir, "err", err)
		b.linked, b.made = nil, books{}
		if err := empty(b.dir); err != nil {
			return err
		}
	}
	p := full(b.corpus)
	b.work = build{Full: true, Indexed: p.work()}
	meter := corpus.NewMeter(p.work(), b.how.progress)
	of, terms, forms, err := buildParts(ctx, p.add, 0, b.analyser, meter, b.dir, 0, partsFor(p.work(), processors(b.how.gently)))
	if err != nil {
		return err
	}
	terms.Spell(forms, nil)
	b.made = books{of: of, terms: terms, forms: forms}
	return b.finish(ctx)
}

// base returns the generation out of which that of the corpus is made with the
// least work, nil if it is better made of none.
func (b *builder) base() *base {
	if b.how.full {
		return nil
	}
	all := b.store.finished()
	if b.live != nil { // it is most likely, and if it is near enough none else is looked at
		slices.SortStableFunc(all, func(x, y finished) int {
			return cmp.Compare(order(y.name == b.live.name), order(x.name == b.live.name))
		})
	}
	const near = .01
	var best *base
	aliases := aliasesOf(b.corpus)
	for _, g := range all {
		if g.Aliases != aliases {
			continue
		}
		from := &base{dir: filepath.Join(b.store.dir, g.name), stamp: g.stamp}
		var of contents
		if b.live != nil && b.live.name == g.name {
			from.live, of = b.live, b.live.of
		} else {
			var err error
			if of, err = readFile(from.dir, textsFile, parseContents); err != nil {
				continue // it will be said when somebody wants to open it
			}
		}
		from.plan = change(of, b.corpus)
		if len(from.plan.keep) > 0 && (best == nil || from.plan.work() < best.plan.work()) {
			best = from
		}
		if best != nil && float64(best.plan.work()) <= near*float64(passagesOf(b.corpus.Texts())) {
			break
		}
	}
	return best
}

// order returns 1 for true, to sort by.
func order(b bool) int {
	if b {
		return 1
	}
	return 0
}

// change writes the generation out of another one.
func (b *builder) change(ctx context.Context, from *base) error {
	if err := b.store.prove(from.dir, from.Files); err != nil {
		return fmt.Errorf("%w: %w", errBase, err)
	}
	var terms *rank.Stats
	var forms *rank.Forms
	var g errgroup.Group
	if from.live != nil {
		terms, b.made.shared = from.live.terms, from.live.share(from.plan.keep)
	} else {
		g.Go(func() (err error) { terms, err = readFile(from.dir, termsFile, rank.ParseStats); return err })
	}
	g.Go(func() (err error) { forms, err = readFile(from.dir, formsFile, rank.ParseForms); return err })
	if err := g.Wait(); err != nil {
		return fmt.Errorf("%w: %w", errBase, err)
	}
	p := from.plan
	meter := corpus.NewMeter(p.work(), b.how.progress)
	was := terms
	terms, forms, err := b.forget(ctx, p.gone, terms, forms, meter)
	if err != nil {
		return err
	}
	of := p.keep
	next := 0
	for _, s := range of {
		next = max(next, s.part+1)
	}
	for _, f := range from.Files {
		part, _, _ := strings.Cut(f.Name, "/")
		if slices.ContainsFunc(of, func(s section) bool { return s.part != noPart && filepath.Base(partDir("", s.part)) == part }) {
			name := filepath.FromSlash(f.Name)
			if err := b.store.link(filepath.Join(from.dir, name), filepath.Join(b.dir, name)); err != nil {
				return err
			}
			b.linked = append(b.linked, f)
		}
	}
	texts := slices.Concat(p.move, p.add)
	n := passagesOf(texts)
	made, added, addedForms, err := buildParts(ctx, texts, len(p.move), b.analyser, meter, b.dir, next, partsFor(n, processors(b.how.gently)))
	if err != nil {
		return err
	}
	terms, forms = terms.Plus(added), forms.Plus(addedForms)
	terms.Spell(forms, was)
	b.work = build{Indexed: n, Counted: p.work() - n}
	b.made.of, b.made.terms, b.made.forms = slices.Concat(of, made), terms, forms
	return b.finish(ctx)
}

// forget takes texts that are no more out of what all texts add up to, for which
// they have to be analysed once more.
func (b *builder) forget(ctx context.Context, gone []slot, terms *rank.Stats, forms *rank.Forms, meter *corpus.Meter) (*rank.Stats, *rank.Forms, error) {
	if len(gone) == 0 {
		return terms, forms, nil
	}
	wanted := make(map[string]string, len(gone))
	for _, s := range gone {
		wanted[s.path] = s.hash
	}
	found := make(map[string]*corpus.Text)
	if b.live != nil {
		for _, t := range b.live.corpus.Texts() {
			if wanted[t.Path] == t.Hash {
				found[t.Path] = t
				delete(wanted, t.Path)
			}
		}
	}
	for p, t := range b.corpus.Former(wanted) {
		found[p] = t
	}
	texts := make([]*corpus.Text, len(gone))
	for i, s := range gone {
		t := found[s.path]
		if t == nil || keyOf(t) != s.key {
			return nil, nil, fmt.Errorf("%w: there is no copy of %s as it was", errBase, s.path)
		}
		texts[i] = t
	}
	counted, countedForms, err := count(ctx, texts, b.analyser, meter, processors(b.how.gently))
	if err != nil {
		if ctx.Err() == nil {
			err = fmt.Errorf("%w: %w", errBase, err)
		}
		return nil, nil, err
	}
	terms, err = terms.Minus(counted)
	if err == nil {
		forms, err = forms.Minus(countedForms)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", errBase, err)
	}
	return terms, forms, nil
}

// finish writes what stands beside the parts, and the stamp.
func (b *builder) finish(ctx context.Context) error {
	var books errgroup.Group
	books.SetLimit(processors(b.how.gently))
	for name, w := range map[string]io.WriterTo{textsFile: b.made.of, termsFile: b.made.terms, formsFile: b.made.forms} {
		books.Go(func() error {
			f, err := os.Create(filepath.Join(b.dir, name))
			if err != nil {
				return err
			}
			_, err = w.WriteTo(f)
			return errors.Join(err, f.Close())
		})
	}
	if err := books.Wait(); err != nil {
		return err
	}
	st := stamp{Version: version, Serial: 1, Digest: b.corpus.Digest(), Aliases: aliasesOf(b.corpus),
		Texts: len(b.corpus.Texts()), Passages: measure(b.corpus).Passages, Built: time.Now().UTC()}
	if all := b.store.finished(); len(all) > 0 {
		st.Serial = all[0].Serial + 1
	}
	var g errgroup.Group
	var mu sync.Mutex
	st.Files = slices.Clone(b.linked)
	err := filepath.WalkDir(b.dir, func(path string, d fs.DirEntry, err error) error {
		if err := cmp.Or(err, ctx.Err()); err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(b.dir, path)
		name = filepath.ToSlash(name)
		if err != nil || slices.ContainsFunc(b.linked, func(f file) bool { return f.Name == name }) {
			return err
		}
		g.Go(func() error { // a disk takes one breath for all of them
			sum, err := hash(path, true)
			if err != nil {
				return err
			}
			info, err := os.Stat(path)
			if err != nil {
				return err
			}
			b.store.note(path, info)
			mu.Lock()
			defer mu.Unlock()
			st.Files = append(st.Files, file{name, info.Size(), sum})
			return nil
		})
		return nil
	})
	if err = errors.Join(err, g.Wait()); err != nil {
		return err
	}
	slices.SortFunc(st.Files, func(x, y file) int { return strings.Compare(x.Name, y.Name) })
	text, err := json.MarshalIndent(st, "", "\t")
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(b.dir, stampFile), text, true)
}

// empty removes all that is in a folder.
func empty(dir string) error {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		if err == nil {
			err = os.RemoveAll(filepath.Join(dir, e.Name()))
		}
	}
	return err
}
