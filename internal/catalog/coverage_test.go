package catalog

import (
	"os"
	"strings"
	"testing"
)

// notThere are names without a record: those that the pinned Eventlet does not
// have, and those that are not its API.
var notThere = map[string]string{
	"eventlet.greenio._GLOBAL_DEFAULT_TIMEOUT":   "private",
	"eventlet.greenio._fileobject":               "private: the name of socket.SocketIO there",
	"eventlet.greenio.socket_timeout":            "the builtin TimeoutError",
	"eventlet.greenio.GreenFileIO":               "is in eventlet.greenio.py3",
	"eventlet.green.thread._local":               "private: the name of corolocal.local there",
	"eventlet.greenthread.GreenThread.__await__": "said by the field awaitable",
	"eventlet.GreenPile.__iter__":                "said by the field iter",
	"eventlet.GreenPool.sem":                     "the inside of a pool: a member without a record keeps the class",
	"eventlet.wsgi.ALREADY_HANDLED":              "gone; WSGI_LOCAL is instead",
	"eventlet.support.pylib":                     "cannot be imported on Python 3",
	"eventlet.support.stacklesss":                "cannot be imported on Python 3",
	"eventlet.support.stacklesspypys":            "cannot be imported on Python 3",
	"eventlet.zipkin.client.ZipkinClient":        "the inside of zipkin.patcher: left as a name without a record",
	"eventlet.zipkin.greenthread":                "the inside of zipkin.patcher: left as a name without a record",
	"eventlet.zipkin.http":                       "the inside of zipkin.patcher: left as a name without a record",
	"eventlet.zipkin.log":                        "the inside of zipkin.patcher: left as a name without a record",
	"eventlet.zipkin.wsgi":                       "the inside of zipkin.patcher: left as a name without a record",
	"eventlet.zipkin.api.put_annotation":         "the inside of zipkin.patcher: left as a name without a record",
}

// TestCoverage finds a record for each API of the list.
func TestCoverage(t *testing.T) {
	data, err := os.ReadFile("testdata/apis.txt")
	if err != nil {
		t.Fatal(err)
	}
	c := Default()
	lines, names := 0, 0
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		lines++
		for _, api := range strings.Fields(line) {
			names++
			if what := uncovered(c, api); what != "" {
				t.Errorf("%s: %s", api, what)
			}
		}
	}
	t.Logf("%d records of the list, with %d names", lines, names)
	for name := range notThere {
		if c.Lookup(name) != nil {
			t.Errorf("there is a record of %s", name)
		}
		if !strings.Contains(string(data), name) {
			t.Errorf("the list does not have %s", name)
		}
	}
}

func uncovered(c *Catalog, api string) string {
	kind, name, ok := strings.Cut(api, ":")
	if !ok {
		kind, name = "", api
	}
	if std, green := c.GreenModule(name); green {
		name = std
	}
	switch _, blocks := c.Blocking(name); {
	case kind == "env" || notThere[api] != "":
		return ""
	case kind == "quiet":
		if s := c.Lookup(name); blocks || s != nil && s.Yields != Never {
			return "may yield"
		}
		return ""
	case kind == "blocks":
		if !blocks && c.Lookup(name) == nil {
			return "is taken for plain"
		}
		return ""
	case c.Lookup(name) != nil || blocks:
		return ""
	case strings.HasPrefix(api, "eventlet.green.") && (c.Standard(name) || hasPrefix(c, name)):
		return "" // a module
	case hasPrefix(c, name):
		return ""
	}
	return "has no record"
}

// hasPrefix reports whether there is a record below a module.
func hasPrefix(c *Catalog, module string) bool {
	for name := range c.symbols {
		if strings.HasPrefix(name, module+".") {
			return true
		}
	}
	return false
}
