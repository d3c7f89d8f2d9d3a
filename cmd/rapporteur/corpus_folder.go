package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"rapporteur/corpus"
	"rapporteur/corpus/ingest"
)

// withFolder runs do with the folder of the settings.
func (a *app) withFolder(command string, do func(*ingest.Folder) error) error {
	s, err := a.settings()
	if err != nil {
		return err
	}
	f, err := openFolder(s, command)
	if err == nil {
		err = do(f)
	}
	return a.explainIngest(s, err)
}

func (a *app) corpusRemoveCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "remove ID...",
		Short: "Take texts out of the corpus; their versions are kept",
		Long: `Remove takes texts out of the corpus folder. All their versions are kept, the
last one too, and no feed brings them back; to add one by its address does.`,
		Example: "  rapporteur corpus remove --corpus ./texts the-talks-in-berlin",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withShelf(cmd.Context(), "corpus remove", func(f folder, _ settings) error {
				failed := false
				for _, id := range args {
					hash, err := f.remove(cmd.Context(), id)
					switch {
					case ingest.CodeOf(err) == ingest.NoSuchText:
						failed = true
						fmt.Fprintf(a.stderr, "refused: %v\n", err)
					case err != nil:
						return err
					default:
						if _, err := fmt.Fprintf(a.stdout, "removed: %s, kept as version %s\n", id, hash[:shortHash]); err != nil {
							return err
						}
					}
				}
				return failure(failed)
			})
		},
	}
}

// shortHash is how much of a hash is shown and taken: no two versions of a text
// will have the same beginning.
const shortHash = 12

func (a *app) corpusListCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the texts of the corpus",
		Long: `List prints a line for each text of the corpus folder: its id, when and by
whom it was published, its title, and what there is to know of it. With --json
it prints one object a line: id, path, the fields of the front matter, hash,
size, source, edited, stored, copies, broken.`,
		Example: "  rapporteur corpus list --corpus ./texts",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withFolder("corpus list", func(f *ingest.Folder) error {
				entries, err := f.List(cmd.Context())
				if err != nil {
					return err
				}
				if asJSON {
					for _, e := range entries {
						if err := encode(a.stdout, e); err != nil {
							return err
						}
					}
					return nil
				}
				w := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
				for _, e := range entries {
					fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", e.ID, or(e.Published.Day(), "no date"), or(e.Publisher, "-"), or(e.Title, "-"), strings.Join(remarks(e), "; "))
				}
				return w.Flush()
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// remarks says what there is to know of a text.
func remarks(e ingest.Entry) []string {
	var out []string
	if e.Broken != "" {
		out = append(out, "not used: "+e.Broken)
	}
	if e.Edited {
		out = append(out, "edited by hand")
	}
	for _, c := range e.Copies {
		out = append(out, "much like "+c.ID)
	}
	return out
}

func (a *app) corpusShowCommand() *cobra.Command {
	var version string
	var versions, removed bool
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "Show a text as it is stored, or an earlier version",
		Long: `Show prints the bytes of a text as they are stored in the corpus folder, or as
they were in the version with the hash. With --versions it lists the versions,
newest first: hash, when it was seen, and what happened. Texts that were removed
have versions, too, which are shown with --removed only.`,
		Example: `  rapporteur corpus show --corpus ./texts --versions the-talks-in-berlin
  rapporteur corpus show --corpus ./texts --version 3f786850e387 the-talks-in-berlin`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return a.withFolder("corpus show", func(f *ingest.Folder) error {
				if !versions && version == "" {
					b, err := f.Read(args[0], "")
					if err != nil {
						return err
					}
					_, err = a.stdout.Write(b)
					return err
				}
				all, err := f.Versions(args[0])
				if err != nil {
					return err
				}
				if _, err := f.Read(args[0], ""); ingest.CodeOf(err) == ingest.NoSuchText && !removed {
					return fmt.Errorf("%s was removed: --removed shows its versions all the same, and \"corpus purge\" deletes them", args[0])
				}
				if versions {
					for _, v := range all {
						if _, err := fmt.Fprintf(a.stdout, "%s  %s  %s\n", v.Hash[:shortHash], v.At.UTC().Format(time.RFC3339), v.What); err != nil {
							return err
						}
					}
					return nil
				}
				for _, v := range all {
					if strings.HasPrefix(v.Hash, strings.ToLower(version)) {
						b, err := f.Read(args[0], v.Hash)
						if err != nil {
							return err
						}
						_, err = a.stdout.Write(b)
						return err
					}
				}
				return fmt.Errorf("%s has no version %q: --versions lists them", args[0], version)
			})
		},
	}
	cmd.Flags().StringVar(&version, "version", "", "beginning of the hash of a version")
	cmd.Flags().BoolVar(&versions, "versions", false, "list the versions")
	cmd.Flags().BoolVar(&removed, "removed", false, "show versions of a text that was removed")
	return cmd
}

