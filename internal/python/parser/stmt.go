package parser

import (
	"github.com/offlet/offlet/internal/python/ast"
	"github.com/offlet/offlet/internal/python/token"
)

// statements: statement+ up to a token of kind end, which is not skipped.
func (p *parser) statements(end token.Kind) []ast.Stmt {
	mark := len(p.stmts)
	for p.kind != end {
		p.statement()
	}
	return p.popStmts(mark)
}

func (p *parser) popStmts(mark int) []ast.Stmt {
	list := p.slabs.stmts.clone(p.stmts[mark:])
	p.stmts = p.stmts[:mark]
	return list
}

func (p *parser) popExprs(mark int) []ast.Expr {
	list := p.slabs.exprs.clone(p.exprs[mark:])
	p.exprs = p.exprs[:mark]
	return list
}

// statement: compound_stmt | simple_stmts. What it parses is pushed on
// p.stmts.
func (p *parser) statement() {
	var s ast.Stmt
	switch p.kind {
	case token.If:
		s = p.ifStmt()
	case token.Def:
		s = p.functionDef(nil, p.start(), p.start(), false)
	case token.Class:
		s = p.classDef(nil, p.start())
	case token.For:
		s = p.forStmt(p.start(), false)
	case token.While:
		s = p.whileStmt()
	case token.With:
		s = p.withStmt(p.start(), false)
	case token.Try:
		s = p.tryStmt()
	case token.At:
		s = p.decorated()
	case token.Async:
		start := p.start()
		p.next()
		switch p.kind {
		case token.Def:
			s = p.functionDef(nil, start, start, true)
		case token.For:
			s = p.forStmt(start, true)
		case token.With:
			s = p.withStmt(start, true)
		default:
			p.unexpected()
		}
	case token.Name:
		if p.tokenText() == "match" && p.atMatch() {
			s = p.matchStmt()
			break
		}
		p.simpleStmts()
		return
	default:
		p.simpleStmts()
		return
	}
	p.stmts = append(p.stmts, s)
}

// simpleStmts: ';'.simple_stmt+ [';'] NEWLINE
func (p *parser) simpleStmts() {
	for {
		p.stmts = append(p.stmts, p.simpleStmt())
		if p.kind == token.Newline {
			break
		}
		if p.kind != token.Semi {
			p.unexpected()
		}
		p.next()
		if p.kind == token.Newline {
			break
		}
	}
	p.next()
}

// block: NEWLINE INDENT statements DEDENT | simple_stmts. kw is the offset of
// the statement's keyword and what names the statement, for messages.
func (p *parser) block(what string, kw int32) []ast.Stmt {
	mark := len(p.stmts)
	if p.kind != token.Newline {
		p.simpleStmts()
		return p.popStmts(mark)
	}
	p.next()
	if p.kind != token.Indent {
		if p.kind == token.Error {
			p.unexpected()
		}
		p.failIndent("expected an indented block after %s on line %d", what, p.line(kw))
	}
	p.next()
	for p.kind != token.Dedent {
		p.statement()
	}
	p.next()
	return p.popStmts(mark)
}

// line returns the 1-based line of an offset; only messages need it.
func (p *parser) line(off int32) int {
	n := 1
	for i := int32(0); i < off; i++ {
		switch p.text[i] {
		case '\n':
			n++
		case '\r':
			if p.text[i+1] != '\n' {
				n++
			}
		}
	}
	return n
}

