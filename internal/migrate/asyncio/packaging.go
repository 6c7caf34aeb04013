package asyncio

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/offlet/offlet/internal/edit"
	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/migrate"
	"github.com/offlet/offlet/internal/program"
	"github.com/offlet/offlet/internal/workspace"
)

// needsPython is the minor version of Python 3 that the runtime and the
// rewritten code need.
const needsPython = 10

// packaging sees to it that what is built from the project, a wheel, has the
// runtime that was vendored: it is added to a literal list of packages, and
// where the manifest chooses in another way a note says what to write. used are
// the copies of which something is used.
func packaging(p *program.Program, homes map[*infer.Module]migrate.Home, used map[migrate.Home]bool, res *migrate.Result) error {
	manifests, err := p.Project.Packaging()
	if err != nil {
		return err
	}
	for _, h := range distinct(homes) {
		var users []string // the modules that need this copy, those of tests apart
		for m, of := range homes {
			if of == h && !migrate.IsTest(m.Name) && m.Name != "setup" {
				users = append(users, m.Name)
			}
		}
		var here []*workspace.Packaging // those of the nearest directory around it that has any
		for _, k := range manifests {
			if !k.Builds() && !strings.HasSuffix(k.Manifest, ".toml") || k.Dir() != "." && !strings.HasPrefix(h.Dir, k.Dir()+"/") {
				continue
			}
			switch {
			case len(here) > 0 && len(k.Dir()) < len(here[0].Dir()):
			case len(here) > 0 && len(k.Dir()) > len(here[0].Dir()):
				here = []*workspace.Packaging{k}
			default:
				here = append(here, k)
			}
		}
		for _, k := range here {
			if k.Older(needsPython) {
				res.Left = append(res.Left, migrate.Note{Rule: "LEFT10", Path: k.Manifest, Line: k.PythonLine, Col: 1,
					Message: fmt.Sprintf("says that Python %s will do, but what offlet writes needs 3.%d: write >=3.%d", k.Python, needsPython, needsPython)})
			}
		}
		if len(users) > 0 && slices.ContainsFunc(here, (*workspace.Packaging).Builds) && built(h, here[0].Dir()) {
			names := []string{h.Name}
			there, err := p.Project.ReadIfThere(path.Join(h.Dir, "aio/__init__.py"))
			if err != nil {
				return err
			}
			if used[h] || there != nil {
				names = append(names, h.Name+".aio")
			}
			pack(h, names, users, here, res)
		}
	}
	return nil
}

// built reports whether what is built from a directory may have a copy of the
// runtime: it is in a package, or where packages start.
func built(h migrate.Home, dir string) bool {
	root := path.Dir(h.Dir)
	return strings.Contains(h.Name, ".") || root == dir || root == path.Join(dir, "src") || root == path.Join(dir, "lib")
}

// distinct are the places of the runtime, in their order.
func distinct(homes map[*infer.Module]migrate.Home) []migrate.Home {
	var out []migrate.Home
	for _, h := range homes {
		if !slices.Contains(out, h) {
			out = append(out, h)
		}
	}
	slices.SortFunc(out, func(a, b migrate.Home) int { return strings.Compare(a.Dir, b.Dir) })
	return out
}

// pack adds one copy of the runtime to what the manifests of a directory list.
// names are its packages, users the modules that need it.
func pack(h migrate.Home, names, users []string, here []*workspace.Packaging, res *migrate.Result) {
	inside, _, in := strings.Cut(h.Name, ".") // the package that it is in
	left := func(k *workspace.Packaging, line int, format string, args ...any) {
		res.Left = append(res.Left, migrate.Note{Rule: "LEFT9", Path: k.Manifest, Line: max(line, 1), Col: 1,
			Message: "what is built from here has no " + h.Dir + ", which the program needs now: " + fmt.Sprintf(format, args...)})
	}
	of := func(is func(*workspace.Packaging) bool) *workspace.Packaging {
		if i := slices.IndexFunc(here, is); i >= 0 {
			return here[i]
		}
		return nil
	}
	if k := of(func(k *workspace.Packaging) bool { return len(k.Listed) > 0 }); k != nil {
		if in && !k.Lists(inside) || !in && !slices.ContainsFunc(users, func(m string) bool {
			head, _, sub := strings.Cut(m, ".")
			return !sub || k.Lists(head)
		}) {
			return // what needs it is not built either
		}
		missing := slices.DeleteFunc(slices.Clone(names), k.Lists)
		if k.Trees && len(missing) > 0 {
			missing = missing[:1] // h.Name, and aio comes with it
		}
		switch {
		case len(missing) == 0:
		case res.Change.Has(k.Manifest):
			left(k, k.ListLine, "add %s to packages", quoted(missing))
		default:
			at, text := k.Insert(missing)
			res.Change.Add(edit.FileChange{Path: k.Manifest, Old: []byte(k.Text), New: []byte(k.Text[:at] + text + k.Text[at:])})
			res.Done = append(res.Done, migrate.Note{Rule: "AIO22", Path: k.Manifest, Line: k.ListLine, Col: 1, Message: "what is built from here has " + quoted(missing) + " too"})
		}
		return
	}
	if k := of(func(k *workspace.Packaging) bool { return len(k.Include) > 0 }); k != nil {
		for _, n := range names {
			if !slices.ContainsFunc(k.Include, func(pattern string) bool { ok, _ := path.Match(pattern, n); return ok }) {
				left(k, k.ChosenLine, "add %q to include", h.Name+"*")
				return
			}
		}
		return
	}
	if of(func(k *workspace.Packaging) bool { return k.Finds }) != nil {
		return
	}
	k := of(func(k *workspace.Packaging) bool { return k.Chosen != "" })
	if in && (k == nil || k.Chosen != "packages") {
		return // a whole package is taken
	}
	if k == nil {
		k = of((*workspace.Packaging).Builds)
	}
	switch k.Backend {
	case "poetry":
		left(k, k.ChosenLine, "add { include = %q } to packages in [tool.poetry]", h.Name)
	case "hatch":
		left(k, k.ChosenLine, "add %q to only-include in [tool.hatch.build.targets.wheel]", h.Name)
	case "flit":
		left(k, k.ChosenLine, "flit builds one module or package; make the program a package, or use another backend")
	default:
		also := ""
		if k.Chosen == "" {
			also = ", and name the modules in py_modules (py-modules in pyproject.toml): setuptools searches for nothing once a list is written"
		}
		left(k, k.ChosenLine, "add packages = [%s]%s", quoted(names), also)
	}
}

func quoted(names []string) string { return `"` + strings.Join(names, `", "`) + `"` }
