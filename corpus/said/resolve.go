package said

import (
	"strings"

	"rapporteur/corpus"
)

// A Person is somebody whom a text names in full or by title.
type Person struct {
	Name  string   // as the text gives it, without titles
	Roles []string // in lower case: german defence minister
	sex   trait    // male, female or neither when it is not known
	last  string   // the last word of the name in lower case
	words []string // the name in lower case
	// Slavic: named beside a verb; and named only in another case than the first,
	// за словами Фрідріха Мерца.
	named, oblique bool
}

// resolver tells whom a mention names, as a text is read from its beginning.
type resolver struct {
	f      *finder
	people []*Person
	byLast map[string][]*Person // by lastKey
	titled []*Person            // those with roles
	// Whom the sentences spoke of last: the speaker or subject of each, the
	// latest last.
	subjects  []subject
	sentence  int // counted through the text
	groups    string
	groupAt   int
	published Day
	last      *Person // whom the last mention named
	open      int     // index+1 of a statement whose quotation goes on in the next paragraph
}

// A subject is a person whom a sentence names or who speaks in it; nil for one
// without a name.
type subject struct {
	who      *Person
	sentence int
	at       int // token of the passage
	spoke    bool
}

func newResolver(t *corpus.Text, f *finder) *resolver {
	return &resolver{f: f, byLast: make(map[string][]*Person), published: publication(t.Published)}
}

// passage adds the statements that the finder found in a passage.
func (r *resolver) passage(out []Statement) []Statement {
	f := r.f
	next := 0
	base := r.sentence
	from := len(out)
	for n, s := range f.sentences {
		r.sentence = base + n
		sent := span{s[0], s[1]}
		r.meet(sent)
		for ; next < len(f.found) && f.found[next].cue.from < sent.to; next++ {
			x := f.found[next]
			st := Statement{Range: f.bytes(x.content), Manner: f.manner(x), Cue: f.bytes(x.cue), Rule: x.rule}
			if !x.mention.empty() {
				st.Speaker.Mention = f.bytes(x.mention)
				if x.inherits && len(out) > from && out[len(out)-1].Speaker.Mention == st.Speaker.Mention {
					st.Speaker.Name = out[len(out)-1].Speaker.Name
				} else {
					r.last = nil
					st.Speaker.Name = r.name(sent, x.mention)
					if r.last != nil && r.last.sex == 0 && !f.english {
						r.last.sex = f.toks[x.verb].w.is & (male | female) // заявила
					}
					if r.last != nil && f.lang.bare {
						st.Speaker.Name = r.nominative(x)
					}
				}
			}
			st.Day = r.day(sent, x)
			out = append(out, st)
		}
	}
	r.sentence = base + len(f.sentences)
	return r.across(out, from)
}

// nominative returns the name of the last person in the case of the subject, as
// soon as the text has it.
func (r *resolver) nominative(x finding) string {
	f, p := r.f, r.last
	if strings.Contains(x.rule, "|phrase|") {
		p.oblique = p.oblique || !p.named
		return p.Name
	}
	p.named = true
	if p.oblique && f.toks[x.mention.to-1].upper {
		k := x.mention.to - 1
		for k > x.mention.from && f.toks[k-1].upper && !f.is(k-1, role|honorific) && !countries[f.low(k-1)] {
			k--
		}
		p.Name, p.oblique = oneSpace(f.text(k, x.mention.to-1)), false
	}
	return p.Name
}

// day returns when a statement was made: what its sentence says before the
// speaker, or between the cue and what was said, or behind the cue that stands
// behind it; else the day of publication.
func (r *resolver) day(sent span, x finding) Day {
	f := r.f
	first := x.cue.from
	if !x.mention.empty() && x.mention.from >= sent.from && x.mention.from < first {
		first = x.mention.from
	}
	regions := []span{{x.cue.to, x.content.from}, {sent.from, min(first, x.content.from)}}
	if x.post {
		regions = []span{{max(x.cue.to, x.mention.to), sent.to}, {sent.from, x.content.from}}
	}
	for _, s := range regions {
		for i := max(s.from, sent.from); i < min(s.to, sent.to); {
			if f.toks[i].quote >= 0 || f.covered[i] && !x.post {
				i++
				continue
			}
			if x.post && i > s.from && f.kindOf(i) == open {
				break
			}
			d, n := f.dayAt(i, sent.to, r.published.From)
			if n > 0 {
				if !otherDay[f.low(i-1)] {
					d.Words = corpus.Range{Start: f.toks[i].start, End: f.toks[i+n-1].end}
					return d
				}
				i += n
				continue
			}
			i++
		}
	}
	return r.published
}

