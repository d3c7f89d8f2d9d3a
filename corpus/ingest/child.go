package ingest

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"rapporteur/corpus"
)

// PDF and DOCX come from strangers and are read by large libraries, so a process
// of its own reads each of them: the same program, started once more, without
// its environment and with a limit on memory and time. A file that bursts a
// limit is refused, and the bot goes on.

const (
	childArg = "read-document--" // is no command that a person would type

	readMemory    = 240 << 20 // bytes a child may hold; the rest of 256 MB is for what it is noticed too late
	compileMemory = 440 << 20 // compiling what reads PDF takes 350 MB

	readTime      = 60 * time.Second  // for one document
	interpretTime = 120 * time.Second // for one that is read more slowly

	exitBurst = 3 // of a child that has taken more memory than it may

	maxAnswer = 5 * corpus.MaxSize // bytes: the text, in JSON with escapes
)

// order is what a child is to do: its second argument, in JSON.
type order struct {
	Format    format `json:"format,omitempty"` // of the document on standard input; "" compiles what reads PDF
	Size      int    `json:"size,omitempty"`   // of the document, in bytes
	Cache     string `json:"cache,omitempty"`  // the folder of what is compiled
	Interpret bool   `json:"interpret,omitempty"`
}

// answer is a line of JSON that a child writes. The last one has a document,
// whose blocks are in the lines before, or an error.
type answer struct {
	Started  bool      `json:"started,omitempty"` // what reads the document is ready
	Block    *Block    `json:"block,omitempty"`
	Document *Document `json:"document,omitempty"`
	Code     Code      `json:"code,omitempty"` // of an Error
	Say      string    `json:"say,omitempty"`
	Err      string    `json:"err,omitempty"` // the cause of an Error, or another error
}

// childErr is an error of a child that is no Error.
type childErr string

func (e childErr) Error() string { return string(e) }

// answers is set when the program answers to childArg.
var answers atomic.Bool

// Child reads a document, if that is what this process was started for, and ends
// it. A program that reads PDF or DOCX calls it before it does anything else.
func Child() {
	answers.Store(true)
	if len(os.Args) == 3 && os.Args[1] == childArg {
		os.Exit(child(os.Args[2], os.Stdin, os.Stdout))
	}
}

func child(orders string, in io.Reader, out io.Writer) int {
	var o order
	if err := json.Unmarshal([]byte(orders), &o); err != nil {
		return 1
	}
	limit := readMemory
	if o.Format == "" {
		limit = compileMemory
	}
	// What the garbage collector allows itself. What it can not see is the memory
	// of WebAssembly and the program itself.
	debug.SetMemoryLimit(int64(limit) * 2 / 3)
	boundMemory(limit)
	go watchMemory(limit)
	if o.Format == "" {
		if err := compile(context.Background(), o.Cache); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		return 0
	}
	enc := json.NewEncoder(out)
	body := make([]byte, min(o.Size, corpus.MaxSize))
	_, err := io.ReadFull(in, body)
	var d *Document
	if err == nil {
		err = contain(func() (err error) {
			if o.Format == formatPDF {
				d, err = readPDFWith(context.Background(), body, o, func() { _ = enc.Encode(answer{Started: true}) })
			} else {
				d, err = readDOCX(body)
			}
			return err
		})
	}
	if err == nil {
		err = tell(enc, d)
	}
	if err != nil {
		a := answer{Err: err.Error()}
		var known *Error
		if errors.As(err, &known) {
			a.Code, a.Say, a.Err = known.Code, known.Say, ""
			if known.Err != nil {
				a.Err = known.Err.Error()
			}
		}
		if enc.Encode(a) != nil {
			return 1
		}
	}
	return 0
}

// tell writes a document, block by block.
func tell(enc *json.Encoder, d *Document) error {
	for i := range d.Blocks {
		if err := enc.Encode(answer{Block: &d.Blocks[i]}); err != nil {
			return err
		}
	}
	d.Blocks = nil
	return enc.Encode(answer{Document: d})
}

// watchMemory ends the process when it holds more memory than it may: not every
// system can be asked to do that, and where the bot may not set limits it cannot.
func watchMemory(limit int) {
	for range time.Tick(2 * time.Millisecond) {
		if resident() > limit {
			os.Exit(exitBurst)
		}
	}
}

// children starts the processes that read documents, one at a time: each may take
// a quarter of a gigabyte.
type children struct {
	cache string // folder for what is compiled; "" is none
	// How long a document may take, and one that is interpreted.
	time, interpreted time.Duration

	turn       chan struct{} // holds one thing while a document is read
	compiling  sync.Once
	compiled   chan struct{}  // closed when that is done
	background sync.WaitGroup // the compiler
	ending     context.Context
	stop       context.CancelFunc
}

func newChildren(cache string) *children {
	c := &children{cache: cache, time: readTime, interpreted: interpretTime, turn: make(chan struct{}, 1), compiled: make(chan struct{})}
	c.ending, c.stop = context.WithCancel(context.Background())
	return c
}

func (c *children) close() error {
	c.stop()
	c.background.Wait()
	return nil
}

