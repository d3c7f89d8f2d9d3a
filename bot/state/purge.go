package state

import (
	"context"
	"fmt"
	"time"
)

// briefly is how long ids of what was received, and which message answers which,
// are kept. Telegram delivers nothing that is older than 24 hours
// (https://core.telegram.org/bots/api#getting-updates), and people can edit what
// they wrote for 48 hours (https://telegram.org/faq).
const briefly = 48 * time.Hour

// portion is how many rows are removed at once. Whoever wants to read meanwhile
// waits for one portion, some ten milliseconds, rather than for all.
const portion = 200

// Purge forgets refused questions and who asked them, feedback and entries of the
// audit log that were last touched before the time, what was counted on days that
// ended before it, and, whatever it is, what came in and what was answered more
// than 48 hours ago. It returns how many, after an error those before it. The bytes are
// overwritten, in the file and in the log beside it.
func (s *Store) Purge(ctx context.Context, before time.Time) (n int64, err error) {
	if s == nil {
		return 0, ErrNone
	}
	if err := s.writeCounts(ctx); err != nil {
		return 0, err
	}
	remove := func(table, key, where string, before int64) (gone int64) {
		statement := fmt.Sprintf("DELETE FROM %[1]s WHERE (%[2]s) IN (SELECT %[2]s FROM %[1]s WHERE %[3]s LIMIT %[4]d)", table, key, where, portion)
		for last := int64(portion); err == nil && last == portion; gone += last {
			last, err = s.exec(ctx, "purge", statement, before)
		}
		n += gone
		return gone
	}
	old := s.now().Add(-briefly).Unix()
	remove("refused", "key", "last < ?", before.Unix())
	remove("askers", "key, person", "last < ?", before.Unix())
	remove("feedback", "person, message", "last < ?", before.Unix())
	remove("audit", "place", "last < ?", before.Unix())
	remove("counts", "day, kind, name", "day < ?", dayOf(before))
	remove("answers", "place", "last < ?", old)
	if lost := remove("inbox", "place", "received < ? AND body IS NOT NULL", old); lost > 0 {
		s.log.Warn("what came in and was not dealt with for two days is removed", "count", lost)
	}
	remove("inbox", "place", "received < ?", old)
	s.emptyLog(ctx)
	return n, err
}
