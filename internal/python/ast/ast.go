// Package ast declares the syntax tree of Python 3.
//
// The shapes follow CPython's abstract grammar (Parser/Python.asdl): the same
// node kinds, the same fields, and spans that denote the same text as the
// lineno/col_offset/end_lineno/end_col_offset attributes of the ast module.
// Three things differ, each to make reading and rewriting easier:
//
//   - the async variants are a flag (FunctionDef.Async, For.Async, With.Async,
//     Comprehension.Async) and except* is Try.Star;
//   - places that a rewrite needs and CPython does not record have a span of
//     their own (the name in a def, both names of an import alias, …);
//   - literals keep their source text; [Constant] says how to read it.
//
// All offsets are int32 bytes into source.File.Text; lines and columns are
// computed only when something is printed.
package ast

// A Span is the half-open byte range [Start, End) of a node in the text of
// its file. A zero Span means "absent" (no node starts and ends at 0 except
// the module of an empty file).
type Span struct {
	Start, End int32
}

// Range returns the span itself; embedding Span makes a struct a [Node].
func (s Span) Range() Span { return s }

// Valid reports whether s denotes text that is there.
func (s Span) Valid() bool { return s.End > s.Start }

// Contains reports whether t lies within s.
func (s Span) Contains(t Span) bool { return s.Start <= t.Start && t.End <= s.End }

// A Node is any part of the tree that has a span.
type Node interface {
	Range() Span
}

// An Expr is an expression, or a target of an assignment.
type Expr interface {
	Node
	expr()
}

// A Stmt is a statement.
type Stmt interface {
	Node
	stmt()
}

// A Pattern is a pattern of a case block (PEP 634).
type Pattern interface {
	Node
	pattern()
}

// A Binding is the place where a name occurs. Sym is an index into
// scope.Info.Symbols, filled in by scope.Analyze (-1 before that): the symbol
// that the occurrence denotes in the scope in which it stands.
type Binding struct {
	Sym int32
}

// An Ident is a name at a place where the grammar wants a name and not an
// expression: the f of `def f`, the attribute of `x.attr`, a keyword.
type Ident struct {
	Span
	Binding
	Name string // NFKC-normalised, as CPython has it
}

// A Module is a whole file.
type Module struct {
	Span
	Body []Stmt
}

// ---- statements

// A FunctionDef is `def f(a): …` or `async def f(a): …`. Its span starts at
// `async` or `def`, not at the decorators.
type FunctionDef struct {
	Span
	Async      bool
	Name       Ident
	TypeParams []*TypeParam
	Args       *Arguments
	Returns    Expr // nil if none
	Body       []Stmt
	Decorators []Expr // without the @
	// DecoratorsStart is the offset of the first @, or Start when there is no
	// decorator: where a statement put before the whole definition goes.
	DecoratorsStart int32
}

// A ClassDef is `class C(Base, metaclass=M): …`. Its span starts at `class`.
type ClassDef struct {
	Span
	Name            Ident
	TypeParams      []*TypeParam
	Bases           []Expr // may hold *Starred
	Keywords        []*Keyword
	Body            []Stmt
	Decorators      []Expr
	DecoratorsStart int32 // as in FunctionDef
}

// A Return is `return x`.
type Return struct {
	Span
	Value Expr // nil if none
}

// A Delete is `del a, b[0]`.
type Delete struct {
	Span
	Targets []Expr
}

// An Assign is `a = b, c = value`.
type Assign struct {
	Span
	Targets []Expr
	Value   Expr
}

// A TypeAlias is `type X[T] = list[T]` (PEP 695).
type TypeAlias struct {
	Span
	Name       *Name
	TypeParams []*TypeParam
	Value      Expr
}

// An AugAssign is `a += b`.
type AugAssign struct {
	Span
	Target Expr
	Op     Operator
	Value  Expr
}

// An AnnAssign is `a: int = 1`. Simple is CPython's simple: the target is a
// bare name without parentheses.
type AnnAssign struct {
	Span
	Target     Expr
	Annotation Expr
	Value      Expr // nil if none
	Simple     bool
}

// A For is `for x in xs: … else: …`, or `async for`.
type For struct {
	Span
	Async  bool
	Target Expr
	Iter   Expr
	Body   []Stmt
	Orelse []Stmt
}

// A While is `while test: … else: …`.
type While struct {
	Span
	Test   Expr
	Body   []Stmt
	Orelse []Stmt
}