// otherDay are words before a day that is not that of the statement: the talks
// of Monday, until Friday.
var otherDay = set(`of from since until by before after for to and or till between з із зі від до після за по с со от после и или к vom von seit bis
	nach vor und oder zum zur ab für gegen`)

// across joins a quotation that goes on over paragraphs to its statement.
func (r *resolver) across(out []Statement, from int) []Statement {
	f := r.f
	if r.open > 0 && len(f.toks) > 0 && f.toks[0].kind == open && !f.taken[0] {
		q := f.quotes[0]
		out[r.open-1].End = f.toks[q.last].end
		if q.ends {
			r.open = 0
		}
		return out
	}
	r.open = 0
	if n := len(f.quotes); n > 0 && !f.quotes[n-1].ends && f.quotes[n-1].last == len(f.toks)-1 {
		for k := from; k < len(out); k++ {
			if out[k].End >= f.toks[len(f.toks)-2].start {
				r.open = k + 1
			}
		}
	}
	return out
}

// meet reads the names of a sentence, with what it says of their roles.
func (r *resolver) meet(sent span) {
	f := r.f
	for i := sent.from; i < sent.to; {
		t := &f.toks[i]
		if t.kind != word || !t.upper {
			// The minister: one without a name, at the start of a sentence.
			if i < sent.from+5 && t.quote < 0 && t.w.is&role != 0 && f.is(sent.from, det|owner) && (i+1 >= sent.to || !f.toks[i+1].upper) {
				r.subjects = append(r.subjects, subject{sentence: r.sentence, at: i})
			}
			i++
			continue
		}
		to := r.run(sent, i)
		if p := r.introduce(sent, span{i, to}); t.quote < 0 && (p != nil || i == sent.from && r.unknown(span{i, to})) {
			r.subjects = append(r.subjects, subject{who: p, sentence: r.sentence, at: i})
		}
		i = to
	}
}

// unknown reports whether a sentence begins with what may be the name of one
// whom the text has not named in full.
func (r *resolver) unknown(s span) bool {
	_, name, _ := r.parts(s)
	return !name.empty() && !r.f.is(name.from, pronoun|owner|det|timely|adverb|prep|sub|rel|that) && r.f.toks[name.from].w.lemma == ""
}

// run returns where a run of capitalised words that begins at i ends. Words
// such as von and de may stand within.
func (r *resolver) run(sent span, i int) int {
	f := r.f
	k := i + 1
	for k < sent.to {
		t := &f.toks[k]
		if t.kind == word && t.upper && t.quote == f.toks[i].quote {
			k++
			continue
		}
		n := k
		for n < sent.to && particles[f.toks[n].low] && n-k < 3 {
			n++
		}
		if n > k && n < sent.to && f.toks[n].upper && f.toks[n].kind == word {
			k = n + 1
			continue
		}
		break
	}
	return k
}

var particles = set(`von der van den de la di da del ter zu al bin ibn фон дер ван де ла бен аль`)

// parts cuts a run of capitalised words into title and name.
func (r *resolver) parts(s span) (title, name span, sex trait) {
	f := r.f
	for s.from < s.to && (f.is(s.from, timely|adverb|prep|sub|and|but|det|pronoun|that|rel|owner|not) && !f.is(s.from, role|honorific)) {
		s.from++
	}
	name = s
	for k := s.from; k < s.to; k++ {
		if f.is(k, role|honorific|group) {
			title, name = span{s.from, k + 1}, span{k + 1, s.to}
			sex |= f.toks[k].w.is & (male | female)
		}
	}
	for name.to-name.from > 2 && (notPeople[f.low(name.from)] || countries[f.low(name.from)] || f.initials(name.from)) {
		name.from++ // Міністр оборони України Денис Шмигаль
	}
	return title, name, sex
}

