// Package report renders what the commands found, for people and for programs.
package report

import (
	"fmt"
	"io"
	"sort"
	"strings"

	"github.com/offlet/offlet/internal/inventory"
	"github.com/offlet/offlet/internal/migrate"
	"github.com/offlet/offlet/internal/trace"
)

// A Scan is the result of `offlet scan`. Its JSON form is stable: fields are
// added, never renamed or removed, while Version is 1.
type Scan struct {
	Version int    `json:"version"`
	Command string `json:"command"`
	Path    string `json:"-"`
	Root    string `json:"root"`
	Files   int    `json:"files"`
	Lines   int    `json:"lines"`
	*inventory.Inventory
	// Steps are what the three steps would do, one after the other.
	Steps []Step `json:"steps"`
	// Problems are files that cannot be read as Python.
	Problems []Problem `json:"problems"`
	// Skipped is what was left out on purpose.
	Skipped []Problem `json:"skipped"`
	// Trace is what a trace showed, if one was given.
	Trace *trace.Evidence `json:"trace,omitempty"`
}

// A Step is what one step would do.
type Step struct {
	Name       string         `json:"name"`
	Files      int            `json:"files"`
	Added      int            `json:"added"`
	Removed    int            `json:"removed"`
	Coroutines int            `json:"coroutines"`
	Left       []migrate.Note `json:"left"`
	Error      string         `json:"error,omitempty"`
}

// A Problem is a place with a message.
type Problem struct {
	Path    string `json:"path"`
	Line    int    `json:"line,omitempty"`
	Col     int    `json:"col,omitempty"`
	Message string `json:"message"`
}

// Left is the number of places that are left for a person.
func (s *Scan) Left() int {
	n := len(s.Problems)
	for _, st := range s.Steps {
		n += len(st.Left)
		if st.Error != "" {
			n++
		}
	}
	return n
}

// most is how many lines of a list the text form shows.
const most = 15

// ScanText writes a scan for people.
func ScanText(w io.Writer, s *Scan) error {
	p := &printer{w: w}
	p.linef("%s: %s, %s", s.Path, plural(s.Files, "Python file"), plural(s.Lines, "line"))
	for i, sk := range s.Skipped {
		if i == 5 {
			p.linef("  and %d more places were left out", len(s.Skipped)-i)
			break
		}
		p.linef("  left out: %s %s", sk.Path, sk.Message)
	}
	p.linef("")
	switch s.UseCase {
	case 0:
		p.linef("It does not use Eventlet.")
	case 1:
		p.linef("Use case 1 of Eventlet's guide: Eventlet is this program's own framework.")
	case 2:
		p.linef("Use case 2 of Eventlet's guide: Eventlet is only plugged into another framework.")
		p.linef("There is no code of yours to migrate: choose another worker there.")
	}
	for _, set := range s.Settings {
		p.linef("  %s:%d: %s: %s", set.Path, set.Line, set.What, set.Text)
	}
	if len(s.Uses) > 0 {
		p.linef("")
		p.uses(s)
	}
	if len(s.EntryPoints) > 0 {
		p.linef("")
		p.linef("Entry points")
		for i, e := range s.EntryPoints {
			if i == most {
				p.linef("  and %d more", len(s.EntryPoints)-i)
				break
			}
			p.linef("  %s", e)
		}
	}
	if len(s.Patched) > 0 {
		p.linef("")
		p.linef("Monkey-patched: %s", strings.Join(s.Patched, ", "))
	}
	if len(s.Problems) > 0 {
		p.linef("")
		p.linef("%s cannot be read as Python:", plural(len(s.Problems), "file"))
		for i, pr := range s.Problems {
			if i == most {
				p.linef("  and %d more (--json lists them all)", len(s.Problems)-i)
				break
			}
			p.linef("  %s", pr.Message)
		}
	}
	p.steps(s)
	return p.err
}

type printer struct {
	w   io.Writer
	err error
}

