package bot

import (
	"context"
	"maps"
	"rapporteur/bot/state"
	"rapporteur/corpus"
	"rapporteur/index"
	"rapporteur/index/rank"
	"slices"
	"strings"
	"time"
)

// managersOnly refuses what is for those who manage the space.
func (c *call) managersOnly() Reply {
	return notice(Para{Text: c.ofSpace("managers_only")})
}

func (c *call) slowDown(wait time.Duration) string {
	e := SlowDown(wait)
	return c.say(e.Message, e.Data)
}

func notice(blocks ...Block) Reply { return Reply{Kind: KindNotice, Blocks: blocks} }

// stops are the words for how sure an answer must be.
var stops = map[string]float64{"careful": rank.Careful, "balanced": rank.Balanced, "eager": rank.Eager}

// settle puts the settings of the space, and what follows from them, into the
// call.
func (b *Bot) settle(ctx context.Context, c *call) error {
	c.threshold = b.threshold
	if c.Space == "" {
		return nil
	}
	s, err := b.state.Settings(ctx, c.Platform, c.Space)
	if err != nil {
		return err
	}
	c.settings = s
	if stop, ok := stops[s.Confidence]; ok {
		c.threshold = stop
	}
	return nil
}

// admits reports whether the conversation may see a text.
func (c *call) admits(t *corpus.Text) bool { return index.Matches(t, c.settings.Sources) }

// here reports whether the bot may answer where it was asked.
func (c *call) here() bool {
	in := c.settings.Channels
	return len(in) == 0 || slices.Contains(in, c.Chat) || c.Parent != "" && slices.Contains(in, c.Parent)
}

// elsewhere tells somebody who used a command where the bot may not answer
// where it may. Whoever only mentioned it is passed over in silence.
func (c *call) elsewhere() Reply {
	if c.Command == "" {
		return Reply{}
	}
	var places []Place
	for _, id := range c.settings.Channels {
		places = append(places, Place{ID: id})
	}
	r := notice(Para{Text: c.ofSpace("elsewhere")}, List{[]Item{{Places: places}}})
	r.Private = true
	return r
}

// ofSpace is a message about a server, or its twin about a group.
func (c *call) ofSpace(id string) string {
	if c.Group {
		id += "_group"
	}
	return c.say(id, nil)
}

// settingToken is an option of the settings as it is typed.
var settingToken = optionToken(`[a-z]+`)

// typedOptions are the options of a call with those that were typed as
// name:value.
func typedOptions(c *call) map[string]string {
	given := make(map[string]string)
	for _, m := range settingToken.FindAllStringSubmatch(c.text, -1) {
		given[strings.ToLower(m[2])] = strings.Trim(m[3], quotationMarks)
	}
	maps.Copy(given, c.Options)
	return given
}

// call is one use of a command.
type call struct {
	Request
	text string // the first argument
	words
	key       []byte         // of the seals
	settings  state.Settings // of the space
	overheard bool           // nobody has addressed the bot
	shown     []string      // ids of the texts whose quotes answer, noted for the counts
	threshold float64        // the confidence from which a quote answers
}
