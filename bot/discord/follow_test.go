package discord

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/bottest"
	"rapporteur/bot/discord/discordtest"
)

// cancel is the button under what is under way.
var cancel = bot.Action{Kind: bot.Set, Label: "Cancel", Token: "cancel"}

// progress is what is said while something is under way.
func progress(n int) bot.Reply {
	r := say(fmt.Sprintf("%d of 4", n))
	r.Actions = []bot.Action{cancel}
	r.Files = []bot.File{{Name: fmt.Sprintf("%d.csv", n), Type: "text/csv", Data: []byte{byte(n)}}}
	return r
}

const cancelling = "\n[Cancel]" // after what progress says

// underWay is a handler of something that goes on.
type underWay struct {
	updates chan bot.Reply
	change  func(*bot.Reply) // of everything that is said
}

func begun4(change func(*bot.Reply)) *underWay {
	if change == nil {
		change = func(*bot.Reply) {}
	}
	return &underWay{updates: make(chan bot.Reply, 1), change: change}
}

func (u *underWay) Commands(locale string) []bot.Command { return bottest.Commands(locale) }

func (u *underWay) Handle(_ context.Context, r bot.Request) bot.Reply {
	if r.Action != "" {
		u.end(say("Cancelled."))
		return say("I stop.")
	}
	first := progress(0)
	u.change(&first)
	first.Updates = u.updates
	return first
}

// tell says how it goes on; what nobody has read yet is replaced.
func (u *underWay) tell(r bot.Reply) {
	u.change(&r)
	select {
	case <-u.updates:
	default:
	}
	u.updates <- r
}

func (u *underWay) end(last bot.Reply) {
	u.tell(last)
	close(u.updates)
}

// standingOf returns the bot's messages that stand, as they read.
func standingOf(srv *discordtest.Server) (said []string) {
	for _, m := range srv.Messages() {
		if m.Author == discordtest.BotID && !m.Deleted {
			said = append(said, m.Read())
		}
	}
	return said
}

var done = func() bot.Reply {
	r := say("Done.")
	r.Files = []bot.File{chart}
	return r
}()

// TestUpdates lets something be under way in every way there is to answer.
func TestUpdates(t *testing.T) {
	t.Parallel()
	private := func(r *bot.Reply) { r.Private = true }
	for _, tt := range []struct {
		name     string
		change   func(*bot.Reply)
		do       func(*testing.T, *discordtest.Person)
		quick    bool
		embeds   bool
		private  bool
		messages int // that stand in the end
	}{
		{name: "first word", quick: true},
		{name: "deferred"},
		{name: "private, at once", quick: true, change: private, private: true},
		{name: "private after all", change: private, private: true},
		{name: "mention", do: func(t *testing.T, p *discordtest.Person) { p.Mention(t, "go") }},
		{name: "direct message", do: func(t *testing.T, p *discordtest.Person) { p.DM(t, "go") }},
		{name: "thread", change: func(r *bot.Reply) { r.Thread, r.Question = true, "Which?" }, messages: 2},
		{name: "embeds", embeds: true},
		{name: "embeds on a channel", embeds: true, do: func(t *testing.T, p *discordtest.Person) { p.DM(t, "go") }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			u := begun4(tt.change)
			srv := discordtest.New(t, discordtest.Config{})
			start(t, srv, u, func(times *timing) {
				if tt.quick {
					times.patience = time.Minute
				}
			})
			p := srv.NewPerson()
			srv.WaitReady(t)
			if tt.embeds {
				for _, route := range []string{"/@original", "/messages"} {
					srv.Plan(discordtest.Fault{Route: route, Status: 400, Code: 50035})
				}
			}
			do := tt.do
			if do == nil {
				do = func(t *testing.T, p *discordtest.Person) { p.Slash(t, "help", "", nil, "") }
			}
			var all sync.WaitGroup
			all.Go(func() { do(t, p) }) // returns when nothing is under way
			srv.WaitRead(t, "0 of 4"+cancelling)
			for n := 1; n <= 3; n++ {
				u.tell(progress(n))
				m := srv.WaitRead(t, fmt.Sprintf("%d of 4", n)+cancelling)
				if len(m.Files) != 1 || m.Files[0].Data[0] != byte(n) {
					t.Errorf("update %d has the files %+v", n, m.Files)
				}
			}
			u.end(done)
			all.Wait()
			m := srv.WaitRead(t, "Done.")
			if files, _ := filesOf(srv); !sameFiles(files, done.Files) {
				t.Errorf("files in the end: %+v", files)
			}
			if got := standingOf(srv); len(got) != max(tt.messages, 1) {
				t.Errorf("in the end there stand %q", got)
			}
			if is := m.Flags&discordtest.FlagEphemeral != 0; is != tt.private {
				t.Errorf("private: %v", is)
			}
		})
	}
}

