package asyncio

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/migrate"
	"github.com/offlet/offlet/internal/program"
	"github.com/offlet/offlet/internal/python/ast"
)

// doubles notes where something is put in the place of what the code does not
// call any more: under mock.patch("app.eventlet.sleep"), or after
// time.sleep = fake, the code now really sleeps, by asyncio.sleep. And where it is
// put in the place of what the code awaits now: mock.patch("app.fetch", fake).
func (d *decisions) doubles(res *migrate.Result) {
	left := make([][]migrate.Note, len(d.p.Modules))
	coroutines := map[infer.ClassID]string{} // a method of each class that has some that others call
	for _, f := range slices.Backward(d.p.Funcs) {
		if f.Class >= 0 && d.becomes(f.ID) && (!strings.HasPrefix(f.Name, "_") || f.Name == "__call__") {
			coroutines[f.Class] = f.Name
		}
	}
	program.Each(len(left), func(i int) {
		m := d.p.Modules[i]
		told := sync.OnceValue(func() map[*ast.Call]bool { return answered(m) })
		ast.Inspect(m.AST, func(n ast.Node) bool {
			note := func(name, now string) {
				if now != "" {
					left[i] = append(left[i], migrate.At(d.p, m, n, "LEFT7", "%s is replaced here, but %s", name, now))
				}
			}
			switch n := n.(type) {
			case *ast.Call:
				for _, x := range doubled(n) {
					if caller, _, _ := d.p.StaticName(m, n.Func); x.given && (strings.HasSuffix(caller, "mock.patch") || strings.HasSuffix(caller, "mock.patch.object")) {
						x.known = true
					}
					x.told = told()[n]
					name := d.replacedBy(m, x)
					note(name, d.moved(name))
					note(x.text(m), d.awaitedNow(m, x, coroutines))
				}
			case *ast.Attribute:
				if n.Ctx == ast.Store {
					name := d.external(m, n)
					note(name, d.moved(name))
				}
			case *ast.Assign: // group.resize = mock.Mock()
				if at, ok := n.Targets[0].(*ast.Attribute); ok && migrate.IsTest(m.Name) {
					x := double{of: at.Value, name: at.Attr.Name, given: true, by: n.Value}
					note(x.text(m), d.awaitedByName(m, x))
				}
			}
			return true
		})
	})
	res.Left = append(res.Left, slices.Concat(left...)...)
}

// moved says what became of a name that is replaced for a test: "" if the code
// uses it as before. The name may be that of a module of which something moved,
// or of a member of a class that did; eventlet.* is something of a module.
func (d *decisions) moved(name string) string {
	if name == "" || name == ".*" {
		return ""
	}
	name = strings.TrimSuffix(name, ".*")
	for _, from := range slices.Sorted(maps.Keys(d.replaced)) {
		to := d.replaced[from]
		if from == name || strings.HasPrefix(from, name+".") || strings.HasPrefix(name, from+".") {
			if from == name {
				return "the code calls " + to + " now"
			}
			return "instead of " + from + " the code uses " + to + " now"
		}
	}
	return ""
}

// A double is what a call replaces: an attribute of an expression, or something by
// its dotted name.
type double struct {
	of     ast.Expr // nil for a dotted name
	name   string   // of the attribute, or dotted
	given  bool     // the call says what takes its place, and not only what that gives
	strict bool     // autospec: what takes its place is made after it
	by     ast.Expr // what takes its place, if it is an argument
	known  bool     // by setattr, or mock.patch: the code is made for what takes its place
	told   bool     // it is said what calling it gives
}

func (x double) text(m *infer.Module) string {
	if x.of == nil {
		return x.name
	}
	return m.Source.Text[x.of.Range().Start:x.of.Range().End] + "." + x.name
}

// doubled are the things that a call replaces.
func doubled(call *ast.Call) []double {
	verb := patching(call.Func)
	if verb == "" || len(call.Args) == 0 {
		return nil
	}
	first, dotted := text(call.Args[0])
	if strings.HasSuffix(verb, "multiple") { // patch.multiple("app.eventlet", sleep=fake)
		var out []double
		for _, k := range call.Keywords {
			if k.Name == nil {
				continue
			}
			x := double{of: call.Args[0], name: k.Name.Name, by: k.Value}
			if dotted {
				x.of, x.name = nil, first+"."+x.name
			}
			at, ok := k.Value.(*ast.Attribute)
			x.given = !ok || at.Attr.Name != "DEFAULT"
			out = append(out, x)
		}
		return out
	}
	x, rest := double{name: first}, call.Args[1:] // patch("app.eventlet.sleep")
	if !dotted {                                  // patch.object(app.eventlet, "sleep")
		if len(rest) == 0 {
			return nil
		}
		attr, ok := text(rest[0])
		if !ok { // patch.object(eventlet, self.how): it may be any
			attr = "*"
		}
		x, rest = double{of: call.Args[0], name: attr}, rest[1:]
	}
	if len(rest) > 0 {
		x.given, x.by = true, rest[0]
	}
	for _, k := range call.Keywords {
		switch {
		case k.Name == nil:
		case k.Name.Name == "new" || k.Name.Name == "new_callable":
			x.given, x.by = true, k.Value
		case k.Name.Name == "autospec" || k.Name.Name == "spec" || k.Name.Name == "spec_set":
			x.strict = true
		}
	}
	fn, ok := call.Func.(*ast.Name)
	x.known = ok && fn.Id == "setattr"
	return []double{x}
}