func (p *parser) simpleStmt() ast.Stmt {
	start := p.start()
	switch p.kind {
	case token.Return:
		p.next()
		s := p.slabs.ret.next()
		if p.kind != token.Newline && p.kind != token.Semi {
			s.Value = p.starExpressions()
		}
		s.Span = p.span(start)
		return s
	case token.Import:
		return p.importName()
	case token.From:
		return p.importFrom()
	case token.Raise:
		p.next()
		s := p.slabs.raise.next()
		if p.kind != token.Newline && p.kind != token.Semi {
			s.Exc = p.expression()
			if p.kind == token.From {
				p.next()
				s.Cause = p.expression()
			} else if p.kind == token.Comma {
				p.failHere("invalid syntax: 'raise E, V' is Python 2; write 'raise E(V)'")
			}
		}
		s.Span = p.span(start)
		return s
	case token.Pass:
		p.next()
		s := p.slabs.pass.next()
		s.Span = p.span(start)
		return s
	case token.Break:
		p.next()
		return &ast.Break{Span: p.span(start)}
	case token.Continue:
		p.next()
		return &ast.Continue{Span: p.span(start)}
	case token.Del:
		return p.delStmt()
	case token.Assert:
		p.next()
		s := p.slabs.assert.next()
		s.Test = p.expression()
		if p.kind == token.Comma {
			p.next()
			s.Msg = p.expression()
		}
		s.Span = p.span(start)
		return s
	case token.Global:
		p.next()
		names := p.nameList()
		return &ast.Global{Span: p.span(start), Names: names}
	case token.Nonlocal:
		p.next()
		names := p.nameList()
		return &ast.Nonlocal{Span: p.span(start), Names: names}
	case token.Yield:
		x := p.yieldExpr()
		return p.afterExpr(start, x)
	case token.Name:
		if p.minor >= 12 && p.peek() == token.Name && p.tokenText() == "type" {
			return p.typeAlias()
		}
	}
	return p.afterExpr(start, p.starExpressions())
}

// afterExpr parses what follows an expression at the start of a statement.
//
//	assignment: NAME ':' expression ['=' annotated_rhs]
//	    | ('(' single_target ')' | single_subscript_attribute_target) ':' …
//	    | (star_targets '=')+ (yield_expr | star_expressions)
//	    | single_target augassign (yield_expr | star_expressions)
//	star_expressions
func (p *parser) afterExpr(start int32, x ast.Expr) ast.Stmt {
	switch {
	case p.kind == token.Newline:
	case p.kind == token.Equal:
		mark := len(p.exprs)
		for p.kind == token.Equal {
			p.store(x, "assign to", " here. Maybe you meant '==' instead of '='?")
			p.next()
			p.exprs = append(p.exprs, x)
			x = p.annotatedRHS()
		}
		s := p.slabs.assign.next()
		s.Targets = p.popExprs(mark)
		s.Value = x
		s.Span = p.span(start)
		return s
	case p.kind == token.Colon:
		return p.annAssign(start, x)
	case p.kind.IsAugAssign():
		switch x := x.(type) {
		case *ast.Name:
			x.Ctx = ast.Store
		case *ast.Attribute:
			x.Ctx = ast.Store
		case *ast.Subscript:
			x.Ctx = ast.Store
		default:
			p.fail(x.Range(), "'%s' is an illegal expression for augmented assignment", exprName(x))
		}
		s := p.slabs.augAssign.next()
		s.Target = x
		s.Op = ast.Operator(p.kind - token.PlusEqual)
		p.next()
		s.Value = p.annotatedRHS()
		s.Span = p.span(start)
		return s
	}
	s := p.slabs.exprStmt.next()
	s.Value = x
	s.Span = p.span(start)
	return s
}

func (p *parser) annAssign(start int32, x ast.Expr) ast.Stmt {
	s := p.slabs.annAssign.next()
	switch x := x.(type) {
	case *ast.Name:
		x.Ctx = ast.Store
		s.Simple = x.Start == start
	case *ast.Attribute:
		x.Ctx = ast.Store
	case *ast.Subscript:
		x.Ctx = ast.Store
	case *ast.List:
		p.fail(x.Span, "only single target (not list) can be annotated")
	case *ast.Tuple:
		p.fail(x.Span, "only single target (not tuple) can be annotated")
	default:
		if p.toks[p.pos+1].Kind == token.Newline { // else: try: …
			p.unexpected()
		}
		p.fail(x.Range(), "illegal target for annotation")
	}
	p.next()
	s.Target = x
	s.Annotation = p.expression()
	if p.kind == token.Equal {
		p.next()
		s.Value = p.annotatedRHS()
	}
	s.Span = p.span(start)
	return s
}

// annotatedRHS: yield_expr | star_expressions
func (p *parser) annotatedRHS() ast.Expr {
	if p.kind == token.Yield {
		return p.yieldExpr()
	}
	return p.starExpressions()
}

