package infer

import (
	"slices"
	"strings"

	"github.com/offlet/offlet/internal/python/ast"
	"github.com/offlet/offlet/internal/python/scope"
)

// Some functions of libraries import a class or a function by its dotted name,
// app.drivers.Fake or app.drivers:Fake. Where the name is not known, it is taken
// to be any of those that stand in strings of the program, any that has what is
// known of its start and its end, or anything.

// importer is what such a function does with what it has imported.
type importer struct {
	// name is the index of the argument with the name.
	name int
	// call is the index of the first argument with which it calls what it found,
	// -1 if it gives that itself.
	call int
	// namespace says that the argument before the name may be a package in which to
	// look first.
	namespace bool
}

// importersOfObjects are these functions.
var importersOfObjects = map[string]importer{
	"pkgutil.resolve_name":                      {0, -1, false},
	"pydoc.locate":                              {0, -1, false},
	"oslo_utils.importutils.import_class":       {0, -1, false},
	"oslo_utils.importutils.import_object":      {0, 1, false},
	"oslo_utils.importutils.import_object_ns":   {1, 2, true},
	"werkzeug.utils.import_string":              {0, -1, false},
	"django.utils.module_loading.import_string": {0, -1, false},
	"kombu.utils.imports.symbol_by_name":        {0, -1, false},
	"kombu.utils.symbol_by_name":                {0, -1, false},
	"zope.dottedname.resolve.resolve":           {0, -1, false},
}

// importObject is the call of one of them.
func (im importer) importObject(p *Program, c *Call) {
	call, ok := c.Expr.(*ast.Call)
	if !ok || len(call.Args) <= im.name {
		p.add(c.Ret, p.unknown)
		return
	}
	f := p.Funcs[c.Func]
	found := p.node()
	for _, t := range p.texts(f, call.Args[im.name]) {
		if !t.whole {
			p.Computed = append(p.Computed, ComputedImport{c.Func, c.Expr, t.start})
			p.add(found, p.unknown)
			for _, n := range p.named(t) {
				p.importNamed(f.Module, n, found)
			}
			continue
		}
		if im.namespace {
			if ns := p.text(f, call.Args[im.name-1]); ns != "" {
				p.importNamed(f.Module, ns+"."+t.start, found)
			} else {
				p.add(found, p.unknown)
			}
		}
		if !p.importNamed(f.Module, t.start, found) {
			p.add(found, p.external(strings.ReplaceAll(t.start, ":", "."), false))
		}
	}
	if im.call < 0 {
		p.edge(found, c.Ret)
		return
	}
	d := &Call{Func: c.Func, Expr: c.Expr, Mode: Callback, Via: c, Fn: found, Ret: c.Ret, Kw: c.Kw, Star: c.Star, KwStar: c.KwStar}
	if len(c.Args) > im.call {
		d.Args = c.Args[im.call:]
	}
	p.Funcs[c.Func].Calls = append(p.Funcs[c.Func].Calls, d)
	p.constrain(found, d)
}

// importNamed lets what a dotted name is in the project flow to a place, and
// reports whether it is anything there.
func (p *Program) importNamed(from *Module, name string, to NodeID) bool {
	module, object, colon := strings.Cut(name, ":")
	if !colon {
		object = ""
		for p.resolveModule(from, module) == nil {
			i := strings.LastIndexByte(module, '.')
			if i < 0 {
				return false
			}
			if object != "" {
				object = "." + object
			}
			module, object = module[:i], module[i+1:]+object
		}
	}
	m := p.resolveModule(from, module)
	if m == nil {
		return false
	}
	at := p.single(p.value(Value{Kind: ModuleVal, ID: int32(m.ID)}))
	for part := range strings.SplitSeq(object, ".") {
		if part == "" {
			continue
		}
		n := p.node()
		p.constrain(at, &loadAttr{name: part, res: n})
		at = n
	}
	p.edge(at, to)
	return true
}

// replace is mock.patch("app.client.fetch", fake), or mock.patch.object(client,
// "fetch", fake): fetch is another thing for the time of a test, one that gives no
// coroutine where fetch does. A mock that mock.patch makes itself is of fetch's kind.
func (p *Program) replace(c *Call, name string) {
	call, ok := c.Expr.(*ast.Call)
	if !ok || len(call.Args) == 0 || len(c.Args) == 0 {
		return
	}
	f := p.Funcs[c.Func]
	owner, attr, given := c.Args[0], "", 1
	switch _, verb, _ := strings.Cut(name, "mock."); verb {
	case "patch":
		target := p.text(f, call.Args[0])
		dot := strings.LastIndexByte(target, '.')
		if dot < 0 {
			return
		}
		owner, attr = p.node(), target[dot+1:]
		if !p.importNamed(f.Module, target[:dot], owner) {
			return
		}
	case "patch.object":
		if len(call.Args) < 2 {
			return
		}
		attr, given = p.text(f, call.Args[1]), 2
		if by := p.arg(c, given, "new"); attr == "" && by != 0 { // a computed name, as in setattr
			p.constrain(owner, &replaced{val: by, by: &Escape{Func: c.Func, Expr: c.Expr, To: name}})
		}
	}
	if attr == "" {
		return
	}
	p.constrain(owner, before{&loadAttr{name: attr, res: p.node(), call: &implicit{fn: f, at: c.Expr, sync: true}}})
	by := p.arg(c, given, "new")
	if p.arg(c, -1, "new_callable") != 0 {
		by = p.single(p.unknown)
	}
	if by != 0 {
		p.constrain(owner, &storeAttr{name: attr, val: by, call: &implicit{fn: f, at: c.Expr, op: OpSet}})
	}
}

