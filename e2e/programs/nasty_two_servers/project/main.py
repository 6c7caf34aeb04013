"""A library with two servers, a synchronous one and one of asyncio, whose sockets share a class."""
import asyncio
import threading

import eventlet

eventlet.monkey_patch(thread=False)


class BaseSocket:
    def __init__(self, server):
        self.server = server
        self.sent = []


class Socket(BaseSocket):
    def send(self, packet):
        eventlet.sleep(0)
        self.sent.append(packet)

    def receive(self, packet):
        self.server.trigger(packet)
        self.send("ack " + packet)

    def close(self):
        eventlet.sleep(0)
        self.sent.append("closed")


class AsyncSocket(BaseSocket):
    async def send(self, packet):
        await asyncio.sleep(0)
        self.sent.append(packet)

    async def receive(self, packet):
        await self.server.trigger(packet)
        await self.send("ack " + packet)

    async def close(self):
        await asyncio.sleep(0)
        self.sent.append("closed")


class Server:
    def __init__(self):
        self.sockets = {}

    def trigger(self, packet):
        print("got", packet)

    def shutdown(self):
        for socket in self.sockets.values():
            socket.close()


class AsyncServer:
    def __init__(self):
        self.sockets = {}

    async def trigger(self, packet):
        await asyncio.sleep(0)
        print("asyncio got", packet)

    async def shutdown(self):
        tasks = [asyncio.create_task(s.close()) for s in self.sockets.values()]
        for s in self.sockets.values():
            tasks.append(asyncio.get_running_loop().create_task(s.close()))
        print("not closed yet", [s.sent for s in self.sockets.values()])
        await asyncio.gather(*tasks)


async def serve():
    server = AsyncServer()
    server.sockets[1] = socket = AsyncSocket(server)
    await socket.receive("a")
    await server.shutdown()
    print(socket.sent)


def main():
    server = Server()
    server.sockets[1] = socket = Socket(server)
    socket.receive("b")
    server.shutdown()
    print(socket.sent)
    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    thread.join()


if __name__ == "__main__":
    main()
