package bot

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"hash/fnv"
	"slices"
	"strings"
	"unicode/utf8"

	"rapporteur/bot/state"
	"rapporteur/corpus"
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

// spot is where a sentence stands in the corpus.
type spot struct {
	text     *corpus.Text
	passage  int
	sentence int
}

func (s spot) at() corpus.Range { return s.text.Passages[s.passage].Sentences[s.sentence] }

// errGone says that no text has the sentence any more.
var errGone = &UserError{Message: "passage_gone"}

// resolve finds the sentence of a ref among the texts that the conversation may
// see.
func (b *Bot) resolve(c call, r ref) (spot, error) {
	id, sentence := binary.BigEndian.Uint32(r[:4]), binary.BigEndian.Uint32(r[4:])
	for _, t := range b.library.Corpus().Texts() {
		if hash32(t.ID) != id || !c.admits(t) {
			continue
		}
		for i, p := range t.Passages {
			text, err := t.Read(p.Range)
			if err != nil {
				return spot{}, err
			}
			for j, s := range p.Sentences {
				if hash32(text[s.Start-p.Start:s.End-p.Start]) == sentence {
					return spot{t, i, j}, nil
				}
			}
		}
	}
	return spot{}, errGone
}

// button makes a button for sentences. It returns nothing where the platform
// has no buttons, or there is no sentence.
func (c call) button(kind ActionKind, refs ...ref) []Action {
	n := min(len(refs), refsRoom(c.Room))
	if n == 0 {
		return nil
	}
	var payload []byte
	for _, r := range refs[:n] {
		payload = append(payload, r[:]...)
	}
	return c.action(kind, payload)
}

// action makes a button.
func (c call) action(kind ActionKind, payload []byte) []Action {
	if isGrave(kind) {
		payload = append(slices.Clone(payload), c.seal(kind, payload)...)
	}
	t := makeToken(kind, payload)
	if len(t) > c.Room {
		return nil
	}
	return []Action{{Kind: kind, Label: c.say(actionLabels[kind], nil), Token: t}}
}

// actionLabels are the messages with what the buttons say.
var actionLabels = map[ActionKind]string{
	More: "action_more", Context: "action_context", Origin: "action_source", Helpful: "action_helpful",
	NotHelpful: "action_not_helpful", Tell: "action_tell", StopTelling: "action_stop_telling",
	Show: "action_back", Check: "menu_check",
	Reindex: "action_reindex", Cancel: "action_cancel", Remove: "action_remove", Rollback: "action_rollback",
	Forget: "action_forget",
}

// press does what a button asks for. What it says is for the presser alone, so
// that a conversation is not disturbed by what one of many wants to know more
// about.
func (b *Bot) press(ctx context.Context, c call) (Reply, error) {
	kind, payload, err := readToken(c.Action)
	if err != nil {
		return Reply{}, &UserError{Message: "stale_button", Err: err}
	}
	_, operators := operatorsActions[kind]
	if isGrave(kind) && !(operators && !b.operates(c)) { // who is no operator is told so first
		if payload, err = c.unseal(kind, payload); err != nil {
			return Reply{}, stale(err)
		}
	}
	var r Reply
	switch kind {
	case Tell:
		r, err = b.tell(ctx, c, payload)
	case StopTelling:
		r, err = b.stopTelling(ctx, c, payload)
	case Check:
		r, err = b.checkAbout(ctx, c)
	case Set:
		r, err = b.pressSetting(ctx, c, string(payload))
	case Reindex, Cancel, Remove, Rollback:
		r, err = b.pressOperator(ctx, c, kind, payload)
	case Forget:
		r, err = b.pressForget(ctx, c, payload)
	case Show:
		var v view
		if v, err = readView(payload); err == nil {
			r, err = b.showView(c, v)
		}
	default:
		// Where a button's work takes the place of an answer, its token says
		// what stood there.
		v, isView := view{}, len(payload)%len(ref{}) == 1
		if isView {
			v, err = readView(payload)
		} else {
			v.refs, err = readRefs(payload)
		}
		if err == nil {
			r, err = b.pressAbout(ctx, c, kind, v.refs)
		}
		if err == nil && isView && (kind == Context || kind == Origin) {
			r.InPlace = true
			r.Actions = c.backFrom(kind, v)
		}
	}
	return r, stale(err)
}

// stale explains a token that means nothing. Without a store there is nothing
// behind a button that was made with one.
func stale(err error) error {
	if errors.Is(err, errToken) || errors.Is(err, state.ErrNone) {
		return &UserError{Message: "stale_button", Err: err}
	}
	return err
}

