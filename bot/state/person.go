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

// Forgotten is how much was erased of a person.
type Forgotten struct {
	Questions int64 // refused ones, from which the person was taken off or which nobody else had asked
	Follows   int64
	Feedback  int64
	Settings  int64 // of a private conversation
	Answers   int64 // which messages answer which, in a private conversation
	Blocks    int64 // 1 if the person did not want to hear from the bot
	Attempts  int64 // refused attempts to use what is for operators
}

// Forget erases what is kept of a person and returns how much that was: that
// they asked what was refused, and the question itself where nobody else is known
// to have asked it; follows, block, feedback; attempts to do what is for
// operators; and the settings and answers of a space or chat whose id is the
// person's, as that of a private chat is on Telegram. The bytes are overwritten,
// in the file and in the log beside it. What is in hand is not touched: whose it
// is only its body says. Neither is what an operator did, which tells how the
// texts came to be what they are.
func (s *Store) Forget(ctx context.Context, platform, user string) (f Forgotten, err error) {
	err = s.write(ctx, "forget a person", func(tx *sql.Tx) error {
		person := s.person(platform, user)
		var failed error
		erase := func(statement string, args ...any) int64 {
			r, err := tx.ExecContext(ctx, statement, args...)
			if err != nil {
				failed = errors.Join(failed, err)
				return 0
			}
			n, err := r.RowsAffected()
			failed = errors.Join(failed, err)
			return n
		}
		erase(`DELETE FROM refused WHERE key IN (SELECT key FROM askers WHERE person = ?1)
			AND NOT EXISTS (SELECT 1 FROM askers WHERE askers.key = refused.key AND person <> ?1)`, person)
		f = Forgotten{
			Questions: erase("DELETE FROM askers WHERE person = ?", person),
			Follows:   erase("DELETE FROM follows WHERE platform = ? AND user = ?", platform, user),
			Blocks:    erase("DELETE FROM blocks WHERE person = ?", person),
			Feedback:  erase("DELETE FROM feedback WHERE person = ?", person),
			Settings:  erase("DELETE FROM settings WHERE platform = ? AND space = ?", platform, user),
			Answers:   erase("DELETE FROM answers WHERE chat = ?", s.chat(platform, user)),
			Attempts:  erase("DELETE FROM audit WHERE platform = ? AND user = ? AND outcome = ?", platform, user, Refused),
		}
		return failed
	})
	if err != nil {
		return Forgotten{}, err
	}
	s.emptyLog(ctx)
	return f, nil
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
