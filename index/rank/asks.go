package rank

import (
	"strings"
	"sync"

	"rapporteur/index/words"
)

// kindOfQuestion says what sort of answer a question asks for.
type kindOfQuestion uint8

const (
	asksOther kindOfQuestion = iota
	asksWho
	asksWhen
	asksWhere
	asksHowMany
	asksHowMuch
	asksShare
	asksMoney
	asksHowLong
	asksWhy
	asksHow
	asksWhich
	asksWhat
	asksDefinition
	questionKinds
)

var questionNames = [questionKinds]string{
	"other", "who", "when", "where", "howmany", "howmuch", "share", "money", "howlong", "why", "how", "which", "what", "definition",
}

// openings are the words by which a question of some kind is known, the first
// that fits. A word may be several; the words may stand anywhere in the
// question, because chat asks "and the army, how big?" as well.
var openings = map[string][]struct {
	kind  kindOfQuestion
	words string
}{
	"en": {
		{asksHowMany, "how many"}, {asksHowMany, "how large"}, {asksHowMany, "how big"}, {asksHowMany, "what number"}, {asksHowMany, "how old"},
		{asksMoney, "how much money"}, {asksMoney, "how much cost"}, {asksMoney, "how expensive"}, {asksMoney, "what price"}, {asksMoney, "what cost"},
		{asksShare, "what percent"}, {asksShare, "what percentage"}, {asksShare, "which percentage"}, {asksShare, "how much percent"},
		{asksShare, "what fraction"}, {asksShare, "what share"}, {asksShare, "what proportion"}, {asksShare, "what portion"}, {asksShare, "what part of"},
		{asksShare, "which share"}, {asksShare, "which portion"}, {asksShare, "which fraction"}, {asksShare, "which proportion"}, {asksShare, "how large share"}, {asksShare, "how big share"}, {asksShare, "percentage"},
		{asksHowMuch, "how much"}, {asksHowMuch, "how high"}, {asksHowMuch, "how tall"}, {asksHowMuch, "how far"}, {asksHowMuch, "how fast"}, {asksHowMuch, "how deep"}, {asksHowMuch, "how heavy"}, {asksHowMuch, "what amount"}, {asksHowMuch, "how wide"},
		{asksHowLong, "how long"}, {asksHowLong, "how often"}, {asksHowLong, "how soon"}, {asksHowLong, "what period"},
		{asksWhen, "when"}, {asksWhen, "what year"}, {asksWhen, "which year"}, {asksWhen, "what date"}, {asksWhen, "what day"}, {asksWhen, "what month"},
		{asksWhen, "which month"}, {asksWhen, "what century"}, {asksWhen, "which century"}, {asksWhen, "what time"}, {asksWhen, "what decade"}, {asksWhen, "since when"},
		{asksWho, "who"}, {asksWho, "whom"}, {asksWho, "whose"}, {asksWho, "which person"}, {asksWho, "what person"},
		{asksWhere, "where"}, {asksWhere, "what city"}, {asksWhere, "which city"}, {asksWhere, "what country"}, {asksWhere, "which country"}, {asksWhere, "which nation"}, {asksWhere, "what nation"}, {asksWhere, "what state"}, {asksWhere, "what place"}, {asksWhere, "what location"},
		{asksWhy, "why"}, {asksWhy, "what reason"}, {asksWhy, "what cause"}, {asksWhy, "what purpose"},
		{asksHow, "how"}, {asksWhich, "which"}, {asksWhat, "what"},
	},
	"de": {
		{asksShare, "wie viel prozent"}, {asksShare, "wieviel prozent"}, {asksShare, "prozentsatz"}, {asksShare, "welcher anteil"}, {asksShare, "welchen anteil"}, {asksShare, "welcher teil"}, {asksShare, "welchen teil"},
		{asksMoney, "wie viel geld"}, {asksMoney, "wieviel geld"}, {asksMoney, "wie teuer"}, {asksMoney, "wie viel kostet"}, {asksMoney, "wie viel kostete"}, {asksMoney, "was kostet"}, {asksMoney, "was kostete"},
		{asksMoney, "wie viel euro"}, {asksMoney, "wie viel dollar"}, {asksMoney, "wie viele euro"}, {asksMoney, "wie viele dollar"}, {asksMoney, "welcher preis"}, {asksMoney, "welchen preis"}, {asksMoney, "welchem preis"},
		{asksHowLong, "wie lange"}, {asksHowLong, "wie oft"}, {asksHowLong, "wie häufig"}, {asksHowLong, "welchen zeitraum"}, {asksHowLong, "welchem zeitraum"},
		{asksHowMany, "wie viele"}, {asksHowMany, "wie vielen"}, {asksHowMany, "wie vieler"}, {asksHowMany, "wieviele"}, {asksHowMany, "wie groß"}, {asksHowMany, "wie alt"}, {asksHowMany, "welche anzahl"}, {asksHowMany, "welche zahl"},
		{asksHowMuch, "wie viel"}, {asksHowMuch, "wieviel"}, {asksHowMuch, "wie hoch"}, {asksHowMuch, "wie weit"}, {asksHowMuch, "wie schnell"}, {asksHowMuch, "wie tief"}, {asksHowMuch, "wie schwer"}, {asksHowMuch, "wie breit"},
		{asksWhen, "wann"}, {asksWhen, "welchem jahr"}, {asksWhen, "welches jahr"}, {asksWhen, "welchem datum"}, {asksWhen, "welches datum"}, {asksWhen, "welchem tag"}, {asksWhen, "welchem monat"}, {asksWhen, "welchem jahrhundert"}, {asksWhen, "welches jahrhundert"}, {asksWhen, "welchem jahrzehnt"}, {asksWhen, "welcher zeit"},
		{asksWho, "wer"}, {asksWho, "wem"}, {asksWho, "wen"}, {asksWho, "wessen"}, {asksWho, "welche person"}, {asksWho, "welcher person"},
		{asksWhere, "wo"}, {asksWhere, "wohin"}, {asksWhere, "woher"}, {asksWhere, "welcher stadt"}, {asksWhere, "welche stadt"}, {asksWhere, "welchem land"}, {asksWhere, "welches land"}, {asksWhere, "welchen ländern"}, {asksWhere, "welchem ort"}, {asksWhere, "welcher ort"}, {asksWhere, "welchem staat"}, {asksWhere, "welcher staat"},
		{asksWhy, "warum"}, {asksWhy, "weshalb"}, {asksWhy, "wieso"}, {asksWhy, "wozu"}, {asksWhy, "welchem grund"}, {asksWhy, "welchen grund"}, {asksWhy, "welcher grund"}, {asksWhy, "welchen gründen"}, {asksWhy, "welchem zweck"},
		{asksHow, "wie"}, {asksHow, "wodurch"}, {asksHow, "womit"}, {asksHow, "welche weise"},
		{asksWhich, "welche"}, {asksWhich, "welcher"}, {asksWhich, "welches"}, {asksWhich, "welchen"}, {asksWhich, "welchem"},
		{asksWhat, "was"}, {asksWhat, "wofür"}, {asksWhat, "worüber"}, {asksWhat, "worin"}, {asksWhat, "worauf"}, {asksWhat, "woran"}, {asksWhat, "wovon"}, {asksWhat, "wonach"}, {asksWhat, "woraus"},
	},
	"ru": {
		{asksShare, "какой процент"}, {asksShare, "какого процента"}, {asksShare, "сколько процентов"}, {asksShare, "какая доля"}, {asksShare, "какую долю"}, {asksShare, "какая часть"}, {asksShare, "какую часть"},
		{asksMoney, "сколько стоит"}, {asksMoney, "сколько стоил"}, {asksMoney, "сколько стоила"}, {asksMoney, "сколько стоило"}, {asksMoney, "сколько денег"}, {asksMoney, "сколько долларов"}, {asksMoney, "сколько евро"}, {asksMoney, "сколько рублей"}, {asksMoney, "какая цена"}, {asksMoney, "какова цена"}, {asksMoney, "какая сумма"}, {asksMoney, "какую сумму"}, {asksMoney, "какова стоимость"},
		{asksHowLong, "как долго"}, {asksHowLong, "как часто"}, {asksHowLong, "сколько времени"}, {asksHowLong, "сколько длился"}, {asksHowLong, "сколько длилась"},
		{asksHowMany, "сколько"}, {asksHowMany, "скольких"}, {asksHowMany, "скольким"}, {asksHowMany, "насколько"}, {asksHowMany, "какое количество"}, {asksHowMany, "каково количество"}, {asksHowMany, "какова численность"},
		{asksHowMuch, "как много"}, {asksHowMuch, "как далеко"}, {asksHowMuch, "как высоко"}, {asksHowMuch, "как быстро"}, {asksHowMuch, "какой высоты"}, {asksHowMuch, "какая высота"}, {asksHowMuch, "какой длины"},
		{asksWhen, "когда"}, {asksWhen, "каком году"}, {asksWhen, "какой год"}, {asksWhen, "какому году"}, {asksWhen, "какого года"}, {asksWhen, "какие годы"}, {asksWhen, "каком веке"}, {asksWhen, "каком месяце"}, {asksWhen, "какого числа"}, {asksWhen, "какой день"}, {asksWhen, "какое время"}, {asksWhen, "какой период"}, {asksWhen, "какое десятилетие"},
		{asksWho, "кто"}, {asksWho, "кого"}, {asksWho, "кому"}, {asksWho, "кем"}, {asksWho, "ком"}, {asksWho, "чей"}, {asksWho, "чья"}, {asksWho, "чье"}, {asksWho, "чьи"}, {asksWho, "чьим"}, {asksWho, "чьей"},
		{asksWhere, "где"}, {asksWhere, "куда"}, {asksWhere, "откуда"}, {asksWhere, "каком городе"}, {asksWhere, "какой город"}, {asksWhere, "какой стране"}, {asksWhere, "какая страна"}, {asksWhere, "каких странах"}, {asksWhere, "каком месте"},
		{asksWhy, "почему"}, {asksWhy, "зачем"}, {asksWhy, "отчего"}, {asksWhy, "какой причине"}, {asksWhy, "какая причина"}, {asksWhy, "каким причинам"}, {asksWhy, "какой целью"},
		{asksWhich, "какой"}, {asksWhich, "какая"}, {asksWhich, "какие"}, {asksWhich, "какое"}, {asksWhich, "каком"}, {asksWhich, "какого"}, {asksWhich, "какую"}, {asksWhich, "каким"}, {asksWhich, "каких"}, {asksWhich, "какими"}, {asksWhich, "какому"}, {asksWhich, "каков"}, {asksWhich, "какова"}, {asksWhich, "каковы"},
		{asksHow, "как"}, {asksHow, "каким образом"}, {asksWhat, "что"}, {asksWhat, "чем"}, {asksWhat, "чего"}, {asksWhat, "чему"}, {asksWhat, "чём"},
	},
	"uk": {
		{asksShare, "який відсоток"}, {asksShare, "яка частка"}, {asksShare, "яку частку"}, {asksShare, "яка частина"}, {asksShare, "яку частину"}, {asksShare, "скільки відсотків"}, {asksShare, "скільки процентів"},
		{asksMoney, "скільки коштує"}, {asksMoney, "скільки коштував"}, {asksMoney, "скільки коштувала"}, {asksMoney, "скільки коштувало"}, {asksMoney, "скільки грошей"}, {asksMoney, "скільки доларів"}, {asksMoney, "скільки євро"}, {asksMoney, "скільки гривень"}, {asksMoney, "яка ціна"}, {asksMoney, "яка сума"}, {asksMoney, "яку суму"}, {asksMoney, "яка вартість"},
		{asksHowLong, "як довго"}, {asksHowLong, "як часто"}, {asksHowLong, "скільки часу"}, {asksHowLong, "скільки триває"}, {asksHowLong, "скільки тривав"}, {asksHowLong, "скільки тривала"},
		{asksHowMany, "скільки"}, {asksHowMany, "скількох"}, {asksHowMany, "скільком"}, {asksHowMany, "наскільки"}, {asksHowMany, "яка кількість"}, {asksHowMany, "яку кількість"}, {asksHowMany, "яка чисельність"},
		{asksHowMuch, "як багато"}, {asksHowMuch, "як далеко"}, {asksHowMuch, "як швидко"}, {asksHowMuch, "якої висоти"}, {asksHowMuch, "яка висота"}, {asksHowMuch, "якої довжини"},
		{asksWhen, "коли"}, {asksWhen, "відколи"}, {asksWhen, "якому році"}, {asksWhen, "який рік"}, {asksWhen, "якого року"}, {asksWhen, "які роки"}, {asksWhen, "якому столітті"}, {asksWhen, "якому місяці"}, {asksWhen, "якого числа"}, {asksWhen, "якого дня"}, {asksWhen, "який день"}, {asksWhen, "який час"}, {asksWhen, "який період"},
		{asksWho, "хто"}, {asksWho, "кого"}, {asksWho, "кому"}, {asksWho, "ким"}, {asksWho, "чий"}, {asksWho, "чия"}, {asksWho, "чиє"}, {asksWho, "чиї"}, {asksWho, "чиїм"}, {asksWho, "чиєю"},
		{asksWhere, "де"}, {asksWhere, "куди"}, {asksWhere, "звідки"}, {asksWhere, "якому місті"}, {asksWhere, "яке місто"}, {asksWhere, "якій країні"}, {asksWhere, "яка країна"}, {asksWhere, "яких країнах"}, {asksWhere, "якому місці"},
		{asksWhy, "чому"}, {asksWhy, "навіщо"}, {asksWhy, "якої причини"}, {asksWhy, "яка причина"}, {asksWhy, "яких причин"}, {asksWhy, "якою метою"},
		{asksWhich, "який"}, {asksWhich, "яка"}, {asksWhich, "які"}, {asksWhich, "яке"}, {asksWhich, "якому"}, {asksWhich, "якого"}, {asksWhich, "якої"}, {asksWhich, "якій"}, {asksWhich, "яку"}, {asksWhich, "яким"}, {asksWhich, "якою"}, {asksWhich, "яких"}, {asksWhich, "якими"}, {asksWhich, "котрий"}, {asksWhich, "котра"},
		{asksHow, "як"}, {asksHow, "яким чином"}, {asksWhat, "що"}, {asksWhat, "чим"}, {asksWhat, "чого"},
	},
	"es": {
		{asksShare, "qué porcentaje"}, {asksShare, "cuál porcentaje"}, {asksShare, "qué proporción"}, {asksShare, "qué parte"}, {asksShare, "qué fracción"},
		{asksMoney, "cuánto cuesta"}, {asksMoney, "cuánto costó"}, {asksMoney, "cuánto dinero"}, {asksMoney, "cuántos euros"}, {asksMoney, "cuántos dólares"}, {asksMoney, "qué precio"}, {asksMoney, "qué costo"}, {asksMoney, "cuál precio"}, {asksMoney, "cuál costo"},
		{asksHowLong, "cuánto tiempo"}, {asksHowLong, "cuánto dura"}, {asksHowLong, "cuánto duró"}, {asksHowLong, "qué frecuencia"}, {asksHowLong, "cuántas veces"},
		{asksHowMany, "cuántos"}, {asksHowMany, "cuántas"}, {asksHowMany, "qué cantidad"}, {asksHowMany, "qué número"}, {asksHowMany, "cuál número"}, {asksHowMany, "qué edad"}, {asksHowMuch, "cuánto"}, {asksHowMuch, "cuánta"}, {asksHowMuch, "qué altura"}, {asksHowMuch, "qué distancia"}, {asksHowMuch, "qué velocidad"},
		{asksWhen, "cuándo"}, {asksWhen, "qué año"}, {asksWhen, "cuál año"}, {asksWhen, "qué fecha"}, {asksWhen, "qué día"}, {asksWhen, "qué mes"}, {asksWhen, "qué siglo"}, {asksWhen, "qué década"}, {asksWhen, "qué momento"}, {asksWhen, "qué época"}, {asksWhen, "qué periodo"},
		{asksWho, "quién"}, {asksWho, "quiénes"}, {asksWho, "qué persona"},
		{asksWhere, "dónde"}, {asksWhere, "adónde"}, {asksWhere, "qué ciudad"}, {asksWhere, "qué país"}, {asksWhere, "qué países"}, {asksWhere, "qué lugar"}, {asksWhere, "qué estado"}, {asksWhere, "cuál ciudad"},
		{asksWhy, "por qué"}, {asksWhy, "qué razón"}, {asksWhy, "qué motivo"}, {asksWhy, "cuál razón"}, {asksWhy, "cuál motivo"}, {asksWhy, "qué causa"}, {asksWhy, "para qué"},
		{asksHow, "cómo"}, {asksHow, "qué manera"}, {asksHow, "qué forma"}, {asksWhich, "cuál"}, {asksWhich, "cuáles"}, {asksWhat, "qué"},
	},
	"ro": {
		{asksShare, "ce procent"}, {asksShare, "ce procentaj"}, {asksShare, "care procentul"}, {asksShare, "ce proporție"}, {asksShare, "ce parte"}, {asksShare, "ce fracțiune"}, {asksShare, "cât la sută"},
		{asksMoney, "cât costă"}, {asksMoney, "cât costat"}, {asksMoney, "câți bani"}, {asksMoney, "câți euro"}, {asksMoney, "câți dolari"}, {asksMoney, "câți lei"}, {asksMoney, "ce preț"}, {asksMoney, "care prețul"}, {asksMoney, "ce sumă"},
		{asksHowLong, "cât timp"}, {asksHowLong, "cât durează"}, {asksHowLong, "cât durat"}, {asksHowLong, "cât de des"}, {asksHowLong, "ce frecvență"}, {asksHowLong, "câte ori"},
		{asksHowMany, "câți"}, {asksHowMany, "câte"}, {asksHowMany, "câtor"}, {asksHowMany, "ce număr"}, {asksHowMany, "care numărul"}, {asksHowMuch, "cât"}, {asksHowMuch, "câtă"}, {asksHowMuch, "ce cantitate"}, {asksHowMuch, "ce înălțime"}, {asksHowMuch, "ce distanță"},
		{asksWhen, "când"}, {asksWhen, "ce an"}, {asksWhen, "ce ani"}, {asksWhen, "care an"}, {asksWhen, "ce dată"}, {asksWhen, "ce zi"}, {asksWhen, "ce lună"}, {asksWhen, "ce secol"}, {asksWhen, "ce deceniu"}, {asksWhen, "ce moment"}, {asksWhen, "ce perioadă"},
		{asksWho, "cine"}, {asksWho, "cui"}, {asksWho, "ce persoană"},
		{asksWhere, "unde"}, {asksWhere, "încotro"}, {asksWhere, "ce oraș"}, {asksWhere, "care oraș"}, {asksWhere, "ce țară"}, {asksWhere, "care țară"}, {asksWhere, "ce țări"}, {asksWhere, "ce loc"}, {asksWhere, "ce stat"},
		{asksWhy, "de ce"}, {asksWhy, "ce motiv"}, {asksWhy, "ce cauză"}, {asksWhy, "care motivul"}, {asksWhy, "care cauza"}, {asksWhy, "ce scop"},
		{asksHow, "cum"}, {asksHow, "ce fel"}, {asksHow, "ce mod"}, {asksWhich, "care"}, {asksWhich, "căror"}, {asksWhich, "cărui"}, {asksWhich, "cărei"}, {asksWhat, "ce"},
	},
	"fr": {
		{asksShare, "quel pourcentage"}, {asksShare, "quelle part"}, {asksShare, "quelle partie"}, {asksShare, "quelle proportion"}, {asksShare, "quelle fraction"}, {asksShare, "combien pour cent"},
		{asksMoney, "combien coûte"}, {asksMoney, "combien coûté"}, {asksMoney, "combien argent"}, {asksMoney, "combien euros"}, {asksMoney, "combien dollars"}, {asksMoney, "quel prix"}, {asksMoney, "quel coût"}, {asksMoney, "quel montant"}, {asksMoney, "quelle somme"},
		{asksHowLong, "combien temps"}, {asksHowLong, "combien fois"}, {asksHowLong, "quelle durée"}, {asksHowLong, "quelle fréquence"}, {asksHowLong, "depuis combien"}, {asksHowLong, "pendant combien"},
		{asksHowMany, "combien"}, {asksHowMany, "quel nombre"}, {asksHowMany, "quel âge"}, {asksHowMuch, "quelle quantité"}, {asksHowMuch, "quelle hauteur"}, {asksHowMuch, "quelle distance"}, {asksHowMuch, "quelle vitesse"}, {asksHowMuch, "quelle superficie"},
		{asksWhen, "quand"}, {asksWhen, "quelle année"}, {asksWhen, "quelles années"}, {asksWhen, "quelle date"}, {asksWhen, "quel jour"}, {asksWhen, "quel mois"}, {asksWhen, "quel siècle"}, {asksWhen, "quelle décennie"}, {asksWhen, "quelle époque"}, {asksWhen, "quelle période"}, {asksWhen, "quel moment"}, {asksWhen, "quelle heure"},
		{asksWhere, "où"}, {asksWhere, "quelle ville"}, {asksWhere, "quelles villes"}, {asksWhere, "quel pays"}, {asksWhere, "quels pays"}, {asksWhere, "quel endroit"}, {asksWhere, "quel lieu"}, {asksWhere, "quelle région"},
		{asksWhy, "pourquoi"}, {asksWhy, "quelle raison"}, {asksWhy, "quelles raisons"}, {asksWhy, "quelle cause"}, {asksWhy, "quel motif"}, {asksWhy, "quel but"},
		{asksHow, "comment"}, {asksHow, "quelle manière"}, {asksHow, "quelle façon"},
		{asksWhich, "quel"}, {asksWhich, "quelle"}, {asksWhich, "quels"}, {asksWhich, "quelles"}, {asksWhich, "lequel"}, {asksWhich, "laquelle"}, {asksWhich, "lesquels"}, {asksWhich, "lesquelles"}, {asksWhich, "auquel"}, {asksWhich, "duquel"},
		{asksWhat, "qu est"}, {asksWhat, "qu est ce"}, {asksWhat, "quoi"}, {asksWho, "qui"}, {asksWhat, "que"}, {asksWhat, "qu"},
	},
	"it": {
		{asksShare, "che percentuale"}, {asksShare, "quale percentuale"}, {asksShare, "qual percentuale"}, {asksShare, "quale parte"}, {asksShare, "che parte"}, {asksShare, "quale quota"}, {asksShare, "quanto per cento"},
		{asksMoney, "quanto costa"}, {asksMoney, "quanto costò"}, {asksMoney, "quanto costato"}, {asksMoney, "quanto costata"}, {asksMoney, "quanto denaro"}, {asksMoney, "quanti soldi"}, {asksMoney, "quanti euro"}, {asksMoney, "quanti dollari"}, {asksMoney, "quale prezzo"}, {asksMoney, "che prezzo"}, {asksMoney, "quale somma"},
		{asksHowLong, "quanto tempo"}, {asksHowLong, "quanto dura"}, {asksHowLong, "quanto durò"}, {asksHowLong, "quanto durato"}, {asksHowLong, "quanto durata"}, {asksHowLong, "quanto spesso"}, {asksHowLong, "quante volte"},
		{asksHowMany, "quanti"}, {asksHowMany, "quante"}, {asksHowMany, "che numero"}, {asksHowMany, "quale numero"}, {asksHowMany, "che età"}, {asksHowMuch, "quanto"}, {asksHowMuch, "quanta"}, {asksHowMuch, "quant"}, {asksHowMuch, "quale altezza"}, {asksHowMuch, "quale distanza"}, {asksHowMuch, "quale velocità"},
		{asksWhen, "quando"}, {asksWhen, "che anno"}, {asksWhen, "quale anno"}, {asksWhen, "quali anni"}, {asksWhen, "che data"}, {asksWhen, "quale data"}, {asksWhen, "che giorno"}, {asksWhen, "quale giorno"}, {asksWhen, "che mese"}, {asksWhen, "quale mese"}, {asksWhen, "che secolo"}, {asksWhen, "quale secolo"}, {asksWhen, "quale periodo"}, {asksWhen, "che periodo"}, {asksWhen, "che ora"},
		{asksWho, "chi"}, {asksWho, "quale persona"},
		{asksWhere, "dove"}, {asksWhere, "dov"}, {asksWhere, "quale città"}, {asksWhere, "che città"}, {asksWhere, "quale paese"}, {asksWhere, "che paese"}, {asksWhere, "quali paesi"}, {asksWhere, "quale luogo"}, {asksWhere, "quale stato"},
		{asksWhy, "perché"}, {asksWhy, "quale motivo"}, {asksWhy, "che motivo"}, {asksWhy, "quale ragione"}, {asksWhy, "quale causa"}, {asksWhy, "quale scopo"}, {asksWhy, "come mai"},
		{asksWhich, "quale"}, {asksWhich, "quali"}, {asksWhich, "qual"}, {asksHow, "come"}, {asksHow, "com"}, {asksHow, "che modo"}, {asksWhat, "cosa"}, {asksWhat, "cos"}, {asksWhat, "che"},
	},
	"pl": {
		{asksShare, "jaki procent"}, {asksShare, "ile procent"}, {asksShare, "ilu procent"}, {asksShare, "jaka część"}, {asksShare, "jaką część"}, {asksShare, "jaki odsetek"}, {asksShare, "jaki udział"},
		{asksMoney, "ile kosztuje"}, {asksMoney, "ile kosztował"}, {asksMoney, "ile kosztowała"}, {asksMoney, "ile kosztowało"}, {asksMoney, "ile pieniędzy"}, {asksMoney, "ile euro"}, {asksMoney, "ile dolarów"}, {asksMoney, "ile złotych"}, {asksMoney, "jaka cena"}, {asksMoney, "jaką cenę"}, {asksMoney, "jaka kwota"}, {asksMoney, "jaką kwotę"}, {asksMoney, "jaki koszt"},
		{asksHowLong, "jak długo"}, {asksHowLong, "jak często"}, {asksHowLong, "ile czasu"}, {asksHowLong, "ile trwa"}, {asksHowLong, "ile trwał"}, {asksHowLong, "ile trwała"}, {asksHowLong, "ile razy"},
		{asksHowMany, "ile"}, {asksHowMany, "ilu"}, {asksHowMany, "iloma"}, {asksHowMany, "jaka liczba"}, {asksHowMany, "jaką liczbę"}, {asksHowMuch, "jak dużo"}, {asksHowMuch, "jak daleko"}, {asksHowMuch, "jak wysoko"}, {asksHowMuch, "jak wysoki"}, {asksHowMuch, "jak szybko"}, {asksHowMuch, "jak duży"},
		{asksWhen, "kiedy"}, {asksWhen, "odkąd"}, {asksWhen, "którym roku"}, {asksWhen, "jakim roku"}, {asksWhen, "którego roku"}, {asksWhen, "jakich latach"}, {asksWhen, "których latach"}, {asksWhen, "jakiego dnia"}, {asksWhen, "którego dnia"}, {asksWhen, "którym dniu"}, {asksWhen, "jakim dniu"}, {asksWhen, "którym wieku"}, {asksWhen, "jakim wieku"}, {asksWhen, "którym miesiącu"}, {asksWhen, "jakim okresie"}, {asksWhen, "jaka data"},
		{asksWho, "kto"}, {asksWho, "kogo"}, {asksWho, "komu"}, {asksWho, "kim"}, {asksWho, "czyj"}, {asksWho, "czyja"}, {asksWho, "czyje"}, {asksWho, "czyim"}, {asksWho, "która osoba"},
		{asksWhere, "gdzie"}, {asksWhere, "dokąd"}, {asksWhere, "skąd"}, {asksWhere, "jakim mieście"}, {asksWhere, "którym mieście"}, {asksWhere, "które miasto"}, {asksWhere, "jakie miasto"}, {asksWhere, "jakim kraju"}, {asksWhere, "którym kraju"}, {asksWhere, "który kraj"}, {asksWhere, "jaki kraj"}, {asksWhere, "których krajach"}, {asksWhere, "jakim miejscu"},
		{asksWhy, "dlaczego"}, {asksWhy, "czemu"}, {asksWhy, "po co"}, {asksWhy, "jakiego powodu"}, {asksWhy, "jaki powód"}, {asksWhy, "jaka przyczyna"}, {asksWhy, "jakim celu"},
		{asksWhich, "jaki"}, {asksWhich, "jaka"}, {asksWhich, "jakie"}, {asksWhich, "jacy"}, {asksWhich, "jakim"}, {asksWhich, "jaką"}, {asksWhich, "jakiego"}, {asksWhich, "jakiej"}, {asksWhich, "jakich"}, {asksWhich, "jakimi"}, {asksWhich, "jakiemu"},
		{asksWhich, "który"}, {asksWhich, "która"}, {asksWhich, "które"}, {asksWhich, "którzy"}, {asksWhich, "którym"}, {asksWhich, "którą"}, {asksWhich, "którego"}, {asksWhich, "której"}, {asksWhich, "których"}, {asksWhich, "którymi"}, {asksWhich, "któremu"},
		{asksHow, "jak"}, {asksHow, "jaki sposób"}, {asksWhat, "co"}, {asksWhat, "czego"}, {asksWhat, "czym"},
	},
}

