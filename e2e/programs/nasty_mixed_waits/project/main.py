"""Waits for jobs of two kinds: programs of the system, and green threads."""
import eventlet

eventlet.monkey_patch()

import logging
import subprocess
import sys


class Job:
    def __init__(self, seconds, code):
        self.seconds, self.code = seconds, code

    def wait(self):
        eventlet.sleep(self.seconds)
        return self.code


def program(code):
    return subprocess.Popen([sys.executable, "-c", "import sys; sys.exit(%d)" % code])


def exit_code(job):
    return job.wait()


class Closing(logging.Handler):
    """Waits for a job before it prints that something happened."""

    def __init__(self, jobs):
        super().__init__()
        self.jobs = jobs

    def emit(self, record):
        for job in self.jobs:
            if job.wait() > 2:
                print("bad job:", job.wait())
        print(record.getMessage())


def main():
    jobs = [Job(0.02, 3), program(2), Job(0.01, 1), program(0)]
    print([exit_code(j) for j in sorted(jobs, key=exit_code)])
    log = logging.getLogger("jobs")
    log.propagate = False
    log.addHandler(Closing(jobs))
    log.warning("all have ended")
    for job in jobs:
        print(job.wait())


if __name__ == "__main__":
    main()
