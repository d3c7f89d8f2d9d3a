package ingest

import (
	"cmp"
	"slices"
	"strings"

	"github.com/mmcdole/gofeed"

	"rapporteur/corpus"
)

// maxItems is how many entries of a feed are taken at most, the newest first.
// Feeds hold 10 to 50; some hold an archive.
const maxItems = 100

// Feed is what a feed lists.
type Feed struct {
	Title string
	Items []FeedItem
}

// FeedItem is an entry of a feed.
type FeedItem struct {
	Title     string
	URL       string
	Published corpus.Date
}

var (
	absolute = pattern(`^\s*https?://\S+\s*$`)
	// xmlDeclared is what a feed says of its encoding.
	xmlDeclared = pattern(`^(\s*<\?xml[^>]*?)\sencoding\s*=\s*["'][^"']*["']`)
)

// feedBody returns a feed as UTF-8 that does not say to be anything else.
func feedBody(f File) (string, error) {
	s, _, err := decode(f.Body, f.Type)
	if err != nil {
		return "", err
	}
	return xmlDeclared().ReplaceAllString(s, "$1"), nil
}

// readFeed reads RSS, Atom or a JSON feed.
func readFeed(f File) (*Feed, error) {
	name := shown(f.Name)
	body, err := feedBody(f)
	if err != nil {
		return nil, err
	}
	var parsed *gofeed.Feed
	err = contain(func() (err error) {
		parsed, err = gofeed.NewParser().Parse(strings.NewReader(body))
		return err
	})
	if err != nil {
		return nil, refuse(name, Damaged, err, "it is no feed that can be read: RSS, Atom and JSON Feed are")
	}
	out := &Feed{Title: clean(parsed.Title)}
	base, err := parseURL(cmp.Or(f.URL, f.Name))
	if err != nil {
		return nil, err
	}
	for _, item := range parsed.Items {
		link := strings.TrimSpace(item.Link)
		if link == "" && absolute().MatchString(item.GUID) { // a guid is a permalink unless it says otherwise
			link = strings.TrimSpace(item.GUID)
		}
		u, err := base.Parse(link)
		if err != nil || link == "" {
			continue
		}
		if u, err = parseURL(u.String()); err != nil {
			continue
		}
		one := FeedItem{Title: clean(item.Title), URL: plainURL(u).String()}
		for _, s := range []string{item.Published, item.Updated} {
			if d, ok := parseDate(s); ok && one.Published.IsZero() {
				one.Published = d
			}
		}
		out.Items = append(out.Items, one)
	}
	// A feed without dates has its own order.
	slices.SortStableFunc(out.Items, func(a, b FeedItem) int { return b.Published.Time.Compare(a.Published.Time) })
	out.Items = out.Items[:min(len(out.Items), maxItems)]
	return out, nil
}
