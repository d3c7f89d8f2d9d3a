package said

import "strings"

// Verbs of English that say or hold something, in their base form. Regular
// forms are made by rule; a verb with others gives them: base/past/participle.
const (
	enSays = `say/said/said state add note warn announce reaffirm emphasise emphasize stress argue declare write/wrote/written
		tweet explain insist claim suggest report acknowledge admit concede conclude confirm predict caution reply respond
		answer continue recall reveal allege assert contend complain joke quip boast brag lament remark observe reiterate
		repeat indicate believe think/thought/thought hope fear worry know/knew/known feel/felt/felt guess wonder doubt
		suspect assume expect promise pledge vow swear/swore/sworn threaten propose recommend demand estimate calculate
		show/showed/shown find/found/found mean/meant/meant understand/understood/understood imply hint agree disagree
		disclose testify proclaim maintain shout yell chant scream cry whisper murmur mutter comment post retweet echo
		counter retort reason concur volunteer interject intone snap muse rail fume gripe grouse groan sigh laugh
		speculate imagine conjecture posit venture stipulate attest affirm vouch avow profess confess deny learn discover
		realize realise recognize recognise remember forget/forgot/forgotten point signal clarify specify elaborate
		advise counsel urge plead implore ask/asked/asked question inquire call decide determine prove demonstrate
		document illustrate forecast project anticipate envision foresee/foresaw/foreseen wish conclude rule order
		underscore underline highlight stipulate tout recount relate describe summarize summarise outline quote cite read/read/read
		surmise theorize exclaim bellow bark thunder blurt chime scoff sneer taunt tease whine enthuse gush opine
		pronounce publish detail reflect reckon figure warn sense notice see/saw/seen hear/heard/heard view prefer`
	enTells = `tell/told/told inform remind assure convince persuade notify brief email text message warn advise urge ask promise show teach/taught/taught alert caution instruct`
	enHolds = `want seek/sought/sought support back endorse oppose reject criticize criticise praise condemn denounce blast slam attack
		accuse blame defend dismiss decry deride mock ridicule assail bash lambaste rip chide rebuke scold castigate
		welcome applaud hail celebrate commend congratulate thank laud embrace favor favour prefer like dislike love hate
		consider regard deem view portray characterize characterise describe depict label dub brand liken compare call name
		cite mention discuss address raise question challenge dispute rebut refute contradict deny decline refuse agree
		plan intend aim try promise vow pledge threaten offer propose suggest urge encourage ask order demand require request
		push press lobby advocate champion promote pitch tout trumpet plug campaign appeal plead call argue talk/talked/talked
		speak/spoke/spoken refer allude point look hint focus seize elaborate express voice convey articulate signal outline
		lay/laid/laid detail unveil release issue announce introduce present submit file release deliver reveal list identify
		blame fault credit regret apologize apologise bemoan lament mourn resent fear dread worry doubt distrust trust expect anticipate
		predict forecast estimate project hope wish desire need choose/chose/chosen decide opt approve authorize ban bar block
		veto allow permit mandate resist reconsider contemplate weigh ponder debate negotiate disavow renounce repudiate
		reaffirm affirm acknowledge admit concede recognize accept respect admire value respond react reply answer
		comment weigh vouch attest testify recall remember recount imagine envision foresee/foresaw/foreseen believe think/thought/thought
		know/knew/known understand/understood/understood see/saw/seen find/found/found learn feel/felt/felt
		vote nominate elect invite summon warn assure convince persuade pressure insist complain rail lash joke poke target
		hit slap swipe skewer trash pan hammer savage denigrate disparage insult smear malign
		quote paraphrase echo repeat reiterate clarify explain justify rationalize interpret emphasize stress highlight
		underscore underline downplay minimize exaggerate overstate claim assert declare proclaim swear/swore/sworn
		question scrutinize probe rate rank grade poll survey compile document report publish post tweet write/wrote/written
		say/said/said add note state draw/drew/drawn make/made/made take/took/taken put/put/put give/gave/given
		cast/cast/cast show/showed/shown tell/told/told cover track analyze analyse examine review
		contrast divide split attract enjoy relish contemplate embrace abandon drop scrap revisit shift soften`
	enSeems = `seem appear`
)

