package ask_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"

	"rapporteur/bot"
	"rapporteur/bot/ask"
	"rapporteur/bot/bottest"
	"rapporteur/corpus"
	"rapporteur/index"
)

func TestTextLink(t *testing.T) {
	const page = "https://example.org/a"
	tests := []struct{ name, page, quote, want string }{
		{"plain", page, "The talks ended.", page + "#:~:text=The%20talks%20ended."},
		{"comma, hyphen, ampersand", page, "well-known, R&D", page + "#:~:text=well%2Dknown%2C%20R%26D"},
		{"marks", page, `a#b%c+d "e" f/g?h=i`, page + "#:~:text=a%23b%25c%2Bd%20%22e%22%20f%2Fg%3Fh%3Di"},
		{"Cyrillic", page, "Це мир", page + "#:~:text=%D0%A6%D0%B5%20%D0%BC%D0%B8%D1%80"},
		{"line breaks", page, " The\r\n  talks\tended. ", page + "#:~:text=The%20talks%20ended."},
		{"query", page + "?b=c&d", "x", page + "?b=c&d#:~:text=x"},
		{"fragment", page + "#part", "x", page + "#part:~:text=x"},
		{"empty fragment", page + "#", "x", page + "#:~:text=x"},
		{"text fragment", page + "#:~:text=y", "x", page + "#:~:text=x"},
		{"fragment and text fragment", page + "#part:~:text=y,z", "x", page + "#part:~:text=x"},
		{"long", page, "one two three four " + strings.Repeat("and so on ", 30) + "five six seven eight", page + "#:~:text=one%20two%20three%20four,five%20six%20seven%20eight"},
		{"long in Cyrillic", page, "один два три чотири " + strings.Repeat("тощо ", 40) + "п’ять шість сім вісім",
			page + "#:~:text=" + url.PathEscape("один два три чотири") + "," + url.PathEscape("п’ять шість сім вісім")},
		{"long words", page, strings.Repeat("щ", 400) + " і так", page},
		{"no address", "", "x", ""},
		{"no words", page, " \n", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := ask.TextLink(tt.page, tt.quote); got != tt.want {
				t.Errorf("\n got %s\nwant %s", got, tt.want)
			}
		})
	}
}

// What a browser reads out of the link is the quote with its white space
// folded, or its first and last words.
func FuzzTextLink(f *testing.F) {
	f.Add("The talks, well-known & dear, ended.")
	f.Add("Це «мир» — 100 % + #1,\nтак?")
	f.Add(strings.Repeat("слово за словом, ", 50))
	f.Fuzz(func(t *testing.T, quote string) {
		const page = "https://example.org/a?b#c"
		folded := strings.Join(strings.Fields(quote), " ")
		link := ask.TextLink(page, quote)
		directive, ok := strings.CutPrefix(link, page+":~:text=")
		switch {
		case folded == "" && link == "" || link == page && len(quote) > ask.LongFragment/6:
			return
		case !ok || strings.ContainsAny(directive, " #&-\"<>\n") || len(directive) > ask.MaxFragment:
			t.Fatalf("%q: %s", quote, link)
		}
		if _, err := url.Parse(link); err != nil {
			t.Fatal(err)
		}
		start, end, cut := strings.Cut(directive, ",")
		start, err := url.PathUnescape(start)
		if err != nil {
			t.Fatal(err)
		}
		end, err = url.PathUnescape(end)
		if err != nil {
			t.Fatal(err)
		}
		if !cut && start != folded || cut && (!strings.HasPrefix(folded, start+" ") || !strings.HasSuffix(folded, " "+end)) {
			t.Fatalf("%q is decoded as %q, %q", folded, start, end)
		}
	})
}

