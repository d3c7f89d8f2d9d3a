package telegramtest

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
)

// Chaos tells how often calls go wrong by chance, each as a share of all calls
// from 0 to 1; together they are at most 1.
type Chaos struct {
	TooMany    float64 // 429
	BadGateway float64 // 502, with a proxy's page
	CutBefore  float64 // the connection breaks before the call takes effect
	CutAfter   float64 // and after: only the answer is lost
	RetryAfter int     // seconds a 429 asks for
	Methods    []string
}

// chaos is at work.
type chaos struct {
	Chaos
	rand   *rand.Rand
	faults int
}

// Unleash lets calls go wrong by chance from now on; those of Methods, or all if
// there are none. The same seed and the same calls in the same order make the
// same faults.
func (s *Server) Unleash(seed uint64, c Chaos) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.chaos = &chaos{Chaos: c, rand: rand.New(rand.NewPCG(seed, 1))}
}

// Calm ends what Unleash began and returns how many calls went wrong.
func (s *Server) Calm() (faults int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.chaos != nil {
		faults = s.chaos.faults
	}
	s.chaos = nil
	return faults
}

// strikes returns what is to go wrong with a call, nil for nothing.
func (c *chaos) strikes(method string) *Fault {
	if c == nil || len(c.Methods) > 0 && !slices.Contains(c.Methods, method) {
		return nil
	}
	x := c.rand.Float64()
	for _, f := range []struct {
		share float64
		fault Fault
	}{
		{c.TooMany, Fault{Status: http.StatusTooManyRequests, RetryAfter: c.RetryAfter,
			Description: fmt.Sprintf("Too Many Requests: retry after %d", c.RetryAfter)}},
		{c.BadGateway, Fault{Status: http.StatusBadGateway, NotJSON: true}},
		{c.CutBefore, Fault{}},
		{c.CutAfter, Fault{Late: true}},
	} {
		if x -= f.share; x < 0 {
			c.faults++
			return &f.fault
		}
	}
	return nil
}

// Storm is a plan of many updates at once.
type Storm struct {
	Messages int     // that people post, spread over the chats
	Poison   float64 // how many that nothing can decode come for each message
	Twice    float64 // the share of messages that come once more, under the same number
	Shuffle  int     // how far an update may be from its place; 0 is in order
	Text     func(i int) string
}

// Break lets a storm break loose over chats: all its updates come at once. It
// returns the messages by the order in which they were posted, and the numbers of
// the poisonous updates. The same seed makes the same storm.
func (s *Server) Break(seed uint64, plan Storm, chats ...*Chat) (messages []Posted, poison []int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := rand.New(rand.NewPCG(seed, 2))
	before := len(s.queue)
	for i := range plan.Messages {
		c := chats[r.IntN(len(chats))]
		c.world.unopened = false
		text := fmt.Sprint(i)
		if plan.Text != nil {
			text = plan.Text(i)
		}
		kind, msg := c.compose(Typed{Text: text})
		p := Posted{Chat: c, Message: msg["message_id"].(int64), Update: s.enqueue(kind, msg)}
		messages = append(messages, p)
		if r.Float64() < plan.Twice {
			s.queue = append(s.queue, &update{id: p.Update, raw: s.made[p.Update], about: queueOf(kind, msg)})
		}
		for n := plan.Poison; r.Float64() < n; n-- {
			s.lastUpdate++
			poison = append(poison, s.put(s.lastUpdate, "message", poisons[r.IntN(len(poisons))]))
		}
	}
	shuffle(r, s.queue[before:], plan.Shuffle)
	// Fetched in this order, a lower number may come after a higher one.
	last := int64(0)
	for _, u := range s.queue[before:] {
		u.late = u.id < last
		last = max(last, u.id)
	}
	s.touch()
	return messages, poison
}

// poisons are contents that no decoder is prepared for.
var poisons = []any{
	"text where an object should be",
	[]any{},
	map[string]any{"message_id": "one", "chat": map[string]any{"id": "two"}},
	map[string]any{"message_id": 1, "date": map[string]any{}, "chat": []any{}, "text": 7},
	map[string]any{"message_id": 1e300, "chat": map[string]any{"id": 1.5}},
	map[string]any{"message_id": 1, "chat": map[string]any{"id": 1, "type": "private"}, "from": "nobody", "entities": "none"},
}

// shuffle moves each update at most so far from its place.
func shuffle(r *rand.Rand, list []*update, far int) {
	for from := 0; far > 0 && from < len(list); from += far + 1 {
		block := list[from:min(from+far+1, len(list))]
		r.Shuffle(len(block), func(i, j int) { block[i], block[j] = block[j], block[i] })
	}
}
