package telegramtest_test

import (
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-telegram/bot/models"

	"rapporteur/bot/bottest"
	"rapporteur/bot/telegram/telegramtest"
)

// updates fetches what waits for the bot, without confirming it, as the
// library's own types.
func updates(t *testing.T, s *telegramtest.Server) (list []models.Update) {
	t.Helper()
	if err := json.Unmarshal(post(t, s, "getUpdates", "").Result, &list); err != nil {
		t.Fatal(err)
	}
	return list
}

// confirm confirms all updates so far.
func confirm(t *testing.T, s *telegramtest.Server) {
	t.Helper()
	list := updates(t, s)
	post(t, s, "getUpdates", jsonOf(map[string]any{"offset": list[len(list)-1].ID + 1}))
}

// sent sends a message with a button and returns it.
func sent(t *testing.T, s *telegramtest.Server, chat *telegramtest.Chat, extra map[string]any) telegramtest.Message {
	t.Helper()
	params := map[string]any{"chat_id": chat.ID(), "text": "<b>x</b>", "parse_mode": "HTML", "reply_markup": map[string]any{
		"inline_keyboard": []any{
			[]any{map[string]any{"text": "Go", "callback_data": "go"}, map[string]any{"text": "Open", "url": "https://t.me/" + telegramtest.Name + "?start=abc"}},
			[]any{},
		}}}
	for name, v := range extra {
		params[name] = v
	}
	if a := post(t, s, "sendMessage", jsonOf(params)); !a.OK {
		t.Fatal(a.Description)
	}
	list := chat.Messages()
	return list[len(list)-1]
}

func TestPress(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	group := s.Group()
	asked := group.Post(telegramtest.Typed{Text: "what is it?"})
	m := sent(t, s, group, map[string]any{"reply_parameters": map[string]any{"message_id": asked.Message},
		"link_preview_options": map[string]any{"url": "https://example.org/", "is_disabled": false}})
	if want := [][]telegramtest.Button{{{Text: "Go", Data: "go"}, {Text: "Open", URL: "https://t.me/" + telegramtest.Name + "?start=abc"}}}; !reflect.DeepEqual(m.Buttons, want) {
		t.Errorf("buttons %+v, want %+v", m.Buttons, want)
	}
	if m.Preview != (telegramtest.Preview{URL: "https://example.org/"}) || group.Answers(asked.Message) != 1 {
		t.Errorf("got %+v", m)
	}
	other := s.Person("Іван", "uk")
	p := group.As(other).Press("Go")
	all := updates(t, s)
	q := all[len(all)-1].CallbackQuery
	if q == nil || q.ID != p.ID || q.Data != "go" || q.From.ID != other.ID || q.From.LanguageCode != "uk" || q.ChatInstance == "" {
		t.Fatalf("got %+v", q)
	}
	shown := q.Message.Message
	if shown == nil || shown.Text != "x" || shown.Entities[0].Type != "bold" || shown.ReplyMarkup == nil ||
		shown.ReplyToMessage == nil || shown.ReplyToMessage.Text != "what is it?" {
		t.Fatalf("the message of the button is %+v", shown)
	}
	if a := post(t, s, "answerCallbackQuery", jsonOf(map[string]any{"callback_query_id": p.ID, "text": "Noted.", "show_alert": true})); !a.OK {
		t.Fatal(a.Description)
	}
	if got := p.Wait(); got.Text != "Noted." || !got.Alert || got.URL != "" {
		t.Errorf("got %+v", got)
	}
}

func TestPressOfAnOldMessage(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	chat := s.Private()
	m := sent(t, s, chat, nil)
	p := chat.Do(telegramtest.Pressing{On: m, Data: "forged", Inaccessible: true})
	q := updates(t, s)[0].CallbackQuery
	if q.Data != "forged" || q.Message.InaccessibleMessage == nil || q.Message.InaccessibleMessage.MessageID != int(m.ID) {
		t.Errorf("got %+v", q)
	}
	post(t, s, "answerCallbackQuery", `{"callback_query_id":"`+p.ID+`"}`)
	if got := p.Wait(); got.Text != "" {
		t.Errorf("got %+v", got)
	}
}

