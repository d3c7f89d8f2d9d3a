package ask

import (
	"cmp"
	"context"
	"hash/maphash"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	lru "github.com/hashicorp/golang-lru/v2"

	"rapporteur/bot"
	"rapporteur/bot/locale"
	"rapporteur/corpus"
	"rapporteur/index"
)

// maxSuggestions and maxSuggested are Discord's limits for autocompletion.
const (
	maxSuggestions = 25
	maxSuggested   = 100
)

// suggest returns values for an argument of which so much is typed.
func (b *Room) suggest(_ context.Context, c *bot.Call, arg, typed string) []bot.Suggestion {
	label := func(e entry) string { return textLabel(c.Words, e) }
	switch arg {
	case "question", "words":
		return narrow(typed, entry.itself, b.asked.questions(c.Request))
	case "source", "sources":
		s := b.catalogs.at(b.library.Corpus(), c.Settings.Sources)
		return narrow(typed, label, s.publishers, s.texts)
	case "id":
		return narrow(typed, label, b.catalogs.at(b.library.Corpus(), c.Settings.Sources).texts)
	case "by", "speaker":
		return narrow(typed, entry.itself, b.speakerEntries())
	case "since", "before", "asof":
		day := func(e entry) string { return c.Date(e.text.Published) }
		return narrow(typed, day, b.catalogs.at(b.library.Corpus(), c.Settings.Sources).days)
	case "lang":
		name := func(e entry) string { return c.LanguageNames(e.value) }
		return narrow(typed, name, b.catalogs.at(b.library.Corpus(), c.Settings.Sources).languages)
	}
	return nil
}

// textLabel shows a text, or what stands for itself.
func textLabel(w locale.Words, e entry) string {
	if e.text == nil {
		return e.value
	}
	return SourceName(w, SourceOf(e.text)) + ", " + w.Date(e.text.Published)
}

// entry is something that may be suggested. It is shown in the language of
// whoever types, but found by what is the same for everybody.
type entry struct {
	value string
	key   string       // where what is typed is looked for, in lower case
	text  *corpus.Text // of that text, or of the day of that text; may be nil
}

func (e entry) itself() string { return e.value }

// narrow returns the entries in which every word typed begins a word, those
// first that begin with what is typed; each value once.
func narrow(typed string, label func(entry) string, lists ...[]entry) (out []bot.Suggestion) {
	typed = strings.ToLower(strings.TrimSpace(locale.Shorten(typed, maxSuggested)))
	words := strings.FieldsFunc(typed, func(r rune) bool { return !inWord(r) })
	seen := make(map[string]bool)
	for _, fits := range []func(entry) bool{
		func(e entry) bool { return strings.HasPrefix(e.key, typed) },
		func(e entry) bool { return e.has(words) },
	} {
		for _, list := range lists {
			for _, e := range list {
				if len(out) == maxSuggestions {
					return out
				}
				if fits(e) && !seen[e.value] {
					seen[e.value] = true
					out = append(out, bot.Suggestion{Label: locale.Shorten(locale.OneLine(label(e)), maxSuggested), Value: e.value})
				}
			}
		}
	}
	return out
}

// has reports whether each of the words begins a word of the entry.
func (e entry) has(words []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return !begins(e.key, w) })
}

// begins reports whether a word of the text begins with w.
func begins(text, w string) bool {
	for at := 0; ; at += len(w) {
		i := strings.Index(text[at:], w)
		if i < 0 {
			return false
		}
		at += i
		if before, _ := utf8.DecodeLastRuneInString(text[:at]); at == 0 || !inWord(before) {
			return true
		}
	}
}

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

// catalog is what can be suggested of the texts that some conversations may see.
type catalog struct {
	texts      []entry // newest first
	publishers []entry // in the order of their newest texts, as are the following
	days       []entry
	languages  []entry
}

// catalogs keeps what is the same at every key somebody presses: with 50,000
// texts it takes a tenth of a second to make.
type catalogs struct {
	mu     sync.Mutex
	corpus *corpus.Corpus               // whose texts they hold
	by     *lru.Cache[string, *catalog] // by the filter of sources
}

// keptCatalogs is for how many filters of sources a shelf is kept: that many
// spaces with a filter of their own in which people type at the same time.
const keptCatalogs = 16

func newCatalogs() *catalogs {
	by, err := lru.New[string, *catalog](keptCatalogs)
	if err != nil {
		panic(err) // only for a size below one
	}
	return &catalogs{by: by}
}

// at returns the shelf with the texts that match the filter of sources.
func (s *catalogs) at(c *corpus.Corpus, sources []string) *catalog {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.corpus != c {
		s.corpus = c
		s.by.Purge()
	}
	name := strings.Join(sources, "\x00")
	if kept, ok := s.by.Get(name); ok {
		return kept
	}
	made := newCatalog(c.Texts(), sources)
	s.by.Add(name, made)
	return made
}

