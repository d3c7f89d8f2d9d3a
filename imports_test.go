// Package rapporteur_test holds the law of the house: which package may import
// which, and which folders there are. Arrows point down, from cmd to bot to
// index to corpus, and only cmd knows everything.
package rapporteur_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "rapporteur"

// law says what the packages of a folder may import of ours. The first row
// whose pattern fits counts; in patterns and lists, x/... is x and all below.
var law = []struct {
	pattern string
	may     []string
}{
	{"corpus", nil},
	{"corpus/ingest", []string{"corpus"}},
	{"corpus/said", []string{"corpus"}},
	{"corpus/said/learn", []string{"corpus/said", "index/eval"}},
	{"corpus/...", []string{"corpus/..."}},

	{"index", []string{"corpus/...", "index/..."}},
	{"index/parallel", nil},
	{"index/words", []string{"corpus"}},
	{"index/demand", []string{"corpus", "index/words"}},
	{"index/encode", nil},
	{"index/meaning", []string{"index/encode"}},
	{"index/rank", []string{"corpus", "index/demand", "index/parallel", "index/words"}},
	{"index/...", []string{"corpus/...", "index/..."}},

	// Below the bot are leaves that know nothing of it, above it the rooms of
	// commands. It imports none of these: their tables are handed to it.
	{"bot/chart", nil},
	{"bot/state", nil},
	{"bot/token", nil},
	{"bot/locale", []string{"corpus"}},
	{"bot", []string{"corpus", "index", "index/rank", "bot/locale", "bot/state", "bot/token"}},
	{"bot/table", []string{"bot"}},
	{"bot/ask", []string{"corpus", "corpus/said", "index", "index/rank", "bot", "bot/locale", "bot/state", "bot/token"}},
	{"bot/settings", []string{"corpus", "index", "bot", "bot/locale", "bot/state", "bot/token"}},
	{"bot/operate", []string{"corpus", "corpus/said", "bot", "bot/ask", "bot/locale", "bot/state", "bot/table", "bot/token"}},
	{"bot/people", []string{"corpus", "index", "index/words", "bot", "bot/ask", "bot/chart", "bot/locale", "bot/state", "bot/table", "bot/token"}},
	{"bot/statements", []string{"corpus", "corpus/said", "index", "bot", "bot/ask", "bot/chart", "bot/locale"}},
	{"bot/keep", []string{"corpus/...", "index", "bot", "bot/ask", "bot/operate"}},
	{"bot/bottest", []string{"corpus/...", "index/...", "bot/..."}},
	{"bot/adapter", []string{"bot"}},
	// Adapters know the bot and the types it speaks in: nothing of how answers
	// are found, nothing of each other. Below one are its own packages only.
	{"bot/console/...", []string{"corpus", "bot", "bot/locale", "bot/console/..."}},
	{"bot/discord/...", []string{"corpus", "bot", "bot/adapter", "bot/locale", "bot/discord/..."}},
	{"bot/telegram/...", []string{"corpus", "bot", "bot/adapter", "bot/locale", "bot/telegram/..."}},

	{"cmd/...", []string{"corpus/...", "index/...", "bot/...", "cmd/..."}},
}

// keepers says where a library may be imported: each outside interface is
// hidden behind one package of ours. The first row that fits counts.
var keepers = []struct {
	library string
	may     []string
}{
	{"github.com/blevesearch/snowballstem", []string{"index/words"}}, // stemmers, no part of the engine
	{"github.com/blevesearch", []string{"index"}},
	{"github.com/bwmarrin/discordgo", []string{"bot/discord/..."}},
	{"github.com/gorilla/websocket", []string{"bot/discord/..."}},
	{"github.com/go-telegram", []string{"bot/telegram/..."}},
	{"github.com/cenkalti/backoff", []string{"bot/adapter"}},
	{"golang.org/x/image", []string{"bot/chart"}},
	{"modernc.org/sqlite", []string{"bot/state"}},
	// What reads the documents of strangers stays in one place.
	{"codeberg.org/readeck/go-readability", []string{"corpus/ingest"}},
	{"github.com/mmcdole/gofeed", []string{"corpus/ingest"}},
	{"github.com/klippa-app/go-pdfium", []string{"corpus/ingest"}},
	{"github.com/tetratelabs/wazero", []string{"corpus/ingest"}},
	{"golang.org/x/net/html", []string{"corpus/ingest"}},
	{"database/sql", []string{"bot/state"}},
	{"github.com/fsnotify/fsnotify", []string{"cmd/rapporteur"}},
	{"github.com/schollz/progressbar", []string{"cmd/rapporteur"}},
}