// An If is `if test: … else: …`; an elif is an If that is the whole Orelse
// and whose span starts at `elif`.
type If struct {
	Span
	Test   Expr
	Body   []Stmt
	Orelse []Stmt
}

// A With is `with a as b, c: …`, or `async with`.
type With struct {
	Span
	Async bool
	Items []*WithItem
	Body  []Stmt
	// Parens says that the items are parenthesised (3.9 and later).
	Parens bool
}

// A WithItem is `context as vars`.
type WithItem struct {
	Span
	Context Expr
	Vars    Expr // nil if none
}

// A Match is `match subject: case …`.
type Match struct {
	Span
	Subject Expr
	Cases   []*MatchCase
}

// A MatchCase is `case pattern if guard: …`.
type MatchCase struct {
	Span
	Pattern Pattern
	Guard   Expr // nil if none
	Body    []Stmt
}

// A Raise is `raise exc from cause`.
type Raise struct {
	Span
	Exc   Expr // nil if none
	Cause Expr // nil if none
}

// A Try is `try: … except E as e: … else: … finally: …`; Star marks except*.
type Try struct {
	Span
	Star      bool
	Body      []Stmt
	Handlers  []*ExceptHandler
	Orelse    []Stmt
	Finalbody []Stmt
}

// An ExceptHandler is `except E as name: …`.
type ExceptHandler struct {
	Span
	Type Expr   // nil for a bare except
	Name *Ident // nil if none
	Body []Stmt
}

// An Assert is `assert test, msg`.
type Assert struct {
	Span
	Test Expr
	Msg  Expr // nil if none
}

// An Import is `import a.b as c, d`.
type Import struct {
	Span
	Names []*Alias
}

// An ImportFrom is `from ..m import a as b` or `from m import *`.
type ImportFrom struct {
	Span
	Module *Ident // nil in `from . import x`; Name is dotted
	Names  []*Alias
	Level  int32 // leading dots
	// Parens says that the names are parenthesised.
	Parens bool
}

// An Alias is one name of an import. Name is dotted in an Import and "*" in
// `from m import *`. Sym of AsName, or of Name where there is no AsName, is
// the symbol that the import binds (for `import a.b` the symbol of a).
type Alias struct {
	Span
	Name   Ident
	AsName *Ident // nil if none
}

// A Global is `global a, b`.
type Global struct {
	Span
	Names []*Ident
}

// A Nonlocal is `nonlocal a, b`.
type Nonlocal struct {
	Span
	Names []*Ident
}

// An ExprStmt is an expression that stands as a statement (CPython: Expr).
type ExprStmt struct {
	Span
	Value Expr
}

// A Pass is `pass`.
type Pass struct{ Span }

// A Break is `break`.
type Break struct{ Span }

// A Continue is `continue`.
type Continue struct{ Span }

// ---- expressions

// A BoolOp is `a and b and c` or `a or b`.
type BoolOp struct {
	Span
	Or     bool
	Values []Expr
}

// A NamedExpr is `target := value`.
type NamedExpr struct {
	Span
	Target *Name
	Value  Expr
}

// A BinOp is `left op right`.
type BinOp struct {
	Span
	Left  Expr
	Op    Operator
	Right Expr
}

// A UnaryOp is `-x`, `not x`, ….
type UnaryOp struct {
	Span
	Op      UnaryOperator
	Operand Expr
}

// A Lambda is `lambda a: body`.
type Lambda struct {
	Span
	Args *Arguments
	Body Expr
}

// An IfExp is `body if test else orelse`.
type IfExp struct {
	Span
	Test   Expr
	Body   Expr
	Orelse Expr
}

// A Dict is `{k: v, **m}`; the key of a `**m` entry is nil.
type Dict struct {
	Span
	Keys   []Expr
	Values []Expr
}

// A Set is `{a, b}`.
type Set struct {
	Span
	Elts []Expr
}

// A ListComp is `[elt for x in xs]`.
type ListComp struct {
	Span
	Elt        Expr
	Generators []*Comprehension
}

// A SetComp is `{elt for x in xs}`.
type SetComp struct {
	Span
	Elt        Expr
	Generators []*Comprehension
}

// A DictComp is `{key: value for x in xs}`.
type DictComp struct {
	Span
	Key        Expr
	Value      Expr
	Generators []*Comprehension
}

// A GeneratorExp is `(elt for x in xs)`. As the sole argument of a call its
// span includes the call's parentheses, as in CPython.
type GeneratorExp struct {
	Span
	Elt        Expr
	Generators []*Comprehension
}

