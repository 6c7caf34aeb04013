"""Dumps the symbol tables of Python files.

usage: tables.py        reads paths, answers a JSON object a line:
                          {"path": …, "error": [line, message]} or
                          {"path": …, "scopes": [[type, name, line, {name: flags}], …]}
       tables.py -e     reads JSON strings of source text instead of paths

The flags are those of CPython's Include/internal/pycore_symtable.h, the scope
in the bits from 16 on.
"""

import json
import symtable
import sys
import threading

OFFSET = 12 if sys.version_info >= (3, 12) else 11


def walk(ste, out, name):
    symbols = {n: f & ((1 << OFFSET) - 1) | (f >> OFFSET & 15) << 16 for n, f in ste.symbols.items()}
    out.append([str(kind(ste)), name, ste.lineno, symbols])
    for child in ste.children:
        walk(child, out, child.name)


def kind(ste):
    # The class only formats the type, which is a number here.
    t = symtable.SymbolTable(ste, "?").get_type()
    return getattr(t, "value", t)


def tables(data):
    out = []
    top = symtable.symtable(data, "?", "exec")
    walk(top._table, out, "top")
    return out


def answer(name, data):
    try:
        result = {"path": name, "scopes": tables(data)}
    except SyntaxError as e:
        result = {"path": name, "error": [e.lineno, e.msg]}
    except (RecursionError, MemoryError, ValueError) as e:
        result = {"path": name, "error": [0, str(e)]}
    print(json.dumps(result))


def main():
    if sys.argv[1:] == ["-e"]:
        for line in sys.stdin:
            n, text = json.loads(line)
            answer(str(n), text.encode("utf-8", "surrogatepass"))
    else:
        for line in sys.stdin:
            path = line.rstrip("\n")
            with open(path, "rb") as f:
                answer(path, f.read())


sys.setrecursionlimit(20000)
threading.stack_size(512 * 1024 * 1024)
t = threading.Thread(target=main)
t.start()
t.join()
