package asyncio

import (
	"strings"

	"github.com/offlet/offlet/internal/python/ast"
)

// formatted walks `{value}` of an f-string. `{value=}` shows the text of the
// value: where that changes, the old text goes before the braces.
func (r *rewriter) formatted(e *ast.FormattedValue, c ctx) {
	mark := r.e.Len()
	r.expr(e.Value, c, false)
	changed := r.e.Len() > mark
	if e.FormatSpec != nil {
		r.children(e.FormatSpec, c)
	}
	if !changed {
		return
	}
	text := r.m.Source.Text
	end := e.Value.Range().End
	for end < e.End && strings.IndexByte(" \t\f)", text[end]) >= 0 {
		end++
	}
	if end >= e.End || text[end] != '=' {
		return
	}
	equals := end
	for end++; end < e.End && strings.IndexByte(" \t\f", text[end]) >= 0; end++ {
	}
	shown := text[e.Start+1 : end]
	if strings.ContainsAny(shown, "{}\\\r\n\"'") {
		r.left(e, c, "LEFT4", "this f-string shows the text of what is rewritten in it; write the text out")
		return
	}
	r.e.Insert(e.Start, shown)
	conversion := ""
	if e.Conversion == 'r' && !strings.HasPrefix(text[end:], "!") {
		conversion = "!r" // what = stands for
	}
	r.e.Replace(equals, end, conversion)
}