func (p *parser) nameList() []*ast.Ident {
	var names []*ast.Ident
	for {
		names = append(names, p.newIdent())
		if p.kind != token.Comma {
			return names
		}
		p.next()
	}
}

// delStmt: 'del' del_targets
func (p *parser) delStmt() ast.Stmt {
	start := p.start()
	p.next()
	mark := len(p.exprs)
	for {
		x := p.starExpression()
		p.del(x)
		p.exprs = append(p.exprs, x)
		if p.kind != token.Comma {
			break
		}
		p.next()
		if p.kind == token.Newline || p.kind == token.Semi {
			break
		}
	}
	s := p.slabs.del.next()
	s.Targets = p.popExprs(mark)
	s.Span = p.span(start)
	if p.kind != token.Newline && p.kind != token.Semi {
		p.unexpected()
	}
	return s
}

// dottedName: NAME ('.' NAME)*
func (p *parser) dottedName() ast.Ident {
	id := p.ident()
	for p.kind == token.Dot {
		p.next()
		part := p.ident()
		if id.Name == p.text[id.Start:id.End] && part.Start == id.End+1 && part.Name == p.text[part.Start:part.End] {
			id.Name = p.text[id.Start:part.End]
		} else { // a . b, or letters that are normalised
			id.Name += "." + part.Name
		}
		id.End = part.End
	}
	return id
}

// importName: 'import' ','.(dotted_name ['as' NAME])+
func (p *parser) importName() ast.Stmt {
	start := p.start()
	p.next()
	var scratch [8]*ast.Alias
	names := scratch[:0]
	for {
		a := p.slabs.alias.next()
		a.Name = p.dottedName()
		p.asName(a)
		names = append(names, a)
		if p.kind != token.Comma {
			break
		}
		p.next()
	}
	s := p.slabs.imp.next()
	s.Names = p.slabs.aliases.clone(names)
	s.Span = p.span(start)
	return s
}

func (p *parser) asName(a *ast.Alias) {
	if p.kind == token.As {
		p.next()
		a.AsName = p.newIdent()
	}
	a.Span = p.span(a.Name.Start)
}

// importFrom: 'from' ('.' | '...')* [dotted_name] 'import' import_from_targets
func (p *parser) importFrom() ast.Stmt {
	start := p.start()
	p.next()
	s := p.slabs.importFrom.next()
	for {
		if p.kind == token.Dot {
			s.Level++
		} else if p.kind == token.Ellipsis {
			s.Level += 3
		} else {
			break
		}
		p.next()
	}
	if p.kind != token.Import || s.Level == 0 {
		m := p.slabs.ident.next()
		*m = p.dottedName()
		s.Module = m
	}
	p.expect(token.Import)
	var scratch [16]*ast.Alias
	names := scratch[:0]
	switch p.kind {
	case token.Star:
		a := p.slabs.alias.next()
		a.Name = ast.Ident{Span: p.tokenSpan(), Binding: ast.Binding{Sym: -1}, Name: "*"}
		a.Span = a.Name.Span
		p.next()
		names = append(names, a)
	case token.Lparen:
		s.Parens = true
		p.next()
		for {
			names = append(names, p.importFromAsName())
			if p.kind == token.Comma {
				p.next()
				if p.kind == token.Rparen {
					break
				}
				continue
			}
			break
		}
		p.expect(token.Rparen)
	case token.Newline:
		p.failHere("expected one or more names after 'import'")
	default:
		for {
			names = append(names, p.importFromAsName())
			if p.kind != token.Comma {
				break
			}
			p.next()
			if p.kind == token.Newline {
				p.failHere("trailing comma not allowed without surrounding parentheses")
			}
		}
	}
	s.Names = p.slabs.aliases.clone(names)
	s.Span = p.span(start)
	return s
}

func (p *parser) importFromAsName() *ast.Alias {
	a := p.slabs.alias.next()
	a.Name = p.ident()
	p.asName(a)
	return a
}

// typeAlias: "type" NAME [type_params] '=' expression
func (p *parser) typeAlias() ast.Stmt {
	start := p.start()
	p.next()
	s := p.slabs.typeAlias.next()
	s.Name = p.nameExpr()
	s.Name.Ctx = ast.Store
	s.TypeParams = p.typeParams()
	p.expect(token.Equal)
	s.Value = p.expression()
	s.Span = p.span(start)
	return s
}