func TestOpen(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	group := s.Group()
	m := sent(t, s, group, nil)
	b, _ := m.Button("Open")
	who := s.Person("Іван", "uk")
	to := jsonOf(map[string]any{"chat_id": who.ID, "text": "x"})
	if a := post(t, s, "sendMessage", to); a.Code != http.StatusForbidden || a.Description != "Forbidden: bot can't initiate conversation with a user" {
		t.Errorf("before: %+v", a)
	}
	p := group.As(who).Open(b.URL)
	u := updates(t, s)[0]
	if u.Message.Text != "/start abc" || u.Message.Chat.ID != who.ID || u.ID != p.Update || u.Message.Entities[0].Type != models.MessageEntityTypeBotCommand {
		t.Errorf("got %+v", u.Message)
	}
	if a := post(t, s, "sendMessage", to); !a.OK {
		t.Errorf("after: %+v", a)
	}
}

func TestEdits(t *testing.T) {
	t.Parallel()
	const same = "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message"
	s := telegramtest.New(t)
	chat := s.Group()
	theirs := chat.Post(telegramtest.Typed{Text: "mine"})
	m := sent(t, s, chat, nil)
	edit := func(method string, change func(map[string]any)) answer {
		t.Helper()
		params := map[string]any{"chat_id": chat.ID(), "message_id": m.ID, "text": "<b>x</b>", "parse_mode": "HTML",
			"reply_markup": map[string]any{"inline_keyboard": []any{[]any{
				map[string]any{"text": "Go", "callback_data": "go"}, map[string]any{"text": "Open", "url": "https://t.me/" + telegramtest.Name + "?start=abc"}}, []any{}}}}
		if method == "editMessageReplyMarkup" {
			delete(params, "text")
			delete(params, "parse_mode")
		}
		change(params)
		return post(t, s, method, jsonOf(params))
	}
	for _, tt := range []struct {
		name, method string
		change       func(map[string]any)
		want         string // the refusal, "" for none
	}{
		{"the same", "editMessageText", func(p map[string]any) {}, same},
		{"the same buttons", "editMessageReplyMarkup", func(p map[string]any) {}, same},
		{"no such message", "editMessageText", func(p map[string]any) { p["message_id"] = 99 }, "Bad Request: message to edit not found"},
		{"somebody else's", "editMessageText", func(p map[string]any) { p["message_id"] = theirs.Message }, "Bad Request: message can't be edited"},
		{"which?", "editMessageText", func(p map[string]any) { delete(p, "message_id") }, "Bad Request: message identifier is not specified"},
		{"no such inline message", "editMessageText", func(p map[string]any) { p["inline_message_id"] = "x" }, "Bad Request: MESSAGE_ID_INVALID"},
		{"another text", "editMessageText", func(p map[string]any) { p["text"] = "y" }, ""},
		{"no buttons", "editMessageReplyMarkup", func(p map[string]any) { delete(p, "reply_markup") }, ""},
		{"no buttons again", "editMessageReplyMarkup", func(p map[string]any) { p["reply_markup"] = map[string]any{"inline_keyboard": []any{}} }, same},
	} {
		if a := edit(tt.method, tt.change); a.Description != tt.want || a.OK != (tt.want == "") {
			t.Errorf("%s: got %+v, want %q", tt.name, a, tt.want)
		}
	}
	if got := chat.Message(m.ID); got.Edits != 2 || got.Reader() != "y" || len(got.Buttons) != 0 {
		t.Errorf("got %+v", got)
	}
	if a := post(t, s, "deleteMessage", jsonOf(map[string]any{"chat_id": chat.ID(), "message_id": m.ID})); !a.OK {
		t.Error(a.Description)
	}
	if a := edit("editMessageText", func(p map[string]any) {}); a.Description != "Bad Request: message to edit not found" {
		t.Errorf("after it is deleted: %+v", a)
	}
	if got := chat.Read(); len(got) != 0 {
		t.Errorf("deleted, and still read: %q", got)
	}
}

