package debugtmp

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/offlet/offlet/internal/migrate/asyncio"
	"github.com/offlet/offlet/internal/program"
	"github.com/offlet/offlet/internal/steps"
	"github.com/offlet/offlet/internal/workspace"
	"github.com/offlet/offlet/runtime"
)

func TestMig(t *testing.T) {
	w, err := workspace.Open(os.Getenv("P"))
	if err != nil {
		t.Fatal(err)
	}
	p := program.Load(w)
	asyncio.GateCap = 200
	asyncio.GateDump = os.Getenv("DUMP")
	t0 := time.Now()
	res, err := asyncio.Migrate(asyncio.Analyze(p, steps.Infer(p)), asyncio.Options{Runtime: runtime.Files()})
	fmt.Println("migrate", time.Since(t0), err)
	if res != nil {
		fmt.Println(len(res.Done), len(res.Left))
		if os.Getenv("LEFT") != "" {
			for _, n := range res.Left {
				fmt.Printf("%s:%d %s %s\n", n.Path, n.Line, n.Rule, n.Message)
			}
		}
	}
}
