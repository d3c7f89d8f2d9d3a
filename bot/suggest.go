package bot

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	lru "github.com/hashicorp/golang-lru/v2"

	"rapporteur/corpus"
)

// Suggester completes what somebody is typing. *Bot is one; a Handler may be.
type Suggester interface {
	// Suggest returns values for the argument called arg of r.Command, of
	// which so much is typed, the likeliest first. It answers from memory, in
	// milliseconds at most.
	Suggest(ctx context.Context, r Request, arg, typed string) []Suggestion
}

// Suggestion is a value for an argument and how it is shown, each at most 100
// characters.
type Suggestion struct{ Label, Value string }

// maxSuggestions and maxSuggested are Discord's limits for autocompletion.
const (
	maxSuggestions = 25
	maxSuggested   = 100
)

// Suggest implements Suggester.
func (b *Bot) Suggest(ctx context.Context, r Request, arg, typed string) []Suggestion {
	c := call{Request: r, words: wordsFor(r.Locale)}
	if err := b.settle(ctx, &c); err != nil {
		b.log.Warn("no suggestions: the settings cannot be read", "platform", r.Platform, "err", err)
		return nil
	}
	var all []Suggestion
	switch arg {
	case "question", "words":
		if r.Command == "sources" {
			return nil
		}
		for _, q := range b.asked.questions(r) {
			all = append(all, Suggestion{q, q})
		}
	case "source", "sources", "id":
		all = b.suggestTexts(c, arg)
	case "since", "before":
		for _, t := range b.newest(c) {
			if day := t.Published.Day(); day != "" {
				all = append(all, Suggestion{c.date(t.Published), day})
			}
		}
	case "lang":
		for _, t := range b.newest(c) {
			if t.Language != "" {
				all = append(all, Suggestion{c.languageNames(t.Language), t.Language})
			}
		}
	}
	return narrow(all, typed)
}

// suggestTexts are the publishers, unless one text is wanted, and the texts,
// newest first.
func (b *Bot) suggestTexts(c call, arg string) (all []Suggestion) {
	texts := b.newest(c)
	if arg != "id" {
		for _, t := range texts {
			if t.Publisher != "" {
				all = append(all, Suggestion{t.Publisher, t.Publisher})
			}
		}
	}
	for _, t := range texts {
		all = append(all, Suggestion{c.sourceName(sourceOf(t)) + ", " + c.date(t.Published), t.ID})
	}
	return all
}

// newest returns the texts the conversation may see, newest first.
func (b *Bot) newest(c call) []*corpus.Text {
	texts := b.texts(c, func(*corpus.Text) bool { return true })
	slices.SortStableFunc(texts, func(a, b *corpus.Text) int { return b.Published.Time.Compare(a.Published.Time) })
	return texts
}

// narrow keeps the suggestions in which every word typed begins a word, those
// first that begin with what is typed; each value once.
func narrow(all []Suggestion, typed string) []Suggestion {
	typed = strings.ToLower(strings.TrimSpace(typed))
	seen := make(map[string]bool)
	var first, rest []Suggestion
	for _, s := range all {
		if len([]rune(s.Value)) > maxSuggested || seen[s.Value] {
			continue
		}
		in := strings.ToLower(s.Label + " " + s.Value)
		if !beginWords(in, typed) {
			continue
		}
		seen[s.Value] = true
		s.Label = shorten(strings.Join(strings.Fields(s.Label), " "), maxSuggested)
		if strings.HasPrefix(in, typed) {
			first = append(first, s)
		} else {
			rest = append(rest, s)
		}
		if len(first) == maxSuggestions {
			break
		}
	}
	all = append(first, rest...)
	return all[:min(len(all), maxSuggestions)]
}

// beginWords reports whether each word typed begins a word of the text.
func beginWords(in, typed string) bool {
	for w := range strings.FieldsSeq(typed) {
		found := false
		for i := 0; !found; {
			at := strings.Index(in[i:], w)
			if at < 0 {
				return false
			}
			at += i
			found = at == 0 || !hasWord(in[at-1:at]) && in[at-1] < 0x80
			i = at + 1
		}
	}
	return true
}

// What is remembered of questions for suggesting them again, in memory only.
const (
	rememberSpaces    = 500
	rememberQuestions = 200 // of each
	// common is how many people must have asked a question before it is
	// suggested in other chats than where it was asked: one of them may be
	// closed to others.
	common = 3
)

// memory remembers which questions were asked and answered in public, the
// latest last. The nil memory remembers nothing.
type memory struct {
	mu     sync.Mutex
	spaces *lru.Cache[string, []asked]
}

// asked is a question that was asked in a space.
type asked struct {
	text  string
	key   string   // in lower case
	chats []string // where
	users []string // by whom, as many as make it common
}

func newMemory() *memory {
	spaces, err := lru.New[string, []asked](rememberSpaces)
	if err != nil {
		panic(err) // only for a size below one
	}
	return &memory{spaces: spaces}
}

// remember notes a question that was answered in public.
func (m *memory) remember(r Request, question string) {
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
		a.chats = a.chats[max(0, len(a.chats)-10):]
	}
	if len(a.users) < common && !slices.Contains(a.users, r.User) {
		a.users = append(a.users, r.User)
	}
	list = append(list, a)
	m.spaces.Add(space, list[max(0, len(list)-rememberQuestions):])
}

// questions returns what was asked in the chat, and what is common in its space,
// the common first, then the latest.
func (m *memory) questions(r Request) []string {
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
	var out []string
	for _, a := range list {
		out = append(out, a.text)
	}
	return out
}
