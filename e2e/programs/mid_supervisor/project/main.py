import sys

from sup import Counter, Crasher, Strategy, Stubborn, Supervisor, TooManyRestarts, Worker


def main():
    sup = Supervisor(max_restarts=2)
    workers = [Counter(), Crasher(), Stubborn(), Worker()]
    for w in workers:
        sup.supervise(w)
    odd = Crasher()
    odd.name = 'odd'
    odd.lifetime = 0.2
    sup.supervise(odd, strategy=Strategy.IGNORE)
    try:
        sup.watch()
    except TooManyRestarts as e:
        print('giving up because of %s' % e)
        code = 3
    else:
        code = 0
    for w in workers:
        print(w.name, w.starts, len(w.log))
    return code


if __name__ == '__main__':
    sys.exit(main())
