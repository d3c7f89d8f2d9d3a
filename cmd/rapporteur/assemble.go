package main

import (
	"time"

	"rapporteur/bot"
	"rapporteur/bot/ask"
	"rapporteur/bot/operate"
	"rapporteur/bot/people"
	spaces "rapporteur/bot/settings"
	"rapporteur/bot/statements"
	"rapporteur/index"
)

// assembled is a bot with the rooms it is made of.
type assembled struct {
	*bot.Bot
	answers   *ask.Room
	operators *operate.Room // to be closed
	people    *people.Room
}

// assemble makes a bot that answers from the index. The keeper is nil for a corpus
// that comes with the program; folder is where the corpus is; changed is called after an operator's command has
// changed the texts, nil for nothing.
func assemble(x *index.Index, keeper operate.Keeper, folder settings, changed func(), c bot.Config, retention time.Duration) *assembled {
	a := &assembled{answers: ask.New(ask.Config{Searcher: x, Library: x, Logger: c.Logger, Threshold: c.Threshold, State: c.State, Corrections: folder.corrections,
		FolderGone: func() bool { return folderGone(folder.Corpus) }})}
	a.operators = operate.New(operate.Config{Keeper: keeper, Library: x, Asked: a.answers, Logger: c.Logger, Changed: changed, Correct: folder.corrector()})
	a.people = people.New(people.Config{
		Asked: a.answers, State: c.State, Logger: c.Logger, Timeout: c.Timeout, Retention: retention, Version: version(), Encoder: folder.encoderHost(),
	})
	told := statements.New(statements.Config{Asked: a.answers, Library: x, Parties: folder.parties})
	a.Bot = bot.New(c, a.answers.Table(), told.Table(), spaces.New(c.State, x).Table(), a.operators.Table(), a.people.Table())
	return a
}
