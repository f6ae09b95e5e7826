# SPDX-License-Identifier: MIT
"""Files by way of every protocol, with the client that people use."""

import os
import unittest

from desktop import is_open
from harness import HELLO_HASH, Curl, WebTestCase, free_port, listener, profile, user, wait_until

PUMPS = ("native", "portable")


class Transfers(WebTestCase):
    def test_big_file_by_every_protocol(self):
        for pump in PUMPS:
            with self.subTest(pump=pump):
                program = self.start(profile(relayPump=pump))
                port = program.listening_port()
                for scheme, host in (("socks4", "127.0.0.1"), ("socks4a", "localhost"), ("socks5", "127.0.0.1"),
                                     ("socks5h", "localhost"), ("socks5", "[::1]"), ("socks5h", "[::1]")):
                    with self.subTest(scheme=scheme, host=host):
                        self.assert_fetches(f"{scheme}://127.0.0.1:{port}", self.web.url("/big", host),
                                            self.web.big_hash)
                program.end()

    def test_big_upload(self):
        path = os.path.join(self.directory, "upload")
        with open(path, "wb") as file:
            file.write(self.web.big)
        for pump in PUMPS:
            with self.subTest(pump=pump):
                program = self.start(profile(relayPump=pump))
                port = program.listening_port()
                for scheme, host in (("socks4", "127.0.0.1"), ("socks5h", "[::1]")):
                    curl = Curl(f"{scheme}://127.0.0.1:{port}", self.web.url("/", host), "-T", path)
                    self.assertEqual(curl.wait(), 0, curl.error.decode())
                    self.assertEqual(curl.text.decode(), self.web.big_hash)
                program.end()

    def test_many_at_once(self):
        port = self.start(profile()).listening_port()
        curls = [Curl(f"socks5h://127.0.0.1:{port}", self.web.url("/gated")) for _ in range(20)]
        for _ in curls:
            self.web.wait_for_halfway()
        self.web.open_gate()
        for curl in curls:
            self.assertEqual(curl.wait(), 0, curl.error.decode())
            self.assertEqual(curl.hash.hexdigest(), self.web.gated_hash)

    def test_client_by_ipv6(self):
        port = self.start(profile(), listen="[::1]:0").listening_port()
        self.assert_fetches(f"socks5h://[::1]:{port}", self.web.url("/"), HELLO_HASH)

    def test_refused_target_is_told_to_the_client(self):
        port = self.start(profile()).listening_port()
        curl = Curl(f"socks5://127.0.0.1:{port}", f"http://127.0.0.1:{free_port()}/")
        self.assertEqual(curl.wait(), 97)
        self.assertIn(b"(5)", curl.error)  # RFC 1928: connection refused

    def test_default_action_block(self):
        port = self.start(profile(defaultAction="block")).listening_port()
        for scheme in ("socks4", "socks5"):
            self.assertEqual(Curl(f"{scheme}://127.0.0.1:{port}", self.web.url("/")).wait(), 97)


class Http(WebTestCase):
    """Plain requests, and with -p CONNECT, which is what curl does for https."""

    def http_profile(self, **more):
        return profile(listener(protocols=["socks4", "socks5", "http"], **more.pop("listener", {})), **more)

    def test_big_file(self):
        for pump in PUMPS:
            with self.subTest(pump=pump):
                program = self.start(self.http_profile(relayPump=pump))
                port = program.listening_port()
                for host in ("127.0.0.1", "localhost", "[::1]"):
                    with self.subTest(host=host):
                        for more in ((), ("-p",)):
                            self.assert_fetches(f"http://127.0.0.1:{port}", self.web.url("/big", host),
                                                self.web.big_hash, *more)
                self.assert_fetches(f"socks5h://127.0.0.1:{port}", self.web.url("/"), HELLO_HASH)
                program.end()

    def test_one_connection_for_several_requests(self):
        program = self.start(self.http_profile())
        url = self.web.url("/")
        curl = Curl(f"http://127.0.0.1:{program.listening_port()}", url, "-v", url, url)
        self.assertEqual(curl.wait(), 0, curl.error.decode())
        self.assertEqual(curl.text, b"hello" * 3)
        self.assertEqual(curl.error.count(b"Re-using existing connection"), 2)

    def test_upload(self):
        path = os.path.join(self.directory, "upload")
        with open(path, "wb") as file:
            file.write(self.web.big)
        for pump in PUMPS:
            with self.subTest(pump=pump):
                program = self.start(self.http_profile(relayPump=pump))
                curl = Curl(f"http://127.0.0.1:{program.listening_port()}", self.web.url("/"), "-T", path)
                self.assertEqual(curl.wait(), 0, curl.error.decode())
                self.assertEqual(curl.text.decode(), self.web.big_hash)
                program.end()

    def test_http_alone(self):
        port = self.start(profile(listener(protocols=["http"]))).listening_port()
        self.assert_fetches(f"http://127.0.0.1:{port}", self.web.url("/"), HELLO_HASH, "-p")
        self.assertEqual(Curl(f"socks5h://127.0.0.1:{port}", self.web.url("/")).wait(), 97)

    def test_password(self):
        program = self.start(self.http_profile(listener={"authentication": "password"},
                                               users=[user("alice", "secret"), user("bøb", "pässword")]))
        proxy = f"http://127.0.0.1:{program.listening_port()}"
        for login in ("alice:secret", "bøb:pässword"):
            for method in ("--proxy-basic", "--proxy-anyauth"):  # The second asks first what is asked for.
                with self.subTest(login=login, method=method):
                    self.assert_fetches(proxy, self.web.url("/"), HELLO_HASH, "-p", method, "--proxy-user", login)
        for login in ("alice:Secret", "alice:", "bob:secret"):
            with self.subTest(login=login):
                curl = Curl(proxy, self.web.url("/"), "-p", "--proxy-user", login)
                self.assertEqual(curl.wait(), 56)
                self.assertIn(b"407", curl.error)
        self.assertNotIn("Secret", program.log())  # Passwords are in no log.

    def test_failures_have_their_status(self):
        port = self.start(self.http_profile()).listening_port()
        proxy = f"http://127.0.0.1:{port}"
        for url, status in ((f"http://127.0.0.1:{free_port()}/", b"502"), (f"http://127.0.0.1:{port}/", b"403")):
            curl = Curl(proxy, url, "-p")
            self.assertEqual(curl.wait(), 56)
            self.assertIn(status, curl.error)


