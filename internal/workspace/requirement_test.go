package workspace

import (
	"os"
	"path/filepath"
	"testing"
)

// TestFindRequirement removes what is found and compares what is left.
func TestFindRequirement(t *testing.T) {
	for _, c := range []struct{ name, file, before, after string }{
		{"hashes and what pip-compile says below them", "requirements.txt",
			"a==1\neventlet==0.41.3 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n    # via -r x.in\neventlet-extra==1\nb # via eventlet\n",
			"a==1\neventlet-extra==1\nb # via eventlet\n"},
		{"markers, extras, case", "requirements-dev.txt", "Eventlet ; python_version < '3'\neventlet[x]>=1\n# eventlet\n-r eventlet.txt\n", "# eventlet\n-r eventlet.txt\n"},
		{"lists of setup.cfg", "setup.cfg",
			"[metadata]\nkeywords =\n    eventlet\n[options]\ninstall_requires =\n    eventlet>=1\n    b\n[options.extras_require]\ngreen = eventlet\nall =\n  eventlet\n  c\n",
			"[metadata]\nkeywords =\n    eventlet\n[options]\ninstall_requires =\n    b\n[options.extras_require]\ngreen =\nall =\n  c\n"},
		{"lists of pyproject.toml", "pyproject.toml",
			"[project]\nkeywords = [\"eventlet\"]\ndependencies = [\"eventlet>=1\", \"b\"]\n[project.optional-dependencies]\ngreen = [\n  \"eventlet\",  # why\n  \"c\",\n]\n[dependency-groups]\ntest = ['d', 'eventlet']\n[tool.poetry.dependencies]\neventlet = \"^1\"\npython = \"^3\"\n",
			"[project]\nkeywords = [\"eventlet\"]\ndependencies = [\"b\"]\n[project.optional-dependencies]\ngreen = [\n  \"c\",\n]\n[dependency-groups]\ntest = ['d']\n[tool.poetry.dependencies]\npython = \"^3\"\n"},
		{"setup.py", "setup.py",
			"DEPS = ['eventlet', \"eventlet[x]\"]\nsetup(name='eventlet', packages=['eventlet'], keywords=['eventlet'],\n      install_requires=['a', 'eventlet>=1', 'b'],\n      extras_require={'green': [\n          'eventlet',\n      ]})\n",
			"DEPS = []\nsetup(name='eventlet', packages=['eventlet'], keywords=['eventlet'],\n      install_requires=['a', 'b'],\n      extras_require={'green': [\n      ]})\n"},
		{"Pipfile", "Pipfile", "[packages]\neventlet = \"*\"\na = \"*\"\n[scripts]\neventlet = \"x\"\n", "[packages]\na = \"*\"\n[scripts]\neventlet = \"x\"\n"},
		{"nothing", "setup.py", "import eventlet\nprint('eventlet')\n", "import eventlet\nprint('eventlet')\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			for name, text := range map[string]string{c.file: c.before, "main.py": "x = 1\n"} {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			p, err := Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			found, err := p.FindRequirement("eventlet")
			if err != nil {
				t.Fatal(err)
			}
			left := c.before
			for i := len(found) - 1; i >= 0; i-- {
				left = left[:found[i].Start] + left[found[i].End:]
			}
			if left != c.after {
				t.Errorf("it leaves\n%s\nand should leave\n%s", left, c.after)
			}
		})
	}
}
