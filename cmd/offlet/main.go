// Offlet takes Python projects off Eventlet.
package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"

	"github.com/offlet/offlet/internal/cli"
)

func main() {
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetGCPercent(400)
		debug.SetMemoryLimit(roomy)
		runtime.SetFinalizer(new(collected), pace)
	}
	os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// One analysis is one large structure that lives to the end, so it is collected
// seldom: when the heap is five times as large as what lives, as long as it all
// stays below roomy bytes. What fills nearly all of these is let grow to twice of what
// lives, each time that it is collected: a limit that stayed would have it collected
// all the time.
const roomy = 560 << 20

// collected is garbage as soon as it is made: its finalizer runs once for each
// collection.
type collected struct{ _ *byte }

// pace sets the limit for the next collection by what lives after this one.
func pace(c *collected) {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	limit := int64(roomy)
	if live := int64(sample[0].Value.Uint64()); live > roomy*5/6 {
		limit = live * 2
	}
	debug.SetMemoryLimit(limit)
	runtime.SetFinalizer(c, pace)
}
