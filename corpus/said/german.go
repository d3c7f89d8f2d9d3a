package said

import "strings"

func german() *language {
	l := newLanguage("de")
	l.inverts, l.commaClause = true, true
	for w := range strings.FieldsSeq(`teilte teilten kündigte sagte sagten sagt sagen erklärte erklärten erklärt betonte betonten betont warnte warnten warnt forderte
		forderten fordert bekräftigte bekräftigten bekräftigt meinte meint schrieb schrieben schreibt berichtete berichteten
		berichtet ergänzte ergänzten ergänzt äußerte versicherte versicherten versichert verlangte verlangten verlangt
		behauptete behaupteten behauptet mahnte mahnten mahnt antwortete antwortet entgegnete unterstrich versprach
		verspricht bestätigte bestätigten bestätigt kritisierte kritisierten kritisiert lobte lobt urteilte argumentierte
		konstatierte glaubt glaubte hofft hoffte begrüßte begrüßten erläuterte verkündete erwiderte bemerkte befand prophezeite
		twitterte kommentierte bilanzierte appellierte kritisierten schrieben dementierte `) {
		l.cue(says, 'p', w, w)
	}
	// Verbs that say something only with a particle, hob hervor, or with dass.
	for w := range strings.FieldsSeq(`fügte räumte wies wiesen hob hoben stellte stellten rief riefen gab gaben zeigte bezeichnete bezeichneten nannte nannten drohte schlug lehnte lehnten räumten`) {
		l.cue(says|holds, 'p', w, w)
	}
	l.put(that, `dass daß ob`)
	l.put(rel, `welcher welche welches`)
	l.put(aux, `hat habe haben hatte hatten wird werde werden wurde wurden würde will wolle wollen wollte kann könne können konnte soll solle sollen
		muss müsse müssen musste ist sei seien sind war waren wäre dürfe darf dürfen`)
	l.put(and, `und oder sowie`)
	l.put(but, `aber doch sondern jedoch denn`)
	l.put(sub, `als wenn weil während obwohl nachdem bevor wie da damit falls`)
	l.put(not, `nicht kein keine`)
	l.put(prep, `in im an am auf bei beim nach vor mit für über unter zu zum zur aus von vom gegen um seit durch ohne laut gemäß zwischen wegen trotz ans ins bis`)
	l.put(det, `der die das den dem des ein eine einer einem einen dieser diese dieses mehrere viele einige alle beide zwei drei vier`)
	l.put(adverb, `auch zudem außerdem dabei daraufhin dann später zuvor zugleich gleichzeitig erneut bereits noch jetzt nun deshalb allerdings
		hingegen schließlich weiter ferner wörtlich dazu darauf danach sich öffentlich hinzu deutlich klar ausdrücklich`)
	l.put(pronoun|male, `er`)
	l.put(pronoun|plural|female, `sie`)
	l.put(pronoun|first, `ich wir`)
	l.put(pronoun|neuter, `es man`)
	l.put(owner|male, `sein seine seiner seinem seinen`)
	l.put(owner|female, `ihr ihre ihrer ihrem ihren`)
	l.put(object, `ihm ihnen uns mir ihn`)
	l.put(timely, `montag dienstag mittwoch donnerstag freitag samstag sonntag gestern heute morgen januar februar märz april mai juni juli
		august september oktober november dezember montagabend dienstagabend abend nachmittag vormittag wochenende`)
	l.put(role, `präsident präsidentin minister ministerin kanzler kanzlerin bundeskanzler bundeskanzlerin außenminister außenministerin
		verteidigungsminister verteidigungsministerin innenminister innenministerin finanzminister finanzministerin wirtschaftsminister
		ministerpräsident ministerpräsidentin regierungschef regierungschefin sprecher sprecherin regierungssprecher regierungssprecherin
		kommissionspräsidentin kommissionspräsident vorsitzende vorsitzender chef chefin direktor direktorin botschafter botschafterin
		general abgeordnete abgeordneter sekretär generalsekretär generalsekretärin berater beraterin bürgermeister bürgermeisterin
		analyst experte expertin außenbeauftragte staatssekretär parteichef parteichefin fraktionschef premierminister premierministerin
		premier staatschef kremlsprecher bundespräsident unterhändler leiter leiterin us-präsident`)
	l.put(group, `beamte vertreter diplomaten experten regierungsvertreter politiker unterhändler analysten journalisten verbündete
		minister abgeordnete europäer amerikaner ukrainer russen deutschen demonstranten kritiker beobachter`)
	l.put(honorific|male, `herr`)
	l.put(honorific|female, `frau`)
	l.phrases(`laut
		nach angaben von
		nach angaben des
		nach angaben der
		nach angaben eines
		nach angaben einer
		nach worten von
		nach worten des
		nach worten der
		nach den worten von
		nach den worten des
		nach den worten der
		nach darstellung von
		nach darstellung des
		nach darstellung der
		nach ansicht von
		nach ansicht des
		nach ansicht der
		nach einschätzung von
		nach einschätzung des
		nach einschätzung der
		nach aussage von
		nach aussagen von
		nach überzeugung von`)
	return l
}
