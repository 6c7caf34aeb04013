package color_test

import (
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/offlet/offlet/internal/python/ast"
)

// certainly has a function for each kind of place; the comment says whether it is
// certain to yield, may, or never does.
const certainly = `import eventlet
import threading
eventlet.monkey_patch()

lock = threading.Lock()

def leaf():  # certain
    eventlet.sleep(1)
def plain():  # plain
    return 1
def caller():  # certain
    leaf()
def either(x):  # may
    (leaf if x else plain)()
def both(x):  # certain
    (leaf if x else caller)()
def above():  # may
    either(1)
def unknown(f, x):  # may
    (leaf if x else f)()
def again(n):  # certain
    leaf()
    return again(n - 1)
def round_and_round(n):  # plain
    return round_and_round(n - 1)
def holds():  # certain
    with lock:
        leaf()
class Slow:
    def __enter__(self):  # certain
        leaf()
    def __exit__(self, *a):  # may
        pass
    def __iter__(self):  # may
        return self
    def __next__(self):  # certain
        leaf()
    @property
    def value(self):  # certain
        leaf()
    def run(self):  # certain
        leaf()
class Quick:
    def __enter__(self):  # plain
        pass
    def __exit__(self, *a):  # plain
        pass
    def __iter__(self):  # plain
        return self
    def __next__(self):  # plain
        return 1
    @property
    def value(self):  # plain
        return 1
    def run(self):  # plain
        pass
def slow():  # certain
    with Slow():
        pass
def entered(x):  # may
    with (Slow() if x else Quick()):
        pass
def walked():  # certain
    for _ in Slow():
        pass
def walked_over(x):  # may
    for _ in (Slow() if x else [1]):
        pass
def seen():  # certain
    return Slow().value
def asked(x):  # may
    return (Slow() if x else Quick()).value
def ran(x):  # may
    (Slow() if x else Quick()).run()
def slept(items):  # certain
    for _ in sleeping():
        pass
def sleeping():  # certain
    eventlet.sleep(0)
    yield 1
def started():  # plain
    eventlet.spawn_n(leaf)
def main():  # certain
    caller(), either(1), both(1), above(), unknown(print, 1), again(1), round_and_round(1), holds(), slow(), entered(1), walked()
    walked_over(1), seen(), asked(1), ran(1), slept([]), started()
main()
`

func TestCertain(t *testing.T) {
	r, files := colored(t, &txtar.Archive{Files: []txtar.File{{Name: "app.py", Data: []byte(certainly)}}})
	ip, lines, certain := r.Graph.Program, files["app.py"], r.Certain()
	for id, f := range ip.Funcs {
		def, ok := f.Node.(*ast.FunctionDef)
		if !ok {
			continue
		}
		line, _ := f.Module.Source.LineCol(def.Name.Start)
		_, want, _ := strings.Cut(lines[line-1], "# ")
		got := "plain"
		if certain[id] {
			got = "certain"
		} else if r.Green[id] {
			got = "may"
		}
		if got != want {
			t.Errorf("%s: %s, not %s", ip.Qual(f.ID), got, want)
		}
		if certain[id] && !r.Green[id] {
			t.Errorf("%s is certain to yield and never does", ip.Qual(f.ID))
		}
	}
}
