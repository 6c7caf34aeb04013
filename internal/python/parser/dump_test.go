package parser

import (
	"encoding/hex"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/offlet/offlet/internal/python/ast"
	"github.com/offlet/offlet/internal/python/source"
)

// A dumper writes a tree in the form of testdata/dump.py.
type dumper struct {
	f      *source.File
	minor  int
	places bool
	out    []byte
}

func dumpTree(f *source.File, m *ast.Module, minor int) []byte {
	d := &dumper{f: f, minor: minor, places: true}
	d.out = append(d.out, "Module("...)
	d.stmts(m.Body)
	d.s(";)\n")
	return d.out
}

func (d *dumper) s(s string) { d.out = append(d.out, s...) }

func (d *dumper) open(name string, s ast.Span) {
	d.s(name)
	if d.places {
		l1, c1 := d.f.LineCol(s.Start)
		l2, c2 := d.f.LineCol(s.End)
		d.out = append(d.out, '@')
		d.out = strconv.AppendInt(d.out, int64(l1), 10)
		d.out = append(d.out, ':')
		d.out = strconv.AppendInt(d.out, int64(c1), 10)
		d.out = append(d.out, '-')
		d.out = strconv.AppendInt(d.out, int64(l2), 10)
		d.out = append(d.out, ':')
		d.out = strconv.AppendInt(d.out, int64(c2), 10)
	}
	d.s("(")
}

func (d *dumper) end() { d.s(")\n") }

func (d *dumper) stmts(list []ast.Stmt) {
	d.s("[")
	for _, s := range list {
		d.stmt(s)
		d.s(",")
	}
	d.s("]")
}

func (d *dumper) exprs(list []ast.Expr) {
	d.s("[")
	for _, e := range list {
		if e == nil {
			d.s("-")
		} else {
			d.expr(e)
		}
		d.s(",")
	}
	d.s("]")
}

func (d *dumper) opt(e ast.Expr) {
	if e == nil {
		d.s("-")
	} else {
		d.expr(e)
	}
}

func (d *dumper) names(list []*ast.Ident) {
	d.s("[")
	for _, id := range list {
		d.s(id.Name)
		d.s(",")
	}
	d.s("]")
}

func (d *dumper) id(id *ast.Ident) {
	if id == nil {
		d.s("-")
	} else {
		d.s(id.Name)
	}
}

func (d *dumper) keywords(list []*ast.Keyword) {
	d.s("[")
	for _, k := range list {
		d.open("keyword", k.Span)
		d.id(k.Name)
		d.s(";")
		d.expr(k.Value)
		d.s(";")
		d.end()
		d.s(",")
	}
	d.s("]")
}

func (d *dumper) typeParams(list []*ast.TypeParam) {
	if d.minor < 12 {
		return
	}
	d.s("[")
	for _, t := range list {
		d.open([]string{"TypeVar", "ParamSpec", "TypeVarTuple"}[t.Kind], t.Span)
		d.s(t.Name.Name)
		d.s(";")
		if t.Kind == ast.TypeVar {
			d.opt(t.Bound)
			d.s(";")
		}
		if d.minor >= 13 {
			d.opt(t.Default)
			d.s(";")
		}
		d.end()
		d.s(",")
	}
	d.s("];")
}

func async(a bool, name string) string {
	if a {
		return "Async" + name
	}
	return name
}

