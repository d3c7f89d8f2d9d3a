// Package settings shows and changes what holds in a server or group.
package settings

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"rapporteur/bot"
	"rapporteur/bot/locale"
	"rapporteur/bot/state"
	"rapporteur/bot/token"
	"rapporteur/corpus"
	"rapporteur/index"
)

// data fills a message template.
type data = locale.Data

// Room changes the settings of servers and groups. It is safe for concurrent use.
type Room struct {
	state   *state.Store
	library bot.Library
}

// New returns a room that keeps settings in the state, nil for none, and knows the
// library's texts.
func New(kept *state.Store, library bot.Library) *Room { return &Room{state: kept, library: library} }

// Table returns the commands of the room and what its buttons do.
func (b *Room) Table() bot.Table {
	return bot.Table{
		Commands: []bot.Command{
			{Name: "settings", Args: Args(false), Permission: bot.Managers, Private: true, InSpace: true, Run: b.change},
		},
		Presses: map[bot.ActionKind]bot.Press{bot.Set: {Run: b.pressSetting, Sealed: true, OfSpace: true}},
	}
}

// Args are the arguments of the settings command. Each changes one
// setting; a list has one to add to it and one to take away.
func Args(group bool) []bot.Arg {
	args := []bot.Arg{
		{Name: "language", Choices: choices(append([]string{"auto"}, locale.Languages()...)...)},
		{Name: "confidence", Choices: choices("default", "careful", "balanced", "eager")},
		{Name: "sources", Suggest: true},
		{Name: "quiet"}, {Name: "zone"},
		{Name: "allow", Kind: bot.ArgChannel}, {Name: "disallow", Kind: bot.ArgChannel},
	}
	if group {
		return append(args, bot.Arg{Name: "answer", Choices: choices("addressed", "all")}, bot.Arg{Name: "preview", Choices: choices("off", "on")})
	}
	return append(args,
		bot.Arg{Name: "threads", Kind: bot.ArgChannel}, bot.Arg{Name: "nothreads", Kind: bot.ArgChannel},
		bot.Arg{Name: "admin", Kind: bot.ArgRole}, bot.Arg{Name: "noadmin", Kind: bot.ArgRole})
}

const (
	// maxPlaces is how many channels, roles or sources a setting may list: what
	// one message shows.
	maxPlaces = 25
	// maxPlace is how long the id of a channel or role may be, in bytes: a
	// topic's on Telegram is two numbers of 64 bits.
	maxPlace = 41
)

// change shows the settings of the space, after it has changed those that are
// given: all of them or, when one cannot be understood, none.
func (b *Room) change(ctx context.Context, c *bot.Call) (bot.Reply, error) {
	return b.changeTo(ctx, c, c.TypedOptions())
}

// pressSetting changes the setting that a button names, and shows the settings in
// the place of those that stood above it.
func (b *Room) pressSetting(ctx context.Context, c *bot.Call, payload []byte) (bot.Reply, error) {
	nameValue := string(payload)
	name, value, _ := strings.Cut(nameValue, ":")
	named := func(a bot.Arg) bool { return a.Name == name }
	if !utf8.ValidString(nameValue) || !slices.ContainsFunc(Args(c.Group), named) {
		return bot.Reply{}, token.ErrUnknown
	}
	if c.Space == "" {
		return bot.Reply{}, &bot.UserError{Message: "no_space"}
	}
	if allowed, err := c.May(ctx, bot.Command{Permission: bot.Managers}); err != nil || !allowed {
		return c.ManagersOnly(), err
	}
	r, err := b.changeTo(ctx, c, map[string]string{name: value})
	r.InPlace = true
	return r, err
}

