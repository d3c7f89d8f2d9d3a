package corpus

import "strings"

// sentenceRules are what a language knows of full stops that end nothing.
type sentenceRules struct {
	never    map[string]bool // abbreviations, without the last stop, that a sentence never ends with
	seldom   map[string]bool // abbreviations it may end with
	numbers  map[string]bool // what is an abbreviation only before a number: No. 5, but no. Never
	starters map[string]bool // words that mostly stand first in a sentence when capitalised
	saying   map[string]bool // verbs of saying
	ordinals bool            // a number with a full stop is an ordinal
	dashes   bool            // a dash begins what is said in a dialogue
}

// rulesFor returns the rules of a language, or for one not known the rules of
// all languages together: not cutting is the safer mistake.
func rulesFor(lang string) *sentenceRules {
	if r, ok := rulesByLanguage[lang]; ok {
		return r
	}
	return rulesByLanguage[""]
}

// rulesByLanguage is made once from ruleSources; "" is their union.
var rulesByLanguage = func() map[string]*sentenceRules {
	set := func(lists ...string) map[string]bool {
		m := make(map[string]bool)
		for _, l := range lists {
			for w := range strings.FieldsSeq(l) {
				m[w] = true
			}
		}
		return m
	}
	all := ruleSource{}
	out := make(map[string]*sentenceRules)
	for lang, src := range ruleSources {
		out[lang] = &sentenceRules{
			never:    set(src.never, internationalNever),
			seldom:   set(src.seldom),
			numbers:  set(src.numbers),
			starters: set(src.starters),
			saying:   set(src.saying),
			ordinals: src.ordinals,
			dashes:   src.dashes,
		}
		all.never += " " + src.never
		all.seldom += " " + src.seldom
		all.numbers += " " + src.numbers
		all.starters += " " + src.starters
		all.saying += " " + src.saying
	}
	out[""] = &sentenceRules{never: set(all.never, internationalNever), seldom: set(all.seldom),
		numbers: set(all.numbers), starters: set(all.starters), saying: set(all.saying)}
	return out
}()

// internationalNever are titles and signs used in names across languages.
const internationalNever = "dr prof mr mrs ms st"

type ruleSource struct {
	never, seldom, numbers, starters, saying string
	ordinals, dashes                         bool
}

