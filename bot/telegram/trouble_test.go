package telegram_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/telegram"
	"rapporteur/bot/telegram/telegramtest"
)

func TestPoisonUpdateSkipped(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	r := launch(t, s, echo())
	chat := s.Private()
	first := chat.Say("one")
	poison := []int64{
		s.Raw("message", "the secret of it"),
		s.Raw("message", map[string]any{"message_id": 1, "text": []string{"the secret of it"}}),
		s.Raw("message", map[string]any{"message_id": 1, "chat": map[string]any{"id": "the secret of it"}}),
	}
	s.WaitHandled(append(poison, first, chat.Say("two"))...)
	if got := chat.Read(); !slices.Equal(got, []string{"> one", "> two"}) {
		t.Errorf("the bot said %q", got)
	}
	for _, id := range poison {
		if !strings.Contains(r.logs.String(), fmt.Sprint("update=", id)) {
			t.Errorf("update %d is not in the log", id)
		}
	}
	if strings.Contains(r.logs.String(), "secret of it") {
		t.Error("the content of an update is in the log")
	}
}

func TestUpdateWithoutID(t *testing.T) {
	t.Parallel()
	const noID = `{"ok":true,"result":[{"update_id":"x"},{"update_id":7,"message":{"message_id":1,"text":"hi","chat":{"id":5,"type":"private"},"from":{"id":5}}}]}`
	said := make(chan string, 10)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/getMe"):
			fmt.Fprint(w, `{"ok":true,"result":{"id":1,"username":"b"}}`)
		case strings.HasSuffix(r.URL.Path, "/getUpdates"):
			fmt.Fprint(w, noID) // whatever the offset
		default:
			fmt.Fprint(w, `{"ok":true,"result":true}`)
			said <- r.URL.Path
		}
	}))
	t.Cleanup(srv.Close)
	h := echo()
	r := launchWith(t, telegram.Config{Token: telegramtest.Token, APIURL: srv.URL, Handler: h})
	for path := ""; !strings.HasSuffix(path, "/sendMessage"); path = <-said {
	}
	if err := r.end(t); err != nil {
		t.Error(err)
	}
	if n := len(h.requests()); n != 1 {
		t.Errorf("asked %d times, want once", n)
	}
}

func TestPanicCostsOneRequest(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	r := launch(t, s, answering(func(r bot.Request) string {
		if r.Text == "boom" {
			panic("out of order")
		}
		return r.Text
	}))
	chat := s.Private()
	s.WaitHandled(chat.Say("one"), chat.Say("boom"), chat.Say("two"))
	if got := chat.Read(); !slices.Equal(got, []string{"one", "two"}) {
		t.Errorf("the bot said %q", got)
	}
	if !strings.Contains(r.logs.String(), "out of order") {
		t.Error("the panic is not in the log")
	}
}

func TestDuplicateUpdateAnsweredOnce(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	launch(t, s, echo())
	chat := s.Private()
	id := chat.Say("one")
	s.WaitHandled(id)
	s.Duplicate(chat, id, "one")
	s.WaitHandled(id, chat.Say("two"))
	if got := chat.Read(); !slices.Equal(got, []string{"> one", "> two"}) {
		t.Errorf("the bot said %q", got)
	}
}

func TestUpdatesNumberedAnew(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	launch(t, s, echo())
	chat := s.Private()
	s.WaitHandled(chat.Say("one"))
	s.Renumber(500)
	s.WaitHandled(chat.Say("two"), chat.Say("three"))
	if got := chat.Read(); !slices.Equal(got, []string{"> one", "> two", "> three"}) {
		t.Errorf("the bot said %q", got)
	}
}

