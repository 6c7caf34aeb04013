package parser

import (
	"github.com/offlet/offlet/internal/python/ast"
	"github.com/offlet/offlet/internal/python/token"
)

// starExpressions: ','.star_expression+ [',']
func (p *parser) starExpressions() ast.Expr {
	start := p.start()
	x := p.starExpression()
	if p.kind != token.Comma {
		return x
	}
	mark := len(p.exprs)
	p.exprs = append(p.exprs, x)
	for p.kind == token.Comma {
		p.next()
		if !p.atExpr() {
			break
		}
		p.exprs = append(p.exprs, p.starExpression())
	}
	return p.tuple(start, mark)
}

// tuple makes a tuple of the expressions above mark.
func (p *parser) tuple(start int32, mark int) *ast.Tuple {
	t := p.slabs.tuple.next()
	t.Elts = p.popExprs(mark)
	t.Span = p.span(start)
	return t
}

// exprStart says which tokens can start an expression (or `*x`).
var exprStart = func() (set [256]bool) {
	for _, k := range []token.Kind{token.Name, token.Number, token.String, token.FStringStart, token.TStringStart,
		token.None, token.True, token.False, token.Not, token.Lambda, token.Await, token.Tilde, token.Plus, token.Minus,
		token.Lparen, token.Lbracket, token.Lbrace, token.Ellipsis, token.Star, token.Error, token.Other} {
		set[k] = true
	}
	return set
}()

// atExpr reports whether an expression follows a comma; if not, the comma is
// a trailing one.
func (p *parser) atExpr() bool { return exprStart[p.kind] }

// starExpression: '*' bitwise_or | expression
func (p *parser) starExpression() ast.Expr {
	if p.kind == token.Star {
		return p.starred(false)
	}
	return p.expression()
}

// starred parses `*x`: x is an expression in calls and (3.11) subscripts, a
// bitwise_or elsewhere.
func (p *parser) starred(full bool) ast.Expr {
	start := p.start()
	p.next()
	s := p.slabs.starred.next()
	if full {
		if p.kind == token.Comma || p.kind == token.Rparen {
			p.fail(p.span(start), "invalid star expression")
		}
		s.Value = p.expression()
	} else {
		s.Value = p.binary(1)
	}
	s.Span = p.span(start)
	return s
}

// starNamedExpression: '*' bitwise_or | named_expression
func (p *parser) starNamedExpression() ast.Expr {
	if p.kind == token.Star {
		return p.starred(false)
	}
	return p.namedExpression()
}

// namedExpression: NAME ':=' expression | expression !':='
func (p *parser) namedExpression() ast.Expr {
	if p.kind == token.Name && p.toks[p.pos+1].Kind == token.ColonEqual {
		return p.assignmentExpression()
	}
	x := p.expression()
	switch p.kind {
	case token.ColonEqual:
		p.fail(x.Range(), "cannot use assignment expressions with %s", exprName(x))
	case token.Equal:
		if _, ok := x.(*ast.Name); ok {
			p.fail(x.Range(), "invalid syntax. Maybe you meant '==' or ':=' instead of '='?")
		}
		switch x := x.(type) {
		case *ast.List, *ast.Tuple, *ast.GeneratorExp, *ast.BoolOp, *ast.IfExp, *ast.Lambda, *ast.Compare:
		case *ast.Constant:
			if x.Kind != ast.True && x.Kind != ast.False && x.Kind != ast.None {
				p.fail(x.Span, "cannot assign to %s here. Maybe you meant '==' instead of '='?", exprName(x))
			}
		default:
			p.fail(x.Range(), "cannot assign to %s here. Maybe you meant '==' instead of '='?", exprName(x))
		}
	}
	return x
}

// assignmentExpression: NAME ':=' expression
func (p *parser) assignmentExpression() ast.Expr {
	n := p.nameExpr()
	n.Ctx = ast.Store
	p.next()
	x := &ast.NamedExpr{Target: n, Value: p.expression()}
	x.Span = p.span(n.Start)
	return x
}

