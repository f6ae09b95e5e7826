# SPDX-License-Identifier: MIT
"""SOCKS by hand, beyond what CONNECT takes, and who answers datagrams."""

import socket
import struct
import threading

from harness import PATIENCE, read_exactly


def address(host, port):
    return b"\x01" + socket.inet_aton(host) + struct.pack(">H", port)


class EchoDatagrams:
    """Sends every datagram back and counts them."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.ending = False
        self.count = 0
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self):
        while True:
            data, peer = self.socket.recvfrom(65536)
            if self.ending:
                return
            self.count += 1
            self.socket.sendto(data, peer)

    def end(self):
        self.ending = True
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", ("127.0.0.1", self.port))
        self.thread.join(timeout=PATIENCE)
        self.socket.close()


class Association:
    """A client of UDP ASSOCIATE."""

    def __init__(self, port):
        self.control = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.control.sendall(b"\x05\x01\x00")
        assert read_exactly(self.control, 2) == b"\x05\x00"
        self.control.sendall(b"\x05\x03\x00" + address("0.0.0.0", 0))
        self.reply = read_exactly(self.control, 10)
        self.relay = ("127.0.0.1", struct.unpack(">H", self.reply[8:])[0])
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.settimeout(PATIENCE)

    def send(self, payload, port, host="127.0.0.1"):
        self.socket.sendto(b"\x00\x00\x00" + address(host, port) + payload, self.relay)

    def receive(self):
        return self.socket.recv(65536)

    def end(self):
        self.socket.close()
        self.control.close()
