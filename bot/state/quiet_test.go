package state_test

import (
	"testing"
	"time"
	_ "time/tzdata" // the same zones on every machine

	"rapporteur/bot/state"
)

func TestQuiet(t *testing.T) {
	at := func(h, m int) int { return 60*h + m }
	night := state.Quiet{From: at(22, 0), To: at(7, 0), Zone: "Europe/Kyiv"}
	lunch := state.Quiet{From: at(12, 0), To: at(13, 30)}
	small := state.Quiet{From: at(1, 0), To: at(2, 30), Zone: "Europe/Berlin"} // ends in the hour that is changed
	late := state.Quiet{From: at(2, 30), To: at(5, 0), Zone: "Europe/Berlin"}  // begins in it
	kyiv := state.Quiet{From: at(3, 15), To: at(3, 45), Zone: "Europe/Kyiv"}   // lies in it
	most := state.Quiet{From: at(2, 50), To: at(2, 10), Zone: "Europe/Berlin"} // all but a part of it
	tests := []struct {
		name  string
		quiet state.Quiet
		now   string
		until string // "" is not quiet
	}{
		{"zero", state.Quiet{}, "2026-11-29T00:00:00Z", ""},
		{"the same twice", state.Quiet{From: 60, To: 60}, "2026-11-29T01:00:00Z", ""},
		{"below the first minute", state.Quiet{From: -1, To: 700}, "2026-11-29T01:00:00Z", ""},
		{"above the last minute", state.Quiet{From: 0, To: 1440}, "2026-11-29T01:00:00Z", ""},
		{"to the last minute", state.Quiet{From: 0, To: 1439}, "2026-11-29T23:58:59Z", "2026-11-29T23:59:00Z"},

		{"before", lunch, "2026-11-29T11:59:59.999999999Z", ""},
		{"first moment", lunch, "2026-11-29T12:00:00Z", "2026-11-29T13:30:00Z"},
		{"last moment", lunch, "2026-11-29T13:29:59.999999999Z", "2026-11-29T13:30:00Z"},
		{"after", lunch, "2026-11-29T13:30:00Z", ""},
		{"asked in another zone", lunch, "2026-11-29T22:15:00+10:00", "2026-11-29T13:30:00Z"},
		{"a zone that is not known", state.Quiet{From: lunch.From, To: lunch.To, Zone: "Europe/Nowhere"}, "2026-11-29T12:30:00Z", "2026-11-29T13:30:00Z"},
		{"a file that is no zone", state.Quiet{From: lunch.From, To: lunch.To, Zone: "../../etc/passwd"}, "2026-11-29T12:30:00Z", "2026-11-29T13:30:00Z"},

		{"evening", night, "2026-11-29T22:00:00+02:00", "2026-11-30T07:00:00+02:00"},
		{"evening before", night, "2026-11-29T21:59:59+02:00", ""},
		{"midnight", night, "2026-11-30T00:00:00+02:00", "2026-11-30T07:00:00+02:00"},
		{"morning", night, "2026-11-30T06:59:59+02:00", "2026-11-30T07:00:00+02:00"},
		{"morning after", night, "2026-11-30T07:00:00+02:00", ""},
		{"last night of the year", night, "2026-12-31T23:00:00+02:00", "2027-01-01T07:00:00+02:00"},
		{"to midnight", state.Quiet{From: at(20, 0), To: 0}, "2026-11-29T23:00:00Z", "2026-11-30T00:00:00Z"},
		{"from midnight", state.Quiet{From: 0, To: 1}, "2026-11-29T00:00:59Z", "2026-11-29T00:01:00Z"},

		// Kyiv: 03:00+02 becomes 04:00+03 on 29 March, 04:00+03 becomes 03:00+02 on 25 October.
		{"Kyiv forward, a night of 8 hours", night, "2026-03-28T22:00:00+02:00", "2026-03-29T07:00:00+03:00"},
		{"Kyiv back, a night of 10 hours", night, "2026-10-24T22:00:00+03:00", "2026-10-25T07:00:00+02:00"},
		{"Kyiv back, after the change", night, "2026-10-25T03:30:00+02:00", "2026-10-25T07:00:00+02:00"},
		{"Kyiv forward, all of it skipped", kyiv, "2026-03-29T02:59:59+02:00", ""},
		{"Kyiv forward, all of it skipped, after", kyiv, "2026-03-29T04:00:00+03:00", ""},
		{"Kyiv back, first showing", kyiv, "2026-10-25T03:20:00+03:00", "2026-10-25T03:45:00+02:00"},
		{"Kyiv back, between the two", kyiv, "2026-10-25T03:50:00+03:00", "2026-10-25T03:45:00+02:00"},
		{"Kyiv back, second showing", kyiv, "2026-10-25T03:20:00+02:00", "2026-10-25T03:45:00+02:00"},
		{"Kyiv back, over", kyiv, "2026-10-25T03:45:00+02:00", ""},

		// Berlin: 02:00+01 becomes 03:00+02 on 29 March, 03:00+02 becomes 02:00+01 on 25 October.
		{"Berlin forward, the end is skipped", small, "2026-03-29T01:30:00+01:00", "2026-03-29T03:00:00+02:00"},
		{"Berlin forward, at once after it", small, "2026-03-29T03:00:00+02:00", ""},
		{"Berlin forward, the beginning is skipped", late, "2026-03-29T03:00:00+02:00", "2026-03-29T05:00:00+02:00"},
		{"Berlin forward, before it", late, "2026-03-29T01:59:59+01:00", ""},
		{"Berlin back, the end comes twice", small, "2026-10-25T01:30:00+02:00", "2026-10-25T02:30:00+01:00"},
		{"Berlin back, between the ends", small, "2026-10-25T02:45:00+02:00", "2026-10-25T02:30:00+01:00"},
		{"Berlin back, over", small, "2026-10-25T02:30:00+01:00", ""},
		{"Berlin back, the beginning comes twice", late, "2026-10-25T02:30:00+02:00", "2026-10-25T05:00:00+01:00"},
		{"Berlin back, between the beginnings", late, "2026-10-25T02:15:00+01:00", "2026-10-25T05:00:00+01:00"},
		{"Berlin back, before both", late, "2026-10-25T02:29:59+02:00", ""},
		{"Berlin back, the next begins before this ends", most, "2026-10-25T02:05:00+02:00", "2026-10-26T02:10:00+01:00"},
		{"Berlin back, the same seen from the day before", most, "2026-10-24T12:00:00+02:00", "2026-10-26T02:10:00+01:00"},
		{"Berlin, the day before", small, "2026-10-24T02:29:00+02:00", "2026-10-24T02:30:00+02:00"},

		{"a zone of half hours", state.Quiet{From: at(2, 0), To: at(8, 0), Zone: "Australia/Lord_Howe"}, "2026-04-05T01:45:00+10:30", ""},
		{"far east", state.Quiet{From: at(22, 0), To: at(7, 0), Zone: "Pacific/Kiritimati"}, "2026-11-28T16:00:00Z", "2026-11-29T07:00:00+14:00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.quiet.Until(moment(t, tt.now))
			if want := moment(t, tt.until); !got.Equal(want) {
				t.Errorf("%s: until %s, want %s", tt.now, got, tt.until)
			}
			if tt.until != "" && tt.quiet.Zone == "Europe/Kyiv" {
				want(t, "shown", got.Format(time.RFC3339), tt.until)
			}
		})
	}
}

