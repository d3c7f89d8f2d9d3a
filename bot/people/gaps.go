package people

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/ask"
	"rapporteur/bot/locale"
	"rapporteur/bot/state"
	"rapporteur/bot/table"
	"rapporteur/corpus"
	analysis "rapporteur/index/words"
)

const (
	// maxGaps is how many refused questions are looked at: grouping them takes a
	// fraction of a second.
	maxGaps = 5000
	// listedGaps is how many groups a message shows.
	listedGaps = 10
	// searchedGaps is for how many groups the texts are searched anew; a search
	// takes milliseconds, and half a request's time is the most that all may take.
	searchedGaps = 200
	// alikeFrom is the share of words that questions of one group have in common,
	// as Jaccard similarity of stems: half of them.
	alikeFrom = 0.5
	// otherWordings is how many further wordings of a group the file names.
	otherWordings = 5
)

// gap is a group of refused questions that are alike. The first is the one that
// most people asked.
type gap struct {
	questions   []state.Question
	people      map[int]bool
	times       int
	first, last time.Time
	near        nearness
	nearest     string // id of the text that is nearest or answers, ""
}

// nearness says what the texts have to a question by now.
type nearness int

const (
	notSearched nearness = iota
	nothingNear
	passageNear
	answersNow
)

// stems are the words of a question by which it is compared: folded and stemmed,
// without those that any question has, if others are left. Numbers stand apart.
type stems struct {
	words   []string // sorted, each once
	numbers []string
}

func stemsOf(a *analysis.Analyser, question string) stems {
	var s stems
	var stop []string
	language := append(analysis.Guess(question), "en")[0] // words in other scripts than Latin are stemmed by their script
	for _, t := range a.Tokens(language, question) {
		switch {
		case t.Has(analysis.Number):
			s.numbers = append(s.numbers, t.Term)
		case t.Has(analysis.Stop):
			stop = append(stop, t.Term)
		default:
			s.words = append(s.words, t.Term)
		}
	}
	if len(s.words) == 0 {
		s.words = stop
	}
	for _, list := range []*[]string{&s.words, &s.numbers} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return s
}

// group puts questions together that are alike, the first of each group being
// what the others are compared with. Two are alike that have half of their words
// in common, and the same numbers: what was spent in 2025 is not what will be in
// 2026.
func group(gaps []state.Gap) []*gap {
	var out []*gap
	var heads []stems
	with := make(map[string][]int)      // groups whose first question has the word
	common := make([]int, 0, len(gaps)) // by group, words in common with the question at hand
	analyser := analysis.New(nil)
	for _, g := range gaps {
		q, err := ask.ParseQuestion(g.Question.Text, nil)
		if err != nil || q.Text == "" { // filters do not make it another question
			q.Text = g.Question.Text
		}
		s := stemsOf(analyser, q.Text)
		var touched []int
		for _, w := range s.words {
			for _, i := range with[w] {
				if common[i]++; common[i] == 1 {
					touched = append(touched, i)
				}
			}
		}
		best, most := -1, 0.0
		for _, i := range touched {
			alike := float64(common[i]) / float64(len(s.words)+len(heads[i].words)-common[i])
			common[i] = 0
			if alike >= alikeFrom && (alike > most || alike == most && i < best) && slices.Equal(s.numbers, heads[i].numbers) {
				best, most = i, alike
			}
		}
		if best < 0 {
			best = len(out)
			out = append(out, &gap{people: make(map[int]bool), first: g.First, last: g.Last})
			heads, common = append(heads, s), append(common, 0)
			for _, w := range s.words {
				with[w] = append(with[w], best)
			}
		}
		out[best].add(g)
	}
	slices.SortStableFunc(out, func(a, b *gap) int {
		return cmp.Or(cmp.Compare(len(b.people), len(a.people)), cmp.Compare(b.times, a.times), b.last.Compare(a.last))
	})
	return out
}

func (g *gap) add(one state.Gap) {
	g.questions = append(g.questions, one.Question)
	for _, p := range one.Askers {
		g.people[p] = true
	}
	g.times += one.Times
	if one.First.Before(g.first) {
		g.first = one.First
	}
	if one.Last.After(g.last) {
		g.last = one.Last
	}
}

