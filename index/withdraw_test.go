package index_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"rapporteur/corpus"
	"rapporteur/index"
)

// TestWithdraw takes texts out of the answers of a live index, until a corpus
// without them is searched.
func TestWithdraw(t *testing.T) {
	other := "The harbour of Lunden was opened in 1871, said nobody but us.\n\nThe harbour is large."
	for _, dir := range []string{"", t.TempDir()} {
		c := newCorpus(t, nil, text("a", "en", harbour), text("b", "en", harbour), text("c", "en", other), text("d", "de", "Der Hafen von Lunden."))
		x := open(t, c, index.Options{Dir: dir})
		var queries []index.Query
		for _, q := range []string{question, "How much did the harbour of Lunden cost?", "Wann wurde der Hafen geöffnet?"} {
			for _, sources := range [][]string{nil, {"a", "b", "c"}} {
				queries = append(queries, index.Query{Text: q, Sources: sources}, index.Query{Text: q, Sources: sources, Phrases: []string{"harbour of Lunden"}}, index.Query{Phrases: []string{"of"}})
			}
		}
		holds := func(id string) (found bool) {
			for _, q := range queries {
				for _, h := range search(t, x, q).Hits {
					found = found || h.Text.ID == id || slices.ContainsFunc(h.Also, func(t *corpus.Text) bool { return t.ID == id })
				}
			}
			return found
		}
		searched := func(q index.Query, want int) {
			t.Helper()
			if s := search(t, x, q).Searched; s.Texts != want {
				t.Errorf("%d texts are searched, want %d", s.Texts, want)
			}
		}
		if !holds("a") || !holds("b") {
			t.Fatal("the questions find nothing")
		}
		if unknown := x.Withdraw("a", "nothing", "d"); !slices.Equal(unknown, []string{"nothing"}) {
			t.Errorf("unknown are %v", unknown)
		}
		check := func(when string) {
			t.Helper()
			if holds("a") || holds("d") {
				t.Errorf("%s: what was withdrawn answers", when)
			}
			if !holds("b") {
				t.Errorf("%s: what was not withdrawn does not answer", when)
			}
			for id, want := range map[string]bool{"a": false, "b": true, "d": false} {
				if _, ok := x.Corpus().Text(id); ok != want {
					t.Errorf("%s: %s is among the texts: %v", when, id, ok)
				}
			}
		}
		check("at once")
		if x.Indexed() != c {
			t.Error("it is indexed no more")
		}
		searched(index.Query{Text: question}, 2)
		searched(index.Query{Text: question, Sources: []string{"a", "b"}}, 1)
		if r := search(t, x, index.Query{Text: question}); len(r.Hits) == 0 || r.Hits[0].Text.ID != "b" && r.Hits[0].Text.ID != "c" {
			t.Errorf("%+v", r)
		}

		// A corpus that was loaded before the text was gone does not bring it back.
		more := newCorpus(t, nil, append(slices.Clone(c.Texts()), text("e", "en", "More."))...)
		reindex(t, x, more, index.ReindexOptions{})
		check("in a corpus that still holds it")
		searched(index.Query{Text: question}, 3)

		gone := newCorpus(t, nil, c.Texts()[1:3]...)
		reindex(t, x, gone, index.ReindexOptions{})
		check("in a corpus without it")
		searched(index.Query{Text: question}, 2)
		reindex(t, x, c, index.ReindexOptions{})
		if !holds("a") {
			t.Error("what was put back does not answer")
		}
		searched(index.Query{Text: question}, 4)

		// Another text of the id is another text.
		x.Withdraw("b")
		reindex(t, x, newCorpus(t, nil, text("a", "en", other), text("b", "en", harbour+" More.")), index.ReindexOptions{})
		if !holds("b") {
			t.Error("what was changed does not answer")
		}
		x.Close()
		if unknown := x.Withdraw("b"); len(unknown) != 1 {
			t.Error("withdrawn from a closed index")
		}
	}
}

// TestWithdrawLarge withdraws from an index that is too large for all of it to be
// looked at.
func TestWithdrawLarge(t *testing.T) {
	c := made(t, 3000, 3, "End")
	for _, dir := range []string{"", t.TempDir()} {
		x := open(t, c, index.Options{Dir: dir})
		for i, q := range questions(c, 12) {
			lead := search(t, x, index.Query{Text: q}).Hits[0].Text
			x.Withdraw(lead.ID)
			for _, q := range []index.Query{{Text: q}, {Text: q, Language: "en"}, {Text: q, Phrases: []string{"the"}}} {
				r := search(t, x, q)
				if slices.ContainsFunc(r.Hits, func(h index.Hit) bool { return h.Text == lead || slices.Contains(h.Also, lead) }) {
					t.Fatalf("%s answers although it is withdrawn", lead.ID)
				}
				if len(r.Hits) == 0 || r.Searched.Texts < 60-1-i || r.Searched.Texts >= 60 {
					t.Fatalf("%d hits of %d texts", len(r.Hits), r.Searched.Texts)
				}
			}
		}
	}
}

// TestWithdrawUnderSearch withdraws while others search.
func TestWithdrawUnderSearch(t *testing.T) {
	c := made(t, 1500, 3, "End")
	x := open(t, c, index.Options{Dir: t.TempDir()})
	qs := questions(c, 100)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range 10 {
			x.Withdraw(fmt.Sprintf("text-%05d", i))
		}
	}()
	for i := 0; ; i++ {
		select {
		case <-done:
			for _, h := range search(t, x, index.Query{Text: qs[0], Limit: 100}).Hits {
				if strings.Compare(h.Text.ID, "text-00010") < 0 {
					t.Errorf("%s answers", h.Text.ID)
				}
			}
			return
		default:
			search(t, x, index.Query{Text: qs[i%len(qs)]})
		}
	}
}
