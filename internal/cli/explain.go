package cli

import (
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/offlet/offlet/internal/inventory"
	"github.com/offlet/offlet/internal/migrate"
	"github.com/offlet/offlet/internal/migrate/asyncio"
	"github.com/offlet/offlet/internal/migrate/drop"
	"github.com/offlet/offlet/internal/migrate/hub"
	"github.com/offlet/offlet/internal/trace"
)

// allRules are the rules of all steps, in their order.
func allRules() []migrate.Rule {
	var out []migrate.Rule
	out = append(out, hub.Rules...)
	out = append(out, asyncio.Rules...)
	out = append(out, drop.Rules...)
	out = append(out, trace.Rules...)
	return append(out, inventory.Rules...)
}

type explainCmd struct {
	ID string `arg:"" optional:"" name:"id" help:"The id of the rule, such as AIO13. Without one all rules are listed."`
}

func (c *explainCmd) Run(o *output) error {
	if c.ID == "" {
		for _, r := range allRules() {
			fmt.Fprintf(o.stdout, "%-7s %s\n", r.ID, r.Title)
		}
		return nil
	}
	for _, r := range allRules() {
		if !strings.EqualFold(r.ID, c.ID) {
			continue
		}
		fmt.Fprintf(o.stdout, "%s: %s\n\n", r.ID, r.Title)
		if r.From != "" {
			fmt.Fprintf(o.stdout, "%s\n", block(r.From))
		}
		if r.To != "" {
			fmt.Fprintf(o.stdout, "becomes\n\n%s\n", block(r.To))
		}
		fmt.Fprintf(o.stdout, "%s\n", wrap(r.Why, 90))
		return nil
	}
	return fmt.Errorf("there is no rule %s; `offlet explain` lists all of them", c.ID)
}

func block(code string) string {
	return "    " + strings.ReplaceAll(code, "\n", "\n    ") + "\n"
}

// wrap breaks a paragraph into lines.
func wrap(text string, width int) string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len(line)+1+len(word) > width {
			lines = append(lines, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return strings.Join(append(lines, line), "\n")
}

type versionCmd struct{}

func (versionCmd) Run(o *output) error {
	fmt.Fprintln(o.stdout, version())
	return nil
}

// version names the program and the version that it was built from.
func version() string {
	version := "(devel)"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		version = info.Main.Version
	}
	return "offlet " + version
}
