package main

import (
	"fmt"
	"regexp"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

func (a *app) configCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Show every setting, its value and where it comes from",
		Long: `Config shows the settings as this command line, the environment and the file
named by --config give them. It does not show secrets.`,
		Example: "  rapporteur config --config rapporteur.yaml",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			s, err := a.settings()
			if err != nil {
				return err
			}
			if asJSON {
				type row struct {
					Name  string `json:"name"`
					Value string `json:"value"`
					From  string `json:"from"`
				}
				rows := make([]row, 0, len(s.origins))
				for _, o := range s.origins {
					rows = append(rows, row{o.name, o.shown(s), o.from})
				}
				return encode(a.stdout, rows)
			}
			w := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
			for _, o := range s.origins {
				value := o.shown(s)
				if value == "" {
					value = "-"
				}
				fmt.Fprintf(w, "%s\t%s\t%s\n", o.name, value, o.from)
			}
			return w.Flush()
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// credentials are a user and password within an address.
var credentials = regexp.MustCompile(`://[^/,@\s]*@`)

// shown returns the value in force: a setting that is not given may have one
// that depends on the machine. Passwords within addresses are hidden.
func (o origin) shown(s settings) string {
	if o.name == "data" && o.value == "" {
		return s.Data
	}
	return credentials.ReplaceAllString(o.value, "://[set]@")
}

// settingsTopic is the page "rapporteur help settings".
func (a *app) settingsTopic() *cobra.Command {
	return &cobra.Command{
		Use:   "settings",
		Short: "The settings that all commands share",
		Long: `Every setting is a flag (--log-level), a variable of the environment
(RAPPORTEUR_LOG_LEVEL) and a key of the YAML file named by --config
(log-level: debug), in that order of weight. "rapporteur config" shows the
values in force.

` + a.flags.set.FlagUsages(),
	}
}

// hideSettings leaves the settings out of the help of the commands, which each
// show their own flags.
func hideSettings(root *cobra.Command) {
	const global = "Global Flags:\n{{.InheritedFlags.FlagUsages | trimTrailingWhitespaces}}"
	t := root.UsageTemplate()
	t = strings.Replace(t, global, "Settings: rapporteur help settings", 1)
	t = strings.Replace(t, ".LocalFlags.FlagUsages", ".LocalNonPersistentFlags.FlagUsages", 1)
	root.SetUsageTemplate(t)
}
