package discordtest

import (
	"cmp"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
)

// request is a call on its way in.
type request struct {
	*http.Request
	route  string
	body   []byte    // JSON
	files  []File    // sent with it
	broken []string  // what is wrong with its form
	at     time.Time // when it came
}

// answer is what goes back: a body, or an error with a code.
type answer struct {
	status  int
	code    int
	message string
	body    any
}

func ok(body any) answer { return answer{status: http.StatusOK, body: body} }

func refuse(status, code int, message string) answer {
	return answer{status: status, code: code, message: message}
}

var done = answer{status: http.StatusNoContent}

// Routes as the specification writes them; the README lists what is missing.
const (
	routeCallback = "/interactions/{interaction_id}/{interaction_token}/callback"
	routeOriginal = "/webhooks/{webhook_id}/{webhook_token}/messages/@original"
	routeFollowUp = "/webhooks/{webhook_id}/{webhook_token}"
	routeMessages = "/channels/{channel_id}/messages"
	routeMessage  = "/channels/{channel_id}/messages/{message_id}"
	routeSent     = "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"
	routeTyping   = "/channels/{channel_id}/typing"
	routeCommands = "/applications/{application_id}/commands"
	routeThread   = "/channels/{channel_id}/messages/{message_id}/threads"
	routeChannel  = "/channels/{channel_id}"
	routeDirect   = "/users/@me/channels"
)

// routes builds the HTTP side.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	handle := func(method, route string, public bool, f func(request) answer) {
		mux.HandleFunc(method+" /api/{version}"+route, func(w http.ResponseWriter, r *http.Request) {
			s.serve(w, r, route, public, f)
		})
	}
	handle("GET", "/gateway", true, func(request) answer { return ok(map[string]any{"url": s.gatewayURL()}) })
	handle("GET", "/gateway/bot", false, func(request) answer { return ok(s.entrance()) })
	handle("GET", "/users/@me", false, func(request) answer {
		return ok(map[string]any{"id": BotID, "username": BotName, "bot": true})
	})
	handle("GET", "/applications/@me", false, func(request) answer { return ok(map[string]any{"id": AppID}) })
	handle("GET", "/oauth2/applications/@me", false, func(request) answer { return ok(map[string]any{"id": AppID}) })
	handle("PUT", routeCommands, false, s.putCommands)
	handle("GET", routeCommands, false, func(request) answer { return ok(s.commands) })
	handle("POST", routeCallback, true, s.callback)
	handle("PATCH", routeOriginal, true, s.editOriginal)
	handle("PATCH", routeSent, true, s.editSent)
	handle("PATCH", routeMessage, false, s.editMessage)
	handle("DELETE", routeOriginal, true, s.deleteOriginal)
	handle("POST", routeFollowUp, true, s.followUp)
	handle("POST", routeMessages, false, s.createMessage)
	handle("POST", routeTyping, false, func(request) answer { return done })
	mux.HandleFunc("GET "+pathGateway+"/", s.serveGateway)
	mux.HandleFunc("GET "+pathGateway, s.serveGateway)
	mux.HandleFunc("GET "+pathResume, s.serveGateway)
	handle("POST", routeThread, false, s.startThread)
	handle("GET", routeChannel, false, s.getChannel)
	handle("POST", routeDirect, false, s.openDirect)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.violate("no such route: %s %s", r.Method, r.URL.Path)
		http.NotFound(w, r)
	})
	return mux
}

// serve takes one call through faults, authorisation and the contract to f,
// which runs with s.mu held.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, route string, public bool, f func(request) answer) {
	call := Call{Method: r.Method, Route: route, At: time.Now()}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the bot hung up
	}
	body, files, broken := s.unpack(r, route, body)
	call.Body, call.Files = string(body), files
	fault := s.fault(r.Method, route)
	if fault != nil {
		time.Sleep(fault.Delay)
		if fault.Drop {
			s.note(call)
			panic(http.ErrAbortHandler)
		}
	}
	var a answer
	if fault != nil && fault.Status != 0 && !fault.Lost {
		a = refuse(fault.Status, fault.Code, "told by the test")
	} else {
		a = s.process(request{Request: r, route: route, body: body, files: files, broken: broken, at: call.At}, public, f)
		if fault != nil && fault.Lost {
			a = refuse(fault.Status, fault.Code, "told by the test, but done")
		}
	}
	call.Status = a.status
	s.note(call)
	var retry time.Duration
	if fault != nil {
		retry = fault.RetryAfter
	}
	a.write(w, retry)
}

