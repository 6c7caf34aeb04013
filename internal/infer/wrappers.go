package infer

import (
	"slices"

	"github.com/offlet/offlet/internal/python/ast"
	"github.com/offlet/offlet/internal/python/scope"
)

// One function inside of a decorator stands for every function that the
// decorator was given:
//
//	def logged(f):
//	    def wrapper(*args, **kwargs):
//	        log(f.__name__)
//	        return f(*args, **kwargs)
//	    return wrapper
//
// If all that any of them is called with were taken to reach all of them, then
// in a program that decorates its methods everything would be everywhere. So
// each call of the decorator makes a value of its own of the wrapper
// (Value.Site), and a call of that value hands its arguments to the function
// that the decorator was given there, and to no other. This is the one level of
// context that the analysis knows.

// A forward is a call that a wrapper makes of a parameter of the function around
// it, with something that it was given itself.
type forward struct {
	call *Call // in the wrapper; its places hold what any of the functions are given and return
	// param is the index, among the parameters of the function around the wrapper,
	// of that which is called.
	param int
	// args and kw are the arguments: the parameter of the wrapper that is handed on,
	// by index, or own for anything else.
	args, kw []int
	// rest and more say that *args and **kwargs of the wrapper are handed on, more
	// only where the wrapper puts nothing into them.
	rest, more bool
	// returned says that the wrapper returns what the call gives, awaited that it
	// waits for it before.
	returned, awaited bool
}

// own is an argument of a forward that is not a parameter of the wrapper.
const own = -1

// forward is what a call in a wrapper hands on, nil if it is an ordinary call.
func (g *gen) forward(e *ast.Call, c *Call) *forward {
	w := g.fn
	if w.Parent < 0 || w.Class >= 0 || w.Generator || w.ContextManager || g.in {
		return nil
	}
	if _, ok := w.Node.(*ast.GeneratorExp); ok {
		return nil
	}
	outer := g.p.Funcs[w.Parent]
	name, ok := e.Func.(*ast.Name)
	if !ok || name.Sym < 0 || outer.Generator || outer.Async || outer.ContextManager {
		return nil
	}
	fw := &forward{call: c, param: slices.IndexFunc(outer.names, func(n string) bool { return n == name.Id })}
	if fw.param < 0 || outer.node(fw.param) != g.sym(name.Sym) || g.info.Symbols[name.Sym].Flags&(scope.Bound|scope.Rebound) != scope.Param {
		return nil
	}
	given := 0
	param := func(a ast.Expr) int {
		if n, ok := a.(*ast.Name); ok && n.Sym >= 0 && g.unchanged(n.Sym) {
			for i := range w.names {
				if w.node(i) == g.sym(n.Sym) {
					given++
					return i
				}
			}
		}
		return own
	}
	for i, a := range e.Args {
		s, ok := a.(*ast.Starred)
		if !ok {
			fw.args = append(fw.args, param(a))
			continue
		}
		if i != len(e.Args)-1 { // f(*args, x)
			return nil
		}
		if n, ok := s.Value.(*ast.Name); ok && n.Sym >= 0 && w.vararg != 0 && g.sym(n.Sym) == w.vararg && g.unchanged(n.Sym) {
			fw.rest = true
			given++
		}
	}
	stars := 0
	for _, k := range e.Keywords {
		if k.Name != nil {
			fw.kw = append(fw.kw, param(k.Value))
			continue
		}
		stars++
		if n, ok := k.Value.(*ast.Name); ok && n.Sym >= 0 && w.kwarg != 0 && g.sym(n.Sym) == w.kwarg && g.unchanged(n.Sym) {
			fw.more = !g.filled(n.Sym)
			given++
		}
	}
	if given == 0 || stars > 1 {
		return nil
	}
	return fw
}

// unchanged reports whether a parameter of the function still has what it was
// given.
func (g *gen) unchanged(sym int32) bool {
	return g.read(sym) == g.sym(sym) && g.info.Symbols[sym].Flags&(scope.Bound|scope.Rebound) == scope.Param
}

// reading are the methods of a mapping that put nothing into it.
var reading = map[string]bool{"get": true, "pop": true, "items": true, "keys": true, "values": true, "copy": true, "popitem": true, "clear": true}

// filled reports whether the function may put something into its **kwargs:
// whether it does anything with it but read from it and hand it on as **kwargs.
func (g *gen) filled(sym int32) bool {
	if g.info.Symbols[sym].Flags&scope.Captured != 0 {
		return true
	}
	read := map[ast.Node]bool{}
	filled := false
	ast.Inspect(g.fn.Node, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Keyword:
			if n.Name == nil {
				read[n.Value] = true
			}
		case *ast.Subscript:
			if n.Ctx == ast.Load {
				read[n.Value] = true
			}
		case *ast.Attribute:
			if reading[n.Attr.Name] {
				read[n.Value] = true
			}
		case *ast.Compare:
			for _, c := range n.Comparators {
				read[c] = true
			}
		case *ast.Name:
			filled = filled || n.Sym == sym && !read[n]
		}
		return !filled
	})
	return filled
}