// read has a child read a document.
func (c *children) read(ctx context.Context, f format, body []byte) (*Document, error) {
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	}
	o := order{Format: f, Size: len(body), Cache: c.cache}
	if f == formatPDF && !isCompiled(c.cache) {
		return c.interpret(ctx, o, body)
	}
	d, started, err := c.run(ctx, o, body)
	if err != nil && !started && f == formatPDF && ctx.Err() == nil {
		// What was compiled is not for this machine, or damaged.
		forgetCompiled(c.cache)
		return c.interpret(ctx, o, body)
	}
	return d, err
}

// headStart is how long what reads PDF is interpreted before it is compiled as well:
// most documents are read by then, and should not share the processor.
const headStart = time.Second

// interpret has a child interpret what reads PDF, and another compile it afterwards,
// or meanwhile if it takes long. If that one is done first, it is used.
func (c *children) interpret(ctx context.Context, o order, body []byte) (*Document, error) {
	defer c.compile()
	defer time.AfterFunc(headStart, c.compile).Stop()
	first, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	read := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		select {
		case <-c.compiled:
			cancel(errCompiled)
		case <-read:
		}
	})
	o.Interpret = true
	d, _, err := c.run(first, o, body)
	close(read)
	watching.Wait()
	if err == nil || context.Cause(first) != errCompiled {
		return d, err
	}
	o.Interpret = false
	d, _, err = c.run(ctx, o, body)
	return d, err
}

// errCompiled ends what is interpreted: it is read faster from now on.
var errCompiled = errors.New("compiled meanwhile")

// compile has a child compile what reads PDF, so that later files are read
// faster. Without it everything works.
func (c *children) compile() {
	if c.cache == "" || !mayCompile() {
		return
	}
	c.compiling.Do(func() {
		c.background.Go(func() {
			cmd, err := command(c.ending, order{Cache: c.cache})
			if err == nil && cmd.Run() == nil {
				setCompiled(c.cache)
				close(c.compiled)
			}
		})
	})
}

func command(ctx context.Context, o order) (*exec.Cmd, error) {
	if !answers.Load() {
		return nil, errors.New("this program does not call ingest.Child")
	}
	b, err := json.Marshal(o)
	if err != nil {
		return nil, err
	}
	path := "/proc/self/exe" // this very program, though another may lie at its path by now
	if runtime.GOOS != "linux" {
		if path, err = os.Executable(); err != nil {
			return nil, err
		}
	}
	cmd := exec.CommandContext(ctx, path, childArg, string(b))
	cmd.Env = []string{} // there are secrets in it
	cmd.WaitDelay = time.Second
	return cmd, nil
}

// run starts a child and takes its answer. It reports whether what reads the
// document was ready.
func (c *children) run(ctx context.Context, o order, body []byte) (d *Document, started bool, err error) {
	most := c.time
	if o.Interpret {
		most = c.interpreted
	}
	over, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	cmd, err := command(over, o)
	if err != nil {
		return nil, false, cannotRead(o.Format, err)
	}
	var complaint tail
	cmd.Stdin, cmd.Stderr = bytes.NewReader(body), &complaint
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return nil, false, cannotRead(o.Format, err)
	}
	d, started, err = hear(io.LimitReader(out, maxAnswer))
	if err != nil && !errors.As(err, new(*Error)) && !errors.As(err, new(childErr)) {
		cancel() // it says no more that could be read
	}
	late := over.Err()
	ended := cmd.Wait()
	switch {
	case ctx.Err() != nil:
		return nil, started, context.Cause(ctx)
	case d != nil || errors.As(err, new(*Error)) || errors.As(err, new(childErr)):
		return d, started, err
	case late == context.DeadlineExceeded:
		return nil, started, refuse("", TooSlow, late, "it takes longer than %s to read: save it anew, or split it", most)
	}
	cause := fmt.Errorf("reading process: %w: %s", cmp.Or(ended, err), &complaint)
	switch cmd.ProcessState.ExitCode() {
	// Panics are caught: what ends a Go program with 2, or a signal, is that it gets
	// no memory, in whatever words.
	case exitBurst, 2, -1:
		return nil, started, bursts(cause)
	}
	return nil, started, cause
}

// hear reads what a child says.
func hear(r io.Reader) (d *Document, started bool, err error) {
	dec := json.NewDecoder(r)
	var blocks []Block
	for {
		var a answer
		if err := dec.Decode(&a); err != nil {
			return nil, started, err
		}
		switch {
		case a.Started:
			started = true
		case a.Block != nil:
			blocks = append(blocks, *a.Block)
		case a.Document != nil:
			a.Document.Blocks = blocks
			return a.Document, true, nil
		case a.Code != "":
			var cause error
			if a.Err != "" {
				cause = childErr(a.Err)
			}
			return nil, true, &Error{Code: a.Code, Say: a.Say, Err: cause}
		default:
			return nil, started, childErr(a.Err)
		}
	}
}

func cannotRead(f format, err error) error {
	return refuse("", Broken, err, "%s cannot be read here: look at the log", f)
}

func bursts(cause error) error {
	return refuse("", TooLarge, cause, "it takes more than %d MB of memory to read: save it anew, or split it", readMemory>>20)
}

// tail keeps the beginning of what a process complains about.
type tail struct{ b []byte }

func (t *tail) Write(b []byte) (int, error) {
	const most = 1000
	t.b = append(t.b, b[:min(len(b), most-len(t.b))]...)
	return len(b), nil
}

func (t *tail) String() string { return string(t.b) }
