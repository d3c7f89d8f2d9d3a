package said

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"rapporteur/corpus"
)

// A token is a word, a number, a quotation mark or one other mark.
type token struct {
	start, end int    // bytes of the stored text
	low        string // in lower case, with ’ written as '
	kind       kind
	upper      bool  // begins with a capital
	quote      int   // the quotation it lies in or delimits, -1 for none
	sentence   int   // which sentence of the passage
	w          class // what the lexicon knows of it
}

type kind uint8

const (
	word kind = iota
	number
	open  // a quotation mark that opens
	shut  // a quotation mark that closes
	mark  // a comma, a full stop, a dash
	claws // a possessive 's
)

// A quotation is what stands between two quotation marks, which are tokens.
type quotation struct {
	first, last int  // tokens, the marks included
	ends        bool // it has a closing mark
}

// passage is a passage cut into tokens.
type passage struct {
	body      string
	toks      []token
	quotes    []quotation
	sentences [][2]int // first token and the one behind the last
	lang      *language
	english   bool
}

// tokenize cuts a passage into tokens and pairs its quotation marks. It reads
// each byte once.
func (p *passage) tokenize(ps corpus.Passage) {
	p.toks, p.quotes, p.sentences = p.toks[:0], p.quotes[:0], p.sentences[:0]
	for n, s := range ps.Sentences {
		first := len(p.toks)
		p.cut(s.Start, s.End, n)
		if len(p.toks) > first {
			p.sentences = append(p.sentences, [2]int{first, len(p.toks)})
		}
	}
	for i := range p.sentences {
		for j := p.sentences[i][0]; j < p.sentences[i][1]; j++ {
			p.toks[j].sentence = i
		}
	}
	p.pair()
}

func (p *passage) cut(at, end, n int) {
	body := p.body
	for at < end {
		r, size := rune(body[at]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(body[at:end])
		}
		switch {
		case r == ' ' || r == '\n' || r == '\r' || r == '\t' || r >= utf8.RuneSelf && unicode.IsSpace(r):
			at += size
		case isLetter(r):
			to := p.wordEnd(at, end)
			p.add(at, to, word, isUpper(r))
			at = to
		case r >= '0' && r <= '9':
			to := at + 1
			for to < end && (isDigit(body[to]) || (body[to] == '.' || body[to] == ',') && to+1 < end && isDigit(body[to+1])) {
				to++
			}
			if to < end && isLetter(rune(body[to])) { // 5th
				to = p.wordEnd(to, end)
			}
			for to+1 < end && body[to] == '-' && isLetter(rune(body[to+1])) { // 55-year-old
				to = p.wordEnd(to+1, end)
			}
			if to < end && body[to] == '%' {
				to++
			}
			p.add(at, to, number, false)
			at = to
		case r == '\'' && at+1 < end && body[at+1] == '\'':
			p.add(at, at+2, mark, false) // '' stands for a quotation mark
			at += 2
		case (r == '\'' || r == '’') && at+size < end && (body[at+size] == 's' || body[at+size] == 'S') && len(p.toks) > 0 && p.toks[len(p.toks)-1].end == at && (at+size+1 == end || !isLetter(rune(body[at+size+1]))):
			p.add(at, at+size+1, claws, false)
			if last := &p.toks[len(p.toks)-2]; last.w.is&(pronoun|rel) != 0 || last.low == "there" || last.low == "let" {
				p.toks[len(p.toks)-1].w.is |= be | aux
			}
			at += size + 1
		default:
			p.add(at, at+size, mark, false)
			at += size
		}
	}
}

// wordEnd returns where the word at a byte ends: with the full stop of an
// initial or a title, the hyphen and the apostrophe between letters, but
// without a possessive 's.
func (p *passage) wordEnd(at, end int) int {
	body, i := p.body, at
	for i < end {
		r, size := rune(body[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(body[i:end])
		}
		if isLetter(r) || r >= '0' && r <= '9' || unicode.Is(unicode.Mn, r) {
			i += size
			continue
		}
		next, _ := utf8.DecodeRuneInString(body[min(i+size, end):end])
		joins := r == '-' || r == '&' || r == '\'' || r == '’' || r == 'ʼ' || r == '‑'
		if !joins || !isLetter(next) {
			break
		}
		if r != '-' && r != '‑' && (next == 's' || next == 'S') {
			if after := i + size + 1; after >= end || !isLetter(rune(body[after])) && body[after] < utf8.RuneSelf || strings.HasPrefix(body[after:end], "”") {
				break
			}
		}
		i += size
	}
	if i < end && body[i] == '.' {
		w := body[at:i]
		w = w[strings.LastIndexByte(w, '-')+1:] // R-S.C.
		if utf8.RuneCountInString(w) == 1 && isUpper(firstRune(w)) {
			i++
			for i+1 < end && body[i+1] == '.' && body[i] >= 'A' && body[i] <= 'Z' { // U.S.A.
				i += 2
			}
		} else if titleStop[w] {
			i++
		}
	}
	return i
}

func (p *passage) add(start, end int, k kind, upper bool) {
	t := token{start: start, end: end, kind: k, upper: upper, quote: -1}
	t.low = lower(p.body[start:end])
	if k == word {
		t.w = p.lang.classOf(t.low)
	}
	p.toks = append(p.toks, t)
}

// lower returns a word in lower case, without a copy if it is so already.
func lower(s string) string {
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || c >= 'A' && c <= 'Z' {
			s = strings.ToLower(s)
			if strings.Contains(s, "’") || strings.Contains(s, "ʼ") {
				s = apostrophes.Replace(s)
			}
			return s
		}
	}
	return s
}

