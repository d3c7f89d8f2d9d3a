package ask_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"rapporteur/bot"
	"rapporteur/bot/ask"
	"rapporteur/bot/bottest"
	"rapporteur/corpus"
)

// archive is a fake with texts that differ in all that is suggested.
func archive(t testing.TB) *bottest.FakeSearcher {
	text := func(title, publisher, published, language string) *fstest.MapFile {
		return &fstest.MapFile{Data: fmt.Appendf(nil, "---\ntitle: %q\npublisher: %q\npublished: %s\nlanguage: %s\n---\nSo it is in %q.", title, publisher, published, language, title)}
	}
	undated := &fstest.MapFile{Data: []byte("---\ntitle: Undated notes\nlanguage: en\n---\nNobody knows when.")}
	return bottest.Loaded(t, fstest.MapFS{
		"bridge.md":       text("The bridge", "Freedonia Post", "2025-12-14", "en"),
		"eu/statement.md": text("«Спільна заява» щодо моста", "Вісті", "2025-12-16", "uk"),
		"flood.md":        text("After the flood", "Freedonia Post", "2025-12-15", "en"),
		"notes.md":        undated,
		"fluss.md":        text("Brücken über den Fluß", "Sylvania-Bote", "2025-12-16", "de"),
	})
}

func TestSuggest(t *testing.T) {
	f := archive(t)
	b := bottest.New(bottest.Config{Searcher: f, Library: f})
	all := []string{"eu/statement", "fluss", "flood", "bridge", "notes"} // newest first
	tests := []struct {
		arg, typed string
		want       []string
	}{
		{"id", "", all},
		{"id", "  ", all},
		{"id", "bridge", []string{"bridge"}},
		{"id", "BRI", []string{"bridge"}},
		{"id", "flo", []string{"flood"}},
		{"id", "freedonia", []string{"flood", "bridge"}},
		{"id", "fre bri", []string{"bridge"}},
		{"id", "bri fre", []string{"bridge"}},
		{"id", "ridge", nil}, // begins no word
		{"id", "eu/st", []string{"eu/statement"}},
		{"id", "statement", []string{"eu/statement"}},
		{"id", "спільна", []string{"eu/statement"}}, // after a quotation mark
		{"id", "“The bridge”", []string{"bridge"}},
		{"id", "Freedonia Post, “The bridge”, 14 December 2025", []string{"bridge"}}, // a label that was chosen
		{"id", "brücken", []string{"fluss"}},
		{"id", "2025-12-16", []string{"eu/statement", "fluss"}},
		{"id", "16. Dezember", []string{"eu/statement", "fluss"}},
		{"id", "16 грудня", []string{"eu/statement", "fluss"}},
		{"id", "nowhere", nil},
		{"source", "", []string{"Вісті", "Sylvania-Bote", "Freedonia Post", "eu/statement", "fluss", "flood", "bridge", "notes"}},
		{"sources", "free", []string{"Freedonia Post", "flood", "bridge"}},
		{"source", "post", []string{"Freedonia Post", "flood", "bridge"}},
		{"source", "bote", []string{"Sylvania-Bote", "fluss"}},
		{"since", "", []string{"2025-12-16", "2025-12-15", "2025-12-14"}},
		{"before", "2025-12-1", []string{"2025-12-16", "2025-12-15", "2025-12-14"}},
		{"since", "14", []string{"2025-12-14"}},
		{"since", "15 груд", []string{"2025-12-15"}},
		{"since", "1999", nil},
		{"lang", "", []string{"uk", "de", "en"}},
		{"lang", "ger", []string{"de"}},
		{"lang", "англ", []string{"en"}},
		{"lang", "uk", []string{"uk"}},
		{"question", "", nil},
		{"text", "", nil},
		{"nonsense", "", nil},
	}
	for _, tt := range tests {
		if got := bottest.Values(b, tt.arg, tt.typed); !slices.Equal(got, tt.want) {
			t.Errorf("%s %q: got %q, want %q", tt.arg, tt.typed, got, tt.want)
		}
	}
	for locale, want := range map[string][]bot.Suggestion{
		"en": {{Label: "Freedonia Post, “The bridge”, 14 December 2025", Value: "bridge"}},
		"uk": {{Label: "Freedonia Post, «The bridge», 14 грудня 2025 року", Value: "bridge"}},
	} {
		if got := b.Suggest(context.Background(), bottest.Asking("", func(r *bot.Request) { r.Locale = locale }), "id", "bridge"); !slices.Equal(got, want) {
			t.Errorf("%s: %q", locale, got)
		}
	}
	if got := b.Suggest(context.Background(), bottest.Asking("", func(r *bot.Request) { r.Locale = "de" }), "since", "14"); !slices.Equal(got, []bot.Suggestion{{Label: "14. Dezember 2025", Value: "2025-12-14"}}) {
		t.Errorf("%q", got)
	}

	// Other texts are suggested once they are there.
	f.Texts = bottest.Loaded(t, fstest.MapFS{"tower.txt": {Data: []byte("The tower fell on Tuesday.")}}).Texts
	if got := bottest.Values(b, "id", ""); !slices.Equal(got, []string{"tower"}) {
		t.Errorf("after a reindex: %q", got)
	}
	// None are when the index is closed.
	var log bytes.Buffer
	config := bottest.Config{Searcher: f, Library: &bottest.FakeSearcher{}}
	bottest.Logging(&log)(&config)
	if got := bottest.Values(bottest.New(config), "id", ""); got != nil || !strings.Contains(log.String(), "suggest.go") {
		t.Errorf("of no corpus: %q, and the log says\n%s", got, &log)
	}
}

