package telegramtest_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"rapporteur/bot/telegram/telegramtest"
)

// client is the library's own, which does not ask who it is.
func client(t *testing.T, s *telegramtest.Server, options ...tg.Option) *tg.Bot {
	t.Helper()
	b, err := tg.New(telegramtest.Token, append(options, tg.WithServerURL(s.URL()), tg.WithSkipGetMe())...)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// found is what the tests' bot offers.
func found(text string) *models.InlineQueryResultArticle {
	return &models.InlineQueryResultArticle{
		ID: "one", Title: "One", Description: "of many", URL: "https://example.org/",
		InputMessageContent: &models.InputTextMessageContent{MessageText: text, ParseMode: models.ParseModeHTML},
		ReplyMarkup: &models.InlineKeyboardMarkup{InlineKeyboard: [][]models.InlineKeyboardButton{
			{{Text: "More", CallbackData: "more"}},
		}},
	}
}

// TestInline has the library's own client offer results in a chat the bot is not
// in, change the message chosen, and answer the press of its button.
func TestInline(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	b, ctx := client(t, s), context.Background()
	chat := s.Elsewhere("group").As(s.Person("Іван", "uk"))
	chat.Inline("tre")
	q := chat.Inline("treaty" + strings.Repeat("ї", 256))
	all := updates(t, s)
	got := all[len(all)-1].InlineQuery
	if got.ID != q.ID || len([]rune(got.Query)) != 256 || got.Offset != "" || got.ChatType != "group" || got.From.LanguageCode != "uk" {
		t.Errorf("got %+v", got)
	}
	if _, err := b.AnswerInlineQuery(ctx, &tg.AnswerInlineQueryParams{
		InlineQueryID: q.ID, Results: []models.InlineQueryResult{found("a <b>b</b>")}, CacheTime: 5, IsPersonal: true, NextOffset: "50",
	}); err != nil {
		t.Fatal(err)
	}
	offer := q.Wait()
	if !offer.Personal || offer.CacheTime != 5 || offer.NextOffset != "50" || offer.Took <= 0 {
		t.Errorf("got %+v", offer)
	}
	if r := offer.Results[0]; r.ID != "one" || r.Title != "One" || r.Description != "of many" || r.URL != "https://example.org/" || r.Message.Reader() != "a b" {
		t.Errorf("got %+v", r)
	}
	more := q.More()
	if all = updates(t, s); all[len(all)-1].InlineQuery.Offset != "50" {
		t.Errorf("got %+v", all[len(all)-1].InlineQuery)
	}
	// The library's button would carry a web_app of null, which is an action too many.
	button := with(with(results(), "inline_query_id", more.ID), "button", map[string]any{"text": "Help", "start_parameter": "help"})
	if a := post(t, s, "answerInlineQuery", jsonOf(button)); !a.OK {
		t.Fatal(a.Description)
	}
	if offer := more.Wait(); offer.Button != "Help" || offer.Start != "help" || offer.CacheTime != 300 || len(offer.Results) != 0 {
		t.Errorf("got %+v", offer)
	}

	m := q.Choose("one")
	if m.Inline == "" || m.Reader() != "a b" {
		t.Fatalf("got %+v", m)
	}
	p := chat.As(s.Person("Марта", "")).PressOn(m, "More")
	all = updates(t, s)
	press := all[len(all)-1].CallbackQuery
	if press.InlineMessageID != m.Inline || press.Message.Message != nil || press.Message.InaccessibleMessage != nil {
		t.Errorf("got %+v", press)
	}
	if _, err := b.EditMessageText(ctx, &tg.EditMessageTextParams{InlineMessageID: m.Inline, Text: "c"}); err != nil && !strings.Contains(err.Error(), "cannot unmarshal bool") {
		t.Fatal(err) // the library expects a message where there is none
	}
	if _, err := b.AnswerCallbackQuery(ctx, &tg.AnswerCallbackQueryParams{CallbackQueryID: p.ID, Text: "there"}); err != nil {
		t.Fatal(err)
	}
	if now := chat.Message(m.ID); now.Reader() != "c" || now.Edits != 1 || len(now.Buttons) != 0 || p.Wait().Text != "there" {
		t.Errorf("got %+v", now)
	}
}

// TestInlineWhereTheBotIs holds that the bot sees what was posted with its help,
// as it would any message.
func TestInlineWhereTheBotIs(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	chat := s.Private()
	q := chat.Inline("x")
	if got := updates(t, s)[0].InlineQuery; got.ChatType != "sender" {
		t.Errorf("got %+v", got)
	}
	r := article("one", "One", "x")
	if a := post(t, s, "answerInlineQuery", jsonOf(with(results(r), "inline_query_id", q.ID))); !a.OK {
		t.Fatal(a.Description)
	}
	m := q.Choose("one")
	if m.Inline != "" {
		t.Errorf("a message without buttons has the id %q", m.Inline)
	}
	all := updates(t, s)
	if got := all[len(all)-1].Message; got.ViaBot == nil || got.ViaBot.ID != telegramtest.ID || got.From.ID != chat.Person().ID || got.Text != "x" {
		t.Errorf("got %+v", got)
	}
	if a := post(t, s, "editMessageText", jsonOf(map[string]any{"chat_id": chat.ID(), "message_id": m.ID, "text": "y"})); a.Description != "Bad Request: message can't be edited" {
		t.Errorf("somebody's message, sent via the bot: %+v", a)
	}
}

func TestGuest(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	b, ctx := client(t, s), context.Background()
	chat := s.Elsewhere("supergroup")
	said := chat.Post(telegramtest.Typed{Text: "It will cost nothing."})
	g := chat.As(s.Person("Іван", "uk")).Summon(telegramtest.Typed{Text: "@" + telegramtest.Name + " is it so?", ReplyTo: said.Message})
	all := updates(t, s)
	if len(all) != 1 {
		t.Fatalf("the bot hears of %d messages in a chat it is not in, want the one", len(all))
	}
	got := all[0].GuestMessage
	if got.GuestQueryID != g.ID || got.ReplyToMessage.Text != "It will cost nothing." || got.Chat.ID != chat.ID() {
		t.Errorf("got %+v", got)
	}
	result, err := b.AnswerGuestQuery(ctx, &tg.AnswerGuestQueryParams{GuestQueryID: g.ID, Result: found("no")})
	if err != nil {
		t.Fatal(err)
	}
	m := g.Wait()
	if m.Inline != result.InlineMessageID || m.Reader() != "no" || m.ReplyTo != g.Message {
		t.Errorf("got %+v", m)
	}
	p := chat.PressOn(m, "More")
	post(t, s, "editMessageText", jsonOf(map[string]any{"inline_message_id": m.Inline, "text": "not at all"}))
	post(t, s, "answerCallbackQuery", `{"callback_query_id":"`+p.ID+`"}`)
	p.Wait()
	if got, _ := g.Answered(); got.Reader() != "not at all" {
		t.Errorf("got %+v", got)
	}
}

func TestMenus(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	b, ctx := client(t, s), context.Background()
	group := s.Group()
	list := func(name string) []models.BotCommand {
		return []models.BotCommand{{Command: name, Description: "about " + name}}
	}
	set := func(scope models.BotCommandScope, language, name string) error {
		_, err := b.SetMyCommands(ctx, &tg.SetMyCommandsParams{Commands: list(name), Scope: scope, LanguageCode: language})
		return err
	}
	for _, err := range []error{
		set(nil, "", "everybody"),
		set(nil, "uk", "usim"),
		set(&models.BotCommandScopeChatAdministrators{ChatID: group.ID()}, "", "admins"),
		set(&models.BotCommandScopeAllPrivateChats{}, "", "private"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		scope          telegramtest.Scope
		language, want string
	}{
		{telegramtest.Scope{}, "", "everybody"},
		{telegramtest.Scope{}, "uk", "usim"},
		{telegramtest.Scope{Type: "chat_administrators", Chat: group.ID()}, "", "admins"},
		{telegramtest.Scope{Type: "all_private_chats"}, "", "private"},
	} {
		if got := s.Commands(tt.scope, tt.language); !slices.Equal(got, []telegramtest.Command{{Name: tt.want, Description: "about " + tt.want}}) {
			t.Errorf("%+v %q: got %+v", tt.scope, tt.language, got)
		}
	}
	if _, err := b.DeleteMyCommands(ctx, &tg.DeleteMyCommandsParams{LanguageCode: "uk"}); err != nil {
		t.Fatal(err)
	}
	if got := s.Commands(telegramtest.Scope{}, "uk"); got != nil {
		t.Errorf("deleted, and still there: %+v", got)
	}
	for _, nobody := range []int64{5, s.Person("Іван", "").ID} {
		if err := set(&models.BotCommandScopeChat{ChatID: nobody}, "", "x"); err == nil || !strings.Contains(err.Error(), "chat not found") {
			t.Errorf("the menu of chat %d, which never wrote: %v", nobody, err)
		}
	}
}
