package meaning

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rapporteur/index/encode"
)

// TestMain lets the test binary be the process that is killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv("MEANING_TEST_KILL"); dir != "" {
		addUntilKilled(dir)
		return
	}
	os.Exit(m.Run())
}

const toAdd = 4000

// telling notes each text that it encodes in a file.
type telling struct {
	fake
	to *os.File
}

func (t *telling) Encode(ctx context.Context, kind encode.Kind, texts []string) ([]encode.Encoded, error) {
	if kind == encode.Passage {
		fmt.Fprint(t.to, strings.Join(texts, "\n")+"\n")
		time.Sleep(100 * time.Microsecond)
	}
	return t.fake.Encode(ctx, kind, texts)
}

func addUntilKilled(dir string) {
	to, err := os.OpenFile(filepath.Join(dir, "encoded"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err == nil {
		var s *Store
		if s, err = Open(context.Background(), &telling{fake{name: "m", width: 64}, to}, filepath.Join(dir, "vectors"), nil); err == nil {
			err = s.Add(context.Background(), some(toAdd))
		}
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

// TestKilled kills the process that encodes a hundred times: what was encoded before
// is there, and only what was in hand is encoded again.
func TestKilled(t *testing.T) {
	dir := t.TempDir()
	rng := rand.New(rand.NewPCG(1, 2))
	kills := 0
	for finished := false; !finished; {
		cmd := exec.Command(os.Args[0], "-test.run=^$")
		cmd.Env = append(os.Environ(), "MEANING_TEST_KILL="+dir)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		wait := time.Duration(10+rng.IntN(10)) * time.Millisecond
		if kills == 100 {
			wait = time.Minute
		}
		select {
		case err := <-ended:
			if err != nil {
				t.Fatal(err)
			}
			finished = true
		case <-time.After(wait):
			_ = cmd.Process.Kill()
			<-ended
			kills++
		}
	}
	b, err := os.ReadFile(filepath.Join(dir, "encoded"))
	if err != nil {
		t.Fatal(err)
	}
	again := strings.Count(string(b), "\n") - toAdd
	if again < 0 || again > 8*kills {
		t.Errorf("%d were encoded again after %d kills", again, kills)
	}
	f := &fake{name: "m", width: 64}
	s := open(t, f, filepath.Join(dir, "vectors"))
	for _, x := range some(toAdd) {
		if !s.Has(KeyOf(x)) {
			t.Fatalf("%q is lost", x)
		}
	}
	t.Logf("%d kills, %d encoded again", kills, again)
}
