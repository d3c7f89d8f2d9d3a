package discordtest

import (
	"strings"
	"time"
)

// Fault is something that goes wrong with REST calls.
type Fault struct {
	Method string // "" is any
	Route  string // end of the route; "" is any
	Times  int    // how many calls it hits; 0 is one, negative is all

	Delay      time.Duration // before anything else
	Status     int           // answer with this and a code, having done nothing
	Code       int           // Discord's error code for Status
	RetryAfter time.Duration // for Status 429
	Lost       bool          // with Status: what was asked is done all the same
	Drop       bool          // hang up without an answer, having done nothing
}

// Plan adds a fault. The first that fits a call is the one that hits it.
func (s *Server) Plan(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.Times == 0 {
		f.Times = 1
	}
	s.faults = append(s.faults, &f)
}

// fault returns the fault that hits a call, or nil, and uses it up.
func (s *Server) fault(method, route string) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		if f.Times != 0 && (f.Method == "" || f.Method == method) && strings.HasSuffix(route, f.Route) {
			f.Times--
			return f
		}
	}
	return nil
}

// Handshake is how the gateway takes an IDENTIFY or a RESUME.
type Handshake struct {
	Close     int  // close the connection with this code
	Reconnect bool // ask to reconnect (op 7)
	Invalid   bool // call the session invalid (op 9)
	Silent    bool // say nothing
}

// PlanHandshakes says how the next handshakes go; those after them go well.
func (s *Server) PlanHandshakes(list ...Handshake) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.handshakes = append(s.handshakes, list...)
}

// Mute makes the gateway stop answering heartbeats, or start again.
func (s *Server) Mute(mute bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.muted = mute
}

// Drop cuts every gateway connection without a word.
func (s *Server) Drop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.sockets {
		c.ws.Close()
	}
}

// DropAnd cuts the connection, does something while the bot is away, and only
// then lets it in again.
func (s *Server) DropAnd(do func()) {
	s.mu.Lock()
	c := s.live
	s.live = nil
	s.mu.Unlock()
	do()
	if c != nil {
		c.ws.Close()
	}
}

// Reconnect asks the bot to reconnect (op 7).
func (s *Server) Reconnect() { s.tell(packet{Op: opReconnect}) }

// Invalidate tells the bot that its session is invalid (op 9).
func (s *Server) Invalidate() {
	s.mu.Lock()
	s.session = ""
	s.mu.Unlock()
	s.tell(packet{Op: opInvalid, Data: false})
}

// Close closes the gateway connection with a code.
func (s *Server) Close(code int) {
	s.mu.Lock()
	c := s.live
	s.mu.Unlock()
	if c != nil {
		c.close(code)
	}
}
