package infer

import (
	"maps"
	"slices"

	"github.com/offlet/offlet/internal/python/ast"
	"github.com/offlet/offlet/internal/python/scope"
)

// The variables of a function are followed statement by statement: an
// assignment starts a new place, and places meet where branches and loops do.
//
//	with pool.get() as t: t.execute(…)     # t is a connection here
//	try: …
//	except Timeout as t: print(t)          # and a timeout here
//
// Variables that inner functions use, and those of modules and classes, have
// one place for all that is assigned to them: nobody knows when they are read.

// An env maps the variables of a function to the place of their current value:
// that of the expression which they were assigned.
// A variable that is not in it has not been assigned to yet: its place is that
// of its symbol (a parameter's argument).
type env map[int32]NodeID

// A merge gathers every value that variables get in a region of the code that
// may be left or entered in the middle: a loop, a try block.
type merge struct {
	vars map[int32]NodeID
}

// followed reports whether a variable is followed statement by statement.
func (g *gen) followed(sym int32) bool {
	if g.env == nil || sym < 0 || g.fn.reflects {
		return false
	}
	s := &g.info.Symbols[sym]
	own := g.info.Of(g.fn.Node)
	return own != nil && sym >= own.SymStart && sym < own.SymEnd &&
		s.Flags&(scope.Captured|scope.Rebound|scope.DeclaredGlobal|scope.Implicit) == 0
}

// read is the place of a variable's current value.
func (g *gen) read(sym int32) NodeID {
	if n, ok := g.env[sym]; ok {
		return n
	}
	return g.sym(sym)
}

// assign makes what is at v the value of a variable.
func (g *gen) assign(sym int32, v NodeID) {
	if sym < 0 {
		return
	}
	if !g.followed(sym) {
		g.p.edge(v, g.sym(sym))
		return
	}
	if v == 0 { // nothing of interest, but a value
		v = g.p.node()
	}
	g.env[sym] = v
	for _, m := range g.marks {
		if all, ok := m.vars[sym]; ok {
			g.p.edge(v, all)
		}
	}
}

// body reads the statements of a function. What it returns before and after
// `if p is None: return …` goes to different places, since callers that give p
// never get the first: the idiom of decorators that may be used with and
// without arguments.
func (g *gen) body(f *Func, d *ast.FunctionDef) {
	if f.Generator || f.Async {
		g.stmts(d.Body)
		return
	}
	for i, s := range d.Body {
		param := g.absentTest(f, s)
		if param < 0 {
			continue
		}
		f.optional, f.absent, f.present = param, g.p.node(), g.p.node()
		g.stmts(d.Body[:i])
		g.ret = f.absent
		g.stmt(s)
		g.ret = f.present
		g.stmts(d.Body[i+1:])
		g.ret = 0
		return
	}
	last := len(d.Body) - 1
	g.stmts(d.Body[:last])
	if f.ContextManager || !g.registry(f, d.Body[last]) {
		g.stmt(d.Body[last])
	}
}

// absentTest is the index of the parameter p of `if p is None: … return …`,
// whose default is None, or -1.
func (g *gen) absentTest(f *Func, s ast.Stmt) int {
	cond, ok := s.(*ast.If)
	if !ok || len(cond.Orelse) > 0 || !ends(cond.Body) {
		return -1
	}
	test := cond.Test
	if not, ok := test.(*ast.UnaryOp); ok && not.Op == ast.Not {
		test = not.Operand
	} else if cmp, ok := test.(*ast.Compare); ok && len(cmp.Ops) == 1 && cmp.Ops[0] == ast.Is {
		if c, ok := cmp.Comparators[0].(*ast.Constant); !ok || c.Kind != ast.None {
			return -1
		}
		test = cmp.Left
	} else {
		return -1
	}
	name, ok := test.(*ast.Name)
	if !ok {
		return -1
	}
	args := f.Node.(*ast.FunctionDef).Args
	for i := range f.names {
		if f.node(i) != g.sym(name.Sym) || g.read(name.Sym) != g.sym(name.Sym) || !g.untouched(name.Sym) {
			continue
		}
		var def ast.Expr
		n := len(args.PosOnly) + len(args.Args)
		if j := i - (n - len(args.Defaults)); i < n && j >= 0 {
			def = args.Defaults[j]
		} else if i >= n {
			def = args.KwDefaults[i-n]
		}
		if c, ok := def.(*ast.Constant); ok && c.Kind == ast.None {
			return i
		}
	}
	return -1
}

