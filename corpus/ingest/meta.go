package ingest

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"rapporteur/corpus"
)

// meta is what a page says of itself to programs.
type meta struct {
	title, publisher, canonical, language string
	published                             corpus.Date
	body                                  string // of the article, as JSON-LD has it
}

// metaOf gathers what a page says of itself. What is made for search engines
// (JSON-LD, https://schema.org/Article) is the most exact, what is made for
// social networks (Open Graph, https://ogp.me) comes next, then everything else
// that is in use.
func metaOf(root *html.Node) meta {
	var ld, og, other meta
	var shown corpus.Date // to readers
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.DataAtom {
		case atom.Script:
			if strings.EqualFold(attr(n, "type"), "application/ld+json") && n.FirstChild != nil {
				ld.fill(linked(n.FirstChild.Data))
			}
		case atom.Meta:
			og.property(n)
			other.name(n)
		case atom.Link:
			if strings.EqualFold(attr(n, "rel"), "canonical") {
				other.canonical = cmp.Or(other.canonical, attr(n, "href"))
			}
		case atom.Html:
			other.language = attr(n, "lang")
		case atom.Time:
			if !shown.IsZero() || within(n, atom.Aside, atom.Footer, atom.Nav) { // of something else
				break
			}
			if d, ok := parseDate(attr(n, "datetime")); ok {
				shown = d
			} else if n.FirstChild != nil && n.FirstChild.Type == html.TextNode {
				shown, _ = parseDate(n.FirstChild.Data)
			}
		}
		if strings.Contains(attr(n, "itemprop"), "datePublished") {
			if d, ok := parseDate(cmp.Or(attr(n, "content"), attr(n, "datetime"))); ok && other.published.IsZero() {
				other.published = d
			}
		}
	}
	m := ld
	m.fill(og)
	m.fill(other)
	m.fill(meta{published: shown})
	// The address comes from the page first: what others copy is the rest.
	m.canonical = cmp.Or(other.canonical, og.canonical, ld.canonical)
	m.title, m.publisher = clean(m.title), clean(m.publisher)
	return m
}

// fill takes from other what m does not have.
func (m *meta) fill(other meta) {
	m.title = cmp.Or(m.title, other.title)
	m.publisher = cmp.Or(m.publisher, other.publisher)
	m.canonical = cmp.Or(m.canonical, other.canonical)
	m.language = cmp.Or(m.language, other.language)
	m.published = cmp.Or(m.published, other.published)
	m.body = cmp.Or(m.body, other.body)
}

// property reads what is made for social networks.
func (m *meta) property(n *html.Node) {
	value := attr(n, "content")
	switch strings.ToLower(attr(n, "property")) {
	case "og:title":
		m.fill(meta{title: value})
	case "og:site_name":
		m.fill(meta{publisher: value})
	case "og:url":
		m.fill(meta{canonical: value})
	case "og:locale":
		m.fill(meta{language: value})
	case "article:published_time", "og:article:published_time":
		d, _ := parseDate(value)
		m.fill(meta{published: d})
	}
}

// name reads the other names in use.
func (m *meta) name(n *html.Node) {
	value := attr(n, "content")
	switch strings.ToLower(attr(n, "name")) {
	case "citation_title", "dc.title", "dcterms.title", "twitter:title":
		m.fill(meta{title: value})
	case "application-name", "citation_publisher", "dc.publisher", "dcterms.publisher":
		m.fill(meta{publisher: value})
	case "dc.language", "language":
		m.fill(meta{language: value})
	case "article:published_time", "citation_publication_date", "citation_date", "date", "dc.date", "dc.date.issued", "dcterms.created", "dcterms.date", "dcterms.issued",
		"parsely-pub-date", "pubdate", "publish-date", "publish_date", "published_time", "sailthru.date", "cxenseparse:recs:publishtime":
		d, _ := parseDate(value)
		m.fill(meta{published: d})
	}
}

