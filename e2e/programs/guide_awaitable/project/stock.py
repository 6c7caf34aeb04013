"""The stock: moved to asyncio already. It is a server and its client."""
import asyncio


class Missing(Exception):
    pass


class Stock:
    def __init__(self, **amounts):
        self.amounts = amounts
        self.log = []

    async def answer(self, reader, writer):
        while line := await reader.readline():
            name, amount = line.decode().split()
            if name == "slow":
                await reader.read()  # no answer as long as the client is there
                break
            left = self.amounts.get(name, -1) - int(amount)
            if left >= 0:
                self.amounts[name] = left
            writer.write(b"%d\n" % left)
            await writer.drain()
        writer.close()

    async def serve(self):
        self.server = await asyncio.start_server(self.answer, "127.0.0.1", 0)
        return self.server.sockets[0].getsockname()[1]

    async def close(self):
        self.server.close()


async def take(port, name, amount):
    """Take something out of the stock; how much of it is left."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(b"%s %d\n" % (name.encode(), amount))
        left = int(await reader.readline())
        if left < 0:
            raise Missing("%s: %d too few" % (name, -left))
        return left
    finally:
        print("the connection for", name, "is closed")
        writer.close()
