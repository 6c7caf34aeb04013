// Package steps runs the three steps of the way off Eventlet on whole
// programs, and tries them one after the other in memory.
package steps

import (
	"github.com/offlet/offlet/internal/catalog"
	"github.com/offlet/offlet/internal/edit"
	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/migrate"
	"github.com/offlet/offlet/internal/migrate/asyncio"
	"github.com/offlet/offlet/internal/migrate/drop"
	"github.com/offlet/offlet/internal/migrate/hub"
	"github.com/offlet/offlet/internal/program"
	"github.com/offlet/offlet/runtime"
)

// Infer analyses a program with all that offlet knows of libraries.
func Infer(p *program.Program) *infer.Program { return infer.Analyze(p, catalog.Default()) }

// Hub is the first step: the program runs on Eventlet's asyncio hub.
func Hub(p *program.Program) (*migrate.Result, error) {
	return hub.Apply(p, Infer(p))
}

// Migrate is the second step: the code moves to asyncio. Code that was moved
// needs the asyncio hub as long as Eventlet is there, so the first step comes
// with it where it was left out.
func Migrate(p *program.Program) (*migrate.Result, error) {
	res, _, err := moved(asyncio.Analyze(p, Infer(p)))
	return res, err
}

// moved makes the second step, and the first where it was left out.
func moved(a *asyncio.Analysis) (*migrate.Result, *asyncio.Analysis, error) {
	first := &migrate.Result{}
	edits, err := hub.Edits(a.Program, first)
	if err != nil {
		return nil, nil, err
	}
	res, after, err := asyncio.Migrate(a, asyncio.Options{Runtime: runtime.Files(), First: edits})
	if err != nil {
		return nil, nil, err
	}
	if res.Change.Empty() {
		return res, after, nil // nothing to move: nor is there a reason to switch hubs
	}
	res.Done = append(first.Done, res.Done...)
	res.Left = append(first.Left, res.Left...)
	res.Sort()
	return res, after, nil
}

// Drop is the third step: no Eventlet is left.
func Drop(p *program.Program) (*migrate.Result, error) {
	return drop.Drop(p, Infer(p), drop.Options{Runtime: runtime.Files()})
}

// After is the program as a result leaves it. The vendored runtime is not a
// part of what offlet analyses.
func After(p *program.Program, res *migrate.Result) *program.Program {
	files := map[string][]byte{}
	for _, f := range res.Change.Files {
		if !f.Runtime {
			files[f.Path] = f.New
		}
	}
	after := program.Overlay(p, files)
	trace(p, after, res.Change)
	return after
}

// trace makes what is said of a changed program name the lines of the files
// that the user has.
func trace(p, after *program.Program, change *edit.Change) {
	for _, f := range change.Files {
		m := after.ByPath(f.Path)
		if m == nil || f.Runtime || f.Old == nil {
			continue
		}
		lines := edit.Origins(f.Old, f.New)
		if before := p.ByPath(f.Path); before != nil {
			for i := range lines {
				lines[i] = before.Source.Origin(lines[i])
			}
		}
		m.Source.Origins = lines
	}
}

// A Trial is how one step would end.
type Trial struct {
	Name   string
	Result *migrate.Result
	Err    error // the step cannot be made, and the later ones are not tried
}

// Try makes the three steps in memory: the first, the second (with the first,
// as Migrate makes it), and the third on what that leaves. a is what is known
// of the program as it is.
func Try(a *asyncio.Analysis) []Trial {
	p := a.Source
	res, err := hub.Apply(p, a.Program)
	out := []Trial{{"hub", res, err}}
	if err != nil {
		return out
	}
	hubbed := res
	res, after, err := moved(a)
	if err != nil {
		return append(out, Trial{"migrate", nil, err})
	}
	...
