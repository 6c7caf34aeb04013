package cli

import (
	"slices"
	"sync"

	"github.com/offlet/offlet/internal/inventory"
	"github.com/offlet/offlet/internal/migrate"
	"github.com/offlet/offlet/internal/migrate/asyncio"
	"github.com/offlet/offlet/internal/program"
	"github.com/offlet/offlet/internal/report"
	"github.com/offlet/offlet/internal/steps"
	"github.com/offlet/offlet/internal/workspace"
)

type scanCmd struct {
	project
	traced
	formatted
	Verbose bool `short:"v" help:"List every place."`
}

func (c *scanCmd) Run(o *output) error {
	return c.each(o, &c.project, *c, c.Trace, report.Options{Verbose: c.Verbose}, func(prog *program.Program, at string) (report.Report, bool, error) {
		ev, err := c.evidence(prog)
		if err != nil {
			return nil, false, err
		}
		s := scan(prog, ev.add)
		s.Path, s.Trace = at, ev.found
		return s, s.Left() > 0 || s.Trace != nil && len(s.Trace.Unseen) > 0, nil
	})
}

// scan takes the inventory of a program and tries the steps on it, in memory.
func scan(prog *program.Program, evidence asyncio.Evidence) *report.Scan {
	a := asyncio.Analyze(prog, steps.Infer(prog), evidence)
	inv := sync.OnceValue(func() *inventory.Inventory {
		return inventory.Take(a.Program, a.Graph, a.Colors, prog.Project)
	})
	go inv() // while the steps are tried
	trials := steps.Try(a, func() []inventory.Setting { return inv().Plugins() })
	s := &report.Scan{
		Version: 1, Command: "scan", Root: prog.Project.Root,
		Files:     len(prog.Modules),
		Lines:     lines(prog),
		Inventory: inv(),
		Steps:     []report.Step{},
		Problems:  problems(prog),
		Skipped:   []report.Problem{},
	}
	for _, sk := range prog.Project.Skipped {
		s.Skipped = append(s.Skipped, report.Problem{Path: sk.Path, Message: sk.Reason})
	}
	ignores, bad := inventory.NewIgnores(a.Program, s.Settings)
	if s.UseCase == 1 {
		for _, t := range trials {
			st := report.Step{Name: t.Name, Waits: t.Waits, Left: []migrate.Note{}}
			if t.Err != nil {
				// the step refuses: that is what a scan is there to say
				st.Error = t.Err.Error()
			} else {
				st.Files, st.Added, st.Removed = t.Result.Change.Stat()
				st.Awaits = t.Awaits
				for _, n := range t.Result.Left {
					if ignores.Has(n.Rule, n.Path, n.Line) {
						s.Ignored++
						continue
					}
					st.Left = append(st.Left, n)
				}
				for _, n := range t.Result.Done {
					if n.Coroutine {
						st.Coroutines++
						if workspace.IsTest(n.Path) {
							st.InTests++
						}
					}
				}
			}
			s.Steps = append(s.Steps, st)
		}
	}
	s.Hazards = slices.DeleteFunc(s.Hazards, func(h inventory.Hazard) bool {
		has := ignores.Has(h.Rule, h.Path, h.Line)
		if has {
			s.Ignored++
		}
		return has
	})
	s.Settings = slices.DeleteFunc(s.Settings, func(x inventory.Setting) bool {
		has := ignores.Has(x.Rule, x.Path, x.Line)
		if has {
			s.Ignored++
		}
		return has
	})
	s.Hazards = append(s.Hazards, bad...)
	s.Hazards = append(s.Hazards, ignores.Unused()...)
	return s
}