// gaps lists what people asked and the texts do not answer.
func (b *Room) gaps(ctx context.Context, c *bot.Call) (bot.Reply, error) {
	if b.state == nil {
		return bot.Reply{}, errNoRecords
	}
	refused, err := b.state.Gaps(ctx, maxGaps)
	if err != nil {
		return bot.Reply{}, err
	}
	if len(refused) == 0 {
		return bot.Notice(bot.Para{Text: c.Say("gaps_none", data{"Days": b.retentionDays()})}), nil
	}
	groups := group(refused)
	if err := b.lookUp(ctx, groups[:min(len(groups), searchedGaps)]); err != nil {
		return bot.Reply{}, err
	}
	r := bot.Notice(bot.Para{Text: c.Say("gaps", data{"Count": len(groups)}), Style: bot.Strong})
	var l bot.List
	for _, g := range groups[:min(len(groups), listedGaps)] {
		l.Items = append(l.Items, gapItem(c, g))
	}
	r.Blocks = append(r.Blocks, l)
	if more := len(groups) - len(l.Items); more > 0 {
		r.Blocks = append(r.Blocks, bot.Para{Text: c.Say("gaps_more", data{"Count": more}), Style: bot.Small})
	}
	if len(refused) == maxGaps {
		r.Blocks = append(r.Blocks, bot.Para{Text: c.Say("gaps_cut", data{"Max": maxGaps}), Style: bot.Small})
	}
	r.Files = []bot.File{gapsFile(groups)}
	return r, nil
}

// retentionDays is for how many days most is kept.
func (b *Room) retentionDays() int { return int(math.Ceil(b.retention.Hours() / 24)) }

// lookUp searches the texts of now, all of them, for the first question of each
// group, as long as there is time.
func (b *Room) lookUp(ctx context.Context, groups []*gap) error {
	ctx, cancel := context.WithTimeout(ctx, b.timeout/2)
	defer cancel()
	for _, g := range groups {
		q := g.questions[0]
		a, err := b.asked.Ask(ctx, q.Text, q.Options)
		var explained *bot.UserError
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.As(err, &explained):
			continue
		case err != nil:
			return err
		case a.Answered:
			g.near, g.nearest = answersNow, a.Quotes[0].Source.ID
		case len(a.Nearest) > 0:
			g.near, g.nearest = passageNear, a.Nearest[0].Source.ID
		default:
			g.near = nothingNear
		}
	}
	return nil
}

// gapItem shows a group.
func gapItem(c *bot.Call, g *gap) bot.Item {
	text := []string{c.Say("gap_asked", data{"Count": g.times,
		"Question": locale.Shorten(g.questions[0].Text, locale.MaxName), "Day": c.Date(corpus.Date{Time: g.last})})}
	if n := len(g.questions) - 1; n > 0 {
		text = append(text, c.Say("gap_wordings", data{"Count": n}))
	}
	switch g.near {
	case answersNow:
		text = append(text, c.Say("gap_answered", data{"ID": g.nearest}))
	case passageNear:
		text = append(text, c.Say("gap_near", data{"ID": g.nearest}))
	case nothingNear:
		text = append(text, c.Say("gap_nothing_near", nil))
	default:
		text = append(text, c.Say("gap_not_searched", nil))
	}
	people := c.Say("gap_people", data{"Count": len(g.people)})
	if len(g.people) == 0 { // asked before people were counted
		people = c.Say("gap_people_unknown", nil)
	}
	return bot.Item{Term: people, Text: strings.Join(text, " ")}
}

// nearLabels are how the file says what the texts have to a question.
var nearLabels = map[nearness]string{notSearched: "not searched", nothingNear: "nothing near", passageNear: "near", answersNow: "answered"}

// gapsFile makes a table of all groups, for a spreadsheet. Its names are English,
// whoever reads it, so that programs can read it too. It is UTF-8 with the mark by
// which Excel knows that, and its lines end as RFC 4180 wants.
func gapsFile(groups []*gap) bot.File {
	rows := [][]string{{"question", "filters", "people", "times", "first", "last", "wordings", "other wordings", "texts", "text"}}
	for _, g := range groups {
		var filters, others []string
		q := g.questions[0]
		for _, name := range slices.Sorted(maps.Keys(q.Options)) {
			filters = append(filters, name+":"+q.Options[name])
		}
		for _, other := range g.questions[1:min(len(g.questions), 1+otherWordings)] {
			others = append(others, strings.Join(strings.Fields(other.Text), " "))
		}
		people := strconv.Itoa(len(g.people))
		if len(g.people) == 0 {
			people = ""
		}
		rows = append(rows, []string{
			strings.Join(strings.Fields(q.Text), " "), strings.Join(filters, " "), people, strconv.Itoa(g.times),
			g.first.Format(time.DateOnly), g.last.Format(time.DateOnly),
			strconv.Itoa(len(g.questions)), strings.Join(others, " | "), nearLabels[g.near], g.nearest,
		})
	}
	return table.CSV("gaps.csv", rows)
}
