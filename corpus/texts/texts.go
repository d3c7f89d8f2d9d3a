// Package texts holds the source texts that are built into the program, so
// that it has something to quote before anybody has given it a folder of
// their own. README.md says what they are and how they were made.
package texts

import "embed"

// FS holds the texts, aliases.yaml, the spellings of names that are known in every
// corpus, and parties.yaml, who speaks for whom.
//
// The pattern begins with a small letter to leave README.md out: it is about
// the texts and is not to be quoted.
//
//go:embed [a-z]*.md aliases.yaml parties.yaml
var FS embed.FS
