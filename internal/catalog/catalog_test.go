package catalog

import (
	"slices"
	"strings"
	"testing"
)

// TestReferences follows every reference of one record to another.
func TestReferences(t *testing.T) {
	c, err := New(builtin())
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	class := func(at, name string) {
		if strings.HasPrefix(name, "builtins.") {
			return
		}
		if s := c.Lookup(name); s == nil || s.Kind != Class {
			t.Errorf("%s: there is no class %s", at, name)
		}
	}
	check := func(s *Symbol) {
		for _, b := range s.Bases {
			class(s.Name, b)
		}
		for _, g := range s.Gives() {
			class(s.Name, g)
		}
		for _, cb := range [...]*Callback{s.Spawns, s.Calls, s.Thread, s.Keeps, s.Runs} {
			if cb != nil {
				for _, g := range cb.Given {
					if _, item, ok := strings.Cut(strings.TrimSuffix(g, ")"), "="); ok {
						g = item // of a mapping
					}
					if g != "_" {
						class(s.Name, g)
					}
				}
			}
		}
		if s.Refuse != "" && c.Reason(s) == "" {
			t.Errorf("%s: there is no sentence for the refusal %s", s.Name, s.Refuse)
		}
		used[s.Refuse] = true
		if g := s.Group; g != "" && g != "green" && !slices.Contains(AllGroups, g) && !slices.Contains(NamedGroups, g) {
			t.Errorf("%s: monkey_patch has no argument %s", s.Name, g)
		}
	}
	for _, s := range c.Symbols() {
		check(s)
		for _, m := range s.Methods {
			check(m)
		}
	}
	for reason := range c.refusals {
		if !used[reason] {
			t.Errorf("no record uses the refusal %s", reason)
		}
	}
}

// TestDecided looks for names of Eventlet that are neither converted nor
// refused: such a use would be taken for plain code.
func TestDecided(t *testing.T) {
	c := Default()
	for _, s := range c.Symbols() {
		if s.Kind == Module || !strings.HasPrefix(s.Name, "eventlet.") && !strings.HasPrefix(s.Name, "greenlet.") {
			continue
		}
		if s.To == "" && s.Refuse == "" && s.Drop == "" && !s.Bridge {
			t.Errorf("%s has no counterpart and no reason for having none", s.Name)
		}
	}
}

func TestCanonical(t *testing.T) {
	c := Default()
	for in, want := range map[string]string{
		"eventlet.sleep":                          "eventlet.greenthread.sleep",
		"eventlet.Queue.put":                      "eventlet.queue.LightQueue.put",
		"eventlet.greenpool.GreenPool":            "eventlet.greenpool.GreenPool",
		"eventlet.GreenPool.spawn":                "eventlet.greenpool.GreenPool.spawn",
		"offlet.aio.Queue.get":                    "offlet.aio.LightQueue.get",
		"greenlet.GreenletExit":                   "greenlet.GreenletExit",
		"eventlet.support.greenlets.GreenletExit": "greenlet.GreenletExit",
	} {
		s := c.Lookup(in)
		if s == nil || s.Name != want {
			t.Errorf("Lookup(%s) = %v, want %s", in, s, want)
		}
	}
	if s := c.Lookup("offlet.aio.Queue.get"); !s.Awaits || s.Yields != Never {
		t.Errorf("the twin of Queue.get: awaits %v, yields %v", s.Awaits, s.Yields)
	}
	for in, want := range map[string]string{
		"eventlet.green.urllib.request": "urllib.request",
		"eventlet.green.urllib2":        "urllib.request",
		"eventlet.green.httplib":        "http.client",
		"eventlet.green.socket":         "socket",
	} {
		if got, ok := c.GreenModule(in); !ok || got != want {
			t.Errorf("GreenModule(%s) = %s, %v, want %s", in, got, ok, want)
		}
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		if _, err := New(builtin()); err != nil {
			b.Fatal(err)
		}
	}
}

func TestUnrecorded(t *testing.T) {
	c := Default()
	for name, want := range map[string]bool{
		"eventlet.sleep":                              false,
		"eventlet.no_such_name":                       true,
		"eventlet.no_such_name().close":               true,
		"eventlet.wsgi.no_such_name":                  true,
		"eventlet.timeout.with_timeout().real":        false,
		"eventlet.timeout.Timeout.__str__":            false,
		"eventlet.greenpool.GreenPool.no_such_method": true,
		"eventlets.sleep":                             false,
		"time.no_such_name":                           false,
	} {
		if got := c.Unrecorded(name); got != want {
			t.Errorf("Unrecorded(%s) = %v", name, got)
		}
	}
}
