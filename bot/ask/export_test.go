package ask

import (
	"rapporteur/bot"
	"rapporteur/bot/token"
)

var Claims = claims

const MaxClaims = maxClaims

var Noise = noise

const MaxMessage = maxMessage
const NearEnough = nearEnough
const MaxClaim = maxClaim

var IsGreeting = isGreeting

const MaxQuotes = maxQuotes

var ParseDay = parseDay
var FilterToken = filterToken
var HasWord = hasWord

const MaxPickTitle = maxPickTitle
const MaxPickText = maxPickText
const LeastMet = leastMet

var TextLink = textLink

const LongFragment = longFragment
const MaxFragment = maxFragment

const KeptShelves = keptCatalogs

var NewMemory = newHistory

const RememberQuestions = rememberQuestions

type Memory = history

var NewShelf = newCatalog

const CandidateQuotes = candidateQuotes

var ViewOf = viewOf
var BackFrom = backFrom
var WhoSaid = whoSaid

func (b *Room) ViewActions(c *bot.Call, v token.View) []bot.Action { return b.viewActions(c, v) }

func (b *Room) Remember(r bot.Request, question string) { b.asked.remember(r, question) }

func (m *history) Remember(r bot.Request, question string) { m.remember(r, question) }

func (m *history) Questions(r bot.Request) (out []string) {
	for _, e := range m.questions(r) {
		out = append(out, e.value)
	}
	return out
}

func (b *Room) SetLibrary(l bot.Library) { b.library = l }

func (q Quote) Ref() token.Ref { return q.ref() }

const Candidates = candidates
