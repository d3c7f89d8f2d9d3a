package ingest

import (
	"bytes"
	"os"
	"strconv"
	"syscall"

	"github.com/tetratelabs/wazero/experimental"
	"golang.org/x/sys/unix"
)

// boundMemory has the system refuse this process more memory than the limit, in
// bytes. Where that is not allowed, watchMemory alone holds it.
func boundMemory(limit int) {
	// RLIMIT_DATA counts all private memory that can be written (getrlimit(2), since
	// Linux 4.7), of which the Go runtime has set aside some that it never touches.
	aside, resident := memory("VmData:"), memory("VmRSS:")
	if aside == 0 {
		return
	}
	most := uint64(aside + limit - resident)
	_ = unix.Setrlimit(unix.RLIMIT_DATA, &unix.Rlimit{Cur: most, Max: most})
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
}

// resident returns how many bytes of memory the process holds.
func resident() int { return memory("VmRSS:") }

// memory returns a figure of proc_pid_status(5) in bytes, 0 if it is not known.
func memory(name string) int {
	b, _ := os.ReadFile("/proc/self/status")
	_, rest, _ := bytes.Cut(b, []byte("\n"+name))
	fields := bytes.Fields(rest[:min(len(rest), 40)])
	if len(fields) == 0 {
		return 0
	}
	n, _ := strconv.Atoi(string(fields[0]))
	return n << 10
}

// mayCompile reports whether memory that was written may be run: systemd's
// MemoryDenyWriteExecute and PR_SET_MDWE forbid that.
func mayCompile() bool {
	page, err := syscall.Mmap(-1, 0, os.Getpagesize(), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return false
	}
	defer syscall.Munmap(page)
	return syscall.Mprotect(page, syscall.PROT_READ|syscall.PROT_EXEC) == nil
}

// memories gives WebAssembly memory that grows where it stands. By default it is
// copied, and both copies count.
type memories struct{ denied bool }

func (m *memories) Allocate(_, most uint64) experimental.LinearMemory {
	b, err := syscall.Mmap(-1, 0, int(most), syscall.PROT_NONE, syscall.MAP_ANON|syscall.MAP_PRIVATE|syscall.MAP_NORESERVE)
	if err != nil {
		b = nil
	}
	return &linear{owner: m, b: b}
}

// linear is memory of which the first bytes are in use.
type linear struct {
	owner *memories
	b     []byte
}

func (l *linear) Reallocate(size uint64) []byte {
	if size > uint64(len(l.b)) || syscall.Mprotect(l.b[:size], syscall.PROT_READ|syscall.PROT_WRITE) != nil {
		l.owner.denied = true
		return nil
	}
	return l.b[:size]
}

func (l *linear) Free() { _ = syscall.Munmap(l.b) }