// ruleSources are lower-case words separated by white space. An abbreviation
// of several parts is listed by its last part as written: “z. B.” by b, “т.
// зв.” by зв; written without a space it counts as dotted anyway.
var ruleSources = map[string]ruleSource{
	"en": {
		never: `gen lt col sgt cpl capt cmdr adm maj brig sen rep gov pres amb hon rev fr sec
			messrs mme mlle v vs cf e.g i.e viz approx dept ft mt
			jan feb mar apr jun jul aug sept sep oct nov dec`,
		seldom:  `etc al inc corp ltd co jr sr a.m p.m bros ave blvd min hrs`,
		numbers: `no nos art arts fig figs vol vols p pp para paras ch chap`,
		starters: `the a an in on at he she it they we i you this that these those but and however
			according its his her their our my when while after before if as for with by from there what who
			why how where which both all some many most no not yet so still since until under asked`,
		saying: `said says asked added told stated replied noted argued wrote warned explained insisted`,
	},
	"uk": {
		never: `зв напр ім вул просп обл акад проф ген полк кол пор див тис млн млрд трлн доц
			св о пан гр м н ч с смт кв буд стор ст тт розд гл мал табл`,
		seldom: `д п р рр ін т грн дол год хв`,
		starters: `це він вона воно вони ми я ви ці цей ця але та і й а у в на за з із до після під при як якщо коли
			водночас також однак потім тоді тому однією що хто де чому
			ніхто ніщо ніколи ніде ще все усе усі всі тепер тут там решта його її їх їхній їхня наш наша ваш мій моя кожен кожна
			жоден жодна навіть лише тільки через без проти про щодо згідно щоб хоча втім отже`,
		saying: `сказав сказала заявив заявила додав додала наголосив наголосила зазначив зазначила запитав`,
		dashes: true,
	},
	"ru": {
		never:  `е к н с пос дер напр им ул просп обл акад проф ген полк см ср тыс млн млрд трлн св ст кв стр тов т`,
		seldom: `д п г гг др руб долл ч`,
		starters: `это он она оно они мы я вы эти этот эта но и а в на за с из до после под при как если когда
			также однако поэтому потом затем что кто где почему
			никто ничто никогда нигде ещё еще всё все теперь тут там остальное его её их наш наша ваш мой моя каждый каждая
			даже лишь только через без против про согласно чтобы хотя впрочем итак`,
		saying: `сказал сказала заявил заявила добавил добавила отметил отметила подчеркнул спросил`,
		dashes: true,
	},
	"de": {
		never: `hr fr frl ing dipl bzw ca vgl z d u a b h fa zzgl inkl exkl ggf evtl sog str mio mrd bd
			hrsg o med phil rer nat jur habil geb gest jan feb apr aug sept okt nov dez gen`,
		seldom:  `etc usw usf jh ff std min sek`,
		numbers: `nr abs art s kap bd ziff rn max mind`,
		starters: `danach dann daraufhin später zuvor heute gestern jedoch außerdem deshalb trotzdem der die das ein eine er sie es wir ich ihr dies diese dieser dieses im in an auf bei nach vor mit
			für aber und doch auch wenn als während damit dabei dann so zum zur laut was wer wie wo warum`,
		saying:   `sagte erklärte betonte fragte sprach fügte`,
		ordinals: true,
	},
	"fr": {
		never:   `mm mme mmes mlle me mgr ste ex av apr env cf c.-à-d jr j.-c m`,
		seldom:  `etc h`,
		numbers: `p pp n no art chap fig vol`,
		starters: `le la les l un une des il elle ils elles nous vous je ce cette ces c dans en à au aux mais et or
			selon pour par avec après avant si quand lors que qui quoi où pourquoi`,
		saying: `dit déclare déclaré affirme affirmé ajoute ajouté`,
		dashes: true,
	},
	"es": {
		never:   `sr sra srta sres sta sto d dña dra ud uds vd avda aprox gral ee c p n`,
		seldom:  `etc uu ej`,
		numbers: `pág págs pp núm art cap fig vol`,
		starters: `el la los las un una él ella ellos ellas nosotros yo este esta estos estas ese esa en a al de pero y
			según para por con después antes si cuando como que quién qué dónde`,
		saying: `dijo declaró afirmó añadió señaló preguntó`,
		dashes: true,
	},
	"pl": {
		never: `np tzw tj im ul al pl woj inż mgr doc gen płk mjr kpt nadkom podkom kom insp podinsp nadinsp asp sierż plut ppor ks św hab zob por tys mln mld
			godz ok min m.in`,
		seldom:  `itd itp r w zł`,
		numbers: `pkt ust art nr s str`,
		starters: `to ten ta te on ona ono oni my ja wy ale i a w na za z ze do po pod przy jak jeśli gdy
			także jednak było był była potem dlatego co kto gdzie dlaczego`,
		saying: `powiedział powiedziała dodał dodała stwierdził stwierdziła zaznaczył`,
		dashes: true,
	},
	"ro": {
		never:   `dl dna dvs str șos bd sf gen col cpt lt mr ing av aprox`,
		seldom:  `etc`,
		numbers: `nr art cap pag vol`,
		starters: `el ea ei ele noi eu voi un o acest această aceste acești în la pe cu de din dar și după
			pentru dacă când ce cine unde`,
		saying: `spus declarat adăugat afirmat`,
		dashes: true,
	},
	"it": {
		never:   `sig sigg dott avv on ing arch ca gen col`,
		seldom:  `ecc`,
		numbers: `n art pag pagg p pp fig vol cap`,
		starters: `il lo la i gli le un una egli ella lui lei loro noi io voi questo questa questi in a al di ma e
			secondo per con dopo prima se quando che chi cosa dove`,
		saying: `detto dichiarato aggiunto affermato`,
		dashes: true,
	},
}
