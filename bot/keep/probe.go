package keep

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"rapporteur/bot/ask"
	"rapporteur/bot/operate"
	"rapporteur/index"
)

// ProbeFile is the file in the corpus folder that lists known questions, one a
// line; lines that begin with # are remarks. It is no text, as its name begins
// with an underscore.
const ProbeFile = "_probes.txt"

// mostProbes is how many known questions are asked: each takes some milliseconds,
// twice for every reindexing.
const mostProbes = 200

// mostAsked bounds the file, which may be anything; a question has 300 bytes.
const mostAsked = mostProbes * 300

// lead is a known question, and what led when it was last asked.
type lead struct {
	Question string `json:"question"`
	Text     string `json:"text"`     // the id of the text, "" for no answer
	Sentence string `json:"sentence"` // see index.Probe
}

// questions returns the known questions.
func (k *Keeper) questions() []string {
	path := filepath.Join(k.folder.Dir(), ProbeFile)
	info, err := os.Stat(path)
	if err != nil {
		return nil
	}
	if !info.Mode().IsRegular() || info.Size() > mostAsked {
		k.c.Logger.Warn("known questions are not asked", "file", ProbeFile, "cause", "it is no ordinary file of at most 60 kB")
		return nil
	}
	b, err := os.ReadFile(path)
	if err != nil {
		k.c.Logger.Warn("known questions are not asked", "file", ProbeFile, "err", err)
		return nil
	}
	var out []string
	for line := range strings.Lines(strings.TrimPrefix(string(b), "\uFEFF")) {
		line = strings.ToValidUTF8(strings.TrimSpace(line), "")
		if line == "" || strings.HasPrefix(line, "#") || slices.Contains(out, line) {
			continue
		}
		if len(out) == mostProbes {
			k.c.Logger.Warn("not all known questions are asked", "file", ProbeFile, "at_most", mostProbes)
			break
		}
		out = append(out, line)
	}
	return out
}

// query is the query of a question, as the bot asks it.
func query(question string) index.Query {
	q, err := ask.ParseQuestion(question, nil)
	if err != nil { // a filter that is none: then it is words
		return index.Query{Text: question, Limit: 1}
	}
	return index.Query{Text: q.Text, Phrases: q.Phrases, Sources: q.Sources, Since: q.Since, Before: q.Before, Language: q.Lang, Limit: 1}
}

// ask returns what leads for the questions.
func (k *Keeper) ask(ctx context.Context, questions []string) ([]lead, error) {
	var out []lead
	for _, question := range questions {
		q := query(question)
		r, err := k.c.Index.Search(ctx, q)
		if err != nil {
			return nil, err
		}
		p, err := index.NewProbe(q, r, k.c.Threshold)
		if err != nil {
			return nil, err
		}
		out = append(out, lead{question, p.Text, p.Sentence})
	}
	return out, nil
}

// known returns what is known to answer the questions: what led when other texts
// were last searched, and for a question that is new what leads now.
func (k *Keeper) known(ctx context.Context) ([]lead, error) {
	var out []lead
	for _, question := range k.questions() {
		i := slices.IndexFunc(k.leads, func(l lead) bool { return l.Question == question })
		if i >= 0 {
			out = append(out, k.leads[i])
			continue
		}
		l, err := k.ask(ctx, []string{question})
		if err != nil {
			return nil, err
		}
		out = append(out, l...)
	}
	return out, nil
}

func (k *Keeper) probes(ctx context.Context) ([]index.Probe, error) {
	known, err := k.known(ctx)
	var out []index.Probe
	for _, l := range known {
		out = append(out, index.Probe{Query: query(l.Question), Text: l.Text, Sentence: l.Sentence})
	}
	return out, err
}

// compare returns the known questions that are not answered as when they were
// last asked.
func (k *Keeper) compare(ctx context.Context) []operate.Probed {
	var out []operate.Probed
	for _, was := range k.leads {
		now, err := k.ask(ctx, []string{was.Question})
		if err != nil {
			k.c.Logger.Warn("the known questions could not be asked", "err", err)
			return out
		}
		if now[0] != was {
			out = append(out, operate.Probed{Question: was.Question, Before: was.Text, Now: now[0].Text})
		}
	}
	return out
}
