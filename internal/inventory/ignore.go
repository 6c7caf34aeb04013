package inventory

import (
	"slices"
	"strings"

	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/migrate"
	"github.com/offlet/offlet/internal/workspace"
)

// Ignores are the comments of a program, and of the settings beside it, that say
// that a finding is known (see migrate.Ignore).
type Ignores struct {
	byLine map[ignoreKey]*ignoreComment
	all    []*ignoreComment
}

type ignoreKey struct {
	path string
	line int
}

type ignoreComment struct {
	migrate.Ignore
	path string
	used map[string]bool
}

// NewIgnores gathers the comments. Those without a reason are hazards: they
// are returned, and count for nothing.
func NewIgnores(ip *infer.Program, settings []Setting) (*Ignores, []Hazard) {
	in := &Ignores{byLine: map[ignoreKey]*ignoreComment{}}
	var bad []Hazard
	add := func(path string, ig migrate.Ignore) {
		if ig.Reason == "" {
			bad = append(bad, Hazard{Note: migrate.Note{Rule: "IGN1", Path: path, Line: ig.Line, Col: ig.Col, Message: "ignore[" + ig.Named + "] gives no reason, so it counts for nothing"}, Test: workspace.IsTest(path)})
			return
		}
		c := &ignoreComment{ig, path, map[string]bool{}}
		in.all = append(in.all, c)
		in.byLine[ignoreKey{path, ig.At}] = c
	}
	for _, m := range ip.Modules {
		for _, ig := range migrate.Ignores(m) {
			add(m.Path, ig)
		}
	}
	for _, s := range settings { // in a shell script, a Dockerfile, YAML: on the line itself
		if i := strings.Index(s.Text, "# offlet:"); i >= 0 && in.byLine[ignoreKey{s.Path, s.Line}] == nil {
			if ig, ok := migrate.ParseIgnore(s.Text[i:]); ok {
				ig.Line, ig.Col, ig.At = s.Line, s.Col, s.Line
				add(s.Path, ig)
			}
		}
	}
	return in, bad
}

// Has reports whether a finding is ignored by a comment on its line.
func (in *Ignores) Has(rule, path string, line int) bool {
	c := in.byLine[ignoreKey{path, line}]
	if c == nil || !slices.Contains(c.Rules, rule) {
		return false
	}
	c.used[rule] = true
	return true
}

// Unused are the comments, or the rules in them, that ignored nothing.
func (in *Ignores) Unused() []Hazard {
	var out []Hazard
	for _, c := range in.all {
		for _, r := range c.Rules {
			if !c.used[r] {
				out = append(out, Hazard{Note: migrate.Note{Rule: "IGN2", Path: c.path, Line: c.Line, Col: c.Col, Message: "there is no " + r + " here to ignore"}, Test: workspace.IsTest(c.path)})
			}
		}
	}
	return out
}