// replacedBy is the external thing that is replaced, "" for one of the project.
func (d *decisions) replacedBy(m *infer.Module, x double) string {
	switch {
	case x.of == nil:
		return d.dotted(x.name)
	case x.name == "*":
		return d.external(m, x.of) + ".*"
	}
	return d.external(m, attribute(x.of, x.name))
}

// awaitedNow says what the code awaits now of a thing of the project that is
// replaced: "" if nothing. Without anything given, mock.patch puts an AsyncMock in
// the place of a coroutine function, but a MagicMock in the place of a class, whose
// methods nobody can await.
func (d *decisions) awaitedNow(m *infer.Module, x double, coroutines map[infer.ClassID]string) string {
	if x.known {
		return ""
	}
	values := d.replacedValues(m, x)
	if len(values) == 0 && migrate.IsTest(m.Name) {
		return d.awaitedByName(m, x)
	}
	for _, v := range values {
		class := infer.ClassID(-1)
		switch v.Kind {
		case infer.FuncVal, infer.Bound:
			f := v.Func()
			if d.becomes(f) && (x.given && !d.awaitable(m, x.by) || d.p.Funcs[f].Generator) {
				return "it is a coroutine function now, and so must be what takes its place"
			}
			if d.becomes(f) && !x.given && !x.told && d.givesObject(f) { // with autospec too
				return "it is a coroutine function now, and mock.patch puts an AsyncMock there: the methods of what that gives are coroutine functions, unless its return_value is set"
			}
			for _, id := range d.p.At(d.p.Funcs[f].Ret) {
				if r := d.p.Value(id); r.Kind == infer.Instance {
					class = r.Class()
				}
			}
		case infer.ClassVal:
			class = v.Class()
		}
		if class < 0 || x.strict {
			continue
		}
		for _, k := range d.p.Classes[class].MRO {
			if method := coroutines[k]; method != "" {
				return "its objects have coroutine functions now, such as " + method + ", which must be awaitable in what takes its place"
			}
		}
	}
	return ""
}

// givesObject reports whether a function may return something with methods, other
// than text and numbers.
func (d *decisions) givesObject(f infer.FuncID) bool {
	return slices.ContainsFunc(d.p.At(d.p.Funcs[f].Ret), func(id infer.ValueID) bool {
		v := d.p.Value(id)
		return v.Kind != infer.ExtInstance || !strings.HasPrefix(d.p.Name(v), "builtins.")
	})
}

// awaitedByName is awaitedNow of a thing of which only its name is known: all
// methods of that name are coroutine functions now, in the modules that the test
// imports, or anywhere if those have none.
func (d *decisions) awaitedByName(m *infer.Module, x double) string {
	funcs := d.p.ByName[x.name]
	imports := d.p.ImportsOf(m)
	if near := slices.DeleteFunc(slices.Clone(funcs), func(f infer.FuncID) bool {
		return !slices.Contains(imports, d.p.Funcs[f].Module)
	}); len(near) > 0 {
		funcs = near
	}
	if len(funcs) == 0 || !x.given || x.of == nil || d.replacedBy(m, x) != "" || d.awaitable(m, x.by) || slices.ContainsFunc(funcs, func(f infer.FuncID) bool {
		return !d.becomes(f) || d.p.Funcs[f].Class < 0
	}) {
		return ""
	}
	return "methods of this name are coroutine functions now, and so must be what takes their place"
}

// awaitable reports whether an expression is a coroutine function, or
// mock.AsyncMock or a call of that.
func (d *decisions) awaitable(m *infer.Module, e ast.Expr) bool {
	if call, ok := e.(*ast.Call); ok {
		e = call.Func
	}
	if name, _, _ := d.p.StaticName(m, e); shortName(name) == "AsyncMock" {
		return true
	}
	return slices.ContainsFunc(d.valuesOf(m, e), func(v infer.Value) bool {
		return (v.Kind == infer.FuncVal || v.Kind == infer.Bound) && d.async[v.Func()]
	})
}

