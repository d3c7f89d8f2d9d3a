package said

import "strings"

// ukrainian and russian give said-verbs by stem: the past has the gender of the
// speaker, the present a person.
func ukrainian() *language {
	l := newLanguage("uk")
	l.inverts, l.bare = true, true
	l.slavicPast(`заяви сказа додав@ наголоси зазначи підкресли повідоми розпові поясни відпові уточни нагада зауважи запевни попереди
		визна закли висловився@ пообіця стверджува написа відзначи оголоси анонсува припусти переконува вважа спростува підтверди
		прокоментува пожартува вигукну переказа процитува констатува обіця вимага запропонува доповн@ резюмува погоди@ заперечи критикува назва
		звинувати закликав@ наполяга очікува сподіва@ порадив@ застеріг@ допусти спрогнозува підсумува вказа`, ukEnds)
	for w := range strings.FieldsSeq(`заявляє каже говорить додає наголошує зазначає підкреслює повідомляє розповідає пояснює відповідає нагадує
		зауважує запевняє попереджає визнає закликає обіцяє стверджує пише відзначає вважає переконує очікує вимагає пропонує застерігає
		наполягає кажуть заявляють пишуть вважають повідомляють стверджують наголошують застеріг застерегла розповів розповіла розповіли
		відповів відповіла відповіли доповів доповіла зауважив наголосив заявив додав додала додали сказав пояснив переконаний переконана впевнений впевнена висловив висловила`) {
		l.cue(says, 'p', w, w)
	}
	l.put(that, `що щоб`)
	l.put(rel, `який яка які котрий котра`)
	l.put(aux, `буде був була були було`)
	l.put(and, `і й та або`)
	l.put(but, `але а проте однак`)
	l.put(sub, `як коли якщо бо оскільки хоча поки після того чому де`)
	l.put(not, `не ні`)
	l.put(prep, `в у на з із зі до від за про для під при над після через між без по о об перед проти серед щодо понад завдяки крім`)
	l.put(adverb, `також водночас раніше згодом потім окремо вже ще тоді так знову додатково нещодавно пізніше своєю чергою крім зокрема
		нарешті тим часом публічно прямо тепер однозначно різко`)
	l.put(pronoun|male, `він`)
	l.put(pronoun|female, `вона`)
	l.put(pronoun|plural, `вони`)
	l.put(pronoun|first, `я ми ви ти`)
	l.put(pronoun|neuter, `це воно`)
	l.put(owner, `його її їхній їхня їхні їхніх їхнього свого своєї своїх`)
	l.put(object, `йому їй їм нам вам мені себе його`)
	l.put(timely, `понеділок вівторок середу четвер п'ятницю суботу неділю понеділка вівторка середи четверга п'ятниці суботи неділі вчора
		сьогодні завтра учора січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня ранку вечора року тижня місяця напередодні`)
	l.put(role, slavicRoles)
	l.put(role, `президент президентка міністр міністерка прем'єр прем'єр-міністр прем'єр-міністерка канцлер канцлерка речник речниця голова глава директор
		директорка посол генерал депутат депутатка секретар радник радниця очільник очільниця керівник керівниця командувач мер губернатор
		аналітик експерт експертка співрозмовник журналіст журналістка держсекретар генсек єврокомісар представник представниця прокурор міністра президента`)
	l.put(group, `чиновники посадовці лідери переговорники представники дипломати експерти аналітики журналісти військові джерела союзники
		депутати міністри європейці українці росіяни американці німці опозиціонери`)
	l.put(honorific|male, `пан`)
	l.put(honorific|female, `пані`)
	l.phrases(`за словами
		за даними
		за оцінками
		за оцінкою
		за інформацією
		на думку
		на переконання
		зі слів
		зі словами
		як стверджує
		згідно з`)
	delete(l.according, "зі")
	return l
}

var ukEnds = []string{"в", "ла", "ли", "ло"}

