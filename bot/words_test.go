package bot_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/goccy/go-yaml"

	"rapporteur/bot"
	"rapporteur/bot/bottest"
	"rapporteur/bot/locale"
	"rapporteur/corpus"
)

// message is a text of the interface: its plural forms, or "other" alone.
type message map[string]string

// messagesOf reads the interface texts of a language.
func messagesOf(t *testing.T, lang string) map[string]message {
	t.Helper()
	b, err := os.ReadFile("locale/locales/" + lang + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	var raw map[string]any
	if err := yaml.Unmarshal(b, &raw); err != nil {
		t.Fatal(err)
	}
	out := make(map[string]message)
	for id, v := range raw {
		m := message{}
		switch v := v.(type) {
		case string:
			m["other"] = v
		case map[string]any:
			for form, s := range v {
				m[form] = s.(string)
			}
		default:
			t.Fatalf("%s.yaml: %s is a %T", lang, id, v)
		}
		out[id] = m
	}
	return out
}

var field = regexp.MustCompile(`{{\.(\w+)}}`)

func (m message) fields(form string) []string {
	var out []string
	for _, f := range field.FindAllStringSubmatch(m[form], -1) {
		out = append(out, f[1])
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func TestLocales(t *testing.T) {
	forms := map[string][]string{"en": {"one", "other"}, "de": {"one", "other"}, "uk": {"few", "many", "one", "other"}}
	en := messagesOf(t, "en")
	for _, lang := range locale.Languages() {
		texts := messagesOf(t, lang)
		if got, want := slices.Sorted(maps.Keys(texts)), slices.Sorted(maps.Keys(en)); !slices.Equal(got, want) {
			t.Errorf("%s.yaml and en.yaml differ in ids:\n%q\n%q", lang, got, want)
		}
		for id, m := range texts {
			if len(m) > 1 != (len(en[id]) > 1) {
				t.Errorf("%s.yaml: %s has plural forms in one language only", lang, id)
			}
			if got := slices.Sorted(maps.Keys(m)); len(m) > 1 && !slices.Equal(got, forms[lang]) {
				t.Errorf("%s.yaml: %s has the forms %q, want %q", lang, id, got, forms[lang])
			}
			for form, s := range m {
				if got, want := m.fields(form), en[id].fields("other"); !slices.Equal(got, want) {
					t.Errorf("%s.yaml: %s holds %q, in English %q", lang, id, got, want)
				}
				if strings.TrimSpace(s) != s || s == "" || strings.Contains(s, "  ") {
					t.Errorf("%s.yaml: %s is %q", lang, id, s)
				}
			}
			if n := utf8.RuneCountInString(m["other"]); n > 100 && (strings.HasPrefix(id, "cmd_") || strings.HasPrefix(id, "arg_")) {
				t.Errorf("%s.yaml: %s has %d characters", lang, id, n)
			}
		}
	}
}

// TestMessageIDs compares the ids in the code with those in the files. In the
// code an id is an argument of say or of what hands it on, the Message of a
// UserError, or put together of a family's name and a name.
func TestMessageIDs(t *testing.T) {
	used := make(map[string]bool)
	for _, c := range bottest.Commands("en") {
		used["cmd_"+c.Name], used["name_"+c.Name] = true, true
		if c.Menu != "" {
			used["menu_"+c.Name] = true
		}
		for i, a := range c.Args { // those of a server
			used["arg_"+a.Name], used["name_"+a.Name] = true, true
			for _, ch := range a.Choices {
				if !slices.Contains(locale.Languages(), ch.Value) {
					used["choice_"+ch.Value] = true
				}
			}
			if i == 0 && a.Required {
				used["ph_"+a.Name] = true
			}
		}
	}
	for _, a := range bottest.SettingArgs(true) { // nobody is shown their names
		for _, ch := range a.Choices {
			if !slices.Contains(locale.Languages(), ch.Value) {
				used["choice_"+ch.Value], used["press_"+ch.Value] = true, true
			}
		}
	}
	for m := 1; m <= 12; m++ {
		used[fmt.Sprintf("month_%d", m)] = true
	}
	for _, l := range corpus.Languages {
		used["lang_"+l] = true
	}
	for _, k := range []corpus.Kind{corpus.Report, corpus.Statement, corpus.Transcript, corpus.Briefing} {
		used["kind_"+string(k)] = true
	}
	for _, code := range ingestCodes(t) {
		used["ingest_"+code] = true
	}
	families := []string{"ingest_", "cmd_", "arg_", "ph_", "month_%d", "lang_", "kind_", "fact_", "name_", "choice_", "press_"}
	for _, id := range bot.ActionLabels {
		used[id] = true
	}
	handOn := map[string]string{"Say": "", "OfSpace": "", "ListTexts": "", "refuse": "", "fact": "fact_"} // and what they put before

	// literal notes every string an expression may be, with what is put around it.
	literal := func(e ast.Expr, before, after string) {
		ast.Inspect(e, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			if id, _ := strconv.Unquote(lit.Value); !slices.Contains(families, id) {
				used[before+id+after] = true
			}
			return true
		})
	}
	paths, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	rooms, err := filepath.Glob("*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range append(paths, rooms...) {
		if dir := filepath.Dir(p); strings.HasSuffix(p, "_test.go") || slices.Contains([]string{"bottest", "console", "discord", "telegram"}, dir) {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), p, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				name := ""
				switch fun := n.Fun.(type) {
				case *ast.Ident:
					name = fun.Name
				case *ast.SelectorExpr:
					name = fun.Sel.Name
				}
				if before, ok := handOn[name]; ok {
					at := 0
					if name == "refuse" || name == "ListTexts" {
						at = 1
					}
					literal(n.Args[at], before, "")
					if name == "OfSpace" {
						literal(n.Args[at], before, "_group")
					}
				}
			case *ast.KeyValueExpr:
				if key, ok := n.Key.(*ast.Ident); ok && key.Name == "Message" {
					literal(n.Value, "", "")
				}
			case *ast.AssignStmt:
				if id, ok := n.Lhs[0].(*ast.Ident); ok && (id.Name == "verdict" || id.Name == "promise" || id.Name == "message") {
					literal(n.Rhs[0], "", "")
				}
			}
			return true
		})
	}
	if got, want := slices.Sorted(maps.Keys(used)), slices.Sorted(maps.Keys(messagesOf(t, "en"))); !slices.Equal(got, want) {
		for _, id := range got {
			if !slices.Contains(want, id) {
				t.Errorf("%q is used, but no text has it", id)
			}
		}
		for _, id := range want {
			if !used[id] {
				t.Errorf("%q has a text, but is not used", id)
			}
		}
	}
}

