package telegram_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/bottest"
	"rapporteur/bot/telegram"
	"rapporteur/bot/telegram/telegramtest"
)

// secrets are the faults that could carry a secret into the log: what transport
// errors, proxies' pages, refusals and redirects say.
func secrets() []telegramtest.Fault {
	echoing := telegramtest.Fault{Status: 400, Description: "Bad Request: /bot" + telegramtest.Token + "/x?secret_token=" + hookSecret}
	return []telegramtest.Fault{{}, echoing, {Status: 502, NotJSON: true}, {Status: 307}}
}

// TestTokenStaysSecret lets every call fail in every way that could carry the
// URL, and with it the token, into the log; launch looks for it there.
func TestTokenStaysSecret(t *testing.T) {
	t.Parallel()
	s, kept := telegramtest.New(t, telegramtest.Tolerant()), keep(t) // of queries that no call gets through to
	called := []string{"getMe", "deleteWebhook", "setMyCommands", "getUpdates", "sendMessage", "sendChatAction",
		"answerCallbackQuery", "editMessageText", "editMessageReplyMarkup", "deleteMessage", "answerInlineQuery",
		"answerGuestQuery", "getChatAdministrators"}
	h := open(t, s, slowed{sample(t, kept), func() {
		s.Wait("a try to show typing", func() bool { return len(s.Calls("sendChatAction")) > 0 })
	}}, kept, func(a *telegram.Adapter) { a.ShowTypingAfter(time.Millisecond) })
	group := s.Group()
	group.Admin(group.Person())
	// A message for every way to be changed, before anything goes wrong.
	long := group.Post(telegramtest.Typed{Text: "/source@" + telegramtest.Name + " long"})
	h.settle(long.Update, group.Mention(unknown))
	refusal := last(t, group)
	h.settle(group.Mention(bridge), group.Type(telegramtest.Typed{Text: settingsCommand, Anonymous: true}))
	answer, panel := group.Messages()[len(group.Messages())-2], last(t, group)

	press := func(on telegramtest.Message, label string) int64 {
		b, ok := on.Button(label)
		if !ok {
			t.Fatalf("no button %q among %q", label, on.Labels())
		}
		return group.Do(telegramtest.Pressing{On: on, Data: b.Data}).Update
	}
	for _, method := range called {
		s.Fail(method, secrets()...)
	}
	for i := range len(secrets()) {
		h.settle(group.Mention(bridge), press(answer, []string{"Context", "Source"}[i%2]), press(refusal, "Tell me when it appears"),
			press(panel, []string{"Careful", "Eager"}[i%2]), group.Edit(long.Message, "nothing"), group.Edit(long.Message, "/source@"+telegramtest.Name+" long"))
		g := s.Elsewhere("group").Summon(telegramtest.Typed{Text: me + " де?"})
		q := s.Elsewhere("group").Inline(bridge)
		h.settle(g.Update, q.Update)
		if err := h.Send(context.Background(), bot.Recipient{Chat: fmt.Sprint(group.ID())}, say("news")); err != nil && strings.Contains(err.Error(), telegramtest.Token[10:]) {
			t.Errorf("the token is in %v", err)
		}
		if err := h.Health(); err != nil && strings.Contains(err.Error(), telegramtest.Token[10:]) {
			t.Errorf("the token is in %v", err)
		}
	}
	_ = h.end(t)
	again := open(t, s, echo(), kept) // once more through getMe and deleteWebhook
	s.Wait("the login", func() bool { return strings.Contains(again.logs.String(), "receiving") })
	var methods []string
	for _, c := range s.Calls("") {
		methods = append(methods, c.Method)
	}
	slices.Sort(methods)
	for _, m := range slices.Compact(methods) {
		if !slices.Contains(called, m) {
			t.Errorf("%s is called too, and never failed here", m)
		}
	}
	for _, m := range called {
		if !slices.Contains(methods, m) {
			t.Errorf("%s is never called", m)
		}
	}

	// A server that is not there is the commonest trouble of all.
	gone := httptest.NewServer(nil)
	gone.Close()
	r := launchWith(t, telegram.Config{Token: telegramtest.Token, APIURL: gone.URL, Handler: echo()})
	s.Wait("the log", func() bool { return strings.Contains(r.logs.String(), "cannot log in") })
	if err := r.Health(); err == nil || strings.Contains(err.Error(), telegramtest.Token) {
		t.Errorf("Health: %v", err)
	}
}

// slowed is a bot that takes its time.
type slowed struct {
	*bottest.Bot
	wait func()
}

func (b slowed) Handle(ctx context.Context, r bot.Request) bot.Reply {
	if r.Action == "" {
		b.wait()
	}
	return b.Bot.Handle(ctx, r)
}

// TestWebhookSecretStaysSecret does so with what else is called for a webhook.
func TestWebhookSecretStaysSecret(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	s.Fail("getWebhookInfo", secrets()...)
	s.Fail("setWebhook", telegramtest.Fault{}, telegramtest.Fault{Status: 502, NotJSON: true}, telegramtest.Fault{Status: 307},
		telegramtest.Fault{Status: 400, Description: "Bad Request: bad webhook with secret_token " + hookSecret})
	r := launchWith(t, telegram.Config{Token: telegramtest.Token, APIURL: s.URL(), Handler: echo(), WebhookURL: hookURL, WebhookSecret: hookSecret})
	err := <-r.done
	r.done <- err
	if err == nil || strings.Contains(err.Error(), hookSecret) || strings.Contains(err.Error(), telegramtest.Token[10:]) {
		t.Errorf("Run: %v", err)
	}
}
