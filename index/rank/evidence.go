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
		Time:     `januar februar märz april mai juni juli august september oktober november dezember jänner montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag frühling frühjahr sommer herbst winter jahrhundert jahrzehnt jahr monat woche ära epoche zeitalter heute gestern morgen mittag mitternacht abend nacht anfang ende mitte seit bis während spät früh jährlich`,
		Quantity: `zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig hundert hunderte tausend tausende million millionen milliarde milliarden billion billionen dutzend dutzende einige wenige viele paar doppelt dreifach einmal zweimal dreimal`,
		Unit:     `km kilometer meter zentimeter millimeter quadratmeter quadratkilometer kubikmeter meile fuß hektar tonne kilogramm kilo gramm liter jahr monat woche tag stunde minute sekunde mensch menschen person personen einwohner mitglied mitglieder student studenten schüler soldat soldaten truppen grad celsius watt volt prozent mal bevölkerung`,
		Duration: `sekunde minute stunde tag tage woche monat jahr jahrzehnt jahrhundert wochenende nacht`,
		Currency: `dollar euro pfund cent yen rubel hrywnja krone usd eur gbp`,
		Share:    `prozent hälfte drittel viertel fünftel mehrheit minderheit großteil anteil mehrzahl prozentsatz`,
		Cause:    `weil da wegen aufgrund grund gründe ursache daher deshalb deswegen darum damit denn folge infolge dank um führte verursacht zweck ziel`,
		Person:   `präsident präsidentin minister ministerin kanzler kanzlerin ministerpräsident könig königin prinz prinzessin kaiser kaiserin bürgermeister bürgermeisterin senator gouverneur general oberst hauptmann direktor leiter leiterin chef chefin vorsitzender vorsitzende sprecher sprecherin botschafter kommissar kommissarin autor autorin schriftsteller künstler wissenschaftler professor physiker chemiker philosoph dichter komponist ingenieur architekt bischof papst richter anwalt offizier gründer gründerin erfinder sohn tochter bruder schwester ehefrau ehemann frau mann vater mutter herr`,
		Place:    `stadt land staat dorf region provinz bundesland kreis bezirk hauptstadt küste fluss see meer ozean insel berg tal norden süden osten westen nördlich südlich östlich westlich zentral gelegen liegt grenze gebiet straße platz park kontinent hafen sitz nähe`,
		Naming:   `genannt heißt hieß heißen bekannt bezeichnet nennt name namens titel begriff bedeutet bedeutung definiert`,
		Pronoun:  `er sie es dieser diese dieses sein seine ihr ihre dessen`,
		In:       `in im an am auf bei aus nahe nach`, By: `von durch vom`, Means: `durch mit mittels indem methode verfahren über`,
		Weak: `viel viele viel mehr weniger jahr datum tag zeit prozent prozentsatz anzahl zahl nummer groß name art sorte gibt gab machte macht tat tut bekam kommt kam nahm verwendet benutzt laut selbst etwas ding dinge wirklich genau derzeit aktuell immer noch passiert geschah ungefähr etwa sagte sagt sagen gesagt weiß bekannt`,
	},
	"ru": {
		Time:     `январь января январе февраль февраля март марта апрель апреля май мая июнь июня июль июля август августа сентябрь сентября октябрь октября ноябрь ноября декабрь декабря понедельник вторник среда среду четверг пятница пятницу суббота субботу воскресенье весна весной лето летом осень осенью зима зимой век века столетие десятилетие эпоха эра год году года годах месяц неделя сегодня вчера завтра утром вечером ночью полдень полночь начало конец середина раннего поздно ежегодно`,
		Quantity: `один одна два две три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто сто двести триста сотня сотни тысяча тысяч тысячи миллион миллионов миллиард миллиардов триллион десяток десятки дюжина несколько много пара вдвое втрое дважды трижды двое трое`,
		Unit:     `км километр метр сантиметр миллиметр миля фут гектар тонна килограмм кг грамм литр год лет месяц неделя день дней час минута секунда человек люди людей лиц житель жителей член членов студент студентов солдат солдаты военных градус кв квадратный кубический ватт вольт раз население`,
		Duration: `секунда минута час день дней сутки неделя месяц год лет десятилетие век столетие ночь`,
		Currency: `доллар евро рубль рублей гривна фунт цент крона usd eur`,
		Share:    `процент процентов половина треть четверть большинство меньшинство доля`,
		Cause:    `потому поскольку причина поэтому чтобы так вследствие благодаря ибо следовательно результате привело вызвано ради цель целью итоге`,
		Person:   `президент министр премьер премьер-министр король королева принц принцесса император императрица мэр губернатор сенатор секретарь канцлер генерал полковник капитан директор председатель руководитель глава лидер автор писатель художник ученый профессор физик химик философ поэт композитор инженер архитектор епископ папа судья адвокат офицер чиновник представитель представительница комиссар посол основатель изобретатель сын дочь брат сестра жена муж отец мать мужчина женщина`,
		Place:    `город страна государство деревня село штат провинция регион область район округ столица побережье берег река озеро море океан остров гора долина север юг восток запад северный южный восточный западный центральный расположен находится граница территория улица площадь парк континент порт близ`,
		Naming:   `называется называют называли называемый назван названный названа название известный известен известна имени именем термин означает определяется прозвище под`,
		Pronoun:  `он она оно они это этот эта эти его её их их такой`,
		In:       `в во на у из возле около под`, By: `от`, Means: `путем через помощью посредством используя способ метод процесс`,
		Weak: `много больше меньше год году дата день время процент число количество большой вид тип получил сделал сделать делает стал стали использовал используется согласно сам вещь действительно точно сейчас все еще произошло случилось примерно сказал сказала сказали говорит говорил известно`,
	},
	"uk": {
		Time:     `січень січня січні лютий лютого лютому березень березня квітень квітня травень травня червень червня липень липня серпень серпня вересень вересня жовтень жовтня листопад листопада грудень грудня понеділок вівторок середа середу четвер п'ятниця п'ятницю субота суботу неділя неділю весна весни навесні літо влітку осінь восени зима взимку століття сторіччя десятиліття епоха ера рік року році роках місяць тиждень сьогодні вчора учора завтра вранці ввечері вночі опівдні початок кінець середина щороку щорічно`,
		Quantity: `один одна два дві три чотири п'ять шість сім вісім дев'ять десять одинадцять дванадцять тринадцять чотирнадцять п'ятнадцять шістнадцять сімнадцять вісімнадцять дев'ятнадцять двадцять тридцять сорок п'ятдесят шістдесят сімдесят вісімдесят дев'яносто сто двісті триста сотня сотні тисяча тисяч тисячі мільйон мільйонів мільярд мільярдів трильйон десяток десятки дюжина кілька декілька багато пара вдвічі втричі двічі тричі двоє троє`,
		Unit:     `км кілометр метр сантиметр міліметр миля фут гектар тонна кілограм кг грам літр рік років місяць тиждень день днів година годин хвилина секунда людина люди людей осіб особа житель жителів мешканців член членів студентів солдат солдатів військових військовослужбовців градус кв квадратний кубічний ват вольт раз населення`,
		Duration: `секунда хвилина година годин день днів доба тиждень тижнів місяць місяців рік років десятиліття століття ніч`,
		Currency: `долар євро рубль гривня гривень фунт цент крона usd eur`,
		Share:    `відсоток відсотків процент половина третина чверть більшість меншість частка`,
		Cause:    `тому через оскільки причина щоб бо адже внаслідок завдяки унаслідок отже результаті призвело спричинило заради мета метою зважаючи`,
		Person:   `президент президентка міністр міністерка прем'єр прем'єр-міністр король королева принц принцеса імператор мер губернатор сенатор секретар канцлер канцлерка генерал полковник капітан директор директорка голова керівник керівниця глава лідер лідерка автор авторка письменник художник учений професор фізик хімік філософ поет композитор інженер архітектор єпископ папа суддя адвокат офіцер посадовець речник речниця представник представниця комісар посол засновник винахідник син донька дочка брат сестра дружина чоловік батько мати жінка пан пані`,
		Place:    `місто країна держава село штат провінція регіон область район округ столиця узбережжя берег річка озеро море океан острів гора долина північ південь схід захід північний південний східний західний центральний розташований розташована розташоване знаходиться кордон територія вулиця площа парк континент порт поблизу біля`,
		Naming:   `називається називають називали названий названа назва назвою відомий відома відоме ім'я імені ім'ям термін означає визначається прізвисько`,
		Pronoun:  `він вона воно вони це цей ця ці його її їхній їх такий`,
		In:       `в у на із з біля поблизу під`, By: `від`, Means: `шляхом через допомогою завдяки використовуючи спосіб метод процес`,
		Weak: `багато більше менше рік року році дата день час відсоток число кількість великий ім'я вид тип отримав зробив зробити робить став стали використовував використовується згідно сам щось річ справді точно зараз досі сталося відбулося приблизно сказав сказала сказали каже говорив говорить заявив заявила відомо`,
	},
	"es": {
		Time:     `enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre lunes martes miércoles jueves viernes sábado domingo primavera verano otoño invierno siglo década año mes semana época hoy ayer mañana mediodía medianoche noche principios finales mediados anualmente`,
		Quantity: `dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa cien ciento cientos doscientos quinientos mil miles millón millones billón billones docena docenas varios varias pocos muchos muchas doble triple`,
		Unit:     `km kilómetro metro centímetro milímetro milla hectárea tonelada kilogramo kilo gramo litro año mes semana día hora minuto personas persona gente habitantes miembro miembros estudiante estudiantes alumnos soldado soldados tropas grado grados cuadrado cuadrados cúbico vatio voltio población`,
		Duration: `minuto hora día semana mes año década siglo noche`,
		Currency: `dólar dólares euro yen rublo centavo usd eur`, Share: `ciento porcentaje mitad tercio mayoría minoría proporción`,
		Cause:   `porque debido causa razón motivo para pues ya así consecuencia resultado gracias provocó evitar permitir propósito fin`,
		Person:  `presidente presidenta ministro ministra rey reina príncipe princesa emperador alcalde alcaldesa gobernador senador secretario canciller general coronel capitán director directora jefe líder portavoz embajador comisario autor autora escritor artista científico profesor físico químico filósofo poeta compositor ingeniero arquitecto obispo papa juez abogado oficial fundador inventor hijo hija hermano hermana esposa esposo padre madre hombre mujer`,
		Place:   `ciudad país estado pueblo villa provincia región condado distrito capital costa río lago mar océano isla montaña valle norte sur este oeste oriental occidental central ubicado ubicada situado situada frontera zona área calle plaza parque continente puerto cerca sede`,
		Naming:  `llamado llamada llama llaman conocido conocida nombre nombrado denominado denominada título término significa significado define apodado`,
		Pronoun: `él ella ellos ellas este esta esto estos ese su sus`, In: `en cerca a`, By: `por`, Means: `mediante través con método proceso usando utilizando`,
		Weak: `mucho muchos muchas más menos año fecha día tiempo porcentaje número cantidad grande nombre tipo clase hizo hacer hace tuvo tiene consiguió llegó tomó usó utiliza utilizado según mismo algo cosa cosas realmente exactamente actualmente aún todavía pasó ocurrió aproximadamente dijo dice decir`,
	},
	"ro": {
		Time:     `ianuarie februarie martie aprilie iunie iulie august septembrie octombrie noiembrie decembrie luni marți miercuri joi vineri sâmbătă duminică primăvară primăvara vară vara toamnă toamna iarnă iarna secol secolul deceniu deceniul an anul ani lună săptămână epocă astăzi azi ieri mâine dimineață seară noapte amiază începutul sfârșitul mijlocul anual`,
		Quantity: `unu doi două trei patru cinci șase șapte opt nouă zece unsprezece doisprezece douăsprezece treisprezece paisprezece cincisprezece șaisprezece șaptesprezece optsprezece nouăsprezece douăzeci treizeci patruzeci cincizeci șaizeci șaptezeci optzeci nouăzeci sută sute mie mii milion milioane miliard miliarde duzină câțiva câteva mulți multe pereche dublu triplu`,
		Unit:     `km kilometru kilometri metru metri centimetri milă mile hectar tonă tone kilogram kg gram litru an ani lună luni săptămână zi zile oră ore minut minute secundă secunde oameni persoane persoană locuitori membri membru studenți elevi soldați soldat trupe grade grad pătrat pătrați cub wat volt populație populația`,
		Duration: `secundă minut oră ore zi zile săptămână lună luni an ani deceniu secol noapte`,
		Currency: `dolar dolari euro leu lei liră lire rublă yen cent usd eur`, Share: `procent procente sută jumătate treime majoritate majoritatea minoritate proporție`,
		Cause:  `deoarece pentru datorită cauza cauză motiv motivul fiindcă întrucât căci astfel urmare rezultat provocat pentru scop scopul`,
		Person: `președinte președintele președinta ministru ministrul rege regele regină prinț prințesă împărat primar primarul guvernator senator secretar cancelar general colonel căpitan director lider șef purtător ambasador comisar autor scriitor artist om savant profesor fizician chimist filosof poet compozitor inginer arhitect episcop papă judecător avocat ofițer fondator inventator fiu fiul fiică frate soră soție soț tată mamă bărbat femeie`,
		Place:  `oraș orașul țară stat sat provincie regiune județ district capitală capitala coastă râu râul lac lacul mare ocean insulă munte vale nord sud est vest nordic sudic estic vestic central situat situată aflat graniță zonă teritoriu stradă piață parc continent port aproape sediu`,
		Naming: `numit numită numește numesc cunoscut cunoscută nume numele denumit denumire titlu termen înseamnă definit`, Pronoun: `el ea ei ele acesta aceasta acest această său sa`, In: `în la din lângă`, By: `de către`, Means: `prin cu folosind metodă proces mijlocul`,
		Weak: `mult multe mulți mai puțin an ani dată zi timp procent număr numărul mare nume tip fel făcut face avut primit ajuns luat folosit utilizat conform însuși ceva lucru lucruri chiar exact actual încă întâmplat aproximativ spus spune zis`,
	},
	"fr": {
		Time:     `janvier février mars avril mai juin juillet août septembre octobre novembre décembre lundi mardi mercredi jeudi vendredi samedi dimanche printemps été automne hiver siècle décennie an année mois semaine ère époque aujourd'hui hier demain midi minuit matin soir nuit début fin milieu depuis annuellement`,
		Quantity: `deux trois quatre cinq six sept huit dix onze douze treize quatorze quinze seize vingt trente quarante cinquante soixante cent cents mille milliers million millions milliard milliards dizaine dizaines douzaine centaine centaines plusieurs quelques beaucoup paire double triple`,
		Unit:     `km kilomètre mètre centimètre millimètre mille hectare kilogramme kilo gramme litre an année mois semaine jour heure minute personne personnes gens habitants habitant membre membres étudiant étudiants élèves soldat soldats troupes degré degrés carré carrés cube watt volt population`,
		Duration: `seconde minute heure jour semaine mois an année décennie siècle nuit`,
		Currency: `dollar euro livre yen rouble hryvnia centime couronne usd eur`, Share: `pourcent cent pourcentage moitié tiers quart majorité minorité proportion`,
		Cause:   `parce cause raison car puisque afin donc ainsi grâce conséquence résultat motif éviter permettre but`,
		Person:  `président présidente ministre roi reine prince princesse empereur maire gouverneur sénateur secrétaire chancelier chancelière général colonel capitaine directeur directrice chef dirigeant porte-parole ambassadeur commissaire auteur écrivain artiste scientifique professeur physicien chimiste philosophe poète compositeur ingénieur architecte évêque pape juge avocat officier fondateur inventeur fils fille frère sœur épouse époux femme mari père mère homme`,
		Place:   `ville pays état village province région comté département district capitale côte fleuve rivière lac mer océan île montagne vallée nord sud est ouest situé située frontière zone rue place parc continent port près siège`,
		Naming:  `appelé appelée appelle nommé nommée connu connue nom surnommé dénommé titre terme signifie défini`,
		Pronoun: `il elle ils elles ce cette ces cela son sa ses leur`, In: `à en dans au aux sur près`, By: `par`, Means: `par avec moyen grâce méthode procédé utilisant`,
		Weak: `faut beaucoup plus moins année date jour temps pourcentage nombre grand nom type sorte fait faire eu obtenu venu pris utilisé selon même quelque chose choses vraiment exactement actuellement encore passé arrivé environ dit dire déclaré`,
	},
	"it": {
		Time:     `gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre lunedì martedì mercoledì giovedì venerdì sabato domenica primavera estate autunno inverno secolo decennio anno mese settimana epoca oggi ieri domani mezzogiorno mezzanotte mattina notte inizio fine metà annualmente`,
		Quantity: `due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici diciassette diciotto diciannove venti trenta quaranta cinquanta sessanta settanta ottanta novanta cento centinaia mille mila migliaia milione milioni miliardo miliardi dozzina decine diversi alcuni pochi paio doppio triplo`,
		Unit:     `km chilometro metro centimetro millimetro miglio miglia ettaro tonnellata chilogrammo chilo grammo litro anno mese settimana giorno ora ore minuto persona persone abitanti abitante membro membri studente studenti alunni soldato soldati truppe grado gradi quadrato quadrati cubo watt volt popolazione`,
		Duration: `minuto ora ore giorno settimana mese anno decennio secolo notte`,
		Currency: `dollaro euro sterlina lira yen rublo centesimo corona usd eur`, Share: `cento percentuale metà terzo quarto maggioranza minoranza proporzione quota`,
		Cause:   `perché poiché causa motivo ragione siccome affinché quindi conseguenza risultato grazie evitare permettere scopo fine`,
		Person:  `presidente ministro ministra re regina principe principessa imperatore sindaco sindaca governatore senatore segretario cancelliere generale colonnello capitano direttore direttrice capo leader portavoce ambasciatore commissario autore autrice scrittore artista scienziato professore fisico chimico filosofo poeta compositore ingegnere architetto vescovo papa giudice avvocato ufficiale fondatore inventore figlio figlia fratello sorella moglie marito padre madre uomo donna`,
		Place:   `città paese stato villaggio provincia regione contea distretto capitale costa fiume lago mare oceano isola montagna valle nord sud est ovest orientale occidentale centrale situato situata confine zona area via piazza parco continente porto vicino sede`,
		Naming:  `chiamato chiamata chiama noto nota conosciuto conosciuta nome nominato denominato titolo termine significa definito soprannominato`,
		Pronoun: `egli lui lei essi esse questo questa questi suo sua loro`, In: `in a nel nella nei presso vicino`, By: `da dal dalla`, Means: `tramite mediante con attraverso metodo processo usando`,
		Weak: `molto molti più meno anno data giorno tempo percentuale numero grande nome tipo genere fatto fare avuto ottenuto venuto preso usato utilizzato secondo stesso qualcosa cosa cose davvero esattamente attualmente ancora successo accaduto circa detto dice dire disse`,
	},
	"pl": {
		Time:     `styczeń stycznia styczniu luty lutego lutym marzec marca marcu kwiecień kwietnia kwietniu czerwiec czerwca czerwcu lipiec lipca lipcu sierpień sierpnia sierpniu wrzesień września wrześniu październik października październiku listopad listopada listopadzie grudzień grudnia grudniu poniedziałek wtorek środa środę czwartek piątek sobota sobotę niedziela niedzielę wiosna wiosną lato latem jesień jesienią zima zimą wiek wieku stulecie dekada rok roku latach lata miesiąc tydzień era epoka dziś dzisiaj wczoraj jutro południe północ rano wieczorem nocą początek początku koniec końcu połowa corocznie rocznie`,
		Quantity: `jeden jedna dwa dwie dwóch trzy trzech cztery czterech pięć pięciu sześć siedem osiem dziewięć dziesięć jedenaście dwanaście trzynaście czternaście piętnaście szesnaście siedemnaście osiemnaście dziewiętnaście dwadzieścia trzydzieści czterdzieści pięćdziesiąt sześćdziesiąt siedemdziesiąt osiemdziesiąt dziewięćdziesiąt sto dwieście setki tysiąc tysiące tysięcy milion miliony milionów miliard miliardy miliardów bilion tuzin dziesiątki kilka kilku kilkaset wiele wielu para podwójny potrójny dwukrotnie trzykrotnie`,
		Unit:     `km kilometr metr centymetr milimetr mila stopa hektar tona ton kilogram kg gram litr rok lat miesiąc tydzień dzień dni godzina godzin minuta sekunda osoba osób ludzie ludzi człowiek mieszkańców członek członków student studentów uczniów żołnierz żołnierzy wojsk stopień stopni kwadratowy kwadratowych sześcienny wat wolt razy ludność`,
		Duration: `sekunda minuta godzina godzin dzień dni doba tydzień tygodni miesiąc miesięcy rok lat dekada wiek noc`,
		Currency: `dolar dolarów euro funt funtów złoty złotych frank jen rubel hrywna cent korona usd eur`, Share: `procent połowa połowę trzecia ćwierć większość mniejszość udział odsetek`,
		Cause:   `ponieważ bo gdyż dlatego powód powodu przyczyna przyczyny aby żeby wskutek skutek dzięki wynik wyniku zatem więc spowodowało cel celu`,
		Person:  `prezydent minister ministra premier król królowa książę księżniczka cesarz burmistrz gubernator senator sekretarz kanclerz generał pułkownik kapitan dyrektor dyrektorka szef szefowa przewodniczący przewodnicząca lider rzecznik rzeczniczka ambasador komisarz autor autorka pisarz artysta naukowiec profesor fizyk chemik filozof poeta kompozytor inżynier architekt biskup papież sędzia adwokat prawnik oficer założyciel wynalazca syn córka brat siostra żona mąż ojciec matka mężczyzna kobieta pan pani`,
		Place:   `miasto miasta mieście kraj kraju państwo państwa wieś stan prowincja region województwo powiat okręg stolica stolicy wybrzeże rzeka rzeki jezioro morze ocean wyspa góra dolina północ południe wschód zachód północny południowy wschodni zachodni centralny położony położona położone leży granica obszar teren ulica plac park kontynent port blisko siedziba`,
		Naming:  `nazwany nazwana nazywany nazywana nazywa nazywał zwany zwana znany znana znane nazwa nazwę imię nazwisko tytuł termin oznacza określany`,
		Pronoun: `on ona ono oni one ten ta to ci te jego jej ich`, In: `w we na przy u koło`, By: `przez`, Means: `poprzez przez pomocą dzięki metoda metodą proces używając`,
		Weak: `dużo wiele rok roku data dzień czas procent liczba duży nazwa rodzaj typ zrobił zrobić robi dostał przyszedł wziął użył używany według sam coś rzecz rzeczy naprawdę dokładnie obecnie nadal wciąż stało wydarzyło około powiedział powiedziała mówi mówił wiadomo`,
	},
}

