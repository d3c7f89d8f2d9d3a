package bot

import (
	"context"
	"slices"
	"strings"

	"rapporteur/bot/state"
	"rapporteur/corpus"
	"rapporteur/index"
	"rapporteur/index/rank"
)

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
func (c call) admits(t *corpus.Text) bool { return index.Matches(t, c.settings.Sources) }

// here reports whether the bot may answer where it was asked.
func (c call) here() bool {
	in := c.settings.Channels
	return len(in) == 0 || slices.Contains(in, c.Chat) || c.Parent != "" && slices.Contains(in, c.Parent)
}

// elsewhere tells somebody who used a command where the bot may not answer
// where it may. Whoever only mentioned it is passed over in silence.
func (c call) elsewhere() Reply {
	if c.Command == "" {
		return Reply{}
	}
	var places []Place
	for _, id := range c.settings.Channels {
		places = append(places, Place{ID: id})
	}
	r := notice(Para{Text: c.say("elsewhere", nil)}, List{[]Item{{Places: places}}})
	r.Private = true
	return r
}

// settingArgs are the arguments of the settings command. Each changes one
// setting; a list has one to add to it and one to take away.
func settingArgs() []Arg {
	return []Arg{
		{Name: "language", Choices: choices(append([]string{"auto"}, languages...)...)},
		{Name: "confidence", Choices: choices("default", "careful", "balanced", "eager")},
		{Name: "sources", Suggest: true},
		{Name: "allow", Kind: ArgChannel}, {Name: "disallow", Kind: ArgChannel},
		{Name: "threads", Kind: ArgChannel}, {Name: "nothreads", Kind: ArgChannel},
		{Name: "admin", Kind: ArgRole}, {Name: "noadmin", Kind: ArgRole},
	}
}

// maxPlaces is how many channels or roles a setting may list: what one message
// shows.
const maxPlaces = 25

// change shows the settings of the space, after it has changed those that are
// given.
func (b *Bot) change(ctx context.Context, c call) (Reply, error) {
	if c.Space == "" {
		return Reply{}, &UserError{Message: "no_space"}
	}
	given := typedOptions(c)
	s := c.settings
	if len(given) > 0 {
		var err error
		s, err = b.state.ChangeSettings(ctx, c.Platform, c.Space, func(s *state.Settings) error {
			for _, arg := range settingArgs() {
				if value, ok := given[arg.Name]; ok {
					if err := b.set(c, s, arg, strings.TrimSpace(value)); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			return Reply{}, err
		}
	}
	return notice(Para{Text: c.say("settings", nil), Style: Strong}, c.settingsList(s), Para{Text: c.say("settings_how", nil), Style: Small}), nil
}

// typedOptions are the options of a call with those that were typed as
// name:value.
func typedOptions(c call) map[string]string {
	given := make(map[string]string)
	for field := range strings.FieldsSeq(c.text) {
		if name, value, ok := strings.Cut(field, ":"); ok && value != "" {
			given[strings.ToLower(name)] = value
		}
	}
	for name, value := range c.Options {
		given[name] = value
	}
	return given
}

// set changes one setting.
func (b *Bot) set(c call, s *state.Settings, arg Arg, value string) error {
	if len(arg.Choices) > 0 && !slices.ContainsFunc(arg.Choices, func(ch Choice) bool { return ch.Value == value }) {
		var values []string
		for _, ch := range arg.Choices {
			values = append(values, ch.Value)
		}
		return &UserError{Message: "bad_choice", Data: data{"Name": arg.Name, "Value": clip(value), "Choices": strings.Join(values, ", ")}}
	}
	add := func(list *[]string) error {
		switch {
		case slices.Contains(*list, value):
			return nil
		case len(*list) == maxPlaces:
			return &UserError{Message: "list_full", Data: data{"Name": arg.Name, "Count": maxPlaces}}
		}
		*list = append(*list, value)
		return nil
	}
	remove := func(list *[]string) error {
		*list = slices.DeleteFunc(*list, func(id string) bool { return id == value })
		return nil
	}
	switch arg.Name {
	case "language":
		s.Language = strings.TrimSuffix(value, "auto")
	case "confidence":
		s.Confidence = strings.TrimSuffix(value, "default")
	case "sources":
		return b.setSources(s, value)
	case "allow":
		return add(&s.Channels)
	case "disallow":
		return remove(&s.Channels)
	case "threads":
		return add(&s.Threads)
	case "nothreads":
		return remove(&s.Threads)
	case "admin", "noadmin":
		// Who was let in by a role must not let others in.
		if !c.Manager && !b.operates(c) {
			return &UserError{Message: "not_manager"}
		}
		if arg.Name == "admin" {
			return add(&s.Admins)
		}
		return remove(&s.Admins)
	}
	return nil
}

// setSources sets the filter of sources: names with commas between them, or
// "all". One that no text matches is a mistake rather than a wish for silence.
func (b *Bot) setSources(s *state.Settings, value string) error {
	var names []string
	for name := range strings.SplitSeq(value, ",") {
		name = strings.Trim(strings.TrimSpace(name), quotationMarks)
		if name == "" || strings.EqualFold(value, "all") {
			continue
		}
		if !slices.ContainsFunc(b.library.Corpus().Texts(), func(t *corpus.Text) bool { return index.Matches(t, []string{name}) }) {
			return &UserError{Message: "no_such_source", Data: data{"ID": clip(name)}}
		}
		names = append(names, name)
	}
	if len(names) > maxPlaces {
		return &UserError{Message: "list_full", Data: data{"Name": "sources", "Count": maxPlaces}}
	}
	s.Sources = names
	return nil
}

// settingsList shows settings.
func (w words) settingsList(s state.Settings) List {
	language, confidence, sources := w.say("set_any_language", nil), w.say("choice_default", nil), w.say("set_all_sources", nil)
	if s.Language != "" {
		language = w.languageNames(s.Language)
	}
	if s.Confidence != "" {
		confidence = w.choice(s.Confidence)
	}
	if len(s.Sources) > 0 {
		var names []string
		for _, name := range s.Sources {
			names = append(names, w.say("quoted", data{"Text": clip(name)}))
		}
		sources = strings.Join(names, ", ")
	}
	places := func(term string, ids []string, role bool, none string) Item {
		it := Item{Term: term}
		for _, id := range ids {
			it.Places = append(it.Places, Place{Role: role, ID: id})
		}
		if len(ids) == 0 {
			it.Text = none
		}
		return it
	}
	return List{[]Item{
		{Term: w.say("set_language", nil), Text: language},
		{Term: w.say("set_confidence", nil), Text: confidence},
		{Term: w.say("set_sources", nil), Text: sources},
		places(w.say("set_channels", nil), s.Channels, false, w.say("set_all_channels", nil)),
		places(w.say("set_threads", nil), s.Threads, false, w.say("set_no_channel", nil)),
		places(w.say("set_admins", nil), s.Admins, true, w.say("set_no_role", nil)),
	}}
}

// choice names one of the choices of an argument.
func (w words) choice(value string) string {
	if slices.Contains(languages, value) {
		return w.languageNames(value)
	}
	return w.say("choice_"+value, nil)
}
