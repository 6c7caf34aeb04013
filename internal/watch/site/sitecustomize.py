"""What offlet puts first on PYTHONPATH to look at a running program from inside.

It imports the agent that OFFLET_AGENT names, a module beside this file, and then the sitecustomize that this one hides,
as if that had been found first. The program itself is not changed, and nothing of Eventlet is imported here.
"""

import os
import sys

_watched = {}  # what to do once a module is there


def when_imported(name, look):
    """Call look(module) as soon as the module has been executed."""
    if name in sys.modules:
        look(sys.modules[name])
        return
    if not _watched:
        sys.meta_path.insert(0, _Finder)
    _watched[name] = look


class _Finder:
    """Lets the usual machinery find a watched module and looks at it once it is there."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        look = _watched.pop(name, None)
        if look is None:
            return None
        specs = (finder.find_spec(name, path, target) for finder in list(sys.meta_path) if finder is not _Finder)
        spec = next((s for s in specs if s is not None), None)
        if not _watched:
            sys.meta_path.remove(_Finder)
        if spec is None or spec.loader is None:
            return spec
        execute = spec.loader.exec_module

        def exec_module(module):
            execute(module)
            look(module)

        spec.loader.exec_module = exec_module
        return spec


def _chain(here):
    """Import the sitecustomize that would have been found without this one."""
    mine = sys.modules.pop("sitecustomize", None)
    path = sys.path[:]
    sys.path[:] = [p for p in sys.path if os.path.abspath(p or os.curdir) != here]
    try:
        import sitecustomize  # noqa: F401
    except ImportError as error:
        if error.name != "sitecustomize":
            raise
        if mine is not None:
            sys.modules["sitecustomize"] = mine
    finally:
        sys.path[:] = path


if os.environ.get("OFFLET_AGENT"):
    __import__(os.environ["OFFLET_AGENT"])
_chain(os.path.dirname(os.path.abspath(__file__)))