// yieldExpr: 'yield' 'from' expression | 'yield' [star_expressions]
func (p *parser) yieldExpr() ast.Expr {
	start := p.start()
	p.next()
	if p.kind == token.From {
		p.next()
		x := &ast.YieldFrom{Value: p.expression()}
		x.Span = p.span(start)
		return x
	}
	x := &ast.Yield{}
	if p.atExpr() {
		x.Value = p.starExpressions()
	}
	x.Span = p.span(start)
	return x
}

// expression: disjunction ['if' disjunction 'else' expression] | lambdef
func (p *parser) expression() ast.Expr {
	if p.kind == token.Lambda {
		return p.lambdef()
	}
	start := p.start()
	x := p.disjunction()
	if p.kind != token.If {
		return x
	}
	p.enter()
	p.next()
	s := p.slabs.ifExp.next()
	s.Body = x
	s.Test = p.disjunction()
	if p.kind != token.Else {
		if p.kind != token.Colon && p.kind != token.Error {
			p.fail(ast.Span{Start: start, End: p.end()}, "expected 'else' after 'if' expression")
		}
		p.unexpected()
	}
	p.next()
	s.Orelse = p.expression()
	s.Span = p.span(start)
	p.depth--
	return s
}

// lambdef: 'lambda' [lambda_params] ':' expression
func (p *parser) lambdef() ast.Expr {
	p.enter()
	start := p.start()
	p.next()
	s := p.slabs.lambda.next()
	s.Args = p.parameters(token.Colon)
	if p.kind == token.Colon && p.toks[p.pos].Flags&token.Special != 0 {
		// f"{lambda: x}": the colon starts a format spec.
		p.fail(ast.Span{Start: start, End: p.toks[p.pos].End}, "f-string: lambda expressions are not allowed without parentheses")
	}
	p.expect(token.Colon)
	s.Body = p.expression()
	s.Span = p.span(start)
	p.depth--
	return s
}

// disjunction: 'or'.conjunction+
func (p *parser) disjunction() ast.Expr {
	start := p.start()
	x := p.conjunction()
	if p.kind != token.Or {
		return x
	}
	mark := len(p.exprs)
	p.exprs = append(p.exprs, x)
	for p.kind == token.Or {
		p.next()
		p.exprs = append(p.exprs, p.conjunction())
	}
	b := p.slabs.boolOp.next()
	b.Or = true
	b.Values = p.popExprs(mark)
	b.Span = p.span(start)
	return b
}

// conjunction: 'and'.inversion+
func (p *parser) conjunction() ast.Expr {
	start := p.start()
	x := p.inversion()
	if p.kind != token.And {
		return x
	}
	mark := len(p.exprs)
	p.exprs = append(p.exprs, x)
	for p.kind == token.And {
		p.next()
		p.exprs = append(p.exprs, p.inversion())
	}
	b := p.slabs.boolOp.next()
	b.Values = p.popExprs(mark)
	b.Span = p.span(start)
	return b
}

// inversion: 'not' inversion | comparison
func (p *parser) inversion() ast.Expr {
	if p.kind != token.Not {
		return p.comparison()
	}
	p.enter()
	start := p.start()
	p.next()
	x := p.slabs.unaryOp.next()
	x.Op = ast.Not
	x.Operand = p.inversion()
	x.Span = p.span(start)
	p.depth--
	return x
}

// cmpOps maps comparison operators to ast.CmpOp + 1; Not stands for `not in`.
var cmpOps = [256]uint8{
	token.EqEqual: uint8(ast.Eq) + 1, token.NotEqual: uint8(ast.NotEq) + 1,
	token.Less: uint8(ast.Lt) + 1, token.LessEqual: uint8(ast.LtE) + 1,
	token.Greater: uint8(ast.Gt) + 1, token.GreaterEqual: uint8(ast.GtE) + 1,
	token.Is: uint8(ast.Is) + 1, token.In: uint8(ast.In) + 1, token.Not: uint8(ast.NotIn) + 1,
}

