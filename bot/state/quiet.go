package state

import (
	"time"
	_ "time/tzdata" // a container has no list of zones
)

// Quiet is when a space is left alone, every day from a time to another, perhaps
// past midnight. Where both are the same, as in the zero value, that is never.
type Quiet struct {
	From, To int    // minutes of the day, 0 to 1439; anything else is never
	Zone     string // IANA name; "", and one that is not known, is UTC
}

const dayMinutes = 24 * 60

// Until returns when it is no longer quiet, in the zone's time, or zero if it is
// not quiet now. What is shown twice when clocks are put back begins with the
// first and ends with the second showing; what is skipped when they are put
// forward begins and ends in that moment.
func (q Quiet) Until(now time.Time) (end time.Time) {
	if q.From == q.To || min(q.From, q.To) < 0 || max(q.From, q.To) >= dayMinutes {
		return time.Time{}
	}
	zone := q.zone()
	year, month, today := now.In(zone).Date()
	// Yesterday's may go on, and may end where today's has begun already.
	for day := today - 1; day <= today+1; day++ {
		last := day
		if q.To < q.From {
			last++
		}
		from, _ := showings(time.Date(year, month, day, 0, q.From, 0, 0, time.UTC), zone)
		_, to := showings(time.Date(year, month, last, 0, q.To, 0, 0, time.UTC), zone)
		if !now.Before(from) && now.Before(to) {
			now, end = to, to
		}
	}
	return end
}

func (q Quiet) zone() *time.Location {
	zone, err := time.LoadLocation(q.Zone)
	if err != nil || zone == time.Local { // "Local" is this machine's, which nobody chose
		return time.UTC
	}
	return zone
}

// showings returns the first and the last moment in which the clocks of a zone
// show what shown says in UTC. If they skip it, both are the moment they do.
func showings(shown time.Time, zone *time.Location) (first, last time.Time) {
	// No clock is a day off UTC, and none is changed twice in two days.
	_, before := shown.Add(-24 * time.Hour).In(zone).Zone()
	_, after := shown.Add(24 * time.Hour).In(zone).Zone()
	at := func(offset int) (t time.Time, ok bool) {
		t = shown.Add(-time.Duration(offset) * time.Second).In(zone)
		_, now := t.Zone()
		return t, now == offset
	}
	first, ok1 := at(max(before, after))
	last, ok2 := at(min(before, after))
	switch {
	case ok1 && ok2:
		return first, last
	case ok1:
		return first, first
	case ok2:
		return last, last
	}
	_, change := first.ZoneBounds()
	return change, change
}
