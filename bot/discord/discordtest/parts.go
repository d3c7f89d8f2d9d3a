package discordtest

import (
	"net/url"
	"slices"
	"strings"
)

// part is a component of a message, and what the rules look at in it
// (components/reference.mdx).
type part struct {
	Type       int    `json:"type"`
	ID         int    `json:"id"`
	Content    string `json:"content"`
	Accent     *int   `json:"accent_color"`
	Divider    *bool  `json:"divider"`
	Spacing    *int   `json:"spacing"`
	Style      int    `json:"style"`
	Label      string `json:"label"`
	CustomID   string `json:"custom_id"`
	URL        string `json:"url"`
	Disabled   bool   `json:"disabled"`
	Components []part `json:"components"`
	Spoiler    bool   `json:"spoiler"`
	Accessory  *part  `json:"accessory"`
	File       *media `json:"file"`
	Items      []struct {
		Media       media  `json:"media"`
		Description string `json:"description"`
		Spoiler     bool   `json:"spoiler"`
	} `json:"items"`
	Emoji *struct {
		Name string `json:"name"`
		ID   string `json:"id"`
	} `json:"emoji"`
}

// The types of components a bot of texts and buttons has, and the style of a
// button that is a link.
const (
	partRow       = 1
	partButton    = 2
	partSection   = 9
	partText      = 10
	partGallery   = 12
	partFile      = 13
	partSeparator = 14
	partContainer = 17

	styleLink = 5
)

// media is a picture or file that is shown.
type media struct {
	URL string `json:"url"`
}

// scheme begins the address of a file attached to the same message.
const scheme = "attachment://"

// names returns the names of the attached files that a component shows.
func (p part) names() (list []string) {
	shown := []media{}
	if p.File != nil {
		shown = append(shown, *p.File)
	}
	for _, item := range p.Items {
		shown = append(shown, item.Media)
	}
	for _, m := range shown {
		if name, ok := strings.CutPrefix(m.URL, scheme); ok {
			list = append(list, name)
		}
	}
	return list
}

// embed is an embed of a message (resources/message.mdx, "Embed Object").
type embed struct {
	Title       string `json:"title"`
	URL         string `json:"url"`
	Description string `json:"description"`
	Colour      int    `json:"color"`
	Timestamp   string `json:"timestamp"`
	Fields      []struct {
		Name   string `json:"name"`
		Value  string `json:"value"`
		Inline bool   `json:"inline"`
	} `json:"fields"`
	Footer struct {
		Text string `json:"text"`
	} `json:"footer"`
	Author struct {
		Name string `json:"name"`
		URL  string `json:"url"`
	} `json:"author"`
}

// texts returns the texts of an embed as they are shown, from top to bottom.
func (e embed) texts() []string {
	list := []string{e.Author.Name, e.Title, e.Description}
	for _, f := range e.Fields {
		list = append(list, f.Name, f.Value)
	}
	return append(list, e.Footer.Text)
}

// failure notes what is wrong and by which document.
type failure func(doc, format string, args ...any)

// checkParts checks a message of components.
func checkParts(fail failure, list []part) {
	n, text := 0, 0
	walk(list, func(p part) {
		n++
		text += characters(p.Content)
	})
	if n == 0 || n > 40 {
		fail(docComponents, "%d components", n)
	}
	if text > 4000 {
		fail(docComponents, "%d UTF-16 units of text", text)
	}
	for _, p := range list {
		if !slices.Contains([]int{partRow, partText, partSection, partGallery, partFile, partSeparator, partContainer}, p.Type) {
			fail(docComponents, "a component of type %d at the top", p.Type)
		}
	}
	checkEach(fail, list)
}

// checkLegacy checks the buttons under a message of content or embeds.
func checkLegacy(fail failure, list []part) {
	if len(list) > 5 {
		fail(docLegacy, "%d rows", len(list))
	}
	for _, p := range list {
		if p.Type != partRow {
			fail(docLegacy, "a component of type %d at the top", p.Type)
		}
	}
	checkEach(fail, list)
}

