package main

import (
	"os"

	"github.com/spf13/cobra"

	"rapporteur/bot/console"
)

func (a *app) chatCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "chat",
		Short: "Talk with the bot in the terminal",
		Long: `Chat is a conversation in the terminal, with the commands that the bot has
on every platform: type a question, or /help. An empty input (Ctrl-D) or
“exit” ends it. What is piped in is answered line by line.`,
		Example: "  rapporteur chat",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			b, x, err := a.openBot(cmd.Context(), "chat")
			if err != nil {
				return err
			}
			defer x.Close()
			return console.New(console.Config{
				Handler: b, In: a.stdin, Out: a.stdout, Locale: console.Locale(os.Getenv),
				Style: console.StyleOf(a.stdout, os.Getenv),
				Intro: "Ask a question in plain words, or type /help. Ctrl-D ends the conversation.",
			}).Run(cmd.Context())
		},
	}
}
