package eval_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rapporteur/corpus"
	"rapporteur/corpus/said"
	"rapporteur/index/eval"
)

func readAttributions(t *testing.T, lines string) ([]eval.Attributed, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "said.jsonl")
	if err := os.WriteFile(path, []byte(lines), 0o644); err != nil {
		t.Fatal(err)
	}
	return eval.ReadAttributions(path)
}

func TestReadAttributions(t *testing.T) {
	// Code points, not bytes: the dash is three bytes long. Parts come in any order.
	texts, err := readAttributions(t, `{"id": "a", "text": "– Ann Lee, a judge, said: “Go.” Stop", "attributions": [{"source": [[2, 18]], "cue": [[20, 24]], "content": [[26, 31]]}, {"source": [], "cue": [], "content": [[32, 36], [26, 31]]}]}`+"\n\n")
	if err != nil {
		t.Fatal(err)
	}
	a := texts[0].Attributions
	body := texts[0].Text.Body
	if len(a) != 2 || a[0].Source[0].Of(body) != "Ann Lee, a judge" || a[0].Head != "lee" || !a[0].Direct || a[0].Content[0].Of(body) != "“Go.”" {
		t.Errorf("got %+v", a[0])
	}
	if a[1].Direct || a[1].Head != "" || a[1].Content[0].Of(body) != "“Go.”" {
		t.Errorf("got %+v", a[1])
	}
	for _, tt := range []struct{ lines, want string }{
		{"", "no texts"},
		{"{", "said.jsonl:1: "},
		{`{"id": "a"}`, "id or text is missing"},
		{`{"id": "a", "text": "b", "attributions": [{"content": []}]}`, "attribution 1 has no content"},
		{`{"id": "a", "text": "b", "attributions": [{"content": [[1, 0]]}]}`, "range 1 to 0 lies outside the text"},
	} {
		if _, err := readAttributions(t, tt.lines); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", tt.lines, err, tt.want)
		}
	}
}

func TestMeasureAttributions(t *testing.T) {
	const text = "Ann Lee said one two three four. Bob Ray said five six seven eight."
	at := func(s string) corpus.Range {
		i := strings.Index(text, s)
		return corpus.Range{Start: i, End: i + len(s)}
	}
	texts, err := readAttributions(t, `{"id": "a", "text": "`+text+`", "attributions": [`+
		`{"source": [[0, 7]], "cue": [[8, 12]], "content": [[13, 31]]}, {"source": [[33, 40]], "cue": [[41, 45]], "content": [[46, 66]]}]}`)
	if err != nil {
		t.Fatal(err)
	}
	find := func(s ...said.Statement) func(int) ([]said.Statement, error) {
		return func(int) ([]said.Statement, error) { return s, nil }
	}
	lee := said.Statement{Range: at("one two three"), Speaker: said.Speaker{Mention: at("Lee")}}
	ray := said.Statement{Range: at("five six seven eight"), Speaker: said.Speaker{Mention: at("Lee")}}                 // another's
	long := said.Statement{Range: at("five six seven eight"), Speaker: said.Speaker{Mention: at("four. Bob Ray said")}} // too much
	stray := said.Statement{Range: at("four. Bob Ray said five"), Speaker: said.Speaker{Mention: at("Bob Ray")}}
	for _, tt := range []struct {
		name                       string
		find                       []said.Statement
		precision, recall, outside float64
	}{
		{"right and wrong", []said.Statement{lee, ray}, .5, .5, 0},
		{"too long", []said.Statement{lee, long}, .5, .5, 0},
		{"without a match", []said.Statement{lee, stray}, 1, .5, .5},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, _, err := eval.MeasureAttributions(context.Background(), texts, find(tt.find...))
			if err != nil {
				t.Fatal(err)
			}
			f := r.Figures
			if f["precision all"].Value != tt.precision || f["recall all"].Value != tt.recall || f["without a match"].Value != tt.outside {
				t.Errorf("got %+v", f)
			}
			if _, ok := f["recall direct"]; ok {
				t.Error("there is nothing direct")
			}
		})
	}
}
