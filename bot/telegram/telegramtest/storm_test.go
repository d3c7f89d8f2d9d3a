package telegramtest_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/go-telegram/bot/models"

	"rapporteur/bot/telegram/telegramtest"
)

func TestStorm(t *testing.T) {
	t.Parallel()
	type seen struct {
		order    []int64
		messages []int64
		poison   []int64
	}
	run := func(t *testing.T, seed uint64) (got seen) {
		s := telegramtest.New(t)
		chats := []*telegramtest.Chat{s.Private(), s.Group(), s.BasicGroup()}
		messages, poison := s.Break(seed, telegramtest.Storm{Messages: 200, Poison: 0.2, Twice: 0.1, Shuffle: 5,
			Text: func(i int) string { return fmt.Sprint("question ", i) }}, chats...)
		for _, m := range messages {
			got.messages = append(got.messages, m.Message)
		}
		got.poison = poison
		// A bot that keeps what it has seen answers each once, whatever the order.
		known := map[int64]bool{}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			pollAt(ctx, s.URL(), func(u models.Update) {
				got.order = append(got.order, u.ID)
				if known[u.ID] {
					return
				}
				known[u.ID] = true
				post(t, s, "sendMessage", jsonOf(map[string]any{"chat_id": u.Message.Chat.ID, "text": "answer",
					"reply_parameters": map[string]any{"message_id": u.Message.ID}}))
			})
		}()
		for _, m := range messages {
			s.WaitHandled(m.Update)
		}
		s.WaitHandled(poison...)
		stop()
		<-done
		for i, m := range messages {
			if n := m.Chat.Answers(m.Message); n != 1 {
				t.Errorf("message %d has %d answers", i, n)
			}
		}
		return got
	}
	one := run(t, 1)
	if len(one.messages) != 200 || len(one.poison) < 20 || slices.IsSorted(one.order) || len(one.order) < 205 {
		t.Errorf("%d messages, %d poisonous updates, %d delivered, in order: %v", len(one.messages), len(one.poison), len(one.order), slices.IsSorted(one.order))
	}
	if !reflect.DeepEqual(one, run(t, 1)) {
		t.Error("the same seed makes another storm")
	}
	if reflect.DeepEqual(one, run(t, 2)) {
		t.Error("another seed makes the same storm")
	}
}

func TestChaos(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	chat := s.Private()
	s.Unleash(3, telegramtest.Chaos{TooMany: 0.2, BadGateway: 0.2, CutBefore: 0.2, CutAfter: 0.2, RetryAfter: 7, Methods: []string{"sendMessage"}})
	kinds := map[string]int{}
	for i := range 200 {
		before := len(chat.Messages())
		body := jsonOf(map[string]any{"chat_id": chat.ID(), "text": fmt.Sprint(i)})
		resp, err := http.Post(s.URL()+"/bot"+telegramtest.Token+"/sendMessage", "application/json", strings.NewReader(body))
		arrived := len(chat.Messages()) > before
		switch {
		case err != nil && arrived:
			kinds["cut after"]++
		case err != nil:
			kinds["cut before"]++
		default:
			resp.Body.Close()
			if arrived != (resp.StatusCode == http.StatusOK) {
				t.Errorf("%s, arrived: %v", resp.Status, arrived)
			}
			kinds[resp.Status]++
		}
	}
	for _, kind := range []string{"200 OK", "429 Too Many Requests", "502 Bad Gateway", "cut before", "cut after"} {
		if kinds[kind] < 10 {
			t.Errorf("%q happened %d times in 200: %v", kind, kinds[kind], kinds)
		}
	}
	if a := post(t, s, "getMe", ""); !a.OK {
		t.Errorf("a method spared: %+v", a)
	}
	if n := s.Calm(); n != 200-kinds["200 OK"] {
		t.Errorf("%d faults counted, want %d", n, 200-kinds["200 OK"])
	}
	if a := post(t, s, "sendMessage", jsonOf(map[string]any{"chat_id": chat.ID(), "text": "x"})); !a.OK {
		t.Errorf("after the chaos: %+v", a)
	}
}

func TestFaultOfAnyMethod(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	s.Fail("", telegramtest.Fault{Status: http.StatusBadGateway})
	if a := post(t, s, "getMe", ""); a.Code != http.StatusBadGateway {
		t.Errorf("got %+v", a)
	}
}

// TestLateComers holds that an update is not lost because it comes after one
// with a higher number.
func TestLateComers(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	chat := s.Private()
	one, two := chat.Say("one"), chat.Say("two")
	confirm(t, s)
	s.Repeat(one)
	past := jsonOf(map[string]any{"offset": two + 1})
	if a := post(t, s, "getUpdates", past); !strings.Contains(string(a.Result), "one") {
		t.Errorf("got %s", a.Result)
	}
	if a := post(t, s, "getUpdates", past); strings.Contains(string(a.Result), "one") {
		t.Errorf("confirmed, and still there: %s", a.Result)
	}
}

const elsewhere = "TELEGRAMTEST_URL"

// TestInAnotherProcess kills a bot that runs in a process of its own in the
// middle of its work, and starts another.
func TestInAnotherProcess(t *testing.T) {
	if url := os.Getenv(elsewhere); url != "" {
		answerAt(t, url)
		return
	}
	t.Parallel()
	s := telegramtest.New(t)
	chats := []*telegramtest.Chat{s.Private(), s.Group()}
	messages, _ := s.Break(1, telegramtest.Storm{Messages: 60}, chats...)
	start := func() *exec.Cmd {
		cmd := exec.Command(os.Args[0], "-test.run=^TestInAnotherProcess$", "-test.timeout=1m")
		cmd.Env = append(os.Environ(), elsewhere+"="+s.URL())
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		return cmd
	}
	first := start()
	s.Wait("some answers", func() bool { return len(s.Calls("sendMessage")) > 10 })
	if err := first.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = first.Wait()
	second := start()
	t.Cleanup(func() {
		_ = second.Process.Kill()
		_ = second.Wait()
	})
	for _, m := range messages {
		s.WaitHandled(m.Update)
		if m.Chat.Answers(m.Message) == 0 {
			t.Errorf("message %d is lost", m.Message)
		}
	}
}

// answerAt is the bot in the other process.
func answerAt(t *testing.T, url string) {
	pollAt(t.Context(), url, func(u models.Update) {
		if u.Message == nil {
			return
		}
		body := jsonOf(map[string]any{"chat_id": u.Message.Chat.ID, "text": u.Message.Text,
			"reply_parameters": map[string]any{"message_id": u.Message.ID}})
		resp, err := http.Post(url+"/bot"+telegramtest.Token+"/sendMessage", "application/json", strings.NewReader(body))
		if err != nil {
			return
		}
		resp.Body.Close()
	})
}
