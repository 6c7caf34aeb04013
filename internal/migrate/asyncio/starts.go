package asyncio

import (
	"path"
	"slices"
	"strings"

	"github.com/offlet/offlet/internal/callgraph"
	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/migrate"
	"github.com/offlet/offlet/internal/python/ast"
	"github.com/offlet/offlet/internal/workspace"
)

// A console script calls its function by name and does nothing with what that
// returns but to exit with it: `nova-api = nova.cmd.api:main` becomes a file
// that says sys.exit(main()). So the function keeps its name and stays
// synchronous; its body moves into a coroutine function beside it, for which it
// waits:
//
//	async def _main(argv=None):
//	    …
//
//	def main(argv=None):
//	    return bridge.call(_main(argv))

// findStarts decides which functions are divided in this way. One that was
// divided before stays as it is.
func (d *decisions) findStarts() {
	d.starts = map[infer.FuncID]string{}
	d.waits = map[infer.FuncID]bool{}
	for _, script := range d.p.ConsoleScripts() {
		for _, id := range d.p.Published(script.Module, script.Function) {
			if !d.colors.Green[id] || d.p.Funcs[id].Async || d.forced[id] != nil {
				continue
			}
			if why := d.start(d.p.Funcs[id], script.Name); why != nil {
				d.forced[id] = why
			}
		}
	}
}

// start decides of one function: it returns nil if it is divided, else why it
// stays as it is.
func (d *decisions) start(f *infer.Func, script string) *refusal {
	if d.onlyWaits(f) {
		d.waits[f.ID] = true
		return &refusal{} // there is nothing to say of it
	}
	def, ok := f.Node.(*ast.FunctionDef)
	called := "the script " + script + " calls it, and cannot await it"
	at := func(reason string) *refusal { return &refusal{"LEFT1", f.Node, f.Parent, reason} }
	switch {
	case !ok || len(def.Decorators) > 0 || f.Class >= 0:
		return at(called)
	case f.Generator:
		return at("the script " + script + " calls it, and cannot iterate over it asynchronously")
	case !migrate.NewLayout(f.Module).FirstOnLine(def.Start) || !endsLine(f.Module, def):
		return at(called + "; it could be divided if its definition did not share its line with other code")
	}
	if e := d.calledInside(f.ID); e != nil {
		return &refusal{"LEFT1", e.Node, e.Func, called + "; nor can its body move into a coroutine function, since other functions call it too"}
	}
	d.waits[f.ID] = true
	d.starts[f.ID] = migrate.Unused(f.Module, "_"+def.Name.Name, "async_"+def.Name.Name)
	return nil
}

// onlyWaits reports whether all that a function does which yields is to wait
// for coroutines.
func (d *decisions) onlyWaits(f *infer.Func) bool {
	some := false
	for _, e := range d.g.Effects[f.ID] {
		if !d.colors.Yields(e) {
			continue
		}
		call, ok := e.Node.(*ast.Call)
		if !ok {
			return false
		}
		if name, _, _ := d.p.StaticName(f.Module, call.Func); name != "offlet.bridge.call" {
			return false
		}
		some = true
	}
	return some
}

// calledInside is a place inside of a function where a function is called, or
// nil.
func (d *decisions) calledInside(f infer.FuncID) *callgraph.Effect {
	for _, e := range d.callersOf(f) {
		if d.p.Funcs[e.Func].Parent >= 0 || e.Call == nil || e.Call.Mode != infer.Direct {
			return e
		}
	}
	return nil
}

// waitsItself reports whether all that is called at a place waits for its
// coroutine by itself.
func (d *decisions) waitsItself(e *callgraph.Effect) bool {
	if len(e.Targets) == 0 || len(e.Seeds) > 0 {
		return false
	}
	for _, t := range e.Targets {
		if !d.waits[t] {
			return false
		}
	}
	return true
}

// divide rewrites the function of a console script.
func (r *rewriter) divide(n *ast.FunctionDef, id infer.FuncID, name string) {
	text, nl := r.m.Source.Text, r.lay.Newline()
	r.e.Insert(n.Start, "async ")
	r.e.Replace(n.Name.Start, n.Name.End, name)
	params := ""
	if n.Args.Valid() {
		params = text[n.Args.Start:n.Args.End]
	}
	returns := ""
	if n.Returns != nil {
		s := n.Returns.Range()
		returns = " -> " + text[s.Start:s.End]
	}
	end := r.lay.NextLine(n.End - 1)
	wait := "def " + n.Name.Name + "(" + params + ")" + returns + ":" + nl +
		r.lay.Unit() + "return " + r.rt.Bridge() + ".call(" + name + "(" + forwarded(n.Args) + "))"
	switch {
	case strings.HasSuffix(text[:end], "\n") || strings.HasSuffix(text[:end], "\r"):
		wait = nl + nl + wait + nl
	default:
		wait = nl + nl + nl + wait
	}
	r.e.Insert(end, wait)
	note := migrate.InFunc(r.p, id, n, "AIO14", "its body moves into the coroutine function %s, for which it waits", name)
	note.Chain = r.d.colors.Proof(id)
	r.res.Done = append(r.res.Done, note)
}