// maxDepth is how deep JSON-LD is looked through: @graph, the article, its
// publisher.
const maxDepth = 6

// linked reads JSON-LD: the first thing in it that is an article.
func linked(s string) meta {
	var v any
	// Some wrap it into a comment or CDATA section.
	s = strings.TrimSpace(s)
	for _, wrap := range [][2]string{{"<!--", "-->"}, {"//<![CDATA[", "//]]>"}, {"<![CDATA[", "]]>"}} {
		s = strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(s, wrap[0]), wrap[1]))
	}
	if json.Unmarshal([]byte(s), &v) != nil {
		// Broken JSON still has its date.
		var m meta
		if found := ldPublished().FindStringSubmatch(s); found != nil {
			m.published, _ = parseDate(found[1])
		}
		return m
	}
	o := article(v, maxDepth, isArticle)
	if o == nil {
		// A page that is no article may still say when it was published.
		var m meta
		if page := article(v, maxDepth, isPage); page != nil {
			m.published, _ = parseDate(word(page["datePublished"]))
		}
		return m
	}
	m := meta{
		title:     word(o["headline"]),
		publisher: nameOf(o["publisher"]),
		language:  word(o["inLanguage"]),
		canonical: cmp.Or(word(o["url"]), identity(o["mainEntityOfPage"])),
	}
	m.title = cmp.Or(m.title, word(o["name"]))
	m.body = word(o["articleBody"])
	m.published, _ = parseDate(cmp.Or(word(o["datePublished"]), word(o["dateCreated"])))
	return m
}

var ldPublished = pattern(`"datePublished"\s*:\s*"([^"]{4,40})"`)

// isPage reports whether a type of JSON-LD is that of a web page.
func isPage(v any) bool {
	s, _ := v.(string)
	return strings.HasSuffix(s, "WebPage")
}

// within reports whether a node lies in one of the elements.
func within(n *html.Node, elements ...atom.Atom) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if slices.Contains(elements, p.DataAtom) {
			return true
		}
	}
	return false
}

// article returns the first object of JSON-LD whose type is wanted.
func article(v any, depth int, wanted func(any) bool) map[string]any {
	if depth == 0 {
		return nil
	}
	switch v := v.(type) {
	case []any:
		for _, one := range v {
			if o := article(one, depth-1, wanted); o != nil {
				return o
			}
		}
	case map[string]any:
		if wanted(v["@type"]) {
			return v
		}
		for _, key := range []string{"@graph", "mainEntity", "mainEntityOfPage"} {
			if o := article(v[key], depth-1, wanted); o != nil {
				return o
			}
		}
	}
	return nil
}

func isArticle(v any) bool {
	switch v := v.(type) {
	case string:
		v = strings.TrimPrefix(strings.TrimPrefix(v, "https://schema.org/"), "http://schema.org/")
		return strings.HasSuffix(v, "Article") || strings.HasSuffix(v, "Posting") || v == "Report" || v == "Statement" || v == "PressRelease"
	case []any:
		for _, one := range v {
			if s, ok := one.(string); ok && isArticle(s) {
				return true
			}
		}
	}
	return false
}

// word returns a text, or the first of several.
func word(v any) string {
	switch v := v.(type) {
	case string:
		return html.UnescapeString(v)
	case []any:
		if len(v) > 0 {
			if s, ok := v[0].(string); ok {
				return html.UnescapeString(s)
			}
		}
	case map[string]any:
		s, _ := v["@value"].(string)
		return s
	}
	return ""
}

// nameOf returns the name of an organisation or person.
func nameOf(v any) string {
	switch v := v.(type) {
	case map[string]any:
		return word(v["name"])
	case []any:
		if len(v) > 0 {
			return nameOf(v[0])
		}
	}
	return word(v)
}

// identity returns the address of a page.
func identity(v any) string {
	if o, ok := v.(map[string]any); ok {
		return cmp.Or(word(o["@id"]), word(o["url"]))
	}
	return word(v)
}
