package discordtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"
)

// The rules that Discord enforces and its machine-readable description does
// not hold, and some that are ours. Each names its place in Discord's
// documentation, github.com/discord/discord-api-docs, below developers/, at
// commit c98d64bc.
const (
	docContent       = `resources/message.mdx:1080, "Create Message": content up to 2000 characters`
	docMentions      = `resources/message.mdx, "Allowed Mentions Object": an empty parse suppresses all`
	docAckTime       = `interactions/receiving-and-responding.mdx:351: within 3 seconds, token good for 15 minutes`
	docDeferFlags    = `interactions/receiving-and-responding.mdx:304: only EPHEMERAL when deferring`
	docFollowUps     = `interactions/receiving-and-responding.mdx:474: 5 follow-ups where only the user installed the app`
	docFollowUpEdits = `interactions/receiving-and-responding.mdx:479: a follow-up then edits the original, deprecated`
	docNonce         = `resources/message.mdx, "Create Message": nonce up to 25 characters`
	docFlags         = `resources/message.mdx, "Message Flags"; "Edit Message": only SUPPRESS_EMBEDS and IS_COMPONENTS_V2`
	docEmbeds        = `resources/message.mdx:611, "Embed Limits"; :1080, "Create Message": up to 10 embeds`
	docComponents    = `components/reference.mdx:18: with IS_COMPONENTS_V2 no content and no embeds, up to 40 components, texts of up to 4000 characters`
	docLegacy        = `components/reference.mdx:2542, "Legacy Message Component Behavior": up to 5 action rows`
	docID            = `components/reference.mdx, "Anatomy of a Component": ids unique within the message`
	docCustomID      = `components/reference.mdx:81, "Custom ID": 1 to 100 characters, not shared`
	docRow           = `components/reference.mdx:115, "Action Row Structure": up to 5 buttons`
	docButton        = `components/reference.mdx:175, "Button Structure", "Button Styles"`
	docSection       = `components/reference.mdx, "Section Structure": one to three texts and an accessory`
	docContainer     = `components/reference.mdx, "Container Child Components", "Container Structure"`
	docCallback      = `interactions/receiving-and-responding.mdx, "Interaction Callback Type"`
	docChoices       = `interactions/application-commands.mdx, "Application Command Option Choice Structure": 25, names of 1-100 characters`
	docUpload        = `reference.mdx, "Uploading Files", "Editing Message Attachments"; resources/message.mdx, "Create Message": files[n] with a filename, 10 files, 25 MiB`
	docMedia         = `components/reference.mdx, "Media Gallery Structure", "File Structure": 1 to 10 items, files by attachment://`
	docThread        = `resources/channel.mdx, "Start Thread from Message"`
	docMenu          = `interactions/application-commands.mdx, "Message Commands": a name of 1-32 characters, no description or options`
	docName          = `interactions/application-commands.mdx:18, "Application Command Naming"`
	docCommand       = `interactions/application-commands.mdx:31, "Application Command Structure"`
	docTotal         = `interactions/application-commands.mdx:450: 8000 characters per command in its longest localisation`
	docCount         = `interactions/application-commands.mdx:167: 100 global chat commands, 15 for messages`
)

// Message flags a bot may set.
const (
	FlagSuppressEmbeds = 1 << 2
	FlagEphemeral      = 1 << 6
	FlagComponents     = 1 << 15
)

// messageBody is what the rules look at in a message.
type messageBody struct {
	Content         string           `json:"content"`
	Embeds          json.RawMessage  `json:"embeds"`
	Components      json.RawMessage  `json:"components"`
	AllowedMentions *json.RawMessage `json:"allowed_mentions"`
	Flags           int              `json:"flags"`
	Nonce           string           `json:"nonce"`
	EnforceNonce    bool             `json:"enforce_nonce"`
	Attachments     *[]attached      `json:"attachments"`
	Reference       struct {
		MessageID string `json:"message_id"`
		ChannelID string `json:"channel_id"`
		Strict    bool   `json:"fail_if_not_exists"`
	} `json:"message_reference"`
}

// empty reports whether Discord would find nothing in the message.
func (d messageBody) empty() bool {
	return strings.TrimSpace(d.Content) == "" && len(d.Embeds) == 0 && len(d.Components) == 0
}

