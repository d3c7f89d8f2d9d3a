package bot

// view is what a message with an answer shows, in a token: so that what a button
// has put into its place can be put back, and more of it be shown. Encoded, it is
// a byte with answers in its upper and shown in its lower half, and the refs.
type view struct {
	answers int   // how many of refs answer the question; the others are further passages
	shown   int   // how many of refs are shown, at least answers and one
	refs    []ref // the lead first, at most maxView
}

// maxView is the largest number that half a byte holds.
const maxView = 15

func (v view) payload() []byte {
	out := []byte{byte(v.answers<<4 | v.shown)}
	for _, r := range v.refs {
		out = append(out, r[:]...)
	}
	return out
}

func readView(payload []byte) (view, error) {
	if len(payload) == 0 {
		return view{}, errToken
	}
	refs, err := readRefs(payload[1:])
	v := view{answers: int(payload[0] >> 4), shown: int(payload[0] & 0xf), refs: refs}
	if err != nil || v.shown < max(1, v.answers) || v.shown > len(refs) {
		return view{}, errToken
	}
	return v, nil
}
