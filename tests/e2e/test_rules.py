# SPDX-License-Identifier: MIT
"""What goes where: rules on real programs, and UDP and BIND by way of servers. The servers are other Hosiers."""

import contextlib
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import unittest

import nameserver
from harness import (HELLO_HASH, PATIENCE, Curl, Hosier, WebTestCase, free_port, listener, profile, read_exactly, socks5,
                     socks5_request, wait_until)
from socksclient import Association, EchoDatagrams, address

ABSENCE = 2  # seconds in which nothing may come
ATTEMPTS = 5
UNIDENTIFIED = "unidentified"
NO_WAY = b"(1)"  # RFC 1928's general failure, as curl tells it
PROGRAM_OF_TESTS = os.path.basename(os.path.realpath(sys.executable))


def rule(action, **conditions):
    return {"action": action, **conditions}


def server(name, port, protocol="socks5"):
    return {"id": name, "protocol": protocol, "host": "127.0.0.1", "port": port}


def telling(rules, servers=(), **more):
    """A profile that does with programs that were not identified what no test expects of others."""
    return profile(rules=rules, servers=[*servers, server("nowhere", free_port())],
                   unidentifiedApplications="proxy:nowhere", **more)


def until_identified(ask):
    """What is answered to a program that was identified. To do so the program gives itself 300 ms, and a machine may stand
    still for longer."""
    for _ in range(ATTEMPTS):
        answer = ask()
        if answer != UNIDENTIFIED:
            break
    return answer


class RulesTestCase(WebTestCase):
    def another(self, settings=None, listen="127.0.0.1:0"):
        """One more Hosier, with a directory of its own."""
        directory = tempfile.mkdtemp(prefix="hosier-e2e-", dir="/tmp")
        self.addCleanup(shutil.rmtree, directory, ignore_errors=True)
        program = Hosier(directory, settings or profile(), "--log-level", "info", listen=listen)
        self.addCleanup(program.end)
        return program, program.listening_port()

    def echo(self):
        echo = EchoDatagrams()
        self.addCleanup(echo.end)
        return echo

    def associate(self, port):
        association = Association(port)
        self.addCleanup(association.end)
        return association