// TestCatchesInTime breaks what only several steps can break.
func TestCatchesInTime(t *testing.T) {
	t.Parallel()
	const old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
	tests := []struct {
		name string
		do   func(t *testing.T, s *telegramtest.Server)
		want string // in the violation, "" for none
	}{
		{"press not answered", func(t *testing.T, s *telegramtest.Server) {
			chat := s.Private()
			chat.PressOn(sent(t, s, chat, nil), "Go")
			confirm(t, s)
		}, "never answered press"},
		{"press not heard of", func(t *testing.T, s *telegramtest.Server) {
			chat := s.Private()
			chat.PressOn(sent(t, s, chat, nil), "Go")
		}, ""},
		{"press answered twice", func(t *testing.T, s *telegramtest.Server) {
			chat := s.Private()
			p := chat.PressOn(sent(t, s, chat, nil), "Go")
			post(t, s, "answerCallbackQuery", `{"callback_query_id":"`+p.ID+`"}`)
			if a := post(t, s, "answerCallbackQuery", `{"callback_query_id":"`+p.ID+`"}`); a.Description != old {
				t.Errorf("got %+v", a)
			}
		}, "is answered already"},
		{"press answered late", func(t *testing.T, s *telegramtest.Server) {
			telegramtest.WithLife(time.Nanosecond)(s)
			chat := s.Private()
			p := chat.PressOn(sent(t, s, chat, nil), "Go")
			if a := post(t, s, "answerCallbackQuery", `{"callback_query_id":"`+p.ID+`"}`); a.Description != old {
				t.Errorf("got %+v", a)
			}
			confirm(t, s)
		}, ""},
		{"press whose answer is lost", func(t *testing.T, s *telegramtest.Server) {
			chat := s.Private()
			p := chat.PressOn(sent(t, s, chat, nil), "Go")
			s.Fail("answerCallbackQuery", telegramtest.Fault{Status: http.StatusBadGateway})
			post(t, s, "answerCallbackQuery", `{"callback_query_id":"`+p.ID+`"}`)
			confirm(t, s)
		}, ""},
		{"press of nobody answered", func(t *testing.T, s *telegramtest.Server) {
			if a := post(t, s, "answerCallbackQuery", `{"callback_query_id":"5"}`); a.Description != old {
				t.Errorf("got %+v", a)
			}
		}, ""},
		{"press not asked for", func(t *testing.T, s *telegramtest.Server) {
			post(t, s, "getUpdates", `{"allowed_updates":["message"]}`)
			chat := s.Private()
			chat.PressOn(sent(t, s, chat, nil), "Go")
		}, "does not ask for updates of the kind callback_query"},
		{"query not answered", func(t *testing.T, s *telegramtest.Server) {
			s.Private().Inline("x")
			confirm(t, s)
		}, "never answered inline query"},
		{"query superseded", func(t *testing.T, s *telegramtest.Server) {
			chat := s.Private()
			chat.Inline("x")
			q := chat.Inline("xy")
			confirm(t, s)
			if a := post(t, s, "answerInlineQuery", jsonOf(with(results(), "inline_query_id", q.ID))); !a.OK {
				t.Error(a.Description)
			}
		}, ""},
		{"query answered late", func(t *testing.T, s *telegramtest.Server) {
			telegramtest.WithLife(time.Nanosecond)(s)
			q := s.Private().Inline("x")
			if a := post(t, s, "answerInlineQuery", jsonOf(with(results(), "inline_query_id", q.ID))); a.Description != old {
				t.Errorf("got %+v", a)
			}
		}, ""},
		{"query answered twice", func(t *testing.T, s *telegramtest.Server) {
			q := s.Private().Inline("x")
			for range 2 {
				post(t, s, "answerInlineQuery", jsonOf(with(results(), "inline_query_id", q.ID)))
			}
		}, "is answered already"},
		{"guest query not answered", func(t *testing.T, s *telegramtest.Server) {
			s.Elsewhere("group").Summon(telegramtest.Typed{Text: "x"})
			confirm(t, s)
		}, "never answered guest query"},
		{"guest query answered twice", func(t *testing.T, s *telegramtest.Server) {
			g := s.Elsewhere("group").Summon(telegramtest.Typed{Text: "x"})
			for range 2 {
				post(t, s, "answerGuestQuery", jsonOf(map[string]any{"guest_query_id": g.ID, "result": article("x", "x", "x")}))
			}
		}, "is answered already"},
		{"writing where it is not", func(t *testing.T, s *telegramtest.Server) {
			post(t, s, "sendMessage", jsonOf(map[string]any{"chat_id": s.Elsewhere("supergroup").ID(), "text": "x"}))
		}, "is not in chat"},
		{"too much to a chat", limited(telegramtest.Limits{Chat: telegramtest.Rate{N: 2, In: time.Minute}}, 3), "3 messages to one chat"},
		{"too much to a group", limited(telegramtest.Limits{Group: telegramtest.Rate{N: 2, In: time.Minute}}, 3), "3 messages to one group"},
		{"too much in all", limited(telegramtest.Limits{All: telegramtest.Rate{N: 2, In: time.Minute}}, 3), "3 messages in all"},
		{"as much as may be", limited(telegramtest.Limits{All: telegramtest.Rate{N: 3, In: time.Minute}}, 3), ""},
		{"slack", limited(telegramtest.Limits{All: telegramtest.Rate{N: 2, In: time.Minute}, Slack: time.Minute}, 3), ""},
		{"a webhook that calls a method", func(t *testing.T, s *telegramtest.Server) {
			s.Deliver(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				_, _ = w.Write([]byte(`{"method":"sendMessage","chat_id":1,"text":"x"}`))
			}))
			s.SetWebhook()
			s.WaitHandled(s.Private().Say("x"))
		}, "calls a method"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := telegramtest.New(t, telegramtest.Tolerant())
			tt.do(t, s)
			s.End()
			got := strings.Join(s.Violations(), "\n")
			if tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
				t.Errorf("violations %q, want one with %q", got, tt.want)
			}
		})
	}
}