// comparison: bitwise_or (compare_op bitwise_or)*
func (p *parser) comparison() ast.Expr {
	start := p.start()
	x := p.binary(1)
	if cmpOps[p.kind] == 0 || p.kind == token.Not && p.peek() != token.In {
		return x
	}
	mark := len(p.exprs)
	var scratch [8]ast.CmpOp
	ops := scratch[:0]
	for {
		op := cmpOps[p.kind]
		if op == 0 {
			break
		}
		switch p.kind {
		case token.Not:
			if p.peek() != token.In {
				p.unexpected()
			}
			p.next()
		case token.Is:
			if p.peek() == token.Not {
				op = uint8(ast.IsNot) + 1
				p.next()
			}
		case token.NotEqual:
			if p.text[p.start()] == '<' {
				p.failHere("invalid syntax: '<>' is Python 2; write '!='")
			}
		}
		p.next()
		ops = append(ops, ast.CmpOp(op-1))
		p.exprs = append(p.exprs, p.binary(1))
	}
	c := p.slabs.compare.next()
	c.Left = x
	c.Ops = p.slabs.cmpOps.clone(ops)
	c.Comparators = p.popExprs(mark)
	c.Span = p.span(start)
	return c
}

// binPrec holds the precedence of the binary operators, the loosest being 1.
var binPrec = [256]uint8{
	token.Pipe: 1, token.Caret: 2, token.Amp: 3, token.LShift: 4, token.RShift: 4,
	token.Plus: 5, token.Minus: 5,
	token.Star: 6, token.Slash: 6, token.DoubleSlash: 6, token.Percent: 6, token.At: 6,
}

// binary parses operators of precedence min and tighter: bitwise_or,
// bitwise_xor, bitwise_and, shift_expr, sum and term of the grammar.
func (p *parser) binary(min uint8) ast.Expr {
	start := p.start()
	x := p.factor()
	for links := 0; ; links++ {
		prec := binPrec[p.kind]
		if prec < min || prec == 0 {
			if links > longChain {
				p.checkDepth(x)
			}
			return x
		}
		b := p.slabs.binOp.next()
		b.Op = ast.Operator(p.kind - token.Plus)
		p.next()
		b.Left = x
		if prec == 6 {
			b.Right = p.factor()
		} else {
			b.Right = p.binary(prec + 1)
		}
		b.Span = p.span(start)
		x = b
	}
}

// factor: ('+' | '-' | '~') factor | await_primary ['**' factor]
func (p *parser) factor() ast.Expr {
	start := p.start()
	var op ast.UnaryOperator
	switch p.kind {
	case token.Plus:
		op = ast.UAdd
	case token.Minus:
		op = ast.USub
	case token.Tilde:
		op = ast.Invert
	default:
		x := p.awaitPrimary()
		if p.kind != token.DoubleStar {
			return x
		}
		p.enter()
		p.next()
		b := p.slabs.binOp.next()
		b.Op = ast.Pow
		b.Left = x
		b.Right = p.factor()
		b.Span = p.span(start)
		p.depth--
		return b
	}
	p.enter()
	p.next()
	u := p.slabs.unaryOp.next()
	u.Op = op
	u.Operand = p.factor()
	u.Span = p.span(start)
	p.depth--
	return u
}

// awaitPrimary: ['await'] primary
func (p *parser) awaitPrimary() ast.Expr {
	if p.kind != token.Await {
		return p.primary()
	}
	start := p.start()
	p.next()
	x := &ast.Await{Value: p.primary()}
	x.Span = p.span(start)
	return x
}

// primary: atom ('.' NAME | '(' [arguments] ')' | genexp | '[' slices ']')*
func (p *parser) primary() ast.Expr {
	start := p.start()
	x := p.atom()
	for links := 0; ; links++ {
		switch p.kind {
		case token.Dot:
			p.next()
			a := p.slabs.attribute.next()
			a.Value = x
			a.Attr = p.ident()
			a.Span = ast.Span{Start: start, End: a.Attr.End}
			x = a
		case token.Lparen:
			c := p.slabs.call.next()
			c.Func = x
			c.Lparen = p.start()
			p.next()
			if p.kind != token.Rparen {
				c.Args, c.Keywords = p.arguments(c.Lparen)
			}
			p.next()
			c.Span = p.span(start)
			x = c
		case token.Lbracket:
			p.next()
			s := p.slabs.subscript.next()
			s.Value = x
			s.Slice = p.slices()
			p.expect(token.Rbracket)
			s.Span = p.span(start)
			x = s
		default:
			if links > longChain {
				p.checkDepth(x)
			}
			return x
		}
	}
}

