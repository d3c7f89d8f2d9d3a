package ingest

import (
	"bytes"
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

// readFeed reads RSS, Atom or a JSON feed.
func readFeed(f File) (*Feed, error) {
	name := shown(f.Name)
	var parsed *gofeed.Feed
	err := contain(func() (err error) {
		parsed, err = gofeed.NewParser().Parse(bytes.NewReader(f.Body))
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
