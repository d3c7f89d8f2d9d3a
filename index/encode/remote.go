package encode

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Remote is a service that makes vectors: OpenAI's interface of embeddings
// (platform.openai.com/docs/api-reference/embeddings), as Ollama, llama.cpp, TEI and
// vLLM have it, too. What is encoded is sent there, questions included.
type Remote struct {
	URL            string // whole, such as http://127.0.0.1:11434/v1/embeddings
	Model          string // as the service calls it
	Key            string // "" sends none
	Query, Passage string // prefixes, as the model was trained with them
	Client         *http.Client
}

const (
	// remoteBatch is how many texts are sent at once: TEI takes 32 by default.
	remoteBatch = 32
	// remoteTries is how often a request is sent that fails in a way that may pass.
	remoteTries = 3
	// remoteLongest is the longest answer that is read.
	remoteLongest = 64 << 20
	// remoteTimeout is how long one request may take.
	remoteTimeout = 30 * time.Second
)

// Fingerprint implements Encoder.
func (r *Remote) Fingerprint() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %q %q", r.URL, r.Model, r.Query, r.Passage))
	return hex.EncodeToString(sum[:8])
}

// Rarity implements Encoder: a service does not tell tokens.
func (r *Remote) Rarity(int32) float32 { return 1 }

// Encode implements Encoder.
func (r *Remote) Encode(ctx context.Context, kind Kind, texts []string) ([]Encoded, error) {
	prefix := r.Passage
	if kind == Query {
		prefix = r.Query
	}
	var out []Encoded
	for part := range slices.Chunk(texts, remoteBatch) {
		inputs := make([]string, len(part))
		for i, t := range part {
			inputs[i] = prefix + strings.TrimSpace(t)
		}
		vectors, err := r.try(ctx, inputs)
		if err != nil {
			return nil, fmt.Errorf("encoder: %w", err)
		}
		for _, v := range vectors {
			out = append(out, Encoded{Vector: v})
		}
	}
	return out, nil
}

// try sends the inputs, again if need be.
func (r *Remote) try(ctx context.Context, inputs []string) ([][]float32, error) {
	wait := 200 * time.Millisecond
	for n := 1; ; n++ {
		vectors, after, err := r.send(ctx, inputs)
		if err == nil || after < 0 || n == remoteTries || ctx.Err() != nil {
			return vectors, err
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(max(wait, after)):
			wait *= 4
		}
	}
}

// send sends the inputs once. After is how long to wait before the next try, negative
// if there is no use in one.
func (r *Remote) send(ctx context.Context, inputs []string) (vectors [][]float32, after time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, remoteTimeout)
	defer cancel()
	body, err := json.Marshal(map[string]any{"model": r.Model, "input": inputs, "encoding_format": "float"})
	if err != nil {
		return nil, -1, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.URL, bytes.NewReader(body))
	if err != nil {
		return nil, -1, err
	}
	req.Header.Set("Content-Type", "application/json")
	if r.Key != "" {
		req.Header.Set("Authorization", "Bearer "+r.Key)
	}
	resp, err := cmp.Or(r.Client, http.DefaultClient).Do(req)
	if err != nil {
		return nil, 0, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, remoteLongest))
	if err != nil {
		return nil, 0, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, retryAfter(resp), fmt.Errorf("%s answers %s: %s", req.URL.Host, resp.Status, excerpt(answer))
	}
	vectors, err = readVectors(answer, len(inputs))
	return vectors, -1, err
}

// retryAfter returns when to try again after an answer that is not OK.
func retryAfter(resp *http.Response) time.Duration {
	if resp.StatusCode != http.StatusTooManyRequests && resp.StatusCode < 500 {
		return -1
	}
	seconds, _ := strconv.Atoi(resp.Header.Get("Retry-After"))
	return time.Duration(min(max(seconds, 0), 30)) * time.Second
}

// excerpt returns the beginning of what a service says of a failure.
func excerpt(b []byte) string {
	s := strings.ToValidUTF8(string(b[:min(len(b), 200)]), "")
	return strconv.Quote(strings.TrimSpace(s))
}

// readVectors reads n vectors, each brought to unit length.
func readVectors(b []byte, n int) ([][]float32, error) {
	var answer struct {
		Data []struct {
			Index     int       `json:"index"`
			Embedding []float32 `json:"embedding"`
		} `json:"data"`
	}
	if err := json.Unmarshal(b, &answer); err != nil {
		return nil, fmt.Errorf("the answer is not the JSON of embeddings: %w", err)
	}
	if len(answer.Data) != n {
		return nil, fmt.Errorf("%d vectors came for %d texts", len(answer.Data), n)
	}
	out := make([][]float32, n)
	for _, d := range answer.Data {
		if d.Index < 0 || d.Index >= n || out[d.Index] != nil {
			return nil, fmt.Errorf("a vector has the index %d", d.Index)
		}
		if len(d.Embedding) < 2 || len(d.Embedding) > maxWidth || len(d.Embedding)%2 != 0 || len(d.Embedding) != len(answer.Data[0].Embedding) {
			return nil, fmt.Errorf("a vector has %d numbers", len(d.Embedding))
		}
		unit(d.Embedding)
		if n := dot(d.Embedding, d.Embedding); math.Abs(float64(n)-1) > .01 {
			return nil, errors.New("a vector is no direction")
		}
		out[d.Index] = d.Embedding
	}
	return out, nil
}
