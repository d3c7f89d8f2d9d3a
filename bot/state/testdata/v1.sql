-- What version 1 of the schema left, as sqlite3's .dump gives it. The program that
-- wrote it is history: never change this.
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE self (
		id     INTEGER PRIMARY KEY CHECK (id = 1),
		secret BLOB    NOT NULL, -- keys the hashes of people
		run    INTEGER NOT NULL  -- how often the store was opened
	) STRICT;
INSERT INTO self VALUES(1,X'f1d1ac6b4a5355b83f9b3d7fc46d844d5e5f02c2d09d0fea1f1d2d3ad134c794',1);
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
INSERT INTO blocks VALUES(X'461ee840fb7894b2c33b0860a91bf8b65adc10381b46d42b0f1ab0dedf17f195',1700000000);
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
INSERT INTO feedback VALUES(X'93adea8a87cc6294ddf70d3ee3ae02415ff195b8a210a0588e6fcb6cdc9a3c1b',X'5a2a14fa422bf4b58ae28b9f9e525517dea1a7d74e23abe5f6ea0e0bc92e825a','discord','t','s',1,1700000000);
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('follows',2);
CREATE INDEX refused_last ON refused (last);
CREATE INDEX follows_claimed ON follows (claimed, id);
CREATE INDEX feedback_last ON feedback (last);
COMMIT;
PRAGMA user_version = 1;
PRAGMA application_id = 1382117488;
