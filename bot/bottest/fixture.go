package bottest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode/utf8"

	"rapporteur/bot"
	"rapporteur/bot/locale"
	"rapporteur/bot/operate"
	"rapporteur/bot/state"
	"rapporteur/bot/token"
	"rapporteur/corpus"
	"rapporteur/index"
)

// KeepIn gives a bot a store in memory.
func KeepIn(t testing.TB) func(*Config) {
	t.Helper()
	s, err := state.Open(context.Background(), "", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return func(c *Config) { c.State = s }
}

// Asking is a question put in a server of a platform with buttons, altered by
// what follows it.
func Asking(text string, change ...func(*bot.Request)) bot.Request {
	r := bot.Request{Platform: "discord", User: "7", Chat: "30", Space: "1", Locale: "en", Room: 100, Command: "ask", Text: text}
	for _, f := range change {
		f(&r)
	}
	return r
}

// Pressing is a press of a button by the person that asks in asking.
func Pressing(tok string, change ...func(*bot.Request)) bot.Request {
	return Asking("", append([]func(*bot.Request){func(r *bot.Request) { r.Command, r.Action, r.Message = "", tok, "900" }}, change...)...)
}

// Signed seals the token of a request as the bot would for who makes it.
func Signed(b *Bot, r bot.Request) bot.Request {
	kind, payload, err := token.Read(r.Action)
	if err != nil {
		panic(err)
	}
	whose := r.Platform + ":user:" + r.User
	if bot.ActionKind(kind) == bot.Set {
		whose = r.Platform + ":space:" + r.Space
	}
	r.Action = token.Make(kind, append(payload, token.Seal(b.key, kind, payload, whose)...))
	return r
}

// ButtonOf returns the token of a reply's button, "" if there is none.
func ButtonOf(r bot.Reply, kind bot.ActionKind) string {
	for _, a := range r.Actions {
		if a.Kind == kind {
			return a.Token
		}
	}
	return ""
}

// Cited returns what a reply quotes.
func Cited(r bot.Reply) []string {
	var out []string
	for _, b := range r.Blocks {
		if c, ok := b.(bot.Cite); ok {
			out = append(out, c.Text)
		}
	}
	return out
}

// IsSaying reports whether a reply is of the kind and says the message and
// nothing else.
func IsSaying(r bot.Reply, kind bot.ReplyKind, message string, d locale.Data) bool {
	return r.Kind == kind && len(r.Blocks) == 1 && TextsOf(r) == strings.TrimSpace(TextsOf(bot.Notice(bot.Para{Text: locale.For("en").Say(message, d)})))
}

func IsStale(r bot.Reply) bool { return IsSaying(r, bot.KindError, "stale_button", nil) && r.Private }

func IsGone(r bot.Reply) bool { return IsSaying(r, bot.KindError, "passage_gone", nil) && r.Private }

// ShownIn writes a reply down as it reads.
func ShownIn(r bot.Reply) string {
	var b strings.Builder
	for _, block := range r.Blocks {
		switch x := block.(type) {
		case bot.Para:
			fmt.Fprintf(&b, "%s%s\n", map[bot.Style]string{bot.Strong: "# ", bot.Small: "_ "}[x.Style], x.Text)
		case bot.List:
			for _, it := range x.Items {
				fmt.Fprintf(&b, "- %s\n", strings.TrimSpace(it.Term+" "+it.Text))
			}
		}
	}
	for _, a := range r.Actions {
		fmt.Fprintf(&b, "[%s]\n", a.Label)
	}
	for _, f := range r.Files {
		fmt.Fprintf(&b, "%s, %s:\n%s", f.Name, f.Type, strings.ReplaceAll(string(f.Data), "\r\n", "\n"))
	}
	return b.String()
}

func ManyIDs(what string, n int) (out []string) {
	for i := range n {
		out = append(out, fmt.Sprintf("%s-%02d", what, i+1))
	}
	return out
}

// Sent is a message that a sender has sent.
type Sent struct {
	To    bot.Recipient
	Reply bot.Reply
}

// FakeSender notes what it is to send, unless fail says no.
type FakeSender struct {
	Messages []Sent
	Edits    bool
	Fail     func(to bot.Recipient) error
}

func (s *FakeSender) Room() int { return 100 }

func (s *FakeSender) InPlace() bool { return s.Edits }

func (s *FakeSender) Send(_ context.Context, to bot.Recipient, r bot.Reply) error {
	if s.Fail != nil {
		if err := s.Fail(to); err != nil {
			return err
		}
	}
	s.Messages = append(s.Messages, Sent{to, r})
	return nil
}

// Users returns who was told, in order.
func (s *FakeSender) Users() (out []string) {
	for _, m := range s.Messages {
		out = append(out, m.To.User)
	}
	return out
}

// Waiting returns who waits, in order.
func Waiting(t *testing.T, b *Bot) (users []string) {
	t.Helper()
	for f, err := range b.State.Waiting(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		users = append(users, f.User)
	}
	return users
}

// FollowQuestion lets people ask something that is refused and want to be told.
func FollowQuestion(t *testing.T, b *Bot, question string, users ...string) (stop []string) {
	t.Helper()
	for _, u := range users {
		who := func(r *bot.Request) { r.User = u }
		r := b.Handle(context.Background(), Asking(question, who))
		if r.Kind != bot.KindRefusal {
			t.Fatalf("%q is not refused: %+v", question, r)
		}
		r = b.Handle(context.Background(), Pressing(ButtonOf(r, bot.Tell), who))
		if r.Kind != bot.KindNotice || !r.Private || ButtonOf(r, bot.StopTelling) == "" || !strings.Contains(TextsOf(r), "“"+question+"”") {
			t.Fatalf("%+v", r)
		}
		stop = append(stop, ButtonOf(r, bot.StopTelling))
	}
	return stop
}

// Operating is a bot with an operator, 99, and the request of theirs.
func Operating(t testing.TB, confidence float64) (*Bot, *FakeSearcher, func(command, text string, change ...func(*bot.Request)) bot.Reply) {
	config := KeepIn(t)
	b, f := Answering(t, confidence, func(c *Config) { config(c); c.Admins = []string{"discord:99"} })
	return b, f, func(command, text string, change ...func(*bot.Request)) bot.Reply {
		return b.Handle(context.Background(), Asking(text, append([]func(*bot.Request){func(r *bot.Request) { r.Command, r.User = command, "99" }}, change...)...))
	}
}

// Answering returns a bot that answers everything with one sentence, or with
// a low confidence nothing, and what it searches with.
func Answering(t testing.TB, confidence float64, change func(*Config)) (*Bot, *FakeSearcher) {
	t.Helper()
	f := Loaded(t, fstest.MapFS{
		"a.md": Page("The captain opened the bridge.\n\nCrowds cheered.\n\nA band played in the rain.\n\nShips hooted."),
		"b.md": &fstest.MapFile{Data: []byte("---\ntitle: Notes\npublisher: The Post\nlanguage: en\nkind: transcript\nparties: [Freedonia, Sylvania]\nlicence: CC0\nbased_on: https://www.example.net/wire\n---\nSo it is.")},
	})
	f.Found.Confidence = confidence
	f.Found.Searched = index.Scope{Texts: 2, From: Day("2025-12-16"), To: Day("2025-12-16")}
	f.Found.Hits = []index.Hit{f.Hit("a", 0, 0, 9), f.Hit("a", 1, 0, 8.5), f.Hit("a", 2, 0, 8), f.Hit("a", 3, 0, 7.5)}
	c := Config{Searcher: f, Library: f, Config: bot.Config{Threshold: 0.5}}
	if change != nil {
		change(&c)
	}
	return New(c), f
}

func Day(s string) corpus.Date {
	d, err := corpus.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// Logging returns a change of configuration that logs into a buffer.
func Logging(log *bytes.Buffer) func(*Config) {
	return func(c *Config) { c.Logger = slog.New(slog.NewTextHandler(log, nil)) }
}

var ErrorCode = regexp.MustCompile(`\b[2-9A-HJ-NP-TV-Z]{6}\b`)

// WentWrong checks that a reply is an apology with a code, that the code and
// the cause stand in the log, and that neither tells what it should not.
func WentWrong(t *testing.T, r bot.Reply, log *bytes.Buffer, cause string) {
	t.Helper()
	code := ErrorCode.FindString(TextsOf(r))
	if r.Kind != bot.KindError || code == "" || strings.Contains(TextsOf(r), cause) || !strings.Contains(TextsOf(r), "my side") {
		t.Errorf("got %+v", r)
	}
	if !strings.Contains(log.String(), "id="+code) || !strings.Contains(log.String(), cause) {
		t.Errorf("%q and %q are not both in the log:\n%s", code, cause, log)
	}
	for _, secret := range []string{"Secret", "bridge"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("%q stands in the log:\n%s", secret, log)
		}
	}
}

// ScriptedKeeper is a Keeper that does what a test says. What it says nothing of must
// not be asked for.
type ScriptedKeeper struct {
	OnAdd      func(context.Context, operate.Submission) (operate.Addition, error)
	OnRemove   func(context.Context, string) (string, error)
	OnReindex  func(context.Context, bool, func(operate.Progress)) (operate.Changes, error)
	OnRollback func(context.Context, func(operate.Progress)) (operate.Changes, error)
	OnCancel   func() bool
}

func (k *ScriptedKeeper) Add(ctx context.Context, s operate.Submission) (operate.Addition, error) {
	return k.OnAdd(ctx, s)
}

func (k *ScriptedKeeper) Remove(ctx context.Context, id string) (string, error) {
	return k.OnRemove(ctx, id)
}

func (k *ScriptedKeeper) Cancel() bool { return k.OnCancel() }

func (k *ScriptedKeeper) Rollback(ctx context.Context, tell func(operate.Progress)) (operate.Changes, error) {
	return k.OnRollback(ctx, tell)
}

func (k *ScriptedKeeper) Reindex(ctx context.Context, full bool, tell func(operate.Progress)) (operate.Changes, error) {
	return k.OnReindex(ctx, full, tell)
}

// Operated returns a bot whose texts k keeps, for the person that asks in
// asking.
func Operated(t *testing.T, k operate.Keeper, change ...func(*Config)) *Bot {
	t.Helper()
	b, _ := Answering(t, 1, func(c *Config) {
		c.Keeper, c.Admins = k, []string{"discord:7"}
		for _, f := range change {
			f(c)
		}
	})
	t.Cleanup(b.Close)
	return b
}

// Commanding is a command of the person that asks in asking.
func Commanding(name, text string, change ...func(*bot.Request)) bot.Request {
	return Asking(text, append([]func(*bot.Request){func(r *bot.Request) { r.Command = name }}, change...)...)
}

// Last reads all updates of a reply and returns the last version of it.
func Last(r bot.Reply) bot.Reply {
	if r.Updates == nil {
		return r
	}
	for next := range r.Updates {
		r = next
	}
	return r
}

// KeptFake is a keeper that takes everything, and notes what it was asked for.
func KeptFake(asked *[]string) *ScriptedKeeper {
	note := func(s string) { *asked = append(*asked, s) }
	return &ScriptedKeeper{
		OnAdd: func(_ context.Context, s operate.Submission) (operate.Addition, error) {
			if s.File != nil {
				note("add file " + s.File.Name)
				return operate.Addition{ID: "f", Title: "F", Outcome: operate.AddedNew}, nil
			}
			note("add " + s.URL)
			return operate.Addition{ID: "u", Title: "U", Outcome: operate.AddedNew}, nil
		},
		OnRemove: func(_ context.Context, id string) (string, error) { note("remove " + id); return "Title of " + id, nil },
		OnReindex: func(_ context.Context, full bool, _ func(operate.Progress)) (operate.Changes, error) {
			note(map[bool]string{false: "reindex", true: "reindex full"}[full])
			return operate.Changes{}, nil
		},
		OnRollback: func(context.Context, func(operate.Progress)) (operate.Changes, error) {
			note("rollback")
			return operate.Changes{}, nil
		},
		OnCancel: func() bool { note("cancel"); return true },
	}
}

func FileOf(name string) bot.Upload {
	return bot.Upload{Name: name, Open: func(context.Context) (io.ReadCloser, error) { return nil, errors.New("not opened in this test") }}
}

// KeepSettings changes what is kept of the group that grouped speaks in.
func KeepSettings(t *testing.T, b *Bot, change func(*state.Settings)) {
	t.Helper()
	if _, err := b.State.ChangeSettings(context.Background(), "telegram", "-100", func(s *state.Settings) error { change(s); return nil }); err != nil {
		t.Fatal(err)
	}
}

func Listening(s *state.Settings) { s.Unaddressed = true }

// Typing is what somebody types to others, by way of the bot.
func Typing(text string, change ...func(*bot.Request)) bot.Request {
	return Grouped(text, append([]func(*bot.Request){func(r *bot.Request) { r.Chat, r.Space, r.Group = "", "", false }}, change...)...)
}

// FakeSearcher is a Searcher and Library that finds what it is told to.
type FakeSearcher struct {
	Texts    *corpus.Corpus
	Found    index.Result
	Err      error
	OnSearch func(ctx context.Context, q index.Query) (index.Result, error) // overrides the others
}

func (f *FakeSearcher) Corpus() *corpus.Corpus { return f.Texts }

func (f *FakeSearcher) Search(ctx context.Context, q index.Query) (index.Result, error) {
	if f.OnSearch != nil {
		return f.OnSearch(ctx, q)
	}
	return f.Found, f.Err
}

// Loaded returns a fake that knows the files and is sure of nothing yet.
func Loaded(t testing.TB, files fs.FS) *FakeSearcher {
	t.Helper()
	c, problems, err := corpus.Load(context.Background(), files, corpus.Aliases{})
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	return &FakeSearcher{Texts: c, Found: index.Result{Searched: index.Scope{Texts: len(c.Texts())}}}
}

// Hit is the sentence n of passage p of the text with the id.
func (f *FakeSearcher) Hit(id string, p, n int, score float64) index.Hit {
	x, ok := f.Texts.Text(id)
	if !ok {
		panic("no text " + id)
	}
	return index.Hit{Text: x, Passage: p, Sentence: x.Passages[p].Sentences[n], Score: score, Met: .5}
}

func Page(s string) *fstest.MapFile {
	return &fstest.MapFile{Data: []byte("---\nurl: https://example.org/page\nlanguage: en\npublished: 2025-12-16\n---\n" + s)}
}

// InPrivate is a question in a private conversation.
func InPrivate(text string) bot.Request {
	return bot.Request{Platform: "console", User: "Secret User", Chat: "Secret Chat", Direct: true, Locale: "en", Text: text}
}

// AuditOf returns the audit log, the newest entry first.
func AuditOf(t *testing.T, b *Bot) []state.Entry {
	t.Helper()
	entries, err := b.State.Audited(context.Background(), 100)
	if err != nil {
		t.Fatal(err)
	}
	for i := range entries {
		entries[i].Last = time.Time{}
	}
	return entries
}

// Commandless is the press of a button by the operator.
func Commandless(tok string) bot.Request {
	return Pressing(tok, func(r *bot.Request) { r.User = "7" })
}

// Managing asks for the settings as who manages the space, with options by name
// and value in turn.
func Managing(options ...string) bot.Request {
	return Asking("", func(r *bot.Request) {
		r.Command, r.Manager, r.Options = "settings", true, make(map[string]string)
		for i := 0; i < len(options); i += 2 {
			r.Options[options[i]] = options[i+1]
		}
	})
}

// SettingsOf returns what is kept of the space that asking asks in.
func SettingsOf(t *testing.T, b *Bot) state.Settings {
	t.Helper()
	s, err := b.State.Settings(context.Background(), "discord", "1")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// ChangeSettings changes the settings of that space.
func ChangeSettings(t *testing.T, b *Bot, options ...string) {
	t.Helper()
	if r := b.Handle(context.Background(), Managing(options...)); r.Kind != bot.KindNotice {
		t.Fatalf("%q: %+v", options, r)
	}
}

// WithPlaces is texts with the places.
func WithPlaces(r bot.Reply) string {
	var b strings.Builder
	b.WriteString(TextsOf(r))
	for _, block := range r.Blocks {
		if l, ok := block.(bot.List); ok {
			for _, it := range l.Items {
				var places []string
				for _, p := range it.Places {
					places = append(places, map[bool]string{true: "role ", false: "channel "}[p.Role]+p.ID)
				}
				b.WriteString(strings.Join(places, ", ") + "\n")
			}
		}
	}
	return b.String()
}

// TextsOf are the texts of a reply, one after another, each ended by a mark that
// no text holds where its block or item ends.
func TextsOf(r bot.Reply) string {
	var b strings.Builder
	for _, block := range r.Blocks {
		switch x := block.(type) {
		case bot.Para:
			b.WriteString(x.Text)
		case bot.Cite:
			b.WriteString(x.Label + x.Text + x.SourceLine())
			for _, n := range x.Notes {
				b.WriteString(n.Text)
			}
		case bot.List:
			for _, it := range x.Items {
				b.WriteString(it.Term + it.Text)
			}
		}
	}
	return b.String()
}

// Values returns what is suggested for an argument of ask.
func Values(b *Bot, arg, typed string, change ...func(*bot.Request)) (out []string) {
	for _, s := range b.Suggest(context.Background(), Asking("", change...), arg, typed) {
		out = append(out, s.Value)
	}
	return out
}

// FillCounts fills a store with 35 days of questions, the last one today.
func FillCounts(t *testing.T, b *Bot) {
	t.Helper()
	ctx := context.Background()
	count := func(o state.Outcome, took time.Duration, shown ...string) {
		if err := b.State.Count(ctx, state.Counted{Outcome: o, Took: took, Shown: shown}); err != nil {
			t.Fatal(err)
		}
	}
	for day := range 35 {
		for range 8 + day%5 {
			count(state.Answered, 15*time.Millisecond, "a", "b", "a")
		}
		for range 2 + day%3 {
			count(state.Refused, 30*time.Millisecond)
		}
		if day%10 == 4 {
			count(state.Failed, 20*time.Second)
		}
		for i := range 4 {
			err := b.State.Feedback(ctx, state.Feedback{Platform: "discord", User: fmt.Sprint(i), Message: fmt.Sprint(day), Helpful: i > 0})
			if err != nil {
				t.Fatal(err)
			}
		}
		if day < 34 {
			time.Sleep(24 * time.Hour)
		}
	}
}

// Grouped is something said in a group of a platform on which a button's work
// takes the place of its message, altered by what follows it.
func Grouped(text string, change ...func(*bot.Request)) bot.Request {
	r := bot.Request{Platform: "telegram", User: "7", Chat: "-100", Space: "-100", Group: true, Locale: "en", Room: 64, InPlace: true, Self: "rapporteur", Text: text}
	for _, f := range change {
		f(&r)
	}
	return r
}

// Alone is the same said to the bot in private.
func Alone(r *bot.Request) { r.Chat, r.Space, r.Group, r.Direct = r.User, "", false, true }

func Addressed(r *bot.Request) { r.Addressed = true }

// Pressed is a press of a button in the group.
func Pressed(tok string, change ...func(*bot.Request)) bot.Request {
	return Grouped("", append([]func(*bot.Request){func(r *bot.Request) { r.Action, r.Message = tok, "900" }}, change...)...)
}

// Labelled returns the token of the button with the label, "" if there is none.
func Labelled(r bot.Reply, label string) string {
	for _, a := range r.Actions {
		if a.Label == label {
			return a.Token
		}
	}
	return ""
}

const PlainToken = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// Fitting checks what holds for the buttons of every reply, and for the tokens
// of its notes.
func Fitting(t *testing.T, what string, r bot.Reply, room int) {
	t.Helper()
	fits := func(made string) {
		if len(made) > room || strings.Trim(made, PlainToken) != "" || !token.Is(made) {
			t.Errorf("%s: the token %q of %d characters where there is room for %d", what, made, len(made), room)
		}
	}
	labels, tokens := make(map[string]bool), make(map[string]bool)
	for _, a := range r.Actions {
		fits(a.Token)
		if n := utf8.RuneCountInString(a.Label); n == 0 || n > 30 || strings.Contains(a.Label, "_") || labels[a.Label] || tokens[a.Token] {
			t.Errorf("%s: a button %+v, of %d characters", what, a, n)
		}
		labels[a.Label], tokens[a.Token] = true, true
		if kind, _, err := token.Read(a.Token); err != nil || bot.ActionKind(kind) != a.Kind {
			t.Errorf("%s: the token of %+v is of kind %d, %v", what, a, kind, err)
		}
	}
	for _, block := range r.Blocks {
		if c, ok := block.(bot.Cite); ok {
			for _, n := range c.Notes {
				if n.Token != "" {
					fits(n.Token)
				}
			}
		}
	}
}

// KeptOf returns what is kept of the group that grouped speaks in.
func KeptOf(t *testing.T, b *Bot) state.Settings {
	t.Helper()
	s, err := b.State.Settings(context.Background(), "telegram", "-100")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// GroupFollow lets people of the group ask for something and want to be told.
func GroupFollow(t *testing.T, b *Bot, question string, users ...string) (stop []string) {
	t.Helper()
	r := b.Handle(context.Background(), Grouped(question, Addressed))
	for _, u := range users {
		got := b.Handle(context.Background(), Pressed(ButtonOf(r, bot.Tell), func(r *bot.Request) { r.User = u }))
		if !IsSaying(got, bot.KindNotice, "will_tell_here", locale.Data{"Question": question}) || got.Private || got.InPlace {
			t.Fatalf("%+v", got)
		}
		Fitting(t, question, got, 64)
		stop = append(stop, ButtonOf(got, bot.StopTelling))
	}
	return stop
}

func RowsOf(t *testing.T, b *Bot, platform, user string) (f state.Forgotten) {
	t.Helper()
	f, err := b.State.Forget(context.Background(), platform, user)
	if err != nil {
		t.Fatal(err)
	}
	return f
}
