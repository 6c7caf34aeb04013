// Package runtime embeds offlet's Python runtime, which the tool vendors into
// the programs that it migrates.
package runtime

import (
	"embed"
	"io/fs"
)

//go:embed offlet/*.py offlet/aio/*.py
var files embed.FS

// Files is the package `offlet`: __init__.py, bridge.py, aio/.
func Files() fs.FS {
	sub, err := fs.Sub(files, "offlet")
	if err != nil {
		panic(err) // the directory is embedded
	}
	return sub
}
