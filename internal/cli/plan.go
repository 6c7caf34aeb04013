package cli

import (
	"fmt"

	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/inventory"
	"github.com/offlet/offlet/internal/migrate"
	"github.com/offlet/offlet/internal/migrate/asyncio"
	"github.com/offlet/offlet/internal/plan"
	"github.com/offlet/offlet/internal/program"
	"github.com/offlet/offlet/internal/python/ast"
	"github.com/offlet/offlet/internal/report"
	"github.com/offlet/offlet/internal/steps"
	"github.com/offlet/offlet/internal/workspace"
)

type planCmd struct {
	project
	traced
	formatted
	Order   plan.Order `help:"What moves first: leaf (what is called before what calls it) or root (entry points first)." enum:"leaf,root" default:"leaf" placeholder:"ORDER"`
	Hosted  bool       `help:"What starts the program runs it on the asyncio hub (EVENTLET_HUB=asyncio), although offlet does not see it."`
	Public  bool       `help:"Of a library, let public functions become coroutine functions too."`
	Verbose bool       `short:"v" help:"List every step, with its proof."`
}

func (c *planCmd) Run(o *output) error {
	return c.each(o, &c.project, *c, c.Trace, report.Options{Verbose: c.Verbose}, func(prog *program.Program, at string) (report.Report, bool, error) {
		ev, err := c.evidence(prog)
		if err != nil {
			return nil, false, err
		}
		p := makePlan(prog, c.Order, steps.Options{Evidence: ev.add, Hosted: c.Hosted, Public: c.Public})
		p.Path, p.Trace = at, ev.found
		return p, p.Left() > 0 || p.Trace != nil && len(p.Trace.Unseen) > 0, nil
	})
}

// makePlan orders what migrate would move of a program.
func makePlan(prog *program.Program, order plan.Order, opts steps.Options) *report.Plan {
	a := asyncio.Analyze(prog, steps.Infer(prog), opts.Evidence)
	d := asyncio.Decide(a, opts.Public)
	goal := plan.Goal{Moves: d.Moves, Divided: d.Divided, Last: make([]bool, len(d.Moves))}
	for id, f := range a.Program.Funcs {
		goal.Last[id] = workspace.IsTest(f.Module.Path)
	}
	pl := plan.New(a.Colors, goal)
	w := &planner{a: a, d: d, units: make([]string, len(pl.Units)), ids: map[string]int{}}
	out := &report.Plan{
		Version: 1, Command: "plan", Root: prog.Project.Root,
		Files: len(prog.Modules), Lines: lines(prog),
		Order: order, Before: pl.Before,
		Steps: []report.PlanStep{}, Stays: []report.PlanStay{}, Held: []migrate.Note{}, Problems: problems(prog),
	}
	for u := range pl.Units {
		w.units[u] = w.name(pl.Units[u].Funcs[0])
	}
	for i, s := range pl.Order(order) {
		st := w.step(&pl.Units[s.Unit])
		st.Step, st.Unit, st.After = i+1, w.units[s.Unit], s.After
		for _, u := range pl.Units[s.Unit].Calls {
			st.Calls = append(st.Calls, w.units[u])
		}
		for _, f := range st.Functions {
			if f.Kind == "function" {
				out.Coroutines++
			}
		}
		out.Moving += st.Lines
		out.Steps = append(out.Steps, st)
	}
	for _, f := range a.Program.Funcs {
		if _, def := f.Node.(*ast.FunctionDef); def && f.Async {
			out.Already++
		}
	}
	ignores, _ := inventory.NewIgnores(a.Program, nil)
	for _, s := range pl.Stays {
		if d.Stays[s.Func].Rule == "" && s.Total() == 0 {
			continue // it only calls what waits by itself, such as the function of a console script, or what stays
		}
		out.Stays = append(out.Stays, w.stay(s, ignores))
	}
	if len(out.Steps) > 0 {
		out.Held = append(out.Held, steps.Hubless(a, opts)...)
	}
	return out
}

