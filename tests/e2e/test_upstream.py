# SPDX-License-Identifier: MIT
"""By way of the servers that people run: microsocks, Dante, ssh -D, tinyproxy, squid, stunnel."""

import os
import socket
import struct
import threading
import unittest

from harness import HELLO_HASH, PATIENCE, Curl, WebTestCase, free_port, read_exactly, wait_until
from servers import ServersTestCase
from socksclient import Association, EchoDatagrams, address


class Upstream(ServersTestCase, WebTestCase):
    """Fetches by way of a program that sends everything by way of servers."""

    def assert_fetches_by_all(self, path="/", expected=HELLO_HASH, host="localhost"):
        for scheme, more in (("socks5h", ()), ("socks4a", ()), ("http", ("-p",)), ("http", ())):
            with self.subTest(scheme=scheme, more=more):
                self.assert_fetches(f"{scheme}://127.0.0.1:{self.port}", self.web.url(path, host), expected, *more)

    def assert_fetches_big(self):
        self.assert_fetches(f"socks5h://127.0.0.1:{self.port}", self.web.url("/big"), self.web.big_hash)

    def fetch(self, url=None):
        """curl's exit code."""
        self.curl = Curl(f"socks5h://127.0.0.1:{self.port}", url or self.web.url("/"))
        return self.curl.wait()


class Servers(Upstream):
    def test_microsocks(self):
        self.go_by([self.server("m", "socks5", self.microsocks())])
        self.assert_fetches_by_all()
        self.assert_fetches_big()
        self.assertEqual(self.fetch(f"http://127.0.0.1:{free_port()}/"), 97)
        self.assertIn(b"(5)", self.curl.error)  # The target refuses, and the client hears of it.

    def test_microsocks_with_a_password(self):
        port = self.microsocks("-u", "bob", "-P", "sec:ret")
        self.go_by([self.server("m", "socks5", port, "sec:ret", username="bob")])
        self.assert_fetches_by_all()

    def test_wrong_password(self):
        port = self.microsocks("-u", "bob", "-P", "sec:ret")
        for login in ({"password": "wrong:word", "username": "bob"}, {}):
            with self.subTest(login=login):
                program = self.go_by([self.server("m", "socks5", port, name="The exit", **login)])
                self.assertEqual(self.fetch(), 97)
                program.wait_for_log("The proxy server did not accept the login (The exit")
                self.assertNotIn("wrong:word", program.log())
                program.end()
                os.remove(program.log_path)

    def test_dante(self):
        port = self.danted()
        for protocol in ("socks5", "socks4"):
            with self.subTest(protocol=protocol):
                program = self.go_by([self.server("d", protocol, port)])
                self.assert_fetches_by_all(host="127.0.0.1")
                program.end()

    def test_dante_with_a_password(self):
        port = self.danted_with_login("bob", "sec:ret")
        program = self.go_by([self.server("d", "socks5", port, "sec:ret", username="bob")])
        self.assert_fetches_by_all(host="127.0.0.1")
        self.assert_fetches_big()
        program.end()
        program = self.go_by([self.server("d", "socks5", port, "sec:ren", username="bob")])
        self.assertEqual(self.fetch(), 97)
        program.wait_for_log("did not accept the login")

    def test_ssh(self):
        port = self.ssh()
        for protocol in ("socks5", "socks4a", "socks4"):
            with self.subTest(protocol=protocol):
                program = self.go_by([self.server("s", protocol, port)])
                self.assert_fetches_by_all(host="127.0.0.1")
                program.end()

    def test_tinyproxy(self):
        self.go_by([self.server("t", "http", self.tinyproxy())])
        self.assert_fetches_by_all(host="127.0.0.1")
        self.assert_fetches_big()

    def test_tinyproxy_with_a_password(self):
        port = self.tinyproxy("BasicAuth bob secret")
        program = self.go_by([self.server("t", "http", port, "secret", username="bob")])
        self.assert_fetches_by_all(host="127.0.0.1")
        program.end()
        program = self.go_by([self.server("t", "http", port, "Secret", username="bob")])
        self.assertEqual(self.fetch(), 97)
        program.wait_for_log("HTTP status 401")

    def test_squid(self):
        self.go_by([self.server("s", "http", self.squid())])
        self.assert_fetches_by_all(host="127.0.0.1")
        self.assert_fetches_by_all()
        self.assert_fetches_big()
        self.assertEqual(self.fetch(f"http://127.0.0.1:{free_port()}/"), 97)

    def test_squid_with_a_password(self):
        port = self.squid("bob", "sec:ret")
        program = self.go_by([self.server("s", "http", port, "sec:ret", username="bob")])
        self.assert_fetches_by_all(host="127.0.0.1")
        program.end()
        program = self.go_by([self.server("s", "http", port, "sec:ren", username="bob")])
        self.assertEqual(self.fetch(), 97)
        program.wait_for_log("did not accept the login")

    def test_stunnel(self):
        port, pin = self.stunnel(self.microsocks())
        program = self.go_by([self.server("t", "socks5", port, tls=True, certificateSha256=pin)])
        self.assert_fetches_by_all()
        self.assert_fetches_big()
        program.end()
        # Without the pin there is nobody who vouches for it.
        program = self.go_by([self.server("t", "socks5", port, tls=True)])
        self.assertEqual(self.fetch(), 97)
        program.wait_for_log("No secure connection to the proxy server")

    def test_password_file_that_others_can_read(self):
        port = self.microsocks("-u", "bob", "-P", "secret")
        server = self.server("m", "socks5", port, "secret", username="bob")
        os.chmod(server["passwordFile"], 0o644)
        program = self.go_by([server])
        self.assertEqual(self.fetch(), 97)
        self.assertIn("open to others", program.log())


