"""Calls the functions of the package as pip's scripts and a plug-in loader do."""
import subprocess
import sys

python, project = sys.argv[1:3]
SCRIPT = "import sys; from %s import %s; sys.argv[1:] = %r; sys.exit(%s())"
LOAD = "from depot.plugins import make_filter; print(make_filter({'name': 'green'})('app')(3))"

for code in [
    SCRIPT % ("depot.cli", "main", ["3"], "main"),
    SCRIPT % ("depot.cli", "main", [], "main"),
    SCRIPT % ("depot.cli", "check", ["x"], "check"),
    LOAD,
]:
    done = subprocess.run([python, "-W", "ignore", "-c", code], cwd=project, capture_output=True, text=True, timeout=30)
    print(done.stdout, end="")
    print("exit", done.returncode, done.stderr.strip().splitlines()[-1:])