// arguments parses the arguments of a call, or of a class if lparen is
// negative, up to the closing parenthesis, which is not skipped. The sole
// argument of a call can be a generator expression without parentheses of its
// own; its span is that of the call's.
func (p *parser) arguments(lparen int32) ([]ast.Expr, []*ast.Keyword) {
	mark, kwMark := len(p.exprs), len(p.keywords)
	unpacked := false // a **mapping was seen
	for p.kind != token.Rparen {
		start := p.start()
		switch p.kind {
		case token.Star:
			if unpacked {
				p.failHere("iterable argument unpacking follows keyword argument unpacking")
			}
			p.exprs = append(p.exprs, p.starred(true))
		case token.DoubleStar:
			p.next()
			k := p.slabs.keyword.next()
			k.Value = p.expression()
			k.Span = p.span(start)
			if p.kind == token.Equal {
				p.fail(k.Span, "cannot assign to keyword argument unpacking")
			}
			p.keywords = append(p.keywords, k)
			unpacked = true
		case token.Name:
			if next := p.toks[p.pos+1].Kind; next == token.Equal {
				k := p.slabs.keyword.next()
				k.Name = p.newIdent()
				p.next()
				if p.kind == token.Comma || p.kind == token.Rparen {
					p.fail(p.span(start), "expected argument value expression")
				}
				k.Value = p.expression()
				k.Span = p.span(start)
				p.keywords = append(p.keywords, k)
				if p.kind == token.For || p.kind == token.Async {
					p.fail(k.Span, "invalid syntax. Maybe you meant '==' or ':=' instead of '='?")
				}
				break
			} else if next == token.ColonEqual {
				p.argument(p.assignmentExpression(), start, lparen, mark, kwMark, unpacked)
				break
			}
			fallthrough
		default:
			p.argument(p.expression(), start, lparen, mark, kwMark, unpacked)
		}
		if p.kind == token.Comma {
			p.next()
		} else if p.kind != token.Rparen {
			p.missingComma(ast.Span{Start: start})
		}
	}
	args := p.popExprs(mark)
	var kws []*ast.Keyword
	if len(p.keywords) > kwMark {
		kws = p.slabs.keywords.clone(p.keywords[kwMark:])
		p.keywords = p.keywords[:kwMark]
	}
	return args, kws
}

// argument handles the positional argument x.
func (p *parser) argument(x ast.Expr, start, lparen int32, mark, kwMark int, unpacked bool) {
	switch p.kind {
	case token.For, token.Async:
		if lparen < 0 {
			p.unexpected()
		}
		g := p.slabs.generatorExp.next()
		g.Elt = x
		g.Generators = p.forIfClauses()
		if p.kind != token.Rparen || len(p.exprs) > mark || len(p.keywords) > kwMark {
			p.fail(p.span(start), "generator expression must be parenthesized")
		}
		g.Span = ast.Span{Start: lparen, End: p.toks[p.pos].End}
		p.exprs = append(p.exprs, g)
		return
	case token.Equal:
		if c, ok := x.(*ast.Constant); ok && (c.Kind == ast.True || c.Kind == ast.False || c.Kind == ast.None) && c.Start == start {
			p.fail(x.Range(), "cannot assign to %s", exprName(x))
		}
		p.fail(ast.Span{Start: start, End: p.toks[p.pos].End}, "expression cannot contain assignment, perhaps you meant \"==\"?")
	case token.ColonEqual:
		p.fail(x.Range(), "cannot use assignment expressions with %s", exprName(x))
	}
	if len(p.keywords) > kwMark {
		if unpacked {
			p.fail(ast.Span{Start: start, End: p.end()}, "positional argument follows keyword argument unpacking")
		}
		p.fail(ast.Span{Start: start, End: p.end()}, "positional argument follows keyword argument")
	}
	p.exprs = append(p.exprs, x)
}

