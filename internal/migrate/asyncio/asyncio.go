package asyncio

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/offlet/offlet/internal/callgraph"
	"github.com/offlet/offlet/internal/color"
	"github.com/offlet/offlet/internal/edit"
	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/migrate"
	"github.com/offlet/offlet/internal/program"
	"github.com/offlet/offlet/internal/python/ast"
)

// Options control the second step.
type Options struct {
	// Runtime is the source of offlet's runtime (aio/, bridge.py).
	Runtime fs.FS
	// Public lets the public functions of a library become coroutine functions.
	Public bool
	// Hubless are reasons for which the program may not run on the asyncio hub;
	// then nothing is moved.
	Hubless []migrate.Note
	// First are edits that come with those of the step, before them where both
	// are at one place: the first step, where it was left out.
	First map[*infer.Module]*edit.List
}

// Analysis is what the step knows of a program before it rewrites it.
type Analysis struct {
	Source  *program.Program
	Program *infer.Program
	Graph   *callgraph.Graph
	Colors  *color.Result
	// Evidence is what it was analysed with.
	Evidence Evidence
}

// An Evidence adds to the graph of a program what its source does not show.
type Evidence func(*callgraph.Graph)

// Analyze colours a program, with further evidence if there is any (else nil).
func Analyze(p *program.Program, ip *infer.Program, evidence Evidence) *Analysis {
	g := callgraph.Build(ip, callgraph.Patched(ip))
	if evidence != nil {
		evidence(g)
	}
	return &Analysis{Source: p, Program: ip, Graph: g, Colors: color.Compute(g), Evidence: evidence}
}

// Migrate rewrites all green code of a program to asyncio. It also returns what
// is known of the program as it will be.
func Migrate(a *Analysis, opts Options) (*migrate.Result, *Analysis, error) {
	p := a.Source
	res := &migrate.Result{Change: &edit.Change{Root: p.Project.Root}}
	d := decide(a.Colors, res, opts.Public)
	d.report(res)

	var files []*rewriter
	var needing []*infer.Module
	for _, m := range a.Program.Modules {
		r := &rewriter{d: d, p: a.Program, m: m, lay: migrate.NewLayout(m), rt: migrate.NewRuntime(m, a.Program), res: res, region: d.regions[m], imports: d.importsOf(m)}
		r.module()
		r.before.Append(&r.e)
		r.e = r.before
		if r.region != nil {
			r.wrap(r.region)
		}
		files = append(files, r)
		if r.e.Len() > 0 || r.changesImports() {
			needing = append(needing, m)
		}
	}
	if len(needing) == 0 {
		res.Sort()
		return res, a, nil
	}
	if len(opts.Hubless) > 0 {
		res = &migrate.Result{Change: &edit.Change{Root: p.Project.Root}, Left: opts.Hubless}
		res.Sort()
		return res, a, nil
	}
	homes := migrate.Homes(a.Program, needing, p.Project.RuntimeDirs)
	overlay := map[string][]byte{}
	for _, r := range files {
		r.finishImports(homes[r.m].Name)
		first := opts.First[r.m]
		r.addImports(homes[r.m].Name, first)
		if first != nil {
			e := r.e
			r.e = edit.List{}
			r.e.Append(first)
			r.e.Append(&e)
		}
		if r.e.Len() == 0 {
			continue
		}
		data, err := migrate.Rewrite(r.m, &r.e)
		if err != nil {
			return nil, nil, err
		}
		overlay[r.m.Path] = data
		res.Change.Add(edit.FileChange{Path: r.m.Path, Old: r.m.Source.Bytes, New: data})
	}
	d.doubles(res)
	d.doctests(res)
	after, err := gate(a, overlay)
	if err != nil {
		return nil, nil, err
	}
	if err := vendor(p, after.Program, homes, opts.Runtime, res.Change); err != nil {
		return nil, nil, err
	}
	if err := packaging(p, homes, res); err != nil {
		return nil, nil, err
	}
	res.Change.Sort()
	res.Sort()
	return res, after, nil
}

// changesImports reports whether the imports of a file would change although
// nothing else does: a façade that only re-exports Eventlet's names.
func (r *rewriter) changesImports() bool {
	for _, in := range r.imports.all {
		if in.inline {
			continue
		}
		if s := r.p.Catalog().Lookup(in.name); s != nil && s.Active(r.d.g.Patched, in.green) && !r.d.staysEventlet(s) && s.ToRef(false) != "" {
			if _, ok := in.stmt.(*ast.ImportFrom); ok {
				return true
			}
		}
	}
	return false
}

// report notes what stays as it is, and why.
func (d *decisions) report(res *migrate.Result) {
	for f := range d.forced {
		if note, ok := d.stays(f); ok {
			res.Left = append(res.Left, note)
		}
	}
	for class, why := range d.kept {
		if why.node == nil || !d.p.Meets(class) {
			continue
		}
		note := migrate.InFunc(d.p, why.fn, why.node, why.rule, "%s stays Eventlet's: %s", class, why.reason)
		res.Left = append(res.Left, note)
	}
}

// stays is the reason for which a function stays synchronous, if there is
// something to say of it.
func (d *decisions) stays(f infer.FuncID) (migrate.Note, bool) {
	why := d.forced[f]
	if why == nil || why.rule == "" { // it is as it should be
		return migrate.Note{}, false
	}
	note := migrate.InFunc(d.p, f, d.p.Funcs[f].Node, why.rule, "%s.%s stays synchronous: %s", d.p.Funcs[f].Module.Name, d.p.Qual(f), why.reason)
	if why.node != nil && why.fn >= 0 && why.node != d.p.Funcs[f].Node {
		at := migrate.InFunc(d.p, why.fn, why.node, why.rule, "")
		note.Message += fmt.Sprintf(" (%s:%d)", at.Path, at.Line)
	}
	note.Chain = migrate.Chain(d.colors, f)
	return note, true
}

// vendor adds the runtime to the change: the parts that the modules which
// share a copy use after it.
func vendor(p *program.Program, after *infer.Program, homes map[*infer.Module]migrate.Home, runtime fs.FS, change *edit.Change) error {
	byHome := map[migrate.Home]map[string]bool{}
	for m, h := range homes {
		if byHome[h] == nil {
			byHome[h] = map[string]bool{}
		}
		byHome[h][m.Path] = true
	}
	for h, paths := range byHome {
		aio, bridge := migrate.RuntimeUses(after, func(m *infer.Module) bool {
			// a program that was migrated before has modules that do not change now
			return paths[m.Path] || m.Root == path.Dir(h.Dir) || strings.HasPrefix(m.Path, path.Dir(h.Dir)+"/")
		})
		files, err := migrate.Vendor(runtime, aio, bridge)
		if err != nil {
			return fmt.Errorf("internal error: the embedded runtime: %w", err)
		}
		for _, n := range slices.Sorted(maps.Keys(files)) {
			old, err := p.Project.ReadIfThere(path.Join(h.Dir, n))
			if err != nil {
				return err
			}
			change.Add(edit.FileChange{Path: path.Join(h.Dir, n), Old: old, New: files[n], Runtime: true})
		}
	}
	return nil
}
