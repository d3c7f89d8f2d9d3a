package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"

	"rapporteur/bot"
	"rapporteur/corpus"
	"rapporteur/corpus/texts"
	"rapporteur/index"
)

// settings reads the settings of this run.
func (a *app) settings() (settings, error) { return a.flags.load(os.Environ()) }

// logger returns the log, on standard error.
func (a *app) logger(s settings) *slog.Logger {
	o := &slog.HandlerOptions{Level: s.LogLevel}
	if s.LogJSON {
		return slog.New(slog.NewJSONHandler(a.stderr, o))
	}
	return slog.New(slog.NewTextHandler(a.stderr, o))
}

// terminalLogger returns the log of a command of the terminal, which has no
// more than warnings: the answer is what matters on a screen.
func (a *app) terminalLogger(s settings) *slog.Logger {
	if s.LogLevel == slog.LevelInfo {
		s.LogLevel = slog.LevelWarn
	}
	return a.logger(s)
}

// loadCorpus loads the corpus of the settings. What is wrong with single files
// is reported, and the rest used.
func loadCorpus(ctx context.Context, s settings, o corpus.LoadOptions, report func(corpus.Problem)) (*corpus.Corpus, error) {
	var fsys fs.FS = texts.FS
	var base corpus.Aliases
	if s.Corpus != "" {
		var err error
		if base, err = corpus.ReadAliases(texts.FS); err != nil {
			return nil, err
		}
		fsys = os.DirFS(s.Corpus)
	}
	c, problems, err := corpus.LoadWith(ctx, fsys, base, o)
	for _, p := range problems {
		report(p)
	}
	switch {
	case s.Corpus != "" && (errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)):
		return nil, fmt.Errorf("corpus folder %s: %w: name the folder that holds the texts", s.Corpus, err)
	case err != nil && s.Corpus != "":
		return nil, fmt.Errorf("corpus folder %s: %w", s.Corpus, err)
	case err != nil:
		return nil, err
	case len(c.Texts()) == 0:
		return nil, fmt.Errorf("corpus folder %s: no source text in it can be used: put .md or .txt files there", s.Corpus)
	}
	return c, nil
}

// indexOptions says where the index of the settings lies: in memory for the
// bundled corpus, else under the data folder.
func (a *app) indexOptions(s settings, command string, log *slog.Logger) (index.Options, error) {
	o := index.Options{Owner: "rapporteur " + command, Logger: log}
	if s.Corpus == "" {
		return o, nil
	}
	if err := s.usableData(); err != nil {
		if s.dataChosen {
			return o, &settingError{err}
		}
		// Nobody asked for this folder, so its absence stops nobody.
		fmt.Fprintf(a.stderr, "rapporteur: %v; the index is kept in memory this time\n", err)
		return o, nil
	}
	o.Dir = filepath.Join(s.Data, "index")
	var err error
	o.Name, err = corpusPath(s)
	return o, err
}

// corpusPath is the path of the corpus folder by which one is told from another.
func corpusPath(s settings) (string, error) {
	path, err := filepath.Abs(s.Corpus)
	if err != nil {
		return "", fmt.Errorf("corpus folder %s: %w", s.Corpus, err)
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	return path, nil
}

// opening is how an index is opened.
type opening struct {
	command  string
	log      *slog.Logger
	progress corpus.Progress // hears of files, then of passages; may be nil
	report   func(corpus.Problem)
}

// open loads the corpus and opens its index for a command.
func (a *app) open(ctx context.Context, s settings, how opening) (*index.Index, error) {
	o, err := a.indexOptions(s, how.command, how.log)
	if err != nil {
		return nil, err
	}
	c, err := loadCorpus(ctx, s, corpus.LoadOptions{Kept: o.Texts(), Progress: how.progress}, how.report)
	if err != nil {
		return nil, err
	}
	o.Hold, o.Progress = how.command == "serve", how.progress
	return index.Open(ctx, c, o)
}

// openBot is open with a bot on top, for the commands of the terminal.
func (a *app) openBot(ctx context.Context, command string) (*assembled, *index.Index, error) {
	s, err := a.settings()
	if err != nil {
		return nil, nil, err
	}
	log := a.terminalLogger(s)
	report := func(p corpus.Problem) { fmt.Fprintf(a.stderr, "rapporteur: %v\n", p) }
	x, err := a.open(ctx, s, opening{command: command, log: log, report: report})
	if err != nil {
		return nil, nil, err
	}
	b := assemble(x, nil, s, nil, bot.Config{Logger: log, Threshold: s.Confidence, Timeout: s.RequestTimeout}, 0)
	return b, x, nil
}

// userMessage turns an error into what a person at the terminal is told.
func userMessage(err error) error {
	var ue *bot.UserError
	if errors.As(err, &ue) {
		return errors.New(bot.Explain(ue, "en"))
	}
	return err
}