func newCatalog(texts []*corpus.Text, sources []string) *catalog {
	texts = slices.DeleteFunc(slices.Clone(texts), func(t *corpus.Text) bool { return !index.Matches(t, sources) })
	slices.SortStableFunc(texts, func(a, b *corpus.Text) int { return b.Published.Time.Compare(a.Published.Time) })
	var s catalog
	// seen holds the values that are on a list already.
	seen := map[*[]entry]map[string]bool{&s.texts: {}, &s.publishers: {}, &s.days: {}, &s.languages: {}}
	put := func(list *[]entry, e entry) {
		if n := utf8.RuneCountInString(e.value); n > 0 && n <= maxSuggested && !seen[list][e.value] {
			seen[list][e.value] = true
			*list = append(*list, e)
		}
	}
	dates := make(map[string]string) // how a day is written in every language
	for _, t := range texts {
		day := t.Published.Day()
		if _, ok := dates[day]; !ok && day != "" {
			dates[day] = day + inEach(func(w locale.Words) string { return w.Date(t.Published) })
		}
		if !seen[&s.languages][t.Language] && t.Language != "" {
			put(&s.languages, entry{value: t.Language, key: t.Language + inEach(func(w locale.Words) string { return w.LanguageNames(t.Language) })})
		}
		name := strings.ToLower(locale.Shorten(t.Publisher, locale.MaxName) + " " + locale.Shorten(t.Title, locale.MaxName) + " " + t.ID)
		put(&s.texts, entry{value: t.ID, key: strings.TrimSpace(name + " " + dates[day]), text: t})
		put(&s.publishers, entry{value: t.Publisher, key: strings.ToLower(t.Publisher)})
		put(&s.days, entry{value: day, key: dates[day], text: t})
	}
	return &s
}

// inEach returns what is said in each of the interface languages, in lower
// case, with spaces before.
func inEach(say func(locale.Words) string) string {
	var b strings.Builder
	for _, l := range locale.Languages() {
		b.WriteString(" " + strings.ToLower(say(locale.For(l))))
	}
	return b.String()
}

// What is remembered of questions for suggesting them again, in memory only.
const (
	rememberSpaces    = 500
	rememberQuestions = 200 // of each
	rememberChats     = 10  // of each question
	// common is how many people must have asked a question before it is
	// suggested in other chats than where it was asked: one of them may be
	// closed to others.
	common = 3
)

// history remembers which questions were asked and answered in public, the
// latest last. The nil memory remembers nothing.
type history struct {
	mu     sync.Mutex
	spaces *lru.Cache[string, []asked]
	seed   maphash.Seed
}

// asked is a question that was asked in a space.
type asked struct {
	text  string
	key   string   // in lower case
	chats []string // where
	users []uint64 // by whom, as many as make it common: hashes, for they need only be counted
}

func newHistory() *history {
	spaces, err := lru.New[string, []asked](rememberSpaces)
	if err != nil {
		panic(err) // only for a size below one
	}
	return &history{spaces: spaces, seed: maphash.MakeSeed()}
}

// remember notes a question that was answered in public.
func (m *history) remember(r bot.Request, question string) {
	question = strings.Join(strings.Fields(question), " ")
	if m == nil || r.Space == "" || len([]rune(question)) > maxSuggested {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	space := r.Platform + ":" + r.Space
	list, _ := m.spaces.Get(space)
	a := asked{text: question, key: strings.ToLower(strings.TrimRight(question, " ?.!"))}
	if i := slices.IndexFunc(list, func(old asked) bool { return old.key == a.key }); i >= 0 {
		a = list[i]
		list = slices.Delete(list, i, i+1)
	}
	if !slices.Contains(a.chats, r.Chat) {
		a.chats = append(a.chats, r.Chat)
		a.chats = a.chats[max(0, len(a.chats)-rememberChats):]
	}
	if user := maphash.String(m.seed, r.User); len(a.users) < common && !slices.Contains(a.users, user) {
		a.users = append(a.users, user)
	}
	list = append(list, a)
	m.spaces.Add(space, list[max(0, len(list)-rememberQuestions):])
}

// forget takes somebody off the questions they asked, and forgets those that
// nobody else is known to have asked.
func (m *history) forget(r bot.Request) {
	m.mu.Lock()
	defer m.mu.Unlock()
	user := maphash.String(m.seed, r.User)
	for _, space := range m.spaces.Keys() {
		list, _ := m.spaces.Peek(space)
		if !strings.HasPrefix(space, r.Platform+":") || !slices.ContainsFunc(list, func(a asked) bool { return slices.Contains(a.users, user) }) {
			continue
		}
		var left []asked
		for _, a := range list {
			others := slices.DeleteFunc(slices.Clone(a.users), func(u uint64) bool { return u == user })
			if len(others) == 0 {
				continue
			}
			a.users = others
			left = append(left, a)
		}
		m.spaces.Add(space, left)
	}
}

// questions returns what was asked in the chat, and what is common in its space,
// the common first, then the latest.
func (m *history) questions(r bot.Request) []entry {
	if m == nil || r.Space == "" {
		return nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	list, _ := m.spaces.Get(r.Platform + ":" + r.Space)
	list = slices.DeleteFunc(slices.Clone(list), func(a asked) bool {
		return len(a.users) < common && !slices.Contains(a.chats, r.Chat)
	})
	slices.Reverse(list)
	slices.SortStableFunc(list, func(a, b asked) int { return cmp.Compare(len(b.users), len(a.users)) })
	var out []entry
	for _, a := range list {
		out = append(out, entry{value: a.text, key: a.key})
	}
	return out
}
