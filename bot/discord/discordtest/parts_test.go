package discordtest

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// TestPartRules breaks each rule for components and embeds once.
func TestPartRules(t *testing.T) {
	t.Parallel()
	const (
		text   = `{"type":10,"content":"x"}`
		link   = `{"type":2,"style":5,"label":"x","url":"https://example.org/"}`
		button = `{"type":2,"style":2,"label":"x","custom_id":"a"}`
	)
	v2 := func(parts ...string) string {
		return `"flags":32768,"components":[` + strings.Join(parts, ",") + `]`
	}
	box := func(parts ...string) string {
		return v2(`{"type":17,"accent_color":1,"components":[` + strings.Join(parts, ",") + `]}`)
	}
	row := func(parts ...string) string { return `{"type":1,"components":[` + strings.Join(parts, ",") + `]}` }
	section := func(accessory string, parts ...string) string {
		return `{"type":9,"components":[` + strings.Join(parts, ",") + `],"accessory":` + accessory + `}`
	}
	times := func(n int, s string) []string { return strings.Split(strings.Repeat(s+"\n", n-1)+s, "\n") }
	long := func(n int) string { return strings.Repeat("x", n) }
	embed := func(n int, s string) string {
		return `"flags":0,"embeds":[` + strings.Join(times(n, s), ",") + `]`
	}
	for _, tt := range []struct{ name, body, broken string }{
		{"components", box(text, section(link, text), `{"type":14}`, row(button, link)), ""},
		{"private components", strings.Replace(v2(text), "32768", "32832", 1), ""},
		{"embed", embed(1, `{"description":"x"}`) + `,"components":[` + row(button) + `]`, ""},
		{"content", `"flags":4,"content":"x"`, ""},

		{"content that unfolds", `"flags":0,"content":"x"`, "flags are 0"},
		{"content beside components", v2(text) + `,"content":"x"`, "content or embeds"},
		{"embeds beside components", v2(text) + `,"embeds":[{"description":"x"}]`, "content or embeds"},
		{"previews of components", strings.Replace(v2(text), "32768", "32772", 1), "flags are 32772"},
		{"a flag not for bots", strings.Replace(v2(text), "32768", "32769", 1), "flags are 32769"},
		{"no components", v2(), "0 components"},
		{"too many components", v2(times(41, text)...), "41 components"},
		{"too much text", v2(`{"type":10,"content":"` + long(4001) + `"}`), "4001 UTF-16 units"},
		{"empty text", v2(`{"type":10,"content":" "}`), "an empty text"},
		{"a button alone", v2(button), "type 2 at the top"},
		{"a field unknown", v2(`{"type":10,"content":"x","colour":1}`), "unknown field"},
		{"a box in a box", box(`{"type":17,"components":[` + text + `]}`), "type 17 in a container"},
		{"an empty box", box(), "an empty container"},
		{"a colour of no kind", v2(`{"type":17,"accent_color":16777216,"components":[` + text + `]}`), "accent colour"},
		{"a section without a button", v2(`{"type":9,"components":[` + text + `]}`), "without a button"},
		{"a full section", v2(section(link, times(4, text)...)), "a section of 4"},
		{"a button in a section", v2(section(link, button)), "type 2 in a section"},
		{"an empty row", v2(row()), "a row of 0"},
		{"a full row", v2(row(times(6, link)...)), "a row of 6"},
		{"a text in a row", v2(row(text)), "type 10 in a row"},
		{"the same button twice", v2(row(button, button)), "twice"},
		{"the same id twice", v2(`{"type":10,"id":1,"content":"x"}`, `{"type":10,"id":1,"content":"y"}`), "id 1 twice"},
		{"a button without a name", v2(row(`{"type":2,"style":2,"label":"x"}`)), "custom_id of 0"},
		{"a long name", v2(row(`{"type":2,"style":2,"label":"x","custom_id":"` + long(101) + `"}`)), "custom_id of 101"},
		{"a long label", v2(row(`{"type":2,"style":2,"label":"` + long(81) + `","custom_id":"a"}`)), "label of 81"},
		{"nothing on a button", v2(row(`{"type":2,"style":2,"custom_id":"a"}`)), "label of 0"},
		{"no style", v2(row(`{"type":2,"label":"x","custom_id":"a"}`)), "style 0"},
		{"a button with an address", v2(row(`{"type":2,"style":1,"label":"x","custom_id":"a","url":"https://example.org"}`)), "without the style"},
		{"a link with a name", v2(row(`{"type":2,"style":5,"label":"x","custom_id":"a","url":"https://example.org"}`)), "a link with"},
		{"a link to nowhere", v2(row(`{"type":2,"style":5,"label":"x"}`)), "a link to"},
		{"a link to a script", v2(row(`{"type":2,"style":5,"label":"x","url":"javascript:x"}`)), "a link to"},
		{"a long link", v2(row(`{"type":2,"style":5,"label":"x","url":"https://example.org/` + long(500) + `"}`)), "a link to"},

		{"embeds suppressed", `"flags":4,"embeds":[{"description":"x"}]`, "sent and suppressed"},
		{"too many embeds", embed(11, `{"description":"x"}`), "11 embeds"},
		{"a long embed", embed(1, `{"description":"`+long(4097)+`"}`), "description of 4097"},
		{"long embeds", embed(2, `{"description":"`+long(3001)+`"}`), "6002 characters"},
		{"an empty embed", embed(1, `{}`), "an empty embed"},
		{"a text under an embed", embed(1, `{"description":"x"}`) + `,"components":[` + text + `]`, "type 10 at the top"},
		{"six rows", embed(1, `{"description":"x"}`) + `,"components":[` + strings.Join(times(6, row(link)), ",") + `]`, "6 rows"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			broken := BrokenRules([]byte(`{"allowed_mentions":{"parse":[]},` + tt.body + `}`))
			all := strings.Join(broken, "\n")
			if tt.broken == "" && all != "" || !strings.Contains(all, tt.broken) || tt.broken != "" && all == "" {
				t.Errorf("got %q, want %q", all, tt.broken)
			}
		})
	}
}

// TestReadMessage: a person reads from top to bottom, buttons included.
func TestReadMessage(t *testing.T) {
	t.Parallel()
	link := `{"type":2,"style":5,"label":"Open","url":"https://example.org/a"}`
	tests := []struct{ content, embeds, components, want string }{
		{"**a**", "", "", "a"},
		{"", `[{"title":"t","description":"> ## b #\n-# c <t:1:R>","footer":{"text":"f"}}]`,
			`[{"type":1,"components":[` + link + `,{"type":2,"style":2,"label":"Go","custom_id":"x"}]}]`,
			"t\nb\nc ⟦t:1:R⟧\nf\nOpen (https://example.org/a) [Go]"},
		{"", "null", `[{"type":17,"components":[{"type":10,"content":"-# q"},{"type":14},{"type":9,"components":[{"type":10,"content":"s"}],"accessory":` + link + `},
			{"type":1,"components":[{"type":2,"style":2,"emoji":{"name":"👍"},"custom_id":"y"}]}]}]`,
			"q\ns\nOpen (https://example.org/a)\n[👍]"},
	}
	for i, tt := range tests {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			if got := ReadMessage(tt.content, json.RawMessage(tt.embeds), json.RawMessage(tt.components)); got != tt.want {
				t.Errorf("got %q\nwant %q", got, tt.want)
			}
		})
	}
}
