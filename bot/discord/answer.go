package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/bwmarrin/discordgo"

	"rapporteur/bot"
	"rapporteur/bot/adapter"
)

const (
	// answerTime is how long an answer may take: an interaction's token is good
	// for 15 minutes, and the last of them is for delivery.
	answerTime = 14 * time.Minute
	// followUps is how many messages may follow the first where only the person
	// installed the app (interactions/receiving-and-responding.mdx, "Followup
	// Messages").
	followUps = 5
)

// response is the first word on an interaction.
type response struct {
	Type discordgo.InteractionResponseType `json:"type"`
	Data any                               `json:"data,omitempty"`

	files []bot.File // sent along
}

// interact answers a command or a pressed button. An answer that is there at
// once is the first word. One that takes longer is deferred: people see that
// the bot is thinking, and that becomes the answer.
func (a *Adapter) interact(work context.Context, in interaction) {
	ctx, cancel := context.WithDeadline(work, in.received.Add(answerTime))
	defer cancel()
	r := in.request(a.who())
	r.Files = a.cdn.uploads(in.files())
	answered := make(chan bot.Reply, 1)
	go func() { answered <- a.ask(ctx, r) }() // ends with ctx at the latest
	d := delivery{in: in, private: in.private(r)}
	reply, there := soon(answered, in.received.Add(a.times.patience))
	if !there {
		if err := a.later(ctx, &d); err != nil {
			a.log.Warn("discord: an interaction is dropped", "cause", err)
			return
		}
		reply = <-answered
	}
	reply.Question = in.asked(reply.Question)
	reply = sendable(reply, in.Locale)
	var s shownMessage
	var err error
	if reply.Thread && in.joined() && !d.private {
		s, err = a.deliverInThread(ctx, &d, reply)
	} else {
		s, err = a.deliver(ctx, &d, reply)
	}
	if err != nil {
		a.log.Warn("discord: an answer is lost", "cause", err)
		s.gone = true
	}
	s.user, s.locale = r.User, in.Locale
	a.follow(work, s, reply)
}

// soon returns the reply if it is there by a certain time.
func soon(answered <-chan bot.Reply, by time.Time) (bot.Reply, bool) {
	wait := time.Until(by)
	if wait <= 0 {
		return bot.Reply{}, false
	}
	select {
	case reply := <-answered:
		return reply, true
	case <-time.After(wait):
		return bot.Reply{}, false
	}
}

// later shows the person that the bot is thinking.
func (a *Adapter) later(ctx context.Context, d *delivery) error {
	r := response{Type: discordgo.InteractionResponseDeferredChannelMessageWithSource}
	if d.private {
		r.Data = content{Flags: discordgo.MessageFlagsEphemeral}
	}
	if err := a.respond(ctx, d.in, r); err != nil {
		return err
	}
	d.stage = deferred
	return nil
}

// who returns who the bot is, as far as it knows.
func (a *Adapter) who() identity {
	if self := a.self.Load(); self != nil {
		return *self
	}
	return identity{}
}

// respond says the first word on an interaction. Sending it twice does no
// harm: Discord keeps the first.
func (a *Adapter) respond(ctx context.Context, in interaction, r response) error {
	ctx, cancel := context.WithDeadline(ctx, in.received.Add(a.times.first))
	defer cancel()
	err := a.rest.do(ctx, call{
		name: "acknowledge", method: http.MethodPost, path: "/interactions/" + in.ID + "/" + in.Token + "/callback", body: r, files: r.files, again: true,
	}, nil)
	var refused *apiError
	if errors.As(err, &refused) && refused.Code == discordgo.ErrCodeInteractionHasAlreadyBeenAcknowledged && refused.Repeated {
		return nil // by the attempt whose answer got lost
	}
	return err
}

// complete suggests values for what somebody is typing. There is no time to
// try twice, and nobody misses a suggestion.
func (a *Adapter) complete(ctx context.Context, in interaction) {
	list := []*discordgo.ApplicationCommandOptionChoice{}
	if s, ok := a.handler.(bot.Suggester); ok {
		name, typed := in.focused()
		for _, sug := range s.Suggest(ctx, in.request(a.who()), name, typed) {
			list = append(list, &discordgo.ApplicationCommandOptionChoice{Name: sug.Label, Value: sug.Value})
		}
	}
	err := a.respond(ctx, in, response{Type: discordgo.InteractionApplicationCommandAutocompleteResult, Data: struct {
		Choices []*discordgo.ApplicationCommandOptionChoice `json:"choices"`
	}{list}})
	if err != nil {
		a.log.Debug("discord: suggestions are lost", "cause", err)
	}
}

