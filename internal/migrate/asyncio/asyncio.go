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
	"github.com/offlet/offlet/internal/environ"
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
	// Hubless gives reasons for which the program may not run on the asyncio hub;
	// if there are any, nothing is moved. It is asked if something would be.
	Hubless func() []migrate.Note
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
	g := callgraph.Build(ip, callgraph.Patched(ip), environ.For(p.Project))
	if evidence != nil {
		evidence(g)
	}
	return &Analysis{Source: p, Program: ip, Graph: g, Colors: color.Compute(g), Evidence: evidence}
}

// Migrate rewrites all green code of a program to asyncio. It also returns what
// is known of the program as it will be.
func Migrate(a *Analysis, opts Options) (*migrate.Result, *Analysis, error) {
	w, err := rewrite(a, opts)
	if err != nil {
		return nil, nil, err
	}
	if w.overlay == nil {
		return w.res, a, nil
	}
	after, err := gate(a, w.overlay)
	if err != nil {
		return nil, nil, err
	}
	if err := vendor(a.Source, after.Program, w.homes, opts.Runtime, w.res.Change); err != nil {
		return nil, nil, err
	}
	w.res.Change.Sort()
	w.res.Sort()
	return w.res, after, nil
}

// Outlook is what Migrate would change and leave, but for the runtime. Nothing
// looks at the result again, so it is to be told and never to be written.
func Outlook(a *Analysis, opts Options) (*migrate.Result, error) {
	w, err := rewrite(a, opts)
	if err != nil {
		return nil, err
	}
	w.res.Change.Sort()
	w.res.Sort()
	return w.res, nil
}

// written is what rewrite makes of a program.
type written struct {
	res     *migrate.Result
	overlay map[string][]byte // nil if nothing changes
	homes   map[*infer.Module]migrate.Home
}

// rewrite decides what moves to asyncio, and makes the new files.
func rewrite(a *Analysis, opts Options) (*written, error) {
	p := a.Source
	res := &migrate.Result{Change: &edit.Change{Root: p.Project.Root}}
	d := decide(a.Colors, res, opts.Public)
	d.report(res)

	files := make([]*rewriter, len(a.Program.Modules))
	program.Each(len(files), func(i int) {
		m := a.Program.Modules[i]
		files[i] = &rewriter{d: d, p: a.Program, m: m, lay: migrate.NewLayout(m), rt: migrate.NewRuntime(m, a.Program), region: d.regions[m], imports: d.importsOf(m)}
		files[i].module()
	})
	var needing []*infer.Module
	for _, r := range files {
		r.tell(res)
		if r.e.Len() > 0 || r.changesImports() {
			needing = append(needing, r.m)
		}
	}
	if len(needing) == 0 {
		res.Sort()
		return &written{res: res}, nil
	}
	if held := opts.Hubless(); len(held) > 0 {
		res = &migrate.Result{Change: &edit.Change{Root: p.Project.Root}, Left: held}
		res.Sort()
		return &written{res: res}, nil
	}
	homes := migrate.Homes(a.Program, needing, p.Project.RuntimeDirs)
	used := map[migrate.Home]bool{} // the copies that something uses names of
	overlay := map[string][]byte{}
	texts, errs := make([][]byte, len(files)), make([]error, len(files))
	program.Each(len(files), func(i int) {
		r := files[i]
		texts[i], errs[i] = r.finish(homes[r.m].Name, opts.First[r.m])
	})
	for i, r := range files {
		if errs[i] != nil {
			return nil, errs[i]
		}
		r.tell(res)
		used[homes[r.m]] = used[homes[r.m]] || r.takes || r.rt.Used()
		if r.e.Len() > 0 {
			overlay[r.m.Path] = texts[i]
			res.Change.Add(edit.FileChange{Path: r.m.Path, Old: r.m.Source.Bytes, New: texts[i]})
		}
	}
	d.doubles(res)
	d.doctests(res)
	if err := packaging(p, homes, used, res); err != nil {
		return nil, err
	}
	return &written{res, overlay, homes}, nil
}

// finish gives the new text of a file, if it has one, with its imports, which come
// from the package from, and with the edits of the first step, if there are any.
func (r *rewriter) finish(from string, first *edit.List) ([]byte, error) {
	r.finishImports(from, first)
	r.addImports(from, first)
	if first != nil {
		e := r.e
		r.e = edit.List{}
		r.e.Append(first)
		r.e.Append(&e)
	}
	if r.e.Len() == 0 {
		return nil, nil
	}
	return migrate.Rewrite(r.m, &r.e)
}

// tell adds to the result what was noted of the file so far, and to the decisions
// what is replaced in it.
func (r *rewriter) tell(res *migrate.Result) {
	res.Done = append(res.Done, r.res.Done...)
	res.Left = append(res.Left, r.res.Left...)
	maps.Copy(r.d.replaced, r.replaced)
	r.res, r.replaced = migrate.Result{}, nil
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
	forced := slices.Sorted(maps.Keys(d.forced))
	notes, told := make([]migrate.Note, len(forced)), make([]bool, len(forced))
	program.Each(len(forced), func(i int) { notes[i], told[i] = d.stays(forced[i]) })
	for i, note := range notes {
		if told[i] && note.Rule != "" {
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
// something to say of it. One that would gain nothing has no rule: see spare.
func (d *decisions) stays(f infer.FuncID) (migrate.Note, bool) {
	why := d.forced[f]
	if why == nil || why.reason == "" { // it is as it should be
		return migrate.Note{}, false
	}
	note := migrate.InFunc(d.p, f, d.p.Funcs[f].Node, why.rule, "%s.%s stays synchronous: %s", d.p.Funcs[f].Module.Name, d.p.Qual(f), why.reason)
	if why.node != nil && why.fn >= 0 && why.node != d.p.Funcs[f].Node {
		at := migrate.InFunc(d.p, why.fn, why.node, why.rule, "")
		note.Message += fmt.Sprintf(" (%s:%d)", at.Path, at.Line)
	}
	note.Chain = d.colors.Proof(f)
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
			if it, some := migrate.Takes(m, h.Dir); some {
				return it
			}
			return paths[m.Path] || m.Root == path.Dir(h.Dir) || strings.HasPrefix(m.Path, path.Dir(h.Dir)+"/")
		})
		// as long as Eventlet's hub runs the loop, aio asks the bridge for it where a
		// task starts before the loop does
		files, err := migrate.Vendor(runtime, aio, bridge || len(aio) > 0)
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