// A Comprehension is one `for target in iter if cond …` clause. CPython gives
// it no span; ours starts at `async` or `for` and ends with its last part.
type Comprehension struct {
	Span
	Async  bool
	Target Expr
	Iter   Expr
	Ifs    []Expr
}

// An Await is `await x`.
type Await struct {
	Span
	Value Expr
}

// A Yield is `yield x`.
type Yield struct {
	Span
	Value Expr // nil if none
}

// A YieldFrom is `yield from x`.
type YieldFrom struct {
	Span
	Value Expr
}

// A Compare is `left op right op right …`.
type Compare struct {
	Span
	Left        Expr
	Ops         []CmpOp
	Comparators []Expr
}

// A Call is `func(args, k=v, **m)`.
type Call struct {
	Span
	Func     Expr
	Args     []Expr // may hold *Starred
	Keywords []*Keyword
	Lparen   int32 // offset of the opening parenthesis; the closing one is at End-1
}

// A Keyword is `name=value`, or `**value` with a nil Name.
type Keyword struct {
	Span
	Name  *Ident
	Value Expr
}

// A JoinedStr is an f-string, alone or in a run of adjacent literals. Values
// holds *Constant and *FormattedValue.
type JoinedStr struct {
	Span
	Values []Expr
}

// A TemplateStr is a t-string (PEP 750, 3.14). Values holds *Constant and
// *FormattedValue (CPython: Interpolation).
type TemplateStr struct {
	Span
	Values []Expr
}

// A FormattedValue is `{value!r:spec}` in an f-string.
type FormattedValue struct {
	Span
	Value      Expr
	Conversion int32      // 's', 'r', 'a', or -1
	FormatSpec *JoinedStr // nil if none
}

// A ConstKind says what a [Constant] is.
type ConstKind uint8

// The kinds of constants.
const (
	None ConstKind = iota
	True
	False
	Ellipsis
	Int     // Text is the literal as written
	Float   // Text is the literal as written
	Complex // Text is the literal as written
	Str     // Text is the value
	Bytes   // Text is the value
)

// A Constant is a literal. For Str and Bytes, Text is the value after escapes
// and the concatenation of adjacent literals (for Str in UTF-8, with lone
// surrogates as their three-byte generalised encoding). For numbers it is the
// source text.
type Constant struct {
	Span
	Kind ConstKind
	U    bool // the u'' prefix (ast.Constant.kind == 'u')
	Text string
}

// An Attribute is `value.attr`.
type Attribute struct {
	Span
	Value Expr
	Attr  Ident // Name is unmangled; Sym is unused
	Ctx   Context
}

// A Subscript is `value[slice]`.
type Subscript struct {
	Span
	Value Expr
	Slice Expr
	Ctx   Context
}

// A Starred is `*value`.
type Starred struct {
	Span
	Value Expr
	Ctx   Context
}

// A Name is a variable.
type Name struct {
	Span
	Binding
	Ctx Context
	Id  string // NFKC-normalised
}

// A List is `[a, b]`.
type List struct {
	Span
	Elts []Expr
	Ctx  Context
}

// A Tuple is `a, b` or `(a, b)`; the span includes parentheses as CPython's
// does.
type Tuple struct {
	Span
	Elts []Expr
	Ctx  Context
}

// A Slice is `lower:upper:step`.
type Slice struct {
	Span
	Lower Expr // nil if none
	Upper Expr // nil if none
	Step  Expr // nil if none
}

// A Context says how an expression that can be a target is used.
type Context uint8

// The contexts.
const (
	Load Context = iota
	Store
	Del
)

// Arguments are the parameters of a function. As in CPython, Defaults belong
// to the last len(Defaults) of PosOnly followed by Args, and KwDefaults has
// one entry per KwOnly, nil where there is no default.
type Arguments struct {
	Span       // from the first parameter to the last, without parentheses
	PosOnly    []*Arg
	Args       []*Arg
	Vararg     *Arg // nil if none
	KwOnly     []*Arg
	KwDefaults []Expr
	Kwarg      *Arg // nil if none
	Defaults   []Expr
}

// An Arg is one parameter.
type Arg struct {
	Span
	Name       Ident
	Annotation Expr // nil if none
}

// A TypeParamKind distinguishes the type parameters of PEP 695.
type TypeParamKind uint8

// The kinds of type parameters.
const (
	TypeVar TypeParamKind = iota
	ParamSpec
	TypeVarTuple
)

// A TypeParam is `T: bound = default`, `**P` or `*Ts`.
type TypeParam struct {
	Span
	Kind    TypeParamKind
	Name    Ident
	Bound   Expr // nil if none; TypeVar only
	Default Expr // nil if none (3.13)
}

