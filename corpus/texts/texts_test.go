package texts_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"rapporteur/corpus/texts"
)

// matter is the front matter that these texts have. It is stricter than what
// the program accepts: all of it must be there, and nothing else.
type matter struct {
	Title     string   `yaml:"title"`
	Publisher string   `yaml:"publisher"`
	Published string   `yaml:"published"`
	Language  string   `yaml:"language"`
	Kind      string   `yaml:"kind"`
	Parties   []string `yaml:"parties"`
	Licence   string   `yaml:"licence"`
	BasedOn   []string `yaml:"based_on"`
	Original  string   `yaml:"translation_of"`
}

// split returns the front matter and the text below it.
func split(t *testing.T, name string) (front, text string) {
	t.Helper()
	b, err := fs.ReadFile(texts.FS, name)
	if err != nil {
		t.Fatal(err)
	}
	rest, ok := strings.CutPrefix(string(b), "---\n")
	if !ok {
		t.Fatalf("%s does not begin with front matter", name)
	}
	front, text, ok = strings.Cut(rest, "\n---\n")
	if !ok {
		t.Fatalf("%s: the front matter is not closed", name)
	}
	return front + "\n", text
}

func names(t *testing.T) []string {
	t.Helper()
	found, err := fs.Glob(texts.FS, "*.md")
	if err != nil {
		t.Fatal(err)
	}
	if len(found) < 24 {
		t.Fatalf("%d texts, want at least 24", len(found))
	}
	return found
}

// inLanguage returns the names of the texts in one language.
func inLanguage(t *testing.T, lang string) []string {
	t.Helper()
	return slices.DeleteFunc(names(t), func(name string) bool {
		if lang == "en" {
			return strings.Count(name, ".") != 1
		}
		return !strings.HasSuffix(name, "."+lang+".md")
	})
}

// paragraphs returns the lines of the text that are neither empty nor a
// heading: a paragraph is one line.
func paragraphs(text string) []string {
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		if line != "" && !strings.HasPrefix(line, "#") {
			out = append(out, line)
		}
	}
	return out
}

// sentences is enough for texts without abbreviations, which these are: a full
// stop before "und" or a month belongs to the day of a German date.
func sentences(paragraph string) []string {
	const inDate = "\x00"
	held := strings.NewReplacer(". und ", inDate+" und ", ". Dezember", inDate+" Dezember").Replace(paragraph)
	out := strings.SplitAfter(held, ". ")
	for i := range out {
		out[i] = strings.ReplaceAll(out[i], inDate, ".")
	}
	return out
}

func TestReadmeIsNotEmbedded(t *testing.T) {
	if _, err := fs.Stat(texts.FS, "README.md"); err == nil {
		t.Error("README.md is embedded: it would be taken for a source text")
	}
}

func TestFrontMatter(t *testing.T) {
	for _, name := range names(t) {
		t.Run(name, func(t *testing.T) {
			front, text := split(t, name)
			var m matter
			if err := yaml.NewDecoder(strings.NewReader(front), yaml.Strict()).Decode(&m); err != nil {
				t.Fatal(err)
			}
			for field, value := range map[string]string{"title": m.Title, "licence": m.Licence} {
				if value == "" {
					t.Errorf("%s is missing", field)
				}
			}
			if m.Publisher != "Rapporteur" {
				t.Errorf("publisher = %q: the words are ours, nobody else may be named for them", m.Publisher)
			}
			if _, err := time.Parse(time.DateOnly, m.Published); err != nil {
				t.Errorf("published: %v", err)
			}
			id, lang, translated := strings.Cut(strings.TrimSuffix(name, ".md"), ".")
			if !translated {
				id, lang = "", "en"
			}
			if m.Language != lang || m.Original != id {
				t.Errorf("language = %q, translation_of = %q, want %q, %q", m.Language, m.Original, lang, id)
			}
			if m.Kind != "report" && m.Kind != "briefing" {
				t.Errorf("kind = %q, want report or briefing", m.Kind)
			}
			if len(m.Parties) == 0 || slices.Contains(m.Parties, "") {
				t.Errorf("parties = %q", m.Parties)
			}
			if len(m.BasedOn) == 0 || !strings.HasPrefix(m.BasedOn[0], "https://") {
				t.Errorf("based_on = %q, want the address of the article", m.BasedOn)
			}
			if !strings.HasPrefix(text, "\n# "+m.Title+"\n\n") {
				t.Errorf("the text does not open with its title as its heading, # %s", m.Title)
			}
			if strings.Count(text, "\n# ") != 1 {
				t.Error("want exactly one heading of the first level")
			}
		})
	}
}

