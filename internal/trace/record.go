package trace

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/offlet/offlet/internal/watch"
)

//go:embed agent/offlet_trace.py
var agent []byte

// Options are what to record.
type Options struct {
	Command []string
	Root    string        // of the project
	Slow    time.Duration // what keeps the hub waiting longer is recorded as well, if not 0
	Ran     bool          // also which functions ran
}

// Record runs a command and records what its Python processes do.
func Record(ctx context.Context, opts Options, stdin io.Reader, stdout, stderr io.Writer) (*Trace, error) {
	dir, err := os.MkdirTemp("", "offlet-trace-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	// a server that becomes another user must still be able to begin a file;
	// nobody else can list the names
	if err := os.Chmod(dir, 0o733); err != nil {
		return nil, err
	}
	env := []string{"OFFLET_TRACE=" + dir}
	if opts.Slow > 0 {
		env = append(env, fmt.Sprintf("OFFLET_TRACE_SLOW=%g", float64(opts.Slow)/float64(time.Millisecond)))
	}
	if opts.Ran {
		env = append(env, "OFFLET_TRACE_RAN=1")
	}
	exit, err := watch.Run(ctx, watch.Command{
		Args: opts.Command, Agent: "offlet_trace", Source: agent, Env: env,
		Stdin: stdin, Stdout: stdout, Stderr: stderr,
	})
	if err != nil {
		return nil, err
	}
	t, err := merge(dir, opts.Root)
	if err != nil && (!errors.Is(err, errNoRan) || opts.Ran) {
		return nil, err
	}
	t.Command, t.Exit = opts.Command, exit
	return t, nil
}
