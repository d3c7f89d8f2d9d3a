package discord

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode"

	"rapporteur/bot"
	"rapporteur/bot/adapter"
	"rapporteur/bot/bottest"
	"rapporteur/bot/discord/discordtest"
	"rapporteur/corpus"
	"rapporteur/corpus/texts"
)

// layouts are the layouts by the names of their golden files' folders.
var layouts = map[string]layout{"components": components, "embeds": embeds}

// The routes by which messages go out: a reply, and an edited acknowledgement.
var routes = []struct{ method, route string }{
	{"POST", "/channels/{channel_id}/messages"},
	{"PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/@original"},
}

const (
	open    = "Open the passage"
	basedOn = "https://continental-defence.com/berlin-talks-signal-progress-on-ukraine-peace-framework-and-security-guarantees"
	bridge  = "https://example.org/bridge#:~:text=The%20finance%20ministry"
)

func day(s string) corpus.Date {
	d, err := corpus.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// quoted is a quote of the bundled texts.
func quoted(title, text, place string) bot.Cite {
	return bot.Cite{
		Text:      text,
		Source:    "Rapporteur, “" + title + "”",
		Date:      "16 December 2025",
		Published: day("2025-12-16"),
		Open:      open,
		Notes:     []bot.Note{{Text: place}, {Text: "based on continental-defence.com", Link: basedOn}},
	}
}

// linked is a quote from a page.
func linked(text string) bot.Cite {
	return bot.Cite{
		Text: text, Source: "Freedonia Post, “The bridge”", Date: "16 December 2025", Published: day("2025-12-16"), Link: bridge, Open: open,
		Notes: []bot.Note{{Text: "bridge, bytes 14–102"}},
	}
}

func lead(c bot.Cite) bot.Cite { c.Lead = true; return c }

func labelled(label string, c bot.Cite) bot.Cite { c.Label = label; return c }

func action(kind bot.ActionKind, label string) bot.Action {
	return bot.Action{Kind: kind, Label: label, Token: fmt.Sprintf("token-%d", kind)}
}

var (
	spending = quoted("Who pays for Ukraine's defence, and how much",
		"Ukrainian officials said on Tuesday that Ukraine would spend a projected $120 billion on defence in 2026.", "who-pays, bytes 360–465")
	half = quoted("Who pays for Ukraine's defence, and how much",
		"Of the projected $120 billion, international partners were expected to pay half, Ukrainian officials said.", "who-pays, bytes 466–572")
	force = quoted("A multinational force for Ukraine",
		"Under the joint statement, Europe would lead the multinational force for Ukraine and the United States would support it.", "multinational-force, bytes 689–809")

	next = []bot.Action{action(bot.More, "More quotes"), action(bot.Context, "Context"), action(bot.Origin, "Source"),
		action(bot.Helpful, "Helpful"), action(bot.NotHelpful, "Not helpful")}
)

// replies are what the bot says in its ways, with the texts the handler has.
func replies() map[string]bot.Reply {
	half := half
	half.Notes = half.Notes[:1]
	stated := linked(bottest.Budget)
	stated.Date, stated.Published = "16 December 2025, 10:30", day("2025-12-16T10:30:00Z")
	around := half
	around.Text = spending.Text + " " + half.Text
	around.Mark = corpus.Range{Start: len(spending.Text) + 1, End: len(around.Text)}
	strong := func(s string) bot.Para { return bot.Para{Text: s, Style: bot.Strong} }
	small := func(s string) bot.Para { return bot.Para{Text: s, Style: bot.Small} }
	return map[string]bot.Reply{
		"answer": {Kind: bot.KindAnswer, Question: "How much will Ukraine spend on defence in 2026?", Actions: next,
			Blocks: []bot.Block{lead(spending)}},
		"answer-three": {Kind: bot.KindAnswer, Question: "What will the bridge cost?", Actions: next,
			Blocks: []bot.Block{lead(linked(bottest.Budget)), labelled("Also", linked(bottest.Half)), stated}},
		"answer-cyrillic": {Kind: bot.KindAnswer, Question: "Коли збудують міст через Бистру?",
			Actions: []bot.Action{action(bot.Context, "Контекст"), action(bot.Origin, "Джерело"), action(bot.Helpful, "Допомогло"), action(bot.NotHelpful, "Не допомогло")},
			Blocks: []bot.Block{bot.Cite{Text: bottest.Ukrainic, Lead: true, Source: "Вісті, “Міст через Бистру”", Date: "18 грудня 2025", Published: day("2025-12-18"),
				Link: "https://example.org/міст#:~:text=Міністр", Open: "Відкрити уривок", Notes: []bot.Note{{Text: "міст, байти 0–140"}}}}},
		"answer-long": {Kind: bot.KindAnswer, Question: "What does the whole paragraph say?", Actions: next,
			Blocks: []bot.Block{lead(linked(strings.Repeat(bottest.Budget+" ", 60))), labelled("Also", linked(strings.Repeat(bottest.Half+"\n", 40)))}},
		"answer-hostile": {Kind: bot.KindAnswer, Question: "what did *they* \n# write to <@1>, @everyone?", Actions: next[:1],
			Blocks: []bot.Block{bot.Cite{Text: bottest.Hostile, Lead: true, Source: "“Notes * <i>of</i> [engineers]”", Date: "17 December 2025", Published: day("2025-12-17"),
				Link: "https://example.org/a b\"(c)#:~:text=*x*", Open: open, Mark: corpus.Range{Start: 4, End: 15}}}},
		"refusal": {Kind: bot.KindRefusal, Question: "What did the dinner cost?",
			Actions: []bot.Action{action(bot.Tell, "Tell me when it appears"), action(bot.Context, "Context"), action(bot.Origin, "Source")},
			Blocks: []bot.Block{strong("The sources do not say."), bot.Para{Text: "I searched 24 texts, dated 16 December 2025."}, bot.Para{Text: "No text contains: “dinner”."},
				labelled("The nearest passage, which may not answer the question:", spending)}},
		"refusal-word": {Kind: bot.KindRefusal, Question: "force", Actions: []bot.Action{action(bot.Context, "Context"), action(bot.Origin, "Source")},
			Blocks: []bot.Block{strong("One word is not much of a question. Please ask in a few words more."), bot.Para{Text: "I searched 24 texts, dated 16 December 2025."},
				labelled("The nearest passage, which may not answer the question:", force), labelled("Also", half)}},
		"help": {Kind: bot.KindNotice, Blocks: []bot.Block{
			bot.Para{Text: "I answer questions about the talks with verbatim quotes from source texts. I write nothing of my own about what anybody said; when the sources do not say, I tell you so."},
			bot.Para{Text: "For example: How much will Ukraine spend on defence in 2026?"},
			bot.List{Items: []bot.Item{{Term: "/ask question", Text: "Ask a question; the answer is a verbatim quote"}, {Term: "/search words", Text: "Find passages by words"}, {Term: "/latest", Text: "The newest texts"}}},
			small("Filters go with the question: source:ID since:2025-12-14 before:2025-12-31 lang:en. What stands in “quotation marks” must occur word for word.")}},
		"list": {Kind: bot.KindNotice, Blocks: []bot.Block{strong("3 texts"), bot.List{Items: []bot.Item{
			{Term: "bridge", Text: "Freedonia Post, “The bridge”, 16 December 2025", Link: "https://example.org/bridge"},
			{Term: "who-pays", Text: "Rapporteur, “Who pays for Ukraine's defence, and how much”, 16 December 2025"},
			{Term: "міст", Text: "Вісті, “Міст через Бистру”, 18 December 2025", Link: "https://example.org/міст"}}},
			small("And 5 more. Add words of a title or publisher to narrow the list.")}},
		"source": {Kind: bot.KindNotice, Blocks: []bot.Block{strong("The bridge"), bot.List{Items: []bot.Item{
			{Term: "id", Text: "bridge"}, {Term: "published", Text: "16 December 2025"}, {Term: "address", Text: "https://example.org/bridge", Link: "https://example.org/bridge"}}},
			bot.Cite{Text: bottest.Budget + " " + bottest.Half, Link: bridge}, bot.Cite{Text: bottest.Opening, Link: "https://example.org/bridge#:~:text=Captain"},
			small("2 more passages are not shown.")}},
		"check": {Kind: bot.KindNotice, Blocks: []bot.Block{strong("The passage nearest to each claim"),
			small("Whether a passage bears a claim out is for you to judge; a claim that is in no text may be true all the same."),
			bot.Para{Text: "Claimed: “Ukraine will spend $120 billion on defence in 2026.”"}, spending,
			bot.Para{Text: "Claimed: “The dinner in Berlin cost a fortune.”"}, small("No passage comes near it."),
			bot.Para{Text: "Claimed: “Europe leads the multinational force.”"}, force}},
		"settings": {Kind: bot.KindNotice, Private: true, Blocks: []bot.Block{strong("Settings of this server"), bot.List{Items: []bot.Item{
			{Term: "Language:", Text: "that of whoever asks"}, {Term: "How sure:", Text: "careful: refuses more often"},
			{Term: "I answer in:", Places: []bot.Place{{ID: "1400000000000000011"}, {ID: "1400000000000000012"}}},
			{Term: "May change this, besides those who manage the server:", Places: []bot.Place{{Role: true, ID: "1400000000000000013"}}}}},
			small("Use the options of /settings to change them. They hold at once.")}},
		"context": {Kind: bot.KindNotice, Private: true, Actions: []bot.Action{action(bot.Origin, "Source")},
			Blocks: []bot.Block{strong("The quote and what stands around it"), around}},
		"private": {Kind: bot.KindNotice, Private: true, Actions: []bot.Action{action(bot.StopTelling, "Do not tell me")},
			Blocks: []bot.Block{bot.Para{Text: "I will write to you, once, when the texts answer “What did the dinner cost?”."}}},
		"error": {Kind: bot.KindError, Blocks: []bot.Block{
			bot.Para{Text: "Something went wrong on my side; it was not your question. If it happens again, give the operator the code 7F3A."}}},
	}
}

// TestCompose compares the messages a reply becomes with the golden files, and
// holds each to the rules.
func TestCompose(t *testing.T) {
	t.Parallel()
	for name, reply := range replies() {
		for folder, l := range layouts {
			t.Run(folder+"/"+name, func(t *testing.T) {
				messages := compose(reply, l)
				if len(messages) == 0 {
					t.Fatal("nothing is shown")
				}
				var b bytes.Buffer
				enc := json.NewEncoder(&b)
				enc.SetEscapeHTML(false)
				enc.SetIndent("", "  ")
				if err := enc.Encode(messages); err != nil {
					t.Fatal(err)
				}
				golden(t, folder+"/"+name+".json", strings.TrimSuffix(b.String(), "\n"))
				for _, m := range messages {
					check(t, m)
				}
				all := read(t, messages)
				for _, want := range shown(reply) {
					if !strings.Contains(squeeze(all), squeeze(want)) {
						t.Errorf("%q is not shown in\n%s", want, all)
					}
				}
			})
		}
	}
}

// TestGoldenQuotes makes sure that what the pictures show stands in the texts.
func TestGoldenQuotes(t *testing.T) {
	t.Parallel()
	var all strings.Builder
	files, _ := fs.Glob(texts.FS, "*.md")
	for _, name := range files {
		data, err := texts.FS.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(data)
	}
	for _, c := range []bot.Cite{spending, half, force} {
		if !strings.Contains(all.String(), c.Text) {
			t.Errorf("%q stands in no text", c.Text)
		}
	}
}

// check holds a message to the rules and the specification, as a reply and as
// an edited acknowledgement.
func check(t *testing.T, m content) {
	t.Helper()
	body, err := json.Marshal(struct {
		content
		AllowedMentions silence `json:"allowed_mentions"`
	}{content: m})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range routes {
		discordtest.CheckMessage(t, r.method, r.route, body)
	}
}

// read returns what a person sees of messages.
func read(t *testing.T, messages []content) string {
	t.Helper()
	var out []string
	for _, m := range messages {
		embeds, err := json.Marshal(m.Embeds)
		if err != nil {
			t.Fatal(err)
		}
		components, err := json.Marshal(m.Components)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, discordtest.ReadMessage(m.Content, embeds, components))
	}
	return strings.Join(out, "\n")
}

