package eval

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"rapporteur/corpus"
	"rapporteur/index"
)

func TestAUROC(t *testing.T) {
	for _, tt := range []struct {
		name    string
		yes, no []float64
		want    float64
	}{
		{"all surer", []float64{2, 3}, []float64{0, 1}, 1},
		{"a tie counts half", []float64{1}, []float64{1}, .5},
		{"one of two", []float64{0, 2}, []float64{1}, .5},
		{"none surer", []float64{0}, []float64{1, 2}, 0},
		// Of six pairs three are won and two tie.
		{"ties among others", []float64{1, 2, 3}, []float64{1, 3}, (.5 + 0 + 1 + 0 + 1 + .5) / 6},
	} {
		if got := AUROC(tt.yes, tt.no); math.Abs(got-tt.want) > 1e-12 {
			t.Errorf("%s: AUROC(%v, %v) = %v, want %v", tt.name, tt.yes, tt.no, got, tt.want)
		}
	}
}

// TestTrialWeighs compares a weighted sample with one that holds the answers as
// often as they weigh.
func TestTrialWeighs(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	w := weights{2, 0, 3}
	var drawn, repeated trial
	for range 200 {
		a := answer{confidence: float64(rng.IntN(10)) / 10, answerable: rng.IntN(2) == 0, cluster: rng.IntN(3)}
		a.right = a.answerable && rng.IntN(2) == 0
		drawn = append(drawn, a)
		for range w[a.cluster] {
			one := a
			one.cluster = 0
			repeated = append(repeated, one)
		}
	}
	drawn.sorted()
	repeated.sorted()
	same := weights{1}
	if got, want := drawn.auroc(w), repeated.auroc(same); math.Abs(got-want) > 1e-12 {
		t.Errorf("AUROC %v, want %v", got, want)
	}
	if got, want := drawn.stop(w), repeated.stop(same); got != want {
		t.Errorf("stop %v, want %v", got, want)
	}
	if got, want := drawn.at(w, .4), repeated.at(same, .4); got != want {
		t.Errorf("shares %v, want %v", got, want)
	}
}

