// Offlet takes Python projects off Eventlet.
package main

import (
	"os"
	"runtime/debug"

	"github.com/offlet/offlet/internal/cli"
)

func main() {
	// one analysis is one large structure that lives to the end: collecting
	// half as often costs little memory and saves a tenth of the time
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(200)
	}
	os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
