# SPDX-License-Identifier: MIT
"""Many clients of a SOCKS server, in a process of their own: a crowd at once, most of whom do something wrong at some
point, or one after the other. Prints what became of them, as JSON.

    crowd.py at-once|in-a-row PROXY_PORT COUNT [SEED]"""

import asyncio
import contextlib
import json
import random
import resource
import socket
import struct
import sys

from harness import read_exactly

PATIENCE = 60  # seconds for one answer while everybody asks at once
GREETING = b"\x05\x01\x00"
BACKLOG = 4096
LARGEST_PAYLOAD = 20_000


def request(port):
    return b"\x05\x01\x00\x01\x7f\x00\x00\x01" + struct.pack(">H", port)


class Client:
    """One of the crowd. It gets as far as `stage` and then does what `fault` says."""

    STAGES = ("connected", "half a greeting", "greeted", "half a request", "asked", "granted", "sent", "answered")
    FAULTS = ("none", "end", "reset", "garbage", "silence")

    def __init__(self, chance, echo_port, refusing_port):
        self.fault = chance.choice(self.FAULTS)
        self.stage = "answered" if self.fault == "none" else chance.choice(self.STAGES)
        self.payload = chance.randbytes(chance.randint(1, LARGEST_PAYLOAD))
        self.request = request(echo_port if self.fault == "none" or chance.random() < 0.8 else refusing_port)
        self.pause = chance.random()

    async def connect(self, proxy_port):
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", proxy_port)

    async def talk(self):
        """What happens, in a word."""
        await asyncio.sleep(self.pause)
        try:
            return await asyncio.wait_for(self.behave(), PATIENCE)
        except asyncio.TimeoutError:  # an OSError since Python 3.11
            return "stalled"
        except (OSError, EOFError):
            return "failed" if self.fault == "none" else "cut off"
        finally:
            self.writer.close()

    async def behave(self):
        await self.advance()
        return await self.fail()

    async def advance(self):
        for stage in self.STAGES[1:self.STAGES.index(self.stage) + 1]:
            await getattr(self, stage.replace(" ", "_"))()

    async def half_a_greeting(self):
        self.writer.write(GREETING[:2])

    async def greeted(self):
        self.writer.write(GREETING[2:])
        await self.reader.readexactly(2)

    async def half_a_request(self):
        self.writer.write(self.request[:6])

    async def asked(self):
        self.writer.write(self.request[6:])

    async def granted(self):
        reply = await self.reader.readexactly(10)
        if reply[1] != 0:
            raise EOFError

    async def sent(self):
        self.writer.write(self.payload)

    async def answered(self):
        if await self.reader.readexactly(len(self.payload)) != self.payload:
            raise AssertionError("another's bytes came back")

    async def fail(self):
        if self.fault == "reset":
            self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.writer.transport.abort()
        elif self.fault == "garbage":
            self.writer.write(b"\xff\x00garbage\r\n" * 100)
            await self.writer.drain()
        elif self.fault == "silence":
            await asyncio.sleep(1)
        return self.fault


async def echo(reader, writer):
    with contextlib.suppress(OSError, asyncio.CancelledError):  # The loop may end first.
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


async def at_once(proxy_port, count, seed):
    chance = random.Random(seed)
    server = await asyncio.start_server(echo, "127.0.0.1", 0, backlog=BACKLOG)
    refusing = socket.socket()
    refusing.bind(("127.0.0.1", 0))
    ports = server.sockets[0].getsockname()[1], refusing.getsockname()[1]
    clients = [Client(chance, *ports) for _ in range(count)]
    await asyncio.gather(*(client.connect(proxy_port) for client in clients))
    outcomes = await asyncio.gather(*(client.talk() for client in clients))
    return {outcome: outcomes.count(outcome) for outcome in sorted(set(outcomes))}


def in_a_row(proxy_port, count, _):
    listening = socket.create_server(("127.0.0.1", 0), backlog=BACKLOG)
    ask = request(listening.getsockname()[1])
    done = 0
    for number in range(count):
        with socket.create_connection(("127.0.0.1", proxy_port), PATIENCE) as client:
            client.sendall(GREETING + ask)
            target, _ = listening.accept()
            with target:
                target.settimeout(PATIENCE)
                word = struct.pack(">I", number)
                client.sendall(word)
                if read_exactly(target, 4) != word:
                    break
                target.sendall(word)
                if read_exactly(client, 16)[12:] != word:
                    break
        done += 1
    return {"done": done}


def main():
    kind, proxy_port, count, *seed = sys.argv[1:]
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    arguments = int(proxy_port), int(count), int(seed[0]) if seed else 0
    result = in_a_row(*arguments) if kind == "in-a-row" else asyncio.run(at_once(*arguments))
    print(json.dumps(result))


if __name__ == "__main__":
    main()