// planner says in words what a plan has as numbers.
type planner struct {
	a     *asyncio.Analysis
	d     *asyncio.Decision
	units []string
	ids   map[string]int // how often a name was given
}

// name is a name for a unit that no other one has: that of its first function,
// with the line if that is defined twice.
func (w *planner) name(f infer.FuncID) string {
	fn := w.function(f)
	name := fn.Name
	if w.ids[name]++; w.ids[name] > 1 {
		name = fmt.Sprintf("%s@%d", name, fn.Line)
		w.ids[name]++
	}
	return name
}

// function describes a function.
func (w *planner) function(f infer.FuncID) report.PlanFunction {
	fn := w.a.Program.Funcs[f]
	m := fn.Module
	span := fn.Node.Range()
	kind := "function"
	switch n := fn.Node.(type) {
	case *ast.Lambda:
		kind = "lambda"
	case *ast.GeneratorExp:
		kind = "generator"
	case *ast.Module:
		kind = "module"
		if region, ok := w.d.Regions[f]; ok {
			span = region
		}
	case *ast.FunctionDef:
		switch {
		case w.d.Divided[f]:
			kind = "start"
		case n.Name.Name == "__iter__" && !fn.Generator && w.d.Moves[f]:
			kind = "iterator"
		}
	}
	line, col := m.Source.Position(span.Start)
	last, _ := m.Source.Position(max(span.End-1, span.Start))
	return report.PlanFunction{Name: m.Name + ":" + w.a.Program.Qual(f), Path: m.Path, Line: m.Source.Origin(line), Col: col, Lines: last - line + 1, Kind: kind}
}

// step describes a unit.
func (w *planner) step(u *plan.Unit) report.PlanStep {
	st := report.PlanStep{Calls: []string{}, Evidence: []string{}, Confidence: "certain"}
	if !u.Certain {
		st.Confidence = "possible"
	}
	for _, f := range u.Funcs {
		fn := w.function(f)
		st.Functions = append(st.Functions, fn)
		if !w.inside(f) {
			st.Lines += fn.Lines
		}
	}
	if u.Proof >= 0 {
		st.Evidence = append(st.Evidence, w.a.Colors.Proof(u.Proof)...)
		st.Depth = len(st.Evidence) - 1
		st.Leaf = st.Evidence[st.Depth]
	}
	return st
}

// inside reports whether the lines of a function that moves are also those of
// one around it that does.
func (w *planner) inside(f infer.FuncID) bool {
	funcs := w.a.Program.Funcs
	for up := funcs[f].Parent; up >= 0; up = funcs[up].Parent {
		if region, ok := w.d.Regions[up]; ok && region.Contains(funcs[f].Node.Range()) {
			return true
		}
		if funcs[up].Parent >= 0 && (w.d.Moves[up] || w.d.Divided[up]) {
			return true
		}
	}
	return false
}

// stay describes a function that stays synchronous.
func (w *planner) stay(s plan.Stay, ignores *inventory.Ignores) report.PlanStay {
	out := report.PlanStay{PlanFunction: w.function(s.Func), Crossings: s.Crossings}
	note, ok := w.d.Stays[s.Func]
	if !ok {
		out.Message = out.Name + " waits through the bridge"
		if out.Kind == "module" {
			out.Message = "a statement of the module waits through the bridge"
		}
		return out
	}
	out.Rule, out.Message = note.Rule, note.Message
	out.Line, out.Col = note.Line, note.Col
	out.Ignored = ignores.Has(note.Rule, note.Path, note.Line)
	return out
}

// lines counts the lines of a program.
func lines(prog *program.Program) int {
	n := 0
	for _, m := range prog.Modules {
		n += len(m.Source.LineStarts())
	}
	return n
}

// problems are the files that cannot be read as Python.
func problems(prog *program.Program) []report.Problem {
	out := []report.Problem{}
	for _, pr := range prog.Problems {
		line, col := program.ProblemOf(pr.Err)
		out = append(out, report.Problem{Path: pr.Path, Line: line, Col: col, Message: relative(prog, pr)})
	}
	return out
}
