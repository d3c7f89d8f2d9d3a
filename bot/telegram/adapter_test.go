package telegram_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/bottest"
	"rapporteur/bot/telegram"
	"rapporteur/bot/telegram/telegramtest"
)

func TestConversations(t *testing.T) {
	t.Parallel()
	bottest.Run(t, func(t *testing.T, h bot.Handler) bottest.Platform {
		s := telegramtest.New(t)
		p := s.Platform()
		p.Idle = launch(t, s, h).Idle
		return p
	})
}

func TestRequests(t *testing.T) {
	t.Parallel()
	const me = "@" + telegramtest.Name
	private := func(text string) bot.Request { return bot.Request{Direct: true, Text: text} }
	group := func(text string) bot.Request { return bot.Request{Text: text} }
	addressed := func(text string) bot.Request { return bot.Request{Addressed: true, Text: text} }
	tests := []struct {
		name  string
		group bool
		typed telegramtest.Typed
		want  *bot.Request // nil: not for the bot
	}{
		{"private text", false, telegramtest.Typed{Text: "що вирішили в Женеві?"}, new(private("що вирішили в Женеві?"))},
		{"locale", false, telegramtest.Typed{Text: "привіт", Locale: "uk"}, new(bot.Request{Direct: true, Text: "привіт", Locale: "uk"})},
		{"private command", false, telegramtest.Typed{Text: "/ask where?"}, new(private("/ask where?"))},
		{"start", false, telegramtest.Typed{Text: "/start"}, new(private("/start"))},
		{"private command by name", false, telegramtest.Typed{Text: "/ask" + me + " where?"}, new(private("/ask" + me + " where?"))},
		{"private mention", false, telegramtest.Typed{Text: me + " where?"}, new(bot.Request{Direct: true, Addressed: true, Text: "where?"})},
		{"caption", false, telegramtest.Typed{Text: "what is this?", Caption: true}, new(private("what is this?"))},
		{"lines and spaces stay", false, telegramtest.Typed{Text: "one\n two "}, new(private("one\n two "))},

		{"chat among people", true, telegramtest.Typed{Text: "hello all"}, nil},
		{"a path is no command", true, telegramtest.Typed{Text: "either/or is 1/2"}, nil},
		{"group command", true, telegramtest.Typed{Text: "/ask where?"}, new(group("/ask where?"))},
		{"group command by name", true, telegramtest.Typed{Text: "/ask" + me + " where?"}, new(group("/ask" + me + " where?"))},
		{"command for another bot", true, telegramtest.Typed{Text: "/ask@other_bot where?"}, new(group("/ask@other_bot where?"))},
		{"command after Cyrillic", true, telegramtest.Typed{Text: "Добрий день 🙂 /ask де?"}, new(group("Добрий день 🙂 /ask де?"))},
		{"command in a caption", true, telegramtest.Typed{Text: "see /ask where?", Caption: true}, new(group("see /ask where?"))},
		{"command on an unmarking server", true, telegramtest.Typed{Text: "/ask where?", Unmarked: true}, new(group("/ask where?"))},
		{"leading mention", true, telegramtest.Typed{Text: me + " де?"}, new(addressed("де?"))},
		{"leading mention in capitals", true, telegramtest.Typed{Text: strings.ToUpper(me) + ": де?"}, new(addressed("де?"))},
		{"leading mention unmarked", true, telegramtest.Typed{Text: me + ", де?", Unmarked: true}, new(addressed("де?"))},
		{"mention within", true, telegramtest.Typed{Text: "а ти, " + me + ", знаєш?"}, new(addressed("а ти, " + me + ", знаєш?"))},
		{"mention alone", true, telegramtest.Typed{Text: me}, new(addressed(""))},
		{"mention before a command", true, telegramtest.Typed{Text: me + " /ask де?"}, new(addressed("/ask де?"))},
		{"a longer name", true, telegramtest.Typed{Text: me + "2 де"}, nil},
		{"an address", true, telegramtest.Typed{Text: "write to a" + me}, nil},
		{"reply", true, telegramtest.Typed{Text: "а чому?", ReplyTo: 1}, new(addressed("а чому?"))},

		{"another bot", false, telegramtest.Typed{Text: "/ask where?", FromBot: true}, nil},
		{"no words", false, telegramtest.Typed{Text: ""}, nil},
		{"only spaces", false, telegramtest.Typed{Text: " \n "}, nil},
		{"service message", true, telegramtest.Typed{Extra: map[string]any{"new_chat_title": "/ask"}}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, h := telegramtest.New(t), echo()
			launch(t, s, h)
			chat := s.Private()
			if tt.group {
				chat = s.Group()
				chat.Plant()
			}
			s.WaitHandled(chat.Type(tt.typed))
			got := h.requests()
			if tt.want == nil {
				if len(got) > 0 || len(chat.Messages()) > 0 {
					t.Fatalf("the bot was asked %+v", got)
				}
				return
			}
			if len(got) != 1 {
				t.Fatalf("the bot was asked %d times, want once", len(got))
			}
			want := *tt.want
			want.Platform, want.Self, want.Room, want.InPlace = "telegram", telegramtest.Name, 64, true
			if got[0].Manages = nil; tt.group {
				want.Group, want.Space = true, got[0].Chat
			}
			if got[0].User == "" || got[0].Chat == "" {
				t.Errorf("no user or chat in %+v", got[0])
			}
			want.User, want.Chat = got[0].User, got[0].Chat
			if !reflect.DeepEqual(got[0], want) {
				t.Errorf("got  %+v\nwant %+v", got[0], want)
			}
			said := strings.ReplaceAll(strings.Join(chat.Read(), "\n"), "\u2060", "") // which keeps names from calling anybody
			if said != strings.TrimSpace("> "+want.Text) {
				t.Errorf("the bot said %q", said)
			}
		})
	}
}