func (s *Server) note(c Call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, c)
	s.changed.Broadcast()
}

func (s *Server) process(r request, public bool, f func(request) answer) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.changed.Broadcast()
	if auth := r.Header.Get("Authorization"); !public && auth != "Bot "+s.Token {
		return refuse(http.StatusUnauthorized, 0, "401: Unauthorized")
	}
	if agent := r.Header.Get("User-Agent"); !public && !strings.HasPrefix(agent, "DiscordBot (") {
		s.violate("%s %s: User-Agent %q (reference.mdx, \"User Agent\")", r.Method, r.route, agent)
	}
	for _, b := range r.broken {
		s.violate("%s %s: %s", r.Method, r.route, b)
	}
	if len(r.broken) > 0 {
		return refuse(http.StatusBadRequest, 50035, "Invalid Form Body")
	}
	if len(r.body) > 0 {
		if err := s.spec.check(r.Method, r.route, r.body); err != nil {
			s.violate("%s %s: %v in %s", r.Method, r.route, err, r.body)
			return refuse(http.StatusBadRequest, 50035, "Invalid Form Body")
		}
	}
	return f(r)
}

func (a answer) write(w http.ResponseWriter, retry time.Duration) {
	body := a.body
	if a.status >= 400 {
		refusal := map[string]any{"code": a.code, "message": a.message}
		if a.status == http.StatusTooManyRequests {
			refusal["retry_after"] = retry.Seconds()
			refusal["global"] = false
		}
		body = refusal
	}
	if body == nil {
		w.WriteHeader(a.status)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(a.status)
	json.NewEncoder(w).Encode(body)
}

// putCommands replaces the global commands.
func (s *Server) putCommands(r request) answer {
	if r.PathValue("application_id") != AppID {
		return refuse(http.StatusForbidden, 20012, "You are not authorized to perform this action on this application")
	}
	var list []command
	if err := json.Unmarshal(r.body, &list); err != nil {
		return refuse(http.StatusBadRequest, 50109, "The request body contains invalid JSON.")
	}
	if broken := checkCommands(list); len(broken) > 0 {
		for _, b := range broken {
			s.violate("commands: %s", b)
		}
		return refuse(http.StatusBadRequest, 50035, "Invalid Form Body")
	}
	for i := range list {
		list[i].Type = cmp.Or(list[i].Type, 1) // as the documentation has it
	}
	s.commands = list
	return ok(list)
}

// callback is the first answer to an interaction.
func (s *Server) callback(r request) answer {
	in := s.interactions[r.PathValue("interaction_token")]
	if in == nil || in.id != r.PathValue("interaction_id") {
		s.violate("callback: unknown interaction")
		return refuse(http.StatusNotFound, 10062, "Unknown interaction")
	}
	if in.acknowledged {
		if !in.forgiven {
			s.violate("callback: acknowledged twice")
		}
		return refuse(http.StatusBadRequest, 40060, "Interaction has already been acknowledged.")
	}
	if late := time.Since(in.made); late > s.cfg.AckWithin {
		s.violate("callback: acknowledged after %v (%s)", late.Round(time.Millisecond), docAckTime)
		return refuse(http.StatusNotFound, 10062, "Unknown interaction")
	}
	var d struct {
		Type int             `json:"type"`
		Data json.RawMessage `json:"data"`
	}
	if err := json.Unmarshal(r.body, &d); err != nil || !slices.Contains(callbackTypes[in.kind], d.Type) {
		s.violate("callback: type %d for an interaction of type %d (%s)", d.Type, in.kind, docCallback)
		return refuse(http.StatusBadRequest, 50035, "Invalid Form Body")
	}
	in.acknowledged, in.acknowledgedAt = true, r.at
	if d.Type != callbackLater {
		in.answeredAt = r.at
	}
	in.forgiven = slices.ContainsFunc(s.faults, func(f *Fault) bool { return f.Lost && strings.HasSuffix(routeCallback, f.Route) })
	switch d.Type {
	case callbackMessage:
		in.original = &Message{Channel: in.channel, Author: BotID, For: in.user}
		if a := s.fill(request{Request: r.Request, route: r.route, body: d.Data, files: r.files}, in.original); a.status >= 400 {
			return a
		}
		s.post(in.original)
	case callbackLater:
		var later struct {
			Flags int `json:"flags"`
		}
		if len(d.Data) > 0 {
			if err := strict(d.Data, &later); err != nil || later.Flags&^FlagEphemeral != 0 {
				s.violate("callback: deferred with %s (%s)", d.Data, docDeferFlags)
			}
		}
		in.original = s.post(&Message{Channel: in.channel, Author: BotID, Flags: later.Flags, Thinking: true, For: in.user})
	case callbackChoices:
		var list struct {
			Choices *[]Choice `json:"choices"`
		}
		if err := strict(d.Data, &list); err != nil || list.Choices == nil {
			s.violate("callback: suggestions %s: %v (%s)", d.Data, err, docChoices)
			return refuse(http.StatusBadRequest, 50035, "Invalid Form Body")
		}
		for _, b := range checkChoices(*list.Choices) {
			s.violate("callback: %s", b)
		}
		in.choices = *list.Choices
	}
	return done
}

// Types of answers to an interaction
// (interactions/receiving-and-responding.mdx, "Interaction Callback Type").
const (
	callbackMessage = 4
	callbackLater   = 5
	callbackChoices = 8
)

// callbackTypes are those of a bot of messages that an interaction of a type
// can have.
var callbackTypes = map[int][]int{
	interactionCommand:      {callbackMessage, callbackLater},
	interactionPress:        {callbackMessage, callbackLater},
	interactionAutocomplete: {callbackChoices},
}

// ongoing returns the interaction of a webhook call, or why there is none.
func (s *Server) ongoing(r request) (*interaction, answer) {
	in := s.interactions[r.PathValue("webhook_token")]
	switch {
	case in == nil || r.PathValue("webhook_id") != AppID:
		s.violate("%s %s: unknown webhook", r.Method, r.route)
		return nil, refuse(http.StatusNotFound, 10015, "Unknown Webhook")
	case !in.acknowledged:
		s.violate("%s %s: before the acknowledgement (%s)", r.Method, r.route, docAckTime)
		return nil, refuse(http.StatusNotFound, 10015, "Unknown Webhook")
	case time.Since(in.made) > s.cfg.TokenLives:
		return nil, refuse(http.StatusUnauthorized, 50027, "Invalid Webhook Token")
	}
	return in, answer{}
}

func (s *Server) followUp(r request) answer {
	in, no := s.ongoing(r)
	if in == nil {
		return no
	}
	if in.original.Thinking && !in.original.Deleted {
		s.violate("follow-up while the deferred answer stands (%s)", docFollowUpEdits)
		return s.fill(r, in.original)
	}
	if in.followUps++; in.userInstall && in.followUps > 5 {
		s.violate("more than 5 follow-ups (%s)", docFollowUps)
		return refuse(http.StatusBadRequest, 40094, "This interaction has reached its maximum number of follow up messages.")
	}
	m := &Message{Channel: in.channel, Author: BotID, For: in.user, answers: in}
	if a := s.fill(r, m); a.status >= 400 {
		return a
	}
	return ok(s.post(m).object())
}

// startThread begins a thread at a message; the thread has the message's id.
func (s *Server) startThread(r request) answer {
	ch, id := s.channels[r.PathValue("channel_id")], r.PathValue("message_id")
	var d struct {
		Name    string `json:"name"`
		Archive int    `json:"auto_archive_duration"`
	}
	err := strict(r.body, &d)
	n := characters(d.Name)
	m := s.message(id)
	switch {
	case err != nil || n < 1 || n > 100 || !slices.Contains([]int{60, 1440, 4320, 10080}, d.Archive):
		s.violate("%s: %s: %v (%s)", r.route, r.body, err, docThread)
		return refuse(http.StatusBadRequest, 50035, "Invalid Form Body")
	case ch == nil:
		return refuse(http.StatusNotFound, 10003, "Unknown Channel")
	case m == nil || m.Channel != ch.id || m.Deleted:
		return refuse(http.StatusNotFound, 10008, "Unknown Message")
	case m.Flags&FlagEphemeral != 0 || !ch.guild || ch.parent != "":
		s.violate("%s: a thread cannot begin there (%s)", r.route, docThread)
		return refuse(http.StatusBadRequest, 50024, "Cannot execute action on this channel type")
	case s.noThreads:
		return refuse(http.StatusForbidden, 50013, "Missing Permissions")
	case s.channels[id] != nil:
		return refuse(http.StatusBadRequest, 160004, "A thread has already been created for this message")
	}
	s.channels[id] = &channel{id: id, guild: true, parent: ch.id}
	return answer{status: http.StatusCreated, body: s.channels[id].object()}
}

func (s *Server) getChannel(r request) answer {
	ch := s.channels[r.PathValue("channel_id")]
	if ch == nil {
		return refuse(http.StatusNotFound, 10003, "Unknown Channel")
	}
	return ok(ch.object())
}

// openDirect is the way to somebody's direct messages.
func (s *Server) openDirect(r request) answer {
	var d struct {
		Recipient string `json:"recipient_id"`
	}
	p := (*Person)(nil)
	if strict(r.body, &d) == nil {
		p = s.people[d.Recipient]
	}
	if p == nil {
		return refuse(http.StatusNotFound, 10013, "Unknown User")
	}
	return ok(p.direct.object())
}

func (s *Server) createMessage(r request) answer {
	ch := s.channels[r.PathValue("channel_id")]
	if ch == nil {
		return refuse(http.StatusNotFound, 10003, "Unknown Channel")
	}
	if ch.blocked {
		return refuse(http.StatusForbidden, 50007, "Cannot send messages to this user")
	}
	m := &Message{Channel: ch.id, Author: BotID}
	if a := s.fill(r, m); a.status >= 400 {
		return a
	}
	if old := s.byNonce[nonce{m.Channel, m.nonce}]; old != nil {
		return ok(old.object()) // enforce_nonce
	}
	if m.Reference != "" && s.message(m.Reference) == nil {
		m.Reference = ""
	}
	return ok(s.post(m).object())
}

// fill puts the body of a call into a message.
func (s *Server) fill(r request, m *Message) answer {
	broken, d := checkMessage(r.body)
	files, wrong := d.attach(m.Files, r.files)
	broken = append(broken, wrong...)
	for _, b := range broken {
		s.violate("%s %s: %s", r.Method, r.route, b)
	}
	content := strings.TrimSpace(d.Content)
	empty := func(list json.RawMessage) bool { return len(list) == 0 || string(list) == "[]" }
	switch {
	case len(broken) > 0:
		return refuse(http.StatusBadRequest, 50035, "Invalid Form Body")
	case content == "" && empty(d.Embeds) && empty(d.Components) && len(files) == 0:
		s.violate("%s %s: empty message", r.Method, r.route)
		return refuse(http.StatusBadRequest, 50006, "Cannot send an empty message")
	}
	if m.ID != "" {
		if d.Flags&FlagEphemeral != 0 {
			s.violate("%s %s: an edit cannot change who sees a message (%s)", r.Method, r.route, docDeferFlags)
		}
		if m.Flags&^d.Flags&FlagComponents != 0 {
			s.violate("%s %s: a message of components stays one (%s)", r.Method, r.route, docComponents)
		}
		d.Flags |= m.Flags & FlagEphemeral
	}
	m.Content, m.Embeds, m.Components, m.Flags, m.Thinking = content, d.Embeds, d.Components, d.Flags, false
	m.Files = files
	for i := range m.Files {
		if m.Files[i].id == "" {
			m.Files[i].id = s.id()
		}
	}
	if m.ID == "" {
		m.Reference = d.Reference.MessageID
	} else {
		m.Edits++
	}
	if d.EnforceNonce {
		m.nonce = d.Nonce
	}
	return ok(m.object())
}

// post makes a message known. s.mu is held.
func (s *Server) post(m *Message) *Message {
	m.ID = cmp.Or(m.ID, s.id())
	s.messages = append(s.messages, m)
	s.byID[m.ID] = m
	if m.nonce != "" {
		s.byNonce[nonce{m.Channel, m.nonce}] = m
	}
	return m
}

// nonce is what the bot sends on a channel only once.
type nonce struct{ channel, value string }

func (s *Server) message(id string) *Message { return s.byID[id] }