// typeParams: ['[' type_param_seq ']']
//
//	type_param: NAME [':' expression] ['=' expression]
//	    | '*' NAME ['=' star_expression]
//	    | '**' NAME ['=' expression]
func (p *parser) typeParams() []*ast.TypeParam {
	if p.minor < 12 || p.kind != token.Lbracket {
		return nil
	}
	p.next()
	if p.kind == token.Rbracket {
		p.failHere("type parameter list cannot be empty")
	}
	var params []*ast.TypeParam
	for {
		t := &ast.TypeParam{Kind: ast.TypeVar}
		start := p.start()
		switch p.kind {
		case token.Star:
			t.Kind = ast.TypeVarTuple
			p.next()
		case token.DoubleStar:
			t.Kind = ast.ParamSpec
			p.next()
		}
		t.Name = p.ident()
		if p.kind == token.Colon {
			switch t.Kind {
			case ast.TypeVarTuple:
				p.failHere("cannot use bound with TypeVarTuple")
			case ast.ParamSpec:
				p.failHere("cannot use bound with ParamSpec")
			}
			p.next()
			t.Bound = p.expression()
		}
		if p.minor >= 13 && p.kind == token.Equal {
			p.next()
			if t.Kind == ast.TypeVarTuple {
				t.Default = p.starExpression()
			} else {
				t.Default = p.expression()
			}
		}
		t.Span = p.span(start)
		params = append(params, t)
		if p.kind != token.Comma {
			break
		}
		p.next()
		if p.kind == token.Rbracket {
			break
		}
	}
	p.expect(token.Rbracket)
	return params
}

// decorated: ('@' named_expression NEWLINE)+ (class_def_raw | function_def_raw)
func (p *parser) decorated() ast.Stmt {
	at := p.start()
	mark := len(p.exprs)
	for p.kind == token.At {
		p.next()
		p.exprs = append(p.exprs, p.namedExpression())
		p.expect(token.Newline)
	}
	decorators := p.popExprs(mark)
	start := p.start()
	switch p.kind {
	case token.Class:
		return p.classDef(decorators, at)
	case token.Def:
		return p.functionDef(decorators, at, start, false)
	case token.Async:
		p.next()
		if p.kind == token.Def {
			return p.functionDef(decorators, at, start, true)
		}
	}
	p.unexpected()
	return nil
}

// functionDef: 'def' NAME [type_params] '(' [params] ')' ['->' expression] ':' block
//
// The current token is def; start is the offset of async or def.
func (p *parser) functionDef(decorators []ast.Expr, at, start int32, async bool) ast.Stmt {
	s := p.slabs.functionDef.next()
	s.Async, s.Decorators, s.DecoratorsStart = async, decorators, at
	p.next()
	s.Name = p.ident()
	s.TypeParams = p.typeParams()
	if p.kind != token.Lparen {
		if p.kind == token.Error {
			p.unexpected()
		}
		p.failHere("expected '('")
	}
	p.next()
	s.Args = p.parameters(token.Rparen)
	p.expect(token.Rparen)
	if p.kind == token.Arrow {
		p.next()
		s.Returns = p.expression()
	}
	if p.kind != token.Colon && p.kind != token.Error {
		p.failHere("expected ':'")
	}
	p.expectColon()
	s.Body = p.block("function definition", start)
	s.Span = ast.Span{Start: start, End: p.lastEnd()}
	return s
}

// classDef: 'class' NAME [type_params] ['(' [arguments] ')'] ':' block
func (p *parser) classDef(decorators []ast.Expr, at int32) ast.Stmt {
	start := p.start()
	s := p.slabs.classDef.next()
	s.Decorators, s.DecoratorsStart = decorators, at
	p.next()
	s.Name = p.ident()
	s.TypeParams = p.typeParams()
	if p.kind == token.Lparen {
		p.next()
		s.Bases, s.Keywords = p.arguments(-1)
		p.next()
	}
	p.expectColon()
	s.Body = p.block("class definition", start)
	s.Span = ast.Span{Start: start, End: p.lastEnd()}
	return s
}

