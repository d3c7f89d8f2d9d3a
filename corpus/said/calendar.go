package said

import (
	"strings"
	"time"
)

type unit int

const (
	noUnit unit = iota
	daysUnit
	weeks
	monthsUnit
	years
	weekend
)

// table reads lines of a value and the words that have it.
func table[V any](values []V, lines string) map[string]V {
	m := make(map[string]V)
	n := 0
	for line := range strings.Lines(lines) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		for _, w := range words {
			m[w] = values[n]
		}
		n++
	}
	return m
}

var weekdays = table([]time.Weekday{1, 2, 3, 4, 5, 6, 0}, `
	monday mon. понеділок понеділка понеділку понедельник понедельника montag montagabend montagmorgen montagnachmittag lundi lunes poniedziałek luni lunedì
	tuesday tues. tue. вівторок вівторка вівторку вторник вторника dienstag dienstagabend dienstagmorgen dienstagnachmittag mardi martes wtorek marți martedì
	wednesday wed. середа середу середи среда среду среды mittwoch mittwochabend mittwochmorgen mercredi miércoles środę środa miercuri mercoledì
	thursday thurs. четвер четверга четверг donnerstag donnerstagabend donnerstagmorgen jeudi jueves czwartek joi giovedì
	friday fri. п'ятниця п'ятницю п'ятниці пятница пятницу пятницы freitag freitagabend freitagmorgen vendredi viernes piątek vineri venerdì
	saturday sat. субота суботу суботи суббота субботу субботы samstag samstagabend sonnabend samedi sábado sobotę sobota sâmbătă sabato
	sunday sun. неділя неділю неділі воскресенье воскресенья sonntag sonntagabend dimanche domingo niedzielę niedziela duminică domenica`)

var months = table([]time.Month{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, `
	january jan jan. січень січня січні январь января январе januar janvier enero stycznia ianuarie gennaio
	february feb feb. лютий лютого лютому февраль февраля феврале februar février febrero lutego februarie febbraio
	march mar mar. березень березня березні март марта марте märz mars marzo marca martie
	april apr apr. квітень квітня квітні апрель апреля апреле avril abril kwietnia aprilie aprile
	may травень травня травні май мая мае mai mayo maja maggio
	june червень червня червні июнь июня июне juni juin junio czerwca iunie giugno
	july липень липня липні июль июля июле juli juillet julio lipca iulie luglio
	august aug aug. серпень серпня серпні август августа августе août agosto sierpnia
	september sept sept. sep sep. вересень вересня вересні сентябрь сентября сентябре septembre septiembre września septembrie settembre
	october oct oct. жовтень жовтня жовтні октябрь октября октябре oktober octobre octubre października octombrie ottobre
	november nov nov. листопад листопада листопаді ноябрь ноября ноябре novembre noviembre listopada noiembrie
	december dec dec. грудень грудня грудні декабрь декабря декабре dezember décembre diciembre grudnia decembrie dicembre`)

// days are words for days, counted from the day of publication.
var days = table([]int{-2, -1, 0, 1, 2}, `
	позавчора позавчера vorgestern avant-hier anteayer przedwczoraj
	yesterday вчора учора вчера gestern hier ayer wczoraj ieri
	today tonight сьогодні сегодня heute aujourd'hui hoy dziś dzisiaj azi astăzi oggi
	tomorrow завтра demain jutro mâine domani
	післязавтра послезавтра übermorgen pojutrze`)

var which = table([]int{-1, 0, 1}, `
	last past previous минулого минулої минулий минулу минулому прошлого прошлой прошлый прошлую прошлом letzten letzte letzter letzter letztes vergangenen vergangene vergangener vergangenes vorigen voriger voriges
	this current цього цієї цей цю цьому этого этой этот эту этом diesen diese dieser dieses diesem
	next coming наступного наступної наступний наступну наступному следующего следующей следующий следующую следующем будущей будущего nächsten nächste nächster nächstes kommenden kommende kommender kommendes`)

var units = table([]unit{daysUnit, weeks, monthsUnit, years, weekend}, `
	day days день дня дні днів днями дней tag tage tagen
	week weeks тиждень тижня тижні тижнів тижню неделя неделю недели недель неделе woche wochen
	month months місяць місяця місяці місяців месяц месяца месяцев месяце monat monate monaten monats
	year years рік року роки років році год года лет году jahr jahre jahren jahres
	weekend вихідні вихідних выходные выходных wochenende`)

var counts = table([]int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, `
	a an one один одну одна einem einer einen eine ein
	two два дві две двух zwei couple
	three три трьох трех drei
	four чотири четыре vier
	five п'ять пять fünf
	six шість шесть sechs
	seven сім семь sieben
	eight вісім восемь acht
	nine дев'ять девять neun
	ten десять zehn`)
