package bot

import (
	"slices"
	"strings"
	"testing"
)

func TestParseText(t *testing.T) {
	tests := []struct {
		in   string
		want parsed
	}{
		{"", parsed{}},
		{"  Who pays? ", parsed{text: "Who pays?"}},
		{"/ask Who pays?", parsed{command: "ask", text: "Who pays?"}},
		{"\n /ASK\r\nWho\npays?\n", parsed{command: "ask", text: "Who\npays?"}},
		{"/ask\u00A0Who pays?", parsed{command: "ask", text: "Who pays?"}},
		{"/ask", parsed{command: "ask"}},
		{"/ask@Rapporteur who", parsed{command: "ask", text: "who", ours: true}},
		{"/ask@other who", parsed{command: "ask", text: "who", other: true}},
		{"Добрий день /ask хто платить?", parsed{command: "ask", text: "хто платить?"}},
		{"👩‍👩‍👧 🤷 /ask who", parsed{command: "ask", text: "who"}},
		{"Добрий день /ask@other хто?", parsed{command: "ask", text: "хто?", other: true}},
		{"Good day /ask the rest /help", parsed{command: "ask", text: "the rest /help"}},
		{"/start payload", parsed{command: "start", text: "payload"}},
		{"/weather in Kyiv", parsed{command: "weather", text: "in Kyiv"}},
		{"see /weather in Kyiv", parsed{text: "see /weather in Kyiv"}},
		{"and/or", parsed{text: "and/or"}},
		{"and/ask him", parsed{text: "and/ask him"}},
		{"/", parsed{text: "/"}},
		{"//", parsed{text: "//"}},
		{"//ask who", parsed{text: "//ask who"}},
		{"/ask: who", parsed{text: "/ask: who"}},
		{"/ask/me", parsed{text: "/ask/me"}},
		{"/аск who", parsed{text: "/аск who"}},
		{"/1", parsed{text: "/1"}},
		{"/usr/bin", parsed{text: "/usr/bin"}},
		{"https://example.org/ask /ask who", parsed{command: "ask", text: "who"}},
	}
	for _, tt := range tests {
		if got := parseText(tt.in, "rapporteur", known); got != tt.want {
			t.Errorf("%q: got %+v, want %+v", tt.in, got, tt.want)
		}
	}
	if got := parseText("/ask@rapporteur who", "", known); !got.other || got.ours {
		t.Errorf("a bot without a name takes %+v for its own", got)
	}
}

func FuzzParseText(f *testing.F) {
	for _, s := range []string{"/ask who", "привіт /ask@rapporteur хто", "/ask@other", "and/or //", "\u2003/help\u2003", "🤷/ask \xff /ask \xff"} {
		f.Add(s, "rapporteur")
	}
	f.Fuzz(func(t *testing.T, s, self string) {
		p := parseText(s, self, known)
		if p.text != strings.TrimSpace(p.text) || !strings.HasSuffix(strings.TrimSpace(s), p.text) {
			t.Fatalf("%q became %q", s, p.text)
		}
		if p.command == "" && (p.other || p.ours || p.text != strings.TrimSpace(s)) || p.ours && p.other {
			t.Fatalf("%q became %+v", s, p)
		}
		if p.command != "" && !strings.Contains(strings.ToLower(s), "/"+p.command) {
			t.Fatalf("%q has no command %q", s, p.command)
		}
	})
}

// known are the commands that the tests know.
func known(name string) bool { return slices.Contains([]string{"ask", "help", "start"}, name) }
