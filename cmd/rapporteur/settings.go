package main

import (
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"rapporteur/bot"
	"rapporteur/index/rank"
)

// settings are all that can be set, checked.
type settings struct {
	Corpus           string        // folder; "" is the bundled corpus
	Feeds            []string      // addresses
	FetchEvery       time.Duration // 0 is never
	Watch            bool          // the corpus folder
	FetchAllow       []string      // hosts that may lie in a private network
	Data             string        // folder; never ""
	dataChosen       bool          // Data was set rather than found
	TelegramToken    secret
	TelegramAPIURL   string
	TelegramHook     string // https address at which updates are delivered; "" polls for them
	TelegramSecret   secret // that proves who delivers; "" makes one
	DiscordToken     secret
	DiscordAPIURL    string
	DiscordShards    int               // 0 is as many as Discord recommends
	DiscordKey       ed25519.PublicKey // for interactions by HTTP; nil is none
	DiscordNoGateway bool              // no connection to the gateway
	Admins           []string          // "platform:id"
	AdminRoles       []string          // "discord:role id"
	Listen           string            // host:port; "" is nowhere
	Confidence       float64
	Encoder          string // builtin, off, a file or an address
	EncoderModel     string // as a service calls it
	EncoderKey       secret // of a service
	EncoderQuery     string // prefix of questions
	EncoderPassage   string // prefix of passages
	RequestTimeout   time.Duration
	UserRate         int // questions a minute; 0 is unlimited
	ChatRate         int
	Retention        time.Duration
	LogLevel         slog.Level
	LogJSON          bool

	origins []origin // of each setting, for "rapporteur config"
}

// secret is a string that is never printed.
type secret string

// String hides the secret.
func (s secret) String() string {
	if s == "" {
		return ""
	}
	return "[set]"
}

// GoString hides the secret from %#v.
func (s secret) GoString() string { return s.String() }

