import eventlet


def make_progress(total, every=2, slow=0.0):
    """Returns (tick, summary); both share the same counters."""
    done = 0
    lines = []

    def tick(label):
        nonlocal done
        current = done + 1
        if slow and current % every == 0:
            lines.append("%d/%d after %s" % (current, total, label))
            done = current
            eventlet.sleep(slow)
        else:
            done = current
        return current

    def summary():
        return "%d of %d; %s" % (done, total, "; ".join(lines) or "no milestones")

    return tick, summary
