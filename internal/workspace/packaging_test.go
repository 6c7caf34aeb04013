package workspace

import (
	"strings"
	"testing"
)

// pbr takes each package that its [files] section names, with what is in it.
func TestPackagingOfPbr(t *testing.T) {
	k := PackagingOf("setup.cfg", []byte("[metadata]\nname = app\n\n[files]\npackages =\n    app\n    plugins\ndata_files =\n    etc/app = etc/*\n"))
	for name, want := range map[string]bool{"app": true, "app._offlet": true, "app._offlet.aio": true, "plugins": true, "_offlet": false, "application": false, "etc/app": false} {
		if got := k.Lists(name); got != want {
			t.Errorf("Lists(%q) = %v, want %v", name, got, want)
		}
	}
	at, text := k.Insert([]string{"_offlet"})
	if got, want := k.Text[:at]+text+k.Text[at:], strings.Replace(k.Text, "    plugins\n", "    plugins\n    _offlet\n", 1); got != want {
		t.Errorf("after Insert:\n%s", got)
	}
}
