package telegramtest_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"rapporteur/bot/telegram/telegramtest"
)

// TestWebhookOfAnotherClient has the library's own client set a webhook and take
// updates at it over HTTP.
func TestWebhookOfAnotherClient(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t, telegramtest.WithLoopback())
	chat := s.Private()
	waiting := chat.Say("one")
	got := make(chan string, 10)
	b := client(t, s, tg.WithWebhookSecretToken("s-3_cret"), tg.WithNotAsyncHandlers(),
		tg.WithDefaultHandler(func(_ context.Context, _ *tg.Bot, u *models.Update) { got <- u.Message.Text }))
	ctx := t.Context()
	go b.StartWebhook(ctx)
	front := httptest.NewServer(b.WebhookHandler())
	t.Cleanup(front.Close)
	if _, err := b.SetWebhook(ctx, &tg.SetWebhookParams{URL: front.URL + "/hook", SecretToken: "s-3_cret", MaxConnections: 7, AllowedUpdates: []string{"message"}}); err != nil {
		t.Fatal(err)
	}
	s.WaitHandled(waiting, chat.Say("two"))
	if texts := []string{<-got, <-got}; !slices.Equal(texts, []string{"one", "two"}) {
		t.Errorf("got %q", texts)
	}
	info, err := b.GetWebhookInfo(ctx)
	if err != nil || info.URL != front.URL+"/hook" || info.MaxConnections != 7 || info.PendingUpdateCount != 0 || !slices.Equal(info.AllowedUpdates, []string{"message"}) {
		t.Errorf("got %+v, %v", info, err)
	}
	if a := post(t, s, "getUpdates", `{}`); a.Code != http.StatusConflict {
		t.Errorf("polling beside a webhook: %+v", a)
	}
	if _, err := b.DeleteWebhook(ctx, &tg.DeleteWebhookParams{}); err != nil {
		t.Fatal(err)
	}
	last := chat.Say("three")
	if all := updates(t, s); len(all) != 1 || all[0].ID != last {
		t.Errorf("polled %+v", all)
	}
}

// hook is a bot's end of a webhook.
type hook struct {
	mu      sync.Mutex
	texts   []string
	secrets []string
	answer  func(text string) int // the status; 0 cuts the connection
}

func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	data, _ := io.ReadAll(r.Body)
	var u models.Update
	_ = json.Unmarshal(data, &u)
	text := string(data)
	if u.Message != nil {
		text = u.Message.Text
	}
	h.mu.Lock()
	h.texts = append(h.texts, text)
	h.secrets = append(h.secrets, r.Header.Get(telegramtest.SecretHeader))
	h.mu.Unlock()
	status := http.StatusOK
	if h.answer != nil {
		status = h.answer(text)
	}
	if status == 0 {
		panic(http.ErrAbortHandler)
	}
	w.WriteHeader(status)
}

func (h *hook) got() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.texts)
}

func set(t *testing.T, s *telegramtest.Server, params map[string]any) {
	t.Helper()
	params["url"] = "https://example.org/hook"
	if a := post(t, s, "setWebhook", jsonOf(params)); !a.OK {
		t.Fatal(a.Description)
	}
}

func TestWebhookTriesAgain(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	answers := map[string][]int{"one": {500, 0, 204}, "two": {200}}
	var mu sync.Mutex
	h := &hook{answer: func(text string) int {
		mu.Lock()
		defer mu.Unlock()
		status := answers[text][0]
		answers[text] = answers[text][1:]
		return status
	}}
	s.Deliver(h)
	set(t, s, map[string]any{"secret_token": "x"})
	chat := s.Private()
	s.WaitHandled(chat.Say("one"), chat.Say("two"))
	if got := h.got(); !slices.Equal(got, []string{"one", "one", "one", "two"}) {
		t.Errorf("delivered %q", got)
	}
	var info models.WebhookInfo
	if err := json.Unmarshal(post(t, s, "getWebhookInfo", "").Result, &info); err != nil {
		t.Fatal(err)
	}
	if info.LastErrorMessage != "Webhook connection closed" || info.LastErrorDate == 0 {
		t.Errorf("got %+v", info)
	}
}

// TestWebhookAtOnce holds that different chats are delivered side by side up to
// max_connections, and one chat in order.
func TestWebhookAtOnce(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	goOn := make(chan struct{})
	var mu sync.Mutex
	now, most := 0, 0
	h := &hook{answer: func(string) int {
		mu.Lock()
		now++
		most = max(most, now)
		mu.Unlock()
		<-goOn
		mu.Lock()
		defer mu.Unlock()
		now--
		return http.StatusOK
	}}
	s.Deliver(h)
	a, b, c := s.Private(), s.Private(), s.Private()
	ids := []int64{a.Say("a1"), a.Say("a2"), b.Say("b1"), c.Say("c1"), a.Say("a3")}
	set(t, s, map[string]any{"max_connections": 2})
	s.Wait("two deliveries", func() bool { return len(h.got()) == 2 })
	if got := h.got(); !slices.Contains(got, "a1") || !slices.Contains(got, "b1") {
		t.Errorf("delivered %q first", got)
	}
	close(goOn)
	s.WaitHandled(ids...)
	var ofA []string
	for _, text := range h.got() {
		if text[0] == 'a' {
			ofA = append(ofA, text)
		}
	}
	if !slices.Equal(ofA, []string{"a1", "a2", "a3"}) || most != 2 {
		t.Errorf("delivered %q of one chat, at most %d at once", ofA, most)
	}
}

func TestWebhookOfOthers(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	h := &hook{}
	s.Deliver(h)
	set(t, s, map[string]any{"secret_token": "right"})
	id := s.Private().Say("one")
	s.WaitHandled(id)
	if status := s.Forge("wrong", []byte("{not json")); status != http.StatusOK {
		t.Errorf("got %d", status)
	}
	s.Forge("", []byte("{}"))
	if status := s.DeliverAgain(id); status != http.StatusOK {
		t.Errorf("got %d", status)
	}
	if got := h.got(); !slices.Equal(got, []string{"one", "{not json", "{}", "one"}) || !slices.Equal(h.secrets, []string{"right", "wrong", "", "right"}) {
		t.Errorf("delivered %q with the secrets %q", got, h.secrets)
	}
	if url, secret := s.Webhook(); url != "https://example.org/hook" || secret != "right" {
		t.Errorf("got %q, %q", url, secret)
	}
}