func TestSentences(t *testing.T) {
	for _, lang := range []string{"en", "uk", "de"} {
		t.Run(lang, func(t *testing.T) { testSentences(t, lang) })
	}
}

func testSentences(t *testing.T, lang string) {
	// Words at the beginning of a sentence that leave open who is meant: a quote
	// names whom it is about.
	leaning := regexp.MustCompile(`^(He|She|They|His|Her|Their|Він|Вона|Вони|Його|Її|Їх|Er|Sie|Sein|Seine|Ihr|Ihre)\s`)
	seen := make(map[string]string)
	words, count := 0, 0
	for _, name := range inLanguage(t, lang) {
		_, text := split(t, name)
		if i := strings.IndexAny(text, "“”„‟«»‹›‘‚\""); i >= 0 {
			t.Errorf("%s: a quotation mark before %.30q: the texts report what was said, they do not quote it", name, text[i:])
		}
		for _, p := range paragraphs(text) {
			if !strings.HasSuffix(p, ".") {
				t.Errorf("%s: the paragraph does not end with a full stop, or is broken over two lines: %q", name, p)
			}
			ss := sentences(p)
			if len(ss) > 4 {
				t.Errorf("%s: %d sentences in a paragraph, want at most 4: %q", name, len(ss), p)
			}
			for _, s := range ss {
				s = strings.TrimSpace(s)
				if leaning.MatchString(s) {
					t.Errorf("%s: does not name whom it is about: %q", name, s)
				}
				if other, ok := seen[s]; ok {
					t.Errorf("%s: stands in %s as well: %q", name, other, s)
				}
				seen[s] = name
				n := len(strings.Fields(s))
				if n > 45 {
					t.Errorf("%s: %d words, too long to quote: %q", name, n, s)
				}
				words, count = words+n, count+1
			}
		}
	}
	if mean := float64(words) / float64(count); mean < 14 || mean > 22 {
		t.Errorf("sentences have %.1f words on average, want about 18", mean)
	}
}

// TestVersions looks for every figure and day of a text in its versions: a
// sentence that was lost or changed in translation shows in its numbers.
func TestVersions(t *testing.T) {
	number := regexp.MustCompile(`\d+`)
	of := func(name string) []string {
		_, text := split(t, name)
		text = regexp.MustCompile(`(\d)[., \x{A0}](\d{3})\b`).ReplaceAllString(text, "$1$2")
		found := number.FindAllString(text, -1)
		slices.Sort(found)
		return slices.Compact(found)
	}
	for _, name := range inLanguage(t, "en") {
		for _, lang := range []string{"uk", "de"} {
			version := strings.TrimSuffix(name, ".md") + "." + lang + ".md"
			if got, want := of(version), of(name); !slices.Equal(got, want) {
				t.Errorf("%s holds the numbers %q, want %q", version, got, want)
			}
			_, a := split(t, name)
			_, b := split(t, version)
			pa, pb := paragraphs(a), paragraphs(b)
			if len(pa) != len(pb) {
				t.Errorf("%s has %d paragraphs, want %d", version, len(pb), len(pa))
				continue
			}
			for i := range pa {
				if na, nb := len(sentences(pa[i])), len(sentences(pb[i])); na != nb {
					t.Errorf("%s: %d sentences, want %d: %q", version, nb, na, pb[i])
				}
			}
		}
	}
}

