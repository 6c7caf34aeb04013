package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/offlet/offlet/internal/edit"
	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/inventory"
	"github.com/offlet/offlet/internal/migrate"
	"github.com/offlet/offlet/internal/program"
	"github.com/offlet/offlet/internal/report"
	"github.com/offlet/offlet/internal/steps"
)

// writing is what the commands that change files have in common.
type writing struct {
	project
	Write       bool `help:"Make the change. Without it the change is only shown."`
	AllowDirty  bool `help:"Write although git says that there are uncommitted changes."`
	ShowRuntime bool `help:"Show the vendored runtime files in the diff too."`
	Verbose     bool `short:"v" help:"List every rewrite with its rule and proof."`
}

type hubCmd struct {
	writing
	Check bool `help:"Run the command after -- and say which hub it really ran on."`
}

type migrateCmd struct {
	writing
	traced
	All    bool `help:"Move everything that can be moved."`
	Hosted bool `help:"What starts the program runs it on the asyncio hub (EVENTLET_HUB=asyncio), although offlet does not see it."`
	Public bool `help:"Of a library, let public functions become coroutine functions too: those who import it have to await them."`
}

type dropCmd struct {
	writing
}

// Help is the end of the command's help.
func (*hubCmd) Help() string {
	return "Exit codes of --check: 0 Eventlet ran on the asyncio hub and the command ended with 0; 1 anything else; 2 wrong usage, nothing was run."
}

func (c *hubCmd) Run(o *output) error {
	if c.Check {
		return c.check(o)
	}
	return c.each(o, "hub", steps.Hub)
}

func (c *migrateCmd) Run(o *output) error {
	if !c.All {
		return fmt.Errorf("say what to migrate: --all moves everything that can be moved")
	}
	return c.each(o, "migrate", c.migrate)
}

func (c *dropCmd) Run(o *output) error {
	return c.each(o, "drop", steps.Drop)
}

// A step is one of the three, on a program and what is inferred of it.
type step func(*program.Program, *infer.Program) (*migrate.Result, error)

// An outcome is what a step did. plugged is set where there is nothing to take
// through the steps.
type outcome struct {
	*migrate.Result
	plugged *inventory.Inventory
}

// each runs a step on every path and reports it. Nothing is written before the
// step is known to be possible on all of them.
func (c *writing) each(o *output, name string, step step) error {
	results := make([]*outcome, len(c.Paths))
	for i, at := range c.Paths {
		prog, err := c.whole(o, at)
		if err != nil {
			return err
		}
		if c.Write && !c.AllowDirty {
			dirty, err := prog.Project.Dirty()
			if err != nil {
				return err
			}
			if len(dirty) > 0 {
				return fmt.Errorf("%s has uncommitted changes (%s); commit or stash them so that the change can be told apart, or pass --allow-dirty", at, some(dirty, 3))
			}
		}
		if results[i], err = c.step(o, prog, at, step); err != nil {
			return err
		}
	}
	left := false
	for i, at := range c.Paths {
		res := results[i]
		if c.Write && i > 0 {
			// two files of one directory share a runtime: what was written for
			// the paths before this one is a part of what its change starts from
			prog, err := c.whole(o, at)
			if err != nil {
				return err
			}
			if res, err = c.step(o, prog, at, step); err != nil {
				return err
			}
		}
		if c.Write {
			if err := res.Change.Write(); err != nil {
				return err
			}
		}
		if err := c.print(o, name, at, res); err != nil {
			return err
		}
		left = left || len(res.Left) > 0
	}
	if left {
		return errLeft
	}
	return nil
}

func (c *writing) step(o *output, prog *program.Program, at string, step step) (*outcome, error) {
	defer o.progress("working on " + at)()
	ip := steps.Infer(prog)
	res, err := step(prog, ip)
	if err != nil {
		return nil, err
	}
	return &outcome{res, steps.Plugged(prog, ip)}, nil
}

