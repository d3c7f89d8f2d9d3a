package state

import (
	"context"
	"database/sql"
	"time"
)

// OpenWith is Open with migrations after the present ones.
func OpenWith(ctx context.Context, path string, later ...string) (*Store, error) {
	return open(ctx, path, nil, append(migrations[:len(migrations):len(migrations)], later...), time.Now)
}

// SetNow sets the store's clock.
func (s *Store) SetNow(now func() time.Time) { s.now = now }

// DB is the database under the store.
func (s *Store) DB() *sql.DB { return s.db }

// Version is the present schema.
func Version() int { return len(migrations) }

// WaitingPage is how many follows are read at once.
const WaitingPage = waitingPage

// Portion is how many rows are removed at once.
const Portion = portion
