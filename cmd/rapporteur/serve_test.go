//go:build unix

package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"rapporteur/bot/bottest"
	"rapporteur/bot/discord/discordtest"
	"rapporteur/bot/telegram/telegramtest"
)

// buffer is a bytes.Buffer for two goroutines.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// eventually waits for something to become true.
func eventually(t *testing.T, what string, cond func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !cond(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

// served is a running serve command.
type served struct {
	stdout, stderr buffer
	stop           context.CancelFunc
	code           chan int
}

func serve(t *testing.T, args ...string) *served {
	t.Helper()
	t.Setenv("XDG_DATA_HOME", t.TempDir()) // not the folder of whoever runs the tests
	ctx, cancel := context.WithCancel(context.Background())
	s := &served{stop: cancel, code: make(chan int, 1)}
	go func() {
		s.code <- run(ctx, append([]string{"serve"}, args...), strings.NewReader(""), &s.stdout, &s.stderr)
	}()
	t.Cleanup(cancel)
	return s
}

// end stops it and returns its exit code.
func (s *served) end(t *testing.T) int {
	t.Helper()
	s.stop()
	select {
	case code := <-s.code:
		return code
	case <-time.After(20 * time.Second):
		t.Fatalf("serve did not stop; its log:\n%s", s.stderr.String())
		return -1
	}
}

// freeAddr returns an address that nobody listens at.
func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func askHealth(t *testing.T, addr string) (code int, out string) {
	t.Helper()
	var stdout, stderr buffer
	code = run(context.Background(), []string{"health", "--listen", addr}, strings.NewReader(""), &stdout, &stderr)
	return code, stdout.String() + stderr.String()
}

// TestServe runs the whole program against both platforms: somebody asks in
// each, the corpus changes under it, and it stops cleanly.
func TestServe(t *testing.T) {
	dir, data := t.TempDir(), t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("ferry.md", "---\ntitle: The ferry\npublished: 2025-12-16\n---\nThe ferry to Neverland costs seven crowns, the captain said.\n")

	tg := telegramtest.New(t)
	dc := discordtest.New(t, discordtest.Config{})
	dc.Idle = func() {
		eventually(t, "an answer in Discord", func() bool {
			all := dc.Messages()
			return len(all) > 0 && all[len(all)-1].Author == discordtest.BotID && !all[len(all)-1].Thinking
		})
	}
	addr := freeAddr(t)
	s := serve(t, "--corpus", dir, "--data", data, "--listen", addr,
		"--telegram-token", telegramtest.Token, "--telegram-api-url", tg.URL(),
		"--discord-token", dc.Token, "--discord-api-url", dc.URL())

	ask := bottest.Step{Command: "ask", Text: "How much does the ferry to Neverland cost?"}
	onTelegram := func() string {
		t.Helper()
		chat := tg.Private()
		chat.Say("/ask " + ask.Text)
		eventually(t, "an answer in Telegram", func() bool { return len(chat.Messages()) > 0 })
		return strings.Join(chat.Read(), "\n")
	}
	for name, got := range map[string]string{"telegram": onTelegram(), "discord": strings.Join(dc.NewPerson().Say(t, ask), "\n")} {
		if !strings.Contains(got, "The ferry to Neverland costs seven crowns, the captain said.") {
			t.Errorf("%s: got %q", name, got)
		}
	}
	eventually(t, "health", func() bool { code, _ := askHealth(t, addr); return code == exitOK })
	if _, out := askHealth(t, addr); !strings.Contains(out, `"texts":1`) || !strings.Contains(out, `"telegram":"ok"`) || !strings.Contains(out, `"discord":"ok"`) {
		t.Errorf("health says %s", out)
	}

	t.Run("others may read the index", func(t *testing.T) {
		var stdout, stderr buffer
		began := time.Now()
		code := run(context.Background(), []string{"ask", "--corpus", dir, "--data", data, ask.Text}, strings.NewReader(""), &stdout, &stderr)
		if code != exitOK || !strings.Contains(stdout.String(), "seven crowns") {
			t.Errorf("code %d, %s %s", code, stdout.String(), stderr.String())
		}
		if d := time.Since(began); d > 2*time.Second {
			t.Errorf("it took %v", d)
		}
	})

	write("ferry.md", "---\ntitle: The ferry\npublished: 2025-12-17\n---\nThe ferry to Neverland costs nine crowns, the captain said.\n")
	t.Run("a text that changed is not quoted until it is indexed", func(t *testing.T) {
		got := onTelegram()
		if !strings.Contains(got, "has changed since it was indexed") || strings.Contains(got, "crowns") {
			t.Errorf("got %q", got)
		}
		if _, out := askHealth(t, addr); !strings.Contains(out, `"blocked_quotes":1`) {
			t.Errorf("health says %s", out)
		}
	})
	t.Run("a hangup takes up the change", func(t *testing.T) {
		if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		eventually(t, "reload", func() bool { return strings.Contains(s.stderr.String(), "msg=reloaded") })
		if got := onTelegram(); !strings.Contains(got, "nine crowns") {
			t.Errorf("got %q", got)
		}
	})
	t.Run("a corpus that cannot be loaded leaves the old one", func(t *testing.T) {
		moved := dir + ".away"
		if err := os.Rename(dir, moved); err != nil {
			t.Fatal(err)
		}
		defer os.Rename(moved, dir)
		if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		eventually(t, "a failed reload", func() bool { return strings.Contains(s.stderr.String(), "going on with the texts as they were") })
	})
	if got := onTelegram(); !strings.Contains(got, "nine crowns") {
		t.Errorf("got %q", got)
	}

	t.Run("who waits for an answer is told once", func(t *testing.T) {
		p := dc.NewPerson()
		p.Slash(t, "ask", "Who painted the tunnel to Neverland red?", nil, "")
		message, token := "", ""
		eventually(t, "a refusal with a button", func() bool {
			message, token = p.Button("Tell me when it appears")
			return token != ""
		})
		p.PressSlip(message, token, "")
		eventually(t, "a promise", func() bool { _, token := p.Button("Do not tell me"); return token != "" })

		reload := func(name, text string) {
			t.Helper()
			write(name, text)
			before := strings.Count(s.stderr.String(), "msg=reloaded")
			if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
				t.Fatal(err)
			}
			eventually(t, "reload", func() bool { return strings.Count(s.stderr.String(), "msg=reloaded") > before })
		}
		reload("tunnel.md", "---\ntitle: The tunnel\npublished: 2025-12-18\n---\nThe painter Olha Kyrylenko painted the tunnel to Neverland red in autumn.\n")
		eventually(t, "a letter", func() bool { return len(p.Letters()) > 0 })
		reload("bridge.md", "---\ntitle: The bridge\npublished: 2025-12-19\n---\nThe bridge to Neverland costs one crown, the captain said.\n")
		if code := s.end(t); code != exitOK { // which waits for what is going on
			t.Errorf("exit code %d", code)
		}
		letters := p.Letters()
		if len(letters) != 1 || !strings.Contains(letters[0], "The painter Olha Kyrylenko painted the tunnel to Neverland red in autumn.") {
			t.Errorf("letters: %q", letters)
		}
		s = serve(t, "--corpus", dir, "--data", data, "--discord-token", dc.Token, "--discord-api-url", dc.URL())
		eventually(t, "a second start", func() bool { return strings.Contains(s.stderr.String(), "discord: connected") })
	})

	if code := s.end(t); code != exitOK {
		t.Errorf("exit code %d; the log:\n%s", code, s.stderr.String())
	}
	for _, secret := range []string{telegramtest.Token, dc.Token} {
		if strings.Contains(s.stderr.String()+s.stdout.String(), secret) {
			t.Error("a token is in the output")
		}
	}
}

// TestServeDiscordByHTTP runs the program without Discord's gateway.
func TestServeDiscordByHTTP(t *testing.T) {
	dc := discordtest.New(t, discordtest.Config{})
	dc.Idle = func() {
		eventually(t, "an answer in Discord", func() bool {
			all := dc.Messages()
			return len(all) > 0 && !all[len(all)-1].Thinking
		})
	}
	addr := freeAddr(t)
	s := serve(t, "--data", t.TempDir(), "--listen", addr, "--discord-gateway", "off",
		"--discord-public-key", fmt.Sprintf("%x", []byte(dc.PublicKey())), "--discord-token", dc.Token, "--discord-api-url", dc.URL())
	eventually(t, "health", func() bool { code, _ := askHealth(t, addr); return code == exitOK })
	dc.SetEndpoint(t, "http://"+addr+"/discord/interactions")
	if got := dc.NewPerson().Slash(t, "ask", "How much will Ukraine spend on defence in 2026?", nil, ""); !strings.Contains(strings.Join(got, "\n"), "$120 billion") {
		t.Errorf("got %q", got)
	}
	if n, _ := dc.Handshakes(); n > 0 {
		t.Errorf("%d IDENTIFYs, want none", n)
	}
	if code := s.end(t); code != exitOK {
		t.Errorf("exit code %d; the log:\n%s", code, s.stderr.String())
	}
}

// TestServeTrouble starts serve with what cannot work: one clear line, no
// token in it, and the right exit code.
func TestServeTrouble(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	tests := []struct {
		name string
		args func(t *testing.T) []string
		code int
		want []string
	}{
		{"a wrong Telegram token", func(t *testing.T) []string {
			return []string{"--telegram-token", "1:sesame", "--telegram-api-url", telegramtest.New(t, telegramtest.Tolerant()).URL()}
		}, exitUsage, []string{"RAPPORTEUR_TELEGRAM_TOKEN"}},
		{"a wrong Discord token", func(t *testing.T) []string {
			return []string{"--discord-token", "sesame", "--discord-api-url", discordtest.New(t, discordtest.Config{}).URL()}
		}, exitUsage, []string{"RAPPORTEUR_DISCORD_TOKEN"}},
		{"a port in use", func(t *testing.T) []string {
			return []string{"--telegram-token", "1:sesame", "--listen", taken.Addr().String()}
		}, exitUsage, []string{"RAPPORTEUR_LISTEN", "address already in use"}},
		{"a data folder that is a file", func(t *testing.T) []string {
			file := filepath.Join(t.TempDir(), "file")
			if err := os.WriteFile(file, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			return []string{"--telegram-token", "1:sesame", "--corpus", "../../corpus/texts", "--data", file}
		}, exitUsage, []string{"data folder"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, tt.args(t)...)
			var code int
			select {
			case code = <-s.code:
			case <-time.After(30 * time.Second):
				t.Fatalf("it goes on; its log:\n%s", s.stderr.String())
			}
			out := s.stderr.String()
			if code != tt.code {
				t.Errorf("exit code %d, want %d", code, tt.code)
			}
			for _, w := range tt.want {
				if !strings.Contains(out, w) {
					t.Errorf("%q is not in\n%s", w, out)
				}
			}
			if strings.Contains(out, "sesame") {
				t.Errorf("the token is in\n%s", out)
			}
		})
	}
}
