package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

var update = flag.Bool("update", false, "write the expectations anew")

func loadSettings(t *testing.T, env map[string]string, args ...string) (settings, error) {
	t.Helper()
	f := pflag.NewFlagSet("test", pflag.ContinueOnError)
	flags := addSettingFlags(f)
	if err := f.Parse(args); err != nil {
		t.Fatal(err)
	}
	var environ []string
	for name, value := range env {
		environ = append(environ, name+"="+value)
	}
	return flags.load(environ)
}

// TestEverySettingEverywhere gives each setting a value in each of the three
// places, and sees the weightier one win.
func TestEverySettingEverywhere(t *testing.T) {
	values := map[string][3]string{ // in the file, in the environment, as a flag
		"corpus":                  {"a", "b", "c"},
		"feeds":                   {"http://a", "http://b,http://c/x,y", "http://d"},
		"fetch-allow":             {"a", "b:1,c", "[::1]:80"},
		"fetch-every":             {"5m", "1h", "off"},
		"watch":                   {"on", "off", "on"},
		"data":                    {"a", "b", "c"},
		"telegram-token":          {"1:a", "1:b", "1:c"},
		"telegram-api-url":        {"http://a", "http://b", "http://c"},
		"telegram-webhook-url":    {"https://a", "https://b", "https://c"},
		"telegram-webhook-secret": {"a", "b", "c"},
		"discord-token":           {"a", "b", "c"},
		"discord-api-url":         {"http://a", "http://b", "http://c"},
		"discord-public-key":      {strings.Repeat("0a", 32), strings.Repeat("0b", 32), strings.Repeat("0c", 32)},
		"discord-shards":          {"1", "2", "3"},
		"discord-gateway":         {"off", "on", "off"},
		"admins":                  {"discord:1", "discord:2", "telegram:3"},
		"admin-roles":             {"discord:1", "discord:2,discord:3", "discord:4"},
		"listen":                  {"127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:3"},
		"confidence":              {"careful", "balanced", "eager"},
		"encoder":                 {"off", "a.gguf", "http://a/v1/embeddings"},
		"encoder-model":           {"a", "b", "c"},
		"encoder-key":             {"a", "b", "c"},
		"encoder-query-prefix":    {"a", "b", "c"},
		"encoder-passage-prefix":  {"a", "b", "c"},
		"request-timeout":         {"1s", "2s", "3s"},
		"user-rate":               {"1", "2", "3"},
		"chat-rate":               {"1", "2", "3"},
		"retention":               {"1", "2", "3"},
		"log-level":               {"debug", "warn", "error"},
		"log-format":              {"json", "text", "json"},
	}
	raw := func(s settings) string { // with the secrets, which String would hide
		s.origins = nil
		return fmt.Sprintf("%+v %s %s %s %s", s, string(s.TelegramToken), string(s.DiscordToken), string(s.TelegramSecret), string(s.EncoderKey))
	}
	for _, row := range table() {
		t.Run(row.name, func(t *testing.T) {
			v, ok := values[row.name]
			if !ok {
				t.Fatal("no values to try: add them")
			}
			want := func(i int) string {
				s := settings{}
				base, err := loadSettings(t, nil)
				if err != nil {
					t.Fatal(err)
				}
				s = base
				if err := row.set(&s, v[i]); err != nil {
					t.Fatal(err)
				}
				s.dataChosen = row.name == "data"
				return raw(s)
			}
			conf := filepath.Join(t.TempDir(), "c.yaml")
			if err := os.WriteFile(conf, []byte(row.name+": "+v[0]+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			env := map[string]string{"RAPPORTEUR_CONFIG": conf}
			for i := range 3 {
				var args []string
				if i >= 1 {
					env[envName(row.name)] = v[1]
				}
				if i == 2 {
					args = []string{"--" + row.name, v[2]}
				}
				s, err := loadSettings(t, env, args...)
				if err != nil {
					t.Fatal(err)
				}
				if got := raw(s); got != want(i) {
					t.Errorf("source %d:\n got %s\nwant %s", i, got, want(i))
				}
			}
		})
	}
}

func TestSecretsAreHidden(t *testing.T) {
	s, err := loadSettings(t, map[string]string{"RAPPORTEUR_TELEGRAM_TOKEN": "1:sesame", "RAPPORTEUR_DISCORD_TOKEN": "sesame2"})
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
		if out := fmt.Sprintf(format, s); strings.Contains(out, "sesame") {
			t.Errorf("%s prints a secret: %s", format, out)
		}
	}
	if string(s.TelegramToken) != "1:sesame" {
		t.Errorf("the token itself got lost: %q", string(s.TelegramToken))
	}
}

func TestSecretFromFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(path, []byte(" 1:sesame\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := loadSettings(t, map[string]string{"RAPPORTEUR_TELEGRAM_TOKEN_FILE": path})
	if err != nil || string(s.TelegramToken) != "1:sesame" {
		t.Errorf("got %q, %v", string(s.TelegramToken), err)
	}
}

// TestSampleEnvironment loads the sample file of deploy against the real
// settings: it names every setting and nothing else, its values are valid, and
// those it shows as defaults are the defaults.
func TestSampleEnvironment(t *testing.T) {
	b, err := os.ReadFile("../../deploy/rapporteur.env.example")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]setting{"RAPPORTEUR_CONFIG": {}}
	for _, row := range table() {
		known[envName(row.name)] = row
		if row.secret {
			known[envName(row.name)+"_FILE"] = setting{}
		}
	}
	shown := make(map[string]bool)
	active := make(map[string]string)
	line := regexp.MustCompile(`^(#?)\s?(RAPPORTEUR_[A-Z_]+)=(.*)$`)
	for l := range strings.SplitSeq(string(b), "\n") {
		m := line.FindStringSubmatch(l)
		if m == nil {
			if t2 := strings.TrimSpace(l); t2 != "" && !strings.HasPrefix(t2, "#") {
				t.Errorf("neither a comment nor a setting: %q", l)
			}
			continue
		}
		row, ok := known[m[2]]
		if !ok {
			t.Errorf("%s is no setting", m[2])
		}
		shown[m[2]] = true
		if m[1] == "" {
			active[m[2]] = m[3]
		}
		if row.set != nil {
			var s settings
			if err := row.set(&s, m[3]); err != nil {
				t.Errorf("%s: %v", m[2], err)
			}
			if row.value != "" && m[3] != row.value {
				t.Errorf("%s is shown as %q, the default is %q", m[2], m[3], row.value)
			}
		}
	}
	for name := range known {
		if !shown[name] {
			t.Errorf("%s is not in the sample", name)
		}
	}
	if _, err := loadSettings(t, active); err != nil {
		t.Errorf("as it is, the sample does not load: %v", err)
	}
}