// missingComma reports an expression that follows x in brackets.
func (p *parser) missingComma(x ast.Node) {
	p.python2()
	prev := p.toks[p.pos-1]
	if startsExpr(p.kind) && p.kind != token.Other && !(prev.Kind == token.Name && p.kind == token.String) {
		p.fail(ast.Span{Start: x.Range().Start, End: p.toks[p.pos].End}, "invalid syntax. Perhaps you forgot a comma?")
	}
	p.unexpected()
}

// slices: slice !',' | ','.(slice | starred_expression)+ [',']
func (p *parser) slices() ast.Expr {
	start := p.start()
	x := p.slice()
	_, star := x.(*ast.Starred)
	if p.kind != token.Comma && !star {
		if p.kind != token.Rbracket {
			p.missingComma(x)
		}
		return x
	}
	mark := len(p.exprs)
	p.exprs = append(p.exprs, x)
	for p.kind == token.Comma {
		p.next()
		if p.kind == token.Rbracket {
			break
		}
		p.exprs = append(p.exprs, p.slice())
	}
	return p.tuple(start, mark)
}

// slice: [expression] ':' [expression] [':' [expression]] | named_expression
func (p *parser) slice() ast.Expr {
	start := p.start()
	var lower ast.Expr
	switch {
	case p.kind == token.Colon:
	case p.kind == token.Star && p.minor >= 11:
		return p.starred(true)
	case p.kind == token.Name && p.peek() == token.ColonEqual:
		return p.assignmentExpression()
	default:
		lower = p.namedExpression()
		if p.kind != token.Colon {
			return lower
		}
	}
	p.next()
	s := p.slabs.slice.next()
	s.Lower = lower
	if p.kind != token.Colon && p.kind != token.Comma && p.kind != token.Rbracket {
		s.Upper = p.expression()
	}
	if p.kind == token.Colon {
		p.next()
		if p.kind != token.Comma && p.kind != token.Rbracket {
			s.Step = p.expression()
		}
	}
	s.Span = p.span(start)
	return s
}

// nameExpr reads a variable.
func (p *parser) nameExpr() *ast.Name {
	if p.kind != token.Name {
		p.unexpected()
	}
	t := &p.toks[p.pos]
	n := p.slabs.name.next()
	n.Start, n.End = t.Start, t.End
	n.Sym = -1
	n.Id = p.text[t.Start:t.End]
	if t.Flags&token.NonASCII != 0 {
		n.Id = token.Normalize(n.Id)
	}
	p.next()
	return n
}

func (p *parser) constant(k ast.ConstKind) ast.Expr {
	c := p.slabs.constant.next()
	c.Kind = k
	c.Span = p.tokenSpan()
	p.next()
	return c
}

func (p *parser) atom() ast.Expr {
	switch p.kind {
	case token.Name:
		return p.nameExpr()
	case token.String, token.FStringStart, token.TStringStart:
		return p.strings()
	case token.Number:
		return p.number()
	case token.Lparen:
		return p.paren()
	case token.Lbracket:
		return p.list()
	case token.Lbrace:
		return p.brace()
	case token.None:
		return p.constant(ast.None)
	case token.True:
		return p.constant(ast.True)
	case token.False:
		return p.constant(ast.False)
	case token.Ellipsis:
		return p.constant(ast.Ellipsis)
	}
	p.unexpected()
	return nil
}

// paren: '(' … ')': tuple | group | genexp
func (p *parser) paren() ast.Expr {
	p.enter()
	start := p.start()
	p.next()
	x := p.parenBody(start, token.Rparen)
	p.depth--
	return x
}

