package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"rapporteur/corpus"
	"rapporteur/corpus/ingest"
	"rapporteur/corpus/texts"
)

func (a *app) corpusCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "corpus",
		Short: "Add, list, check and remove source texts",
		Long: `Corpus takes care of the folder of source texts that --corpus names. It makes
texts of web pages, PDF, Word, Markdown and plain text files, and keeps every
version of them: nothing that was in the folder is lost. What you edit in the
folder by hand stays as you edited it.

If a bot is served with the same --corpus and --data, it makes the changes. What
is removed it quotes no more from then on; what is added is searched once
"rapporteur index" has been run, or at once with --watch on.`,
		Example: `  rapporteur corpus add --corpus ./texts https://example.org/statement
  rapporteur corpus list --corpus ./texts`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.corpusAddCommand(), a.corpusRemoveCommand(), a.corpusPurgeCommand(), a.corpusListCommand(), a.corpusShowCommand(), a.corpusCheckCommand(), a.corpusFetchCommand(), a.corpusVectorsCommand())
	return cmd
}

// newIngester returns what adds texts to the folder of the settings.
func (a *app) newIngester(s settings, command string) (*ingest.Ingester, error) {
	folder, err := openFolder(s, command)
	if err != nil {
		return nil, err
	}
	cache := ""
	if s.usableData() == nil {
		cache = filepath.Join(s.Data, "pdf")
	}
	return &ingest.Ingester{
		Folder:  folder,
		Fetcher: ingest.NewFetcher(ingest.FetcherOptions{Allow: s.FetchAllow, Version: version()}),
		Reader:  ingest.NewReader(ingest.ReaderOptions{Cache: cache}),
	}, nil
}

func openFolder(s settings, command string) (*ingest.Folder, error) {
	if s.Corpus == "" {
		return nil, &settingError{fmt.Errorf("the texts that come with Rapporteur cannot be changed: name a folder of your own with --corpus or %s", envName("corpus"))}
	}
	base, err := corpus.ReadAliases(texts.FS)
	if err != nil {
		return nil, err
	}
	return ingest.OpenFolder(s.Corpus, ingest.Options{Aliases: base, Owner: "rapporteur " + command})
}

// withIngester runs do with what adds texts.
func (a *app) withIngester(command string, do func(*ingest.Ingester, settings) error) (err error) {
	s, err := a.settings()
	if err != nil {
		return err
	}
	g, err := a.newIngester(s, command)
	if err != nil {
		return a.explainIngest(s, err)
	}
	defer func() {
		g.Fetcher.Close()
		err = errors.Join(err, g.Reader.Close())
	}()
	return a.explainIngest(s, do(g, s))
}

// explainIngest turns an error into what a person is told, and logs its cause.
func (a *app) explainIngest(s settings, err error) error {
	var e *ingest.Error
	if errors.As(err, &e) && e.Err != nil {
		a.logger(s).Debug("the cause", "err", e.Err, "code", e.Code)
	}
	return err
}

// fieldFlags are what a person says of a text.
type fieldFlags struct {
	title, publisher, url, published, language, kind string
}

func (f *fieldFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.title, "title", "", "title")
	cmd.Flags().StringVar(&f.publisher, "publisher", "", "who published it")
	cmd.Flags().StringVar(&f.url, "url", "", "where the words stand, for the link beside a quote")
	cmd.Flags().StringVar(&f.published, "published", "", "when it was published, such as 2025-12-16")
	cmd.Flags().StringVar(&f.language, "language", "", "two-letter code such as uk (default: told from the words)")
	cmd.Flags().StringVar(&f.kind, "kind", "", "report, statement, transcript or briefing (default report)")
}

// fields checks what was given.
func (f *fieldFlags) fields() (ingest.Fields, error) {
	out := ingest.Fields{Title: f.title, Publisher: f.publisher, URL: f.url, Language: strings.ToLower(f.language), Kind: corpus.Kind(strings.ToLower(f.kind))}
	if f.published != "" {
		var err error
		if out.Published, err = corpus.ParseDate(f.published); err != nil {
			return out, &settingError{fmt.Errorf("--published: %w", err)}
		}
	}
	if err := out.Check(); err != nil {
		return out, &settingError{err}
	}
	return out, nil
}

// ofOne are the flags that say something of a single text.
var ofOne = []string{"title", "url", "id", "name"}

