-- What version 2 of the schema left, as sqlite3's .dump gives it. The program that
-- wrote it is history: never change this.
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE self (
		id     INTEGER PRIMARY KEY CHECK (id = 1),
		secret BLOB    NOT NULL, -- keys the hashes of people
		run    INTEGER NOT NULL  -- how often the store was opened
	) STRICT;
INSERT INTO self VALUES(1,X'cb25c0c3f4b2bb6ec7def6e09e59261f71ca40dbabad882def8df8ca5be4b92c',1);
CREATE TABLE settings (
		platform TEXT NOT NULL,
		space    TEXT NOT NULL,
		fields   TEXT NOT NULL, -- a JSON object
		PRIMARY KEY (platform, space)
	) STRICT, WITHOUT ROWID;
INSERT INTO settings VALUES('telegram','-500','{"channels":["-500"],"language":"uk"}');
CREATE TABLE refused (
		key     TEXT    PRIMARY KEY, -- of the question
		text    TEXT    NOT NULL,
		options TEXT    NOT NULL, -- a JSON object
		times   INTEGER NOT NULL,
		first   INTEGER NOT NULL,
		last    INTEGER NOT NULL
	) STRICT, WITHOUT ROWID;
INSERT INTO refused VALUES('jgdb4opv4yoiwukv','What did the dinner cost?','{"lang":"en"}',1,1700000000,1700000000);
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
INSERT INTO follows VALUES(1,'telegram','4711','-500','-500','uk','jgdb4opv4yoiwukv','What did the dinner cost?','{"lang":"en"}',1700000000,0);
INSERT INTO follows VALUES(2,'telegram','4712','4712','4712','de','jgdb4opv4yoiwukv','What did the dinner cost?','{"lang":"en"}',1700000000,1);
CREATE TABLE blocks (
		person BLOB    PRIMARY KEY, -- a keyed hash
		since  INTEGER NOT NULL
	) STRICT, WITHOUT ROWID;
INSERT INTO blocks VALUES(X'0c5614a0f30f8a12db1ee4052c5d0e21eb5f156eb4378945ff033ba1a3fc3640',1700000000);
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
INSERT INTO feedback VALUES(X'ee9a13b5d33917e9728daa1bdf4c3a421e1793b9d25d5b4c7ab3af56e276286e',X'6648d4113ef8250c6be5a4864ab812e8c2785f7aaf8fb7474e42f1eeae8ae674','discord','t','s',1,1700000000);
CREATE TABLE inbox (
		place    INTEGER PRIMARY KEY,
		account  TEXT    NOT NULL, -- platform and the bot's own id there
		id       INTEGER NOT NULL, -- the platform's
		received INTEGER NOT NULL,
		body     BLOB,             -- NULL once it is dealt with
		UNIQUE (account, id)
	) STRICT;
INSERT INTO inbox VALUES(1,'telegram/123456789',7,1700000000,X'696e2068616e64');
INSERT INTO inbox VALUES(2,'telegram/123456789',8,1700000000,NULL);
CREATE TABLE answers (
		place   INTEGER PRIMARY KEY,
		message BLOB    NOT NULL UNIQUE, -- a keyed hash of what was asked where
		chat    BLOB    NOT NULL,        -- a keyed hash; of the person where a chat is one's own
		asked   BLOB    NOT NULL,        -- a fingerprint
		answers TEXT    NOT NULL,        -- a JSON array of message ids
		last    INTEGER NOT NULL
	) STRICT;
INSERT INTO answers VALUES(1,X'3c856dfc050067c0cac6977227f9efb34edf84d34a8450cf41a7c3e476423d8d',X'c52e743809c61b1762dcc3cc6eae337ca07c4e47991ebbfa91fc6bcc66f2b873',X'61736b6564','[10]',1700000000);
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('follows',2);
CREATE INDEX refused_last ON refused (last);
CREATE INDEX follows_claimed ON follows (claimed, id);
CREATE INDEX feedback_last ON feedback (last);
COMMIT;
PRAGMA user_version = 2;
PRAGMA application_id = 1382117488;