class Names(Upstream):
    def test_are_looked_up_at_the_far_end(self):
        """The client's name reaches tinyproxy as it is, even by way of another server."""
        tinyproxy = self.server("t", "http", self.tinyproxy("LogLevel Connect"))
        routes = [{"id": "chain", "kind": "chain", "members": ["m", "t"]}]
        for by in ("t", "chain"):
            program = self.go_by([self.server("m", "socks5", self.microsocks()), tinyproxy], routes, by)
            self.assertNotEqual(self.fetch(f"http://{by}.invalid/"), 0)
            log = os.path.join(self.directory, "tinyproxy.log")
            with open(log, encoding="utf-8") as file:
                self.assertIn(f"{by}.invalid", file.read())
            program.end()


class Routes(Upstream):
    def test_chain_of_three(self):
        tls, pin = self.stunnel(self.microsocks())
        servers = [self.server("first", "socks5", self.microsocks("-u", "bob", "-P", "secret"), "secret",
                               username="bob"),
                   self.server("second", "socks5", tls, tls=True, certificateSha256=pin),
                   self.server("third", "http", self.tinyproxy())]
        routes = [{"id": "chain", "kind": "chain", "members": [server["id"] for server in servers]},
                  {"id": "back", "kind": "chain", "members": [server["id"] for server in reversed(servers)]}]
        for by in ("chain", "back"):
            with self.subTest(by=by):
                program = self.go_by(servers, routes, by)
                self.assert_fetches_by_all(host="127.0.0.1")
                self.assert_fetches_big()
                program.end()

    def test_chain_of_three_makes(self):
        """Three programs that have nothing in common, in both orders."""
        servers = [self.server("dante", "socks5", self.danted()), self.server("squid", "http", self.squid()),
                   self.server("ssh", "socks4", self.ssh())]
        routes = [{"id": "chain", "kind": "chain", "members": ["dante", "squid", "ssh"]},
                  {"id": "back", "kind": "chain", "members": ["ssh", "squid", "dante"]}]
        for by in ("chain", "back"):
            with self.subTest(by=by):
                program = self.go_by(servers, routes, by)
                self.assert_fetches_by_all(host="127.0.0.1")
                self.assert_fetches_big()
                program.wait_for_log(f"via {by}")
                program.end()

    def test_failover_and_recovery(self):
        first = free_port()
        servers = [self.server("first", "socks5", first), self.server("second", "socks5", self.microsocks())]
        routes = [{"id": "group", "kind": "failover", "members": ["first", "second"]}]
        program = self.go_by(servers, routes, "group")
        for _ in range(3):
            self.assertEqual(self.fetch(), 0, self.curl.error)
        program.wait_for_log("first")
        # Back again, it is found out with the next try, which is due after a pause.
        self.microsocks(port=first)
        log = len(program.log())
        wait_until(lambda: self.fetch() == 0 and "first" in program.log()[log:], "the first server in the log")

    def test_failover_in_a_chain(self):
        servers = [self.server("entry", "socks5", self.microsocks()),
                   self.server("dead", "socks5", free_port()), self.server("exit", "socks5", self.microsocks())]
        routes = [{"id": "group", "kind": "failover", "members": ["dead", "exit"]},
                  {"id": "chain", "kind": "chain", "members": ["entry", "group"]}]
        self.go_by(servers, routes, "chain")
        self.assert_fetches_by_all()

    def test_balance(self):
        servers = [self.server("one", "socks5", self.microsocks()), self.server("two", "http", self.tinyproxy()),
                   self.server("dead", "socks5", free_port())]
        routes = [{"id": "group", "kind": "balance", "members": ["one", "two", "dead"]}]
        self.go_by(servers, routes, "group")
        for host in ("127.0.0.1", "localhost", "[::1]"):
            with self.subTest(host=host):
                self.assert_fetches_by_all(host=host)


