import sys
import eventlet


class ImportFailed(Exception):
    def __init__(self, row, why):
        super(ImportFailed, self).__init__("row %d: %s" % (row, why))
        self.row = row


def load(row, value):
    eventlet.sleep(0.08 * row)
    if not value:
        raise ImportFailed(row, "empty")
    try:
        number = int(value)
    except ValueError as exc:
        raise ImportFailed(row, "bad number") from None
    else:
        print("row", row, "ok")
        return number


def audit(row):
    eventlet.sleep(0.08 * row + 0.02)
    {}["audit-%d" % row]


def main():
    rows = ["7", "", "x", "5"]
    gts = [eventlet.spawn(load, i, v) for i, v in enumerate(rows, 1)]
    eventlet.spawn_n(audit, 5)       # nobody waits for this one; its error is only printed
    total = 0
    failed = []
    for gt in gts:
        try:
            total += gt.wait()
        except ImportFailed as e:
            failed.append(e.row)
            print("failed:", e)
    # a second wait raises again
    try:
        gts[1].wait()
    except ImportFailed as e:
        print("again:", e)
    eventlet.sleep(0.2)
    print("total", total, "failed", failed)
    if len(failed) > 1:
        raise ImportFailed(failed[-1], "too many failures")
    return 0


if __name__ == "__main__":
    sys.exit(main())
