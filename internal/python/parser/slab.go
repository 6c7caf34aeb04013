package parser

import "github.com/offlet/offlet/internal/python/ast"

// A slab hands out values of one node type from chunks, so that a file of
// 10,000 names costs a few dozen allocations. A chunk lives as long as any
// node in it, which is what trees that are dropped together want: those of the
// files of a project share chunks.
type slab[T any] struct {
	buf   []T
	used  int
	total int
}

const (
	minChunk = 4
	maxChunk = 512
)

// next returns a zero T.
func (s *slab[T]) next() *T {
	if s.used == len(s.buf) {
		s.grow(1)
	}
	x := &s.buf[s.used]
	s.used++
	return x
}

// grow starts a new chunk with room for at least n values: a quarter of what
// was needed so far, so that at most a fifth of the memory is never used.
func (s *slab[T]) grow(n int) {
	size := min(max(s.total/4, minChunk), maxChunk)
	if size < n {
		size = n
	}
	s.total += size
	s.buf = make([]T, size)
	s.used = 0
}

// clone returns a copy of list in the slab's memory, or nil if it is empty.
func (s *slab[T]) clone(list []T) []T {
	n := len(list)
	if n == 0 {
		return nil
	}
	if s.used+n > len(s.buf) {
		s.grow(n)
	}
	out := s.buf[s.used : s.used+n : s.used+n]
	s.used += n
	copy(out, list)
	return out
}

// slabs are the slabs of a parser, one per type.
type slabs struct {
	functionDef   slab[ast.FunctionDef]
	classDef      slab[ast.ClassDef]
	ret           slab[ast.Return]
	del           slab[ast.Delete]
	assign        slab[ast.Assign]
	typeAlias     slab[ast.TypeAlias]
	augAssign     slab[ast.AugAssign]
	annAssign     slab[ast.AnnAssign]
	forStmt       slab[ast.For]
	while         slab[ast.While]
	ifStmt        slab[ast.If]
	with          slab[ast.With]
	withItem      slab[ast.WithItem]
	raise         slab[ast.Raise]
	try           slab[ast.Try]
	exceptHandler slab[ast.ExceptHandler]
	assert        slab[ast.Assert]
	imp           slab[ast.Import]
	importFrom    slab[ast.ImportFrom]
	alias         slab[ast.Alias]
	exprStmt      slab[ast.ExprStmt]
	pass          slab[ast.Pass]
	boolOp        slab[ast.BoolOp]
	binOp         slab[ast.BinOp]
	unaryOp       slab[ast.UnaryOp]
	lambda        slab[ast.Lambda]
	ifExp         slab[ast.IfExp]
	dict          slab[ast.Dict]
	listComp      slab[ast.ListComp]
	generatorExp  slab[ast.GeneratorExp]
	comprehension slab[ast.Comprehension]
	compare       slab[ast.Compare]
	call          slab[ast.Call]
	keyword       slab[ast.Keyword]
	joinedStr     slab[ast.JoinedStr]
	formatted     slab[ast.FormattedValue]
	constant      slab[ast.Constant]
	attribute     slab[ast.Attribute]
	subscript     slab[ast.Subscript]
	starred       slab[ast.Starred]
	name          slab[ast.Name]
	list          slab[ast.List]
	tuple         slab[ast.Tuple]
	slice         slab[ast.Slice]
	arguments     slab[ast.Arguments]
	arg           slab[ast.Arg]
	ident         slab[ast.Ident]

	exprs    slab[ast.Expr]
	stmts    slab[ast.Stmt]
	keywords slab[*ast.Keyword]
	args     slab[*ast.Arg]
	aliases  slab[*ast.Alias]
	cmpOps   slab[ast.CmpOp]
	comps    slab[*ast.Comprehension]
	handlers slab[*ast.ExceptHandler]
	items    slab[*ast.WithItem]
}
