// Package ask answers questions with quotes, or says that the sources do not
// answer. It searches, compares messages with the sources, offers quotes to pick
// while a message is typed, and lists the texts there are.
package ask

import (
	"cmp"
	"log/slog"

	"rapporteur/bot"
	"rapporteur/bot/locale"
	"rapporteur/bot/state"
	"rapporteur/corpus/said"
	"rapporteur/index/rank"
)

// data fills a message template.
type data = locale.Data

// Config is what a Room is made of. Searcher and Library are needed.
type Config struct {
	Searcher  Searcher
	Library   bot.Library
	Logger    *slog.Logger // nil discards
	Threshold float64      // the confidence from which a quote counts as an answer outside a conversation; 0 is rank.Balanced
	// Corrections returns what people know better of who speaks, for the corpus that is
	// searched at present; nil for nothing.
	Corrections func() ([]said.Correction, error)
	// FolderGone reports whether the whole corpus folder cannot be read: quotes are
	// compared with the copies that were indexed then. Nil for a folder that is there.
	FolderGone func() bool
	State      *state.Store // keeps what is asked in vain, and opinions; nil for nothing
}

// Room answers questions. It is safe for concurrent use.
type Room struct {
	searcher  Searcher
	library   bot.Library
	log       *slog.Logger
	quotes    quoter
	threshold float64
	state     *state.Store
	asked     *history
	recent    *recent
	catalogs  *catalogs
	voices    *voices
	books     books
}

// New returns a room that is ready to answer.
func New(c Config) *Room {
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	voices := newVoices(c.Corrections, c.Logger)
	return &Room{
		searcher:  c.Searcher,
		library:   c.Library,
		log:       c.Logger,
		quotes:    quoter{log: c.Logger, library: c.Library, voices: voices, folderGone: c.FolderGone},
		threshold: cmp.Or(c.Threshold, rank.Balanced),
		state:     c.State,
		asked:     newHistory(),
		recent:    newRecent(),
		catalogs:  newCatalogs(),
		voices:    voices,
	}
}

// Blocked returns how many quotes were not sent since the start because the
// stored text no longer said them.
func (b *Room) Blocked() int64 { return b.quotes.blocked.Load() }

// ForgetAsker takes a person off the questions they asked, which are remembered for
// completing what others type, and forgets the last one of theirs.
func (b *Room) ForgetAsker(r bot.Request) {
	b.asked.forget(r)
	b.recent.forget(r)
}

// filterArgs are the filters of every command that searches.
var filterArgs = []bot.Arg{
	{Name: "by", Suggest: true}, {Name: "source", Suggest: true}, {Name: "since", Suggest: true}, {Name: "before", Suggest: true},
	{Name: "asof", Suggest: true}, {Name: "lang", Suggest: true},
}

// WithFilters are the arguments of a command that searches.
func WithFilters(first bot.Arg) []bot.Arg {
	return append(append([]bot.Arg{first}, filterArgs...), bot.Arg{Name: bot.ArgPrivate, Kind: bot.ArgFlag})
}

// Table returns the commands of the room and what its buttons do.
func (b *Room) Table() bot.Table {
	t := bot.Table{
		Commands: []bot.Command{
			{Name: "ask", Args: WithFilters(bot.Arg{Name: "question", Required: true, Suggest: true}), Run: b.ask},
			{Name: "search", Args: WithFilters(bot.Arg{Name: "words", Required: true, Suggest: true}), Run: b.search},
			{Name: "verify", Also: "check", Menu: "menu_verify", Private: true, Args: []bot.Arg{{Name: "text", Required: true}}, Run: b.check},
			{Name: "latest", Args: []bot.Arg{{Name: "source", Suggest: true}, {Name: "asof", Suggest: true}, {Name: "lang", Suggest: true}}, Run: b.latest},
			{Name: "sources", Args: []bot.Arg{{Name: "words"}}, Run: b.sources},
			{Name: "source", Args: []bot.Arg{{Name: "id", Required: true, Suggest: true}}, Run: b.source},
		},
		Presses: map[bot.ActionKind]bot.Press{
			bot.Show:  {Run: b.pressShow},
			bot.Check: {Run: b.checkAbout},
		},
		Pick:    b.pick,
		Suggest: b.suggest,
	}
	for _, kind := range []bot.ActionKind{bot.More, bot.Context, bot.Origin, bot.Helpful, bot.NotHelpful} {
		t.Presses[kind] = b.about(kind)
	}
	return t
}
