package ingest

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	xunicode "golang.org/x/text/encoding/unicode"
)

// newsPage is a page as news sites make them: the article among menus, notices,
// advertisements and links to others.
const newsPage = `<!DOCTYPE html>
<html lang="uk"><head><meta charset="utf-8">
<title>Переговори в Берліні тривали два дні - Вечірня газета</title>
<link rel="canonical" href="https://gazeta.example/news/berlin-talks">
<meta property="og:title" content="Переговори в Берліні"><meta property="og:site_name" content="gazeta.example">
<meta property="article:published_time" content="2025-12-15T00:00:00Z">
<script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":"WebSite","name":"Сайт"},
{"@type":["NewsArticle"],"headline":"Переговори в&nbsp;Берліні тривали два дні","datePublished":"2025-12-16T10:30:00+02:00","inLanguage":"uk",
"publisher":{"@type":"Organization","name":"Вечірня газета"}}]}</script>
<style>p{color:red}</style></head>
<body class="news">
<header><a href="/">Вечірня газета</a><nav><ul><li><a href="/a">Політика</a></li><li><a href="/b">Економіка</a></li></ul></nav></header>
<div class="cookie-consent"><p>Ми використовуємо файли cookie, щоб сайт працював краще.</p><button>Гаразд</button></div>
<main><article>
<h1>Переговори в Берліні тривали два дні</h1>
<time datetime="2025-12-16T10:30:00+02:00">16 грудня, 10:30</time>
<figure><img src="x.jpg" alt="Фото"><figcaption>Фото: агентство</figcaption></figure>
<p>Делегації двох країн зустрілися в&nbsp;неділю в <a href="/berlin">Берліні</a> й <b>говорили</b> дві го&shy;дини, повідомив речник канцлера.</p>
<p>– Ми не підпишемо жодного документа без гарантій, – сказав міністр.<br>Про це він заявив журналістам.</p>
<div class="read-also"><p>Читайте також: <a href="/other">Що буде з цінами на пальне</a></p></div>
<p>Читайте також: <a href="/other2">Хто прийде на вибори</a></p>
<h2>Про що говорили</h2>
<ul><li>гарантії безпеки;</li><li><p>обмін полоненими.</p></li></ul>
<blockquote><p>«Ми близько до угоди», – додав він.</p></blockquote>
<table><tr><th>День</th><th>Годин</th></tr><tr><td>Неділя</td><td>5</td></tr></table>
<script>var x = "Текст програми.";</script>
<p>Наступна зустріч відбудеться у Варшаві в січні, якщо сторони погодять дату до кінця тижня, сказав він наприкінці.</p>
</article></main>
<aside><h3>Найпопулярніше</h3><ul><li><a href="/1">Курс валют на завтра</a></li><li><a href="/2">Погода у столиці</a></li></ul></aside>
<div class="newsletter"><p>Підпишіться на нашу розсилку.</p></div>
<footer><p>© 2025 Вечірня газета. Усі права захищено.</p></footer>
</body></html>`

var newsBlocks = []Block{
	{Text: "Делегації двох країн зустрілися в\u00A0неділю в Берліні й говорили дві години, повідомив речник канцлера."},
	{Text: "– Ми не підпишемо жодного документа без гарантій, – сказав міністр. Про це він заявив журналістам."},
	{Form: Heading, Text: "Про що говорили", Level: 2},
	{Form: Item, Text: "гарантії безпеки;", Start: true},
	{Form: Item, Text: "обмін полоненими."},
	{Text: "«Ми близько до угоди», – додав він."},
	{Form: Row, Cells: []string{"День", "Годин"}, Start: true},
	{Form: Row, Cells: []string{"Неділя", "5"}},
	{Text: "Наступна зустріч відбудеться у Варшаві в січні, якщо сторони погодять дату до кінця тижня, сказав він наприкінці."},
}

var plainReader = NewReader(ReaderOptions{Now: start().now})

func readPage(t *testing.T, body, contentType string) *Document {
	t.Helper()
	d, err := plainReader.Read(ctx, File{Name: "https://gazeta.example/x?utm_source=a", URL: "https://www.gazeta.example/x", Type: contentType, Body: []byte(body)})
	if err != nil {
		t.Fatal(err, errors.Unwrap(err))
	}
	return d
}

