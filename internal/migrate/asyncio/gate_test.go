package asyncio

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/offlet/offlet/internal/callgraph"
	"github.com/offlet/offlet/internal/catalog"
	"github.com/offlet/offlet/internal/color"
	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/program"
	"github.com/offlet/offlet/internal/workspace"
)

// TestGate gives the gate rewrites made by hand: those that leave a coroutine
// which nobody awaits it must refuse, and name the line.
func TestGate(t *testing.T) {
	const head = "import asyncio\nimport time\n"
	for _, c := range []struct {
		name          string
		before, after string
		line          string // of the finding; "" if the gate must let it pass
	}{
		{
			"awaited",
			"def f():\n    time.sleep(1)\nf()\n",
			"async def f():\n    await asyncio.sleep(1)\nasyncio.run(f())\n",
			"",
		},
		{
			"forgotten",
			"def f():\n    time.sleep(1)\ndef g():\n    f()\ng()\n",
			"async def f():\n    await asyncio.sleep(1)\ndef g():\n    f()\ng()\n",
			"main.py:6:",
		},
		{
			"a key function",
			"def f(x):\n    time.sleep(1)\n    return x\nsorted([1], key=f)\n",
			"async def f(x):\n    await asyncio.sleep(1)\n    return x\nsorted([1], key=f)\n",
			"main.py:6:",
		},
		{
			"an operator",
			"class A:\n    def __add__(self, o):\n        time.sleep(1)\n        return self\nA() + 1\n",
			"class A:\n    async def __add__(self, o):\n        await asyncio.sleep(1)\n        return self\nA() + 1\n",
			"main.py:7:",
		},
		{
			"+=",
			"class A:\n    def __iadd__(self, o):\n        time.sleep(1)\n        return self\na = A()\na += 1\n",
			"class A:\n    async def __iadd__(self, o):\n        await asyncio.sleep(1)\n        return self\na = A()\na += 1\n",
			"main.py:8:",
		},
		{
			"a subscript",
			"class A:\n    def __getitem__(self, k):\n        time.sleep(1)\n        return k\nprint(A()[1])\n",
			"class A:\n    async def __getitem__(self, k):\n        await asyncio.sleep(1)\n        return k\nprint(A()[1])\n",
			"main.py:7:",
		},
		{
			"an awaited subscript",
			"class A:\n    def __getitem__(self, k):\n        time.sleep(1)\n        return k\ndef g():\n    return A()[1]\ng()\n",
			"class A:\n    async def __getitem__(self, k):\n        await asyncio.sleep(1)\n        return k\nasync def g():\n    return await A()[1]\nasyncio.run(g())\n",
			"",
		},
		{
			"a property",
			"class A:\n    @property\n    def x(self):\n        time.sleep(1)\n        return 1\nprint(A().x)\n",
			"class A:\n    @property\n    async def x(self):\n        await asyncio.sleep(1)\n        return 1\nprint(A().x)\n",
			"main.py:8:",
		},
		{
			"a plain for",
			"def f():\n    yield time.sleep(1)\nfor x in f():\n    pass\n",
			"async def f():\n    yield await asyncio.sleep(1)\nfor x in f():\n    pass\n",
			"main.py:5:",
		},
		{
			"list()",
			"def f():\n    yield time.sleep(1)\nlist(f())\n",
			"async def f():\n    yield await asyncio.sleep(1)\nlist(f())\n",
			"main.py:5:",
		},
		{
			"unpacking",
			"def f():\n    yield time.sleep(1)\n[a] = f()\n",
			"async def f():\n    yield await asyncio.sleep(1)\n[a] = f()\n",
			"main.py:5:",
		},
		{
			"a plain with",
			"class A:\n    def __enter__(self):\n        time.sleep(1)\n    def __exit__(self, *a):\n        pass\nwith A():\n    pass\n",
			"class A:\n    async def __enter__(self):\n        await asyncio.sleep(1)\n    def __exit__(self, *a):\n        pass\nwith A():\n    pass\n",
			"main.py:8:",
		},
		{
			"a thread",
			"import threading\ndef f():\n    time.sleep(1)\nthreading.Thread(target=f).start()\n",
			"import threading\nasync def f():\n    await asyncio.sleep(1)\nthreading.Thread(target=f).start()\n",
			"main.py:6:",
		},
		{
			"Eventlet's spawn",
			"import eventlet\ndef f():\n    time.sleep(1)\neventlet.spawn(f)\n",
			"import eventlet\nasync def f():\n    await asyncio.sleep(1)\neventlet.spawn(f)\n",
			"main.py:6:",
		},
		{
			"a place in a file that has not changed",
			"def f():\n    time.sleep(1)\n",
			"async def f():\n    await asyncio.sleep(1)\n",
			"other.py:2:",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			files := map[string]string{"main.py": head + c.before}
			if strings.HasPrefix(c.line, "other.py") {
				files["other.py"] = "import main\nmain.f()\n"
			}
			for name, text := range files {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			project, err := workspace.Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			p := program.Load(project)
			ip := infer.Analyze(p, catalog.For(project))
			g := callgraph.Build(ip, callgraph.Patched(ip), nil)
			before := &Analysis{Source: p, Program: ip, Graph: g, Colors: color.Compute(g)}
			_, err = gate(before, map[string][]byte{"main.py": []byte(head + c.after)})
			switch {
			case c.line == "" && err != nil:
				t.Errorf("refused: %v", err)
			case c.line != "" && err == nil:
				t.Errorf("not refused; it should name %s", c.line)
			case c.line != "" && !strings.Contains(err.Error(), c.line):
				t.Errorf("%v\nshould name %s", err, c.line)
			}
		})
	}
}
