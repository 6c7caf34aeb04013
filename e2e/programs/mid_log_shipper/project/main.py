#!/usr/bin/env python
import sys

from shipper import outputs
from shipper.pipeline import Shipper
from shipper.reader import LINES


def main(argv):
    size = int(argv[1]) if len(argv) > 1 else 3
    status = 0
    for out in (outputs.MemoryOutput(), outputs.FlakyOutput([1, 0, 1, 1, 0]), outputs.FlakyOutput([True] * 4)):
        print('%s attempts=%s' % (type(out).__name__, getattr(out.send, 'attempts', None)))
        s = Shipper(out, batch_size=size)
        read, shipped = s.run(LINES)
        print('read %d shipped %d sent %s dropped %s' % (read, shipped, out.sent, s.dropped))
        status |= bool(s.dropped) and shipped < read
    return int(status) + 1


if __name__ == '__main__':
    sys.exit(main(sys.argv))
