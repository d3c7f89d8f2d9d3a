package words

import "strings"

// isStop reports whether a folded word is one that nothing is found by. The
// lists are short and our own: articles, pronouns, prepositions, conjunctions,
// auxiliary verbs and the words that ask.
func isStop(lang, word string) bool {
	_, ok := stops[spoken(lang, word)][word]
	return ok
}

var stops = func() map[string]map[string]struct{} {
	m := make(map[string]map[string]struct{}, len(stopLists))
	for lang, list := range stopLists {
		set := make(map[string]struct{})
		for _, w := range strings.Fields(list) {
			set[w] = struct{}{}
		}
		m[lang] = set
	}
	return m
}()

var stopLists = map[string]string{
	"en": `a an the and or but nor if than then so as of in on at by for from to into onto with without
about above below between among through during before after over under up down out off again
i me my mine we us our ours you your yours he him his she her hers it its they them their theirs
this that these those there here who whom whose which what when where why how
am is are was were be been being do does did doing done have has had having will would shall should
can could may might must not no yes ain't aren't isn't wasn't weren't don't doesn't didn't won't can't
i'm i've i'll you're you've it's he's she's we're they're that's what's who's where's there's let's
just only also too very such both each any some all own same other s t please tell know say says said`,
	"de": `der die das den dem des ein eine einen einem einer eines und oder aber denn als wie wenn dass ob
in im an am auf aus bei beim von vom vor für mit nach zu zum zur über unter durch gegen ohne um bis seit während
ich mich mir mein meine du dich dir dein er ihn ihm sein seine sie ihr ihre ihren ihrem ihrer es wir uns unser euch sich man
dieser diese dieses diesem diesen jener jene jenes wer wen wem wessen was welche welcher welches welchem welchen wann wo woher wohin warum wieso
weshalb wieviel wieviele wofür wozu wodurch womit worüber worin worauf woran wovon wonach woraus ist sind war waren bin bist sei seien wird werden wurde wurden worden geworden hat haben hatte hatten kann können konnte soll sollen muss müssen darf will wollen
nicht kein keine keinen auch nur noch schon so da dort hier sehr mehr bitte`,
	"fr": `le la les l un une des de du d j m t s n c qu et ou mais donc car ni que qui quoi dont où quand comment pourquoi combien quel quelle quels quelles
lequel laquelle lesquels lesquelles auquel duquel à au aux en dans par pour sur sous avec sans entre vers chez depuis pendant avant après
je me moi mon ma mes tu te toi ton ta tes il elle on se lui leur leurs nous notre nos vous votre vos ils elles son sa ses y
ce cet cette ces c est sont était étaient être été sera a ont avait avaient avoir eu fait peut ne pas plus non si aussi très`,
	"es": `el la los las lo un una unos unas y e o u pero ni que qué quien quién quiénes quien quienes cual cuál cuales cuáles cuando cuándo donde dónde como cómo cuánto cuántos cuánta cuántas cuanto cuantos cuanta cuantas
adónde a al de del en con por para sin sobre entre hasta desde hacia durante antes después
yo me mi mis tú te tu tus él ella se le les su sus nosotros nos nuestro nuestra vosotros os ellos ellas
este esta estos estas ese esa eso esos esas aquel es son era eran ser sido fue fueron ha han había haber está están estaba no sí también muy más`,
	"it": `il lo la i gli le l gl c un uno una e ed o ma né che chi cui quale quali quando dove come perché quanto quanti quanta quante
qual quant a ad al allo alla ai agli alle di del dello della dei degli delle dell degl d da dal dalla dai dalle dall in nel nella nei nelle nell negl con su sul sulla sui sulle sull all agl coll dov com cos per tra fra senza
io mi mio mia tu ti tuo lei lui si suo sua suoi sue noi ci nostro voi vi loro questo questa questi queste quest quello quella quell
è sono era erano essere stato stata fu ha hanno aveva avere non anche più molto`,
	"ro": `un o unei unui niște și sau dar nici că care cine ce când unde cum de cât câți câte căror cărui
cărei câtor încotro a al ale ai în la pe din cu prin pentru fără despre între spre până după înainte sub peste
eu mă îmi meu mea tu te îți tău el ea îl îi se își său sa săi sale noi ne nostru voi vă ei ele lor lui
acest această acesta acești aceste acel acea este sunt era erau fi fost fie are au avea avut nu da și mai foarte`,
	"pl": `a i o u w z ze we na do od po za przed przy nad pod dla bez przez między oraz lub albo ale ani że bo gdy jak jako czy więc
kto kogo komu kim co czego czemu czym który która które którzy których któremu którego gdzie kiedy dlaczego ile ilu jaki jaka jakie
jaką jakiego jakiej jakich jakim jakimi jakiemu jacy której którą którym którymi dokąd skąd odkąd czyj czyja czyje czyim iloma taki taka takie tacy ja mnie mi mój moja ty ciebie ci twój on ona ono jego jej jemu mu go ją my nas nam nasz wy was oni one ich im się swój swoją
ten ta to te ci tego tej tych tym tam tu jest są był była było były być będzie będą ma mają miał nie tak też także tylko bardzo`,
	"ru": `и в во на с со к ко о об от до по за из у для при без под над перед через между про а но или да же ли бы что чтобы как если когда где куда откуда почему зачем
кто кого кому кем чем чего чему который которая которое которые которого которой которых которому каким какой какая какое какие каких сколько чей чья
каком какого какую какими какому каков какова каковы чье чьи чьим чьей отчего насколько скольких такой такая такое такие я меня мне мой моя ты тебя тебе твой он его ему им она её ее ей оно мы нас нам наш вы вас вам ваш они их ими себя себе свой свою своей
это этот эта эти этого этой этих тот та те то того той тех там тут здесь быть был была было были есть будет будут не ни нет так также только уже ещё еще очень`,
	"uk": `і й та в у на з із зі до від по за для при без під над перед через між про а але або чи же ж би б що щоб як якщо коли де куди звідки чому навіщо
хто кого кому ким чим чого чому який яка яке які якого якої яких якому якою яким скільки чий чия
якій яку якими котрий котра чиє чиї чиїм чиєю відколи наскільки скількох такий така таке такі я мене мені мій моя ти тебе тобі твій він його йому ним вона її їй нею воно ми нас нам наш ви вас вам ваш вони їх їм ними себе собі свій свою своєї своїх
це цей ця ці цього цієї цих той та те ті того тієї тих там тут бути був була було були є буде будуть не ні так також теж лише тільки вже ще дуже`,
}
