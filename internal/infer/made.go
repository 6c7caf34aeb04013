package infer

import (
	"slices"
	"strings"

	"github.com/offlet/offlet/internal/python/ast"
	"github.com/offlet/offlet/internal/python/scope"
)

// initial is what the __init__ of a class gives to each object that it is called
// for.
type initial struct {
	// set are the attributes that it assigns in any case. true says that nothing
	// reads the object before, but that the __init__ of its bases may.
	set map[string]bool
	// after are those of them that it assigns after it has called that of a base.
	after map[string]bool
	// quiet says that nothing but such assignments is done with the object.
	quiet bool
}

// madeWith reports whether each instance of a class has an attribute from the
// start: the __init__ assigns it, and not under a condition. No __getattr__ is
// asked for it then, if the object is not asked before, and does not lose it.
func (p *Program) madeWith(c ClassID, name string) bool {
	mro := p.Classes[c].MRO
	for i, k := range mro {
		init := p.initialOf(k)
		if init == nil {
			continue
		}
		early, ok := init.set[name]
		if _, _, asks := p.Method(c, "__getattr__"); !ok || !asks {
			return ok
		}
		if !early || p.unmade || p.lacking[name] || slices.ContainsFunc(remaking[:], func(m string) bool { _, _, has := p.Method(c, m); return has }) {
			return false
		}
		return !init.after[name] || len(p.unknownBases(c)) == 0 && !slices.ContainsFunc(mro[i+1:], func(k ClassID) bool {
			init := p.initialOf(k)
			return init != nil && !init.quiet
		})
	}
	return false
}

// remaking are the methods by which an object may be without what its __init__
// assigns, or is asked for it after that has failed.
var remaking = [...]string{"__new__", "__setattr__", "__delattr__", "__setstate__", "__getstate__", "__reduce__", "__reduce_ex__", "__copy__", "__deepcopy__", "__del__"}

// initialOf is what the __init__ that stands in a class assigns, nil if there is none.
func (p *Program) initialOf(c ClassID) *initial {
	cls := p.Classes[c]
	if _, ok := cls.members["__init__"]; !ok {
		return nil
	}
	if cls.initial == nil {
		cls.initial = assigned(cls.Node)
	}
	return cls.initial
}

// assigned reads the __init__ of a class.
func assigned(cls *ast.ClassDef) *initial {
	out := &initial{}
	for _, s := range cls.Body {
		def, ok := s.(*ast.FunctionDef)
		if !ok || def.Name.Name != "__init__" || len(def.Decorators) > 0 {
			continue
		}
		args := append(slices.Clone(def.Args.PosOnly), def.Args.Args...)
		if len(args) == 0 {
			continue
		}
		// an earlier def of that name counts no more
		out = &initial{set: map[string]bool{}, after: map[string]bool{}, quiet: true}
		self := args[0].Name
		super := false
		for _, s := range def.Body {
			if baseInit(s, self.Sym) {
				super = true
				continue
			}
			out.quiet = out.quiet && !shows(s, self.Sym, cls.Name.Name, out.set)
			var targets []ast.Expr
			switch s := s.(type) {
			case *ast.Assign:
				targets = s.Targets
			case *ast.AnnAssign:
				if s.Value != nil {
					targets = []ast.Expr{s.Target}
				}
			default:
				if leaves(s) {
					out.quiet = false
					return out
				}
			}
			for _, t := range targets {
				if at, ok := t.(*ast.Attribute); ok && isSelf(at.Value, self.Sym) {
					name := scope.Mangle(cls.Name.Name, at.Attr.Name)
					if _, again := out.set[name]; !again {
						out.set[name] = out.quiet
						out.after[name] = super
					}
				}
			}
		}
	}
	return out
}

func isSelf(e ast.Expr, self int32) bool {
	n, ok := e.(*ast.Name)
	return ok && n.Sym == self
}

