package catalog

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/offlet/offlet/internal/workspace"
)

// For is what offlet knows for a project: the built-in catalogue, and what the
// project's [tool.offlet] tables add. Check tells the mistakes in these, which
// For leaves out.
func For(p *workspace.Project) *Catalog {
	c, _ := extended(p)
	return c
}

// Check returns the first mistake in what the project adds, with its place.
func Check(p *workspace.Project) error {
	_, err := extended(p)
	return err
}

type extension struct {
	catalog *Catalog
	err     error
}

// made are the extended catalogues by the first of the tables: every step of a
// run asks again.
var made sync.Map

func extended(p *workspace.Project) (*Catalog, error) {
	if len(p.Configs) == 0 {
		return Default(), nil
	}
	key := &p.Configs[0]
	if x, ok := made.Load(key); ok {
		return x.(extension).catalog, x.(extension).err
	}
	c := *Default()
	c.symbols, c.alias, c.quiet = maps.Clone(c.symbols), maps.Clone(c.alias), maps.Clone(c.quiet)
	c.refusals = maps.Clone(c.refusals)
	var first error
	for i := range p.Configs {
		if err := c.extend(&p.Configs[i]); err != nil && first == nil {
			first = err
		}
	}
	made.Store(key, extension{&c, first})
	return &c, first
}

// extend adds what a table says, and returns the first mistake in it.
func (c *Catalog) extend(cfg *workspace.Config) error {
	var first error
	wrong := func(name, format string, args ...any) {
		if first == nil {
			first = cfg.At(name, format, args...)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(cfg.Facades)) {
		home := cfg.Facades[name]
		s := c.Lookup(home)
		switch {
		case s == nil || s.Owner != nil:
			wrong(name, "%s is no function or class that offlet has a record of", home)
		case c.Lookup(name) != nil:
			wrong(name, "offlet has a record of this name itself")
		default:
			c.alias[name] = s.Name
		}
	}
	for _, name := range slices.Sorted(maps.Keys(cfg.Catalog)) {
		r := cfg.Catalog[name]
		s := &Symbol{Name: name, Kind: Function, Group: r.Patched}
		switch r.Yields {
		case "may":
			s.Yields = May
		case "always":
			s.Yields = Always
		}
		if r.Spawns != nil {
			s.Spawns = &Callback{Arg: *r.Spawns}
		}
		if r.Calls != nil {
			s.Calls = &Callback{Arg: *r.Calls}
		}
		if r.Refuse != "" {
			s.Refuse = name // its own reason
			c.refusals[name] = r.Refuse
		}
		switch {
		case !strings.Contains(name, "."):
			wrong(name, "a record needs a name with its module, such as mylib.fetch")
		case c.symbols[name] != nil:
			wrong(name, "offlet has a record of this name itself")
		case r.Patched != "" && !slices.Contains(AllGroups, r.Patched) && !slices.Contains(NamedGroups, r.Patched):
			wrong(name, "monkey_patch has no argument %s", r.Patched)
		case r.Spawns != nil && *r.Spawns < 0 || r.Calls != nil && *r.Calls < 0:
			wrong(name, "positions of arguments are counted from 0")
		case r.Spawns != nil && r.Calls != nil:
			wrong(name, "spawns and calls exclude each other")
		default:
			// what yields by itself stays what it is: through the bridge while
			// Eventlet is there
			s.Leaf = s.Group != ""
			c.symbols[name] = s
		}
	}
	for _, name := range cfg.Quiet {
		c.quiet[name] = true
	}
	return first
}
