// Package drop is the third step: Eventlet goes away. Bridges become plain
// asyncio, the set-up calls and imports are removed, and so are the lines that
// require Eventlet. It refuses, with every place, while something still needs
// Eventlet.
package drop

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"sort"
	"strings"

	"github.com/offlet/offlet/internal/callgraph"
	"github.com/offlet/offlet/internal/catalog"
	"github.com/offlet/offlet/internal/color"
	"github.com/offlet/offlet/internal/edit"
	"github.com/offlet/offlet/internal/environ"
	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/migrate"
	"github.com/offlet/offlet/internal/program"
	"github.com/offlet/offlet/internal/python/ast"
)

// Rules are the rewrites and refusals of the third step.
var Rules = []migrate.Rule{
	{
		ID: "DROP1", Title: "the entry point runs the loop",
		From: "bridge.call(main())", To: "asyncio.run(aio.main(main()))",
		Why: "asyncio.run owns the loop. aio.main keeps the ending that programs have on Eventlet: Ctrl-C is raised inside main, what is still running when main ends is abandoned and not cancelled.",
	},
	{
		ID: "DROP2", Title: "a library call moves to a thread",
		From: "await bridge.call_green(urlopen, url)", To: "await aio.to_thread(urlopen, url)",
		Why: "Without monkey patching the library blocks its thread, so it gets one of its own. The threads are daemons: one that hangs does not keep the process alive.",
	},
	{
		ID: "DROP3", Title: "Eventlet's set-up goes away",
		From: "eventlet.hubs.use_hub(\"eventlet.hubs.asyncio\")\neventlet.monkey_patch()", To: "",
		Why: "Nothing is left that it would change.",
	},
	{
		ID: "DROP4", Title: "green modules become those of the standard library",
		From: "from eventlet.green.urllib.request import urlopen", To: "from urllib.request import urlopen",
		Why: "They are the same modules; what blocked in them is in a thread now.",
	},
	{
		ID: "DROP5", Title: "the requirement goes away",
		From: "eventlet>=0.33", To: "", Why: "Nothing imports Eventlet any more.",
	},
	{
		ID: "DROP6", Title: "the list of packages follows the runtime",
		From: "packages = [\"app\", \"app._offlet\", \"app._offlet.aio\"]", To: "packages = [\"app\"]",
		Why: "What nothing uses of the runtime is removed, and setuptools fails for a package that is listed and not there.",
	},

	{
		ID: "STAY1", Title: "something still uses Eventlet",
		Why: "The third step is only made when nothing needs Eventlet any more. Run `offlet migrate --all` first; what it lists as left has to be done by hand.",
	},
	{
		ID: "STAY2", Title: "green code still runs below a coroutine",
		Why: "The function waits in a way that only Eventlet makes cooperative. Without Eventlet it would block the whole loop. Make it a coroutine function, or move the waiting out of it.",
	},
	{
		ID: "STAY3", Title: "a library of which offlet does not know whether it blocks",
		Why: "If it blocks, call it with `await aio.to_thread(f, x)`; if it does not, call it directly. offlet does not guess.",
	},
	{
		ID: "STAY4", Title: "synchronous code waits for a coroutine",
		Why: "bridge.call needs Eventlet's hub. Make the function a coroutine function and await there. " +
			"A module that waits while it is imported would get a loop of its own, by asyncio.run, which ends with the wait and abandons what it started: move the work into a function that the program calls.",
	},
	{
		ID: "STAY5", Title: "a name of Eventlet in a string",
		Why: "The string names something that will not be there any more, for example as the target of mock.patch.",
	},
	{
		ID: "STAY6", Title: "a file that offlet cannot read",
		Why: "What is in it is not known, so it may need Eventlet.",
	},
	{
		ID: "STAY7", Title: "something else runs the program on Eventlet",
		Why: "gunicorn, Celery or another host has its workers on Eventlet; without it they do not start. `offlet scan` says what to use instead. Change that first.",
	},
	{
		ID: "STAY8", Title: "the process forks while its loop runs",
		Why: "Eventlet's hub goes on in a child; asyncio's loop does not: the first await in the child raises 'no running event loop'. Fork before asyncio.run and start the loop in the child; for a child that runs another program use subprocess or os.posix_spawn. Where the fork does no harm, say why on its line: `# offlet: ignore[HAZ1] the child only execs`.",
	},
}

