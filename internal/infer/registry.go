package infer

import "github.com/offlet/offlet/internal/python/ast"

// A registry is a function that ends in `return table[name]`, where name is a
// parameter. What a call gets is what the table has under the name that the
// call gives, and not everything that any call may get:
//
//	def get_component(name): return COMPONENTS[name]
//	Service = get_component("Service")
type registry struct {
	table NodeID
	param int
	// other is what the function returns besides the items of mappings.
	other NodeID
}

// registry reads `return table[name]` at the end of a function, and reports
// whether it is that.
func (g *gen) registry(f *Func, last ast.Stmt) bool {
	ret, ok := last.(*ast.Return)
	if !ok {
		return false
	}
	sub, ok := ret.Value.(*ast.Subscript)
	if !ok {
		return false
	}
	name, ok := sub.Slice.(*ast.Name)
	if !ok || !g.followed(name.Sym) {
		return false
	}
	for i := range f.names {
		if f.node(i) != g.sym(name.Sym) || g.read(name.Sym) != g.sym(name.Sym) {
			continue
		}
		p := g.p
		r := &registry{table: g.expr(sub.Value), param: i, other: f.Ret}
		if r.table == 0 {
			return false
		}
		f.Ret = p.node() // all that it returns; those who call it get less
		p.edge(r.other, f.Ret)
		p.constrain(r.table, &tableItem{res: f.Ret})
		p.constrain(r.table, &unlessTable{&loadItem{index: g.expr(name), res: r.other, call: g.load(sub, OpItem, r.table)}})
		f.registry = r
		return true
	}
	return false
}

// given is what a call of f gets from its registry.
func (r *registry) given(p *Program, c *Call, f *Func, off int) {
	p.edge(r.other, c.Ret)
	key := ""
	if call, ok := c.Expr.(*ast.Call); ok && c.Mode == Direct && c.Op == OpCall && c.Star == 0 && c.KwStar == 0 && len(c.few().partials) == 0 {
		if i := r.param - off; i >= 0 && i < len(call.Args) && len(c.Args) == len(call.Args) {
			key = constKey(call.Args[i])
		}
		for _, k := range call.Keywords {
			if k.Name != nil && k.Name.Name == f.names[r.param] {
				key = constKey(k.Value)
			}
		}
	}
	p.constrain(r.table, &tableItem{key, c.Ret})
}

// tableItem is what a mapping has under a key, or everything.
type tableItem struct {
	key string
	res NodeID
}

func (t *tableItem) apply(p *Program, v ValueID) {
	if !p.isTable(v) {
		return
	}
	s := p.Values[v].Site
	if t.key == "" {
		p.edge(p.site(s).elem, t.res)
		return
	}
	p.edge(p.slot(s, t.key), t.res)
	p.edge(p.loose(s), t.res)
}

// unlessTable is a load from what is not a mapping with known keys.
type unlessTable struct{ load *loadItem }

func (u *unlessTable) apply(p *Program, v ValueID) {
	if !p.isTable(v) {
		u.load.apply(p, v)
	}
}

func (p *Program) isTable(v ValueID) bool {
	x := p.Values[v]
	return x.Kind == Container && p.site(x.Site).mapping
}
