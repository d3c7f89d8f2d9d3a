package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"rapporteur/bot"
	"rapporteur/bot/ask"
	"rapporteur/bot/console"
)

func (a *app) askCommand() *cobra.Command {
	var asJSON bool
	var batch string
	filters := make(map[string]*string)
	cmd := &cobra.Command{
		Use:   "ask QUESTION",
		Short: "Answer one question, or a file of questions",
		Long: `Ask answers a question with verbatim quotes and where they stand, or says
that the sources do not say.

With --json it prints one object: question, answered, confidence, quotes,
nearest, searched, took_ms. A quote's start and end are byte offsets in the
stored text, and its text is that slice. With --batch as well it reads a
question a line and prints an object a line; one that could not be asked has
a field error.`,
		Example: `  rapporteur ask "How much will Ukraine spend on defence in 2026?"
  rapporteur ask --json --since 2025-12-14 "Who leads the multinational force?"
  rapporteur ask --json --batch questions.txt --corpus ./texts > answers.jsonl`,
		RunE: func(cmd *cobra.Command, args []string) error {
			options := make(map[string]string)
			for name, v := range filters {
				options[name] = *v
			}
			question := strings.Join(args, " ")
			switch {
			case batch != "" && !asJSON:
				return &settingError{errors.New("--batch prints objects: give --json too")}
			case batch != "" && question != "":
				return &settingError{errors.New("--batch takes its questions from the file: leave out the question")}
			case batch == "" && strings.TrimSpace(question) == "":
				return &settingError{fmt.Errorf("no question given\nTry: %s", strings.TrimSpace(strings.Split(cmd.Example, "\n")[0]))}
			}
			questions, closeFile, err := a.batchOf(batch)
			if err != nil {
				return err // before the index is opened: a wrong name is told at once
			}
			defer closeFile()
			b, x, err := a.openBot(cmd.Context(), "ask")
			if err != nil {
				return err
			}
			defer x.Close()
			switch {
			case batch != "":
				return a.askBatch(cmd.Context(), b.answers, questions, options)
			case asJSON:
				answer, err := b.answers.Ask(cmd.Context(), question, options)
				if err != nil {
					return userMessage(err)
				}
				return encode(a.stdout, answer)
			}
			return a.answerOnce(cmd.Context(), b, question, options)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().StringVar(&batch, "batch", "", "file of questions, one a line; - is standard input")
	for _, c := range bot.Localized(ask.New(ask.Config{}).Table().Commands, "en") {
		if c.Name != "ask" {
			continue
		}
		for _, arg := range c.Args[1:] {
			filters[arg.Name] = cmd.Flags().String(arg.Name, "", strings.ToLower(arg.Summary[:1])+arg.Summary[1:])
		}
	}
	return cmd
}

// batchAnswer is an answer, or why there is none.
type batchAnswer struct {
	ask.Answer
	Error string `json:"error,omitempty"`
}

// askBatch answers a question a line, in order.
func (a *app) askBatch(ctx context.Context, b *ask.Room, questions io.Reader, options map[string]string) error {
	out := bufio.NewWriter(a.stdout)
	defer out.Flush()
	in := bufio.NewReader(questions)
	for {
		line, err := in.ReadString('\n')
		if err != nil && err != io.EOF {
			return fmt.Errorf("read the questions: %w", err)
		}
		if line == "" && err == io.EOF {
			return out.Flush()
		}
		var answer batchAnswer
		var failure error
		if answer.Answer, failure = b.Ask(ctx, strings.TrimRight(line, "\r\n"), options); failure != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			answer.Error = userMessage(failure).Error()
		}
		if err := encode(out, answer); err != nil {
			return err
		}
		// Whoever pipes questions in one by one waits for each answer.
		if in.Buffered() == 0 {
			if err := out.Flush(); err != nil {
				return err
			}
		}
	}
}

func encode(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false) // a quote should look in the output as it does in the source
	return e.Encode(v)
}

// batchOf opens the file of questions, - for standard input, "" for none.
func (a *app) batchOf(name string) (questions io.Reader, closeFile func(), err error) {
	switch name {
	case "":
		return strings.NewReader(""), func() {}, nil
	case "-":
		return a.stdin, func() {}, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, nil, &settingError{fmt.Errorf("--batch: %w", err)}
	}
	return f, func() { f.Close() }, nil
}

// answerOnce answers a question as the terminal shows it.
func (a *app) answerOnce(ctx context.Context, b *assembled, question string, options map[string]string) error {
	reply := b.Handle(ctx, bot.Request{
		Platform: console.Platform, Direct: true, Locale: console.Locale(os.Getenv),
		Command: "ask", Text: question, Options: options,
	})
	if err := console.Write(a.stdout, reply, console.StyleOf(a.stdout, os.Getenv)); err != nil {
		return err
	}
	if reply.Kind == bot.KindError {
		return &exitError{exitFailure}
	}
	return nil
}
