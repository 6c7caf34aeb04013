# SPDX-License-Identifier: Apache-2.0
"""The wheel builds, installs and works alone; the README's examples print what they say; types; the other Pythons."""

from __future__ import annotations

import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path
from typing import Any

import harness

MODULES = sorted(
    str(path.relative_to(harness.RUNTIME)) for path in (harness.RUNTIME / "offlet").rglob("*") if path.suffix in (".py", ".typed")
)
VERSIONS = ("3.10", "3.11", "3.12", "3.13")
# The environments of the other Pythons are kept: installing them takes longer than most tests.
PLACE = Path(os.environ.get("OFFLET_PYTHONS", harness.RUNTIME / ".pythons"))


def run(*command: Any, **more: Any) -> subprocess.CompletedProcess[str]:
    more.setdefault("env", harness.environment())
    return subprocess.run([str(c) for c in command], capture_output=True, text=True, timeout=3600, **more)


def build_wheel(python: Any, place: Path) -> Path:
    """The wheel of the runtime, built from a copy of its directory: setuptools leaves files where it builds."""
    source = place / "source"
    shutil.copytree(harness.RUNTIME / "offlet", source / "offlet", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(harness.RUNTIME / name, source)
    done = run(python, "-m", "pip", "wheel", "-q", "--disable-pip-version-check", "--no-deps", "-w", place, source)
    if done.returncode:
        raise AssertionError(done.stdout + done.stderr)
    (wheel,) = place.glob("offlet-*.whl")
    return wheel


class Package(unittest.TestCase):
    maxDiff = None

    def test_wheel(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            place = Path(name)
            wheel = build_wheel(sys.executable, place)
            with zipfile.ZipFile(wheel) as archive:
                self.assertEqual(MODULES, sorted(n for n in archive.namelist() if ".dist-info/" not in n))
                metadata = next(n for n in archive.namelist() if n.endswith("/METADATA"))
                self.assertIn("Step 2: a function becomes a coroutine", archive.read(metadata).decode())
            run(sys.executable, "-m", "venv", "--without-pip", place / "venv", check=True)
            python = place / "venv" / "bin" / "python"
            target = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").stdout.strip()
            run(
                sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-index", "--target",
                target, wheel, check=True,
            )  # fmt: skip
            examples = [e for e in readme_examples() if "eventlet" not in e[0] and "await_" not in e[0]]
            self.assertNotEqual([], examples)
            for source, expected in examples:  # Eventlet and greenlet are not there
                done = run(python, "-I", "-c", source, cwd=place)
                self.assertEqual(expected, done.stdout.splitlines(), done.stderr)

    def test_readme(self) -> None:
        examples = readme_examples()
        self.assertGreater(len(examples), 4)
        for source, expected in examples:
            with self.subTest(source=source):
                done = run(sys.executable, "-W", "ignore", "-c", source, cwd=harness.RUNTIME)
                self.assertEqual(expected, done.stdout.splitlines(), done.stderr)
                self.assertEqual("", done.stderr)


def readme_examples() -> list[tuple[str, list[str]]]:
    """The README's programs, each with the lines that its comments say it prints."""
    found = []
    for source in re.findall(r"^```python\n(.*?)^```", (harness.RUNTIME / "README.md").read_text(), re.M | re.S):
        lines = re.findall(r"^ *print\(.*\) *# (.+)$", source, re.M) or re.findall(r"^# (.+)$", source, re.M)
        if lines:
            found.append((source, lines))
    return found


def interpreters() -> dict[str, str]:
    """The Pythons of this machine: the one that runs this, those on PATH and pyenv's."""
    found = {"%d.%d" % sys.version_info[:2]: sys.executable}
    for version in VERSIONS:
        pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
        candidates = [*sorted(glob.glob(f"{pyenv}/{version}.*/bin/python{version}")), shutil.which(f"python{version}")]
        for candidate in candidates:
            if version not in found and candidate and run(candidate, "-c", "import venv, ensurepip").returncode == 0:
                found[version] = candidate
    return {version: found[version] for version in VERSIONS if version in found}


def environment_of(version: str, python: str) -> Path:
    """A Python with everything the tests need; made once for each state of requirements.txt."""
    requirements = harness.HERE / "requirements.txt"
    place = PLACE / version
    done = place / ".requirements"
    if not done.exists() or done.read_text() != requirements.read_text():
        shutil.rmtree(place, ignore_errors=True)
        run(python, "-m", "venv", place, check=True)
        installed = run(
            place / "bin/python", "-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes", "-r",
            requirements,
        )  # fmt: skip
        if installed.returncode:
            raise AssertionError(f"Python {version}: {installed.stderr}")
        done.write_text(requirements.read_text())
    return place / "bin/python"


if harness.LONG:

    class Long(unittest.TestCase):
        def test_pythons(self) -> None:
            """The default run of all tests on every Python of this machine."""
            ran = []
            for version, python in interpreters().items():
                with self.subTest(python=version):
                    done = run(
                        environment_of(version, python), "-m", "unittest",
                        cwd=harness.HERE,
                        env={k: v for k, v in harness.environment().items() if k != "OFFLET_LONG_TESTS"},
                    )  # fmt: skip
                    last = done.stderr.strip().splitlines()
                    print(f"Python {version}: {[line for line in last if line.startswith(('Ran', 'OK', 'FAILED'))]}", flush=True)
                    self.assertEqual(0, done.returncode, done.stderr[-20000:])
                    ran.append(version)
            print("Pythons:", *ran)
            self.assertGreater(len(ran), 1, "fewer than two Pythons can be had")

        def test_types(self) -> None:
            version = "%d.%d" % sys.version_info[:2]
            done = run(environment_of(version, sys.executable), "-m", "mypy", "--cache-dir", os.devnull, cwd=harness.RUNTIME)
            self.assertEqual(0, done.returncode, done.stdout + done.stderr)

else:
    harness.left_out("the other Pythons; mypy --strict")

if __name__ == "__main__":
    unittest.main()