// TestNotAsked covers updates that are nobody's question. They arrive although
// the bot has not asked for them, as those from before its first poll do.
func TestNotAsked(t *testing.T) {
	t.Parallel()
	s, h := telegramtest.New(t), echo()
	channel := s.Channel()
	channel.Say("/ask posted")
	last := s.Raw("poll_answer", map[string]any{"poll_id": "1"})
	launch(t, s, h)
	s.WaitHandled(last)
	if got := h.requests(); len(got) > 0 {
		t.Errorf("the bot was asked %+v", got)
	}
}

func TestSilence(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	launch(t, s, answering(func(bot.Request) string { return "" }))
	chat := s.Group()
	s.WaitHandled(chat.Say("/ask@other_bot where?"))
	if got := chat.Read(); len(got) > 0 {
		t.Errorf("the bot said %q", got)
	}
}

func TestAnswerQuotesTheQuestion(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	launch(t, s, echo())
	chat := s.Group()
	before := chat.Plant()
	s.WaitHandled(chat.Mention("where?"))
	got := chat.Messages()
	if len(got) != 1 || got[0].ReplyTo != before+1 {
		t.Errorf("got %+v, want a reply to message %d", got, before+1)
	}
	preview, _ := s.Calls("sendMessage")[0].Params["link_preview_options"].(map[string]any)
	if preview["is_disabled"] != true {
		t.Error("the link preview is not disabled")
	}
}

func TestTopics(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	launch(t, s, echo())
	group := s.Group()
	topic := group.Topic()
	s.WaitHandled(topic.Say("/ask one"), group.General().Say("/ask two"), group.Say("/ask three"))
	var threads []int64
	for _, m := range group.Messages() {
		threads = append(threads, m.Thread)
	}
	if want := []int64{topic.Messages()[0].Thread, 0, 0}; !slices.Equal(threads, want) || want[0] == 0 {
		t.Errorf("threads %v, want %v", threads, want)
	}

	// A thread outside of a topic is a chain of replies: nothing can be sent to it.
	s.WaitHandled(group.Type(telegramtest.Typed{Text: "/ask four", Extra: map[string]any{"message_thread_id": 77}}))
	if got := group.Read(); len(got) != 4 {
		t.Errorf("the bot said %q", got)
	}
}

func TestTopicDeletedMeanwhile(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	topic := s.Group().Topic()
	launch(t, s, answering(func(r bot.Request) string {
		topic.Delete()
		return "here"
	}))
	s.WaitHandled(topic.Say("/ask one"))
	if got := topic.Messages(); len(got) != 1 || got[0].Thread != 0 {
		t.Errorf("got %+v, want one message outside of the topic", got)
	}
}

