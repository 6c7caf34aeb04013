package parser

import (
	"crypto/md5"
	"encoding/hex"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/offlet/offlet/internal/python/pythontest"
	"github.com/offlet/offlet/internal/python/source"
)

// A verdict is what a parser says about a text.
type verdict struct {
	ok   bool
	none bool   // CPython gave up, for depth or a bug of its own
	hash string // of the dump, if ok
	line int    // of the error, 0 if it has none
	msg  string
}

// parseVerdict splits a line of testdata/dump.py.
func parseVerdict(t *testing.T, s string) (name string, v verdict) {
	parts := strings.SplitN(s, "\t", 4)
	if len(parts) < 3 {
		t.Fatalf("bad answer %q", s)
	}
	switch parts[1] {
	case "ok":
		return parts[0], verdict{ok: true, hash: parts[2]}
	case "deep", "bug":
		return parts[0], verdict{none: true}
	}
	line, _ := strconv.Atoi(parts[2])
	return parts[0], verdict{line: line, msg: parts[3]}
}

func ourVerdict(path string, data []byte, minor int) (v verdict) {
	f, err := source.New(path, data)
	if err != nil {
		e := err.(*source.Error)
		return verdict{line: e.Line, msg: e.Msg}
	}
	file, err := Parse(f, Options{Version: minor})
	if err != nil {
		e := err.(*Error)
		return verdict{line: e.Line, msg: e.Msg}
	}
	if err := checkFile(file); err != nil {
		panic(path + ": " + err.Error())
	}
	sum := md5.Sum(dumpTree(f, file.Module, minor))
	return verdict{ok: true, hash: hex.EncodeToString(sum[:])}
}

// TestCPythonTrees compares the trees of the files of the standard library
// (with OFFLET_LONG_TESTS=1 those of the installed packages too) with those of
// CPython's ast module: kinds, fields, values and places of every node. A file
// that one rejects the other must reject.
//
// Before 3.12 CPython's places inside f-strings are not places in the text;
// testdata/dump.py leaves out precisely those, for these versions.
func TestCPythonTrees(t *testing.T) {
	py := pythontest.Find(t, Oldest, Newest)
	long := os.Getenv("OFFLET_LONG_TESTS") == "1"
	files := append(pythontest.Files(t, !long, py.Stdlib), "testdata/trees/common.py")
	ours := make([]verdict, len(files))
	index := make(map[string]int)
	var wg sync.WaitGroup
	for i, path := range files {
		index[path] = i
	}
	for w := range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := w; i < len(files); i += runtime.GOMAXPROCS(0) {
				data, err := os.ReadFile(files[i])
				if err != nil {
					t.Error(err)
					continue
				}
				ours[i] = ourVerdict(files[i], data, py.Minor)
			}
		})
	}
	wg.Wait()
	n, rejected, sameLine, bad := 0, 0, 0, 0
	py.Lines(t, "testdata/dump.py", nil, files, func(line string) {
		path, theirs := parseVerdict(t, line)
		v := ours[index[path]]
		n++
		switch {
		case theirs.none:
			t.Logf("%s: CPython has no answer", path)
		case theirs.ok && !v.ok:
			t.Errorf("%s: CPython accepts it; we: line %d: %s", path, v.line, v.msg)
		case !theirs.ok && v.ok:
			t.Errorf("%s: CPython rejects it: line %d: %s", path, theirs.line, theirs.msg)
		case !theirs.ok:
			rejected++
			if theirs.line == v.line {
				sameLine++
			} else {
				t.Logf("%s: CPython: line %d: %s; we: line %d: %s", path, theirs.line, theirs.msg, v.line, v.msg)
			}
		case theirs.hash != v.hash:
			bad++
			if bad <= 10 {
				t.Errorf("%s: trees differ: %s", path, firstDifference(t, py, path))
			} else {
				t.Errorf("%s: trees differ", path)
			}
		}
	})
	t.Logf("Python %s: %d files compared, %d trees differ, %d files rejected by both (%d at the same line)", py.Version, n, bad, rejected, sameLine)
}

// firstDifference describes the first place at which two dumps differ.
func firstDifference(t *testing.T, py *pythontest.Python, path string) string {
	f, err := source.Load(path)
	if err != nil {
		return err.Error()
	}
	file, err := Parse(f, Options{Version: py.Minor})
	if err != nil {
		return err.Error()
	}
	ours := string(dumpTree(f, file.Module, py.Minor))
	theirs := py.Output(t, "testdata/dump.py", path)
	return diffStrings(theirs, ours)
}

func diffStrings(theirs, ours string) string {
	i := 0
	for i < len(ours) && i < len(theirs) && ours[i] == theirs[i] {
		i++
	}
	cut := func(s string) string {
		return s[max(0, i-120):min(len(s), i+160)]
	}
	return "\nCPython: " + cut(theirs) + "\nwe:      " + cut(ours)
}