// untouched reports whether nothing comes to the place of a parameter but what the
// function is given. More comes to that of one which an inner function uses, if
// anything is assigned to it anywhere.
//
//	def deco(f):
//		if quick: f = fast
//		return lambda: f()
func (g *gen) untouched(sym int32) bool {
	return g.followed(sym) || g.info.Symbols[sym].Flags&(scope.Bound|scope.Rebound) == scope.Param
}

// returns lets what is at v be what the function returns. Parameters that are
// returned as they are go their own way, see passThrough.
func (g *gen) returns(v NodeID) {
	f := g.fn
	to := f.Ret
	if g.ret != 0 {
		to = g.ret
	}
	if g.env == nil || f.Generator || f.ContextManager {
		g.p.edge(v, to)
		return
	}
	for _, src := range g.sources(v) {
		param := -1
		for i := range f.names {
			if f.node(i) == src && g.untouched(int32(src-g.m.base)) {
				param = i
			}
		}
		switch {
		case param < 0:
			g.p.edge(src, to)
		case !slices.Contains(f.through, param):
			f.through = append(f.through, param)
		}
	}
}

// sources are the places that meet at a place where branches met, or the place
// itself.
func (g *gen) sources(n NodeID) []NodeID {
	met, ok := g.p.meets[n]
	if !ok {
		return []NodeID{n}
	}
	var out []NodeID
	for _, m := range met {
		out = append(out, g.sources(m)...)
	}
	return out
}

// branch reads alternatives, each from the same state, and joins what they
// leave. leaves[i] says that an alternative never reaches its end.
func (g *gen) branch(arms []func(), leaves []bool) {
	if g.env == nil {
		for _, arm := range arms {
			arm()
		}
		return
	}
	before := g.env
	var after []env
	for i, arm := range arms {
		g.env = maps.Clone(before)
		arm()
		if !leaves[i] {
			after = append(after, g.env)
		}
	}
	if len(after) == 0 { // what follows is not reached
		g.env = before
		return
	}
	g.env = g.join(after)
}

// join makes the state in which several others meet.
func (g *gen) join(states []env) env {
	if len(states) == 1 {
		return states[0]
	}
	out := env{}
	seen := map[int32]bool{}
	for _, s := range states {
		for _, sym := range slices.Sorted(maps.Keys(s)) {
			if seen[sym] {
				continue
			}
			seen[sym] = true
			var places []NodeID
			for _, o := range states {
				n, ok := o[sym]
				if !ok {
					n = g.sym(sym)
				}
				if !slices.Contains(places, n) {
					places = append(places, n)
				}
			}
			if len(places) == 1 {
				out[sym] = places[0]
				continue
			}
			n := g.p.node()
			for _, place := range places {
				g.p.edge(place, n)
			}
			g.p.meets[n] = places
			out[sym] = n
		}
	}
	return out
}

// enter starts a region in which any of the values that variables get there
// may be the current one.
func (g *gen) enterRegion(n ast.Node) *merge {
	m := &merge{vars: map[int32]NodeID{}}
	for _, sym := range g.assigned(n) {
		all := g.p.node()
		g.p.edge(g.read(sym), all)
		m.vars[sym] = all
	}
	g.marks = append(g.marks, m)
	return m
}

func (g *gen) leaveRegion(m *merge) {
	g.marks = g.marks[:len(g.marks)-1]
	for sym, all := range m.vars {
		g.env[sym] = all
	}
}

