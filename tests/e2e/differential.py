# SPDX-License-Identifier: MIT
"""Byte scripts for SOCKS servers, and what became of them in words that can be compared: addresses and ports left out."""

import contextlib
import socket
import struct
import time

from harness import PATIENCE

QUIET = 0.15  # seconds without a byte, for what should not come: what does comes in less than a millisecond
PAYLOAD = b"payload that comes back"
ADDRESS_SIZES = {1: 4, 4: 16}
TYPE_NAMES = {1: "v4", 4: "v6", 3: "name"}


class Conversation:
    """One client that carries out the steps of a script: bytes are sent, anything else is called with this."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.data = b""
        self.notes = []  # what was seen elsewhere than on this connection
        self.closed = False
        self.others = []

    def run(self, steps, expected):
        """The outcome in words. Reads until it is the expected one, or for as long as patience lasts."""
        for step in steps:
            if callable(step):
                step(self)
            else:
                with contextlib.suppress(OSError):  # Who refuses early need not read on.
                    self.socket.sendall(step)
        deadline = time.monotonic() + PATIENCE
        while not self.closed and time.monotonic() < deadline:
            if self.outcome() != expected:
                self.read(deadline - time.monotonic())
                continue
            self.read(QUIET)
            if self.outcome() == expected:
                break
        return self.outcome()

    def read(self, seconds):
        self.socket.settimeout(max(seconds, 0.001))
        try:
            chunk = self.socket.recv(65536)
            self.closed = not chunk
            self.data += chunk
        except TimeoutError:
            pass
        except OSError:
            self.closed = True

    def read_to(self, size):
        deadline = time.monotonic() + PATIENCE
        while len(self.data) < size and not self.closed and time.monotonic() < deadline:
            self.read(deadline - time.monotonic())

    def bound(self):
        """The address in the reply that came last, an IPv4 one."""
        if self.data[:1] == b"\x05":
            host, port = struct.unpack(">4sH", self.data[-6:])
        else:
            port, host = struct.unpack(">H4s", self.data[-6:])
        return socket.inet_ntoa(host), port

    def outcome(self):
        words = (describe5 if self.data[:1] == b"\x05" else describe4)(self.data)
        return ", ".join([*words, *self.notes, "closed" if self.closed else "open"])

    def end(self):
        for one in (self.socket, *self.others):
            one.close()


def describe5(data):
    words = [f"method {data[1]}"] if len(data) > 1 else []
    data = data[2:]
    if data[:1] == b"\x01" and len(data) >= 2:
        words.append("login 0" if data[1] == 0 else "login failed")
        data = data[2:]
    while len(data) >= 5 and data[:1] == b"\x05" and data[3] in TYPE_NAMES:
        size = 4 + ADDRESS_SIZES.get(data[3], 1 + data[4]) + 2
        if len(data) < size:
            break
        words.append(f"reply {data[1]} {TYPE_NAMES[data[3]]}")
        data = data[size:]
    return words + describe_rest(data)


def describe4(data):
    words = []
    while len(data) >= 8 and data[:1] == b"\x00":
        words.append(f"reply {data[1]}")
        data = data[8:]
    return words + describe_rest(data)


def describe_rest(data):
    return ["echo"] if data == PAYLOAD else [data.hex()] if data else []


# Steps beyond bytes.

def await_bytes(size):
    return lambda conversation: conversation.read_to(size)


def one_by_one(data):
    """Each byte in a segment of its own, as good as that goes."""
    def step(conversation):
        conversation.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in data:
            with contextlib.suppress(OSError):
                conversation.socket.sendall(bytes([byte]))
            time.sleep(0.002)

    return step


def finish(conversation):
    with contextlib.suppress(OSError):
        conversation.socket.shutdown(socket.SHUT_WR)


def if_granted(step):
    """Only after a reply that says yes: others have no address."""
    def guarded(conversation):
        if "reply 0 v4" in conversation.outcome() or "reply 90" in conversation.outcome():
            step(conversation)

    return guarded


@if_granted
def peer_comes(conversation):
    """Somebody connects to the address that a BIND gave out, and both say something."""
    reply_size = 10 if conversation.data[:1] == b"\x05" else 8
    with socket.create_connection(conversation.bound(), PATIENCE) as peer:
        peer.sendall(PAYLOAD)
        conversation.read_to(len(conversation.data) + reply_size + len(PAYLOAD))
        conversation.socket.sendall(b"answer")
        conversation.notes.append(f"the peer has: {peer.recv(100).decode()}")


@if_granted
def stranger_comes(conversation):
    """The same from an address that the request did not name; nothing may come of it."""
    data = b""
    # It may be reset before it knows that it was connected.
    with contextlib.suppress(ConnectionResetError):
        with socket.create_connection(conversation.bound(), PATIENCE) as stranger:
            data = stranger.recv(100)
    conversation.notes.append(f"the stranger has: {data.decode() or 'nothing'}")


def datagrams(*sent):
    """Sends datagrams to the address that UDP ASSOCIATE gave out, and tells which payload came back first."""
    def step(conversation):
        client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        conversation.others.append(client)
        client.settimeout(PATIENCE)
        client.connect(conversation.bound())
        for datagram in sent:
            client.send(datagram)
        try:
            conversation.notes.append(f"back: {client.recv(65536)[10:].decode()}")
        except OSError as error:
            conversation.notes.append(f"back: {error}")

    return if_granted(step)


@if_granted
def association_ends(conversation):
    """The control connection ends; then nobody may be left who takes datagrams."""
    address = conversation.bound()
    conversation.socket.close()
    conversation.closed = True
    deadline = time.monotonic() + PATIENCE
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.connect(address)
        while time.monotonic() < deadline:
            try:
                client.send(b"anybody?")
            except ConnectionRefusedError:
                conversation.notes.append("the relay is gone")
                return
            time.sleep(0.02)
    conversation.notes.append("the relay is still there")