// Nouns that hold what somebody says or thinks: X's insistence that.
const enNouns = `insistence claim claims assertion assertions statement statements remark remarks comment comments criticism
	support opposition call calls promise promises pledge pledges vow plan plans proposal proposals suggestion suggestions
	demand demands warning warnings belief beliefs view views opinion position stance hope hopes fear fears concern concerns
	desire wish refusal decision endorsement praise attack attacks argument arguments allegation allegations accusation
	accusations announcement declaration admission acknowledgment denial denials recommendation recommendations response
	explanation description prediction predictions estimate estimates assessment commitment request requests threat threats
	willingness reluctance disdain contempt admiration skepticism optimism confidence doubts doubt worry worries question questions
	vision opinion verdict conclusion finding findings testimony account version advice rejection condemnation complaint complaints
	message messages words speech tweet tweets answer answers observation ruling order efforts effort attempt attempts push
	interest intention intentions goal idea ideas pitch rhetoric promise objection objections reaction feelings preference
	talks talk reports report polls poll surveys survey disputes dispute forecasts projects`

// Adjectives that say what somebody thinks, behind a form of be.
const enAdjectives = `worried concerned confident skeptical sceptical critical supportive unhappy angry eager reluctant willing ready sure
	certain aware optimistic pessimistic hopeful afraid proud glad happy pleased disappointed opposed interested committed quick
	inclined unwilling keen furious dismissive adamant wary cautious enthusiastic vocal frustrated surprised satisfied grateful sorry
	convinced determined tired clear`

// Phrases that name a speaker behind them.
const enPhrases = `according to
		as reported by
		in the words of
		in the view of
		in the opinion of`

func english() *language {
	l := newLanguage("en")
	l.english = true
	for _, v := range []struct {
		is   trait
		list string
	}{{says, enSays}, {tells, enTells}, {holds, enHolds}, {holds, enSeems}} {
		for w := range strings.FieldsSeq(v.list) {
			l.inflect(v.is, w)
		}
	}
	for w := range strings.FieldsSeq(enNouns) {
		l.cue(noun, 'N', strings.TrimSuffix(w, "s"), w)
	}
	for w := range strings.FieldsSeq(enAdjectives) {
		if l.words[w].lemma == "" {
			l.words[w] = class{is: holds, lemma: w, form: 'a'}
		} else {
			l.put(state, w)
		}
	}
	l.put(aux, `has have had having will would could should can may might must shall did do does 'd 'll 've hasn't haven't hadn't won't
		wouldn't couldn't shouldn't can't cannot didn't don't doesn't mightn't mustn't i've i'd i'll we've we'd we'll they've they'd
		he'd he'll she'd she'll you've you'd you'll used going`)
	l.put(be, `is are was were be been being am isn't aren't wasn't weren't i'm we're they're you're get got gets getting`)
	l.put(adverb, `also then now still never always already again often once even only just not ever later earlier soon first
		both all recently long once further again yet ago too so quickly simply merely instead rather largely
		sometimes occasionally repeatedly publicly privately apparently reportedly previously initially eventually
		ultimately thus therefore afterwards thereafter meanwhile however nevertheless moreover furthermore indeed perhaps maybe
		otherwise similarly likewise since finally lately himself herself themselves itself almost nearly much far well`)
	l.put(not, `not never no nobody none`)
	l.put(prep, `of in on at for from with by about into over under after before during against between among through
		without within toward towards despite like as to since until across around outside inside behind beyond near per via
		including according amid upon off up out down regarding concerning alongside`)
	l.put(and, `and or nor &`)
	l.put(but, `but`)
	l.put(sub, `because when while although though if whether where why how unless until since as than once before after whereas whenever`)
	l.put(that, `that`)
	l.put(rel, `who which whom whose what that`)
	l.put(det, `the a an this these those that some many most several few any every each no another such both all other two three
		four five six seven eight nine ten more less much various numerous certain`)
	l.put(pronoun|male, `he`)
	l.put(pronoun|female, `she`)
	l.put(pronoun|plural, `they`)
	l.put(pronoun|first, `i we you`)
	l.put(pronoun|plural|group, `others some many most both several few everyone everybody someone nobody`)
	l.put(pronoun|neuter, `it this that`)
	l.put(object, `him her them me us you it himself herself themselves`)
	l.put(owner|male, `his`)
	l.put(owner|female, `her`)
	l.put(owner|plural, `their`)
	l.put(owner|first, `my our your`)
	l.put(owner|neuter, `its`)
	l.put(timely, `monday tuesday wednesday thursday friday saturday sunday yesterday today tomorrow tonight january february march
		april may june july august september october november december week month year morning afternoon evening night day weekend
		mon. tues. wed. thurs. fri. jan. feb. aug. sept. oct. nov. dec. earlier last next recently`)
	l.put(role, `sen. rep. gov. gen. lt. col. capt. sgt. maj. prof. rev. adm. pres. democrat republican independent
		president minister chancellor secretary senator governor spokesman spokeswoman spokesperson chairman chairwoman chair
		director ambassador commissioner mayor king queen prince general colonel admiral premier representative congressman
		congresswoman judge leader chief head professor analyst expert official lawyer attorney candidate nominee strategist
		adviser advisor manager ceo founder owner editor author activist prosecutor sheriff deputy envoy diplomat negotiator
		speaker lawmaker commander mother father wife husband son daughter brother sister businessman executive economist
		billionaire senators congressmen pollster consultant aide staffer host anchor reporter columnist correspondent pope cardinal bishop`)
	l.put(group, `officials leaders negotiators representatives diplomats ministers lawmakers senators experts analysts critics supporters
		advisers aides allies democrats republicans conservatives voters prosecutors lawyers scientists researchers economists
		sources authorities members activists opponents observers people delegates candidates governors mayors executives
		ukrainians russians germans americans europeans britons democrats journalists reporters police investigators`)
	l.put(sourceful, `polling poll polls survey surveys report reports study studies data statement letter document documents figures letter
		records filing article ad video email memo campaign administration government ministry committee party company agency
		office department court team union coalition delegation side camp press paper newspaper website network parliament council
		commission organization organisation institute foundation bank university army military public crowd family alliance`)
	l.put(honorific, `mr. mrs. ms. dr. mr mrs ms miss sir lady lord madam`)
	l.put(verb, `went came became began left led ran won lost made took gave got met held sat stood fell rose grew spent sent
		kept brought bought built paid put set let cut hit read happened`)
	l.phrases(enPhrases)
	return l
}