func TestBlockedQuotes(t *testing.T) {
	const question = "Who opened the secret bridge?"
	change := map[string]func(fstest.MapFS, string){
		"edited":    func(f fstest.MapFS, p string) { f[p] = bottest.Page(strings.ToUpper(string(f[p].Data[70:]))) },
		"shortened": func(f fstest.MapFS, p string) { f[p] = &fstest.MapFile{Data: f[p].Data[:80]} },
		"deleted":   func(f fstest.MapFS, p string) { delete(f, p) },
	}
	for name, change := range change {
		t.Run(name, func(t *testing.T) {
			files := fstest.MapFS{"a.md": bottest.Page("The captain opened the bridge. He wore a hat."), "b.md": bottest.Page("Crowds cheered.\n\nNobody else said anything.")}
			f := bottest.Loaded(t, files)
			var log bytes.Buffer
			b := bottest.New(bottest.Config{Searcher: f, Library: f, Config: bot.Config{Logger: slog.New(slog.NewTextHandler(&log, nil))}})

			// A further quote is left out.
			f.Found.Confidence = 1
			f.Found.Hits = []index.Hit{f.Hit("b", 0, 0, 9), f.Hit("a", 0, 0, 9), f.Hit("b", 1, 0, 9)}
			change(files, "a.md")
			r := b.Handle(context.Background(), bottest.InPrivate(question))
			if got := bottest.TextsOf(r); r.Kind != bot.KindAnswer || !strings.Contains(got, "Crowds cheered.") || !strings.Contains(got, "Nobody else") || strings.Contains(strings.ToLower(got), "captain") {
				t.Errorf("with a further quote blocked: %+v", r)
			}
			if b.Blocked() != 1 {
				t.Errorf("blocked %d", b.Blocked())
			}

			// Without the lead there is no answer, nor a nearest passage.
			for _, confidence := range []float64{1, 0} {
				f.Found.Confidence = confidence
				f.Found.Hits = []index.Hit{f.Hit("a", 0, 0, 9), f.Hit("b", 0, 0, 9)}
				r = b.Handle(context.Background(), bottest.InPrivate(question))
				if got := bottest.TextsOf(r); r.Kind != bot.KindError || !strings.Contains(got, "“a”") || !strings.Contains(got, "changed") || strings.Contains(got, "Crowds") {
					t.Errorf("with the lead blocked: %+v", r)
				}
			}
			a, err := b.Ask(context.Background(), question, nil)
			var ue *bot.UserError
			if !errors.As(err, &ue) || ue.Message != "source_changed" || len(a.Quotes)+len(a.Nearest) > 0 {
				t.Errorf("Ask: %+v, %v", a, err)
			}

			// A search shows what can still be shown, and says so when nothing can.
			r = b.Handle(context.Background(), bottest.InPrivate("/search bridge"))
			if got := bottest.TextsOf(r); r.Kind != bot.KindNotice || !strings.Contains(got, "Crowds cheered.") {
				t.Errorf("search: %+v", r)
			}
			f.Found.Hits = f.Found.Hits[:1]
			if r = b.Handle(context.Background(), bottest.InPrivate("/search bridge")); r.Kind != bot.KindError || !strings.Contains(bottest.TextsOf(r), "changed") {
				t.Errorf("search: %+v", r)
			}
			if r = b.Handle(context.Background(), bottest.InPrivate("/source a")); r.Kind != bot.KindError || !strings.Contains(bottest.TextsOf(r), "changed") {
				t.Errorf("source: %+v", r)
			}

			if n := strings.Count(log.String(), "quote blocked"); int64(n) != b.Blocked() || n < 6 {
				t.Errorf("%d lines of the log for %d blocked quotes", n, b.Blocked())
			}
			for _, s := range []string{"secret", "Secret", "captain", "CAPTAIN"} {
				if strings.Contains(log.String(), s) {
					t.Errorf("%q stands in the log:\n%s", s, log.String())
				}
			}
		})
	}
}