// loop reads the body of a loop, which may run any number of times.
func (g *gen) loop(s ast.Stmt, body func()) {
	if g.env == nil {
		body()
		return
	}
	m := g.enterRegion(s)
	for sym, all := range m.vars {
		g.env[sym] = all
	}
	body()
	g.leaveRegion(m)
}

// try reads a try statement: its handlers start from any state that its body
// went through.
func (g *gen) try(s *ast.Try) {
	handler := func(h *ast.ExceptHandler) {
		if h.Type != nil {
			t := g.expr(h.Type)
			if h.Name != nil {
				n := g.p.node()
				g.p.constrain(t, &instantiate{res: n})
				g.assign(h.Name.Sym, n)
			}
		}
		g.stmts(h.Body)
	}
	if g.env == nil {
		g.stmts(s.Body)
		for _, h := range s.Handlers {
			handler(h)
		}
		g.stmts(s.Orelse)
		g.stmts(s.Finalbody)
		return
	}
	outer := g.enterRegion(s)
	m := g.enterRegion(s)
	g.stmts(s.Body)
	g.marks = g.marks[:len(g.marks)-1]
	body := g.env
	during := maps.Clone(body)
	for sym, all := range m.vars {
		during[sym] = all
	}
	arms := []func(){func() {
		g.env = body
		g.stmts(s.Orelse)
	}}
	leaves := []bool{ends(s.Body) || ends(s.Orelse)}
	for _, h := range s.Handlers {
		arms = append(arms, func() {
			g.env = maps.Clone(during)
			handler(h)
		})
		leaves = append(leaves, ends(h.Body))
	}
	g.branch(arms, leaves)
	g.marks = g.marks[:len(g.marks)-1]
	if len(s.Finalbody) == 0 {
		return
	}
	// finally runs after any of these; what comes after it, after a normal end
	after := g.env
	g.env = maps.Clone(after)
	for sym, all := range outer.vars {
		g.env[sym] = all
	}
	before := maps.Clone(g.env)
	g.stmts(s.Finalbody)
	for sym, n := range g.env {
		if before[sym] != n { // assigned in the finally block
			after[sym] = n
		}
	}
	g.env = after
}

// assigned lists the function's variables that are assigned to below a node,
// not counting functions and classes inside.
func (g *gen) assigned(n ast.Node) []int32 {
	var out []int32
	seen := map[int32]bool{}
	add := func(sym int32) {
		if sym >= 0 && !seen[sym] && g.followed(sym) {
			seen[sym] = true
			out = append(out, sym)
		}
	}
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Name:
			if n.Ctx != ast.Load {
				add(n.Sym)
			}
		case *ast.FunctionDef:
			add(n.Name.Sym)
			return false
		case *ast.ClassDef:
			add(n.Name.Sym)
			return false
		case *ast.Lambda:
			return false
		case *ast.Alias:
			if n.AsName != nil {
				add(n.AsName.Sym)
			} else {
				add(n.Name.Sym)
			}
		case *ast.ExceptHandler:
			if n.Name != nil {
				add(n.Name.Sym)
			}
		case *ast.MatchAs:
			if n.Name != nil {
				add(n.Name.Sym)
			}
		case *ast.MatchStar:
			if n.Name != nil {
				add(n.Name.Sym)
			}
		case *ast.MatchMapping:
			if n.Rest != nil {
				add(n.Rest.Sym)
			}
		}
		return true
	})
	return out
}

// ends reports whether a block never reaches its end: its last statement
// returns, raises, breaks or continues. What a break or continue leaves is
// gathered by the loop around it.
func ends(body []ast.Stmt) bool {
	if len(body) == 0 {
		return false
	}
	switch s := body[len(body)-1].(type) {
	case *ast.Return, *ast.Raise, *ast.Break, *ast.Continue:
		return true
	case *ast.If:
		return ends(s.Body) && ends(s.Orelse)
	case *ast.With:
		return false // __exit__ may swallow what the body raises
	}
	return false
}