class Rules(RulesTestCase):
    NAME_SERVER = "127.83.21.8"
    FORBIDDEN = "127.0.0.66"

    def exit_code(self, port, host="127.0.0.1", scheme="socks5h", wrapper=()):
        return Curl(f"{scheme}://127.0.0.1:{port}", self.web.url("/", host), wrapper=wrapper).wait()

    def code_of_identified(self, port, wrapper=()):
        def ask():
            curl = Curl(f"socks5h://127.0.0.1:{port}", self.web.url("/"), wrapper=wrapper)
            code = curl.wait()
            return UNIDENTIFIED if NO_WAY in curl.error else code

        return until_identified(ask)

    def reply_to_python(self, port):
        """RFC 1928 section 6: 0 is yes, 2 is no by the rules."""
        def ask():
            with socks5_request(port, self.web.port) as connection:
                reply = read_exactly(connection, 2)[1]
                return UNIDENTIFIED if reply == 1 else reply

        return until_identified(ask)

    def test_applications_are_told_apart(self):
        port = self.start(telling([rule("block", applications=["curl"])])).listening_port()
        self.assertEqual((self.code_of_identified(port), self.reply_to_python(port)), (97, 0))
        port = self.another(telling([rule("block", applications=[PROGRAM_OF_TESTS])]))[1]
        self.assertEqual((self.code_of_identified(port), self.reply_to_python(port)), (0, 2))

    def test_applications_by_path_and_wildcard(self):
        curl = os.path.realpath(shutil.which("curl"))
        for pattern, blocked in ((curl, True), ("/*/cur?", True), ("cu*", True), ("/opt/curl", False), ("cur", False)):
            with self.subTest(pattern=pattern):
                program, port = self.another(telling([rule("block", applications=[pattern])]))
                self.assertEqual(self.code_of_identified(port), 97 if blocked else 0)
                program.end()

    def test_packaged_applications(self):
        """Flatpak's sandbox is bubblewrap and a file in it; a Snap is what runs below its mount point."""
        information = os.path.join(self.directory, "information")
        with open(information, "w", encoding="ascii") as file:
            file.write("[Application]\nname=org.example.Fetcher\nruntime=runtime/org.example.Platform/x86_64/1\n")
        curl = os.path.realpath(shutil.which("curl"))
        inside = "/snap/fetcher/12/bin"
        sandbox = ["bwrap", "--ro-bind", "/usr", "/usr", "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64",
                   "--symlink", "usr/bin", "/bin", "--ro-bind", "/etc", "/etc", "--proc", "/proc", "--dev", "/dev"]
        flatpak = [*sandbox, "--unshare-pid", "--ro-bind", information, "/.flatpak-info"]
        snap = [*sandbox, "--ro-bind", curl, f"{inside}/curl", "--setenv", "PATH", inside]
        for name, wrapper in (("org.example.Fetcher", flatpak), ("fetcher", snap)):
            with self.subTest(name=name):
                program, port = self.another(telling([rule("block", applications=[name])]))
                self.assertEqual(self.code_of_identified(port, wrapper), 97)
                self.assertEqual(self.code_of_identified(port), 0)
                program.wait_for_log(f"{name} (")
                program.end()

    def test_children_of_an_application(self):
        for tree, blocked in ((False, False), (True, True)):
            with self.subTest(tree=tree):
                program, port = self.another(
                    telling([rule("block", applications=[PROGRAM_OF_TESTS], tree=tree)]))
                self.assertEqual(self.code_of_identified(port), 97 if blocked else 0)
                program.end()

    def test_first_match_decides_and_disabled_rules_do_not(self):
        rules = [rule("block", enabled=False), rule("direct", hosts=["localhost"]), rule("block", hosts=["127.0.0.0/8"])]
        port = self.start(profile(rules=rules)).listening_port()
        self.assertEqual(self.exit_code(port, "localhost"), 0)
        self.assertEqual(self.exit_code(port), 97)
        self.assertEqual(self.exit_code(port, "[::1]"), 0)

    def test_http_requests_meet_the_rules_one_by_one(self):
        rules = [rule("block", hosts=["localhost"])]
        program = self.start(profile(listener(protocols=["http"]), rules=rules))
        curl = Curl(f"http://127.0.0.1:{program.listening_port()}", self.web.url("/"), "-w", "%{http_code}\n",
                    self.web.url("/", "localhost"), self.web.url("/"))
        self.assertEqual(curl.wait(), 0, curl.error.decode())
        self.assertEqual(curl.text.count(b"hello"), 2)
        self.assertIn(b"403", curl.text)

    def test_resolved_addresses_on_request(self):
        rules = [rule("block", hosts=["127.0.0.0/8", "::1"])]
        for resolve, blocked in ((False, False), (True, True)):
            with self.subTest(resolve=resolve):
                program, port = self.another(profile(rules=rules, resolveForRules=resolve))
                self.assertEqual(self.exit_code(port, "localhost"), 97 if blocked else 0)
                program.end()

    def begin_with_names(self, settings, **names):
        if not nameserver.is_possible():
            self.skipTest("another name server for one program takes root and a mount namespace")
        self.names = nameserver.NameServer(self.NAME_SERVER, {f"{name}.test": given for name, given in names.items()})
        self.addCleanup(self.names.end)
        program = self.start(settings, wrapper=nameserver.wrapper(self.directory, self.NAME_SERVER))
        return program.listening_port()

    def test_what_the_rules_saw_is_what_is_dialled(self):
        """A name that leads elsewhere the second time."""
        trap = socket.create_server((self.FORBIDDEN, self.web.port))
        self.addCleanup(trap.close)
        trap.setblocking(False)
        rules = [rule("block", hosts=[self.FORBIDDEN])]
        port = self.begin_with_names(profile(rules=rules, resolveForRules=True),
                                     good=["127.0.0.1", self.FORBIDDEN], bad=[self.FORBIDDEN, "127.0.0.1"])
        self.assertEqual(self.exit_code(port, "good.test"), 0)
        self.assertEqual(self.exit_code(port, "bad.test"), 97)
        self.assertEqual(self.names.asked, ["good.test", "bad.test"])
        with self.assertRaises(BlockingIOError):
            trap.accept()

    def test_what_the_rules_could_not_see_is_not_looked_up_again(self):
        """A name that leads nowhere while the rules look: only a server that looks names up itself may still get it."""
        trap = socket.create_server((self.FORBIDDEN, self.web.port))
        self.addCleanup(trap.close)
        trap.setblocking(False)
        requests = []
        remote = server("remote", self.serve(lambda connection: self.note_request(connection, requests)).port)
        local = dict(remote, id="local", resolveNames="local")
        rules = [rule("block", hosts=[self.FORBIDDEN]), rule("proxy:remote", hosts=["remote.test"]),
                 rule("proxy:local", hosts=["local.test"])]
        late = ["", self.FORBIDDEN]
        spoken = listener(protocols=["socks4", "socks5", "http"])
        port = self.begin_with_names(profile(spoken, servers=[remote, local], rules=rules, resolveForRules=True),
                                     direct=late, local=late, remote=late, web=late)
        for name in ("direct.test", "local.test", "remote.test"):
            self.assertNotEqual(self.exit_code(port, name), 0)
        self.exit_code(port, "web.test", "http")  # with a page that says why
        self.assertEqual(self.names.asked, ["direct.test", "local.test", "remote.test", "web.test"])
        self.assertEqual(requests, [b"remote.test"])
        with self.assertRaises(BlockingIOError):
            trap.accept()

    def test_only_names_that_their_address_could_decide_about_are_looked_up(self):
        upstream, upstream_port = self.another()
        rules = [rule("block", hosts=["ads.test"]), rule("proxy:up", hosts=["*.far.test"]),
                 rule("block", hosts=[self.FORBIDDEN], ports=["1"]), rule("proxy:up", hosts=["*.other.test"]),
                 rule("block", hosts=[self.FORBIDDEN])]
        port = self.begin_with_names(
            profile(servers=[server("up", upstream_port)], rules=rules, resolveForRules=True),
            ads=["127.0.0.1"], bad=[self.FORBIDDEN], good=["127.0.0.1"])
        self.assertEqual(self.exit_code(port, "ads.test"), 97)
        for name in ("www.far.test", "www.other.test"):
            self.exit_code(port, name)
        self.assertEqual(self.names.asked, [])
        self.assertEqual(self.exit_code(port, "bad.test"), 97)
        self.assertEqual(self.exit_code(port, "good.test"), 0)
        self.assertEqual(self.names.asked, ["bad.test", "good.test"])

    @staticmethod
    def note_request(connection, requests):
        """A SOCKS5 server that notes the name it is asked for."""
        read_exactly(connection, 3)
        connection.sendall(b"\x05\x00")
        head = read_exactly(connection, 5)
        requests.append(read_exactly(connection, head[4] + 2)[:-2])
        connection.sendall(b"\x05\x00\x00\x01" + bytes(6))

    def test_names_are_not_looked_up_for_rules_nor_for_servers(self):
        requests = []
        upstream = self.serve(lambda connection: self.note_request(connection, requests))
        rules = [rule("block", hosts=["*.other.test", "127.0.0.0/8"]), rule("proxy:up", hosts=["*.test"])]
        port = self.begin_with_names(profile(servers=[server("up", upstream.port)], rules=rules), far=["127.0.0.1"])
        self.assertNotEqual(self.exit_code(port, "far.test"), 97)
        self.assertEqual(self.exit_code(port, "www.other.test"), 97)
        self.assertEqual((requests, self.names.asked), ([b"far.test"], []))

    def test_modes(self):
        rules = [rule("block", hosts=["localhost"])]
        for mode, default, expected in (("rules", "direct", 97), ("everything", "direct", 0), ("direct", "block", 0)):
            with self.subTest(mode=mode):
                program, port = self.another(profile(rules=rules, mode=mode, defaultAction=default))
                self.assertEqual(self.exit_code(port, "localhost"), expected)
                program.end()

    def test_some_by_a_server_and_others_not(self):
        upstream, upstream_port = self.another()
        settings = telling([rule("proxy:up", applications=["curl"], name="Curl")], [server("up", upstream_port)])
        program = self.start(settings, "--log-level", "info")
        port = program.listening_port()
        self.assertEqual(self.code_of_identified(port), 0)
        program.wait_for_log('rule "Curl" – via up: opened')
        upstream.wait_for_log(f"127.0.0.1:{self.web.port}: opened")
        before = upstream.log().count("opened")
        self.assertEqual(self.reply_to_python(port), 0)
        self.assertEqual(upstream.log().count("opened"), before)

    def test_new_rules_count_for_new_connections_and_end_what_is_blocked(self):
        program = self.start(profile(), "--log-level", "info")
        port = program.listening_port()
        silent = self.serve(lambda connection: connection.recv(1))
        kept, blocked = socks5(port, self.web.port), socks5(port, silent.port)
        self.addCleanup(kept.close)
        self.addCleanup(blocked.close)
        program.write_profile(profile(listener(port), rules=[rule("block", ports=[str(silent.port)])]))
        program.signal(1)  # SIGHUP
        program.wait_for_log("Profile applied")
        self.assertEqual(blocked.recv(1) if not self.is_reset(blocked) else b"", b"")
        kept.sendall(b"GET / HTTP/1.0\r\n\r\n")
        self.assertIn(b"200", kept.recv(100))
        with self.assertRaises(AssertionError):
            socks5(port, silent.port)

    @staticmethod
    def is_reset(connection):
        with contextlib.suppress(ConnectionResetError):
            connection.recv(1, socket.MSG_PEEK)
            return False
        return True

    def explain(self, settings, *arguments):
        program = self.start(profile())
        path = os.path.join(self.directory, "other.json")
        program.path = path
        program.write_profile(settings)
        answer = program.command("--explain", *arguments)
        self.assertEqual(answer.returncode, 0, answer.stderr)
        return answer.stdout.splitlines()

    def test_explain(self):
        settings = profile(servers=[server("up", 1080)], rules=[
            rule("block", enabled=False, name="Off"), rule("block", applications=["ssh"], name="Ssh"),
            rule("proxy:up", hosts=["*.example"], ports=["443"], name="Work")])
        lines = self.explain(settings, "no-such-program", "www.example:443")
        self.assertEqual(len(lines), 7)
        self.assertEqual(lines[0], "no-such-program: the path is not known")
        self.assertEqual(lines[1], 'rule 1 "Off": disabled')
        self.assertIn('"no-such-program" is none of "ssh"', lines[2])
        self.assertEqual(lines[3], 'rule 3 "Work": matches')
        self.assertTrue(lines[4].startswith("decision: by way of up"))
        self.assertTrue(lines[5].startswith("address: the last server looks the name up"))
        self.assertTrue(lines[6].startswith("health: not asked for"))
        lines = self.explain(settings, "no-such-program", "www.example:80")
        self.assertIn("80 is none of 443", lines[3])
        self.assertTrue(lines[4].startswith("decision: direct"))

    def test_explain_finds_what_a_name_starts(self):
        curl = os.path.realpath(shutil.which("curl"))
        for pattern in (curl, "*/" + os.path.basename(curl)):
            with self.subTest(pattern=pattern):
                lines = self.explain(profile(rules=[rule("block", applications=[pattern])]), "curl", "www.example:443")
                self.assertEqual(lines[:2], [f"curl: {curl}", "rule 1: matches"])
                self.assertTrue(lines[2].startswith("decision: block"))
        settings = profile(rules=[rule("block", applications=["/opt/no-such-program"])])
        lines = self.explain(settings, "no-such-program", "www.example:443")
        self.assertIn("the path is not known, asked for is", lines[1])

    def test_explain_agrees_with_what_a_script_gets(self):
        script, link = (os.path.join(self.directory, name) for name in ("fetch.py", "link.py"))
        with open(script, "w", encoding="utf-8") as file:
            file.write(f"#!{sys.executable}\nimport sys\nsys.dont_write_bytecode = True\n"
                       f"sys.path.insert(0, {os.path.dirname(os.path.abspath(__file__))!r})\n"
                       "from harness import socks5\nsocks5(int(sys.argv[1]), int(sys.argv[2])).close()\n")
        os.chmod(script, 0o755)
        os.symlink(script, link)
        entries = {PROGRAM_OF_TESTS: True, os.path.realpath(sys.executable): True, link: True, "link.py": True,
                   self.directory + "/*": True, script: False, "/opt/other": False}
        for entry, blocked in entries.items():
            with self.subTest(entry=entry):
                settings = profile(rules=[rule("block", applications=[entry])])
                port = self.another(settings)[1]
                run = subprocess.run([link, str(port), str(self.web.port)], capture_output=True, timeout=PATIENCE,
                                     check=False)
                self.assertEqual(run.returncode != 0, blocked, run.stderr)
                lines = self.explain(settings, link, "www.example:443")
                self.assertEqual(any(line.startswith("decision: block") for line in lines), blocked, lines)


