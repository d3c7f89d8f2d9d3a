package discordtest

import (
	"bytes"
	"compress/zlib"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// Gateway opcodes (topics/opcodes-and-status-codes.mdx, "Gateway Opcodes").
const (
	opDispatch     = 0
	opHeartbeat    = 1
	opIdentify     = 2
	opResume       = 6
	opReconnect    = 7
	opInvalid      = 9
	opHello        = 10
	opHeartbeatAck = 11
)

// Intents that decide what is delivered
// (events/gateway.mdx, "List of Intents").
const (
	intentGuildMembers   = 1 << 1
	intentPresences      = 1 << 8
	intentGuildMessages  = 1 << 9
	intentDirectMessages = 1 << 12
	intentMessageContent = 1 << 15
	privileged           = intentGuildMembers | intentPresences | intentMessageContent
)

// gateway is the state of the websocket side.
type gateway struct {
	sockets    []*socket // open ones
	live       *socket   // the one that is identified
	session    string
	intents    int
	seq        int64
	events     []packet // of this session, for RESUME
	handshakes []Handshake
	muted      bool

	identifies, resumes int
	beat                int64 // sequence number of the last heartbeat asked for
	beats               int
}

type packet struct {
	Op   int    `json:"op"`
	Data any    `json:"d"`
	Seq  int64  `json:"s,omitempty"`
	Type string `json:"t,omitempty"`
}

// socket is one gateway connection.
type socket struct {
	ws       *websocket.Conn
	mu       sync.Mutex // of writing
	compress bool

	identifies int // guarded by the server's mu
}

func (c *socket) send(p packet) {
	c.mu.Lock()
	defer c.mu.Unlock()
	data, err := json.Marshal(p)
	if err != nil {
		panic(err) // the kit's own mistake
	}
	kind := websocket.TextMessage
	if c.compress {
		var b bytes.Buffer
		z := zlib.NewWriter(&b)
		z.Write(data)
		z.Close()
		kind, data = websocket.BinaryMessage, b.Bytes()
	}
	c.ws.WriteMessage(kind, data) // an error shows when reading
}

func (c *socket) close(code int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	frame := websocket.FormatCloseMessage(code, "told by the test")
	c.ws.WriteControl(websocket.CloseMessage, frame, time.Now().Add(time.Second))
	c.ws.Close()
}

// serveGateway speaks with one connection until it ends.
func (s *Server) serveGateway(w http.ResponseWriter, r *http.Request) {
	upgrader := websocket.Upgrader{}
	ws, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	c := &socket{ws: ws}
	s.mu.Lock()
	s.sockets = append(s.sockets, c)
	if v := r.URL.Query(); v.Get("encoding") != "json" || v.Get("v") == "" {
		s.violate("gateway: want v and encoding=json in the query (events/gateway.mdx, \"Gateway URL Query String Params\"), got %q", r.URL.RawQuery)
	}
	s.mu.Unlock()
	defer func() {
		ws.Close()
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.live == c {
			s.live = nil
		}
		s.changed.Broadcast()
	}()
	c.send(packet{Op: opHello, Data: map[string]any{"heartbeat_interval": s.cfg.Heartbeat.Milliseconds()}})
	for {
		_, raw, err := ws.ReadMessage()
		if err != nil {
			return
		}
		var p struct {
			Op   int             `json:"op"`
			Data json.RawMessage `json:"d"`
		}
		if err := json.Unmarshal(raw, &p); err != nil {
			c.close(4002)
			return
		}
		switch p.Op {
		case opHeartbeat:
			s.heartbeat(c, p.Data)
		case opIdentify, opResume:
			s.handshake(c, p.Op, p.Data)
		default:
			s.mu.Lock()
			s.violate("gateway: unexpected op %d", p.Op)
			s.mu.Unlock()
			c.close(4001)
			return
		}
	}
}

func (s *Server) heartbeat(c *socket, data json.RawMessage) {
	s.mu.Lock()
	json.Unmarshal(data, &s.beat) // null is 0
	s.beats++
	muted := s.muted
	s.changed.Broadcast()
	s.mu.Unlock()
	if !muted {
		c.send(packet{Op: opHeartbeatAck})
	}
}

// handshake takes an IDENTIFY or a RESUME.
func (s *Server) handshake(c *socket, op int, data json.RawMessage) {
	var d struct {
		Token     string  `json:"token"`
		Intents   *int    `json:"intents"`
		Compress  bool    `json:"compress"`
		SessionID string  `json:"session_id"`
		Seq       int64   `json:"seq"`
		Shard     *[2]int `json:"shard"`
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.changed.Broadcast()
	if op == opIdentify {
		s.identifies++
		// One, and one more if Discord says that what it asked for is invalid.
		if c.identifies++; c.identifies > 2 {
			s.violate("gateway: IDENTIFY number %d on one connection (events/gateway.mdx, \"Identifying\": 1000 a day, then the token is reset)", c.identifies)
		}
	} else {
		s.resumes++
	}
	var plan Handshake
	if len(s.handshakes) > 0 {
		plan, s.handshakes = s.handshakes[0], s.handshakes[1:]
	}
	switch err := json.Unmarshal(data, &d); {
	case err != nil:
		c.close(4002)
	case plan.Close != 0:
		c.close(plan.Close)
	case plan.Reconnect:
		c.send(packet{Op: opReconnect})
	case plan.Invalid:
		s.session = ""
		c.send(packet{Op: opInvalid, Data: false})
	case plan.Silent:
	case strings.TrimPrefix(d.Token, "Bot ") != s.Token:
		c.close(4004)
	case op == opIdentify && (d.Intents == nil || *d.Intents&^(1<<26-1) != 0):
		c.close(4013)
	case op == opIdentify && *d.Intents&privileged != 0:
		c.close(4014)
	case op == opIdentify:
		c.compress = d.Compress
		// Discord counts each session from 1; here the count goes on, so that a
		// heartbeat of an old session is not taken for one of this (see Settle).
		s.live, s.session, s.intents, s.events = c, s.id(), *d.Intents, nil
		s.dispatch("READY", map[string]any{
			"v":                  10,
			"user":               map[string]any{"id": BotID, "username": BotName, "discriminator": "0", "bot": true},
			"guilds":             []any{map[string]any{"id": guildID, "unavailable": true}},
			"session_id":         s.session,
			"resume_gateway_url": s.gatewayURL(),
			"application":        map[string]any{"id": AppID, "flags": 0},
		})
	case d.SessionID != s.session || d.SessionID == "" || d.Seq > s.seq:
		c.send(packet{Op: opInvalid, Data: false})
	default:
		s.live = c
		for _, p := range s.events {
			if p.Seq > d.Seq {
				c.send(p)
			}
		}
		s.dispatch("RESUMED", map[string]any{})
	}
}

// dispatch sends an event now or, if the bot is away, when it resumes. s.mu is
// held.
func (s *Server) dispatch(event string, data any) int64 {
	s.seq++
	p := packet{Op: opDispatch, Type: event, Seq: s.seq, Data: data}
	s.events = append(s.events, p)
	if s.live != nil {
		s.live.send(p)
	}
	return s.seq
}

// Dispatch sends any event, for what the kit has no words for.
func (s *Server) Dispatch(event string, data any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dispatch(event, data)
}

// tell sends a packet to the bot if it is connected.
func (s *Server) tell(p packet) {
	s.mu.Lock()
	c := s.live
	s.mu.Unlock()
	if c != nil {
		c.send(p)
	}
}

// Handshakes returns how often the bot identified and resumed.
func (s *Server) Handshakes() (identifies, resumes int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.identifies, s.resumes
}

// WaitHandshakes waits until the bot has identified and resumed so often.
func (s *Server) WaitHandshakes(t testing.TB, identifies, resumes int) {
	t.Helper()
	s.wait(t, "handshakes", func() bool { return s.identifies >= identifies && s.resumes >= resumes })
}

// WaitReady waits until the bot is connected and its commands are known.
func (s *Server) WaitReady(t testing.TB) {
	t.Helper()
	s.wait(t, "a connected bot with registered commands", func() bool { return s.live != nil && s.commands != nil })
}

// WaitGone waits until the bot has left.
func (s *Server) WaitGone(t testing.TB) {
	t.Helper()
	s.wait(t, "the bot to leave", func() bool { return s.live == nil })
}

// Settle waits until the bot has taken every event sent so far and has nothing
// in flight. It asks for heartbeats, which the bot sends when it has come to
// that in the order of the events. It asks for two, lest one that was due anyway
// is taken for an answer.
func (s *Server) Settle(t testing.TB) {
	t.Helper()
	s.mu.Lock()
	seq, beats := s.seq, s.beats
	s.mu.Unlock()
	s.tell(packet{Op: opHeartbeat})
	s.tell(packet{Op: opHeartbeat})
	s.wait(t, "heartbeats", func() bool { return s.beats >= beats+2 && s.beat >= seq })
	s.Idle()
}

func (s *Server) gatewayURL() string {
	return "ws" + strings.TrimPrefix(s.http.URL, "http") + "/gateway-socket"
}
