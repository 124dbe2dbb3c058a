package cli

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"clientele/internal/clock"
	"clientele/internal/fault"
)

// The exit codes.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitNotFound    = 3
	exitAsked       = 4 // the program asks or refuses, or nothing could be loaded
	exitLocked      = 6
	exitInterrupted = 130
)

// run is one run of the program: what it was told, and where it speaks.
type run struct {
	args   []string
	in     io.Reader
	out    io.Writer
	err    io.Writer
	env    func(string) string
	clock  clock.Clock
	global globals
	theme  theme          // of standard output
	marks  theme          // of standard error
	file   *file          // where -o writes, nil for standard output
	wrote  bool           // the document of this answer stands on standard output
	later  []func() error // what ends with the run
}

// Main runs the program with the arguments behind its name, and returns the exit
// code. Env looks up an environment variable, "" for none.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer, env func(string) string) int {
	collectLess(env)
	signal.Ignore(syscall.SIGPIPE) // a closed pipe is an error of the write, and a quiet end
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	done := make(chan int, 1)
	go func() {
		defer func() {
			if v := recover(); v != nil {
				crash(stderr, env, v, debug.Stack())
				done <- exitFailed
			}
		}()
		done <- runs(ctx, &run{args: args, in: stdin, out: stdout, err: stderr, env: env, clock: clock.System})
	}()
	select {
	case code := <-done:
		return code
	case <-ctx.Done():
		stop() // a second Ctrl-C ends at once
	}
	grace := time.NewTimer(graceMax)
	defer grace.Stop()
	select {
	case code := <-done:
		return code
	case <-grace.C: // blocked where nothing can be told to stop: reading a pipe that gives nothing
		return exitInterrupted
	}
}

// graceMax is how long a run may take to stop in order.
const graceMax = time.Second

// runs makes a run, and another with each answer given at the prompt.
func runs(ctx context.Context, r *run) int {
	for {
		cmd, err := r.once(ctx)
		more, asked := r.prompt(ctx, err)
		if !asked {
			return r.finish(cmd, err)
		}
		args := insert(r.args, more)
		r.say(r.marks.dim("running: "+command(args)) + "\n")
		r = &run{args: args, in: r.in, out: r.out, err: r.err, env: r.env, clock: clock.System}
	}
}

// memoryMax is where the garbage collector stops being lazy.
const memoryMax = 3 << 30

// collectLess makes short runs faster: they end before garbage matters. Whoever sets
// GOGC or GOMEMLIMIT knows better.
func collectLess(env func(string) string) {
	if env("GOGC") == "" && env("GOMEMLIMIT") == "" {
		debug.SetGCPercent(400)
		debug.SetMemoryLimit(memoryMax)
	}
}

// once reads the arguments and runs the command that they name.
func (r *run) once(ctx context.Context) (*cobra.Command, error) {
	root := r.root() //nolint:contextcheck // the context comes with the command
	root.SetArgs(r.args)
	cmd, err := root.ExecuteContextC(ctx)
	for _, end := range r.later {
		err = errors.Join(err, end())
	}
	r.later = nil
	if r.file != nil && (err == nil || r.wrote) { // a refusal is an answer too
		err = errors.Join(err, r.file.keep())
	}
	if r.file != nil {
		if failed := r.file.drop(); failed != nil {
			err = errors.Join(err, failed)
		}
	}
	return cmd, err
}

// finish tells what went wrong and gives the exit code.
func (r *run) finish(cmd *cobra.Command, err error) int {
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, syscall.EPIPE):
		return exitDone // the reader has seen enough
	case errors.Is(err, context.Canceled):
		err = fault.New(fault.Canceled, "run", "stopped; nothing was changed", "")
	}
	code := exitCode(err)
	if code == exitAsked && r.global.format == formatJSON && !r.wrote {
		if werr := r.document(refusal(cmd.Annotations[schemaKey], err)); werr != nil && !errors.Is(werr, syscall.EPIPE) {
			r.complain(werr)
		}
	}
	r.complain(err)
	return code
}

// exitCode is what a failure's kind means to a shell.
func exitCode(err error) int {
	if _, ok := errors.AsType[*refused](err); ok {
		return exitAsked
	}
	switch fault.KindOf(err) {
	case fault.Internal, fault.Failed:
		return exitFailed
	case fault.Usage:
		return exitUsage
	case fault.NotFound:
		return exitNotFound
	case fault.Input, fault.Ask:
		return exitAsked
	case fault.Locked:
		return exitLocked
	case fault.Canceled:
		return exitInterrupted
	}
	return exitFailed
}

// crash says that the program is at fault. The id is the same for the same fault, so
// that two reports of it are known to be one.
func crash(stderr io.Writer, env func(string) string, v any, stack []byte) {
	id := crc32.ChecksumIEEE(fmt.Append(nil, v, frames(stack)))
	text := fmt.Sprintf("Error: internal error %08x: %v\nTo do: this is a defect of the program. Report the id, the command line and the\n"+
		"       kind of file; CLIENTELE_DEBUG=1 prints where it happened.\n", id, v)
	if env("CLIENTELE_DEBUG") != "" {
		text += string(stack)
	}
	if _, err := io.WriteString(stderr, text); err != nil {
		return // nobody can be told
	}
}

// frames is a stack without addresses, which differ from run to run.
func frames(stack []byte) string {
	var b strings.Builder
	for line := range strings.Lines(string(stack)) {
		if at := strings.LastIndex(line, ".go:"); at >= 0 {
			b.WriteString(strings.TrimSpace(line[strings.LastIndexByte(line[:at], '/')+1:]))
		}
	}
	return b.String()
}
