package telegramtest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// SecretHeader carries the secret of setWebhook in every delivery.
const SecretHeader = "X-Telegram-Bot-Api-Secret-Token"

// webhook is where updates are delivered to instead of being polled for.
type webhook struct {
	url       string // "" while there is none
	secret    string
	most      int          // deliveries at once
	handler   http.Handler // takes them in place of the URL
	inFlight  int
	lastError string
	errorAt   time.Time
}

var someHook = webhook{url: "https://example.org/hook", most: defaultConnections}

const (
	defaultConnections = 40 // Bot API, setWebhook, max_connections
	// webhookPause is between a delivery that failed and the next try; the real
	// server begins with a second and doubles it (WebhookActor.cpp, on_update_error).
	webhookPause = 20 * time.Millisecond
	// webhookTimeout is how long the bot may take (WebhookActor.cpp,
	// create_webhook_connection: the connection is closed after 60 s); ours is
	// shorter because tests are.
	webhookTimeout = 10 * time.Second
)

// WithLoopback makes a server that takes and serves webhooks of plain HTTP, on
// any port, if they are on this machine.
func WithLoopback() Option { return func(s *Server) { s.loopback = true } }

// Deliver hands the updates to the handler whatever the webhook's URL is, as a
// proxy would that stands before the bot. While there is no webhook, there are none.
func (s *Server) Deliver(h http.Handler) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hook.handler = h
	s.touch()
}

// SetWebhook sets a webhook while the bot is polling.
func (s *Server) SetWebhook() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hookTo(webhook{url: someHook.url, most: defaultConnections})
}

// Webhook returns the URL and the secret set, "" while there are none.
func (s *Server) Webhook() (url, secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hook.url, s.hook.secret
}

// hookTo sets a webhook and ends the poll being held. The lock is held.
func (s *Server) hookTo(h webhook) {
	h.handler, h.inFlight = s.hook.handler, s.hook.inFlight
	s.hook = h
	if s.poller != nil && h.url != "" {
		close(s.poller)
		s.poller = nil
	}
	s.touch()
}

var secretToken = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)

func (s *Server) setWebhook(c Call) (any, *refusal) {
	h := webhook{most: defaultConnections}
	h.url, _ = c.Params["url"].(string)
	if h.url == "" {
		return s.deleteWebhook(c)
	}
	if n, ok := integer(c.Params["max_connections"]); ok {
		// Bot API server, Client.cpp, get_webhook_max_connections: others are brought into the range.
		h.most = max(1, min(int(n), 100))
	}
	if breach := s.badHook(h.url); breach != "" {
		s.violate("setWebhook: %s (WebhookActor.cpp, start_up)", breach)
		return nil, bad("bad webhook: %s", breach)
	}
	if secret, ok := c.Params["secret_token"].(string); ok {
		if h.secret = secret; !secretToken.MatchString(secret) {
			// Bot API server, Client.cpp, do_set_webhook.
			return nil, bad("secret token contains unallowed characters")
		}
	}
	s.dropIfTold(c)
	s.allow(c)
	s.hookTo(h)
	return true, nil
}

// badHook tells what is wrong with a webhook's URL, in the server's words.
func (s *Server) badHook(address string) string {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Hostname() == "":
		return "invalid webhook URL specified"
	case s.loopback && u.Scheme == "http" && isLoopback(u.Hostname()):
		return ""
	case u.Scheme != "https":
		return "An HTTPS URL must be provided for webhook"
	case !slices.Contains([]string{"", "443", "80", "88", "8443"}, u.Port()):
		return "Webhook can be set up only on ports 80, 88, 443 or 8443"
	}
	return ""
}

func isLoopback(host string) bool { return host == "127.0.0.1" || host == "::1" || host == "localhost" }

func (s *Server) deleteWebhook(c Call) (any, *refusal) {
	s.dropIfTold(c)
	s.hookTo(webhook{})
	return true, nil
}

func (s *Server) dropIfTold(c Call) {
	if drop, _ := c.Params["drop_pending_updates"].(bool); drop {
		s.violate("%s drops what people have said meanwhile", c.Method)
		s.queue = nil
	}
}

func (s *Server) getWebhookInfo(Call) (any, *refusal) {
	info := map[string]any{"url": s.hook.url, "has_custom_certificate": false, "pending_update_count": len(s.queue)}
	if s.hook.url != "" {
		info["max_connections"] = s.hook.most
	}
	if s.hook.lastError != "" {
		info["last_error_date"], info["last_error_message"] = s.hook.errorAt.Unix(), s.hook.lastError
	}
	if len(s.allowed) > 0 {
		info["allowed_updates"] = s.allowed
	}
	return info, nil
}

