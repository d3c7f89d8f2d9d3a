package telegram_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/telegram"
	"rapporteur/bot/telegram/telegramtest"
)

const (
	hookURL    = "https://bot.example.org/telegram/updates"
	hookSecret = "between-us-and-Telegram_only"
)

// hooked starts a bot to which the server delivers updates.
func hooked(t *testing.T, s *telegramtest.Server, h bot.Handler, m telegram.Memory, change ...func(*telegram.Adapter)) house {
	t.Helper()
	deliver := func(a *telegram.Adapter) { s.Deliver(a.Webhook()) }
	r := launchWith(t, telegram.Config{Token: telegramtest.Token, APIURL: s.URL(), Handler: h, Memory: m,
		WebhookURL: hookURL, WebhookSecret: hookSecret}, append(change, deliver)...)
	s.Wait("the webhook", func() bool { return strings.Contains(r.logs.String(), "receiving by the webhook") })
	return house{r, s}
}

func TestHook(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	chat := s.Private()
	waiting := chat.Say("one")
	h := hooked(t, s, echo(), keep(t).State)
	h.settle(waiting, chat.Say("two"), chat.Say("three"))
	if got := chat.Read(); !slices.Equal(got, []string{"> one", "> two", "> three"}) {
		t.Errorf("the bot said %q", got)
	}
	s.Wait("health", func() bool { return h.Health() == nil })
	calls := s.Calls("setWebhook")
	if len(calls) != 1 {
		t.Fatalf("the webhook is set %d times", len(calls))
	}
	p := calls[0].Params
	if fmt.Sprint(p["url"], p["secret_token"], p["max_connections"]) != fmt.Sprint(hookURL, hookSecret, 40) {
		t.Errorf("set with %v", p)
	}
	if kinds := fmt.Sprint(p["allowed_updates"]); kinds != "[message edited_message guest_message callback_query inline_query my_chat_member chat_member]" {
		t.Errorf("asked for %s", kinds)
	}
	if n := len(s.Calls("getUpdates")) + len(s.Calls("deleteWebhook")); n > 0 {
		t.Errorf("%d polls beside the webhook", n)
	}
	if err := h.end(t); err != nil {
		t.Fatal(err)
	}
	if url, _ := s.Webhook(); url != hookURL {
		t.Error("the webhook does not stay for the next run")
	}
}

// TestHookSecretOfTheToken holds that without a secret there is one all the same.
func TestHookSecretOfTheToken(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	secrets := map[string]bool{}
	for range 2 {
		r := launchWith(t, telegram.Config{Token: telegramtest.Token, APIURL: s.URL(), Handler: echo(), WebhookURL: hookURL},
			func(a *telegram.Adapter) { s.Deliver(a.Webhook()) })
		chat := s.Private()
		s.WaitHandled(chat.Say("one"))
		s.Wait("the answer", func() bool { return len(chat.Read()) == 1 })
		_, secret := s.Webhook()
		secrets[secret] = true
		if len(secret) < 32 || strings.Contains(secret, telegramtest.Token[10:]) || strings.Contains(r.logs.String(), secret) {
			t.Errorf("the secret %q is short, or told", secret)
		}
		if err := r.end(t); err != nil {
			t.Fatal(err)
		}
	}
	if len(secrets) != 1 {
		t.Error("the secret changes from start to start")
	}
}

