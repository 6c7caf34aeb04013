package infer

import (
	"maps"
	"strings"

	"github.com/offlet/offlet/internal/python/ast"
	"github.com/offlet/offlet/internal/python/scope"
)

// An outline is what can be seen of a module before any value flows: its functions
// and classes, so that forward references resolve, and what it does to the
// attributes of objects.
type outline struct {
	p    *Program
	m    *Module
	defs []definition
	// reflects says that the module's own statements call locals(), eval or exec
	reflects bool
	stored   map[string]bool // see Program.stored
	// lacking and unmade are those of the program, reads are the uses of an object's
	// __dict__ that take nothing out of it, see mayLack
	lacking map[string]bool
	unmade  bool
	reads   map[ast.Node]bool
	texts   *texts
	// patched are the arguments of calls that replace what they name: see texts
	patched, replaced map[ast.Node]bool
}

// texts are the strings of a module that stand for themselves and may name
// something, for those whom computed names reach.
type texts struct {
	// objects name classes and functions of the project's modules, but for what
	// mock.patch("app.jobs.work") is told to replace
	objects []string
	// names may be those of methods, but for what patch.object(app, "work") replaces
	names []string
	// variables are those that get such texts, or lists and dictionaries of them, by
	// symbol; given are these and attributes, by name:
	//
	//	schedule: dict = {}
	//	schedule["tick"] = "app.jobs.tick"
	//	self.handlers.append("app.jobs.work")
	variables map[int32][]string
	given     map[string][]string
}

// A definition is a function, lambda, generator expression or class.
type definition struct {
	node ast.Node
	// fn is the definition of the function in which it is, class that of the class
	// whose body holds it: -1 for the module itself, and for none
	fn, class int
	reflects  bool             // of a function: it calls locals(), eval or exec
	members   map[string]int32 // of a class
}

// outlineOf looks through a module.
func outlineOf(p *Program, m *Module) *outline {
	o := &outline{
		p: p, m: m, texts: &texts{variables: map[int32][]string{}, given: map[string][]string{}},
		stored: map[string]bool{}, lacking: map[string]bool{}, reads: map[ast.Node]bool{},
		patched: map[ast.Node]bool{}, replaced: map[ast.Node]bool{},
	}
	for _, s := range m.AST.Body {
		o.walk(s, -1, -1)
	}
	return o
}

// define adds a definition and returns its index.
func (o *outline) define(d definition) int {
	o.defs = append(o.defs, d)
	return len(o.defs) - 1
}

// name is the name of a function, "<module>" for -1.
func (o *outline) name(fn int) string {
	if fn < 0 {
		return "<module>"
	}
	return funcName(o.defs[fn].node)
}

// funcName is the __name__ of a function.
func funcName(n ast.Node) string {
	switch n := n.(type) {
	case *ast.FunctionDef:
		return n.Name.Name
	case *ast.Lambda:
		return "<lambda>"
	}
	return "<genexpr>"
}

