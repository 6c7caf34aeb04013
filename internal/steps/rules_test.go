package steps_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	udiff "github.com/rogpeppe/go-internal/diff"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/offlet/offlet/internal/migrate"
	"github.com/offlet/offlet/internal/migrate/asyncio"
	"github.com/offlet/offlet/internal/migrate/drop"
	"github.com/offlet/offlet/internal/migrate/hub"
	"github.com/offlet/offlet/internal/program"
	"github.com/offlet/offlet/internal/steps"
)

var update = flag.Bool("update", false, "rewrite what the rules' cases expect")

// rules are the rules of the three steps.
func rules() []migrate.Rule {
	return slices.Concat(hub.Rules, asyncio.Rules, drop.Rules)
}

// ruleSteps are the steps that a case can name; "hosted" is migrate --hosted.
var ruleSteps = map[string]step{
	"hub": hubbed, "migrate": migrated, "drop": dropped,
	"hosted": func(p *program.Program) (*migrate.Result, error) {
		return steps.Migrate(p, steps.Infer(p), steps.Options{Hosted: true})
	},
}

// TestRules checks the cases of testdata/rules. Each is a project, the steps
// that are made on it ("steps: migrate drop"), the files that are different
// after the last of them ("after/…"), and what that step says: "done", the
// rules that it cites by place, and "left", the places that it leaves with
// their reasons. Every rule has a case in which it is cited.
func TestRules(t *testing.T) {
	cases, err := filepath.Glob("testdata/rules/*.txtar")
	if err != nil || len(cases) == 0 {
		t.Fatal("no cases: ", err)
	}
	cited := map[string]bool{}
	for _, name := range cases {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			rule(t, name, cited)
		})
	}
	for _, r := range rules() {
		if !cited[r.ID] {
			t.Errorf("%s (%s) is cited in no case", r.ID, r.Title)
		}
	}
}

func rule(t *testing.T, name string, cited map[string]bool) {
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	ar := txtar.Parse(text)
	dir := t.TempDir()
	var before []txtar.File
	for _, f := range ar.Files {
		if strings.HasPrefix(f.Name, "after/") || f.Name == "done" || f.Name == "left" {
			continue
		}
		before = append(before, f)
		to := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	var names []string
	for _, line := range strings.Split(string(ar.Comment), "\n") {
		if list, ok := strings.CutPrefix(line, "steps: "); ok {
			names = strings.Fields(list)
		}
	}
	var res *migrate.Result
	for _, s := range names {
		res = run(t, dir, ruleSteps[s])
		if err := res.Change.Write(); err != nil {
			t.Fatal(err)
		}
	}
	if res == nil {
		t.Fatal("the comment names no steps")
	}
	got := &txtar.Archive{Comment: ar.Comment, Files: slices.Clip(before)}
	was := map[string]string{}
	for _, f := range before {
		was[f.Name] = string(f.Data)
	}
	now := tree(t, dir)
	for _, p := range sorted(now) {
		p = filepath.ToSlash(p)
		if old, ok := was[p]; !strings.Contains("/"+p, "/_offlet/") && (!ok || old != now[p]) {
			got.Files = append(got.Files, txtar.File{Name: "after/" + p, Data: []byte(now[p])})
		}
	}
	var done, left strings.Builder
	for _, n := range res.Done {
		fmt.Fprintf(&done, "%s:%d:%d %s %s\n", n.Path, n.Line, n.Col, n.Rule, n.Message)
		cited[n.Rule] = true
	}
	for _, n := range res.Left {
		fmt.Fprintf(&left, "%s:%d:%d %s %s\n", n.Path, n.Line, n.Col, n.Rule, n.Message)
		cited[n.Rule] = true
	}
	for _, part := range []struct{ name, text string }{{"done", done.String()}, {"left", left.String()}} {
		if part.text != "" {
			got.Files = append(got.Files, txtar.File{Name: part.name, Data: []byte(part.text)})
		}
	}
	out := txtar.Format(got)
	if *update {
		if err := os.WriteFile(name, out, 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	if d := udiff.Diff("want", txtar.Format(ar), "got", out); d != nil {
		t.Errorf("%s", d)
	}
	// a step that was made has nothing more to do
	if len(res.Left) == 0 {
		last := names[len(names)-1]
		again := run(t, dir, ruleSteps[last])
		if !again.Change.Empty() {
			t.Errorf("%s again changes %s", last, again.Change.Files[0].Path)
		}
	}
}

// ruleID is a rule's id in the code.
var ruleID = regexp.MustCompile(`"((?:HUB|AIO|LEFT|DROP|STAY)[0-9]+)"`)

func sorted(m map[string]string) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// TestRuleTexts: every rule says what it does and why, under an id that no
// other has.
func TestRuleTexts(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range rules() {
		switch {
		case seen[r.ID]:
			t.Errorf("two rules are called %s", r.ID)
		case r.Title == "" || r.Why == "":
			t.Errorf("%s has no title or no reason", r.ID)
		case strings.HasPrefix(r.ID, "AIO") && (r.From == "" || r.To == ""):
			t.Errorf("%s shows no code", r.ID)
		}
		seen[r.ID] = true
	}
}

// TestRuleIDs: every id that the code cites is that of a rule.
func TestRuleIDs(t *testing.T) {
	known := map[string]bool{}
	for _, r := range rules() {
		known[r.ID] = true
	}
	files, err := filepath.Glob("../migrate/*/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	n := 0
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range ruleID.FindAllStringSubmatch(string(text), -1) {
			n++
			if !known[id[1]] {
				t.Errorf("%s cites %s, which is no rule", f, id[1])
			}
		}
	}
	if n < len(known) {
		t.Errorf("only %d citations of %d rules were found", n, len(known))
	}
}
