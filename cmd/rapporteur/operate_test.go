//go:build unix

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rapporteur/bot/telegram/telegramtest"
)

// TestOperateFromChat keeps the corpus of the whole program from a chat: an
// operator sends a text, takes it up, removes it and goes back, and the whole
// time somebody asks; who is no operator gets nowhere.
func TestOperateFromChat(t *testing.T) {
	dir := t.TempDir()
	harbour := "---\ntitle: The harbour\npublished: 2025-12-16\n---\nThe harbour of Neverland closes at nine, the harbour master said.\n"
	if err := os.WriteFile(filepath.Join(dir, "harbour.md"), []byte(harbour), 0o600); err != nil {
		t.Fatal(err)
	}
	tg := telegramtest.New(t)
	operator, stranger := tg.Private(), tg.Private()
	s := serve(t, "--corpus", dir, "--data", t.TempDir(), "--telegram-token", telegramtest.Token, "--telegram-api-url", tg.URL(),
		"--admins", fmt.Sprint("telegram:", operator.Person().ID))

	// says waits until the last message of the bot in the chat says something,
	// which a reindexing does not at first.
	says := func(c *telegramtest.Chat, want string) {
		t.Helper()
		last := ""
		defer func() {
			if t.Failed() {
				t.Logf("the bot said at last %q; its log:\n%s", last, s.stderr.String())
			}
		}()
		eventually(t, fmt.Sprintf("%q in the chat", want), func() bool {
			if all := c.Messages(); len(all) > 0 {
				last = all[len(all)-1].Reader()
			}
			return strings.Contains(last, want)
		})
	}
	const question, answer = "How much does the ferry to Neverland cost?", "The ferry to Neverland costs seven crowns, the captain said."
	ferry := &telegramtest.File{Name: "ferry.md", Type: "text/markdown", Data: []byte("---\ntitle: The ferry\npublished: 2025-12-17\n---\n" + answer + "\n")}

	stranger.Type(telegramtest.Typed{Text: "/add", Document: ferry})
	says(stranger, "Only the operators of this bot may do that.")
	stranger.Say("/reindex full")
	says(stranger, "Only the operators of this bot may do that.")

	operator.Type(telegramtest.Typed{Text: "/add", Document: ferry})
	says(operator, "id the-ferry")
	stranger.Say(question)
	says(stranger, "The sources do not say.")
	operator.Say("/reindex")
	says(operator, "+1 text")
	stranger.Say(question)
	says(stranger, answer)

	operator.Say("/remove the-ferry yes")
	says(operator, "Removed.")
	stranger.Say(question)
	says(stranger, "The sources do not say.")
	stranger.Say("/source the-ferry")
	says(stranger, "There is no text “the-ferry”")
	operator.Say("/reindex")
	says(operator, "1 withdrawn")

	operator.Say("/rollback yes")
	says(operator, "+1 text")
	stranger.Say(question)
	says(stranger, answer)
	if b, err := os.ReadFile(filepath.Join(dir, "the-ferry.md")); err != nil || !strings.Contains(string(b), answer) {
		t.Errorf("the folder does not have the text again: %q, %v", b, err)
	}

	operator.Say("/audit")
	says(operator, "/rollback")
	operator.Say("/gaps")
	says(operator, question)
	operator.Say("/stats")
	eventually(t, "a picture", func() bool {
		for _, m := range operator.Messages() {
			if m.File != nil && m.File.Type == "image/png" || m.File != nil && strings.HasSuffix(m.File.Name, ".png") {
				return true
			}
		}
		return false
	})
	if code := s.end(t); code != exitOK {
		t.Errorf("code %d, log:\n%s", code, s.stderr.String())
	}
}
