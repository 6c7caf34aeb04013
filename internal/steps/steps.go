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
func Migrate(p *program.Program) (*migrate.Result, error) { return MigrateWith(p, nil) }

// MigrateWith is Migrate with what is known besides the source.
func MigrateWith(p *program.Program, evidence asyncio.Evidence) (*migrate.Result, error) {
	ip := Infer(p)
	first, err := hub.Apply(p, ip)
	if err != nil {
		return nil, err
	}
	if first.Change.Empty() {
		res, err := asyncio.Migrate(asyncio.Analyze(p, ip, evidence), options())
		if err != nil {
			return nil, err
		}
		return merged(first, res), nil
	}
	next := After(p, first)
	res, err := asyncio.Migrate(asyncio.Analyze(next, Infer(next), evidence), options())
	if err != nil {
		return nil, err
	}
	if res.Change.Empty() {
		return res, nil // nothing to move: nor is there a reason to switch hubs
	}
	return merged(first, res), nil
}

func options() asyncio.Options { return asyncio.Options{Runtime: runtime.Files()} }

// merged is the result of two steps, of which the second saw what the first
// left.
func merged(first, second *migrate.Result) *migrate.Result {
	res := &migrate.Result{
		Change: edit.Merge(first.Change, second.Change),
		Done:   append(first.Done, second.Done...),
		Left:   append(first.Left, second.Left...),
	}
	res.Sort()
	return res
}

// Drop is the third step: no Eventlet is left.
func Drop(p *program.Program) (*migrate.Result, error) {
	return drop.Drop(p, drop.Options{Runtime: runtime.Files()})
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
	for _, f := range res.Change.Files {
		m := after.ByPath(f.Path)
		if m == nil || f.Runtime || f.Old == nil {
			continue
		}
		// what a later step says is about the files that the user has
		lines := edit.Origins(f.Old, f.New)
		if before := p.ByPath(f.Path); before != nil {
			for i := range lines {
				lines[i] = before.Source.Origin(lines[i])
			}
		}
		m.Source.Origins = lines
	}
	return after
}

// A Trial is how one step would end.
type Trial struct {
	Name   string
	Result *migrate.Result
	Err    error // the step cannot be made, and the later ones are not tried
}

// Try makes the three steps in memory, each on what the one before it leaves.
// a is what is known of the program as it is.
func Try(a *asyncio.Analysis) []Trial {
	var out []Trial
	p, evidence := a.Source, a.Evidence
	add := func(name string, res *migrate.Result, err error) bool {
		out = append(out, Trial{name, res, err})
		if err == nil && !res.Change.Empty() {
			p = After(p, res)
			a = nil
		}
		return err == nil
	}
	res, err := hub.Apply(p, a.Program)
	if !add("hub", res, err) {
		return out
	}
	if a == nil {
		a = asyncio.Analyze(p, Infer(p), evidence)
	}
	res, err = asyncio.Migrate(a, options())
	if !add("migrate", res, err) {
		return out
	}
	res, err = Drop(p)
	add("drop", res, err)
	return out
}
