package parser

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/offlet/offlet/internal/python/source"
)

// TestErrors checks the errors of the texts in testdata/errors. A file holds
// texts separated by lines "---"; in each, ### "regexp" stands on the line of
// the error. A first line "# python 3.N" names the version, the newest without.
func TestErrors(t *testing.T) {
	files, err := filepath.Glob("testdata/errors/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no test files", err)
	}
	expectation := regexp.MustCompile(`### (".*")`)
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		fileLine := 1
		for _, text := range strings.Split(string(data), "\n---\n") {
			first := fileLine
			fileLine += strings.Count(text, "\n") + 2
			where := name + ":" + strconv.Itoa(first)
			minor := Newest
			if v, ok := strings.CutPrefix(text, "# python 3."); ok {
				v, _, _ = strings.Cut(v, "\n")
				if minor, err = strconv.Atoi(v); err != nil {
					t.Fatalf("%s: %v", where, err)
				}
			}
			line, want := 0, ""
			for i, l := range strings.Split(text, "\n") {
				m := expectation.FindStringSubmatch(l)
				if m == nil {
					continue
				}
				if line != 0 {
					t.Fatalf("%s: two expectations", where)
				}
				line = i + 1
				if want, err = strconv.Unquote(m[1]); err != nil {
					// A regexp with backslashes of its own is not a Go string.
					want = strings.ReplaceAll(strings.Trim(m[1], `"`), `\"`, `"`)
				}
			}
			if line == 0 {
				t.Fatalf("%s: no expectation", where)
			}
			f, err := source.New("test.py", []byte(text))
			if err != nil {
				t.Fatalf("%s: %v", where, err)
			}
			_, err = Parse(f, Options{Version: minor})
			if err == nil {
				t.Errorf("%s: no error\n%s", where, text)
				continue
			}
			e := err.(*Error)
			if e.Line != line {
				t.Errorf("%s: error at line %d, want %d: %v", where, e.Line, line, err)
			}
			re, err := regexp.Compile(want)
			if err != nil {
				t.Fatalf("%s: %v", where, err)
			}
			if !re.MatchString(e.Msg) {
				t.Errorf("%s: error %q, want %q", where, e.Msg, want)
			}
		}
	}
}

// TestErrorPlace checks how an error prints and where it points.
func TestErrorPlace(t *testing.T) {
	f, err := source.New("dir/x.py", []byte("é = 1\nü = (é é)\n"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = Parse(f, Options{})
	if err == nil || err.Error() != "dir/x.py:2:6: invalid syntax. Perhaps you forgot a comma?" {
		t.Errorf("got %v", err)
	}
	if e := err.(*Error); f.Text[e.Span.Start:e.Span.End] != "é é" {
		t.Errorf("the span holds %q", f.Text[e.Span.Start:e.Span.End])
	}
	if _, err := Parse(f, Options{Version: 9}); err == nil || !strings.Contains(err.Error(), "Python 3.9 is not supported (3.10 to 3.14 are)") {
		t.Errorf("got %v", err)
	}
}
