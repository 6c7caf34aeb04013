// Fidelity measures how well the analysis agrees with reality: it runs the test
// suites of published projects under offlet trace and compares what was seen
// with what the analysis says of the same source without the trace.
package main

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/migrate"
	"github.com/offlet/offlet/internal/migrate/asyncio"
	"github.com/offlet/offlet/internal/program"
	"github.com/offlet/offlet/internal/steps"
	"github.com/offlet/offlet/internal/trace"
	"github.com/offlet/offlet/internal/workspace"
)

func main() {
	verbose := flag.Bool("v", false, "list each miss and the excess")
	flag.Parse()
	if err := measure(flag.Arg(0), flag.Arg(1), *verbose); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func measure(dir, file string, verbose bool) error {
	t, err := trace.Load(file)
	if err != nil {
		return err
	}
	w, err := workspace.Open(dir)
	if err != nil {
		return err
	}
	prog := program.Load(w)
	a := asyncio.Analyze(prog, steps.Infer(prog), nil)
	p, c := a.Program, a.Colors
	m := trace.Match(t, p, w.Root)
	name := func(f infer.FuncID) string {
		fn := p.Funcs[f]
		line, _ := fn.Module.Source.LineCol(fn.Node.Range().Start)
		return fmt.Sprintf("%s:%d %s", fn.Module.Path, line, p.Qual(f))
	}
	seen := m.Seen(t, c.Green)
	misses := trace.Misses(t, m, c)
	onStack := map[infer.FuncID]bool{}
	for _, s := range seen {
		onStack[s.Func] = true
	}
	fmt.Printf("recall: %d of %d green (%d misses)\n", len(seen)-len(misses), len(seen), len(misses))
	ran, green, certain := 0, 0, 0
	kinds := map[string]int{}
	example := map[string]infer.FuncID{}
	counted := map[infer.FuncID]bool{}
	for _, r := range t.Ran {
		for _, f := range m.Funcs[r] {
			if onStack[f] || counted[f] || strings.HasPrefix(p.Qual(f), "<module>") {
				continue
			}
			counted[f] = true
			ran++
			if c.Green[f] {
				green++
				if trace.Certain(c, f) {
					certain++
					chain := migrate.Chain(c, f)
					k := chain[len(chain)-1]
					kinds[k]++
					if _, ok := example[k]; !ok {
						example[k] = f
					}
				}
			}
		}
	}
	fmt.Printf("excess: %d of %d certain green (%.1f %%), %d green at all; %d code objects not found\n", certain, ran, 100*float64(certain)/float64(max(ran, 1)), green, len(m.Changed))
	if !verbose {
		return nil
	}
	for _, f := range m.Changed {
		fmt.Println("  not found:", t.Functions[f])
	}
	for _, s := range misses {
		if !s.Root {
			continue
		}
		fmt.Printf("MISS %s, %d yields\n", name(s.Func), s.Count)
		for j := s.Frame; j < len(s.Stack.Frames); j++ {
			fr := s.Stack.Frames[j]
			fn := t.Functions[fr.Func]
			fmt.Printf("       %s:%d %s\n", fn.File, fr.Line, fn.Name)
		}
		for _, e := range s.Effects {
			text := p.Funcs[s.Func].Module.Source.Text[e.Node.Range().Start:e.Node.Range().End]
			if len(text) > 60 {
				text = text[:60]
			}
			fmt.Printf("     %q open=%v plain=%v targets=%d possible=%d named=%d opaque=%v seeds=%d roots=%d\n", text, e.Open, e.Plain, len(e.Targets), len(e.Possible), len(e.Named), e.Opaque, len(e.Seeds), len(e.Roots))
		}
	}
	for _, s := range misses {
		if !s.Root {
			fmt.Printf("follows: %s\n", name(s.Func))
		}
	}
	keys := make([]string, 0)
	for k := range kinds {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int { return cmp.Or(kinds[b]-kinds[a], cmp.Compare(a, b)) })
	for _, k := range keys {
		fmt.Printf("EXCESS %4d %s   e.g. %s\n", kinds[k], k, strings.Join(migrate.Chain(c, example[k]), " → "))
	}
	return nil
}
