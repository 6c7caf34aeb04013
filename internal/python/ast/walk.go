package ast

// Children calls visit for each direct child of n that is present, in the
// order of the source text except where the grammar's fields make another
// order natural (a comprehension's element comes before its clauses).
// Identifiers are not nodes of their own and are not visited.
func Children(n Node, visit func(Node)) {
	expr := func(e Expr) {
		if e != nil {
			visit(e)
		}
	}
	exprs := func(es []Expr) {
		for _, e := range es {
			expr(e)
		}
	}
	stmts := func(ss []Stmt) {
		for _, s := range ss {
			visit(s)
		}
	}
	patterns := func(ps []Pattern) {
		for _, p := range ps {
			visit(p)
		}
	}
	keywords := func(ks []*Keyword) {
		for _, k := range ks {
			visit(k)
		}
	}
	generators := func(gs []*Comprehension) {
		for _, g := range gs {
			visit(g)
		}
	}
	typeParams := func(ts []*TypeParam) {
		for _, t := range ts {
			visit(t)
		}
	}
	switch n := n.(type) {
	case *Module:
		stmts(n.Body)
	case *FunctionDef:
		exprs(n.Decorators)
		typeParams(n.TypeParams)
		visit(n.Args)
		expr(n.Returns)
		stmts(n.Body)
	case *ClassDef:
		exprs(n.Decorators)
		typeParams(n.TypeParams)
		exprs(n.Bases)
		keywords(n.Keywords)
		stmts(n.Body)
	case *Return:
		expr(n.Value)
	case *Delete:
		exprs(n.Targets)
	case *Assign:
		exprs(n.Targets)
		expr(n.Value)
	case *TypeAlias:
		visit(n.Name)
		typeParams(n.TypeParams)
		expr(n.Value)
	case *AugAssign:
		expr(n.Target)
		expr(n.Value)
	case *AnnAssign:
		expr(n.Target)
		expr(n.Annotation)
		expr(n.Value)
	case *For:
		expr(n.Target)
		expr(n.Iter)
		stmts(n.Body)
		stmts(n.Orelse)
	case *While:
		expr(n.Test)
		stmts(n.Body)
		stmts(n.Orelse)
	case *If:
		expr(n.Test)
		stmts(n.Body)
		stmts(n.Orelse)
	case *With:
		for _, it := range n.Items {
			visit(it)
		}
		stmts(n.Body)
	case *WithItem:
		expr(n.Context)
		expr(n.Vars)
	case *Match:
		expr(n.Subject)
		for _, c := range n.Cases {
			visit(c)
		}
	case *MatchCase:
		visit(n.Pattern)
		expr(n.Guard)
		stmts(n.Body)
	case *Raise:
		expr(n.Exc)
		expr(n.Cause)
	case *Try:
		stmts(n.Body)
		for _, h := range n.Handlers {
			visit(h)
		}
		stmts(n.Orelse)
		stmts(n.Finalbody)
	case *ExceptHandler:
		expr(n.Type)
		stmts(n.Body)
	case *Assert:
		expr(n.Test)
		expr(n.Msg)
	case *Import:
		for _, a := range n.Names {
			visit(a)
		}
	case *ImportFrom:
		for _, a := range n.Names {
			visit(a)
		}
	case *ExprStmt:
		expr(n.Value)
	case *BoolOp:
		exprs(n.Values)
	case *NamedExpr:
		visit(n.Target)
		expr(n.Value)
	case *BinOp:
		expr(n.Left)
		expr(n.Right)
	case *UnaryOp:
		expr(n.Operand)
	case *Lambda:
		visit(n.Args)
		expr(n.Body)
	case *IfExp:
		expr(n.Body)
		expr(n.Test)
		expr(n.Orelse)
	case *Dict:
		for i, v := range n.Values {
			expr(n.Keys[i])
			expr(v)
		}
	case *Set:
		exprs(n.Elts)
	case *ListComp:
		expr(n.Elt)
		generators(n.Generators)
	case *SetComp:
		expr(n.Elt)
		generators(n.Generators)
	case *DictComp:
		expr(n.Key)
		expr(n.Value)
		generators(n.Generators)
	case *GeneratorExp:
		expr(n.Elt)
		generators(n.Generators)
	case *Comprehension:
		expr(n.Target)
		expr(n.Iter)
		exprs(n.Ifs)
	case *Await:
		expr(n.Value)
	case *Yield:
		expr(n.Value)
	case *YieldFrom:
		expr(n.Value)
	case *Compare:
		expr(n.Left)
		exprs(n.Comparators)
	case *Call:
		expr(n.Func)
		exprs(n.Args)
		keywords(n.Keywords)
	case *Keyword:
		expr(n.Value)
	case *JoinedStr:
		exprs(n.Values)
	case *TemplateStr:
		exprs(n.Values)
	case *FormattedValue:
		expr(n.Value)
		if n.FormatSpec != nil {
			visit(n.FormatSpec)
		}
	case *Attribute:
		expr(n.Value)
	case *Subscript:
		expr(n.Value)
		expr(n.Slice)
	case *Starred:
		expr(n.Value)
	case *List:
		exprs(n.Elts)
	case *Tuple:
		exprs(n.Elts)
	case *Slice:
		expr(n.Lower)
		expr(n.Upper)
		expr(n.Step)
	case *Arguments:
		arg := func(a *Arg) {
			if a != nil {
				visit(a)
			}
		}
		for _, a := range n.PosOnly {
			arg(a)
		}
		for _, a := range n.Args {
			arg(a)
		}
		arg(n.Vararg)
		for _, a := range n.KwOnly {
			arg(a)
		}
		arg(n.Kwarg)
		exprs(n.Defaults)
		exprs(n.KwDefaults)
	case *Arg:
		expr(n.Annotation)
	case *TypeParam:
		expr(n.Bound)
		expr(n.Default)
	case *MatchValue:
		expr(n.Value)
	case *MatchSequence:
		patterns(n.Patterns)
	case *MatchMapping:
		exprs(n.Keys)
		patterns(n.Patterns)
	case *MatchClass:
		expr(n.Cls)
		patterns(n.Patterns)
		patterns(n.KwdPatterns)
	case *MatchAs:
		if n.Pattern != nil {
			visit(n.Pattern)
		}
	case *MatchOr:
		patterns(n.Patterns)
	case *Global, *Nonlocal, *Pass, *Break, *Continue, *Constant, *Name,
		*Alias, *MatchSingleton, *MatchStar:
	}
}

// Inspect calls f for n and, where f returns true, for the nodes below it,
// parents before children.
func Inspect(n Node, f func(Node) bool) {
	if !f(n) {
		return
	}
	Children(n, func(c Node) { Inspect(c, f) })
}
