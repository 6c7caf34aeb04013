package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/offlet/offlet/internal/python/pythontest"
)

// aPackage and modules are two programs: the runtime goes into the package app,
// or beside the modules.
var (
	aPackage = map[string]string{
		"app/__init__.py": "",
		"app/work.py":     "import eventlet\n\n\ndef double(x):\n    eventlet.sleep(0)\n    return 2 * x\n",
		"app/main.py":     "import eventlet\nfrom app.work import double\n\n\ndef main():\n    print(list(eventlet.GreenPool(2).imap(double, range(3))))\n\n\nif __name__ == \"__main__\":\n    main()\n",
	}
	modules = map[string]string{
		"work.py": aPackage["app/work.py"],
		"main.py": strings.Replace(aPackage["app/main.py"], "app.work", "work", 1),
	}
)

// TestPackaging builds what setuptools makes of projects after each step, and
// runs that: the runtime is in it, or offlet has said what to write.
func TestPackaging(t *testing.T) {
	eventlet, bare := pythontest.Eventlet(t)
	if out, err := exec.Command(eventlet, "-c", "import setuptools").CombinedOutput(); err != nil {
		pythontest.Missing(t, "setuptools: %s", out)
	}
	const project = "[project]\nname = \"app\"\nversion = \"1\"\nrequires-python = \">=3.10\"\n"
	for _, c := range []struct {
		name, manifest, text string
		program              map[string]string
		left                 string // what is said where it cannot be edited
		mended               string // the manifest as that says
	}{
		{name: "list", manifest: "setup.py", program: aPackage, text: "from setuptools import setup\nsetup(\n    name='app',\n    packages=[\n        'app',  # all of it\n    ],\n)\n"},
		{name: "named tuple", manifest: "setup.py", program: aPackage, text: "import setuptools\nPACKAGES = (\"app\",)\nsetuptools.setup(name=\"app\", packages=PACKAGES)\n"},
		{name: "find_packages", manifest: "setup.py", program: aPackage, text: "from setuptools import find_packages, setup\nsetup(name='app', packages=find_packages())\n"},
		{name: "include", manifest: "setup.py", program: aPackage, text: "from setuptools import find_packages, setup\nsetup(name='app', packages=find_packages(include=['app']))\n",
			left:   `setup.py:2:1: LEFT9 what is built from here has no app/_offlet, which the program needs now: add "app._offlet*" to include`,
			mended: "from setuptools import find_packages, setup\nsetup(name='app', packages=find_packages(include=['app', 'app._offlet*']))\n"},
		{name: "lines", manifest: "setup.cfg", program: aPackage, text: "[metadata]\nname = app\n[options]\npackages =\n    app\npython_requires = >=3.10\n"},
		{name: "commas", manifest: "setup.cfg", program: aPackage, text: "[metadata]\nname = app\n[options]\npackages = app\n"},
		{name: "array", manifest: "pyproject.toml", program: aPackage, text: project + "[tool.setuptools]\npackages = [\"app\"]\n"},
		{name: "discovery", manifest: "pyproject.toml", program: aPackage, text: project},
		{name: "modules", manifest: "setup.py", program: modules, text: "from setuptools import setup\nsetup(name='app', py_modules=['main', 'work'])\n",
			left:   `setup.py:2:1: LEFT9 what is built from here has no _offlet, which the program needs now: add packages = ["_offlet", "_offlet.aio"]`,
			mended: "from setuptools import setup\nsetup(name='app', py_modules=['main', 'work'], packages=['_offlet', '_offlet.aio'])\n"},
		{name: "old Python", manifest: "setup.cfg", program: aPackage, text: "[metadata]\nname = app\n[options]\npackages = find:\npython_requires = >=3.8\n",
			left:   "setup.cfg:5:1: LEFT10 says that Python >=3.8 will do, but what offlet writes needs 3.10: write >=3.10",
			mended: "[metadata]\nname = app\n[options]\npackages = find:\npython_requires = >=3.10\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			put := func(name, text string) {
				t.Helper()
				name = filepath.Join(dir, name)
				if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			for name, text := range c.program {
				put(name, text)
			}
			put(c.manifest, c.text)
			main := "app.main"
			if _, ok := c.program["main.py"]; ok {
				main = "main"
			}
			built := func(python string) {
				t.Helper()
				to := t.TempDir()
				setup := "import setuptools; setuptools.setup()"
				if c.manifest == "setup.py" {
					setup = "exec(open('setup.py').read())"
				}
				cmd := exec.Command(eventlet, "-W", "ignore", "-c", setup, "-q", "build", "--build-base", t.TempDir(), "--build-lib", to)
				cmd.Dir = dir
				if out, err := cmd.CombinedOutput(); err != nil {
					t.Fatalf("build: %v\n%s", err, out)
				}
				cmd = exec.Command(python, "-W", "ignore", "-m", main)
				cmd.Dir = to
				if out, err := cmd.CombinedOutput(); err != nil || string(out) != "[0, 2, 4]\n" {
					t.Fatalf("what was built: %v\n%s", err, out)
				}
			}
			step := func(want int, args ...string) string {
				t.Helper()
				code, out := run(append(args, dir)...)
				if code != want {
					t.Fatalf("offlet %v: exit code %d\n%s", args, code, out)
				}
				return out
			}
			built(eventlet)
			code := 0
			if c.left != "" {
				code = 1
			}
			if out := step(code, "migrate", "--all", "--write"); !strings.Contains(out, c.left) {
				t.Fatalf("not said: %s\n%s", c.left, out)
			}
			if c.mended != "" {
				put(c.manifest, c.mended)
			}
			built(eventlet)
			if out := step(0, "migrate", "--all", "--write"); !strings.Contains(out, "nothing to do") {
				t.Errorf("again: %s", out)
			}
			step(0, "drop", "--write")
			built(bare)
		})
	}
}