// changeTo changes the settings given by name, and shows them all.
func (b *Room) changeTo(ctx context.Context, c *bot.Call, given map[string]string) (bot.Reply, error) {
	if b.state == nil {
		return bot.Reply{}, &bot.UserError{Message: "nothing_kept"}
	}
	var changes []setting
	for _, arg := range Args(c.Group) {
		if value, ok := given[arg.Name]; ok {
			set, err := b.setting(c, arg, strings.TrimSpace(value))
			if err != nil {
				return bot.Reply{}, err
			}
			changes = append(changes, set)
		}
	}
	s := c.Settings
	if len(changes) > 0 {
		var err error
		s, err = b.state.ChangeSettings(ctx, c.Platform, c.Space, func(s *state.Settings) error {
			for _, set := range changes {
				if err := set(s); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return bot.Reply{}, err
		}
	}
	r := bot.Notice(bot.Para{Text: c.OfSpace("settings"), Style: bot.Strong}, settingsList(c, s), bot.Para{Text: c.OfSpace("settings_how"), Style: bot.Small})
	r.Actions = settingButtons(c, s)
	return r, nil
}

// A setting changes settings. It must not take long: nothing else is written
// meanwhile.
type setting func(*state.Settings) error

// place is the id of a channel or role as platforms make them. A word that is
// none would keep the bot out of every channel there is.
var place = regexp.MustCompile(`^-?[0-9]+([-:_][0-9]+)?$`)

// setting returns what gives the setting with the argument's name the value.
func (b *Room) setting(c *bot.Call, arg bot.Arg, value string) (setting, error) {
	switch {
	case arg.Name == "sources":
		names, err := b.sourceNames(value)
		return func(s *state.Settings) error { s.Sources = names; return nil }, err
	case arg.Name == "quiet", arg.Name == "zone":
		return quietly(arg.Name, value)
	case len(arg.Choices) > 0:
		return choose(arg, strings.ToLower(value))
	case arg.Kind == bot.ArgRole && !c.Manager && !c.Operates():
		// Who was let in by a role must not let others in.
		return nil, &bot.UserError{Message: "not_manager"}
	case arg.Kind == bot.ArgChannel && strings.EqualFold(value, "here"):
		value = c.Chat
	}
	return enlist(arg, strings.Trim(value, "<#@&>")) // as Discord writes them in a message
}

// choose sets what has choices, of which the first stands for none.
func choose(arg bot.Arg, value string) (setting, error) {
	var values []string
	for _, ch := range arg.Choices {
		values = append(values, ch.Value)
	}
	if !slices.Contains(values, value) {
		return nil, &bot.UserError{Message: "bad_choice", Data: data{"Name": arg.Name, "Value": locale.Clip(value), "Choices": strings.Join(values, ", ")}}
	}
	if value == values[0] {
		value = ""
	}
	return func(s *state.Settings) error {
		switch arg.Name {
		case "language":
			s.Language = value
		case "confidence":
			s.Confidence = value
		case "answer":
			s.Unaddressed = value != ""
		case "preview":
			s.Preview = value != ""
		}
		return nil
	}, nil
}

// hours are a span of a day as people type it: 22-7, 22:00-07:30.
var hours = regexp.MustCompile(`^(\d{1,2})(?:[:.](\d{2}))?\s*[-–—]\s*(\d{1,2})(?:[:.](\d{2}))?$`)

// quietly sets when nothing is sent that nobody has just asked for, or in which
// time zone that is meant.
func quietly(name, value string) (setting, error) {
	if name == "zone" {
		if _, err := time.LoadLocation(value); err != nil || value == "" || value == "Local" { // which is the machine's own
			return nil, &bot.UserError{Message: "bad_zone", Data: data{"Value": locale.Clip(value)}}
		}
		return func(s *state.Settings) error { s.Quiet.Zone = value; return nil }, nil
	}
	bad := &bot.UserError{Message: "bad_quiet", Data: data{"Value": locale.Clip(value)}}
	m := hours.FindStringSubmatch(value)
	minutes := func(hour, minute string) int {
		h, _ := strconv.Atoi(hour)
		n, _ := strconv.Atoi(minute) // "" is the full hour
		if h > 24 || n > 59 || h == 24 && n > 0 {
			return -1
		}
		return (h*60 + n) % (24 * 60)
	}
	var from, to int
	if strings.ToLower(value) != "off" {
		if m == nil {
			return nil, bad
		}
		if from, to = minutes(m[1], m[2]), minutes(m[3], m[4]); from < 0 || to < 0 || from == to {
			return nil, bad
		}
	}
	return func(s *state.Settings) error { s.Quiet.From, s.Quiet.To = from, to; return nil }, nil
}

// enlist puts a channel or role on a list, or takes it off.
func enlist(arg bot.Arg, id string) (setting, error) {
	if !place.MatchString(id) || len(id) > maxPlace {
		return nil, &bot.UserError{Message: "bad_place", Data: data{"Name": arg.Name, "Value": locale.Clip(id)}}
	}
	return func(s *state.Settings) error {
		list := &s.Channels
		switch arg.Name {
		case "threads", "nothreads":
			list = &s.Threads
		case "admin", "noadmin":
			list = &s.Admins
		}
		switch arg.Name {
		case "disallow", "nothreads", "noadmin":
			*list = slices.DeleteFunc(*list, func(old string) bool { return old == id })
			return nil
		}
		if slices.Contains(*list, id) {
			return nil
		}
		if len(*list) >= maxPlaces {
			return &bot.UserError{Message: "list_full", Data: data{"Name": arg.Name, "Count": maxPlaces}}
		}
		*list = append(*list, id)
		return nil
	}, nil
}

// sourceNames reads the filter of sources: names with commas between them, or
// "all". One that no text matches is a mistake rather than a wish for silence.
func (b *Room) sourceNames(value string) ([]string, error) {
	var names []string
	for name := range strings.SplitSeq(value, ",") {
		name = strings.Trim(strings.TrimSpace(name), bot.QuotationMarks)
		switch {
		case name == "" || strings.EqualFold(name, "all") || slices.Contains(names, name):
			continue
		case len(names) == maxPlaces:
			return nil, &bot.UserError{Message: "list_full", Data: data{"Name": "sources", "Count": maxPlaces}}
		case !slices.ContainsFunc(b.library.Corpus().Texts(), func(t *corpus.Text) bool { return index.Matches(t, []string{name}) }):
			return nil, &bot.UserError{Message: "no_such_source", Data: data{"ID": locale.Clip(name)}}
		}
		names = append(names, name)
	}
	return names, nil
}

// settingsList shows settings.
func settingsList(c *bot.Call, s state.Settings) bot.List {
	w := c.Words
	language, confidence, sources := w.Say("set_any_language", nil), w.Say("choice_default", nil), w.Say("set_all_sources", nil)
	if s.Language != "" {
		language = w.LanguageNames(s.Language)
	}
	if s.Confidence != "" {
		confidence = w.Choice(s.Confidence)
	}
	if len(s.Sources) > 0 {
		var names []string
		for _, name := range s.Sources {
			names = append(names, w.Say("quoted", data{"Text": locale.Clip(name)}))
		}
		sources = strings.Join(names, ", ")
	}
	places := func(term string, ids []string, role bool, none string) bot.Item {
		it := bot.Item{Term: term}
		for _, id := range ids {
			it.Places = append(it.Places, bot.Place{Role: role, ID: id})
		}
		if len(ids) == 0 {
			it.Text = none
		}
		return it
	}
	l := bot.List{Items: []bot.Item{
		{Term: w.Say("set_language", nil), Text: language},
		{Term: w.Say("set_confidence", nil), Text: confidence},
		{Term: w.Say("set_sources", nil), Text: sources},
		{Term: w.Say("set_quiet", nil), Text: quiet(w, s.Quiet)},
	}}
	if c.Group {
		answer, preview := "addressed", "off"
		if s.Unaddressed {
			answer = "all"
		}
		if s.Preview {
			preview = "on"
		}
		l.Items = append(l.Items,
			bot.Item{Term: w.Say("set_answer", nil), Text: w.Choice(answer)},
			bot.Item{Term: w.Say("set_preview", nil), Text: w.Choice(preview)})
		if len(s.Channels) > 0 { // few groups have topics
			l.Items = append(l.Items, places(w.Say("set_channels", nil), s.Channels, false, ""))
		}
		return l
	}
	l.Items = append(l.Items,
		places(w.Say("set_channels", nil), s.Channels, false, w.Say("set_all_channels", nil)),
		places(w.Say("set_threads", nil), s.Threads, false, w.Say("set_no_channel", nil)),
		places(w.Say("set_admins", nil), s.Admins, true, w.Say("set_no_role", nil)))
	return l
}

// quiet writes out when nothing is sent that nobody has just asked for.
func quiet(w locale.Words, q state.Quiet) string {
	if q.From == q.To {
		return w.Say("set_never_quiet", nil)
	}
	clock := func(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }
	return w.Say("set_quiet_span", data{"From": clock(q.From), "To": clock(q.To), "Zone": cmp.Or(q.Zone, "UTC")})
}

// night is what the button for quiet hours sets: the hours in which most people
// sleep.
const night = "22:00-07:00"

// settingButtons are buttons for what has few choices, the present ones marked,
// where they can take effect in place.
func settingButtons(c *bot.Call, s state.Settings) []bot.Action {
	if !c.InPlace {
		return nil
	}
	present := map[string]string{"language": s.Language, "confidence": s.Confidence}
	if s.Unaddressed {
		present["answer"] = "all"
	}
	if s.Preview {
		present["preview"] = "on"
	}
	var out []bot.Action
	row := 0
	button := func(name, value, label string, chosen bool) {
		if chosen {
			label = "✓ " + label
		}
		for _, a := range c.Button(bot.Set, []byte(name+":"+value)) {
			a.Label, a.Row = label, row
			out = append(out, a)
		}
	}
	for _, arg := range Args(c.Group) {
		for i, ch := range arg.Choices {
			label := c.Say("press_"+ch.Value, nil)
			if slices.Contains(locale.Languages(), ch.Value) {
				label = c.LanguageNames(ch.Value)
			}
			button(arg.Name, ch.Value, label, ch.Value == present[arg.Name] || i == 0 && present[arg.Name] == "")
		}
		if len(arg.Choices) > 0 {
			row++
		}
	}
	silent := s.Quiet.From != s.Quiet.To
	button("quiet", "off", c.Say("press_quiet_off", nil), !silent)
	button("quiet", night, c.Say("press_quiet_night", nil), silent && quiet(c.Words, s.Quiet) == quiet(c.Words, state.Quiet{From: 22 * 60, To: 7 * 60, Zone: s.Quiet.Zone}))
	return out
}

func choices(values ...string) []bot.Choice {
	var out []bot.Choice
	for _, v := range values {
		out = append(out, bot.Choice{Value: v})
	}
	return out
}
