import collections

import eventlet
from eventlet import queue

from broker.frames import Frame, FrameError, Kind, read_frame, write_frame


class Subscriber:
    """Connection with an outgoing queue of its own, so that nobody waits for a slow peer."""
    queue_size = 4

    def __init__(self, hub, sock, ident):
        self.hub, self.sock, self.ident = hub, sock, ident
        self.outgoing = queue.LightQueue(self.queue_size)
        self.topics = set()
        self.dropped = 0
        self.writer = eventlet.spawn(self._write_loop)

    def send(self, kind, topic='', payload=b''):
        self.outgoing.put(Frame(kind, topic, payload))

    def offer(self, topic, payload):
        try:
            self.outgoing.put(Frame(Kind.MSG, topic, payload), block=False)
            return True
        except queue.Full:
            self.dropped += 1
            return False

    def _write_loop(self):
        while (frame := self.outgoing.get()) is not None:
            write_frame(self.sock, *frame)
            if frame.kind is Kind.MSG:
                eventlet.sleep(self.hub.pace)

    def finish(self):
        self.outgoing.put(None)
        self.writer.wait()


class Hub:
    def __init__(self, pace=0.0):
        self.pace = pace
        self.subs = collections.defaultdict(list)
        self.retained = {}
        self.published = 0
        self.peers = {}
        self.handlers = {kind: getattr(self, 'on_' + kind.name.lower()) for kind in Kind if kind < 16}

    def connection(self, sock, ident):
        peer = self.peers[ident] = Subscriber(self, sock, ident)
        reason = 'end of stream'
        try:
            while True:
                try:
                    frame = read_frame(sock)
                except FrameError as e:
                    peer.send(Kind.ERR, '', str(e).encode())
                    continue
                if frame is None:
                    break
                if self.handlers.get(frame.kind, self.on_strange)(peer, frame.topic, frame.payload) is False:
                    reason = 'bye'
                    break
        except EOFError as e:
            reason = f'cut off at {e}'
        finally:
            for topic in sorted(peer.topics):
                self.subs[topic].remove(peer)
            peer.finish()
            del self.peers[ident]
            sock.close()
            print(f'peer {ident}: {reason}, dropped {peer.dropped}')

    def on_sub(self, peer, topic, payload):
        if topic not in peer.topics:
            peer.topics.add(topic)
            self.subs[topic].append(peer)
        peer.send(Kind.OK, topic)
        if topic in self.retained:
            peer.offer(topic, self.retained[topic])

    def on_unsub(self, peer, topic, payload):
        if topic in peer.topics:
            peer.topics.discard(topic)
            self.subs[topic].remove(peer)
            peer.send(Kind.OK, topic)
        else:
            peer.send(Kind.ERR, topic, b'not subscribed')

    def on_pub(self, peer, topic, payload):
        targets = self.subs.get(topic, []) + self.subs.get('*', [])
        reached = sum(p.offer(topic, payload) for p in targets)
        self.published += 1
        peer.send(Kind.OK, topic, b'%d' % reached)

    def on_retain(self, peer, topic, payload):
        self.retained[topic] = payload
        self.on_pub(peer, topic, payload)

    def on_ping(self, peer, topic, payload):
        peer.send(Kind.OK, 'pong', payload[::-1])

    def on_stats(self, peer, topic, payload):
        text = 'peers=%d published=%d retained=%d' % (len(self.peers), self.published, len(self.retained))
        peer.send(Kind.OK, 'stats', text.encode())

    def on_bye(self, peer, topic, payload):
        peer.send(Kind.OK, 'bye')
        return False

    def on_strange(self, peer, topic, payload):
        peer.send(Kind.ERR, topic, b'not for servers')
