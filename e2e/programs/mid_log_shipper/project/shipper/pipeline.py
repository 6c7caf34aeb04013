import eventlet
from eventlet.queue import LightQueue

from . import errors
from .reader import follow, interesting, parse

END = object()


class Shipper(object):
    def __init__(self, output, batch_size=3, depth=4):
        self.output = output
        self.batch_size = batch_size
        self.queue = LightQueue(depth)
        self.dropped = []
        self.shipped = 0

    def produce(self, text):
        count = 0
        for record in interesting(parse(follow(text))):
            self.queue.put(record)
            count += 1
        self.queue.put(END)
        return count

    def batches(self):
        batch = []
        while (record := self.queue.get()) is not END:
            batch.append(record)
            if len(batch) >= self.batch_size:
                yield batch
                batch = []
        if batch:
            yield batch

    def consume(self):
        for n, batch in enumerate(self.batches()):
            try:
                sent = self.output.send(batch)
            except errors.Permanent as e:
                print('batch %d rejected: %s' % (n, e))
                self.dropped += [r['no'] for r in batch]
            except errors.Transient as e:
                print('batch %d given up: %s' % (n, e))
                self.dropped += [r['no'] for r in batch]
            else:
                self.shipped += sent
                print('batch %d shipped %d' % (n, sent))
            finally:
                eventlet.sleep(0)
        return self.shipped

    def run(self, text):
        producer = eventlet.spawn(self.produce, text)
        consumer = eventlet.spawn(self.consume)
        return producer.wait(), consumer.wait()
