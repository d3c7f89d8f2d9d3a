package state

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// migrations lead from an empty file to the present schema; the number of those
// that were run stands in the file, in user_version. They are history: to change
// the schema, add one at the end.
var migrations = []string{
	// 1
	`
	-- The store itself: one row.
	CREATE TABLE self (
		id     INTEGER PRIMARY KEY CHECK (id = 1),
		secret BLOB    NOT NULL, -- keys the hashes of people
		run    INTEGER NOT NULL  -- how often the store was opened
	) STRICT;

	CREATE TABLE settings (
		platform TEXT NOT NULL,
		space    TEXT NOT NULL,
		fields   TEXT NOT NULL, -- a JSON object
		PRIMARY KEY (platform, space)
	) STRICT, WITHOUT ROWID;

	CREATE TABLE refused (
		key     TEXT    PRIMARY KEY, -- of the question
		text    TEXT    NOT NULL,
		options TEXT    NOT NULL, -- a JSON object
		times   INTEGER NOT NULL,
		first   INTEGER NOT NULL,
		last    INTEGER NOT NULL
	) STRICT, WITHOUT ROWID;
	CREATE INDEX refused_last ON refused (last);

	-- AUTOINCREMENT never uses an id again: a button that unfollows may be old.
	CREATE TABLE follows (
		id       INTEGER PRIMARY KEY AUTOINCREMENT,
		platform TEXT    NOT NULL,
		user     TEXT    NOT NULL,
		chat     TEXT    NOT NULL,
		space    TEXT    NOT NULL,
		locale   TEXT    NOT NULL,
		key      TEXT    NOT NULL, -- of the question
		text     TEXT    NOT NULL,
		options  TEXT    NOT NULL, -- a JSON object
		since    INTEGER NOT NULL,
		claimed  INTEGER NOT NULL DEFAULT 0, -- the run that is telling the person
		UNIQUE (platform, user, key)
	) STRICT;
	CREATE INDEX follows_claimed ON follows (claimed, id);

	CREATE TABLE blocks (
		person BLOB    PRIMARY KEY, -- a keyed hash
		since  INTEGER NOT NULL
	) STRICT, WITHOUT ROWID;

	CREATE TABLE feedback (
		person   BLOB    NOT NULL, -- a keyed hash
		message  BLOB    NOT NULL, -- a keyed hash
		platform TEXT    NOT NULL,
		text     TEXT    NOT NULL,
		sentence TEXT    NOT NULL,
		helpful  INTEGER NOT NULL,
		last     INTEGER NOT NULL,
		PRIMARY KEY (person, message)
	) STRICT, WITHOUT ROWID;
	CREATE INDEX feedback_last ON feedback (last);
	`,
	// 2
	`
	-- Of both, rows stand in the order in which they came, and at most one is looked
	-- up when somebody asks. What goes through all of a table, at a start, once a
	-- day, or to forget somebody, needs no index that would slow the hottest writes.
	CREATE TABLE inbox (
		place    INTEGER PRIMARY KEY,
		account  TEXT    NOT NULL, -- platform and the bot's own id there
		id       INTEGER NOT NULL, -- the platform's
		received INTEGER NOT NULL,
		body     BLOB,             -- NULL once it is dealt with
		UNIQUE (account, id)
	) STRICT;

	CREATE TABLE answers (
		place   INTEGER PRIMARY KEY,
		message BLOB    NOT NULL UNIQUE, -- a keyed hash of what was asked where
		chat    BLOB    NOT NULL,        -- a keyed hash; of the person where a chat is one's own
		asked   BLOB    NOT NULL,        -- a fingerprint
		answers TEXT    NOT NULL,        -- a JSON array of message ids
		last    INTEGER NOT NULL
	) STRICT;
	`,
	// 3
	`
	CREATE TABLE askers (
		key    TEXT    NOT NULL, -- of the refused question
		person BLOB    NOT NULL, -- a keyed hash
		last   INTEGER NOT NULL,
		PRIMARY KEY (key, person)
	) STRICT, WITHOUT ROWID;
	CREATE INDEX askers_person ON askers (person);
	CREATE INDEX askers_last ON askers (last);

	-- What was counted on a day: outcomes of questions, how long they took, which
	-- texts were quoted. Nobody stands in it.
	CREATE TABLE counts (
		day   INTEGER NOT NULL, -- days since 1970, UTC
		kind  TEXT    NOT NULL,
		name  TEXT    NOT NULL,
		times INTEGER NOT NULL,
		PRIMARY KEY (day, kind, name)
	) STRICT, WITHOUT ROWID;

	-- Whoever administers the bot must be known by name, and so must who tries.
	CREATE TABLE audit (
		place    INTEGER PRIMARY KEY,
		platform TEXT    NOT NULL,
		user     TEXT    NOT NULL,
		action   TEXT    NOT NULL,
		subject  TEXT    NOT NULL,
		outcome  TEXT    NOT NULL,
		times    INTEGER NOT NULL,
		last     INTEGER NOT NULL
	) STRICT;
	CREATE INDEX audit_last ON audit (last);
	`,
}

