package ingest

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

func TestWrongTypes(t *testing.T) {
	for name, f := range map[string]File{
		"PNG":               {Name: "a.pdf", Body: []byte("\x89PNG\r\n\x1a\n....")},
		"old Word":          {Name: "a.doc", Body: []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1....")},
		"RTF":               {Name: "a.rtf", Body: []byte(`{\rtf1 x}`)},
		"gzip":              {Name: "a.txt", Body: []byte("\x1F\x8B\x08....")},
		"OpenDocument":      {Name: "a.odt", Body: archive(t, "mimetype", "application/vnd.oasis.opendocument.text")},
		"zip":               {Name: "a.zip", Body: archive(t, "a.txt", "x")},
		"JSON":              {Name: "https://example.org/a", Type: "application/json", Body: []byte(`{"a": 1}`)},
		"feed":              {Name: "https://example.org/a", Body: []byte(`<?xml version="1.0"?><rss><channel/></rss>`)},
		"UTF-16 feed":       {Name: "a.xml", Body: []byte("\xFF\xFE" + strings.Join(strings.Split("<rss><channel/></rss>", ""), "\x00") + "\x00")},
		"commented feed":    {Name: "a.xml", Body: []byte("<!-- By a program. -->\n<!-- Of ours. -->\n<rss><channel/></rss>")},
		"a PDF that is not": {Name: "a.pdf", Body: []byte("A sentence.")},
		"bytes":             {Name: "a.txt", Body: []byte("\x01\x02\x03\x04\x05\x06\x07\x08\x0E\x0F")},
	} {
		if d, err := plainReader.Read(ctx, f); CodeOf(err) != WrongType {
			t.Errorf("%s: %+v, %v", name, d, err)
		}
	}
	for name, body := range map[string]string{"nothing": "", "white space": " \n\t\n"} {
		if d, err := plainReader.Read(ctx, File{Name: "a.txt", Body: []byte(body)}); CodeOf(err) != NoText {
			t.Errorf("%s: %+v, %v", name, d, err)
		}
	}
	if _, err := plainReader.Read(ctx, File{Name: "a.txt", Body: make([]byte, 20<<20+1)}); CodeOf(err) != TooLarge {
		t.Errorf("%v", err)
	}
}

// TestTextStaysAsItIs stores plain text and Markdown letter for letter.
func TestTextStaysAsItIs(t *testing.T) {
	for _, tt := range []struct{ name, body, stored, title string }{
		{"a.txt", "The title\r\n\r\nA sentence  with two spaces.\r\n", "The title\r\n\r\nA sentence  with two spaces.\r\n", "The title"},
		{"a.md", "# The title\n\n- One\n- Two\n\n> He *said* so. <!-- x -->\n", "# The title\n\n- One\n- Two\n\n> He *said* so. <!-- x -->\n", "The title"},
		{"a.md", "\uFEFF---\ntitle: Own\nkind: statement\npublished: 2025-12-16\n---\n\nA sentence.\n", "A sentence.\n", "Own"},
	} {
		d, err := plainReader.Read(ctx, File{Name: tt.name, Body: []byte(tt.body)})
		if err != nil {
			t.Fatal(err)
		}
		r, err := render(d)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(r.body, "---\n\n"+tt.stored) || r.text.Title != tt.title || !strings.HasSuffix(tt.name, r.ext) {
			t.Errorf("%q stored in %s: %q", tt.body, r.ext, r.body)
		}
		if tt.title == "Own" && (r.text.Kind != "statement" || r.text.Published.Day() != "2025-12-16") {
			t.Errorf("%+v", r.text)
		}
	}
	_, err := plainReader.Read(ctx, File{Name: "a.md", Body: []byte("---\npublished: soon\n---\nA sentence.")})
	if CodeOf(err) != BadField || !strings.Contains(err.Error(), `a.md: line 2: published: "soon"`) {
		t.Errorf("%v", err)
	}
}

func TestParseDate(t *testing.T) {
	for s, want := range map[string]string{
		"2025-12-16T10:30:00+02:00": "2025-12-16T10:30:00+02:00", "2025-12-16T10:30:00.123Z": "2025-12-16T10:30:00Z", "2025-12-16T10:30:00+0200": "2025-12-16T10:30:00+02:00",
		"2025-12-16T00:00:00Z": "2025-12-16", "2025-12-16T00:00:00.000+00:00": "2025-12-16", "Tue, 16 Dec 2025 00:00:00 GMT": "2025-12-16", "2025-12-16T00:00:00+02:00": "2025-12-16T00:00:00+02:00",
		"2025-12-16": "2025-12-16", "2025-12-16T10:30:00": "2025-12-16", "2025-12-16 10:30": "2025-12-16", "20251216": "2025-12-16",
		"Tue, 16 Dec 2025 10:30:00 +0200": "2025-12-16T10:30:00+02:00", "Tue, 16 Dec 2025 10:30:00 GMT": "2025-12-16T10:30:00Z",
		"16.12.2025": "2025-12-16", "4.11.2026, 09:15": "2026-11-04", "04.11.2026": "2026-11-04",
		"16 грудня 2025": "2025-12-16", "Вівторок, 16 грудня 2025, 10:30": "2025-12-16", "3 липня 2025 р.": "2025-07-03", "1 листопада 2025": "2025-11-01", "5 травня 2025": "2025-05-05",
		"16 декабря 2025 г.": "2025-12-16", "9 мая 2025": "2025-05-09", "8 марта 2025": "2025-03-08", "Dec 16, 2025": "2025-12-16", "Tuesday, December 16th, 2025": "2025-12-16", "16 December 2025": "2025-12-16",
		"16. Dezember 2025": "2025-12-16", "1. März 2025": "2025-03-01", "Dienstag, 6. Mai 2025": "2025-05-06", "16 décembre 2025": "2025-12-16", "1er août 2025": "2025-08-01", "14 juillet 2025": "2025-07-14",
		"16 de diciembre de 2025": "2025-12-16", "martes, 3 de enero de 2025": "2025-01-03", "16 grudnia 2025": "2025-12-16", "4 lipca 2025": "2025-07-04", "11 listopada 2025": "2025-11-11", "3 maja 2025": "2025-05-03",
		"16 decembrie 2025": "2025-12-16", "5 iulie 2025": "2025-07-05", "16 dicembre 2025": "2025-12-16", "2 giugno 2025": "2025-06-02", "3 luglio 2025": "2025-07-03",
		"": "", "yesterday": "", "04/11/2026": "", "31 лютого 2025": "", "0001-01-01T00:00:00Z": "", "1970-01-01T00:00:00Z": "", "2025": "", "16 foo 2025": "", "next Friday": "", "12345": "",
		strings.Repeat("1 May 2025 ", 40): "",
	} {
		d, ok := parseDate(s)
		if d.String() != want || ok != (want != "") {
			t.Errorf("%q: %q, %v, want %q", s, d, ok, want)
		}
	}
}

func TestFeeds(t *testing.T) {
	base := "https://example.org/feeds/main"
	want := []FeedItem{
		{Title: "Second & last", URL: "https://example.org/2"},
		{Title: "First", URL: "https://other.example/1?id=1"},
	}
	want[0].Published, _ = parseDate("2025-12-16T10:30:00+02:00")
	want[1].Published, _ = parseDate("2025-12-15T00:00:00Z")
	for name, body := range map[string]string{
		"RSS": `<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>The Post</title><link>https://example.org/</link>
<item><title>First</title><link>https://other.example/1?id=1&amp;utm_source=rss</link><pubDate>Mon, 15 Dec 2025 00:00:00 GMT</pubDate></item>
<item><title>Second &amp; last</title><link>/2</link><pubDate>Tue, 16 Dec 2025 10:30:00 +0200</pubDate></item>
<item><title>No link</title></item><item><title>Bad</title><link>javascript:alert(1)</link></item><item><title>Worse</title><link>file:///etc/passwd</link></item></channel></rss>`,
		"Atom": `<feed xmlns="http://www.w3.org/2005/Atom"><title>The Post</title>
<entry><title>First</title><link rel="alternate" href="https://other.example/1?id=1"/><published>2025-12-15T00:00:00Z</published></entry>
<entry><title>Second &amp; last</title><link href="/2"/><updated>2025-12-16T10:30:00+02:00</updated></entry></feed>`,
		"JSON Feed": `{"version":"https://jsonfeed.org/version/1.1","title":"The Post","items":[
{"id":"1","title":"First","url":"https://other.example/1?id=1","date_published":"2025-12-15T00:00:00Z"},
{"id":"2","title":"Second & last","url":"https://example.org/2","date_published":"2025-12-16T10:30:00+02:00"}]}`,
	} {
		f, err := readFeed(File{Name: base, URL: base, Body: []byte(body)})
		if err != nil {
			t.Errorf("%s: %v (%v)", name, err, errors.Unwrap(err))
			continue
		}
		if f.Title != "The Post" || !reflect.DeepEqual(f.Items, want) {
			t.Errorf("%s:\n got %+v\nwant %+v", name, f.Items, want)
		}
	}
	for name, body := range map[string]string{
		"no feed":        "A sentence.",
		"billion laughs": `<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><rss><channel><title>&b;</title></channel>`,
		"cut":            `<rss><channel><item><title>`,
		"":               "",
	} {
		if f, err := readFeed(File{Name: base, Body: []byte(body)}); err == nil && len(f.Items) > 0 || err != nil && CodeOf(err) != Damaged {
			t.Errorf("%s: %+v, %v", name, f, err)
		}
	}
}

func TestSketch(t *testing.T) {
	words := make([]string, 400)
	for i := range words {
		words[i] = string(rune('а'+i%30)) + string(rune('а'+i*7%29)) + string(rune('а'+i*i%31))
	}
	whole := sketchOf(strings.Join(words, " "))
	every := func(n int) string {
		changed := append([]string(nil), words...)
		for i := 0; i < len(changed); i += n {
			changed[i] = "інше"
		}
		return strings.Join(changed, ", ")
	}
	for _, tt := range []struct {
		name, text string
		low, high  float64
	}{
		{"the same", strings.ToUpper(strings.Join(words, "\n")), 1, 1},
		{"the first half", strings.Join(words[:200], " "), .95, 1},
		{"a word in twenty", every(20), .7, .9},
		{"a word in four", every(4), 0, .1},
		{"another text", strings.Repeat("зовсім інший текст про гавань і пором ", 60), 0, .05},
		{"too short", strings.Join(words[:10], " "), 0, 0},
	} {
		if got := whole.share(sketchOf(tt.text)); got < tt.low || got > tt.high {
			t.Errorf("%s: share %.2f, want %.2f to %.2f", tt.name, got, tt.low, tt.high)
		}
	}
}

func TestCopies(t *testing.T) {
	dir := t.TempDir()
	f := openFolder(t, dir)
	agency := "The harbour of Lunden opens to visitors in May, its keeper told the agency on Tuesday. The ferry will cost seven crowns, the captain said, and it leaves at noon on every day but Sunday, when all of the crew goes to church with their families. Two cranes were put up last winter."
	add(t, f, page("https://a.example/1", "One", agency), AddOptions{})
	add(t, f, page("https://b.example/1", "Other", "Nothing that was said here has to do with ships, and nobody would take it for a copy of anything, however long they look at it in the evening light."), AddOptions{})
	r := add(t, f, page("https://c.example/1", "Two", strings.Replace(agency, "Tuesday", "Wednesday", 1), "And some more was said."), AddOptions{})
	if r.Outcome != New || len(r.Copies) != 1 || r.Copies[0].ID != "one" || r.Copies[0].Share < .7 {
		t.Errorf("%+v", r)
	}
	entries, err := f.List(ctx)
	if err != nil || len(entries) != 3 || entries[2].ID != "two" || !reflect.DeepEqual(entries[2].Copies, r.Copies) {
		t.Errorf("%+v, %v", entries, err)
	}
}
