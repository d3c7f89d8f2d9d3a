package bot

import (
	"crypto/hmac"
	"crypto/sha256"
	"slices"
)

// The tokens of buttons that change the corpus, the index, the settings or what
// somebody is told end in a seal: a code that the bot alone can make, for the one
// person who was given the button, or for the one space. All other tokens open what anybody may read
// and can be computed by anybody.
const sealSize = 8 // bytes: 64 bits cannot be guessed at a few presses a second

// graveActions are the actions whose tokens are sealed. They never run from a
// link, which its reader has not been shown by the bot.
var graveActions = []ActionKind{StopTelling, Set, Reindex, Cancel, Remove, Rollback}

func isGrave(kind ActionKind) bool { return slices.Contains(graveActions, kind) }

// seal returns the code for an action of the person who makes the call.
func (c call) seal(kind ActionKind, payload []byte) []byte {
	mac := hmac.New(sha256.New, c.key)
	mac.Write([]byte{tokenVersion, byte(kind), byte(len(payload))})
	mac.Write(payload)
	whose := "user:" + c.User
	if kind == Set { // all who manage the space share its settings
		whose = "space:" + c.Space
	}
	mac.Write([]byte(c.Platform + ":" + whose))
	return mac.Sum(nil)[:sealSize]
}

// unseal checks the seal of a pressed button and takes it off.
func (c call) unseal(kind ActionKind, sealed []byte) (payload []byte, err error) {
	n := len(sealed) - sealSize
	if n < 0 || c.Message == "" {
		return nil, errToken
	}
	payload = sealed[:n:n]
	if !hmac.Equal(sealed[n:], c.seal(kind, payload)) {
		return nil, &UserError{Message: "not_yours"}
	}
	return payload, nil
}