class Datagrams(RulesTestCase):
    def assert_echoes(self, association, echo, payload=b"hello"):
        association.send(payload, echo.port)
        self.assertEqual(association.receive(), b"\x00\x00\x00" + address("127.0.0.1", echo.port) + payload)

    def test_by_a_server(self):
        upstream, upstream_port = self.another()
        program = self.start(profile(servers=[server("up", upstream_port)], defaultAction="proxy:up"))
        association, echo = self.associate(program.listening_port()), self.echo()
        for payload in (b"first", b"x" * 1400, b"last"):
            self.assert_echoes(association, echo, payload)
        upstream.wait_for_log("UDP: opened")

    def test_by_a_chain(self):
        servers = [server(f"s{i}", self.another()[1]) for i in range(3)]
        routes = [{"id": "chain", "kind": "chain", "members": [entry["id"] for entry in servers]}]
        program = self.start(profile(servers=servers, routes=routes, defaultAction="proxy:chain"))
        association, echo = self.associate(program.listening_port()), self.echo()
        self.assert_echoes(association, echo)
        self.assert_echoes(association, echo, b"again")

    def test_some_by_a_server_some_directly_some_not(self):
        upstream, upstream_port = self.another()
        near, far, nowhere = self.echo(), self.echo(), self.echo()
        rules = [rule("proxy:up", transports=["udp"], ports=[str(far.port)]),
                 rule("block", transports=["udp"], ports=[str(nowhere.port)])]
        program = self.start(profile(servers=[server("up", upstream_port)], rules=rules))
        association = self.associate(program.listening_port())
        association.send(b"lost", nowhere.port)
        self.assert_echoes(association, near)
        self.assert_echoes(association, far)
        association.socket.settimeout(0.2)
        with self.assertRaises(TimeoutError):
            association.receive()

    def sent_by_a_shell(self, association, echo, seconds):
        """A datagram of a program other than the one that opened the association; whether it comes back in time."""
        datagram = b"\x00\x00\x00" + address("127.0.0.1", echo.port) + b"hello"
        script = (f"exec 3<>/dev/udp/127.0.0.1/{association.relay[1]}; printf '%s' >&3; "
                  f"timeout {seconds} head -c {len(datagram)} <&3; true")
        script = script.replace("%s", "".join(f"\\x{byte:02x}" for byte in datagram))
        answer = subprocess.run(["bash", "-c", script], capture_output=True, check=False, timeout=2 * PATIENCE)
        return answer.stdout == datagram

    def test_of_another_program_than_the_one_that_associated(self):
        for blocked, (of_python, of_shell) in ((PROGRAM_OF_TESTS, (False, True)), ("bash", (True, False))):
            with self.subTest(blocked=blocked):
                program, port = self.another(profile(rules=[rule("block", applications=[blocked])]))
                echo = self.echo()
                association = self.associate(port)
                association.send(b"hello", echo.port)
                if of_python:
                    self.assertTrue(association.receive().endswith(b"hello"))
                else:
                    association.socket.settimeout(ABSENCE)
                    self.assertRaises(TimeoutError, association.receive)
                seconds = PATIENCE if of_shell else ABSENCE
                self.assertEqual(self.sent_by_a_shell(self.associate(port), echo, seconds), of_shell)
                program.end()

    def test_of_a_sender_that_is_not_found(self):
        """Its socket is gone when it is looked for. Who opened the association does not answer for it."""
        program, port = self.another(profile(rules=[rule("block", applications=["other"])],
                                             unidentifiedApplications="block"))
        for stays in (True, False):
            with self.subTest(stays=stays):
                echo = self.echo()
                association = self.associate(port)
                program.signal(signal.SIGSTOP)
                wait_until(program.is_stopped, "the program to stand still")
                association.send(b"hello", echo.port)
                if not stays:
                    association.socket.close()
                program.signal(signal.SIGCONT)
                if stays:
                    self.assertTrue(association.receive().endswith(b"hello"))
                else:
                    time.sleep(ABSENCE)
                self.assertEqual(echo.count, int(stays))

    def test_by_the_member_that_carries_it(self):
        """The log names the member that was really taken."""
        upstream_port = self.another()[1]
        servers = [server("web", free_port(), "http"), server("up", upstream_port)]
        routes = [{"id": "both", "kind": "failover", "members": ["web", "up"]}]
        program = self.start(profile(servers=servers, routes=routes, defaultAction="proxy:both"),
                             "--log-level", "info")
        association, echo = self.associate(program.listening_port()), self.echo()
        self.assert_echoes(association, echo)
        association.end()
        program.wait_for_log("via both (up): closed")

    def test_names_looked_up_here_for_a_server(self):
        upstream, upstream_port = self.another()
        servers = [dict(server("up", upstream_port), resolveNames="local")]
        program = self.start(profile(servers=servers, defaultAction="proxy:up"))
        association, echo = self.associate(program.listening_port()), self.echo()
        name = b"\x03\x09localhost" + struct.pack(">H", echo.port)
        association.socket.sendto(b"\x00\x00\x00" + name + b"hello", association.relay)
        self.assertTrue(association.receive().endswith(b"hello"))
        association.end()
        upstream.wait_for_log("127.0.0.1:%d" % echo.port)
        self.assertNotIn("localhost", upstream.log())

    def test_route_that_cannot_carry_it(self):
        for protocol in ("http", "socks4"):
            with self.subTest(protocol=protocol):
                program, port = self.another(profile(servers=[server("up", free_port(), protocol)],
                                                     defaultAction="proxy:up"))
                self.assertEqual(self.associate(port).reply[1], 7)
                program.wait_for_log("only SOCKS5 carries UDP")
                program.end()

    def test_dead_server_comes_back(self):
        upstream_port = free_port()
        program = self.start(profile(servers=[server("up", upstream_port)], defaultAction="proxy:up"),
                             "--log-level", "info")
        association, echo = self.associate(program.listening_port()), self.echo()
        association.send(b"lost", echo.port)
        program.wait_for_log("UDP failed")
        upstream, _ = self.another(profile(), listen=f"127.0.0.1:{upstream_port}")
        association.socket.settimeout(0.5)
        for _ in range(20):
            association.send(b"found", echo.port)
            with contextlib.suppress(TimeoutError):
                self.assertTrue(association.receive().endswith(b"found"))
                return
        self.fail("no datagram came back after the server did")


