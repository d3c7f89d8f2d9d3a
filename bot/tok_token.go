package bot

import (
	"bytes"
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
	tokenVersion = 1
	tokenHeader  = 1 + 1 + tokenSum
	tokenSum     = 4
)

// errToken says that a button's token is damaged, made up, or of a version this
// program does not know.
var errToken = errors.New("not a token of this version")

// makeToken encodes an action.
func makeToken(kind ActionKind, payload []byte) string {
	b := make([]byte, tokenHeader, tokenHeader+len(payload))
	b[0], b[1] = tokenVersion, byte(kind)
	b = append(b, payload...)
	copy(b[2:], checksum(b))
	return base64.RawURLEncoding.EncodeToString(b)
}

// checksum returns the checksum of a token without regard to the one in it.
func checksum(token []byte) []byte {
	h := sha256.New()
	h.Write(token[:2])
	h.Write(token[tokenHeader:])
	return h.Sum(nil)[:tokenSum]
}

// readToken decodes a token.
func readToken(s string) (kind ActionKind, payload []byte, err error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if strings.ContainsAny(s, "\r\n") { // which even a strict decoder passes over
		err = errToken
	}
	if err != nil || len(b) < tokenHeader || b[0] != tokenVersion || !bytes.Equal(checksum(b), b[2:tokenHeader]) {
		return 0, nil, errToken
	}
	return ActionKind(b[1]), b[tokenHeader:], nil
}

// isToken reports whether a text is a token of ours.
func isToken(s string) bool {
	_, _, err := readToken(s)
	return err == nil
}

// ref names a sentence of a text in eight bytes: four of a hash of the text's
// id, four of a hash of the sentence. It outlives a reindex, and changes of the
// text elsewhere; a sentence that has been altered is not found again.
type ref [8]byte

func refTo(id, sentence string) ref {
	var r ref
	binary.BigEndian.PutUint32(r[:4], hash32(id))
	binary.BigEndian.PutUint32(r[4:], hash32(sentence))
	return r
}

func hash32(s string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(s))
	return h.Sum32()
}

// refsRoom returns how many refs a token of at most room characters holds.
func refsRoom(room int) int {
	return max(0, (base64.RawURLEncoding.DecodedLen(room)-tokenHeader)/len(ref{}))
}

// readRefs decodes what the token of an action about sentences holds.
func readRefs(payload []byte) ([]ref, error) {
	if len(payload) == 0 || len(payload)%len(ref{}) != 0 {
		return nil, errToken
	}
	var refs []ref
	for chunk := range slices.Chunk(payload, len(ref{})) {
		refs = append(refs, ref(chunk))
	}
	return refs, nil
}
