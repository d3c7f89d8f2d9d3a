package state

import (
	"context"
	"database/sql"
	"strings"
	"time"
	"unicode/utf8"
)

// Outcome is what came of a question or of what an operator did.
type Outcome string

// The outcomes.
const (
	Answered Outcome = "answered" // a question
	Done     Outcome = "done"     // something else
	Refused  Outcome = "refused"  // the sources do not say, or somebody may not do it
	Failed   Outcome = "failed"
)

// Entry is a line of the audit log: who did what, or tried to.
type Entry struct {
	Platform string
	User     string // the platform's id, as it is: operators must be known
	Action   string // such as the name of a command
	Subject  string // what it was done to, such as the id of a text; may be ""
	Outcome  Outcome
	Times    int       // how often, within an hour of each other
	Last     time.Time // UTC, to the second
}

const (
	// maxSubject is how much of a subject is kept, in bytes: an id, or enough of
	// an address to know it again.
	maxSubject = 200
	// sameAgain is within what time the same by the same person is counted rather
	// than written again. Somebody who keeps trying what is not theirs to do would
	// else push everything else out of sight, and fill the disk.
	sameAgain = time.Hour
)

// Audit keeps an entry; Times and Last are the store's to set.
func (s *Store) Audit(ctx context.Context, e Entry) error {
	if s == nil {
		return ErrNone
	}
	e.Subject = shortened(e.Subject)
	return s.write(ctx, "keep who did what", func(tx *sql.Tx) error {
		now := s.seconds()
		r, err := tx.ExecContext(ctx, `UPDATE audit SET times = times + 1, last = ?1 WHERE place =
			(SELECT max(place) FROM audit WHERE last >= ?2 AND platform = ?3 AND user = ?4 AND action = ?5 AND subject = ?6 AND outcome = ?7)`,
			now, now-int64(sameAgain.Seconds()), e.Platform, e.User, e.Action, e.Subject, e.Outcome)
		if err != nil {
			return err
		}
		if n, err := r.RowsAffected(); err != nil || n > 0 {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO audit (platform, user, action, subject, outcome, times, last) VALUES (?, ?, ?, ?, ?, 1, ?)`,
			e.Platform, e.User, e.Action, e.Subject, e.Outcome, now)
		return err
	})
}

// shortened is a subject as it is kept: one line of valid UTF-8.
func shortened(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "\ufffd")), " ")
	if len(s) <= maxSubject {
		return s
	}
	end := maxSubject - len("…")
	for !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + "…"
}

// Audited returns up to limit entries, the newest first.
func (s *Store) Audited(ctx context.Context, limit int) ([]Entry, error) {
	var out []Entry
	err := s.each(ctx, "read who did what", func(scan func(...any) error) error {
		var e Entry
		var last int64
		if err := scan(&e.Platform, &e.User, &e.Action, &e.Subject, &e.Outcome, &e.Times, &last); err != nil {
			return err
		}
		e.Last = time.Unix(last, 0).UTC()
		out = append(out, e)
		return nil
	}, "SELECT platform, user, action, subject, outcome, times, last FROM audit ORDER BY last DESC, place DESC LIMIT ?", limit)
	if err != nil {
		return nil, err
	}
	return out, nil
}
