package asyncio

import (
	"strings"

	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/python/ast"
)

// ownLine reports whether nothing but a comment shares the lines of a statement,
// so that several lines can take its place.
func ownLine(m *infer.Module, s ast.Stmt) bool {
	text, span := m.Source.Text, s.Range()
	before := text[:span.Start]
	before = before[strings.LastIndexAny(before, "\r\n")+1:]
	after := text[span.End:]
	if i := strings.IndexAny(after, "\r\n"); i >= 0 {
		after = after[:i]
	}
	after = strings.TrimLeft(after, " \t\f")
	return strings.Trim(before, " \t\f") == "" && (after == "" || after[0] == '#')
}
