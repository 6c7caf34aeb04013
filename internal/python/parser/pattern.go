package parser

import (
	"github.com/offlet/offlet/internal/python/ast"
	"github.com/offlet/offlet/internal/python/token"
)

// atMatch reports whether the name `match` at the start of a statement is the
// keyword: whether the logical line ends with a colon, which no statement
// that starts with a variable does.
func (p *parser) atMatch() bool {
	if !exprStart[p.toks[p.pos+1].Kind] {
		return false
	}
	for i := p.pos + 1; ; i++ {
		switch p.toks[i].Kind {
		case token.Newline:
			return p.toks[i-1].Kind == token.Colon
		case token.EndMarker, token.Error:
			return false
		}
	}
}

// matchStmt: "match" subject_expr ':' NEWLINE INDENT case_block+ DEDENT
func (p *parser) matchStmt() ast.Stmt {
	start := p.start()
	p.next()
	s := &ast.Match{}
	at := p.start()
	x := p.starNamedExpression()
	if p.kind == token.Comma {
		mark := len(p.exprs)
		p.exprs = append(p.exprs, x)
		for p.kind == token.Comma {
			p.next()
			if p.kind == token.Colon {
				break
			}
			p.exprs = append(p.exprs, p.starNamedExpression())
		}
		x = p.tuple(at, mark)
	} else if _, ok := x.(*ast.Starred); ok {
		p.unexpected()
	}
	s.Subject = x
	p.expectColon()
	if p.kind != token.Newline {
		p.unexpected()
	}
	p.next()
	if p.kind != token.Indent {
		if p.kind == token.Error {
			p.unexpected()
		}
		p.failIndent("expected an indented block after 'match' statement on line %d", p.line(start))
	}
	p.next()
	for p.kind != token.Dedent {
		if !p.isSoft("case") {
			p.unexpected()
		}
		s.Cases = append(s.Cases, p.caseBlock())
	}
	p.next()
	s.Span = ast.Span{Start: start, End: p.lastEnd()}
	return s
}

// caseBlock: "case" patterns ['if' named_expression] ':' block
func (p *parser) caseBlock() *ast.MatchCase {
	start := p.start()
	p.next()
	c := &ast.MatchCase{}
	c.Pattern = p.patterns()
	if p.kind == token.If {
		p.next()
		c.Guard = p.namedExpression()
	}
	p.expectColon()
	c.Body = p.block("'case' statement", start)
	c.Span = ast.Span{Start: start, End: p.lastEnd()}
	return c
}

// patterns: open_sequence_pattern | pattern
func (p *parser) patterns() ast.Pattern {
	start := p.start()
	x := p.maybeStarPattern()
	if p.kind != token.Comma {
		if _, ok := x.(*ast.MatchStar); ok {
			p.unexpected()
		}
		return x
	}
	list := []ast.Pattern{x}
	for p.kind == token.Comma {
		p.next()
		if p.kind == token.Colon || p.kind == token.If {
			break
		}
		list = append(list, p.maybeStarPattern())
	}
	return &ast.MatchSequence{Span: p.span(start), Patterns: list}
}

// maybeStarPattern: '*' NAME | pattern
func (p *parser) maybeStarPattern() ast.Pattern {
	if p.kind != token.Star {
		return p.pattern()
	}
	start := p.start()
	p.next()
	s := &ast.MatchStar{}
	if p.isSoft("_") {
		p.next()
	} else {
		s.Name = p.captureTarget()
	}
	s.Span = p.span(start)
	return s
}

// captureTarget: !"_" NAME !('.' | '(' | '=')
func (p *parser) captureTarget() *ast.Ident {
	if p.isSoft("_") {
		p.failHere("cannot use '_' as a target")
	}
	id := p.newIdent()
	switch p.kind {
	case token.Dot, token.Lparen, token.Equal:
		p.unexpected()
	}
	return id
}

// pattern: or_pattern ['as' NAME]
func (p *parser) pattern() ast.Pattern {
	p.enter()
	start := p.start()
	x := p.orPattern()
	if p.kind == token.As {
		p.next()
		if p.kind != token.Name {
			p.failHere("invalid pattern target")
		}
		as := &ast.MatchAs{Pattern: x, Name: p.captureTarget()}
		as.Span = p.span(start)
		x = as
	}
	p.depth--
	return x
}

// orPattern: '|'.closed_pattern+
func (p *parser) orPattern() ast.Pattern {
	start := p.start()
	x := p.closedPattern()
	if p.kind != token.Pipe {
		return x
	}
	list := []ast.Pattern{x}
	for p.kind == token.Pipe {
		p.next()
		list = append(list, p.closedPattern())
	}
	return &ast.MatchOr{Span: p.span(start), Patterns: list}
}

func (p *parser) closedPattern() ast.Pattern {
	start := p.start()
	switch p.kind {
	case token.Number, token.Minus, token.String, token.FStringStart, token.TStringStart:
		x := p.literalExpr()
		return &ast.MatchValue{Span: p.span(start), Value: x}
	case token.None, token.True, token.False:
		s := &ast.MatchSingleton{Span: p.tokenSpan(), Kind: ast.None}
		switch p.kind {
		case token.True:
			s.Kind = ast.True
		case token.False:
			s.Kind = ast.False
		}
		p.next()
		return s
	case token.Name:
		return p.namePattern()
	case token.Lparen, token.Lbracket:
		return p.sequencePattern()
	case token.Lbrace:
		return p.mappingPattern()
	}
	p.unexpected()
	return nil
}

