package discordtest

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// PublicKey is what the application's page shows for checking signatures.
func (s *Server) PublicKey() ed25519.PublicKey { return s.key.Public().(ed25519.PublicKey) }

// Sign returns a request as Discord sends it, signed and dated
// (interactions/overview.mdx, "Setting Up an Endpoint").
func (s *Server) Sign(url string, body []byte, at time.Time) *http.Request {
	req, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		panic(err) // the test's own mistake
	}
	stamp := strconv.FormatInt(at.Unix(), 10)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Signature-Timestamp", stamp)
	req.Header.Set("X-Signature-Ed25519", hex.EncodeToString(ed25519.Sign(s.key, append([]byte(stamp), body...))))
	return req
}

// SetEndpoint enters the address to which interactions go from now on, instead
// of over the gateway. Discord does so only if a PING is answered, and one with
// a wrong signature refused.
func (s *Server) SetEndpoint(t testing.TB, url string) {
	t.Helper()
	ping := []byte(`{"id":"1","application_id":"` + AppID + `","type":1,"token":"t","version":1}`)
	status, header, body := send(s.Sign(url, ping, time.Now()))
	if status != http.StatusOK || header.Get("Content-Type") != "application/json" || strings.TrimSpace(body) != `{"type":1}` {
		t.Fatalf("PING was answered with %d, %q, %s", status, header.Get("Content-Type"), body)
	}
	forged := s.Sign(url, ping, time.Now())
	forged.Header.Set("X-Signature-Ed25519", strings.Repeat("0", 2*ed25519.SignatureSize))
	if status, _, _ := send(forged); status != http.StatusUnauthorized {
		t.Fatalf("a forged PING was answered with %d", status)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.endpoint = url
	s.changed.Broadcast()
}

// deliver sends an interaction to the endpoint. s.mu is held: the bot's calls
// are not looked at before it has taken the interaction.
func (s *Server) deliver(interaction any) {
	body, err := json.Marshal(interaction)
	if err != nil {
		panic(err) // the kit's own mistake
	}
	status, _, answer := send(s.Sign(s.endpoint, body, time.Now()))
	if status != http.StatusAccepted || answer != "" {
		s.violate("endpoint: answered %d %q, want 202 and no body (interactions/receiving-and-responding.mdx, \"Interaction Callback\")", status, answer)
	}
}

// send sends a request and returns the answer; a status of 0 is none.
func send(req *http.Request) (status int, header http.Header, body string) {
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, err.Error()
	}
	defer resp.Body.Close()
	raw, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, resp.Header, string(raw)
}
