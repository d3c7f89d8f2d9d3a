package state

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Question is what somebody asked, with its filters.
type Question struct {
	Text    string
	Options map[string]string
}

// Key names the question: 16 letters of [a-z2-7], short enough for the data of
// a button. It is made from what is asked, so that the same question has the
// same key; white space and options that are empty make no difference.
func (q Question) Key() string {
	parts := []string{strings.Join(strings.Fields(q.Text), " ")}
	for _, name := range slices.Sorted(maps.Keys(q.Options)) {
		if v := q.Options[name]; v != "" {
			parts = append(parts, name, v)
		}
	}
	sum := sha256.Sum256(joined(parts...))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:10])) // 5 bits a letter
}

// options is how a question's options are kept.
func (q Question) options() (string, error) {
	if len(q.Options) == 0 {
		return "{}", nil
	}
	b, err := json.Marshal(q.Options)
	return string(b), err
}

// setOptions reads what options made.
func (q *Question) setOptions(kept string) error {
	if kept == "{}" {
		return nil
	}
	return json.Unmarshal([]byte(kept), &q.Options)
}

// Refused keeps a question that the sources do not answer, how often it was
// asked and when first and last, and returns its key. Of who asked a keyed hash
// is kept, so that people can be counted; "" for a person nobody knows.
func (s *Store) Refused(ctx context.Context, q Question, platform, user string) (key string, err error) {
	if s == nil {
		return "", ErrNone
	}
	options, err := q.options()
	if err != nil {
		return "", fmt.Errorf("state: keep a question: %w", err)
	}
	key = q.Key()
	err = s.write(ctx, "keep a question", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO refused (key, text, options, times, first, last) VALUES (?1, ?2, ?3, 1, ?4, ?4)
			ON CONFLICT DO UPDATE SET times = times + 1, last = excluded.last`, key, q.Text, options, s.seconds())
		if err != nil || user == "" {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO askers (key, person, last) VALUES (?, ?, ?)
			ON CONFLICT DO UPDATE SET last = excluded.last`, key, s.person(platform, user), s.seconds())
		return err
	})
	if err != nil {
		return "", err
	}
	return key, nil
}

// Question returns the refused question with the key, or ErrNotFound.
func (s *Store) Question(ctx context.Context, key string) (Question, error) {
	if s == nil {
		return Question{}, ErrNotFound
	}
	var q Question
	var options string
	err := s.db.QueryRowContext(ctx, "SELECT text, options FROM refused WHERE key = ?", key).Scan(&q.Text, &options)
	if errors.Is(err, sql.ErrNoRows) {
		return Question{}, ErrNotFound
	}
	if err == nil {
		err = q.setOptions(options)
	}
	if err != nil {
		return Question{}, fmt.Errorf("state: read a question: %w", s.explain(err))
	}
	return q, nil
}
