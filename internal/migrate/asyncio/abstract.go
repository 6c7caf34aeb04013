package asyncio

import (
	"slices"

	"github.com/offlet/offlet/internal/color"
	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/python/ast"
)

// An abstract is an abstract special method of the project that would get
// another name: `@abc.abstractmethod def __iter__`. A class is made only if it
// has a method of that very name, so it and all that implement it are renamed
// together or not at all.
type abstract struct {
	method infer.FuncID
	// by are the methods that implement it in the classes derived from its class.
	by []infer.FuncID
}

// findAbstracts finds the abstract special methods of the project.
func (d *decisions) findAbstracts() {
	p := d.p
	for _, f := range p.Funcs {
		if twin := asyncTwins[f.Name]; f.Class < 0 || twin == "" || twin == f.Name || !d.isAbstract(f) {
			continue
		}
		a := &abstract{method: f.ID}
		for _, k := range d.subclasses(f.Class) {
			n, _, _ := p.Method(k, f.Name)
			for _, by := range p.FuncsAt(n) {
				if by != f.ID && !slices.Contains(a.by, by) {
					a.by = append(a.by, by)
				}
			}
		}
		d.abstracts = append(d.abstracts, a)
	}
}

func (d *decisions) isAbstract(f *infer.Func) bool {
	def, ok := f.Node.(*ast.FunctionDef)
	return ok && slices.ContainsFunc(def.Decorators, func(dec ast.Expr) bool {
		name, _, _ := d.p.StaticName(f.Module, dec)
		return name == "abc.abstractmethod"
	})
}

// unimplemented returns the reason for which a method must keep its name, since
// the abstract method that it implements does, or nil.
func (d *decisions) unimplemented(id infer.FuncID) *refusal {
	for _, a := range d.abstracts {
		if !slices.Contains(a.by, id) {
			continue
		}
		f := d.p.Funcs[a.method]
		why := func(n *infer.Func, reason string) *refusal {
			return &refusal{"LEFT1", n.Node, n.Parent, "it implements the abstract " + d.p.Qual(a.method) + ", " + reason}
		}
		for _, by := range a.by {
			if !d.colors.Green[by] {
				return why(d.p.Funcs[by], "which "+d.p.Qual(by)+" implements without waiting")
			}
		}
		if len(f.Foreign) > 0 || !d.colors.Green[a.method] && !f.Generator && d.calledByName(a.method) {
			return why(f, "which cannot change")
		}
	}
	return nil
}

// calledByName reports whether something calls a special method otherwise than
// Python does, as in super().__iter__().
func (d *decisions) calledByName(id infer.FuncID) bool {
	for _, e := range d.callersOf(id) {
		if e.Call != nil && e.Call.Op == infer.OpCall {
			return true
		}
	}
	return false
}

// joinAbstracts puts the green methods that implement an abstract one into one
// group.
func (d *decisions) joinAbstracts(groups *color.Groups) {
	for _, a := range d.abstracts {
		first := infer.FuncID(-1)
		for _, f := range append([]infer.FuncID{a.method}, a.by...) {
			if !d.colors.Green[f] {
				continue
			}
			if first >= 0 {
				groups.Join(first, f)
			}
			first = f
		}
	}
}

// renameAbstracts lets the abstract methods change with those that implement
// them.
func (d *decisions) renameAbstracts() {
	for _, a := range d.abstracts {
		d.async[a.method] = d.async[a.method] || slices.ContainsFunc(a.by, d.becomes)
	}
}
