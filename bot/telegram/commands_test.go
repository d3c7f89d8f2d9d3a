package telegram_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"rapporteur/bot"
	"rapporteur/bot/bottest"
	"rapporteur/bot/locale"
	"rapporteur/bot/telegram"
	"rapporteur/bot/telegram/telegramtest"
)

// menuLanguages are those in which there is a menu, "" being for all others.
func menuLanguages() []string { return append([]string{""}, locale.Languages()...) }

func TestCommandMenus(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	stranger, operator := s.Person("Хтось", ""), s.Private()
	launchWith(t, telegram.Config{Token: telegramtest.Token, APIURL: s.URL(), Handler: echo(),
		Operators: []string{fmt.Sprint(stranger.ID), fmt.Sprint(operator.ID())}})
	langs := menuLanguages()
	own := telegramtest.Scope{Type: "chat", Chat: operator.ID()}
	s.Wait("the last menu", func() bool { return s.Commands(own, langs[len(langs)-1]) != nil })

	for _, lang := range langs {
		var everybody, managers, operators []telegramtest.Command
		for _, c := range bottest.Commands(lang) {
			row := telegramtest.Command{Name: c.Name, Description: c.Summary}
			if c.Permission <= bot.Managers {
				managers = append(managers, row)
			}
			if c.Permission == bot.Everyone && !c.InSpace {
				everybody = append(everybody, row)
			}
			if !c.InSpace {
				operators = append(operators, row)
			}
		}
		if len(managers) <= len(everybody) {
			t.Fatal("there is no command for administrators to tell menus apart by")
		}
		for scope, want := range map[telegramtest.Scope][]telegramtest.Command{
			{Type: "default"}:                 everybody,
			{Type: "all_private_chats"}:       everybody,
			{Type: "all_group_chats"}:         everybody,
			{Type: "all_chat_administrators"}: managers,
			own:                               operators,
		} {
			if got := s.Commands(scope, lang); !slices.Equal(got, want) {
				t.Errorf("%+v in %q: %v, want %v", scope, lang, got, want)
			}
		}
	}
}

// TestOperatorWhoNeverWrote is noted in the log once, without an alarm.
func TestOperatorWhoNeverWrote(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	r := launchWith(t, telegram.Config{Token: telegramtest.Token, APIURL: s.URL(), Handler: echo(),
		Operators: []string{fmt.Sprint(s.Person("Хтось", "").ID)}})
	said := func() int { return strings.Count(r.logs.String(), "cannot set the command menu of an operator") }
	s.Wait("the log", func() bool { return said() > 0 })
	s.WaitHandled(s.Private().Say("one"))
	if err := r.end(t); err != nil {
		t.Fatal(err)
	}
	if n := said(); n != 1 || strings.Contains(r.logs.String(), "level=WARN") {
		t.Errorf("said %d times, want once and no warning", n)
	}
}

func TestCommandMenusInTrouble(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	s.Fail("setMyCommands", telegramtest.Fault{}, telegramtest.Fault{Status: 502, NotJSON: true}, telegramtest.Fault{Status: 429, RetryAfter: 1})
	launch(t, s, echo())
	langs := menuLanguages()
	s.Wait("the last menu", func() bool {
		return s.Commands(telegramtest.Scope{Type: "all_chat_administrators"}, langs[len(langs)-1]) != nil
	})
	for _, lang := range langs {
		if s.Commands(telegramtest.Scope{}, lang) == nil {
			t.Errorf("there is no menu in %q", lang)
		}
	}
}
