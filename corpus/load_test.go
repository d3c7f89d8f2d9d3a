package corpus_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"rapporteur/corpus"
)

// load loads a corpus that can be read at all.
func load(t *testing.T, fsys fs.FS) (*corpus.Corpus, []corpus.Problem) {
	t.Helper()
	c, problems, err := corpus.Load(context.Background(), fsys, corpus.Aliases{})
	if err != nil {
		t.Fatal(err)
	}
	return c, problems
}

func ids(c *corpus.Corpus) []string {
	var out []string
	for _, t := range c.Texts() {
		out = append(out, t.ID)
	}
	return out
}

func file(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }

// one checks that there is exactly one problem, that it is with the file on
// the line, and that it reads as wanted.
func one(t *testing.T, problems []corpus.Problem, path string, line int, want string) {
	t.Helper()
	if len(problems) != 1 || problems[0].Path != path || problems[0].Line != line ||
		!strings.HasPrefix(problems[0].Error(), path+":") || !strings.Contains(problems[0].Error(), want) {
		t.Errorf("got problems %v, want one with %s on line %d: %q", problems, path, line, want)
	}
}

func TestLoadFiles(t *testing.T) {
	c, problems := load(t, fstest.MapFS{
		"a.md":                file("The first text."),
		"b.TXT":               file("The second text."),
		"deep/er/c.markdown":  file("The third text."),
		"deep/a.md":           file("The fourth text."),
		"README.md":           file("Not a source."),
		"deep/readme.txt":     file("Not a source."),
		"README":              file("Not a source."),
		".hidden.md":          file("Not a source."),
		".git/a.md":           file("Not a source."),
		"_draft.md":           file("Not a source."),
		"_drafts/a.md":        file("Not a source."),
		"picture.png":         file("\x89PNG"),
		"aliases.yaml":        file("- [Kyiv, Kiev]\n"),
		"deep/er/aliases.yml": file("nothing of ours"),
	})
	if want := []string{"a", "b", "deep/a", "deep/er/c"}; !slices.Equal(ids(c), want) || len(problems) > 0 {
		t.Errorf("got %q and %v, want %q", ids(c), problems, want)
	}
	if x, ok := c.Text("deep/er/c"); !ok || x.Path != "deep/er/c.markdown" {
		t.Errorf("Text finds %v, %v", x, ok)
	}
	if _, ok := c.Text("a.md"); ok {
		t.Error("a path is taken for an id")
	}
}

