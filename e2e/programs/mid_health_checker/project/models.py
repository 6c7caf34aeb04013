from __future__ import annotations

import enum
from dataclasses import dataclass, field


class Level(enum.IntEnum):
    OK = 0
    WARN = 1
    FAIL = 2


@dataclass(order=True)
class Report:
    level: Level
    target: str = field(compare=True)
    detail: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"[{self.level.name:<4}] {self.target}: {self.detail}"
