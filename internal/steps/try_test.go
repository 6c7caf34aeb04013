package steps_test

import (
	"testing"

	"github.com/offlet/offlet/internal/inventory"
	"github.com/offlet/offlet/internal/migrate/asyncio"
	"github.com/offlet/offlet/internal/steps"
)

// TestTryIsTrue: what scan says of the steps without making them is what they do.
// Where it says that the third one would refuse because of what the second leaves,
// it does.
func TestTryIsTrue(t *testing.T) {
	each(t, func(t *testing.T, project string) {
		p := load(t, copyOf(t, project))
		ip := steps.Infer(p)
		trials := steps.Try(asyncio.Analyze(p, ip, nil), func() []inventory.Setting { return inventory.Plugins(ip, p.Project) })
		if len(trials) < 3 || trials[1].Waits > 0 {
			return
		}
		second, err := steps.Migrate(p, steps.Infer(p), steps.Options{})
		if err != nil {
			t.Fatal(err)
		}
		next := steps.After(p, second)
		third, err := steps.Drop(next, steps.Infer(next))
		if err != nil {
			t.Fatal(err)
		}
		switch drop := trials[2]; {
		case drop.Err != nil:
			t.Fatal(drop.Err)
		case drop.Waits > 0 && len(third.Left) == 0:
			t.Errorf("scan says that %d places keep Eventlet, and drop does not refuse", drop.Waits)
		case drop.Waits == 0 && len(third.Left) != len(drop.Result.Left):
			t.Errorf("drop leaves %d places, and scan says %d", len(third.Left), len(drop.Result.Left))
		}
	})
}
