package workspace

import (
	"path"
	"strings"
)

// IsTest reports whether a file is a test by its name.
func IsTest(name string) bool {
	for _, part := range strings.Split(path.Dir(name), "/") {
		// st2tests is a package of help for tests
		if part == "test" || part == "testing" || strings.HasSuffix(part, "tests") {
			return true
		}
	}
	base := path.Base(name)
	return strings.HasPrefix(base, "test_") || strings.HasSuffix(base, "_test.py") || base == "conftest.py"
}