// before takes what an object has before it is replaced: of a property that calls
// the getter.
type before struct{ load *loadAttr }

func (r before) apply(p *Program, v ValueID) {
	if p.Values[v].Kind == Instance {
		r.load.apply(p, v)
	}
}

// patches reports whether an external function replaces attributes of the object
// that is its first argument.
func patches(name string) bool {
	_, verb, _ := strings.Cut(name, "mock.")
	return verb == "patch.object" || verb == "patch.multiple" || name == "fixtures.MockPatchObject"
}

// replaces is the name that a call written as one of mock.patch sets to something
// of the program's own, "" for any other call: see replace.
func replaces(call *ast.Call) string {
	at, given := "", 0
	switch f := call.Func.(type) {
	case *ast.Name:
		at = f.Id
	case *ast.Attribute:
		at = f.Attr.Name
	}
	switch at {
	case "patch":
		given = 1
	case "object":
		given = 2
	default:
		return ""
	}
	if len(call.Args) < given || len(call.Args) == given && !slices.ContainsFunc(call.Keywords, func(k *ast.Keyword) bool {
		return k.Name != nil && (k.Name.Name == "new" || k.Name.Name == "new_callable")
	}) {
		return ""
	}
	c, ok := call.Args[given-1].(*ast.Constant)
	if !ok || c.Kind != ast.Str {
		return ""
	}
	return c.Text[strings.LastIndexByte(c.Text, '.')+1:]
}

// namedInStrings are the names of classes and functions of the project's modules
// that are the whole text of a string somewhere, but for the targets of mock.patch.
func (p *Program) namedInStrings() []string {
	if p.inStrings == nil {
		p.inStrings = p.wholeStrings(func(t *texts) []string { return t.objects })
	}
	return p.inStrings
}