// CheckMessage fails the test for what is wrong with the body of a message
// that goes to a route: by the rules, and, with SPECS set, by Discord's
// description.
func CheckMessage(t testing.TB, method, route string, body []byte) {
	t.Helper()
	broken, d := checkMessage(body)
	for _, b := range broken {
		t.Errorf("%s %s: %s", method, route, b)
	}
	if d.empty() {
		t.Errorf("%s %s: empty message", method, route)
	}
	if err := loadSpec(t).check(method, route, body); err != nil {
		t.Errorf("%s %s: %v", method, route, err)
	}
}

// BrokenRules returns which rules the body of a message breaks.
func BrokenRules(body []byte) []string {
	broken, _ := checkMessage(body)
	return broken
}

// checkMessage returns what is wrong with the body of a message, and the body.
func checkMessage(raw []byte) (broken []string, d messageBody) {
	fail := func(doc, format string, args ...any) {
		broken = append(broken, fmt.Sprintf(format, args...)+" ("+doc+")")
	}
	if err := strict(raw, &d); err != nil {
		fail(docContent, "%v", err)
		return broken, d
	}
	if n := characters(d.Content); n > 2000 {
		fail(docContent, "content of %d UTF-16 units", n)
	}
	// Ours: a bot that quotes must never notify anybody.
	if d.AllowedMentions == nil || string(*d.AllowedMentions) != `{"parse":[]}` {
		fail(docMentions, `allowed_mentions is not {"parse":[]}`)
	}
	if len(d.Nonce) > 25 {
		fail(docNonce, "nonce of %d characters", len(d.Nonce))
	}
	if d.Reference.Strict {
		fail("ours", "a reply fails when the question has been deleted")
	}

	var frames []embed
	if len(d.Embeds) > 0 {
		if err := strict(d.Embeds, &frames); err != nil {
			fail(docEmbeds, "embeds: %v", err)
		}
	}
	var all []part
	if len(d.Components) > 0 {
		if err := strict(d.Components, &all); err != nil {
			fail(docComponents, "components: %v", err)
		}
	}
	switch {
	case d.Flags&FlagComponents != 0:
		// Such a message has no previews to suppress.
		if d.Flags&^(FlagComponents|FlagEphemeral) != 0 {
			fail(docFlags, "flags are %d in a message of components", d.Flags)
		}
		if d.Content != "" || len(frames) > 0 {
			fail(docComponents, "content or embeds in a message of components")
		}
		checkParts(fail, all)
	case d.Flags&^(FlagSuppressEmbeds|FlagEphemeral) != 0:
		fail(docFlags, "flags are %d", d.Flags)
	case len(frames) > 0:
		// The flag would hide our own embeds as well.
		if d.Flags&FlagSuppressEmbeds != 0 {
			fail(docFlags, "embeds are sent and suppressed")
		}
		checkEmbeds(fail, frames)
		checkLegacy(fail, all)
	default:
		// Ours: links must not unfold into previews.
		if d.Content != "" && d.Flags&FlagSuppressEmbeds == 0 {
			fail(docFlags, "flags are %d", d.Flags)
		}
		checkLegacy(fail, all)
	}
	return broken, d
}

// strict decodes JSON that must not hold a field we do not know.
func strict(raw []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	return dec.Decode(v)
}

// characters counts as strictly as Discord may.
func characters(s string) int { return len(utf16.Encode([]rune(s))) }

// command is a slash command as registered.
type command struct {
	Type         int               `json:"type"`
	Name         string            `json:"name"`
	Description  string            `json:"description"`
	Names        map[string]string `json:"name_localizations"`
	Descriptions map[string]string `json:"description_localizations"`
	Options      []commandOption   `json:"options"`
	Permissions  *string           `json:"default_member_permissions"`
	Contexts     []int             `json:"contexts"`
	Installs     []int             `json:"integration_types"`
}

type commandOption struct {
	Type         int               `json:"type"`
	Name         string            `json:"name"`
	Description  string            `json:"description"`
	Names        map[string]string `json:"name_localizations"`
	Descriptions map[string]string `json:"description_localizations"`
	Required     bool              `json:"required"`
	Choices      []commandChoice   `json:"choices"`
	Channels     []int             `json:"channel_types"`
	Autocomplete bool              `json:"autocomplete"`
}

type commandChoice struct {
	Choice
	Names map[string]string `json:"name_localizations"`
}

// checkChoices returns what is wrong with a list of values.
func checkChoices(list []Choice) (broken []string) {
	if len(list) > 25 {
		broken = append(broken, fmt.Sprintf("%d choices (%s)", len(list), docChoices))
	}
	seen := make(map[string]bool)
	for _, c := range list {
		if n := characters(c.Name); n < 1 || n > 100 || characters(c.Value) > 100 || seen[c.Name] {
			broken = append(broken, fmt.Sprintf("choice %+v, or there are two with one name (%s)", c, docChoices))
		}
		seen[c.Name] = true
	}
	return broken
}

