package catalog

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/offlet/offlet/internal/python/pythontest"
)

// judged is a record as the Python judges read it.
type judged struct {
	Name      string   `json:"name"`
	Kind      string   `json:"kind"`
	Owner     string   `json:"owner,omitempty"`
	Attribute bool     `json:"attribute,omitempty"`
	Aliases   []string `json:"aliases,omitempty"`
	Bases     []string `json:"bases,omitempty"`
	Params    []string `json:"params,omitempty"`
}

// recorded are the records of Eventlet and of the standard library, with their
// members.
func recorded(c *Catalog) []*Symbol {
	var out []*Symbol
	for _, s := range c.Symbols() {
		head, _, _ := strings.Cut(s.Name, ".")
		if head != "eventlet" && head != "greenlet" && !c.Standard(head) || head == "asyncio" {
			continue
		}
		out = append(out, s)
		for _, m := range s.Methods {
			out = append(out, m)
		}
	}
	slices.SortFunc(out, func(a, b *Symbol) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// ask runs a Python program and returns the fields of its lines.
func ask(t *testing.T, python, script string, stdin []byte, args ...string) [][]string {
	t.Helper()
	cmd := exec.Command(python, append([]string{script}, args...)...)
	var stderr bytes.Buffer
	cmd.Stdin, cmd.Stderr = bytes.NewReader(stdin), &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", script, strings.Join(args, " "), err, stderr.String())
	}
	var lines [][]string
	for line := range strings.Lines(string(out)) {
		if f := strings.Split(strings.TrimSuffix(line, "\n"), "\t"); len(f) == 3 {
			lines = append(lines, f)
		}
	}
	if len(lines) == 0 {
		t.Fatalf("%s %s: no answer\n%s", script, strings.Join(args, " "), stderr.String())
	}
	return lines
}

// TestNames asks the real Eventlet whether each record's name, members, base
// classes and parameters are what the record says.
func TestNames(t *testing.T) {
	python, _ := pythontest.Eventlet(t)
	records := judge(t, recorded(Default()))
	count := map[string]int{}
	for _, f := range ask(t, python, "testdata/names.py", marshal(t, records)) {
		count[f[0]]++
		if f[0] == "bad" {
			t.Errorf("%s: %s", f[1], f[2])
		}
	}
	if sum := count["ok"] + count["bad"] + count["absent"]; sum != len(records) {
		t.Errorf("%d answers for %d records", sum, len(records))
	}
	t.Logf("%d records: %d are as Eventlet and Python have them, %d are not to be had here", len(records), count["ok"], count["absent"])
}

// TestLibraries asks the installed libraries whether the names of the records
// about them are there. OFFLET_LIBRARIES_PYTHON names an interpreter that has
// more of them than Eventlet's.
func TestLibraries(t *testing.T) {
	python, _ := pythontest.Eventlet(t)
	if more := os.Getenv("OFFLET_LIBRARIES_PYTHON"); more != "" {
		python = more
	}
	c := Default()
	foreign := func(name string) bool {
		head, _, _ := strings.Cut(name, ".")
		// eventlet.green.zmq, OpenSSL and MySQLdb have names of their own
		return head != "eventlet" && head != "greenlet" && head != "offlet" && head != "zmq" && head != "OpenSSL" && head != "MySQLdb" && !c.Standard(head)
	}
	var symbols []*Symbol
	for _, s := range c.Symbols() {
		if foreign(s.Name) {
			symbols = append(symbols, s)
			for _, m := range s.Methods {
				symbols = append(symbols, m)
			}
		}
	}
	records := judge(t, symbols)
	for name := range c.blocking {
		if foreign(name) {
			records = append(records, judged{Name: name, Kind: "name"})
		}
	}
	for name := range c.pure {
		if foreign(name) {
			records = append(records, judged{Name: strings.TrimSuffix(name, ".*"), Kind: "name"})
		}
	}
	count := map[string]int{}
	for _, f := range ask(t, python, "testdata/names.py", marshal(t, records), "libraries") {
		count[f[0]]++
		if f[0] == "bad" {
			t.Errorf("%s: %s", f[1], f[2])
		}
	}
	if count["ok"] == 0 {
		t.Error("none of the libraries is installed")
	}
	t.Logf("%d names of libraries: %d are there, %d belong to libraries that are not installed", len(records), count["ok"], count["absent"])
}

// TestLibraryYields makes calls of the installed libraries that have to wait,
// with and without monkey_patch(), and compares what was seen with what the
// records and the list of blocking modules say.
func TestLibraryYields(t *testing.T) {
	python, _ := pythontest.Eventlet(t)
	if more := os.Getenv("OFFLET_LIBRARIES_PYTHON"); more != "" {
		python = more
	}
	c := Default()
	all := Groups{}
	for _, g := range AllGroups {
		all[g] = true
	}
	for mode, patched := range map[string]Groups{"own": {}, "patched": all} {
		called, absent := 0, 0
		for _, f := range ask(t, python, "testdata/libraries.py", nil, mode) {
			switch f[0] {
			case "absent":
				absent++
			case "failed":
				t.Errorf("%s: the scenario %s failed: %s", mode, f[1], f[2])
			case "seen":
				called++
				if says := c.yields(f[1], patched); says != strings.Contains(f[2], "y") {
					t.Errorf("%s: %s: seen %s, but the catalogue says %v", mode, f[1], f[2], says)
				}
			}
		}
		t.Logf("%s: %d calls, %d scenarios without their library", mode, called, absent)
	}
}

// yields is what the catalogue says of a call in a program that patches groups.
func (c *Catalog) yields(name string, patched Groups) bool {
	bare := strings.ReplaceAll(name, "()", "")
	if cls, ok := strings.CutSuffix(bare, ".__enter__"); ok {
		s := c.Lookup(cls)
		return s != nil && c.WithOf(s) == "leaf" && s.Active(patched, false)
	}
	s := c.Lookup(bare)
	if s != nil && s.Kind == Class {
		s = s.Methods["__init__"]
		return s != nil && s.Green(patched, false)
	}
	if s != nil {
		return s.Green(patched, false)
	}
	groups, blocks := c.Blocking(bare)
	return blocks && slices.ContainsFunc(groups, func(g string) bool { return g == "green" || patched.Has(g) })
}

func marshal(t *testing.T, records []judged) []byte {
	data, err := json.Marshal(records)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// judge is what the Python judges read of records.
func judge(t *testing.T, symbols []*Symbol) []judged {
	var records []judged
	for _, s := range symbols {
		r := judged{Name: s.Name, Kind: [...]string{"module", "function", "class", "method", "attribute"}[s.Kind],
			Attribute: s.IsAttribute, Aliases: s.Aliases, Bases: s.Bases, Params: s.Params}
		if s.Owner != nil {
			r.Owner = s.Owner.Name
		}
		for _, cb := range [...]*Callback{s.Spawns, s.Calls, s.Thread, s.Keeps} {
			if cb != nil && cb.Name != "" && len(r.Params) > cb.Arg && r.Params[cb.Arg] != cb.Name {
				t.Errorf("%s: the parameter %d is %s and not %s", s.Name, cb.Arg, r.Params[cb.Arg], cb.Name)
			}
		}
		records = append(records, r)
	}
	return records
}

// TestYields makes the calls of the records with the real Eventlet and watches
// whether the hub runs meanwhile.
func TestYields(t *testing.T) {
	python, _ := pythontest.Eventlet(t)
	c := Default()
	seen := map[string]string{}   // by record: what was seen for each call
	reason := map[string]string{} // by record: why it is not called here
	note := func(lines [][]string) {
		for _, f := range lines {
			switch f[0] {
			case "seen":
				seen[f[1]] += f[2]
			case "skip":
				reason[f[1]] = f[2]
			default:
				t.Errorf("the scenario %s failed: %s", f[1], f[2])
			}
		}
	}
	note(ask(t, python, "testdata/yields.py", nil, "own"))
	note(ask(t, python, "testdata/yields.py", nil, "patched", "all"))
	// what a single argument of monkey_patch makes green
	for _, group := range AllGroups {
		if group == "psycopg" {
			continue // needs psycopg2 and a server
		}
		alone := map[string]string{}
		for _, f := range ask(t, python, "testdata/yields.py", nil, "patched", group) {
			if f[0] == "seen" {
				alone[f[1]] = f[2]
			}
		}
		for _, s := range recorded(c) {
			if groupOf(s) != group || s.Yields == Never || alone[s.Name] == "" {
				continue
			}
			if !strings.Contains(alone[s.Name], "y") {
				t.Errorf("%s never yields under monkey_patch(%s=True) (%s)", s.Name, group, alone[s.Name])
			}
		}
	}
	var called, never, may, always, eager int
	skipped := len(reason)
	for _, s := range recorded(c) {
		what, done := seen[s.Name]
		delete(seen, s.Name)
		why := reason[s.Name]
		delete(reason, s.Name)
		switch {
		case s.Kind != Function && s.Kind != Method:
			continue
		case done && why != "":
			t.Errorf("%s is called, but there is a reason for not calling it: %s", s.Name, why)
		case !done && why == "":
			t.Errorf("%s is not called, and there is no reason for it", s.Name)
		}
		if !done {
			continue
		}
		called++
		if s.Eager {
			eager++
			continue // it does either
		}
		switch s.Yields {
		case Never:
			never++
			if strings.Contains(what, "y") {
				t.Errorf("%s yields (%s); the record says never", s.Name, what)
			}
		case May:
			may++
			if !strings.Contains(what, "y") {
				t.Errorf("%s never yields (%s); the record says that it may", s.Name, what)
			}
		case Always:
			always++
			if strings.Contains(what, "n") {
				t.Errorf("%s does not always yield (%s); the record says so", s.Name, what)
			}
		}
	}
	t.Logf("%d functions and methods called: %d never yield, %d may, %d always do, %d do without waiting; %d not called, each with a reason",
		called, never, may, always, eager, skipped)
	for name := range reason {
		if c.Lookup(name) == nil {
			t.Errorf("there is a reason for not calling %s, of which there is no record", name)
		}
	}
	for name := range seen {
		// classes that are called, iterated over or entered, and calls that are
		// noted for a member that a base class has
		head, member := name[:strings.LastIndexByte(name, '.')], name[strings.LastIndexByte(name, '.')+1:]
		cls := c.Lookup(head)
		switch {
		case c.Lookup(name) != nil:
		case cls != nil && member == "__next__" && c.IterOf(cls) != "", cls != nil && member == "__enter__" && c.WithOf(cls) != "":
			if !strings.Contains(seen[name], "y") && c.WithOf(cls) != "plain" {
				t.Errorf("%s never yields", name)
			}
		default:
			t.Errorf("%s is called, but there is no record of it", name)
		}
	}
}

func groupOf(s *Symbol) string {
	if s.Group == "" && s.Owner != nil {
		return s.Owner.Group
	}
	return s.Group
}

// TestRuntime asks offlet's runtime whether what records become is there, with
// all members that the records have.
func TestRuntime(t *testing.T) {
	python, _ := pythontest.Eventlet(t)
	c := Default()
	// what functions give, without a name of its own in the runtime
	unnamed := map[string]bool{"offlet.bridge.Iterator": true, "offlet.bridge.Context": true, "offlet.aio.ResourceItem": true}
	var records []judged
	targets := 0
	for _, s := range c.Symbols() {
		for _, to := range [...]string{s.To, s.ToValue} {
			if head, rest, _ := strings.Cut(to, "."); head == "aio" {
				targets++
				if c.Lookup("offlet.aio."+rest) == nil {
					t.Errorf("%s becomes %s, of which there is no record", s.Name, to)
				}
			} else if to != "" && to != "asyncio.sleep" {
				t.Errorf("%s becomes %s, which is not of the runtime", s.Name, to)
			}
		}
		if !strings.HasPrefix(s.Name, "offlet.") || unnamed[s.Name] {
			continue
		}
		records = append(records, judged{Name: s.Name, Kind: "name"})
		for _, m := range s.Methods {
			if !strings.HasPrefix(m.Name[len(s.Name)+1:], "__") { // the runtime has the asynchronous ones
				records = append(records, judged{Name: m.Name, Kind: "method", Owner: s.Name, Attribute: m.IsAttribute})
			}
		}
	}
	t.Setenv("PYTHONPATH", "../../runtime")
	count := map[string]int{}
	for _, f := range ask(t, python, "testdata/names.py", marshal(t, records), "libraries") {
		count[f[0]]++
		if f[0] != "ok" {
			t.Errorf("%s: %s", f[1], f[2])
		}
	}
	t.Logf("%d records become something of the runtime; %d names and members of it are there", targets, count["ok"])
}
