package debugtmp

import (
	"fmt"
	"os"
	"strconv"
	"testing"

	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/migrate/asyncio"
	"github.com/offlet/offlet/internal/program"
	"github.com/offlet/offlet/internal/steps"
	"github.com/offlet/offlet/internal/workspace"
)

func show(p *infer.Program, id infer.ValueID) string {
	v := p.Value(id)
	s := fmt.Sprintf("kind%d", v.Kind)
	switch v.Kind {
	case infer.FuncVal, infer.Bound, infer.Generator, infer.Coroutine:
		s = fmt.Sprintf("func(%s k%d)", p.Qual(v.Func()), v.Kind)
	case infer.ClassVal, infer.Instance:
		s = fmt.Sprintf("class(%s k%d)", p.Classes[v.Class()].Name, v.Kind)
	case infer.External, infer.ExtInstance:
		s = fmt.Sprintf("ext(%s k%d site%d green%v)", p.Name(v), v.Kind, v.Site, v.Green)
	case infer.ExtBound, infer.ContBound:
		s = fmt.Sprintf("bound(%s of %s)", p.Name(v), show(p, v.Recv))
	case infer.Container:
		s = fmt.Sprintf("container(%d)", v.Site)
	}
	return s
}

func TestShow(t *testing.T) {
	w, err := workspace.Open(os.Getenv("P"))
	if err != nil {
		t.Fatal(err)
	}
	a := func() *asyncio.Analysis { p := program.Load(w); return asyncio.Analyze(p, steps.Infer(p)) }()
	line, _ := strconv.Atoi(os.Getenv("L"))
	for id, effs := range a.Graph.Effects {
		f := a.Program.Funcs[id]
		if f.Module.Path != os.Getenv("F") {
			continue
		}
		for _, e := range effs {
			l, c := f.Module.Source.Position(e.Node.Range().Start)
			if l != line {
				continue
			}
			fmt.Printf("%d:%d %s %T open=%v plain=%v targets=%v possible=%v named=%v roots=%v seeds=%d opaque=%v green=%v\n", l, c, a.Program.Qual(f.ID), e.Node, e.Open, e.Plain, len(e.Targets), len(e.Possible), len(e.Named), len(e.Roots), len(e.Seeds), e.Opaque, a.Colors.Green[id])
			if e.Call != nil {
				fmt.Printf("   call mode=%d op=%d:", e.Call.Mode, e.Call.Op)
				for _, v := range a.Program.At(e.Call.Fn) {
					fmt.Print(" ", show(a.Program, v))
				}
				fmt.Print(" -> ")
				for _, v := range a.Program.At(e.Call.Ret) {
					fmt.Print(" ", show(a.Program, v))
				}
				fmt.Println()
			}
			if e.Iter != nil {
				fmt.Print("   iter:")
				for _, v := range a.Program.At(e.Iter.Obj) {
					fmt.Print(" ", show(a.Program, v))
				}
				fmt.Println()
			}
			if e.With != nil {
				fmt.Print("   with:")
				for _, v := range a.Program.At(e.With.Obj) {
					fmt.Print(" ", show(a.Program, v))
				}
				fmt.Println()
			}
		}
	}
}
