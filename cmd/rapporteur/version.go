package main

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// release is set by the linker in released binaries.
var release string

// version returns the release, or what the build knows of itself.
func version() string {
	if release != "" {
		return release
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "devel"
}

func (a *app) versionCommand() *cobra.Command {
	var notices bool
	cmd := &cobra.Command{
		Use:     "version",
		Short:   "Print the version, or the licences of what the program is made of",
		Example: "  rapporteur version --licences",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if notices {
				_, err := io.WriteString(a.stdout, licences)
				return err
			}
			_, err := fmt.Fprintf(a.stdout, "rapporteur %s %s %s/%s\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	}
	cmd.Flags().BoolVar(&notices, "licences", false, "print the licence notices of all modules and data in the program")
	return cmd
}
