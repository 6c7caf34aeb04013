package inventory

import (
	"cmp"
	"slices"

	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/migrate/hub"
	"github.com/offlet/offlet/internal/python/ast"
	"github.com/offlet/offlet/internal/workspace"
)

// A Facade is a module of the project through which other modules use
// Eventlet without naming it.
type Facade struct {
	Path   string `json:"path"`
	Module string `json:"module"`
	// Names are Eventlet's names that the module hands on, under its own names.
	Names []string `json:"names"`
	// Wrappers are its functions that do nothing but call Eventlet.
	Wrappers []string `json:"wrappers"`
	// Modules is how many other modules go through it, Calls how often its
	// wrappers are called.
	Modules int `json:"modules"`
	Calls   int `json:"calls"`
}

// facades finds the modules that hide Eventlet.
func (t *taker) facades() {
	found := map[*infer.Module]*Facade{}
	users := map[*infer.Module]map[*infer.Module]bool{}
	get := func(m *infer.Module) *Facade {
		if found[m] == nil {
			found[m] = &Facade{Path: m.Path, Module: m.Name, Names: []string{}, Wrappers: []string{}}
			users[m] = map[*infer.Module]bool{}
		}
		return found[m]
	}
	home := map[infer.Symbol]bool{} // whether the name is Eventlet's
	for _, m := range t.ip.Modules {
		for _, taken := range t.ip.NamesFrom(m) {
			of := taken.Module
			if of == m {
				continue
			}
			is, known := home[taken]
			if !known {
				s := of.Scope.Symbols[taken.Sym].Name
				n, _, cls := t.ip.StaticName(of, &ast.Name{Binding: ast.Binding{Sym: taken.Sym}, Id: s})
				is = cls < 0 && eventlets(n)
				home[taken] = is
				if is {
					f := get(of)
					f.Names = append(f.Names, s)
				}
			}
			if is {
				users[of][m] = true
			}
		}
	}
	wraps := map[infer.FuncID]bool{}
	for _, f := range t.ip.Funcs {
		if t.wrapper(f) {
			wraps[f.ID] = true
		}
	}
	called := map[infer.FuncID]int{}
	for _, effects := range t.g.Effects {
		for _, e := range effects {
			for _, to := range e.Targets {
				if wraps[to] {
					called[to]++
					if from := t.ip.Funcs[e.Func].Module; from != t.ip.Funcs[to].Module {
						get(t.ip.Funcs[to].Module)
						users[t.ip.Funcs[to].Module][from] = true
					}
				}
			}
		}
	}
	for _, f := range t.ip.Funcs {
		if n := called[f.ID]; n > 0 && found[f.Module] != nil {
			fa := found[f.Module]
			fa.Wrappers = append(fa.Wrappers, t.ip.Qual(f.ID))
			fa.Calls += n
		}
	}
	for m, f := range found {
		f.Modules = len(users[m])
		slices.Sort(f.Names)
		slices.Sort(f.Wrappers)
		if f.Modules > 0 && !workspace.IsTest(m.Path) {
			t.inv.Facades = append(t.inv.Facades, *f)
		}
	}
	slices.SortFunc(t.inv.Facades, func(a, b Facade) int {
		return cmp.Or(cmp.Compare(b.Modules, a.Modules), cmp.Compare(a.Path, b.Path))
	})
}

// wrapper reports whether a function does nothing but call Eventlet:
//
//	def spawn(f, *args):
//	    """Starts f."""
//	    return eventlet.spawn(f, *args)
func (t *taker) wrapper(f *infer.Func) bool {
	def, ok := f.Node.(*ast.FunctionDef)
	if !ok {
		return false
	}
	body := def.Body
	if e, ok := body[0].(*ast.ExprStmt); ok && len(body) > 1 {
		if _, doc := str(e.Value); doc {
			body = body[1:]
		}
	}
	// imports in the function are often the reason for the façade
	for len(body) > 1 {
		switch body[0].(type) {
		case *ast.Import, *ast.ImportFrom:
			body = body[1:]
			continue
		}
		break
	}
	return t.wraps(f.Module, body)
}

