package state

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
)

// Settings of a space: a Discord server, a Telegram group or a private chat.
// The zero value is what holds where nobody has set anything.
type Settings struct {
	Language   string   // interface language, ISO 639-1; "" follows the asker
	Confidence string   // "careful", "balanced", "eager"; "" is the operator's
	Sources    []string // only texts that match one: an id, or part of a title or publisher; empty: all
	Channels   []string // where the bot may answer; empty: everywhere
	Threads    []string // channels in which answers go into a thread
	Admins     []string // ids of roles that may use admin commands

	Unaddressed bool  // answer questions that nobody addressed to the bot
	Preview     bool  // let the platform show a preview of the source
	Quiet       Quiet // when to send nothing that nobody just asked for
}

// fields names the settings in what is kept. A later field needs a row here and
// no migration. Quiet has three: what a newer version adds inside of one would
// not survive a change.
func (s *Settings) fields() map[string]any {
	return map[string]any{
		"language":    &s.Language,
		"confidence":  &s.Confidence,
		"sources":     &s.Sources,
		"channels":    &s.Channels,
		"threads":     &s.Threads,
		"admins":      &s.Admins,
		"unaddressed": &s.Unaddressed,
		"preview":     &s.Preview,
		"quiet_from":  &s.Quiet.From,
		"quiet_to":    &s.Quiet.To,
		"quiet_zone":  &s.Quiet.Zone,
	}
}

// decode reads settings. all holds also what only a newer version knows.
func decode(kept []byte) (s Settings, all map[string]json.RawMessage, err error) {
	if err := json.Unmarshal(kept, &all); err != nil {
		return Settings{}, nil, err
	}
	if all == nil { // null
		all = map[string]json.RawMessage{}
	}
	for name, field := range s.fields() {
		if raw, ok := all[name]; ok {
			if err := json.Unmarshal(raw, field); err != nil {
				return Settings{}, nil, fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return s, all, nil
}

// encode puts settings over what was kept. What is not set takes no room.
func encode(s Settings, all map[string]json.RawMessage) ([]byte, error) {
	for name, field := range s.fields() {
		raw, err := json.Marshal(field)
		if err != nil {
			return nil, err
		}
		switch string(raw) {
		case `""`, `[]`, `null`, `false`, `0`:
			delete(all, name)
		default:
			all[name] = raw
		}
	}
	return json.Marshal(all)
}

// querier is what a transaction and the database have in common.
type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func readSettings(ctx context.Context, q querier, platform, space string) (Settings, map[string]json.RawMessage, error) {
	kept := []byte("{}")
	err := q.QueryRowContext(ctx, "SELECT fields FROM settings WHERE platform = ? AND space = ?", platform, space).Scan(&kept)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return Settings{}, nil, err
	}
	return decode(kept)
}

// writeSettings keeps what encode made.
func writeSettings(ctx context.Context, tx *sql.Tx, platform, space string, fields []byte) (err error) {
	if string(fields) == "{}" {
		_, err = tx.ExecContext(ctx, "DELETE FROM settings WHERE platform = ? AND space = ?", platform, space)
	} else {
		_, err = tx.ExecContext(ctx, `INSERT INTO settings (platform, space, fields) VALUES (?, ?, ?)
			ON CONFLICT DO UPDATE SET fields = excluded.fields`, platform, space, string(fields))
	}
	return err
}

// Settings returns the settings of a space, zero if none are kept.
func (s *Store) Settings(ctx context.Context, platform, space string) (Settings, error) {
	if s == nil {
		return Settings{}, nil
	}
	out, _, err := readSettings(ctx, s.db, platform, space)
	if err != nil {
		return Settings{}, fmt.Errorf("state: read settings: %w", s.explain(err))
	}
	return out, nil
}

// ChangeSettings lets change alter the settings of a space and returns them as
// they then are. An error of change is returned and alters nothing. Nothing else
// is written meanwhile, and change must not use the store.
func (s *Store) ChangeSettings(ctx context.Context, platform, space string, change func(*Settings) error) (Settings, error) {
	var out Settings
	err := s.write(ctx, "change settings", func(tx *sql.Tx) error {
		now, all, err := readSettings(ctx, tx, platform, space)
		if err != nil {
			return err
		}
		if err := change(&now); err != nil {
			return err
		}
		fields, err := encode(now, all)
		if err != nil {
			return err
		}
		err = writeSettings(ctx, tx, platform, space, fields)
		if err == nil {
			out, _, err = decode(fields) // as it will be read
		}
		return err
	})
	if err != nil {
		return Settings{}, err
	}
	return out, nil
}
