package cli

import (
	"encoding/json"
	"fmt"

	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/inventory"
	"github.com/offlet/offlet/internal/migrate"
	"github.com/offlet/offlet/internal/migrate/asyncio"
	"github.com/offlet/offlet/internal/migrate/drop"
	"github.com/offlet/offlet/internal/migrate/hub"
	"github.com/offlet/offlet/internal/program"
	"github.com/offlet/offlet/internal/report"
	"github.com/offlet/offlet/runtime"
)

type scanCmd struct {
	project
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
				fmt.Fprintf(o.stderr, "offlet: %v\n", relative(prog, pr))
			}
			return fmt.Errorf("%s: none of its %d files can be read as Python", at, len(prog.Problems))
		}
		stop := o.progress("analysing " + at)
		s, err := scan(prog)
		stop()
		if err != nil {
			return err
		}
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
		}
		left = left || s.Left() > 0
	}
	if left {
		return errLeft
	}
	return nil
}

// scan takes the inventory of a program and tries the steps on it, in memory.
func scan(prog *program.Program) (*report.Scan, error) {
	a := asyncio.Analyze(prog)
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
		return s, nil
	}
	if err := trySteps(prog, a.Program, s); err != nil {
		return nil, err
	}
	return s, nil
}

// trySteps runs the three steps one after the other on the program as each
// leaves it.
func trySteps(prog *program.Program, ip *infer.Program, s *report.Scan) error {
	step := func(name string, res *migrate.Result, err error) error {
		st := report.Step{Name: name}
		if err != nil {
			// the step refuses: that is what a scan is there to say
			st.Error = err.Error()
			s.Steps = append(s.Steps, st)
			return err
		}
		st.Files, st.Added, st.Removed = res.Change.Stat()
		st.Left = res.Left
		for _, n := range res.Done {
			if n.Rule == "AIO1" {
				st.Coroutines++
			}
		}
		s.Steps = append(s.Steps, st)
		return nil
	}
	res, err := hub.Apply(prog, ip)
	if step("hub", res, err) != nil {
		return nil
	}
	next := program.Overlay(prog, overlay(res))
	res, err = asyncio.Migrate(next, asyncio.Options{Runtime: runtime.Files()})
	if step("migrate", res, err) != nil {
		return nil
	}
	next = program.Overlay(next, overlay(res))
	res, err = drop.Drop(next, drop.Options{Runtime: runtime.Files()})
	_ = step("drop", res, err)
	return nil
}

// overlay are the project's own files after a change.
func overlay(res *migrate.Result) map[string][]byte {
	out := map[string][]byte{}
	for _, f := range res.Change.Files {
		if !f.Runtime {
			out[f.Path] = f.New
		}
	}
	return out
}
