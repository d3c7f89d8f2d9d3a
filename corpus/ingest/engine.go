package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/klippa-app/go-pdfium"
	pdfiumerrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// PDF is read with the library of Chrome, compiled to WebAssembly: it has no
// access to files, the network or our memory. To compile that to machine code
// takes seconds and 350 MB, so it is done once, in the background, and kept in a
// folder; until then, and where memory that is written may not be run, it is
// interpreted, which is ready in half a second and runs some ten times as long.

// pdfMemory is how much memory a PDF may take, in pages of 64 KB: 96 MB, which
// are five times the largest file.
const pdfMemory = 1536

// engineConfig is how WebAssembly is run.
func engineConfig(o order) (wazero.RuntimeConfig, error) {
	c := wazero.NewRuntimeConfigInterpreter()
	if !o.Interpret {
		cache, err := wazero.NewCompilationCacheWithDir(o.Cache)
		if err != nil {
			return nil, err
		}
		c = wazero.NewRuntimeConfigCompiler().WithCompilationCache(cache)
	}
	// There is no way to interrupt it: the process is killed.
	return c.WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
		WithMemoryLimitPages(pdfMemory), nil
}

// startEngine starts what reads PDF.
func startEngine(ctx context.Context, o order) (pdfium.Pool, error) {
	config, err := engineConfig(o)
	if err != nil {
		return nil, err
	}
	return webassembly.Init(webassembly.Config{
		Context:       ctx,
		MaxTotal:      1,
		FSConfig:      wazero.NewFSConfig(), // no folder: the default is all of them
		RuntimeConfig: config,
		Stdout:        io.Discard,
		Stderr:        io.Discard,
	})
}

// readPDFWith reads a PDF file in this process. It calls started once what reads
// it is ready.
func readPDFWith(ctx context.Context, b []byte, o order, started func()) (*Document, error) {
	var memory memories
	ctx = experimental.WithMemoryAllocator(ctx, &memory)
	pool, err := startEngine(ctx, o)
	if err != nil {
		return nil, err
	}
	debug.FreeOSMemory() // starting leaves some behind
	instance, err := pool.GetInstance(30 * time.Second)
	if err != nil {
		return nil, err
	}
	started()
	d, err := readPDF(instance, b)
	var known *Error
	switch {
	case err == nil || errors.As(err, &known):
		return d, err
	case memory.denied:
		return nil, bursts(err)
	case strings.Contains(err.Error(), pdfiumerrors.ErrPassword.Error()):
		return nil, refuse("", Refused, err, "it can only be opened with a password: save it without one")
	}
	return nil, err
}

// compile compiles what reads PDF into the folder.
func compile(ctx context.Context, cache string) error {
	if err := os.MkdirAll(cache, 0o700); err != nil {
		return err
	}
	_, err := startEngine(ctx, order{Cache: cache})
	return err
}

// compiledFor names what is compiled, and for what. Another processor of the same
// kind may need it anew, which turns out when it is started.
func compiledFor() string {
	s := fmt.Sprintln(runtime.Version(), runtime.GOOS, runtime.GOARCH)
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if strings.HasPrefix(m.Path, "github.com/tetratelabs/wazero") || strings.HasPrefix(m.Path, "github.com/klippa-app/go-pdfium") {
				s += fmt.Sprintln(m.Path, m.Version)
			}
		}
	}
	return s
}

// compiledMark is the file that says what the folder holds, once it does.
func compiledMark(cache string) string { return filepath.Join(cache, "compiled") }

// isCompiled reports whether the folder holds what reads PDF, compiled for this
// program, and it can be run.
func isCompiled(cache string) bool {
	if cache == "" {
		return false
	}
	b, err := os.ReadFile(compiledMark(cache))
	return err == nil && string(b) == compiledFor() && mayCompile()
}

// setCompiled and forgetCompiled may fail: what is compiled is then not used, or
// tried again.
func setCompiled(cache string) {
	_ = os.WriteFile(compiledMark(cache), []byte(compiledFor()), 0o600)
}

func forgetCompiled(cache string) {
	_ = os.Remove(compiledMark(cache))
	own, _ := filepath.Glob(filepath.Join(cache, "wazero-*"))
	for _, dir := range own {
		_ = os.RemoveAll(dir)
	}
}