// introduce adds a person that a run of capitalised words names, or returns
// the one who is known by it.
func (r *resolver) introduce(sent span, s span) *Person {
	f := r.f
	title, name, sex := r.parts(s)
	roleWords := span{title.from, title.to}
	// A title before a comma: Germany's Defence Minister, Boris Pistorius,
	if k := name.from - 1; title.empty() && name.from == s.from && k > sent.from && f.kindOf(k) == mark && f.low(k) == "," && f.is(k-1, role) && f.low(name.to) == "," {
		from := k - 1
		for from > sent.from && f.kindOf(from-1) == word && !f.is(from-1, prep|det|and|owner|aux|be|adverb|sub|that|pronoun) && f.toks[from-1].upper == f.toks[from].upper {
			from--
		}
		roleWords = span{from, k}
		sex |= f.toks[k-1].w.is & (male | female)
	}
	// Titles in lower case before the name: defence minister Boris Pistorius.
	if title.empty() && name.from == s.from {
		k := name.from
		for k > sent.from && f.is(k-1, role|honorific) {
			k--
			sex |= f.toks[k].w.is & (male | female)
		}
		if k < name.from {
			for k > sent.from && f.kindOf(k-1) == word && !f.toks[k-1].upper && modifier(f.low(k-1)) && !f.is(k-1, prep|det|and|owner|aux|be|adverb|sub|that) {
				k--
			}
			roleWords = span{k, name.from}
		}
	}
	if name.empty() || name.to-name.from > 4 {
		return nil
	}
	p := r.known(name, sex)
	words := name.to - name.from
	if p == nil {
		if words < 2 && roleWords.empty() || r.place(name) {
			return nil
		}
		if words >= 2 && roleWords.empty() && !r.looksPersonal(sent, name) {
			return nil
		}
		p = &Person{Name: oneSpace(f.text(name.from, name.to-1)), last: f.low(name.to - 1), sex: sex}
		for k := name.from; k < name.to; k++ {
			p.words = append(p.words, f.low(k))
		}
		r.people = append(r.people, p)
		r.byLast[lastKey(p.last)] = append(r.byLast[lastKey(p.last)], p)
	} else if words > len(p.words) && len(p.words) == 1 {
		p.Name, p.words = oneSpace(f.text(name.from, name.to-1)), nil
		for k := name.from; k < name.to; k++ {
			p.words = append(p.words, f.low(k))
		}
	}
	if p.sex == 0 {
		p.sex = sex
	}
	if p.sex == 0 && words > 1 {
		p.sex = sexOf(f.low(name.from))
	}
	if !roleWords.empty() && f.is(roleWords.to-1, role) {
		r.addRole(p, roleWords)
	}
	r.behind(sent, name.to, p)
	return p
}

// behind reads an apposition: Friedrich Merz, the German chancellor,
func (r *resolver) behind(sent span, k int, p *Person) {
	f := r.f
	if f.kindOf(k) != mark || f.low(k) != "," || k+2 >= sent.to {
		return
	}
	from := k + 1
	for from < sent.to && f.is(from, det|owner) {
		from++
	}
	for n := from; n < sent.to && n < from+6; n++ {
		if f.kindOf(n) != word || f.is(n, prep|aux|be|rel|and) {
			return
		}
		if f.is(n, role) {
			r.addRole(p, span{from, n + 1})
			return
		}
	}
}

func (r *resolver) addRole(p *Person, s span) {
	f := r.f
	var b []string
	for k := s.from; k < s.to; k++ {
		if f.toks[k].kind == word && !f.is(k, det|owner|honorific) && f.low(k) != "former" {
			b = append(b, f.low(k))
		}
	}
	if role := strings.Join(b, " "); role != "" && !contains(p.Roles, role) {
		if len(p.Roles) == 0 {
			r.titled = append(r.titled, p)
		}
		p.Roles = append(p.Roles, role)
	}
}

func modifier(w string) bool { return len(w) > 3 }

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// known returns the person of whom a name is the whole, the surname or the
// first name and surname; nil if there is none or more than one.
func (r *resolver) known(name span, sex trait) *Person {
	f := r.f
	last := f.low(name.to - 1)
	words := name.to - name.from
	var out *Person
	for _, p := range r.byLast[lastKey(last)] {
		if !sameWord(p.last, last, f.english) || sex != 0 && p.sex != 0 && p.sex != sex {
			continue
		}
		if words > 1 && len(p.words) > 1 && !sameWord(p.words[0], f.low(name.from), f.english) {
			continue
		}
		if words == 1 && out != nil && out != p {
			return nil
		}
		out = p
	}
	return out
}

// lastKey is what all words have in common that sameWord takes for one.
func lastKey(w string) string { return w[:min(len(w), 8)] }

