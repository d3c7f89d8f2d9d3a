package keep_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rapporteur/corpus/ingest"
)

// holding returns the files below the folders that hold one of the words.
func holding(t *testing.T, words []string, dirs ...string) (out []string) {
	t.Helper()
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			b, err := os.ReadFile(path)
			for _, w := range words {
				if bytes.Contains(bytes.ToLower(b), []byte(strings.ToLower(w))) {
					out = append(out, path+" holds "+w)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// TestPurge holds that no file knows a word of a text that was purged, and that the
// others are searched as before.
func TestPurge(t *testing.T) {
	s := newShop(t)
	secret := []string{"Ypsilonia", "Zweibrunnen", "Querfurtia"}
	body := func(word string) string {
		return "---\ntitle: A " + word + " report\nurl: https://example.org/secret\n---\nThe envoy of " + word + " spoke of the ferry for hours.\n"
	}
	// A version that was stored, one that was edited by hand, and one removed and
	// put back, each of them searched.
	r, err := s.Submit(ctx, upload("secret.md", body(secret[0])), ingest.AddOptions{})
	if err != nil {
		t.Fatal(err)
	}
	s.reindex(t)
	write(t, s.dir, r.Path, body(secret[1]))
	s.reindex(t)
	if _, err := s.Submit(ctx, upload("secret.md", body(secret[2])), ingest.AddOptions{ID: r.ID, Force: true}); err != nil {
		t.Fatal(err)
	}
	s.reindex(t)
	for _, w := range secret[:2] {
		if holding(t, []string{w}, s.dir) == nil {
			t.Fatalf("%s is nowhere: the test shows nothing", w)
		}
	}
	if holding(t, secret, s.data) == nil {
		t.Fatal("the index holds none: the test shows nothing")
	}

	n, err := s.Purge(ctx, r.ID, nil)
	if err != nil || n != 3 {
		t.Fatalf("%d versions, %v", n, err)
	}
	secret = append(secret, "spoke of the ferry for hours")
	if left := holding(t, secret, s.dir, s.data); left != nil {
		t.Errorf("after purging: %s", strings.Join(left, ", "))
	}
	if got := s.says(t, question); !strings.Contains(got, "seven crowns") {
		t.Errorf("answered by %q", got)
	}
	if v, err := s.folder.Versions(r.ID); ingest.CodeOf(err) != ingest.NoSuchText {
		t.Errorf("%v, %v", v, err)
	}
	if _, err := s.Purge(ctx, "nothing", nil); ingest.CodeOf(err) != ingest.NoSuchText {
		t.Errorf("%v", err)
	}
	// Going back to what was searched before does not bring it back.
	if _, err := s.Rollback(ctx, nil); err != nil {
		t.Logf("going back: %v", err)
	}
	if left := holding(t, secret, s.dir, s.data); left != nil {
		t.Errorf("after going back: %s", strings.Join(left, ", "))
	}
}
