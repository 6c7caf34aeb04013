package debugtmp

import (
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/offlet/offlet/internal/catalog"
	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/program"
	"github.com/offlet/offlet/internal/workspace"
)

func TestProf(t *testing.T) {
	w, err := workspace.Open(os.Getenv("P"))
	if err != nil {
		t.Fatal(err)
	}
	t0 := time.Now()
	p := program.Load(w)
	fmt.Println("load", time.Since(t0), len(p.Modules), len(p.Problems))
	t0 = time.Now()
	infer.Limit, _ = strconv.Atoi(os.Getenv("LIMIT"))
	ip := infer.Analyze(p, catalog.Default())
	fmt.Println("infer", time.Since(t0), ip.Stats())
	ip.Big(25)
}
