package ingest

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	xunicode "golang.org/x/text/encoding/unicode"
)

const filler = " The harbour master told reporters that the ferries would run again from Monday, and that nobody on the island had gone without bread."

// TestWordsAsMeant reads pages whose markup changes what the words say.
func TestWordsAsMeant(t *testing.T) {
	for name, tt := range map[string]struct{ html, want string }{
		"a power of ten":           {"The quay cost 10<sup>7</sup> crowns.", "The quay cost 10⁷ crowns."},
		"a unit's power":           {"It covers 40 km<sup>2</sup> of sea.", "It covers 40 km² of sea."},
		"a formula":                {"The air holds CO<sub>2</sub> too.", "The air holds CO₂ too."},
		"the mark of a note":       {"The quay is old.<sup>4</sup> It leans.", "The quay is old. It leans."},
		"a mark that is a link":    {`The quay<sup><a href="#n1">[1]</a></sup> leans.`, "The quay leans."},
		"a mark behind a year":     {"It was built in 1934<sup>2</sup> by hand.", "It was built in 1934 by hand."},
		"letters above the line":   {"The 21<sup>st</sup> ferry came.", "The 21st ferry came."},
		"what was taken back":      {"It opens on <del>Friday</del> <ins>Saturday</ins>.", "It opens on Saturday."},
		"what is struck":           {"It costs <s>90</s> 70 crowns.", "It costs 70 crowns."},
		"how a word is read":       {"The sign said <ruby>港<rp>(</rp><rt>minato</rt><rp>)</rp></ruby> in red.", "The sign said 港 in red."},
		"what screen readers read": {`The quay <span class="sr-only">opens in a new window</span> leans.`, "The quay leans."},
		"what is not shown":        {`The quay <span style="display: none">shaky </span>leans.`, "The quay leans."},
	} {
		page := "<html lang=en><title>Quay</title><body><article><h1>Quay</h1><p>" + tt.html + filler + "</p><p>" + strings.Repeat(filler, 4) + "</p></article>"
		d := readPage(t, page, "text/html; charset=utf-8")
		if got := strings.Join(strings.Fields(proseOf(d.Blocks)), " "); !strings.HasPrefix(got, tt.want) {
			t.Errorf("%s:\n got %.120s\nwant %s", name, got, tt.want)
		}
	}
}