// limited sends messages on a server with limits, edits among them.
func limited(l telegramtest.Limits, n int) func(*testing.T, *telegramtest.Server) {
	return func(t *testing.T, s *telegramtest.Server) {
		telegramtest.WithLimits(l)(s)
		chat := s.Group()
		m := sent(t, s, chat, nil)
		for range n - 1 {
			post(t, s, "editMessageReplyMarkup", jsonOf(map[string]any{"chat_id": chat.ID(), "message_id": m.ID}))
		}
		post(t, s, "sendChatAction", jsonOf(map[string]any{"chat_id": chat.ID(), "action": "typing"}))
	}
}

// TestPlatformPresses has a small bot answer presses in each of the ways a
// person can notice.
func TestPlatformPresses(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	ctx := t.Context()
	poll(ctx, t, s, func(u models.Update) {
		switch q := u.CallbackQuery; {
		case q == nil:
			sendKeys(t, s, u.Message.Chat.ID, "message", "edit", "notice")
		default:
			m := q.Message.Message
			switch q.Data {
			case "message":
				sendKeys(t, s, m.Chat.ID, "edit", "notice")
			case "edit":
				post(t, s, "editMessageText", jsonOf(map[string]any{"chat_id": m.Chat.ID, "message_id": m.ID, "text": "changed",
					"reply_markup": m.ReplyMarkup}))
			}
			post(t, s, "answerCallbackQuery", jsonOf(map[string]any{"callback_query_id": q.ID, "text": "noted for " + q.From.LanguageCode}))
		}
	})
	p := s.Platform()
	if got := p.Say(t, bottest.Step{Where: bottest.Group, Text: "hello"}); !slices.Equal(got, []string{"message edit notice"}) {
		t.Fatalf("got %q", got)
	}
	for _, tt := range []struct{ label, want string }{{"message", "edit notice"}, {"edit", "changed"}, {"notice", "noted for uk"}} {
		if got := p.Press(t, tt.label, "uk"); !slices.Equal(got, []string{tt.want}) {
			t.Errorf("%s: got %q, want %q", tt.label, got, tt.want)
		}
	}
}

// sendKeys sends a message of the labels, with buttons that have them for data.
func sendKeys(t *testing.T, s *telegramtest.Server, chat int64, labels ...string) {
	t.Helper()
	var row []any
	for _, label := range labels {
		row = append(row, map[string]any{"text": label, "callback_data": label})
	}
	params := keys(row...)
	params["chat_id"], params["text"] = chat, strings.Join(labels, " ")
	if a := post(t, s, "sendMessage", jsonOf(params)); !a.OK {
		t.Error(a.Description)
	}
}
