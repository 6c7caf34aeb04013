package cli

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/offlet/offlet/internal/callgraph"
	"github.com/offlet/offlet/internal/migrate"
	"github.com/offlet/offlet/internal/migrate/asyncio"
	"github.com/offlet/offlet/internal/program"
	"github.com/offlet/offlet/internal/steps"
	"github.com/offlet/offlet/internal/trace"
)

// defaultTrace is where a trace is written, below the directory it is made in.
const defaultTrace = ".offlet/trace.jsonl"

type traceCmd struct {
	Output  string   `short:"o" help:"The file to write." placeholder:"FILE" default:"${trace}"`
	Slow    int      `help:"Also record code that keeps the hub waiting for more than N milliseconds." placeholder:"N"`
	Ran     bool     `help:"Also record which functions ran (Python 3.12 or newer)."`
	Command []string `arg:"" name:"command" help:"The command to run, after --."`
}

func (c *traceCmd) Run(o *output) error {
	if c.Slow < 0 {
		return fmt.Errorf("--slow takes milliseconds, not %d", c.Slow)
	}
	t, err := trace.Record(context.Background(), trace.Options{
		Command: c.Command, Root: ".", Slow: time.Duration(c.Slow) * time.Millisecond, Ran: c.Ran,
	}, o.stdin, o.stdout, o.stderr)
	if err != nil {
		return err
	}
	if err := t.Save(c.Output); err != nil {
		return err
	}
	o.summary(t, c.Output, c.Slow)
	if t.Exit != 0 {
		return exitCode(t.Exit)
	}
	return nil
}

// summary is the end of a trace of a trace. What the command printed is on stdout.
func (o *output) summary(t *trace.Trace, file string, slow int) {
	w := o.stderr
	fmt.Fprintln(w)
	if t.Processes == 0 {
		fmt.Fprintln(w, "trace: no Python process of this command could be watched. Does it start Python at all, and without -I, -E or -S (which ignore PYTHONPATH)?")
		return
	}
	places := map[string]int64{}
	waits := map[string]int64{}
	yields, stacks, kept := int64(0), 0, 0
	funcs := map[int]bool{}
	for i := range t.Stacks {
		s := &t.Stacks[i]
		at := innermost(t, s)
		if s.Kind == trace.Slow {
			kept++
			waits[at] = max(waits[at], s.Millis)
			continue
		}
		stacks++
		yields += s.Count
		places[at] += s.Count
		for _, f := range s.Frames {
			if t.InProject(f.Func) {
				funcs[f.Func] = true
			}
		}
	}
	if stacks == 0 {
		fmt.Fprintf(w, "trace: nothing yielded to Eventlet's hub in %s.\n", counted(t.Processes, "Python process", "Python processes"))
	} else {
		fmt.Fprintf(w, "trace: %s to Eventlet's hub from %s, through %s of this project, in %s.\n",
			counted(int(yields), "yield", "yields"), counted(stacks, "stack", "stacks"),
			counted(len(funcs), "function", "functions"), counted(t.Processes, "Python process", "Python processes"))
	}
	list(w, places, "yielded most often at:", func(n int64) string { return fmt.Sprintf("%8d ×", n) })
	if slow > 0 {
		if kept == 0 {
			fmt.Fprintf(w, "  nothing kept the hub waiting for more than %d ms\n", slow)
		}
		list(w, waits, "kept the hub waiting for longest:", func(n int64) string { return fmt.Sprintf("%7d ms", n) })
	}
	if t.Full > 0 {
		fmt.Fprintf(w, "  %s had more stacks than are kept: some are missing\n", counted(t.Full, "process", "processes"))
	}
	if t.Exit != 0 {
		fmt.Fprintf(w, "The command itself ended with exit status %d.\n", t.Exit)
	}
	fmt.Fprintf(w, "Written to %s.\n", filepath.ToSlash(file))
}

// innermost is the last place of the project on a stack, for people.
func innermost(t *trace.Trace, s *trace.Stack) string {
	for i := len(s.Frames) - 1; i >= 0; i-- {
		f := s.Frames[i]
		if t.InProject(f.Func) {
			fn := &t.Functions[f.Func]
			return fmt.Sprintf("%s:%d %s", fn.File, f.Line, strings.ReplaceAll(fn.Name, ".<locals>", ""))
		}
	}
	return "code outside of this project"
}

// traced is what the commands that take a trace have in common.
type traced struct {
	Trace string `help:"Take what a run showed as evidence: a file that offlet trace wrote." placeholder:"FILE"`
}

// evidence is the trace as the analysis of one program takes it.
type evidence struct {
	add   asyncio.Evidence
	found *trace.Evidence // after the analysis
}

// evidence reads the trace that was given, if any.
func (c *traced) evidence(prog *program.Program) (*evidence, error) {
	e := &evidence{}
	if c.Trace == "" {
		return e, nil
	}
	t, err := trace.Load(c.Trace)
	if err != nil {
		return nil, err
	}
	e.found = &trace.Evidence{}
	e.add = func(g *callgraph.Graph) { *e.found = *trace.Confirm(t, g, prog.Project.Root) }
	return e, nil
}

// migrate is the second step with the evidence, and what only that showed.
func (c *migrateCmd) migrate(prog *program.Program) (*migrate.Result, error) {
	e, err := c.evidence(prog)
	if err != nil {
		return nil, err
	}
	res, err := steps.MigrateWith(prog, steps.Options{Evidence: e.add, Public: c.Public, Hosted: c.Hosted})
	if err != nil || e.found == nil {
		return res, err
	}
	res.Left = append(res.Left, e.found.Unseen...)
	res.Sort()
	return res, nil
}

// list prints the first few places of a table, largest number first.
func list(w interface{ Write([]byte) (int, error) }, table map[string]int64, title string, number func(int64) string) {
	if len(table) == 0 {
		return
	}
	names := make([]string, 0, len(table))
	for n := range table {
		names = append(names, n)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(table[b], table[a]), cmp.Compare(a, b)) })
	fmt.Fprintf(w, "  %s\n", title)
	const most = 8
	for i, n := range names {
		if i == most && len(names) > most+1 {
			fmt.Fprintf(w, "             and at %d more places\n", len(names)-most)
			break
		}
		fmt.Fprintf(w, "  %s  %s\n", number(table[n]), n)
	}
}
