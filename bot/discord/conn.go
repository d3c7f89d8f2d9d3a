package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"

	"rapporteur/bot/adapter"
)

// Gateway opcodes (topics/opcodes-and-status-codes.mdx, "Gateway Opcodes").
const (
	opDispatch  = 0
	opHeartbeat = 1
	opIdentify  = 2
	opResume    = 6
	opReconnect = 7
	opInvalid   = 9
	opHello     = 10
	opAck       = 11
)

// intents are the events asked for: messages on servers and direct messages.
// None is privileged: Discord delivers the content of messages that mention the
// bot and of direct messages without the message content intent
// (events/gateway.mdx, "List of Intents", "Message Content Intent").
const intents = discordgo.IntentGuildMessages | discordgo.IntentDirectMessages

const (
	// frameBytes is the most that one event may take. The largest, READY, lists
	// the 2500 servers a shard can have in some 60 bytes each.
	frameBytes = 4 << 20
	// writeTimeout is how long one frame may take to leave.
	writeTimeout = 10 * time.Second
	// farewell is how long to wait for Discord to hear that we close.
	farewell = 250 * time.Millisecond
	// maxInterval is the longest pause between heartbeats that is believed.
	// Discord's is 41.25 s.
	maxInterval = 10 * time.Minute
)

var (
	errHello     = errors.New("the gateway said no proper HELLO")
	errLate      = errors.New("the gateway did not answer in time")
	errZombie    = errors.New("a heartbeat was not acknowledged")
	errReconnect = errors.New("discord asks to reconnect (op 7)")
	errInvalid   = errors.New("discord calls the session invalid (op 9)")
)

// conn is one connection of a shard. All but read is done by one goroutine,
// which alone writes.
type conn struct {
	*shard
	ws       *websocket.Conn
	giveBack func() // the turn to identify; nothing when resuming

	frames  chan []byte
	broken  error        // why frames is closed
	silence atomic.Int64 // longest time until the next frame is complete

	patience *time.Timer // for HELLO, then for READY or RESUMED
	beat     *time.Timer
	interval time.Duration // of heartbeats; 0 before HELLO
	ready    time.Time     // zero before READY or RESUMED
}

// connect makes one connection and stays until it is over.
func (s *shard) connect(ctx context.Context) (end ending) {
	c := &conn{shard: s, giveBack: func() {}, frames: make(chan []byte)}
	var err error
	if s.session.id == "" {
		s.session = session{}
		if c.giveBack, err = s.takeTurn(ctx); err != nil {
			return ending{cause: err}
		}
		defer c.giveBack()
	}
	if c.ws, err = s.dial(ctx); err != nil {
		return ending{cause: err}
	}
	c.ws.SetReadLimit(frameBytes)
	c.silence.Store(int64(s.times.silence))
	c.patience, c.beat = time.NewTimer(s.times.hello), time.NewTimer(maxInterval)
	go c.read()
	defer func() {
		c.patience.Stop()
		c.beat.Stop()
		c.ws.Close()
		for range c.frames { // until read has ended
		}
		end.reached = c.interval > 0
		if !c.ready.IsZero() {
			end.lived = max(time.Since(c.ready), 1)
		}
	}()
	return c.live(ctx)
}

// read hands on what comes, frame by frame, until nothing more does.
func (c *conn) read() {
	defer close(c.frames)
	for {
		err := c.ws.SetReadDeadline(time.Now().Add(time.Duration(c.silence.Load())))
		var raw []byte
		if err == nil {
			_, raw, err = c.ws.ReadMessage()
		}
		if err != nil {
			c.broken = err
			return
		}
		c.frames <- raw // somebody takes them until they are closed
	}
}

// live does what the protocol wants until it ends.
func (c *conn) live(ctx context.Context) ending {
	for {
		select {
		case <-ctx.Done():
			// With this code the bot is shown as gone at once
			// (events/gateway.mdx, "Initiating a Disconnect").
			return c.leave(websocket.CloseNormalClosure, ending{cause: ctx.Err()})
		case <-c.patience.C:
			return c.leave(websocket.CloseServiceRestart, ending{cause: errLate})
		case <-c.beat.C:
			if c.owes() {
				return c.leave(websocket.CloseServiceRestart, ending{cause: errZombie})
			}
			if err := c.heartbeat(); err != nil {
				return c.lost(err)
			}
		case raw, ok := <-c.frames:
			if !ok {
				return c.torn()
			}
			var p discordgo.Event
			if err := json.Unmarshal(raw, &p); err != nil {
				c.log.Warn("discord: an event that cannot be read is skipped", "cause", err, "bytes", len(raw))
				continue
			}
			end, err := c.take(p)
			switch {
			case err != nil:
				return c.lost(err)
			case end != nil:
				return c.leave(websocket.CloseServiceRestart, *end)
			}
		}
	}
}

// take acts on what Discord sent. It returns neither an ending nor an error
// unless the connection is over.
func (c *conn) take(p discordgo.Event) (*ending, error) {
	switch p.Operation {
	case opHello:
		return nil, c.hello(p.RawData)
	case opHeartbeat:
		return nil, c.heartbeat()
	case opAck:
		c.owe(false)
	case opReconnect:
		return &ending{cause: errReconnect}, nil
	case opInvalid:
		resumable := string(p.RawData) == "true"
		if resumable {
			return &ending{cause: errInvalid}, nil
		}
		// Before a new IDENTIFY Discord wants a random pause of one to five
		// seconds (events/gateway.mdx, "Resuming").
		return &ending{cause: errInvalid, fresh: true, wait: between(c.times.invalid)}, nil
	case opDispatch:
		c.event(p)
	default:
		c.log.Debug("discord: unknown op", "op", p.Operation)
	}
	return nil, nil
}