// Every file here is refused, or warned of, and the good one always loads.
func TestLoadProblems(t *testing.T) {
	tests := []struct {
		name, path, body string
		line             int
		want             string
		loaded           bool
	}{
		{"PDF", "a.pdf", "%PDF", 0, "save it as .txt or .md", false},
		{"Word", "a.DOCX", "PK", 0, ".docx files are not read", false},
		{"empty", "a.md", "", 0, "is empty", false},
		{"white space", "a.md", "\uFEFF \r\n\t\n\u00A0", 0, "is empty", false},
		{"front matter alone", "a.md", "---\ntitle: x\n---\n", 0, "holds no sentence", false},
		{"headings alone", "a.md", "# One\n\nTwo\n===\n\n## Three\n", 0, "only headings", false},
		{"NUL", "a.md", "One.\r\nTwo.\r\nTh\x00ree.", 3, "NUL", false},
		{"NUL, lone CR", "a.md", "One.\rTwo.\rTh\x00ree.", 3, "NUL", false},
		{"not UTF-8", "a.md", "One.\n\nCaf\xe9.\n", 3, "0xE9, which is not UTF-8", false},
		{"cut UTF-8", "a.md", "One.\nїжак \xd1", 2, "0xD1", false},
		{"UTF-16 LE", "a.md", "\xff\xfeT\x00h\x00e\x00", 1, "UTF-16", false},
		{"UTF-16 BE", "a.txt", "\xfe\xff\x00T\x00h", 1, "UTF-16", false},
		{"UTF-16 without mark", "a.txt", "T\x00h\x00e\x00", 1, "save the file as UTF-8", false},
		{"same id", "good.txt", "Something else.", 0, `same id as good.md, "good": rename`, false},
		{"copy", "z.md", "The good text.", 0, "is a copy of ", true},
		{"unclosed front matter", "a.md", "---\ntitle: x\n\nThe text.\n", 1, "is not closed: add a line ---", false},
		{"long front matter", "a.md", "---\n" + strings.Repeat("[", 17<<10) + "\n---\nThe text.", 1, "empty line before", false},
		{"YAML", "a.md", "---\ntitle: x\nurl: y: z\n---\nThe text.", 3, "quotation marks", false},
		{"YAML, CRLF", "a.md", "---\r\ntitle: x\r\nurl: y: z\r\n---\r\nThe text.", 3, "quotation marks", false},
		{"YAML, lone CR", "a.md", "---\rtitle: x\rurl: y: z\r---\rThe text.", 3, "quotation marks", false},
		{"YAML, BOM", "a.md", "\uFEFF---\n\n# so\ntitle: \"x\n---\nThe text.", 4, "quotation marks", false},
		{"tab", "a.md", "---\ntitle: x\n\tkind: report\n---\nThe text.", 3, "front matter", false},
		{"twice", "a.md", "---\ntitle: x\nkind: report\ntitle: y\n---\nThe text.", 4, "already defined", false},
		{"a list for text", "a.md", "---\nkind: report\ntitle: [x]\n---\nThe text.", 3, "name: value", false},
		{"a map for text", "a.md", "---\nkind: report\nurl: {x: y}\n---\nThe text.", 3, "name: value", false},
		{"a map for a list", "a.md", "---\ntitle: x\nkind: report\nparties: {x: y}\n---\nThe text.", 4, "name: value", false},
		{"a map in a list", "a.md", "---\ntitle: x\nkind: report\nparties:\n  - x\n  - y: z\n---\nThe text.", 6, "name: value", false},
		{"no map", "a.md", "---\n\njust words\n---\nThe text.", 3, "name: value", false},
		{"date", "a.md", "---\ntitle: x\npublished: 16.12.2025\n---\nThe text.", 3, `published: "16.12.2025" is not a date such as 2025-12-16`, false},
		{"date, CRLF and BOM", "a.md", "\uFEFF---\r\ntitle: x\r\n\r\npublished: soon\r\n---\r\nThe text.", 4, "published", false},
		{"kind", "a.md", "---\nkind: rumour\n---\nThe text.", 2, "none of report, statement", false},
		{"address", "a.md", "---\nurl: example.org/x\n---\nThe text.", 2, "https://", false},
		{"script", "a.md", "---\nurl: javascript:alert(1)\n---\nThe text.", 2, "https://", false},
		{"space in an address", "a.md", "---\ntitle: x\nurl: https://example.org/a b\n---\nThe text.", 3, "%20", false},
		{"hidden character in an address", "a.md", "---\nurl: \"https://example.org/a\\u202Eb\"\n---\nThe text.", 2, "invisible", false},
		{"long address", "a.md", "---\nurl: https://example.org/" + strings.Repeat("a", 1000) + "\n---\nThe text.", 2, "longer than", false},
		{"origin", "a.md", "---\ntitle: x\nbased_on:\n  - https://example.org\n  - the wire\n---\nThe text.", 3, "based_on", false},
		{"language", "a.md", "---\nlanguage: english\n---\nThe text.", 2, "two-letter code", false},
		{"unknown field", "a.md", "---\ntitle: x\nauthor: y\n---\nThe text.", 3, `"author" is not used: known are title, publisher`, true},
		{"original missing", "a.md", "---\ntranslation_of: nowhere\nlanguage: uk\n---\nThe text.", 0, `no text has the id "nowhere"`, true},
		{"original in the same language", "a.md", "---\ntranslation_of: good\nlanguage: en\n---\nThe text is in English.", 0, "in the same language", true},
		{"its own original", "a.md", "---\ntranslation_of: a\n---\nThe text.", 0, "this text itself", true},
		{"open code", "a.md", "---\ntitle: x\n---\nThe text.\n\n```\nlost\n", 6, "never closed", true},
		{"open comment", "a.md", "The text.\n\n<!-- lost\n", 3, "never closed", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, problems := load(t, fstest.MapFS{"good.md": file("The good text."), tt.path: file(tt.body)})
			one(t, problems, tt.path, tt.line, tt.want)
			want := []string{"good"}
			if tt.loaded {
				want = append(want, strings.TrimSuffix(tt.path, ".md"))
				slices.Sort(want)
			}
			if !slices.Equal(ids(c), want) {
				t.Errorf("loaded %q, want %q", ids(c), want)
			}
			if len(problems) == 1 && problems[0].Loaded != tt.loaded {
				t.Errorf("Loaded is %v", problems[0].Loaded)
			}
		})
	}
}