class Bind(RulesTestCase):
    def test_by_a_server(self):
        for protocol, version in (("socks5", 5), ("socks4", 4)):
            with self.subTest(protocol=protocol):
                upstream, upstream_port = self.another()
                program, port = self.another(profile(servers=[server("up", upstream_port, protocol)],
                                                     defaultAction="proxy:up"))
                client = socket.create_connection(("127.0.0.1", port), PATIENCE)
                client.sendall(b"\x05\x01\x00")
                read_exactly(client, 2)
                client.sendall(b"\x05\x02\x00" + address("127.0.0.1", 9))
                reply = read_exactly(client, 10)
                self.assertEqual(reply[:2], b"\x05\x00")
                peer = socket.create_connection(("127.0.0.1", struct.unpack(">H", reply[8:])[0]), PATIENCE)
                peer.sendall(b"early")
                second = read_exactly(client, 10)
                self.assertEqual(second[:2], b"\x05\x00")
                self.assertEqual(struct.unpack(">H", second[8:])[0], peer.getsockname()[1])
                self.assertEqual(read_exactly(client, 5), b"early")
                client.sendall(b"answer")
                self.assertEqual(read_exactly(peer, 6), b"answer")
                upstream.wait_for_log("opened")
                for connection in (client, peer):
                    connection.close()
                program.end()
                upstream.end()

    def test_route_that_cannot_carry_it(self):
        program = self.start(profile(servers=[server("up", free_port(), "http")], defaultAction="proxy:up"))
        client = socket.create_connection(("127.0.0.1", program.listening_port()), PATIENCE)
        self.addCleanup(client.close)
        client.sendall(b"\x05\x01\x00")
        read_exactly(client, 2)
        client.sendall(b"\x05\x02\x00" + address("127.0.0.1", 9))
        self.assertEqual(read_exactly(client, 10)[1], 7)


