package said

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"rapporteur/corpus"
)

// PartyFile is where a corpus folder keeps who stands for whom: a list of entries
// such as
//
//   - party: Ukraine
//     speakers: [Volodymyr Zelenskyy, Denys Shmyhal, Ukrainian officials, Kyiv]
const PartyFile = "parties.yaml"

// Parties are who stands for whom, in the order of the file.
type Parties []Party

// Party is a side and those who speak for it.
type Party struct {
	Name     string   `yaml:"party"`
	Speakers []string `yaml:"speakers"`
}

// Has reports whether a speaker stands under the party: by one of its names or in
// another spelling of it.
func (p Party) Has(b *Book, s Speaker) bool {
	return s.Known() && slices.ContainsFunc(p.Speakers, func(name string) bool { return b.Is(name, s) })
}

// ReadParties reads the party file at the root of fsys. There being none is no
// error. An error is a corpus.Problem.
func ReadParties(fsys fs.FS) (Parties, error) {
	data, err := fs.ReadFile(fsys, PartyFile)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, corpus.Problem{Path: PartyFile, Err: err}
	}
	var list Parties
	if err := yaml.UnmarshalWithOptions(data, &list, yaml.Strict()); err != nil {
		return nil, corpus.Problem{Path: PartyFile, Err: fmt.Errorf("want a list of entries with party and speakers: %w", err)}
	}
	stands := make(map[string]string)
	for i, p := range list {
		if strings.TrimSpace(p.Name) == "" || len(p.Speakers) == 0 {
			return nil, corpus.Problem{Path: PartyFile, Err: fmt.Errorf("entry %d: give a party and its speakers", i+1)}
		}
		for _, s := range p.Speakers {
			if other, twice := stands[strings.ToLower(s)]; twice {
				return nil, corpus.Problem{Path: PartyFile, Err: fmt.Errorf("%s stands under %s and %s: leave one", s, other, p.Name)}
			}
			stands[strings.ToLower(s)] = p.Name
		}
	}
	return list, nil
}