// ifStmt: ('if' | 'elif') named_expression ':' block (elif_stmt | [else_block])
func (p *parser) ifStmt() ast.Stmt {
	p.enter()
	start := p.start()
	what := "'if' statement"
	if p.kind == token.Elif {
		what = "'elif' statement"
	}
	p.next()
	s := p.slabs.ifStmt.next()
	s.Test = p.namedExpression()
	p.expectColon()
	s.Body = p.block(what, start)
	if p.kind == token.Elif {
		mark := len(p.stmts)
		elif := p.ifStmt()
		p.stmts = append(p.stmts, elif)
		s.Orelse = p.popStmts(mark)
	} else {
		s.Orelse = p.elseBlock()
	}
	s.Span = ast.Span{Start: start, End: p.lastEnd()}
	p.depth--
	return s
}

// elseBlock: ['else' ':' block]
func (p *parser) elseBlock() []ast.Stmt {
	if p.kind != token.Else {
		return nil
	}
	kw := p.start()
	p.next()
	p.forcedColon()
	return p.block("'else' statement", kw)
}

// forcedColon is &&':' of the grammar: it fails with its own message.
func (p *parser) forcedColon() {
	if p.kind != token.Colon {
		if p.kind == token.Error {
			p.unexpected()
		}
		p.failHere("expected ':'")
	}
	p.next()
}

func (p *parser) whileStmt() ast.Stmt {
	start := p.start()
	p.next()
	s := p.slabs.while.next()
	s.Test = p.namedExpression()
	p.expectColon()
	s.Body = p.block("'while' statement", start)
	s.Orelse = p.elseBlock()
	s.Span = ast.Span{Start: start, End: p.lastEnd()}
	return s
}

// forStmt: 'for' star_targets 'in' star_expressions ':' block [else_block]
func (p *parser) forStmt(start int32, async bool) ast.Stmt {
	kw := p.start()
	p.next()
	s := p.slabs.forStmt.next()
	s.Async = async
	s.Target = p.starTargets()
	s.Iter = p.starExpressions()
	p.forcedColonFor()
	s.Body = p.block("'for' statement", kw)
	s.Orelse = p.elseBlock()
	s.Span = ast.Span{Start: start, End: p.lastEnd()}
	return s
}

func (p *parser) forcedColonFor() {
	if p.kind != token.Colon && p.kind != token.Error && p.minor < 12 {
		p.failHere("expected ':'")
	}
	p.expectColon()
}

// withStmt: 'with' '(' ','.with_item+ ','? ')' ':' block | 'with' ','.with_item+ ':' block
//
// The first alternative wins where it fits: `with (a, b):` enters a and b, not
// a tuple.
func (p *parser) withStmt(start int32, async bool) ast.Stmt {
	kw := p.start()
	p.next()
	s := p.slabs.with.next()
	s.Async = async
	if p.kind == token.Lparen {
		s.Items = p.parenWithItems()
		s.Parens = s.Items != nil
	}
	if s.Items == nil {
		var scratch [8]*ast.WithItem
		items := scratch[:0]
		for {
			it := p.slabs.withItem.next()
			at := p.start()
			it.Context = p.expression()
			if p.kind == token.As {
				p.next()
				it.Vars = p.starTarget()
			}
			it.Span = p.span(at)
			items = append(items, it)
			if p.kind != token.Comma {
				break
			}
			p.next()
		}
		s.Items = p.slabs.items.clone(items)
	}
	p.expectColon()
	s.Body = p.block("'with' statement", kw)
	s.Span = ast.Span{Start: start, End: p.lastEnd()}
	return s
}