// opening is an entry of openings. Small words are compared as they are
// written, because their stems are alike (Russian "как" and "какой", how and
// which), the others by their stems.
type opening struct {
	kind  kindOfQuestion
	words []openingWord
}

type openingWord struct {
	folded, plain string // "" to compare stems; plain is without diacritics
	term          Term
}

// as returns the word in one of its forms.
func (w *openingWord) as(plain bool) string {
	if plain {
		return w.plain
	}
	return w.folded
}

var openingCache sync.Map // of language to []opening

func openingsOf(lang string) []opening {
	o, ok := openingCache.Load(lang)
	if !ok {
		var list []opening
		var plain words.Analyser
		for _, from := range openings[lang] {
			op := opening{kind: from.kind}
			for _, w := range strings.Fields(from.words) {
				for _, t := range plain.Tokens(lang, w) {
					ow := openingWord{term: Hash(t.Term)}
					if t.Has(words.Stop) {
						ow.folded = words.Fold(w)
						ow.plain = words.Plain(ow.folded)
					}
					op.words = append(op.words, ow)
				}
			}
			list = append(list, op)
		}
		o, _ = openingCache.LoadOrStore(lang, list)
	}
	return o.([]opening)
}

// asked tells what kind of answer the question wants and at which token the
// words that say so end (0 when there are none). The words are those of the
// tokens, as written.
func asked(lang string, q []Token, written []string) (kind kindOfQuestion, end int) {
	folded := make([]string, len(written))
	for i, w := range written {
		folded[i] = strings.TrimSuffix(words.Fold(w), "'s")
	}
	kind, end = opens(lang, q, folded, false)
	if kind == asksOther && lang != "en" { // Spanish "que" for "qué", as chat writes it
		for i, f := range folded {
			folded[i] = words.Plain(f)
		}
		kind, end = opens(lang, q, folded, true)
	}
	if kind == asksWhat && lang == "en" && content(q) <= 2 && len(q) <= 6 {
		kind = asksDefinition
	}
	return kind, end
}

// opens compares the question with the openings of a language, with or without
// diacritics.
func opens(lang string, q []Token, forms []string, plain bool) (kind kindOfQuestion, end int) {
	for _, o := range openingsOf(lang) {
		for i := range q {
			at := i
			for w := range o.words {
				want := &o.words[w]
				// "how much did it cost", "in what year": up to three words
				// may stand between.
				found := -1
				for j := at; j < len(q) && (at == i && j == at || at > i && j <= at+2); j++ {
					if want.folded != "" && forms[j] == want.as(plain) || want.folded == "" && q[j].Term == want.term {
						found = j
						break
					}
				}
				if found < 0 {
					at = -1
					break
				}
				at = found + 1
			}
			if at > 0 {
				return o.kind, at
			}
		}
	}
	return asksOther, 0
}

func content(q []Token) int {
	n := 0
	for _, t := range q {
		if t.Kind&Stop == 0 {
			n++
		}
	}
	return n
}
