package migrate

import (
	"fmt"
	"io/fs"
	"path"
	"sort"
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

// HomeOf chooses one place for the runtime, since two copies in one process
// would have two of each class: the package that holds all modules that need
// it, else the directory that their imports start from. A runtime that an
// earlier step vendored stays where it is.
func HomeOf(p *infer.Program, modules []*infer.Module, existing []string) (Home, error) {
	roots := map[string]bool{}
	tops := map[string]bool{}
	for _, m := range modules {
		roots[m.Root] = true
		top, _, sub := strings.Cut(m.Name, ".")
		if !sub && !m.IsPackage {
			top = ""
		}
		tops[top] = true
	}
	if len(roots) != 1 {
		var list []string
		for r := range roots {
			list = append(list, r)
		}
		sort.Strings(list)
		// scripts in several directories of one project: they import what lies
		// at the shortest one, if that is on their path
		return Home{}, fmt.Errorf("the files that need offlet's runtime are imported from different directories (%s); run offlet on each of them", strings.Join(list, ", "))
	}
	root := ""
	for r := range roots {
		root = r
	}
	h := Home{Dir: path.Join(root, workspace.RuntimeDir), Name: workspace.RuntimeDir}
	if len(tops) == 1 {
		for t := range tops {
			if t != "" {
				h = Home{Dir: path.Join(root, t, workspace.RuntimeDir), Name: t + "." + workspace.RuntimeDir}
			}
		}
	}
	for _, dir := range existing {
		if dir == path.Join(root, workspace.RuntimeDir) {
			return Home{Dir: dir, Name: workspace.RuntimeDir}, nil
		}
		if rel, ok := strings.CutPrefix(dir, prefix(root)); ok && strings.HasSuffix(rel, "/"+workspace.RuntimeDir) {
			return Home{Dir: dir, Name: strings.ReplaceAll(rel, "/", ".")}, nil
		}
	}
	return h, nil
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