// replacedValues are the functions and classes of the project that a double
// replaces.
func (d *decisions) replacedValues(m *infer.Module, x double) []infer.Value {
	if x.of != nil {
		return d.valuesOf(m, attribute(x.of, x.name))
	}
	for end := strings.LastIndexByte(x.name, '.'); end > 0; end = strings.LastIndexByte(x.name[:end], '.') {
		if at := d.p.Module(x.name[:end]); at != nil {
			values := []infer.Value{{Kind: infer.ModuleVal, ID: int32(at.ID)}}
			for part := range strings.SplitSeq(x.name[end+1:], ".") {
				values = d.members(values, part)
			}
			return values
		}
	}
	return nil
}

// valuesOf are the values of a name of a module, or of attributes of it.
func (d *decisions) valuesOf(m *infer.Module, e ast.Expr) []infer.Value {
	switch e := e.(type) {
	case *ast.Name:
		if e.Sym >= 0 {
			return d.valuesAt(d.p.SymbolNode(m, e.Sym))
		}
	case *ast.Attribute:
		return d.members(d.valuesOf(m, e.Value), e.Attr.Name)
	}
	return nil
}

func (d *decisions) members(of []infer.Value, name string) []infer.Value {
	var out []infer.Value
	for _, v := range of {
		switch v.Kind {
		case infer.ModuleVal:
			m := d.p.Modules[v.ID]
			if sym := m.Scope.Lookup(m.Scope.Of(m.AST), name); sym >= 0 {
				out = append(out, d.valuesAt(d.p.SymbolNode(m, sym))...)
			}
		case infer.ClassVal, infer.Instance:
			if node, _, ok := d.p.Method(v.Class(), name); ok {
				out = append(out, d.valuesAt(node)...)
			}
		}
	}
	return out
}

func (d *decisions) valuesAt(n infer.NodeID) []infer.Value {
	var out []infer.Value
	for _, id := range d.p.At(n) {
		out = append(out, d.p.Value(id))
	}
	return out
}

// patching is the name of a function that replaces something by name, "" for
// any other: mock.patch, patch.object, monkeypatch.setattr, fixtures.MockPatch,
// self.stub_out, setattr, and the helpers of test suites: self.mock_object.
func patching(fn ast.Expr) string {
	name, of := "", ""
	switch f := fn.(type) {
	case *ast.Name:
		name = f.Id
	case *ast.Attribute:
		name = f.Attr.Name
		switch v := f.Value.(type) {
		case *ast.Name:
			of = v.Id
		case *ast.Attribute:
			of = v.Attr.Name
		}
	}
	switch {
	case strings.Contains(strings.ToLower(name), "patch") && name != "monkey_patch", strings.Contains(name, "mock_"), strings.Contains(name, "stub_"):
		return name
	case (name == "object" || name == "multiple") && strings.Contains(of, "patch"):
		return name
	case name == "setattr":
		return name
	}
	return ""
}

// dotted is the external thing that a dotted name denotes, followed through the
// modules of the project: app.client.eventlet.sleep, or app.client.nap where
// app.client has `from eventlet import sleep as nap`. It is "" for a thing of
// the project.
func (d *decisions) dotted(name string) string {
	for end := strings.LastIndexByte(name, '.'); end > 0; end = strings.LastIndexByte(name[:end], '.') {
		m := d.p.Module(name[:end])
		if m == nil {
			continue
		}
		parts := strings.Split(name[end+1:], ".")
		sym := m.Scope.Lookup(m.Scope.Of(m.AST), parts[0])
		if sym < 0 {
			return ""
		}
		var e ast.Expr = &ast.Name{Binding: ast.Binding{Sym: sym}, Id: parts[0]}
		for _, attr := range parts[1:] {
			e = attribute(e, attr)
		}
		return d.external(m, e)
	}
	return d.home(name)
}

// external is the home name of the external thing that an expression denotes.
func (d *decisions) external(m *infer.Module, e ast.Expr) string {
	name, _, cls := d.p.StaticName(m, e)
	if cls >= 0 {
		return ""
	}
	return d.home(name)
}

func (d *decisions) home(name string) string {
	if s := d.p.Catalog().Lookup(name); s != nil {
		return s.Name
	}
	return name
}

func attribute(of ast.Expr, name string) ast.Expr {
	return &ast.Attribute{Span: of.Range(), Value: of, Attr: ast.Ident{Name: name}}
}

func text(e ast.Expr) (string, bool) {
	c, ok := e.(*ast.Constant)
	if !ok || c.Kind != ast.Str {
		return "", false
	}
	return c.Text, true
}
