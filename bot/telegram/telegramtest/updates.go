package telegramtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// update waits to be fetched until it is confirmed.
type update struct {
	id  int64
	raw json.RawMessage
}

// enqueue makes an update of a kind, unless the bot has asked not to get that
// kind. The lock is held.
func (s *Server) enqueue(kind string, content any) int64 {
	if len(s.allowed) > 0 && !slices.Contains(s.allowed, kind) {
		return s.lastUpdate
	}
	s.lastUpdate++
	return s.put(s.lastUpdate, map[string]any{"update_id": s.lastUpdate, kind: content})
}

func (s *Server) put(id int64, content any) int64 {
	raw, err := json.Marshal(content)
	if err != nil {
		panic(err) // the kit's own values always marshal
	}
	s.queue = append(s.queue, update{id, raw})
	s.touch()
	return id
}

// Raw makes an update with the content under the key, whether the bot has asked
// for it or not. It can be one that no decoder is prepared for.
func (s *Server) Raw(key string, content any) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lastUpdate++
	return s.put(s.lastUpdate, map[string]any{"update_id": s.lastUpdate, key: content})
}

// Duplicate delivers what is in the chat's last update once more, under the
// same id, as servers do after a crash.
func (s *Server) Duplicate(c *Chat, id int64, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.put(id, map[string]any{"update_id": id, "message": map[string]any{
		"message_id": c.world.lastID, "date": 0, "chat": c.describe(), "text": text,
		"from": map[string]any{"id": 1, "is_bot": false, "first_name": "Олена"},
	}})
}

// Renumber lets update ids go on from another number, as after a week without
// any (Bot API, Update, update_id).
func (s *Server) Renumber(next int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lastUpdate = next - 1
}

// Handled reports whether the bot has confirmed the update.
func (s *Server) Handled(id int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !slices.ContainsFunc(s.queue, func(u update) bool { return u.id == id })
}

// WaitHandled returns when the bot has confirmed the updates.
func (s *Server) WaitHandled(ids ...int64) {
	s.t.Helper()
	for _, id := range ids {
		s.Wait(fmt.Sprintf("update %d to be confirmed", id), func() bool { return s.Handled(id) })
	}
}

// Pending returns how many updates are not confirmed.
func (s *Server) Pending() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.queue)
}

// SetWebhook sets a webhook while the bot is polling.
func (s *Server) SetWebhook() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.webhook = "https://example.org/hook"
	if s.poller != nil {
		close(s.poller)
		s.poller = nil
	}
}

const (
	conflict        = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
	webhookConflict = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)

// getUpdates confirms the updates before the offset and returns those from it
// on; if there are none, it holds the call. A later call ends one being held.
func (s *Server) getUpdates(r *http.Request, c Call) (any, *refusal) {
	offset, _ := integer(c.Params["offset"])
	limit, ok := integer(c.Params["limit"])
	if !ok {
		limit = 100
	}
	timeout, _ := integer(c.Params["timeout"])
	if s.noHold {
		timeout = 0
	}

	s.mu.Lock()
	if s.webhook != "" {
		s.mu.Unlock()
		return nil, &refusal{code: http.StatusConflict, text: webhookConflict}
	}
	if s.poller != nil {
		close(s.poller)
	}
	ended := make(chan struct{})
	s.poller = ended
	if list, ok := c.Params["allowed_updates"].([]any); ok {
		s.allowed = []string{}
		for _, kind := range list {
			s.allowed = append(s.allowed, fmt.Sprint(kind))
		}
	}
	if offset < 0 {
		offset = s.lastUpdate + 1 + offset
	}
	if last := s.lastUpdate; offset > last+1 && len(s.queue) > 0 {
		offset = s.queue[0].id // numbered anew: the offset is of another age
	}
	confirmed := slices.IndexFunc(s.queue, func(u update) bool { return u.id >= offset })
	if confirmed < 0 {
		confirmed = len(s.queue)
	}
	s.queue = slices.Delete(s.queue, 0, confirmed)
	s.touch()
	s.mu.Unlock()

	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.poller == ended {
			s.poller = nil
		}
	}()
	end := time.NewTimer(time.Duration(timeout) * time.Second)
	defer end.Stop()
	for {
		s.mu.Lock()
		batch := []json.RawMessage{}
		for _, u := range s.queue[:min(len(s.queue), int(limit))] {
			batch = append(batch, u.raw)
		}
		changed, webhook := s.changed, s.webhook
		s.mu.Unlock()
		if len(batch) > 0 || timeout == 0 {
			return batch, nil
		}
		select {
		case <-changed:
		case <-end.C:
			return batch, nil
		case <-ended:
			if webhook != "" {
				return nil, &refusal{code: http.StatusConflict, text: webhookConflict}
			}
			return nil, &refusal{code: http.StatusConflict, text: conflict}
		case <-r.Context().Done():
			return batch, nil
		case <-s.gone:
			return batch, nil
		}
	}
}
