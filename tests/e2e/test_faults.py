# SPDX-License-Identifier: MIT
"""Clients that reset, end or stall at every state, thousands of them at once or in a row, and name servers that never
answer: afterwards everything is given back, and nobody else has noticed."""

import contextlib
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import unittest

import nameserver
from harness import PATIENCE, TestCase, free_port, listener, profile, read_exactly, reset, socks5, user, wait_until
from socksclient import address

CROWD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "crowd.py")
AT_ONCE = 2_000
IN_A_ROW = 5_000
A_DAY = 50_000
LOAD = os.environ.get("HOSIER_LOAD")  # the load generator
LONGEST_STALL = 5.0  # seconds; what takes longer is not the machine but somebody who blocks
SLACK = 8 << 20  # bytes that the allocator may keep
QUIET = 0.3  # seconds
SHORT = 2.5  # seconds, for limits that must be seen to hold; longer than the machine may stand still
BLOCKED = 10  # seconds that the resolver gives a name server, so that nobody takes that for the machine
# Who has finished sending may still wait for an answer, so that dialling ends by its own time and by nothing else.
PATIENT = {"handshakeTimeoutSeconds": 600, "connectTimeoutSeconds": SHORT, "bindTimeoutSeconds": 600}
IMPATIENT = {f"{name}TimeoutSeconds": SHORT for name in
             ("handshake", "connect", "bind", "idle", "halfClosed", "udpIdle")}
GREETING = b"\x05\x01\x00"
LOGIN = b"\x01\x03bob\x06secret"
FLOOD = bytes(8_000_000)


class Pings(threading.Thread):
    """Somebody else's connection, used all the time; knows the longest that an answer took."""

    def __init__(self, proxy_port, target_port):
        super().__init__(daemon=True)
        self.connection = socks5(proxy_port, target_port)
        self.stopped = threading.Event()
        self.longest = 0.0
        self.count = 0
        self.error = None
        self.start()

    def run(self):
        try:
            while not self.stopped.wait(0.002):
                begin = time.monotonic()
                self.connection.sendall(b"ping")
                if read_exactly(self.connection, 4) != b"ping":
                    raise ConnectionError("something else came back")
                self.longest = max(self.longest, time.monotonic() - begin)
                self.count += 1
        except OSError as error:
            self.error = error

    def end(self):
        self.stopped.set()
        self.join(PATIENCE)
        self.connection.close()


class FaultsTestCase(TestCase):
    def begin(self, *listeners, **more):
        self.program = self.start(profile(*(listeners or [self.every_protocol()]), **more))
        self.port = self.program.listening_port()
        return self.program

    @staticmethod
    def every_protocol(**more):
        return listener(protocols=["socks4", "socks5", "http"], **more)

    def echo(self):
        def serve(connection):
            with contextlib.suppress(OSError):
                while data := connection.recv(65536):
                    connection.sendall(data)

        return self.serve(serve).port

    def ping(self, target):
        pings = Pings(self.port, target)
        self.addCleanup(pings.end)
        return pings

    def assert_nobody_stalled(self, pings):
        pings.end()
        self.assertIsNone(pings.error)
        self.assertGreater(pings.count, 10)
        self.assertLess(pings.longest, LONGEST_STALL)

    def settled_descriptors(self):
        """Once everything is open that stays open."""
        socks5(self.port, self.echo()).close()
        counts = [0]

        def settled():
            time.sleep(QUIET)
            counts.append(self.program.descriptors())
            return counts[-1] == counts[-2]

        wait_until(settled, "the descriptors to settle")
        return counts[-1]

    def assert_descriptors(self, number):
        try:
            wait_until(lambda: self.program.descriptors() <= number, "the descriptors")
        except AssertionError:
            self.fail(f"{self.program.descriptors()} descriptors, before {number}\n{self.program.log()[-2000:]}")