func TestUnknownFieldsAreAllNamed(t *testing.T) {
	c, problems := load(t, fstest.MapFS{"a.md": file("---\nauthor: y\ntitle: x\neditor: {title: z}\n---\nThe text.")})
	if len(problems) != 2 || problems[0].Line != 2 || problems[1].Line != 4 || c.Texts()[0].Title != "x" {
		t.Errorf("got %v and title %q", problems, c.Texts()[0].Title)
	}
}

func TestLoadDisk(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("links and modes are different there")
	}
	dir, elsewhere := t.TempDir(), t.TempDir()
	write := func(name, s string) {
		t.Helper()
		if err := os.WriteFile(name, []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	in := func(name string) string { return filepath.Join(dir, name) }
	write(in("good.md"), "The good text.")
	write(filepath.Join(elsewhere, "linked.md"), "The linked text.")
	must(os.Symlink(filepath.Join(elsewhere, "linked.md"), in("away.md")))
	must(os.Symlink("../"+filepath.Base(elsewhere)+"/linked.md", in("up.md")))
	must(os.Symlink("away.md", in("onward.md")))
	must(os.Symlink("folder/linked.md", in("through.md")))
	must(os.Symlink("good.md", in("linked.md")))
	must(os.Symlink(in("good.md"), in("whole.md")))
	must(os.Symlink(elsewhere, in("folder")))
	must(os.Symlink(dir, in("circle")))
	must(os.Symlink("loop.md", in("loop.md")))
	must(os.Symlink("nowhere", in("dangling.md")))
	must(os.Symlink("pipe.md", in("piped.md")))
	must(os.Symlink("/dev/zero", in("device.txt")))
	must(mkfifo(in("pipe.md")))
	must(mkfifo(in("pipe"))) // nobody asked for it to be read
	write(in("large.md"), "")
	must(os.Truncate(in("large.md"), corpus.MaxSize+1))
	write(in("Caf\xe9.md"), "The text has a name from another age.")
	must(os.Mkdir(in("caf\xe9"), 0o700))
	write(in("caf\xe9/a.md"), "So has its folder.")

	wants := map[string]string{
		"Caf\xe9.md":  "name that is not UTF-8",
		"caf\xe9":     "name that is not UTF-8",
		"circle":      "link to a folder",
		"folder":      "link to a folder",
		"dangling.md": "leads nowhere",
		"loop.md":     "leads nowhere",
		"away.md":     "leads out of the folder",
		"up.md":       "leads out of the folder",
		"onward.md":   "leads out of the folder",
		"through.md":  "leads out of the folder",
		"linked.md":   "is a copy of ",
		"whole.md":    "is a copy of ",
		"device.txt":  "leads out of the folder",
		"pipe.md":     "not an ordinary file",
		"piped.md":    "not an ordinary file",
		"large.md":    "larger than 20 MB",
	}
	if os.Geteuid() != 0 { // root may read everything
		write(in("secret.md"), "The secret text.")
		must(os.Chmod(in("secret.md"), 0))
		must(os.Mkdir(in("closed"), 0))
		wants["secret.md"], wants["closed"] = "allow the program's user", "allow the program's user"
	}

	c, problems := load(t, os.DirFS(dir))
	if want := []string{"good", "linked", "whole"}; !slices.Equal(ids(c), want) {
		t.Errorf("loaded %q, want %q", ids(c), want)
	}
	for _, p := range problems {
		if want, ok := wants[p.Path]; !ok || !strings.Contains(p.Error(), want) {
			t.Errorf("got %v, want %q", p, want)
		}
		delete(wants, p.Path)
	}
	if len(wants) > 0 {
		t.Errorf("no problem with %v", wants)
	}
}

func TestLargestText(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "large.md")
	line := strings.Repeat(" ", 1023) + "\n"
	if err := os.WriteFile(name, []byte("The text."+strings.Repeat(line, corpus.MaxSize/len(line))[9:]), 0o600); err != nil {
		t.Fatal(err)
	}
	if c, problems := load(t, os.DirFS(dir)); len(c.Texts()) != 1 || len(problems) > 0 {
		t.Errorf("a text of exactly the limit: %v", problems)
	}
}

