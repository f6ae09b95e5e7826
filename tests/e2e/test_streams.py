# SPDX-License-Identifier: MIT
"""What TCP promises must survive the relay: half-close in both directions, resets, order."""

import hashlib
import random
import shutil
import socket
import subprocess
import threading
import unittest

from harness import PATIENCE, TestCase, profile, read_exactly, reset, socks5, wait_until

PUMPS = ("native", "portable")
PAYLOAD = random.Random(2).randbytes(3_000_000)


def read_all(connection):
    chunks = []
    while chunk := connection.recv(1 << 16):
        chunks.append(chunk)
    return b"".join(chunks)


class Streams(TestCase):
    def each_pump(self):
        for pump in PUMPS:
            with self.subTest(pump=pump):
                program = self.start(profile(relayPump=pump))
                yield program.listening_port()
                program.end()

    def test_client_half_closes(self):
        def serve(connection):
            connection.sendall(hashlib.sha256(read_all(connection)).hexdigest().encode())

        server = self.serve(serve)
        for port in self.each_pump():
            with socks5(port, server.port) as client:
                client.sendall(PAYLOAD)
                client.shutdown(socket.SHUT_WR)
                self.assertEqual(read_all(client).decode(), hashlib.sha256(PAYLOAD).hexdigest())

    def test_target_half_closes(self):
        received = []
        done = threading.Event()

        def serve(connection):
            connection.sendall(PAYLOAD)
            connection.shutdown(socket.SHUT_WR)
            received.append(read_all(connection))
            done.set()

        server = self.serve(serve)
        for port in self.each_pump():
            done.clear()
            with socks5(port, server.port) as client:
                self.assertEqual(read_all(client), PAYLOAD)
                client.sendall(PAYLOAD)  # The other direction goes on.
                client.shutdown(socket.SHUT_WR)
                self.assertTrue(done.wait(PATIENCE))
            self.assertEqual(received.pop(), PAYLOAD)

    def test_reset_by_the_client_reaches_the_target(self):
        outcome = []

        def serve(connection):
            try:
                connection.sendall(b"x")
                outcome.append(connection.recv(10))
            except ConnectionResetError:
                outcome.append("reset")

        server = self.serve(serve)
        for port in self.each_pump():
            client = socks5(port, server.port)
            read_exactly(client, 1)
            reset(client)
            wait_until(lambda: outcome, "the target to notice")
            self.assertEqual(outcome.pop(), "reset")

    def test_reset_by_the_target_reaches_the_client(self):
        def serve(connection):
            read_exactly(connection, 1)
            reset(connection)

        server = self.serve(serve)
        for port in self.each_pump():
            with socks5(port, server.port) as client:
                client.sendall(b"x")
                with self.assertRaises(ConnectionResetError):
                    client.recv(10)

    def test_target_that_ends_at_once(self):
        server = self.serve(lambda connection: connection.sendall(b"bye"))
        for port in self.each_pump():
            for _ in range(50):
                with socks5(port, server.port) as client:
                    self.assertEqual(read_all(client), b"bye")

    def test_small_exchanges(self):
        def serve(connection):
            while byte := connection.recv(1):
                connection.sendall(byte)

        server = self.serve(serve)
        for port in self.each_pump():
            with socks5(port, server.port) as client:
                for i in range(200):
                    client.sendall(bytes([i]))
                    self.assertEqual(read_exactly(client, 1), bytes([i]))

    def test_ncat_half_closes(self):
        if not shutil.which("ncat"):
            self.skipTest("no ncat")

        def serve(connection):
            connection.sendall(hashlib.sha256(read_all(connection)).hexdigest().encode())

        server = self.serve(serve)
        for port in self.each_pump():
            result = subprocess.run(
                ["ncat", "--proxy", f"127.0.0.1:{port}", "--proxy-type", "socks5", "127.0.0.1", str(server.port)],
                input=PAYLOAD, capture_output=True, timeout=PATIENCE, check=False)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertEqual(result.stdout.decode(), hashlib.sha256(PAYLOAD).hexdigest())


if __name__ == "__main__":
    unittest.main()
