package main

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"rapporteur/index/rank"
	"rapporteur/index/words"
)

// strangeQuestions are what else people ask of a name than the text tells: @
// stands for the name, and an asterisk after the word without which a text
// cannot answer. They are our own, about whatever may be asked of anybody.
var strangeQuestions = strings.Split(strings.TrimSpace(`
When was @ born*?
How old* is @?
When was @ founded*?
Who founded* @?
Who is the mayor* of @?
Who is the king* of @?
What is the population* of @?
How many inhabitants* has @?
What is the weather* like in @?
Who commands* @?
When did @ resign*?
Did @ marry*?
Where did @ study*?
Where was @ buried*?
What does @ earn*?
How many children* does @ have?
How tall* is @?
What did the pope* say about @?
What did China* promise @?
When did Brazil* leave @?
Which team* from @ won the cup?
Who scored* for @?
How many tourists* visit @?
What currency* is used in @?
What language* is spoken in @?
How much does a flight* to @ cost?
How much does a ticket* to @ cost?
When will the airport* of @ reopen?
Which bank* owns @?
Who wrote the anthem* of @?
How many refugees* came to @?
How many hospitals* are in @?
What did @ say about bitcoin*?
What did @ say about the vaccine*?
When does the festival* in @ begin?
Which film* is about @?
Who painted* @?
Which drones* does @ use?
How many tanks* did @ deliver?
How many hostages* did @ release?
What is the price of oil* in @?
When are the next elections* in @?
Who won the election* in @?
Which sanctions* hit @?
What did the court* decide about @?
Did @ vote* for the budget?
How many seats* does @ have in parliament?
What is the exchange rate* of @?
How much tax* does @ pay?
Which newspaper* reported on @?
What is the favourite food* of @?
How many medals* did @ win?
When was the bridge* of @ built?
How fast* is @?
What colour* is @?
Who designed* @?
How many soldiers* did @ lose?
Who is the lawyer* of @?
When was @ arrested*?
Why was @ fired*?
`), "\n")

// strange returns questions about names of the corpus that it cannot answer:
// it holds neither the word the question turns on nor one closely related.
func (m *mini) strange(n int, pick func(int) int) []string {
	var a words.Analyser
	stands := make(map[rank.Term]bool)
	var names []string
	for _, p := range m.text.Passages {
		for _, s := range p.Sentences {
			text := s.Of(m.text.Body)
			for _, t := range a.Tokens("en", text) {
				stands[rank.Hash(t.Term)] = true
			}
			fields := strings.Fields(text)
			for i := 1; i < len(fields); i++ { // the first word has a capital anyway
				j := i
				for j < len(fields) && capital(fields[j]) {
					j++
					if !letter(fields[j-1]) {
						break
					}
				}
				if name := strings.Trim(strings.Join(fields[i:j], " "), ".,;:!?()\"'“”’"); j > i && len(name) > 2 && !slices.Contains(names, name) {
					names = append(names, name)
				}
				i = max(i, j-1)
			}
		}
	}
	if len(names) == 0 {
		return nil
	}
	var out []string
	for range n {
		form := strangeQuestions[pick(len(strangeQuestions))]
		name := names[pick(len(names))]
		before, after, _ := strings.Cut(form, "*")
		key := before[strings.LastIndexByte(before, ' ')+1:]
		if m.holds(a.Tokens("en", key)[0].Term, stands) {
			continue
		}
		out = append(out, strings.ReplaceAll(before+after, "@", name))
	}
	return out
}

// holds reports whether a word or one closely related is among those that
// stand in the corpus.
func (m *mini) holds(term string, stands map[rank.Term]bool) bool {
	if stands[rank.Hash(term)] {
		return true
	}
	short := make(map[uint32]bool)
	for t := range stands {
		short[rank.Short(t)] = true
	}
	return slices.ContainsFunc(rank.Near(rank.Hash(term)), func(r rank.Related) bool {
		return r.Relation != rank.Explained && r.Relation != rank.Translated && r.Relation != rank.Broader && r.Relation != rank.Akin && short[r.Short]
	})
}

func capital(w string) bool {
	r, _ := utf8.DecodeRuneInString(w)
	return unicode.IsUpper(r)
}

// letter reports whether a word ends as words do within a name.
func letter(w string) bool {
	r, _ := utf8.DecodeLastRuneInString(w)
	return unicode.IsLetter(r)
}