// Each space has its own filter, and what is kept for one is not shown in
// another.
func TestSuggestWithin(t *testing.T) {
	f := archive(t)
	config := bottest.Config{Searcher: f, Library: f}
	bottest.KeepIn(t)(&config)
	b := bottest.New(config)
	bottest.ChangeSettings(t, b, "sources", "Freedonia Post")
	in2 := func(r *bot.Request) { r.Space = "2" }
	for range 2 {
		for arg, want := range map[string][]string{
			"id": {"flood", "bridge"}, "source": {"Freedonia Post", "flood", "bridge"}, "lang": {"en"}, "since": {"2025-12-15", "2025-12-14"},
		} {
			if got := bottest.Values(b, arg, ""); !slices.Equal(got, want) {
				t.Errorf("%s: %q", arg, got)
			}
			if got := bottest.Values(b, arg, "", in2); len(got) < 3 {
				t.Errorf("%s in another space: %q", arg, got)
			}
		}
		if got := bottest.Values(b, "id", "statement"); got != nil {
			t.Errorf("%q is not for this space", got)
		}
	}
	bottest.ChangeSettings(t, b, "sources", "Вісті")
	if got := bottest.Values(b, "id", ""); !slices.Equal(got, []string{"eu/statement"}) {
		t.Errorf("at once: %q", got)
	}
	// More filters than are kept.
	for i := range 3 * ask.KeptShelves {
		space := func(r *bot.Request) { r.Space = fmt.Sprint(100 + i) }
		r := bottest.Managing("sources", []string{"bridge", "flood", "notes", "fluss"}[i%4])
		space(&r)
		b.Handle(context.Background(), r)
		if got := bottest.Values(b, "id", "", space); len(got) != 1 {
			t.Errorf("space %d: %q", i, got)
		}
	}
}

// Discord takes at most 25 values of at most 100 characters, shown in at most
// 100.
func TestManySuggestions(t *testing.T) {
	files := fstest.MapFS{}
	for i := range 60 {
		name := fmt.Sprintf("%02d%s", i, strings.Repeat("ї", i*3))
		files[name+".md"] = &fstest.MapFile{Data: fmt.Appendf(nil, "---\ntitle: %q\npublisher: %q\n---\nSo it is, %d.", strings.Repeat("Заголовок ", 1+i), strings.Repeat("П", 1+2*i), i)}
	}
	f := bottest.Loaded(t, files)
	b := bottest.New(bottest.Config{Searcher: f, Library: f})
	for i := range 60 {
		b.Answers.Remember(bottest.Asking(""), fmt.Sprintf("Чи відкрили вже міст номер %d?", i))
	}
	for _, typed := range []string{"", "з", "заголовок", "0", "П", "чи", strings.Repeat("П", 40)} {
		for _, arg := range []string{"question", "source", "id", "since", "lang"} {
			got := b.Suggest(context.Background(), bottest.Asking(""), arg, typed)
			seen := make(map[string]bool)
			for _, s := range got {
				if n := utf8.RuneCountInString(s.Label); n == 0 || n > 100 {
					t.Errorf("%s %q: a label of %d characters", arg, typed, n)
				}
				if n := utf8.RuneCountInString(s.Value); n == 0 || n > 100 || seen[s.Value] {
					t.Errorf("%s %q: %q", arg, typed, s)
				}
				seen[s.Value] = true
			}
			if len(got) > 25 || typed == "" && arg != "since" && arg != "lang" && len(got) != 25 {
				t.Errorf("%s %q: %d suggestions", arg, typed, len(got))
			}
		}
	}
}