// walk looks at a node of a function, and, if class is not -1, of the body of a
// class there.
func (o *outline) walk(n ast.Node, fn, class int) {
	switch n := n.(type) {
	case *ast.FunctionDef:
		for _, d := range n.Decorators {
			o.walk(d, fn, -1)
		}
		ast.Children(n.Args, func(c ast.Node) { o.walk(c, fn, -1) })
		if n.Returns != nil {
			o.walk(n.Returns, fn, -1)
		}
		id := o.define(definition{node: n, fn: fn, class: class})
		for _, s := range n.Body {
			o.walk(s, id, -1)
		}
		return
	case *ast.Lambda:
		ast.Children(n.Args, func(c ast.Node) { o.walk(c, fn, -1) })
		o.walk(n.Body, o.define(definition{node: n, fn: fn, class: class}), -1)
		return
	case *ast.GeneratorExp:
		// the first iterable is evaluated where the expression stands
		o.walk(n.Generators[0].Iter, fn, -1)
		id := o.define(definition{node: n, fn: fn, class: -1})
		for i, g := range n.Generators {
			o.walk(g.Target, id, -1)
			if i > 0 {
				o.walk(g.Iter, id, -1)
			}
			for _, c := range g.Ifs {
				o.walk(c, id, -1)
			}
		}
		o.walk(n.Elt, id, -1)
		return
	case *ast.ClassDef:
		for _, d := range n.Decorators {
			o.walk(d, fn, -1)
		}
		for _, b := range n.Bases {
			o.walk(b, fn, -1)
		}
		for _, k := range n.Keywords {
			o.walk(k.Value, fn, -1)
		}
		id := o.define(definition{node: n, fn: fn, class: class, members: symbolsOf(o.m.Scope, n)})
		for _, s := range n.Body {
			o.walk(s, fn, id)
		}
		return
	case *ast.Attribute:
		o.mayLack(n, fn)
		if n.Ctx == ast.Store {
			o.stored[scope.Mangle(o.private(fn, class), n.Attr.Name)] = true
		}
	case *ast.Subscript:
		o.mayLack(n, fn)
	case *ast.Constant:
		o.mayLack(n, fn)
		if n.Kind == ast.Str {
			o.text(n)
		}
	case *ast.Call:
		o.mayLack(n, fn)
		o.replacing(n)
		if at, ok := n.Func.(*ast.Attribute); ok && keeping[at.Attr.Name] {
			for _, a := range n.Args {
				o.give(at.Value, a)
			}
			for _, k := range n.Keywords {
				o.give(at.Value, k.Value)
			}
		}
		if at, ok := n.Func.(*ast.Attribute); ok && at.Attr.Name == "__setattr__" {
			for _, a := range n.Args {
				if s, ok := a.(*ast.Constant); ok && s.Kind == ast.Str {
					o.stored[s.Text] = true
				}
			}
		}
		if name := replaces(n); name != "" {
			o.stored[name] = true
		}
		f, ok := n.Func.(*ast.Name)
		if !ok {
			break
		}
		switch f.Id {
		case "vars", "locals", "eval", "exec":
			if fn < 0 {
				o.reflects = true
			} else {
				o.defs[fn].reflects = true
			}
		case "setattr":
			if len(n.Args) > 1 {
				if s, ok := n.Args[1].(*ast.Constant); ok && s.Kind == ast.Str {
					o.stored[s.Text] = true
				}
			}
		}
	case *ast.Assign, *ast.AnnAssign, *ast.AugAssign, *ast.If, *ast.Try, *ast.ExceptHandler,
		*ast.With, *ast.For, *ast.While, *ast.Match, *ast.MatchCase, *ast.ExprStmt, *ast.WithItem:
		// statements that may stand in a class body around a def
		o.assigned(n)
		ast.Children(n, func(c ast.Node) { o.walk(c, fn, class) })
		return
	}
	ast.Children(n, func(c ast.Node) { o.walk(c, fn, -1) })
}

// text notes a string that may name something.
func (o *outline) text(n *ast.Constant) {
	if !o.replaced[n] && isName(n.Text) && !strings.HasPrefix(n.Text, "__") {
		o.texts.names = append(o.texts.names, n.Text)
	}
	if !o.patched[n] && o.p.namesObject(n.Text) {
		o.texts.objects = append(o.texts.objects, n.Text)
	}
}

// assigned notes the texts that an assignment gives to its targets.
func (o *outline) assigned(n ast.Node) {
	switch n := n.(type) {
	case *ast.Assign:
		for _, t := range n.Targets {
			o.give(t, n.Value)
		}
	case *ast.AnnAssign:
		o.give(n.Target, n.Value)
	case *ast.AugAssign:
		o.give(n.Target, n.Value)
	}
}