// inflect adds the forms of a verb: base/past/participle, or base alone if it
// is regular.
func (l *language) inflect(is trait, spec string) {
	base, rest, irregular := strings.Cut(spec, "/")
	past, participle := "", ""
	if irregular {
		past, participle, _ = strings.Cut(rest, "/")
	}
	stem := base
	last, before := base[len(base)-1], byte(0)
	if len(base) > 1 {
		before = base[len(base)-2]
	}
	vowel := func(b byte) bool { return strings.IndexByte("aeiou", b) >= 0 }
	third, gerund := base+"s", base+"ing"
	switch {
	case last == 'e':
		stem = base[:len(base)-1]
		gerund = stem + "ing"
		if before == 'e' {
			gerund = base + "ing"
		}
		if past == "" {
			past = stem + "ed"
		}
	case last == 'y' && !vowel(before):
		third = base[:len(base)-1] + "ies"
		if past == "" {
			past = base[:len(base)-1] + "ied"
		}
	case strings.HasSuffix(base, "sh") || strings.HasSuffix(base, "ch") || last == 's' || last == 'x':
		third = base + "es"
	}
	if doubles[base] {
		gerund = base + string(last) + "ing"
		if past == "" {
			past = base + string(last) + "ed"
		}
	}
	if past == "" {
		past = base + "ed"
	}
	if participle == "" {
		participle = past
	}
	l.cue(is, 'g', base, gerund)
	l.cue(is, 'n', base, participle)
	l.cue(is, 'p', base, past)
	l.cue(is, 'f', base, third)
	l.cue(is, 'b', base, base)
}

// doubles are verbs whose last letter is doubled.
var doubles = set(`admit rebut refer plan nag brag snap quip ban bar drop plug pan slap hit cut put rip permit
	commit submit opt dub beg slam step plot let set rebel split`)
