package rapporteur_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// step is a line of the walk in bot/README.md: a function and its file.
var step = regexp.MustCompile("(?m)^\\d+\\. `(?:(\\w+)\\.)?(\\w+)` in `([^`]+)`:")

// maxSteps is how many steps a reader keeps in mind.
const maxSteps = 15

// TestWalk holds that each function stands in the file that the walk names.
func TestWalk(t *testing.T) {
	readme, err := os.ReadFile("bot/README.md")
	if err != nil {
		t.Fatal(err)
	}
	steps := step.FindAllStringSubmatch(string(readme), -1)
	if len(steps) == 0 || len(steps) > maxSteps {
		t.Fatalf("%d steps, want 1 to %d", len(steps), maxSteps)
	}
	for _, s := range steps {
		receiver, name, path := s[1], s[2], filepath.Join("bot", s[3])
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Errorf("%s: %v", s[0], err)
			continue
		}
		found := false
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Name.Name == name && receiverOf(fn) == receiver {
				found = true
			}
		}
		if !found {
			t.Errorf("%s has no function %s of %q", path, name, receiver)
		}
	}
}

// receiverOf returns the type of a method's receiver, "" for a function.
func receiverOf(fn *ast.FuncDecl) string {
	if fn.Recv == nil {
		return ""
	}
	typ := fn.Recv.List[0].Type
	if p, ok := typ.(*ast.StarExpr); ok {
		typ = p.X
	}
	if id, ok := typ.(*ast.Ident); ok {
		return id.Name
	}
	return ""
}
