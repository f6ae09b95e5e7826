# SPDX-License-Identifier: MIT
"""Whose rule a connection meets: copies of one program, children, other users, senders of datagrams, and processes that
become another program. Each ends up where its own rule says, and the others beside it where theirs do."""

import contextlib
import os
import shutil
import subprocess
import sys
import unittest

from harness import PATIENCE, profile
from test_rules import (NO_WAY, PROGRAM_OF_TESTS, UNIDENTIFIED, RulesTestCase, rule, server, telling,
                        until_identified)

BLOCKED, SERVED = 97, 0  # what curl ends with
# The last word on each of many: the web server's answer, or RFC 1928's "not allowed by ruleset". By way of a server that
# is not there it is another.
FETCHED, REFUSED = "200", "(2)"
AT_ONCE = 20  # for each of six processes

# Asks for a connection, says with what reply, and becomes another program.
ASKS = """
import os, socket, sys
port, target = int(sys.argv[1]), int(sys.argv[2])
connection = socket.create_connection(("127.0.0.1", port), 10)
connection.sendall(b"\\x05\\x01\\x00\\x05\\x01\\x00\\x01\\x7f\\0\\0\\x01" + target.to_bytes(2, "big"))
reply = b""
while len(reply) < 12:
    reply += connection.recv(12 - len(reply))
print(reply[3], flush=True)
connection.close()
os.execv(sys.argv[3], sys.argv[3:])
"""


