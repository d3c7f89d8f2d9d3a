package ask

import (
	"encoding/base64"

	"rapporteur/bot/state"
	"rapporteur/bot/token"
)

// What follows in the token of a button that asks to be told: the question, or
// the key under which the state keeps it.
const (
	AskedItself = 'q'
	AskedKept   = 'k'
)

// Wish is what the token of a button that asks to be told needs: the question if
// there is room and it has no filters beside it, else its key.
func Wish(q state.Question, key string, room int) []byte {
	if itself := append([]byte{AskedItself}, q.Text...); len(q.Options) == 0 && token.Header+len(itself) <= base64.RawURLEncoding.DecodedLen(room) {
		return itself
	}
	return append([]byte{AskedKept}, key...)
}
