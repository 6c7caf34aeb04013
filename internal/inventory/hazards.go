package inventory

import (
	"cmp"
	"slices"
	"strings"

	"github.com/offlet/offlet/internal/callgraph"
	"github.com/offlet/offlet/internal/deploy"
	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/migrate"
	"github.com/offlet/offlet/internal/python/ast"
	"github.com/offlet/offlet/internal/workspace"
)

func (t *taker) hazard(n migrate.Note) {
	t.inv.Hazards = append(t.inv.Hazards, Hazard{Note: n, Test: workspace.IsTest(n.Path)})
}

// hazards finds what the analysis is needed for; what the text alone tells was
// found before (see text).
func (t *taker) hazards(targets []*infer.Module) {
	for _, f := range t.ip.Funcs {
		for _, c := range f.Calls {
			call, ok := c.Expr.(*ast.Call)
			if !ok || c.Mode != infer.Direct || c.Op != infer.OpCall {
				continue
			}
			for _, id := range t.ip.At(c.Fn) {
				if v := t.ip.Value(id); v.Kind == infer.External {
					t.calls(f, c, call, t.ip.Name(v))
				}
			}
		}
	}
	t.subclasses()
	t.conditional()
	t.early(targets)
	t.greendns()
}

// sortHazards puts them in the order of their places.
func (t *taker) sortHazards() {
	slices.SortStableFunc(t.inv.Hazards, func(a, b Hazard) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col), cmp.Compare(a.Rule, b.Rule))
	})
	t.inv.Hazards = slices.CompactFunc(t.inv.Hazards, func(a, b Hazard) bool {
		return a.Path == b.Path && a.Line == b.Line && a.Col == b.Col && a.Rule == b.Rule
	})
}

// calls looks at the call of an external function.
func (t *taker) calls(f *infer.Func, c *infer.Call, call *ast.Call, name string) {
	note := func(rule, format string, args ...any) {
		t.hazard(migrate.InFunc(t.ip, f.ID, call, rule, format, args...))
	}
	switch name {
	case "os.fork", "os.forkpty", "pty.fork":
		note("HAZ1", "%s() copies the process with its hub", name)
	case "multiprocessing.Process", "multiprocessing.Pool", "multiprocessing.pool.Pool", "concurrent.futures.ProcessPoolExecutor", "concurrent.futures.process.ProcessPoolExecutor":
		note("HAZ1", "%s starts processes by fork, if nothing else was chosen", name)
	case "signal.signal":
		if len(c.Args) > 1 {
			t.handler(c, note)
		}
	case "asyncio.run", "asyncio.runners.run", "asyncio.Runner", "asyncio.new_event_loop":
		note("HAZ5", "%s has its own loop, beside that of the hub", name)
	case "eventlet.patcher.import_patched", "eventlet.patcher.inject", "eventlet.patcher.original":
		what := "a module"
		if len(call.Args) > 0 {
			if s, ok := str(call.Args[0]); ok {
				what = s
			}
		}
		note("HAZ14", "a copy of %s of its own, by %s", what, name[strings.LastIndexByte(name, '.')+1:])
	case "threading.RLock":
		for _, id := range t.ip.At(c.Ret) {
			if v := t.ip.Value(id); v.Kind == infer.ExtInstance && t.colors.Held[v.Site] {
				note("HAZ7", "this RLock is held while something waits")
				break
			}
		}
	}
}

// handler looks at what a signal handler does: its own statements, and whether
// it may wait.
func (t *taker) handler(c *infer.Call, note func(rule, format string, args ...any)) {
	for _, h := range t.ip.FuncsAt(c.Args[1]) {
		f := t.ip.Funcs[h]
		if t.colors.Green[h] {
			note("HAZ3", "the handler %s waits (%s)", t.ip.Qual(h), strings.Join(t.colors.Proof(h), " → "))
		}
		if raises(t.ip, f) {
			note("HAZ2", "the handler %s raises", t.ip.Qual(h))
		}
	}
}

// raises reports whether a function itself raises, or exits.
func raises(ip *infer.Program, f *infer.Func) bool {
	found := false
	var walk func(n ast.Node)
	walk = func(n ast.Node) {
		switch n := n.(type) {
		case *ast.FunctionDef, *ast.Lambda, *ast.ClassDef:
			if n != f.Node {
				return
			}
		case *ast.Raise:
			found = true
		case *ast.Call:
			if name, _, _ := ip.StaticName(f.Module, n.Func); name == "sys.exit" {
				found = true
			}
			if id, ok := n.Func.(*ast.Name); ok && (id.Id == "exit" || id.Id == "quit") {
				found = true
			}
		}
		ast.Children(n, walk)
	}
	walk(f.Node)
	return found
}

// subclasses finds the project's classes that have a class of Eventlet as base.
func (t *taker) subclasses() {
	for _, c := range t.ip.Classes {
		for _, base := range c.External {
			if t.rawClasses[c.Node] {
				continue // of greenlet itself, see text
			}
			if name := t.ip.Catalog().Canonical(base); strings.HasPrefix(name, "eventlet.") {
				what := "its methods must mean the same on another base"
				switch {
				case strings.HasPrefix(name, "eventlet.timeout."):
					what = "it becomes one of aio.Timeout, as long as it overrides nothing that times out"
				case strings.HasPrefix(name, "eventlet.wsgi."), strings.HasPrefix(name, "eventlet.websocket."), strings.HasPrefix(name, "eventlet.hubs."):
					what = "nothing takes its place: another server has another way in"
				}
				t.hazard(migrate.At(t.ip, c.Module, c.Node, "HAZ8", "%s is a subclass of %s: %s", c.Name, name, what))
			}
		}
	}
}

