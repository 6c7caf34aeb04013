from __future__ import annotations

import sys

import eventlet

import backends
from checks import Composite, PortCheck, StaticCheck, StrictPortCheck
from models import Level, Report


def collect(checks) -> list[Report]:
    pool = eventlet.GreenPool(3)
    return [report for report in pool.imap(lambda c: c.run(), checks)]


def summarise(reports: list[Report]) -> dict[Level, list[str]]:
    by_level: dict[Level, list[str]] = {}
    for r in sorted(reports, reverse=True):
        by_level.setdefault(r.level, []).append(r.target)
    return by_level


HANDLERS = {
    Level.OK: lambda names: f"fine: {', '.join(sorted(names))}",
    Level.WARN: lambda names: f"look at: {', '.join(sorted(names))}",
    Level.FAIL: lambda names: f"PAGE SOMEBODY: {', '.join(sorted(names))}",
}


def main() -> int:
    good = backends.start({"ping": (0.02, "pong")})
    slow = backends.start({"ping": (0.2, "pong"), "deep": (0.5, "pong")})
    down = backends.closed_port()
    checks = [
        StaticCheck("disk", 91, 90),
        PortCheck("web", good),
        PortCheck("api", slow),
        StrictPortCheck("db", slow),
        StrictPortCheck("queue", good, ask=b"status"),
        StrictPortCheck("search", down),
        PortCheck("mail", down),
        Composite("frontend", [PortCheck("web-1", good), StaticCheck("threads", 3, 10)]),
        Composite("backend", [PortCheck("api-1", slow, b"deep"), PortCheck("web-2", good)]),
    ]
    reports = collect(checks)
    for r in reports:
        print(r)
    print("all ok" if all(c.healthy for c in checks) else "not all ok", sum(c.healthy for c in checks))
    for level, names in summarise(reports).items():
        print(HANDLERS[level](names))
    print("any api", any(c.run().level is Level.OK for c in checks if c.target in ("api", "web")))
    return int(max(r.level for r in reports))


if __name__ == "__main__":
    sys.exit(main())
