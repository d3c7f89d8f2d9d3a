package rapporteur_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// retired are names that say nothing to who knows the field: the glossary in
// CONTRIBUTING.md has the words for these things.
var retired = []string{"letter", "lane", "lanes", "Lanes", "ledger", "standing", "shelf", "shelves", "saying", "spot", "tally", "volume", "work", "memory"}

// TestRetiredWords holds that no type is called by a retired word.
func TestRetiredWords(t *testing.T) {
	files, err := filepath.Glob("*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, pattern := range []string{"*/*/*.go", "*/*/*/*.go"} {
		more, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, more...)
	}
	if len(files) < 100 {
		t.Fatalf("only %d files found", len(files))
	}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if spec, ok := n.(*ast.TypeSpec); ok && slices.Contains(retired, spec.Name.Name) {
				t.Errorf("%s: the type %s has a retired name", path, spec.Name.Name)
			}
			return true
		})
	}
}
