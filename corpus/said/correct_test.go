package said_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"rapporteur/corpus"
	"rapporteur/corpus/said"
)

func TestCorrect(t *testing.T) {
	x := parse(t, "---\nlanguage: en\n---\nFriedrich Merz said that the talks\nwent well. Emmanuel Macron said that much was left. The room was cold.\n")
	list, err := said.ReadCorrections(fstest.MapFS{"said.yaml": {Data: []byte(`# known better
- text: a
  words: the talks went well
  speaker: Boris Pistorius
- {text: a, words: much was left}
- {text: a, words: The room was cold, speaker: Keir Starmer}
- {text: a, words: nobody said this, speaker: Keir Starmer}
- {text: b, words: another text}
`)}})
	if err != nil {
		t.Fatal(err)
	}
	found, err := said.Find(x)
	if err != nil {
		t.Fatal(err)
	}
	before := found.Statements[0].Speaker.Name
	got, unmatched, err := found.Correct(x, list)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range got.Statements {
		names = append(names, s.Speaker.Name)
	}
	if strings.Join(names, ", ") != "Boris Pistorius, , Keir Starmer" {
		t.Errorf("got %q", names)
	}
	if len(unmatched) != 1 || unmatched[0].Line != 7 {
		t.Errorf("unmatched: %+v", unmatched)
	}
	if found.Statements[0].Speaker.Name != before {
		t.Error("what was found before has changed")
	}
	b, err := said.WriteCorrections(list)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := said.ReadCorrections(fstest.MapFS{"said.yaml": {Data: b}}); err != nil || len(again) != len(list) || again[0].Words != list[0].Words {
		t.Errorf("written and read again: %+v, %v", again, err)
	}
}

func TestBadCorrections(t *testing.T) {
	if list, err := said.ReadCorrections(fstest.MapFS{}); err != nil || list != nil {
		t.Errorf("without a file: %v, %v", list, err)
	}
	for _, tt := range []struct {
		body string
		line int
	}{
		{"text: a", 1},
		{"- {text: a, words: b}\n- {text: a}", 2},
		{"- {text: a, word: b}", 1},
		{"- {text: a, words: \"b}", 1},
		{"- a", 1},
	} {
		_, err := said.ReadCorrections(fstest.MapFS{"said.yaml": {Data: []byte(tt.body)}})
		var p corpus.Problem
		if !errors.As(err, &p) || p.Line != tt.line || p.Path != "said.yaml" {
			t.Errorf("%q: got %v, want line %d", tt.body, err, tt.line)
		}
	}
}

func TestCheck(t *testing.T) {
	c, err := corpus.New([]*corpus.Text{parse(t, "The room was cold.\n")}, corpus.Aliases{})
	if err != nil {
		t.Fatal(err)
	}
	problems, err := said.Check(c, []said.Correction{{Text: "a", Words: "room was"}, {Text: "a", Words: "warm", Line: 3}, {Text: "b", Words: "room", Line: 4}})
	if err != nil || len(problems) != 2 || problems[0].Line != 3 || problems[1].Line != 4 {
		t.Errorf("got %v, %v", problems, err)
	}
}
