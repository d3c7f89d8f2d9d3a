package ask

import (
	"slices"
	"strings"
	"unicode"

	"rapporteur/bot"
	"rapporteur/bot/locale"
	"rapporteur/corpus"
	"rapporteur/corpus/said"
	"rapporteur/index"
)

const (
	// candidates is how many sentences are compared with a claim: the words that were
	// changed in it may put others before the one it was taken from.
	candidates = 64
	// nearlyFrom is the share of words that a claim and a sentence have in common, in
	// order, for the one to be the other with differences: as many the same as not.
	nearlyFrom = .6
	// maxDiffs is how many differences are told apart; more is another sentence.
	maxDiffs = 6
)

// likeness is how a claim stands to a sentence.
type likeness int

const (
	unlike  likeness = iota
	nearly           // the same words but for some
	exactly          // all words of the claim, one after the other
)

// compared is a claim beside the sentence that is most like it.
type compared struct {
	hit   index.Hit
	as    likeness
	diffs []diff
}

// diff is a difference: words of the claim in the place of words of the sentence.
// Either may be empty.
type diff struct{ claim, text string }

// asWords splits a text into words as they are compared: in lower case, without
// marks, with one kind of apostrophe.
func asWords(s string) (words []string) {
	return strings.FieldsFunc(strings.ToLower(strings.NewReplacer("’", "'", "ʼ", "'").Replace(s)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && !strings.ContainsRune("'$€£₴%", r)
	})
}

// mostLike compares a claim with the sentences that were found for it.
func mostLike(claim string, hits []index.Hit) (best compared) {
	want := asWords(claim)
	most := 0.0
	for i, h := range hits {
		sentence, err := h.Text.Read(h.Sentence)
		if err != nil {
			continue
		}
		have := asWords(sentence)
		if isWithin(want, have) {
			return compared{hit: h, as: exactly}
		}
		pairs := inCommon(want, have)
		share := 2 * float64(len(pairs)) / float64(len(want)+len(have))
		if i == 0 || share > most {
			most = share
			best = compared{hit: h}
			if share >= nearlyFrom {
				best.as, best.diffs = nearly, differences(want, have, pairs)
			}
		}
	}
	return best
}

// isWithin reports whether words stand in others one after the other.
func isWithin(want, have []string) bool {
	for i := 0; i+len(want) <= len(have); i++ {
		if slices.Equal(have[i:i+len(want)], want) {
			return len(want) > 0
		}
	}
	return false
}

// inCommon returns the pairs of places of a longest common subsequence, in order.
func inCommon(a, b []string) (pairs [][2]int) {
	length := make([][]int, len(a)+1) // of what comes after i and j
	for i := range length {
		length[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				length[i][j] = length[i+1][j+1] + 1
			} else {
				length[i][j] = max(length[i+1][j], length[i][j+1])
			}
		}
	}
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			pairs = append(pairs, [2]int{i, j})
			i, j = i+1, j+1
		case length[i+1][j] >= length[i][j+1]:
			i++
		default:
			j++
		}
	}
	return pairs
}

// differences returns what stands between the pairs. What the sentence has before the
// first and after the last of them was left out, not changed.
func differences(claim, text []string, pairs [][2]int) (out []diff) {
	i, j := 0, 0
	for n, p := range append(slices.Clone(pairs), [2]int{len(claim), len(text)}) {
		mine, theirs := strings.Join(claim[i:p[0]], " "), strings.Join(text[j:p[1]], " ")
		edge := n == 0 || n == len(pairs)
		if mine != "" || theirs != "" && !edge {
			if mine == "" || !edge || len(strings.Fields(theirs)) <= 3*len(strings.Fields(mine)) {
				out = append(out, diff{mine, theirs})
			} else {
				out = append(out, diff{claim: mine})
			}
		}
		i, j = p[0]+1, p[1]+1
	}
	return out
}

// attributed returns whose words a claim gives, and these words: the claim itself and
// "" if it gives nobody's.
func attributed(claim string) (speaker, words string) {
	t, _, bad := corpus.Parse("claim.txt", claim)
	if bad != nil || t == nil {
		return "", claim
	}
	found, err := said.Find(t)
	if err != nil {
		return "", claim
	}
	for _, s := range found.Statements {
		content, err := t.Read(s.Range)
		if err == nil && s.Speaker.Known() && len(asWords(content)) >= claimWords {
			return s.Speaker.Name, content
		}
	}
	return "", claim
}

// verdict says how a claim stands to the sentence beside it, and who else said it.
func (b *Room) verdict(c *bot.Call, likeness compared, speaker string, quote Quote) string {
	var out string
	switch likeness.as {
	case exactly:
		out = c.Say("verified_exactly", nil)
	case nearly:
		var told []string
		for _, d := range likeness.diffs[:min(len(likeness.diffs), maxDiffs)] {
			x := data{"Claim": locale.Clip(d.claim), "Text": locale.Clip(d.text)}
			switch {
			case d.claim == "":
				told = append(told, c.Say("diff_left_out", x))
			case d.text == "":
				told = append(told, c.Say("diff_added", x))
			default:
				told = append(told, c.Say("diff_changed", x))
			}
		}
		out = c.Say("verified_nearly", data{"Differences": strings.Join(told, "; ")})
	default:
		return c.Say("verified_not", nil)
	}
	if quote.Speaker != nil && speaker != "" && !said.NewNames(b.library.Corpus().Aliases()).Same(speaker, quote.Speaker.Name) {
		out += "\n" + c.Say("verified_other", data{"Name": locale.Clip(speaker), "Other": locale.Shorten(quote.Speaker.Name, locale.MaxName)})
	}
	return out
}