func TestNoFolder(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "a.md")
	if err := os.WriteFile(name, []byte("The text."), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		root string
		is   error
	}{{filepath.Join(dir, "nowhere"), fs.ErrNotExist}, {name, nil}} {
		_, _, err := corpus.Load(context.Background(), os.DirFS(tt.root), corpus.Aliases{})
		if err == nil || tt.is != nil && !errors.Is(err, tt.is) {
			t.Errorf("%s: %v", tt.root, err)
		}
	}
	c, problems := load(t, os.DirFS(t.TempDir()))
	if len(c.Texts()) != 0 || len(problems) != 0 {
		t.Errorf("an empty folder holds %v, %v", c.Texts(), problems)
	}
}

// troubled is a file system in which some files cannot be opened or read,
// although they are listed.
type troubled struct {
	fstest.MapFS
	open, read map[string]error
}

func (f troubled) Open(name string) (fs.File, error) {
	if err := f.open[name]; err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	file, err := f.MapFS.Open(name)
	if f.read[name] != nil {
		return unreadable{file, f.read[name]}, nil
	}
	return file, err
}

func (f troubled) ReadDir(name string) ([]fs.DirEntry, error) {
	if err := f.open[name]; err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return f.MapFS.ReadDir(name)
}

type unreadable struct {
	fs.File
	err error
}

func (f unreadable) Read([]byte) (int, error) { return 0, f.err }

func TestVanishing(t *testing.T) {
	disk := errors.New("the disk is on fire")
	c, problems := load(t, troubled{
		MapFS: fstest.MapFS{"a.md": file("The text."), "gone.md": file("x"), "shut.md": file("x"), "burnt.md": file("x"), "sub/b.md": file("x")},
		open:  map[string]error{"gone.md": fs.ErrNotExist, "shut.md": fs.ErrPermission, "sub": disk},
		read:  map[string]error{"burnt.md": disk},
	})
	if !slices.Equal(ids(c), []string{"a"}) || len(problems) != 4 {
		t.Fatalf("got %q and %v", ids(c), problems)
	}
	for i, is := range []error{disk, fs.ErrNotExist, fs.ErrPermission, disk} { // by path
		if !errors.Is(problems[i], is) {
			t.Errorf("%v is not %v", problems[i], is)
		}
	}
}

func TestLoadStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := corpus.Load(ctx, fstest.MapFS{"a.md": file("The text.")}, corpus.Aliases{}); !errors.Is(err, context.Canceled) {
		t.Errorf("before the list: %v", err)
	}
	ctx, cancel = context.WithCancel(context.Background())
	if _, _, err := corpus.Load(ctx, stopping{fstest.MapFS{"a.md": file("The text.")}, cancel}, corpus.Aliases{}); !errors.Is(err, context.Canceled) {
		t.Errorf("while reading: %v", err)
	}
}

// stopping is a file system that ends a context when a text is opened.
type stopping struct {
	fstest.MapFS
	cancel func()
}

func (f stopping) Open(name string) (fs.File, error) {
	if name == "a.md" {
		f.cancel()
	}
	return f.MapFS.Open(name)
}

// TestSeed loads the article in the folder that SEED names: plain text, a
// title line, and a paragraph on each line.
func TestSeed(t *testing.T) {
	dir := os.Getenv("SEED")
	if dir == "" {
		t.Skip("SEED names no folder with an article")
	}
	c, problems := load(t, os.DirFS(dir))
	if len(problems) > 0 || len(c.Texts()) != 1 {
		t.Fatalf("loaded %d texts, %v", len(c.Texts()), problems)
	}
	x, n := c.Texts()[0], 0
	for _, p := range x.Passages {
		n += len(p.Sentences)
	}
	if n < 25 || n > 29 || x.Language != "en" || strings.ContainsAny(x.Title, "\r\n") {
		t.Errorf("%q has %d sentences in %q, want about 27 in en", x.Title, n, x.Language)
	}
}
