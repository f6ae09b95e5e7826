# SPDX-License-Identifier: MIT
"""By way of the servers that people run: microsocks, Dante, ssh -D, tinyproxy, stunnel."""

import os
import unittest

from harness import HELLO_HASH, Curl, WebTestCase, free_port, listener, profile, wait_until
from servers import ServersTestCase


class Upstream(ServersTestCase, WebTestCase):
    """Fetches by way of a program that sends everything by way of servers."""

    def go_by(self, servers, routes=(), by=None):
        """A program that sends everything by way of the route, or the last server."""
        program = self.start(profile(listener(protocols=["socks4", "socks5", "http"]), servers=servers,
                                     routes=list(routes), defaultAction=f"proxy:{by or servers[-1]['id']}"), "--log-level", "info")
        self.port = program.listening_port()
        return program

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


if __name__ == "__main__":
    unittest.main()
