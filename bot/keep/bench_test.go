package keep_test

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkReindex takes up one changed text of five thousand: load, note the
// folder's state, build, ask, swap.
func BenchmarkReindex(b *testing.B) {
	dir := b.TempDir()
	for i := range 5000 {
		write(b, dir, fmt.Sprintf("text-%d.md", i), fmt.Sprintf("---\ntitle: Text %d\n---\n%s\n", i, strings.Repeat(fmt.Sprintf("Sentence %d is about the harbour of Lunden.\n\n", i), 20)))
	}
	s := openShop(b, dir, b.TempDir())
	s.reindex(b)
	n := 0
	for b.Loop() {
		n++
		write(b, dir, "text-0.md", fmt.Sprintf("---\ntitle: Text\n---\nThe ferry to Neverland costs %d crowns.\n", n))
		if got := s.reindex(b); len(got.Changed) != 1 {
			b.Fatalf("got %+v", got)
		}
	}
}
