package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/offlet/offlet/internal/migrate"
	"github.com/offlet/offlet/internal/plan"
	"github.com/offlet/offlet/internal/trace"
	"github.com/offlet/offlet/internal/workspace"
)

// A Plan is the result of `offlet plan`. Its JSON form is stable as that of a
// Scan is; docs/plan.schema.json has its schema.
type Plan struct {
	Version int    `json:"version"`
	Command string `json:"command"`
	Path    string `json:"-"`
	Root    string `json:"root"`
	// Files and Lines are what was read.
	Files int        `json:"files"`
	Lines int        `json:"lines"`
	Order plan.Order `json:"order"`
	// Coroutines is how many functions become coroutine functions, Already how
	// many are coroutine functions now; Moving is the number of lines of all that moves.
	Coroutines int `json:"coroutines"`
	Already    int `json:"already"`
	Moving     int `json:"movingLines"`
	// Before is what crosses the frontier now.
	Before plan.Crossings `json:"before"`
	Steps  []PlanStep     `json:"steps"`
	// Stays are the functions that wait and stay synchronous, those of tests
	// last, and those with the most crossings first.
	Stays []PlanStay `json:"stays"`
	// Held are the places for which migrate moves nothing before it is told that
	// the program runs on the asyncio hub.
	Held     []migrate.Note `json:"held"`
	Problems []Problem      `json:"problems"`
	// Trace is what a trace showed, if one was given.
	Trace *trace.Evidence `json:"trace,omitempty"`
}

// A PlanStep moves one unit.
type PlanStep struct {
	Step int `json:"step"` // from 1
	// Unit is the name of the first of its functions: pkg.module:Class.method.
	Unit      string         `json:"unit"`
	Functions []PlanFunction `json:"functions"`
	Lines     int            `json:"lines"`
	// Calls are the units that it calls.
	Calls []string `json:"calls"`
	// Confidence is certain, or possible if the proof that one of its functions
	// yields rests on the name of a method alone.
	Confidence string `json:"confidence"`
	// Evidence is the shortest proof that one of its functions yields.
	Evidence []string `json:"evidence"`
	// Leaf is the call at its end, Depth how many calls lead there.
	Leaf  string `json:"leaf"`
	Depth int    `json:"depth"`
	// After is what crosses the frontier when it has moved.
	After plan.Crossings `json:"after"`
}

// A PlanFunction is a function of a unit.
type PlanFunction struct {
	Name  string `json:"name"` // pkg.module:Class.method
	Path  string `json:"path"`
	Line  int    `json:"line"`
	Col   int    `json:"col"`
	Lines int    `json:"lines"`
	// Kind is function, lambda, generator (an expression), iterator (an __iter__
	// that becomes __aiter__ and does not wait itself), start (the function of a
	// console script, of which the body moves) or module (the statements of a
	// module body that wait).
	Kind string `json:"kind"`
}

// A PlanStay is a function that stays synchronous.
type PlanStay struct {
	PlanFunction
	Rule    string `json:"rule,omitempty"` // none if it is as it should be
	Message string `json:"message"`
	// Ignored says that a comment in the code says that it is known.
	Ignored bool `json:"ignored,omitempty"`
	// What crosses the frontier there when all units have moved.
	plan.Crossings
}

// Left is the number of places that are left for a person.
func (p *Plan) Left() int {
	n := len(p.Problems) + len(p.Held)
	for _, s := range p.Stays {
		if s.needed() {
			n++
		}
	}
	return n
}

// needed reports whether a person has to look at it.
func (s *PlanStay) needed() bool { return s.Rule != "" && !s.Ignored }

// short is its message without the name of the module, which the path says.
func (s *PlanStay) short() string {
	module, _, _ := strings.Cut(s.Name, ":")
	return strings.Replace(strings.TrimPrefix(s.Message, module+"."), " stays synchronous: ", ": ", 1)
}

// ruleOf is the rule by which a function of a kind moves.
func ruleOf(kind string) (rule, what string) {
	switch kind {
	case "lambda":
		return "AIO10", "gives a coroutine"
	case "iterator":
		return "AIO16", "becomes __aiter__"
	case "start", "module":
		return "AIO14", "its statements move into a coroutine function"
	}
	return "AIO1", "becomes a coroutine function"
}

// Findings are the functions that move, with their steps, and those that stay.
func (p *Plan) Findings() []Finding {
	var out []Finding
	for _, pr := range p.Problems {
		out = append(out, Finding{Rule: "READ", Level: Error, Path: pr.Path, Line: pr.Line, Col: pr.Col, Message: pr.Message})
	}
	for _, s := range p.Steps {
		why := ""
		if len(s.Evidence) > 0 {
			why = ", because " + strings.Join(s.Evidence, " → ")
			if s.Confidence != "certain" {
				why += " (by the name of a method)"
			}
		}
		for _, f := range s.Functions {
			rule, what := ruleOf(f.Kind)
			out = append(out, Finding{rule, Note, f.Path, f.Line, f.Col, fmt.Sprintf("%s %s in step %d of %d%s", f.Name, what, s.Step, len(p.Steps), why), workspace.IsTest(f.Path)})
		}
	}
	for _, s := range p.Stays {
		if s.needed() {
			out = append(out, Finding{s.Rule, Warning, s.Path, s.Line, s.Col, s.Message, workspace.IsTest(s.Path)})
		}
	}
	for _, n := range p.Held {
		out = append(out, Finding{n.Rule, Warning, n.Path, n.Line, n.Col, n.Message, workspace.IsTest(n.Path)})
	}
	slices.SortStableFunc(out, byPlace)
	return out
}

