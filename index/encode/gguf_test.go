package encode

import (
	"context"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// writer makes GGUF files.
type writer struct {
	keys, table, data []byte
	nKeys, nTensors   int
}

func (w *writer) str(b []byte, s string) []byte {
	return append(binary.LittleEndian.AppendUint64(b, uint64(len(s))), s...)
}

func (w *writer) key(name string, value any) {
	w.nKeys++
	w.keys = w.str(w.keys, name)
	put := func(t uint32) { w.keys = binary.LittleEndian.AppendUint32(w.keys, t) }
	list := func(t uint32, n int) {
		put(typeArray)
		put(t)
		w.keys = binary.LittleEndian.AppendUint64(w.keys, uint64(n))
	}
	switch v := value.(type) {
	case string:
		put(typeString)
		w.keys = w.str(w.keys, v)
	case int:
		put(typeUint32)
		w.keys = binary.LittleEndian.AppendUint32(w.keys, uint32(v))
	case float32:
		put(typeFloat32)
		w.keys = binary.LittleEndian.AppendUint32(w.keys, math.Float32bits(v))
	case []string:
		list(typeString, len(v))
		for _, s := range v {
			w.keys = w.str(w.keys, s)
		}
	case []float32:
		list(typeFloat32, len(v))
		for _, f := range v {
			w.keys = binary.LittleEndian.AppendUint32(w.keys, math.Float32bits(f))
		}
	case []int32:
		list(typeInt32, len(v))
		for _, n := range v {
			w.keys = binary.LittleEndian.AppendUint32(w.keys, uint32(n))
		}
	default:
		panic("no such type of value")
	}
}

// tensor writes rows of random numbers around at.
func (w *writer) tensor(rng *rand.Rand, name string, kind uint32, at float64, dims ...int) {
	w.nTensors++
	w.table = w.str(w.table, name)
	w.table = binary.LittleEndian.AppendUint32(w.table, uint32(len(dims)))
	n := 1
	for _, d := range dims {
		n *= d
		w.table = binary.LittleEndian.AppendUint64(w.table, uint64(d))
	}
	w.table = binary.LittleEndian.AppendUint32(w.table, kind)
	for len(w.data)%32 != 0 {
		w.data = append(w.data, 0)
	}
	w.table = binary.LittleEndian.AppendUint64(w.table, uint64(len(w.data)))
	const scale = 0x2c00 // 1/16 as binary16
	for i := 0; i < n; i += kinds[kind].values {
		switch v := at + .3*rng.NormFloat64(); kind {
		case kindF32:
			w.data = binary.LittleEndian.AppendUint32(w.data, math.Float32bits(float32(v)))
		case kindF16:
			bits := math.Float32bits(float32(v))
			w.data = binary.LittleEndian.AppendUint16(w.data, uint16(bits>>16&0x8000|(bits>>23&0xff-112)<<10|bits>>13&0x3ff))
		default:
			w.data = binary.LittleEndian.AppendUint16(w.data, scale)
			for range kinds[kind].bytes - 2 {
				w.data = append(w.data, byte(rng.IntN(256)))
			}
		}
	}
}

func (w *writer) String() string {
	out := binary.LittleEndian.AppendUint32([]byte(ggufMagic), ggufVersion)
	out = binary.LittleEndian.AppendUint64(out, uint64(w.nTensors))
	out = binary.LittleEndian.AppendUint64(out, uint64(w.nKeys))
	out = append(append(out, w.keys...), w.table...)
	for len(out)%32 != 0 {
		out = append(out, 0)
	}
	return string(append(out, w.data...))
}

// small writes a model of random weights, with keys that replace the usual ones.
func small(kind uint32, tokens []string, keys map[string]any) string {
	const width, inner, window = 32, 64, 16
	w, rng := new(writer), rand.New(rand.NewPCG(1, 2))
	all := map[string]any{
		"general.architecture": "bert", "bert.embedding_length": width, "bert.feed_forward_length": inner,
		"bert.attention.head_count": 4, "bert.context_length": window, "bert.block_count": 2,
		"bert.attention.layer_norm_epsilon": float32(1e-6), "tokenizer.ggml.tokens": tokens,
		"tokenizer.ggml.bos_token_id": 0, "tokenizer.ggml.eos_token_id": 1, "tokenizer.ggml.unknown_token_id": 2,
	}
	types := make([]int32, len(tokens))
	scores := make([]float32, len(tokens))
	for i := range tokens {
		types[i], scores[i] = 1, -float32(i)
		if i < 3 {
			types[i] = 3
		}
	}
	all["tokenizer.ggml.token_type"], all["tokenizer.ggml.scores"], all["tokenizer.ggml.model"] = types, scores, "t5"
	for k, v := range keys {
		if all[k] = v; v == nil {
			delete(all, k)
		}
	}
	names := make([]string, 0, len(all))
	for k := range all {
		names = append(names, k)
	}
	slices.Sort(names)
	for _, k := range names {
		w.key(k, all[k])
	}
	w.tensor(rng, "token_embd.weight", kind, 0, width, len(tokens))
	w.tensor(rng, "position_embd.weight", kindF32, 0, width, window)
	w.tensor(rng, "token_types.weight", kindF32, 0, width, 2)
	norm := func(name string) {
		w.tensor(rng, name+".weight", kindF32, 1, width)
		w.tensor(rng, name+".bias", kindF32, 0, width)
	}
	norm("token_embd_norm")
	for _, p := range []string{"blk.0.", "blk.1."} {
		for _, m := range []struct {
			name    string
			in, out int
		}{{"attn_q", width, width}, {"attn_k", width, width}, {"attn_v", width, width}, {"attn_output", width, width}, {"ffn_up", width, inner}, {"ffn_down", inner, width}} {
			w.tensor(rng, p+m.name+".weight", kind, 0, m.in, m.out)
			w.tensor(rng, p+m.name+".bias", kindF32, 0, m.out)
		}
		norm(p + "attn_output_norm")
		norm(p + "layer_output_norm")
	}
	return w.String()
}

var (
	wordPieces    = []string{"[CLS]", "[SEP]", "[UNK]", "▁the", "▁talk", "s", "▁end", "ed", ".", "▁.", "▁cafe", "▁t"}
	unigramPieces = []string{"<s>", "</s>", "<unk>", "▁", "▁the", "▁talk", "s", "▁end", "ed", ".", "t", "a", "l", "k"}
)

// bertKeys make a model of llama.cpp's WordPiece kind.
var bertKeys = map[string]any{"tokenizer.ggml.model": "bert", "tokenizer.ggml.bos_token_id": nil, "tokenizer.ggml.eos_token_id": nil,
	"tokenizer.ggml.cls_token_id": 0, "tokenizer.ggml.seperator_token_id": 1, "tokenizer.ggml.scores": nil, "bert.pooling_type": poolFirst}

func TestSmallModels(t *testing.T) {
	for kind, k := range kinds {
		for name, s := range map[string]string{"unigram": small(kind, unigramPieces, nil), "WordPiece": small(kind, wordPieces, bertKeys)} {
			m, err := Parse(s)
			if err != nil {
				t.Errorf("%s, %s: %v", k.name, name, err)
				continue
			}
			got, err := m.Encode(context.Background(), Passage, []string{"The talks ended.", "talks", strings.Repeat("the talks ", 30)})
			if err != nil {
				t.Fatal(err)
			}
			for i, e := range got {
				if n := plainDot(e.Vector, e.Vector); n < .999 || n > 1.001 {
					t.Errorf("%s, %s: the vector of text %d has length² %.3f", k.name, name, i, n)
				}
			}
			if c := plainDot(got[0].Vector, got[1].Vector); c > .999 {
				t.Errorf("%s, %s: all texts are alike", k.name, name)
			}
		}
	}
}

func TestPieces(t *testing.T) {
	word, err := Parse(small(kindF32, wordPieces, bertKeys))
	if err != nil {
		t.Fatal(err)
	}
	uni, err := Parse(small(kindF32, unigramPieces, nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		m    *Model
		text string
		want []int32
		end  int // of the last piece
	}{
		{word, "The talks ended.", []int32{3, 4, 5, 6, 7, 9}, 16},
		{word, "Café xyz t", []int32{10, 2, 11}, 11},
		{uni, "the  talks", []int32{4, 5, 6}, 10},
		{uni, " the\u200btalkž", []int32{4, 5, 2}, 13},
		{uni, "", []int32{3}, 0},
	} {
		var got []int32
		end := 0
		for _, p := range c.m.tokens.cut(c.text) {
			got, end = append(got, p.id), p.end
		}
		if !slices.Equal(got, c.want) || end != c.end {
			t.Errorf("%q: pieces %v to %d, want %v to %d", c.text, got, end, c.want, c.end)
		}
	}
}

// TestRefused opens files that are not as they should be.
func TestRefused(t *testing.T) {
	good := small(kindF32, unigramPieces, nil)
	for _, c := range []struct{ name, file, want string }{
		{"text", "hello", "no GGUF file"},
		{"version", "GGUF\x02\x00\x00\x00" + good[8:], "version 2"},
		{"cut", good[:len(good)-1], "ends too early"},
		{"architecture", small(kindF32, unigramPieces, map[string]any{"general.architecture": "llama"}), `"llama" is not read`},
		{"tokeniser", small(kindF32, unigramPieces, map[string]any{"tokenizer.ggml.model": "gpt2"}), `"gpt2" is not read`},
		{"pooling", small(kindF32, unigramPieces, map[string]any{"bert.pooling_type": 3}), "pooling_type: 3"},
		{"heads", small(kindF32, unigramPieces, map[string]any{"bert.attention.head_count": 5}), "5 heads"},
		{"width", small(kindF32, unigramPieces, map[string]any{"bert.embedding_length": 64}), "rows of 32"},
		{"no width", small(kindF32, unigramPieces, map[string]any{"bert.embedding_length": nil}), "bert.embedding_length"},
		{"token", small(kindF32, unigramPieces, map[string]any{"tokenizer.ggml.eos_token_id": 99}), "eos_token_id"},
		{"scores", small(kindF32, unigramPieces, map[string]any{"tokenizer.ggml.scores": []float32{1}}), "scores"},
		{"type", strings.Replace(good, "token_embd.weight\x02\x00\x00\x00\x20\x00\x00\x00\x00\x00\x00\x00\x0e\x00\x00\x00\x00\x00\x00\x00\x00", "token_embd.weight\x02\x00\x00\x00\x20\x00\x00\x00\x00\x00\x00\x00\x0e\x00\x00\x00\x00\x00\x00\x00\x0c", 1), "type 12 is not read"},
	} {
		if _, err := Parse(c.file); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	if _, err := Open("testdata/none.gguf"); err == nil {
		t.Error("a file that is not there was opened")
	}
}

// FuzzParse opens damaged models: none may panic, and what opens must encode.
func FuzzParse(f *testing.F) {
	f.Add(small(kindF32, unigramPieces, nil))
	f.Add(small(kindQ4_0, wordPieces, bertKeys))
	f.Fuzz(func(t *testing.T, s string) {
		if m, err := Parse(s); err == nil {
			if _, err := m.Encode(context.Background(), Query, []string{"The talks ended."}); err != nil {
				t.Error(err)
			}
		}
	})
}

// TestDamaged flips each byte of the keys and the table of tensors.
func TestDamaged(t *testing.T) {
	s := []byte(small(kindQ8_0, unigramPieces, nil))
	end := strings.LastIndex(string(s), "layer_output_norm.bias") + 64
	for i := range end {
		for _, flip := range []byte{1, 0x80, 0xff} {
			s[i] ^= flip
			if m, err := Parse(string(s)); err == nil {
				if _, err := m.Encode(context.Background(), Passage, []string{"The talks."}); err != nil {
					t.Fatal(err)
				}
			}
			s[i] ^= flip
		}
	}
}

// FuzzCut cuts texts: pieces end in order, and none after the text.
func FuzzCut(f *testing.F) {
	for _, s := range []string{"The talks ended.", "½ ﬁrst ～ e\u0301", "\x00\xff ", "日本"} {
		f.Add(s)
	}
	uni := builtin().tokens
	word := newWordPiece(vocabulary{tokens: wordPieces, unknown: 2})
	f.Fuzz(func(t *testing.T, s string) {
		for _, tokens := range []tokeniser{uni, word} {
			last := 0
			for _, p := range tokens.cut(s) {
				if p.end < last || p.end > len(s) {
					t.Fatalf("%q: a piece ends at %d after one at %d", s, p.end, last)
				}
				last = p.end
			}
		}
	})
}