class EveryState(FaultsTestCase):
    """Each state is reached by sending something and awaiting so many bytes."""

    def setUp(self):
        super().setUp()
        self.targets()

    def targets(self):
        def end_at_once(connection):
            connection.shutdown(socket.SHUT_WR)
            connection.recv(1)

        def flood(connection):
            with contextlib.suppress(OSError):
                connection.sendall(FLOOD)
                connection.recv(1)

        self.echo_port = self.echo()
        self.ending_port = self.serve(end_at_once).port
        self.flooding_port = self.serve(flood).port
        closed = socket.socket()
        closed.bind(("127.0.0.1", 0))
        self.addCleanup(closed.close)
        self.refusing_port = closed.getsockname()[1]
        self.silent_port = self.silent_target()

    def silent_target(self):
        """Accepts nothing and has no room: who connects hears nothing."""
        silent = socket.socket()
        self.addCleanup(silent.close)
        silent.bind(("127.0.0.1", 0))
        silent.listen(0)
        for _ in range(4):
            waiting = socket.socket()
            self.addCleanup(waiting.close)
            waiting.setblocking(False)
            waiting.connect_ex(silent.getsockname())
        return silent.getsockname()[1]

    def states(self):
        """Name, what is sent, how many bytes of answer are awaited."""
        def connect(port):
            return b"\x05\x01\x00" + address("127.0.0.1", port)

        echo = f"127.0.0.1:{self.echo_port}"
        head = f"PUT http://{echo}/ HTTP/1.1\r\nHost: {echo}\r\n"
        return [
            ("connected", b"", 0),
            ("half a greeting", b"\x05\x02\x00", 0),
            ("greeted", GREETING, 2),
            ("half a request", GREETING + connect(self.echo_port)[:6], 2),
            ("half a SOCKS4 request", b"\x04\x01\x00\x50\x7f\x00", 0),
            ("half an HTTP head", head.encode(), 0),
            ("dialling", GREETING + connect(self.silent_port), 2),
            ("dialling for HTTP", f"CONNECT 127.0.0.1:{self.silent_port} HTTP/1.1\r\n\r\n".encode(), 0),
            ("refused", GREETING + connect(self.refusing_port), 12),
            ("BIND", GREETING + b"\x05\x02\x00" + address("127.0.0.1", 9), 12),
            ("association", GREETING + b"\x05\x03\x00" + address("0.0.0.0", 0), 12),
            ("relaying", GREETING + connect(self.echo_port), 12),
            ("the target has ended", GREETING + connect(self.ending_port), 12),
            ("flooded", GREETING + connect(self.flooding_port), 12),
            ("an HTTP tunnel", f"CONNECT {echo} HTTP/1.1\r\n\r\n".encode(), 12),
            ("half an HTTP body", head.encode() + b"Content-Length: 100\r\n\r\nhalf", 0),
        ]

    def reach(self, port, sent, awaited):
        client = socket.create_connection(("127.0.0.1", port), PATIENCE)
        client.sendall(sent)
        self.addCleanup(client.close)
        read_exactly(client, awaited)
        return client

    def locked(self):
        """A listener that asks for a login which takes long to verify."""
        return self.every_protocol(port=free_port(), authentication="password"), [user("bob", "secret", 300_000)]

    LOCKED_STATES = [("asked for a login", b"\x05\x01\x02", 2), ("half a login", b"\x05\x01\x02" + LOGIN[:5], 2),
                     ("logging in", b"\x05\x01\x02" + LOGIN, 2)]

    def leave(self, client, how):
        if how == "reset":
            reset(client)
            return
        if how == "half-close":
            client.shutdown(socket.SHUT_WR)
            client.setblocking(False)
            with contextlib.suppress(OSError):
                client.recv(1)
        client.close()

    def test_who_leaves(self):
        self.begin(limits=PATIENT)
        pings = self.ping(self.echo_port)
        before = self.settled_descriptors()
        for name, sent, awaited in self.states():
            for how in ("end", "reset", "half-close"):
                with self.subTest(state=name, how=how):
                    self.leave(self.reach(self.port, sent, awaited), how)
        self.assert_descriptors(before)
        self.assert_nobody_stalled(pings)

    def test_who_leaves_while_logging_in(self):
        locked, users = self.locked()
        self.begin(self.every_protocol(), locked, users=users, limits=PATIENT)
        before, port = self.settled_descriptors(), self.program.listening_port()
        for name, sent, awaited in self.LOCKED_STATES:
            for how in ("end", "reset"):
                with self.subTest(state=name, how=how):
                    self.leave(self.reach(port, sent, awaited), how)
        self.assert_descriptors(before)

    def test_who_stalls(self):
        """Everybody at once; each is let go once its time is over, and not for what another does."""
        self.begin(limits=IMPATIENT)
        pings = self.ping(self.echo_port)
        before = self.settled_descriptors()
        stalled = [(name, self.reach(self.port, sent, awaited)) for name, sent, awaited in self.states()]
        hearing = self.serve(lambda connection: connection.recv(1) or connection.recv(1) or time.sleep(PATIENCE)).port
        half_closed = socks5(self.port, hearing)
        half_closed.shutdown(socket.SHUT_WR)
        stalled.append(("half-closed", half_closed))
        for name, client in stalled:
            with self.subTest(state=name):
                self.assert_let_go(client)
        self.assert_descriptors(before)
        self.assert_nobody_stalled(pings)

    def test_who_stalls_while_logging_in(self):
        locked, users = self.locked()
        self.begin(self.every_protocol(), locked, users=users, limits=IMPATIENT)
        before, port = self.settled_descriptors(), self.program.listening_port()
        stalled = [(name, self.reach(port, sent, awaited)) for name, sent, awaited in self.LOCKED_STATES]
        for name, client in stalled:
            with self.subTest(state=name):
                self.assert_let_go(client)
        self.assert_descriptors(before)

    def assert_let_go(self, client):
        """Whatever was on its way comes first."""
        with client, contextlib.suppress(ConnectionResetError):
            while client.recv(1 << 20):
                pass


