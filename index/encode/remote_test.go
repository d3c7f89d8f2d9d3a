package encode

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// service answers as OpenAI's does; each text's vector tells its length.
func service(t *testing.T, before func(n int, w http.ResponseWriter) bool) (*Remote, *[]string) {
	t.Helper()
	var asked []string
	calls := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			Model string
			Input []string
		}
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil || in.Model != "e5" || r.Header.Get("Authorization") != "Bearer k" || r.URL.Path != "/v1/embeddings" {
			t.Errorf("model %q, path %q, err %v", in.Model, r.URL.Path, err)
		}
		if calls++; before != nil && before(calls, w) {
			return
		}
		asked = append(asked, in.Input...)
		var out []string
		for i := len(in.Input) - 1; i >= 0; i-- { // in any order
			out = append(out, fmt.Sprintf(`{"index": %d, "embedding": [%d, 1]}`, i, len(in.Input[i])))
		}
		fmt.Fprintf(w, `{"data": [%s]}`, strings.Join(out, ","))
	}))
	t.Cleanup(s.Close)
	return &Remote{URL: s.URL + "/v1/embeddings", Model: "e5", Key: "k", Query: "query: ", Passage: "passage: "}, &asked
}

func TestRemote(t *testing.T) {
	r, asked := service(t, nil)
	var texts []string
	for i := range 40 {
		texts = append(texts, strings.Repeat("x", i+1)+" ")
	}
	got, err := r.Encode(context.Background(), Passage, texts)
	if err != nil || len(got) != 40 {
		t.Fatal(len(got), err)
	}
	for i, e := range got {
		want := []float32{float32(i + 10), 1}
		unit(want)
		if !slices.Equal(e.Vector, want) {
			t.Errorf("text %d: %v, want %v", i, e.Vector, want)
		}
	}
	if _, err := r.Encode(context.Background(), Query, []string{"who"}); err != nil || (*asked)[40] != "query: who" {
		t.Error((*asked)[40], err)
	}
}

func TestRemoteFails(t *testing.T) {
	for _, c := range []struct {
		name   string
		before func(n int, w http.ResponseWriter) bool
		want   string // "" is no error
	}{
		{"once", func(n int, w http.ResponseWriter) bool {
			w.WriteHeader(map[bool]int{true: 503, false: 200}[n == 1])
			return n == 1
		}, ""},
		{"refused", func(_ int, w http.ResponseWriter) bool { http.Error(w, "no such model", 404); return true }, "no such model"},
		{"no JSON", func(_ int, w http.ResponseWriter) bool { fmt.Fprint(w, "<html>"); return true }, "not the JSON"},
		{"too few", func(_ int, w http.ResponseWriter) bool { fmt.Fprint(w, `{"data": []}`); return true }, "0 vectors"},
		{"twice", func(_ int, w http.ResponseWriter) bool {
			fmt.Fprint(w, `{"data": [{"index": 0, "embedding": [1, 2]}, {"index": 0, "embedding": [1, 2]}]}`)
			return true
		}, "index 0"},
		{"zeros", func(_ int, w http.ResponseWriter) bool {
			fmt.Fprint(w, `{"data": [{"index": 0, "embedding": [0, 0]}, {"index": 1, "embedding": [1, 2]}]}`)
			return true
		}, "no direction"},
	} {
		r, _ := service(t, c.before)
		_, err := r.Encode(context.Background(), Passage, []string{"a", "b"})
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
		if err != nil && strings.Contains(err.Error(), "Bearer") {
			t.Errorf("%s: the error tells the key", c.name)
		}
	}
}

func TestRemoteGone(t *testing.T) {
	r, _ := service(t, nil)
	r.URL = "http://127.0.0.1:1/v1/embeddings"
	if _, err := r.Encode(context.Background(), Query, []string{"who"}); err == nil {
		t.Error("no error")
	}
}
