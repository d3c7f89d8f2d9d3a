package corpus

import (
	"maps"
	"slices"
	"strings"
	"unicode"
)

// Languages are the languages with sentence rules of their own, ISO 639-1.
var Languages = []string{"en", "uk", "ru", "de", "fr", "es", "pl", "ro", "it"}

// functionWords are frequent small words. Words that several languages share
// are left to those for which they are most telling; only sums count.
//
// Detection by such words is enough for whole texts, which is all it is used
// for, and costs nothing; the general libraries add over 100 MB to the binary.
var functionWords = map[string]string{
	"en": "the of and to in that is for on with was as it at by from his has have be are this which not were had said their will an",
	"uk": "і та що на не у в з до за як це для від про його але вони були бути також або які який була щодо після із під їх є",
	"ru": "и в на что не с по как это для от о его но они были быть также или которые который была после из под их все уже при чтобы",
	"de": "der die das und in zu den von mit ist des sich auf für nicht ein eine dem als auch es an werden aus er hat dass sie nach bei",
	"fr": "le la les des et en du un une est que pour dans qui par sur au plus avec ce il ne pas sont aux été cette ses ont",
	"es": "el la los las de y en que del un una por con para se su al es lo como más no fue ha sus entre este pero está",
	"pl": "i w na z do że się nie jest to o jak za po przez dla od oraz który która są ale był tym też jego przed",
	"ro": "și în de la cu a pe că nu este din pentru mai care un o au fost sunt ale al lui prin să fi după sau",
	"it": "il lo la i gli le di e che in per un una del della con non è sono da al dei nel alla ha più come anche si",

	// Neighbours, known only in order not to be taken for one of Languages.
	"nl": "de het een en van in op dat is te voor met zijn niet aan er ook als door over na bij uit naar hij ze wordt werd wat",
	"pt": "o a os as de e que em do da dos das no na um uma para com não por mais se ao é são foi pelo pela como",
	"cs": "a se na v že je z do o s ve k pro by to ale i jako po za od které který byl jsou není však také ze tom",
	"no": "og i det på som er en til av at for med de den har ikke om et men var å vi seg fra hva han",
	"hu": "a az és hogy nem is egy van meg csak volt ez de mi már el lesz azt még ami arról ki",
	"be": "і ў у не на што з да пра як гэта для ад яго але яны быў таксама або які пасля з-за каб",
	"bg": "и на в за да се от не са с по че е като това те той ще към след които който или до беше каво",
	"sr": "и у је да се на су за од са што не које који као али о су то након по из биће било",
}

// tellingLetters occur in one language of those known and hardly elsewhere.
var tellingLetters = map[rune]string{
	'і': "uk", 'ї': "uk", 'є': "uk", 'ґ': "uk",
	'ы': "ru", 'э': "ru", 'ё': "ru",
	'ß': "de", 'ñ': "es", '¿': "es", 'ł': "pl", 'ę': "pl", 'ą': "pl", 'ż': "pl", 'ś': "pl",
	'ț': "ro", 'ș': "ro", 'ă': "ro", 'œ': "fr",
	'ã': "pt", 'õ': "pt", 'ě': "cs", 'ř': "cs", 'ů': "cs", 'å': "no", 'ø': "no", 'ő': "hu", 'ű': "hu",
	'ў': "be", 'ј': "sr", 'ћ': "sr", 'ђ': "sr", 'љ': "sr", 'њ': "sr", 'ъ': "bg",
}

var languagesOfWord = func() map[string][]string {
	m := make(map[string][]string)
	for lang, words := range functionWords {
		for w := range strings.FieldsSeq(words) {
			m[w] = append(m[w], lang)
		}
	}
	return m
}()

// DetectLanguage tells in which of Languages a text is written, "" when it
// cannot tell. It looks at the first 6,000 bytes and is meant for texts; one
// question is often too short.
func DetectLanguage(s string) string {
	const enough = 6_000
	if len(s) > enough {
		s = s[:enough]
	}
	score := make(map[string]float64)
	words := 0
	for w := range strings.FieldsFuncSeq(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) }) {
		words++
		langs := languagesOfWord[w]
		for _, lang := range langs {
			score[lang] += 1 / float64(len(langs))
		}
		for _, r := range w {
			if lang := tellingLetters[r]; lang != "" {
				score[lang] += 0.5
			}
		}
	}
	best, runnerUp := "", 0.0
	for _, lang := range slices.Sorted(maps.Keys(score)) {
		switch sc := score[lang]; {
		case sc > score[best]:
			best, runnerUp = lang, score[best]
		case sc > runnerUp:
			runnerUp = sc
		}
	}
	// In running text of these languages every third to fifth word is a
	// function word; one in twenty is a list of names or another language.
	if score[best] < 0.05*float64(words) || score[best] <= 1.1*runnerUp || !slices.Contains(Languages, best) {
		return ""
	}
	return best
}
