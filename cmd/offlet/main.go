// Offlet takes Python projects off Eventlet.
package main

import (
	"os"

	"github.com/offlet/offlet/internal/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
