package discordtest

import (
	"testing"
	"time"
)

// Use is what became of an interaction. What has not happened is zero.
type Use struct {
	Token        string // of the interaction
	Kind         int    // KindCommand, KindPress or KindAutocomplete
	Begun        time.Time
	Acknowledged time.Time // when the call arrived, as all of these
	Answered     time.Time
}

// Kinds of Use.
const (
	KindCommand      = interactionCommand
	KindPress        = interactionPress
	KindAutocomplete = interactionAutocomplete
)

// Uses returns what became of every interaction so far, in no order.
func (s *Server) Uses() []Use {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]Use, 0, len(s.interactions))
	for token, in := range s.interactions {
		list = append(list, Use{token, in.kind, in.made, in.acknowledgedAt, in.answeredAt})
	}
	return list
}

// Forget drops all that was said and done so far, so that a long test measures
// the memory of the bot and not that of the kit. Nothing may be in flight.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	// New maps, for those that were emptied keep their size.
	s.calls, s.messages = nil, nil
	s.byID, s.byNonce = make(map[string]*Message), make(map[nonce]*Message)
	s.interactions = make(map[string]*interaction)
	for _, h := range s.shards {
		h.events = nil
	}
}

// AskSlip uses /ask and does not wait for an answer.
func (p *Person) AskSlip(t testing.TB, question string) {
	t.Helper()
	p.slash(t, p.channel, "ask", question, nil, "")
}