func TestHookRefuses(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	h := hooked(t, s, echo(), keep(t).State)
	const good = `{"update_id":1,"poll":{}}`
	tests := []struct {
		name, method, secret string
		body                 io.Reader
		want                 int
	}{
		{"good", http.MethodPost, hookSecret, strings.NewReader(good), 200},
		{"GET", http.MethodGet, hookSecret, nil, 405},
		{"PUT", http.MethodPut, hookSecret, strings.NewReader(good), 405},
		{"no secret", http.MethodPost, "", strings.NewReader(good), 401},
		{"another secret", http.MethodPost, strings.Repeat("x", len(hookSecret)), strings.NewReader(good), 401},
		{"a prefix of it", http.MethodPost, hookSecret[:len(hookSecret)-1], strings.NewReader(good), 401},
		{"more than it", http.MethodPost, hookSecret + "x", strings.NewReader(good), 401},
		{"the token", http.MethodPost, telegramtest.Token, strings.NewReader(good), 401},
		{"as large as may be", http.MethodPost, hookSecret, strings.NewReader(good + strings.Repeat(" ", 1<<20-len(good))), 200},
		{"too large", http.MethodPost, hookSecret, strings.NewReader(good + strings.Repeat(" ", 1<<20-len(good)+1)), 413},
		{"too large without the secret", http.MethodPost, "", strings.NewReader(strings.Repeat(" ", 1<<21)), 401},
		{"cut off", http.MethodPost, hookSecret, iotest.ErrReader(io.ErrUnexpectedEOF), 400},
		{"empty", http.MethodPost, hookSecret, strings.NewReader(""), 400},
		{"no JSON", http.MethodPost, hookSecret, strings.NewReader("<update/>"), 400},
		{"no id", http.MethodPost, hookSecret, strings.NewReader(`{"message":{}}`), 400},
		{"an id of another kind", http.MethodPost, hookSecret, strings.NewReader(`{"update_id":"one"}`), 400},
		{"nothing else that can be read", http.MethodPost, hookSecret, strings.NewReader(`{"update_id":2,"message":"x"}`), 200},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			req := httptest.NewRequest(tt.method, hookURL, tt.body)
			if tt.secret != "" {
				req.Header.Set(telegramtest.SecretHeader, tt.secret)
			}
			w := httptest.NewRecorder()
			h.Webhook().ServeHTTP(w, req)
			if w.Code != tt.want || w.Body.Len() > 0 {
				t.Errorf("answered %d %q, want %d and no words", w.Code, w.Body, tt.want)
			}
			if allow := w.Header().Get("Allow"); (tt.want == 405) != (allow == "POST") {
				t.Errorf("allowed: %q", allow)
			}
		})
	}
}

// TestHookWhileNotAtWork asks Telegram to come again later.
func TestHookWhileNotAtWork(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	c := telegram.Config{Token: telegramtest.Token, APIURL: s.URL(), Handler: echo(), WebhookURL: hookURL, WebhookSecret: hookSecret}
	post := func(a *telegram.Adapter, secret string) int {
		req := httptest.NewRequest(http.MethodPost, hookURL, strings.NewReader(`{"update_id":1}`))
		req.Header.Set(telegramtest.SecretHeader, secret)
		w := httptest.NewRecorder()
		a.Webhook().ServeHTTP(w, req)
		return w.Code
	}
	a, err := telegram.New(c)
	if err != nil {
		t.Fatal(err)
	}
	if status := post(a, hookSecret); status != 503 {
		t.Errorf("before it runs: %d", status)
	}
	h := hooked(t, s, echo(), keep(t).State)
	if err := h.end(t); err != nil {
		t.Fatal(err)
	}
	if status := post(h.Adapter, hookSecret); status != 503 {
		t.Errorf("after it has run: %d", status)
	}
	c.WebhookURL, c.WebhookSecret = "", ""
	if a, err = telegram.New(c); err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"", hookSecret} {
		if status := post(a, secret); status != 401 {
			t.Errorf("of a bot that polls: %d", status)
		}
	}
}

