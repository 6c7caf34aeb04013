from ..errors import Permanent


class Output(object):
    def __init__(self):
        self.sent = []

    def send(self, batch):
        self.validate(batch)
        self.sent.extend(r['no'] for r in batch)
        return len(batch)

    def validate(self, batch):
        for r in batch:
            if 'poison' in r['text']:
                raise Permanent('record %d' % r['no'])
