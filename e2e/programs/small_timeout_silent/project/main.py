#!/usr/bin/env python
"""Best-effort prefetch: each source gets a silent time limit, the whole run a loud one."""
import eventlet
from eventlet import Timeout


def fetch(source, cost):
    print(f"  fetch {source}")
    try:
        eventlet.sleep(cost)
    finally:
        print(f"  leave {source}")
    return f"<{source}>"


def prefetch(sources, each):
    cache = {}
    for source, cost in sources:
        with Timeout(each, False):
            cache[source] = fetch(source, cost)
            print(f"  cached {source}")
    return cache


def run(label, limit, sources):
    print(f"run {label}")
    cache = None
    try:
        with Timeout(limit):
            cache = prefetch(sources, 0.1)
    except Timeout as t:
        print(f"run {label} stopped: {t}")
    else:
        print(f"run {label} ok")
    print(f"cache {cache}")


def disabled():
    with Timeout(None):        # "no limit" from the configuration
        eventlet.sleep(0.02)
    with Timeout(0.05, False):
        eventlet.sleep(0.01)
    eventlet.sleep(0.07)  # must not fire late
    return "no limit"


run("relaxed", 1, [("news", 0.02), ("mail", 0.4), ("feed", 0.03)])
run("strict", 0.06, [("news", 0.4), ("mail", 0.02)])
print(disabled())
