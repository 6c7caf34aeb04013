package infer

import "github.com/offlet/offlet/internal/python/ast"

// oslo.concurrency has locks by name: lockutils.lock("db") in two modules is one
// lock. They are told apart by their allocation sites, like the locks of
// threading; those whose names are computed may be any of them.

// A Lock is one that a function holds as long as it runs:
// @lockutils.synchronized("db").
type Lock struct {
	Site int32 // 0 for a lock file, for which others may wait in another process
}

// The names of lockutils that are understood, and of what they give; the last two
// are ours (see the catalogue).
const (
	lockutilsLock         = "oslo_concurrency.lockutils.lock"
	lockutilsSynchronized = "oslo_concurrency.lockutils.synchronized"
	lockutilsHeld         = "oslo_concurrency.lockutils.Held"
	lockutilsInside       = "oslo_concurrency.lockutils.Inside"
)

func init() {
	builtins[lockutilsLock] = func(p *Program, c *Call) {
		p.escapeArgs(c, lockutilsLock)
		if site := p.lockSite(c); site > 0 {
			p.add(c.Ret, p.value(Value{Kind: ExtInstance, ID: p.nameOf(lockutilsInside), Site: site}))
		} else {
			p.add(c.Ret, p.plain(lockutilsHeld))
		}
	}
	builtins[lockutilsSynchronized] = func(p *Program, c *Call) {
		p.escapeArgs(c, lockutilsSynchronized)
		p.add(c.Ret, p.value(Value{Kind: ExtInstance, ID: p.nameOf(lockutilsSynchronized + "()"), Site: p.lockSite(c)}))
	}
	// what they give takes the same arguments, and puts a prefix before the name
	builtins[lockutilsLock+"_with_prefix"] = func(p *Program, c *Call) { p.add(c.Ret, p.external(lockutilsLock, false)) }
	builtins[lockutilsSynchronized+"_with_prefix"] = func(p *Program, c *Call) { p.add(c.Ret, p.external(lockutilsSynchronized, false)) }
}

// lockSite is the allocation site of the lock that a call of lockutils names, 0
// if it is a file (external=True).
func (p *Program) lockSite(c *Call) int32 {
	call, ok := c.Expr.(*ast.Call)
	name := ""
	if ok {
		for i, a := range call.Args {
			if s, ok := a.(*ast.Constant); ok && i == 0 && s.Kind == ast.Str {
				name = s.Text
			} else if i == 2 && !falsy(a) {
				return 0
			}
		}
		for _, k := range call.Keywords {
			switch {
			case k.Name == nil:
				return 0 // **options may say so
			case k.Name.Name == "external" && !falsy(k.Value):
				return 0
			}
		}
	}
	if len(c.few().partials) > 0 { // partial(synchronized, "db"): what it was given before is not looked at
		name = ""
	}
	if site, ok := p.locks[name]; ok {
		return site
	}
	if p.locks == nil {
		p.locks = map[string]int32{}
	}
	site := p.newSite(site{elem: p.node()})
	p.locks[name] = site
	return site
}

func falsy(e ast.Expr) bool {
	c, ok := e.(*ast.Constant)
	return ok && (c.Kind == ast.False || c.Kind == ast.None)
}

// SameLock lists the sites of the locks that the lock of a site may be.
func (p *Program) SameLock(site int32) []int32 {
	if _, computed := p.locks[""]; computed {
		named := false
		var all []int32
		for _, name := range sortedKeys(p.locks) {
			all = append(all, p.locks[name])
			named = named || p.locks[name] == site
		}
		if named {
			return all
		}
	}
	return []int32{site}
}

// locked notes the functions at a place that hold a lock as long as they run.
type locked struct{ site int32 }

func (l *locked) apply(p *Program, v ValueID) {
	if x := p.Values[v]; x.Kind == FuncVal || x.Kind == Bound {
		if f := p.Funcs[x.Func()]; !f.Generator { // of a generator it guards the making alone
			f.Locks = append(f.Locks, Lock{l.site})
		}
	}
}
