package infer

import (
	"slices"
	"strings"
)

// Denotes are the values that a dotted name may have which starts with a module
// of the program, as others write it who import that module: pkg.mod.Class,
// pkg.connect().cursor().execute. A call is written (). open says that there may
// be others.
func (p *Program) Denotes(name string) (vals []ValueID, open bool) {
	parts := strings.Split(name, ".")
	n := len(parts)
	for n > 0 && p.byName[strings.Join(parts[:n], ".")] == nil {
		n--
	}
	if n == 0 {
		return nil, true
	}
	vals = []ValueID{p.value(Value{Kind: ModuleVal, ID: int32(p.byName[strings.Join(parts[:n], ".")].ID)})}
	for _, part := range parts[n:] {
		attr := strings.TrimRight(part, "()")
		vals, open = p.step(vals, open, func(v ValueID) []ValueID { return p.attributeValues(v, attr) })
		for range strings.Count(part, "()") {
			vals, open = p.step(vals, open, p.called)
		}
	}
	return vals, open
}

// step takes values one step further. One from which nothing is known to come
// leaves it open what does.
func (p *Program) step(vals []ValueID, open bool, next func(ValueID) []ValueID) ([]ValueID, bool) {
	var out []ValueID
	for _, v := range vals {
		got := next(v)
		open = open || len(got) == 0
		for _, x := range got {
			if p.Values[x].Kind == Unknown {
				open = true
			} else if !slices.Contains(out, x) {
				out = append(out, x)
			}
		}
	}
	return out, open || len(out) == 0
}

// attributeValues are what an attribute of a value may be.
func (p *Program) attributeValues(v ValueID, name string) []ValueID {
	x := p.Values[v]
	switch x.Kind {
	case ModuleVal:
		n, at := p.moduleAttr(p.Modules[x.ID], name)
		if at >= 0 {
			return []ValueID{at}
		}
		return p.At(n)
	case External:
		return []ValueID{p.external(p.names[x.ID]+"."+name, x.Green)}
	case ClassVal, Instance:
		n, _, ok := p.Method(x.Class(), name)
		if !ok {
			return p.stateOf(x.Class(), name)
		}
		var out []ValueID
		for _, m := range p.At(n) {
			switch k := p.Values[m]; k.Kind {
			case StaticMethod, ClassMethod:
				out = append(out, p.At(p.site(k.Site).elem)...)
			case Property:
				for _, f := range p.FuncsAt(p.site(k.Site).elem) {
					out = append(out, p.At(p.Funcs[f].Ret)...)
				}
			default:
				out = append(out, m)
			}
		}
		return out
	case Generator, ContextManager: // what runs when it is iterated over, or entered
		if strings.HasPrefix(name, "__") {
			return []ValueID{p.value(Value{Kind: FuncVal, ID: x.ID})}
		}
	}
	return nil
}

// stateOf are the values that were assigned to an attribute of the instances of
// a class.
func (p *Program) stateOf(c ClassID, name string) []ValueID {
	var out []ValueID
	for _, k := range p.Classes[c].MRO {
		if n, ok := p.fields.get(int32(p.Classes[k].self)+1, p.nameOf(name)); ok {
			out = append(out, p.At(NodeID(n))...)
		}
	}
	return out
}

// called is what calling a value gives.
func (p *Program) called(v ValueID) []ValueID {
	x := p.Values[v]
	switch x.Kind {
	case FuncVal, Bound:
		switch f := p.Funcs[x.Func()]; {
		case f.ContextManager:
			return []ValueID{p.value(Value{Kind: ContextManager, ID: x.ID})}
		case f.Generator:
			return []ValueID{p.value(Value{Kind: Generator, ID: x.ID})}
		case !f.Async:
			return p.At(f.Ret)
		}
	case ClassVal:
		return []ValueID{p.Classes[x.Class()].self}
	}
	return nil
}