// An outcome is what a variable holds after result = f(*args).
type outcome struct {
	of    *forward
	waits bool
}

// outcomeOf finds the forward whose outcome an expression is: f(*args), await
// f(*args), result.
func (g *gen) outcomeOf(e ast.Expr) outcome {
	switch e := e.(type) {
	case *ast.Call:
		for _, fw := range g.fn.forwards {
			if fw.call.Expr == ast.Node(e) {
				return outcome{of: fw}
			}
		}
		if len(e.Args) == 1 && len(e.Keywords) == 0 {
			switch g.static(e.Func) {
			case "offlet.aio.maybe", "offlet.bridge.call":
				return outcome{g.outcomeOf(e.Args[0]).of, true}
			}
		}
	case *ast.Await:
		return outcome{g.outcomeOf(e.Value).of, true}
	case *ast.Name:
		if e.Sym >= 0 && g.followed(e.Sym) {
			return g.outcomes[g.read(e.Sym)]
		}
	}
	return outcome{}
}

// keepOutcome notes that a variable has the outcome of a forward.
func (g *gen) keepOutcome(target, value ast.Expr) {
	if len(g.fn.forwards) == 0 {
		return
	}
	t, ok := target.(*ast.Name)
	if !ok || t.Sym < 0 || !g.followed(t.Sym) {
		return
	}
	if o := g.outcomeOf(value); o.of != nil {
		if g.outcomes == nil {
			g.outcomes = map[NodeID]outcome{}
		}
		g.outcomes[g.read(t.Sym)] = o
	}
}

// returnsOutcome reports whether a returned expression is the outcome of a
// forward: it goes to those alone who called that very wrapper.
func (g *gen) returnsOutcome(e ast.Expr) bool {
	if len(g.fn.forwards) == 0 || g.ret != 0 {
		return false
	}
	o := g.outcomeOf(e)
	if o.of == nil || o.of.returned && o.of.awaited != o.waits {
		return false
	}
	if !o.of.returned {
		o.of.returned, o.of.awaited = true, o.waits
		w := g.fn
		if w.all == 0 {
			w.all = g.p.node()
			g.p.edge(w.Ret, w.all)
		}
		g.p.outcome(o.of, o.of.call.Ret, w.all)
	}
	return true
}

// outcome lets what a forward gave flow to where the wrapper returns it.
func (p *Program) outcome(fw *forward, from, to NodeID) {
	if fw.awaited {
		p.constrain(from, &finish{res: to})
	} else {
		p.edge(from, to)
	}
}

// results is the place of all that a function returns.
func (f *Func) results() NodeID {
	if f.all != 0 {
		return f.all
	}
	return f.Ret
}

// A wrapping says of a value of a wrapper what the parameters of the function
// around it were given.
type wrapping struct {
	given  []NodeID
	within []FuncID // see rarity.within
	told   []FuncID // the wrappers that were made there
}

// deepest is how deep in wrappers a wrapper may be made before it is no longer
// told apart: g = deco(deco), g = g(g) would go on for ever.
const deepest = 3

// returned lets what a function returns flow to the result of a call: a wrapper
// inside of it as the one that this call made.
func (p *Program) returned(c *Call, f *Func, off int, from NodeID) {
	if !f.wraps || len(c.few().within) >= deepest {
		p.edge(from, c.Ret)
		return
	}
	at, ok := c.few().sites[f.ID]
	if !ok {
		w := &wrapping{given: make([]NodeID, len(f.names)), within: c.few().within}
		for i := range f.names {
			w.given[i] = p.given(c, f, i, off)
		}
		at = p.newSite(site{origin: c.Expr, wrapping: w})
		r := c.own()
		if r.sites == nil {
			r.sites = map[FuncID]int32{}
		}
		r.sites[f.ID] = at
	}
	p.constrain(from, &inContext{of: f.ID, site: at, res: c.Ret})
}

// given is the place of what a call gives to the i-th parameter of a function: 0
// if it gives nothing. Where the call does not say, it is the parameter itself.
func (p *Program) given(c *Call, f *Func, i, off int) NodeID {
	switch {
	case i < off:
		return f.node(i)
	case i < len(f.params) && i-off < len(c.Args):
		return c.Args[i-off]
	}
	for _, k := range c.Kw {
		if k.Name == f.names[i] {
			return k.Node
		}
	}
	if c.Star != 0 || c.KwStar != 0 {
		return f.node(i)
	}
	return f.defaults[i]
}