class Dante(ServersTestCase):
    """UDP and BIND by way of a server that others wrote."""

    def test_datagrams(self):
        self.go_by([self.server("d", "socks5", self.danted())])
        self.assert_echoes()

    def test_datagrams_with_a_login(self):
        self.go_by([self.server("d", "socks5", self.danted_with_login("bob", "secret"), "secret", username="bob")])
        self.assert_echoes()

    def test_datagrams_by_a_chain(self):
        """Dante's relay sends to the next server's relay."""
        servers = [self.server("first", "socks5", self.danted()), self.server("second", "socks5", self.danted())]
        self.go_by(servers, [{"id": "chain", "kind": "chain", "members": ["first", "second"]}], "chain")
        self.assert_echoes()

    def assert_echoes(self):
        echo, association = EchoDatagrams(), Association(self.port)
        self.addCleanup(echo.end)
        self.addCleanup(association.end)
        for size in (1, 512, 1400, 9000):
            payload = os.urandom(size)
            association.send(payload, echo.port)
            self.assertEqual(association.receive(), b"\x00\x00\x00" + address("127.0.0.1", echo.port) + payload)

    def test_bind(self):
        port = self.danted()
        for protocol in ("socks5", "socks4"):
            with self.subTest(protocol=protocol):
                program = self.go_by([self.server("d", protocol, port)])
                with socket.create_connection(("127.0.0.1", self.port), PATIENCE) as client:
                    client.sendall(b"\x05\x01\x00\x05\x02\x00" + address("127.0.0.1", 9))
                    reply = read_exactly(client, 12)
                    self.assertEqual(reply[:4], b"\x05\x00\x05\x00")
                    with socket.create_connection(("127.0.0.1", struct.unpack(">H", reply[10:])[0]), PATIENCE) as peer:
                        self.assertEqual(read_exactly(client, 10),
                                         b"\x05\x00\x00" + address(*peer.getsockname()))
                        self.assert_passes(peer, client)
                        self.assert_passes(client, peer)
                program.end()

    def assert_passes(self, sender, receiver, payload=os.urandom(200_000)):
        thread = threading.Thread(target=sender.sendall, args=(payload,))
        thread.start()
        self.assertEqual(read_exactly(receiver, len(payload)), payload)
        thread.join()


if __name__ == "__main__":
    unittest.main()
