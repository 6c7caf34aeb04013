"""Dumps the tree of Python files in a canonical form.

usage: dump.py            reads paths, answers "path\tok\tmd5" or "path\terror\tline\tmessage"
       dump.py FILE       prints the whole dump of a file
       dump.py -e         reads JSON strings of source text, answers as for paths
       dump.py -t         reads paths, prints the bytes and seconds that ast.parse took

Every node is its class, its place (line:col-line:col, in bytes) and its fields
in the order of Python.asdl. Inside an f-string the places are left out before
3.12, where they are not those of the text; the empty constants that 3.12 leaves
at the end of a format spec are left out too.
"""

import ast
import hashlib
import json
import struct
import sys
import threading
import time

SKIP = {"type_comment", "type_ignores"}
LEGACY = sys.version_info < (3, 12)
EMPTY = sys.version_info[:2] == (3, 12)


def fields(cls):
    return tuple(f for f in cls._fields if f not in SKIP)


FIELDS = {}


def constant(v):
    if v is None:
        return "N"
    if v is True:
        return "T"
    if v is False:
        return "F"
    if v is ...:
        return "E"
    t = type(v)
    if t is str:
        return "s" + v + "\0"
    if t is bytes:
        return "b" + v.hex()
    if t is int:
        return "i" + hex(v)
    if t is float:
        return "f" + struct.pack(">d", v).hex()
    return "c" + struct.pack(">d", v.imag).hex()


def dump(node, out, places):
    cls = node.__class__
    fs = FIELDS.get(cls)
    if fs is None:
        fs = FIELDS[cls] = (fields(cls), "lineno" in cls._attributes, cls.__name__)
    names, placed, name = fs
    if placed and places:
        out.append(f"{name}@{node.lineno}:{node.col_offset}-{node.end_lineno}:{node.end_col_offset}(")
    else:
        out.append(name + "(")
    if name == "Constant":
        out.append(constant(node.value))
        if node.kind:
            out.append("u")
    else:
        if LEGACY and name == "JoinedStr":
            places = False
        if EMPTY and name == "JoinedStr":
            node.values = [v for v in node.values if not (v.__class__ is ast.Constant and v.value == "")]
        for f in names:
            v = getattr(node, f)
            if v.__class__ is list:
                out.append("[")
                for x in v:
                    if isinstance(x, ast.AST):
                        dump(x, out, places)
                    elif x is None:
                        out.append("-")
                    else:
                        out.append(str(x))
                    out.append(",")
                out.append("]")
            elif v is None:
                out.append("-")
            elif v.__class__ is str:
                out.append(v)
            elif v.__class__ is int:
                out.append(str(v))
            elif v.__class__ in SINGLE:
                out.append(v.__class__.__name__)
            elif isinstance(v, ast.AST):
                dump(v, out, places)
            else:
                out.append(constant(v))
            out.append(";")
    out.append(")\n")


SINGLE = set()
for base in (ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop):
    SINGLE.update(base.__subclasses__())


def tree(data):
    out = []
    dump(ast.parse(data), out, True)
    return "".join(out).encode("utf-8", "surrogatepass")


def answer(name, data):
    try:
        result = hashlib.md5(tree(data)).hexdigest()
        print(f"{name}\tok\t{result}")
    except SyntaxError as e:
        print(f"{name}\terror\t{e.lineno}\t{type(e).__name__}: {str(e.msg).splitlines()[0] if e.msg else ''}")
    except (RecursionError, MemoryError) as e:
        print(f"{name}\tdeep\t0\t{type(e).__name__}")
    except ValueError as e:
        # 3.12.1 fails on f"{x:{y=}}", which it means to accept.
        kind = "bug" if "is required for Constant" in str(e) else "error"
        print(f"{name}\t{kind}\t0\t{type(e).__name__}: {str(e).splitlines()[0]}")


def main():
    args = sys.argv[1:]
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.stdin.reconfigure(encoding="utf-8")
    if args == ["-e"]:
        for i, line in enumerate(sys.stdin):
            n, text = json.loads(line)
            answer(n, text.encode("utf-8", "surrogatepass"))
    elif args == ["-t"]:
        size = seconds = 0
        for line in sys.stdin:
            with open(line.rstrip("\n"), "rb") as f:
                data = f.read()
            start = time.perf_counter()
            try:
                ast.parse(data)
            except (SyntaxError, ValueError):
                continue
            seconds += time.perf_counter() - start
            size += len(data)
        print(size, seconds)
    elif args:
        with open(args[0], "rb") as f:
            sys.stdout.buffer.write(tree(f.read()))
    else:
        for line in sys.stdin:
            path = line.rstrip("\n")
            with open(path, "rb") as f:
                data = f.read()
            answer(path, data)


sys.setrecursionlimit(20000)
threading.stack_size(512 * 1024 * 1024)
t = threading.Thread(target=main)
t.start()
t.join()