class Checks(RulesTestCase):
    def check(self, settings, *arguments):
        program = self.start(settings)
        program.listening_port()
        return program.command("--check-server", *arguments)

    def test_server_that_works(self):
        echo = self.echo()
        _, upstream_port = self.another()
        settings = profile(servers=[server("up", upstream_port)])
        answer = self.check(settings, "up", f"127.0.0.1:{self.web.port}", "--name-server", f"127.0.0.1:{echo.port}")
        self.assertEqual(answer.returncode, 0, answer.stdout + answer.stderr)
        for step in ("connected", "logged in", "target reached"):
            self.assertRegex(answer.stdout, rf"(?m)^{step}: \d+ ms$")
        # What echoes is no name server: its answer has not the bit that says so.
        self.assertIn("UDP: ", answer.stdout)

    def test_server_that_does_not(self):
        answer = self.check(profile(servers=[server("up", free_port())]), "up")
        self.assertEqual(answer.returncode, 1)
        self.assertIn("TCP: The proxy server could not be reached", answer.stdout)

    def test_server_that_is_not_there(self):
        answer = self.check(profile(), "nobody")
        self.assertEqual(answer.returncode, 1)
        self.assertIn('no server with the id "nobody"', answer.stderr)


if __name__ == "__main__":
    unittest.main()
