package corpus_test

import (
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"rapporteur/corpus"
)

func TestReadAliases(t *testing.T) {
	tests := []struct {
		name, body string
		want       [][]string
	}{
		{"groups", "# names\n- [Kyiv, Kiev, Київ]\n- - White House\n  - 'the  White\n    House '\n", [][]string{{"Kyiv", "Kiev", "Київ"}, {"White House", "the White House"}}},
		{"BOM and CRLF", "\uFEFF- [a, b]\r\n- [c, d]\r\n", [][]string{{"a", "b"}, {"c", "d"}}},
		{"empty", "", nil},
		{"comments", "# nothing yet\n", nil},
		{"numbers", "- [10, ten]\n", [][]string{{"10", "ten"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, err := corpus.ReadAliases(fstest.MapFS{"aliases.yaml": file(tt.body)})
			if err != nil || !reflect.DeepEqual(a.Groups, tt.want) {
				t.Errorf("got %q, %v, want %q", a.Groups, err, tt.want)
			}
		})
	}
	if a, err := corpus.ReadAliases(fstest.MapFS{}); err != nil || a.Groups != nil {
		t.Errorf("without a file: %q, %v", a.Groups, err)
	}
}

func TestBadAliases(t *testing.T) {
	tests := []struct {
		name, body string
		line       int
		want       string
	}{
		{"a word", "- [a, b]\n- Kyiv\n", 2, "no list of names"},
		{"a map", "\n\nKyiv: Kiev\n", 3, "this is no list"},
		{"a map of lists", "- [a, b]\n\n- Kyiv: [Kiev]\n", 3, "no list of names"},
		{"lists of lists of lists", "- [a, b]\n- [[a, b]]\n", 2, "no list of names"},
		{"one spelling", "- [a, b]\n# c\n- [c]\n", 3, "fewer than two"},
		{"one and an empty one", "- [a, '']\n", 1, "fewer than two"},
		{"null", "- [a, b]\n-\n", 2, "fewer than two"},
		{"YAML", "- [a, b]\n- [c, \"d]\n", 2, "quotation mark"},
		{"not UTF-8", "- [a, b]\n- [c, \xff]\n", 2, "0xFF"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, problems := load(t, fstest.MapFS{"aliases.yaml": file(tt.body), "a.md": file("The text.")})
			one(t, problems, "aliases.yaml", tt.line, tt.want)
			if len(c.Texts()) != 1 || c.Aliases().Groups != nil {
				t.Errorf("%d texts, aliases %q", len(c.Texts()), c.Aliases().Groups)
			}
			_, err := corpus.ReadAliases(fstest.MapFS{"aliases.yaml": file(tt.body)})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("ReadAliases: %v", err)
			}
		})
	}
}

func TestAliasesWith(t *testing.T) {
	type groups = [][]string
	tests := []struct {
		name       string
		a, b, want groups
	}{
		{"apart", groups{{"a", "b"}}, groups{{"c", "d"}}, groups{{"a", "b"}, {"c", "d"}}},
		{"shared", groups{{"Kyiv", "Kiev"}}, groups{{"KIEV", "Київ"}}, groups{{"Kyiv", "Kiev", "Київ"}}},
		{"shared within", groups{{"a", "b"}, {"b", "c"}}, nil, groups{{"a", "b", "c"}}},
		{"joined", groups{{"a", "b"}, {"c", "d"}, {"x", "y"}}, groups{{"d", "e", "a"}}, groups{{"c", "d", "a", "b", "e"}, {"x", "y"}}},
		{"joined and met again", groups{{"a", "b"}, {"c", "d"}}, groups{{"a", "c"}, {"d", "e"}}, groups{{"a", "b", "c", "d", "e"}}},
		{"twice the same", groups{{"a", "A"}}, nil, nil},
		{"none", nil, nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := corpus.Aliases{Groups: tt.a}.With(corpus.Aliases{Groups: tt.b}).Groups
			if len(got) != len(tt.want) || len(got) > 0 && !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
