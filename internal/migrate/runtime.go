package migrate

import (
	"sync"

	"github.com/offlet/offlet/internal/infer"
)

// A Runtime gives the names under which a rewritten file reaches asyncio and
// offlet's runtime, and remembers which of them it uses.
type Runtime struct {
	imported func() map[string]string // the names that the file has
	unused   func(names ...string) string
	used     map[string]string // the names that it has or gets, of what it uses
}

// NewRuntime chooses names that the module does not use for anything else. A
// file that was rewritten before keeps the names that it has.
func NewRuntime(m *infer.Module, p *infer.Program) *Runtime {
	return &Runtime{
		imported: sync.OnceValue(func() map[string]string { return Imported(m, p) }),
		unused:   func(names ...string) string { return Unused(m, names...) },
		used:     map[string]string{},
	}
}

// use is the name of a module in the file; of two that it might get the second one
// is for files that use the first for something else.
func (r *Runtime) use(dotted, name, other string) string {
	as, known := r.used[dotted]
	if !known {
		if as, known = r.imported()[dotted]; !known {
			as = r.unused(name, other)
		}
		r.used[dotted] = as
	}
	return as
}

// Asyncio is the name of the asyncio module in the file.
func (r *Runtime) Asyncio() string { return r.use("asyncio", "asyncio", "_asyncio") }

// Functools is the name of the functools module in the file.
func (r *Runtime) Functools() string { return r.use("functools", "functools", "_functools") }

// Aio is the name of offlet.aio in the file.
func (r *Runtime) Aio() string { return r.use("offlet.aio", "aio", "offlet_aio") }

// Bridge is the name of offlet.bridge in the file.
func (r *Runtime) Bridge() string { return r.use("offlet.bridge", "bridge", "offlet_bridge") }

// Used reports whether the file came to use offlet's runtime by one of its
// modules' names.
func (r *Runtime) Used() bool { return r.used["offlet.aio"] != "" || r.used["offlet.bridge"] != "" }

// Imports are the import lines that the file needs and does not have. from is
// the dotted name of the package that holds the runtime.
func (r *Runtime) Imports(from string) []string {
	var lines []string
	for _, module := range [...]string{"asyncio", "functools"} {
		if as := r.needs(module, module); as != "" {
			lines = append(lines, "import "+as)
		}
	}
	names := ""
	for _, name := range [...]string{"aio", "bridge"} {
		as := r.needs("offlet."+name, name)
		if as != "" && names != "" {
			names += ", "
		}
		names += as
	}
	if names != "" {
		lines = append(lines, "from "+from+" import "+names)
	}
	return lines
}

// needs is what is imported of a module that the file uses and does not import:
// its name, with the name that it gets if that is another; "" if nothing is.
func (r *Runtime) needs(dotted, name string) string {
	as := r.used[dotted]
	if as == "" || r.imported()[dotted] != "" {
		return ""
	}
	if as != name {
		return name + " as " + as
	}
	return name
}