class Many(FaultsTestCase):
    def crowd(self, kind, count, *more):
        result = subprocess.run([sys.executable, "-B", CROWD, kind, str(self.port), str(count), *map(str, more)],
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=20 * PATIENCE, check=True)
        return json.loads(result.stdout)

    def test_at_once(self):
        self.begin()
        pings = self.ping(self.echo())
        before, memory = self.settled_descriptors(), []
        for seed in range(2):
            outcomes = self.crowd("at-once", AT_ONCE, seed)
            self.assertEqual(sum(outcomes.values()), AT_ONCE)
            self.assertNotIn("failed", outcomes)  # Who does nothing wrong is served.
            self.assertNotIn("stalled", outcomes)
            self.assertGreater(outcomes["none"], AT_ONCE // 10)
            self.assert_descriptors(before)
            memory.append(self.program.memory())
        self.assertLess(memory[-1], memory[0] + SLACK, memory)
        self.assert_nobody_stalled(pings)

    def test_in_a_row(self):
        self.begin()
        self.assertEqual(self.crowd("in-a-row", 500), {"done": 500})
        pings = self.ping(self.echo())
        before, memory = self.settled_descriptors(), self.program.memory()
        self.assertEqual(self.crowd("in-a-row", IN_A_ROW), {"done": IN_A_ROW})
        self.assert_descriptors(before)
        self.assertLess(self.program.memory(), memory + SLACK)
        self.assert_nobody_stalled(pings)

    def load_target(self):
        """An echo server that is no slower than the program."""
        with contextlib.ExitStack() as stack:
            sockets = [stack.enter_context(socket.socket()) for _ in range(3)]
            for free in sockets:
                free.bind(("127.0.0.1", 0))
            echo, source, discard = (f"127.0.0.1:{free.getsockname()[1]}" for free in sockets)
        target = subprocess.Popen([LOAD, "target", "--echo", echo, "--source", source, "--discard", discard],
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        self.addCleanup(target.stdout.close)
        self.addCleanup(target.wait)
        self.addCleanup(target.terminate)
        self.assertIn(b"ready", target.stdout.readline())
        return echo

    def load(self, target, seconds):
        done = subprocess.run([LOAD, "connections", "--target", target, "--proxy", f"127.0.0.1:{self.port}",
                               "--concurrent", "2", "--seconds", str(seconds), "--warmup", "0"],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=PATIENCE, check=True)
        result = json.loads(done.stdout)
        self.assertEqual(result["failed"], 0, result)
        return result["succeeded"]

    @unittest.skipUnless(LOAD, "a test of its own, with the load generator")
    def test_a_day(self):
        self.begin()
        target = self.load_target()
        self.load(target, 1)
        pings = self.ping(self.echo())
        before, memory, served = self.settled_descriptors(), self.program.memory(), 0
        while served < A_DAY:
            served += self.load(target, 2)
        self.assert_descriptors(before)
        self.assertLess(self.program.memory(), memory + SLACK)
        self.assert_nobody_stalled(pings)


class SilentNameServer(FaultsTestCase):
    """The system's resolver asks a name server that hears and never answers."""

    ADDRESS = "127.83.21.7"
    NAMES = 40

    def begin_with(self, *options):
        if not nameserver.is_possible():
            self.skipTest("another name server for one program takes root and a mount namespace")
        self.asked = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(self.asked.close)
        self.asked.bind((self.ADDRESS, nameserver.PORT))
        self.program = self.start(profile(limits={"connectTimeoutSeconds": SHORT}), "--log-level", "info",
                                  wrapper=nameserver.wrapper(self.directory, self.ADDRESS, *options))
        self.port = self.program.listening_port()

    def ask(self, name, port=80):
        client = socket.create_connection(("127.0.0.1", self.port), PATIENCE)
        self.addCleanup(client.close)
        client.sendall(GREETING + b"\x05\x01\x00\x03" + bytes([len(name)]) + name + struct.pack(">H", port))
        return client

    def test_stalls_nobody_else(self):
        self.begin_with(f"options timeout:{BLOCKED} attempts:1")
        port = self.echo()
        pings = self.ping(port)
        before = self.settled_descriptors()
        clients = [self.ask(f"host{number}.example".encode()) for number in range(self.NAMES)]
        # Names that others know are not held up: this one is in no name server's hands.
        good = self.ask(b"localhost", port)
        self.assertEqual(read_exactly(good, 4), b"\x05\x00\x05\x00")
        good.close()
        for client in clients:
            # RFC 1928 section 6: host unreachable
            self.assertEqual(read_exactly(client, 12)[:4], b"\x05\x00\x05\x04")
            self.assertEqual(client.recv(1), b"")
            client.close()
        self.asked.settimeout(PATIENCE)
        self.assertIn(b"example", self.asked.recv(1000))
        self.assert_nobody_stalled(pings)
        self.program.wait_for_log("The name server did not answer in time")
        # The resolver's own sockets go when it gives up by itself.
        self.assert_descriptors(before)

    def test_does_not_hold_up_the_end(self):
        self.begin_with("options timeout:30 attempts:2")
        self.ask(b"host.example")
        self.asked.settimeout(PATIENCE)
        self.asked.recv(1000)
        self.program.signal(signal.SIGTERM)
        self.assertEqual(self.program.wait(), 0)  # long before the resolver gives up


if __name__ == "__main__":
    unittest.main()
