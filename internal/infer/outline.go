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
func outlineOf(m *Module) *outline {
	o := &outline{m: m, stored: map[string]bool{}, lacking: map[string]bool{}, reads: map[ast.Node]bool{}}
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
	case *ast.Subscript, *ast.Constant:
		o.mayLack(n, fn)
	case *ast.Call:
		o.mayLack(n, fn)
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
		ast.Children(n, func(c ast.Node) { o.walk(c, fn, class) })
		return
	}
	ast.Children(n, func(c ast.Node) { o.walk(c, fn, -1) })
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
