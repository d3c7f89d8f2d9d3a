package words

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
)

// FuzzLexicon checks that a word is analysed alike whether it is remembered or
// not, whatever was analysed before it.
func FuzzLexicon(f *testing.F) {
	groups := [][]string{{"Volodymyr Zelenskyy", "Зеленський"}, {"a b", "a"}}
	a, forgetful := New(groups), New(groups)
	forgetful.known = nil
	for _, s := range []string{"Hello, U.S.A. 1,000", "who is the WHO, Who?", "US us", "$5 5% 5", "Зеленського", "a b", "Mayor's mayor's", "naïve Naïve", "\u0301a"} {
		for _, lang := range append([]string{"", "xx", "zzz"}, Languages...) {
			f.Add(lang, s)
		}
	}
	f.Fuzz(func(t *testing.T, lang, s string) {
		want := forgetful.Tokens(lang, s)
		for range 2 { // the second time by heart
			if got := a.Tokens(lang, s); !slices.Equal(got, want) {
				t.Fatalf("%q in %q: got %+v, want %+v", s, lang, got, want)
			}
		}
	})
}

// TestLexiconIsBounded analyses more words than are remembered, on several
// goroutines at once.
func TestLexiconIsBounded(t *testing.T) {
	a, forgetful := New(nil), New(nil)
	forgetful.known = nil
	var g sync.WaitGroup
	for worker := range 4 {
		g.Go(func() {
			for n := range lexiconSize / 2 {
				s := fmt.Sprintf("Organised w%dx%ds", worker%2, n)
				got := a.Tokens("en", s)
				if n%32 != 0 {
					continue
				}
				if want := forgetful.Tokens("en", s); !slices.Equal(got, want) {
					t.Errorf("%q: got %+v, want %+v", s, got, want)
				}
			}
		})
	}
	g.Wait()
	long := strings.Repeat("a", maxRemembered+1)
	a.Tokens("en", long)
	if a.known.entry(languageNumber("en"), long) != nil {
		t.Errorf("a word of %d bytes is remembered", len(long))
	}
}