// parenBody parses what stands in parentheses and the closing token. The
// expression in a field of an f-string before 3.12 is such a body too: CPython
// compiles it in parentheses.
func (p *parser) parenBody(start int32, close token.Kind) ast.Expr {
	// closed is the span of the whole, once its last token is reached.
	closed := func() ast.Span {
		if close == token.EndMarker {
			return ast.Span{Start: start, End: p.end() + 1}
		}
		p.next()
		return p.span(start)
	}
	switch p.kind {
	case close:
		t := p.slabs.tuple.next()
		t.Span = closed()
		return t
	case token.Yield:
		x := p.yieldExpr()
		if p.kind != close {
			p.missingComma(x)
		}
		closed()
		return x
	case token.DoubleStar:
		p.failHere("cannot use double starred expression here")
	}
	x := p.starNamedExpression()
	switch p.kind {
	case close:
		if _, ok := x.(*ast.Starred); ok {
			p.fail(x.Range(), "cannot use starred expression here")
		}
		closed()
		return x
	case token.For, token.Async:
		p.noUnpacking(x)
		g := p.slabs.generatorExp.next()
		g.Elt = x
		g.Generators = p.forIfClauses()
		if p.kind != close {
			p.missingComma(lastPart(g.Generators))
		}
		g.Span = closed()
		return g
	case token.Comma:
		mark := len(p.exprs)
		p.exprs = append(p.exprs, x)
		p.elements(close)
		t := p.slabs.tuple.next()
		t.Elts = p.popExprs(mark)
		t.Span = closed()
		return t
	}
	p.missingComma(x)
	return nil
}

// lastPart returns the last expression of the clauses of a comprehension.
func lastPart(gens []*ast.Comprehension) ast.Node {
	g := gens[len(gens)-1]
	if n := len(g.Ifs); n > 0 {
		return g.Ifs[n-1]
	}
	return g.Iter
}

// elements parses (',' star_named_expression)* [','] up to close.
func (p *parser) elements(close token.Kind) {
	for p.kind == token.Comma {
		p.next()
		if p.kind == close {
			return
		}
		p.exprs = append(p.exprs, p.starNamedExpression())
	}
	if p.kind != close {
		if p.kind == token.For && close != token.Rparen {
			p.failHere("did you forget parentheses around the comprehension target?")
		}
		p.missingComma(p.exprs[len(p.exprs)-1])
	}
}

func (p *parser) noUnpacking(x ast.Expr) {
	if _, ok := x.(*ast.Starred); ok {
		p.fail(x.Range(), "iterable unpacking cannot be used in comprehension")
	}
}

// list: '[' [star_named_expressions] ']' | '[' named_expression for_if_clauses ']'
func (p *parser) list() ast.Expr {
	p.enter()
	start := p.start()
	p.next()
	mark := len(p.exprs)
	if p.kind != token.Rbracket {
		x := p.starNamedExpression()
		if p.kind == token.For || p.kind == token.Async {
			p.noUnpacking(x)
			c := p.slabs.listComp.next()
			c.Elt = x
			c.Generators = p.forIfClauses()
			if p.kind != token.Rbracket {
				p.missingComma(lastPart(c.Generators))
			}
			p.next()
			c.Span = p.span(start)
			p.depth--
			return c
		}
		p.exprs = append(p.exprs, x)
		p.elements(token.Rbracket)
	}
	p.next()
	l := p.slabs.list.next()
	l.Elts = p.popExprs(mark)
	l.Span = p.span(start)
	p.depth--
	return l
}

// brace: dict | set | dictcomp | setcomp
func (p *parser) brace() ast.Expr {
	p.enter()
	start := p.start()
	p.next()
	var x ast.Expr
	switch p.kind {
	case token.Rbrace:
		p.next()
		d := p.slabs.dict.next()
		d.Span = p.span(start)
		x = d
	case token.DoubleStar:
		x = p.dict(start, nil)
	case token.Star:
		x = p.set(start, p.starred(false))
	default:
		walrus := p.kind == token.Name && p.peek() == token.ColonEqual
		first := p.namedExpression()
		if p.kind == token.Colon && !walrus {
			x = p.dict(start, first)
		} else {
			x = p.set(start, first)
		}
	}
	p.depth--
	return x
}

