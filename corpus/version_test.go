package corpus

import (
	"slices"
	"testing"
)

func TestVersions(t *testing.T) {
	text := func(id, lang, of string) *Text {
		return &Text{ID: id, Path: id + ".md", Language: lang, Original: of, Body: id, Hash: hashOf([]byte(id))}
	}
	tests := []struct {
		name  string
		texts []*Text
		of    string
		want  []string
	}{
		{"none", []*Text{text("a", "en", ""), text("b", "uk", "")}, "a", nil},
		{"of the original", []*Text{text("a", "en", ""), text("a.de", "de", "a"), text("a.uk", "uk", "a")}, "a", []string{"a.de", "a.uk"}},
		{"of a version", []*Text{text("z", "en", ""), text("a.de", "de", "z"), text("a.uk", "uk", "z")}, "a.uk", []string{"z", "a.de"}},
		{"a version of a version", []*Text{text("a", "en", ""), text("b", "de", "a"), text("c", "uk", "b")}, "c", []string{"a", "b"}},
		{"a circle", []*Text{text("a", "en", "c"), text("b", "de", "a"), text("c", "uk", "b")}, "b", []string{"a", "c"}},
		{"itself", []*Text{text("a", "en", "a")}, "a", nil},
		{"missing", []*Text{text("a", "en", "b"), text("c", "uk", "b")}, "a", nil},
		{"the same language", []*Text{text("a", "en", ""), text("b", "en", "a"), text("c", "uk", "a")}, "b", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := New(tt.texts, Aliases{})
			if err != nil {
				t.Fatal(err)
			}
			x, _ := c.Text(tt.of)
			var got []string
			for _, v := range c.Versions(x) {
				got = append(got, v.ID)
				if !c.SameText(x, v) || !c.SameText(v, x) {
					t.Errorf("%s and %s are not the same text", x.ID, v.ID)
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
