package drop

import (
	"path"
	"slices"
	"strings"

	"github.com/offlet/offlet/internal/edit"
	"github.com/offlet/offlet/internal/migrate"
	"github.com/offlet/offlet/internal/program"
	"github.com/offlet/offlet/internal/workspace"
)

// packaging takes the packages of the runtime that go away out of the lists of
// packages: setuptools fails for one that is not there.
func (d *dropper) packaging(p *program.Program) error {
	gone := map[string]bool{} // directories of packages
	for _, f := range d.res.Change.Files {
		if f.Runtime && f.New == nil && path.Base(f.Path) == "__init__.py" {
			gone[path.Dir(f.Path)] = true
		}
	}
	if len(gone) == 0 {
		return nil
	}
	manifests, err := p.Project.Packaging()
	if err != nil {
		return err
	}
	for _, k := range manifests {
		old := []byte(k.Text)
		i := slices.IndexFunc(d.res.Change.Files, func(f edit.FileChange) bool { return f.Path == k.Manifest })
		if i >= 0 { // the requirement went too
			k = workspace.PackagingOf(k.Manifest, d.res.Change.Files[i].New)
		}
		text, changed := k.Remove(func(name string) bool {
			dir := strings.ReplaceAll(name, ".", "/")
			for g := range gone {
				if strings.Contains(name, workspace.RuntimeDir) && (g == dir || strings.HasSuffix(g, "/"+dir)) {
					return true
				}
			}
			return false
		})
		if !changed {
			continue
		}
		d.res.Done = append(d.res.Done, migrate.Note{Rule: "DROP6", Path: k.Manifest, Line: k.ListLine, Col: 1, Message: "no longer lists the parts of the runtime that go"})
		if i >= 0 {
			d.res.Change.Files[i].New = []byte(text)
		} else {
			d.res.Change.Add(edit.FileChange{Path: k.Manifest, Old: old, New: []byte(text)})
		}
	}
	return nil
}
