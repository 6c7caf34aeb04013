import eventlet
from eventlet import sleep, spawn_after
from greenlet import GreenletExit


class Autosave(object):
    """Saves a document a moment after the last edit."""

    def __init__(self, delay):
        self.delay = delay
        self.text = ''
        self.saved = []
        self._timer = None

    def edit(self, more):
        self.text += more
        if self._timer is not None:
            # only stops a save that has not begun yet
            self._timer.cancel()
        self._timer = spawn_after(self.delay, self._save, len(self.text))
        print('edit %r' % more)

    def _save(self, size, marker='*'):
        print('saving %d chars' % size)
        sleep(0.75)                     # the slow disk
        self.saved.append(self.text[:size] + marker)
        print('saved %r' % self.saved[-1])
        return size


def main():
    doc = Autosave(0.3)
    doc.edit('he')
    sleep(0.1)
    doc.edit('ll')
    first = doc._timer
    sleep(0.5)           # save of 'hell' is now in the middle
    doc.edit('o')        # must not abort it
    second = doc._timer
    print('first returned %r' % first.wait())
    second.cancel()          # too late as well
    print('second returned %r' % second.wait())
    doc.edit('!')
    unsaved = doc._timer
    sleep(0.1)
    unsaved.cancel()
    try:
        unsaved.wait()
    except GreenletExit:
        print('last edit was never saved')
    third = spawn_after(0.2, doc._save, 3, marker='!')
    print('third returned %r' % third.wait())
    print(doc.saved)


if __name__ == '__main__':
    main()