func (d *dumper) stmt(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.FunctionDef:
		d.open(async(s.Async, "FunctionDef"), s.Span)
		d.s(s.Name.Name)
		d.s(";")
		d.arguments(s.Args)
		d.s(";")
		d.stmts(s.Body)
		d.s(";")
		d.exprs(s.Decorators)
		d.s(";")
		d.opt(s.Returns)
		d.s(";")
		d.typeParams(s.TypeParams)
	case *ast.ClassDef:
		d.open("ClassDef", s.Span)
		d.s(s.Name.Name)
		d.s(";")
		d.exprs(s.Bases)
		d.s(";")
		d.keywords(s.Keywords)
		d.s(";")
		d.stmts(s.Body)
		d.s(";")
		d.exprs(s.Decorators)
		d.s(";")
		d.typeParams(s.TypeParams)
	case *ast.Return:
		d.open("Return", s.Span)
		d.opt(s.Value)
		d.s(";")
	case *ast.Delete:
		d.open("Delete", s.Span)
		d.exprs(s.Targets)
		d.s(";")
	case *ast.Assign:
		d.open("Assign", s.Span)
		d.exprs(s.Targets)
		d.s(";")
		d.expr(s.Value)
		d.s(";")
	case *ast.TypeAlias:
		d.open("TypeAlias", s.Span)
		d.expr(s.Name)
		d.s(";")
		d.typeParams(s.TypeParams)
		d.expr(s.Value)
		d.s(";")
	case *ast.AugAssign:
		d.open("AugAssign", s.Span)
		d.expr(s.Target)
		d.s(";")
		d.s(operators[s.Op])
		d.s(";")
		d.expr(s.Value)
		d.s(";")
	case *ast.AnnAssign:
		d.open("AnnAssign", s.Span)
		d.expr(s.Target)
		d.s(";")
		d.expr(s.Annotation)
		d.s(";")
		d.opt(s.Value)
		if s.Simple {
			d.s(";1;")
		} else {
			d.s(";0;")
		}
	case *ast.For:
		d.open(async(s.Async, "For"), s.Span)
		d.expr(s.Target)
		d.s(";")
		d.expr(s.Iter)
		d.s(";")
		d.stmts(s.Body)
		d.s(";")
		d.stmts(s.Orelse)
		d.s(";")
	case *ast.While:
		d.open("While", s.Span)
		d.expr(s.Test)
		d.s(";")
		d.stmts(s.Body)
		d.s(";")
		d.stmts(s.Orelse)
		d.s(";")
	case *ast.If:
		d.open("If", s.Span)
		d.expr(s.Test)
		d.s(";")
		d.stmts(s.Body)
		d.s(";")
		d.stmts(s.Orelse)
		d.s(";")
	case *ast.With:
		d.open(async(s.Async, "With"), s.Span)
		d.s("[")
		for _, it := range s.Items {
			d.s("withitem(")
			d.expr(it.Context)
			d.s(";")
			d.opt(it.Vars)
			d.s(";")
			d.end()
			d.s(",")
		}
		d.s("];")
		d.stmts(s.Body)
		d.s(";")
	case *ast.Match:
		d.open("Match", s.Span)
		d.expr(s.Subject)
		d.s(";[")
		for _, c := range s.Cases {
			d.s("match_case(")
			d.pattern(c.Pattern)
			d.s(";")
			d.opt(c.Guard)
			d.s(";")
			d.stmts(c.Body)
			d.s(";")
			d.end()
			d.s(",")
		}
		d.s("];")
	case *ast.Raise:
		d.open("Raise", s.Span)
		d.opt(s.Exc)
		d.s(";")
		d.opt(s.Cause)
		d.s(";")
	case *ast.Try:
		name := "Try"
		if s.Star {
			name = "TryStar"
		}
		d.open(name, s.Span)
		d.stmts(s.Body)
		d.s(";[")
		for _, h := range s.Handlers {
			d.open("ExceptHandler", h.Span)
			d.opt(h.Type)
			d.s(";")
			d.id(h.Name)
			d.s(";")
			d.stmts(h.Body)
			d.s(";")
			d.end()
			d.s(",")
		}
		d.s("];")
		d.stmts(s.Orelse)
		d.s(";")
		d.stmts(s.Finalbody)
		d.s(";")
	case *ast.Assert:
		d.open("Assert", s.Span)
		d.expr(s.Test)
		d.s(";")
		d.opt(s.Msg)
		d.s(";")
	case *ast.Import:
		d.open("Import", s.Span)
		d.aliases(s.Names)
		d.s(";")
	case *ast.ImportFrom:
		d.open("ImportFrom", s.Span)
		d.id(s.Module)
		d.s(";")
		d.aliases(s.Names)
		d.s(";")
		d.s(strconv.Itoa(int(s.Level)))
		d.s(";")
	case *ast.Global:
		d.open("Global", s.Span)
		d.names(s.Names)
		d.s(";")
	case *ast.Nonlocal:
		d.open("Nonlocal", s.Span)
		d.names(s.Names)
		d.s(";")
	case *ast.ExprStmt:
		d.open("Expr", s.Span)
		d.expr(s.Value)
		d.s(";")
	case *ast.Pass:
		d.open("Pass", s.Span)
	case *ast.Break:
		d.open("Break", s.Span)
	case *ast.Continue:
		d.open("Continue", s.Span)
	default:
		panic(fmt.Sprintf("%T", s))
	}
	d.end()
}

