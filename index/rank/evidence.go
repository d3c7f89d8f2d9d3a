package rank

import (
	"strings"
	"sync"

	"rapporteur/index/words"
)

// The kinds of word that a question of some type asks for, or that say
// something about how a sentence hangs together.
const (
	Year     Kind = 1 << (8 + iota) // a number from 1000 to 2100 with four digits
	Time                            // names of months, days, seasons; "century"
	Quantity                        // numbers in words, "million", "dozens"
	Unit                            // what is counted or measured: km, years, people
	Currency                        // dollars, euros
	Share                           // percent, third, half, majority
	Cause                           // because, due, reason, therefore
	Person                          // titles and callings: president, mayor, author
	Place                           // river, city, coast, north
	Naming                          // called, known, named, titled, dubbed
	Pronoun                         // he, she, it, they, this at a sentence's start
	In                              // prepositions of place: in, at, near
	By                              // by, for an agent
	Means                           // by means of, through, using, with
	Weak                            // says little in a question: many, make, thing
	Duration                        // what time is measured in: days, decades
)

// evidenceLists hold the words of each kind, our own choice; the kinds of
// English are the fullest because that is what the weights were learnt on.
var evidenceLists = map[string]map[Kind]string{
	"en": {
		Time:     `january february march april may june july august september october november december monday tuesday wednesday thursday friday saturday sunday spring summer autumn winter century decade era today yesterday tomorrow bc ad bce noon midnight dawn morning evening night early late mid since until during annually year month week`,
		Quantity: `one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion trillion dozen several few many pair couple single double twice thrice triple`,
		Unit:     `km kilometre kilometer mile metre meter foot feet inch hectare acre ton tonne kilogram kg pound gram litre liter degree celsius fahrenheit year month week day hour minute second people person inhabitant personnel troop member student soldier square cubic mph watt volt knot population times`,
		Duration: `second minute hour day week month year decade century weekend night fortnight`,
		Currency: `dollar euro pound yen yuan rouble ruble hryvnia franc cent crown krona usd eur gbp`,
		Share:    `percent percentage per cent half third quarter majority minority most fraction proportion two-thirds double`,
		Cause:    `because due reason cause therefore thus hence since result lead owing order avoid prevent allow enable so purpose fear`,
		Person:   `president minister king queen prince princess emperor mayor governor senator secretary chancellor general colonel captain director chairman chairwoman leader author writer artist scientist professor physicist chemist philosopher poet composer engineer architect bishop pope saint judge lawyer officer official spokesman spokeswoman commissioner ambassador founder inventor son daughter brother sister wife husband father mother man woman who`,
		Place:    `city town village country state province region county district capital coast river lake sea ocean island mountain valley north south east west northern southern eastern western central located situated border area street square park continent near headquartered`,
		Naming:   `called known named titled dubbed termed referred nicknamed name term meaning means defined refers define`,
		Pronoun:  `he she it they his her its their this these that those such`,
		In:       `in at near on from across throughout within`,
		By:       `by`,
		Means:    `by through using via with means method process`,
		Weak:     `many much most more less year date day time percent percentage number large big far name kind type sort get got go going went gone make made take took taken come came use used become according itself himself themselves itselves anywhere something anything thing things really actually exactly currently ever still yet according happen happened look want`,
	},
	"de": {
		Time:     `januar februar märz april mai juni juli august september oktober november dezember montag dienstag mittwoch donnerstag freitag samstag sonntag frühling sommer herbst winter jahrhundert jahrzehnt heute gestern morgen seit bis`,
		Quantity: `ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf zwanzig hundert tausend million millionen milliarde milliarden dutzend mehrere`,
		Unit:     `kilometer meter tonne kilogramm jahr monat woche tag stunde minute menschen personen einwohner soldaten grad`,
		Currency: `dollar euro pfund cent`,
		Share:    `prozent hälfte drittel viertel mehrheit`,
		Cause:    `weil da wegen aufgrund grund daher deshalb damit um`,
		Person:   `präsident präsidentin minister ministerin kanzler könig königin kaiser general direktor leiter chef autor`,
		Place:    `stadt land staat region hauptstadt küste fluss see meer insel norden süden osten westen`,
		Naming:   `genannt heißt bekannt bezeichnet name`,
		Pronoun:  `er sie es dieser diese dieses sein ihr`,
		In:       `in im an am auf bei aus`, By: `von durch`, Means: `durch mit mittels`,
	},
	"ru": {
		Time:     `января февраля марта апреля мая июня июля августа сентября октября ноября декабря понедельник вторник среда четверг пятница суббота воскресенье весна лето осень зима век десятилетие год году года сегодня вчера`,
		Quantity: `один два три четыре пять шесть семь восемь девять десять сто тысяча тысяч миллион миллиард десятки несколько`,
		Unit:     `км километр метр тонна килограмм год месяц неделя день час минута человек люди жителей градус`,
		Currency: `доллар евро рубль гривна фунт`,
		Share:    `процент половина треть четверть большинство`,
		Cause:    `потому из-за поскольку причина поэтому чтобы так`,
		Person:   `президент министр король королева император генерал директор руководитель глава автор канцлер`,
		Place:    `город страна государство регион столица побережье река озеро море остров север юг восток запад`,
		Naming:   `называется назвали известный название имя`,
		Pronoun:  `он она оно они это этот эта эти его её их`,
		In:       `в во на у из`, Means: `путем через помощью`,
	},
	"uk": {
		Time:     `січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня понеділок вівторок середа четвер п'ятниця субота неділя весна літо осінь зима століття десятиліття рік році року сьогодні вчора`,
		Quantity: `один два три чотири п'ять шість сім вісім дев'ять десять сто тисяча тисяч мільйон мільярд десятки кілька`,
		Unit:     `км кілометр метр тонна кілограм рік місяць тиждень день година хвилина людина людей осіб жителів військових градус`,
		Currency: `долар євро рубль гривня фунт`,
		Share:    `відсоток половина третина чверть більшість`,
		Cause:    `тому через оскільки причина щоб`,
		Person:   `президент міністр король королева імператор генерал директор керівник очільник голова автор канцлер`,
		Place:    `місто країна держава регіон столиця узбережжя річка озеро море острів північ південь схід захід`,
		Naming:   `називається назвали відомий назва ім'я`,
		Pronoun:  `він вона воно вони це цей ця ці його її їх`,
		In:       `в у на з із`, Means: `через шляхом допомогою`,
	},
	"es": {
		Time:     `enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre lunes martes miércoles jueves viernes sábado domingo siglo década año`,
		Quantity: `uno dos tres cuatro cinco seis siete ocho nueve diez cien mil millón millones varios`,
		Unit:     `km kilómetro metro tonelada kilogramo año mes semana día hora minuto personas habitantes grados`,
		Currency: `dólar euro libra peso`, Share: `ciento mitad tercio mayoría`, Cause: `porque debido razón causa`,
		Person:  `presidente ministro rey reina emperador general director líder autor`,
		Place:   `ciudad país estado región capital costa río lago mar isla norte sur este oeste`,
		Naming:  `llamado llamada conocido conocida nombre denominado`,
		Pronoun: `él ella ellos este esta esto`, In: `en`, By: `por`, Means: `mediante través con`,
	},
	"ro": {
		Time:     `ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie luni marți miercuri joi vineri sâmbătă duminică secol deceniu an`,
		Quantity: `unu doi două trei patru cinci șase șapte opt nouă zece sută mie mii milion milioane miliard`,
		Unit:     `km kilometru metru tonă an lună săptămână zi oră minut oameni persoane locuitori grade`,
		Currency: `dolar euro leu liră`, Share: `sută jumătate treime majoritate`, Cause: `pentru deoarece datorită cauza motiv`,
		Person: `președinte ministru rege regină împărat general director lider autor`,
		Place:  `oraș țară stat regiune capitală coastă râu lac mare insulă nord sud est vest`,
		Naming: `numit numită cunoscut cunoscută nume`, Pronoun: `el ea ei ele acesta aceasta`, In: `în la`, By: `de`, Means: `prin cu`,
	},
}

// evidence maps the terms of one language's lists to their kinds.
func evidence(lang string) map[Term]Kind {
	e, ok := evidenceCache.Load(lang)
	if !ok {
		m := make(map[Term]Kind)
		var plain words.Analyser
		for kind, list := range evidenceLists[lang] {
			for _, w := range strings.Fields(list) {
				for _, t := range plain.Tokens(lang, w) {
					m[Hash(t.Term)] |= kind
				}
			}
		}
		e, _ = evidenceCache.LoadOrStore(lang, m)
	}
	return e.(map[Term]Kind)
}

var evidenceCache sync.Map // of language to map[Term]Kind

// year reports whether a number reads as a year.
func year(s string) bool {
	return len(s) == 4 && s >= "1000" && s <= "2100" && strings.Trim(s, "0123456789") == ""
}
