package state

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"time"
)

// MaxFollows is how many questions one person can follow.
const MaxFollows = 50

// Follow is somebody's wish to be told when the sources answer a question.
type Follow struct {
	ID       int64
	Platform string
	User     string
	Chat     string // where to tell
	Space    string // whose settings hold there
	Locale   string
	Question Question
	Since    time.Time // UTC, to the second
}

// Follow keeps the wish and returns its id; ID and Since are the store's to
// set. Whoever asks twice has one wish, to be fulfilled where it was last
// expressed, and with an old id. ErrTooMany is returned beyond MaxFollows of a
// person. Somebody who blocked the bot has thereby changed their mind.
func (s *Store) Follow(ctx context.Context, f Follow) (id int64, err error) {
	if s == nil {
		return 0, ErrNone
	}
	options, err := f.Question.options()
	if err == nil && (f.Platform == "" || f.User == "" || f.Question.Text == "") {
		err = errors.New("the platform, the person or the question is missing")
	}
	if err != nil {
		return 0, fmt.Errorf("state: follow: %w", err)
	}
	err = s.write(ctx, "follow", func(tx *sql.Tx) error {
		key := f.Question.Key()
		var others int
		err := tx.QueryRowContext(ctx, "SELECT count(*) FROM follows WHERE platform = ? AND user = ? AND key <> ?",
			f.Platform, f.User, key).Scan(&others)
		if err != nil {
			return err
		}
		if others >= MaxFollows {
			return ErrTooMany
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM blocks WHERE person = ?", s.person(f.Platform, f.User)); err != nil {
			return err
		}
		return tx.QueryRowContext(ctx, `INSERT INTO follows (platform, user, chat, space, locale, key, text, options, since)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (platform, user, key) DO UPDATE
				SET chat = excluded.chat, space = excluded.space, locale = excluded.locale
			RETURNING id`,
			f.Platform, f.User, f.Chat, f.Space, f.Locale, key, f.Question.Text, options, s.seconds()).Scan(&id)
	})
	if err != nil {
		return 0, err
	}
	return id, nil
}

// Unfollow takes a person's wish back. Others' wishes are not found.
func (s *Store) Unfollow(ctx context.Context, platform, user string, id int64) error {
	n, err := s.exec(ctx, "unfollow", "DELETE FROM follows WHERE id = ? AND platform = ? AND user = ?", id, platform, user)
	if err == nil && n == 0 {
		return ErrNotFound
	}
	return err
}

// Following returns what a person follows, oldest first.
func (s *Store) Following(ctx context.Context, platform, user string) ([]Follow, error) {
	return s.follows(ctx, "platform = ? AND user = ? ORDER BY id", platform, user)
}

// waitingPage is how many follows Waiting has in memory: a few hundred
// kilobytes when the questions are long.
const waitingPage = 256

// Waiting goes through all follows that nobody is being told, oldest first. The
// store may be used, and follows may come and go, meanwhile. An error ends it.
func (s *Store) Waiting(ctx context.Context) iter.Seq2[Follow, error] {
	return func(yield func(Follow, error) bool) {
		for last := int64(0); ; {
			page, err := s.follows(ctx, "claimed = 0 AND id > ? ORDER BY id LIMIT ?", last, waitingPage)
			if err != nil {
				yield(Follow{}, err)
				return
			}
			for _, f := range page {
				if !yield(f, nil) {
					return
				}
				last = f.ID
			}
			if len(page) < waitingPage {
				return
			}
		}
	}
}

// Claim marks a follow as being told, so that nobody is told twice. It returns
// false if the follow is gone or claimed already. Told or Release must come
// after it.
func (s *Store) Claim(ctx context.Context, id int64) (bool, error) {
	if s == nil {
		return false, ErrNone
	}
	n, err := s.exec(ctx, "claim a follow", "UPDATE follows SET claimed = ? WHERE id = ? AND claimed = 0", s.run, id)
	return n == 1, err
}

// Told removes a claimed follow: the person knows. That it is gone already, with
// all of the person's, is no error.
func (s *Store) Told(ctx context.Context, id int64) error {
	_, err := s.exec(ctx, "end a follow", "DELETE FROM follows WHERE id = ? AND claimed <> 0", id)
	return err
}

// Release puts a claimed follow back for the next time. That it is gone is no
// error.
func (s *Store) Release(ctx context.Context, id int64) error {
	_, err := s.exec(ctx, "release a follow", "UPDATE follows SET claimed = 0 WHERE id = ?", id)
	return err
}

// Unfinished returns the follows claimed by a run that ended before Told or
// Release. Whether these people were told is not known: Told may leave somebody
// without the answer, Release may tell it twice.
func (s *Store) Unfinished(ctx context.Context) ([]Follow, error) {
	if s == nil {
		return nil, nil
	}
	return s.follows(ctx, "claimed NOT IN (0, ?) ORDER BY id", s.run)
}

func (s *Store) follows(ctx context.Context, where string, args ...any) (out []Follow, err error) {
	if s == nil {
		return nil, nil
	}
	defer func() {
		if err != nil {
			out, err = nil, fmt.Errorf("state: read follows: %w", s.explain(err))
		}
	}()
	rows, err := s.db.QueryContext(ctx, "SELECT id, platform, user, chat, space, locale, text, options, since FROM follows WHERE "+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var f Follow
		var options string
		var since int64
		if err := rows.Scan(&f.ID, &f.Platform, &f.User, &f.Chat, &f.Space, &f.Locale, &f.Question.Text, &options, &since); err != nil {
			return nil, err
		}
		if err := f.Question.setOptions(options); err != nil {
			return nil, err
		}
		f.Since = time.Unix(since, 0).UTC()
		out = append(out, f)
	}
	return out, rows.Err()
}
