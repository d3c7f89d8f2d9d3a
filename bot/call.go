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
func (c *Call) ManagersOnly() Reply {
	return Notice(Para{Text: c.OfSpace("managers_only")})
}

func (c *Call) slowDown(wait time.Duration) string {
	e := SlowDown(wait)
	return c.Say(e.Message, e.Data)
}

func Notice(blocks ...Block) Reply { return Reply{Kind: KindNotice, Blocks: blocks} }

// stops are the words for how sure an answer must be.
var stops = map[string]float64{"careful": rank.Careful, "balanced": rank.Balanced, "eager": rank.Eager}

// settle puts the settings of the space, and what follows from them, into the
// call.
func (b *Bot) settle(ctx context.Context, c *Call) error {
	c.Threshold = b.threshold
	if c.Space == "" {
		return nil
	}
	s, err := b.state.Settings(ctx, c.Platform, c.Space)
	if err != nil {
		return err
	}
	c.Settings = s
	if stop, ok := stops[s.Confidence]; ok {
		c.Threshold = stop
	}
	return nil
}

// admits reports whether the conversation may see a text.
func (c *Call) Admits(t *corpus.Text) bool { return index.Matches(t, c.Settings.Sources) }

// here reports whether the bot may answer where it was asked.
func (c *Call) here() bool {
	in := c.Settings.Channels
	return len(in) == 0 || slices.Contains(in, c.Chat) || c.Parent != "" && slices.Contains(in, c.Parent)
}

// elsewhere tells somebody who used a command where the bot may not answer
// where it may. Whoever only mentioned it is passed over in silence.
func (c *Call) elsewhere() Reply {
	if c.Command == "" {
		return Reply{}
	}
	var places []Place
	for _, id := range c.Settings.Channels {
		places = append(places, Place{ID: id})
	}
	r := Notice(Para{Text: c.OfSpace("elsewhere")}, List{[]Item{{Places: places}}})
	r.Private = true
	return r
}

// ofSpace is a message about a server, or its twin about a group.
func (c *Call) OfSpace(id string) string {
	if c.Group {
		id += "_group"
	}
	return c.Say(id, nil)
}

// settingToken is an option of the settings as it is typed.
var settingToken = OptionPattern(`[a-z]+`)

// typedOptions are the options of a call with those that were typed as
// name:value.
func TypedOptions(c *Call) map[string]string {
	given := make(map[string]string)
	for _, m := range settingToken.FindAllStringSubmatch(c.Argument, -1) {
		given[strings.ToLower(m[2])] = strings.Trim(m[3], QuotationMarks)
	}
	maps.Copy(given, c.Options)
	return given
}

// call is one use of a command.
type Call struct {
	Request
	Argument string // the first argument
	Words
	key       []byte         // of the seals
	Settings  state.Settings // of the space
	Overheard bool           // nobody has addressed the bot
	Shown     []string       // ids of the texts whose quotes answer, noted for the counts
	Threshold float64        // the confidence from which a quote answers
}