func (d *dumper) aliases(list []*ast.Alias) {
	d.s("[")
	for _, a := range list {
		d.open("alias", a.Span)
		d.s(a.Name.Name)
		d.s(";")
		d.id(a.AsName)
		d.s(";")
		d.end()
		d.s(",")
	}
	d.s("]")
}

func (d *dumper) arg(a *ast.Arg) {
	if a == nil {
		d.s("-")
		return
	}
	d.open("arg", a.Span)
	d.s(a.Name.Name)
	d.s(";")
	d.opt(a.Annotation)
	d.s(";")
	d.end()
}

func (d *dumper) arguments(a *ast.Arguments) {
	list := func(args []*ast.Arg) {
		d.s("[")
		for _, x := range args {
			d.arg(x)
			d.s(",")
		}
		d.s("];")
	}
	d.s("arguments(")
	list(a.PosOnly)
	list(a.Args)
	d.arg(a.Vararg)
	d.s(";")
	list(a.KwOnly)
	d.exprs(a.KwDefaults)
	d.s(";")
	d.arg(a.Kwarg)
	d.s(";")
	d.exprs(a.Defaults)
	d.s(";")
	d.end()
}

var operators = []string{"Add", "Sub", "Mult", "MatMult", "Div", "Mod", "Pow", "LShift", "RShift", "BitOr", "BitXor", "BitAnd", "FloorDiv"}
var unaryOperators = []string{"Invert", "Not", "UAdd", "USub"}
var compareOperators = []string{"Eq", "NotEq", "Lt", "LtE", "Gt", "GtE", "Is", "IsNot", "In", "NotIn"}
var contexts = []string{"Load", "Store", "Del"}

func (d *dumper) ctx(c ast.Context) {
	d.s(contexts[c])
	d.s(";")
}

func (d *dumper) generators(list []*ast.Comprehension) {
	d.s("[")
	for _, g := range list {
		d.s("comprehension(")
		d.expr(g.Target)
		d.s(";")
		d.expr(g.Iter)
		d.s(";")
		d.exprs(g.Ifs)
		if g.Async {
			d.s(";1;")
		} else {
			d.s(";0;")
		}
		d.end()
		d.s(",")
	}
	d.s("];")
}