// LogValue hides the secret from the log.
func (s secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

const day = 24 * time.Hour

// setting is a row of the table of settings. Its name is the flag's name and
// the key in the YAML file; envName is its name in the environment.
type setting struct {
	name, value, help string
	secret            bool // also to be had as NAME-file, the path of a file that holds it
	set               func(*settings, string) error
}

const (
	nameConfig = "config"
	envPrefix  = "RAPPORTEUR_"
)

func envName(name string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}

// table lists the settings with their defaults.
func table() []setting {
	return []setting{
		{name: "corpus", help: "folder of source texts (default: the bundled texts)",
			set: func(s *settings, v string) error { s.Corpus = v; return nil }},
		{name: "feeds", help: "addresses of feeds, with commas between, whose articles \"corpus fetch\" adds to the corpus",
			set: func(s *settings, v string) (err error) { s.Feeds, err = feeds(v); return }},
		{name: "fetch-allow", help: "hosts that texts may be fetched from although they lie in a private network, such as wiki.example,10.0.0.5:8080",
			set: func(s *settings, v string) (err error) { s.FetchAllow, err = hosts(v); return }},
		{name: "fetch-every", value: "off", help: "how often serve fetches the feeds, such as 1h, at least 5m: or off",
			set: func(s *settings, v string) (err error) { s.FetchEvery, err = every(v); return }},
		{name: "watch", value: "off", help: "whether serve takes up changes of the corpus folder as they are made: on or off",
			set: func(s *settings, v string) (err error) { s.Watch, err = onOff(v); return }},
		{name: "data", help: "folder for what the program writes, such as the index (default: under your home folder)",
			set: func(s *settings, v string) error { s.Data = v; return nil }},
		{name: "telegram-token", secret: true, help: "token of the Telegram bot",
			set: func(s *settings, v string) error { s.TelegramToken = secret(v); return nil }},
		{name: "telegram-api-url", help: "address of a self-hosted Telegram Bot API server",
			set: func(s *settings, v string) (err error) { s.TelegramAPIURL, err = address(v); return }},
		{name: "telegram-webhook-url", help: "https address that leads to listen's /telegram/webhook, where Telegram is to deliver updates (default: they are polled for)",
			set: func(s *settings, v string) (err error) {
				if s.TelegramHook, err = address(v); err == nil && v != "" && !strings.HasPrefix(v, "https://") {
					err = errors.New("it must begin with https://: Telegram delivers to nothing else")
				}
				return err
			}},
		{name: "telegram-webhook-secret", secret: true, help: "secret that proves that an update comes from Telegram (default: one made out of the token)",
			set: func(s *settings, v string) error { s.TelegramSecret = secret(v); return nil }},
		{name: "discord-token", secret: true, help: "token of the Discord bot",
			set: func(s *settings, v string) error { s.DiscordToken = secret(v); return nil }},
		{name: "discord-api-url", help: "address of a proxy of Discord's API, such as http://127.0.0.1:8080/api/v9",
			set: func(s *settings, v string) (err error) { s.DiscordAPIURL, err = address(v); return }},
		{name: "discord-public-key", help: "public key of the Discord application, in hex, for interactions sent to listen's /discord/interactions",
			set: func(s *settings, v string) (err error) { s.DiscordKey, err = publicKey(v); return }},
		{name: "discord-shards", value: "0", help: "connections to Discord's gateway among which servers are divided (0: as many as Discord recommends)",
			set: func(s *settings, v string) (err error) { s.DiscordShards, err = count(v); return }},
		{name: "discord-gateway", value: "on", help: "connection to Discord's gateway, by which messages come: on or off",
			set: func(s *settings, v string) error {
				on, err := onOff(v)
				s.DiscordNoGateway = !on
				return err
			}},
		{name: "admins", help: "who may administer the bot, such as discord:1234,telegram:5678",
			set: func(s *settings, v string) (err error) { s.Admins, err = admins(v); return }},
		{name: "admin-roles", help: "roles on Discord whose members may administer the bot too, such as discord:1234; whoever manages that server can give them to anybody",
			set: func(s *settings, v string) (err error) { s.AdminRoles, err = adminRoles(v); return }},
		{name: "listen", help: "address of the health page, of Discord's interactions and of Telegram's webhook, such as 127.0.0.1:8600 (default: none)",
			set: func(s *settings, v string) error {
				s.Listen = v
				if _, _, err := net.SplitHostPort(v); v != "" && err != nil {
					return fmt.Errorf("%q is not an address such as 127.0.0.1:8600", v)
				}
				return nil
			}},
		{name: "confidence", value: "balanced", help: "how sure an answer must be: careful, balanced or eager",
			set: func(s *settings, v string) (err error) { s.Confidence, err = confidence(v); return }},
		{name: "encoder", value: "builtin", help: "what makes vectors of questions and sentences: builtin, off, a GGUF file, or the address of a service's /v1/embeddings, which then gets all texts and questions",
			set: func(s *settings, v string) (err error) { s.Encoder, err = encoder(v); return }},
		{name: "encoder-model", help: "what the encoder's service calls the model, such as multilingual-e5-large",
			set: func(s *settings, v string) error { s.EncoderModel = v; return nil }},
		{name: "encoder-key", secret: true, help: "key of the encoder's service",
			set: func(s *settings, v string) error { s.EncoderKey = secret(v); return nil }},
		{name: "encoder-query-prefix", help: "what the service's model wants before a question, such as \"query: \"",
			set: func(s *settings, v string) error { s.EncoderQuery = v; return nil }},
		{name: "encoder-passage-prefix", help: "what the service's model wants before a passage, such as \"passage: \"",
			set: func(s *settings, v string) error { s.EncoderPassage = v; return nil }},
		{name: "request-timeout", value: bot.DefaultTimeout.String(), help: "how long one question may take",
			set: func(s *settings, v string) (err error) {
				if s.RequestTimeout, err = time.ParseDuration(v); err != nil || s.RequestTimeout <= 0 {
					return fmt.Errorf("%q is not a duration such as 10s", v)
				}
				return nil
			}},
		{name: "user-rate", value: "60", help: "questions a minute that one person may ask (0: any number)",
			set: func(s *settings, v string) (err error) { s.UserRate, err = count(v); return }},
		{name: "chat-rate", value: "120", help: "questions a minute that may be asked in one chat (0: any number)",
			set: func(s *settings, v string) (err error) { s.ChatRate, err = count(v); return }},
		{name: "retention", value: strconv.Itoa(int(bot.DefaultRetention / day)), help: "days for which refused questions, feedback, counts and the audit log are kept",
			set: func(s *settings, v string) error {
				n, err := strconv.Atoi(v)
				if err != nil || n < 1 || n > 3650 {
					return fmt.Errorf("%q is not a number of days from 1 to 3650", v)
				}
				s.Retention = time.Duration(n) * day
				return nil
			}},
		{name: "log-level", value: "info", help: "least level that is logged: debug, info, warn or error",
			set: func(s *settings, v string) error {
				if err := s.LogLevel.UnmarshalText([]byte(v)); err != nil {
					return fmt.Errorf("%q is none of debug, info, warn, error", v)
				}
				return nil
			}},
		{name: "log-format", value: "text", help: "form of the log: text or json",
			set: func(s *settings, v string) error {
				s.LogJSON = v == "json"
				if v != "json" && v != "text" {
					return fmt.Errorf("%q is neither text nor json", v)
				}
				return nil
			}},
	}
}

func onOff(v string) (bool, error) {
	if v != "on" && v != "off" {
		return false, fmt.Errorf("%q is neither on nor off", v)
	}
	return v == "on", nil
}

// leastEvery is how often the same feeds may be asked for at most. Feeds of the
// press are made anew every few minutes, and their servers say so if that is too
// often.
const leastEvery = 5 * time.Minute

func every(v string) (time.Duration, error) {
	if v == "off" {
		return 0, nil
	}
	d, err := time.ParseDuration(v)
	switch {
	case err != nil || d <= 0:
		return 0, fmt.Errorf("%q is neither a duration such as 1h nor off", v)
	case d < leastEvery:
		return 0, fmt.Errorf("%q is too often: at least %v", v, leastEvery)
	}
	return d, nil
}

func address(v string) (string, error) {
	if v == "" {
		return "", nil
	}
	u, err := url.Parse(v)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return "", errors.New("it must be an address that begins with https:// or http://") // it might hold a password: not shown
	}
	return v, nil
}

