package migrate

import (
	"github.com/offlet/offlet/internal/infer"
)

// A Runtime gives the names under which a rewritten file reaches asyncio and
// offlet's runtime, and remembers which of them it uses.
type Runtime struct {
	asyncio, aio, bridge string
	functools            string
	usesFunctools        bool
	usesAsyncio          bool
	usesAio, usesBridge  bool
}

// NewRuntime chooses names that the module does not use for anything else. A
// file that was rewritten before keeps the names that it has.
func NewRuntime(m *infer.Module, p *infer.Program) *Runtime {
	imported := Imported(m, p)
	pick := func(dotted string, names ...string) string {
		if n, ok := imported[dotted]; ok {
			return n
		}
		return Unused(m, names...)
	}
	return &Runtime{
		asyncio:   pick("asyncio", "asyncio", "_asyncio"),
		functools: pick("functools", "functools", "_functools"),
		aio:       pick("offlet.aio", "aio", "offlet_aio"),
		bridge:    pick("offlet.bridge", "bridge", "offlet_bridge"),
	}
}

// Asyncio is the name of the asyncio module in the file.
func (r *Runtime) Asyncio() string { r.usesAsyncio = true; return r.asyncio }

// Functools is the name of the functools module in the file.
func (r *Runtime) Functools() string { r.usesFunctools = true; return r.functools }

// Aio is the name of offlet.aio in the file.
func (r *Runtime) Aio() string { r.usesAio = true; return r.aio }

// Bridge is the name of offlet.bridge in the file.
func (r *Runtime) Bridge() string { r.usesBridge = true; return r.bridge }

// Used reports whether the file came to use offlet's runtime by one of its
// modules' names.
func (r *Runtime) Used() bool { return r.usesAio || r.usesBridge }

// Imports are the import lines that the file needs and does not have. from is
// the dotted name of the package that holds the runtime.
func (r *Runtime) Imports(m *infer.Module, p *infer.Program, from string) []string {
	imported := Imported(m, p)
	var lines []string
	if _, has := imported["asyncio"]; r.usesAsyncio && !has {
		line := "import asyncio"
		if r.asyncio != "asyncio" {
			line += " as " + r.asyncio
		}
		lines = append(lines, line)
	}
	if _, has := imported["functools"]; r.usesFunctools && !has {
		line := "import functools"
		if r.functools != "functools" {
			line += " as " + r.functools
		}
		lines = append(lines, line)
	}
	names := ""
	add := func(used bool, name, as string) {
		if _, has := imported["offlet."+name]; !used || has {
			return
		}
		if names != "" {
			names += ", "
		}
		names += name
		if as != name {
			names += " as " + as
		}
	}
	add(r.usesAio, "aio", r.aio)
	add(r.usesBridge, "bridge", r.bridge)
	if names != "" {
		lines = append(lines, "from "+from+" import "+names)
	}
	return lines
}