// literalExpr: signed_number | complex_number | strings | 'None' | 'True' | 'False'
func (p *parser) literalExpr() ast.Expr {
	switch p.kind {
	case token.String, token.FStringStart, token.TStringStart:
		return p.strings()
	case token.None, token.True, token.False:
		return p.atom()
	}
	start := p.start()
	x := p.signedNumber()
	if p.kind != token.Plus && p.kind != token.Minus {
		return x
	}
	if n := number(x); n.Kind == ast.Complex {
		p.fail(n.Span, "real number required in complex literal")
	}
	op := ast.Add
	if p.kind == token.Minus {
		op = ast.Sub
	}
	p.next()
	if p.kind != token.Number {
		p.unexpected()
	}
	im := p.number()
	if number(im).Kind != ast.Complex {
		p.fail(im.Range(), "imaginary number required in complex literal")
	}
	return &ast.BinOp{Span: p.span(start), Left: x, Op: op, Right: im}
}

// number returns the constant of a signed number.
func number(x ast.Expr) *ast.Constant {
	if u, ok := x.(*ast.UnaryOp); ok {
		x = u.Operand
	}
	return x.(*ast.Constant)
}

// signedNumber: ['-'] NUMBER
func (p *parser) signedNumber() ast.Expr {
	if p.kind != token.Minus {
		if p.kind != token.Number {
			p.unexpected()
		}
		return p.number()
	}
	start := p.start()
	p.next()
	if p.kind != token.Number {
		p.unexpected()
	}
	x := p.number()
	return &ast.UnaryOp{Span: p.span(start), Op: ast.USub, Operand: x}
}

// namePattern: capture_pattern | wildcard_pattern | value_pattern | class_pattern
func (p *parser) namePattern() ast.Pattern {
	start := p.start()
	next := p.peek()
	if p.isSoft("_") {
		// Before all else: `case _.x:` is an error in CPython too.
		p.next()
		return &ast.MatchAs{Span: p.span(start)}
	}
	if next != token.Dot && next != token.Lparen {
		id := p.captureTarget()
		return &ast.MatchAs{Span: id.Span, Name: id}
	}
	x := p.nameOrAttr()
	switch p.kind {
	case token.Lparen:
		return p.classPattern(start, x)
	case token.Equal:
		p.unexpected()
	}
	return &ast.MatchValue{Span: p.span(start), Value: x}
}

// nameOrAttr: NAME ('.' NAME)*
func (p *parser) nameOrAttr() ast.Expr {
	start := p.start()
	var x ast.Expr = p.nameExpr()
	for p.kind == token.Dot {
		p.next()
		a := p.slabs.attribute.next()
		a.Value = x
		a.Attr = p.ident()
		a.Span = p.span(start)
		x = a
	}
	return x
}

// sequencePattern: '[' [maybe_sequence_pattern] ']' | '(' [open_sequence_pattern] ')' | '(' pattern ')'
func (p *parser) sequencePattern() ast.Pattern {
	start := p.start()
	close := token.Rparen
	if p.kind == token.Lbracket {
		close = token.Rbracket
	}
	p.next()
	var list []ast.Pattern
	comma := false
	for p.kind != close {
		list = append(list, p.maybeStarPattern())
		if p.kind != token.Comma {
			break
		}
		comma = true
		p.next()
	}
	if p.kind != close {
		p.unexpected()
	}
	if close == token.Rparen && len(list) == 1 && !comma {
		if _, ok := list[0].(*ast.MatchStar); ok {
			p.unexpected()
		}
		p.next()
		return list[0]
	}
	p.next()
	return &ast.MatchSequence{Span: p.span(start), Patterns: list}
}

// mappingPattern: '{' [','.((literal_expr | attr) ':' pattern)+] [',' '**' NAME] [','] '}'
func (p *parser) mappingPattern() ast.Pattern {
	start := p.start()
	p.next()
	m := &ast.MatchMapping{}
	for p.kind != token.Rbrace {
		if p.kind == token.DoubleStar {
			p.next()
			m.Rest = p.captureTarget()
			if p.kind == token.Comma {
				p.next()
			}
			break
		}
		var key ast.Expr
		if p.kind == token.Name {
			key = p.nameOrAttr()
			if _, ok := key.(*ast.Name); ok {
				p.unexpected()
			}
		} else {
			key = p.literalExpr()
		}
		p.expect(token.Colon)
		m.Keys = append(m.Keys, key)
		m.Patterns = append(m.Patterns, p.pattern())
		if p.kind != token.Comma {
			break
		}
		p.next()
	}
	if p.kind != token.Rbrace {
		p.unexpected()
	}
	p.next()
	m.Span = p.span(start)
	return m
}

// classPattern: name_or_attr '(' [','.pattern+] [','.(NAME '=' pattern)+] [','] ')'
func (p *parser) classPattern(start int32, cls ast.Expr) ast.Pattern {
	c := &ast.MatchClass{Cls: cls}
	p.next()
	for p.kind != token.Rparen {
		if p.kind == token.Name && p.peek() == token.Equal {
			c.KwdAttrs = append(c.KwdAttrs, p.ident())
			p.next()
			c.KwdPatterns = append(c.KwdPatterns, p.pattern())
		} else {
			x := p.pattern()
			if len(c.KwdAttrs) > 0 {
				p.fail(x.Range(), "positional patterns follow keyword patterns")
			}
			c.Patterns = append(c.Patterns, x)
		}
		if p.kind != token.Comma {
			break
		}
		p.next()
	}
	if p.kind != token.Rparen {
		p.unexpected()
	}
	p.next()
	c.Span = p.span(start)
	return c
}
