package rank

import (
	"bytes"
	"testing"

	"rapporteur/index/words"
)

func TestModelReads(t *testing.T) {
	m, err := ParseModel(weightsText)
	if err != nil {
		t.Fatal(err)
	}
	again, err := ParseModel(m.String())
	if err != nil || again.String() != m.String() {
		t.Errorf("a model does not survive being written: %v", err)
	}
	if _, err := ParseModel("1\tno such feature\n"); err == nil {
		t.Error("an unknown feature is no error")
	}
}

// TestThesaurus checks relations that everyday questions need.
func TestThesaurus(t *testing.T) {
	var a words.Analyser
	short := func(w string) uint32 { return Short(Hash(a.Tokens("en", w)[0].Term)) }
	for _, tt := range [][2]string{
		{"army", "military"}, {"pay", "finance"}, {"decide", "decision"}, {"pledge", "commitment"}, {"stop", "halt"}, {"sent", "send"}, {"soldiers", "troops"},
	} {
		found := false
		for _, r := range appendRelated(nil, short(tt[0])) {
			found = found || r.Short == short(tt[1])
		}
		if !found {
			t.Errorf("%s does not lead to %s", tt[0], tt[1])
		}
	}
	if the, rare := backgroundTable(backgroundData).share(short("city")), backgroundTable(backgroundData).share(short("zyzzyva")); the <= rare {
		t.Errorf("city %v is no more common than zyzzyva %v", the, rare)
	}
}

func TestAsked(t *testing.T) {
	var a words.Analyser
	for _, tt := range []struct {
		lang, text string
		want       kindOfQuestion
	}{
		{"en", "How many ships sailed?", asksHowMany}, {"en", "In what year did it open?", asksWhen}, {"en", "and the army, how big?", asksHowMany},
		{"en", "How much did it cost?", asksMoney}, {"en", "What percentage of voters came?", asksShare}, {"en", "Who built it?", asksWho},
		{"uk", "Скільки коштує міст?", asksMoney}, {"uk", "Коли відкрили порт?", asksWhen}, {"de", "Wie viele Schiffe?", asksHowMany}, {"en", "ships", asksOther},
	} {
		if got, _ := asked(tt.lang, Tokens(&a, tt.lang, tt.text)); got != tt.want {
			t.Errorf("%q asks %s, want %s", tt.text, questionNames[got], questionNames[tt.want])
		}
	}
}

func TestStatsRoundTrip(t *testing.T) {
	c := NewCounter()
	var a words.Analyser
	c.Add("en", []*Passage{{Sentences: [][]Token{Tokens(&a, "en", "Ships sail. Ships sink."), Tokens(&a, "en", "A harbour.")}}})
	var b bytes.Buffer
	if _, err := c.Stats().WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	s, err := ParseStats(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	ship := Hash(a.Tokens("en", "ship")[0].Term)
	if f := s.Languages["en"].Frequency(ship); f != (Frequency{1, 1, 1}) {
		t.Errorf("frequency %+v", f)
	}
	for n := range b.Len() {
		if _, err := ParseStats(b.Bytes()[:n]); err == nil {
			t.Fatalf("no error for %d of %d bytes", n, b.Len())
		}
	}
}

func FuzzParseStats(f *testing.F) {
	f.Add([]byte(statsMagic + "\x01\x00\x00\x00\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if s, err := ParseStats(b); (s == nil) != (err != nil) {
			t.Error(s, err)
		}
	})
}
