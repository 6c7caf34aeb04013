from sup.supervisor import Supervisor, Strategy, TooManyRestarts
from sup.workers import Worker, Crasher, Counter, Stubborn
