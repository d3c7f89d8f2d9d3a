//go:build !linux

package ingest

import (
	"runtime/metrics"

	"github.com/tetratelabs/wazero/experimental"
)

func boundMemory(int) {}

// resident returns how many bytes of memory the Go runtime holds.
func resident() int {
	s := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(s)
	return int(s[0].Value.Uint64() - s[1].Value.Uint64())
}

func mayCompile() bool { return true }

// memories gives WebAssembly memory of the Go runtime.
type memories struct{ denied bool }

func (m *memories) Allocate(_, most uint64) experimental.LinearMemory { return &linear{m, nil, most} }

type linear struct {
	owner *memories
	b     []byte
	most  uint64
}

func (l *linear) Reallocate(size uint64) []byte {
	if size > l.most {
		l.owner.denied = true
		return nil
	}
	if more := int(size) - len(l.b); more > 0 {
		l.b = append(l.b, make([]byte, more)...)
	}
	return l.b[:size]
}

func (l *linear) Free() { l.b = nil }
