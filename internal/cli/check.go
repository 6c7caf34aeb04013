package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/offlet/offlet/internal/hubcheck"
)

// check runs the user's command and says on which hub it really ran.
func (c *hubCmd) check(o *output) error {
	if len(c.Paths) == 0 || len(c.Paths) == 1 && c.Paths[0] == "." {
		return fmt.Errorf("say the command to run: offlet hub --check -- python -m app")
	}
	stdout := o.stdout
	if c.JSON {
		stdout = o.stderr // so that what is on stdout is JSON
	}
	r, err := hubcheck.Run(context.Background(), c.Paths, o.stdin, stdout, o.stderr)
	if err != nil {
		return err
	}
	good := r.Started() && len(r.Others()) == 0
	if c.JSON {
		enc := json.NewEncoder(o.stdout)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		if err := enc.Encode(struct {
			Version int    `json:"version"`
			Command string `json:"command"`
			OK      bool   `json:"ok"`
			Report  any    `json:"report"`
		}{1, "hub --check", good, r}); err != nil {
			return err
		}
	} else {
		o.hubs(r, good)
	}
	if !good || r.Exit != 0 {
		return errLeft
	}
	return nil
}

// hubs prints a report for people.
func (o *output) hubs(r *hubcheck.Report, good bool) {
	w := o.stderr
	fmt.Fprintln(w)
	if len(r.Processes) == 0 {
		fmt.Fprintf(w, "hub --check: no Python process of this command could be watched. Does it start Python at all, and without -I, -E or -S (which ignore PYTHONPATH)?\n")
		return
	}
	quiet := 0
	for i := range r.Processes {
		p := &r.Processes[i]
		if len(p.Hubs) == 0 {
			quiet++
			continue
		}
		how := ""
		if p.Forked {
			how = ", forked"
		}
		fmt.Fprintf(w, "%s (process %d%s)\n", p.Title(), p.PID, how)
		for j := range p.Hubs {
			h := &p.Hubs[j]
			fmt.Fprintf(w, "  %s\n", describe(h))
			for _, hint := range hints(h) {
				fmt.Fprintf(w, "    %s\n", hint)
			}
		}
	}
	if quiet > 0 {
		fmt.Fprintf(w, "%s started no hub of Eventlet.\n", counted(quiet, "Python process", "Python processes"))
	}
	switch {
	case good:
		fmt.Fprintln(w, "hub --check: Eventlet ran on the asyncio hub.")
	case !r.Started():
		fmt.Fprintln(w, "hub --check: no process of this command started a hub of Eventlet.")
	default:
		fmt.Fprintf(w, "hub --check: %s did not run on the asyncio hub. Is the hub chosen before everything else there? See: offlet explain HUB1\n", counted(len(r.Others()), "process", "processes"))
	}
	if r.Exit != 0 {
		fmt.Fprintf(w, "The command itself ended with exit status %d.\n", r.Exit)
	}
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func describe(h *hubcheck.Hub) string {
	var b strings.Builder
	switch {
	case h.Asyncio():
		b.WriteString("the asyncio hub")
	default:
		fmt.Fprintf(&b, "%s, not the asyncio hub", h.Class)
	}
	if h.Thread != "main" {
		b.WriteString(", of a native thread")
	}
	if h.Ran != nil && !*h.Ran {
		b.WriteString(", on which nothing ever waited")
	}
	fmt.Fprintf(&b, "; Eventlet %s", h.Eventlet)
	if len(h.Patched) > 0 {
		fmt.Fprintf(&b, ", patched: %s", strings.Join(h.Patched, ", "))
	}
	return b.String()
}

// hints are what a maintainer should know besides.
func hints(h *hubcheck.Hub) []string {
	var out []string
	if h.HalfBuilt {
		out = append(out, "it was started while Eventlet was being imported and is only half built; call use_hub after `import eventlet`, as offlet hub does, or set EVENTLET_NO_GREENDNS=yes")
	}
	return out
}