// TestUpdatesAreCoalesced tells far more than is shown.
func TestUpdatesAreCoalesced(t *testing.T) {
	t.Parallel()
	const pause = 50 * time.Millisecond
	u := begun4(nil)
	srv := discordtest.New(t, discordtest.Config{})
	start(t, srv, u, func(times *timing) { times.edits = pause })
	p := srv.NewPerson()
	var all sync.WaitGroup
	all.Go(func() { p.DM(t, "go") })
	srv.WaitRead(t, "0 of 4"+cancelling)
	for n := 0; len(srv.Calls("PATCH", "")) < 4; n++ {
		u.tell(progress(n))
		runtime.Gosched()
	}
	u.end(done)
	all.Wait()
	srv.WaitRead(t, "Done.")
	var before time.Time
	for _, c := range srv.Calls("PATCH", "/{message_id}") {
		// They may come together if one is slow, but are not sent together.
		if gap := c.At.Sub(before); gap < pause/2 {
			t.Errorf("an edit after %v", gap)
		}
		before = c.At
	}
}

// TestUpdatesOfManyMessages ends with more than one message takes.
func TestUpdatesOfManyMessages(t *testing.T) {
	t.Parallel()
	long := sayLong(context.Background(), bot.Request{})
	long.Files = []bot.File{table}
	for name, do := range map[string]func(*discordtest.Person){
		"interaction": func(p *discordtest.Person) { p.Slash(t, "help", "", nil, "") },
		"message":     func(p *discordtest.Person) { p.DM(t, "go") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := begun4(nil)
			u.change = func(r *bot.Reply) {
				if r.Actions != nil { // while it is under way
					r.Blocks = long.Blocks
				}
			}
			srv := discordtest.New(t, discordtest.Config{})
			start(t, srv, u)
			p := srv.NewPerson()
			var all sync.WaitGroup
			all.Go(func() { do(p) })
			srv.WaitMessage(t, "the first", func(m discordtest.Message) bool { return strings.HasPrefix(m.Read(), "Long") })
			u.tell(progress(1))
			srv.WaitMessage(t, "the first, again", func(m discordtest.Message) bool { return strings.HasPrefix(m.Read(), "Long") && m.Edits > 0 })
			if got := standingOf(srv); len(got) != 1 {
				t.Errorf("under way there stand %d messages", len(got))
			}
			u.end(long)
			all.Wait()
			if got := standingOf(srv); len(got) != 2 || strings.Count(strings.Join(got, " "), "Long enough.") != 400 {
				t.Errorf("in the end there stand %d messages", len(got))
			}
			if files, _ := filesOf(srv); !sameFiles(files, []bot.File{table}) {
				t.Errorf("files in the end: %+v", files)
			}
		})
	}
}