func TestOrderWithinChatsParallelAcross(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	slow := make(chan struct{})
	launch(t, s, answering(func(r bot.Request) string {
		if r.Text == "slow" {
			<-slow
		}
		return r.Text
	}))
	a, b := s.Private(), s.Private()
	stuck := a.Say("slow")
	var want []string
	ids := []int64{stuck}
	for i := range 20 {
		want = append(want, fmt.Sprint(i))
		ids = append(ids, a.Say(want[i]), b.Say(want[i]))
	}
	s.Wait("the other chat's answers", func() bool { return len(b.Messages()) == len(want) })
	if s.Handled(stuck) {
		t.Error("an update is confirmed before it is answered")
	}
	if got := a.Read(); len(got) > 0 {
		t.Errorf("the slow question was overtaken by %q", got)
	}
	close(slow)
	s.WaitHandled(ids...)
	if got := b.Read(); !slices.Equal(got, want) {
		t.Errorf("b got %q", got)
	}
	if got := a.Read(); !slices.Equal(got, append([]string{"slow"}, want...)) {
		t.Errorf("a got %q", got)
	}
}

// TestKilled stops a bot in the middle of answering, without any grace, and
// starts another on the same server.
func TestKilled(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	chat := s.Private()
	var want []string
	var ids []int64
	for i := range 30 {
		want = append(want, fmt.Sprint(i))
		ids = append(ids, chat.Say(want[i]))
	}
	reached, forever := make(chan struct{}), make(chan struct{})
	// The first bot hangs in the tenth answer and can only be killed, which
	// this test does by cutting it off from the server.
	wire := &wire{to: s.URL()}
	front := httptest.NewServer(wire)
	t.Cleanup(front.Close)
	var once sync.Once
	dying := launchWith(t, telegram.Config{Token: telegramtest.Token, APIURL: front.URL, Handler: answering(func(r bot.Request) string {
		if r.Text == "10" {
			once.Do(func() { close(reached) })
			<-forever
		}
		return r.Text
	})})
	t.Cleanup(func() { close(forever) })
	<-reached
	wire.cut()
	dying.stop()

	launch(t, s, answering(func(r bot.Request) string { return r.Text }))
	s.WaitHandled(ids...)
	got := chat.Read()
	// What was unconfirmed is said again; nothing is missing.
	if missing := slices.DeleteFunc(slices.Clone(want), func(w string) bool { return slices.Contains(got, w) }); len(missing) > 0 {
		t.Errorf("lost %q", missing)
	}
	if tail := got[len(got)-len(want)+10:]; !slices.Equal(tail, want[10:]) {
		t.Errorf("the unfinished were answered with %q", tail)
	}
}

func TestStoppedAndStartedAgain(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	chat := s.Private()
	begun, goOn := make(chan struct{}), make(chan struct{})
	r := launch(t, s, answering(func(r bot.Request) string {
		if r.Text == "one" {
			close(begun)
			<-goOn
		}
		return r.Text
	}))
	id := chat.Say("one")
	<-begun
	r.stop()
	late := chat.Say("two")
	close(goOn)
	if err := r.end(t); err != nil {
		t.Fatalf("Run: %v", err)
	}
	if got := chat.Read(); !slices.Equal(got, []string{"one"}) {
		t.Errorf("while stopping, the bot said %q", got)
	}
	if !s.Handled(id) || s.Handled(late) {
		t.Errorf("confirmed: begun %v, not begun %v", s.Handled(id), s.Handled(late))
	}
	launch(t, s, answering(func(r bot.Request) string { return r.Text }))
	s.WaitHandled(late)
	if got := chat.Read(); !slices.Equal(got, []string{"one", "two"}) {
		t.Errorf("the bot said %q", got)
	}
}

func TestGraceEnds(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	chat := s.Private()
	begun := make(chan struct{})
	h := echo()
	h.answer = func(ctx context.Context, r bot.Request) bot.Reply {
		close(begun)
		<-ctx.Done()
		return say("too late")
	}
	r := launch(t, s, h)
	id := chat.Say("one")
	<-begun
	if err := r.end(t); err != nil {
		t.Fatalf("Run: %v", err)
	}
	if s.Handled(id) || len(chat.Read()) > 0 {
		t.Error("an abandoned question is confirmed or answered")
	}
}