// wholeStrings are texts of all modules, sorted.
func (p *Program) wholeStrings(of func(*texts) []string) []string {
	names := []string{}
	for _, m := range p.Modules {
		names = append(names, of(m.texts)...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// methodsInStrings are the names of methods that are the whole text of a string
// somewhere, but for what mock.patch itself is told to replace.
func (p *Program) methodsInStrings() []string {
	return p.wholeStrings(func(t *texts) []string {
		var names []string
		for _, name := range t.names {
			if len(p.ByName[name]) > 0 {
				names = append(names, name)
			}
		}
		return names
	})
}

// escapeNames lets escape what the strings name that a call gives to a library, in
// the call itself, in a variable of its module or in an attribute:
//
//	_BACKENDS = {"sqlalchemy": "app.db.sqlalchemy"}
//	IMPL = api.DBAPI("sqlalchemy", backend_mapping=_BACKENDS)
//	queue.enqueue("app.jobs.work", 2)
//
// Tests name what they replace, and options name the modules that declare them.
func (p *Program) escapeNames(c *Call, e *escape) {
	call, ok := c.Expr.(*ast.Call)
	m := p.Funcs[c.Func].Module
	if !ok || c.Op != OpCall || m.test || c.Via != nil {
		return
	}
	switch e.by.To[strings.LastIndexByte(e.by.To, '.')+1:] {
	case "getLogger", "get_logger", "import_opt", "import_group":
		return
	}
	tell := func(text string) {
		n := p.node()
		if p.importNamed(m, text, n) {
			p.leaveWith(n, e)
		}
	}
	give := func(of ast.Expr) {
		texts := p.namesIn(of)
		switch v := of.(type) {
		case *ast.Name:
			if v.Sym >= 0 {
				texts = m.texts.variables[v.Sym]
			}
		case *ast.Attribute: // settings.SCHEDULE, self.handlers
			texts = p.givenNames[v.Attr.Name]
		}
		for _, text := range texts {
			tell(text)
		}
	}
	for _, a := range call.Args {
		give(a)
	}
	for _, k := range call.Keywords {
		give(k.Value)
	}
}

// namesIn are the strings of a literal, a list, a dictionary, that are the name of
// something of the project: app.jobs.work, app.jobs:Store, app.jobs.
func (p *Program) namesIn(e ast.Expr) []string {
	switch e := e.(type) {
	case *ast.Constant:
		if e.Kind == ast.Str && (p.namesObject(e.Text) || strings.Contains(e.Text, ".") && p.byName[e.Text] != nil) {
			return []string{e.Text}
		}
		return nil
	case *ast.List, *ast.Tuple, *ast.Set, *ast.Dict, *ast.Starred, *ast.BinOp, *ast.BoolOp, *ast.IfExp:
	case *ast.Call: // dict(schedule="app.jobs.work")
		if name, ok := e.Func.(*ast.Name); !ok || !slices.Contains([]string{"dict", "list", "tuple", "set", "frozenset"}, name.Id) {
			return nil
		}
	default:
		return nil
	}
	var out []string
	ast.Children(e, func(n ast.Node) {
		if k, ok := n.(*ast.Keyword); ok {
			n = k.Value
		}
		if x, ok := n.(ast.Expr); ok {
			out = append(out, p.namesIn(x)...)
		}
	})
	return out
}

// named are the names of classes and functions that a text may be of which the
// start and the end are known: those that stand in strings, and, if one of the two
// is not empty, those at the top of the project's modules.
func (p *Program) named(t knownText) []string {
	var out []string
	add := func(name string) {
		if len(name) >= len(t.start)+len(t.end) && strings.HasPrefix(name, t.start) && strings.HasSuffix(name, t.end) {
			out = append(out, name)
		}
	}
	for _, n := range p.namedInStrings() {
		add(n)
	}
	if t.start == "" && t.end == "" {
		return out
	}
	for _, m := range p.Modules {
		for _, name := range sortedKeys(m.names) {
			if m.Scope.Symbols[m.names[name]].Flags&(scope.Def|scope.ClassDef) != 0 {
				add(m.Name + "." + name)
			}
		}
	}
	return out
}

// knownText is what is known of a string: its start and its end, or all of it.
type knownText struct {
	start, end string
	whole      bool // start is all of it
}

// texts are the strings that an expression in a function may be. It follows
// variables that nothing but assignments bind, and what is put together:
//
//	name = __name__ + ".drivers." + kind + ".Driver"
func (p *Program) texts(f *Func, e ast.Expr) []knownText {
	return p.textsOf(f, e, map[int32]bool{})
}

func (p *Program) textsOf(f *Func, e ast.Expr, seen map[int32]bool) []knownText {
	if t := p.text(f, e); t != "" {
		return []knownText{{t, t, true}}
	}
	switch e := e.(type) {
	case *ast.BinOp:
		if e.Op != ast.Add {
			break
		}
		var out []knownText
		right := p.textsOf(f, e.Right, seen)
		for _, l := range p.textsOf(f, e.Left, seen) {
			for _, r := range right {
				t := knownText{l.start, r.end, l.whole && r.whole}
				if l.whole {
					t.start += r.start
				}
				if r.whole {
					t.end = l.end + t.end
				}
				out = append(out, t)
			}
		}
		return out
	case *ast.Name:
		if e.Sym < 0 || seen[e.Sym] {
			break
		}
		if e.Id == "__name__" {
			return []knownText{{f.Module.Name, f.Module.Name, true}}
		}
		seen[e.Sym] = true
		defer delete(seen, e.Sym)
		var out []knownText
		for _, v := range assignedTo(f.Module, e.Sym) {
			out = append(out, p.textsOf(f, v, seen)...)
		}
		if 0 < len(out) && len(out) <= 8 {
			return out
		}
	}
	start, end := affixes(e)
	return []knownText{{start, end, false}}
}

// assignedTo are the values that assignments give a variable, nil if anything else
// binds it.
func assignedTo(m *Module, sym int32) []ast.Expr {
	var values []ast.Expr
	targets := map[ast.Node]bool{}
	ok := true
	ast.Inspect(m.AST, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Assign:
			for _, t := range n.Targets {
				if name, is := t.(*ast.Name); is && name.Sym == sym {
					targets[t] = true
					values = append(values, n.Value)
				}
			}
		case *ast.Name:
			if n.Sym == sym && n.Ctx != ast.Load && !targets[n] {
				ok = false
			}
		}
		return true
	})
	if !ok || m.Scope.Symbols[sym].Flags&scope.Bound&^scope.Assigned != 0 {
		return nil
	}
	return values
}

// namesObject reports whether a text is the name of a class or function at the
// top of a module of the project, or of what such a class has.
func (p *Program) namesObject(text string) bool {
	i := strings.LastIndexAny(text, ".:")
	if i <= 0 || len(text) > 200 || strings.ContainsAny(text, " \t\n/") {
		return false
	}
	module, object := text[:i], text[i+1:]
	if p.byName[module] == nil { // app.drivers:Fake.make
		if i = strings.LastIndexAny(module, ".:"); i <= 0 {
			return false
		}
		module = text[:i]
		object, _, _ = strings.Cut(text[i+1:], ".")
	}
	m := p.byName[module]
	if m == nil {
		return false
	}
	sym, ok := m.names[object]
	return ok && m.Scope.Symbols[sym].Flags&(scope.Def|scope.ClassDef) != 0
}
