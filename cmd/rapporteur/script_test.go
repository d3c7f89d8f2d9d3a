package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"rapporteur/bot/telegram/telegramtest"
	"rapporteur/corpus/ingest"
)

func TestMain(m *testing.M) {
	ingest.Child()
	testscript.Main(m, map[string]func(){
		"rapporteur": func() {
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
		},
	})
}

// TestScripts runs the scripts in testdata, which read as a manual of the
// command line.
func TestScripts(t *testing.T) {
	tg := telegramtest.New(t, telegramtest.Tolerant()) // for a bot that is started
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(e *testscript.Env) error {
			e.Setenv("HOME", e.WorkDir+"/home")
			e.Setenv("LANG", "C")
			// A site with the pages of the script: what is below site/.
			site := httptest.NewServer(tagged(os.DirFS(e.WorkDir + "/site")))
			e.Defer(site.Close)
			e.Setenv("SITE", site.URL)
			e.Setenv("SITE_HOST", site.Listener.Addr().String())
			e.Setenv("TELEGRAM_TOKEN", telegramtest.Token)
			e.Setenv("TELEGRAM_URL", tg.URL())
			return nil
		},
		Cmds:          map[string]func(*testscript.TestScript, bool, []string){"await": await},
		UpdateScripts: *update,
	})
}

// await waits until somebody listens at a socket.
func await(ts *testscript.TestScript, _ bool, args []string) {
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if conn, err := net.Dial("unix", ts.MkAbs(args[0])); err == nil {
			ts.Check(conn.Close())
			return
		}
	}
	ts.Fatalf("nobody listens at %s", args[0])
}

// tagged serves files with tags of what is in them: their times tell changes by
// the second only.
func tagged(files fs.FS) http.Handler {
	serve := http.FileServerFS(files)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if b, err := fs.ReadFile(files, strings.TrimPrefix(r.URL.Path, "/")); err == nil {
			w.Header().Set("ETag", fmt.Sprintf("%q", fmt.Sprintf("%x", sha256.Sum256(b))))
		}
		serve.ServeHTTP(w, r)
	})
}