// some names the first n of a list.
func some(list []string, n int) string {
	if len(list) <= n {
		return strings.Join(list, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(list[:n], ", "), len(list)-n)
}

// document is the JSON form of a step's result.
type document struct {
	Version int            `json:"version"`
	Command string         `json:"command"`
	Root    string         `json:"root"`
	Written bool           `json:"written"`
	Files   []fileDocument `json:"files"`
	Done    []migrate.Note `json:"done"`
	Left    []migrate.Note `json:"left"`
}

type fileDocument struct {
	Path    string `json:"path"`
	Action  string `json:"action"` // change, create, remove
	Runtime bool   `json:"runtime,omitempty"`
	Diff    string `json:"diff,omitempty"`
}

func (c *writing) print(o *output, name, at string, res *outcome) error {
	if c.JSON {
		doc := document{Version: 1, Command: name, Root: res.Change.Root, Written: c.Write, Files: []fileDocument{}, Done: res.Done, Left: res.Left}
		if doc.Done == nil {
			doc.Done = []migrate.Note{}
		}
		if doc.Left == nil {
			doc.Left = []migrate.Note{}
		}
		for _, f := range res.Change.Files {
			fd := fileDocument{Path: f.Path, Action: action(f), Runtime: f.Runtime}
			one := edit.Change{Root: res.Change.Root, Files: []edit.FileChange{f}}
			var b bytes.Buffer
			if err := one.Diff(&b, edit.Style{}, c.ShowRuntime); err != nil {
				return err
			}
			fd.Diff = b.String()
			doc.Files = append(doc.Files, fd)
		}
		enc := json.NewEncoder(o.stdout)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		return enc.Encode(doc)
	}
	if err := res.Change.Diff(o.stdout, o.style(), c.ShowRuntime); err != nil {
		return err
	}
	if c.Verbose {
		for _, n := range res.Done {
			fmt.Fprintf(o.stderr, "%s:%d:%d: %s %s%s\n", n.Path, n.Line, n.Col, n.Rule, n.Message, proof(n))
		}
	}
	c.summary(o, name, res.Result)
	if res.plugged != nil {
		fmt.Fprintln(o.stderr)
		return report.Plugged(o.stderr, &report.Scan{Path: at, Inventory: res.plugged}, report.Options{Verbose: c.Verbose})
	}
	return nil
}

func proof(n migrate.Note) string {
	if len(n.Chain) == 0 {
		return ""
	}
	return "\n    because " + strings.Join(n.Chain, " → ")
}

func action(f edit.FileChange) string {
	switch {
	case f.Old == nil:
		return "create"
	case f.New == nil:
		return "remove"
	}
	return "change"
}

// summary says in a few lines what was or would be done.
func (c *writing) summary(o *output, name string, res *migrate.Result) {
	files, added, removed := res.Change.Stat()
	var runtimeNew, runtimeGone int
	dir := ""
	for _, f := range res.Change.Files {
		if !f.Runtime {
			continue
		}
		if f.New == nil {
			runtimeGone++
		} else {
			runtimeNew++
		}
		if i := strings.Index(f.Path, "_offlet/"); i >= 0 {
			dir = f.Path[:i] + "_offlet"
		}
	}
	verb := "would change"
	if c.Write {
		verb = "changed"
	}
	w := o.stderr
	switch {
	case res.Change.Empty() && len(res.Left) == 0:
		fmt.Fprintf(w, "%s: nothing to do\n", name)
	case res.Change.Empty():
		fmt.Fprintf(w, "%s: changed nothing\n", name)
	default:
		fmt.Fprintf(w, "%s: %s %s (+%d −%d lines)", name, verb, count(files, "file"), added, removed)
		if runtimeNew > 0 {
			fmt.Fprintf(w, ", and %s of offlet's runtime in %s", count(runtimeNew, "file"), dir)
		}
		if runtimeGone > 0 {
			fmt.Fprintf(w, ", without %s of the runtime", count(runtimeGone, "file"))
		}
		fmt.Fprintln(w)
	}
	if len(res.Left) > 0 {
		fmt.Fprintf(w, "%s left for a person:\n", count(len(res.Left), "place"))
		for _, n := range res.Left {
			fmt.Fprintf(w, "  %s:%d:%d: %s %s%s\n", n.Path, n.Line, n.Col, n.Rule, n.Message, indented(proof(n)))
		}
		fmt.Fprintf(w, "offlet explain %s tells more.\n", res.Left[0].Rule)
	}
	if !c.Write && !res.Change.Empty() {
		fmt.Fprintln(w, "Nothing was written; --write makes the change.")
	}
}

func indented(s string) string { return strings.ReplaceAll(s, "\n", "\n  ") }

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
