package state

import (
	"context"
	"database/sql"
	"fmt"
)

// Receive keeps what came from a platform until Finish, and returns the ids that
// are new to the account, in the order given: the others are in hand or done. An
// account is a platform and the bot's own id there, such as "telegram/123", for
// ids are a bot's own. bodies[i] belongs to ids[i]. When it returns, all of it is
// on the disk; after an error nothing of it is.
func (s *Store) Receive(ctx context.Context, account string, ids []int64, bodies [][]byte) (fresh []int64, err error) {
	if s == nil {
		return nil, ErrNone
	}
	if account == "" || len(ids) != len(bodies) {
		return nil, fmt.Errorf("state: receive: %d ids and %d bodies for account %q", len(ids), len(bodies), account)
	}
	if len(ids) == 0 {
		return nil, nil
	}
	err = s.write(ctx, "receive", func(tx *sql.Tx) error {
		insert, err := tx.PrepareContext(ctx, "INSERT INTO inbox (account, id, received, body) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING")
		if err != nil {
			return err
		}
		defer insert.Close()
		for i, id := range ids {
			body := bodies[i]
			if body == nil {
				body = []byte{} // NULL says that it is dealt with
			}
			r, err := insert.ExecContext(ctx, account, id, s.seconds(), body)
			if err != nil {
				return err
			}
			if n, err := r.RowsAffected(); err != nil {
				return err
			} else if n == 1 {
				fresh = append(fresh, id)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return fresh, nil
}

// Finish erases the body of what was received; the id stays known until Purge
// forgets it. That it is done or gone already is no error.
func (s *Store) Finish(ctx context.Context, account string, id int64) error {
	_, err := s.exec(ctx, "finish what was received", "UPDATE inbox SET body = NULL WHERE account = ? AND id = ? AND body IS NOT NULL", account, id)
	return err
}

// InHand returns what an account received and has not finished, in the order in
// which it came. That is not the order of the ids, which on Telegram begin
// anywhere after a week without updates. All of it is in memory at once.
func (s *Store) InHand(ctx context.Context, account string) (ids []int64, bodies [][]byte, err error) {
	if s == nil {
		return nil, nil, nil
	}
	defer func() {
		if err != nil {
			ids, bodies, err = nil, nil, fmt.Errorf("state: read what is in hand: %w", s.explain(err))
		}
	}()
	rows, err := s.db.QueryContext(ctx, "SELECT id, body FROM inbox WHERE account = ? AND body IS NOT NULL ORDER BY place", account)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var body []byte
		if err := rows.Scan(&id, &body); err != nil {
			return nil, nil, err
		}
		ids, bodies = append(ids, id), append(bodies, body)
	}
	return ids, bodies, rows.Err()
}