// TestPublished reads days of publication that are written in rarer ways, and
// passes over those of something else.
func TestPublished(t *testing.T) {
	for name, tt := range map[string]struct{ head, body, want string }{
		"a zone of half an hour":       {`<meta property="article:published_time" content="2024-03-05T08:00:00+04:30">`, "", "2024-03-05T08:00:00+04:30"},
		"a zone of a quarter":          {`<meta property="article:published_time" content="2024-03-05T08:00:00+05:45">`, "", "2024-03-05T08:00:00+05:45"},
		"a zone west of London":        {`<meta property="article:published_time" content="2024-03-05T08:00:00-03:30">`, "", "2024-03-05T08:00:00-03:30"},
		"a time of something else":     {"", `<aside><time datetime="2009-02-03">then</time></aside>`, ""},
		"of the page":                  {`<script type="application/ld+json">{"@type":"WebPage","datePublished":"2024-03-05"}</script>`, "", "2024-03-05"},
		"of an article in broken JSON": {`<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2024-03-05",}</script>`, "", "2024-03-05"},
	} {
		d := readPage(t, "<html lang=en><head><title>Quay</title>"+tt.head+"</head><body>"+tt.body+"<article><h1>Quay</h1><p>"+strings.Repeat(filler, 5)+"</p></article>", "text/html; charset=utf-8")
		if got := d.Published.String(); got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
		if err := d.Check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestRightArticle reads pages that show more than one article, or none.
func TestRightArticle(t *testing.T) {
	long := strings.Repeat(" Fishermen on the other shore mended nets, sang, drank and waited, as they had for years, for the wind to turn.", 12)
	two := "<html lang=en><title>Quay</title><body><article><h1>Quay</h1><p>The quay leans, the harbour master said on Monday in town.</p></article><article><h2>Nets</h2><p>" + long + "</p></article>"
	if d := readPage(t, two, "text/html"); !strings.Contains(proseOf(d.Blocks), "The quay leans") || strings.Contains(proseOf(d.Blocks), "mended nets") {
		t.Errorf("two articles: %.200s", proseOf(d.Blocks))
	}
	notice := "<p>Your browser is out of date. Please update your browser.</p>"
	told := `<script type="application/ld+json">{"@type":"NewsArticle","headline":"Quay","articleBody":"` + strings.Repeat("The quay leans and will be closed. ", 10) + `"}</script>`
	if d := readPage(t, "<html lang=en><head><title>Quay</title>"+told+"</head><body>"+notice, "text/html"); !strings.Contains(proseOf(d.Blocks), "The quay leans") {
		t.Errorf("told to programs: %.200s", proseOf(d.Blocks))
	}
	_, err := plainReader.Read(ctx, File{Name: "x.html", Type: "text/html", Body: []byte("<html lang=en><title>Quay</title><body><article>" + notice + "</article>")})
	if err == nil || CodeOf(err) != NoText {
		t.Errorf("a notice alone: %v", err)
	}
}

// TestDeclaredLetters reads pages in encodings that they declare, in languages
// that are known and in one that is not.
func TestDeclaredLetters(t *testing.T) {
	page := func(meta, words string) string {
		return "<html><head>" + meta + "<title>x</title></head><body><article><p>" + strings.Repeat(words+" ", 8) + "</p></article>"
	}
	for name, tt := range map[string]struct {
		to              *charmap.Charmap
		meta, typ, text string
	}{
		"Russian by meta":           {charmap.Windows1251, `<meta charset="windows-1251">`, "text/html", "Паром отменили, сообщил начальник порта в понедельник, и никто не возражал."},
		"German by http-equiv":      {charmap.ISO8859_1, `<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">`, "text/html", "Die Fähre fährt nicht, sagte der Hafenmeister am Montag, und die Bäcker hörten es gern."},
		"Bulgarian by the header":   {charmap.Windows1251, "", "text/html; charset=windows-1251", "Фериботът беше спрян, каза началникът на пристанището, и хората останаха на острова."},
		"Czech by the header":       {charmap.Windows1250, "", "text/html; charset=windows-1250", "Přívoz nejede, řekl v pondělí správce přístavu, a lidé zůstali na ostrově."},
		"meta behind a long script": {charmap.Windows1251, "<script>" + strings.Repeat("x", 3000) + `</script><meta charset="windows-1251">`, "text/html", "Паром отменили, сообщил начальник порта в понедельник, и никто не возражал."},
	} {
		body, err := tt.to.NewEncoder().String(page(tt.meta, tt.text))
		if err != nil {
			t.Fatal(err)
		}
		if d := readPage(t, body, tt.typ); !strings.Contains(proseOf(d.Blocks), tt.text) {
			t.Errorf("%s: %.200s", name, proseOf(d.Blocks))
		}
	}
}

// TestFeedLetters reads feeds in UTF-16, and in an encoding that only the header
// tells, whose items have no link but their permalink.
func TestFeedLetters(t *testing.T) {
	const feed = `<?xml version="1.0" encoding="ENC"?><rss version="2.0"><channel><title>Гавань</title>` +
		`<item><title>Паром отменили, сообщил начальник порта</title><guid isPermaLink="true">https://example.org/1</guid></item></channel></rss>`
	utf16, err := xunicode.UTF16(xunicode.LittleEndian, xunicode.UseBOM).NewEncoder().String(strings.Replace(feed, "ENC", "utf-16", 1))
	if err != nil {
		t.Fatal(err)
	}
	w1251, err := charmap.Windows1251.NewEncoder().String(strings.Replace(feed, ` encoding="ENC"`, "", 1))
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]File{
		"UTF-16":     {Name: "https://example.org/feed", URL: "https://example.org/feed", Body: []byte(utf16)},
		"the header": {Name: "https://example.org/feed", URL: "https://example.org/feed", Type: "application/rss+xml; charset=windows-1251", Body: []byte(w1251)},
	} {
		got, err := readFeed(f)
		if err != nil || got.Title != "Гавань" || len(got.Items) != 1 || got.Items[0].URL != "https://example.org/1" {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}