// baseInit reports whether a statement is super().__init__(…) or
// Base.__init__(self, …), which gives the object to nothing else.
func baseInit(s ast.Stmt, self int32) bool {
	x, ok := s.(*ast.ExprStmt)
	if !ok {
		return false
	}
	call, ok := x.Value.(*ast.Call)
	if !ok {
		return false
	}
	at, ok := call.Func.(*ast.Attribute)
	if !ok || at.Attr.Name != "__init__" {
		return false
	}
	args := call.Args
	switch of := at.Value.(type) {
	case *ast.Call:
		if f, ok := of.Func.(*ast.Name); !ok || f.Id != "super" {
			return false
		}
	default:
		if len(args) == 0 || !isSelf(args[0], self) {
			return false
		}
		args = args[1:]
	}
	given := false
	look := func(n ast.Node) bool {
		if e, ok := n.(ast.Expr); ok && isSelf(e, self) {
			given = true
		}
		return !given
	}
	for _, a := range args {
		ast.Inspect(a, look)
	}
	for _, k := range call.Keywords {
		ast.Inspect(k.Value, look)
	}
	return !given
}

// shows reports whether a statement does anything with an object but assign its
// attributes, and read those that it has.
func shows(s ast.Stmt, self int32, class string, has map[string]bool) bool {
	known := map[ast.Node]bool{}
	found := false
	ast.Inspect(s, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Attribute:
			_, set := has[scope.Mangle(class, n.Attr.Name)]
			if set && n.Ctx == ast.Load || n.Ctx == ast.Store || n.Attr.Name == "__class__" {
				known[n.Value] = true
			}
		case *ast.Call:
			if f, ok := n.Func.(*ast.Name); ok && f.Id == "super" {
				found = true
			}
		case *ast.Name:
			found = found || n.Sym == self && !known[n]
		}
		return !found
	})
	return found
}

// leaves reports whether a statement may end the function in which it stands, other
// than by an exception.
func leaves(s ast.Stmt) bool {
	found := false
	ast.Statements([]ast.Stmt{s}, func(s ast.Stmt) bool {
		switch s.(type) {
		case *ast.Return:
			found = true
		case *ast.FunctionDef, *ast.ClassDef:
			return false
		}
		return !found
	})
	return found
}

// spared are the methods of an object's __dict__ that take nothing out of it.
var spared = map[string]bool{"get": true, "items": true, "keys": true, "values": true, "copy": true, "update": true, "setdefault": true}

// mayLack notes what of the program may leave an object without an attribute
// that its __init__ assigns. The nodes of a function come from the outside in.
func (o *outline) mayLack(n ast.Node, fn int) {
	keep := func(e ast.Expr) {
		switch e := e.(type) {
		case *ast.Attribute:
			if e.Attr.Name == "__dict__" {
				o.reads[e] = true
			}
		case *ast.Call: // vars(obj)
			o.reads[e] = true
		}
	}
	lacks := func(a ast.Expr) {
		if s, ok := a.(*ast.Constant); ok && s.Kind == ast.Str {
			o.lacking[s.Text] = true
		} else {
			o.unmade = true
		}
	}
	switch n := n.(type) {
	case *ast.Attribute:
		if spared[n.Attr.Name] {
			keep(n.Value)
		}
		switch {
		case n.Ctx == ast.Del:
			o.lacking[n.Attr.Name] = true
			o.unmade = o.unmade || strings.HasPrefix(n.Attr.Name, "__") // del self.__conn is that of _Client__conn
		case n.Attr.Name == "__new__":
			o.unmade = o.unmade || o.name(fn) != "__new__"
		case n.Attr.Name == "__dict__":
			o.unmade = o.unmade || !o.reads[n]
		case n.Ctx == ast.Store && (n.Attr.Name == "__class__" || n.Attr.Name == "__init__"):
			o.unmade = true
		}
	case *ast.Subscript:
		if n.Ctx != ast.Del {
			keep(n.Value)
		}
	case *ast.Constant: // setattr(C, "__init__", f), mock.patch
		o.unmade = o.unmade || n.Kind == ast.Str && (strings.HasSuffix(n.Text, "__init__") || n.Text == "__class__")
	case *ast.Call:
		switch f := n.Func.(type) {
		case *ast.Name:
			switch {
			case f.Id == "dict" && len(n.Args) == 1:
				keep(n.Args[0])
			case f.Id == "vars":
				o.unmade = o.unmade || !o.reads[n]
			case f.Id == "delattr" && len(n.Args) == 2:
				lacks(n.Args[1])
			}
		case *ast.Attribute:
			if f.Attr.Name == "__delattr__" && len(n.Args) > 0 {
				lacks(n.Args[len(n.Args)-1])
			}
		}
	}
}