// excuse tells somebody that their interaction could not be read, as far as
// it can be told whose it was.
func (a *Adapter) excuse(ctx context.Context, raw json.RawMessage) {
	in := interaction{received: time.Now(), table: a.table("en")}
	var only struct {
		ID     string `json:"id"`
		Token  string `json:"token"`
		Locale string `json:"locale"`
	}
	if json.Unmarshal(raw, &only) != nil || only.Token == "" {
		return
	}
	in.ID, in.Token = only.ID, only.Token
	parts := compose(bot.Explained(bot.ErrUnreadable, only.Locale), components)
	parts[0].Flags |= discordgo.MessageFlagsEphemeral
	if err := a.respond(ctx, in, response{Type: discordgo.InteractionResponseChannelMessageWithSource, Data: outgoing{content: parts[0]}}); err != nil {
		a.log.Warn("discord: an interaction is dropped", "cause", err)
	}
}

// delivery is an answer to an interaction on its way.
type delivery struct {
	in      interaction
	stage   stage
	private bool   // the first word is for the asker alone, and all that follows it
	last    string // id of the message sent last, for edits
}

// stage is how far a delivery is.
type stage int

const (
	unsaid   stage = iota // no word has been said
	deferred              // a deferred answer stands where the first message should be
	begun                 // the first message is there, or nothing in its place
)

// deliver sends a reply: as the first word, or in the place of the deferred
// answer, and what does not fit there after it. Nothing to say removes the
// deferred answer. What is private has to be a new message if that was not,
// since it stays public. Of a reply that goes on, only the first message is
// sent, which is then what stands.
func (a *Adapter) deliver(ctx context.Context, d *delivery, reply bot.Reply) (shownMessage, error) {
	private := reply.Private && !d.in.inBotDM()
	parts := compose(reply, components)
	if d.stage == unsaid && (len(parts) == 0 || size(reply.Files) > maxQuick) {
		if err := a.later(ctx, d); err != nil {
			return shownMessage{d: d}, err
		}
	}
	if d.stage == deferred && (len(parts) == 0 || private && !d.private) {
		a.dismiss(ctx, d)
	}
	d.private = d.private || private
	s := shownMessage{d: d, channel: d.in.ChannelID, key: d.in.ID}
	first, rest := begin(a.fitting(d, parts), reply)
	err := a.putAll(ctx, d, first)
	if refusedBody(err) && d.stage != begun {
		// Whatever Discord dislikes about the components, people get the same
		// as an embed.
		a.log.Warn("discord: components were refused; sending embeds", "cause", err)
		s.layout = embeds
		first, rest = begin(a.fitting(d, compose(reply, embeds)), reply)
		err = a.putAll(ctx, d, first)
	}
	if err != nil && d.stage == deferred && !expired(err) {
		a.dismiss(ctx, d)
	}
	s.id, s.rest = d.last, rest
	return s, err
}

// begin divides the messages of a reply into those to send now, and those that
// follow if nothing else takes the reply's place.
func begin(parts []content, reply bot.Reply) (now, rest []content) {
	if reply.Updates == nil || len(parts) < 2 {
		return parts, nil
	}
	return parts[:1], parts[1:]
}

// fitting leaves out what Discord would not let the bot send where only the
// person installed the app, and says so.
func (a *Adapter) fitting(d *delivery, parts []content) []content {
	most := followUps
	if d.stage != begun {
		most++
	}
	if d.in.joined() || len(parts) <= most {
		return parts
	}
	return append(parts[:most-1:most-1], compose(bot.Explained(bot.ErrCut, d.in.Locale), components)...)
}

// putAll sends the messages of an answer in their order.
func (a *Adapter) putAll(ctx context.Context, d *delivery, parts []content) error {
	for i, part := range parts {
		if err := a.put(ctx, d, part, nil); err != nil {
			return fmt.Errorf("part %d of %d: %w", i+1, len(parts), err)
		}
	}
	return nil
}

// original is the first message of an answer, in paths.
const original = "@original"

// created is what matters of a message that Discord has made.
type created struct {
	ID string `json:"id"`
}

// put sends one message of an answer where it belongs at this stage. What
// Discord made of it is decoded into out, if that is not nil and the answer was
// deferred.
func (a *Adapter) put(ctx context.Context, d *delivery, part content, out *created) error {
	if d.private && d.stage != deferred { // an edit cannot change it
		part.Flags |= discordgo.MessageFlagsEphemeral
	}
	if out == nil {
		out = new(created)
	}
	var err error
	last := original
	switch d.stage {
	case unsaid:
		err = a.respond(ctx, d.in, response{Type: discordgo.InteractionResponseChannelMessageWithSource, Data: outgoing{content: part}, files: part.files})
	case deferred:
		err = a.edit(ctx, d.in.webhook()+"/messages/"+original, part, attempts, out)
	case begun:
		err = a.rest.do(ctx, call{
			name: "follow up", method: http.MethodPost, path: d.in.webhook(), body: outgoing{content: part}, files: part.files,
		}, out)
		last = out.ID
	}
	if err == nil {
		d.stage, d.last = begun, last
	}
	return err
}

