package bot

import (
	"context"
	"maps"
	"regexp"
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
func (b *Bot) change(ctx context.Context, c call) (Reply, error) {
	if b.state == nil {
		return Reply{}, &UserError{Message: "nothing_kept"}
	}
	var changes []setting
	given := typedOptions(c)
	for _, arg := range settingArgs() {
		if value, ok := given[arg.Name]; ok {
			set, err := b.setting(c, arg, strings.TrimSpace(value))
			if err != nil {
				return Reply{}, err
			}
			changes = append(changes, set)
		}
	}
	s := c.settings
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
			return Reply{}, err
		}
	}
	return notice(Para{Text: c.say("settings", nil), Style: Strong}, c.settingsList(s), Para{Text: c.say("settings_how", nil), Style: Small}), nil
}

// settingToken is an option of the settings as it is typed.
var settingToken = optionToken(`[a-z]+`)

// typedOptions are the options of a call with those that were typed as
// name:value.
func typedOptions(c call) map[string]string {
	given := make(map[string]string)
	for _, m := range settingToken.FindAllStringSubmatch(c.text, -1) {
		given[strings.ToLower(m[2])] = strings.Trim(m[3], quotationMarks)
	}
	maps.Copy(given, c.Options)
	return given
}

// A setting changes settings. It must not take long: nothing else is written
// meanwhile.
type setting func(*state.Settings) error

// place is the id of a channel or role as platforms make them. A word that is
// none would keep the bot out of every channel there is.
var place = regexp.MustCompile(`^-?[0-9]+([-:_][0-9]+)?$`)

// setting returns what gives the setting with the argument's name the value.
func (b *Bot) setting(c call, arg Arg, value string) (setting, error) {
	switch {
	case arg.Name == "sources":
		names, err := b.sourceNames(value)
		return func(s *state.Settings) error { s.Sources = names; return nil }, err
	case len(arg.Choices) > 0:
		return choose(arg, strings.ToLower(value))
	case arg.Kind == ArgRole && !c.Manager && !b.operates(c):
		// Who was let in by a role must not let others in.
		return nil, &UserError{Message: "not_manager"}
	}
	return enlist(arg, strings.Trim(value, "<#@&>")) // as Discord writes them in a message
}

// choose sets what has choices, of which the first stands for none.
func choose(arg Arg, value string) (setting, error) {
	var values []string
	for _, ch := range arg.Choices {
		values = append(values, ch.Value)
	}
	if !slices.Contains(values, value) {
		return nil, &UserError{Message: "bad_choice", Data: data{"Name": arg.Name, "Value": clip(value), "Choices": strings.Join(values, ", ")}}
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
		}
		return nil
	}, nil
}

// enlist puts a channel or role on a list, or takes it off.
func enlist(arg Arg, id string) (setting, error) {
	if !place.MatchString(id) || len(id) > maxPlace {
		return nil, &UserError{Message: "bad_place", Data: data{"Name": arg.Name, "Value": clip(id)}}
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
			return &UserError{Message: "list_full", Data: data{"Name": arg.Name, "Count": maxPlaces}}
		}
		*list = append(*list, id)
		return nil
	}, nil
}

// sourceNames reads the filter of sources: names with commas between them, or
// "all". One that no text matches is a mistake rather than a wish for silence.
func (b *Bot) sourceNames(value string) ([]string, error) {
	var names []string
	for name := range strings.SplitSeq(value, ",") {
		name = strings.Trim(strings.TrimSpace(name), quotationMarks)
		switch {
		case name == "" || strings.EqualFold(name, "all") || slices.Contains(names, name):
			continue
		case len(names) == maxPlaces:
			return nil, &UserError{Message: "list_full", Data: data{"Name": "sources", "Count": maxPlaces}}
		case !slices.ContainsFunc(b.library.Corpus().Texts(), func(t *corpus.Text) bool { return index.Matches(t, []string{name}) }):
			return nil, &UserError{Message: "no_such_source", Data: data{"ID": clip(name)}}
		}
		names = append(names, name)
	}
	return names, nil
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
