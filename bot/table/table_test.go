package table

import "testing"

func TestInert(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "What?": "What?", "=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@SUM(A1)": "'@SUM(A1)", "\tx": " x", "\rx": " x", "\t=1": "' =1",
		"  =1": "'  =1", "＝1": "'＝1", "a=1": "a=1", "1-2": "1-2", "'=1": "''=1", "“=1": "'“=1", "\u200b=1": "'\u200b=1", "\u00ad+1": "'\u00ad+1",
		"\u2060\u0301@x": "'\u2060\u0301@x", "why;=1+1": "why;'=1+1", "why; what": "why; what", "−1": "'−1", "﹢1": "'﹢1",
	} {
		if got := inert(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
