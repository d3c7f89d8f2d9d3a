package ingest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// deniedExec is set for a process that reads a PDF while memory that was written
// may not be run.
const deniedExec = "INGEST_TEST_MDWE"

func readDenied() {
	// Kernel's include/uapi/linux/prctl.h: PR_MDWE_REFUSE_EXEC_GAIN is 1.
	if err := unix.Prctl(unix.PR_SET_MDWE, 1, 0, 0, 0); err != nil {
		fmt.Println("cannot deny:", err)
		os.Exit(0)
	}
	r := NewReader(ReaderOptions{Cache: os.Getenv(deniedExec)})
	d, err := r.Read(ctx, File{Name: "a.pdf", Body: makePDF([]string{"The ferry runs on Monday."})})
	if err == nil {
		err = r.Close()
	}
	if err != nil {
		fmt.Println(err, errors.Unwrap(err))
		os.Exit(0)
	}
	fmt.Println("read:", proseOf(d.Blocks), "compiles:", mayCompile())
	os.Exit(0)
}

// TestDeniedExec reads a PDF as systemd's MemoryDenyWriteExecute lets it.
func TestDeniedExec(t *testing.T) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), deniedExec+"="+t.TempDir())
	out, err := cmd.CombinedOutput()
	if strings.HasPrefix(string(out), "cannot deny:") {
		t.Skipf("%s", out)
	}
	if err != nil || !strings.HasPrefix(string(out), "read: The ferry runs on Monday.") || !strings.Contains(string(out), "compiles: false") {
		t.Errorf("%s, %v", out, err)
	}
}

// peak calls do and returns the most memory that a child held meanwhile, in bytes.
func peak(do func()) int {
	over := make(chan struct{})
	most := 0
	var g sync.WaitGroup
	g.Go(func() {
		for {
			select {
			case <-over:
				return
			case <-time.After(500 * time.Microsecond):
			}
			lists, _ := filepath.Glob("/proc/self/task/*/children")
			for _, list := range lists {
				b, _ := os.ReadFile(list)
				for pid := range strings.FieldsSeq(string(b)) {
					args, _ := os.ReadFile("/proc/" + pid + "/cmdline")
					b, _ := os.ReadFile("/proc/" + pid + "/status")
					_, rest, _ := strings.Cut(string(b), "VmHWM:")
					if f := strings.Fields(rest); len(f) > 0 && strings.Contains(string(args), childArg) {
						n, _ := strconv.Atoi(f[0])
						most = max(most, n<<10)
					}
				}
			}
		}
	})
	do()
	close(over)
	g.Wait()
	return most
}

// hostile are files that ask for more than they are worth.
func hostile(t *testing.T) map[string][]byte {
	form := func(content, resources string) []byte {
		return fmt.Appendf(nil, "%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"+
			"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Resources<</XObject<</F 5 0 R>>>>>>endobj\n"+
			"4 0 obj<</Length 4>>stream\n/F Do\nendstream endobj\n"+
			"5 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 99 99]/Resources<<%s>>/Length %d>>stream\n%s\nendstream endobj\ntrailer<</Root 1 0 R>>\n", resources, len(content), content)
	}
	paragraphs := strings.Repeat("<w:p><w:r><w:t>a</w:t></w:r></w:p>", 2_500_000)
	out := map[string][]byte{
		"forms inside themselves.pdf": form("q /F Do Q /F Do", "/XObject<</F 5 0 R>>"),
		"many letters.pdf":            makePDF(slices.Repeat([]string{strings.Repeat("word ", 20_000)}, 100)),
		"many paragraphs.docx":        archive(t, "word/document.xml", docxOpen+paragraphs+docxClose),
		"one long paragraph.docx":     archive(t, "word/document.xml", docxOpen+"<w:p><w:r><w:t>"+strings.Repeat("a word ", 14<<20)+"</w:t></w:r></w:p>"+docxClose),
		"many cells.docx":             archive(t, "word/document.xml", docxOpen+"<w:tbl><w:tr>"+strings.Repeat("<w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc>", 2_000_000)+"</w:tr></w:tbl>"+docxClose),
		"one long attribute.docx":     archive(t, "word/document.xml", docxOpen+`<w:p w:x="`+strings.Repeat("a", 99<<20)+`"/>`+docxClose),
	}
	if dir := os.Getenv("CASES"); dir != "" {
		for _, name := range []string{"xobj_loop.pdf", "bomb_paras.docx"} {
			b, err := os.ReadFile(filepath.Join(dir, "ingest", name))
			if err != nil {
				t.Fatal(err)
			}
			out[name] = b
		}
	}
	return out
}

