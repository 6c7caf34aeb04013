package cli

import (
	"encoding/json"
	"fmt"

	"github.com/offlet/offlet/internal/inventory"
	"github.com/offlet/offlet/internal/migrate/asyncio"
	"github.com/offlet/offlet/internal/program"
	"github.com/offlet/offlet/internal/report"
	"github.com/offlet/offlet/internal/steps"
)

type scanCmd struct {
	project
	traced
}

func (c *scanCmd) Run(o *output) error {
	left := false
	for _, at := range c.Paths {
		prog, err := c.load(o, at, false)
		if err != nil {
			return err
		}
		if len(prog.Modules) == 0 {
			for _, pr := range prog.Problems {
				fmt.Fprintf(o.stderr, "offlet: %s\n", located(prog, pr, at))
			}
			return fmt.Errorf("%s: none of its %d files can be read as Python", at, len(prog.Problems))
		}
		stop := o.progress("analysing " + at)
		ev, err := c.evidence(prog)
		if err != nil {
			return err
		}
		s := scan(prog, ev.add)
		s.Trace = ev.found
		stop()
		s.Path = at
		if c.JSON {
			enc := json.NewEncoder(o.stdout)
			enc.SetIndent("", "  ")
			enc.SetEscapeHTML(false)
			if err := enc.Encode(s); err != nil {
				return err
			}
		} else if err := report.ScanText(o.stdout, s); err != nil {
			return err
		} else {
			o.evidence(s.Trace)
		}
		left = left || s.Left() > 0
	}
	if left {
		return errLeft
	}
	return nil
}

// scan takes the inventory of a program and tries the steps on it, in memory.
func scan(prog *program.Program, evidence asyncio.Evidence) *report.Scan {
	a := asyncio.Analyze(prog, steps.Infer(prog), evidence)
	s := &report.Scan{
		Version: 1, Command: "scan", Root: prog.Project.Root,
		Files:     len(prog.Modules),
		Inventory: inventory.Take(a.Program, a.Graph, prog.Project),
		Problems:  []report.Problem{},
		Skipped:   []report.Problem{},
	}
	for _, m := range prog.Modules {
		s.Lines += len(m.Source.LineStarts())
	}
	for _, pr := range prog.Problems {
		line, col := program.ProblemOf(pr.Err)
		s.Problems = append(s.Problems, report.Problem{Path: pr.Path, Line: line, Col: col, Message: relative(prog, pr)})
	}
	for _, sk := range prog.Project.Skipped {
		s.Skipped = append(s.Skipped, report.Problem{Path: sk.Path, Message: sk.Reason})
	}
	if s.Inventory.UseCase != 1 {
		return s
	}
	for _, t := range steps.Try(a) {
		st := report.Step{Name: t.Name}
		if t.Err != nil {
			// the step refuses: that is what a scan is there to say
			st.Error = t.Err.Error()
		} else {
			st.Files, st.Added, st.Removed = t.Result.Change.Stat()
			st.Left = t.Result.Left
			for _, n := range t.Result.Done {
				if n.Rule == "AIO1" {
					st.Coroutines++
				}
			}
		}
		s.Steps = append(s.Steps, st)
	}
	return s
}
