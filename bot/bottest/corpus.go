package bottest

import (
	"context"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/ask"
	"rapporteur/bot/operate"
	"rapporteur/bot/people"
	"rapporteur/bot/settings"
	"rapporteur/bot/state"
	"rapporteur/bot/statements"
	"rapporteur/corpus"
	"rapporteur/corpus/said"
	"rapporteur/corpus/texts"
	"rapporteur/index"
)

// Sentences of the sample texts that conversations ask for. They are made up.
const (
	Budget   = "The finance ministry of Freedonia said that the bridge would cost $120 million in 2026."
	Half     = "Half of the cost of the bridge, $60 million, is to come from neighbouring Sylvania, the ministry said."
	Hostile  = "The *engineers* wrote <b>no</b> to [this](https://evil.example) & said: @everyone must_read_this \\o/ `now` ~~or~~ ||never|| <@1> #1."
	Ukrainic = "Міністр Остап Вишня заявив, що міст через річку Бистру збудують до кінця 2027 року."
	Flood    = "The harbour master of Freedonia said that the flood of 1934 had destroyed eleven warehouses and the old customs house."
	Opening  = "Captain Rufus Firefly will open the bridge on 1 May 2027 in the town of Kiev Springs."
)

// Files returns the sample corpus: short texts, four of which took a sentence
// from one agency, and one that does not fit any platform's message.
func Files() fstest.MapFS {
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	var long strings.Builder
	for i := range 400 {
		long.WriteString("Речення номер " + strings.Repeat("і", i%7+1) + " цієї довгої стенограми нічого не важить. ")
	}
	wire := func(publisher, day, s string) *fstest.MapFile {
		return file("---\ntitle: The flood\npublisher: " + publisher + "\npublished: " + day + "\nlanguage: en\n---\n\n" + s + "\n")
	}
	return fstest.MapFS{
		"flood-a.md": wire("Sylvania Times", "2025-12-15", strings.Replace(Flood, "old customs", "ancient customs", 1)),
		"flood-b.md": wire("Freedonia Post", "2025-12-14", Flood),
		"flood-c.md": wire("Osterlich Courier", "2025-12-15", Flood),
		"flood-d.md": wire("Osterlich Courier", "2025-12-16", strings.TrimSuffix(Flood, ".")),
		"bridge.md": file("---\ntitle: The bridge\npublisher: Freedonia Post\nurl: https://example.org/bridge\npublished: 2025-12-16\nlanguage: en\n" +
			"based_on: https://example.net/wire\n---\n\n# The bridge\n\n" + Budget + " " + Half + "\n\n" + Opening + "\n"),
		"hostile.md": file("---\ntitle: \"Notes * <i>of</i> [engineers]\"\npublished: 2025-12-17\nlanguage: en\n---\n\n" + Hostile + "\n"),
		"міст.md":    file("---\ntitle: Міст через Бистру\npublisher: Вісті\nurl: https://example.org/міст\npublished: 2025-12-18\nlanguage: uk\n---\n\n" + Ukrainic + "\n"),
		"long.txt":   file("Довга стенограма\n\n" + long.String() + "\n"),
	}
}

// Config is what a bot of all rooms is made of. Searcher and Library are needed.
type Config struct {
	bot.Config
	Searcher  ask.Searcher
	Library   bot.Library
	Keeper    operate.Keeper
	Changed   func()
	Retention time.Duration
	Version   string
	Encoder   string

	Corrections func() ([]said.Correction, error)
	Parties     func() (said.Parties, error)
	Correct     func(said.Correction) error
}

// Bot is a bot with all rooms, as the program puts it together.
type Bot struct {
	*bot.Bot
	Answers   *ask.Room
	Operators *operate.Room
	People    *people.Room
	State     *state.Store
	Library   bot.Library
	key       []byte // of the seals
}

// New puts a bot together.
func New(c Config) *Bot {
	if c.Key == nil {
		c.Key = c.State.Key("buttons")
	}
	b := &Bot{State: c.State, Library: c.Library, key: c.Key}
	b.Answers = ask.New(ask.Config{Searcher: c.Searcher, Library: c.Library, Logger: c.Logger, Threshold: c.Threshold, State: c.State, Corrections: c.Corrections})
	b.Operators = operate.New(operate.Config{Keeper: c.Keeper, Library: c.Library, Asked: b.Answers, Logger: c.Logger, Changed: c.Changed, Correct: c.Correct})
	b.People = people.New(people.Config{
		Asked: b.Answers, State: c.State, Logger: c.Logger, Timeout: c.Timeout, Retention: c.Retention, Version: c.Version, Encoder: c.Encoder,
	})
	told := statements.New(statements.Config{Asked: b.Answers, Library: c.Library, Parties: c.Parties})
	b.Bot = bot.New(c.Config, b.Answers.Table(), told.Table(), settings.New(c.State, c.Library).Table(), b.Operators.Table(), b.People.Table())
	return b
}

// Announced is what Announce did.
type Announced = people.Announced

// Commands are the commands of a bot with all rooms, in a language.
func Commands(locale string) []bot.Command { return New(Config{}).Commands(locale) }

// SettingArgs are the arguments of the settings command.
func SettingArgs(group bool) []bot.Arg { return settings.Args(group) }

// Ask answers a question outside a conversation.
func (b *Bot) Ask(ctx context.Context, text string, options map[string]string) (ask.Answer, error) {
	return b.Answers.Ask(ctx, text, options)
}

// Announce tells everybody who waits for an answer that is there by now.
func (b *Bot) Announce(ctx context.Context, senders map[string]bot.Sender) (Announced, error) {
	return b.People.Announce(ctx, b.Bot, senders)
}

// Blocked returns how many quotes were not sent.
func (b *Bot) Blocked() int64 { return b.Answers.Blocked() }

// Close ends what still goes on.
func (b *Bot) Close() { b.Operators.Close() }

// NewBot returns a bot that answers from the sample corpus through a real
// index. Change may alter its configuration; nil is fine.
func NewBot(t testing.TB, change func(*Config)) *Bot {
	t.Helper()
	return newBot(t, Files(), corpus.Aliases{Groups: [][]string{{"Kyiv", "Kiev", "Київ"}}}, change)
}

// NewBundled returns a bot as operators run it: with the texts that come with
// the program, and a state, which is in memory.
func NewBundled(t testing.TB, change func(*Config)) *Bot {
	t.Helper()
	aliases, err := corpus.ReadAliases(texts.FS)
	if err != nil {
		t.Fatal(err)
	}
	keep := KeptIn(t, "")
	return newBot(t, texts.FS, aliases, func(cfg *Config) {
		keep(cfg)
		if change != nil {
			change(cfg)
		}
	})
}

func newBot(t testing.TB, files fs.FS, aliases corpus.Aliases, change func(*Config)) *Bot {
	t.Helper()
	c, problems, err := corpus.Load(context.Background(), files, aliases)
	if err != nil || len(problems) > 0 {
		t.Fatalf("corpus: %v, %v", err, problems)
	}
	x, err := index.Open(context.Background(), c, index.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	cfg := Config{Searcher: x, Library: x, Version: "test"}
	if change != nil {
		change(&cfg)
	}
	return New(cfg)
}