func TestStop(t *testing.T) {
	var s trial
	for i := range 20 { // without an answer: 0.00 to 0.19
		s = append(s, answer{confidence: float64(i) / 100})
	}
	for _, c := range []float64{.18, .185, .5} {
		s = append(s, answer{confidence: c, answerable: true, right: c == .5})
	}
	s.sorted()
	// 19 of 20 must be refused: all up to 0.18, and the answer that ties with it.
	if got := s.stop(weights{1}); got != .18 {
		t.Fatalf("stop %v, want 0.18", got)
	}
	if got, want := s.at(weights{1}, .18), (shares{2. / 3, 1. / 3, 19. / 20}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	// Answers are given from a stop on: one that is exactly as sure is given.
	if got := s.at(weights{1}, justBelow(.5)).answered; got != 1./3 {
		t.Errorf("answered %v from 0.5 on, want 1/3", got)
	}
}

// hits makes hits on the sentences of one text; a sentence is named by its
// passage and its number, and its score follows.
func hits(t *corpus.Text, named ...float64) []index.Hit {
	var out []index.Hit
	for i := 0; i < len(named); i += 3 {
		p := int(named[i])
		out = append(out, index.Hit{Text: t, Passage: p, Sentence: t.Passages[p].Sentences[int(named[i+1])], Score: named[i+2]})
	}
	return out
}

func TestPlaces(t *testing.T) {
	body := "A a. B b. C c. D d."
	s := func(i int) corpus.Range { return corpus.Range{Start: 5 * i, End: 5*i + 4} }
	text := &corpus.Text{ID: "t", Body: body, Passages: []corpus.Passage{
		{Range: corpus.Range{Start: 0, End: 9}, Sentences: []corpus.Range{s(0), s(1)}},
		{Range: corpus.Range{Start: 10, End: 19}, Sentences: []corpus.Range{s(2), s(3)}},
	}}
	q := &Question{Article: "t", Passage: 0, Places: []Place{{0, 1}}}
	for _, tt := range []struct {
		name              string
		hits              []float64
		sentence, passage int
	}{
		{"first", []float64{0, 1, 3, 1, 0, 2}, 1, 1},
		{"second", []float64{1, 0, 3, 0, 1, 2}, 2, 2},
		{"a tie counts against us, whoever is listed first", []float64{0, 1, 3, 1, 0, 3, 1, 1, 3}, 3, 2},
		{"a wrong sentence of the right passage", []float64{0, 0, 4, 1, 0, 3, 0, 1, 2}, 3, 1},
		{"not found", []float64{1, 0, 3}, 0, 0},
		{"nothing found", nil, 0, 0},
	} {
		if got := judge(q, index.Result{Hits: hits(text, tt.hits...)}); got.Place != tt.sentence || got.Passage != tt.passage {
			t.Errorf("%s: sentence %d, passage %d; want %d, %d", tt.name, got.Place, got.Passage, tt.sentence, tt.passage)
		}
	}
	t.Run("right ones do not count against each other", func(t *testing.T) {
		q := &Question{Article: "t", Places: []Place{{0, 0}, {0, 1}}}
		if got := judge(q, index.Result{Hits: hits(text, 0, 0, 1, 0, 1, 1)}); got.Place != 1 {
			t.Errorf("place %d, want 1", got.Place)
		}
	})
	t.Run("a tie across the cut", func(t *testing.T) {
		var many []float64
		for range depth - 1 {
			many = append(many, 1, 0, 1)
		}
		if got := judge(q, index.Result{Hits: hits(text, append([]float64{0, 1, 1}, many...)...)}); got.Place != 0 {
			t.Errorf("place %d, want 0: more equals may have been cut off", got.Place)
		}
	})
}

func TestMeasures(t *testing.T) {
	a := &answered{
		questions: []Question{{answerable: true}, {answerable: true}, {}, {answerable: true}},
		outcomes:  []Outcome{{Place: 1, Passage: 1}, {Place: 4, Passage: 2}, {}, {}},
		cluster:   []int{0, 0, 0, 1},
	}
	for name, want := range map[string]float64{
		"sentence hit@1": 1. / 3, "sentence hit@5": 2. / 3, "sentence MRR": (1 + .25) / 3,
		"passage hit@1": 1. / 3, "passage hit@10": 2. / 3, "passage MRR": (1 + .5) / 3,
	} {
		if got := a.measures()[name](weights{1, 1}); math.Abs(got-want) > 1e-12 {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
	// The first article drawn twice, the second never.
	if got := a.measures()["sentence hit@1"](weights{2, 0}); got != .5 {
		t.Errorf("drawn: got %v, want 0.5", got)
	}
}

func TestBootstrap(t *testing.T) {
	values := []float64{0, 1, 0, 1, 1, 0, 1, 1}
	cluster := []int{0, 1, 2, 3, 4, 5, 6, 7}
	m := mean(cluster, func(i int) (float64, bool) { return values[i], true })
	one, _ := newBootstrap(8).figure(m)
	two, _ := newBootstrap(8).figure(m)
	if one != two {
		t.Errorf("two runs differ: %v, %v", one, two)
	}
	// Of the mean of eight draws with p = 5/8, 2.5 % lie at 2/8 and below.
	if one.Value != .625 || one.Low < .25 || one.Low > .375 || one.High < .875 || one.High > 1 {
		t.Errorf("got %v", one)
	}
	if d, _ := newBootstrap(8).difference(m, m); d != (Figure{}) {
		t.Errorf("a system is ahead of itself by %v", d)
	}
	if f, ok := newBootstrap(2).figure(func(weights) float64 { return math.NaN() }); ok {
		t.Errorf("an undefined figure is %v", f)
	}
}

// squad is a small set: an empty paragraph, two articles of one name, Cyrillic.
const squad = `{"version": "2.0", "data": [
 {"title": "Ferry_boats", "paragraphs": [
  {"context": "", "qas": []},
  {"context": "# Паром коштує сім крон. Він відходить о 12:00 — щодня 🛳 від причалу. Капітана звуть Олена.", "qas": [
   {"id": "a", "question": "Скільки коштує паром?", "answers": [{"text": "сім крон", "answer_start": 15}, {"text": "сім", "answer_start": 15}]},
   {"id": "b", "question": "Як звуть капітана?", "answers": [{"text": "Олена", "answer_start": 85}]},
   {"id": 3, "question": "Якого кольору паром?", "is_impossible": true, "answers": []}]}]},
 {"title": "Ferry_boats", "paragraphs": [
  {"context": "The lighthouse opens in May.\nIts keeper is called Ann.", "qas": [
   {"question": "Who keeps the lighthouse?", "answers": [{"text": "Ann", "answer_start": 50}]}]}]}]}`

func TestReadSQuAD(t *testing.T) {
	set, err := parseSQuAD([]byte(squad), "")
	if err != nil {
		t.Fatal(err)
	}
	if len(set.Texts) != 2 || set.Texts[0].ID == set.Texts[1].ID {
		t.Fatalf("texts of one name are not told apart: %v", set.Texts)
	}
	if got := []string{set.Texts[0].Language, set.Texts[1].Language}; got[0] != "uk" || got[1] != "en" {
		t.Errorf("languages %q", got)
	}
	answer := func(i int) string {
		q := set.Questions[i]
		if len(q.Places) != 1 {
			t.Fatalf("question %d has places %v", i, q.Places)
		}
		for _, text := range set.Texts {
			if text.ID == q.Article {
				return text.Passages[q.Places[0].Passage].Sentences[q.Places[0].Sentence].Of(text.Body)
			}
		}
		return ""
	}
	for i, want := range map[int]string{0: "# Паром коштує сім крон.", 1: "Капітана звуть Олена.", 3: "Its keeper is called Ann."} {
		if got := answer(i); got != want {
			t.Errorf("question %d: the answer stands in %q, want %q", i, got, want)
		}
	}
	var ids []string
	for _, q := range set.Questions {
		ids = append(ids, q.ID)
	}
	if got := strings.Join(ids, " "); got != "a b 3 3" {
		t.Errorf("ids %s", got)
	}
	if set.Questions[2].Answerable() || !set.Questions[3].Answerable() {
		t.Error("what is impossible is mistaken")
	}
}

func TestReadSQuADErrors(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"not JSON", "{\n \"data\": oops}", "2:10: the JSON cannot be read"},
		{"cut off", `{"data": [`, "1:10: the JSON cannot be read"},
		{"another file", `{"questions": []}`, `no articles in "data"`},
		{"wrong type", `{"data": [{"paragraphs": [{"context": 5}]}]}`, "data.paragraphs.context must be a string; found: number"},
		{"a list", `[{"question": "Q"}]`, "1:1: the whole must be an object; found: array"},
		{"no context", `{"data": [{}, {"paragraphs": [{"context": "A."}, {}]}]}`, `data[1].paragraphs[1]: no "context"`},
		{"no question", `{"data": [{"paragraphs": [{"context": "A.", "qas": [{}]}]}]}`, `data[0].paragraphs[0].qas[0]: no "question"`},
		{"no start", `{"data": [{"paragraphs": [{"context": "A.", "qas": [{"question": "Q", "answers": [{"text": "A"}]}]}]}]}`, `qas[0].answers[0]: no "answer_start" or no "text"`},
		{"no answer's text", `{"data": [{"paragraphs": [{"context": "A.", "qas": [{"question": "Q", "answers": [{"answer_start": 0}]}]}]}]}`, `qas[0].answers[0]: no "answer_start" or no "text"`},
		{"start outside", `{"data": [{"paragraphs": [{"context": "Ж.", "qas": [{"question": "Q", "answers": [{"text": "A", "answer_start": 2}]}]}]}]}`, `outside the context`},
		{"start before", `{"data": [{"paragraphs": [{"context": "A.", "qas": [{"question": "Q", "answers": [{"text": "", "answer_start": -1}]}]}]}]}`, `outside the context`},
		{"end outside", `{"data": [{"paragraphs": [{"context": "Ж.", "qas": [{"question": "Q", "answers": [{"text": "Ж.!", "answer_start": 0}]}]}]}]}`, `outside the context`},
		{"an answer of white space", `{"data": [{"paragraphs": [{"context": "A. B", "qas": [{"question": "Q", "answers": [{"text": " ", "answer_start": 2}]}]}]}]}`, `the answer is empty`},
		{"no questions", `{"data": [{"paragraphs": [{"context": "A."}]}]}`, `no questions`},
	} {
		_, err := parseSQuAD([]byte(tt.in), "")
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q in it", tt.name, err, tt.want)
		}
	}
	t.Run("not UTF-8", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "q.json")
		if err := os.WriteFile(path, []byte("{\"data\":\n\"\xff\"}"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadSQuAD(path, ""); err == nil || !strings.Contains(err.Error(), "q.json:2: not UTF-8") {
			t.Errorf("got %v", err)
		}
	})
	if _, err := ReadSQuAD("nowhere.json", ""); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

// small is the corpus of squad.
func small(t *testing.T) *corpus.Corpus {
	t.Helper()
	set, err := parseSQuAD([]byte(squad), "")
	if err != nil {
		t.Fatal(err)
	}
	c, err := set.Corpus()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// read reads a set as a file of the name.
func read(t *testing.T, name, in string) (*Set, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(in), 0o600); err != nil {
		t.Fatal(err)
	}
	return Read(path, "", func() (*corpus.Corpus, error) { return small(t), nil })
}

func readLines(t *testing.T, in string) (*Set, error) { return read(t, "q.jsonl", in) }

// TestRead tells the two forms apart by what is in the file.
func TestRead(t *testing.T) {
	const line = `{"question": "Q x?", "answers": []}`
	for _, tt := range []struct {
		name, in string
		lines    bool
	}{
		{"q.json", squad, false},
		{"q.json", "\ufeff\n" + squad, false},
		{"q.json", strings.ReplaceAll(squad, "\n", " "), false},
		{"q.jsonl", squad, false},
		{"q.jsonl", "\ufeff\n" + line, true},
		{"q.json", line + "\r\n" + line, true},
		{"q.txt", line, true},
	} {
		if tt.name == "q.jsonl" && !tt.lines {
			tt.in = strings.ReplaceAll(tt.in, "\n", " ") // told by its first line, which must be whole
		}
		set, err := read(t, tt.name, tt.in)
		if err != nil || set.lines != tt.lines {
			t.Errorf("%s, %.20q: %+v, %v", tt.name, tt.in, set, err)
		}
	}
}

// TestWhichSentence says which sentence is right.
func TestWhichSentence(t *testing.T) {
	const context = `\ud83d\udef3 Mr. A came. He e\u0301 left.\u00a0\nHe slept well.`
	for _, tt := range []struct {
		name, answers string
		want          []Place
		warning       string
	}{
		{"by characters, not by bytes or UTF-16", `{"text": "A", "answer_start": 6}`, []Place{{0, 0}}, ""},
		{"white space around it", `{"text": " He e\u0301 left.\u00a0\n", "answer_start": 13}`, []Place{{0, 1}}, ""},
		{"over the end of a sentence", `{"text": "came. He", "answer_start": 8}`, nil, "qas[0] has no answer within one sentence: counted as missed"},
		{"any annotator", `{"text": "came. He", "answer_start": 8}, {"text": "He", "answer_start": 14}, {"text": "slept", "answer_start": 30}`, []Place{{0, 1}, {0, 2}}, ""},
		{"at another place than it says", `{"text": "left", "answer_start": 6}`, []Place{{0, 0}}, `qas[0].answers[0] is not what its context has at "answer_start"`},
	} {
		set, err := read(t, "q.json", `{"data": [{"title": "x", "paragraphs": [{"context": "`+context+`", "qas": [{"question": "Q", "answers": [`+tt.answers+`]}]}]}]}`)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		q := set.Questions[0]
		if !slices.Equal(q.Places, tt.want) || !q.Answerable() || !q.rightPassage("x", 0) {
			t.Errorf("%s: places %v, want %v", tt.name, q.Places, tt.want)
		}
		if got := strings.Join(set.Warnings, "\n"); (got != "") != (tt.warning != "") || !strings.Contains(got, tt.warning) {
			t.Errorf("%s: warned %q", tt.name, got)
		}
	}
}

// TestLanguages tells the language of what is too short for it from the rest.
func TestLanguages(t *testing.T) {
	article := func(context string) string {
		return `{"paragraphs": [{"context": "` + context + `", "qas": [{"question": "Q", "answers": []}]}]}`
	}
	in := `{"data": [` + strings.Join([]string{
		article("The ferry to the island leaves at noon and it is full."),
		article("Bäcker backen Brot."),
		article("Die Fähre zur Insel fährt um zwölf und ist voll."),
		article("Der Kapitän ist nicht an Bord, und die Gäste warten auf ihn."),
	}, ",") + `]}`
	for lang, want := range map[string]string{"": "en de de de", "fr": "fr fr fr fr"} {
		set, err := parseSQuAD([]byte(in), lang)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, text := range set.Texts {
			got = append(got, text.Language)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("--lang %q: got %q, want %s", lang, got, want)
		}
	}
}

func TestRepeatedID(t *testing.T) {
	set, err := read(t, "q.json", squad)
	if err != nil || len(set.Warnings) != 1 || !strings.Contains(set.Warnings[0], `"3" is the id of several questions`) {
		t.Errorf("got %v, %v", set, err)
	}
}

func TestReadLines(t *testing.T) {
	set, err := readLines(t, `{"question": "Who keeps it?", "answers": ["is  CALLED ann"]}

{"id": "x", "question": "Хто капітан?", "answers": ["Ann", "Олена"], "texts": ["Ferry_boats"]}
{"question": "Why?", "answers": []}
{"question": "How?", "answers": ["nowhere"]}
`)
	if err != nil {
		t.Fatal(err)
	}
	q := set.Questions
	if len(q) != 4 || !q[0].Right("Ferry_boats (2)", 0, 1) || q[0].Right("Ferry_boats (2)", 0, 0) || q[0].Right("Ferry_boats", 0, 1) {
		t.Errorf("places of the first: %v", q[0].Elsewhere)
	}
	if !q[1].Right("Ferry_boats", 0, 2) || len(q[1].Elsewhere) != 1 || q[1].ID != "x" {
		t.Errorf("places of the second, limited to a text: %v", q[1].Elsewhere)
	}
	if q[2].Answerable() || !q[3].Answerable() || q[3].ID != "5" {
		t.Errorf("answerable: %v %v; id %q", q[2].Answerable(), q[3].Answerable(), q[3].ID)
	}
	if len(set.Warnings) != 1 || !strings.Contains(set.Warnings[0], "q.jsonl:5: no sentence contains") {
		t.Errorf("warnings %q", set.Warnings)
	}
}

// TestLinesWithTexts reads lines that bring their texts.
func TestLinesWithTexts(t *testing.T) {
	set, err := readLines(t, `{"question": "When is low tide?", "answers": ["noon"], "texts": ["Tides are low at noon.\n\nAnn rows.", "Bert rows at noon."]}
{"question": "Who rows?", "answers": ["Ann"], "texts": ["Tides are low at noon.\n\nAnn rows."]}
{"question": "Who rows at noon, or in afternoons?", "answers": ["noon"], "texts": ["Bert rows in the afternoon.", "Rowing"]}
{"question": "Who sleeps?", "answers": ["nobody", "Bert"]}
`)
	if err != nil {
		t.Fatal(err)
	}
	if len(set.Texts) != 4 || set.Texts[0].ID != "1.1" || len(set.Texts[0].Passages) != 2 {
		t.Fatalf("texts %+v", set.Texts)
	}
	q := set.Questions
	if !q[0].Right("1.1", 0, 0) || !q[0].Right("1.2", 0, 0) || !q[1].Right("1.1", 1, 0) || len(q[1].Elsewhere) != 1 {
		t.Errorf("places %v, %v", q[0].Elsewhere, q[1].Elsewhere)
	}
	if len(q[2].Elsewhere) != 0 || !q[3].Right("1.2", 0, 0) || !q[3].Right("3.1", 0, 0) {
		t.Errorf("places %v, %v: an answer is whole words, and without texts it may stand in any", q[2].Elsewhere, q[3].Elsewhere)
	}
	_, out := predict(t, set, .3)
	if want := `{"title":"1.1","article":0,"paragraph":1,"start":0,"end":9,"sentence":"Ann rows."}`; !strings.Contains(out, want) {
		t.Errorf("predictions\n%s\nwithout %s", out, want)
	}
}

func TestReadLinesErrors(t *testing.T) {
	const good = `{"question": "Q", "answers": []}` + "\n"
	for _, tt := range []struct{ name, in, want string }{
		{"not JSON", good + "who?", "q.jsonl:2: the line is no JSON object"},
		{"a list", "[1]", "q.jsonl:1: the line is no JSON object"},
		{"wrong type", `{"question": "Q", "answers": "A"}`, "q.jsonl:1: answers must be a list; found: string"},
		{"no question", `{"answers": []}`, `no "question"`},
		{"no answers", `{"question": "Q", "answer": ["A"]}`, `no "answers"`},
		{"an empty answer", `{"question": "Q", "answers": [" "]}`, "an answer is empty"},
		{"an unknown text", `{"question": "Q", "answers": [], "texts": ["x"]}`, `q.jsonl:1: there is no text "x"`},
		{"a text among names", `{"question": "Q", "answers": [], "texts": ["A b."]}` + "\n" + `{"question": "Q", "answers": [], "texts": ["Ferry_boats"]}`, `q.jsonl:1: there is no text "A b."`},
		{"empty", "\n\n", "no questions"},
	} {
		_, err := readLines(t, tt.in)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q in it", tt.name, err, tt.want)
		}
	}
}