func TestConflict(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	r := launch(t, s, echo())
	chat := s.Private()
	s.WaitHandled(chat.Say("one"))
	if err := r.Health(); err != nil {
		t.Errorf("healthy: %v", err)
	}
	other := launch(t, s, echo())
	unwell := func() bool {
		for _, a := range []*running{r, other} {
			if err := a.Health(); err != nil && strings.Contains(err.Error(), "another instance is polling with this token") {
				return true
			}
		}
		return false
	}
	s.Wait("one of the two to be unwell", unwell)
	if err := other.end(t); err != nil {
		t.Errorf("Run: %v", err)
	}
	s.WaitHandled(chat.Say("two"))
	s.Wait("the other to be well again", func() bool { return r.Health() == nil })
	if !strings.Contains(r.logs.String()+other.logs.String(), "another instance is polling with this token") {
		t.Error("the conflict is not in the log")
	}
}

// TestHealthy holds that a bot nobody writes to is known to be well at once.
func TestHealthy(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	a, err := telegram.New(telegram.Config{Token: telegramtest.Token, APIURL: s.URL(), Handler: echo()})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Health(); err == nil {
		t.Error("healthy before it has begun")
	}
	r := launch(t, s, echo())
	s.Wait("health", func() bool { return r.Health() == nil })
	if err := r.end(t); err != nil {
		t.Errorf("Run: %v", err)
	}
	if err := r.Health(); err == nil {
		t.Error("healthy after it was stopped")
	}
}

func TestWebhook(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t, telegramtest.WithWebhook())
	chat := s.Private()
	waiting := chat.Say("one")
	launch(t, s, echo())
	s.WaitHandled(waiting)
	s.SetWebhook()
	s.WaitHandled(chat.Say("two"))
	if got := chat.Read(); !slices.Equal(got, []string{"> one", "> two"}) {
		t.Errorf("the bot said %q", got)
	}
}

func TestPollTrouble(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	s.Fail("getMe", telegramtest.Fault{Status: 502, NotJSON: true}, telegramtest.Fault{})
	s.Fail("getUpdates",
		telegramtest.Fault{Status: 502, NotJSON: true},
		telegramtest.Fault{Status: 500},
		telegramtest.Fault{},
		telegramtest.Fault{Status: 200, NotJSON: true},
		telegramtest.Fault{Status: 404},
		telegramtest.Fault{Late: true},
	)
	r := launch(t, s, echo())
	chat := s.Private()
	s.WaitHandled(chat.Say("one"))
	if n := s.FaultsLeft(); n > 0 {
		t.Errorf("%d faults did not happen", n)
	}
	if got := chat.Read(); !slices.Equal(got, []string{"> one"}) {
		t.Errorf("the bot said %q", got)
	}
	s.Wait("health", func() bool { return r.Health() == nil })
}

func TestPollTooFast(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	s.Fail("getUpdates", telegramtest.Fault{Status: 429, RetryAfter: 1})
	launch(t, s, echo())
	s.WaitHandled(s.Private().Say("one"))
	polls := s.Calls("getUpdates")
	if gap := polls[1].Time.Sub(polls[0].Time); gap < time.Second {
		t.Errorf("polled again after %v", gap)
	}
}

func TestServerThatDoesNotHoldPolls(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t, telegramtest.WithoutHold())
	launch(t, s, echo())
	chat := s.Private()
	start := time.Now()
	for i := range 5 {
		s.WaitHandled(chat.Say(fmt.Sprint(i)))
	}
	s.Wait("a while", func() bool { return time.Since(start) > 300*time.Millisecond })
	if n, most := len(s.Calls("getUpdates")), int(time.Since(start)/(20*time.Millisecond))+15; n > most {
		t.Errorf("%d polls, want at most %d", n, most)
	}
}