// feeds reads a list of addresses. There may be commas in one, too.
func feeds(v string) ([]string, error) {
	var out []string
	for part := range strings.SplitSeq(v, ",") {
		part = strings.TrimSpace(part)
		if len(out) > 0 && !strings.Contains(part, "://") && part != "" {
			out[len(out)-1] += "," + part
		} else if part != "" {
			out = append(out, part)
		}
	}
	for _, f := range out {
		if _, err := address(f); err != nil {
			return nil, fmt.Errorf("each of the addresses of feeds must begin with https:// or http://")
		}
	}
	return out, nil
}

func hosts(v string) ([]string, error) {
	var out []string
	for h := range strings.SplitSeq(v, ",") {
		if h = strings.TrimSpace(h); h == "" {
			continue
		}
		if u, err := url.Parse("//" + h); err != nil || u.Host != h || u.Hostname() == "" {
			return nil, fmt.Errorf("%q is not a host such as wiki.example or 10.0.0.5:8080", h)
		}
		out = append(out, h)
	}
	return out, nil
}

func publicKey(v string) (ed25519.PublicKey, error) {
	if v == "" {
		return nil, nil
	}
	key, err := hex.DecodeString(v)
	if err != nil || len(key) != ed25519.PublicKeySize {
		return nil, fmt.Errorf("%q is not a key of %d hexadecimal digits, as the application's page shows it", v, 2*ed25519.PublicKeySize)
	}
	return key, nil
}

func admins(v string) ([]string, error) {
	var out []string
	for a := range strings.SplitSeq(v, ",") {
		if a = strings.TrimSpace(a); a == "" {
			continue
		}
		platform, id, ok := strings.Cut(a, ":")
		if !ok || platform != "discord" && platform != "telegram" || strings.Trim(id, "0123456789") != "" || id == "" {
			return nil, fmt.Errorf("%q is not discord:ID or telegram:ID with a numeric ID", a)
		}
		out = append(out, a)
	}
	return out, nil
}

// adminRoles reads roles. Discord alone has any.
func adminRoles(v string) ([]string, error) {
	var out []string
	for a := range strings.SplitSeq(v, ",") {
		if a = strings.TrimSpace(a); a == "" {
			continue
		}
		id, ok := strings.CutPrefix(a, "discord:")
		if !ok || strings.Trim(id, "0123456789") != "" || id == "" {
			return nil, fmt.Errorf("%q is not discord:ID with the numeric ID of a role", a)
		}
		out = append(out, a)
	}
	return out, nil
}

// encoder checks what is to make vectors.
func encoder(v string) (string, error) {
	switch {
	case v == "builtin" || v == "off":
		return v, nil
	case strings.Contains(v, "://"):
		return address(v)
	case strings.EqualFold(filepath.Ext(v), ".gguf"):
		return v, nil
	}
	return "", fmt.Errorf("%q is none of builtin, off, a file that ends in .gguf, an address", v)
}

func confidence(v string) (float64, error) {
	stops := map[string]float64{"careful": rank.Careful, "balanced": rank.Balanced, "eager": rank.Eager}
	if c, ok := stops[v]; ok {
		return c, nil
	}
	return 0, fmt.Errorf("%q is none of careful, balanced, eager", v)
}

func count(v string) (int, error) {
	n, err := strconv.Atoi(v)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%q is not a whole number from 0", v)
	}
	return n, nil
}

// defaultData is where programs keep data of their own, "" when there is no
// home folder.
func defaultData(getenv func(string) string) string {
	if runtime.GOOS == "linux" || runtime.GOOS == "freebsd" || runtime.GOOS == "openbsd" {
		if d := getenv("XDG_DATA_HOME"); filepath.IsAbs(d) {
			return filepath.Join(d, "rapporteur")
		}
		if h := getenv("HOME"); filepath.IsAbs(h) {
			return filepath.Join(h, ".local", "share", "rapporteur")
		}
		return ""
	}
	if d, err := os.UserConfigDir(); err == nil {
		return filepath.Join(d, "rapporteur")
	}
	return ""
}