func (a *app) corpusAddCommand() *cobra.Command {
	var fields fieldFlags
	var o ingest.AddOptions
	var name string
	cmd := &cobra.Command{
		Use:   "add URL|FILE...",
		Short: "Add web pages and files, or new versions of them",
		Long: `Add fetches web pages and reads files (HTML, PDF, DOCX, Markdown, plain text,
up to 20 MB) and stores their text in the corpus folder. What comes from an
address that is there already is a new version of that text. A text that you
edited since stays as it is: the new version is kept beside it and you are told;
--force puts it in place of yours, which is kept too.

What you say of a text with --title and the like weighs more than what the
document says of itself, and is remembered for its later versions.

Each document that was not stored is named with the reason and what to do; the
others are stored all the same, and the exit code is 1.`,
		Example: `  rapporteur corpus add --corpus ./texts https://example.org/statement
  rapporteur corpus add --corpus ./texts --publisher "The Post" --published 2025-12-16 talks.pdf
  pandoc --to plain talks.odt | rapporteur corpus add --corpus ./texts --name talks.txt -`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var err error
			if o.Fields, err = fields.fields(); err != nil {
				return err
			}
			if err := oneOnly(cmd, args); err != nil {
				return err
			}
			return a.withShelf(cmd.Context(), "corpus add", func(g folder, s settings) error {
				failed := false
				for _, arg := range args {
					r, err := a.addOne(cmd.Context(), g, arg, name, o)
					if stop := a.tell(s, shownArg(arg, name), "", r, err, &failed); stop != nil {
						return stop
					}
				}
				return failure(failed)
			})
		},
	}
	fields.add(cmd)
	cmd.Flags().StringVar(&name, "name", "", "name of what comes on standard input, as of a file: its ending tells the type")
	cmd.Flags().StringVar(&o.ID, "id", "", "id of the text that it is a new version of (default: told from its address)")
	cmd.Flags().BoolVar(&o.Force, "force", false, "take the place of a text that was edited by hand")
	return cmd
}

// oneOnly refuses flags that say something of a single text when there are
// several, and standard input without a name.
func oneOnly(cmd *cobra.Command, args []string) error {
	for _, name := range ofOne {
		if f := cmd.Flags().Lookup(name); f != nil && f.Changed && len(args) > 1 {
			return &settingError{fmt.Errorf("--%s is of one text: add the others by themselves", name)}
		}
	}
	for _, arg := range args {
		if f := cmd.Flags().Lookup("name"); arg == "-" && f != nil && !f.Changed {
			return &settingError{errors.New("- is standard input: give it a --name, such as talks.txt")}
		}
	}
	return nil
}

func isAddress(arg string) bool { return strings.Contains(arg, "://") }

func shownArg(arg, name string) string {
	if arg == "-" {
		return name
	}
	return arg
}

func (a *app) addOne(ctx context.Context, g folder, arg, name string, o ingest.AddOptions) (ingest.Result, error) {
	if isAddress(arg) {
		return g.addURL(ctx, arg, o)
	}
	f, err := a.readInput(arg, name)
	if err != nil {
		return ingest.Result{}, err
	}
	return g.addFile(ctx, f, o)
}

// readInput reads a file of the command line, or standard input under a name.
func (a *app) readInput(arg, name string) (ingest.File, error) {
	in := a.stdin
	if arg != "-" {
		f, err := os.Open(arg)
		if err != nil {
			return ingest.File{}, err
		}
		defer f.Close()
		if info, err := f.Stat(); err == nil && info.IsDir() {
			return ingest.File{}, fmt.Errorf("%s: is a folder: name the files in it", arg)
		}
		in, name = f, filepath.Base(arg)
	}
	b, err := io.ReadAll(io.LimitReader(in, corpus.MaxSize+1)) // one more is told to be too large
	if err != nil {
		return ingest.File{}, fmt.Errorf("%s: %w", name, err)
	}
	return ingest.File{Name: name, Body: b}, nil
}

// tell prints what came of one document, and notes whether it failed. It
// returns an error that no other document would escape.
func (a *app) tell(s settings, name, feed string, r ingest.Result, err error, failed *bool) error {
	if err != nil {
		*failed = true
		switch ingest.CodeOf(err) {
		case ingest.NoRoom, ingest.ReadOnly, ingest.Gone, ingest.Broken, ingest.Locked:
			return err
		}
		if errors.Is(err, context.Canceled) {
			return err
		}
		_ = a.explainIngest(s, err)
		if feed != "" && feed != name {
			_, err := fmt.Fprintf(a.stderr, "refused: %v (from the feed %s)\n", err, feed)
			return err
		}
		_, err := fmt.Fprintf(a.stderr, "refused: %v\n", err)
		return err
	}
	out := a.stdout
	if r.Outcome == ingest.Held {
		*failed = true
		out = a.stderr
	}
	line := fmt.Sprintf("%s: %s", r.Outcome, name)
	if r.Path != "" {
		line = fmt.Sprintf("%s: %s %q from %s", r.Outcome, r.Path, r.Title, name)
	}
	if _, err := fmt.Fprintln(out, line); err != nil {
		return err
	}
	for _, c := range r.Copies {
		if _, err := fmt.Fprintf(a.stderr, "note: %s: %.0f %% of the shorter of the two stands in %s, too\n", r.Path, 100*c.Share, c.ID); err != nil {
			return err
		}
	}
	for _, n := range r.Notes {
		if _, err := fmt.Fprintf(a.stderr, "note: %s: %s\n", name, n); err != nil {
			return err
		}
	}
	return nil
}

func failure(failed bool) error {
	if failed {
		return &exitError{exitFailure}
	}
	return nil
}
