package asyncio

import (
	"slices"
	"strings"

	"github.com/offlet/offlet/internal/callgraph"
	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/python/ast"
)

// A StopIteration cannot leave a coroutine: Python makes it a RuntimeError (PEP
// 479). So all functions between the place that raises it and the one that
// catches it stay synchronous.
//
//	def line(source):
//	    fetch()
//	    return next(source)
//
//	try:
//	    print(line(source))
//	except StopIteration:
//	    print("no more")
type stopping struct {
	d *decisions
	// leaves says of a function that a StopIteration may leave it.
	leaves []bool
	// needed are the functions that have to let it through, and those that
	// catch it.
	needed map[infer.FuncID]bool
	guards map[infer.FuncID][]guarded
}

// A guarded part of a function is the body of a try, or of a with, that catches
// StopIteration. explicit says that it names it.
type guarded struct {
	ast.Span
	explicit bool
}

// stopped are the functions that have to stay synchronous for the sake of a
// StopIteration.
func (d *decisions) stopped() map[infer.FuncID]bool {
	s := &stopping{d: d, leaves: make([]bool, len(d.p.Funcs)), needed: map[infer.FuncID]bool{}, guards: map[infer.FuncID][]guarded{}}
	var work []infer.FuncID
	mark := func(f infer.FuncID) {
		if !s.leaves[f] && !d.p.Funcs[f].Generator && !d.p.Funcs[f].Async && d.p.Funcs[f].Parent >= 0 {
			s.leaves[f] = true
			work = append(work, f)
		}
	}
	for id := range d.p.Funcs {
		f := infer.FuncID(id)
		for _, n := range s.raises(f) {
			if s.guard(f, n) == nil {
				mark(f)
			}
		}
	}
	for len(work) > 0 {
		f := work[len(work)-1]
		work = work[:len(work)-1]
		if d.p.Funcs[f].Name == "__next__" {
			continue // a loop takes it, or next(), which is a place of its own
		}
		for _, e := range d.callersOf(f) {
			if e.Call != nil && e.Call.Mode == infer.Direct && s.guard(e.Func, e.Node) == nil {
				mark(e.Func)
			}
		}
	}
	for id := range d.p.Funcs {
		f := infer.FuncID(id)
		for _, e := range d.g.Effects[id] {
			if e.Call == nil || e.Call.Mode != infer.Direct {
				continue
			}
			left := s.left(e)
			if len(left) == 0 { // as at nearly all places
				continue
			}
			g := s.guard(f, e.Node)
			protocol := g == nil && d.p.Funcs[f].Name == "__next__" && d.p.Funcs[f].Class >= 0
			if !protocol && (g == nil || !g.explicit) {
				continue
			}
			s.needed[f] = true
			for _, t := range left {
				s.need(t)
			}
		}
		if d.p.Funcs[f].Name == "__next__" && d.p.Funcs[f].Class >= 0 {
			for _, n := range s.raises(f) {
				if _, ok := n.(*ast.Call); ok && s.guard(f, n) == nil { // return next(self.items)
					s.needed[f] = true
				}
			}
		}
	}
	return s.needed
}

// need marks a function that has to let a StopIteration through, and those that
// it gets it from.
func (s *stopping) need(f infer.FuncID) {
	if s.needed[f] {
		return
	}
	s.needed[f] = true
	for _, e := range s.d.g.Effects[f] {
		if e.Call == nil || e.Call.Mode != infer.Direct {
			continue
		}
		if left := s.left(e); len(left) > 0 && s.guard(f, e.Node) == nil {
			for _, t := range left {
				s.need(t)
			}
		}
	}
}

// left are the functions that may run at a place and that a StopIteration leaves.
// That of a __next__ a loop takes, or next().
func (s *stopping) left(e *callgraph.Effect) []infer.FuncID {
	var out []infer.FuncID
	for _, list := range [...][]infer.FuncID{e.Targets, e.Possible} {
		for _, t := range list {
			if s.leaves[t] && s.d.p.Funcs[t].Name != "__next__" {
				out = append(out, t)
			}
		}
	}
	return out
}

