package ast

// Children calls visit for each direct child of n that is present, in the
// order of the source text except where the grammar's fields make another
// order natural (a comprehension's element comes before its clauses).
// Identifiers are not nodes of their own and are not visited.
func Children(n Node, visit func(Node)) {
	switch n := n.(type) {
	case *Module:
		all(n.Body, visit)
	case *FunctionDef:
		exprs(n.Decorators, visit)
		all(n.TypeParams, visit)
		visit(n.Args)
		expr(n.Returns, visit)
		all(n.Body, visit)
	case *ClassDef:
		exprs(n.Decorators, visit)
		all(n.TypeParams, visit)
		exprs(n.Bases, visit)
		all(n.Keywords, visit)
		all(n.Body, visit)
	case *Return:
		expr(n.Value, visit)
	case *Delete:
		exprs(n.Targets, visit)
	case *Assign:
		exprs(n.Targets, visit)
		expr(n.Value, visit)
	case *TypeAlias:
		visit(n.Name)
		all(n.TypeParams, visit)
		expr(n.Value, visit)
	case *AugAssign:
		expr(n.Target, visit)
		expr(n.Value, visit)
	case *AnnAssign:
		expr(n.Target, visit)
		expr(n.Annotation, visit)
		expr(n.Value, visit)
	case *For:
		expr(n.Target, visit)
		expr(n.Iter, visit)
		all(n.Body, visit)
		all(n.Orelse, visit)
	case *While:
		expr(n.Test, visit)
		all(n.Body, visit)
		all(n.Orelse, visit)
	case *If:
		expr(n.Test, visit)
		all(n.Body, visit)
		all(n.Orelse, visit)
	case *With:
		all(n.Items, visit)
		all(n.Body, visit)
	case *WithItem:
		expr(n.Context, visit)
		expr(n.Vars, visit)
	case *Match:
		expr(n.Subject, visit)
		all(n.Cases, visit)
	case *MatchCase:
		visit(n.Pattern)
		expr(n.Guard, visit)
		all(n.Body, visit)
	case *Raise:
		expr(n.Exc, visit)
		expr(n.Cause, visit)
	case *Try:
		all(n.Body, visit)
		all(n.Handlers, visit)
		all(n.Orelse, visit)
		all(n.Finalbody, visit)
	case *ExceptHandler:
		expr(n.Type, visit)
		all(n.Body, visit)
	case *Assert:
		expr(n.Test, visit)
		expr(n.Msg, visit)
	case *Import:
		all(n.Names, visit)
	case *ImportFrom:
		all(n.Names, visit)
	case *ExprStmt:
		expr(n.Value, visit)
	case *BoolOp:
		exprs(n.Values, visit)
	case *NamedExpr:
		visit(n.Target)
		expr(n.Value, visit)
	case *BinOp:
		expr(n.Left, visit)
		expr(n.Right, visit)
	case *UnaryOp:
		expr(n.Operand, visit)
	case *Lambda:
		visit(n.Args)
		expr(n.Body, visit)
	case *IfExp:
		expr(n.Body, visit)
		expr(n.Test, visit)
		expr(n.Orelse, visit)
	case *Dict:
		for i, v := range n.Values {
			expr(n.Keys[i], visit)
			expr(v, visit)
		}
	case *Set:
		exprs(n.Elts, visit)
	case *ListComp:
		expr(n.Elt, visit)
		all(n.Generators, visit)
	case *SetComp:
		expr(n.Elt, visit)
		all(n.Generators, visit)
	case *DictComp:
		expr(n.Key, visit)
		expr(n.Value, visit)
		all(n.Generators, visit)
	case *GeneratorExp:
		expr(n.Elt, visit)
		all(n.Generators, visit)
	case *Comprehension:
		expr(n.Target, visit)
		expr(n.Iter, visit)
		exprs(n.Ifs, visit)
	case *Await:
		expr(n.Value, visit)
	case *Yield:
		expr(n.Value, visit)
	case *YieldFrom:
		expr(n.Value, visit)
	case *Compare:
		expr(n.Left, visit)
		exprs(n.Comparators, visit)
	case *Call:
		expr(n.Func, visit)
		exprs(n.Args, visit)
		all(n.Keywords, visit)
	case *Keyword:
		expr(n.Value, visit)
	case *JoinedStr:
		exprs(n.Values, visit)
	case *TemplateStr:
		exprs(n.Values, visit)
	case *FormattedValue:
		expr(n.Value, visit)
		if n.FormatSpec != nil {
			visit(n.FormatSpec)
		}
	case *Attribute:
		expr(n.Value, visit)
	case *Subscript:
		expr(n.Value, visit)
		expr(n.Slice, visit)
	case *Starred:
		expr(n.Value, visit)
	case *List:
		exprs(n.Elts, visit)
	case *Tuple:
		exprs(n.Elts, visit)
	case *Slice:
		expr(n.Lower, visit)
		expr(n.Upper, visit)
		expr(n.Step, visit)
	case *Arguments:
		all(n.PosOnly, visit)
		all(n.Args, visit)
		if n.Vararg != nil {
			visit(n.Vararg)
		}
		all(n.KwOnly, visit)
		if n.Kwarg != nil {
			visit(n.Kwarg)
		}
		exprs(n.Defaults, visit)
		exprs(n.KwDefaults, visit)
	case *Arg:
		expr(n.Annotation, visit)
	case *TypeParam:
		expr(n.Bound, visit)
		expr(n.Default, visit)
	case *MatchValue:
		expr(n.Value, visit)
	case *MatchSequence:
		all(n.Patterns, visit)
	case *MatchMapping:
		exprs(n.Keys, visit)
		all(n.Patterns, visit)
	case *MatchClass:
		expr(n.Cls, visit)
		all(n.Patterns, visit)
		all(n.KwdPatterns, visit)
	case *MatchAs:
		if n.Pattern != nil {
			visit(n.Pattern)
		}
	case *MatchOr:
		all(n.Patterns, visit)
	case *Constant, *Name, *Global, *Nonlocal, *Pass, *Break, *Continue,
		*Alias, *MatchSingleton, *MatchStar:
	}
}