// applicationID marks our files among other programs' databases: "Rapp".
const applicationID = 0x52617070

// migrate runs the migrations that the file lacks, all of them or none, and
// makes a backup before.
func (s *Store) migrate(ctx context.Context, migrations []string) error {
	var version, owner, tables int
	err := s.db.QueryRowContext(ctx, `SELECT
		(SELECT user_version FROM pragma_user_version),
		(SELECT application_id FROM pragma_application_id),
		(SELECT count(*) FROM sqlite_schema)`).Scan(&version, &owner, &tables)
	if err != nil {
		return err
	}
	empty := version == 0 && owner == 0 && tables == 0
	switch {
	case !empty && (owner != applicationID || version < 1):
		return fmt.Errorf("%s is a database of another program: move it away, or use another data folder", s.path)
	case version > len(migrations):
		return fmt.Errorf("%s was written by a newer version of the program (schema %d; this one knows %d): use the newer version, or %s",
			s.path, version, len(migrations), s.wayBack())
	}
	// Only now that the file is ours. The mode stays with it; a file system that
	// cannot do it leaves the file in another mode, as safe and slower.
	if _, err := s.db.ExecContext(ctx, "PRAGMA journal_mode = WAL"); err != nil {
		return err
	}
	if version == len(migrations) {
		return nil
	}

	backup := ""
	if !empty {
		if backup, err = s.backup(ctx, version); err != nil {
			return fmt.Errorf("no backup before the change to schema %d: %w", len(migrations), err)
		}
	}
	err = s.transact(ctx, func(tx *sql.Tx) error {
		for i, statements := range migrations[version:] {
			if _, err := tx.ExecContext(ctx, statements); err != nil {
				return fmt.Errorf("change to schema %d: %w", version+i+1, err)
			}
		}
		_, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d; PRAGMA application_id = %d", len(migrations), applicationID))
		return err
	})
	if backup == "" {
		return err
	}
	if err != nil {
		// The file is as it was. Starting again and again must not push older
		// backups out.
		return errors.Join(fmt.Errorf("%w; %s was left as it was", err, s.path), os.Remove(backup))
	}
	s.log.Info("state brought up to date", "file", s.path, "from", version, "to", len(migrations), "backup", backup)
	s.prune(backup)
	return nil
}

// keptBackups is how many backups stay. Each is as large as the store.
const keptBackups = 3

// stamp is how a backup's name says when it was made.
const stamp = "20060102T150405Z"

var backupName = regexp.MustCompile(`\.v\d+-(\d{8}T\d{6}Z(-\d+)?)\.bak$`)

// backup copies the store into a file beside it, whole and on the disk, and
// returns its name.
func (s *Store) backup(ctx context.Context, version int) (name string, err error) {
	unfinished := s.path + ".bak.new"
	if err := os.Remove(unfinished); err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", err
	}
	// VACUUM INTO takes an empty file, so the mode is right from the start.
	f, err := os.OpenFile(unfinished, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", err
	}
	defer os.Remove(unfinished)
	if _, err = s.db.ExecContext(ctx, "VACUUM INTO ?", unfinished); err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return "", err
	}
	// The lock is ours: nobody makes a file of that name in between.
	base := fmt.Sprintf("%s.v%d-%s", s.path, version, s.now().UTC().Format(stamp))
	name = base + ".bak"
	for i := 2; ; i++ {
		if _, err := os.Lstat(name); errors.Is(err, os.ErrNotExist) {
			break
		} else if err != nil {
			return "", err
		}
		name = fmt.Sprintf("%s-%d.bak", base, i)
	}
	if err := os.Rename(unfinished, name); err != nil {
		return "", err
	}
	syncDir(filepath.Dir(name))
	return name, nil
}

// backups lists the backups beside the store, newest first.
func (s *Store) backups() []string {
	entries, err := os.ReadDir(filepath.Dir(s.path))
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range entries {
		rest, ours := strings.CutPrefix(e.Name(), filepath.Base(s.path))
		if m := backupName.FindStringIndex(rest); ours && m != nil && m[0] == 0 {
			out = append(out, filepath.Join(filepath.Dir(s.path), e.Name()))
		}
	}
	when := func(name string) string { return backupName.FindStringSubmatch(name)[1] }
	slices.SortFunc(out, func(a, b string) int { return cmp.Compare(when(b), when(a)) })
	return out
}

// prune removes the oldest backups, but never the one just made, which looks
// old if the clock was wrong once.
func (s *Store) prune(latest string) {
	kept := 1
	for _, name := range s.backups() {
		if name == latest {
			continue
		}
		if kept++; kept <= keptBackups {
			continue
		}
		if err := os.Remove(name); err != nil {
			s.log.Warn("old backup not removed", "file", name, "err", err)
		}
	}
}

// syncDir makes a rename last. Not every system can; none needs us to stop.
func syncDir(dir string) {
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync()
		_ = d.Close()
	}
}
