import eventlet as ev
import queue_worker
from queue_worker import Worker, go, helpers, nap, run_all

sleep = nap
go_n = ev.spawn_n
log = []


def note(text):
    log.append(text)


def slow_note(text, wait=0.03):
    sleep(wait)
    note(text)
    return len(log)


def main():
    w = Worker('w')
    put = w.box.put
    for item in 'abc':
        put(item)
    helpers.soon(note, 'soon')
    handle = helpers.later(slow_note, 'later', wait=0.01)
    go_n(note, 'n')
    print(run_all(lambda: slow_note('first', 0.01), lambda: slow_note('second', 0.1), lambda: 'plain'))
    print('later is', handle.wait(), log)
    wait = w.done.wait
    print('worker did', wait(), w.results)
    victim = go(slow_note, 'never', 5)
    nap(0.01)
    helpers.stop(victim)
    pool = queue_worker.pool_of(2)
    spawn = pool.spawn_n
    for t, wait in ('x', 0.03), ('y', 0.12), ('z', 0.04):
        spawn(slow_note, t, wait=wait)
    pool.waitall()
    print(log)
    actions = {'sleep': ev.sleep, 'nap': nap, 'spawn': ev.spawn, 'note': note}
    actions['sleep'](0.01)
    print(actions['spawn'](slow_note, 'table').wait(), actions.get('note')('direct'))
    for call, args in ((nap, (0.01,)), (slow_note, ('loop', 0)), (len, (log,))):
        print(call(*args))
    fn = slow_note if len(log) > 3 else note
    print(fn('chosen'), (fn or None)('again', 0.01), [sleep, note][0](0))
    print(helpers.me() is helpers.me(), getattr(ev, 'sl' + 'eep')(0))


main()