func TestLongAnswer(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	// Sentences with a character of two UTF-16 units, so that a wrong measure shows.
	sentence := "Сторони домовилися зустрітися знову 𝐬𝐨𝐨𝐧. "
	text := strings.TrimSpace(strings.Repeat(sentence, 500))
	launch(t, s, answering(func(bot.Request) string { return text }))
	chat := s.Private()
	s.WaitHandled(chat.Say("everything"))
	got := chat.Messages()
	if len(got) < 5 {
		t.Fatalf("%d messages, want several", len(got))
	}
	words := strings.Fields(text)
	for i, m := range got {
		for _, w := range strings.Fields(m.Text) {
			if len(words) == 0 || words[0] != w {
				t.Fatalf("message %d: %q out of order or lost", i, w)
			}
			words = words[1:]
		}
		if (m.ReplyTo != 0) != (i == 0) {
			t.Errorf("message %d replies to %d", i, m.ReplyTo)
		}
	}
	if len(words) > 0 {
		t.Errorf("%d words are lost", len(words))
	}
}

func TestManyEntities(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t) // fails the test on a message with over a hundred
	var list bot.List
	for range 250 {
		list.Items = append(list.Items, bot.Item{Term: "x", Text: "y", Link: "https://example.org/"})
	}
	h := echo()
	h.answer = handlerOf(bot.Reply{Kind: bot.KindNotice, Blocks: []bot.Block{list}})
	launch(t, s, h)
	chat := s.Private()
	s.WaitHandled(chat.Say("everything"))
	n := 0
	for _, m := range chat.Messages() {
		n += len(m.Entities)
	}
	if n != 500 {
		t.Errorf("%d entities arrived, want 500", n)
	}
}

func TestNothingToSee(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	launch(t, s, answering(func(r bot.Request) string { return " \n\u200b\u00a0" }))
	chat := s.Private()
	s.WaitHandled(chat.Say("hello"))
	if got := s.Calls("sendMessage"); len(got) > 0 {
		t.Errorf("an empty message was sent: %v", got)
	}
}

func TestTyping(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	chat := s.Group().Topic()
	launch(t, s, answering(func(bot.Request) string {
		s.Wait("typing to show", func() bool { return chat.Typing() > 0 })
		return "done"
	}), func(a *telegram.Adapter) { a.ShowTypingAfter(time.Millisecond) })
	s.WaitHandled(chat.Say("/ask slowly"))
	if got := chat.Read(); len(got) != 1 {
		t.Errorf("the bot said %q", got)
	}
}

func TestNoTypingForQuickAnswers(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	chat := s.Private()
	launch(t, s, echo(), func(a *telegram.Adapter) { a.ShowTypingAfter(time.Minute) })
	s.WaitHandled(chat.Say("quickly"))
	if n := chat.Typing(); n > 0 {
		t.Errorf("typing shown %d times", n)
	}
}

func TestHostileText(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`<b>not bold</b> & <script>alert("x")</script>`,
		`</b></blockquote><a href="tg://user?id=1">x</a>`,
		`&lt; &amp; &#60; &quot; &nbsp; &`,
		"<!-- comment --> <![CDATA[x]]> <",
		`*bold* _italic_ [link](https://example.org) ||spoiler||`,
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			s, h := telegramtest.New(t), echo()
			h.answer = handlerOf(bot.Reply{Kind: bot.KindAnswer, Blocks: []bot.Block{
				bot.Para{Text: text, Style: bot.Strong},
				bot.Cite{Label: text, Text: text, Source: text, Link: `https://example.org/?a="><b>&b=1`, Notes: []bot.Note{{Text: text}}},
				bot.List{Items: []bot.Item{{Term: text, Text: text}}},
			}})
			launch(t, s, h)
			chat := s.Private()
			s.WaitHandled(chat.Say("?"))
			got := chat.Messages()
			if len(got) != 1 || strings.Count(got[0].Text, text) != 7 {
				t.Errorf("got %+v, want the text seven times", got)
			}
		})
	}
}