var apostrophes = strings.NewReplacer("’", "'", "ʼ", "'")

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

func isLetter(r rune) bool {
	if r < utf8.RuneSelf {
		return r|0x20 >= 'a' && r|0x20 <= 'z'
	}
	return unicode.IsLetter(r)
}

func isUpper(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 'A' && r <= 'Z'
	}
	return unicode.IsUpper(r)
}

func firstRune(s string) rune { r, _ := utf8.DecodeRuneInString(s); return r }

// titleStop are the abbreviations before a name whose full stop ends nothing.
var titleStop = set(`Mr Mrs Ms Dr Gov Sen Rep Gen Lt Col Capt Sgt Maj Prof Rev Hon St Jr Sr Sens Reps Adm Pres Messrs Supt Sec Atty Mt Ft
	Jan Feb Mar Apr Aug Sept Oct Nov Dec Ariz Calif Colo Conn Fla Ga Ill Ind Kan Ky Mass Md Mich Minn Mo Mont Neb Nev Okla Ore Pa Tenn Tex Va Vt Wash Wis Wyo Inc Corp Co vs
	г ул им проф акад ген Hr Fr Bd M Mme`)

func set(s string) map[string]bool {
	m := make(map[string]bool)
	for w := range strings.FieldsSeq(s) {
		m[w] = true
	}
	return m
}

// pair finds the quotations of a passage. A mark that may open or close does
// what its neighbours allow. A quotation that is not closed runs to the end of
// its paragraph: its next paragraph begins with a mark again.
func (p *passage) pair() {
	at := -1 // the quotation that is open
	var single rune
	for i := range p.toks {
		t := &p.toks[i]
		if t.kind == mark {
			r := firstRune(t.low)
			switch opens, shuts := p.may(i, r); {
			case at < 0 && opens:
				if r == '‘' && !p.closesSingle(i) {
					break
				}
				at, single = len(p.quotes), r
				p.quotes = append(p.quotes, quotation{first: i, last: len(p.toks) - 1})
				t.kind, t.quote = open, at
			case at >= 0 && shuts && (r == '’') == (single == '‘'):
				t.kind, t.quote = shut, at
				p.quotes[at].last, p.quotes[at].ends = i, true
				at = -1
				continue
			}
		}
		if at >= 0 {
			t.quote = at
		}
	}
}

// may says what a mark may do.
func (p *passage) may(i int, r rune) (opens, shuts bool) {
	t := p.toks[i]
	before := i > 0 && p.toks[i-1].end == t.start && (p.toks[i-1].kind != mark || !strings.Contains("([—–-", p.body[p.toks[i-1].start:p.toks[i-1].end]))
	after := i+1 < len(p.toks) && p.toks[i+1].start == t.end
	switch r {
	case '"':
		return !before && after, before || !after
	case '\'':
		if t.end-t.start == 2 {
			return !before && after, before || !after
		}
	case '“':
		return !before || after, before // in German it closes
	case '”':
		return !before && after, true
	case '„', '«', '‹':
		return true, false
	case '»', '›':
		return false, true
	case '‘':
		return !before && after, false
	case '’':
		return false, before && !after || before && i+1 < len(p.toks) && p.toks[i+1].kind == mark
	}
	return false, false
}

// closesSingle reports whether a single quotation mark has its partner near by.
func (p *passage) closesSingle(i int) bool {
	for j := i + 1; j < len(p.toks) && p.toks[j].sentence == p.toks[i].sentence; j++ {
		if p.toks[j].kind == mark && firstRune(p.toks[j].low) == '’' {
			_, shuts := p.may(j, '’')
			return shuts
		}
	}
	return false
}

func (p *passage) text(from, to int) string {
	return p.body[p.toks[from].start:p.toks[to].end]
}