// conditional finds the calls of monkey_patch that do not always happen first.
func (t *taker) conditional() {
	for _, c := range callgraph.MonkeyPatches(t.ip) {
		f := t.ip.Funcs[c.Func]
		if f.Parent >= 0 {
			t.hazard(migrate.InFunc(t.ip, c.Func, c.Expr, "HAZ12", "monkey_patch is called in the function %s: what is imported before it runs stays unpatched", t.ip.Qual(c.Func)))
			continue
		}
		plain := false
		for _, s := range f.Module.AST.Body {
			if e, ok := s.(*ast.ExprStmt); ok && e.Value == c.Expr {
				plain = true
			}
		}
		if !plain {
			t.hazard(migrate.InFunc(t.ip, c.Func, c.Expr, "HAZ12", "monkey_patch is called under a condition"))
		}
	}
}

// early finds imports of asyncio that run before the patching: in the modules
// that patch, and through what these import first.
func (t *taker) early(targets []*infer.Module) {
	patches := map[*infer.Module]int32{} // the offset of the first monkey_patch in the body
	for _, c := range callgraph.MonkeyPatches(t.ip) {
		f := t.ip.Funcs[c.Func]
		at := c.Expr.Range().Start
		if old, ok := patches[f.Module]; f.Parent < 0 && (!ok || at < old) {
			patches[f.Module] = at
		}
	}
	importsAsyncio := map[*infer.Module]bool{}
	for _, m := range t.ip.Modules {
		for _, s := range m.AST.Body {
			if asyncioIn(s) {
				importsAsyncio[m] = true
			}
		}
	}
	for _, m := range t.ip.Modules {
		at, ok := patches[m]
		if !ok {
			continue
		}
		for _, s := range m.AST.Body {
			if s.Range().Start >= at {
				break
			}
			if asyncioIn(s) {
				t.hazard(migrate.At(t.ip, m, s, "HAZ4", "asyncio is imported before monkey_patch"))
				continue
			}
			if through := t.leadsTo(m, s, importsAsyncio); through != "" {
				t.hazard(migrate.At(t.ip, m, s, "HAZ4", "%s imports asyncio, before monkey_patch", through))
			}
		}
	}
}

// asyncioIn reports whether a statement of a module's body imports asyncio, or
// a library that does so at once.
func asyncioIn(s ast.Stmt) bool {
	is := func(name string) bool {
		first, _, _ := strings.Cut(name, ".")
		switch first {
		case "asyncio", "aiohttp", "uvloop", "anyio", "websockets", "httpx":
			return true
		}
		return false
	}
	switch s := s.(type) {
	case *ast.Import:
		for _, a := range s.Names {
			if is(a.Name.Name) {
				return true
			}
		}
	case *ast.ImportFrom:
		return s.Level == 0 && s.Module != nil && is(s.Module.Name)
	}
	return false
}

// leadsTo follows an import statement through the project and gives the module
// that imports asyncio, if one does.
func (t *taker) leadsTo(m *infer.Module, s ast.Stmt, imports map[*infer.Module]bool) string {
	var queue []*infer.Module
	add := func(name string) {
		if found := t.ip.Module(name); found != nil && found != m {
			queue = append(queue, found)
		}
	}
	switch s := s.(type) {
	case *ast.Import:
		for _, a := range s.Names {
			add(a.Name.Name)
		}
	case *ast.ImportFrom:
		if s.Module != nil && s.Level == 0 {
			add(s.Module.Name)
			for _, a := range s.Names {
				add(s.Module.Name + "." + a.Name.Name)
			}
		}
	}
	seen := map[*infer.Module]bool{m: true}
	for i := 0; i < len(queue); i++ {
		if seen[queue[i]] {
			continue
		}
		seen[queue[i]] = true
		if imports[queue[i]] {
			return queue[i].Name
		}
		queue = append(queue, t.ip.ImportsOf(queue[i])...)
	}
	return ""
}

// greendns finds places that choose the asyncio hub by the environment while
// nothing turns greendns off.
func (t *taker) greendns() {
	off := map[string]bool{}
	for _, s := range t.inv.Settings {
		if s.Kind == deploy.Environment && s.Name == "EVENTLET_NO_GREENDNS" {
			off[s.Path] = true
		}
	}
	for _, s := range t.inv.Settings {
		if s.Kind == deploy.Environment && s.Name == "EVENTLET_HUB" && strings.HasSuffix(s.Value, "asyncio") && !off[s.Path] {
			t.hazard(migrate.Note{Rule: "HAZ6", Path: s.Path, Line: s.Line, Col: s.Col, Message: "the asyncio hub is chosen before Eventlet is imported, and EVENTLET_NO_GREENDNS is not set beside it"})
		}
	}
}
