package index_test

import (
	"context"
	"testing"

	"rapporteur/index"
)

const harbour = `The harbour of Lunden was opened in 1871. It cost four million crowns. The first ship was the Aurora.

The mayor, Ida Berg, said that trade had doubled. She thanked the dock workers.`

func TestOpenAndSearch(t *testing.T) {
	for _, tt := range []struct{ name, dir string }{{"in memory", ""}, {"on disk", t.TempDir()}} {
		t.Run(tt.name, func(t *testing.T) {
			c := newCorpus(t, nil, text("harbour", "en", harbour))
			x, err := index.Open(context.Background(), c, index.Options{Dir: tt.dir})
			if err != nil {
				t.Fatal(err)
			}
			defer x.Close()
			if s := x.Stats(); s.Texts != 1 || s.Passages != 2 || s.Sentences != 5 || !s.Rebuilt {
				t.Errorf("Stats() = %+v", s)
			}
			r, err := x.Search(context.Background(), index.Query{Text: "When was the harbor opened?"})
			if err != nil {
				t.Fatal(err)
			}
			if len(r.Hits) == 0 {
				t.Fatal("no hits")
			}
			h := r.Hits[0]
			if got, want := h.Sentence.Of(h.Text.Body), "The harbour of Lunden was opened in 1871."; got != want {
				t.Errorf("first hit %q, want %q", got, want)
			}
		})
	}
}
