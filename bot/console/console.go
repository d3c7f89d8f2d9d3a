// Package console is the bot in a terminal: a conversation with history and
// colour, or a plain one when it is piped.
package console

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"rapporteur/bot"
)

// Platform is the name of this platform in requests.
const Platform = "console"

// Config is what a Console is made of.
type Config struct {
	Handler bot.Handler
	In      io.Reader
	Out     io.Writer
	Locale  string // of the person; see Locale
	Style   Style
	Intro   string // a line shown first on a terminal, and not to a pipe
}

// Console is a conversation on a terminal or over pipes.
type Console struct{ c Config }

// New returns a console.
func New(c Config) *Console { return &Console{c} }

// Locale returns the locale that the environment asks for, as POSIX orders
// its variables: LC_ALL, LC_MESSAGES, LANG.
func Locale(getenv func(string) string) string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := getenv(name); v != "" {
			v, _, _ = strings.Cut(v, ".")
			return strings.ReplaceAll(v, "_", "-")
		}
	}
	return ""
}

// Run holds the conversation until the input or the context ends.
func (c *Console) Run(ctx context.Context) error {
	read, restore, err := c.reader()
	if err != nil {
		return err
	}
	defer restore()
	if c.c.Intro != "" && c.raw() {
		if err := c.write(c.c.Style.paint(dim, c.c.Intro) + "\n"); err != nil {
			return err
		}
	}

	// A read from a terminal cannot be interrupted, so it waits in a goroutine
	// of its own, which ends with the process.
	type input struct {
		line string
		err  error
	}
	inputs := make(chan input)
	next := make(chan struct{})
	go func() {
		for range next {
			line, err := read()
			select {
			case inputs <- input{line, err}:
			case <-ctx.Done():
				return
			}
		}
	}()
	defer close(next)

	for {
		next <- struct{}{}
		var in input
		select {
		case <-ctx.Done():
			return nil
		case in = <-inputs:
		}
		line := strings.TrimSpace(in.line)
		switch line {
		case "exit", "quit", "/exit", "/quit":
			return nil
		}
		if line != "" {
			reply := c.c.Handler.Handle(ctx, bot.Request{
				Platform: Platform, User: "me", Chat: "terminal", Direct: true, Locale: c.c.Locale, Text: in.line,
			})
			if err := c.show(ctx, reply); err != nil {
				return err
			}
		}
		switch {
		case errors.Is(in.err, io.EOF):
			return nil
		case in.err != nil:
			return in.err
		}
	}
}

// show writes a reply out, and what takes its place until it is final: over it on
// a terminal, and below it in a pipe.
func (c *Console) show(ctx context.Context, r bot.Reply) error {
	text := Render(r, c.c.Style) + "\n"
	if err := c.write(text); err != nil || r.Updates == nil {
		return err
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case next, ok := <-r.Updates:
			if !ok {
				return nil
			}
			over := ""
			if c.raw() {
				over = fmt.Sprintf(erase, strings.Count(text, "\n"))
			}
			text = Render(next, c.c.Style) + "\n"
			if err := c.write(over + text); err != nil {
				return err
			}
		}
	}
}

// erase goes up so many lines and clears the screen below (ECMA-48, CUU and ED).
const erase = "\x1b[%dA\x1b[J"

// write sends text out. In raw mode a terminal wants a carriage return too.
func (c *Console) write(s string) error {
	if c.raw() {
		s = strings.ReplaceAll(s, "\n", "\r\n")
	}
	_, err := io.WriteString(c.c.Out, s)
	return err
}

// raw reports whether both ends are a terminal, so that lines can be edited.
func (c *Console) raw() bool {
	in, ok1 := c.c.In.(*os.File)
	out, ok2 := c.c.Out.(*os.File)
	return ok1 && ok2 && term.IsTerminal(int(in.Fd())) && term.IsTerminal(int(out.Fd()))
}

// reader returns how to read a line, and how to leave the terminal as it was.
func (c *Console) reader() (read func() (string, error), restore func(), err error) {
	if !c.raw() {
		in := bufio.NewReader(c.c.In)
		return func() (string, error) { return in.ReadString('\n') }, func() {}, nil
	}
	fd := int(c.c.In.(*os.File).Fd())
	before, err := term.MakeRaw(fd)
	if err != nil {
		return nil, nil, err
	}
	t := term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{c.c.In, c.c.Out}, c.prompt())
	if width, height, err := term.GetSize(fd); err == nil && width > 0 {
		_ = t.SetSize(width, height) // without it 80 columns are assumed
	}
	return t.ReadLine, func() { _ = term.Restore(fd, before) }, nil
}

func (c *Console) prompt() string {
	return c.c.Style.paint(green, "?") + " "
}
