package state

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
)

// MaxAsked is how long a fingerprint may be, in bytes: that of SHA-512.
const MaxAsked = 64

// KeepAnswer notes which messages of the bot's answer a person's message, so that
// they can be changed when that is edited. It replaces what was noted of the
// message before. asked is a fingerprint of what was asked, of up to MaxAsked
// bytes, by which the caller can tell whether an edit changed it. Chat and message
// are kept as keyed hashes only.
func (s *Store) KeepAnswer(ctx context.Context, platform, chat, message string, asked []byte, answers []int64) error {
	if s == nil {
		return ErrNone
	}
	if len(asked) > MaxAsked {
		return fmt.Errorf("state: keep an answer: the fingerprint has %d bytes, more than %d", len(asked), MaxAsked)
	}
	if asked == nil {
		asked = []byte{}
	}
	ids, err := json.Marshal(answers)
	if err != nil {
		return fmt.Errorf("state: keep an answer: %w", err)
	}
	_, err = s.exec(ctx, "keep an answer", `INSERT INTO answers (message, chat, asked, answers, last) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (message) DO UPDATE SET asked = excluded.asked, answers = excluded.answers, last = excluded.last`,
		s.asked(platform, chat, message), s.chat(platform, chat), asked, string(ids), s.seconds())
	return err
}

// KeptAnswer returns what KeepAnswer noted of a message, or ErrNotFound.
func (s *Store) KeptAnswer(ctx context.Context, platform, chat, message string) (asked []byte, answers []int64, err error) {
	if s == nil {
		return nil, nil, ErrNotFound
	}
	var ids []byte
	err = s.db.QueryRowContext(ctx, "SELECT asked, answers FROM answers WHERE message = ?",
		s.asked(platform, chat, message)).Scan(&asked, &ids)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil, ErrNotFound
	}
	if err == nil {
		err = json.Unmarshal(ids, &answers)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("state: read an answer: %w", s.explain(err))
	}
	return asked, answers, nil
}

// asked is what is kept of a message that was answered.
func (s *Store) asked(platform, chat, message string) []byte {
	return s.hash("asked", platform, chat, message)
}
