package telegram_test

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"slices"
	"strings"
	"testing"

	"rapporteur/bot"
	"rapporteur/bot/bottest"
	"rapporteur/bot/telegram"
	"rapporteur/bot/telegram/telegramtest"
)

// drawn is a picture of a size in pixels.
func drawn(t *testing.T, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, w, h))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func withFiles(text string, files ...bot.File) bot.Reply {
	r := say(text)
	r.Files = files
	return r
}

func csv(name string) bot.File { return bot.File{Name: name, Type: "text/csv", Data: []byte("a,b\n")} }

func TestFilesOut(t *testing.T) {
	t.Parallel()
	chart := func(w, h int) bot.File {
		return bot.File{Name: "chart.png", Type: "image/png", Data: drawn(t, w, h)}
	}
	tests := []struct {
		name   string
		file   bot.File
		faults map[string][]telegramtest.Fault
		photo  bool
		told   string // instead of the file
	}{
		{name: "a table", file: csv("refused.csv")},
		{name: "a picture", file: chart(800, 400), photo: true},
		{name: "a large picture", file: chart(6000, 4000), photo: true},
		{name: "a picture too large to be shown", file: chart(6000, 4001)},
		{name: "a narrow picture", file: chart(200, 10), photo: true},
		{name: "a picture too narrow to be shown", file: chart(201, 10)},
		{name: "what is no picture", file: bot.File{Name: "chart.png", Type: "image/png", Data: []byte("no")}},
		{name: "a picture of too many bytes", file: bot.File{Name: "chart.png", Type: "image/png", Data: append(drawn(t, 8, 8), make([]byte, 10<<20)...)}},
		{name: "a picture that is not taken", file: chart(8, 8), faults: map[string][]telegramtest.Fault{
			"sendPhoto": {{Status: 400, Description: "Bad Request: PHOTO_INVALID_DIMENSIONS"}}}},
		{name: "a picture that is not understood", file: chart(8, 8), faults: map[string][]telegramtest.Fault{
			"sendPhoto": {{Status: 400, Description: "Bad Request: IMAGE_PROCESS_FAILED"}}}},
		{name: "trouble", file: csv("refused.csv"), faults: map[string][]telegramtest.Fault{
			"sendDocument": {{Status: 502, NotJSON: true}, {Status: 429, RetryAfter: 1}, {}}}},
		{name: "refused", file: csv("refused.csv"), told: "The file refused.csv could not be sent.", faults: map[string][]telegramtest.Fault{
			"sendDocument": {{Status: 400, Description: "Bad Request: not enough rights to send documents to the chat"}}}},
		{name: "nothing in it", file: bot.File{Name: "none.csv"}, told: "The file none.csv could not be sent."},
		{name: "more than bots may send", file: bot.File{Name: "all.csv", Data: make([]byte, 50<<20+1)}, told: "The file all.csv could not be sent."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := telegramtest.New(t)
			for method, faults := range tt.faults {
				s.Fail(method, faults...)
			}
			launch(t, s, &handler{answer: handlerOf(withFiles("Here it is.", tt.file, csv("last.csv")))})
			chat := s.Group().Topic()
			asked := chat.Post(telegramtest.Typed{Text: "/files"})
			s.WaitHandled(asked.Update)
			got := chat.Messages()
			if len(got) != 3 {
				t.Fatalf("%d messages, want the text and two files: %q", len(got), chat.Read())
			}
			for i, m := range got {
				if m.ReplyTo != asked.Message || m.Thread == 0 {
					t.Errorf("message %d replies to %d in thread %d", i, m.ReplyTo, m.Thread)
				}
			}
			if f := got[2].File; f == nil || f.Name != "last.csv" || string(f.Data) != "a,b\n" {
				t.Errorf("the last is %+v", got[2])
			}
			f := got[1].File
			switch {
			case tt.told != "":
				if f != nil || got[1].Text != tt.told {
					t.Errorf("the second is %+v", got[1])
				}
			case f == nil || f.Name != tt.file.Name || !bytes.Equal(f.Data, tt.file.Data) || f.Photo != tt.photo:
				t.Errorf("the second is %q, a photo: %v", got[1].Reader(), f != nil && f.Photo)
			}
			if n := s.FaultsLeft(); n > 0 {
				t.Errorf("%d faults did not happen", n)
			}
		})
	}
}

// TestFileUnsentLanguage holds that the language is the asker's.
func TestFileUnsentLanguage(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string]string{
		"de": "Die Datei none.csv ließ sich nicht senden.", "uk": "Файл none.csv не вдалося надіслати.", "fr": "The file none.csv could not be sent.",
	} {
		s := telegramtest.New(t)
		launch(t, s, &handler{answer: handlerOf(withFiles("", bot.File{Name: "none.csv"}))})
		chat := s.Private()
		s.WaitHandled(chat.Type(telegramtest.Typed{Text: "?", Locale: lang}))
		if got := chat.Read(); !slices.Equal(got, []string{want}) {
			t.Errorf("%s: the bot said %q, want %q", lang, got, want)
		}
	}
}