// TestQuietHere sets the machine's zone, which nobody may choose by its name.
func TestQuietHere(t *testing.T) {
	old := time.Local
	defer func() { time.Local = old }()
	time.Local = time.FixedZone("here", 5*3600)
	got := state.Quiet{From: 720, To: 780, Zone: "Local"}.Until(moment(t, "2026-11-29T12:30:00Z"))
	if !got.Equal(moment(t, "2026-11-29T13:00:00Z")) {
		t.Errorf("until %s", got)
	}
}

func moment(tb testing.TB, s string) (t time.Time) {
	tb.Helper()
	if s != "" {
		var err error
		t, err = time.Parse(time.RFC3339Nano, s)
		check(tb, err)
	}
	return t
}

// FuzzQuiet looks at any minute of any zone: while the clock shows a time of
// quiet it is quiet; it ends when it says it does; and where no clock is changed
// nearby, it is quiet at no other time.
func FuzzQuiet(f *testing.F) {
	zones := []string{"", "Europe/Kyiv", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia", "America/Nuuk"}
	for zone := range zones {
		f.Add(int64(1_774_746_000), uint16(120), uint16(150), uint8(zone))  // 29 March 2026
		f.Add(int64(1_792_890_000), uint16(1320), uint16(150), uint8(zone)) // 25 October 2026
	}
	f.Fuzz(func(t *testing.T, unix int64, from, to uint16, zone uint8) {
		q := state.Quiet{From: int(from) % 1440, To: int(to) % 1440, Zone: zones[int(zone)%len(zones)]}
		// From 2013 to 2100: the day Apia left out is history.
		now := time.Unix(1_357_000_000+int64(uint64(unix)%2_750_000_000), 0)
		place, err := time.LoadLocation(q.Zone)
		check(t, err)
		shown := func(now time.Time) bool {
			m := now.In(place).Hour()*60 + now.In(place).Minute()
			if q.From <= q.To {
				return q.From <= m && m < q.To
			}
			return q.From <= m || m < q.To
		}
		end := q.Until(now)
		switch {
		case end.IsZero() && shown(now):
			t.Fatalf("%+v: not quiet at %s", q, now.In(place))
		case end.IsZero():
			return
		case !end.After(now):
			t.Fatalf("%+v: quiet at %s until %s", q, now.In(place), end)
		}
		if again := q.Until(end); !again.IsZero() {
			t.Errorf("%+v: quiet at %s until %s, and then until %s", q, now.In(place), end, again)
		}
		if last := q.Until(end.Add(-time.Nanosecond)); !last.Equal(end) {
			t.Errorf("%+v: quiet at %s until %s, but just before until %s", q, now.In(place), end, last)
		}
		_, before := now.Add(-48 * time.Hour).In(place).Zone()
		_, after := now.Add(48 * time.Hour).In(place).Zone()
		if before == after && !shown(now) {
			t.Errorf("%+v: quiet at %s", q, now.In(place))
		}
		if before == after && end.Sub(now) >= 24*time.Hour {
			t.Errorf("%+v: quiet at %s until %s", q, now.In(place), end)
		}
	})
}