class Programs(RulesTestCase):
    def setUp(self):
        super().setUp()
        self.curl = os.path.realpath(shutil.which("curl"))
        os.chmod(self.directory, 0o755)  # for a copy that another user runs

    def copy(self, name, program=None):
        path = os.path.join(self.directory, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        shutil.copy(program or self.curl, path)
        os.chmod(path, 0o755)
        return path

    def request(self, port):
        return ["-q", "-sS", "-o", "/dev/null", "--noproxy", "", "--max-time", str(PATIENCE), "-x",
                f"socks5h://127.0.0.1:{port}", self.web.url("/")]

    def run_program(self, command, **more):
        return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              check=False, timeout=2 * PATIENCE, **more)

    def code_of(self, command, **more):
        def ask():
            done = self.run_program(command, **more)
            return UNIDENTIFIED if NO_WAY in done.stderr else done.returncode

        return until_identified(ask)

    def code(self, program, port, **more):
        return self.code_of([program, *self.request(port)], **more)

    def test_copies_under_other_names_and_paths(self):
        upstream, upstream_port = self.another()
        here, there, renamed = self.copy("here/curl"), self.copy("there/curl"), self.copy("here/fetch-it")
        settings = telling([rule("block", applications=[here]),
                            rule("proxy:up", applications=["fetch-it"], name="Fetch")], [server("up", upstream_port)])
        program = self.start(settings, "--log-level", "info")
        port = program.listening_port()
        for _ in range(3):  # first when nothing is known of them, then when something is
            self.assertEqual(self.code(here, port), BLOCKED)
            self.assertEqual(self.code(there, port), SERVED)
            self.assertEqual(self.code(self.curl, port), SERVED)
        self.assertEqual(self.code(renamed, port), SERVED)
        # Whoever had gone there before would stand before it in the log.
        upstream.wait_for_log(f"127.0.0.1:{self.web.port}: opened")
        self.assertEqual(upstream.log().count("opened"), 1)

    def test_copies_at_once(self):
        """Questions that are asked together must not be answered for each other. So many may take too long for all to
        be answered in time; then they are asked again, by other copies."""
        port = self.start(telling([rule("block", applications=["one"])])).listening_port()
        for attempt in range(3):
            blocked, served = self.copy(f"a{attempt}/one"), self.copy(f"b{attempt}/two")
            late = 0
            for own, others, told in self.fetch_at_once(port, (blocked, REFUSED, FETCHED), (served, FETCHED, REFUSED)):
                self.assertEqual(len(told), AT_ONCE)
                self.assertNotIn(others, told)
                late += len(told) - told.count(own)
            if not late:
                return
        self.fail(f"{late} connections were not identified in time")

    def fetch_at_once(self, port, *programs):
        """For each of several runs: what is right for the program, for the other one, and what became of each fetch."""
        command = ["-q", "-sS", "--parallel", "--parallel-immediate", "--noproxy", "", "--no-keepalive", "--max-time",
                   str(PATIENCE), "-w", "%{http_code} %{errormsg}\\n", "-x", f"socks5h://127.0.0.1:{port}"]
        for _ in range(AT_ONCE):
            command += ["-o", "/dev/null", self.web.url("/")]
        running = [(subprocess.Popen([path, *command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                     stderr=subprocess.DEVNULL, text=True), *more) for path, *more in programs * 3]
        for process, *more in running:
            yield *more, [line.split()[-1] for line in process.communicate(timeout=2 * PATIENCE)[0].splitlines()]

    def test_child_of_a_shell(self):
        shell = self.copy("bin/own-shell", os.path.realpath("/bin/sh"))
        for tree, expected in ((False, SERVED), (True, BLOCKED)):
            with self.subTest(tree=tree):
                program, port = self.another(telling([rule("block", applications=["own-shell"], tree=tree)]))
                line = '"$0" "$@"; exit $?'  # so that the shell stays
                command = [shell, "-c", line, self.curl, *self.request(port)]
                self.assertEqual(self.code_of(command), expected)
                # And a child of that child, whose own parent has a name of its own.
                command = [shell, "-c", line, "/bin/sh", "-c", line, self.curl, *self.request(port)]
                self.assertEqual(self.code_of(command), expected)
                self.assertEqual(self.code(self.curl, port), SERVED)
                program.end()

    @unittest.skipIf(os.geteuid() != 0, "running as another user takes root")
    def test_process_of_another_user(self):
        theirs, ours = self.copy("theirs/tool"), self.copy("ours/tool")
        port = self.start(telling([rule("block", applications=[theirs])])).listening_port()
        self.assertEqual(self.code(theirs, port, user="nobody", group="nogroup", extra_groups=[]), BLOCKED)
        self.assertEqual(self.code(ours, port, user="nobody", group="nogroup", extra_groups=[]), SERVED)
        self.assertEqual(self.code(ours, port), SERVED)

    def test_program_that_becomes_another(self):
        """By exec: the same process, and then other rules."""
        for blocked, expected in ((PROGRAM_OF_TESTS, (b"2", SERVED)), ("curl", (b"0", BLOCKED))):
            with self.subTest(blocked=blocked):
                program, port = self.another(telling([rule("block", applications=[blocked])]))

                def ask(port=port):
                    done = self.run_program([os.path.realpath(sys.executable), "-c", ASKS, str(port), str(self.web.port),
                                             self.curl, *self.request(port)])
                    reply = done.stdout.strip()
                    return UNIDENTIFIED if reply == b"1" or NO_WAY in done.stderr else (reply, done.returncode)

                self.assertEqual(until_identified(ask), expected)
                program.end()

    @unittest.skipIf(not os.access("/proc/sys/kernel/ns_last_pid", os.W_OK), "choosing a process's number takes root")
    def test_next_process_with_the_same_number(self):
        blocked, served = self.copy("a/one"), self.copy("b/two")
        port = self.start(telling([rule("block", applications=["one"])])).listening_port()
        for path, expected in ((blocked, BLOCKED), (served, SERVED), (blocked, BLOCKED)):
            with self.subTest(path=path):
                self.assertEqual(until_identified(lambda path=path: self.code_of_number(path, port)), expected)

    number = 0

    def code_of_number(self, path, port):
        """What the program ends with when it runs with the number that the last one had."""
        for _ in range(500):
            if self.number:
                with open("/proc/sys/kernel/ns_last_pid", "w", encoding="ascii") as file:
                    file.write(str(self.number - 1))
            process = subprocess.Popen([path, *self.request(port)], stdin=subprocess.DEVNULL,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            error = process.communicate(timeout=2 * PATIENCE)[1]
            if self.number in (0, process.pid):
                self.number = process.pid
                return UNIDENTIFIED if NO_WAY in error else process.returncode
        self.skipTest("others on this machine always took the number")
        return None

    def test_sender_of_datagrams(self):
        near = self.echo()
        for blocked, arrives in ((PROGRAM_OF_TESTS, False), ("somebody-else", True)):
            with self.subTest(blocked=blocked):
                rules = [rule("block", transports=["udp"], applications=[blocked])]
                program, port = self.another(profile(rules=rules))
                association = self.associate(port)
                association.send(b"hello", near.port)
                association.socket.settimeout(PATIENCE if arrives else 0.3)
                with contextlib.nullcontext() if arrives else self.assertRaises(TimeoutError):
                    self.assertTrue(association.receive().endswith(b"hello"))
                program.end()


if __name__ == "__main__":
    unittest.main()
