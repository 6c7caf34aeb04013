// Package steps runs the three steps of the way off Eventlet on whole
// programs, and tries them one after the other in memory.
package steps

import (
	"bytes"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/offlet/offlet/internal/catalog"
	"github.com/offlet/offlet/internal/deploy"
	"github.com/offlet/offlet/internal/edit"
	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/inventory"
	"github.com/offlet/offlet/internal/migrate"
	"github.com/offlet/offlet/internal/migrate/asyncio"
	"github.com/offlet/offlet/internal/migrate/drop"
	"github.com/offlet/offlet/internal/migrate/hub"
	"github.com/offlet/offlet/internal/program"
	"github.com/offlet/offlet/internal/python/parser"
	"github.com/offlet/offlet/internal/python/source"
	"github.com/offlet/offlet/internal/python/token"
	"github.com/offlet/offlet/runtime"
)

// Infer analyses a program with all that offlet and the project know of
// libraries.
func Infer(p *program.Program) *infer.Program { return infer.Analyze(p, catalog.For(p.Project)) }

// Hub is the first step: the program runs on Eventlet's asyncio hub. ip is what
// Infer gives.
func Hub(p *program.Program, ip *infer.Program) (*migrate.Result, error) {
	edits, res, err := hub.Edits(ip)
	if err != nil {
		return nil, err
	}
	if err := hub.Apply(p, ip, edits, res); err != nil {
		return nil, err
	}
	hosted(res, inventory.Plugins(ip, p.Project))
	return res, nil
}

// hosted adds to the result of the first step the places that say that a server
// runs the program.
func hosted(res *migrate.Result, plugins []inventory.Setting) {
	res.Left = append(res.Left, hosts(plugins)...)
	res.Sort()
}

// hosts are the places that say that a server runs the program on Eventlet, on
// the hub that it chooses.
func hosts(plugins []inventory.Setting) []migrate.Note {
	out := plugged(plugins, deploy.Gunicorn, deploy.Celery, deploy.Chaussette)
	for i := range out {
		out[i].Rule = "HUB5"
		out[i].Message += "; do its workers run on the asyncio hub?"
	}
	return out
}

// Options say more of the second step than the source does.
type Options struct {
	// Evidence is what is known besides the source; nil if nothing is.
	Evidence asyncio.Evidence
	// Hosted says that what starts the program runs it on the asyncio hub.
	Hosted bool
	// Public lets the public functions of a library become coroutine functions.
	Public bool
}

// Migrate is the second step: the code moves to asyncio. Code that was moved
// needs the asyncio hub as long as Eventlet is there, so the first step comes
// with it where it was left out.
func Migrate(p *program.Program, ip *infer.Program, opts Options) (*migrate.Result, error) {
	a := asyncio.Analyze(p, ip, opts.Evidence)
	edits, first, err := hub.Edits(ip)
	if err != nil {
		return nil, err
	}
	res, _, err := asyncio.Migrate(a, both(opts, edits, func() []migrate.Note { return held(a, opts, first) }))
	if err != nil {
		return nil, err
	}
	if !res.Change.Empty() { // else there is no reason to switch hubs
		res.Done = append(first.Done, res.Done...)
		res.Left = append(first.Left, res.Left...)
		res.Sort()
	}
	return res, nil
}

// both are the options with which the second step makes the edits of the first
// one too.
func both(opts Options, edits map[*infer.Module]*edit.List, hubless func() []migrate.Note) asyncio.Options {
	return asyncio.Options{Runtime: runtime.Files(), First: edits, Public: opts.Public, Hubless: hubless}
}

// Hubless are the reasons for which the program may not run on the asyncio hub:
// nothing in it starts a process, something else runs it on a hub of its own, or
// it chooses another one itself.
func Hubless(a *asyncio.Analysis, opts Options) []migrate.Note {
	_, first, err := hub.Edits(a.Program)
	if err != nil {
		return nil // the steps say it
	}
	return held(a, opts, first)
}

// held is Hubless of a program of which the first step says what first has.
func held(a *asyncio.Analysis, opts Options, first *migrate.Result) []migrate.Note {
	if opts.Hosted {
		return noted(first, "HUB6")
	}
	return append(hubless(a, inventory.Plugins(a.Program, a.Source.Project)), noted(first, "HUB4", "HUB6")...)
}

// hubless is Hubless of a program with these plug-ins that nobody said is hosted.
func hubless(a *asyncio.Analysis, plugins []inventory.Setting) []migrate.Note {
	out := hosts(plugins)
	if m := hub.Hosted(a.Program); m != nil {
		out = append(out, migrate.Note{Rule: "HUB5", Path: m.Path, Line: 1, Col: 1, Message: "it uses Eventlet, and nothing in the project starts it: does whatever starts it run on the asyncio hub?"})
	}
	return out
}

// noted are the places that the first step leaves under some rules: where the program
// chooses a hub that offlet cannot read (HUB4), or, once it runs on the asyncio hub,
// another one, which could not run below a coroutine (HUB6).
func noted(first *migrate.Result, rules ...string) []migrate.Note {
	var out []migrate.Note
	for _, n := range first.Left {
		if slices.Contains(rules, n.Rule) {
			out = append(out, n)
		}
	}
	return out
}

// plugged are the places that say that something else runs the program on
// Eventlet: any, or one of certain kinds.
func plugged(plugins []inventory.Setting, kinds ...deploy.Kind) []migrate.Note {
	var out []migrate.Note
	for _, s := range plugins {
		if len(kinds) > 0 && !slices.Contains(kinds, s.Kind) {
			continue
		}
		out = append(out, migrate.Note{Path: s.Path, Line: s.Line, Col: s.Col, Message: s.What + ": " + strings.TrimSpace(s.Text)})
	}
	return out
}

