package bot

import "context"

// sent is a message that a sender has sent.
type sent struct {
	to Recipient
	r  Reply
}

// sender notes what it is to send, unless fail says no.
type sender struct {
	messages []sent
	fail     func(to Recipient) error
}

func (s *sender) Room() int { return 100 }

func (s *sender) Send(_ context.Context, to Recipient, r Reply) error {
	if s.fail != nil {
		if err := s.fail(to); err != nil {
			return err
		}
	}
	s.messages = append(s.messages, sent{to, r})
	return nil
}