// shown lists the texts of a reply that a person must find.
func shown(r bot.Reply) []string {
	list := []string{strings.Join(strings.Fields(r.Question), " ")}
	for _, b := range r.Blocks {
		switch b := b.(type) {
		case bot.Para:
			list = append(list, b.Text)
		case bot.Cite:
			list = append(list, b.Label, b.Text, b.Source)
			if b.Published.DayOnly {
				list = append(list, b.Date)
			}
			for _, n := range b.Notes {
				list = append(list, n.Text, n.Link)
			}
		case bot.List:
			for _, it := range b.Items {
				list = append(list, it.Term, it.Text)
			}
		}
	}
	for _, a := range r.Actions {
		list = append(list, "["+a.Label+"]")
	}
	return list
}

// squeeze leaves out what splitting and setting may change: space.
func squeeze(s string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsSpace(c) {
			return -1
		}
		return c
	}, s)
}

// TestDates: a moment is left to Discord, a day is not.
func TestDates(t *testing.T) {
	t.Parallel()
	noon := time.Date(2025, 12, 16, 12, 0, 0, 0, time.UTC).Unix()
	for _, tt := range []struct {
		name string
		cite bot.Cite
		want string
	}{
		{"a day", bot.Cite{Date: "16 December 2025", Published: day("2025-12-16")}, fmt.Sprintf("16 December 2025 (<t:%d:R>)", noon)},
		{"a day not written out", bot.Cite{Published: day("2025-12-16")}, fmt.Sprintf("2025-12-16 (<t:%d:R>)", noon)},
		{"a moment", bot.Cite{Date: "16 December 2025", Published: day("2025-12-16T14:00:00+02:00")}, fmt.Sprintf("<t:%d:f>", noon)},
		{"unknown", bot.Cite{Date: "un_dated_"}, `un\_dated\_`},
		{"none", bot.Cite{}, ""},
	} {
		if got := date(tt.cite); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestButtonURL: a button leads where the link does, or to its page, or there
// is no button.
func TestButtonURL(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", maxButtonURL)
	for target, want := range map[string]string{
		bridge:                            bridge,
		"https://example.org/p#" + long:   "https://example.org/p",
		"https://example.org/" + long:     "",
		"https://example.org/міст":        "https://example.org/%D0%BC%D1%96%D1%81%D1%82",
		"https://приклад.укр/a":           "",
		"https://localhost/a":             "",
		"https://":                        "",
		"https://example.org/%zz":         "",
		"javascript:alert(1)":             "",
		"https://example.org/a b\"<c>":    "https://example.org/a%20b%22%3Cc%3E",
		"ftp://example.org":               "",
		"":                                "",
		"https://example.org:8443/?q=a&b": "https://example.org:8443/?q=a&b",
	} {
		if got := buttonURL(target); got != want {
			t.Errorf("%s\n got %q\nwant %q", target, got, want)
		}
	}
}

// TestButtons: what Discord would refuse does not get in.
func TestButtons(t *testing.T) {
	t.Parallel()
	actions := []bot.Action{
		{Kind: bot.More, Label: strings.Repeat("ї", 100), Token: "a"},
		{Kind: bot.More, Label: "again", Token: "a"},
		{Kind: bot.Context, Token: strings.Repeat("x", maxCustomID)},
		{Kind: bot.Origin, Label: "too long", Token: strings.Repeat("x", maxCustomID+1)},
		{Kind: bot.Tell, Label: "Tell me"},
		{Kind: 99, Token: "nothing to see"},
		{Kind: 99, Label: "a kind to come", Token: "b"},
	}
	for i := range 40 {
		actions = append(actions, bot.Action{Kind: bot.More, Label: "more", Token: fmt.Sprint("more-", i)})
	}
	r := bot.Reply{Kind: bot.KindAnswer, Blocks: []bot.Block{linked("A quote.")}, Actions: actions}
	for name, l := range layouts {
		messages := compose(r, l)
		if len(messages) != 1 {
			t.Fatalf("%s: %d messages", name, len(messages))
		}
		check(t, messages[0])
		text := read(t, messages)
		for _, want := range []string{"ї…]", "[📖]", "[a kind to come]", "[more]"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %q in\n%s", name, want, text)
			}
		}
		for _, bad := range []string{"again", "too long", "Tell me"} {
			if strings.Contains(text, bad) {
				t.Errorf("%s: %q in\n%s", name, bad, text)
			}
		}
	}
}

// TestManyQuotes: a message takes only so many components, however short.
func TestManyQuotes(t *testing.T) {
	t.Parallel()
	r := bot.Reply{Kind: bot.KindAnswer, Question: "And what else?", Actions: next}
	for i := range 60 {
		r.Blocks = append(r.Blocks, bot.Para{Text: fmt.Sprintf("No. %d", i)}, linked(fmt.Sprintf("Quote %d.", i)))
	}
	for name, l := range layouts {
		messages := compose(r, l)
		for _, m := range messages {
			checkRules(t, m)
		}
		got := squeeze(read(t, messages))
		for _, want := range shown(r) {
			if strings.Count(got, squeeze(want)) == 0 {
				t.Errorf("%s: %q is lost", name, want)
			}
		}
		if strings.Count(got, squeeze(r.Question)) != 1 || strings.Count(got, "[Context]") != 1 {
			t.Errorf("%s: question or actions are not there once", name)
		}
	}
}

// TestNothingToSee: no message is better than an empty one.
func TestNothingToSee(t *testing.T) {
	t.Parallel()
	for _, list := range [][]bot.Block{nil, {bot.Para{Text: " \n"}}, {bot.List{}}, {bot.Cite{}}, {bot.List{Items: []bot.Item{{}}}}} {
		for _, l := range layouts {
			r := bot.Reply{Kind: bot.KindNotice, Blocks: list, Question: "?", Actions: next}
			if got := compose(r, l); len(got) != 0 {
				t.Errorf("%v: got %v", list, got)
			}
		}
	}
}

// FuzzCompose checks that whatever stands in a reply is read as written, in
// messages that Discord takes.
func FuzzCompose(f *testing.F) {
	for i, s := range hostile {
		f.Add(s, i, 3*i)
	}
	f.Fuzz(func(t *testing.T, s string, start, end int) {
		composesAsWritten(t, strings.ToValidUTF8(s, "\ufffd"), corpus.Range{Start: start, End: end})
	})
}

// TestComposeRandom does as FuzzCompose with texts that are nothing but
// trouble, some of them too long for one message.
func TestComposeRandom(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	for i := range 150 {
		s := trouble(random, 1+random.IntN(12))
		if i == 0 {
			s = trouble(random, 1500)
		}
		start := random.IntN(len(s) + 1)
		composesAsWritten(t, s, corpus.Range{Start: start, End: start + random.IntN(len(s)-start+1)})
		if t.Failed() {
			return
		}
	}
}

// composesAsWritten composes replies that hold s in every place and reads them
// back.
func composesAsWritten(t *testing.T, s string, mark corpus.Range) {
	t.Helper()
	if strings.ContainsAny(s, "⟦⟧•") {
		return // the reader's own signs
	}
	const page = "https://example.org/"
	name := adapter.Clip(s, 100)
	line := oneLine(name)
	shows := func(text string) string { // as part of what is there anyway
		return squeeze(text)
	}
	tests := []struct {
		reply bot.Reply
		want  []string // in either layout
	}{
		{bot.Reply{Blocks: []bot.Block{bot.Para{Text: s}}}, []string{s}},
		{bot.Reply{Blocks: []bot.Block{bot.Para{Text: s, Style: bot.Strong}, bot.Para{Text: s, Style: bot.Strong}}}, []string{s, s}},
		{bot.Reply{Blocks: []bot.Block{bot.Cite{Text: s, Lead: true}}}, []string{s}},
		{bot.Reply{Blocks: []bot.Block{bot.Cite{Text: s, Mark: mark}}}, []string{s}},
		{bot.Reply{Question: name, Blocks: []bot.Block{bot.Cite{Text: s, Lead: true, Mark: mark, Label: name}, bot.Para{Text: "x"}}, Actions: next[:1]},
			[]string{line, name, s, "x[More quotes]"}},
		{bot.Reply{Blocks: []bot.Block{bot.Cite{Source: name, Date: "x", Notes: []bot.Note{{Text: name}}}}}, nil},
		{bot.Reply{Blocks: []bot.Block{bot.Cite{Text: s, Source: name, Link: page, Open: name}, bot.List{Items: []bot.Item{{Term: name, Text: s}}}}}, nil},
	}
	for i, tt := range tests {
		for folder, l := range layouts {
			messages := compose(tt.reply, l)
			for _, m := range messages {
				checkRules(t, m)
			}
			got := read(t, messages)
			want := strings.Join(tt.want, "")
			switch {
			case squeeze(s) == "" || squeeze(name) == "":
				continue
			case tt.want != nil && shows(got) != shows(want):
				t.Errorf("%s %d: %q\nreads %q\n want %q", folder, i, s, shows(got), shows(want))
			case i == 5 && !strings.Contains(shows(got), shows(line)) || i == 6 && strings.Count(shows(got), shows(line)) < 2:
				t.Errorf("%s %d: %q\nreads %q\n want %q in it", folder, i, s, shows(got), shows(line))
			}
		}
	}
}

// checkRules holds a message to the rules alone, which is faster.
func checkRules(t *testing.T, m content) {
	t.Helper()
	body, err := json.Marshal(struct {
		content
		AllowedMentions silence `json:"allowed_mentions"`
	}{content: m})
	if err != nil {
		t.Fatal(err)
	}
	for _, broken := range discordtest.BrokenRules(body) {
		t.Errorf("%s\n%s", broken, body)
	}
}