func (d *dumper) expr(e ast.Expr) {
	switch e := e.(type) {
	case *ast.BoolOp:
		d.open("BoolOp", e.Span)
		if e.Or {
			d.s("Or;")
		} else {
			d.s("And;")
		}
		d.exprs(e.Values)
		d.s(";")
	case *ast.NamedExpr:
		d.open("NamedExpr", e.Span)
		d.expr(e.Target)
		d.s(";")
		d.expr(e.Value)
		d.s(";")
	case *ast.BinOp:
		d.open("BinOp", e.Span)
		d.expr(e.Left)
		d.s(";")
		d.s(operators[e.Op])
		d.s(";")
		d.expr(e.Right)
		d.s(";")
	case *ast.UnaryOp:
		d.open("UnaryOp", e.Span)
		d.s(unaryOperators[e.Op])
		d.s(";")
		d.expr(e.Operand)
		d.s(";")
	case *ast.Lambda:
		d.open("Lambda", e.Span)
		d.arguments(e.Args)
		d.s(";")
		d.expr(e.Body)
		d.s(";")
	case *ast.IfExp:
		d.open("IfExp", e.Span)
		d.expr(e.Test)
		d.s(";")
		d.expr(e.Body)
		d.s(";")
		d.expr(e.Orelse)
		d.s(";")
	case *ast.Dict:
		d.open("Dict", e.Span)
		d.exprs(e.Keys)
		d.s(";")
		d.exprs(e.Values)
		d.s(";")
	case *ast.Set:
		d.open("Set", e.Span)
		d.exprs(e.Elts)
		d.s(";")
	case *ast.ListComp:
		d.open("ListComp", e.Span)
		d.expr(e.Elt)
		d.s(";")
		d.generators(e.Generators)
	case *ast.SetComp:
		d.open("SetComp", e.Span)
		d.expr(e.Elt)
		d.s(";")
		d.generators(e.Generators)
	case *ast.DictComp:
		d.open("DictComp", e.Span)
		d.expr(e.Key)
		d.s(";")
		d.expr(e.Value)
		d.s(";")
		d.generators(e.Generators)
	case *ast.GeneratorExp:
		d.open("GeneratorExp", e.Span)
		d.expr(e.Elt)
		d.s(";")
		d.generators(e.Generators)
	case *ast.Await:
		d.open("Await", e.Span)
		d.expr(e.Value)
		d.s(";")
	case *ast.Yield:
		d.open("Yield", e.Span)
		d.opt(e.Value)
		d.s(";")
	case *ast.YieldFrom:
		d.open("YieldFrom", e.Span)
		d.expr(e.Value)
		d.s(";")
	case *ast.Compare:
		d.open("Compare", e.Span)
		d.expr(e.Left)
		d.s(";[")
		for _, op := range e.Ops {
			d.s(compareOperators[op])
			d.s("()\n,")
		}
		d.s("];")
		d.exprs(e.Comparators)
		d.s(";")
	case *ast.Call:
		d.open("Call", e.Span)
		d.expr(e.Func)
		d.s(";")
		d.exprs(e.Args)
		d.s(";")
		d.keywords(e.Keywords)
		d.s(";")
	case *ast.FormattedValue:
		d.open("FormattedValue", e.Span)
		d.expr(e.Value)
		d.s(";")
		d.s(strconv.Itoa(int(e.Conversion)))
		d.s(";")
		if e.FormatSpec == nil {
			d.s("-")
		} else {
			d.expr(e.FormatSpec)
		}
		d.s(";")
	case *ast.JoinedStr:
		d.open("JoinedStr", e.Span)
		places := d.places
		d.places = places && d.minor >= 12
		d.exprs(e.Values)
		d.places = places
		d.s(";")
	case *ast.TemplateStr:
		d.open("TemplateStr", e.Span)
		d.exprs(e.Values)
		d.s(";")
	case *ast.Constant:
		d.open("Constant", e.Span)
		d.s(constantValue(e))
		if e.U {
			d.s("u")
		}
	case *ast.Attribute:
		d.open("Attribute", e.Span)
		d.expr(e.Value)
		d.s(";")
		d.s(e.Attr.Name)
		d.s(";")
		d.ctx(e.Ctx)
	case *ast.Subscript:
		d.open("Subscript", e.Span)
		d.expr(e.Value)
		d.s(";")
		d.expr(e.Slice)
		d.s(";")
		d.ctx(e.Ctx)
	case *ast.Starred:
		d.open("Starred", e.Span)
		d.expr(e.Value)
		d.s(";")
		d.ctx(e.Ctx)
	case *ast.Name:
		d.open("Name", e.Span)
		d.s(e.Id)
		d.s(";")
		d.ctx(e.Ctx)
	case *ast.List:
		d.open("List", e.Span)
		d.exprs(e.Elts)
		d.s(";")
		d.ctx(e.Ctx)
	case *ast.Tuple:
		d.open("Tuple", e.Span)
		d.exprs(e.Elts)
		d.s(";")
		d.ctx(e.Ctx)
	case *ast.Slice:
		d.open("Slice", e.Span)
		d.opt(e.Lower)
		d.s(";")
		d.opt(e.Upper)
		d.s(";")
		d.opt(e.Step)
		d.s(";")
	default:
		panic(fmt.Sprintf("%T", e))
	}
	d.end()
}

