package discordtest

import (
	"bytes"
	"cmp"
	"compress/zlib"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"sync"
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

// Where the gateway is: for all, and for who resumes.
const (
	pathGateway = "/gateway-socket"
	pathResume  = "/gateway-resume"
)

// gateway is the state of the websocket side.
type gateway struct {
	sockets    []*socket // all there were
	shards     []*shard
	intents    int
	greetings  []Handshake
	handshakes []Handshake
	muted      bool
	noResume   bool // the address for resuming does not answer

	identifies, resumes int
	identified          map[int]time.Time // last, by bucket
}

// shard is what the gateway remembers of a part of the servers.
type shard struct {
	id      int
	live    *socket // the one that is identified
	session string
	seq     int64
	events  []packet // of this session, for RESUME
	beat    int64    // sequence number of the last heartbeat
	beats   int
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

	// guarded by the server's mu
	shard      *shard // nil before the handshake
	forResume  bool   // it is at the address for resuming
	greeted    bool   // HELLO was said
	identifies int
	overdue    *time.Timer // fires when a heartbeat is missing
}

func (c *socket) send(p packet) {
	data, err := json.Marshal(p)
	if err != nil {
		panic(err) // the kit's own mistake
	}
	c.write(data)
}

func (c *socket) write(data []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
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
	forResume := strings.HasPrefix(r.URL.Path, pathResume)
	s.mu.Lock()
	unreachable := forResume && s.noResume
	s.mu.Unlock()
	if unreachable {
		http.Error(w, "told by the test", http.StatusServiceUnavailable)
		return
	}
	upgrader := websocket.Upgrader{}
	ws, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	c := &socket{ws: ws, forResume: forResume}
	s.mu.Lock()
	s.sockets = append(s.sockets, c)
	if v := r.URL.Query(); v.Get("encoding") != "json" || v.Get("v") == "" {
		s.violate("gateway: want v and encoding=json in the query (events/gateway.mdx, \"Gateway URL Query String Params\"), got %q", r.URL.RawQuery)
	}
	var plan Handshake
	if len(s.greetings) > 0 {
		plan, s.greetings = s.greetings[0], s.greetings[1:]
	}
	s.mu.Unlock()
	defer func() {
		ws.Close()
		s.mu.Lock()
		defer s.mu.Unlock()
		if c.overdue != nil {
			c.overdue.Stop()
		}
		if c.shard != nil && c.shard.live == c {
			c.shard.live = nil
		}
		s.changed.Broadcast()
	}()
	if !c.carryOut(plan) {
		s.mu.Lock()
		c.greeted = true
		c.overdue = time.AfterFunc(s.cfg.Heartbeat+s.slack, s.missed)
		s.mu.Unlock()
		c.send(packet{Op: opHello, Data: map[string]any{"heartbeat_interval": s.cfg.Heartbeat.Milliseconds()}})
	}
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

// carryOut does what a test has planned and says whether that was anything.
func (c *socket) carryOut(plan Handshake) bool {
	switch {
	case plan.Close != 0:
		c.close(plan.Close)
	case plan.Reconnect:
		c.send(packet{Op: opReconnect})
	case plan.Invalid:
		c.send(packet{Op: opInvalid, Data: plan.Resumable})
	case plan.Raw != "":
		c.write([]byte(plan.Raw))
	default:
		return plan.Silent
	}
	return true
}

func (s *Server) missed() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.violate("gateway: no heartbeat for more than the interval of %v (events/gateway.mdx, \"Sending Heartbeats\")", s.cfg.Heartbeat)
}

func (s *Server) heartbeat(c *socket, data json.RawMessage) {
	var seq int64
	bad := json.Unmarshal(data, &seq) != nil // null is 0
	s.mu.Lock()
	if c.overdue != nil {
		c.overdue.Reset(s.cfg.Heartbeat + s.slack)
	}
	if h := c.shard; h != nil && h.live == c {
		if bad || seq > h.seq || seq < h.beat && seq != 0 {
			s.violate("gateway: heartbeat with %s after %d, the last event was %d (events/gateway.mdx, \"Heartbeat Interval\")", data, h.beat, h.seq)
		}
		h.beat = seq
		h.beats++
	}
	muted := s.muted
	s.changed.Broadcast()
	s.mu.Unlock()
	if !muted {
		c.send(packet{Op: opHeartbeatAck})
	}
}

// identify is the body of an IDENTIFY or a RESUME.
type identify struct {
	Token      string  `json:"token"`
	Intents    *int    `json:"intents"`
	Compress   bool    `json:"compress"`
	SessionID  string  `json:"session_id"`
	Seq        int64   `json:"seq"`
	Shard      *[2]int `json:"shard"`
	Properties struct {
		OS      string `json:"os"`
		Browser string `json:"browser"`
		Device  string `json:"device"`
	} `json:"properties"`
}

// handshake takes an IDENTIFY or a RESUME.
func (s *Server) handshake(c *socket, op int, data json.RawMessage) {
	var d identify
	bad := json.Unmarshal(data, &d)
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.changed.Broadcast()
	if !c.greeted {
		s.violate("gateway: op %d before HELLO (events/gateway.mdx, \"Connection Lifecycle\")", op)
	}
	tooFast := false
	if op == opIdentify {
		tooFast = s.countIdentify(c, d)
	} else {
		s.resumes++
		if !c.forResume && !s.noResume {
			s.violate("gateway: RESUME not at resume_gateway_url (events/gateway.mdx, \"Preparing to Resume\")")
		}
	}
	var plan Handshake
	if len(s.handshakes) > 0 {
		plan, s.handshakes = s.handshakes[0], s.handshakes[1:]
	}
	if plan.Invalid && !plan.Resumable {
		for _, h := range s.shards {
			if h.session == d.SessionID {
				h.session = ""
			}
		}
	}
	switch {
	case bad != nil:
		c.close(4002)
	case c.carryOut(plan):
	case strings.TrimPrefix(d.Token, "Bot ") != s.Token:
		c.close(4004)
	case tooFast:
		c.send(packet{Op: opInvalid, Data: false})
	case op == opIdentify:
		s.begin(c, d)
	default:
		s.resume(c, d)
	}
}

// countIdentify holds an IDENTIFY against the limits and says whether it came
// too early. s.mu is held.
func (s *Server) countIdentify(c *socket, d identify) (tooFast bool) {
	s.identifies++
	if c.identifies++; c.identifies > 1 {
		s.violate("gateway: IDENTIFY number %d on one connection (events/gateway.mdx, \"Identifying\": 1000 a day, then the token is reset)", c.identifies)
	}
	if c.forResume {
		s.violate("gateway: IDENTIFY at resume_gateway_url (events/gateway.mdx, \"Resuming\")")
	}
	if s.cfg.NoStarts > 0 && time.Since(s.born) < s.cfg.NoStarts {
		s.violate("gateway: IDENTIFY with no session start remaining (events/gateway.mdx, \"Session Start Limit Object\")")
	}
	id := 0
	if d.Shard != nil {
		id = d.Shard[0]
	}
	key := id % s.cfg.MaxConcurrency
	if last, ok := s.identified[key]; ok && time.Since(last) < s.cfg.IdentifyEvery {
		tooFast = true
		s.violate("gateway: shard %d identified %v after another of bucket %d (events/gateway.mdx, \"Max Concurrency\")", id, time.Since(last).Round(time.Millisecond), key)
	}
	s.identified[key] = time.Now()
	return tooFast
}

// begin starts a session. s.mu is held.
func (s *Server) begin(c *socket, d identify) {
	id, count := 0, 1
	if d.Shard != nil {
		id, count = d.Shard[0], d.Shard[1]
	}
	switch {
	case d.Intents == nil || *d.Intents&^(1<<26-1) != 0:
		c.close(4013)
		return
	case *d.Intents&privileged != 0:
		c.close(4014)
		return
	case id < 0 || id >= count:
		c.close(4010)
		return
	case count < s.cfg.MustShard:
		c.close(4011)
		return
	}
	if id >= s.cfg.MaxConcurrency && (len(s.shards) <= id-s.cfg.MaxConcurrency || s.shards[id-s.cfg.MaxConcurrency].session == "") {
		s.violate("gateway: shard %d identified before shard %d (events/gateway.mdx, \"Max Concurrency\": in order)", id, id-s.cfg.MaxConcurrency)
	}
	for len(s.shards) < count {
		s.shards = append(s.shards, &shard{id: len(s.shards)})
	}
	c.compress = d.Compress
	s.intents = *d.Intents
	h := s.shards[id]
	// Discord counts each session from 1; here the count goes on, so that a
	// heartbeat of an old session is not taken for one of this (see Settle).
	h.live, h.session, h.events = c, s.id(), nil
	c.shard = h
	h.send("READY", map[string]any{
		"v":                  10,
		"user":               map[string]any{"id": BotID, "username": BotName, "discriminator": "0", "bot": true},
		"guilds":             []any{map[string]any{"id": guildID, "unavailable": true}},
		"session_id":         h.session,
		"resume_gateway_url": "ws" + strings.TrimPrefix(s.http.URL, "http") + pathResume,
		"shard":              []int{id, count},
		"application":        map[string]any{"id": AppID, "flags": 0},
	})
}

// resume goes on with a session. s.mu is held.
func (s *Server) resume(c *socket, d identify) {
	for _, h := range s.shards {
		if d.SessionID == "" || h.session != d.SessionID || d.Seq > h.seq {
			continue
		}
		h.live, c.shard = c, h
		for _, p := range h.events {
			if p.Seq > d.Seq {
				c.send(p)
			}
		}
		h.send("RESUMED", map[string]any{})
		return
	}
	c.send(packet{Op: opInvalid, Data: false})
}

// send sends an event now or, if the bot is away, when it resumes. The server's
// mu is held.
func (h *shard) send(event string, data any) int64 {
	h.seq++
	p := packet{Op: opDispatch, Type: event, Seq: h.seq, Data: data}
	h.events = append(h.events, p)
	if h.live != nil {
		h.live.send(p)
	}
	return h.seq
}

// dispatch sends an event to the shard it is for (events/gateway.mdx,
// "Sharding Formula"); before the bot has come there is none. s.mu is held.
func (s *Server) dispatch(event string, data any) {
	if event == "INTERACTION_CREATE" && s.endpoint != "" {
		s.deliver(data)
		return
	}
	if len(s.shards) == 0 {
		return
	}
	h := s.shards[0]
	if m, ok := data.(map[string]any); ok {
		if guild, ok := m["guild_id"].(string); ok {
			n, _ := strconv.ParseUint(guild, 10, 64)
			h = s.shards[int((n>>22)%uint64(len(s.shards)))]
		}
	}
	h.send(event, data)
}

// Dispatch sends any event, for what the kit has no words for.
func (s *Server) Dispatch(event string, data any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dispatch(event, data)
}

// SendRaw sends anything at all, as one frame, to the first shard.
func (s *Server) SendRaw(frame string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.shards) > 0 && s.shards[0].live != nil {
		s.shards[0].live.write([]byte(frame))
	}
}

// live returns the connections that are identified. s.mu is held.
func (s *Server) live() (list []*socket) {
	for _, h := range s.shards {
		if h.live != nil {
			list = append(list, h.live)
		}
	}
	return list
}

// tell sends a packet to the bot if it is connected, on every shard.
func (s *Server) tell(p packet) {
	s.mu.Lock()
	list := s.live()
	s.mu.Unlock()
	for _, c := range list {
		c.send(p)
	}
}

func (s *Server) gatewayURL() string {
	return "ws" + strings.TrimPrefix(s.http.URL, "http") + pathGateway
}

// entrance is the answer to GET /gateway/bot. s.mu is held.
func (s *Server) entrance() map[string]any {
	remaining, reset := 1000, time.Duration(0)
	if reset = s.cfg.NoStarts - time.Since(s.born); reset > 0 {
		remaining = 0
	}
	return map[string]any{"url": s.gatewayURL(), "shards": cmp.Or(s.cfg.Shards, 1), "session_start_limit": map[string]any{
		"total": 1000, "remaining": remaining, "reset_after": max(reset, 0).Milliseconds() + 1, "max_concurrency": s.cfg.MaxConcurrency}}
}
