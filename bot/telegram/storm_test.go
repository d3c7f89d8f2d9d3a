package telegram_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/bottest"
	"rapporteur/bot/telegram"
	"rapporteur/bot/telegram/telegramtest"
)

const (
	stormURL   = "RAPPORTEUR_TEST_STORM_URL"
	stormState = "RAPPORTEUR_TEST_STORM_STATE"
)

// TestStormAdapter is the process that TestStorm kills: an adapter that answers
// each text with itself.
func TestStormAdapter(t *testing.T) {
	url := os.Getenv(stormURL)
	if url == "" {
		t.Skip("only TestStorm starts this")
	}
	a, err := telegram.New(telegram.Config{
		Token: telegramtest.Token, APIURL: url, Memory: bottest.Store(t, os.Getenv(stormState)),
		Handler: answering(func(r bot.Request) string { return "> " + r.Text }),
		Logger:  slog.New(slog.NewTextHandler(os.Stderr, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	a.Hurry()
	if err := a.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// process is an adapter in a process of its own.
type process struct {
	cmd *exec.Cmd
	log *bytes.Buffer
}

func startProcess(t *testing.T, url, state string) *process {
	t.Helper()
	p := &process{cmd: exec.Command(os.Args[0], "-test.run=^TestStormAdapter$"), log: &bytes.Buffer{}}
	p.cmd.Env = append(os.Environ(), stormURL+"="+url, stormState+"="+state)
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return p
}

// kill ends the process at once, as kill -9 does.
func (p *process) kill(t *testing.T) {
	t.Helper()
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait() // that it was killed
	if strings.Contains(p.log.String(), strings.Split(telegramtest.Token, ":")[1]) {
		t.Error("the token is in the log of the process")
	}
	if strings.Contains(p.log.String(), "panic") {
		t.Errorf("the process had a panic:\n%s", p.log)
	}
}

// TestStorm lets 5,000 messages come in disorder, some twice, with poison among
// them, to a bot whose calls fail in every way, and kills it twice with kill -9
// while it answers. None is lost; answered twice is, of each chat, at most the one
// that was being sent when the process was killed, or whose “yes” was cut off.
func TestStorm(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes and kills them")
	}
	t.Parallel()
	for _, seed := range []uint64{1, 2} {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			storm(t, seed)
		})
	}
}

func storm(t *testing.T, seed uint64) {
	const messages, kills = 5000, 2
	s := telegramtest.New(t)
	state := filepath.Join(t.TempDir(), "state.db")
	var chats []*telegramtest.Chat
	for range 25 {
		chats = append(chats, s.Private(), s.Group())
	}
	s.Unleash(seed, telegramtest.Chaos{TooMany: .003, RetryAfter: 1, BadGateway: .01, CutBefore: .01,
		Methods: []string{"getUpdates", "sendMessage", "getMe", "deleteWebhook"}})
	posted, poison := s.Break(seed, telegramtest.Storm{Messages: messages, Poison: .02, Twice: .05, Shuffle: 7,
		Text: func(i int) string { return fmt.Sprintf("/ask питання %d?", i) }}, chats...)

	answered := func() (n int) {
		for _, c := range chats {
			n += len(c.Messages())
		}
		return n
	}
	for part := range kills {
		p := startProcess(t, s.URL(), state)
		goal := messages * (part + 1) / (kills + 1)
		patiently(t, fmt.Sprint(goal, " answers"), func() bool { return answered() >= goal })
		p.kill(t)
	}
	left := 0
	for _, m := range posted {
		if m.Chat.Answers(m.Message) == 0 {
			left++
		}
	}
	p := startProcess(t, s.URL(), state)
	patiently(t, "all answers", func() bool {
		for _, m := range posted {
			if m.Chat.Answers(m.Message) == 0 {
				return false
			}
		}
		return true
	})
	s.WaitHandled(poison...)
	p.kill(t)
	faults := s.Calm()

	twice := map[*telegramtest.Chat]int{}
	for i, m := range posted {
		switch n := m.Chat.Answers(m.Message); {
		case n == 2:
			twice[m.Chat]++
		case n != 1:
			t.Errorf("message %d has %d answers", i, n)
		}
	}
	all := 0
	for _, n := range twice {
		if all += n; n > kills {
			t.Errorf("a chat has %d questions that are answered twice, more than were being answered at the kills", n)
		}
	}
	t.Logf("%d messages, %d poisonous updates, %d faults, %d kills (%d unanswered at the last): %d answered twice", messages, len(poison), faults, kills, left, all)
}

// patiently waits for what may take minutes on a busy machine.
func patiently(t *testing.T, what string, cond func() bool) {
	t.Helper()
	for end := time.Now().Add(5 * time.Minute); !cond(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}