func (p *printer) linef(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// uses prints the inventory by kind and by file.
func (p *printer) uses(s *Scan) {
	type tally struct {
		name   string
		places int
		hidden int
		files  map[string]bool
		kinds  map[string]int
	}
	count := func(key func(inventory.Use) string) []*tally {
		m := map[string]*tally{}
		for _, u := range s.Uses {
			k := key(u)
			t := m[k]
			if t == nil {
				t = &tally{name: k, files: map[string]bool{}, kinds: map[string]int{}}
				m[k] = t
			}
			t.places++
			if u.Hidden {
				t.hidden++
			}
			t.files[u.Path] = true
			t.kinds[u.Kind]++
		}
		out := make([]*tally, 0, len(m))
		for _, t := range m {
			out = append(out, t)
		}
		sort.Slice(out, func(i, j int) bool {
			if out[i].places != out[j].places {
				return out[i].places > out[j].places
			}
			return out[i].name < out[j].name
		})
		return out
	}
	p.linef("%-24s %7s %6s", "What it uses", "places", "files")
	for _, t := range count(func(u inventory.Use) string { return u.Kind }) {
		p.linef("  %-22s %7d %6d", t.name, t.places, len(t.files))
	}
	hidden := 0
	for _, u := range s.Uses {
		if u.Hidden {
			hidden++
		}
	}
	if hidden > 0 {
		p.linef("  %d of these places do not name Eventlet: they use its objects, a façade, or patched modules.", hidden)
	}
	p.linef("")
	p.linef("By file")
	for i, t := range count(func(u inventory.Use) string { return u.Path }) {
		if i == most {
			p.linef("  and more files (--json lists all places)")
			break
		}
		p.linef("  %-40s %5d  %s", t.name, t.places, kindList(t.kinds))
	}
}

func kindList(kinds map[string]int) string {
	names := make([]string, 0, len(kinds))
	for k := range kinds {
		names = append(names, k)
	}
	sort.Slice(names, func(i, j int) bool {
		if kinds[names[i]] != kinds[names[j]] {
			return kinds[names[i]] > kinds[names[j]]
		}
		return names[i] < names[j]
	})
	var out []string
	for i, n := range names {
		if i == 3 {
			out = append(out, "…")
			break
		}
		out = append(out, fmt.Sprintf("%s %d", n, kinds[n]))
	}
	return strings.Join(out, ", ")
}

// steps prints what the steps would do and what they leave.
func (p *printer) steps(s *Scan) {
	if len(s.Steps) == 0 {
		return
	}
	p.linef("")
	p.linef("What the steps would do")
	for i, st := range s.Steps {
		what := fmt.Sprintf("changes %s (+%d −%d lines)", plural(st.Files, "file"), st.Added, st.Removed)
		if st.Files == 0 {
			what = "has nothing to do"
		}
		if st.Coroutines > 0 {
			what += fmt.Sprintf(", %s become coroutines", plural(st.Coroutines, "function"))
		}
		switch {
		case st.Error != "":
			what = "cannot be made: " + st.Error
		case st.Name == "drop" && len(st.Left) > 0:
			what = fmt.Sprintf("refuses: %s still %s Eventlet", plural(len(st.Left), "place"), needs(len(st.Left)))
		case len(st.Left) > 0:
			what += fmt.Sprintf(", %s left for a person", plural(len(st.Left), "place"))
		}
		command := "offlet " + st.Name
		if st.Name == "migrate" {
			command += " --all"
		}
		p.linef("  %d. %-22s %s", i+1, command, what)
	}
	for _, st := range s.Steps {
		if len(st.Left) == 0 {
			continue
		}
		p.linef("")
		p.linef("Left for a person by offlet %s", st.Name)
		for i, n := range st.Left {
			if i == most {
				p.linef("  and %d more (--json lists them all)", len(st.Left)-i)
				break
			}
			where := fmt.Sprintf("%s:%d:%d", n.Path, n.Line, n.Col)
			if st.Name == "drop" && n.Func != "" {
				where = n.Path + " " + n.Func
			}
			p.linef("  %s: %s %s", where, n.Rule, n.Message)
		}
	}
	p.linef("")
	switch {
	case s.Steps[0].Files > 0:
		p.linef("Next: offlet hub")
	case len(s.Steps) > 1 && s.Steps[1].Files > 0:
		p.linef("Next: offlet migrate --all")
	case len(s.Steps) > 2 && len(s.Steps[2].Left) == 0:
		p.linef("Next: offlet drop")
	}
}

func needs(n int) string {
	if n == 1 {
		return "needs"
	}
	return "need"
}