func TestFilesToWhomBlocksTheBot(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	s.Fail("sendDocument", telegramtest.Fault{Status: 403, Description: "Forbidden: bot was blocked by the user"})
	launch(t, s, &handler{answer: handlerOf(withFiles("Here.", csv("a.csv"), csv("b.csv")))})
	chat := s.Private()
	s.WaitHandled(chat.Say("?"))
	if n := len(s.Calls("sendDocument")) + len(s.Calls("sendMessage")); n != 2 {
		t.Errorf("%d messages were sent or tried, want 2", n)
	}
}

// TestFilesOfEditedQuestion edits a question that was answered with files: they
// are removed and those of the new answer sent.
func TestFilesOfEditedQuestion(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	replies := map[string]bot.Reply{
		"one":   withFiles("One.", csv("a.csv"), csv("b.csv")),
		"two":   withFiles(strings.Repeat("Two, at length. ", 300), csv("c.csv")), // two messages: one where a file was
		"three": say("Three."),
	}
	h := &handler{answer: func(_ context.Context, r bot.Request) bot.Reply { return replies[r.Text] }}
	launchWith(t, telegram.Config{Token: telegramtest.Token, APIURL: s.URL(), Handler: h, Memory: bottest.Store(t, "")})
	chat := s.Private()
	asked := chat.Post(telegramtest.Typed{Text: "one"})
	s.WaitHandled(asked.Update)
	for _, text := range []string{"two", "three"} {
		// Which messages answer is noted after the update is confirmed.
		s.Wait("the answer to "+text, func() bool {
			s.WaitHandled(chat.Edit(asked.Message, text))
			got := chat.Messages()
			switch text {
			case "two":
				return len(got) == 3 && got[0].File == nil && got[1].File == nil && got[2].File != nil && got[2].File.Name == "c.csv"
			default:
				return len(got) == 1 && got[0].Text == "Three."
			}
		})
	}
}

func TestFilesOfPresses(t *testing.T) {
	t.Parallel()
	act := bot.Action{Kind: bot.More, Label: "Files", Token: "files"}
	press := func(reply bot.Reply) *handler {
		return &handler{answer: func(_ context.Context, r bot.Request) bot.Reply {
			if r.Action != "" {
				return reply
			}
			first := say("Press.")
			first.Actions = []bot.Action{act}
			return first
		}}
	}
	t.Run("below", func(t *testing.T) {
		t.Parallel()
		s := telegramtest.New(t)
		launch(t, s, press(withFiles("Here.", csv("a.csv")))) // few words, but they have to stand somewhere
		chat := s.Private()
		s.WaitHandled(chat.Say("?"))
		p := chat.Press("Files")
		s.WaitHandled(p.Update)
		if got := chat.Read(); !slices.Equal(got, []string{"Press.", "Here.", "a.csv"}) {
			t.Errorf("the bot said %q", got)
		}
		if a := p.Wait(); a.Text != "" {
			t.Errorf("it also said %q in passing", a.Text)
		}
	})
	t.Run("a file alone", func(t *testing.T) {
		t.Parallel()
		s := telegramtest.New(t)
		launch(t, s, press(bot.Reply{Kind: bot.KindNotice, Files: []bot.File{csv("a.csv")}}))
		chat := s.Private()
		s.WaitHandled(chat.Say("?"))
		s.WaitHandled(chat.Press("Files").Update)
		if got := chat.Read(); !slices.Equal(got, []string{"Press.", "a.csv"}) {
			t.Errorf("the bot said %q", got)
		}
	})
	t.Run("in place", func(t *testing.T) {
		t.Parallel()
		s := telegramtest.New(t)
		reply := withFiles("Here.", csv("a.csv"))
		reply.InPlace = true
		launch(t, s, press(reply))
		chat := s.Private()
		s.WaitHandled(chat.Say("?"))
		s.WaitHandled(chat.Press("Files").Update)
		if got := chat.Read(); !slices.Equal(got, []string{"Here."}) {
			t.Errorf("the bot said %q", got)
		}
	})
}

// TestFilesOfGuests holds that the text stays where no files can be sent.
func TestFilesOfGuests(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	launch(t, s, &handler{answer: handlerOf(withFiles("Here.", csv("a.csv")))})
	s.WaitHandled(s.Private().Say("?"))
	g := s.Elsewhere("supergroup").Summon(telegramtest.Typed{Text: "@" + telegramtest.Name + " where?"})
	if got := g.Wait(); got.Text != "Here." {
		t.Errorf("the bot said %q", got.Text)
	}
	s.WaitHandled(g.Update)
	if n := len(s.Calls("sendDocument")); n != 1 {
		t.Errorf("%d files were sent, want that to the private chat", n)
	}
}