// TestFacts looks for what stands or falls with a figure or a name. Each entry
// must stand within one sentence.
func TestFacts(t *testing.T) {
	var all []string
	for _, name := range inLanguage(t, "en") {
		_, text := split(t, name)
		for _, p := range paragraphs(text) {
			all = append(all, sentences(p)...)
		}
	}
	for _, fact := range [][]string{
		{"Ukrainian officials", "Ukraine would spend", "$120 billion", "defence in 2026"},
		{"Shmyhal told", "Ukraine Defense Contact Group", "$120 billion", "2026"},
		{"Shmyhal said", "half", "$120 billion"},
		{"Shmyhal said", "partners", "$60 billion"},
		{"Ukrainian officials", "partners", "half"},
		{"Shmyhal", "at least 0.25%", "economic output in 2026"},
		{"Shmyhal stressed", "air defence", "top priority"},
		{"Representatives of Ukraine, Europe and the United States", "attended", "two days of talks in Berlin"},
		{"Volodymyr Zelenskyy and other Ukrainian officials", "five documents"},
		{"mutual defence", "NATO", "Article 5"},
		{"mutual defence clause", "US Congress"},
		{"European nations", "mutual defence clause"},
		{"German officials", "assurances", "Washington"},
		{"first major", "European Union", "ceasefire"},
		{"Boris Pistorius, Germany's Defence Minister, said", "on Tuesday"},
		{"Boris Pistorius, noted", "peace initiative", "many in Europe"},
		{"United States", "military aid", "March 2025"},
		{"Kiel Institute", "more than twice"},
		{"Negotiators reported", "territory"},
		{"Russia insists", "recognised internationally"},
		{"European officials", "Ukraine alone", "roughly 20%"},
		{"Zelenskyy", "Donald Trump"},
		{"Moscow would accept", "Zelenskyy"},
		{"European and US officials", "several major points"},
		{"did not lead to a formal proposal for a ceasefire"},
		{"John Healey", "Britain"},
		{"ground troops and air assets"},
		{"Ten European leaders", "Ursula von der Leyen", "joint statement"},
		{"about 800,000 personnel", "peacetime"},
	} {
		if !slices.ContainsFunc(all, func(s string) bool {
			return !slices.ContainsFunc(fact, func(part string) bool { return !strings.Contains(s, part) })
		}) {
			t.Errorf("no sentence holds all of %q", fact)
		}
	}
}

var word = regexp.MustCompile(`[\p{L}\p{N}$]+(?:[.,'][\p{L}\p{N}]+)*`)

// wordsOf spells the words of British and American texts alike.
func wordsOf(s string) []string {
	s = strings.NewReplacer("’", "'", "u.s.", "us", "defence", "defense").Replace(strings.ToLower(s))
	return word.FindAllString(s, -1)
}

// shared returns the runs of n words that stand in both.
func shared(a, b []string, n int) []string {
	in := make(map[string]bool)
	for i := range max(0, len(a)-n+1) {
		in[strings.Join(a[i:i+n], " ")] = true
	}
	var out []string
	for i := range max(0, len(b)-n+1) {
		if run := strings.Join(b[i:i+n], " "); in[run] {
			out = append(out, run)
		}
	}
	return out
}

func TestOwnWords(t *testing.T) {
	if got := shared(wordsOf("The U.S. defence plan’s end"), wordsOf("a US defense plan's end"), 4); len(got) != 1 {
		t.Fatalf("the comparison finds %q, want one run of four words", got)
	}
	folder := os.Getenv("SEED")
	if folder == "" {
		t.Skip("SEED does not name the folder of the article the texts are based on")
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no .txt file in SEED=%s (%v)", folder, err)
	}
	const atMost = 7
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		article := wordsOf(string(b))
		for _, name := range names(t) {
			_, text := split(t, name)
			for _, run := range shared(article, wordsOf(text), atMost+1) {
				t.Errorf("%s: words of the article: %q", name, run)
			}
		}
	}
}

func TestAliases(t *testing.T) {
	b, err := fs.ReadFile(texts.FS, "aliases.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var groups [][]string
	if err := yaml.NewDecoder(strings.NewReader(string(b)), yaml.Strict()).Decode(&groups); err != nil {
		t.Fatal(err)
	}
	of := make(map[string]string)
	for _, g := range groups {
		if len(g) < 2 {
			t.Errorf("%q: a name with one spelling needs no entry", g)
		}
		for _, s := range g {
			key := strings.ToLower(s)
			if s == "" || strings.Join(strings.Fields(s), " ") != s {
				t.Errorf("%s: %q is empty or has odd spaces", g[0], s)
			}
			if first, ok := of[key]; ok {
				t.Errorf("%q stands under %s and %s", s, first, g[0])
			}
			of[key] = g[0]
		}
	}
	for _, same := range [][]string{
		{"Kyiv", "Kiev", "Київ", "Киев"}, {"Zelenskyy", "Selenskyj", "Зеленський", "Zełenski"},
		{"United States", "US", "USA", "США"}, {"NATO", "НАТО", "OTAN"}, {"European Union", "EU", "ЄС", "ЕС", "UE"},
	} {
		for _, s := range same {
			if of[strings.ToLower(s)] != same[0] {
				t.Errorf("%q belongs to %q, want %q", s, of[strings.ToLower(s)], same[0])
			}
		}
	}
}
