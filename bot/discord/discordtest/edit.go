package discordtest

import "net/http"

func (s *Server) editOriginal(r request) answer {
	in, no := s.ongoing(r)
	if in == nil {
		return no
	}
	if in.original.Deleted {
		return refuse(http.StatusNotFound, 10008, "Unknown Message")
	}
	a := s.fill(r, in.original)
	if in.answeredAt.IsZero() && a.status < 400 {
		in.answeredAt = r.at
	}
	return a
}

// editSent edits a message that followed the first.
func (s *Server) editSent(r request) answer {
	in, no := s.ongoing(r)
	if in == nil {
		return no
	}
	m := s.message(r.PathValue("message_id"))
	if m == nil || m.Deleted || m.answers != in {
		return refuse(http.StatusNotFound, 10008, "Unknown Message")
	}
	return s.fill(r, m)
}

// editMessage edits a message of the bot's on a channel.
func (s *Server) editMessage(r request) answer {
	m := s.message(r.PathValue("message_id"))
	switch {
	case m == nil || m.Deleted || m.Channel != r.PathValue("channel_id"):
		return refuse(http.StatusNotFound, 10008, "Unknown Message")
	case m.Author != BotID:
		s.violate("%s %s: somebody else's message", r.Method, r.route)
		return refuse(http.StatusForbidden, 50005, "Cannot edit a message authored by another user")
	case m.Flags&FlagEphemeral != 0:
		return refuse(http.StatusNotFound, 10008, "Unknown Message")
	}
	return s.fill(r, m)
}

func (s *Server) deleteOriginal(r request) answer {
	in, no := s.ongoing(r)
	if in == nil {
		return no
	}
	if in.original.Deleted {
		return refuse(http.StatusNotFound, 10008, "Unknown Message")
	}
	in.original.Deleted = true
	return done
}
