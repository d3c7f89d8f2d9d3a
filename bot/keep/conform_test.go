package keep_test

import (
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/gofrs/flock"

	"rapporteur/bot/bottest"
	"rapporteur/index"
)

// TestConforms runs the tests that every operate.Keeper has to pass.
func TestConforms(t *testing.T) {
	bottest.RunKeeper(t, func(t *testing.T) bottest.Kept {
		s := newShop(t)
		s.reindex(t)
		return bottest.Kept{Keeper: s.Keeper,
			Write: func(name, content string) { write(t, s.dir, name, content) },
			Answers: func(id string) bool {
				r, err := s.index.Search(ctx, index.Query{Text: bottest.Lit, Sources: []string{id}})
				if err != nil {
					t.Fatal(err)
				}
				return r.Searched.Texts > 0
			},
			// It waits for the folder while somebody else changes that.
			Hold: func() (<-chan struct{}, func()) {
				lock := flock.New(filepath.Join(s.dir, ".rapporteur", "lock"))
				if ok, err := lock.TryLock(); !ok {
					t.Fatal(err)
				}
				entered := make(chan struct{})
				go func() {
					defer close(entered)
					for end := time.Now().Add(10 * time.Second); !s.Working() && time.Now().Before(end); {
						time.Sleep(time.Millisecond)
					}
				}()
				return entered, sync.OnceFunc(func() { lock.Close() })
			}}
	})
}
