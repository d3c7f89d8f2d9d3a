package telegramtest

import (
	"net/http"
	"slices"
)

// Fault is something that goes wrong with a call.
type Fault struct {
	Status      int    // the error answered, such as 429; 0 cuts the connection instead
	Description string // of the error; "" is the usual one
	RetryAfter  int    // seconds, for 429
	Late        bool   // the call takes effect, only its answer is lost or wrong
	NotJSON     bool   // the answer is a proxy's page, not the API's
	Chat        *Chat  // only calls about this chat
}

type fault struct {
	method string
	Fault
}

// Fail lets the next calls of a method, or of any if it is "", go wrong, each
// fault once, in order.
func (s *Server) Fail(method string, faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range faults {
		s.faults = append(s.faults, fault{method, f})
	}
}

// FaultsLeft returns how many ordered faults have not happened yet.
func (s *Server) FaultsLeft() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.faults)
}

// fault takes the fault in store for a call, if any. The lock is held.
func (s *Server) fault(c Call) *fault {
	i := slices.IndexFunc(s.faults, func(f fault) bool {
		if f.method != c.Method && f.method != "" {
			return false
		}
		id, _ := integer(c.Params["chat_id"])
		return f.Chat == nil || f.Chat.id == id
	})
	if i < 0 {
		if f := s.chaos.strikes(c.Method); f != nil {
			return &fault{c.Method, *f}
		}
		return nil
	}
	f := s.faults[i]
	s.faults = slices.Delete(s.faults, i, i+1)
	return &f
}

func (f *fault) strike(s *Server, w http.ResponseWriter, r *http.Request, c Call) {
	if f.Late {
		s.perform(r, c)
	}
	switch {
	case f.Status == 0:
		panic(http.ErrAbortHandler) // net/http cuts the connection
	case f.NotJSON:
		http.Error(w, "<html><h1>"+http.StatusText(f.Status)+"</h1>"+r.URL.Path+"</html>", f.Status)
	default:
		text := f.Description
		if text == "" {
			text = http.StatusText(f.Status)
		}
		respond(w, nil, &refusal{code: f.Status, text: text, retryAfter: f.RetryAfter})
	}
}