func (p *parser) set(start int32, first ast.Expr) ast.Expr {
	if p.kind == token.For || p.kind == token.Async {
		p.noUnpacking(first)
		c := &ast.SetComp{Elt: first, Generators: p.forIfClauses()}
		if p.kind != token.Rbrace {
			p.missingComma(lastPart(c.Generators))
		}
		p.next()
		c.Span = p.span(start)
		return c
	}
	mark := len(p.exprs)
	p.exprs = append(p.exprs, first)
	p.elements(token.Rbrace)
	p.next()
	s := &ast.Set{Elts: p.popExprs(mark)}
	s.Span = p.span(start)
	return s
}

// dict parses a dict display from its first colon on, or from the brace if
// key is nil.
//
//	double_starred_kvpair: '**' bitwise_or | expression ':' expression
func (p *parser) dict(start int32, key ast.Expr) ast.Expr {
	mark := len(p.exprs) // keys and values in turn
	for {
		var value ast.Expr
		if key == nil && p.kind == token.DoubleStar {
			at := p.start()
			p.next()
			value = p.binary(1)
			if (p.kind == token.For || p.kind == token.Async) && len(p.exprs) == mark {
				p.fail(p.span(at), "dict unpacking cannot be used in dict comprehension")
			}
		} else {
			if key == nil {
				if p.kind == token.Star {
					p.failHere("cannot use a starred expression in a dictionary value")
				}
				key = p.expression()
				if p.kind != token.Colon {
					if p.kind == token.Comma || p.kind == token.Rbrace {
						p.fail(key.Range(), "':' expected after dictionary key")
					}
					p.missingComma(key)
				}
			}
			p.next()
			if p.kind == token.Rbrace || p.kind == token.Comma {
				p.failHere("expression expected after dictionary key and ':'")
			}
			if p.kind == token.Star {
				p.failHere("cannot use a starred expression in a dictionary value")
			}
			value = p.expression()
			if (p.kind == token.For || p.kind == token.Async) && len(p.exprs) == mark {
				c := &ast.DictComp{Key: key, Value: value, Generators: p.forIfClauses()}
				if p.kind != token.Rbrace {
					p.missingComma(lastPart(c.Generators))
				}
				p.next()
				c.Span = p.span(start)
				return c
			}
		}
		p.exprs = append(p.exprs, key, value)
		key = nil
		if p.kind == token.Comma {
			p.next()
			if p.kind != token.Rbrace {
				continue
			}
		}
		if p.kind != token.Rbrace {
			p.missingComma(value)
		}
		break
	}
	p.next()
	d := p.slabs.dict.next()
	// Split the pairs into two lists in the slab.
	pairs := p.exprs[mark:]
	n := len(pairs) / 2
	for i := 0; i < n; i++ {
		p.exprs = append(p.exprs, p.exprs[mark+2*i])
	}
	for i := 0; i < n; i++ {
		p.exprs = append(p.exprs, p.exprs[mark+2*i+1])
	}
	both := p.slabs.exprs.clone(p.exprs[mark+2*n:])
	d.Keys, d.Values = both[:n:n], both[n:]
	p.exprs = p.exprs[:mark]
	d.Span = p.span(start)
	return d
}

// forIfClauses: (['async'] 'for' star_targets 'in' disjunction ('if' disjunction)*)+
func (p *parser) forIfClauses() []*ast.Comprehension {
	var scratch [4]*ast.Comprehension
	list := scratch[:0]
	for p.kind == token.For || p.kind == token.Async {
		c := p.slabs.comprehension.next()
		start := p.start()
		if p.kind == token.Async {
			c.Async = true
			p.next()
			if p.kind != token.For {
				p.unexpected()
			}
		}
		p.next()
		c.Target = p.starTargets()
		c.Iter = p.disjunction()
		mark := len(p.exprs)
		for p.kind == token.If {
			p.next()
			p.exprs = append(p.exprs, p.disjunction())
		}
		c.Ifs = p.popExprs(mark)
		c.Span = p.span(start)
		list = append(list, c)
	}
	return p.slabs.comps.clone(list)
}