// wraps reports whether statements only hand a call on to Eventlet, perhaps
// choosing between it and another library:
//
//	if LIBRARY == "eventlet":
//	    return eventlet.spawn(f, *args)
//	elif LIBRARY == "gevent":
//	    return gevent.spawn(f, *args)
//	else:
//	    raise ValueError(LIBRARY)
func (t *taker) wraps(m *infer.Module, body []ast.Stmt) bool {
	if len(body) != 1 {
		return false
	}
	var value ast.Expr
	switch s := body[0].(type) {
	case *ast.If:
		return t.wraps(m, s.Body) || t.wraps(m, s.Orelse)
	case *ast.Return:
		value = s.Value
	case *ast.ExprStmt:
		value = s.Value
	}
	call, ok := value.(*ast.Call)
	if !ok {
		return false
	}
	name, _, cls := t.ip.StaticName(m, call.Func)
	return cls < 0 && eventlets(name)
}

// An Entry is a place where a process starts, with what is reached from there.
type Entry struct {
	Path string `json:"path"`
	Name string `json:"name"` // the name of its command, or of the module
	// Modules are those of the project that it imports, directly or not,
	// Eventlet how many of them name Eventlet.
	Modules  int `json:"modules"`
	Eventlet int `json:"eventlet"`
	// Functions is how many functions of the project are reached by calls, Green
	// how many of these may wait, Certain how many of those do so whichever of the
	// things is called that may be called (see color.Result).
	Functions int `json:"functions"`
	Green     int `json:"green"`
	Certain   int `json:"certain"`
	// Depth is how many calls lie between the start and the deepest call that
	// waits by itself.
	Depth int `json:"depth"`
	// Leaf is that call: socket.recv.
	Leaf string `json:"leaf,omitempty"`
}

// entries measures what is reached from each place where a process starts.
func (t *taker) entries(targets []*infer.Module) {
	commands := map[string][]string{}
	starts := map[string][]string{} // functions of the module that commands call
	for _, s := range t.ip.ConsoleScripts() {
		commands[s.Module] = append(commands[s.Module], s.Name)
		starts[s.Module] = append(starts[s.Module], s.Function)
	}
	names := map[*infer.Module]bool{}
	for _, m := range t.ip.Modules {
		names[m] = hub.UsesEventlet(m)
	}
	for _, m := range targets {
		e := Entry{Path: m.Path, Name: m.Name}
		if c := commands[m.Name]; len(c) > 0 {
			slices.Sort(c)
			e.Name = c[0]
		}
		seen := map[*infer.Module]bool{m: true}
		queue := []*infer.Module{m}
		for i := 0; i < len(queue); i++ {
			e.Modules++
			if names[queue[i]] {
				e.Eventlet++
			}
			for _, to := range t.ip.ImportsOf(queue[i]) {
				if !seen[to] {
					seen[to] = true
					queue = append(queue, to)
				}
			}
		}
		roots := []infer.FuncID{m.Body}
		for _, f := range t.ip.Funcs {
			if f.Module == m && slices.Contains(starts[m.Name], t.ip.Qual(f.ID)) {
				roots = append(roots, f.ID)
			}
		}
		t.reach(&e, roots)
		t.inv.Entries = append(t.inv.Entries, e)
	}
	slices.SortStableFunc(t.inv.Entries, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(b.Green, a.Green), cmp.Compare(b.Functions, a.Functions), cmp.Compare(a.Path, b.Path))
	})
}

// reach follows the calls from some functions, breadth first.
func (t *taker) reach(e *Entry, roots []infer.FuncID) {
	depth := map[infer.FuncID]int{}
	var queue []infer.FuncID
	add := func(f infer.FuncID, d int) {
		if _, ok := depth[f]; !ok {
			depth[f] = d
			queue = append(queue, f)
		}
	}
	for _, f := range roots {
		add(f, 0)
	}
	for i := 0; i < len(queue); i++ {
		f := queue[i]
		if t.ip.Funcs[f].Parent >= 0 {
			e.Functions++
			if t.colors.Green[f] {
				e.Green++
			}
			if t.colors.Certain()[f] {
				e.Certain++
			}
		}
		for _, eff := range t.g.Effects[f] {
			if s := t.colors.SeedOf(eff); s != nil && depth[f]+1 > e.Depth {
				e.Depth, e.Leaf = depth[f]+1, s.Name
			}
			for _, list := range [][]infer.FuncID{eff.Targets, eff.Roots, eff.Coroutines} {
				for _, to := range list {
					add(to, depth[f]+1)
				}
			}
		}
	}
}
