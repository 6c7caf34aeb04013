package catalog

import "testing"

// TestLoad loads the embedded files and follows every reference in them.
func TestLoad(t *testing.T) {
	c, err := load()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range c.Symbols() {
		for _, b := range s.Bases {
			if c.Lookup(b) == nil && b != "builtins.BaseException" && b != "builtins.Exception" {
				t.Errorf("%s: unknown base %s", s.Name, b)
			}
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
