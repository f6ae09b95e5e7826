# SPDX-License-Identifier: MIT
"""A day at work for the pictures: a profile with servers and rules, one server that answers everything, and the programs
that use it."""

import contextlib
import itertools
import math
import os
import shutil
import subprocess
import sys
import threading
import time

from harness import TcpServer, listener, profile, read_exactly, user

BLOCK = b"x" * 16_384
# Program, target, blocks a second; none: the connection stays idle.
TRAFFIC = (("firefox", "www.wikipedia.org:443", 10), ("firefox", "upload.wikimedia.org:443", 60),
           ("firefox", "news.example.com:443", None), ("thunderbird", "imap.example.org:993", 3),
           ("git", "github.com:443", 30), ("apt", "deb.debian.org:443", 120), ("slack", "wss.slack.com:443", 2),
           ("ssh", "build.corp.example:22", 4))
REFUSED = "telemetry.example.net"
CONNECT, REFUSAL, NO_SUCH_COMMAND = 1, 5, 7  # RFC 1928


def settings():
    """A profile as somebody at work has it. Every server is the one that answers everything."""
    def server(identity, name, port, **more):
        return {"id": identity, "name": name, "protocol": "socks5", "host": "127.0.0.1", "port": port, **more}

    return profile(
        listener(protocols=["socks4", "socks5", "http"]),
        servers=[server("office", "Office", answering.port), server("exit", "Exit Zurich", answering.port),
                 server("spare", "Spare", answering.port)],
        routes=[{"id": "any", "name": "Any that works", "kind": "failover", "members": ["exit", "spare"]},
                {"id": "far", "name": "Office, then Zurich", "kind": "chain", "members": ["office", "exit"]}],
        rules=[{"name": "Local network", "hosts": ["localhost", "127.0.0.0/8", "192.168.0.0/16", "*.lan"],
                "action": "direct"},
               {"name": "Trackers", "hosts": ["*.tracker.example", "ads.example.com"], "action": "block"},
               {"name": "Work", "hosts": ["*.corp.example", "*.slack.com"], "action": "proxy:office"},
               {"name": "Developers", "applications": ["git", "ssh", "apt"], "action": "proxy:far"},
               {"name": "Old mail", "enabled": False, "applications": ["thunderbird"], "action": "direct"}],
        users=[user("anna", "password")], defaultAction="proxy:any")


def answer(connection):
    """A SOCKS 5 server for every host there is: it answers as fast as the port's request asks for."""
    _, methods = read_exactly(connection, 2)
    offered = read_exactly(connection, methods)
    with_login = 2 in offered and 0 not in offered
    connection.sendall(b"\x05\x02" if with_login else b"\x05\x00")
    if with_login:
        _, length = read_exactly(connection, 2)
        read_exactly(connection, length)
        read_exactly(connection, read_exactly(connection, 1)[0])
        connection.sendall(b"\x01\x00")
    _, command, _, kind = read_exactly(connection, 4)
    length = {1: 4, 4: 16}.get(kind) or read_exactly(connection, 1)[0]
    host = read_exactly(connection, length)
    port = int.from_bytes(read_exactly(connection, 2), "big")
    reply = NO_SUCH_COMMAND if command != CONNECT else REFUSAL if host == REFUSED.encode() else 0
    connection.sendall(bytes([5, reply, 0, 1, 0, 0, 0, 0, 0, 0]))
    if reply:
        return
    if port == answering.port:  # a chain: the next greeting comes through it
        answer(connection)
        return
    blocks = int(read_exactly(connection, 4))
    for moment in itertools.count():
        # Not evenly: nobody's traffic is.
        wave = 1 + math.sin(moment / (20 + blocks % 7)) * 0.7 + math.sin(moment / 3) * 0.2
        connection.sendall(BLOCK * max(int(blocks * wave / 10), 1 if blocks else 0))
        time.sleep(0.1 if blocks else 60)


answering = TcpServer(lambda connection: contextlib.suppress(OSError).__enter__() or answer(connection))

# Run under the name of another program, as that is what is shown.
CLIENT = """
import socket, sys
def connect():
    connection = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
    host, port = sys.argv[2].rsplit(":", 1)
    connection.sendall(b"\\x05\\x01\\x00" + b"\\x05\\x01\\x00\\x03" + bytes([len(host)]) + host.encode()
                       + int(port).to_bytes(2, "big"))
    head = b""
    while len(head) < 12:
        part = connection.recv(12 - len(head))
        if not part:
            return None
        head += part
    return connection if head[3] == 0 else None
tries = int(sys.argv[4])
for _ in range(tries):
    connect()
connection = None if tries else connect()
if connection:
    connection.sendall(b"%04d" % int(sys.argv[3]))
    while connection.recv(1 << 20):
        pass
"""


class Crowd:
    """The programs that use the proxy."""

    def __init__(self, directory, port):
        self.directory = directory
        os.makedirs(os.path.join(directory, "bin"))
        self.port = port
        self.processes = []
        for name, target, blocks in TRAFFIC:
            self.start(name, target, blocks or 0)
        self.ending = threading.Event()
        self.thread = threading.Thread(target=self._retry, daemon=True)
        self.thread.start()

    def start(self, name, target, blocks, tries=0):
        program = os.path.join(self.directory, "bin", name)
        if not os.path.exists(program):
            shutil.copy(os.path.realpath(sys.executable), program)
        self.processes.append(subprocess.Popen(
            [program, "-I", "-c", CLIENT, str(self.port), target, str(blocks), str(tries)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={"PYTHONHOME": sys.base_prefix}))

    def _retry(self):
        """A program that does not give up, and one that is blocked."""
        while not self.ending.wait(3):
            self.start("slack", f"{REFUSED}:443", 0, tries=6)
            self.start("firefox", "ads.example.com:443", 0, tries=1)

    def end(self):
        self.ending.set()
        self.thread.join()
        for process in self.processes:
            process.kill()
            process.wait()