// inContext makes each wrapper that a function returns the one of a call.
type inContext struct {
	of   FuncID
	site int32
	res  NodeID
}

func (x *inContext) apply(p *Program, v ValueID) {
	if f := p.Values[v]; f.Kind == FuncVal && f.Site == 0 && p.Funcs[f.ID].Parent == x.of && p.tellApart(p.Funcs[f.ID], x.site) {
		v = p.value(Value{Kind: FuncVal, ID: f.ID, Site: x.site})
	}
	p.add(x.res, v)
}

// tellApart reports whether a wrapper is one that is told apart, and all that it
// calls is known at a site.
func (p *Program) tellApart(w *Func, at int32) bool {
	s := p.site(at).wrapping
	if len(w.forwards) == 0 || slices.ContainsFunc(w.forwards, func(fw *forward) bool { return s.given[fw.param] == 0 }) {
		return false
	}
	if !slices.Contains(s.told, w.ID) {
		s.told = append(s.told, w.ID)
		w.apart = true
		for _, fw := range w.forwards { // what it returns, also if nobody is seen to call it
			d := &Call{Func: w.ID, Expr: fw.call.Expr, Fn: s.given[fw.param], Ret: fw.call.Ret, rare: &rarity{within: append(slices.Clone(s.within), w.ID)}}
			p.constrain(d.Fn, d)
		}
	}
	return true
}

// handOn makes the forwards of a wrapper that c calls, made at a site (0 if it
// is not known where). res is where the wrapper returns to, recv its receiver
// (-1 if none).
func (p *Program) handOn(c *Call, w *Func, at int32, recv ValueID, res NodeID) {
	if len(w.forwards) == 0 {
		return
	}
	if at == 0 || slices.Contains(c.few().within, w.ID) { // the second: f = deco(f) may wrap itself
		p.loosen(w)
		return
	}
	within := append(slices.Clone(c.few().within), w.ID)
	off := 0
	if recv >= 0 {
		off = 1
	}
	s := p.site(at).wrapping
	for _, fw := range w.forwards {
		d := &Call{Func: w.ID, Expr: fw.call.Expr, Fn: s.given[fw.param], Ret: p.node(), rare: &rarity{within: within}}
		arg := func(j int, otherwise NodeID) NodeID {
			if j == own {
				return otherwise
			}
			if j < off {
				return p.constantValue(recv)
			}
			if n := p.given(c, w, j, off); n != 0 {
				return n
			}
			return w.node(j)
		}
		for i, j := range fw.args {
			d.Args = append(d.Args, arg(j, fw.call.Args[i]))
		}
		for i, j := range fw.kw {
			d.Kw = append(d.Kw, Arg{fw.call.Kw[i].Name, arg(j, fw.call.Kw[i].Node)})
		}
		d.Star, d.KwStar = fw.call.Star, fw.call.KwStar
		if fw.rest {
			first := len(w.params) - off // of the arguments that are in *args
			if first < 0 {
				d.Args = append(d.Args, p.constantValue(recv))
				first = 0
			}
			if first <= len(c.Args) {
				d.Args = append(d.Args, c.Args[first:]...)
				d.Star = c.Star
			} else if d.Star = c.Star; c.Star != 0 { // some of it are parameters of the wrapper
				d.Star = p.node()
				p.constrain(c.Star, &loadItem{slice: true, res: d.Star})
			}
		}
		if fw.more {
			for _, k := range c.Kw {
				if !slices.Contains(w.names, k.Name) {
					d.Kw = append(d.Kw, k)
				}
			}
			d.KwStar = c.KwStar
		}
		p.constrain(d.Fn, d)
		p.edge(d.Ret, fw.call.Ret)
		if fw.returned {
			p.outcome(fw, d.Ret, res)
		}
	}
}

// loosen lets a wrapper hand all that it is given to everything that any of its
// kind wraps: somebody has it of whom it is not known which one he has.
func (p *Program) loosen(w *Func) {
	if w.loose {
		return
	}
	w.loose = true
	for _, fw := range w.forwards {
		p.constrain(fw.call.Fn, fw.call)
	}
	if w.all != 0 {
		p.edge(w.all, w.Ret)
	}
}

// unseen loosens the wrappers that nothing was seen to make or to call, and
// reports whether there are any.
func (p *Program) unseen() bool {
	found := false
	for _, f := range p.Funcs {
		if len(f.forwards) > 0 && !f.loose && !f.apart {
			p.loosen(f)
			found = true
		}
	}
	return found
}

// contexts is how many values a place may hold before the wrappers among them
// are no longer told apart.
const contexts = 24

// anyContext is a function or method without the place where it was made.
func (p *Program) anyContext(x Value) ValueID {
	x.Site = 0
	return p.value(x)
}
