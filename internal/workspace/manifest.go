package workspace

// A ConsoleScript is an entry point `name = package.module:function`.
type ConsoleScript struct {
	Name     string
	Module   string
	Function string
	Manifest string // path of the file that declares it
}