func (a *app) corpusCheckCommand() *cobra.Command {
	var fields fieldFlags
	var o ingest.AddOptions
	var name string
	cmd := &cobra.Command{
		Use:   "check [URL|FILE...]",
		Short: "Show what would be stored, or what is wrong with the corpus",
		Long: `Check fetches and reads as add does, prints what would be stored, and changes
nothing. Without an address or file it looks at the whole corpus folder as the
bot does, and names every file that cannot be used, with the line and what to
do. The exit code is 1 if there is one.`,
		Example: `  rapporteur corpus check --corpus ./texts https://example.org/statement
  rapporteur corpus check --corpus ./texts`,
		RunE: func(cmd *cobra.Command, args []string) error {
			var err error
			if o.Fields, err = fields.fields(); err != nil {
				return err
			}
			if len(args) == 0 {
				return a.checkCorpus(cmd.Context())
			}
			if err := oneOnly(cmd, args); err != nil {
				return err
			}
			return a.withIngester("corpus check", func(g *ingest.Ingester, s settings) error {
				failed := false
				for _, arg := range args {
					r, body, err := a.preview(cmd.Context(), g, arg, name, o)
					if stop := a.tell(s, shownArg(arg, name), "", r, err, &failed); stop != nil {
						return stop
					}
					if err == nil {
						if _, err := fmt.Fprintf(a.stdout, "%s\n", body); err != nil {
							return err
						}
					}
				}
				return failure(failed)
			})
		},
	}
	fields.add(cmd)
	cmd.Flags().StringVar(&name, "name", "", "name of what comes on standard input, as of a file: its ending tells the type")
	return cmd
}

func (a *app) preview(ctx context.Context, g *ingest.Ingester, arg, name string, o ingest.AddOptions) (ingest.Result, []byte, error) {
	var d *ingest.Document
	var err error
	if isAddress(arg) {
		d, err = g.Fetch(ctx, arg)
	} else {
		var f ingest.File
		if f, err = a.readInput(arg, name); err == nil {
			d, err = g.Reader.Read(ctx, f)
		}
	}
	if err != nil {
		return ingest.Result{}, nil, err
	}
	return g.Folder.Preview(ctx, d, o)
}

// checkCorpus says what is wrong with the texts that are there.
func (a *app) checkCorpus(ctx context.Context) error {
	s, err := a.settings()
	if err != nil {
		return err
	}
	refused, warnings := 0, 0
	report := func(p corpus.Problem) {
		if p.Loaded {
			warnings++
			fmt.Fprintf(a.stderr, "warning: %v\n", p)
		} else {
			refused++
			fmt.Fprintf(a.stderr, "refused: %v\n", p)
		}
	}
	c, err := loadCorpus(ctx, s, corpus.LoadOptions{}, report)
	if err != nil {
		return err
	}
	if err := checkCorrections(s, c, report); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(a.stdout, "%d texts; %d refused, %d warnings\n", len(c.Texts()), refused, warnings); err != nil {
		return err
	}
	return failure(refused > 0)
}

func (a *app) corpusFetchCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "fetch",
		Short: "Fetch the feeds, and what has changed of the texts from the web",
		Long: `Fetch reads the feeds of the setting feeds (RSS, Atom, JSON Feed) and adds the
articles in them that are not there yet. Then it asks again for the texts that
came from the web, and stores what has changed as new versions. It asks each
site for one page at a time, and only for what has changed since.

What goes wrong with one page is told and stops none of the others; the exit
code is then 1. Run it from a timer, and "rapporteur index" after it; a bot that
is being served can do both by itself: see --fetch-every.`,
		Example: "  rapporteur corpus fetch --corpus ./texts --feeds https://example.org/feed.xml",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withShelf(cmd.Context(), "corpus fetch", func(g folder, s settings) error {
				failed := false
				count := make(map[ingest.Outcome]int)
				refused := 0
				var stopped error
				err := g.fetch(cmd.Context(), s.Feeds, func(r ingest.Report) {
					if r.Err != nil {
						refused++
					} else {
						count[r.Result.Outcome]++
					}
					switch r.Result.Outcome {
					case ingest.Same, ingest.Unmodified, ingest.Skipped: // the usual
						return
					}
					stopped = errors.Join(stopped, a.tell(s, r.Address, r.Feed, r.Result, r.Err, &failed))
				})
				if err = errors.Join(err, stopped); err != nil {
					return err
				}
				_, err = fmt.Fprintf(a.stdout, "%d new, %d updated, %d unchanged, %d edited by hand, %d removed before; %d refused\n",
					count[ingest.New], count[ingest.Updated], count[ingest.Same]+count[ingest.Unmodified], count[ingest.Held], count[ingest.Skipped], refused)
				return errors.Join(err, failure(failed))
			})
		},
	}
}
