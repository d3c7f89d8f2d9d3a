package discord

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/hashicorp/golang-lru/v2/expirable"

	"rapporteur/bot/adapter"
)

const (
	// webhookBytes is the most that one interaction may take. A long one, with
	// a message that somebody wants to be checked, takes some 30 KB.
	webhookBytes = 1 << 20
	// freshness is how far from now a signed request may be dated, so that
	// nobody can keep one for later.
	freshness = 5 * time.Minute
	// maxSeen is how many interactions are remembered, of some 200 bytes: a hundred
	// a second for ten minutes.
	maxSeen = 60_000
)

// Interactions takes interactions that Discord sends by HTTP, to the address
// set as Interactions Endpoint URL, instead of over the gateway. All who do not
// sign with Config.PublicKey are refused, and without a key everybody is.
//
// Interactions are answered as those from the gateway are, with calls to
// Discord; of the request itself only a receipt is wanted then
// (interactions/receiving-and-responding.mdx, "Interaction Callback").
func (a *Adapter) Interactions() http.Handler {
	s := newSeen()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		now := time.Now()
		body, refused := adapter.Posted(w, r, webhookBytes, func(h http.Header) bool { return fresh(h, now) })
		if refused != 0 {
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		if len(a.publicKey) != ed25519.PublicKeySize || !discordgo.VerifyInteraction(r, a.publicKey) {
			// Discord sends wrong ones on purpose, to see that they are refused
			// (interactions/overview.mdx, "Validating Security Request Headers").
			a.log.Debug("discord: a request that Discord has not signed is refused")
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		var in struct {
			ID   string                    `json:"id"`
			Type discordgo.InteractionType `json:"type"`
		}
		if err := json.Unmarshal(body, &in); err != nil || in.ID == "" || in.Type == 0 {
			a.log.Warn("discord: cannot read an interaction", "cause", err)
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		switch {
		case in.Type == discordgo.InteractionPing:
			w.Header().Set("Content-Type", "application/json")
			io.WriteString(w, `{"type":1}`)
		case !s.first(in.ID, now):
			w.WriteHeader(http.StatusAccepted) // handled already
		case !a.dispatch("INTERACTION_CREATE", body):
			s.ids.Remove(in.ID)
			w.WriteHeader(http.StatusServiceUnavailable)
		default:
			w.WriteHeader(http.StatusAccepted)
		}
	})
}

// fresh says whether a request is dated as of now (interactions/overview.mdx,
// "Validating Security Request Headers").
func fresh(h http.Header, now time.Time) bool {
	at, err := strconv.ParseInt(h.Get("X-Signature-Timestamp"), 10, 64)
	return err == nil && now.Sub(time.Unix(at, 0)).Abs() <= freshness
}

// seen remembers when interactions came, for as long as a request can be sent once
// more.
type seen struct {
	mu  sync.Mutex
	ids *expirable.LRU[string, time.Time]
}

func newSeen() *seen { return &seen{ids: expirable.NewLRU[string, time.Time](maxSeen, nil, 0)} }

// first says whether the id has not been seen, and remembers it.
func (s *seen) first(id string, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	// What is dated five minutes ahead can come for ten, and some more by other clocks.
	if at, ok := s.ids.Get(id); ok && now.Sub(at) <= 3*freshness {
		return false
	}
	s.ids.Add(id, now)
	return true
}

// attend is Run without a gateway: it finds out who the bot is, tells Discord
// the commands, and leaves the rest to Interactions.
func (a *Adapter) attend(ctx context.Context) error {
	err := a.gateway.persist(ctx, "discord: cannot be reached by HTTP yet", func() error {
		if err := a.whichApp(ctx); err != nil {
			return err
		}
		return a.register(ctx)
	})
	if ctx.Err() == nil && err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

// whichApp asks for the bot's name and its application, which READY tells
// otherwise.
func (a *Adapter) whichApp(ctx context.Context) error {
	var me discordgo.User
	if err := a.rest.do(ctx, call{name: "ask who I am", method: http.MethodGet, path: "/users/@me", again: true, tries: connectTries}, &me); err != nil {
		return err
	}
	var app discordgo.Application
	if err := a.rest.do(ctx, call{name: "ask for my application", method: http.MethodGet, path: "/applications/@me", again: true}, &app); err != nil {
		return err
	}
	if me.ID == "" || app.ID == "" {
		return errors.New("discord does not say who I am")
	}
	a.self.Store(&identity{ID: me.ID, Name: me.Username, App: app.ID})
	return nil
}

// attending returns nil if interactions by HTTP can be answered.
func (a *Adapter) attending() error {
	a.mu.Lock()
	closing := a.closing
	a.mu.Unlock()
	switch {
	case closing:
		return errors.New("discord: stopped")
	case a.self.Load() == nil:
		return errors.New("discord: it has not said who the bot is")
	case !a.registered.Load():
		return errors.New("discord: the slash commands are not registered")
	}
	return nil
}
