package state

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Block notes that a person does not want to hear from the bot, and forgets all
// that they follow. Following something again lifts it.
func (s *Store) Block(ctx context.Context, platform, user string) error {
	return s.write(ctx, "block", func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM follows WHERE platform = ? AND user = ?", platform, user); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO blocks (person, since) VALUES (?, ?) ON CONFLICT DO NOTHING",
			s.person(platform, user), s.seconds())
		return err
	})
}

// Blocked reports whether a person does not want to hear from the bot.
func (s *Store) Blocked(ctx context.Context, platform, user string) (yes bool, err error) {
	if s == nil {
		return false, nil
	}
	err = s.db.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM blocks WHERE person = ?)", s.person(platform, user)).Scan(&yes)
	if err != nil {
		return false, fmt.Errorf("state: read a block: %w", s.explain(err))
	}
	return yes, nil
}

// Forget erases what is kept of a person: follows, block, feedback, and the
// settings and answers of a space or chat whose id is the person's, as that of a
// private chat is on Telegram. The bytes are overwritten, in the file and in the
// log beside it. What is in hand is not touched: whose it is only its body says.
func (s *Store) Forget(ctx context.Context, platform, user string) error {
	err := s.write(ctx, "forget a person", func(tx *sql.Tx) error {
		person := s.person(platform, user)
		_, err1 := tx.ExecContext(ctx, "DELETE FROM follows WHERE platform = ? AND user = ?", platform, user)
		_, err2 := tx.ExecContext(ctx, "DELETE FROM blocks WHERE person = ?", person)
		_, err3 := tx.ExecContext(ctx, "DELETE FROM feedback WHERE person = ?", person)
		_, err4 := tx.ExecContext(ctx, "DELETE FROM settings WHERE platform = ? AND space = ?", platform, user)
		_, err5 := tx.ExecContext(ctx, "DELETE FROM answers WHERE chat = ?", s.chat(platform, user))
		return errors.Join(err1, err2, err3, err4, err5)
	})
	if err != nil {
		return err
	}
	s.emptyLog(ctx)
	return nil
}

// Feedback says whether an answer was helpful.
type Feedback struct {
	Platform string
	User     string
	Message  string // of the answer; unique on the platform, so with the chat where ids are a chat's own
	Text     string // id of the lead quote's text
	Sentence string // key of its sentence
	Helpful  bool
}

// Feedback keeps a verdict. A person has one on each message, the last. Person
// and message are kept as keyed hashes only.
func (s *Store) Feedback(ctx context.Context, f Feedback) error {
	if s == nil {
		return ErrNone
	}
	_, err := s.exec(ctx, "keep feedback", `INSERT INTO feedback (person, message, platform, text, sentence, helpful, last)
		VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET text = excluded.text, sentence = excluded.sentence,
			helpful = excluded.helpful, last = excluded.last`,
		s.person(f.Platform, f.User), s.hash("message", f.Platform, f.Message), f.Platform, f.Text, f.Sentence, f.Helpful, s.seconds())
	return err
}

// FeedbackCount returns how many verdicts there are of either kind.
func (s *Store) FeedbackCount(ctx context.Context) (helpful, not int, err error) {
	if s == nil {
		return 0, 0, nil
	}
	err = s.db.QueryRowContext(ctx, "SELECT count(*) FILTER (WHERE helpful), count(*) FILTER (WHERE NOT helpful) FROM feedback").Scan(&helpful, &not)
	if err != nil {
		return 0, 0, fmt.Errorf("state: count feedback: %w", s.explain(err))
	}
	return helpful, not, nil
}
