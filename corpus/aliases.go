package corpus

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// AliasFile is where a corpus folder keeps its spellings of names: a list of
// lists, each the spellings of one name.
const AliasFile = "aliases.yaml"

// ReadAliases reads the alias file at the root of fsys. There being none is
// no error.
func ReadAliases(fsys fs.FS) (Aliases, error) {
	a, p := readAliases(fsys)
	if p != nil {
		return Aliases{}, *p
	}
	return a, nil
}

func readAliases(fsys fs.FS) (Aliases, *Problem) {
	b, err := readAll(fsys, AliasFile)
	if errors.Is(err, fs.ErrNotExist) {
		return Aliases{}, nil
	}
	if err == nil && Leaves(fsys, AliasFile) {
		err = errLeaves
	}
	line := 0
	if err == nil {
		line, err = checkBytes(b)
	}
	var a Aliases
	if err == nil {
		a, line, err = parseAliases(b)
	}
	if err != nil {
		return Aliases{}, &Problem{Path: AliasFile, Line: line, Err: fmt.Errorf("%w; no name of this file is used", err)}
	}
	return a, nil
}

// parseAliases reads a list of lists of names. An error comes with the line
// it is about.
func parseAliases(b []byte) (a Aliases, line int, err error) {
	wrong := func(n ast.Node, what string) (Aliases, int, error) {
		return Aliases{}, n.GetToken().Position.Line, fmt.Errorf("%s: the file must be a list of lists of names, such as - [Kyiv, Kiev, Київ]", what)
	}
	file, err := parser.ParseBytes(bytes.TrimPrefix(b, []byte(byteOrderMark)), 0)
	if err != nil {
		return Aliases{}, yamlLine(err), yamlCause(err)
	}
	for _, doc := range file.Docs {
		if doc.Body == nil {
			continue // comments only
		}
		groups, ok := doc.Body.(*ast.SequenceNode)
		if !ok {
			return wrong(doc.Body, "this is no list")
		}
		for _, n := range groups.Values {
			var names []string
			if err := yaml.NodeToValue(n, &names); err != nil {
				return wrong(n, "this entry is no list of names")
			}
			for i := range names {
				names[i] = oneLine(names[i])
			}
			names = slices.DeleteFunc(names, func(s string) bool { return s == "" })
			if len(names) < 2 {
				return wrong(n, "this entry has fewer than two spellings")
			}
			a.Groups = append(a.Groups, names)
		}
	}
	return a, 0, nil
}

// With returns the groups of a and of b. Groups that share a spelling, in
// whatever case, are one name and become one group.
func (a Aliases) With(b Aliases) Aliases {
	var out Aliases
	at := make(map[string]int) // lower-case spelling -> its group in out
	for _, g := range slices.Concat(a.Groups, b.Groups) {
		into := -1
		for _, n := range g {
			i, ok := at[strings.ToLower(n)]
			switch {
			case !ok || i == into:
			case into < 0:
				into = i
			default: // g joins two groups that stood apart
				for _, m := range out.Groups[i] {
					at[strings.ToLower(m)] = into
				}
				out.Groups[into] = append(out.Groups[into], out.Groups[i]...)
				out.Groups[i] = nil
			}
		}
		if into < 0 {
			into = len(out.Groups)
			out.Groups = append(out.Groups, nil)
		}
		for _, n := range g {
			key := strings.ToLower(n)
			if _, ok := at[key]; !ok {
				at[key] = into
				out.Groups[into] = append(out.Groups[into], n)
			}
		}
	}
	out.Groups = slices.DeleteFunc(out.Groups, func(g []string) bool { return len(g) < 2 })
	return out
}
