package telegramtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// update waits to be fetched until it is confirmed, or to be delivered.
type update struct {
	id        int64
	raw       json.RawMessage
	about     string    // updates with the same are delivered one by one
	late      bool      // it came after one with a higher number
	given     bool      // it was fetched
	flying    bool      // it is being delivered
	notBefore time.Time // it is to be delivered
}

// unasked are the kinds a bot gets only if it names them (Bot API, getUpdates,
// allowed_updates).
var unasked = []string{"chat_member", "message_reaction", "message_reaction_count"}

// wants reports whether the bot has asked for a kind of update. The lock is held.
func (s *Server) wants(kind string) bool {
	if len(s.allowed) == 0 {
		return !slices.Contains(unasked, kind)
	}
	return slices.Contains(s.allowed, kind)
}

// allow notes what kinds of updates a call asks for; one that says nothing
// leaves it at that.
func (s *Server) allow(c Call) {
	if list, ok := c.Params["allowed_updates"].([]any); ok {
		s.allowed = []string{}
		for _, kind := range list {
			s.allowed = append(s.allowed, fmt.Sprint(kind))
		}
	}
}

// enqueue makes an update of a kind, unless the bot has asked not to get that
// kind. The lock is held.
func (s *Server) enqueue(kind string, content any) int64 {
	if !s.wants(kind) {
		return s.lastUpdate
	}
	s.lastUpdate++
	return s.put(s.lastUpdate, kind, content)
}

// put lets an update wait to be fetched. The lock is held.
func (s *Server) put(id int64, kind string, content any) int64 {
	raw, err := json.Marshal(map[string]any{"update_id": id, kind: content})
	if err != nil {
		panic(err) // the kit's own values always marshal
	}
	s.made[id] = raw
	s.queue = append(s.queue, &update{id: id, raw: raw, about: queueOf(kind, content), late: id < s.lastUpdate})
	s.touch()
	return id
}

// Raw makes an update with the content under the key, whether the bot has asked
// for it or not. It can be one that no decoder is prepared for.
func (s *Server) Raw(key string, content any) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lastUpdate++
	return s.put(s.lastUpdate, key, content)
}

// Repeat lets an update come once more, under the same id, as servers do after
// a crash.
func (s *Server) Repeat(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue = append(s.queue, &update{id: id, raw: s.made[id], late: true})
	s.touch()
}

// Duplicate delivers what is in the chat's last update once more, under the
// same id, as servers do after a crash.
func (s *Server) Duplicate(c *Chat, id int64, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.put(id, "message", map[string]any{
		"message_id": c.world.lastID, "date": 0, "chat": c.describe(), "text": text,
		"from": map[string]any{"id": 1, "is_bot": false, "first_name": usualName},
	})
}

// Renumber lets update ids go on from another number, as after a week without
// any (Bot API, Update, update_id).
func (s *Server) Renumber(next int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lastUpdate = next - 1
}

// Handled reports whether the bot has confirmed the update, or taken it at its webhook.
func (s *Server) Handled(id int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.queued(id)
}

func (s *Server) queued(id int64) bool {
	return slices.ContainsFunc(s.queue, func(u *update) bool { return u.id == id })
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
	if s.hook.url != "" {
		s.mu.Unlock()
		return nil, &refusal{code: http.StatusConflict, text: webhookConflict}
	}
	if s.poller != nil {
		close(s.poller)
	}
	ended := make(chan struct{})
	s.poller = ended
	s.allow(c)
	if offset < 0 {
		offset = s.lastUpdate + 1 + offset
	}
	if last := s.lastUpdate; offset > last+1 && len(s.queue) > 0 {
		offset = s.queue[0].id // numbered anew: the offset is of another age
	}
	// One that comes late is confirmed by a higher offset only once it was fetched:
	// the bot could not know of it.
	s.queue = slices.DeleteFunc(s.queue, func(u *update) bool { return u.id < offset && (u.given || !u.late) })
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
			u.given = true
		}
		changed, webhook := s.changed, s.hook.url
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