// TestUpdatesOutliveTheToken goes on longer than an interaction's token is good
// for. The last reply comes as a new message, where those who saw the first can
// see it.
func TestUpdatesOutliveTheToken(t *testing.T) {
	t.Parallel()
	slash := func(t *testing.T, p *discordtest.Person) { p.Slash(t, "help", "", nil, "") }
	for _, tt := range []struct {
		name   string
		change func(*bot.Reply)
		do     func(*testing.T, *discordtest.Person)
		direct bool // it comes in direct messages
		known  bool // the bot does not have to try to see that the time is over
	}{
		{name: "on a channel", do: slash},
		{name: "on a channel, knowingly", do: slash, known: true},
		{name: "private", do: slash, change: func(r *bot.Reply) { r.Private = true }, direct: true},
		{name: "in direct messages", do: func(t *testing.T, p *discordtest.Person) { p.SlashDM(t, "help", "", nil, "") }, direct: true},
		{name: "where the bot is not", do: func(t *testing.T, p *discordtest.Person) { p.SlashElsewhere(t, "help", "") }, direct: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			const lives = time.Second
			u := begun4(tt.change)
			srv := discordtest.New(t, discordtest.Config{TokenLives: lives})
			r := start(t, srv, u, func(times *timing) {
				times.patience = time.Minute
				if tt.known {
					times.token = lives - 200*time.Millisecond
				}
			})
			p := srv.NewPerson()
			var all sync.WaitGroup
			all.Go(func() { tt.do(t, p) })
			first := srv.WaitRead(t, "0 of 4"+cancelling)
			expires := time.Now().Add(lives + 200*time.Millisecond)
			until(t, "the end of the token", func() bool {
				u.tell(progress(1))
				return time.Now().After(expires)
			})
			u.end(done)
			all.Wait()
			m := srv.WaitRead(t, "Done.")
			if m.ID == first.ID || m.Flags&discordtest.FlagEphemeral != 0 || len(m.Files) != 1 {
				t.Errorf("the end is %+v", m)
			}
			if direct := m.Channel != p.Channel(); direct != tt.direct {
				t.Errorf("in direct messages: %v", direct)
			}
			refused := 0
			for _, c := range srv.Calls("", "") {
				if c.Status == 401 {
					refused++
				}
			}
			if tt.known && refused > 0 || refused > 3 {
				t.Errorf("%d calls came too late", refused)
			}
			if strings.Contains(r.log.String(), "is lost") {
				t.Error("something is said to be lost")
			}
		})
	}
}

// TestUpdatesOfWhatIsGone has the message removed while something is under way.
func TestUpdatesOfWhatIsGone(t *testing.T) {
	t.Parallel()
	for name, do := range map[string]func(*testing.T, *discordtest.Person){
		"private": func(t *testing.T, p *discordtest.Person) { p.Slash(t, "help", "", nil, "") },
		"message": func(t *testing.T, p *discordtest.Person) { p.Mention(t, "go") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := begun4(func(r *bot.Reply) { r.Private = name == "private" })
			srv := discordtest.New(t, discordtest.Config{})
			start(t, srv, u)
			p := srv.NewPerson()
			var all sync.WaitGroup
			all.Go(func() { do(t, p) })
			m := srv.WaitRead(t, "0 of 4"+cancelling)
			srv.Remove(m.ID)
			if name == "private" {
				u.tell(progress(1))
				srv.WaitCalls(t, 1, "PATCH", "/{message_id}")
				u.end(done)
			} else { // the last has been tried when it turns out to be that
				u.tell(done)
				srv.WaitCalls(t, 1, "PATCH", "/{message_id}")
				close(u.updates)
			}
			all.Wait()
			m = srv.WaitRead(t, "Done.")
			if m.Channel != p.Channel() || m.Flags&discordtest.FlagEphemeral != 0 != (name == "private") {
				t.Errorf("the end is %+v", m)
			}
			if n := len(srv.Calls("PATCH", "/{message_id}")); n != 1 {
				t.Errorf("%d edits of what is gone", n)
			}
		})
	}
}

// TestUpdatesStayPrivate ends something public with what is for one alone.
func TestUpdatesStayPrivate(t *testing.T) {
	t.Parallel()
	u := begun4(nil)
	srv := discordtest.New(t, discordtest.Config{})
	start(t, srv, u)
	p := srv.NewPerson()
	var all sync.WaitGroup
	all.Go(func() { p.Slash(t, "help", "", nil, "") })
	srv.WaitRead(t, "0 of 4"+cancelling)
	secret := say("Between us.")
	secret.Private = true
	u.end(secret)
	all.Wait()
	if m := srv.WaitRead(t, "Between us."); m.Flags&discordtest.FlagEphemeral == 0 || m.For != p.ID() {
		t.Errorf("everybody sees %+v", m)
	}
}

