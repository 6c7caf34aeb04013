package report_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/offlet/offlet/internal/deploy"
	"github.com/offlet/offlet/internal/inventory"
	"github.com/offlet/offlet/internal/migrate"
	"github.com/offlet/offlet/internal/report"
)

func scan() *report.Scan {
	return &report.Scan{
		Path: "proj", Files: 1518, Lines: 1234567,
		Inventory: &inventory.Inventory{
			UseCase: 1, UseCaseWhy: "of a_b*c",
			Hazards: []inventory.Hazard{
				{Note: migrate.Note{Rule: "HAZ13", Path: "tests/test_a.py", Line: 3, Col: 1, Message: "in a test"}, Test: true},
				{Note: migrate.Note{Rule: "HAZ8", Path: "a_b|c.py", Line: 7, Col: 2, Message: strings.Repeat("long, ", 60) + "50%\nof it"}},
				{Note: migrate.Note{Rule: "HAZ1", Path: "z.py", Line: 9, Col: 5, Message: "forks"}},
			},
			Settings: []inventory.Setting{
				{Path: "Procfile", Line: 1, Col: 4, Text: "web: gunicorn -k eventlet", What: "gunicorn runs on Eventlet", Kind: deploy.Gunicorn, Rule: "USE1"},
			},
		},
		Problems: []report.Problem{{Path: "bad.py", Line: 1, Col: 2, Message: strings.Repeat("bad ", 60) + "end"}},
		Steps:    []report.Step{{Name: "hub", Error: strings.Repeat("cannot ", 40) + "be"}},
	}
}

// The short form keeps to the width of a terminal, but no error is cut.
func TestTextWidth(t *testing.T) {
	var b bytes.Buffer
	if err := report.ScanText(&b, scan(), report.Options{}); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	for _, line := range strings.Split(text, "\n") {
		if n := len([]rune(line)); n > 120 && !strings.Contains(line, "bad bad") && !strings.Contains(line, "cannot cannot") {
			t.Errorf("%d characters: %s", n, line)
		}
	}
	for _, want := range []string{"1,518 Python files, 1,234,567 lines", "bad end\n", "cannot be\n", "offlet explain HAZ1 tells"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
	// what breaks first comes first, tests come last
	if one, eight, tests := strings.Index(text, "\n  HAZ1 "), strings.Index(text, "\n  HAZ8 "), strings.Index(text, "\n  HAZ13 "); one < 0 || one > eight || eight > tests {
		t.Errorf("the order of the hazards is wrong:\n%s", text)
	}
}

// Columns keep their places beside long names and numbers.
func TestTextColumns(t *testing.T) {
	s := scan()
	long := "swift/common/middleware/s3api/controllers/multi_delete_of_many.py"
	for i := range 12345 {
		s.Steps = append(s.Steps[:1], report.Step{Name: "migrate", Left: append(s.Steps[len(s.Steps)-1].Left, migrate.Note{Rule: "LEFT1", Path: "left.py", Line: i + 1})})
	}
	s.Steps[1].Left = append(s.Steps[1].Left, migrate.Note{Rule: "LEFT14", Path: "left.py", Line: 1})
	for _, at := range []string{"a.py", long} {
		s.Entries = append(s.Entries, inventory.Entry{Path: at, Modules: 3})
		s.Facades = append(s.Facades, inventory.Facade{Path: at, Modules: len(at), Names: []string{"sleep"}})
		for range len(at) * len(at) {
			s.Uses = append(s.Uses, inventory.Use{Path: at, Name: "eventlet.sleep", Kind: at[:2] + " sleeps"})
		}
	}
	for _, verbose := range []bool{false, true} {
		var b bytes.Buffer
		if err := report.ScanText(&b, s, report.Options{Verbose: verbose}); err != nil {
			t.Fatal(err)
		}
		// of each two lines, what stands in one column
		for _, pair := range [][2]string{
			{"a.py  .*()3 modules", "many.py  ()3 modules"},
			{"a.py .*modules()  sleep", "many.py .*modules()  sleep"},
			{"LEFT1 .*12,345()  left", "LEFT14 .* 1()  left"},
		} {
			var at [2]int
			for i, re := range pair {
				for _, line := range strings.Split(b.String(), "\n") {
					if m := regexp.MustCompile(re).FindStringSubmatchIndex(line); m != nil {
						at[i] = len([]rune(line[:m[2]]))
					}
				}
			}
			if at[0] == 0 || at[0] != at[1] {
				t.Errorf("verbose %v: %q are at %v in\n%s", verbose, pair, at, cutText(b.String()))
			}
		}
		if strings.Contains(b.String(), long) != verbose {
			t.Errorf("verbose %v: is %s there?\n%s", verbose, long, cutText(b.String()))
		}
	}
}

func cutText(s string) string { return s[:min(len(s), 3000)] }

func TestTextColor(t *testing.T) {
	var plain, colored bytes.Buffer
	if err := report.ScanText(&plain, scan(), report.Options{}); err != nil {
		t.Fatal(err)
	}
	if err := report.ScanText(&colored, scan(), report.Options{Color: true}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(plain.String(), "\x1b") {
		t.Error("colours although none were asked for")
	}
	if got := strings.NewReplacer("\x1b[1m", "", "\x1b[0m", "").Replace(colored.String()); got == colored.String() || got != plain.String() {
		t.Error("colours change more than the colour")
	}
}

func TestVerbose(t *testing.T) {
	var b bytes.Buffer
	if err := report.ScanText(&b, scan(), report.Options{Verbose: true}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "        a_b|c.py:7:2: long, long") {
		t.Errorf("-v does not list the places:\n%s", b.String())
	}
}

func TestGitHubEscapes(t *testing.T) {
	var b bytes.Buffer
	if err := report.GitHub(&b, scan()); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	if len(lines) != 5 { // three hazards, a setting, a problem
		t.Errorf("%d lines:\n%s", len(lines), b.String())
	}
	if !strings.Contains(b.String(), "50%25%0Aof it") {
		t.Error("a new line or a percent sign is not escaped")
	}
	if !strings.HasPrefix(lines[0], "::warning file=Procfile,line=1,col=4,title=offlet USE1::") {
		t.Errorf("got %s", lines[0])
	}
}

func TestMarkdownEscapes(t *testing.T) {
	var b bytes.Buffer
	if err := report.Markdown(&b, scan(), inventory.Rules); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"because of a\\_b\\*c.", "- `a_b\\|c.py:7` long", "HAZ1: the process forks (1)"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is missing in\n%s", want, b.String())
		}
	}
}