// ingestCodes returns the codes of what can go wrong with a document: each has a
// sentence of its own.
func ingestCodes(t *testing.T) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "../corpus/ingest/errors.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	ast.Inspect(f, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if of, ok := spec.Type.(*ast.Ident); ok && of.Name == "Code" {
			code, _ := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			out = append(out, code)
		}
		return true
	})
	if len(out) < 10 {
		t.Fatalf("only %d codes found", len(out))
	}
	return out
}

func TestPlurals(t *testing.T) {
	tests := []struct {
		lang, id string
		want     map[int]string
	}{
		{"uk", "sources", map[int]string{1: "1 текст", 2: "2 тексти", 5: "5 текстів", 11: "11 текстів", 21: "21 текст", 22: "22 тексти"}},
		{"uk", "slow_down", map[int]string{1: "через 1 секунду", 2: "через 2 секунди", 5: "через 5 секунд", 11: "через 11 секунд", 21: "через 21 секунду"}},
		{"uk", "more_passages", map[int]string{1: "ще 1 уривок.", 2: "ще 2 уривки.", 5: "ще 5 уривків.", 11: "ще 11 уривків.", 21: "ще 21 уривок."}},
		{"uk", "which_of", map[int]string{2: "Підходять 2 тексти; вкажіть", 5: "Підходять 5 текстів; вкажіть", 11: "Підходять 11 текстів; вкажіть", 21: "Підходить 21 текст; вкажіть"}},
		{"uk", "holds_undated", map[int]string{1: "основі 1 тексту", 2: "основі 2 текстів", 5: "основі 5 текстів", 11: "основі 11 текстів", 21: "основі 21 тексту"}},
		{"uk", "found", map[int]string{1: "1 уривок", 2: "2 уривки", 5: "5 уривків", 11: "11 уривків", 21: "21 уривок"}},
		{"de", "sources", map[int]string{1: "1 Text", 2: "2 Texte", 5: "5 Texte", 11: "11 Texte", 21: "21 Texte"}},
		{"de", "slow_down", map[int]string{1: "1 Sekunde ", 2: "2 Sekunden ", 5: "5 Sekunden ", 11: "11 Sekunden ", 21: "21 Sekunden "}},
		{"de", "more_texts", map[int]string{1: "1 weiterer.", 2: "2 weitere.", 5: "5 weitere.", 11: "11 weitere.", 21: "21 weitere."}},
		{"de", "holds_undated", map[int]string{1: "aus 1 Text ohne", 2: "aus 2 Texten", 5: "aus 5 Texten", 11: "aus 11 Texten", 21: "aus 21 Texten"}},
		{"en", "sources", map[int]string{0: "0 texts", 1: "1 text", 2: "2 texts", 21: "21 texts"}},
		{"en", "latest", map[int]string{1: "The newest texts", 2: "The newest texts"}}, // has no plural
	}
	for _, tt := range tests {
		for n, want := range tt.want {
			if got := locale.For(tt.lang).Say(tt.id, locale.Data{"Count": n}); !strings.Contains(got+" ", want) {
				t.Errorf("%s, %s of %d: got %q, want %q", tt.lang, tt.id, n, got, want)
			}
		}
	}
}