func byPlace(a, b Finding) int {
	return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Message, b.Message))
}

// orders says what each order means.
var orders = map[plan.Order]string{
	plan.LeafFirst: "Leaf first: what is called moves before what calls it. Meanwhile green code calls coroutines.",
	plan.RootFirst: "Root first: what calls moves before what it calls. Meanwhile coroutines call green code.",
}

// How many steps, functions of a unit and functions that stay are shown without
// Verbose.
const (
	shownSteps = 20
	shownFuncs = 3
	shownStays = 8
)

// Text writes a plan for people: without Verbose the first steps.
func (p *Plan) Text(w io.Writer, o Options) error {
	o.Screen = true
	t := &printer{w: w, o: o}
	t.plan(p)
	t.trace(p.Trace)
	return t.err
}

func (t *printer) plan(p *Plan) {
	t.linef("%s: %s, %s", p.Path, plural(p.Files, "Python file"), plural(p.Lines, "line"))
	t.problems(p.Problems)
	if len(p.Steps)+len(p.Stays)+p.Already == 0 {
		t.linef("")
		t.linef("No function waits for Eventlet: there is nothing to move. (offlet scan says what it uses.)")
		return
	}
	if len(p.Steps) == 0 {
		if p.Already > 0 {
			t.title("Nothing is left to move; %s already", areCoroutines(p.Already))
		} else {
			t.title("Nothing moves: what waits stays synchronous")
		}
		t.stays(p)
		t.linef("")
		if p.Left() == 0 {
			t.linef("Next: offlet drop, if Eventlet is still there.")
		} else {
			t.linef("Next: what is left for a person, listed above.")
		}
		return
	}
	tests, starts := 0, 0
	for _, st := range p.Steps {
		for _, f := range st.Functions {
			if f.Kind == "start" || f.Kind == "module" {
				starts++
			}
			if f.Kind == "function" && workspace.IsTest(f.Path) {
				tests++
			}
		}
	}
	what := becoming(p.Coroutines)
	if tests > 0 {
		what += fmt.Sprintf(" (%s in tests)", grouped(tests))
	}
	if starts > 0 {
		what += fmt.Sprintf(", the statements of %s move", plural(starts, "start"))
	}
	t.title("%s; %s, %s", what, plural(len(p.Steps), "unit"), plural(p.Moving, "line"))
	if p.Already > 0 {
		t.linef("  %s already.", areCoroutines(p.Already))
	}
	t.linef("  A unit is what must change together: functions that call each other in a circle, are called")
	t.linef("  at one place, or override each other.")
	t.order(p)
	t.stays(p)
	t.linef("")
	for i, n := range p.Held {
		if i == t.most(3) {
			t.linef("  and %s", plural(len(p.Held)-i, "more place"))
			break
		}
		t.linef("%s:%d: %s %s", n.Path, n.Line, n.Rule, n.Message)
	}
	command := "offlet migrate --all"
	if len(p.Held) > 0 {
		command = "see that it runs on the asyncio hub; then " + command + " --hosted"
	}
	t.full("Next: " + command + ". It moves all units in one change; single units it cannot move yet.")
}

func areCoroutines(n int) string {
	return plural(n, "function") + " " + verb(n, "is a coroutine function", "are coroutine functions")
}

// order prints the steps as a table, with the modules as headings.
func (t *printer) order(p *Plan) {
	t.title("%s", orders[p.Order])
	const widest = 50
	shown := min(len(p.Steps), t.most(shownSteps))
	rest := ""
	if n := len(p.Steps) - shown; n > 0 {
		rest = plural(n, "more step") + " (-v), then"
	}
	width := max(len("now"), len(rest))
	for _, s := range p.Steps[:shown] {
		width = max(width, min(widest, len([]rune(s.Functions[0].place()))))
	}
	row := func(step any, name, lines string, c plan.Crossings, leaf string) {
		t.linef("  %4v  %-*s %6s %12s %12s  %s", step, width, left(name, widest), lines, grouped(c.GreenToAsync), grouped(c.AsyncToGreen), leaf)
	}
	t.linef("  %4s  %-*s %6s  %24s", "", width, "", "", "crossings after it")
	t.linef("  %4s  %-*s %6s %12s %12s  %s", "step", width, "", "lines", "green→async", "async→green", "it waits in")
	row("", "now", "", p.Before, "")
	at := ""
	for _, s := range p.Steps[:shown] {
		if s.Functions[0].Path != at {
			at = s.Functions[0].Path
			t.linef("%s", at)
		}
		for j, f := range s.Functions {
			if j == t.most(shownFuncs) && len(s.Functions) > shownFuncs+1 {
				t.linef("  %4s  %s", "", "and "+plural(len(s.Functions)-j, "more function")+in(s.Functions))
				break
			}
			name := f.place()
			if f.Path != at {
				name += "  " + f.Path
			}
			if j > 0 {
				t.linef("  %4s  %s", "", name)
				continue
			}
			leaf := s.Leaf
			if s.Depth > 1 {
				leaf += fmt.Sprintf(", %d calls deep", s.Depth)
			}
			if s.Confidence != "certain" {
				leaf += " (possibly)"
			}
			row(s.Step, name, grouped(s.Lines), s.After, leaf)
		}
		if t.o.Verbose && len(s.Evidence) > 0 {
			t.linef("  %4s    because %s", "", strings.Join(s.Evidence, " → "))
		}
	}
	if rest != "" {
		row("…", rest, "", p.Steps[len(p.Steps)-1].After, "")
	}
}