func checkNews(t *testing.T, d *Document) {
	t.Helper()
	for i, b := range d.Blocks {
		if i >= len(newsBlocks) || !reflect.DeepEqual(b, newsBlocks[i]) {
			t.Errorf("block %d: %+v", i, b)
		}
	}
	if len(d.Blocks) != len(newsBlocks) {
		t.Errorf("%d blocks, want %d", len(d.Blocks), len(newsBlocks))
	}
	if d.Title != "Переговори в\u00A0Берліні тривали два дні" || d.Publisher != "Вечірня газета" || d.Language != "uk" ||
		d.Published.String() != "2025-12-16T10:30:00+02:00" || d.URL != "https://gazeta.example/news/berlin-talks" {
		t.Errorf("%+v", d.Fields)
	}
}

func TestNewsPage(t *testing.T) { checkNews(t, readPage(t, newsPage, "text/html; charset=utf-8")) }

// TestNewsPageEncodings reads the page in the encodings that are met, declared
// in each way, wrongly or not at all.
func TestNewsPageEncodings(t *testing.T) {
	in := func(name string, to func(string) (string, error)) string {
		s, err := to(newsPage)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return s
	}
	withoutMeta := strings.Replace(newsPage, `<meta charset="utf-8">`, "", 1)
	to1251 := func(s string) string {
		out, err := charmap.Windows1251.NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	toKOI := func(s string) string {
		// KOI8-U has no guillemets of its own and no dash.
		out, err := charmap.KOI8U.NewEncoder().String(strings.NewReplacer("«", "\"", "»", "\"", "–", "-").Replace(s))
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	utf16 := in("UTF-16", xunicode.UTF16(xunicode.LittleEndian, xunicode.UseBOM).NewEncoder().String)
	for _, tt := range []struct{ name, body, contentType string }{
		{"windows-1251 by the header", to1251(withoutMeta), "text/html; charset=windows-1251"},
		{"windows-1251 by meta", to1251(strings.Replace(newsPage, "utf-8", "windows-1251", 1)), "text/html"},
		{"windows-1251 by nothing", to1251(withoutMeta), "text/html"},
		{"windows-1251 that says UTF-8", to1251(newsPage), "text/html; charset=utf-8"},
		{"windows-1251 that says Latin 1", to1251(withoutMeta), "text/html; charset=iso-8859-1"},
		{"UTF-8 that says windows-1251", newsPage, "text/html; charset=windows-1251"},
		{"UTF-8 by an XML declaration", "<?xml version='1.0' encoding='utf-8'?>" + withoutMeta, ""},
		{"UTF-16", utf16, "text/html"},
		{"UTF-16 without a mark", utf16[2:], "text/html"},
		{"UTF-8 with a mark", "\uFEFF" + newsPage, "text/html; charset=windows-1251"},
	} {
		t.Run(tt.name, func(t *testing.T) { checkNews(t, readPage(t, tt.body, tt.contentType)) })
	}
	for _, contentType := range []string{"text/html; charset=koi8-u", "text/html"} {
		d := readPage(t, toKOI(withoutMeta), contentType)
		if got, want := d.Blocks[0].Text, newsBlocks[0].Text; got != want || d.Language != "uk" {
			t.Errorf("%s: %q, want %q", contentType, got, want)
		}
	}
}

func TestEncodingRefused(t *testing.T) {
	doubledUp, err := charmap.Windows1252.NewDecoder().String(strings.NewReplacer("А", "а", "И", "и", "Р", "р", "С", "с").Replace("Делегаців двох країн зустрілися в неділю в столиці"))
	if err != nil {
		t.Fatal(err)
	}
	for name, body := range map[string]string{
		"replacement characters": strings.Repeat("Де\uFFFDга\uFFFDії двох країн. ", 20),
		"garbled before":         doubledUp,
		"no encoding at all":     strings.Repeat("x\xfe\xff\xfa x\xf0\x80 ", 40),
	} {
		if d, err := plainReader.Read(ctx, File{Name: "a.txt", Body: []byte(body)}); CodeOf(err) != Encoding {
			t.Errorf("%s: %+v, %v", name, d, err)
		}
	}
	// One lost letter in a long text is told.
	d, err := plainReader.Read(ctx, File{Name: "a.txt", Body: []byte(strings.Repeat("Делегації двох країн зустрілися. ", 40) + "\uFFFD")})
	if err != nil || len(d.Notes) != 1 || !strings.Contains(d.Notes[0], "1 of its letters") {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestHTML(t *testing.T) {
	wrap := func(body string) string {
		return "<html><body><article><h1>The title</h1>" + body + "<p>" + strings.Repeat("The harbour of Lunden is old, the keeper said. ", 8) + "</p></article></body></html>"
	}
	last := Block{Text: strings.TrimSpace(strings.Repeat("The harbour of Lunden is old, the keeper said. ", 8))}
	for _, tt := range []struct {
		name, body string
		want       []Block
	}{
		{"inline elements", "<p>It <i>op</i>ened in<br/>1871, <span>he</span>\n said.<!-- no --></p>", []Block{{Text: "It opened in 1871, he said."}}},
		{"two breaks", "<p>The first paragraph is here.<br><br>The second paragraph is here.</p>", []Block{{Text: "The first paragraph is here."}, {Text: "The second paragraph is here."}}},
		{"quotation", "<p>He said: <q>We go.</q> They went.</p>", []Block{{Text: "He said: “We go.” They went."}}},
		{"entities", "<p>A&amp;B &lt;c&gt; &#1111; &hellip; d.</p>", []Block{{Text: "A&B <c> ї … d."}}},
		{"directions are taken out", "<p>The sum is \u202E1781\u202C crowns.</p>", []Block{{Text: "The sum is 1781 crowns."}}},
		{"nested list", "<ul><li>One is here.<ul><li>Two is here.</li></ul></li><li>Three is here.</li></ul>", []Block{
			{Form: Item, Text: "One is here.", Start: true}, {Form: Item, Text: "Two is here.", Start: true}, {Form: Item, Text: "Three is here."}}},
		{"preformatted", "<pre>A line\nof text.\n\nAnother.</pre>", []Block{{Text: "A line of text."}, {Text: "Another."}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := readPage(t, wrap(tt.body), "text/html")
			if want := append(tt.want, last); !reflect.DeepEqual(d.Blocks, want) {
				t.Errorf("\n got %+v\nwant %+v", d.Blocks, want)
			}
			if d.Title != "The title" || d.Publisher != "gazeta.example" {
				t.Errorf("%+v", d.Fields)
			}
		})
	}
}

func TestHTMLRefused(t *testing.T) {
	for name, tt := range map[string]struct {
		body string
		code Code
	}{
		"empty":             {"<html><body></body></html>", NoText},
		"programs only":     {"<html><body><div id=app></div><script>app()</script></body></html>", NoText},
		"nested too deep":   {"<html><body>" + strings.Repeat("<div>", 100_000) + "x", TooLarge},
		"nested deep":       {"<html><body>" + strings.Repeat("<div>", 10_000) + "x", Damaged},
		"too many elements": {"<html><body>" + strings.Repeat("<p>x", maxElements+1), TooLarge},
		"endless tag":       {"<html><body><p title='" + strings.Repeat("x", maxToken+1), TooLarge},
	} {
		if d, err := plainReader.Read(ctx, File{Name: "a.html", Body: []byte(tt.body)}); CodeOf(err) != tt.code {
			t.Errorf("%s: %+v, %v", name, d, err)
		}
	}
}

func TestMeta(t *testing.T) {
	article := "<article><p>" + strings.Repeat("The harbour of Lunden is old, the keeper said. ", 8) + "</p></article>"
	for _, tt := range []struct{ name, head, title, published string }{
		{"Open Graph", `<meta property="og:title" content="T"><meta property="article:published_time" content="2025-12-16T10:30:00Z">`, "T", "2025-12-16T10:30:00Z"},
		{"microdata", `<title>T</title><meta itemprop="datePublished" content="2025-12-16">`, "T", "2025-12-16"},
		{"Dublin Core", `<meta name="DC.title" content="T"><meta name="DC.date.issued" content="2025-12-16">`, "T", "2025-12-16"},
		{"broken JSON-LD", `<title>T</title><script type="application/ld+json">{"@type":"NewsArticle",</script>`, "T", ""},
		{"JSON-LD of odd types", `<title>T</title><script type="application/ld+json">[1,{"@type":7,"@graph":"x"},{"@type":"NewsArticle","headline":["U"],"publisher":[3],"datePublished":5}]</script>`, "U", ""},
		{"a list in JSON-LD", `<script type="application/ld+json">[{"@type":"BreadcrumbList"},{"@type":"BlogPosting","headline":"T","datePublished":"Tue, 16 Dec 2025 10:30:00 +0200"}]</script>`, "T", "2025-12-16T10:30:00+02:00"},
		{"the future", `<title>T</title><meta name="date" content="2031-01-01">`, "T", ""},
		{"shown to people", `<title>T</title><time>16 грудня 2025 р.</time>`, "T", "2025-12-16"},
	} {
		d := readPage(t, "<html><head>"+tt.head+"</head><body>"+article+"</body></html>", "text/html")
		if d.Title != tt.title || d.Published.String() != tt.published {
			t.Errorf("%s: %q, %s", tt.name, d.Title, d.Published)
		}
	}
}

// FuzzHTML holds that whatever page comes, it is refused or can be stored, and
// that nothing of a program in it becomes text.
func FuzzHTML(f *testing.F) {
	f.Add(newsPage)
	f.Add("<p>" + strings.Repeat("A sentence. ", 30))
	f.Add("<table><tr><td><p>a<p>b<td>c</table><pre>x\n\ny</pre>")
	f.Fuzz(func(t *testing.T, body string) {
		d, err := plainReader.Read(ctx, File{Name: "a.html", Type: "text/html", Body: []byte(body)})
		if err != nil {
			if CodeOf(err) == "" {
				t.Errorf("%v", err)
			}
			return
		}
		if d.Blocks == nil {
			return
		}
		if _, err := render(d); err != nil && CodeOf(err) != BadField {
			t.Errorf("%v: %v", err, errors.Unwrap(err))
		}
		for _, b := range d.Blocks {
			if strings.ContainsAny(b.Text, "\n\r\x00\u202E") {
				t.Errorf("%q", b.Text)
			}
		}
	})
}

func BenchmarkHTML(b *testing.B) {
	page := strings.Replace(newsPage, "</article>", strings.Repeat("<p>Наступна зустріч відбудеться у Варшаві в січні.</p>", 200)+"</article>", 1)
	b.SetBytes(int64(len(page)))
	for b.Loop() {
		if _, err := plainReader.Read(ctx, File{Name: "a.html", Body: []byte(page)}); err != nil {
			b.Fatal(err)
		}
	}
}

func TestWithoutSite(t *testing.T) {
	for _, tt := range []struct{ title, publisher, want string }{
		{"Ferry strike ends - The Neverland Post", "The Neverland Post", "Ferry strike ends"},
		{"Ferry strike ends | THE NEVERLAND POST", "The Neverland Post", "Ferry strike ends"},
		{"The Neverland Post — Ferry strike ends", "The Neverland Post", "Ferry strike ends"},
		{"Berlin - Paris - The Neverland Post", "The Neverland Post", "Berlin - Paris"},
		{"The Post - Berlin - Paris", "The Post", "Berlin - Paris"},
		{"Страйк завершено – Вісті", "вісті", "Страйк завершено"},
		{"Berlin - Paris", "The Neverland Post", "Berlin - Paris"},
		{"Berlin-Paris", "Paris", "Berlin-Paris"},
		{"The Neverland Post", "The Neverland Post", "The Neverland Post"},
		{"- The Neverland Post", "The Neverland Post", "- The Neverland Post"},
		{"Berlin - ", "", "Berlin - "},
		{"", "", ""},
	} {
		if got := withoutSite(tt.title, tt.publisher); got != tt.want {
			t.Errorf("%q of %q: %q, want %q", tt.title, tt.publisher, got, tt.want)
		}
	}
}