// forwarded are the arguments that hand all parameters on.
func forwarded(a *ast.Arguments) string {
	var out []string
	for _, list := range [...][]*ast.Arg{a.PosOnly, a.Args} {
		for _, p := range list {
			out = append(out, p.Name.Name)
		}
	}
	if a.Vararg != nil {
		out = append(out, "*"+a.Vararg.Name.Name)
	}
	for _, p := range a.KwOnly {
		out = append(out, p.Name.Name+"="+p.Name.Name)
	}
	if a.Kwarg != nil {
		out = append(out, "**"+a.Kwarg.Name.Name)
	}
	return strings.Join(out, ", ")
}

// library reports whether a project is one that others import: it is packaged,
// and no process starts with what is packaged. What is run as a script beside it
// (docs/conf.py, examples/chat.py, tests/performance/run.py) is not, and neither is
// a module of a package that others of the project import, whatever it does when
// somebody runs it:
//
//	if __name__ == "__main__":
//	    # simple CLI for testing
//	    notify()
func (d *decisions) library() bool {
	project := d.p.Project()
	packaged := slices.ContainsFunc(project.Manifests, func(m workspace.Manifest) bool {
		return m.Kind == workspace.PyProject || m.Kind == workspace.SetupCfg || m.Kind == workspace.SetupPy
	})
	if !packaged || slices.ContainsFunc(project.EntryPoints, workspace.EntryPoint.Starts) {
		return false
	}
	imported := map[*infer.Module]bool{}
	for _, m := range d.p.Modules {
		if migrate.IsTest(m.Name) {
			continue
		}
		for _, t := range d.p.ImportsOf(m) {
			imported[t] = imported[t] || t != m
		}
	}
	for m := range migrate.Entries(d.p) {
		part := strings.Contains(m.Name, ".") && imported[m]
		if !migrate.IsTest(m.Name) && path.Base(m.Path) != "setup.py" && !part && !d.beside(m) {
			return false
		}
	}
	return true
}

// beside reports whether a module lies beside what a project packages: it is in
// no package, and not where packages start, but in docs or examples. Programs
// without .py (bin/server) are packaged as they are.
func (d *decisions) beside(m *infer.Module) bool {
	return !m.Script && !m.IsPackage && !strings.Contains(m.Name, ".") && !slices.Contains(d.p.Project().SourceRoots(), m.Root)
}

// public reports whether those who import the project can call a function by
// its name.
func (d *decisions) public(f *infer.Func) bool {
	def, ok := f.Node.(*ast.FunctionDef)
	if !ok || private(def.Name.Name) || d.p.Funcs[f.Parent].Parent >= 0 {
		return false
	}
	if f.Class < 0 {
		return d.shows(f.Module, def.Name.Name)
	}
	return d.publicClass(f.Class)
}

// publicClass reports whether those who import the project can name a class, or one
// that derives from it: the methods of _Base are Client's.
func (d *decisions) publicClass(c infer.ClassID) bool {
	cls := d.p.Classes[c]
	if cls.Outer >= 0 && !private(cls.Name) && d.publicClass(cls.Outer) || cls.Outer < 0 && d.shows(cls.Module, cls.Name) {
		return true
	}
	return slices.ContainsFunc(cls.Sub, d.publicClass)
}

// shows reports whether those who import the project can import a name from a
// module: both are public, or a public module has it from there.
func (d *decisions) shows(m *infer.Module, name string) bool {
	if migrate.IsTest(m.Name) {
		return false
	}
	return !private(name) && !privateModule(m) || d.offered[m][name] || !private(name) && d.offered[m]["*"]
}

// readOffered finds the names of private modules that public ones import. From
// pkg/__init__.py with
//
//	from pkg._client import Client
//
// those who import pkg have Client. A star is every public name.
func (d *decisions) readOffered() {
	d.offered = map[*infer.Module]map[string]bool{}
	for again := true; again; {
		again = false
		for _, m := range d.p.Modules {
			for _, s := range m.Imports {
				from, ok := s.(*ast.ImportFrom)
				if !ok {
					continue
				}
				for _, a := range from.Names {
					name := a.Name.Name
					as := name
					if a.AsName != nil {
						as = a.AsName.Name
					}
					if private(as) || !d.shows(m, as) {
						continue
					}
					for _, t := range d.p.Imports(m, s) {
						if !d.offered[t][name] {
							if d.offered[t] == nil {
								d.offered[t] = map[string]bool{}
							}
							d.offered[t][name], again = true, true
						}
					}
				}
			}
		}
	}
}

func private(name string) bool {
	return strings.HasPrefix(name, "_") && !(strings.HasPrefix(name, "__") && strings.HasSuffix(name, "__"))
}

func privateModule(m *infer.Module) bool {
	return slices.ContainsFunc(strings.Split(m.Name, "."), private)
}

// collected reports whether pytest calls a function: test functions and methods
// of Test classes in the files that it collects by default, and what it runs
// around them.
func (d *decisions) collected(f *infer.Func) bool {
	base := path.Base(f.Module.Path)
	if !strings.HasPrefix(base, "test_") && !strings.HasSuffix(base, "_test.py") && base != "conftest.py" {
		return false
	}
	if _, ok := f.Node.(*ast.FunctionDef); !ok || d.p.Funcs[f.Parent].Parent >= 0 {
		return false
	}
	if f.Class >= 0 && !strings.HasPrefix(d.p.Classes[f.Class].Name, "Test") {
		return false
	}
	for _, prefix := range [...]string{"test", "setup", "teardown", "pytest_"} {
		if strings.HasPrefix(f.Name, prefix) {
			return true
		}
	}
	return false
}