func TestWordsFor(t *testing.T) {
	for in, want := range map[string]string{
		"": "en", "en": "en", "en-GB": "en", "uk": "uk", "uk-UA": "uk", "UK": "uk", "uk_UA.UTF-8": "uk", "de_AT.UTF-8": "de", "de@euro": "de",
		"de-Latn-CH-1996": "de", "deu": "de", "xx": "en", "fr": "en", "ru": "en", "C": "en", "POSIX": "en", "C.UTF-8": "en", "und": "en",
		"garbage, really": "en", "\xff\x00": "en", "-": "en", strings.Repeat("de-", 1000): "en", "x-de": "en",
	} {
		if got := locale.For(in).Lang; got != want {
			t.Errorf("%q: got %s, want %s", in, got, want)
		}
	}
	var zero locale.Words
	if got := zero.Say("also", nil); got != "Also" {
		t.Errorf("words without a language say %q", got)
	}
	if got := zero.Say("no such text", nil); got != "no such text" {
		t.Errorf("a missing text reads %q", got)
	}
	locale.Languages()[0] = "xx"
	if locale.Languages()[0] != "en" {
		t.Error("Languages hands out its own slice")
	}
}

func TestDates(t *testing.T) {
	day := func(s string) corpus.Date {
		d, err := corpus.ParseDate(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for lang, want := range map[string][4]string{
		"en": {"1 March 2025", "undated", "dated 1 March 2025", "dated 1 March 2025 to 31 December 2026"},
		"uk": {"1 березня 2025 року", "без дати", "від 1 березня 2025 року", "від 1 березня 2025 року до 31 грудня 2026 року"},
		"de": {"1. März 2025", "ohne Datum", "vom 1. März 2025", "vom 1. März 2025 bis zum 31. Dezember 2026"},
	} {
		w := locale.For(lang)
		from, to := day("2025-03-01"), day("2026-12-31T23:00:00-05:00")
		got := [4]string{w.Date(from), w.Date(corpus.Date{}), w.Span(from, day("2025-03-01T10:00:00Z")), w.Span(from, to)}
		if got != want {
			t.Errorf("%s: got %q, want %q", lang, got, want)
		}
	}
}

// chatName is how Discord wants the names of commands and their options, which
// must be in lower case too:
// https://discord.com/developers/docs/interactions/application-commands
var chatName = regexp.MustCompile(`^[-_'\p{L}\p{N}]{1,32}$`)

func TestCommands(t *testing.T) {
	plain := regexp.MustCompile(`^[a-z]+$`)
	b := bottest.New(bottest.Config{})
	for _, lang := range locale.Languages() {
		commands := make(map[string]bool)
		unique := func(seen map[string]bool, what, label string) {
			if !chatName.MatchString(label) || strings.ToLower(label) != label || strings.HasPrefix(label, "name_") || seen[label] {
				t.Errorf("%s: %s is called %q", lang, what, label)
			}
			seen[label] = true
		}
		fits := func(what, text string, most int) {
			if n := utf8.RuneCountInString(text); n == 0 || n > most {
				t.Errorf("%s: %s is %q, of %d characters", lang, what, text, n)
			}
		}
		for _, c := range b.Commands(lang) {
			if !plain.MatchString(c.Name) || strings.HasPrefix(c.Summary, "cmd_") {
				t.Errorf("%s: command %q is %q", lang, c.Name, c.Summary)
			}
			unique(commands, c.Name, c.Label)
			fits(c.Name, c.Summary, 100)
			if c.Menu != "" {
				fits(c.Name+" in the menu", c.Menu, 32)
			}
			args := make(map[string]bool)
			for i, a := range c.Args {
				if !plain.MatchString(a.Name) || strings.HasPrefix(a.Summary, "arg_") || a.Required && i > 0 {
					t.Errorf("%s: argument %q of %s is %q", lang, a.Name, c.Name, a.Summary)
				}
				unique(args, a.Name+" of "+c.Name, a.Label)
				fits(a.Name+" of "+c.Name, a.Summary, 100)
				for _, ch := range a.Choices {
					if strings.HasPrefix(ch.Label, "choice_") {
						t.Errorf("%s: %s of %s is called %q", lang, ch.Value, a.Name, ch.Label)
					}
					fits(ch.Value+" of "+a.Name, ch.Label, 100)
				}
			}
		}
		buttons := make(map[string]bool)
		for _, id := range bot.ActionLabels {
			label := locale.For(lang).Say(id, nil)
			if fits(id, label, 30); buttons[label] || label == id {
				t.Errorf("%s: %s says %q", lang, id, label)
			}
			buttons[label] = true
		}
		fits("open_passage", locale.For(lang).Say("open_passage", nil), 30)
	}
	b.Commands("en")[0].Args[0].Name = "changed"
	if b.Commands("en")[0].Args[0].Name == "changed" {
		t.Error("Commands hands out its own arguments")
	}
	for _, c := range b.Commands("en") {
		if c.Label != c.Name {
			t.Errorf("%s is called %q in English", c.Name, c.Label)
		}
	}
}

// A word is written with one kind of apostrophe, the letter's own.
func TestApostrophes(t *testing.T) {
	for id, m := range messagesOf(t, "uk") {
		for _, s := range m {
			if strings.ContainsAny(s, "'ʼ") {
				t.Errorf("%s: %q", id, s)
			}
		}
	}
}