// rooms are the folders at the top.
var rooms = []string{"bot", "cmd", "corpus", "deploy", "index"}

// attics are names that say nothing about what is inside, or hide it.
var attics = []string{"internal", "pkg", "util", "utils", "common", "docs"}

// source is what the law looks at of a Go file.
type source struct {
	name    string // slash-separated, from the root
	imports []string
}

func fits(pattern, folder string) bool {
	if tree, ok := strings.CutSuffix(pattern, "/..."); ok {
		return folder == tree || strings.HasPrefix(folder, tree+"/")
	}
	return folder == pattern
}

func anyFits(patterns []string, folder string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return fits(p, folder) })
}

// testKit reports whether the package is made for tests.
func testKit(folder string) bool { return strings.HasSuffix(folder, "test") }

// breaches returns what breaks the law, one sentence each.
func breaches(files []source, folders []string) []string {
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }

	for _, folder := range folders {
		if !strings.Contains(folder, "/") && !slices.Contains(rooms, folder) {
			say("the folder %s is none of %s", folder, strings.Join(rooms, ", "))
		}
		if slices.Contains(attics, path.Base(folder)) {
			say("the folder %s has a name that says nothing", folder)
		}
	}

	for _, f := range files {
		own := path.Dir(f.name)
		forTests := strings.HasSuffix(f.name, "_test.go") || testKit(own)
		may, known := []string(nil), own == "."
		for _, row := range law {
			if fits(row.pattern, own) {
				may, known = row.may, true
				break
			}
		}
		if !known {
			say("%s: the law says nothing about the package %s: add a row", f.name, own)
			continue
		}
		for _, imported := range f.imports {
			folder, ours := strings.CutPrefix(imported, module+"/")
			switch {
			case !ours:
				for _, k := range keepers {
					if imported == k.library || strings.HasPrefix(imported, k.library+"/") {
						if !anyFits(k.may, own) {
							say("%s imports %s, which is left to %s", f.name, imported, strings.Join(k.may, ", "))
						}
						break
					}
				}
			case testKit(folder):
				if !forTests {
					say("%s imports %s, which is for tests", f.name, folder)
				} else if folder != "bot/bottest" && !anyFits(may, folder) {
					say("%s imports %s, the test kit of another package", f.name, folder)
				}
			case folder == own: // a test from outside its package
			case folder == "corpus/texts" && forTests: // a corpus at hand for any test
			case !anyFits(may, folder):
				say("%s imports %s, which %s may not", f.name, folder, own)
			}
		}
	}
	return out
}