// Options control the third step.
type Options struct {
	Runtime fs.FS
	// Plugged are places that say that something else runs the program on
	// Eventlet.
	Plugged []migrate.Note
}

type dropper struct {
	scripts map[infer.FuncID]bool    // see starts
	entries map[*infer.Module]bool   // see entry
	spawned *string                  // see loopOfItsOwn
	late    map[*infer.Module]string // see importedLate
	looped  map[infer.FuncID]bool    // see belowLoop
	p       *infer.Program
	g       *callgraph.Graph
	colors  *color.Result
	res     *migrate.Result
	byNode  map[ast.Node][]*callgraph.Effect
}

// Drop computes the change of the third step. If something still needs
// Eventlet, the result has no change and Left lists the places.
func Drop(p *program.Program, ip *infer.Program, opts Options) (*migrate.Result, error) {
	g := callgraph.Build(ip, callgraph.Patched(ip), environ.For(p.Project))
	d := &dropper{p: ip, g: g, colors: color.Compute(g), byNode: map[ast.Node][]*callgraph.Effect{},
		res: &migrate.Result{Change: &edit.Change{Root: p.Project.Root}}}
	for _, effects := range g.Effects {
		for _, e := range effects {
			d.byNode[e.Node] = append(d.byNode[e.Node], e)
		}
	}
	for _, n := range opts.Plugged {
		n.Rule = "STAY7"
		d.res.Left = append(d.res.Left, n)
	}
	for _, pr := range p.Problems {
		line, col := program.ProblemOf(pr.Err)
		d.res.Left = append(d.res.Left, migrate.Note{Rule: "STAY6", Path: pr.Path, Line: line, Col: col,
			Message: strings.Replace(pr.Err.Error(), p.Project.Abs(pr.Path), pr.Path, 1)})
	}
	overlay := map[string][]byte{}
	for _, m := range ip.Modules {
		f := &file{d: d, m: m, lay: migrate.NewLayout(m), rt: migrate.NewRuntime(m, ip), handled: map[ast.Node]bool{}}
		f.run()
		if f.e.Len() == 0 {
			continue
		}
		data, err := migrate.Rewrite(m, &f.e)
		if err != nil {
			return nil, err
		}
		overlay[m.Path] = data
		d.res.Change.Add(edit.FileChange{Path: m.Path, Old: m.Source.Bytes, New: data})
	}
	if err := d.requirements(p); err != nil {
		return nil, err
	}
	d.res.Sort()
	if len(d.res.Left) > 0 {
		d.res.Change.Files, d.res.Done = nil, nil
		return d.res, nil
	}
	after, err := migrate.After(p, overlay)
	if err != nil {
		return nil, err
	}
	if err := d.runtime(p, after, opts); err != nil {
		return nil, err
	}
	if err := d.packaging(p); err != nil {
		return nil, err
	}
	d.res.Change.Sort()
	return d.res, nil
}

// starts reports whether a process starts with a function: a console script
// names it, and no other function calls it, so that there is no loop yet.
func (d *dropper) starts(f infer.FuncID) bool {
	if d.scripts == nil {
		d.scripts = map[infer.FuncID]bool{}
		for _, s := range d.p.ConsoleScripts() {
			for _, id := range d.p.Published(s.Module, s.Function) {
				d.scripts[id] = true
			}
		}
		for fn, effects := range d.g.Effects {
			if d.p.Funcs[fn].Parent < 0 {
				continue
			}
			for _, e := range effects {
				for _, list := range [...][]infer.FuncID{e.Targets, e.Roots} {
					for _, t := range list {
						delete(d.scripts, t)
					}
				}
			}
		}
	}
	return d.scripts[f]
}