func russian() *language {
	l := newLanguage("ru")
	l.inverts, l.bare = true, true
	l.slavicPast(`заяви сказа добави отмети подчеркну сообщи рассказа поясни объясни ответи уточни напомни завери предупреди призна
		призва пообеща утвержда написа объяви предположи увери счита опроверг@ подтверди прокомментирова заключи процитирова констатирова
		обеща потребова предложи резюмирова согласи@ возрази критикова назва обвини наста ожида посоветова указа замети доложи высказа спрогнозирова`, []string{"л", "ла", "ли", "ло"})
	for w := range strings.FieldsSeq(`заявляет говорит добавляет отмечает подчеркивает подчёркивает сообщает рассказывает поясняет объясняет отвечает
		напоминает заверяет предупреждает признает признаёт призывает обещает утверждает пишет считает требует предлагает настаивает ожидает
		говорят заявляют пишут считают сообщают утверждают опроверг опровергла опровергли подчеркнул подчеркнула убеждён убежден убеждена уверен уверена выразил выразила`) {
		l.cue(says, 'p', w, w)
	}
	l.put(that, `что чтобы`)
	l.put(rel, `который которая которые`)
	l.put(aux, `будет был была были было`)
	l.put(and, `и или да`)
	l.put(but, `но а однако`)
	l.put(sub, `как когда если поскольку хотя пока после того почему где`)
	l.put(not, `не ни`)
	l.put(prep, `в во на с со из к ко от за о об про для под при над после через между без по перед против среди свыше благодаря кроме`)
	l.put(adverb, `также одновременно ранее затем потом отдельно уже еще ещё тогда так снова дополнительно недавно позже позднее кроме
		наконец тем временем публично прямо теперь накануне резко`)
	l.put(pronoun|male, `он`)
	l.put(pronoun|female, `она`)
	l.put(pronoun|plural, `они`)
	l.put(pronoun|first, `я мы вы ты`)
	l.put(pronoun|neuter, `это оно`)
	l.put(owner, `его её ее их своего своей своих`)
	l.put(object, `ему ей им нам вам мне себя его`)
	l.put(timely, `понедельник вторник среду четверг пятницу субботу воскресенье понедельника вторника среды четверга пятницы субботы
		воскресенья вчера сегодня завтра января февраля марта апреля мая июня июля августа сентября октября ноября декабря утра вечера года недели месяца накануне`)
	l.put(role, slavicRoles)
	l.put(role, `президент министр премьер премьер-министр канцлер представитель представительница пресс-секретарь председатель глава директор
		посол генерал депутат секретарь советник руководитель командующий мэр губернатор аналитик эксперт собеседник журналист
		госсекретарь генсек еврокомиссар спикер прокурор замминистра`)
	l.put(group, `чиновники лидеры переговорщики представители дипломаты эксперты аналитики журналисты военные источники союзники депутаты
		министры европейцы украинцы россияне американцы немцы власти`)
	l.put(honorific|male, `господин`)
	l.put(honorific|female, `госпожа`)
	l.phrases(`по словам
		по данным
		по оценкам
		по оценке
		по информации
		по мнению
		со слов
		согласно`)
	return l
}

const slavicRoles = `спікер спікерка лідер лидер`

// slavicPast adds the past forms of verbs: with ends, or, marked with @, as
// it stands without the mark.
func (l *language) slavicPast(list string, ends []string) {
	for w := range strings.FieldsSeq(list) {
		if bare, ok := strings.CutSuffix(w, "@"); ok {
			l.cue(says, 'p', bare, bare)
			continue
		}
		for i, end := range ends {
			c := says
			switch i {
			case 0:
				c |= male
			case 1:
				c |= female
			}
			l.cue(c, 'p', w, w+end)
		}
	}
}

func polish() *language {
	l := newLanguage("pl")
	l.inverts, l.bare = true, true
	for w := range strings.FieldsSeq(`powiedzia oświadczy stwierdzi doda zaznaczy podkreśli poinformowa przekaza wyjaśni odpowiedzia zapewni
		ostrzeg przyzna zapowiedzia napisa ocenia oceni zauważy ogłosi uzna przypomnia zaapelowa tłumaczy`) {
		for _, end := range []string{"ł", "ła", "li", "ły"} {
			l.cue(says, 'p', w, w+end)
		}
	}
	for w := range strings.FieldsSeq(`mówi twierdzi dodaje podkreśla zaznacza informuje uważa pisze ostrzega wyjaśnia ocenia przyznaje`) {
		l.cue(says, 'p', w, w)
	}
	l.put(that, `że iż żeby`)
	l.put(rel, `który która którzy`)
	l.put(and, `i oraz lub`)
	l.put(but, `ale a jednak`)
	l.put(sub, `gdy kiedy jeśli ponieważ choć bo jak`)
	l.put(not, `nie`)
	l.put(prep, `w we na z ze do od za o dla pod przy nad po przez między bez przed przeciw podczas wobec`)
	l.put(adverb, `także również też wcześniej później potem jednocześnie już jeszcze wtedy ponownie niedawno`)
	l.put(pronoun|male, `on`)
	l.put(pronoun|female, `ona`)
	l.put(pronoun|plural, `oni one`)
	l.put(pronoun|first, `ja my`)
	l.put(timely, `poniedziałek wtorek środę czwartek piątek sobotę niedzielę wczoraj dziś dzisiaj jutro`)
	l.put(role, `prezydent premier minister kanclerz rzecznik rzeczniczka szef szefowa przewodniczący przewodnicząca dyrektor ambasador generał poseł`)
	l.put(group, `urzędnicy przywódcy dyplomaci eksperci dziennikarze przedstawiciele negocjatorzy`)
	l.phrases(`według
		zdaniem
		jak podaje
		w opinii`)
	return l
}
