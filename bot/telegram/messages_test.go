package telegram_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"

	"rapporteur/bot"
	"rapporteur/bot/bottest"
	"rapporteur/bot/telegram/telegramtest"
)

// scene is what a person does, and what they then see of the bot.
type scene struct {
	name     string
	language string // of the person; "" is English
	sample   bool   // the bot has the made-up texts instead of those that come with it
	group    bool   // in a group that the person administers
	before   string // said first, to change settings
	say      string
	forward  bool     // what is said is forwarded from somebody else
	inline   bool     // what is said is typed after the bot's name, elsewhere
	press    []string // labels of the buttons pressed then, one after another
}

var scenes = []scene{
	{name: "answer", say: spending},
	{name: "answer-several", say: "What did European officials say about territory?"},
	{name: "answer-preview", sample: true, group: true, before: "/settings preview:on", say: "@" + telegramtest.Name + " How much will the bridge cost in 2026?"},
	{name: "answer-uk", language: "uk", sample: true, say: "Коли збудують міст через Бистру?"},
	{name: "answer-de", language: "de", say: spending},
	{name: "answer-hostile", sample: true, say: "What did the *engineers* write, <b>&</b> why?"},
	{name: "refusal-near", say: "What did the dinner in Berlin on 14 December cost?"},
	{name: "refusal-nothing", say: "Who won the chess olympiad in Reykjavik?"},
	{name: "refusal-uk", language: "uk", say: "Що подавали на вечерю в Берліні?"},
	{name: "refusal-de", language: "de", say: "Was kostete das Abendessen in Berlin am 14. Dezember?"},
	{name: "told", say: "What did the dinner in Berlin on 14 December cost?", press: []string{"Tell me when it appears"}},
	{name: "context", say: spending, press: []string{"Context"}},
	{name: "source", say: spending, press: []string{"Source"}},
	{name: "more", say: spending, press: []string{"More quotes"}},
	{name: "forwarded", forward: true, say: claimed},
	{name: "check", forward: true, say: claimed, press: []string{"Verify against the sources"}},
	{name: "settings", group: true, say: "/settings"},
	{name: "settings-uk", language: "uk", group: true, say: "/settings"},
	{name: "settings-de", language: "de", group: true, say: "/settings"},
	{name: "sources", say: "/sources"},
	{name: "help", say: "/help"},
	{name: "help-uk", language: "uk", say: "/help"},
	{name: "pick", inline: true, say: spending},
	{name: "pick-none", inline: true, say: "What did the dinner in Berlin on 14 December cost?"},
	{name: "error", say: spending + " since:yesterday"},
	{name: "source-long", language: "uk", sample: true, say: "/source long"},
}

const (
	spending = "How much will Ukraine spend on defence in 2026?"
	claimed  = "Ukraine will spend $120 billion on defence in 2026! The dinner in Berlin was paid by the king of Sylvania. Europe leads the multinational force."
)

// sight is what can be seen of the bot: what golden files hold, and pictures are
// drawn of (testdata/preview).
type sight struct {
	Group    bool          `json:"group,omitempty"`    // it is seen in a group
	Question string        `json:"question,omitempty"` // what the first message replies to
	Offered  []offered     `json:"offered,omitempty"`  // to pick from
	Start    string        `json:"start,omitempty"`    // the button above what is offered
	Messages []liveMessage `json:"messages,omitempty"`
	Toast    string        `json:"toast,omitempty"` // said in passing
}

type offered struct {
	Title string `json:"title"`
	Text  string `json:"text"`
}

// liveMessage is a message as it stands.
type liveMessage struct {
	HTML     string     `json:"html"`
	Length   int        `json:"length"` // of the text that is read, in UTF-16 units
	Keyboard [][]string `json:"keyboard,omitempty"`
	Preview  string     `json:"preview,omitempty"` // the address that is shown with a preview
}

// TestMessages compares what people see with the golden files. The kit fails it
// for whatever Telegram would refuse or drop.
func TestMessages(t *testing.T) {
	t.Parallel()
	bundled, sample := telegramtest.New(t), telegramtest.New(t)
	launch(t, bundled, bottest.NewBundled(t, nil))
	launch(t, sample, bottest.NewBot(t, bottest.KeptIn(t, "")))
	for _, sc := range scenes {
		t.Run(sc.name, func(t *testing.T) {
			s := bundled
			if sc.sample {
				s = sample
			}
			compare(t, sc.name, sc.play(t, s))
		})
	}
	t.Run("answer-long", func(t *testing.T) { compare(t, "answer-long", long(t)) })
	t.Run("news", func(t *testing.T) { compare(t, "news", news(t)) })
}