func constantValue(c *ast.Constant) string {
	bits := func(s string) string {
		f, err := strconv.ParseFloat(s, 64)
		if err != nil && !math.IsInf(f, 0) {
			panic(err)
		}
		return fmt.Sprintf("%016x", math.Float64bits(f))
	}
	text := strings.ReplaceAll(c.Text, "_", "")
	switch c.Kind {
	case ast.None:
		return "N"
	case ast.True:
		return "T"
	case ast.False:
		return "F"
	case ast.Ellipsis:
		return "E"
	case ast.Str:
		return "s" + c.Text + "\x00"
	case ast.Bytes:
		return "b" + hex.EncodeToString([]byte(c.Text))
	case ast.Int:
		v, ok := new(big.Int).SetString(text, 0)
		if !ok { // 00
			v, ok = new(big.Int).SetString(text, 10)
			if !ok {
				panic(text)
			}
		}
		return "i0x" + v.Text(16)
	case ast.Float:
		return "f" + bits(text)
	}
	return "c" + bits(text[:len(text)-1])
}

func (d *dumper) patterns(list []ast.Pattern) {
	d.s("[")
	for _, p := range list {
		d.pattern(p)
		d.s(",")
	}
	d.s("];")
}

func (d *dumper) pattern(p ast.Pattern) {
	switch p := p.(type) {
	case *ast.MatchValue:
		d.open("MatchValue", p.Span)
		d.expr(p.Value)
		d.s(";")
	case *ast.MatchSingleton:
		d.open("MatchSingleton", p.Span)
		switch p.Kind { // None looks like an absent field in Python
		case ast.None:
			d.s("-;")
		case ast.True:
			d.s("T;")
		case ast.False:
			d.s("F;")
		}
	case *ast.MatchSequence:
		d.open("MatchSequence", p.Span)
		d.patterns(p.Patterns)
	case *ast.MatchMapping:
		d.open("MatchMapping", p.Span)
		d.exprs(p.Keys)
		d.s(";")
		d.patterns(p.Patterns)
		d.id(p.Rest)
		d.s(";")
	case *ast.MatchClass:
		d.open("MatchClass", p.Span)
		d.expr(p.Cls)
		d.s(";")
		d.patterns(p.Patterns)
		d.s("[")
		for i := range p.KwdAttrs {
			d.s(p.KwdAttrs[i].Name)
			d.s(",")
		}
		d.s("];")
		d.patterns(p.KwdPatterns)
	case *ast.MatchStar:
		d.open("MatchStar", p.Span)
		d.id(p.Name)
		d.s(";")
	case *ast.MatchAs:
		d.open("MatchAs", p.Span)
		if p.Pattern == nil {
			d.s("-")
		} else {
			d.pattern(p.Pattern)
		}
		d.s(";")
		d.id(p.Name)
		d.s(";")
	case *ast.MatchOr:
		d.open("MatchOr", p.Span)
		d.patterns(p.Patterns)
	default:
		panic(fmt.Sprintf("%T", p))
	}
	d.end()
}