// belowLoop reports whether a function may run below a coroutine, or is one.
func (d *dropper) belowLoop(f infer.FuncID) bool {
	if d.looped == nil {
		d.looped = map[infer.FuncID]bool{}
		var mark func(f infer.FuncID)
		mark = func(f infer.FuncID) {
			if d.looped[f] {
				return
			}
			d.looped[f] = true
			for _, e := range d.g.Effects[f] {
				for _, t := range e.Targets {
					mark(t)
				}
			}
		}
		for _, f := range d.p.Funcs {
			if f.Async {
				mark(f.ID)
			}
			for _, e := range d.g.Effects[f.ID] {
				for _, t := range e.Roots { // aio.spawn(work)
					mark(t)
				}
			}
		}
	}
	return d.looped[f]
}

// requirements removes the lines that ask for Eventlet.
func (d *dropper) requirements(p *program.Program) error {
	reqs, err := p.Project.FindRequirement("eventlet")
	if err != nil {
		return err
	}
	byFile := map[string][]edit.Edit{}
	for _, r := range reqs {
		byFile[r.Manifest] = append(byFile[r.Manifest], edit.Edit{Start: int32(r.Start), End: int32(r.End)})
		d.res.Done = append(d.res.Done, migrate.Note{Rule: "DROP5", Path: r.Manifest, Line: r.Line, Col: 1, Message: "no longer requires " + r.Text})
	}
	names := make([]string, 0, len(byFile))
	for n := range byFile {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		old, err := os.ReadFile(p.Project.Abs(n))
		if err != nil {
			return err
		}
		if d.res.Change.Has(n) { // setup.py is a module too
			return fmt.Errorf("%s: both its code and its requirements change; take the requirement out by hand first", n)
		}
		var l edit.List
		for _, e := range byFile[n] {
			l.Delete(e.Start, e.End)
		}
		text, err := l.Apply(string(old))
		if err != nil {
			return fmt.Errorf("%s: %w", n, err)
		}
		d.res.Change.Add(edit.FileChange{Path: n, Old: old, New: []byte(text)})
	}
	return nil
}

// runtime reduces the vendored runtime to what is still used, without the
// bridge.
func (d *dropper) runtime(p, next *program.Program, opts Options) error {
	if len(p.Project.RuntimeDirs) == 0 {
		return nil
	}
	after := infer.Analyze(next, catalog.For(next.Project))
	for _, dir := range p.Project.RuntimeDirs {
		aio, bridge := migrate.RuntimeUses(after, func(m *infer.Module) bool {
			if it, some := migrate.Takes(m, dir); some {
				return it
			}
			below := path.Dir(dir)
			return below == "." || m.Root == below || strings.HasPrefix(m.Path, below+"/")
		})
		files := map[string][]byte{}
		if len(aio) > 0 || bridge {
			var err error
			if files, err = migrate.Vendor(opts.Runtime, aio, bridge); err != nil {
				return fmt.Errorf("internal error: the embedded runtime: %w", err)
			}
		}
		there, err := p.Project.FilesBelow(dir)
		if err != nil {
			return err
		}
		seen := map[string]bool{}
		for _, name := range there {
			if strings.Contains(name, "__pycache__") {
				continue
			}
			rel := strings.TrimPrefix(name, dir+"/")
			old, err := p.Project.ReadIfThere(name)
			if err != nil {
				return err
			}
			seen[rel] = true
			d.res.Change.Add(edit.FileChange{Path: name, Old: old, New: files[rel], Runtime: true})
		}
		for rel, data := range files {
			if !seen[rel] {
				d.res.Change.Add(edit.FileChange{Path: path.Join(dir, rel), New: data, Runtime: true})
			}
		}
	}
	return nil
}