// wordKinds are those of one language's words. Stop words are kept apart, because a
// stem may be that of both: Russian "иена", yen, becomes "и", and.
type wordKinds struct{ stop, other map[Term]Kind }

// of returns what kinds a word is of.
func (k *wordKinds) of(w words.Token) Kind {
	if w.Has(words.Stop) {
		return k.stop[Hash(w.Term)]
	}
	return k.other[Hash(w.Term)]
}

// evidence returns the kinds of the words of one language's lists.
func evidence(lang string) *wordKinds {
	e, ok := evidenceCache.Load(lang)
	if !ok {
		k := &wordKinds{make(map[Term]Kind), make(map[Term]Kind)}
		var plain words.Analyser
		for kind, list := range evidenceLists[lang] {
			for _, w := range strings.Fields(list) {
				for _, t := range plain.Tokens(lang, w) {
					if t.Has(words.Stop) {
						k.stop[Hash(t.Term)] |= kind
					} else {
						k.other[Hash(t.Term)] |= kind
					}
				}
			}
		}
		e, _ = evidenceCache.LoadOrStore(lang, k)
	}
	return e.(*wordKinds)
}

var evidenceCache sync.Map // of language to *wordKinds

// year reports whether a number reads as a year.
func year(s string) bool {
	return len(s) == 4 && s >= "1000" && s <= "2100" && strings.Trim(s, "0123456789") == ""
}
