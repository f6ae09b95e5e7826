# SPDX-License-Identifier: MIT
"""A name server for one program: it is asked because the program has a resolv.conf of its own."""

import os
import socket
import struct
import subprocess
import threading

TYPE_A = 1
PORT = 53
_WRAPPER = ("unshare", "-m", "sh", "-c",
            'mount --make-rprivate / && mount --bind "$0" /etc/resolv.conf && exec "$@"')


def is_possible():
    """Whether a program can be given one here: that takes root and a mount namespace."""
    return os.geteuid() == 0 and subprocess.run(["unshare", "-m", "true"], check=False).returncode == 0


def wrapper(directory, address, *options):
    """What a program is started with so that it asks there."""
    path = os.path.join(directory, "resolv.conf")
    with open(path, "w", encoding="ascii") as file:
        file.write("\n".join((f"nameserver {address}", *options, "")))
    return (*_WRAPPER, path)


class NameServer:
    """Gives each name's addresses (IPv4) in turn, the last one again and again, and notes what it was asked for. An empty
    address: there is no such name."""

    def __init__(self, address, names):
        self.names = {name: list(addresses) for name, addresses in names.items()}
        self.asked = []  # names, once for each question for an IPv4 address
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address, PORT))
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self):
        while True:
            query, client = self.socket.recvfrom(512)
            if not query:
                return
            self.socket.sendto(self._answer(query), client)

    def _answer(self, query):
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]].decode())
            at += 1 + query[at]
        name, question = ".".join(labels), query[12:at + 5]
        addresses = self.names.get(name, [""])
        address = addresses[0]
        wants_address = question[-4:-2] == struct.pack(">H", TYPE_A)
        if wants_address:
            self.asked.append(name)
            if len(addresses) > 1:
                addresses.pop(0)
        answer = b""
        if wants_address and address:
            answer = b"\xc0\x0c" + struct.pack(">HHIH", TYPE_A, 1, 0, 4) + socket.inet_aton(address)
        code = 0x8180 if address else 0x8183  # no such name
        return query[:2] + struct.pack(">HHHHH", code, 1, 1 if answer else 0, 0, 0) + question + answer

    def end(self):
        self.socket.sendto(b"", self.socket.getsockname())
        self.thread.join()
        self.socket.close()
