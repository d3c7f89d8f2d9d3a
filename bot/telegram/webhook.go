package telegram

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	tg "github.com/go-telegram/bot"

	"rapporteur/bot"
	"rapporteur/bot/adapter"
)

const (
	// webhookBytes is the most that one update may take. A long message with all
	// that can come along takes some 100 KB.
	webhookBytes = 1 << 20
	// webhookConnections is how many updates come at a time: the default of the
	// Bot API (setWebhook, max_connections).
	webhookConnections = 40
	headerSecret       = "X-Telegram-Bot-Api-Secret-Token"
)

// hook is where Telegram delivers updates.
type hook struct {
	url    string
	secret string
}

// newHook checks the address and the secret. Without a secret one is made out of
// the token, so that all instances of a bot agree on it.
func newHook(address, secret, token string) (*hook, error) {
	if address == "" {
		return nil, nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil {
		return nil, errors.New("the webhook's address must begin with https:// and hold no password")
	}
	if secret == "" {
		mac := hmac.New(sha256.New, []byte(token))
		mac.Write([]byte("webhook"))
		secret = hex.EncodeToString(mac.Sum(nil))
	}
	if len(secret) > 256 || strings.Trim(secret, secretLetters) != "" { // Bot API, setWebhook, secret_token
		return nil, errors.New("the webhook's secret must be 1 to 256 of A-Z, a-z, 0-9, _ and -")
	}
	return &hook{url: address, secret: secret}, nil
}

const secretLetters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_-abcdefghijklmnopqrstuvwxyz"

// Webhook takes updates that Telegram sends by HTTP. It says yes only when an
// update has been kept, or answered: Telegram sends anything else again.
func (a *Adapter) Webhook() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, refused := adapter.Posted(w, r, webhookBytes, func(h http.Header) bool {
			return a.hook != nil && subtle.ConstantTimeCompare([]byte(h.Get(headerSecret)), []byte(a.hook.secret)) == 1
		})
		if refused != 0 {
			level := slog.LevelDebug
			if refused == http.StatusRequestEntityTooLarge {
				level = slog.LevelWarn // it has the secret
			}
			a.log.Log(r.Context(), level, "telegram: a request to the webhook is refused", "status", refused)
			return
		}
		if u, _ := decode(body); u.ID == 0 {
			a.log.Warn("telegram: what came by the webhook is no update")
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		if err := a.deliverable(r.Context(), body); err != nil {
			a.log.Warn("telegram: an update is refused for now", "cause", err)
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		w.WriteHeader(http.StatusOK)
	})
}

// deliverable takes an update that came by the webhook, unless the adapter is not at
// work or the update cannot be kept.
func (a *Adapter) deliverable(ctx context.Context, raw json.RawMessage) error {
	a.door.RLock()
	defer a.door.RUnlock()
	if !a.open {
		return errors.New("not at work")
	}
	_, err := a.take(ctx, []json.RawMessage{raw}, false)
	if u, _ := decode(raw); err == nil && a.memory != (forgetful{}) && a.updates.alone(u.ID) {
		return errors.New("the same update is just being kept")
	}
	return err
}

// listen has updates delivered to the webhook until ctx is cancelled, and keeps
// an eye on whether they are. The webhook stays: what comes meanwhile waits for
// the next run.
func (a *Adapter) listen(ctx context.Context) error {
	var denied denials
	for retry := a.pace.retry; ctx.Err() == nil; {
		err := a.watchWebhook(ctx)
		switch {
		case ctx.Err() != nil:
			return nil
		case denied.again(err):
			return errToken
		case code(err) == http.StatusBadRequest && !a.hooked: // for the address, say, that has not been good before
			return bot.SetupError(fmt.Sprintf("Telegram does not take the webhook as RAPPORTEUR_TELEGRAM_WEBHOOK_URL has it: %v", err))
		case err != nil:
			a.pulse.fail(err)
			a.log.Error("telegram: not receiving", "err", err)
			_ = adapter.Sleep(ctx, max(retryAfter(err), retry.NextBackOff())) // the loop sees the end of ctx itself
			continue
		}
		retry, denied = a.pace.retry, 0
		_ = adapter.Sleep(ctx, a.pace.watch)
	}
	return nil
}

// watchWebhook sets the webhook if it is not set, and looks whether it works.
func (a *Adapter) watchWebhook(ctx context.Context) error {
	info, err := a.api.GetWebhookInfo(ctx)
	if err != nil {
		return err
	}
	if info.URL != a.hook.url || !a.hooked {
		_, err := a.api.SetWebhook(ctx, &tg.SetWebhookParams{
			URL: a.hook.url, SecretToken: a.hook.secret, MaxConnections: webhookConnections, AllowedUpdates: allowedUpdates,
		})
		if err != nil {
			return err
		}
		if a.hooked {
			a.log.Warn("telegram: somebody has changed the webhook; it is set again")
		}
		a.hooked = true
		a.log.Info("telegram: receiving by the webhook")
	}
	if failed := time.Unix(int64(info.LastErrorDate), 0); info.PendingUpdateCount > 0 && time.Since(failed) < 2*a.pace.watch {
		return fmt.Errorf("telegram cannot deliver to the webhook, %d updates wait: %s", info.PendingUpdateCount, info.LastErrorMessage)
	}
	a.pulse.beat()
	return nil
}