// FuzzSuggest types anything.
func FuzzSuggest(f *testing.F) {
	for _, s := range []string{"bridge", "“міст", "\xff\xfe", "a\x00b", strings.Repeat("a ", 5000), "%s{{.}}", "\u0301", "ї", "и\u0306", "🎉", "-_'", "@everyone"} {
		f.Add(s, s)
	}
	x := archive(f)
	f.Fuzz(func(t *testing.T, question, typed string) {
		b := bottest.New(bottest.Config{Searcher: x, Library: x})
		b.Answers.Remember(bottest.Asking(""), question)
		for _, arg := range []string{"question", "source", "id", "since", "lang"} {
			for _, s := range b.Suggest(context.Background(), bottest.Asking(""), arg, typed) {
				if n := utf8.RuneCountInString(s.Value); n > 100 || utf8.RuneCountInString(s.Label) > 100 {
					t.Fatalf("%s %q: %q", arg, typed, s)
				}
			}
		}
		// What begins a value finds it.
		for _, id := range []string{"bridge", "fluss"} {
			if n := len(typed) % len(id); !slices.Contains(bottest.Values(b, "id", id[:n+1]), id) {
				t.Fatalf("%q does not find %q", id[:n+1], id)
			}
		}
	})
}

func TestMemory(t *testing.T) {
	const question = "Who opened it?"
	here, there := func(r *bot.Request) { r.Chat = "30" }, func(r *bot.Request) { r.Chat = "31" }
	by := func(user string) func(*bot.Request) { return func(r *bot.Request) { r.User = user } }
	tests := []struct {
		name        string
		asked       []bot.Request
		confidence  float64
		here, there bool // whether it is suggested in the chat it was asked in, and in another
	}{
		{"once", []bot.Request{bottest.Asking(question)}, 1, true, false},
		{"three times by one", []bot.Request{bottest.Asking(question), bottest.Asking(question), bottest.Asking(question)}, 1, true, false},
		{"by two", []bot.Request{bottest.Asking(question, by("1")), bottest.Asking(question, by("2"))}, 1, true, false},
		{"by three", []bot.Request{bottest.Asking(question, by("1")), bottest.Asking(question, by("2")), bottest.Asking(question, by("3"))}, 1, true, true},
		{"by three in other words", []bot.Request{bottest.Asking(question, by("1")), bottest.Asking("who  opened it", by("2")), bottest.Asking("Who opened it!", by("3"))}, 1, true, true},
		{"by three in three chats", []bot.Request{bottest.Asking(question, by("1")), bottest.Asking(question, by("2"), func(r *bot.Request) { r.Chat = "8" }), bottest.Asking(question, by("3"), func(r *bot.Request) { r.Chat = "9" })}, 1, true, true},
		{"by mention", []bot.Request{bottest.Asking(question, func(r *bot.Request) { r.Command, r.Addressed = "", true })}, 1, true, false},
		{"refused", []bot.Request{bottest.Asking(question)}, 0, false, false},
		{"in private", []bot.Request{bottest.Asking(question, func(r *bot.Request) { r.Private = true })}, 1, false, false},
		{"private by option", []bot.Request{bottest.Asking(question, func(r *bot.Request) { r.Options = map[string]string{bot.ArgPrivate: "true"} })}, 1, false, false},
		{"in a direct message", []bot.Request{bottest.Asking(question, func(r *bot.Request) { r.Space, r.Direct = "", true })}, 1, false, false},
		{"in another space", []bot.Request{bottest.Asking(question, func(r *bot.Request) { r.Space = "2" })}, 1, false, false},
		{"on another platform", []bot.Request{bottest.Asking(question, func(r *bot.Request) { r.Platform = "telegram" })}, 1, false, false},
		{"a search", []bot.Request{bottest.Asking(question, func(r *bot.Request) { r.Command = "search" })}, 1, false, false},
		{"a check", []bot.Request{bottest.Asking("He opened it then.", func(r *bot.Request) { r.Command = "check" })}, 1, false, false},
		{"a greeting", []bot.Request{bottest.Asking("Hello!")}, 1, false, false},
		{"too long to be a value", []bot.Request{bottest.Asking("Who opened it " + strings.Repeat("again and ", 10) + "?")}, 1, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b, _ := bottest.Answering(t, tt.confidence, bottest.KeepIn(t))
			for _, r := range tt.asked {
				b.Handle(context.Background(), r)
			}
			if got := bottest.Values(b, "question", "", here, by("99")); len(got) > 0 != tt.here {
				t.Errorf("where it was asked: %q", got)
			}
			if got := bottest.Values(b, "question", "who", there, by("99")); len(got) > 0 != tt.there {
				t.Errorf("in another chat: %q", got)
			}
			direct := func(r *bot.Request) { r.Space, r.Direct = "", true }
			other := func(r *bot.Request) { r.Space = "77" }
			elsewhere := func(r *bot.Request) { r.Platform = "console" }
			for _, place := range []func(*bot.Request){direct, other, elsewhere} {
				if got := bottest.Values(b, "question", "", place); len(got) > 0 {
					t.Errorf("elsewhere: %q", got)
				}
			}
		})
	}
}