// hello begins the heartbeats, the first after a random part of the interval
// (events/gateway.mdx, "Heartbeat Interval"), and resumes or identifies.
func (c *conn) hello(data json.RawMessage) error {
	if c.interval > 0 {
		return nil // said already
	}
	var h struct {
		Interval int64 `json:"heartbeat_interval"` // milliseconds
	}
	if err := json.Unmarshal(data, &h); err != nil {
		return errHello
	}
	if h.Interval <= 0 || h.Interval > maxInterval.Milliseconds() {
		return fmt.Errorf("%w: heartbeats every %d ms", errHello, h.Interval)
	}
	c.interval = time.Duration(h.Interval) * time.Millisecond
	c.silence.Store(int64(max(c.times.silence, 2*c.interval)))
	c.beat.Reset(rand.N(c.interval))
	c.patience.Reset(c.times.ready)

	if c.session.id != "" {
		return c.send(opResume, struct {
			Token   string `json:"token"`
			Session string `json:"session_id"`
			Seq     int64  `json:"seq"`
		}{c.rest.Token, c.session.id, c.session.seq})
	}
	defer c.giveBack()
	c.identified()
	// discordgo.Identify has the names of properties of v8 and always sends a
	// presence and a threshold, which v10 refuses when they are zero.
	type properties struct {
		OS      string `json:"os"`
		Browser string `json:"browser"`
		Device  string `json:"device"`
	}
	return c.send(opIdentify, struct {
		Token      string           `json:"token"`
		Intents    discordgo.Intent `json:"intents"`
		Properties properties       `json:"properties"`
		Shard      [2]int           `json:"shard"`
	}{c.rest.Token, intents, properties{runtime.GOOS, "rapporteur", "rapporteur"}, [2]int{c.id, c.count}})
}

// heartbeat sends one now, with the next an interval away.
func (c *conn) heartbeat() error {
	if c.interval > 0 {
		c.beat.Reset(c.interval)
	}
	c.owe(true)
	if c.session.seq == 0 {
		return c.send(opHeartbeat, nil)
	}
	return c.send(opHeartbeat, c.session.seq)
}

func (c *conn) send(op int, data any) error {
	if err := c.ws.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return err
	}
	return c.ws.WriteJSON(struct {
		Op   int `json:"op"`
		Data any `json:"d"`
	}{op, data})
}

// event takes a dispatched event.
func (c *conn) event(p discordgo.Event) {
	if p.Sequence > 0 {
		c.session.seq = p.Sequence
	}
	switch p.Type {
	case "READY":
		var r struct {
			Session string `json:"session_id"`
			URL     string `json:"resume_gateway_url"` // not in discordgo.Ready
		}
		if err := json.Unmarshal(p.RawData, &r); err != nil {
			c.log.Warn("discord: cannot read what it takes to resume", "cause", err)
		}
		c.session.id, c.session.url = r.Session, r.URL
		c.settle()
		if c.id > 0 {
			return // the first shard's says who the bot is
		}
	case "RESUMED":
		c.settle()
	}
	if c.ready.IsZero() {
		c.patience.Reset(c.times.ready) // what was missed is being told
	}
	_ = adapter.Safely(c.log, "discord: panic while taking an event", func() error { c.dispatch(p.Type, p.RawData); return nil })
}

// settle notes that the shard is ready.
func (c *conn) settle() {
	c.patience.Stop()
	if c.ready.IsZero() {
		c.ready = time.Now()
		c.set(true)
		c.log.Info("discord: connected")
	}
}

// leave closes the connection with a code and waits a moment until Discord has
// heard it: closing at once could destroy what is on its way.
func (c *conn) leave(code int, end ending) ending {
	frame := websocket.FormatCloseMessage(code, "")
	if c.ws.WriteControl(websocket.CloseMessage, frame, time.Now().Add(farewell)) == nil {
		c.drain()
	}
	return end
}

// lost is the ending of a connection on which nothing more could be sent. Why
// may be on its way: Discord closes with a code.
func (c *conn) lost(err error) ending {
	if c.drain() {
		if end := c.torn(); errors.As(end.cause, new(*websocket.CloseError)) {
			return end
		}
	}
	return ending{cause: err}
}

// drain passes over what still comes, which will come again after resuming,
// and says whether that ended.
func (c *conn) drain() bool {
	t := time.NewTimer(farewell)
	defer t.Stop()
	for {
		select {
		case _, ok := <-c.frames:
			if !ok {
				return true
			}
		case <-t.C:
			return false
		}
	}
}

// torn is the ending of a connection from which nothing more can be read.
func (c *conn) torn() ending {
	end := ending{cause: c.broken}
	var closed *websocket.CloseError
	switch {
	case errors.As(c.broken, &closed):
		// 4007: a wrong sequence number; 4009: the session timed out
		// (topics/opcodes-and-status-codes.mdx, "Gateway Close Event Codes").
		end.fresh = closed.Code == 4007 || closed.Code == 4009
	case errors.Is(c.broken, websocket.ErrReadLimit):
		end.fresh = true // or the same event would come again for ever
	}
	return end
}