// pressAbout is press for the buttons that are about sentences.
func (b *Bot) pressAbout(ctx context.Context, c call, kind ActionKind, refs []ref) (Reply, error) {
	if kind == More {
		return b.more(c, refs)
	}
	at, err := b.resolve(c, refs[0])
	if err != nil {
		return Reply{}, err
	}
	switch kind {
	case Context:
		return b.context(c, at)
	case Origin:
		return b.show(c, at.text)
	case Helpful, NotHelpful:
		err := b.state.Feedback(ctx, state.Feedback{
			Platform: c.Platform, User: c.User, Message: c.Message, Text: at.text.ID,
			Sentence: base64.RawURLEncoding.EncodeToString(refs[0][4:]), Helpful: kind == Helpful,
		})
		if err != nil {
			return Reply{}, err
		}
		return notice(Para{Text: c.say("thanks", nil)}), nil
	}
	return Reply{}, errToken
}

// requote quotes the sentence of a ref.
func (b *Bot) requote(c call, r ref) (Quote, error) {
	at, err := b.resolve(c, r)
	if err != nil {
		return Quote{}, err
	}
	quote, err := b.quotes.quote(at.text, at.at())
	if err != nil {
		return Quote{}, &UserError{Message: "source_changed", Data: data{"ID": at.text.ID}, Err: err}
	}
	return quote, nil
}

// more shows the next quotes, and offers the rest.
func (b *Bot) more(c call, refs []ref) (Reply, error) {
	var quotes []Quote
	var failed error
	for len(refs) > 0 && len(quotes) < maxQuotes {
		quote, err := b.requote(c, refs[0])
		refs = refs[1:]
		if err != nil {
			failed = err
			continue
		}
		quotes = append(quotes, quote)
	}
	if len(quotes) == 0 {
		return Reply{}, failed
	}
	r := notice(Para{Text: c.say("more_quotes", nil), Style: Strong})
	r.Blocks = append(r.Blocks, blocks(c.cites(quotes))...)
	r.Actions = c.button(More, refs...)
	return r, nil
}

const (
	// maxContext is how much of a passage is shown around a quote, in bytes:
	// what is read at a glance, and fits one message.
	maxContext = 1500
	// foldContext is how many characters of it are shown unfolded: a screen of a
	// telephone with the rest of the message.
	foldContext = 600
	// fewSentences is how many a passage has that does not say enough about a
	// quote by itself: a neighbour is shown with it.
	fewSentences = 3
)

// context shows the sentences around a quote, the quote marked.
func (b *Bot) context(c call, at spot) (Reply, error) {
	around, err := b.quotes.quote(at.text, window(at))
	var alone Quote
	if err == nil {
		alone, err = b.quotes.quote(at.text, at.at())
	}
	if err != nil {
		return Reply{}, &UserError{Message: "source_changed", Data: data{"ID": at.text.ID}, Err: err}
	}
	neighbour := func(n int) []Block {
		if n < 0 || n >= len(at.text.Passages) || len(at.text.Passages[at.passage].Sentences) > fewSentences ||
			at.text.Passages[n].Len() > maxContext {
			return nil
		}
		quote, err := b.quotes.quote(at.text, at.text.Passages[n].Range)
		if err != nil {
			return nil // it has been logged; the passage itself can be shown
		}
		return []Block{Cite{Text: quote.Text, Folded: true}}
	}
	marked := c.words.cites([]Quote{around})[0]
	marked.Folded = utf8.RuneCountInString(around.Text) > foldContext
	marked.Mark = corpus.Range{Start: alone.Start - around.Start, End: alone.End - around.Start}
	r := notice(Para{Text: c.say("context", nil), Style: Strong})
	if c.InPlace && marked.Folded { // which hides the quote
		r.Blocks = append(r.Blocks, Cite{Text: alone.Text, Lead: true})
	}
	r.Blocks = append(r.Blocks, neighbour(at.passage-1)...)
	r.Blocks = append(r.Blocks, marked)
	r.Blocks = append(r.Blocks, neighbour(at.passage+1)...)
	return r, nil
}

// window returns the sentence and as many of those around it in its passage as
// fit, the nearest first, in one piece.
func window(at spot) corpus.Range {
	sentences := at.text.Passages[at.passage].Sentences
	from, to := at.sentence, at.sentence
	for grown := true; grown; {
		grown = false
		if from > 0 && sentences[to].End-sentences[from-1].Start <= maxContext {
			from, grown = from-1, true
		}
		if to+1 < len(sentences) && sentences[to+1].End-sentences[from].Start <= maxContext {
			to, grown = to+1, true
		}
	}
	return corpus.Range{Start: sentences[from].Start, End: sentences[to].End}
}
