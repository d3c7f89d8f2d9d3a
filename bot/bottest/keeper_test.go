package bottest_test

import (
	"testing"

	"rapporteur/bot/bottest"
)

func TestKeeper(t *testing.T) {
	bottest.RunKeeper(t, func(t *testing.T) bottest.Kept {
		k := bottest.NewKeeper(t, bottest.Files())
		return bottest.Kept{Keeper: k, Answers: k.Answers, Write: k.Write, Hold: func() (<-chan struct{}, func()) {
			h := k.Hold()
			return h.Entered, h.Release
		}}
	})
}