// parenWithItems tries the parenthesised form of with items. It returns nil,
// having consumed nothing, where the parenthesis is part of an expression:
// `with (yield x):`, `with (a, b) as c:`, `with (open(f)):` fits.
//
// An item parsed here would parse the same as an element of a parenthesised
// expression, so an error within one is an error either way.
func (p *parser) parenWithItems() []*ast.WithItem {
	open := p.pos
	depth := 0
	i := p.pos
	for ; ; i++ {
		switch p.toks[i].Kind {
		case token.Lparen, token.Lbracket, token.Lbrace:
			depth++
			continue
		case token.Rparen, token.Rbracket, token.Rbrace:
			depth--
			if depth > 0 {
				continue
			}
		case token.EndMarker, token.Error:
			return nil
		default:
			continue
		}
		break
	}
	if p.toks[i+1].Kind != token.Colon {
		return nil
	}
	back := func() []*ast.WithItem {
		p.pos, p.kind = open, token.Lparen
		return nil
	}
	p.next()
	var scratch [8]*ast.WithItem
	items := scratch[:0]
	for {
		switch p.kind {
		case token.Rparen, token.Star, token.Yield:
			return back()
		case token.DoubleStar:
			return back()
		}
		it := p.slabs.withItem.next()
		at := p.start()
		it.Context = p.expression()
		switch p.kind {
		case token.As:
			p.next()
			it.Vars = p.starTarget()
		case token.Comma, token.Rparen:
		default: // := for async …
			return back()
		}
		it.Span = p.span(at)
		items = append(items, it)
		if p.kind == token.Rparen {
			break
		}
		if p.kind != token.Comma {
			p.unexpected()
		}
		p.next()
		if p.kind == token.Rparen {
			break
		}
	}
	p.next()
	return p.slabs.items.clone(items)
}

// tryStmt: 'try' ':' block (finally_block | except_block+ [else_block] [finally_block]
//
//	| except_star_block+ [else_block] [finally_block])
func (p *parser) tryStmt() ast.Stmt {
	start := p.start()
	p.next()
	p.forcedColon()
	s := p.slabs.try.next()
	s.Body = p.block("'try' statement", start)
	if p.kind != token.Except && p.kind != token.Finally {
		if p.kind == token.Error {
			p.unexpected()
		}
		p.failHere("expected 'except' or 'finally' block")
	}
	var scratch [8]*ast.ExceptHandler
	handlers := scratch[:0]
	for p.kind == token.Except {
		at := p.tokenSpan()
		p.next()
		star := false
		if p.kind == token.Star && p.minor >= 11 {
			star = true
			p.next()
			if p.kind == token.Colon || p.kind == token.Newline {
				p.failHere("expected one or more exception types")
			}
		}
		if len(handlers) > 0 && star != s.Star {
			p.fail(at, "cannot have both 'except' and 'except*' on the same 'try'")
		}
		s.Star = star
		handlers = append(handlers, p.exceptBlock(at.Start, star))
	}
	if len(handlers) > 0 {
		s.Handlers = p.slabs.handlers.clone(handlers)
		s.Orelse = p.elseBlock()
	}
	if p.kind == token.Finally {
		kw := p.start()
		p.next()
		p.forcedColon()
		s.Finalbody = p.block("'finally' statement", kw)
	}
	s.Span = ast.Span{Start: start, End: p.lastEnd()}
	return s
}

// exceptBlock parses an except clause after `except` or `except *`.
//
//	[expression ['as' NAME]] ':' block
//	expressions ':' block                    (3.14)
func (p *parser) exceptBlock(start int32, star bool) *ast.ExceptHandler {
	h := p.slabs.exceptHandler.next()
	if p.kind != token.Colon {
		at := p.start()
		h.Type = p.expression()
		if p.kind == token.Comma {
			h.Type = p.exceptTypes(at, h.Type)
		} else if p.kind == token.As {
			p.next()
			h.Name = p.newIdent()
		}
	}
	p.expectColon()
	what := "'except' statement"
	if star {
		what = "'except*' statement"
	}
	h.Body = p.block(what, start)
	h.Span = ast.Span{Start: start, End: p.lastEnd()}
	return h
}

func (p *parser) exceptTypes(at int32, first ast.Expr) ast.Expr {
	if p.minor < 14 {
		p.fail(first.Range(), "multiple exception types must be parenthesized ('except E, e' is Python 2; write 'except E as e')")
	}
	mark := len(p.exprs)
	p.exprs = append(p.exprs, first)
	for p.kind == token.Comma {
		p.next()
		if p.kind == token.Colon {
			break
		}
		p.exprs = append(p.exprs, p.expression())
	}
	if p.kind == token.As {
		p.fail(first.Range(), "multiple exception types must be parenthesized when using 'as'")
	}
	t := p.slabs.tuple.next()
	t.Elts = p.popExprs(mark)
	t.Span = p.span(at)
	return t
}