// place is a function in its file: Crawler.run:16.
func (f *PlanFunction) place() string {
	_, name, _ := strings.Cut(f.Name, ":")
	return fmt.Sprintf("%s:%d", name, f.Line)
}

// in says in how many modules the functions of a unit are, if not in one.
func in(list []PlanFunction) string {
	paths := map[string]bool{}
	for _, f := range list {
		paths[f.Path] = true
	}
	if len(paths) == 1 {
		return ""
	}
	return fmt.Sprintf(", in %d modules", len(paths))
}

// left shortens a text from the left, where it says the least.
func left(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return "…" + string(r[len(r)-n+1:])
	}
	return s
}

// stays prints what stays synchronous, with what keeps it from moving.
func (t *printer) stays(p *Plan) {
	if len(p.Stays) == 0 {
		return
	}
	known, tests := 0, 0
	for _, s := range p.Stays {
		if s.Ignored {
			known++
		}
		if workspace.IsTest(s.Path) {
			tests++
		}
	}
	more := ""
	if tests > 0 {
		more += fmt.Sprintf(", %s in tests", grouped(tests))
	}
	if known > 0 {
		more += fmt.Sprintf(", %s known", grouped(known))
	}
	t.title("What waits and stays synchronous: %s%s, with the crossings there after the last step", plural(len(p.Stays), "place"), more)
	explain := ""
	for i, s := range p.Stays {
		if i == t.most(shownStays) && len(p.Stays) > shownStays+1 {
			t.linef("  and %s (-v)", plural(len(p.Stays)-i, "more place"))
			break
		}
		rule := s.Rule
		if s.Ignored {
			rule = "known"
		}
		if explain == "" && s.needed() {
			explain = s.Rule
		}
		t.linef("  %-5s %4s  %s:%d %s", rule, grouped(s.Total()), s.Path, s.Line, s.short())
	}
	if explain != "" {
		t.linef("  offlet explain %s says what a person can do there.", explain)
	}
}

// Markdown writes a plan for an issue or a pull request.
func (p *Plan) Markdown(w io.Writer, _ []migrate.Rule) error {
	const most = 50 // an issue holds no more than some 65,000 characters
	t := &printer{w: w}
	t.linef("# Plan for %s", md(p.Path))
	t.linef("")
	if len(p.Steps)+len(p.Stays) == 0 {
		t.linef("There is nothing to move.")
		return t.err
	}
	t.linef("%s, in %s of %s.", becoming(p.Coroutines), plural(len(p.Steps), "unit"), plural(p.Moving, "line"))
	if len(p.Steps) > 0 {
		t.linef("")
		t.linef("%s", orders[p.Order])
		t.linef("")
		t.linef("| step | unit | functions | lines | green→async after it | async→green after it | it waits in |")
		t.linef("|---:|---|---:|---:|---:|---:|---|")
		t.linef("| now | | | | %d | %d | |", p.Before.GreenToAsync, p.Before.AsyncToGreen)
		for i, s := range p.Steps {
			if i == most {
				t.linef("| … | and %s | | | | | |", plural(len(p.Steps)-i, "more step"))
				break
			}
			leaf := ""
			if s.Leaf != "" {
				leaf = "`" + mdCode(s.Leaf) + "`"
			}
			if s.Confidence != "certain" {
				leaf += " (possibly)"
			}
			t.linef("| %d | `%s` | %d | %d | %d | %d | %s |", s.Step, mdCode(s.Unit), len(s.Functions), s.Lines, s.After.GreenToAsync, s.After.AsyncToGreen, leaf)
		}
	}
	if len(p.Stays) > 0 {
		t.linef("")
		t.linef("## What stays synchronous")
		t.linef("")
		t.linef("| function | rule | crossings | why |")
		t.linef("|---|---|---:|---|")
		for i, s := range p.Stays {
			if i == most {
				t.linef("| and %s | | | |", plural(len(p.Stays)-i, "more place"))
				break
			}
			t.linef("| `%s:%d` | %s | %d | %s |", mdCode(s.Path), s.Line, s.Rule, s.Total(), md(s.Message))
		}
	}
	return t.err
}