// commandName is the documentation's pattern for names.
var commandName = regexp.MustCompile(`^[-_'\p{L}\p{N}\p{Devanagari}\p{Thai}]{1,32}$`)

// locales are the keys of localisations (reference.mdx, "Locales").
const locales = " id da de en-GB en-US es-ES es-419 fr hr it lt hu nl no pl pt-BR ro fi sv-SE vi tr cs el bg ru uk hi th zh-CN ja zh-TW ko ar "

// checkCommands returns what is wrong with a command table.
func checkCommands(list []command) (broken []string) {
	fail := func(doc, format string, args ...any) {
		broken = append(broken, fmt.Sprintf(format, args...)+" ("+doc+")")
	}
	checkTexts := func(name, description string, names, descriptions map[string]string) (total int) {
		for lang, n := range with(names, "en-US", name) {
			if !commandName.MatchString(n) || n != strings.ToLower(n) {
				fail(docName, "name %q", n)
			}
			if !strings.Contains(locales, " "+lang+" ") {
				fail("reference.mdx, \"Locales\"", "locale %q", lang)
			}
		}
		for lang, d := range with(descriptions, "en-US", description) {
			n := utf8.RuneCountInString(d)
			if n < 1 || n > 100 {
				fail(docCommand, "%s: description of %d characters", name, n)
			}
			if !strings.Contains(locales, " "+lang+" ") {
				fail("reference.mdx, \"Locales\"", "locale %q", lang)
			}
			total = max(total, n)
		}
		return total + utf8.RuneCountInString(name)
	}
	seen := make(map[string]bool)
	count := make(map[int]int) // by type
	for _, c := range list {
		key := fmt.Sprint(c.Type, c.Name)
		if seen[key] {
			fail(docCommand, "%s: twice", c.Name)
		}
		seen[key] = true
		count[c.Type]++
		if c.Type == 3 {
			for lang, n := range with(c.Names, "en-US", c.Name) {
				if characters(n) < 1 || characters(n) > 32 || !strings.Contains(locales, " "+lang+" ") {
					fail(docMenu, "%s: name %q", lang, n)
				}
			}
			if c.Description != "" || len(c.Descriptions)+len(c.Options) > 0 {
				fail(docMenu, "%s has a description or options", c.Name)
			}
			continue
		}
		total := checkTexts(c.Name, c.Description, c.Names, c.Descriptions)
		if len(c.Options) > 25 {
			fail(docCommand, "%s: %d options", c.Name, len(c.Options))
		}
		optional := false
		names := make(map[string]bool) // in every language
		for _, o := range c.Options {
			total += checkTexts(o.Name, o.Description, o.Names, o.Descriptions)
			if o.Required && optional {
				fail(docCommand, "%s: required option %s after an optional one", c.Name, o.Name)
			}
			optional = optional || !o.Required
			for lang, n := range with(o.Names, "en-US", o.Name) {
				if names[lang+n] {
					fail(docCommand, "%s: option %s twice in %s", c.Name, n, lang)
				}
				names[lang+n] = true
			}
			if o.Autocomplete && (len(o.Choices) > 0 || o.Type != 3) {
				fail(docCommand, "%s: option %s is completed and has choices, or is no text", c.Name, o.Name)
			}
			if len(o.Channels) > 0 && o.Type != 7 {
				fail(docCommand, "%s: option %s has channel types and is no channel", c.Name, o.Name)
			}
			var choices []Choice
			for _, ch := range o.Choices {
				choices = append(choices, ch.Choice)
				total += characters(ch.Name) + characters(ch.Value)
				for lang, n := range ch.Names {
					if characters(n) < 1 || characters(n) > 100 || !strings.Contains(locales, " "+lang+" ") {
						fail(docChoices, "%s: choice %q", c.Name, n)
					}
				}
			}
			for _, b := range checkChoices(choices) {
				fail(docChoices, "%s: %s", c.Name, b)
			}
		}
		if total > 8000 {
			fail(docTotal, "%s: %d characters", c.Name, total)
		}
	}
	if count[1] > 100 || count[3] > 15 {
		fail(docCount, "%d slash commands and %d in the menu of messages", count[1], count[3])
	}
	return broken
}

// with returns m with one more entry.
func with(m map[string]string, key, value string) map[string]string {
	all := map[string]string{key: value}
	for k, v := range m {
		all[k] = v
	}
	return all
}