// TestUpdatesThroughFaults edits twice what looked as if it had failed, and
// waits as long as it is told to.
func TestUpdatesThroughFaults(t *testing.T) {
	t.Parallel()
	for name, do := range map[string]func(*testing.T, *discordtest.Person){
		"interaction": func(t *testing.T, p *discordtest.Person) { p.Slash(t, "help", "", nil, "") },
		"message":     func(t *testing.T, p *discordtest.Person) { p.DM(t, "go") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := begun4(nil)
			srv := discordtest.New(t, discordtest.Config{})
			start(t, srv, u, func(times *timing) { times.patience = time.Minute })
			p := srv.NewPerson()
			srv.WaitReady(t)
			for _, f := range []discordtest.Fault{{Status: 502, Lost: true}, {Drop: true}, {Status: 503, Times: 3}, {Status: 429, RetryAfter: 20 * time.Millisecond}, {Status: 500, Lost: true, Times: 5}} {
				f.Method = "PATCH"
				srv.Plan(f)
			}
			var all sync.WaitGroup
			all.Go(func() { do(t, p) })
			srv.WaitRead(t, "0 of 4"+cancelling)
			u.tell(progress(1))
			srv.WaitRead(t, "1 of 4"+cancelling)
			u.end(done)
			all.Wait()
			if got := standingOf(srv); len(got) != 1 || got[0] != "Done." {
				t.Errorf("in the end there stand %q", got)
			}
		})
	}
}

// TestCancelWhileUnderWay presses a button of the message that is being edited.
func TestCancelWhileUnderWay(t *testing.T) {
	t.Parallel()
	u := begun4(nil)
	srv := discordtest.New(t, discordtest.Config{})
	start(t, srv, u)
	p := srv.NewPerson()
	p.SlashSlip(t, "help")
	srv.WaitRead(t, "0 of 4"+cancelling)
	u.tell(progress(1))
	m := srv.WaitRead(t, "1 of 4"+cancelling)
	p.PressSlip(m.ID, cancel.Token, "")
	srv.WaitRead(t, "Cancelled.")
	srv.Settle(t)
	said := standingOf(srv)
	if len(said) != 2 || said[0] != "Cancelled." || said[1] != "I stop." {
		t.Errorf("in the end there stand %q", said)
	}
}

// TestUpdatesHoldNoSlots has as much under way as may be handled at once.
func TestUpdatesHoldNoSlots(t *testing.T) {
	t.Parallel()
	updates := make(chan bot.Reply)
	srv := discordtest.New(t, discordtest.Config{})
	start(t, srv, handler(func(_ context.Context, r bot.Request) bot.Reply {
		reply := say(r.Text)
		if r.Text == "go" {
			reply.Updates = updates
		}
		return reply
	}))
	srv.WaitReady(t)
	for range maxHandling {
		srv.NewPerson().Slip("go")
	}
	srv.WaitCalls(t, maxHandling, "POST", "/messages")
	srv.NewPerson().Slip("and I?")
	srv.WaitRead(t, "and I?")
	close(updates)
}

// TestShutdownUnderWay stops the bot while something is under way: what ends
// soon is shown, and nobody waits for what does not.
func TestShutdownUnderWay(t *testing.T) {
	for name, ends := range map[string]bool{"ends": true, "goes on": false} {
		t.Run(name, func(t *testing.T) {
			u := begun4(nil)
			srv := discordtest.New(t, discordtest.Config{})
			r := start(t, srv, u, func(times *timing) {
				if !ends {
					times.grace = 400 * time.Millisecond
				}
			})
			srv.NewPerson().SlashSlip(t, "help")
			srv.WaitRead(t, "0 of 4"+cancelling)
			u.tell(progress(1))
			srv.WaitRead(t, "1 of 4"+cancelling)
			r.stop()
			srv.WaitGone(t)
			want := "2 of 4" + cancelling
			u.tell(progress(2))
			if ends {
				want = "Done."
				u.end(done)
			}
			if err := r.end(t); err != nil {
				t.Errorf("Run: %v", err)
			}
			srv.WaitRead(t, want)
			log := r.log.String()
			if given := strings.Contains(log, "stopped before something under way had ended"); given == ends || strings.Contains(log, "answers unfinished") {
				t.Errorf("the log says\n%s", log)
			}
			buf := make([]byte, 1<<20)
			if stacks := string(buf[:runtime.Stack(buf, true)]); strings.Contains(stacks, ".follow(") {
				t.Errorf("somebody still waits:\n%s", stacks)
			}
		})
	}
}
