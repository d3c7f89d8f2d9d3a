// Package token encodes what a button needs to know, so that it works after a
// restart and for as long as its message stands. It knows nothing of the package
// bot: kinds of actions are numbers here.
package token

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"hash/fnv"
	"slices"
	"strings"
)

// A token is base64url, unpadded, of: the version, the kind of the action, the
// first four bytes of the SHA-256 of all the rest, and what the action needs. The
// checksum tells what we made from what was damaged, and proves nothing about who
// presses: that is what the seals of grave actions are for.
const (
	Version      = 1
	Header       = 1 + 1 + checksumSize
	checksumSize = 4
)

// ErrUnknown says that a button's token is damaged, made up, or of a version this
// program does not know.
var ErrUnknown = errors.New("not a token of this version")

// Make encodes an action.
func Make(kind byte, payload []byte) string {
	b := make([]byte, Header, Header+len(payload))
	b[0], b[1] = Version, kind
	b = append(b, payload...)
	copy(b[2:], checksum(b))
	return base64.RawURLEncoding.EncodeToString(b)
}

// checksum returns the checksum of a token without regard to the one in it.
func checksum(token []byte) []byte {
	h := sha256.New()
	h.Write(token[:2])
	h.Write(token[Header:])
	return h.Sum(nil)[:checksumSize]
}

// Read decodes a token.
func Read(s string) (kind byte, payload []byte, err error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if strings.ContainsAny(s, "\r\n") { // which even a strict decoder passes over
		err = ErrUnknown
	}
	if err != nil || len(b) < Header || b[0] != Version || !bytes.Equal(checksum(b), b[2:Header]) {
		return 0, nil, ErrUnknown
	}
	return b[1], b[Header:], nil
}

// Is reports whether a text is a token of ours.
func Is(s string) bool {
	_, _, err := Read(s)
	return err == nil
}

// Ref names a sentence of a text in eight bytes: four of a hash of the text's
// id, four of a hash of the sentence. It outlives a reindex, and changes of the
// text elsewhere; a sentence that has been altered is not found again.
type Ref [8]byte

// RefTo returns the reference to a sentence of the text with the id.
func RefTo(id, sentence string) Ref {
	var r Ref
	binary.BigEndian.PutUint32(r[:4], Hash(id))
	binary.BigEndian.PutUint32(r[4:], Hash(sentence))
	return r
}

// Hash is FNV-1a of 32 bits.
func Hash(s string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(s))
	return h.Sum32()
}

// RefsIn returns how many refs a token of at most room characters holds.
func RefsIn(room int) int {
	return max(0, (base64.RawURLEncoding.DecodedLen(room)-Header)/len(Ref{}))
}

// ReadRefs decodes what the token of an action about sentences holds.
func ReadRefs(payload []byte) ([]Ref, error) {
	if len(payload) == 0 || len(payload)%len(Ref{}) != 0 {
		return nil, ErrUnknown
	}
	var refs []Ref
	for chunk := range slices.Chunk(payload, len(Ref{})) {
		refs = append(refs, Ref(chunk))
	}
	return refs, nil
}

// The tokens of buttons that change the corpus, the index, the settings or what
// somebody is told end in a seal: a code that the bot alone can make, for the one
// person who was given the button, or for the one space. All other tokens open
// what anybody may read and can be computed by anybody.

// SealSize is the length of a seal in bytes: 64 bits cannot be guessed at a few
// presses a second.
const SealSize = 8

// Seal returns the code for an action of one person or space, which whose names.
func Seal(key []byte, kind byte, payload []byte, whose string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte{Version, kind, byte(len(payload))})
	mac.Write(payload)
	mac.Write([]byte(whose))
	return mac.Sum(nil)[:SealSize]
}

// Unseal checks the seal at the end of a payload and takes it off.
func Unseal(key []byte, kind byte, sealed []byte, whose string) (payload []byte, ok bool) {
	n := len(sealed) - SealSize
	if n < 0 {
		return nil, false
	}
	payload = sealed[:n:n]
	return payload, hmac.Equal(sealed[n:], Seal(key, kind, payload, whose))
}