// give notes the texts that a variable, an attribute or an item of one gets.
func (o *outline) give(target, value ast.Expr) {
	if value == nil {
		return
	}
	names := o.p.namesIn(value)
	if len(names) == 0 {
		return
	}
	for {
		item, ok := target.(*ast.Subscript)
		if !ok {
			break
		}
		target = item.Value
	}
	switch t := target.(type) {
	case *ast.Name:
		if t.Sym >= 0 {
			o.texts.variables[t.Sym] = append(o.texts.variables[t.Sym], names...)
		}
		o.texts.given[t.Id] = append(o.texts.given[t.Id], names...)
	case *ast.Attribute:
		o.texts.given[t.Attr.Name] = append(o.texts.given[t.Attr.Name], names...)
	}
}

// isName reports whether a text may be an identifier: whatever is not ASCII may be
// part of one.
func isName(text string) bool {
	for i := range len(text) {
		c := text[i]
		if c != '_' && (c|0x20 < 'a' || 'z' < c|0x20) && c < 0x80 && (i == 0 || c < '0' || '9' < c) {
			return false
		}
	}
	return text != ""
}

// replacing notes what a call of a test names to replace it.
func (o *outline) replacing(call *ast.Call) {
	callee := ""
	switch f := call.Func.(type) {
	case *ast.Name:
		callee = f.Id
	case *ast.Attribute:
		callee = f.Attr.Name
		if callee == "object" && len(call.Args) > 1 {
			o.replaced[call.Args[1]] = true
		}
	}
	if strings.Contains(callee, "patch") || strings.Contains(callee, "stub") {
		for _, a := range call.Args {
			o.patched[a] = true
		}
	}
}

// private is the class by whose name private names are mangled.
func (o *outline) private(fn, class int) string {
	if class >= 0 {
		return o.defs[class].node.(*ast.ClassDef).Name.Name
	}
	of := ast.Node(o.m.AST)
	if fn >= 0 {
		of = o.defs[fn].node
	}
	if s := o.m.Scope.Of(of); s != nil {
		return s.Private
	}
	return ""
}

// declare makes the functions and classes of a module known.
func (p *Program) declare(o *outline) {
	m := o.m
	m.texts = o.texts
	for name, texts := range o.texts.given {
		p.givenNames[name] = append(p.givenNames[name], texts...)
	}
	m.Body = p.newFunc(m, m.AST, -1, -1, "<module>")
	p.Funcs[m.Body].reflects = o.reflects
	funcs, classes := make([]FuncID, len(o.defs)), make([]ClassID, len(o.defs))
	for i, d := range o.defs {
		fn, class := m.Body, ClassID(-1)
		if d.fn >= 0 {
			fn = funcs[d.fn]
		}
		if d.class >= 0 {
			class = classes[d.class]
		}
		n, ok := d.node.(*ast.ClassDef)
		if !ok {
			if f, ok := d.node.(*ast.FunctionDef); ok && class >= 0 && len(f.Decorators) > 0 {
				p.Classes[class].decorated = append(p.Classes[class].decorated, f.Name.Sym)
			}
			funcs[i] = p.newFunc(m, d.node, fn, class, funcName(d.node))
			p.Funcs[funcs[i]].reflects = d.reflects
			continue
		}
		c := &Class{ID: ClassID(len(p.Classes)), Module: m, Node: n, Name: n.Name.Name, Parent: fn, Outer: class, members: d.members}
		classes[i] = c.ID
		p.Classes = append(p.Classes, c)
		p.classOf[n] = c.ID
		c.self = p.value(Value{Kind: Instance, ID: int32(c.ID)})
		c.val = p.value(Value{Kind: ClassVal, ID: int32(c.ID)})
		for name := range c.members {
			if strings.HasPrefix(name, "__") {
				p.dunder[name] = true
			}
		}
	}
	maps.Copy(p.stored, o.stored)
	maps.Copy(p.lacking, o.lacking)
	p.unmade = p.unmade || o.unmade
}
