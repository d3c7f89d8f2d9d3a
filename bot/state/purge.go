package state

import (
	"context"
	"database/sql"
	"time"
)

// briefly is how long ids of what was received, and which message answers which,
// are kept. Telegram delivers nothing that is older than 24 hours
// (https://core.telegram.org/bots/api#getting-updates), and people can edit what
// they wrote for 48 hours (https://telegram.org/faq).
const briefly = 48 * time.Hour

// Purge forgets refused questions and feedback that were last touched before
// the time, and, whatever that is, what came in and what was answered more than
// 48 hours ago. It returns how many. The bytes are overwritten, in the file and
// in the log beside it.
func (s *Store) Purge(ctx context.Context, before time.Time) (n int64, err error) {
	var unfinished int64
	err = s.write(ctx, "purge", func(tx *sql.Tx) (err error) {
		old := s.now().Add(-briefly).Unix()
		remove := func(statement string, before int64) (gone int64) {
			if err != nil {
				return 0
			}
			var r sql.Result
			if r, err = tx.ExecContext(ctx, "DELETE FROM "+statement, before); err != nil {
				return 0
			}
			gone, err = r.RowsAffected()
			n += gone
			return gone
		}
		remove("refused WHERE last < ?", before.Unix())
		remove("feedback WHERE last < ?", before.Unix())
		remove("answers WHERE last < ?", old)
		unfinished = remove("inbox WHERE received < ? AND body IS NOT NULL", old)
		remove("inbox WHERE received < ?", old)
		return err
	})
	if err != nil {
		return 0, err
	}
	if unfinished > 0 {
		s.log.Warn("what came in and was not dealt with for two days is removed", "count", unfinished)
	}
	s.emptyLog(ctx)
	return n, nil
}
