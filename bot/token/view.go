package token

// View is what a message with an answer shows, in a token: so that what a button
// has put into its place can be put back, and more of it be shown. Encoded, it is
// a byte with answers in its upper and shown in its lower half, and the refs.
type View struct {
	Answers int   // how many of refs answer the question; the others are further passages
	Shown   int   // how many of refs are shown, at least answers and one
	Refs    []Ref // the lead first, at most MaxRefs
}

// MaxRefs is the largest number that half a byte holds.
const MaxRefs = 15

// Payload encodes the view.
func (v View) Payload() []byte {
	out := []byte{byte(v.Answers<<4 | v.Shown)}
	for _, r := range v.Refs {
		out = append(out, r[:]...)
	}
	return out
}

// ReadView decodes a view.
func ReadView(payload []byte) (View, error) {
	if len(payload) == 0 {
		return View{}, ErrUnknown
	}
	refs, err := ReadRefs(payload[1:])
	v := View{Answers: int(payload[0] >> 4), Shown: int(payload[0] & 0xf), Refs: refs}
	if err != nil || v.Shown < max(1, v.Answers) || v.Shown > len(refs) {
		return View{}, ErrUnknown
	}
	return v, nil
}