// play does what the scene says and looks at what comes of it.
func (sc scene) play(t *testing.T, s *telegramtest.Server) sight {
	person := s.Person("Olena", sc.language)
	if sc.language == "" {
		person = s.Person("Olena", "en")
	}
	if sc.inline {
		q := s.Elsewhere("supergroup").As(person).Inline(sc.say)
		offer := q.Wait()
		seen := sight{Start: offer.Button, Messages: []liveMessage{stand(t, q.Choose(offer.Results[0].ID))}}
		for _, r := range offer.Results[:min(3, len(offer.Results))] { // those that are seen without scrolling
			seen.Offered = append(seen.Offered, offered{r.Title, r.Description})
		}
		return seen
	}
	chat := person.Private()
	if sc.group {
		group := s.Group()
		group.Admin(person)
		chat = group.As(person)
	}
	if sc.before != "" {
		s.WaitHandled(chat.Say(sc.before))
	}
	first := len(chat.Messages())
	said := telegramtest.Typed{Text: sc.say}
	if sc.forward {
		said.Forwarded = &telegramtest.Origin{Hidden: "Rufus"}
	}
	s.WaitHandled(chat.Type(said))
	seen := sight{Group: sc.group}
	for _, label := range sc.press {
		p := chat.Press(label)
		s.WaitHandled(p.Update)
		seen.Toast = p.Wait().Text
	}
	for _, m := range chat.Messages()[first:] {
		if m.ReplyTo != 0 {
			seen.Question = sc.say
		}
		seen.Messages = append(seen.Messages, stand(t, m))
	}
	return seen
}

// long answers with a quote that one message does not hold.
func long(t *testing.T) sight {
	s, h := telegramtest.New(t), echo()
	h.answer = handlerOf(bot.Reply{
		Kind: bot.KindAnswer,
		Blocks: []bot.Block{bot.Cite{
			Text: strings.TrimSpace(strings.Repeat(bottest.Ukrainic+" ", 60)), Lead: true,
			Source: "Вісті, «Міст через Бистру»", Date: "18 грудня 2025 року", Link: "https://example.org/міст",
		}},
		Actions: []bot.Action{{Label: "Контекст", Token: "context"}, {Label: "Джерело", Token: "source"}},
	})
	launch(t, s, h)
	return scene{say: "Коли збудують міст?"}.play(t, s)
}

// news lets somebody ask to be told what only a bot with other texts can answer.
func news(t *testing.T) sight {
	s, kept := telegramtest.New(t), bottest.KeptIn(t, "")
	chat := s.Person("Olena", "en").Private()
	before := launch(t, s, bottest.NewBot(t, kept))
	s.WaitHandled(chat.Say(spending))
	s.WaitHandled(chat.Press("Tell me when it appears").Update)
	if err := before.end(t); err != nil {
		t.Fatal(err)
	}
	told := len(chat.Messages())
	b := bottest.NewBundled(t, kept)
	after := launch(t, s, b)
	if _, err := b.Announce(context.Background(), map[string]bot.Sender{"telegram": after}); err != nil {
		t.Fatal(err)
	}
	var seen sight
	for _, m := range chat.Messages()[told:] {
		seen.Messages = append(seen.Messages, stand(t, m))
	}
	return seen
}

// startToken is a token in a link. It changes with the texts, so that golden
// files leave it out.
var startToken = regexp.MustCompile(`(\?start=)([^"&]*)`)

// stand describes a message, and holds it to what a picture does not show.
func stand(t *testing.T, m telegramtest.Message) liveMessage {
	t.Helper()
	out := liveMessage{
		HTML:     startToken.ReplaceAllString(m.HTML, "${1}token"),
		Length:   len(utf16.Encode([]rune(m.Text))),
		Keyboard: m.Labels(),
	}
	if !m.Preview.Disabled {
		out.Preview = m.Preview.URL
	}
	tokens := []string{}
	for _, found := range startToken.FindAllStringSubmatch(m.HTML, -1) {
		tokens = append(tokens, found[2])
	}
	for _, row := range m.Buttons {
		longest := 0
		for _, b := range row {
			longest = max(longest, len([]rune(b.Text)))
			tokens = append(tokens, b.Data)
		}
		// 345 points of a small telephone shared equally, 8 to a character.
		if space := (345-5*(len(row)-1))/len(row) - 16; longest*8 > space {
			t.Errorf("the longest label of %q has %d characters, and %d points: it is cut", row, longest, space)
		}
	}
	const room = 64 // Bot API, InlineKeyboardButton, callback_data; features, “Deep linking”
	for _, token := range tokens {
		if token == "" || len(token) > room {
			t.Errorf("the token %q has %d characters, want 1 to %d", token, len(token), room)
		}
	}
	if m.HTML == "" || out.Length > 4096 {
		t.Errorf("a message of %d units, with the markup %q", out.Length, m.HTML)
	}
	return out
}

// compare compares with, or with -update writes, a golden file.
func compare(t *testing.T, name string, got sight) {
	t.Helper()
	if len(got.Messages) == 0 {
		t.Fatal("there is nothing to see")
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(got); err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("testdata", "messages", name+".json")
	if *update {
		if err := os.WriteFile(golden, b.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(b.Bytes(), want) {
		t.Errorf("got\n%s\nwant\n%s", b.Bytes(), want)
	}
}
