from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import ClassVar, Generic, Protocol, TypeAlias, TypeVar

import eventlet
from eventlet import Timeout
from eventlet.semaphore import Semaphore

T = TypeVar("T")
Position: TypeAlias = tuple[int, int]


class Device(Protocol):
    def read(self) -> int: ...


@dataclass(slots=True)
class Battery:
    charge: int = 20

    def read(self) -> int:
        return self.charge


@dataclass
class Camera:
    """Needs a moment for each picture."""
    pictures: list[Position] = field(default_factory=list)
    exposure: float = 0.01

    def __post_init__(self) -> None:
        eventlet.sleep(self.exposure)            # warm up

    def read(self) -> int:
        eventlet.sleep(self.exposure)
        return len(self.pictures)

    def shoot(self, where: Position, /, *, flash: bool = False) -> str:
        eventlet.sleep(self.exposure * (2 if flash else 1))
        self.pictures.append(where)
        return f"picture {self.read()} at {where}{' with flash' if flash else ''}"


class Command:
    registry: ClassVar[dict[str, type[Command]]] = {}
    seconds: ClassVar[float] = 0.0

    def __init_subclass__(cls, *, word: str, **kw) -> None:
        super().__init_subclass__(**kw)
        cls.registry[word] = cls

    def __init__(self, *args: str) -> None:
        self.args = args

    def run(self, robot: Robot) -> str | None:
        return None


class Move(Command, word="move"):
    seconds = 0.01

    def run(self, robot: Robot) -> str | None:
        match self.args:
            case ["north" | "n", steps]:
                return robot.walk(0, int(steps))
            case ["east" | "e", steps] if int(steps) > 0:
                return robot.walk(int(steps), 0)
            case [direction, _]:
                raise ValueError(f"cannot go {direction}")
            case _:
                raise ValueError("move where?")


class Shoot(Command, word="shoot"):
    def run(self, robot: Robot) -> str | None:
        match self.args, robot.camera.read():
            case _, n if n >= robot.film():
                return "out of film"
            case ["flash"], _:
                return robot.camera.shoot(robot.position, flash=True)
            case [], _:
                return robot.camera.shoot(robot.position)
            case _:
                return "shoot what?"


class Check(Command, word="check"):
    def run(self, robot: Robot) -> str | None:
        return ", ".join(f"{name}={device.read()}" for name, device in robot.devices())


class Repeat(Command, word="repeat"):
    def run(self, robot: Robot) -> str | None:
        times, *rest = self.args
        return "; ".join(filter(None, [robot.execute(" ".join(rest)) for _ in range(int(times))]))


class Sleep(Command, word="sleep"):
    def run(self, robot: Robot) -> str | None:
        eventlet.sleep(float(self.args[0]))
        return "slept"


class History(Generic[T]):
    def __init__(self) -> None:
        self._items: list[T] = []

    def add(self, item: T) -> T:
        self._items.append(item)
        return item

    def last(self, pred: Callable[[T], bool] = lambda _: True) -> T | None:
        return next((i for i in reversed(self._items) if pred(i)), None)


class Robot:
    def __init__(self, name: str, lane: Semaphore) -> None:
        self.name, self.lane = name, lane
        self.position: Position = (0, 0)
        self.battery, self.camera = Battery(), Camera()
        self.history: History[str] = History()

    def devices(self) -> Iterator[tuple[str, Device]]:
        yield "battery", self.battery
        yield "camera", self.camera

    def film(self) -> int:
        eventlet.sleep(0.001)
        return 3

    def walk(self, dx: int, dy: int) -> str:
        with self.lane:
            for _ in range(dx + dy):
                eventlet.sleep(0.002)
                self.battery.charge -= 1
            self.position = self.position[0] + dx, self.position[1] + dy
        return "at %d,%d" % self.position

    def execute(self, line: str) -> str | None:
        match line.split():
            case []:
                return None
            case ["#", *_]:
                return None
            case [word, *args] if word in Command.registry:
                return self.history.add(f"{line} -> {Command.registry[word](*args).run(self)}")
            case [word, *_]:
                return self.history.add(f"no such command: {word}")

    def script(self, text: str, limit: float = 1.0) -> int:
        done = 0
        for number, line in enumerate(text.splitlines(), start=1):
            try:
                with Timeout(limit):
                    if (answer := self.execute(line.strip())) is None:
                        continue
            except ValueError as e:
                print(f"{self.name}:{number}: ValueError: {e}")
                break
            except Timeout:
                print(f"{self.name}:{number}: too slow")
            else:
                done += 1
                print(f"{self.name}:{number}: {answer}")
        else:
            print(f"{self.name}: end of script")
        return done
