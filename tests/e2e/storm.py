# SPDX-License-Identifier: MIT
"""What the interface costs under a storm: the real program with thousands of live connections while others open and
close, and the processor time of its main thread, with the window in sight, minimised, and closed into the tray.

    HOSIER=build/release/bin/hosier python3 -B storm.py [--live 5000] [--rate 1000] [--seconds 10]

Exits with 1 when a limit does not hold or the load was not what was asked for. Takes about a minute."""

import argparse
import contextlib
import multiprocessing
import os
import resource
import select
import shutil
import socket
import struct
import sys
import tempfile
import time

from desktop import Application, Desktop
from harness import Hosier, free_port, profile, socks5, wait_until

DESCRIPTORS = 20_000
VISIBLE_LIMIT = 25.0  # per cent of a core
HIDDEN_LIMIT = 1.0
SETTLE = 3.0  # seconds after the window changed, until what was closed before has faded from it
PING = b"x" * 64
OPENING = b"\x05\x01\x00"
LINGER = 5.0
LEAST_OF_RATE = 0.95


def serve(port_found):
    """An echo server; ends with the script."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
    listener.setblocking(False)
    port_found.value = listener.getsockname()[1]
    clients = {}
    poll = select.epoll()
    poll.register(listener, select.EPOLLIN)
    while True:
        for descriptor, _ in poll.poll():
            if descriptor == listener.fileno():
                with contextlib.suppress(BlockingIOError):
                    for _ in range(64):
                        client, _ = listener.accept()
                        client.setblocking(False)
                        clients[client.fileno()] = client
                        poll.register(client, select.EPOLLIN)
                continue
            client = clients[descriptor]
            try:
                data = client.recv(4096)
                if data:
                    client.send(data)
                    continue
            except BlockingIOError:
                continue
            except OSError:
                pass
            client.close()
            del clients[descriptor]


class Visit:
    """Opens by way of the proxy, exchanges 64 bytes and closes; a step for each answer."""

    def __init__(self, proxy_port, target_port):
        self.request = b"\x05\x01\x00\x01\x7f\x00\x00\x01" + struct.pack(">H", target_port)
        self.begin = time.monotonic()
        self.expected = [(2, b"\x05\x00", self.request), (10, b"\x05\x00", PING), (len(PING), PING[:2], None)]
        self.socket = socket.socket()
        self.socket.setblocking(False)
        self.connected = False
        self.socket.connect_ex(("127.0.0.1", proxy_port))

    def advance(self):
        """True when it is done, None when there is more to come; ends with an OSError when it fails."""
        if not self.connected:
            self.connected = True
            self.socket.send(OPENING)
            return None
        size, start, answer = self.expected.pop(0)
        data = self.socket.recv(4096)
        if len(data) != size or not data.startswith(start):
            raise ConnectionError(f"{data[:20]!r} of {size}")
        if answer is None:
            return True
        self.socket.send(answer)
        return None


def visit(proxy_port, target_port, rate, done, failed):
    """Visits at a steady rate, whatever becomes of those before."""
    poll = select.epoll()
    visits = {}
    begin = time.monotonic()
    started = 0
    while True:
        now = time.monotonic()
        while started < (now - begin) * rate:
            one = Visit(proxy_port, target_port)
            visits[one.socket.fileno()] = one
            poll.register(one.socket, select.EPOLLOUT)
            started += 1
        for descriptor, _ in poll.poll(1 / rate):
            one = visits[descriptor]
            try:
                result = one.advance()
            except OSError:
                failed.value += 1
                result = False
            if result is None:
                poll.modify(descriptor, select.EPOLLIN)
                continue
            done.value += bool(result)
            one.socket.close()
            del visits[descriptor]


def processor_seconds(pid, thread=None):
    """User and system time, to the nanosecond where the kernel tells."""
    base = f"/proc/{pid}/task/{thread}" if thread else f"/proc/{pid}"
    if thread:
        with contextlib.suppress(OSError), open(f"{base}/schedstat", encoding="ascii") as file:
            return int(file.read().split()[0]) / 1e9
    with open(f"{base}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Storm:
    def __init__(self, options, directory, cleanup):
        self.options = options
        self.desktop = Desktop(directory)
        cleanup.callback(self.desktop.end)
        self.done, self.failed = multiprocessing.Value("Q"), multiprocessing.Value("Q")
        port_found = multiprocessing.Value("i")
        self.run(cleanup, serve, port_found)
        wait_until(lambda: port_found.value, "the echo server")
        port = free_port()
        program = Hosier(directory, profile(), headless=False, listen=f"127.0.0.1:{port}",
                         display=self.desktop.variables)
        cleanup.callback(program.end)
        self.application = Application(self.desktop, program, port)
        self.application.wait_for_window()
        self.application.wait_for_title("Proxy on")
        self.crowd = [socks5(port, port_found.value) for _ in range(options.live)]
        self.run(cleanup, visit, port, port_found.value, options.rate, self.done, self.failed)
        wait_until(lambda: self.done.value, "the first visit")
        self.rows = []

    @staticmethod
    def run(cleanup, function, *arguments):
        process = multiprocessing.Process(target=function, args=arguments, daemon=True)
        process.start()
        cleanup.callback(process.join)
        cleanup.callback(process.kill)

    def measure(self, name, limit):
        """Waiting is the measurement here: for what closed before to fade, and for time to pass."""
        time.sleep(SETTLE + (LINGER if limit == VISIBLE_LIMIT else 0))
        pid = self.application.pid

        def sample():
            return (time.monotonic(), processor_seconds(pid, pid), processor_seconds(pid),
                    processor_seconds(self.desktop.server_pid), self.done.value)

        before = sample()
        time.sleep(self.options.seconds)
        seconds, main, program, server, done = (b - a for a, b in zip(before, sample()))
        self.desktop.photograph(f"storm-{name}")
        main = 100 * main / seconds
        good = main <= limit and done / seconds >= LEAST_OF_RATE * self.options.rate
        self.rows.append(good)
        print(f"{name:<10} {main:>7.2f} % {limit:>6.0f} % {100 * program / seconds:>9.1f} % "
              f"{100 * server / seconds:>9.1f} % {done / seconds:>9.0f}  {'' if good else 'FAILED'}", flush=True)

    def check_crowd(self):
        """How many of the live connections still work."""
        working = 0
        for connection in self.crowd:
            with contextlib.suppress(OSError):
                connection.sendall(PING)
                working += connection.recv(4096) == PING
        return working


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("--live", type=int, default=5000, help="connections that stay open")
    parser.add_argument("--rate", type=int, default=1000, help="connections opened and closed in a second")
    parser.add_argument("--seconds", type=float, default=10, help="of each measurement")
    options = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY and most < DESCRIPTORS:
        print(f"needs {DESCRIPTORS} descriptors, the hard limit is {most}", file=sys.stderr)
        return 1
    resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, most))
    directory = tempfile.mkdtemp(prefix="hosier-storm-", dir="/tmp")
    with contextlib.ExitStack() as cleanup:
        cleanup.callback(shutil.rmtree, directory, ignore_errors=True)
        storm = Storm(options, directory, cleanup)
        application = storm.application
        print(f"{options.live} live connections, {options.rate} opened and closed a second, {options.seconds:g} s each")
        print(f"{'window':<10} {'main thread':>9} {'limit':>6} {'program':>11} {'X server':>11} {'1/s':>9}", flush=True)
        storm.measure("visible", VISIBLE_LIMIT)
        storm.desktop.do("windowminimize", application.window)
        application.wait_until_hidden()
        storm.measure("minimised", HIDDEN_LIMIT)
        application.click_icon()
        application.wait_until_shown()
        application.close()
        application.wait_until_hidden()
        storm.measure("closed", HIDDEN_LIMIT)
        working = storm.check_crowd()
        print(f"{working} of {options.live} live connections still work, {storm.failed.value} visits failed")
        return 0 if all(storm.rows) and working == options.live and storm.failed.value == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