// raises lists the places of a function's own body where a StopIteration may
// begin: `raise StopIteration`, and next() without a default on what may end.
func (s *stopping) raises(f infer.FuncID) []ast.Node {
	p := s.d.p
	var out []ast.Node
	for _, e := range s.d.g.Effects[f] {
		if e.Iter == nil || e.Iter.Use != infer.Next {
			// an earlier run has made this of next()
			if call, ok := e.Node.(*ast.Call); ok && len(call.Args) == 1 && slices.ContainsFunc(e.Seeds, func(s callgraph.Seed) bool { return s.Name == "offlet.bridge.next" }) {
				out = append(out, call)
			}
			continue
		}
		call, ok := e.Iter.Expr.(*ast.Call)
		if !ok || len(call.Args) > 1 && isName(call.Func, "next") || s.endless(e.Iter.Obj) {
			continue
		}
		out = append(out, call)
	}
	def, ok := p.Funcs[f].Node.(*ast.FunctionDef)
	if !ok || !strings.Contains(p.Funcs[f].Module.Source.Text[def.Start:def.End], "StopIteration") {
		return out
	}
	ownStatements(def.Body, func(n ast.Stmt) {
		if r, ok := n.(*ast.Raise); ok && r.Exc != nil {
			exc := r.Exc
			if c, ok := exc.(*ast.Call); ok {
				exc = c.Func
			}
			if isName(exc, "StopIteration") {
				out = append(out, r)
			}
		}
	})
	return out
}

// endless reports whether all that may be at a place are iterators that never
// end: next(itertools.count()).
func (s *stopping) endless(n infer.NodeID) bool {
	vals := s.d.p.At(n)
	for _, id := range vals {
		v := s.d.p.Value(id)
		if v.Kind != infer.ExtInstance {
			return false
		}
		switch strings.TrimSuffix(s.d.p.Name(v), "()") {
		case "itertools.count", "itertools.cycle", "itertools.repeat":
		default:
			return false
		}
	}
	return len(vals) > 0
}

// guard is the innermost part of a function that catches a StopIteration raised
// at a node, or nil.
func (s *stopping) guard(f infer.FuncID, n ast.Node) *guarded {
	if _, ok := s.guards[f]; !ok {
		s.guards[f] = nil
		switch of := s.d.p.Funcs[f].Node.(type) {
		case *ast.FunctionDef:
			ownStatements(of.Body, func(n ast.Stmt) { s.collect(f, n) })
		case *ast.Module:
			ownStatements(of.Body, func(n ast.Stmt) { s.collect(f, n) })
		}
	}
	at := n.Range().Start
	for i := len(s.guards[f]) - 1; i >= 0; i-- {
		if g := &s.guards[f][i]; g.Start <= at && at < g.End {
			return g
		}
	}
	return nil
}

func (s *stopping) collect(f infer.FuncID, n ast.Stmt) {
	switch n := n.(type) {
	case *ast.Try:
		for _, h := range n.Handlers {
			catches, explicit := catchesStop(h.Type)
			if catches && len(n.Body) > 0 {
				span := ast.Span{Start: n.Body[0].Range().Start, End: n.Body[len(n.Body)-1].Range().End}
				s.guards[f] = append(s.guards[f], guarded{span, explicit})
				break
			}
		}
	case *ast.With: // with pytest.raises(StopIteration):
		for _, item := range n.Items {
			call, ok := item.Context.(*ast.Call)
			if !ok || len(n.Body) == 0 {
				continue
			}
			for _, a := range call.Args {
				if isName(a, "StopIteration") {
					span := ast.Span{Start: n.Body[0].Range().Start, End: n.Body[len(n.Body)-1].Range().End}
					s.guards[f] = append(s.guards[f], guarded{span, true})
				}
			}
		}
	}
}

// catchesStop reports whether the expression of an except clause catches
// StopIteration, and whether it names it.
func catchesStop(e ast.Expr) (catches, explicit bool) {
	switch e := e.(type) {
	case nil:
		return true, false
	case *ast.Name:
		return e.Id == "StopIteration" || e.Id == "Exception" || e.Id == "BaseException", e.Id == "StopIteration"
	case *ast.Tuple:
		for _, x := range e.Elts {
			c, named := catchesStop(x)
			catches, explicit = catches || c, explicit || named
		}
	}
	return catches, explicit
}

func isName(e ast.Expr, id string) bool {
	n, ok := e.(*ast.Name)
	return ok && n.Id == id
}

// ownStatements visits the statements of the body of a function or module that
// belong to no function or class inside of it.
func ownStatements(body []ast.Stmt, visit func(ast.Stmt)) {
	ast.Statements(body, func(s ast.Stmt) bool {
		visit(s)
		switch s.(type) {
		case *ast.FunctionDef, *ast.ClassDef:
			return false
		}
		return true
	})
}

// own visits the nodes of a function or module that belong to no function or
// class inside of it.
func own(of ast.Node, visit func(ast.Node)) {
	ast.Children(of, func(c ast.Node) {
		visit(c)
		switch c.(type) {
		case *ast.FunctionDef, *ast.ClassDef, *ast.Lambda:
			return
		}
		own(c, visit)
	})
}