// parameters parses the parameters of a def (up to a parenthesis) or a lambda
// (up to a colon), the closing token excluded.
func (p *parser) parameters(close token.Kind) *ast.Arguments {
	a := p.slabs.arguments.next()
	start := p.start()
	a.Span = ast.Span{Start: start, End: start}
	if p.kind == close {
		return a
	}
	lambda := close == token.Colon
	var argScratch, kwScratch [12]*ast.Arg
	args, kwonly := argScratch[:0], kwScratch[:0]
	defaults := len(p.exprs)
	var kwDefaults []ast.Expr
	var slash, star, bare bool
	var end int32
	for p.kind != close {
		switch p.kind {
		case token.Slash:
			switch {
			case slash:
				p.failHere("/ may appear only once")
			case star:
				p.failHere("/ must be ahead of *")
			case len(args) == 0:
				p.failHere("at least one argument must precede /")
			}
			slash = true
			p.next()
			a.PosOnly = p.slabs.args.clone(args)
			args = args[:0]
			if p.kind == token.Star {
				p.failHere("expected comma between / and *")
			}
		case token.Star:
			if star {
				p.failHere("* argument may appear only once")
			}
			star = true
			at := p.tokenSpan()
			p.next()
			switch {
			case p.kind == token.Comma:
				bare = true
				if k := p.peek(); k == close || k == token.DoubleStar {
					p.fail(at, "named arguments must follow bare *")
				}
			case p.kind == close:
				p.fail(at, "named arguments must follow bare *")
			default:
				a.Vararg = p.param(lambda, true)
				if p.kind == token.Equal {
					p.failHere("var-positional argument cannot have default value")
				}
			}
		case token.DoubleStar:
			if bare && len(kwonly) == 0 {
				p.failHere("named arguments must follow bare *")
			}
			p.next()
			a.Kwarg = p.param(lambda, false)
			if p.kind == token.Equal {
				p.failHere("var-keyword argument cannot have default value")
			}
			end = p.end()
			if p.kind == token.Comma {
				p.next()
				if p.kind == token.Name || p.kind == token.Star || p.kind == token.DoubleStar || p.kind == token.Slash {
					p.failHere("arguments cannot follow var-keyword argument")
				}
			}
			if p.kind != close {
				p.unexpected()
			}
			continue
		default:
			if p.kind == token.Lparen {
				if lambda {
					p.failHere("lambda expression parameters cannot be parenthesized (unpacking parameters are Python 2)")
				}
				p.failHere("function parameters cannot be parenthesized (unpacking parameters are Python 2)")
			}
			arg := p.param(lambda, false)
			var value ast.Expr
			if p.kind == token.Equal {
				p.next()
				if p.kind == token.Comma || p.kind == close {
					p.failHere("expected default value expression")
				}
				value = p.expression()
			}
			switch {
			case star:
				kwonly = append(kwonly, arg)
				kwDefaults = append(kwDefaults, value)
			case value == nil && len(p.exprs) > defaults:
				if p.minor >= 12 {
					p.fail(arg.Span, "parameter without a default follows parameter with a default")
				}
				p.fail(arg.Span, "non-default argument follows default argument")
			default:
				args = append(args, arg)
				if value != nil {
					p.exprs = append(p.exprs, value)
				}
			}
		}
		end = p.end()
		if p.kind == token.Comma {
			p.next()
		} else if p.kind != close {
			p.unexpected()
		}
	}
	a.Args = p.slabs.args.clone(args)
	a.KwOnly = p.slabs.args.clone(kwonly)
	a.KwDefaults = p.slabs.exprs.clone(kwDefaults)
	a.Defaults = p.popExprs(defaults)
	a.End = end
	return a
}

// param: NAME [':' expression]; a *args may have a starred annotation.
func (p *parser) param(lambda, star bool) *ast.Arg {
	arg := p.slabs.arg.next()
	arg.Name = p.ident()
	if p.kind == token.Colon && !lambda {
		p.next()
		if star && p.minor >= 11 {
			arg.Annotation = p.starExpression()
		} else {
			arg.Annotation = p.expression()
		}
	}
	arg.Span = p.span(arg.Name.Start)
	return arg
}