// deliver brings updates to the webhook until the server is gone. Those of one
// chat go one after another, and one that fails keeps those behind it waiting;
// others do not wait for it (WebhookActor.cpp, queue_updates_).
func (s *Server) deliver() {
	var flights sync.WaitGroup
	for {
		s.mu.Lock()
		changed := s.changed
		next, wake := s.nextDelivery(time.Now())
		if next != nil {
			next.flying = true
			s.hook.inFlight++
			h := s.hook
			flights.Go(func() { s.carry(next, h) })
		}
		s.mu.Unlock()
		if next != nil {
			continue
		}
		var again <-chan time.Time
		if wake > 0 {
			again = time.After(wake)
		}
		select {
		case <-changed:
		case <-again:
		case <-s.gone:
			flights.Wait()
			return
		}
	}
}

// nextDelivery returns the update to be delivered now, or how long there is
// none. The lock is held.
func (s *Server) nextDelivery(now time.Time) (next *update, wake time.Duration) {
	select {
	case <-s.gone:
		return nil, 0
	default:
	}
	if s.hook.url == "" || s.hook.inFlight >= s.hook.most || !s.reachable() {
		return nil, 0
	}
	busy := map[string]bool{}
	for _, u := range s.queue {
		wait := u.notBefore.Sub(now)
		if !busy[u.about] && !u.flying && wait <= 0 {
			return u, 0
		}
		if !u.flying && wait > 0 && (wake == 0 || wait < wake) {
			wake = wait
		}
		busy[u.about] = true
	}
	return nil, wake
}

// reachable reports whether there is anything to deliver to: URLs elsewhere are
// not of this machine.
func (s *Server) reachable() bool {
	u, err := url.Parse(s.hook.url)
	return s.hook.handler != nil || s.loopback && err == nil && isLoopback(u.Hostname())
}

// carry delivers one update and sees to what comes of it.
func (s *Server) carry(u *update, h webhook) {
	status, body, err := h.post(h.secret, u.raw)
	s.mu.Lock()
	defer s.mu.Unlock()
	u.flying = false
	s.hook.inFlight--
	switch {
	case err != nil:
		s.hook.lastError, s.hook.errorAt = "Webhook connection closed", time.Now()
	case status/100 != 2:
		s.hook.lastError = fmt.Sprintf("Wrong response from the webhook: %d %s", status, http.StatusText(status))
		s.hook.errorAt = time.Now()
	default:
		if bytes.Contains(body, []byte(`"method"`)) {
			s.violate("the answer to a webhook calls a method, which this server does not do: %s", body)
		}
		s.queue = slices.DeleteFunc(s.queue, func(other *update) bool { return other == u })
	}
	u.notBefore = time.Now().Add(webhookPause)
	s.touch()
}

// post sends a body to the webhook.
func (h webhook) post(secret string, body []byte) (status int, answer []byte, err error) {
	ctx, done := context.WithTimeout(context.Background(), webhookTimeout)
	defer done()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.url, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	if secret != "" {
		req.Header.Set(SecretHeader, secret)
	}
	if h.handler != nil {
		return serve(h.handler, req)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	answer, err = io.ReadAll(resp.Body)
	return resp.StatusCode, answer, err
}

// serve has a handler answer a request as net/http does, which takes a panic as
// a cut connection.
func serve(h http.Handler, req *http.Request) (status int, answer []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the handler panics: %v", p)
		}
	}()
	req.RequestURI, req.RemoteAddr = req.URL.RequestURI(), "149.154.167.220:443"
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	return w.Code, w.Body.Bytes(), nil
}

// Forge sends a body to the webhook with any secret, as others than Telegram may,
// and returns the status of the answer, 0 if there is none.
func (s *Server) Forge(secret string, body []byte) (status int) {
	s.mu.Lock()
	h := s.hook
	s.mu.Unlock()
	status, _, _ = h.post(secret, body)
	return status
}

// DeliverAgain delivers an update to the webhook once more, as the real server
// does if it has not heard the answer, and returns the status of the new one.
func (s *Server) DeliverAgain(id int64) (status int) {
	s.mu.Lock()
	raw, secret := s.made[id], s.hook.secret
	s.mu.Unlock()
	return s.Forge(secret, raw)
}

// queueOf is what an update's order depends on (Bot API server, Client.cpp, the
// webhook_queue_id of add_update): the chat for messages, the person for queries,
// of each kind by itself.
func queueOf(kind string, content any) string {
	if strings.HasSuffix(kind, "message") || strings.HasSuffix(kind, "post") {
		kind = "message"
	}
	fields, _ := content.(map[string]any)
	for _, name := range []string{"chat", "from"} {
		if of, ok := fields[name].(map[string]any); ok {
			return fmt.Sprint(kind, " ", of["id"])
		}
	}
	return kind
}