func TestMemoryOrder(t *testing.T) {
	m := ask.NewMemory()
	asked := func(user, question string) {
		m.Remember(bottest.Asking("", func(r *bot.Request) { r.User = user }), question)
	}
	got := func() (out []string) {
		return m.Questions(bottest.Asking(""))
	}
	for i := range ask.RememberQuestions + 5 {
		asked("1", fmt.Sprint("number ", i))
	}
	asked("2", "number 100")
	asked("1", "number 50")
	all := got()
	if len(all) != ask.RememberQuestions || !slices.Equal(all[:4], []string{"number 100", "number 50", "number 204", "number 203"}) || slices.Contains(all, "number 4") {
		t.Errorf("%d: %q ... %q", len(all), all[:4], all[len(all)-1])
	}
	var none *ask.Memory
	none.Remember(bottest.Asking(""), "Who?")
	if got := none.Questions(bottest.Asking("")); got != nil {
		t.Errorf("no memory remembers %v", got)
	}
}

// What many ask and type at once comes to no harm. It is for the race detector.
func TestSuggestTogether(t *testing.T) {
	b, f := bottest.Answering(t, 1, bottest.KeepIn(t))
	other := archive(t).Texts
	library := &switching{corpora: [2]*corpus.Corpus{f.Texts, other}}
	b.Answers.SetLibrary(library)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for j := range 50 {
				who := func(r *bot.Request) { r.User, r.Space = fmt.Sprint(i), fmt.Sprint(j%3) }
				b.Answers.Remember(bottest.Asking("", who), fmt.Sprintf("Who opened number %d?", j%7))
				for _, arg := range []string{"question", "source", "since"} {
					bottest.Values(b, arg, "", who)
				}
			}
		})
	}
	all.Wait()
}

// switching is a library that is forever being reindexed.
type switching struct {
	mu      sync.Mutex
	n       int
	corpora [2]*corpus.Corpus
}

func (s *switching) Corpus() *corpus.Corpus {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.n++
	return s.corpora[s.n%2]
}

// BenchmarkSuggest is one key pressed over 50,000 texts.
func BenchmarkSuggest(b *testing.B) {
	var all []*corpus.Text
	for i := range 50_000 {
		all = append(all, &corpus.Text{
			ID: fmt.Sprintf("wire/2025/%05d-statement", i), Title: fmt.Sprintf("Statement number %d on the talks and what was agreed there", i),
			Publisher: fmt.Sprintf("Agency %d", i%300), Language: corpus.Languages[i%len(corpus.Languages)],
			Published: bottest.Day(fmt.Sprintf("20%02d-%02d-%02d", 10+i%16, 1+i%12, 1+i%28)),
		})
	}
	c, err := corpus.New(all, corpus.Aliases{})
	if err != nil {
		b.Fatal(err)
	}
	f := &bottest.FakeSearcher{Texts: c}
	config := bottest.Config{Searcher: f, Library: f}
	bottest.KeepIn(b)(&config)
	handler := bottest.New(config)
	r := bottest.Managing("sources", "Agency 1,Agency 2")
	r.Space = "2"
	handler.Handle(context.Background(), r)
	for _, space := range []string{"1", "2"} {
		for _, typed := range []string{"", "statement", "agency 29 number 4", "nowhere at all"} {
			for _, arg := range []string{"source", "since"} {
				b.Run(fmt.Sprintf("space=%s/%s=%q", space, arg, typed), func(b *testing.B) {
					who := func(r *bot.Request) { r.Space = space }
					handler.Suggest(context.Background(), bottest.Asking("", who), arg, typed)
					for b.Loop() {
						handler.Suggest(context.Background(), bottest.Asking("", who), arg, typed)
					}
				})
			}
		}
	}
	b.Run("first", func(b *testing.B) {
		for b.Loop() {
			ask.NewShelf(all, nil)
		}
	})
	b.Run("first of a filter", func(b *testing.B) {
		names := []string{"Agency 1", "Agency 2"}
		for b.Loop() {
			ask.NewShelf(all, names)
		}
	})
}