// TestHostileFiles reads files that would take gigabytes. Whatever comes of them,
// the child stays within its limit, and what comes after is read.
func TestHostileFiles(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	r := NewReader(ReaderOptions{})
	defer r.Close()
	r.children.interpreted = 20 * time.Second
	for name, body := range hostile(t) {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			var err error
			most := peak(func() { _, err = r.Read(ctx, File{Name: name, Body: body}) })
			t.Logf("%d MB, %s, %v (%.200v)", most>>20, time.Since(start).Round(time.Millisecond), err, errors.Unwrap(err))
			if most > 256<<20 {
				t.Errorf("%d MB", most>>20)
			}
			if err != nil && CodeOf(err) == "" {
				t.Errorf("%v", err)
			}
			if d, err := r.Read(ctx, File{Name: "a.docx", Body: makeDOCX(t, wordParagraph("A sentence."))}); err != nil || len(d.Blocks) != 1 {
				t.Errorf("afterwards: %v", err)
			}
		})
	}
}

// TestCompiled reads a PDF while what reads it is compiled, then with that, and
// then with what is damaged.
func TestCompiled(t *testing.T) {
	if testing.Short() {
		t.Skip("what reads PDF takes seconds to compile")
	}
	cache := t.TempDir()
	read := func(what string) time.Duration {
		start := time.Now()
		r := NewReader(ReaderOptions{Cache: cache})
		d, err := r.Read(ctx, File{Name: "a.pdf", Body: makePDF([]string{"The ferry runs on Monday."})})
		took := time.Since(start)
		if err != nil || len(d.Blocks) != 1 {
			t.Fatalf("%s: %v (%v)", what, err, errors.Unwrap(err))
		}
		r.children.background.Wait()
		if err := r.Close(); err != nil || !isCompiled(cache) {
			t.Fatalf("%s: not compiled, %v", what, err)
		}
		return took
	}
	t.Log("interpreted:", read("interpreted"))
	t.Log("compiled:", read("compiled"))
	var damaged []string
	_ = filepath.WalkDir(cache, func(path string, d os.DirEntry, _ error) error {
		if info, err := d.Info(); err == nil && info.Size() > 1<<20 {
			damaged = append(damaged, path)
			return os.Truncate(path, info.Size()/2)
		}
		return nil
	})
	if len(damaged) == 0 {
		t.Fatal("nothing was compiled")
	}
	t.Log("damaged:", read("damaged"))
}

func TestReadTooLong(t *testing.T) {
	r := NewReader(ReaderOptions{})
	defer r.Close()
	r.children.interpreted = 300 * time.Millisecond
	body := makePDF(slices.Repeat([][]string{slices.Repeat([]string{"A line that goes on for some while until it ends."}, 40)}, 400)...)
	if _, err := r.Read(ctx, File{Name: "a.pdf", Body: body}); CodeOf(err) != TooSlow {
		t.Errorf("%v", err)
	}
	over, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
	defer cancel()
	if _, err := r.Read(over, File{Name: "a.pdf", Body: body}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}

// TestChildKnowsNothing holds that a child gets no variable: there are tokens in
// them.
func TestChildKnowsNothing(t *testing.T) {
	t.Setenv("RAPPORTEUR_DISCORD_TOKEN", "secret")
	cmd, err := command(ctx, order{})
	if err != nil || cmd.Environ() != nil && len(cmd.Environ()) > 0 {
		t.Errorf("%v, %v", cmd.Environ(), err)
	}
}

// BenchmarkFirstPDF reads a PDF with nothing compiled.
func BenchmarkFirstPDF(b *testing.B) {
	body := makePDF([]string{"The ferry runs on Monday."})
	for b.Loop() {
		r := NewReader(ReaderOptions{})
		if _, err := r.Read(ctx, File{Name: "a.pdf", Body: body}); err != nil {
			b.Fatal(err)
		}
	}
}

// TestCompiledMeanwhile reads a PDF that takes longer to interpret than what reads
// it takes to compile.
func TestCompiledMeanwhile(t *testing.T) {
	if testing.Short() {
		t.Skip("takes ten seconds")
	}
	r := NewReader(ReaderOptions{Cache: t.TempDir()})
	lines := slices.Repeat([]string{"A line of the text that goes on for some while until it ends."}, 45)
	d, err := r.Read(ctx, File{Name: "a.pdf", Body: makePDF(slices.Repeat([][]string{lines}, 400)...)})
	if err != nil || words(d.Blocks) != 400*43*14 {
		t.Errorf("%v (%v)", err, errors.Unwrap(err))
	}
	select {
	case <-r.children.compiled:
	default:
		t.Error("was read before it was compiled: the test shows nothing")
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}
