package drop

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/offlet/offlet/internal/python/pythontest"
)

func TestNamesEventlet(t *testing.T) {
	for text, want := range map[string]bool{
		"eventlet.green.socket":     true,
		"eventlet.green.%s":         true,
		"eventlet.wsgi:server":      true,
		"eventlet.sleep":            true,
		"eventlet.__version__":      true,
		"eventlet.%s":               true,
		"eventlet.":                 true,
		"eventlet.net":              false,
		"eventlet.net/index.html":   false,
		"eventlet.log":              false,
		"eventlet.sleeper.Class":    false,
		"eventlet.sleep is patched": false,
		"myeventlet.green.socket":   false,
		"eventlet":                  false,
	} {
		if got := namesEventlet(text); got != want {
			t.Errorf("namesEventlet(%q) = %v", text, got)
		}
	}
}

// TestNamesOfEventlet asks the real Eventlet for all of its names.
func TestNamesOfEventlet(t *testing.T) {
	python, _ := pythontest.Eventlet(t)
	out, err := exec.Command(python, "-I", "-W", "ignore", "-c",
		"import eventlet, pkgutil; print(*dir(eventlet), *(m.name for m in pkgutil.iter_modules(eventlet.__path__)))").Output()
	if err != nil {
		t.Fatal(err)
	}
	names := strings.Fields(string(out))
	if len(names) < 60 {
		t.Fatalf("Eventlet has only these names: %s", out)
	}
	for _, name := range names {
		if !namesEventlet("eventlet." + name + ".x") {
			t.Errorf("eventlet.%s is not known", name)
		}
	}
}