// sameWord reports whether two words in lower case are one name, which may
// have case endings where the language has them.
func sameWord(a, b string, exact bool) bool {
	if a == b {
		return true
	}
	if exact {
		return false
	}
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n >= 8 && len(a)-n <= 6 && len(b)-n <= 6 // Cyrillic: two bytes a letter
}

// place reports whether the words name what is no person.
func (r *resolver) place(s span) bool {
	f := r.f
	for k := s.from; k < s.to; k++ {
		if k == s.to-1 && f.initials(k) && f.toks[k].end-f.toks[k].start < 9 && (k == s.from || !f.initials(k-1)) || notPeople[f.low(k)] || f.is(k, group|sourceful|timely|noun) {
			return true
		}
	}
	return false
}

// looksPersonal reports whether two or three capitalised words without a title
// are likely somebody: they say or are the subject, or their kind of words is.
func (r *resolver) looksPersonal(sent, s span) bool {
	f := r.f
	if f.is(s.from-1, det) {
		return false
	}
	for _, x := range f.found {
		if x.mention.from <= s.from && s.to <= x.mention.to && x.mention.to-s.to <= 0 {
			return true
		}
	}
	return f.low(s.to) == "," && f.kindOf(s.to) == mark && (f.is(s.to+1, det|rel|role|owner) || f.kindOf(s.to+1) == number && f.low(s.to+2) == ",") || sexOf(f.low(s.from)) != 0
}

// notPeople are words of the names of bodies and places.
var notPeople = set(`house senate congress party committee commission council union ministry department office institute university college
	school court bank fund group company corporation association federation agency news times post journal press states kingdom
	republic nations city county street avenue state north south east west new united center centre foundation campaign parliament
	government army force forces navy bureau service board network media center league society club hall museum republicans
	democrats conservatives police act law treaty agreement accord plan war day week ukraine russia germany france britain america
	europe europeans washington moscow berlin kyiv london paris brussels kremlin pentagon nato bundestag duma rada party's association
	bundesregierung ministerium рада дума кремль міністерство министерство україна украина росія россия сша єс ес нато берлін берлин
	київ киев москва`)

var maleNames = set(`john james robert michael william david richard joseph thomas charles donald bill barack joe george paul mark ted marco bernie
	jeb chris ben mike kevin steve jeff peter brian scott olaf emmanuel keir friedrich boris volodymyr vladimir wladimir denys sergei sergey
	dmitry dmitri johann wolodymyr andrij viktor victor robert jens lars stefan carl carlos daniel eric frank gary greg henry jack jason jim
	tim tom tony rick rand mitt mitch barry al andrew anthony alexander antonio josé juan luis pedro pierre jean françois hans markus mario
	matteo giorgio giuseppe jan piotr radosław andrzej klaus recep xi narendra benjamin yair володимир денис андрій сергій дмитро борис
	фрідріх дональд марк олександр рустем кирило георгій кир еммануель владимир сергей дмитрий фридрих олаф эмманюэль андрей кирилл александр`)

var femaleNames = set(`hillary mary elizabeth susan sarah anna maria angela ursula annalena nancy kamala laura linda lisa jennifer jessica karen
	kate katherine michelle melania ivanka megyn carly elena julia juliet yulia oksana olena marine giorgia kaja kaia sanna christine emma
	amy claire marta maia elina урсула марія мария анна олена юлія юлия мая майя кая марта еліна элина анналена ангела джорджа`)

// sexOf tells it from a first name.
func sexOf(first string) trait {
	switch {
	case maleNames[first]:
		return male
	case femaleNames[first]:
		return female
	}
	return 0
}

// initials reports whether a word is in capitals: НАТО, МЗС.
func (f *finder) initials(k int) bool {
	s := f.body[f.toks[k].start:f.toks[k].end]
	return len(s) > 2 && strings.ToUpper(s) == s
}

// countries are genitives that stand between a Slavic title and a name.
var countries = set(`великої великобританії великобритании сполучених соединенных соединённых штатів штатов королівства королевства союзу союза европейского європейського україни росії німеччини франції польщі британії італії сша єс румунії молдови білорусі украины россии германии
	франции польши британии италии ес румынии молдавии белоруссии угорщини венгрии китаю китая туреччини турции грузії грузии кремля литви литвы латвії
	латвии естонії эстонии чехії чехии фінляндії финляндии норвегії норвегии швеції швеции канади канады японії японии ізраїлю израиля рф нато`)

func oneSpace(s string) string { return strings.Join(strings.Fields(s), " ") }
