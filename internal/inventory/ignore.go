package inventory

import (
	"regexp"
	"strings"

	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/migrate"
)

// Ignores are the comments of a program that say that a finding is known:
//
//	os.fork()  # offlet: ignore[HAZ1] the child only execs
//
// A comment on a line of its own speaks of the next line. The reason is
// required. One comment may name several rules: ignore[HAZ1,HUB3].
type Ignores struct {
	byLine map[ignoreKey]*ignoreComment
	all    []*ignoreComment
}

type ignoreKey struct {
	path string
	line int
}

type ignoreComment struct {
	path      string
	line, col int // of the comment
	rules     []string
	used      map[string]bool
}

var ignoring = regexp.MustCompile(`#\s*offlet:\s*ignore\s*\[([^\]]*)\]\s*(.*)$`)

// NewIgnores gathers the comments. Those without a reason are hazards: they
// are returned, and count for nothing.
func NewIgnores(ip *infer.Program, settings []Setting) (*Ignores, []Hazard) {
	in := &Ignores{byLine: map[ignoreKey]*ignoreComment{}}
	var bad []Hazard
	add := func(path string, line, col int, text string, alone bool) {
		m := ignoring.FindStringSubmatch(text)
		if m == nil {
			return
		}
		c := &ignoreComment{path: path, line: line, col: col, used: map[string]bool{}}
		for _, r := range strings.Split(m[1], ",") {
			if r = strings.ToUpper(strings.TrimSpace(r)); r != "" {
				c.rules = append(c.rules, r)
			}
		}
		if strings.TrimSpace(m[2]) == "" {
			bad = append(bad, Hazard{Note: migrate.Note{Rule: "IGN1", Path: path, Line: line, Col: col, Message: "ignore[" + m[1] + "] gives no reason, so it counts for nothing"}, Test: IsTest(path)})
			return
		}
		in.all = append(in.all, c)
		at := line
		if alone {
			at++
		}
		in.byLine[ignoreKey{path, at}] = c
	}
	for _, m := range ip.Modules {
		for _, c := range m.Syntax.Comments {
			text := m.Source.Text[c.Start:c.End]
			if !strings.Contains(text, "offlet:") {
				continue
			}
			line, col := m.Source.Position(c.Start)
			start := strings.LastIndexByte(m.Source.Text[:c.Start], '\n') + 1
			add(m.Path, line, col, text, strings.TrimSpace(m.Source.Text[start:c.Start]) == "")
		}
	}
	for _, s := range settings { // in a shell script, a Dockerfile, YAML: on the line itself
		if i := strings.Index(s.Text, "# offlet:"); i >= 0 {
			if in.byLine[ignoreKey{s.Path, s.Line}] == nil {
				add(s.Path, s.Line, s.Col, s.Text[i:], false)
			}
		}
	}
	return in, bad
}

// Has reports whether a finding is ignored by a comment on its line.
func (in *Ignores) Has(rule, path string, line int) bool {
	c := in.byLine[ignoreKey{path, line}]
	if c == nil {
		return false
	}
	for _, r := range c.rules {
		if r == rule {
			c.used[r] = true
			return true
		}
	}
	return false
}

// Unused are the comments, or the rules in them, that ignored nothing.
func (in *Ignores) Unused() []Hazard {
	var out []Hazard
	for _, c := range in.all {
		for _, r := range c.rules {
			if !c.used[r] {
				out = append(out, Hazard{Note: migrate.Note{Rule: "IGN2", Path: c.path, Line: c.line, Col: c.col, Message: "there is no " + r + " here to ignore"}, Test: IsTest(c.path)})
			}
		}
	}
	return out
}