// The helpers are functions and not closures: a tree is walked many times.

func expr(e Expr, visit func(Node)) {
	if e != nil {
		visit(e)
	}
}

func exprs(es []Expr, visit func(Node)) {
	for _, e := range es {
		if e != nil {
			visit(e)
		}
	}
}

func all[N Node](list []N, visit func(Node)) {
	for _, n := range list {
		visit(n)
	}
}

// Inspect calls f for n and, where f returns true, for the nodes below it,
// parents before children.
func Inspect(n Node, f func(Node) bool) {
	var walk func(Node)
	walk = func(n Node) {
		if f(n) {
			Children(n, walk)
		}
	}
	walk(n)
}

// Statements calls f for each statement of a block and, where f returns true,
// for the statements of the blocks in it, those of functions and classes too. It
// is Inspect for those who ask nothing of expressions, which are most of a tree.
func Statements(block []Stmt, f func(Stmt) bool) {
	for _, s := range block {
		if !f(s) {
			continue
		}
		switch s := s.(type) {
		case *FunctionDef:
			Statements(s.Body, f)
		case *ClassDef:
			Statements(s.Body, f)
		case *For:
			Statements(s.Body, f)
			Statements(s.Orelse, f)
		case *While:
			Statements(s.Body, f)
			Statements(s.Orelse, f)
		case *If:
			Statements(s.Body, f)
			Statements(s.Orelse, f)
		case *With:
			Statements(s.Body, f)
		case *Match:
			for _, c := range s.Cases {
				Statements(c.Body, f)
			}
		case *Try:
			Statements(s.Body, f)
			for _, h := range s.Handlers {
				Statements(h.Body, f)
			}
			Statements(s.Orelse, f)
			Statements(s.Finalbody, f)
		}
	}
}