// Drop is the third step: no Eventlet is left.
func Drop(p *program.Program, ip *infer.Program) (*migrate.Result, error) {
	return drop.Drop(p, ip, drop.Options{Runtime: runtime.Files(), Plugged: plugged(inventory.Plugins(ip, p.Project))})
}

// After is the program as a result leaves it. The vendored runtime is not a
// part of what offlet analyses.
func After(p *program.Program, res *migrate.Result) *program.Program {
	after := program.Overlay(p, texts(res.Change))
	keepLines(p, after, res.Change)
	return after
}

// texts are the new files of a change, without those of the runtime.
func texts(change *edit.Change) map[string][]byte {
	files := map[string][]byte{}
	for _, f := range change.Files {
		if !f.Runtime {
			files[f.Path] = f.New
		}
	}
	return files
}

// keepLines makes what is said of a changed program name the lines of the files
// that the user has.
func keepLines(p, after *program.Program, change *edit.Change) {
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

// Plugged is what a project has that does nothing with Eventlet but to plug it
// into something else, and nil for any other: in such a one there is nothing to
// take through the steps.
func Plugged(p *program.Program, ip *infer.Program) *inventory.Inventory {
	if len(inventory.Plugins(ip, p.Project)) == 0 {
		return nil
	}
	a := asyncio.Analyze(p, ip, nil)
	if inv := inventory.Take(ip, a.Graph, a.Colors, p.Project); inv.UseCase == 2 {
		return inv
	}
	return nil
}

// A Trial is how one step would end.
type Trial struct {
	Name   string
	Result *migrate.Result
	Err    error // the step cannot be made, and the later ones are not tried
	// Awaits is at how many more places the code awaits: by await, async for and
	// async with.
	Awaits int
	// Waits is how many places of the step before hold this one up: it refuses as long
	// as there are any. Of the second step that is what the first leaves as HUB4 and HUB6, and
	// the rest says what it would do then. Of the third it is the places of the second
	// that keep Eventlet, and it is not tried.
	Waits int
}

// keeps are the rules of the second step whose places keep Eventlet.
var keeps = map[string]bool{"LEFT1": true, "LEFT2": true, "LEFT3": true, "LEFT5": true}

// Try makes the three steps in memory, each on what the one before it leaves,
// and without the proof that the second makes of its result. a is what is known
// of the program as it is; plugins, what its inventory has, is asked late, so that
// the inventory can be taken at the same time.
func Try(a *asyncio.Analysis, plugins func() []inventory.Setting) []Trial {
	p := a.Source
	edits, first, err := hub.Edits(a.Program)
	if err == nil {
		err = hub.Apply(p, a.Program, edits, first)
	}
	if err != nil {
		return []Trial{{Name: "hub", Err: err}}
	}
	res, err := asyncio.Outlook(a, both(Options{}, edits, func() []migrate.Note { return hubless(a, plugins()) }))
	hosted(first, plugins())
	out := []Trial{{Name: "hub", Result: first}}
	if err != nil {
		return append(out, Trial{Name: "migrate", Err: err})
	}
	whole := res.Change
	if whole.Empty() {
		whole = first.Change
	} else {
		res.Change = since(first.Change, whole)
	}
	out = append(out, Trial{Name: "migrate", Result: res, Awaits: awaits(res.Change), Waits: len(noted(first, "HUB4", "HUB6"))})
	waits := 0
	for _, n := range res.Left {
		if keeps[n.Rule] {
			waits++
		}
	}
	if waits > 0 {
		return append(out, Trial{Name: "drop", Result: &migrate.Result{Change: &edit.Change{Root: p.Project.Root}}, Waits: waits})
	}
	next := p
	if !whole.Empty() {
		if next, err = migrate.After(p, texts(whole)); err != nil {
			return append(out, Trial{Name: "drop", Err: err})
		}
	}
	keepLines(p, next, whole)
	res, err = Drop(next, Infer(next))
	return append(out, Trial{Name: "drop", Result: res, Err: err})
}

// awaits is at how many more places the files of a change await than before.
func awaits(change *edit.Change) int {
	var n atomic.Int64
	program.Each(len(change.Files), func(i int) {
		if f := change.Files[i]; f.Old != nil && !f.Runtime {
			n.Add(int64(awaitsIn(f.New) - awaitsIn(f.Old)))
		}
	})
	return int(n.Load())
}

// awaitsIn counts await, async for and async with in a Python file.
func awaitsIn(data []byte) int {
	if !bytes.Contains(data, []byte("await")) && !bytes.Contains(data, []byte("async")) {
		return 0
	}
	src, err := source.New("", data)
	if err != nil {
		return 0
	}
	n := 0
	list := token.Scan(src.Text, parser.Newest)
	defer list.Release()
	for i, t := range list.Tokens {
		switch {
		case t.Kind == token.Await:
			n++
		case t.Kind == token.Async && i+1 < len(list.Tokens) && list.Tokens[i+1].Kind != token.Def:
			n++
		}
	}
	return n
}

// since is what a change does beyond another that it holds.
func since(first, both *edit.Change) *edit.Change {
	before := map[string][]byte{}
	for _, f := range first.Files {
		before[f.Path] = f.New
	}
	out := &edit.Change{Root: both.Root}
	for _, f := range both.Files {
		if text, ok := before[f.Path]; ok {
			if bytes.Equal(text, f.New) {
				continue
			}
			f.Old = text
		}
		out.Add(f)
	}
	return out
}