// TestVerbatim holds the promise for random corpora and whatever a Searcher
// finds in them: all that is quoted stands in the stored file where the reply
// says, before and after the file is edited.
func TestVerbatim(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	pick := func(list ...string) string { return list[rng.IntN(len(list))] }
	prose := func() string {
		var b strings.Builder
		for range 1 + rng.IntN(30) {
			b.WriteString(pick("The talks", "Міст", "«Так»", "ß—", "👩‍👩‍👧", "e\u0301", "**bold**", "<b>", "No. 5", "z. B."))
			b.WriteString(pick(" ", ". ", "! ", "?\r\n", "\n\n", ".\n- ", "\n> ", ", ", "… ", " <!-- x --> ", "\r"))
		}
		return b.String() + "The end."
	}
	asked, quoted, blocked := 0, 0, int64(0)
	for range 300 {
		files := fstest.MapFS{}
		for i := range 1 + rng.IntN(4) {
			body := prose()
			if rng.IntN(2) == 0 {
				body = pick("", "\uFEFF") + "---\ntitle: Talks\n---\n" + body
			}
			files[fmt.Sprintf("%d.%s", i, pick("md", "txt"))] = &fstest.MapFile{Data: []byte(body)}
		}
		c, _, err := corpus.Load(context.Background(), files, corpus.Aliases{})
		if err != nil {
			t.Fatal(err)
		}
		f := &bottest.FakeSearcher{Texts: c, Found: index.Result{Confidence: rng.Float64(), Searched: index.Scope{Texts: len(c.Texts())}}}
		for range rng.IntN(15) {
			x := c.Texts()[rng.IntN(len(c.Texts()))]
			p := rng.IntN(len(x.Passages))
			f.Found.Hits = append(f.Found.Hits, f.Hit(x.ID, p, rng.IntN(len(x.Passages[p].Sentences)), 10-rng.Float64()))
		}
		b := bottest.New(bottest.Config{Searcher: f, Library: f})
		check := func() {
			a, err := b.Ask(context.Background(), "What about it?", nil)
			if err != nil && !errors.Is(err, corpus.ErrChanged) && !errors.Is(err, fs.ErrNotExist) {
				t.Fatal(err)
			}
			if len(a.Quotes) > ask.MaxQuotes || len(a.Quotes) > 0 != a.Answered || len(a.Nearest) > 1 {
				t.Fatalf("%+v", a)
			}
			asked++
			for _, q := range append(a.Quotes, a.Nearest...) {
				x, _ := c.Text(q.Source.ID)
				if stored := string(files[x.Path].Data); stored[q.Start:q.End] != q.Text || q.Text == "" {
					t.Fatalf("%q is not at bytes %d to %d of %q", q.Text, q.Start, q.End, stored)
				}
				quoted++
			}
			for _, text := range []string{"What about it?", "it", "/search it", "/source 0", "/source 1"} {
				for _, block := range b.Handle(context.Background(), bottest.InPrivate(text)).Blocks {
					cite, ok := block.(bot.Cite)
					if !ok {
						continue
					}
					stands := false
					for _, file := range files {
						stands = stands || strings.Contains(string(file.Data), cite.Text)
					}
					if !stands {
						t.Fatalf("%q stands in no file", cite.Text)
					}
				}
			}
		}
		check()
		for name, file := range files {
			switch data := bytes.Clone(file.Data); rng.IntN(4) {
			case 0:
				data[rng.IntN(len(data))] = 'X'
				files[name] = &fstest.MapFile{Data: data}
			case 1:
				files[name] = &fstest.MapFile{Data: data[:rng.IntN(len(data))]}
			case 2:
				at := rng.IntN(len(data))
				files[name] = &fstest.MapFile{Data: append(data[:at:at], append([]byte("not "), data[at:]...)...)}
			}
		}
		check()
		blocked += b.Blocked()
	}
	if asked < 600 || quoted < 300 || blocked < 100 {
		t.Errorf("of %d questions came %d quotes, %d were blocked: the test is too easy", asked, quoted, blocked)
	}
}
