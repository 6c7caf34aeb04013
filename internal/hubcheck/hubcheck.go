// Package hubcheck runs a user's command and finds out on which hub each of
// its Python processes really ran Eventlet. What a program asks for is not
// always what it gets: a library may choose the hub before, an environment
// variable may name another, and a worker process may start by itself.
package hubcheck

import (
	"bufio"
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/offlet/offlet/internal/watch"
)

//go:embed agent/offlet_hub.py
var agent []byte

// AsyncioHub is the class of Eventlet's asyncio hub.
const AsyncioHub = "eventlet.hubs.asyncio.Hub"

// A Process is one Python process that the command started.
type Process struct {
	PID    int      `json:"pid"`
	Parent int      `json:"parent"`
	Argv   []string `json:"argv"`
	Python string   `json:"python,omitempty"`
	// Forked processes went on with the hub of their parent.
	Forked bool `json:"forked,omitempty"`
	// Hubs are the hubs that it started, in order; empty if it did not get as
	// far as to need one.
	Hubs []Hub `json:"hubs"`
}

// A Hub is one hub of a process.
type Hub struct {
	Class string `json:"class"` // dotted name
	// Thread is "main", or "other" for the hub of a native thread.
	Thread string `json:"thread"`
	// Ran says whether anything ever waited on it; nil if the process ended
	// without saying (os._exit, a signal).
	Ran      *bool    `json:"ran,omitempty"`
	Eventlet string   `json:"eventlet"`
	Patched  []string `json:"patched"`
	// HalfBuilt marks a hub that was started while Eventlet itself was only
	// half imported; it never works.
	HalfBuilt bool `json:"halfBuilt,omitempty"`
}

// Asyncio reports whether it is the asyncio hub.
func (h *Hub) Asyncio() bool { return h.Class == AsyncioHub }

// A Report is what a check found.
type Report struct {
	Command   []string  `json:"command"`
	Exit      int       `json:"exit"` // of the command; 128 + n for signal n
	Processes []Process `json:"processes"`
}

// Started reports whether any process started a hub.
func (r *Report) Started() bool {
	for _, p := range r.Processes {
		if len(p.Hubs) > 0 {
			return true
		}
	}
	return false
}

// Others are the processes that ran a hub other than asyncio's.
func (r *Report) Others() []Process {
	var out []Process
	for _, p := range r.Processes {
		for i := range p.Hubs {
			if h := &p.Hubs[i]; (!h.Asyncio() || h.HalfBuilt) && (h.Ran == nil || *h.Ran) {
				out = append(out, p)
				break
			}
		}
	}
	return out
}

// Run runs a command with the agent in its environment and waits for it.
func Run(ctx context.Context, command []string, stdin io.Reader, stdout, stderr io.Writer) (*Report, error) {
	dir, err := os.MkdirTemp("", "offlet-hub-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	events := filepath.Join(dir, "events")
	if err := os.WriteFile(events, nil, 0o666); err != nil {
		return nil, err
	}
	r := &Report{Command: command}
	r.Exit, err = watch.Run(ctx, watch.Command{
		Args: command, Agent: "offlet_hub", Source: agent, Env: []string{"OFFLET_HUB_REPORT=" + events},
		Stdin: stdin, Stdout: stdout, Stderr: stderr,
	})
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(events)
	if err != nil {
		return nil, err
	}
	r.Processes, err = processes(data)
	return r, err
}

// event is one line of the agent's report.
type event struct {
	Event    string   `json:"event"`
	PID      int      `json:"pid"`
	Parent   int      `json:"ppid"`
	Argv     []string `json:"argv"`
	Python   string   `json:"python"`
	Forked   bool     `json:"forked"`
	Hub      string   `json:"hub"`
	Thread   string   `json:"thread"`
	Ran      bool     `json:"ran"`
	Eventlet string   `json:"eventlet"`
	Patched  []string `json:"patched"`
	Half     bool     `json:"half"`
}

// processes puts the events of each process together.
func processes(data []byte) ([]Process, error) {
	byPID := map[int]*Process{}
	var order []int
	ended := map[int]int{}
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			return nil, fmt.Errorf("the agent's report: %w", err)
		}
		p := byPID[e.PID]
		if p == nil || e.Event == "start" && len(p.Hubs) == 0 {
			if p == nil {
				order = append(order, e.PID)
			}
			p = &Process{PID: e.PID, Hubs: []Hub{}}
			byPID[e.PID] = p
		}
		p.Parent, p.Argv = e.Parent, e.Argv
		if e.Python != "" {
			p.Python = e.Python
		}
		switch e.Event {
		case "hub":
			p.Forked = p.Forked || e.Forked
			p.Hubs = append(p.Hubs, Hub{Class: e.Hub, Thread: e.Thread, Eventlet: e.Eventlet, Patched: e.Patched})
		case "end": // in the order of the hubs
			if i := ended[e.PID]; i < len(p.Hubs) {
				ran := e.Ran
				p.Hubs[i].Ran, p.Hubs[i].Patched, p.Hubs[i].HalfBuilt = &ran, e.Patched, e.Half
				ended[e.PID]++
			}
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("the agent's report: %w", err)
	}
	out := make([]Process, 0, len(order))
	for _, pid := range order {
		out = append(out, *byPID[pid])
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].PID < out[j].PID })
	return out, nil
}

// Title is the command line of a process, for people.
func (p *Process) Title() string {
	words := make([]string, len(p.Argv))
	for i, a := range p.Argv {
		if i == 0 {
			a = filepath.Base(a)
		}
		if len(a) > 60 {
			a = a[:57] + "…"
		}
		if a == "" || strings.ContainsAny(a, " \t\n\"'") {
			a = fmt.Sprintf("%q", a)
		}
		words[i] = a
	}
	return strings.Join(words, " ")
}
