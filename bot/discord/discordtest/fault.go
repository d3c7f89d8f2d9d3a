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

// Handshake is how the gateway takes an IDENTIFY or a RESUME, or greets a
// connection. The zero value is as it should be.
type Handshake struct {
	Close     int    // close the connection with this code
	Reconnect bool   // ask to reconnect (op 7)
	Invalid   bool   // call the session invalid (op 9)
	Resumable bool   // with Invalid: yet it can be resumed
	Silent    bool   // say nothing
	Raw       string // send this
}

// PlanHandshakes says how the next handshakes go; those after them go well.
func (s *Server) PlanHandshakes(list ...Handshake) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.handshakes = append(s.handshakes, list...)
}

// PlanGreetings says what the next connections get instead of HELLO.
func (s *Server) PlanGreetings(list ...Handshake) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.greetings = append(s.greetings, list...)
}

// Mute makes the gateway stop answering heartbeats, or start again.
func (s *Server) Mute(mute bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.muted = mute
}

// BlockResume makes the address for resuming unreachable, or reachable again.
func (s *Server) BlockResume(block bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.noResume = block
}

// Drop cuts every gateway connection without a word.
func (s *Server) Drop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.sockets {
		c.ws.Close()
	}
}

// DropAnd cuts the connections, does something while the bot is away, and only
// then lets it in again.
func (s *Server) DropAnd(do func()) {
	s.mu.Lock()
	list := s.live()
	for _, c := range list {
		c.shard.live = nil
	}
	s.mu.Unlock()
	do()
	for _, c := range list {
		c.ws.Close()
	}
}

// Reconnect asks the bot to reconnect (op 7).
func (s *Server) Reconnect() { s.tell(packet{Op: opReconnect}) }

// Invalidate tells the bot that its sessions are invalid (op 9).
func (s *Server) Invalidate() {
	s.mu.Lock()
	for _, h := range s.shards {
		h.session = ""
	}
	s.mu.Unlock()
	s.tell(packet{Op: opInvalid, Data: false})
}

// Doubt tells the bot that its sessions are invalid but can be resumed (op 9).
func (s *Server) Doubt() { s.tell(packet{Op: opInvalid, Data: true}) }

// Close closes the gateway connections with a code.
func (s *Server) Close(code int) {
	s.mu.Lock()
	list := s.live()
	s.mu.Unlock()
	for _, c := range list {
		c.close(code)
	}
}