func TestLaw(t *testing.T) {
	var files []source
	var folders []string
	err := fs.WalkDir(os.DirFS("."), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || name == "." {
			return err
		}
		if d.IsDir() {
			// "data" at the top is where a bot that is being tried out keeps its
			// index; git ignores it.
			if strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || name == "data" {
				return fs.SkipDir
			}
			folders = append(folders, name)
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		// Every file counts, whatever its build constraints.
		parsed, err := parser.ParseFile(token.NewFileSet(), filepath.FromSlash(name), nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		f := source{name: name}
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			f.imports = append(f.imports, imported)
		}
		files = append(files, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 10 {
		t.Fatalf("only %d Go files found: the test does not look at the program", len(files))
	}
	for _, b := range breaches(files, folders) {
		t.Error(b)
	}
}

// TestLawCatches breaks each clause of the law once, and keeps it once.
func TestLawCatches(t *testing.T) {
	breaking := []struct{ file, imports string }{
		{"corpus/corpus.go", "rapporteur/corpus/texts"},
		{"corpus/ingest/ingest.go", "rapporteur/index"},
		{"corpus/ingest/ingest.go", "rapporteur/corpus/texts"},
		{"corpus/corpus.go", "rapporteur/corpus/ingest"},
		{"corpus/corpus.go", "rapporteur/corpus/said"},
		{"corpus/said/find.go", "rapporteur/index/eval"},
		{"corpus/said/find.go", "rapporteur/corpus/ingest"},
		{"corpus/corpus.go", "golang.org/x/net/html"},
		{"bot/answer.go", "rapporteur/corpus/ingest"},
		{"bot/answer.go", "rapporteur/bot/keep"},
		{"bot/keep/keep.go", "rapporteur/bot/state"},
		{"bot/telegram/poll.go", "rapporteur/bot/keep"},
		{"bot/keep/keep.go", "github.com/fsnotify/fsnotify"},
		{"cmd/rapporteur/corpus.go", "github.com/klippa-app/go-pdfium/webassembly"},
		{"index/index.go", "rapporteur/bot"},
		{"index/rank/rank.go", "rapporteur/index"},
		{"index/rank/rank.go", "github.com/blevesearch/bleve/v2"},
		{"index/words/stem.go", "github.com/blevesearch/bleve/v2"},
		{"bot/answer.go", "github.com/blevesearch/bleve/v2"},
		{"bot/answer_test.go", "github.com/blevesearch/bleve/v2/mapping"},
		{"bot/answer.go", "rapporteur/bot/telegram"},
		{"bot/answer.go", "rapporteur/corpus/texts"},
		{"bot/answer.go", "github.com/gorilla/websocket"},
		{"bot/answer.go", "github.com/bwmarrin/discordgo"},
		{"bot/answer.go", "github.com/go-telegram/bot"},
		{"bot/answer.go", "rapporteur/bot/bottest"},
		{"bot/state/store.go", "rapporteur/bot"},
		{"bot/chart/chart.go", "rapporteur/bot/state"},
		{"bot/usage.go", "golang.org/x/image/font"},
		{"bot/answer.go", "modernc.org/sqlite"},
		{"bot/discord/adapter.go", "rapporteur/bot/state"},
		{"cmd/rapporteur/main.go", "database/sql"},
		{"bot/discord/adapter.go", "rapporteur/bot/telegram"},
		{"bot/discord/adapter.go", "rapporteur/index"},
		{"bot/discord/adapter.go", "rapporteur/bot/discord/discordtest"},
		{"bot/discord/adapter_test.go", "rapporteur/bot/telegram/telegramtest"},
		{"bot/discord/adapter_test.go", "rapporteur/bot/telegram"},
		{"bot/telegram/poll.go", "github.com/gorilla/websocket"},
		{"bot/console/console.go", "rapporteur/cmd/rapporteur"},
		{"cmd/rapporteur/main.go", "rapporteur/bot/bottest"},
		{"cmd/rapporteur/main.go", "github.com/blevesearch/bleve/v2"},
		{"storage/storage.go", "fmt"},
	}
	for _, tt := range breaking {
		t.Run(tt.file+" imports "+tt.imports, func(t *testing.T) {
			if got := breaches([]source{{tt.file, []string{tt.imports}}}, nil); len(got) != 1 {
				t.Errorf("got %q, want one breach", got)
			}
		})
	}
	for _, folder := range []string{"docs", "storage", "bot/internal", "corpus/util"} {
		t.Run("folder "+folder, func(t *testing.T) {
			if got := breaches(nil, []string{folder}); len(got) == 0 {
				t.Error("no breach, want one")
			}
		})
	}

	keeping := []source{
		{"corpus/corpus.go", []string{"fmt"}},
		{"corpus/corpus_test.go", []string{"rapporteur/corpus", "rapporteur/corpus/texts"}},
		{"corpus/ingest/ingest.go", []string{"rapporteur/corpus", "github.com/klippa-app/go-pdfium/webassembly"}},
		{"corpus/said/learn/main.go", []string{"rapporteur/corpus/said", "rapporteur/index/eval"}},
		{"cmd/rapporteur/corpus.go", []string{"rapporteur/corpus/ingest"}},
		{"index/index.go", []string{"rapporteur/corpus", "rapporteur/index/rank", "github.com/blevesearch/bleve/v2"}},
		{"index/index_test.go", []string{"rapporteur/index", "github.com/blevesearch/bleve/v2"}},
		{"index/words/stem.go", []string{"github.com/blevesearch/snowballstem/english"}},
		{"bot/answer.go", []string{"rapporteur/corpus", "rapporteur/index"}},
		{"bot/answer_test.go", []string{"rapporteur/bot/bottest"}},
		{"bot/answer.go", []string{"rapporteur/bot/state"}},
		{"bot/chart/chart.go", []string{"golang.org/x/image/font"}},
		{"bot/state/store.go", []string{"database/sql", "modernc.org/sqlite", "modernc.org/sqlite/lib"}},
		{"bot/keep/keep.go", []string{"rapporteur/bot", "rapporteur/index", "rapporteur/corpus/ingest"}},
		{"bot/discord/adapter.go", []string{"rapporteur/bot", "github.com/gorilla/websocket"}},
		{"bot/discord/adapter_test.go", []string{"rapporteur/bot/bottest", "rapporteur/bot/discord/discordtest"}},
		{"bot/discord/discordtest/gateway.go", []string{"rapporteur/bot/bottest"}},
		{"cmd/rapporteur/main.go", []string{"rapporteur/bot/discord", "rapporteur/bot/telegram", "rapporteur/index"}},
	}
	if got := breaches(keeping, []string{"cmd", "cmd/rapporteur", "bot/telegram"}); len(got) != 0 {
		t.Errorf("got %q, want no breach", got)
	}
}
