package migrate

import (
	"io/fs"
	"path"
	"strings"

	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/python/ast"
	"github.com/offlet/offlet/internal/python/parser"
	"github.com/offlet/offlet/internal/python/source"
	"github.com/offlet/offlet/internal/workspace"
)

// A Home is where the runtime is vendored: a directory below the project and
// the dotted name by which it is imported.
type Home struct {
	Dir  string // with slashes, ending in workspace.RuntimeDir
	Name string
}

// Homes chooses the place of the runtime for each of the modules that need it:
// one for all modules that may run in one process, since two copies in one
// process would have two of each class. It is the package that holds them all,
// else the directory that their imports start from. A runtime that an earlier
// step vendored stays where it is.
func Homes(p *infer.Program, modules []*infer.Module, existing []string) map[*infer.Module]Home {
	// the directories on sys.path whose modules import each other
	group := map[string]string{}
	var find func(r string) string
	find = func(r string) string {
		if up, ok := group[r]; ok && up != r {
			return find(up)
		}
		return r
	}
	for _, m := range p.Modules {
		for _, t := range p.ImportsOf(m) {
			if a, b := find(m.Root), find(t.Root); a != b {
				if shorter(b, a) {
					a, b = b, a
				}
				group[b] = a // the shortest one stands for all: others reach it
			}
		}
	}
	needing := map[string][]*infer.Module{}
	for _, m := range modules {
		r := find(m.Root)
		needing[r] = append(needing[r], m)
	}
	out := map[*infer.Module]Home{}
	for root, list := range needing {
		h := homeIn(root, list, existing)
		for _, m := range list {
			out[m] = h
		}
	}
	return out
}

func shorter(a, b string) bool {
	if x, y := strings.Count(a, "/"), strings.Count(b, "/"); x != y || a == "." || b == "." {
		return a == "." || b != "." && x < y
	}
	return a < b
}

// homeIn chooses the place below one directory of sys.path.
func homeIn(root string, modules []*infer.Module, existing []string) Home {
	for _, dir := range existing {
		if dir == path.Join(root, workspace.RuntimeDir) {
			return Home{Dir: dir, Name: workspace.RuntimeDir}
		}
		if rel, ok := strings.CutPrefix(dir, prefix(root)); ok && strings.HasSuffix(rel, "/"+workspace.RuntimeDir) {
			return Home{Dir: dir, Name: strings.ReplaceAll(rel, "/", ".")}
		}
	}
	top := ""
	for i, m := range modules {
		head, _, sub := strings.Cut(m.Name, ".")
		if !sub && !m.IsPackage || m.Root != root || i > 0 && head != top {
			return Home{Dir: path.Join(root, workspace.RuntimeDir), Name: workspace.RuntimeDir}
		}
		top = head
	}
	return Home{Dir: path.Join(root, top, workspace.RuntimeDir), Name: top + "." + workspace.RuntimeDir}
}

func prefix(root string) string {
	if root == "." {
		return ""
	}
	return root + "/"
}

// Vendor returns the files of the runtime that a program needs: those from
// which the used names of aio come, with everything that they import. The
// paths are relative to the runtime's directory.
func Vendor(runtime fs.FS, aio map[string]bool, bridge bool) (map[string][]byte, error) {
	out := map[string][]byte{}
	var need func(name string) error
	need = func(name string) error {
		if _, done := out[name]; done {
			return nil
		}
		data, err := fs.ReadFile(runtime, name)
		if err != nil {
			return err
		}
		out[name] = data
		deps, err := imports(name, data)
		if err != nil {
			return err
		}
		for _, d := range deps {
			if file := locate(runtime, d); file != "" {
				if file == "aio/__init__.py" && name != "bridge.py" && !strings.HasPrefix(name, "bridge/") {
					continue
				}
				if err := need(file); err != nil {
					return err
				}
			}
		}
		return nil
	}
	init, err := fs.ReadFile(runtime, "aio/__init__.py")
	if err != nil {
		return nil, err
	}
	lines, err := exports(init)
	if err != nil {
		return nil, err
	}
	var kept []string
	for _, l := range lines {
		wanted := bridge // the bridge may use all of it
		for _, n := range l.names {
			wanted = wanted || aio[n]
		}
		if !wanted {
			continue
		}
		kept = append(kept, l.text)
		if err := need("aio/" + l.module + ".py"); err != nil {
			return nil, err
		}
	}
	if bridge {
		for _, name := range []string{"bridge.py", "bridge/__init__.py"} {
			if _, err := fs.Stat(runtime, name); err == nil {
				if err := need(name); err != nil {
					return nil, err
				}
			}
		}
	}
	head := "# SPDX-License-Identifier: Apache-2.0\n"
	out["__init__.py"] = []byte(head + "\"\"\"The parts of offlet's runtime that this program uses, vendored by offlet.\"\"\"\n")
	if len(kept) > 0 || bridge {
		out["aio/__init__.py"] = []byte(head + "\"\"\"Eventlet's classes on asyncio.\"\"\"\n\n" + strings.Join(kept, "\n") + "\n")
	}
	return out, nil
}

type exportLine struct {
	module string
	names  []string
	text   string
}

// exports reads the import lines of aio/__init__.py.
func exports(init []byte) ([]exportLine, error) {
	f, err := source.New("aio/__init__.py", init)
	if err != nil {
		return nil, err
	}
	file, err := parser.Parse(f, parser.Options{})
	if err != nil {
		return nil, err
	}
	var out []exportLine
	for _, s := range file.Module.Body {
		imp, ok := s.(*ast.ImportFrom)
		if !ok || imp.Level != 1 || imp.Module == nil {
			continue
		}
		l := exportLine{module: imp.Module.Name, text: file.Text(imp)}
		for _, a := range imp.Names {
			name := a.Name.Name
			if a.AsName != nil {
				name = a.AsName.Name
			}
			l.names = append(l.names, name)
		}
		out = append(out, l)
	}
	return out, nil
}

// imports lists the modules of the runtime that one of its files imports, as
// slash-separated paths without .py.
func imports(name string, data []byte) ([]string, error) {
	f, err := source.New(name, data)
	if err != nil {
		return nil, err
	}
	file, err := parser.Parse(f, parser.Options{})
	if err != nil {
		return nil, err
	}
	var out []string
	ast.Inspect(file.Module, func(n ast.Node) bool {
		imp, ok := n.(*ast.ImportFrom)
		if !ok || imp.Level == 0 {
			return true
		}
		dir := path.Dir(name)
		for i := int32(1); i < imp.Level; i++ {
			dir = path.Dir(dir)
		}
		if imp.Module != nil {
			dir = path.Join(dir, strings.ReplaceAll(imp.Module.Name, ".", "/"))
			out = append(out, dir)
		}
		for _, a := range imp.Names {
			out = append(out, path.Join(dir, a.Name.Name))
		}
		return true
	})
	return out, nil
}

func locate(runtime fs.FS, module string) string {
	for _, f := range []string{module + ".py", path.Join(module, "__init__.py")} {
		if _, err := fs.Stat(runtime, f); err == nil {
			return f
		}
	}
	return ""
}