// TestHookTooBusy delivers more than may be in hand of a chat. That chat is told so,
// once; others are taken in.
func TestHookTooBusy(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	goOn := make(chan struct{})
	asked := answering(func(bot.Request) string { <-goOn; return "" })
	h := hooked(t, s, asked, keep(t).State)
	busy, other := s.Private(), s.Private()
	number := 0
	deliver := func(c *telegramtest.Chat) {
		t.Helper()
		number++
		if status := s.Forge(hookSecret, fmt.Appendf(nil,
			`{"update_id":%d,"message":{"message_id":%d,"date":1,"text":"x","chat":{"id":%d,"type":"private"},"from":{"id":%d}}}`,
			number, number, c.ID(), c.ID())); status != 200 {
			t.Fatalf("update %d: %d", number, status)
		}
	}
	for range telegram.MaxHand + 20 {
		deliver(busy)
	}
	deliver(other)
	// Of the busy chat one more is in hand than may be: the one that is told.
	s.Wait("all to be in hand", func() bool { return h.InHand() == telegram.MaxHand+2 })
	close(goOn)
	h.settle()
	if got := busy.Read(); len(got) != 1 || !strings.Contains(got[0], "too many questions at once") {
		t.Errorf("the busy chat is told %q", got)
	}
	if h.InHand() != 0 || !strings.Contains(h.logs.String(), "updates dropped") {
		t.Errorf("%d are in hand; the log says\n%s", h.InHand(), h.logs)
	}
	deliver(busy)
	h.settle()
	of := map[string]int{}
	for _, r := range asked.requests() {
		of[r.Chat]++
	}
	if of[fmt.Sprint(busy.ID())] != telegram.MaxHand+1 || of[fmt.Sprint(other.ID())] != 1 {
		t.Errorf("asked %v", of)
	}
}

// faulty is a memory that does not take anything while it is broken.
type faulty struct {
	telegram.Memory
	broken atomic.Bool
}

func (f *faulty) Receive(ctx context.Context, account string, ids []int64, bodies [][]byte) ([]int64, error) {
	if f.broken.Load() {
		return nil, errors.New("database or disk is full")
	}
	return f.Memory.Receive(ctx, account, ids, bodies)
}

// TestHookWithoutRoom holds that what cannot be kept is left to Telegram, which
// says so.
func TestHookWithoutRoom(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	m := &faulty{Memory: keep(t).State}
	m.broken.Store(true)
	h := hooked(t, s, echo(), m, func(a *telegram.Adapter) {
		a.LookAtWebhookEvery(time.Second) // Telegram tells of errors by the second
		a.UnwellAfter(time.Millisecond)
	})
	chat := s.Private()
	update := chat.Say("one")
	s.Wait("health to tell", func() bool {
		err := h.Health()
		return err != nil && strings.Contains(err.Error(), "cannot deliver to the webhook, 1 updates wait: Wrong response from the webhook: 503")
	})
	if strings.Contains(h.Health().Error(), "poll") {
		t.Errorf("nobody polls: %v", h.Health())
	}
	if s.Handled(update) || len(chat.Messages()) > 0 {
		t.Error("what was not kept is taken, or answered")
	}
	if !strings.Contains(h.logs.String(), "database or disk is full") {
		t.Error("the cause is not in the log")
	}
	m.broken.Store(false)
	h.settle(update)
	if got := chat.Read(); !slices.Equal(got, []string{"> one"}) {
		t.Errorf("the bot said %q", got)
	}
}

func TestHookDuplicates(t *testing.T) {
	t.Parallel()
	s, kept := telegramtest.New(t), keep(t)
	h := hooked(t, s, echo(), kept.State)
	chat := s.Private()
	id := chat.Say("one")
	h.settle(id)
	again := func(h house) {
		t.Helper()
		if status := s.DeliverAgain(id); status != 200 {
			t.Errorf("answered %d", status)
		}
		h.settle()
		if got := chat.Read(); !slices.Equal(got, []string{"> one"}) {
			t.Errorf("the bot said %q", got)
		}
	}
	again(h)
	if err := h.end(t); err != nil {
		t.Fatal(err)
	}
	again(hooked(t, s, echo(), kept.State))
}

