package drop

import (
	"fmt"

	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/migrate"
	"github.com/offlet/offlet/internal/python/ast"
)

// entry reports whether a process starts with a module.
func (d *dropper) entry(m *infer.Module) bool {
	if d.entries == nil {
		d.entries = migrate.Entries(d.p)
	}
	return d.entries[m]
}

// loopOfItsOwn is the reason for which a module that waits while it is imported
// cannot have a loop of its own, by asyncio.run in its body, or "". Such a loop
// ends with the wait, and abandons what runs on it; and it cannot start where
// another one runs.
func (d *dropper) loopOfItsOwn(m *infer.Module) string {
	if at := d.importedLate(m); at != "" {
		return "it is imported at " + at + ", where a loop may run"
	}
	if d.spawned == nil {
		at := d.spawnedByImports()
		d.spawned = &at
	}
	if *d.spawned != "" {
		return "what is started at " + *d.spawned + " has to go on"
	}
	return ""
}

// importedLate is the place in a function that imports a module, or one that
// imports it in turn; "" if there is none.
func (d *dropper) importedLate(m *infer.Module) string {
	if d.late == nil {
		d.late = map[*infer.Module]string{}
		for _, f := range d.p.Funcs {
			def, ok := f.Node.(*ast.FunctionDef)
			if !ok {
				continue
			}
			ast.Inspect(def, func(n ast.Node) bool {
				s, ok := n.(ast.Stmt)
				if !ok {
					return true
				}
				for _, t := range d.p.Imports(f.Module, s) {
					at := migrate.InFunc(d.p, f.ID, s, "", "")
					d.importLate(t, fmt.Sprintf("%s:%d", at.Path, at.Line))
				}
				return true
			})
		}
	}
	return d.late[m]
}

func (d *dropper) importLate(m *infer.Module, at string) {
	if d.late[m] != "" {
		return
	}
	d.late[m] = at
	for _, t := range d.p.ImportsOf(m) {
		d.importLate(t, at)
	}
}

// spawnedByImports is the first place where a task is started while modules are
// imported that no process starts with.
func (d *dropper) spawnedByImports() string {
	seen := map[infer.FuncID]bool{}
	var queue []infer.FuncID
	add := func(list []infer.FuncID) {
		for _, f := range list {
			if !seen[f] {
				seen[f] = true
				queue = append(queue, f)
			}
		}
	}
	for _, m := range d.p.Modules {
		if !d.entry(m) {
			add([]infer.FuncID{m.Body})
		}
	}
	for i := 0; i < len(queue); i++ {
		for _, e := range d.g.Effects[queue[i]] {
			if e.Call != nil && e.Call.Mode == infer.Spawn {
				at := migrate.InFunc(d.p, e.Func, e.Node, "", "")
				return fmt.Sprintf("%s:%d", at.Path, at.Line)
			}
			add(e.Targets)
			add(e.Coroutines)
			add(e.Possible)
		}
	}
	return ""
}
