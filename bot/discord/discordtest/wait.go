package discordtest

import "testing"

// Handshakes returns how often the bot identified and resumed.
func (s *Server) Handshakes() (identifies, resumes int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.identifies, s.resumes
}

// WaitHandshakes waits until the bot has identified and resumed so often.
func (s *Server) WaitHandshakes(t testing.TB, identifies, resumes int) {
	t.Helper()
	s.wait(t, "handshakes", func() bool { return s.identifies >= identifies && s.resumes >= resumes })
}

// WaitBeats waits until every shard has sent so many heartbeats.
func (s *Server) WaitBeats(t testing.TB, beats int) {
	t.Helper()
	s.wait(t, "heartbeats", func() bool {
		for _, h := range s.shards {
			if h.beats < beats {
				return false
			}
		}
		return true
	})
}

// WaitReady waits until the bot is connected, with all its shards, and its
// commands are known.
func (s *Server) WaitReady(t testing.TB) {
	t.Helper()
	s.wait(t, "a connected bot with registered commands", func() bool {
		n := len(s.live())
		return (n > 0 || s.endpoint != "") && n == len(s.shards) && s.commands != nil
	})
}

// WaitGone waits until the bot has left.
func (s *Server) WaitGone(t testing.TB) {
	t.Helper()
	s.wait(t, "the bot to leave", func() bool { return len(s.live()) == 0 })
}

// Settle waits until the bot has taken every event sent so far and has nothing
// in flight. It asks for heartbeats, which the bot sends when it has come to
// that in the order of the events. It asks for two, lest one that was due anyway
// is taken for an answer.
func (s *Server) Settle(t testing.TB) {
	t.Helper()
	type mark struct {
		seq   int64
		beats int
	}
	s.mu.Lock()
	var marks []mark
	for _, h := range s.shards {
		marks = append(marks, mark{h.seq, h.beats})
	}
	s.mu.Unlock()
	s.tell(packet{Op: opHeartbeat})
	s.tell(packet{Op: opHeartbeat})
	s.wait(t, "heartbeats", func() bool {
		for i, m := range marks {
			if h := s.shards[i]; h.beats < m.beats+2 || h.beat < m.seq {
				return false
			}
		}
		return true
	})
	s.Idle()
}

// WaitMessage waits until a message of the bot's that stands is such and returns
// it.
func (s *Server) WaitMessage(t testing.TB, what string, is func(Message) bool) Message {
	t.Helper()
	var found Message
	s.wait(t, "a message: "+what, func() bool {
		for _, m := range s.messages {
			if m.Author == BotID && !m.Deleted && !m.Thinking && is(*m) {
				found = *m
				return true
			}
		}
		return false
	})
	return found
}

// WaitRead waits until a message of the bot's reads like that, as a whole.
func (s *Server) WaitRead(t testing.TB, text string) Message {
	t.Helper()
	return s.WaitMessage(t, text, func(m Message) bool { return m.Read() == text })
}

// Remove removes a message, as a moderator or the one who alone sees it can.
func (s *Server) Remove(message string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.byID[message].Deleted = true
}
