package discord

import (
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// heartbeatBytes is longer than any heartbeat on the wire, TLS included, and
// shorter than any IDENTIFY, which carries the token and the properties.
const heartbeatBytes = 160

// writeTimeout is how long one frame may take to leave.
const writeTimeout = 10 * time.Second

var errIdentify = errors.New("one IDENTIFY per connection")

// conn is a connection to the gateway as discordgo sees it, with what it
// leaves out: a limit to silence, an end that can be waited for, and a check on
// IDENTIFY. discordgo answers every "invalid session" (op 9) with an IDENTIFY at
// once and on the same connection; if Discord says op 9 because there were too
// many of those already, the two go on until the token is reset. So once the
// connection is open nothing longer than a heartbeat gets out.
type conn struct {
	net.Conn
	silence time.Duration
	opened  atomic.Bool // set before discordgo reads what follows the answer to the handshake

	broken chan struct{} // closed when nothing more can be read
	closed chan struct{} // closed by Close
	breaks sync.Once
	closes sync.Once
}

func newConn(c net.Conn, silence time.Duration) *conn {
	return &conn{Conn: c, silence: silence, broken: make(chan struct{}), closed: make(chan struct{})}
}

func (c *conn) Read(p []byte) (int, error) {
	if err := c.SetReadDeadline(time.Now().Add(c.silence)); err != nil {
		return 0, err
	}
	n, err := c.Conn.Read(p)
	if err != nil {
		c.breaks.Do(func() { close(c.broken) })
	}
	return n, err
}

func (c *conn) Write(p []byte) (int, error) {
	if c.opened.Load() && len(p) > heartbeatBytes {
		c.Close()
		return 0, errIdentify
	}
	if err := c.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}

func (c *conn) Close() error {
	c.closes.Do(func() { close(c.closed) })
	return c.Conn.Close()
}
