package corpus

import (
	"strings"
	"testing"
)

// BenchmarkParse reads texts of the largest size that are made to be slow. Each
// takes seconds; one that takes minutes has gone quadratic.
func BenchmarkParse(b *testing.B) {
	fill := func(s string) string { return strings.Repeat(s, MaxSize/len(s)) }
	tests := []struct{ name, body string }{
		{"prose", fill("The talks went on until 10 p.m. on Monday, Mr. Smith said. “We shall see.”\n\n")},
		{"one word", fill("a")},
		{"brackets", fill("(")},
		{"brackets after a stop", "The end." + fill(")")},
		{"bracketed pairs", fill("(a. B) ")},
		{"curly quotes", fill("“")},
		{"curly quotes after a stop", "The end." + fill("”")},
		{"straight quotes", fill(`"`)},
		{"quoted pairs", fill(`"A. B" `)},
		{"stops", fill(". ")},
		{"stops in a row", fill(".")},
		{"abbreviations", fill("e.g. ")},
		{"capitals", fill("A. ")},
		{"spaces after a stop", "The end." + fill(" ") + "x"},
		{"exclamation marks and spaces", fill("!  ")},
		{"marks after a stop", "The end." + fill("\u0301")},
		{"newlines", fill("\n") + "The end."},
		{"short lines", fill("a\n")},
		{"list items", fill("- a\n")},
		{"table rows", fill("|a\n")},
		{"quotation markers", fill("> ")},
		{"comments", fill("<!-- ") + "-->"},
		{"closed comments", fill("a <!-- b --> ")},
		{"dashes", fill("-")},
		{"hashes", "# " + fill("#")},
		{"hashes and spaces", "# " + fill(" #")},
		{"back quotes", fill("`")},
		{"square brackets", fill("[")},
		{"bars", fill("|-")},
	}
	for _, tt := range tests {
		for _, path := range []string{"t.md", "t.txt"} {
			b.Run(tt.name+"/"+path, func(b *testing.B) {
				b.SetBytes(int64(len(tt.body)))
				for b.Loop() {
					Parse(path, tt.body)
				}
			})
		}
	}
}
