package demand

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// An answer states something. A question is no answer, and a sentence that ends
// in a colon is none yet: both lead to the sentence that follows.
type stated struct{}

func shapes(*reading) []demand { return []demand{stated{}} }

func (stated) check(s *reading) Verdict {
	if Leads(s.text) {
		return Contradicted
	}
	return Open
}

// Leads reports whether a sentence is a question or ends in a colon: what it is
// about follows.
func Leads(sentence string) bool {
	s := strings.TrimRightFunc(sentence, func(r rune) bool {
		return unicode.IsSpace(r) || r == '*' || r == '_' || r == '"' || r == '”' || r == '»' || r == '“'
	})
	last, _ := utf8.DecodeLastRuneInString(s)
	return last == '?' || last == '？' || last == ':'
}

// yesNo reports whether a question wants a yes or a no, to which the contrary is
// an answer too.
func (q *reading) yesNo() bool {
	for _, w := range q.words {
		if askingTable.of(w.folded) >= 0 {
			return false
		}
	}
	return strings.Contains(q.text, "?")
}

// asking begin the words that ask for more than yes or no.
var asking = []string{"who", "whom", "whose", "what", "which", "when.", "where", "why", "how",
	"wer.", "wen.", "wem.", "wessen", "was.", "welch", "wann", "wo.", "warum", "wie.", "wieso", "wozu", "wohin", "woher", "worüber", "wofür",
	"хто.", "кого.", "кому.", "ким.", "що.", "чого.", "чому.", "який", "яка.", "яке.", "які.", "яку.", "якого", "якої", "якому", "яких", "коли", "де.", "куди", "скільки", "як.", "навіщо",
	"кто.", "кем.", "что.", "чего.", "какой", "какая", "какие", "какое", "каких", "какую", "когда", "где.", "куда", "сколько", "как.", "почему", "зачем",
	"quién", "qué.", "cuál", "cuándo", "cuánt", "dónde", "cómo", "cine.", "ce.", "care.", "când", "unde.", "cât", "câț", "cum.",
	"qui.", "que.", "quoi", "quel", "quand", "où.", "combien", "comment", "pourquoi", "chi.", "che.", "cosa.", "quale", "quali", "quando", "dove", "quanto", "quanti", "perché", "come.",
	"kto.", "co.", "jaki", "jaka", "jakie", "kiedy", "gdzie", "ile.", "ilu.", "jak.", "dlaczego", "który", "która", "które"}

var askingTable = newTable(asking)