class Passwords(WebTestCase):
    def setUp(self):
        super().setUp()
        self.program = self.start(profile(listener(authentication="password"),
                                          users=[user("alice", "secret"), user("bøb", "pässword")]))
        self.port = self.program.listening_port()

    def proxy(self, login, scheme="socks5h"):
        return f"{scheme}://{login}127.0.0.1:{self.port}"

    def test_right_password(self):
        for scheme in ("socks5", "socks5h"):
            self.assert_fetches(self.proxy("alice:secret@", scheme), self.web.url("/big"), self.web.big_hash)
        self.assert_fetches(self.proxy("", "socks5"), self.web.url("/"), HELLO_HASH, "--proxy-user", "bøb:pässword")

    def test_wrong_password(self):
        for login in ("alice:Secret@", "alice:secre@", "alice:@", "bob:secret@", ""):
            with self.subTest(login=login):
                self.assertEqual(Curl(self.proxy(login), self.web.url("/")).wait(), 97)
        self.assertNotIn("Secret", self.program.log())  # Passwords are in no log.

    def test_socks4_cannot_log_in(self):
        self.assertEqual(Curl(self.proxy("alice:secret@", "socks4"), self.web.url("/")).wait(), 97)

    def test_program_sets_passwords(self):
        self.program.end()
        self.program.write_profile(profile(listener(authentication="password")))
        result = self.program.command("--set-password", "carol", input="open sesame\n")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("added", result.stdout)
        program = self.start()
        port = program.listening_port()
        self.assert_fetches(f"socks5h://127.0.0.1:{port}", self.web.url("/"), HELLO_HASH, "--proxy-user",
                            "carol:open sesame")
        self.assertEqual(Curl(f"socks5h://carol:sesame@127.0.0.1:{port}", self.web.url("/")).wait(), 97)

    def test_running_program_takes_passwords_up(self):
        self.program.end()
        for headless in (True, False):
            with self.subTest(headless=headless):
                settings = profile(listener(authentication="password"), users=[user("alice", "secret")])
                port = free_port()
                program = self.start(settings, headless=headless, listen=f"127.0.0.1:{port}",
                                     platform=None if headless else "offscreen")
                wait_until(lambda port=port: is_open(port), "the listener to open")
                result = program.command("--set-password", "alice", input="another\n")
                self.assertEqual((result.returncode, result.stderr), (0, ""))
                self.assertIn("the running instance uses it from now on", result.stdout)
                proxy = f"socks5h://alice:{{}}@127.0.0.1:{port}"
                self.assert_fetches(proxy.format("another"), self.web.url("/"), HELLO_HASH)
                self.assertEqual(Curl(proxy.format("secret"), self.web.url("/")).wait(), 97)
                self.assertEqual(program.command("--toggle").returncode, 0)
                wait_until(lambda port=port: not is_open(port), "the listener to close")
                self.assertEqual(program.command("--toggle").returncode, 0)
                wait_until(lambda port=port: is_open(port), "the listener to open again")
                self.assert_fetches(proxy.format("another"), self.web.url("/"), HELLO_HASH)
                self.assertEqual(program.command("--quit").returncode, 0)
                self.assertEqual(program.wait(), 0)

    def test_running_program_says_why_it_goes_on_as_before(self):
        self.program.end()
        port = free_port()
        program = self.start(profile(), listen=f"127.0.0.1:{port}")
        program.listening_port()
        program.write_profile(profile(listener(), listener(port, name="Second")))  # which --listen has taken
        result = program.command("--set-password", "carol", input="secret\n")
        self.assertEqual(result.returncode, 1)
        self.assertIn("added", result.stdout)
        self.assertIn("goes on with the profile of before: --listen: ", result.stderr)
        self.assertIn("profile not reloaded", program.log())

    def test_empty_password_is_refused(self):
        for text in ("", "\n", "x" * 256 + "\n"):
            self.assertEqual(self.program.command("--set-password", "carol", input=text).returncode, 1)


if __name__ == "__main__":
    unittest.main()
