package ask

import (
	"log/slog"
	"regexp"
	"sync"
	"unicode"
	"unicode/utf8"

	lru "github.com/hashicorp/golang-lru/v2"

	"rapporteur/bot/locale"
	"rapporteur/corpus"
	"rapporteur/corpus/said"
	"rapporteur/index"
)

// Speaker is who says a quote, as its text has it.
type Speaker struct {
	Name    string      `json:"name"`    // as the text names the speaker in full
	Mention string      `json:"mention"` // the words beside the cue: he, the minister, Merz; "" in a transcript
	Start   int         `json:"start"`   // bytes of the stored text in which the mention stands
	End     int         `json:"end"`
	Manner  said.Manner `json:"manner"`
	Cue     string      `json:"cue"` // the words that say that somebody says it; "" in a transcript
}

// maxHeard is how many texts' statements are remembered: those of many questions
// about the same texts. One takes a few kilobytes.
const maxHeard = 512

// voices knows who says the sentences of texts. Statements are found when they
// are first asked for, a millisecond for a text of some pages.
type voices struct {
	corrections func() ([]said.Correction, error)
	log         *slog.Logger

	mu     sync.Mutex
	corpus *corpus.Corpus               // for which the corrections were read
	by     map[string][]said.Correction // text id
	found  *lru.Cache[*corpus.Text, said.Found]
}

func newVoices(corrections func() ([]said.Correction, error), log *slog.Logger) *voices {
	found, err := lru.New[*corpus.Text, said.Found](maxHeard)
	if err != nil {
		panic(err) // only for a size below one
	}
	return &voices{corrections: corrections, log: log, found: found}
}

// correct returns the corrections of a text. They are read anew for each state of
// the corpus.
func (v *voices) correct(c *corpus.Corpus, id string) []said.Correction {
	if v.corrections == nil {
		return nil
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.corpus != c {
		v.corpus, v.by = c, make(map[string][]said.Correction)
		v.found.Purge()
		list, err := v.corrections()
		if err != nil {
			v.log.Error("corrections of speakers cannot be read", "err", err)
		}
		for _, one := range list {
			v.by[one.Text] = append(v.by[one.Text], one)
		}
	}
	return v.by[id]
}

// ReadCorrectionsAnew has the corrections of speakers read again: they have changed.
func (b *Room) ReadCorrectionsAnew() {
	b.voices.mu.Lock()
	b.voices.corpus = nil
	b.voices.mu.Unlock()
	b.books.mu.Lock()
	b.books.corpus, b.books.made = nil, nil
	b.books.mu.Unlock()
}

// of returns the statements of a text. A text whose statements cannot be read has
// none.
func (v *voices) of(c *corpus.Corpus, t *corpus.Text) said.Found {
	corrections := v.correct(c, t.ID)
	if f, ok := v.found.Get(t); ok {
		return f
	}
	f, err := said.Find(t)
	if err != nil {
		return said.Found{}
	}
	if len(corrections) > 0 {
		if f, _, err = f.Correct(t, corrections); err != nil {
			return said.Found{}
		}
	}
	v.found.Add(t, f)
	return f
}

// book returns the statements of the hits' texts.
func (v *voices) book(c *corpus.Corpus, hits []index.Hit) *said.Book {
	found := make(map[string]said.Found)
	for _, h := range hits {
		if _, ok := found[h.Text.ID]; !ok {
			found[h.Text.ID] = v.of(c, h.Text)
		}
	}
	return said.NewBook(c, found)
}

// sayingCue matches English cues after which it is true that somebody said it. A text
// also gives views, wishes and acts as statements (wants, supports, has refused):
// those are the text's own telling, and a label would turn them into speech.
var sayingCue = regexp.MustCompile(`(?i)\b(?:say|says|said|saying|tells?|told|telling|according to|in the words of|as reported by|` +
	`(?:stat|not|announc|declar|argu|stress|emphasi[sz]|insist|claim|report|confirm|reaffirm|affirm|repeat|reiterat|urg|caution|warn|` +
	`promis|pledg|acknowledg|admit|suggest|propos|indicat|explain|comment|tweet|respond|repl|recall|add|assert|alleg|conced|` +
	`conclud|den|observ|remark|remind|mention|contend|maintain|vow|demand|testif|predict|threaten|disclos|underlin|underscor|highlight|clarif|specif)` +
	`(?:e|es|ed|ing|s|t?ed|t?ing|y|ies|ied|ting|ted)?|den(?:y|ies|ied)|wr(?:ite|ites|ote|itten)|(?:statement|remark|comment|claim|promise|pledge|warning|announcement|declaration|proposal)s?)\b`)

// isSaying reports whether a statement is something said. The lists of the other
// languages hold nothing else.
func isSaying(cue, lang string) bool { return cue == "" || lang != "en" || sayingCue.MatchString(cue) }

// speaker returns who says a sentence, nil where the text names nobody, or more
// than one: a wrong name is worse than none.
func (v *voices) speaker(c *corpus.Corpus, t *corpus.Text, r corpus.Range) *Speaker {
	statements := v.of(c, t).Statements
	s, ok := said.Covering(statements, r)
	if !ok || !s.Speaker.Known() {
		return nil
	}
	for _, other := range statements {
		within := s.Contains(other.Range) || other.Contains(s.Range)
		if !within && other.Speaker.Name != s.Speaker.Name && 2*shared(other.Range, r) >= shared(s.Range, r) {
			return nil
		}
	}
	mention, err := t.Read(s.Speaker.Mention)
	if err != nil {
		return nil
	}
	cue, err := t.Read(s.Cue)
	if err != nil {
		return nil
	}
	if !isSaying(cue, t.Language) {
		return nil
	}
	return &Speaker{Name: s.Speaker.Name, Mention: mention, Start: s.Speaker.Mention.Start, End: s.Speaker.Mention.End, Manner: s.Manner, Cue: cue}
}

// shared is how many bytes two ranges have in common.
func shared(a, b corpus.Range) int { return max(0, min(a.End, b.End)-max(a.Start, b.Start)) }

// saidBy says who says a quote and how, "" for nobody. The sentences need neither
// the gender nor a case of the name.
func saidBy(w locale.Words, s *Speaker) string {
	if s == nil {
		return ""
	}
	name := locale.Shorten(locale.OneLine(s.Name), locale.MaxName)
	first, size := utf8.DecodeRuneInString(name)
	d := data{"Name": string(unicode.ToUpper(first)) + name[size:]} // it begins a line
	switch s.Manner {
	case said.Direct:
		return w.Say("said_direct", d)
	case said.Mixed:
		return w.Say("said_mixed", d)
	}
	return w.Say("said_reported", d)
}
