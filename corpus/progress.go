package corpus

import (
	"sync"
	"time"
)

// Progress hears how much of how much is done.
type Progress func(done, total int)

// tick is how often a Meter tells more, at most: as often as anybody can read.
const tick = 100 * time.Millisecond

// Meter counts what is done and tells a Progress of it, ten times a second at
// most, and at the end. It is safe for concurrent use; a nil one counts nothing.
type Meter struct {
	tell  Progress
	total int

	mu   sync.Mutex
	done int
	told time.Time
}

// NewMeter returns a Meter for so many things, nil for nobody to tell.
func NewMeter(total int, tell Progress) *Meter {
	if tell == nil {
		return nil
	}
	return &Meter{tell: tell, total: total}
}

// Add says that n more are done.
func (m *Meter) Add(n int) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.done += n
	if now := time.Now(); m.done == m.total || now.Sub(m.told) >= tick {
		m.told = now
		m.tell(m.done, m.total)
	}
}