// edit changes a message. Doing it twice comes to the same.
func (a *Adapter) edit(ctx context.Context, path string, part content, tries int, out any) error {
	return a.rest.do(ctx, call{
		name: "edit", method: http.MethodPatch, path: path, body: outgoing{content: part}, files: part.files, again: true, tries: tries,
	}, out)
}

// deliverInThread puts the question where the answer was awaited, and the
// answer into a thread below it. Where that is not allowed, the answer takes the
// question's place.
func (a *Adapter) deliverInThread(ctx context.Context, d *delivery, reply bot.Reply) (shownMessage, error) {
	head := compose(bot.Reply{Kind: reply.Kind, Blocks: []bot.Block{bot.Para{Text: reply.Question}}}, components)
	if len(head) == 0 {
		return a.deliver(ctx, d, reply)
	}
	// Only an edit tells the id of the message.
	if d.stage == unsaid {
		if err := a.later(ctx, d); err != nil {
			return shownMessage{d: d}, err
		}
	}
	var first created
	err := a.put(ctx, d, head[0], &first)
	thread := ""
	if err == nil {
		thread, err = a.startThread(ctx, d.in.ChannelID, first.ID, reply.Question)
	}
	if err == nil {
		alone := reply
		alone.Question = ""
		var s shownMessage
		if s, err = a.post(ctx, thread, "", first.ID, alone); err == nil {
			return s, nil
		}
	}
	a.log.Warn("discord: no answer in a thread; answering without", "cause", err)
	d.stage = deferred // what stands there is to be overwritten
	return a.deliver(ctx, d, reply)
}

// startThread begins a thread at a message and returns the thread's id.
func (a *Adapter) startThread(ctx context.Context, channel, message, name string) (string, error) {
	var thread created
	err := a.rest.do(ctx, call{
		name:   "start a thread",
		method: http.MethodPost,
		path:   "/channels/" + channel + "/messages/" + message + "/threads",
		body: struct {
			Name    string `json:"name"`
			Archive int    `json:"auto_archive_duration"` // minutes
		}{adapter.Clip(oneLine(name), maxThreadName), threadArchive},
	}, &thread)
	if refusal(err) == discordgo.ErrCodeThreadAlreadyCreatedForThisMessage {
		return message, nil // a thread has the id of the message it began at
	}
	return thread.ID, err
}

const (
	maxThreadName = 100     // resources/channel.mdx, "Start Thread from Message"
	threadArchive = 24 * 60 // one of the durations it names
)

// expired says that the interaction is over, so that nothing can be tidied up.
func expired(err error) bool {
	switch refusal(err) {
	case discordgo.ErrCodeUnknownInteraction, discordgo.ErrCodeUnknownWebhook, discordgo.ErrCodeInvalidWebhookTokenProvided:
		return true
	}
	return false
}

// refusedBody says that Discord understood a call but not what was in it.
func refusedBody(err error) bool {
	var e *apiError
	return errors.As(err, &e) && e.Status == http.StatusBadRequest && (e.Code == discordgo.ErrCodeInvalidFormBody || e.Code == discordgo.ErrCodeCannotSendEmptyMessage)
}

// dismiss removes the acknowledgement, so that nobody waits for an answer that
// does not come.
func (a *Adapter) dismiss(ctx context.Context, d *delivery) {
	d.stage = begun
	err := a.rest.do(ctx, call{
		name: "dismiss", method: http.MethodDelete, path: d.in.webhook() + "/messages/@original", again: true,
	}, nil)
	if err != nil {
		a.log.Warn("discord: an acknowledgement is left standing", "cause", err)
	}
}

// ask waits for its turn and asks the handler.
func (a *Adapter) ask(ctx context.Context, r bot.Request) (reply bot.Reply) {
	select {
	case a.slots <- struct{}{}:
		defer func() { <-a.slots }()
	case <-ctx.Done():
		return bot.Reply{}
	}
	defer func() {
		if p := recover(); p != nil {
			failed, id := bot.Failed()
			a.log.Error("discord: panic while answering", "id", id, "value", p, "stack", string(debug.Stack()))
			reply = bot.Explained(failed, r.Locale)
		}
	}()
	return a.handler.Handle(ctx, r)
}
