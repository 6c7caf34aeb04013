package parser

import (
	"github.com/offlet/offlet/internal/python/ast"
	"github.com/offlet/offlet/internal/python/token"
)

// starTargets parses the targets of a for clause and its `in`.
//
//	star_targets: ','.star_target+ [','] 'in'
func (p *parser) starTargets() ast.Expr {
	start := p.start()
	x := p.forTarget()
	if p.kind == token.Comma {
		mark := len(p.exprs)
		p.exprs = append(p.exprs, x)
		for p.kind == token.Comma {
			p.next()
			if p.kind == token.In {
				break
			}
			p.exprs = append(p.exprs, p.forTarget())
		}
		t := p.tuple(start, mark)
		t.Ctx = ast.Store
		x = t
	}
	if p.kind != token.In {
		p.unexpected()
	}
	p.next()
	return x
}

func (p *parser) forTarget() ast.Expr {
	var x ast.Expr
	if p.kind == token.Star {
		x = p.starred(false)
	} else {
		x = p.binary(1)
	}
	p.store(x, "assign to", "")
	return x
}

// starTarget parses the target of a with item, which one of , ) : follows.
func (p *parser) starTarget() ast.Expr {
	var x ast.Expr
	if p.kind == token.Star {
		x = p.starred(false)
	} else {
		x = p.expression()
	}
	switch p.kind {
	case token.Comma, token.Rparen, token.Colon:
	default:
		p.unexpected()
	}
	p.store(x, "assign to", "")
	return x
}

// store turns the expression x into a target: it sets the contexts to Store.
// verb and hint are for the message where x cannot be one.
func (p *parser) store(x ast.Expr, verb, hint string) {
	switch x := x.(type) {
	case *ast.Name:
		x.Ctx = ast.Store
	case *ast.Attribute:
		x.Ctx = ast.Store
	case *ast.Subscript:
		x.Ctx = ast.Store
	case *ast.Starred:
		x.Ctx = ast.Store
		p.store(x.Value, verb, "")
	case *ast.List:
		x.Ctx = ast.Store
		for _, e := range x.Elts {
			p.store(e, verb, "")
		}
	case *ast.Tuple:
		x.Ctx = ast.Store
		for _, e := range x.Elts {
			p.store(e, verb, "")
		}
	case *ast.Yield, *ast.YieldFrom:
		p.fail(x.Range(), "assignment to yield expression not possible")
	case *ast.Constant:
		if x.Kind == ast.None || x.Kind == ast.True || x.Kind == ast.False {
			hint = ""
		}
		p.fail(x.Span, "cannot %s %s%s", verb, exprName(x), hint)
	case *ast.IfExp, *ast.Lambda, *ast.BoolOp, *ast.Compare, *ast.NamedExpr:
		p.fail(x.Range(), "cannot %s %s", verb, exprName(x))
	default:
		p.fail(x.Range(), "cannot %s %s%s", verb, exprName(x), hint)
	}
}

// del turns the expression x into a target of a del statement.
func (p *parser) del(x ast.Expr) {
	switch x := x.(type) {
	case *ast.Name:
		x.Ctx = ast.Del
	case *ast.Attribute:
		x.Ctx = ast.Del
	case *ast.Subscript:
		x.Ctx = ast.Del
	case *ast.List:
		x.Ctx = ast.Del
		for _, e := range x.Elts {
			p.del(e)
		}
	case *ast.Tuple:
		x.Ctx = ast.Del
		for _, e := range x.Elts {
			p.del(e)
		}
	default:
		p.fail(x.Range(), "cannot delete %s", exprName(x))
	}
}

// exprName names an expression in messages, as _PyPegen_get_expr_name does.
func exprName(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.Attribute:
		return "attribute"
	case *ast.Subscript:
		return "subscript"
	case *ast.Starred:
		return "starred"
	case *ast.Name:
		return "name"
	case *ast.List:
		return "list"
	case *ast.Tuple:
		return "tuple"
	case *ast.Lambda:
		return "lambda"
	case *ast.Call:
		return "function call"
	case *ast.BoolOp, *ast.BinOp, *ast.UnaryOp:
		return "expression"
	case *ast.GeneratorExp:
		return "generator expression"
	case *ast.Yield, *ast.YieldFrom:
		return "yield expression"
	case *ast.Await:
		return "await expression"
	case *ast.ListComp:
		return "list comprehension"
	case *ast.SetComp:
		return "set comprehension"
	case *ast.DictComp:
		return "dict comprehension"
	case *ast.Dict:
		return "dict literal"
	case *ast.Set:
		return "set display"
	case *ast.JoinedStr, *ast.FormattedValue:
		return "f-string expression"
	case *ast.TemplateStr:
		return "t-string expression"
	case *ast.Constant:
		switch x.Kind {
		case ast.None:
			return "None"
		case ast.True:
			return "True"
		case ast.False:
			return "False"
		case ast.Ellipsis:
			return "ellipsis"
		}
		return "literal"
	case *ast.Compare:
		return "comparison"
	case *ast.IfExp:
		return "conditional expression"
	case *ast.NamedExpr:
		return "named expression"
	}
	return "expression"
}
