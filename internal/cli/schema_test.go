package cli_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/xeipuuv/gojsonschema"

	"github.com/offlet/offlet/internal/cli"
)

// TestSchema checks what scan and plan print against their schemas, on the
// trees that have a case of everything, and that each field that a schema has
// is told of in docs/json.md.
func TestSchema(t *testing.T) {
	doc, err := os.ReadFile("../../docs/json.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"scan"}, {"plan"}, {"plan", "--order", "root"}} {
		data, err := os.ReadFile("../../docs/" + args[0] + ".schema.json")
		if err != nil {
			t.Fatal(err)
		}
		schema, err := gojsonschema.NewSchema(gojsonschema.NewBytesLoader(data))
		if err != nil {
			t.Fatal(err)
		}
		steps, stays := 0, 0
		for _, name := range trees(t) {
			var out, errs bytes.Buffer
			cli.Main(append(args, "--json", unpackTree(t, name)), strings.NewReader(""), &out, &errs)
			result, err := schema.Validate(gojsonschema.NewBytesLoader(out.Bytes()))
			if err != nil {
				t.Fatalf("%s: %v\n%s", name, err, errs.String())
			}
			for _, e := range result.Errors() {
				t.Errorf("%v of %s: %v", args, name, e)
			}
			var p struct{ Steps, Stays []any }
			if err := json.Unmarshal(out.Bytes(), &p); err != nil {
				t.Fatal(err)
			}
			steps += len(p.Steps)
			stays += len(p.Stays)
		}
		if steps == 0 || args[0] == "plan" && stays == 0 {
			t.Errorf("%v: the trees have %d steps, and %d functions that stay", args, steps, stays)
		}
		parsed, err := gojsonschema.NewBytesLoader(data).LoadJSON()
		if err != nil {
			t.Fatal(err)
		}
		for field := range parsed.(map[string]any)["properties"].(map[string]any) {
			if !bytes.Contains(doc, []byte("`"+field+"`")) {
				t.Errorf("docs/json.md does not tell of %s", field)
			}
		}
	}
}

// TestSARIF checks the SARIF form against the schema of the standard.
func TestSARIF(t *testing.T) {
	for _, command := range []string{"scan", "plan"} {
		testSARIF(t, command)
	}
}

func testSARIF(t *testing.T, command string) {
	for _, name := range trees(t) {
		var out, errs bytes.Buffer
		cli.Main([]string{command, "--format", "sarif", unpackTree(t, name)}, strings.NewReader(""), &out, &errs)
		rep, err := sarif.FromBytes(out.Bytes())
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, errs.String())
		}
		if err := rep.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, r := range rep.Runs[0].Results {
			// what the reader does not know of it drops, so look at what must be there
			rule := rep.Runs[0].Tool.Driver.Rules[r.RuleIndex]
			at := r.Locations[0].PhysicalLocation
			if *r.RuleID != *rule.ID || *rule.ShortDescription.Text == "" || *r.Message.Text == "" || *at.ArtifactLocation.URI == "" || at.Region == nil || at.Region.StartLine == nil {
				t.Errorf("%s: a result of %s says too little", name, *r.RuleID)
			}
		}
		if command == "scan" && strings.Contains(name, "hazards") && (len(rep.Runs) != 1 || len(rep.Runs[0].Results) < 20) {
			t.Errorf("%s: the hazards are missing", name)
		}
	}
}

func trees(t *testing.T) []string {
	names, err := filepath.Glob("../inventory/testdata/*.txtar")
	if err != nil || len(names) < 3 {
		t.Fatal("no trees", err)
	}
	return names
}

func unpackTree(t *testing.T, name string) string {
	t.Helper()
	a, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, f := range a.Files {
		to := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
