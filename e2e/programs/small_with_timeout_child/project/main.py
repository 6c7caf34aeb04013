import eventlet
from eventlet.timeout import with_timeout, Timeout

log = []


def render(page, cost, dpi=72):
    log.append("begin %s" % page)
    eventlet.sleep(cost)
    log.append("end %s" % page)
    return "%s@%d" % (page, dpi)


def preview(gt):
    # a reader who does not want to wait long; rendering itself goes on
    try:
        with Timeout(0.05):
            return gt.wait()
    except Timeout:
        return "(still rendering)"


print(with_timeout(0.2, render, "cover", 0.01, dpi=300))
print(with_timeout(0.05, render, "index", 0.3, timeout_value="(no index)"))
try:
    with_timeout(0.05, render, "errata", 0.3)
except Timeout as t:
    print("errata gave up:", t)
try:
    # the inner limit is longer, so the outer one's exception passes through
    with Timeout(0.05) as outer:
        with_timeout(0.5, render, "notes", 0.3, timeout_value="unused")
except Timeout as t:
    print("notes: outer", t is outer)

body = eventlet.spawn(render, "body", 0.15)
print(preview(body))
print(preview(body))
print("finally:", body.wait())
for line in log:
    print(line)
