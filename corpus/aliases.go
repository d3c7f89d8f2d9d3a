package corpus

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

// aliasFile is where a corpus folder keeps its spellings of names: a list of
// lists, each the spellings of one name.
const aliasFile = "aliases.yaml"

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
	refuse := func(line int, err error) (Aliases, *Problem) {
		return Aliases{}, &Problem{Path: aliasFile, Line: line, Err: fmt.Errorf("%w; no name of this file is used", err)}
	}
	b, err := readAll(fsys, aliasFile)
	if errors.Is(err, fs.ErrNotExist) {
		return Aliases{}, nil
	}
	if err != nil {
		return refuse(0, err)
	}
	if line, err := checkBytes(b); err != nil {
		return refuse(line, err)
	}
	var raw [][]string
	if err := yaml.Unmarshal(b, &raw); err != nil {
		line, msg := yamlError(err)
		return refuse(line, fmt.Errorf("%s: it must be a list of lists of names, such as - [Kyiv, Kiev, Київ]", msg))
	}
	var a Aliases
	for i, g := range raw {
		var names []string
		for _, n := range g {
			if n = oneLine(n); n != "" {
				names = append(names, n)
			}
		}
		if len(names) < 2 {
			return refuse(0, fmt.Errorf("entry %d has fewer than two spellings", i+1))
		}
		a.Groups = append(a.Groups, names)
	}
	return a, nil
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
