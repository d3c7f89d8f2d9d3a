package discord

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"
)

const (
	// webhookBytes is the most that one interaction may take. A long one, with
	// a message that somebody wants to be checked, takes some 30 KB.
	webhookBytes = 1 << 20
	// freshness is how far from now a signed request may be dated, so that
	// nobody can keep one for later.
	freshness = 5 * time.Minute
	// maxSeen is how many interactions are remembered in each half of seen, of
	// some 50 bytes: a hundred a second for ten minutes.
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
	s := &seen{turned: time.Now()}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			w.Header().Set("Allow", http.MethodPost)
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		now := time.Now()
		if !fresh(r.Header, now) {
			w.WriteHeader(http.StatusUnauthorized) // before anything is read
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, webhookBytes))
		if err != nil {
			status := http.StatusBadRequest
			if errors.As(err, new(*http.MaxBytesError)) {
				status = http.StatusRequestEntityTooLarge
			}
			w.WriteHeader(status)
			return
		}
		if !signed(a.publicKey, r.Header, body) {
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
			s.forget(in.ID)
			w.WriteHeader(http.StatusServiceUnavailable)
		default:
			w.WriteHeader(http.StatusAccepted)
		}
	})
}

// The headers of a signed request (interactions/overview.mdx, "Validating
// Security Request Headers").
const (
	headerStamp     = "X-Signature-Timestamp"
	headerSignature = "X-Signature-Ed25519"
)

// fresh says whether a request is dated as of now.
func fresh(h http.Header, now time.Time) bool {
	at, err := strconv.ParseInt(h.Get(headerStamp), 10, 64)
	return err == nil && now.Sub(time.Unix(at, 0)).Abs() <= freshness
}

// signed says whether a request is Discord's.
func signed(key ed25519.PublicKey, h http.Header, body []byte) bool {
	signature, err := hex.DecodeString(h.Get(headerSignature))
	if err != nil || len(signature) != ed25519.SignatureSize || len(key) != ed25519.PublicKeySize {
		return false
	}
	return ed25519.Verify(key, append([]byte(h.Get(headerStamp)), body...), signature)
}

// seen remembers the ids of interactions for as long as a request can be sent
// once more, in two halves of which the older is thrown away.
type seen struct {
	mu         sync.Mutex
	young, old map[string]bool
	turned     time.Time // when young was begun
}

// first says whether the id has not been seen, and remembers it.
func (s *seen) first(id string, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	// What is dated five minutes ahead can come for ten.
	if s.young == nil || len(s.young) >= maxSeen || now.Sub(s.turned) > 2*freshness {
		s.young, s.old, s.turned = make(map[string]bool), s.young, now
	}
	if s.young[id] || s.old[id] {
		return false
	}
	s.young[id] = true
	return true
}

func (s *seen) forget(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.young, id)
	delete(s.old, id)
}

// attend is Run without a gateway: it finds out who the bot is, tells Discord
// the commands, and leaves the rest to Interactions.
func (a *Adapter) attend(ctx context.Context) error {
	for failures := 1; ; failures++ {
		err := a.whichApp(ctx)
		if err == nil {
			if a.register(ctx); a.registered.Load() {
				break
			}
		}
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			if err := final(err); err != nil {
				return err
			}
			a.log.Warn("discord: cannot ask who I am", "cause", err, "failures", failures)
		}
		if sleep(ctx, a.gateway.backoff(failures)) != nil {
			return nil
		}
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
