package report_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/offlet/offlet/internal/deploy"
	"github.com/offlet/offlet/internal/inventory"
	"github.com/offlet/offlet/internal/migrate"
	"github.com/offlet/offlet/internal/plan"
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
	if err := scan().Text(&b, report.Options{}); err != nil {
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
		if err := s.Text(&b, report.Options{Verbose: verbose}); err != nil {
			t.Fatal(err)
		}
		// of each two lines, what stands in one column
		for _, pair := range [][2]string{
			{"a.py  .*()3 modules", "many.py  ()3 modules"},
			{"a.py .*modules()  sleep", "many.py .*modules()  sleep"},
			{"LEFT1 .*12,345() ", "LEFT14 .* 1() "},
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
	if err := scan().Text(&plain, report.Options{}); err != nil {
		t.Fatal(err)
	}
	if err := scan().Text(&colored, report.Options{Color: true}); err != nil {
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
	if err := scan().Text(&b, report.Options{Verbose: true}); err != nil {
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
	if err := scan().Markdown(&b, inventory.Rules); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"because of a\\_b\\*c.", "- `a_b\\|c.py:7` long", "HAZ1: the process forks (1)"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is missing in\n%s", want, b.String())
		}
	}
}

// The first screen says what step 2 costs, by rule, with the file that has the
// most; tests are told apart.
func TestCost(t *testing.T) {
	s := scan()
	st := report.Step{Name: "migrate", Files: 1234, Coroutines: 1306, InTests: 716, Awaits: 4535}
	for i := range 2000 {
		n := migrate.Note{Rule: "LEFT1", Path: "pkg/" + strings.Repeat("deep/", max(0, i%16-5)) + "m.py", Line: i + 1, Message: "stays"}
		if i%4 == 0 {
			n.Path = "tests/test_a.py"
		}
		st.Left = append(st.Left, n)
	}
	s.Steps = []report.Step{{Name: "hub", Files: 1}, st, {Name: "drop", Left: st.Left}}
	var b bytes.Buffer
	title := "a function must stay synchronous because of who calls it"
	if err := s.Text(&b, report.Options{Rules: []migrate.Rule{{ID: "LEFT1", Title: title}}}); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	for _, want := range []string{
		"\nWhat it costs: 1,306 functions become coroutine functions (716 in tests), 4,535 places get an await\n",
		"\n  Left for a person: 1,500 places +500 in tests\n",
		"\n  LEFT1  1,500  +500 in tests  a function must stay synchronous because …  pkg/m.py 500\n",
		"\n  most of it in pkg/m.py 500, ",
		"\n      offlet plan lists the functions",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
	for _, line := range strings.Split(text, "\n") {
		if n := len([]rune(line)); n > 120 && !strings.Contains(line, "bad bad") {
			t.Errorf("%d characters: %s", n, line)
		}
	}
}

// A long plan is shown in part, and all of it with Verbose.
func TestPlanText(t *testing.T) {
	p := &report.Plan{Path: "proj", Order: plan.LeafFirst, Coroutines: 100}
	for i := range 100 {
		p.Steps = append(p.Steps, report.PlanStep{
			Step: i + 1, Unit: "m:f", Lines: 3, Confidence: "possible", Leaf: strings.Repeat("x", 100), Depth: 2,
			Evidence: []string{"m.f (m.py:1)", "m.g (m.py:2)", "time.sleep"}, After: plan.Crossings{GreenToAsync: 99 - i},
			Functions: []report.PlanFunction{{Name: "m:" + strings.Repeat("C.", 40) + "last", Path: "m.py", Line: 7, Kind: "function"}},
		})
	}
	var short, long bytes.Buffer
	if err := p.Text(&short, report.Options{}); err != nil {
		t.Fatal(err)
	}
	if err := p.Text(&long, report.Options{Verbose: true}); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Split(short.String(), "\n"); len(lines) > 40 {
		t.Errorf("%d lines are more than a screen", len(lines))
	} else {
		for _, line := range lines {
			if n := len([]rune(line)); n > 120 {
				t.Errorf("%d characters: %s", n, line)
			}
		}
	}
	if !strings.Contains(short.String(), "     …  80 more steps (-v), then ") || !strings.Contains(short.String(), ".last:7 ") {
		t.Errorf("the end of the steps, or of a name, is missing in\n%s", short.String())
	}
	if n := strings.Count(long.String(), "because m.f (m.py:1) → m.g (m.py:2) → time.sleep\n"); n != 100 {
		t.Errorf("-v gives %d proofs", n)
	}
}
