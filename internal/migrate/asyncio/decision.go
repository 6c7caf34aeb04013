package asyncio

import (
	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/migrate"
	"github.com/offlet/offlet/internal/python/ast"
)

// A Decision says what Migrate makes of the functions of a program.
type Decision struct {
	// Moves are the functions that become coroutine functions, by FuncID, with
	// the lambdas and generator expressions that wait.
	Moves []bool
	// Divided are the functions of console scripts, and the module bodies, of
	// which the statements that wait move into a coroutine function, while those
	// who call them, or run the module, find what they found before. Regions are
	// these statements of the module bodies.
	Divided []bool
	Regions map[infer.FuncID]ast.Span
	// Stays says of functions that yield why they stay synchronous: under a rule
	// what a person can do something about, without one that they would gain
	// nothing yet.
	Stays map[infer.FuncID]migrate.Note
}

// Decide decides what Migrate makes of the functions of a program. public says
// that the public functions of a library may become coroutine functions.
func Decide(a *Analysis, public bool) *Decision {
	res := &migrate.Result{}
	d := decide(a.Colors, res, public)
	out := &Decision{
		Moves:   make([]bool, len(d.p.Funcs)),
		Divided: make([]bool, len(d.p.Funcs)),
		Regions: map[infer.FuncID]ast.Span{},
		Stays:   map[infer.FuncID]migrate.Note{},
	}
	for id := range d.p.Funcs {
		f := infer.FuncID(id)
		out.Moves[f] = d.becomes(f)
		out.Divided[f] = d.starts[f] != ""
		if note, ok := d.stays(f); ok {
			out.Stays[f] = note
		}
	}
	for m, r := range d.regions {
		out.Divided[m.Body] = true
		out.Regions[m.Body] = r.span
	}
	bodies := map[string]infer.FuncID{}
	for _, m := range d.p.Modules {
		bodies[m.Path] = m.Body
	}
	for _, n := range res.Left { // of decide these are the modules that wait while they are imported
		body := bodies[n.Path]
		if _, known := out.Stays[body]; !known {
			out.Stays[body] = n
		}
	}
	return out
}
