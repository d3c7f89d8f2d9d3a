package words

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A name is written as each language hears it: Zelensky, Selenskyj, Zełenski,
// Зеленський. Two spellings are taken for one name if there is a reading of
// each that has the same consonants and nearly the same vowels. A reading is
// written with
//
//	b d f h k l m n p r s t v   h is also g and kh, s also z and ts
//	S                           sh, zh, ch, shch, j as in John
//	a e i o u                   i is also y; before a vowel it is left out
//
// The rules are those by which newspapers write the names of one of our
// languages in another. Names that are translated (Warsaw, Варшава) are not met
// by them; they need an alias.

const (
	// leastLetters a name has: of shorter words too many sound alike.
	leastLetters = 4
	// leastAlone is how long a reading with two consonants is for two Latin
	// spellings of it to be one name: Odesa, Odessa. Chan may be Khan and Cohen.
	leastAlone = 5
	// mostLetters are more than a name has; a longer word has no readings.
	mostLetters = 24
	// mostReadings bounds the work that one word can make. Names have 1 to 12.
	mostReadings = 48
)

// Sound is how a word may be read. The zero value is that of a word that says
// too little to be known by its sound.
type Sound struct {
	readings []string
	cyrillic bool
}

// Heard returns the sound of a word as it is written, inflected or not.
func Heard(word string) Sound {
	w := strings.ToLower(bare(word))
	w = strings.Map(func(r rune) rune {
		if apostrophe(r) || r == '\u00ad' || r == '.' || unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, w)
	var s Sound
	if n := utf8.RuneCountInString(w); n < leastLetters || n > mostLetters {
		return s
	}
	r, _ := utf8.DecodeRuneInString(w)
	s.cyrillic = unicode.Is(unicode.Cyrillic, r)
	endings := latinEndings
	if s.cyrillic {
		endings = cyrillicEndings
	}
	s.read(w)
	for _, e := range endings {
		if base, ok := strings.CutSuffix(w, e); ok && letters(base) >= leastLetters-1 {
			s.read(base)
			break
		}
	}
	if base, ok := strings.CutSuffix(w, "s"); ok && letters(base) >= leastLetters && !vowel(base[len(base)-1]) {
		s.read(base) // Selenskyjs, Putins: the German genitive
	}
	return s
}

// read adds the readings of a word in lower case.
func (s *Sound) read(w string) {
	letters := []rune(w)
	list := []string{""}
	for i := 0; i < len(letters); {
		n, out := 1, []string(nil)
		if s.cyrillic {
			n, out = cyrillicSound(letters, i)
		} else {
			n, out = latinSound(letters, i)
		}
		i += n
		if out == nil {
			continue // it has no sound, as ь, or none that we know
		}
		if len(list)*len(out) > mostReadings {
			out = out[:1]
		}
		next := make([]string, 0, len(list)*len(out))
		for _, l := range list {
			for _, o := range out {
				next = append(next, l+o)
			}
		}
		list = next
	}
	for _, r := range list {
		if r = smooth(r); len(Skeleton(r)) >= 2 && len(r) >= 3 && !slices.Contains(s.readings, r) {
			s.readings = append(s.readings, r)
		}
	}
}

// Endings of declined names, longest first. Final vowels need none.
var (
	cyrillicEndings = []string{"ого", "его", "ому", "ему", "ові", "еві", "єві", "ами", "ями", "ом", "ем", "єм", "ым", "им", "ім", "ах", "ях"}
	latinEndings    = []string{"iego", "iemu", "ului", "ego", "emu", "owi", "iem", "ami", "em", "im", "ym", "ul"}
)

// letterSounds are the letters that sound one way wherever they stand. Several
// sounds are parted by a bar; those that names have more often come first.
var letterSounds = map[rune][]string{}

func init() {
	for _, f := range strings.Fields(`
		а=a б=b в=v г=h ґ=h д=d е=e є=e э=e ж=S з=s и=i і=i ї=i й=i ы=i к=k л=l м=m н=n о=o п=p р=r с=s т=t
		у=u ф=f х=h ц=s ч=S ш=S щ=S ю=u я=a ё=o|e ў=v ј=i љ=l њ=n џ=S ћ=S ђ=S
		a=a b=b d=d e=e f=f h=h| i=i k=k l=l m=m n=n o=o p=p q=k r=r s=s t=t u=u v=v w=v x=ks y=i z=s
		ß=s ł=l ñ=n ń=n ň=n ř=rs|S š=S ş=S ș=S ś=s|S č=S ć=S|s ç=s ž=S ż=S ź=s ţ=s ț=s đ=d ğ=h| ı=i
		ä=e|a ö=e|o ø=e|o ü=u å=o|a ą=a|on|om ę=e|en|em ó=o|u â=a|i ă=a|e æ=e`) {
		letter, sounds, _ := strings.Cut(f, "=")
		r, _ := utf8.DecodeRuneInString(letter)
		letterSounds[r] = strings.Split(sounds, "|")
	}
}

func soundOf(r rune) []string {
	if out, ok := letterSounds[r]; ok {
		return out
	}
	if r < utf8.RuneSelf {
		return nil
	}
	p, _ := utf8.DecodeRuneInString(fold2(string(r))) // é
	return letterSounds[p]
}

func cyrillicSound(w []rune, i int) (int, []string) {
	switch {
	case i+1 == len(w):
	case w[i] == 'д' && w[i+1] == 'ж':
		return 2, []string{"S"}
	case w[i] == 'у' && i == 0 && vowel(first(soundOf(w[1]))):
		return 1, []string{"v", "u"} // Уиткофф, Уолтц
	}
	return 1, soundOf(w[i])
}

func first(sounds []string) byte {
	if len(sounds) == 0 || sounds[0] == "" {
		return 0
	}
	return sounds[0][0]
}

// groups are letters that sound differently together, longest first.
var groups = func() (list []group) {
	for _, f := range strings.Fields(`
		schtsch=S stsch=S shch=S chtch=S szcz=S tsch=S dsch=S tch=S tsh=S dzh=S sch=S dż=S dž=S
		sh=S zh=S sz=S cz=S kh=h gh=h ph=f th=t dh=d rh=r wh=v ch=h|S|k dj=S|d rz=rs|S qu=k|kv cc=k
		eau=o oo=u ee=i ea=ea|i ou=u|ou eu=eu|oi|e äu=oi ei=ei|ai ey=ei|ai ai=ai|e ay=ai|ei au=au|o oi=oi|ua
		aj=ai ej=ei oj=oi uj=ui yj=i ij=i ie=e|i oe=e|o|oe ae=e|a|ae ue=u|ue`) {
		in, sounds, _ := strings.Cut(f, "=")
		list = append(list, group{[]rune(in), strings.Split(sounds, "|")})
	}
	return list
}()

type group struct {
	letters []rune
	sounds  []string
}

func latinSound(w []rune, i int) (int, []string) {
	for _, g := range groups {
		if n := len(g.letters); i+n <= len(w) && slices.Equal(w[i:i+n], g.letters) {
			return n, g.sounds
		}
	}
	var next, after byte // what sounds next, and after that
	if i+1 < len(w) {
		next = first(soundOf(w[i+1]))
	}
	if i+2 < len(w) {
		after = first(soundOf(w[i+2]))
	}
	front := next == 'e' || next == 'i'
	switch w[i] {
	case 'c':
		switch {
		case front:
			return 1, []string{"s", "S"}
		case i+1 < len(w) && w[i+1] == 'k' && i > 0:
			return 2, []string{"k", "sk"} // Nawrocki
		case next == 0 || after == 0 && vowel(next):
			return 1, []string{"k", "s"} // Fico, Gorłowiec
		}
		return 1, []string{"k"}
	case 'g':
		if i+2 < len(w) && w[i+1] == 'u' && (after == 'e' || after == 'i') {
			return 2, []string{"h"}
		}
		if front {
			return 1, []string{"h", "S"}
		}
		return 1, []string{"h"}
	case 'j':
		if vowel(next) {
			return 1, []string{"i", "S", "h"}
		}
		return 1, []string{"i"}
	case 's':
		if i == 0 && (next == 't' || next == 'p') {
			return 1, []string{"s", "S"} // Steinmeier
		}
	}
	return 1, soundOf(w[i])
}

func vowel(b byte) bool { return strings.IndexByte("aeiou", b) >= 0 }

// smooth takes out of a reading what is written in one language only: doubled
// letters, i before a vowel, the t of ts; and reads -off as -ov.
func smooth(r string) string {
	last := strings.LastIndexFunc(r, func(c rune) bool { return !vowel(byte(c)) })
	out := make([]byte, 0, len(r))
	for i := range len(r) {
		c := r[i]
		for n := len(out); n > 0; n = len(out) {
			p := out[n-1]
			// At the end i tells Viktoria from Viktor.
			glide := p == 'i' && vowel(c) && i < last
			if p != c && !glide && !((p == 't' || p == 'd') && (c == 's' || c == 'S')) && !(p == 's' && c == 'S') {
				break
			}
			out = out[:n-1]
		}
		if i == last && c == 'f' && len(out) > 0 && (out[len(out)-1] == 'o' || out[len(out)-1] == 'e') {
			c = 'v'
		}
		out = append(out, c)
	}
	return string(out)
}

// Skeleton returns the consonants of a reading.
func Skeleton(reading string) string {
	return strings.Map(func(r rune) rune {
		if vowel(byte(r)) {
			return -1
		}
		return r
	}, reading)
}

// Skeletons returns the consonants of each reading, each once. Two spellings of
// one name share one of them.
func (s Sound) Skeletons() []string {
	var out []string
	for _, r := range s.readings {
		if k := Skeleton(r); !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	return out
}

// Same reports whether two words may be spellings of one name.
func (s Sound) Same(o Sound) bool {
	if s.cyrillic && !o.cyrillic {
		s, o = o, s
	}
	for _, a := range s.readings {
		for _, b := range o.readings {
			if alike(a, b, s.cyrillic != o.cyrillic, s.cyrillic && o.cyrillic) {
				return true
			}
		}
	}
	return false
}

// alike compares two readings; across means that only the second is of Cyrillic
// letters, cyrillic that both are. What the vowels of one name may differ by was
// set by hand on the pairs of the test.
func alike(a, b string, across, cyrillic bool) bool {
	consonants, x := slots(a)
	other, y := slots(b)
	n := len(consonants)
	if consonants != other {
		return false
	}
	if n == 2 && !across && !cyrillic {
		return a == b && len(a) >= leastAlone
	}
	allowed := 0.0
	switch {
	case n > 4:
		allowed = .65
	case n > 2:
		allowed = .45
	}
	english := across && !slavic(consonants, x)
	differ := 0.0
	for i := range n {
		if i == n-1 && consonants[i] == 'v' && closed(x[i]) && closed(y[i]) {
			if x[i] != y[i] {
				differ += .2 // Львів, Львов; Moscow, Москва
			}
			continue
		}
		differ += apart(x[i], y[i], english, n > 3 || x[n] == "e", i > 0 && consonants[i-1] == 'v')
	}
	if differ > allowed {
		return false
	}
	// The last vowel is that of the case, or of another name: Viktor's
	// Вікторові, but not Viktoria.
	v, w := x[n], y[n]
	switch {
	case v == w || v == "e" && w == "":
		return true
	case n == 2:
		return false
	case across:
		return w == "" && v == "i" || v == "" && !(len(w) > 1 && w[0] == 'i') || v != "" && w != ""
	case cyrillic:
		return len(v) < 2 && len(w) < 2
	}
	return !strings.ContainsAny(v+w, "ao")
}

// slots takes a reading apart: its consonants, and the vowels before each and
// after the last.
func slots(r string) (consonants string, vowels []string) {
	var c []byte
	start := 0
	for i := range len(r) {
		if !vowel(r[i]) {
			c = append(c, r[i])
			vowels = append(vowels, r[start:i])
			start = i + 1
		}
	}
	return string(c), append(vowels, r[start:])
}

// closed reports whether the vowel is one of those that change between the
// Ukrainian and the Russian form of a name when its last syllable is closed.
func closed(v string) bool { return v == "i" || v == "o" || v == "e" || v == "" }

// slavic reports whether a name ends as those do that are written with the same
// vowels in every language: Umerov is not Umarov, while Cameron is Кемерон.
func slavic(consonants string, vowels []string) bool {
	n := len(consonants)
	v := vowels[n-1]
	switch consonants[n-1] {
	case 'v':
		return closed(v) && v != ""
	case 'k':
		return v == "" && n > 3 && (consonants[n-2] == 's' || consonants[n-2] == 'n')
	case 'n':
		return v == "i"
	}
	return false
}

// apart returns how far the vowels of one place are from each other, 0 to 1.
// English means that the first may be spelt the English way, which writes the
// sound of Cyrillic letters with others; plainly, that other letters show it.
func apart(x, y string, english, plainly, afterV bool) float64 {
	switch {
	case x == y:
		return 0
	case x == "" || y == "" || x == "a" && y == "ai":
		return 1
	case strings.Contains(x, y) || strings.Contains(y, x):
		return .3 // Biden, Байден
	case x == "ei" && y == "ai" || x == "ea" && y == "ei" || x == "ai" && y == "ei":
		return .3
	case !english:
		return 1
	case plainly && x == "a" && (y == "e" || y == "ei"), x == "u" && y == "a", x == "a" && y == "o" && afterV:
		return .4 // Cameron, Кемерон; Musk, Маск; Walz, Волц
	}
	return 1
}