func TestServerWithoutOptionalMethods(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t, telegramtest.Without("setMyCommands", "sendChatAction", "deleteWebhook"))
	r := launch(t, s, answering(func(bot.Request) string {
		s.Wait("the try to show typing", func() bool { return len(s.Calls("sendChatAction")) > 0 })
		return "here"
	}), func(a *telegram.Adapter) { a.ShowTypingAfter(time.Millisecond) })
	chat := s.Private()
	s.WaitHandled(chat.Say("one"))
	if got := chat.Read(); !slices.Equal(got, []string{"here"}) {
		t.Errorf("the bot said %q", got)
	}
	s.Wait("the log", func() bool { return strings.Contains(r.logs.String(), "cannot set the command menu") })
}

func TestWrongToken(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	const secret = "kept-between-us"
	r := launchWith(t, telegram.Config{Token: "1:" + secret, APIURL: s.URL(), Handler: echo()})
	err := <-r.done
	r.done <- err
	if err == nil || !strings.Contains(err.Error(), "RAPPORTEUR_TELEGRAM_TOKEN") || strings.Contains(err.Error(), secret) {
		t.Errorf("Run: %v", err)
	}
	if err := r.Health(); err == nil {
		t.Error("healthy although stopped")
	}
}

func TestTokenRevoked(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	no := telegramtest.Fault{Status: 401, Description: "Unauthorized"}
	s.Fail("getUpdates", no, no)
	r := launch(t, s, echo())
	err := <-r.done
	r.done <- err
	if err == nil || !strings.Contains(err.Error(), "RAPPORTEUR_TELEGRAM_TOKEN") {
		t.Errorf("Run: %v", err)
	}
}

// TestTokenDoubted checks that one refusal of the token after a good login is
// taken for the server's trouble.
func TestTokenDoubted(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	s.Fail("getUpdates", telegramtest.Fault{Status: 401, Description: "Unauthorized"})
	launch(t, s, echo())
	chat := s.Private()
	s.WaitHandled(chat.Type(telegramtest.Typed{Text: "still there?"}))
	if n := s.FaultsLeft(); n > 0 {
		t.Errorf("%d faults did not happen", n)
	}
}

func TestWrongURL(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	r := launchWith(t, telegram.Config{Token: telegramtest.Token, APIURL: s.URL() + "/nothing/here", Handler: echo()})
	err := <-r.done
	r.done <- err
	if err == nil || !strings.Contains(err.Error(), "URL") {
		t.Errorf("Run: %v", err)
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	good := telegram.Config{Token: telegramtest.Token, Handler: echo()}
	if _, err := telegram.New(good); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		change func(*telegram.Config)
		want   string
	}{
		{"no handler", func(c *telegram.Config) { c.Handler = nil }, "handler"},
		{"no token", func(c *telegram.Config) { c.Token = " " }, "RAPPORTEUR_TELEGRAM_TOKEN is empty"},
		{"token with a space", func(c *telegram.Config) { c.Token = "12:se cret" }, "RAPPORTEUR_TELEGRAM_TOKEN"},
		{"token with a line break", func(c *telegram.Config) { c.Token = "12:se\ncret" }, "RAPPORTEUR_TELEGRAM_TOKEN"},
		{"token with a slash", func(c *telegram.Config) { c.Token = "12:secret/../x" }, "RAPPORTEUR_TELEGRAM_TOKEN"},
		{"no scheme", func(c *telegram.Config) { c.APIURL = "127.0.0.1:8081" }, "URL"},
		{"other scheme", func(c *telegram.Config) { c.APIURL = "ftp://127.0.0.1:8081" }, "URL"},
		{"not a URL", func(c *telegram.Config) { c.APIURL = "http://user:secret@[::1" }, "URL"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := good
			tt.change(&c)
			_, err := telegram.New(c)
			if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "cret") {
				t.Errorf("got %v, want one that tells of %s", err, tt.want)
			}
		})
	}
}