// TestHookDuplicateWhileKept delivers an update again while it is being kept:
// nobody may be told yes before it is.
func TestHookDuplicateWhileKept(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	m := &slowMemory{Memory: keep(t).State, begun: make(chan struct{}), goOn: make(chan error)}
	h := hooked(t, s, echo(), m)
	body := []byte(`{"update_id":1,"message":{"message_id":1,"date":1,"text":"x","chat":{"id":7,"type":"private"},"from":{"id":7}}}`)
	first := make(chan int)
	go func() { first <- s.Forge(hookSecret, body) }()
	<-m.begun
	if status := s.Forge(hookSecret, body); status != 503 {
		t.Errorf("the second one is answered %d before the first one is kept", status)
	}
	m.goOn <- errors.New("disk full")
	if status := <-first; status != 503 {
		t.Errorf("the first one is answered %d", status)
	}
	h.settle()
}

// slowMemory keeps nothing before it is told to.
type slowMemory struct {
	telegram.Memory
	begun chan struct{}
	goOn  chan error
}

func (m *slowMemory) Receive(ctx context.Context, account string, ids []int64, bodies [][]byte) ([]int64, error) {
	m.begun <- struct{}{}
	if err := <-m.goOn; err != nil {
		return nil, err
	}
	return m.Memory.Receive(ctx, account, ids, bodies)
}

// TestHookChangedBySomebody sets another webhook meanwhile.
func TestHookChangedBySomebody(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	h := hooked(t, s, echo(), keep(t).State, func(a *telegram.Adapter) { a.LookAtWebhookEvery(10 * time.Millisecond) })
	s.Wait("a few looks", func() bool { return len(s.Calls("getWebhookInfo")) > 3 })
	if n := len(s.Calls("setWebhook")); n != 1 {
		t.Errorf("set %d times although nothing has changed", n)
	}
	// The address was found good before: a refusal now is no mistake of the operator's.
	s.Fail("setWebhook", telegramtest.Fault{Status: 400, Description: "Bad Request: bad webhook: Failed to resolve host"})
	s.SetWebhook()
	s.Wait("the webhook to be set again", func() bool { url, secret := s.Webhook(); return url == hookURL && secret == hookSecret })
	s.Wait("the log", func() bool { return strings.Contains(h.logs.String(), "somebody has changed the webhook") })
	chat := s.Private()
	h.settle(chat.Say("one"))
	if got := chat.Read(); !slices.Equal(got, []string{"> one"}) {
		t.Errorf("the bot said %q", got)
	}
}

func TestHookWithAWrongURL(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	s.Fail("setWebhook", telegramtest.Fault{}, telegramtest.Fault{Status: 502, NotJSON: true},
		telegramtest.Fault{Status: 400, Description: "Bad Request: bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"})
	r := launchWith(t, telegram.Config{Token: telegramtest.Token, APIURL: s.URL(), Handler: echo(), WebhookURL: "https://bot.example.org:444/", WebhookSecret: hookSecret})
	err := <-r.done
	r.done <- err
	var setup bot.SetupError
	if !errors.As(err, &setup) || !strings.Contains(setup.Error(), "RAPPORTEUR_TELEGRAM_WEBHOOK_URL") || !strings.Contains(setup.Error(), "only on ports") {
		t.Errorf("Run: %v", err)
	}
	if n := len(s.Calls("setWebhook")); n != 3 {
		t.Errorf("%d tries, want three", n)
	}
}

func TestNewRefusesWebhooks(t *testing.T) {
	t.Parallel()
	for _, c := range []telegram.Config{
		{WebhookURL: "http://bot.example.org/"},
		{WebhookURL: "bot.example.org"},
		{WebhookURL: "https:///path"},
		{WebhookURL: "https://me:s3cret@bot.example.org/"},
		{WebhookURL: hookURL, WebhookSecret: "s3cret with spaces"},
		{WebhookURL: hookURL, WebhookSecret: strings.Repeat("s3cret", 43)},
	} {
		c.Token, c.Handler = telegramtest.Token, echo()
		if _, err := telegram.New(c); err == nil || !strings.Contains(err.Error(), "webhook's") || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%+v: %v", c, err)
		}
	}
}
