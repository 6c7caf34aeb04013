package cli

import (
	"regexp"
	"testing"
)

// TestRulesStandAlone: what explain says does not send anybody to documents
// that are not in the program.
func TestRulesStandAlone(t *testing.T) {
	documents := regexp.MustCompile(`docs/|\.md\b|README|API\.md`)
	for _, r := range allRules() {
		if r.Title == "" || r.Why == "" {
			t.Errorf("%s: says nothing", r.ID)
		}
		if at := documents.FindString(r.Title + r.Why); at != "" {
			t.Errorf("%s: sends to %q", r.ID, at)
		}
	}
}