func TestMeasure(t *testing.T) {
	set, err := parseSQuAD([]byte(squad), "")
	if err != nil {
		t.Fatal(err)
	}
	r, err := Measure(context.Background(), set, Options{Baseline: true, HeldOut: true})
	if err != nil {
		t.Fatal(err)
	}
	if r.Questions != 4 || r.Answerable != 3 || r.Texts != 2 || r.Passages != 2 || r.Sentences != 5 {
		t.Errorf("got %+v", r)
	}
	var names []string
	for _, s := range r.Systems {
		names = append(names, s.Name)
		for _, f := range FigureNames("adversarial", ArticleRemoved) {
			if _, ok := s.Figures[f]; !ok {
				t.Errorf("%s: no figure %q", s.Name, f)
			}
		}
	}
	if got := strings.Join(names, ", "); got != "rapporteur, bleve tf-idf, bleve bm25" {
		t.Errorf("systems %s", got)
	}
	for _, refusal := range r.Systems[0].Refusals {
		if want := map[string]int{"adversarial": 1, ArticleRemoved: 3}[refusal.Kind]; refusal.Questions != want || len(refusal.Stops) != 4 {
			t.Errorf("%s: %d questions, %d stops", refusal.Kind, refusal.Questions, len(refusal.Stops))
		}
	}
	if _, err := json.Marshal(r); err != nil {
		t.Error(err)
	}

	t.Run("nothing has an answer", func(t *testing.T) {
		only := *set
		only.Questions = set.Questions[2:3]
		r, err := Measure(context.Background(), &only, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := r.Systems[0].Figures["sentence hit@1"]; ok {
			t.Error("a figure of no questions")
		}
		if _, err := json.Marshal(r); err != nil {
			t.Error(err)
		}
	})
}

// TestCopies holds that a right sentence is found though another place says the
// same, which Search would show instead.
func TestCopies(t *testing.T) {
	set, err := parseSQuAD([]byte(`{"data": [{"title": "x", "paragraphs": [
		{"context": "The ferry to the island costs seven crowns.", "qas": []},
		{"context": "The ferry to the island costs seven crowns.", "qas": [
			{"id": 1e3, "question": "What does the ferry cost?", "answers": [{"text": "seven", "answer_start": 30}]}]}]}]}`), "")
	if err != nil {
		t.Fatal(err)
	}
	r, out := predict(t, set, 0)
	if o := r.Outcomes[0]; o.Place != 2 || len(o.Hits) != 2 {
		t.Errorf("place %d of %d; want the second, as the copies tie", o.Place, len(o.Hits))
	}
	if !strings.HasPrefix(out, `{"id":1e3,`) {
		t.Errorf("got %s; the id must stay a number", out)
	}
}

// TestSentences holds that what is measured is what Search answers, where
// nothing is a copy.
func TestSentences(t *testing.T) {
	ctx := context.Background()
	x, err := index.Open(ctx, small(t), index.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	for _, question := range []string{"Скільки коштує паром?", "Who keeps the lighthouse?", "ferry"} {
		want, err := x.Search(ctx, index.Query{Text: question, Limit: depth})
		if err != nil {
			t.Fatal(err)
		}
		got, err := sentences(ctx, x, question)
		if err != nil || got.Confidence != want.Confidence || !reflect.DeepEqual(got.Hits, want.Hits) {
			t.Errorf("%s: got %+v, %v, want %+v", question, got, err, want)
		}
	}
}

// predict measures a set and returns what was answered, too.
func predict(t *testing.T, set *Set, from float64) (*Report, string) {
	t.Helper()
	r, err := Measure(context.Background(), set, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := WritePredictions(&out, set, r.Outcomes, from); err != nil {
		t.Fatal(err)
	}
	return r, out.String()
}

// TestSameAgain holds that predictions do not depend on the run or on how many
// processors make it.
func TestSameAgain(t *testing.T) {
	set, err := parseSQuAD([]byte(squad), "")
	if err != nil {
		t.Fatal(err)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	var first string
	for _, processors := range []int{1, 4, 1, 2} {
		runtime.GOMAXPROCS(processors)
		_, got := predict(t, set, .3)
		if first == "" {
			first = got
		}
		if got != first {
			t.Errorf("%d processors: got\n%s\nwant\n%s", processors, got, first)
		}
	}
}

func TestReliability(t *testing.T) {
	s := trial{
		{confidence: 0}, {confidence: .04, right: true, answerable: true}, // mean .02, right .5
		{confidence: .7, right: true, answerable: true}, {confidence: 1, right: true, answerable: true, cluster: 1},
	}
	got := s.reliability(newBootstrap(2))
	if want := (.48*2 + .3 + 0) / 4; math.Abs(got.Error-want) > 1e-12 {
		t.Errorf("error %v, want %v", got.Error, want)
	}
	var bins []string
	for _, b := range got.Bins {
		bins = append(bins, fmt.Sprintf("%.1f to %.1f: %d, %.2f, %.1f", b.From, b.To, b.Questions, b.Confidence, b.Right.Value))
	}
	want := "0.0 to 0.1: 2, 0.02, 0.5\n0.7 to 0.8: 1, 0.70, 1.0\n0.9 to 1.0: 1, 1.00, 1.0"
	if got := strings.Join(bins, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestHeldOut asks what only the removed article knows.
func TestHeldOut(t *testing.T) {
	set, err := parseSQuAD([]byte(squad), "")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	_, asked, err := askHeldOut(context.Background(), set, func(ctx context.Context, c *corpus.Corpus) (finder, error) {
		seen++
		if len(c.Texts()) != 1 {
			t.Errorf("%d texts are left, want 1", len(c.Texts()))
		}
		return index.Open(ctx, c, index.Options{})
	})
	if err != nil || seen != 2 {
		t.Fatalf("%d indexes, %v", seen, err)
	}
	for i, want := range []bool{true, true, false, true} {
		if asked[i] != want {
			t.Errorf("question %d: asked %v, want %v", i, asked[i], want)
		}
	}
}

// TestPredictions checks that what is written are sentences of the paragraphs
// of the file, counted in characters.
func TestPredictions(t *testing.T) {
	check := func(t *testing.T, raw []byte) {
		set, err := parseSQuAD(raw, "")
		if err != nil {
			t.Fatal(err)
		}
		_, out := predict(t, set, .4)
		var file squadFile
		if err := json.Unmarshal(raw, &file); err != nil {
			t.Fatal(err)
		}
		sentences := make(map[string]bool)
		for _, text := range set.Texts {
			for _, p := range text.Passages {
				for _, s := range p.Sentences {
					sentences[text.ID+s.Of(text.Body)] = true
				}
			}
		}
		n := 0
		for line := range strings.Lines(out) {
			var p prediction
			if err := json.Unmarshal([]byte(line), &p); err != nil {
				t.Fatal(err)
			}
			if fmt.Sprint(p.ID) != set.Questions[n].ID || len(p.Ranked) == 0 || len(p.Ranked) > kept {
				t.Errorf("line %d: id %q, %d ranked", n+1, p.ID, len(p.Ranked))
			}
			n++
			for _, l := range p.Ranked {
				article := file.Data[*l.Article]
				context := []rune(*article.Paragraphs[l.Paragraph].Context)
				if l.Title != article.Title || l.Start < 0 || l.Start >= l.End || l.End > len(context) {
					t.Fatalf("no such place: %+v", l)
				}
				if s := string(context[l.Start:l.End]); !sentences[set.Texts[*l.Article].ID+s] {
					t.Errorf("%+v is no sentence: %q", l, s)
				}
			}
		}
		if n != len(set.Questions) {
			t.Errorf("%d lines for %d questions", n, len(set.Questions))
		}
	}
	t.Run("by hand", func(t *testing.T) { check(t, []byte(squad)) })
	t.Run("at random", func(t *testing.T) {
		rng := rand.New(rand.NewPCG(9, 10))
		pieces := []string{"Паром ", "ferry ", "🛳", "é", "z\u0301", ". ", "! ", "\n", "\u00a0", "« Oui. » ", "U.S. ", "# ", "- ", "12 ", "Він "}
		var file squadFile
		for range 5 {
			a := squadArticle{Title: "same"}
			for range 6 {
				var b strings.Builder
				for range rng.IntN(60) {
					b.WriteString(pieces[rng.IntN(len(pieces))])
				}
				context := b.String()
				if !utf8.ValidString(context) {
					t.Fatal("not UTF-8")
				}
				a.Paragraphs = append(a.Paragraphs, squadParagraph{Context: &context, QAs: []squadQuestion{{Question: "ferry Паром 12?"}}})
			}
			file.Data = append(file.Data, a)
		}
		raw, err := json.Marshal(file)
		if err != nil {
			t.Fatal(err)
		}
		check(t, raw)
	})
}
