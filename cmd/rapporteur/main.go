// Command rapporteur answers questions about talks with verbatim quotes from
// source texts: in the terminal, in Discord and in Telegram.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"rapporteur/corpus/ingest"
)

// The exit codes. A service manager should not restart after exitUsage: it
// would fail the same way again. The code is EX_CONFIG of sysexits(3); 2 is what
// the Go runtime ends a crashed program with, which should be started again.
const (
	exitOK      = 0
	exitFailure = 1
	exitUsage   = 78 // the command line or a setting is wrong
)

func main() {
	ingest.Child() // reads a document, if that is what it was started for
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// After the first signal the next one ends the process at once.
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is the whole program. It returns the exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := newRoot(stdin, stdout, stderr)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	var quiet *exitError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &quiet):
		return quiet.code
	}
	fmt.Fprintf(stderr, "rapporteur: %v\n", err)
	var bad *settingError
	if errors.As(err, &bad) {
		return exitUsage
	}
	return exitFailure
}

// exitError ends the program with a code and without a word: what there was
// to say has been said.
type exitError struct{ code int }

func (e *exitError) Error() string { return fmt.Sprintf("exit %d", e.code) }

// app is what the commands share.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	flags          *settingFlags
}

func newRoot(stdin io.Reader, stdout, stderr io.Writer) *cobra.Command {
	a := &app{stdin: stdin, stdout: stdout, stderr: stderr}
	root := &cobra.Command{
		Use:   "rapporteur",
		Short: "Answers questions about talks with verbatim quotes from source texts",
		Long: `Rapporteur answers questions about talks with verbatim quotes from source
texts, or says that the sources do not say. It generates no text about what
anybody said.

Without --corpus it answers from the texts that come with it, about the
Berlin talks of December 2025 on ending Russia's war against Ukraine.

Every setting can be given as a flag, in the environment (--log-level is
RAPPORTEUR_LOG_LEVEL) or in a YAML file named by --config (log-level: debug),
in that order of weight.`,
		Example:       `  rapporteur ask "How much will Ukraine spend on defence in 2026?"`,
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return &settingError{fmt.Errorf("%w\nTry: %s --help", err, cmd.CommandPath())}
	})
	a.flags = addSettingFlags(root.PersistentFlags())
	root.AddCommand(a.askCommand(), a.evalCommand(), a.saidCommand(), a.chatCommand(), a.serveCommand(), a.indexCommand(), a.rollbackCommand(), a.corpusCommand(), a.healthCommand(), a.configCommand(), a.versionCommand(), a.settingsTopic())
	hideSettings(root)
	explainArgs(root)
	return root
}

// explainArgs makes arguments that a command does not take a mistake in its
// use, for the command and all below it.
func explainArgs(cmd *cobra.Command) {
	if check := cmd.Args; check != nil {
		cmd.Args = func(cmd *cobra.Command, args []string) error {
			if err := check(cmd, args); err != nil {
				return &settingError{fmt.Errorf("%w\nTry: %s --help", err, cmd.CommandPath())}
			}
			return nil
		}
	}
	for _, c := range cmd.Commands() {
		explainArgs(c)
	}
}
