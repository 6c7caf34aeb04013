package infer_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/offlet/offlet/internal/catalog"
	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/program"
	"github.com/offlet/offlet/internal/workspace"
)

// TestClassCycles: names that stand for several things one after the other can
// make classes look like bases of themselves.
func TestClassCycles(t *testing.T) {
	for name, code := range map[string]string{
		"itself":   "class E(Exception): pass\nclass E(E): pass\ntry: pass\nexcept E as e: e.x()\n",
		"builtin":  "class NotImplementedError(NotImplementedError): pass\ndef f(e: NotImplementedError): e.x()\n",
		"in turns": "A = object\nclass B(A): pass\nclass A(B): pass\ndef f(a: A, b: B): a.x(), b.x()\n",
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "app.py"), []byte(code), 0o644); err != nil {
				t.Fatal(err)
			}
			w, err := workspace.Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			p := infer.Analyze(program.Load(w), catalog.Default())
			for _, c := range p.Classes {
				for _, s := range c.Sub {
					if s == c.ID {
						t.Errorf("%s is derived from itself", c.Name)
					}
				}
			}
		})
	}
}
