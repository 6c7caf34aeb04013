import eventlet
from eventlet import greenthread, event, semaphore
from greenlet import GreenletExit

trace = []


def say(*words):
    trace.append(' '.join(str(w) for w in words))
    print(trace[-1])


class Abort(Exception):
    pass


def plain(name):
    try:
        eventlet.sleep(10)
    except Exception as e:
        say(name, 'except Exception', type(e).__name__)
    finally:
        say(name, 'finally')


def nested(name):
    try:
        try:
            eventlet.sleep(10)
        finally:
            say(name, 'inner finally')
    finally:
        say(name, 'outer finally')
        greedy.release()


def survivor(name):
    """Swallows the first kill on purpose."""
    for attempt in range(3):
        try:
            eventlet.sleep(10)
        except GreenletExit:
            say(name, 'survives', attempt)
            if attempt:
                break
    eventlet.sleep(0.02)
    say(name, 'goes home')
    return 'alive'


def bare(name):
    try:
        eventlet.sleep(10)
    except:                                     # noqa: E722
        say(name, 'bare except')
        return 'from bare'


def killer(victim, name):
    say(name, 'strikes')
    victim.kill()
    say(name, 'done')


def wait_for(gt):
    try:
        return 'returned %r' % gt.wait()
    except GreenletExit:
        return 'GreenletExit'
    except Exception as e:
        return '%s(%s)' % (type(e).__name__, e)


def start(func, *args):
    gt = eventlet.spawn(func, *args)
    eventlet.sleep(0)
    return gt


greedy = semaphore.Semaphore(0)


def main():
    for func in (plain, nested, bare):
        gt = start(func, func.__name__)
        gt.link(lambda g, n: say('link of', n), func.__name__)
        say('killing', func.__name__)
        gt.kill()
        say('killed', func.__name__, wait_for(gt))
    say('semaphore free', greedy.acquire(False))

    gt = start(survivor, 'survivor')
    gt.kill()
    say('still there')
    gt.kill()
    say('again', wait_for(gt))

    gt = start(plain, 'custom')
    gt.kill(Abort('stop that'))
    say('custom', wait_for(gt))

    # killed by somebody else while a third one waits for it
    victim = start(nested, 'third')
    waiter = eventlet.spawn(lambda: say('waiter sees', wait_for(victim)))
    eventlet.spawn(killer, victim, 'killer')
    waiter.wait()

    # a chain: the parent kills its child in its own finally
    def parent():
        child = start(plain, 'child')
        try:
            eventlet.sleep(10)
        finally:
            say('parent takes the child along')
            child.kill()
            say('parent finished')

    p = start(parent)
    eventlet.sleep(0.01)
    p.kill()
    say('parent', wait_for(p))

    # one that is waiting on an event, one in a semaphore, one not started
    evt, sem = event.Event(), semaphore.Semaphore(0)

    def on_event():
        try:
            return evt.wait()
        finally:
            say('left the event')

    def on_semaphore():
        with sem:
            say('must not happen')

    e, s, u = start(on_event), start(on_semaphore), eventlet.spawn(plain, 'unstarted')
    for gt in (e, s, u):
        greenthread.kill(gt)
    say(wait_for(e), wait_for(s), wait_for(u))
    evt.send('nobody')
    sem.release()
    eventlet.sleep(0)
    say('semaphore', sem.acquire(False), 'event', evt.wait())

    late = eventlet.spawn_after(0.03, say, 'too late')
    late.cancel()
    early = eventlet.spawn_after(0.01, survivor, 'early')
    eventlet.sleep(0.05)
    early.cancel()                              # has begun: not touched
    early.kill()
    early.kill()
    say('early', wait_for(early))
    print(len(trace))


main()