// ---- patterns

// A MatchValue is `case 1:` or `case mod.CONST:`.
type MatchValue struct {
	Span
	Value Expr
}

// A MatchSingleton is `case None:`, `case True:` or `case False:`.
type MatchSingleton struct {
	Span
	Kind ConstKind
}

// A MatchSequence is `case [a, *b]:`.
type MatchSequence struct {
	Span
	Patterns []Pattern
}

// A MatchMapping is `case {"k": p, **rest}:`.
type MatchMapping struct {
	Span
	Keys     []Expr
	Patterns []Pattern
	Rest     *Ident // nil if none
}

// A MatchClass is `case C(p, k=p):`.
type MatchClass struct {
	Span
	Cls         Expr
	Patterns    []Pattern
	KwdAttrs    []Ident
	KwdPatterns []Pattern
}

// A MatchStar is `*rest` in a sequence pattern; Name is nil for `*_`.
type MatchStar struct {
	Span
	Name *Ident
}

// A MatchAs is `pattern as name`, a capture (nil Pattern) or `_` (both nil).
type MatchAs struct {
	Span
	Pattern Pattern
	Name    *Ident
}

// A MatchOr is `a | b`.
type MatchOr struct {
	Span
	Patterns []Pattern
}

// ---- operators

// An Operator is a binary arithmetic operator.
type Operator uint8

// The binary operators, in the order of Python.asdl.
const (
	Add Operator = iota
	Sub
	Mult
	MatMult
	Div
	Mod
	Pow
	LShift
	RShift
	BitOr
	BitXor
	BitAnd
	FloorDiv
)

// A UnaryOperator is a unary operator.
type UnaryOperator uint8

// The unary operators, in the order of Python.asdl.
const (
	Invert UnaryOperator = iota
	Not
	UAdd
	USub
)

// A CmpOp is a comparison operator.
type CmpOp uint8

// The comparison operators, in the order of Python.asdl.
const (
	Eq CmpOp = iota
	NotEq
	Lt
	LtE
	Gt
	GtE
	Is
	IsNot
	In
	NotIn
)

func (*FunctionDef) stmt() {}
func (*ClassDef) stmt()    {}
func (*Return) stmt()      {}
func (*Delete) stmt()      {}
func (*Assign) stmt()      {}
func (*TypeAlias) stmt()   {}
func (*AugAssign) stmt()   {}
func (*AnnAssign) stmt()   {}
func (*For) stmt()         {}
func (*While) stmt()       {}
func (*If) stmt()          {}
func (*With) stmt()        {}
func (*Match) stmt()       {}
func (*Raise) stmt()       {}
func (*Try) stmt()         {}
func (*Assert) stmt()      {}
func (*Import) stmt()      {}
func (*ImportFrom) stmt()  {}
func (*Global) stmt()      {}
func (*Nonlocal) stmt()    {}
func (*ExprStmt) stmt()    {}
func (*Pass) stmt()        {}
func (*Break) stmt()       {}
func (*Continue) stmt()    {}

func (*BoolOp) expr()         {}
func (*NamedExpr) expr()      {}
func (*BinOp) expr()          {}
func (*UnaryOp) expr()        {}
func (*Lambda) expr()         {}
func (*IfExp) expr()          {}
func (*Dict) expr()           {}
func (*Set) expr()            {}
func (*ListComp) expr()       {}
func (*SetComp) expr()        {}
func (*DictComp) expr()       {}
func (*GeneratorExp) expr()   {}
func (*Await) expr()          {}
func (*Yield) expr()          {}
func (*YieldFrom) expr()      {}
func (*Compare) expr()        {}
func (*Call) expr()           {}
func (*JoinedStr) expr()      {}
func (*TemplateStr) expr()    {}
func (*FormattedValue) expr() {}
func (*Constant) expr()       {}
func (*Attribute) expr()      {}
func (*Subscript) expr()      {}
func (*Starred) expr()        {}
func (*Name) expr()           {}
func (*List) expr()           {}
func (*Tuple) expr()          {}
func (*Slice) expr()          {}

func (*MatchValue) pattern()     {}
func (*MatchSingleton) pattern() {}
func (*MatchSequence) pattern()  {}
func (*MatchMapping) pattern()   {}
func (*MatchClass) pattern()     {}
func (*MatchStar) pattern()      {}
func (*MatchAs) pattern()        {}
func (*MatchOr) pattern()        {}
