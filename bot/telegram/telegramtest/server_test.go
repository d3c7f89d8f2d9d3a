package telegramtest_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"rapporteur/bot/bottest"
	"rapporteur/bot/telegram/telegramtest"
)

var _ interface {
	bottest.Presser
	Upload(t testing.TB, s bottest.Step, name string, data []byte) []string
} = (*telegramtest.Platform)(nil)

type answer struct {
	OK          bool            `json:"ok"`
	Code        int             `json:"error_code"`
	Description string          `json:"description"`
	Result      json.RawMessage `json:"result"`
	Parameters  struct {
		RetryAfter      int   `json:"retry_after"`
		MigrateToChatID int64 `json:"migrate_to_chat_id"`
	} `json:"parameters"`
}

// post calls a method with a JSON body.
func post(t *testing.T, s *telegramtest.Server, method, body string) answer {
	t.Helper()
	return send(t, s.URL()+"/bot"+telegramtest.Token+"/"+method, "application/json", body)
}

func send(t *testing.T, url, kind, body string) answer {
	t.Helper()
	resp, err := http.Post(url, kind, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var a answer
	if err := json.Unmarshal(data, &a); err != nil {
		t.Fatalf("%v in %q", err, data)
	}
	return a
}

// TestAnotherClient has the library's own client, which sends multipart bodies
// without a length, talk to the server.
func TestAnotherClient(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	chat := s.Private()
	b, err := tg.New(telegramtest.Token, tg.WithServerURL(s.URL()))
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	_, err = b.SendMessage(ctx, &tg.SendMessageParams{
		ChatID: chat.ID(), Text: "<b>12</b>", ParseMode: models.ParseModeHTML,
		LinkPreviewOptions: &models.LinkPreviewOptions{IsDisabled: tg.True()},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.SetMyCommands(ctx, &tg.SetMyCommandsParams{Commands: []models.BotCommand{{Command: "ask", Description: "Ask"}}}); err != nil {
		t.Fatal(err)
	}
	if got := chat.Read(); !slices.Equal(got, []string{"12"}) {
		t.Errorf("got %q", got)
	}
}

func TestForms(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	chat := s.Private()
	form := url.Values{"chat_id": {jsonOf(chat.ID())}, "text": {"7"}, "link_preview_options": {`{"is_disabled":true}`}}
	u := s.URL() + "/bot" + telegramtest.Token + "/sendMessage"
	if a := send(t, u, "application/x-www-form-urlencoded", form.Encode()); !a.OK {
		t.Error(a.Description)
	}
	if a := send(t, u+"?"+form.Encode(), "application/json", ""); !a.OK {
		t.Error(a.Description)
	}
	if got := chat.Read(); !slices.Equal(got, []string{"7", "7"}) {
		t.Errorf("got %q", got)
	}
}

func jsonOf(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(data)
}

// TestCatches breaks each clause of the contract once.
func TestCatches(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ї", 4097)
	tests := []struct {
		name, method string
		params       map[string]any // chat_id is added where it is needed
		want         string         // in the violation
	}{
		{"no text", "sendMessage", map[string]any{"text": ""}, "text has 0 characters"},
		{"only spaces", "sendMessage", map[string]any{"text": " \n"}, "characters"},
		{"too long", "sendMessage", map[string]any{"text": long}, "4097 characters"},
		{"too long in UTF-16", "sendMessage", map[string]any{"text": strings.Repeat("🙂", 2049)}, "4098 characters"},
		{"unknown tag", "sendMessage", html("<h1>x</h1>"), "Unsupported start tag"},
		{"unclosed", "sendMessage", html("<b>x"), "Can't find end tag"},
		{"crossed", "sendMessage", html("<b><i>x</b></i>"), "Unmatched end tag"},
		{"unescaped", "sendMessage", html("a < b"), "start tag"},
		{"quote in quote", "sendMessage", html("<blockquote>a<blockquote>b</blockquote></blockquote>"), "blockquote within"},
		{"bold code", "sendMessage", html("<code><b>x</b></code>"), "bold within code"},
		{"bad link", "sendMessage", html(`<a href="javascript:x">x</a>`), "link to"},
		{"a mention", "sendMessage", html("ask @somebody, <code>@nobody</code>"), "a mention at 4"},
		{"many entities", "sendMessage", html(strings.Repeat("<b>x</b> ", 101)), "101 entities"},
		{"NUL", "sendMessage", map[string]any{"text": "a\x00b"}, "U+0000"},
		{"direction override", "sendMessage", html("a\u202eb"), "U+202E"},
		{"markdown", "sendMessage", map[string]any{"text": "x", "parse_mode": "MarkdownV2"}, "parse_mode"},
		{"button", "sendMessage", map[string]any{"text": "x", "reply_markup": map[string]any{
			"inline_keyboard": []any{[]any{map[string]any{"text": "x", "callback_data": strings.Repeat("ї", 33)}}},
		}}, "66 bytes"},
		{"button without data", "sendMessage", keys(map[string]any{"text": "x", "callback_data": ""}), "0 bytes"},
		{"button without text", "sendMessage", keys(map[string]any{"text": "", "callback_data": "x"}), "no text"},
		{"button without a use", "sendMessage", keys(map[string]any{"text": "x"}), "does 0 things"},
		{"button of two uses", "sendMessage", keys(map[string]any{"text": "x", "callback_data": "x", "url": "https://example.org"}), "does 2 things"},
		{"button to nowhere", "sendMessage", keys(map[string]any{"text": "x", "url": "javascript:x"}), "button to"},
		{"wide keyboard", "sendMessage", rows(1, 9), "a row has 9 buttons"},
		{"large keyboard", "sendMessage", rows(26, 4), "the keyboard has 104 buttons"},
		{"heavy keyboard", "sendMessage", keys(slices.Repeat([]any{map[string]any{"text": strings.Repeat("ї", 900), "callback_data": "x"}}, 8)...), "bytes"},
		{"edit without text", "editMessageText", map[string]any{"text": ""}, "text has 0 characters"},
		{"edit with a faulty button", "editMessageReplyMarkup", keys(map[string]any{"text": "x"}), "does 0 things"},
		{"long notice", "answerCallbackQuery", map[string]any{"callback_query_id": "1", "text": strings.Repeat("ї", 201)}, "201 characters"},
		{"notice elsewhere", "answerCallbackQuery", map[string]any{"callback_query_id": "1", "url": "https://example.org/?start=x"}, "url is"},
		{"notice with a long parameter", "answerCallbackQuery", map[string]any{"callback_query_id": "1",
			"url": "https://t.me/" + telegramtest.Name + "?start=" + strings.Repeat("x", 65)}, "url is"},
		{"many results", "answerInlineQuery", results(slices.Repeat([]any{article("x", "x", "x")}, 51)...), "51 results"},
		{"two results in one", "answerInlineQuery", results(article("x", "x", "x"), article("x", "y", "y")), "two results"},
		{"result without id", "answerInlineQuery", results(article("", "x", "x")), "0 bytes"},
		{"result with a long id", "answerInlineQuery", results(article(strings.Repeat("ї", 33), "x", "x")), "66 bytes"},
		{"result without title", "answerInlineQuery", results(article("x", "", "x")), "no title"},
		{"result without text", "answerInlineQuery", results(article("x", "x", "")), "text has 0 characters"},
		{"result too long", "answerInlineQuery", results(article("x", "x", strings.Repeat("🙂", 2049))), "4098 characters"},
		{"result with bad markup", "answerInlineQuery", results(article("x", "x", "<b>x")), "Can't find end tag"},
		{"result with a faulty button", "answerInlineQuery", results(with(article("x", "x", "x"), "reply_markup",
			keys(map[string]any{"text": "x"})["reply_markup"])), "does 0 things"},
		{"result of another type", "answerInlineQuery", results(with(article("x", "x", "x"), "type", "gif")), "of type gif"},
		{"negative cache", "answerInlineQuery", with(results(), "cache_time", -1), "cache_time is -1"},
		{"long offset", "answerInlineQuery", with(results(), "next_offset", strings.Repeat("ї", 33)), "66 bytes"},
		{"odd parameter", "answerInlineQuery", with(results(), "button", map[string]any{"text": "x", "start_parameter": "a b"}), "start_parameter is"},
		{"button without an action", "answerInlineQuery", with(results(), "button", map[string]any{"text": "x"}), "lacks"},
		{"guest without title", "answerGuestQuery", map[string]any{"guest_query_id": "1", "result": article("x", "", "x")}, "no title"},
		{"guest without text", "answerGuestQuery", map[string]any{"guest_query_id": "1", "result": article("x", "x", " ")}, "text has 1 characters"},
		{"insecure webhook", "setWebhook", map[string]any{"url": "http://example.org/x"}, "HTTPS URL must be provided"},
		{"webhook on this machine", "setWebhook", map[string]any{"url": "http://127.0.0.1:5/x"}, "HTTPS URL must be provided"},
		{"webhook on an odd port", "setWebhook", map[string]any{"url": "https://example.org:8080/x"}, "ports 80, 88, 443 or 8443"},
		{"webhook nowhere", "setWebhook", map[string]any{"url": "https:///x"}, "invalid webhook URL"},
		{"odd secret", "setWebhook", map[string]any{"url": "https://example.org/x", "secret_token": "a+b"}, "secret_token"},
		{"no connections", "setWebhook", map[string]any{"url": "https://example.org/x", "max_connections": 0}, "max_connections is 0"},
		{"many connections", "setWebhook", map[string]any{"url": "https://example.org/x", "max_connections": 101}, "max_connections is 101"},
		{"dropping updates for a webhook", "setWebhook", map[string]any{"url": "https://example.org/x", "drop_pending_updates": true}, "drops"},
		{"language of nobody", "deleteMyCommands", map[string]any{"language_code": "EN"}, "language_code"},
		{"nobody's chat", "sendMessage", map[string]any{"text": "x", "chat_id": 5}, "no chat"},
		{"General topic", "sendMessage", map[string]any{"text": "x", "message_thread_id": 1}, "General topic"},
		{"command name", "setMyCommands", commands("Ask", "x"), `command "Ask"`},
		{"command description", "setMyCommands", commands("ask", strings.Repeat("ї", 257)), "257 characters"},
		{"many commands", "setMyCommands", map[string]any{"commands": slices.Repeat(commands("ask", "x")["commands"].([]any), 101)}, "101 commands"},
		{"language", "setMyCommands", map[string]any{"commands": commands("ask", "x")["commands"], "language_code": "en-GB"}, "language_code"},
		{"limit", "getUpdates", map[string]any{"limit": 101}, "limit is 101"},
		{"timeout", "getUpdates", map[string]any{"timeout": 51}, "timeout is 51"},
		{"dropping updates", "deleteWebhook", map[string]any{"drop_pending_updates": true}, "drops"},
		{"unknown method", "sendTelegram", nil, "does not have"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := telegramtest.New(t, telegramtest.Tolerant())
			chat := s.Private()
			if tt.method == "getUpdates" {
				chat.Say("so that the poll is not held")
			}
			params := map[string]any{}
			switch tt.method {
			case "sendMessage", "editMessageText", "editMessageReplyMarkup":
				params["chat_id"] = chat.ID()
			}
			for name, v := range tt.params {
				params[name] = v
			}
			post(t, s, tt.method, jsonOf(params))
			if got := strings.Join(s.Violations(), "\n"); !strings.Contains(got, tt.want) {
				t.Errorf("violations %q, want one with %q", got, tt.want)
			}
		})
	}
}

func html(s string) map[string]any { return map[string]any{"text": s, "parse_mode": "HTML"} }

func commands(name, about string) map[string]any {
	return map[string]any{"commands": []any{map[string]any{"command": name, "description": about}}}
}

func keys(row ...any) map[string]any {
	return map[string]any{"text": "x", "reply_markup": map[string]any{"inline_keyboard": []any{row}}}
}

func rows(n, width int) map[string]any {
	row := slices.Repeat([]any{map[string]any{"text": "x", "callback_data": "x"}}, width)
	return map[string]any{"text": "x", "reply_markup": map[string]any{"inline_keyboard": slices.Repeat([]any{row}, n)}}
}

func results(list ...any) map[string]any {
	return map[string]any{"inline_query_id": "1", "results": append([]any{}, list...)}
}

func article(id, title, text string) map[string]any {
	return map[string]any{"type": "article", "id": id, "title": title,
		"input_message_content": map[string]any{"message_text": text, "parse_mode": "HTML"}}
}

func with(m map[string]any, name string, v any) map[string]any {
	m[name] = v
	return m
}

// TestCatchesBySpecs needs the published descriptions.
func TestCatchesBySpecs(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, method, params string }{
		{"missing", "sendMessage", `{"chat_id":1}`},
		{"unknown", "sendMessage", `{"chat_id":1,"text":"x","colour":"red"}`},
		{"wrong type", "sendMessage", `{"chat_id":1,"text":"x","link_preview_options":{"is_disabled":"yes"}}`},
		{"unknown within", "sendMessage", `{"chat_id":1,"text":"x","reply_parameters":{"message":1}}`},
		{"action", "sendChatAction", `{"chat_id":1,"action":"thinking"}`},
		{"parameters of none", "getMe", `{"id":1}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := telegramtest.New(t, telegramtest.Tolerant())
			if !s.HasSpecs() {
				t.Skip("SPECS is not set")
			}
			post(t, s, tt.method, tt.params)
			if got := s.Violations(); !slices.ContainsFunc(got, func(v string) bool { return !strings.Contains(v, "no chat") }) {
				t.Errorf("violations %q", got)
			}
		})
	}
}

func TestOffsets(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	chat := s.Private()
	one, two := chat.Say("one"), chat.Say("two")
	ids := func(params string) (got []int64) {
		t.Helper()
		var updates []struct {
			ID int64 `json:"update_id"`
		}
		if err := json.Unmarshal(post(t, s, "getUpdates", params).Result, &updates); err != nil {
			t.Fatal(err)
		}
		for _, u := range updates {
			got = append(got, u.ID)
		}
		return got
	}
	for _, step := range []struct {
		params string
		want   []int64
	}{
		{`{}`, []int64{one, two}},
		{`{"limit":1}`, []int64{one}},
		{`{"offset":` + jsonOf(two) + `}`, []int64{two}},
		{`{}`, []int64{two}},
		{`{"offset":` + jsonOf(two+1) + `}`, nil},
		{`{"offset":0}`, nil},
	} {
		if got := ids(step.params); !slices.Equal(got, step.want) {
			t.Errorf("%s: got %v, want %v", step.params, got, step.want)
		}
	}
	if !s.Handled(one) || !s.Handled(two) || s.Pending() != 0 {
		t.Error("not all is confirmed")
	}
}

func TestHeldPollGetsTheNextMessage(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	chat := s.Private()
	got := make(chan answer)
	go func() { got <- post(t, s, "getUpdates", `{"timeout":50}`) }()
	s.Wait("the poll", func() bool { return len(s.Calls("getUpdates")) == 1 })
	chat.Say("there you are")
	if a := <-got; !strings.Contains(string(a.Result), "there you are") {
		t.Errorf("got %s", a.Result)
	}
}

func TestSecondPollerEndsTheFirst(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	first := make(chan answer)
	go func() { first <- post(t, s, "getUpdates", `{"timeout":50}`) }()
	s.Wait("the poll", func() bool { return len(s.Calls("getUpdates")) == 1 })
	for range 2 { // the first of these may overtake the other's start
		post(t, s, "getUpdates", `{"timeout":0}`)
	}
	s.SetWebhook() // ends it in any case
	if a := <-first; a.Code != http.StatusConflict {
		t.Errorf("got %+v, want a conflict", a)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	chat := s.Private()
	to := `{"text":"x","chat_id":` + jsonOf(chat.ID())
	if a := send(t, s.URL()+"/bot1:x/getMe", "application/json", ""); a.Code != http.StatusUnauthorized {
		t.Errorf("wrong token: %+v", a)
	}
	if a := send(t, s.URL()+"/getMe", "application/json", ""); a.Code != http.StatusNotFound {
		t.Errorf("no token: %+v", a)
	}
	if a := post(t, s, "sendMessage", to+`,"reply_parameters":{"message_id":9}}`); a.Code != http.StatusBadRequest {
		t.Errorf("reply to nothing: %+v", a)
	}
	if a := post(t, s, "sendMessage", to+`,"reply_parameters":{"message_id":9,"allow_sending_without_reply":true}}`); !a.OK {
		t.Errorf("reply to nothing, allowed: %+v", a)
	}
	if a := post(t, s, "sendMessage", to+`,"message_thread_id":9}`); !strings.Contains(a.Description, "message thread not found") {
		t.Errorf("no such topic: %+v", a)
	}
	chat.Block()
	if a := post(t, s, "sendMessage", to+`}`); a.Code != http.StatusForbidden {
		t.Errorf("blocked: %+v", a)
	}
}

func TestRate(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t, telegramtest.WithRate(2, time.Minute))
	chat := s.Private()
	body := `{"text":"x","chat_id":` + jsonOf(chat.ID()) + `}`
	for range 2 {
		if a := post(t, s, "sendMessage", body); !a.OK {
			t.Fatal(a.Description)
		}
	}
	if a := post(t, s, "sendMessage", body); a.Code != http.StatusTooManyRequests || a.Parameters.RetryAfter < 50 {
		t.Errorf("got %+v, want a 429 for about a minute", a)
	}
}

func TestMarks(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text string
		want []telegramtest.Entity
	}{
		{"hello", nil},
		{"/ask", []telegramtest.Entity{{Type: "bot_command", Offset: 0, Length: 4}}},
		{"/ask@some_bot x", []telegramtest.Entity{{Type: "bot_command", Offset: 0, Length: 13}}},
		{"їжак 🙂 /ask", []telegramtest.Entity{{Type: "bot_command", Offset: 8, Length: 4}}},
		{"@some_bot /ask", []telegramtest.Entity{{Type: "mention", Offset: 0, Length: 9}, {Type: "bot_command", Offset: 10, Length: 4}}},
		{"either/or 1/2 a@b_c http://x/y", nil},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			s := telegramtest.New(t)
			s.Private().Say(tt.text)
			var updates []struct {
				Message struct{ Entities []telegramtest.Entity }
			}
			if err := json.Unmarshal(post(t, s, "getUpdates", "").Result, &updates); err != nil {
				t.Fatal(err)
			}
			if got := updates[0].Message.Entities; !slices.Equal(got, tt.want) {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestReader(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	chat := s.Private()
	a := post(t, s, "sendMessage", jsonOf(map[string]any{
		"chat_id": chat.ID(), "parse_mode": "HTML",
		"text": `🙂 <b>See</b> <i><a href="https://example.org/?a=1&amp;b=2">“A &lt; B”</a></i>, please`,
	}))
	if !a.OK {
		t.Fatal(a.Description)
	}
	want := "🙂 See “A < B” (https://example.org/?a=1&b=2), please"
	if got := chat.Read()[0]; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
