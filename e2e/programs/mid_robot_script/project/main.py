from __future__ import annotations

import sys

from eventlet.semaphore import Semaphore

from robot import Robot

SCRIPTS: dict[str, str] = {
    "r2": """\
        # a walk in the park
        move north 3
        shoot
        repeat 2 shoot flash

        shoot
        check
        dance
        sleep 0.5
        move south 1
        check""",
    "c3": "repeat 2 move e 2\nshoot a b\nmove east 0",
    "bb": "",
    "wa": "move",
}


def main() -> int:
    lane = Semaphore()
    counts: dict[str, int] = {}
    robots: dict[str, Robot] = {}
    for name, text in SCRIPTS.items():
        robots[name] = Robot(name, lane)
        counts[name] = robots[name].script(text, limit=0.2)
    print(counts)
    for name, r in robots.items():
        print(name, r.position, r.battery.read(), r.camera.read(), r.history.last(lambda h: "->" in h), r.history.last())
    return 0 if all(counts.values()) else 4


if __name__ == "__main__":
    sys.exit(main())
