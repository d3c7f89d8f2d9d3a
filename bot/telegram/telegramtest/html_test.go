package telegramtest_test

import (
	"slices"
	"strings"
	"testing"

	"rapporteur/bot/telegram/telegramtest"
)

func TestParseHTML(t *testing.T) {
	t.Parallel()
	type entity = telegramtest.Entity
	tests := []struct {
		src, text string
		entities  []entity
	}{
		{"plain", "plain", nil},
		{"a > b", "a > b", nil},
		{"&lt;&gt;&amp;&quot;", `<>&"`, nil},
		{"&nbsp; &copy; & &;", "&nbsp; &copy; & &;", nil},
		{"&#1111;&#x457;&#0;", "її&#0;", nil},
		{"&lt &ltx", "< &ltx", nil},
		{"<b>їж</b>", "їж", []entity{{Type: "bold", Offset: 0, Length: 2}}},
		{"🙂<STRONG>x</Strong>", "🙂x", []entity{{Type: "bold", Offset: 2, Length: 1}}},
		{"<b></b>x", "x", nil},
		{"<i>a<b>b</></>", "ab", []entity{{Type: "italic", Offset: 0, Length: 2}, {Type: "bold", Offset: 1, Length: 1}}},
		{`<a href="https://e.org/?a&amp;b>c">x</a>`, "x", []entity{{Type: "text_link", Offset: 0, Length: 1, URL: "https://e.org/?a&b>c"}}},
		{`<a>x</a>`, "x", nil},
		{"<blockquote expandable>x</blockquote>", "x", []entity{{Type: "expandable_blockquote", Offset: 0, Length: 1}}},
		{"<blockquote>x</blockquote>", "x", []entity{{Type: "blockquote", Offset: 0, Length: 1}}},
		{`<span class="tg-spoiler">x</span>`, "x", []entity{{Type: "spoiler", Offset: 0, Length: 1}}},
	}
	for _, tt := range tests {
		t.Run(tt.src, func(t *testing.T) {
			text, entities, err := telegramtest.ParseHTML(tt.src)
			if err != nil || text != tt.text {
				t.Errorf("got %q, %v; want %q", text, err, tt.text)
			}
			if !slices.Equal(entities, tt.entities) {
				t.Errorf("got %+v, want %+v", entities, tt.entities)
			}
		})
	}
}

func TestParseHTMLRefuses(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		"<b>x":                     `Can't find end tag corresponding to start tag "b"`,
		"x</b>":                    "Unexpected end tag",
		"<b>x</i>":                 `Unmatched end tag, expected "</b>", found "</i>"`,
		"<p>x</p>":                 `Unsupported start tag "p"`,
		"<br/>":                    `Unsupported start tag "br/"`,
		"a < b":                    "Unclosed start tag",
		"<b":                       "Unclosed start tag",
		"<b>x</b":                  "Unclosed end tag",
		`<a href="x>y</a>`:         "Unclosed start tag",
		`<a href=http://x>y</a>`:   "Unexpected end of name token",
		`<span class="x">y</span>`: "must have class",
	} {
		t.Run(src, func(t *testing.T) {
			if _, _, err := telegramtest.ParseHTML(src); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want %q", err, want)
			}
		})
	}
}
