package state

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Move notes that a space has another id now, as a Telegram group has that became
// a supergroup. Its settings go along, unless there are some under the new id, and
// so do the follows of its people. Doing it again does no harm.
func (s *Store) Move(ctx context.Context, platform, from, to string) error {
	if s == nil {
		return ErrNone
	}
	if from == "" || to == "" {
		return errors.New("state: move a space: an id is missing")
	}
	if from == to {
		return nil
	}
	return s.write(ctx, "move a space", func(tx *sql.Tx) error {
		if err := moveSettings(ctx, tx, platform, from, to); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE follows
			SET chat = iif(chat = ?2, ?3, chat), space = iif(space = ?2, ?3, space)
			WHERE platform = ?1 AND ?2 IN (chat, space)`, platform, from, to)
		return err
	})
}

// moveSettings moves the settings of a space. Where they name it as a channel,
// they name the new one.
func moveSettings(ctx context.Context, tx *sql.Tx, platform, from, to string) error {
	var taken bool
	err := tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM settings WHERE platform = ? AND space = ?)", platform, to).Scan(&taken)
	if err != nil {
		return err
	}
	if !taken {
		moved, all, err := readSettings(ctx, tx, platform, from)
		if err != nil {
			return fmt.Errorf("settings: %w", err)
		}
		for _, places := range [][]string{moved.Channels, moved.Threads} {
			for i, place := range places {
				if place == from {
					places[i] = to
				}
			}
		}
		fields, err := encode(moved, all)
		if err != nil {
			return err
		}
		if err := writeSettings(ctx, tx, platform, to, fields); err != nil {
			return err
		}
	}
	return writeSettings(ctx, tx, platform, from, []byte("{}"))
}