// checkEach checks every component by itself, and that none share a name.
func checkEach(fail failure, list []part) {
	ids := make(map[int]bool)
	custom := make(map[string]bool)
	walk(list, func(p part) {
		if p.ID != 0 && ids[p.ID] {
			fail(docID, "id %d twice", p.ID)
		}
		ids[p.ID] = true
		switch p.Type {
		case partRow:
			if n := len(p.Components); n < 1 || n > 5 {
				fail(docRow, "a row of %d", n)
			}
			for _, c := range p.Components {
				if c.Type != partButton {
					fail(docRow, "a component of type %d in a row", c.Type)
				}
			}
		case partButton:
			checkButton(fail, p)
			if p.CustomID != "" && custom[p.CustomID] {
				fail(docCustomID, "custom_id %q twice", p.CustomID)
			}
			custom[p.CustomID] = true
		case partText:
			if strings.TrimSpace(p.Content) == "" {
				fail(docComponents, "an empty text")
			}
		case partSection:
			if n := len(p.Components); n < 1 || n > 3 {
				fail(docSection, "a section of %d", n)
			}
			for _, c := range p.Components {
				if c.Type != partText {
					fail(docSection, "a component of type %d in a section", c.Type)
				}
			}
			if p.Accessory == nil || p.Accessory.Type != partButton {
				fail(docSection, "a section without a button")
			}
		case partContainer:
			if len(p.Components) == 0 {
				fail(docContainer, "an empty container")
			}
			if p.Accent != nil && (*p.Accent < 0 || *p.Accent > 0xFFFFFF) {
				fail(docContainer, "accent colour %d", *p.Accent)
			}
			for _, c := range p.Components {
				if !slices.Contains([]int{partRow, partText, partSection, partGallery, partFile, partSeparator}, c.Type) {
					fail(docContainer, "a component of type %d in a container", c.Type)
				}
			}
		case partGallery:
			if n := len(p.Items); n < 1 || n > 10 {
				fail(docMedia, "a gallery of %d", n)
			}
		case partFile:
			if p.File == nil || !strings.HasPrefix(p.File.URL, scheme) {
				fail(docMedia, "a file that is not attached")
			}
		case partSeparator:
		default:
			fail(docComponents, "a component of type %d", p.Type)
		}
	})
}

func checkButton(fail failure, p part) {
	if n := characters(p.Label); n > 80 || n == 0 && p.Emoji == nil {
		fail(docButton, "a label of %d characters", n)
	}
	switch {
	case p.Style == styleLink:
		u, err := url.Parse(p.URL)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || len(p.URL) > 512 {
			fail(docButton, "a link to %q", p.URL)
		}
		if p.CustomID != "" {
			fail(docButton, "a link with a custom_id")
		}
	case p.Style < 1 || p.Style > 4:
		fail(docButton, "style %d", p.Style)
	default:
		if n := characters(p.CustomID); n < 1 || n > 100 {
			fail(docCustomID, "custom_id of %d characters", n)
		}
		if p.URL != "" {
			fail(docButton, "an address without the style of a link")
		}
	}
}

// walk visits every component, those inside others after them.
func walk(list []part, visit func(part)) {
	for _, p := range list {
		visit(p)
		walk(p.Components, visit)
		if p.Accessory != nil {
			walk([]part{*p.Accessory}, visit)
		}
	}
}

// checkEmbeds checks the embeds of a message.
func checkEmbeds(fail failure, list []embed) {
	total := 0
	if len(list) > 10 {
		fail(docEmbeds, "%d embeds", len(list))
	}
	for _, e := range list {
		if len(e.Fields) > 25 {
			fail(docEmbeds, "%d fields", len(e.Fields))
		}
		atMost := func(what, s string, most int) {
			if n := characters(s); n > most {
				fail(docEmbeds, "%s of %d characters", what, n)
			}
		}
		atMost("title", e.Title, 256)
		atMost("description", e.Description, 4096)
		atMost("footer", e.Footer.Text, 2048)
		atMost("author", e.Author.Name, 256)
		for _, f := range e.Fields {
			atMost("name of a field", f.Name, 256)
			atMost("value of a field", f.Value, 1024)
		}
		text := strings.Join(e.texts(), "")
		if strings.TrimSpace(text) == "" {
			fail(docEmbeds, "an empty embed")
		}
		total += characters(text)
	}
	if total > 6000 {
		fail(docEmbeds, "%d characters in all embeds", total)
	}
}
