package said

import "strings"

// romance fills what the Romance languages have in common.
func romance(code, verbs, thatWords, relWords, andWords, butWords, subWords, preps, dets string) *language {
	l := newLanguage(code)
	l.inverts = true
	for w := range strings.FieldsSeq(verbs) {
		l.cue(says, 'p', w, w)
	}
	l.put(that, thatWords)
	l.put(rel, relWords)
	l.put(and, andWords)
	l.put(but, butWords)
	l.put(sub, subWords)
	l.put(prep, preps)
	l.put(det, dets)
	return l
}

func french() *language {
	l := romance("fr", `déclaré affirmé dit expliqué ajouté souligné annoncé indiqué précisé assuré estimé averti rappelé reconnu promis insisté
		martelé répondu écrit confirmé lancé regretté dénoncé déclare affirme explique ajoute souligne annonce indique précise assure estime
		avertit rappelle insiste répond écrit confirme déclarait affirmait disait expliquait ajoutait dénonce`,
		`que qu'il qu'elle qu'ils qu'elles qu'un qu'une qu'on`, `qui dont`, `et ou`, `mais`, `lorsque quand si parce comme tandis`,
		`de à en dans sur pour par avec sans sous vers chez selon après avant contre entre depuis au aux du des d'`, `le la les un une ce cette ces plusieurs l'`)
	l.put(aux, `a ont avait avaient est sont était`)
	l.put(pronoun|male, `il`)
	l.put(pronoun|female, `elle`)
	l.put(pronoun|plural, `ils elles`)
	l.put(pronoun|first, `je nous vous j'ai`)
	l.put(adverb, `aussi également toutefois ensuite puis déjà encore ainsi notamment`)
	l.put(timely, `lundi mardi mercredi jeudi vendredi samedi dimanche hier demain aujourd'hui`)
	l.put(role, `président présidente ministre chancelier chancelière porte-parole chef cheffe directeur directrice ambassadeur ambassadrice général député députée secrétaire maire premier`)
	l.put(group, `responsables dirigeants négociateurs diplomates experts représentants autorités`)
	l.phrases("selon\nd'après")
	return l
}

func spanish() *language {
	l := romance("es", `dijo dijeron dice afirmó afirmaron afirma declaró declararon declara aseguró aseguraron asegura señaló señalaron señala añadió
		añadieron añade explicó explicaron explica subrayó subraya anunció anunciaron anuncia advirtió advirtieron advierte indicó indica
		insistió insiste reconoció sostuvo sostiene recordó recalcó destacó respondió confirmó escribió prometió agregó manifestó`,
		`que`, `quien quienes cual`, `y e o u`, `pero sino`, `cuando si porque como mientras aunque`,
		`de a en con por para sin sobre según tras ante bajo contra desde entre hacia hasta del al`, `el la los las un una este esta estos varios`)
	l.put(aux, `ha han había es son fue`)
	l.put(pronoun|male, `él`)
	l.put(pronoun|female, `ella`)
	l.put(pronoun|plural, `ellos ellas`)
	l.put(adverb, `también además luego después ya todavía así asimismo`)
	l.put(timely, `lunes martes miércoles jueves viernes sábado domingo ayer hoy mañana`)
	l.put(role, `presidente presidenta ministro ministra canciller portavoz jefe jefa director directora embajador embajadora general diputado diputada secretario secretaria alcalde alcaldesa primer`)
	l.put(group, `funcionarios líderes negociadores diplomáticos expertos representantes autoridades`)
	l.phrases("según\nde acuerdo con\na juicio de")
	return l
}

func italian() *language {
	l := romance("it", `detto dice affermato affermano afferma dichiarato dichiara spiegato spiega aggiunto aggiunge sottolineato sottolinea annunciato
		annuncia avvertito avverte ribadito ribadisce assicurato assicura ricordato ricorda osservato osserva riferito riferisce disse affermò
		dichiarò aggiunse spiegò scritto scrive risposto risponde confermato conferma ammesso`,
		`che`, `chi cui`, `e ed o`, `ma però`, `quando se perché come mentre`,
		`di a da in con su per tra fra secondo dopo contro del della dei delle al alla nel nella dal dalla`, `il lo la i gli le un uno una questo questa`)
	l.put(aux, `ha hanno aveva è sono era`)
	l.put(pronoun|male, `lui egli`)
	l.put(pronoun|female, `lei`)
	l.put(pronoun|plural, `loro`)
	l.put(adverb, `anche inoltre poi già ancora così`)
	l.put(timely, `lunedì martedì mercoledì giovedì venerdì sabato domenica ieri oggi domani`)
	l.put(role, `presidente ministro ministra cancelliere portavoce capo direttore direttrice ambasciatore generale deputato segretario premier sindaco`)
	l.put(group, `funzionari leader negoziatori diplomatici esperti rappresentanti`)
	l.phrases("secondo\na detta di\na giudizio di")
	return l
}

func romanian() *language {
	l := romance("ro", `spus afirmat declarat adăugat subliniat precizat explicat anunțat avertizat menționat transmis recunoscut promis scris
		confirmat susținut spune afirmă declară adaugă subliniază precizează explică anunță avertizează susține scrie răspuns`,
		`că să`, `care`, `și sau`, `dar însă`, `când dacă pentru deoarece cum`,
		`de la în din cu pe pentru prin fără sub către după potrivit conform contra între`, `un o acest această acești`)
	l.put(aux, `a au avea este sunt era`)
	l.put(pronoun|male, `el`)
	l.put(pronoun|female, `ea`)
	l.put(pronoun|plural, `ei ele`)
	l.put(adverb, `de_asemenea totodată apoi deja încă astfel`)
	l.put(timely, `luni marți miercuri joi vineri sâmbătă duminică ieri azi astăzi mâine`)
	l.put(role, `președintele președinta ministrul ministra cancelarul premierul purtătorul șeful șefa directorul ambasadorul generalul secretarul primarul`)
	l.put(group, `oficialii liderii negociatorii diplomații experții reprezentanții`)
	l.phrases("potrivit\nconform")
	return l
}
