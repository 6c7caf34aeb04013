"""Builds packages in the order of what they need."""
import eventlet
from eventlet.dagpool import Collision, DAGPool, PropagateError


def build(name, needs, cost):
    parts = dict(needs)
    eventlet.sleep(cost)
    return '%s(%s)' % (name, ', '.join(sorted(parts.values())))


def fails(name, needs):
    for _ in needs:
        pass
    eventlet.sleep(0)
    raise ValueError('no compiler for ' + name)


def main():
    pool = DAGPool({'libc': 'libc'})
    pool.spawn('zlib', ['libc'], build, 0.01)
    pool.spawn('ssl', ['libc', 'zlib'], build, 0.02)
    pool.spawn_many({'curl': ['ssl', 'zlib'], 'git': ['curl', 'patch']}, build, 0.01)
    print('running', sorted(pool.running_keys()), 'ready', sorted(pool.keys()))
    print('git waits for', sorted(pool.waiting_for('git')))
    pool.post('patch', 'patch')
    print(pool.wait(['zlib']))
    for name, what in pool.wait_each(['curl', 'ssl']):
        print('built', name, what)
    print(sorted(pool.waitall()))
    print(pool.get('git'), pool.get('emacs', 'nobody builds it'))
    try:
        pool.post('libc', 'again')
    except Collision as e:
        print('Collision', e)

    broken = DAGPool()
    broken.spawn('gcc', [], fails)
    broken.spawn('linux', ['gcc'], build, 0)
    try:
        broken.wait(['linux'])
    except PropagateError as e:
        print('PropagateError', e.key, type(e.exc).__name__)
    print(sorted(key for key, _ in broken.wait_each_exception(['gcc', 'linux'])))
    broken.spawn('never', ['missing'], build, 0)
    eventlet.sleep(0)
    print(broken.waiting(), 'waits for', sorted(broken.waiting_for('never')))


if __name__ == '__main__':
    main()
