# SPDX-License-Identifier: MIT
"""Hosier as a child process, the servers its clients talk to, and the clients. Everything is bounded in time, uses
ports that the system chose, and stays on the loopback interface."""

import contextlib
import hashlib
import http.server
import json
import os
import queue
import random
import re
import resource
import shutil
import signal
import socket
import socketserver
import struct
import subprocess
import tempfile
import threading
import time
import unittest

PROGRAM = os.environ.get("HOSIER", "build/dev/bin/hosier")
PATIENCE = 20.0  # seconds for what takes milliseconds, on a machine that is busy with other things
BIG = 100_000_000


def clean_environment(directory):
    """The environment without proxies, and with the user's directories somewhere else."""
    environment = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
    for name in ("XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "HOME"):
        path = os.path.join(directory, name)
        os.makedirs(path, mode=0o700, exist_ok=True)
        environment[name] = path
    environment.pop("DISPLAY", None)
    environment.pop("WAYLAND_DISPLAY", None)
    environment.pop("QT_QPA_PLATFORM", None)
    environment.pop("DBUS_SESSION_BUS_ADDRESS", None)  # The passwords there are the user's own.
    return environment


def free_port():
    """A port nobody uses at the moment, for what cannot be told to take any."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listener(port=1080, **more):
    return {"name": "Local", "address": "127.0.0.1", "port": port, "protocols": ["socks4", "socks5"],
            "authentication": "none", **more}


def profile(*listeners, **more):
    return {"version": 1, "listeners": list(listeners) or [listener()], **more}


def user(name, password, iterations=1000):
    salt = bytes(range(16))
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, iterations)

    def base64(data):
        import base64 as module
        return module.b64encode(data).decode()

    return {"name": name, "password": {"scheme": "pbkdf2-sha512", "iterations": iterations,
                                       "salt": base64(salt), "hash": base64(key)}}


def need(*programs):
    """Skips a test whose programs are not there, and says which. Where they must be, their absence is a failure."""
    missing = [program for program in programs if not shutil.which(program)]
    if missing and os.environ.get("CI"):
        raise AssertionError(f"not installed: {', '.join(missing)}")
    if missing:
        raise unittest.SkipTest(f"not installed: {', '.join(missing)}")


def becomes(condition, seconds):
    """Whether it holds within so much time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def wait_until(condition, what, seconds=PATIENCE):
    if not becomes(condition, seconds):
        raise AssertionError(f"timed out waiting for {what}")


class Hosier:
    """One running program with a profile of its own."""

    def __init__(self, directory, settings=None, *arguments, headless=True, listen="127.0.0.1:0", descriptors=None,
                 platform=None, display=None, session=None, output=subprocess.PIPE, wrapper=()):
        self.directory = directory
        self.path = os.path.join(directory, "profile.json")
        if settings is not None:
            self.write_profile(settings)
        self.environment = clean_environment(directory)
        if platform:
            self.environment["QT_QPA_PLATFORM"] = platform
        for more in (display, session):
            self.environment.update(more or {})
        command = [*wrapper, PROGRAM, "--profile", self.path, *arguments]  # a wrapper replaces itself by the program
        command += ["--headless"] if headless else []
        command += ["--listen", listen] if listen else []
        self.log_path = os.path.join(directory, "log")

        def limit_descriptors():
            if descriptors:
                resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))

        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=log,
                                            env=self.environment, preexec_fn=limit_descriptors)
        self.lines = queue.Queue()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout or ():
            self.lines.put(line.decode().rstrip("\n"))

    def write_profile(self, settings):
        with open(self.path, "w", encoding="utf-8") as file:
            file.write(settings if isinstance(settings, str) else json.dumps(settings))

    def line(self):
        """The next line of standard output."""
        try:
            return self.lines.get(timeout=PATIENCE)
        except queue.Empty:
            raise AssertionError(f"no line of output; the log says:\n{self.log()}") from None

    def listening_port(self):
        """The port in the next line, which must be the announcement of a listener and nothing else."""
        line = self.line()
        match = re.fullmatch(r"listening on (?:[0-9.]+|\[[0-9a-f:]+\]):(\d+) \((?:socks4, socks5(?:, http)?|socks4|socks5|http)\)", line)
        if not match:
            raise AssertionError(f"not an announcement: {line!r}")
        return int(match.group(1))

    def log(self):
        with open(self.log_path, encoding="utf-8") as file:
            return file.read()

    def wait_for_log(self, text):
        wait_until(lambda: text in self.log(), f"{text!r} in the log")

    def descriptors(self):
        """How many sockets and files are open; not what threads and the search for owners have, nor the pool of pipes."""
        directory = f"/proc/{self.process.pid}/fd"
        count = 0
        for name in os.listdir(directory):
            with contextlib.suppress(FileNotFoundError):
                count += not os.readlink(os.path.join(directory, name)).startswith(("pipe:", "anon_inode:", "/proc/"))
        return count

    def memory(self):
        """Bytes resident."""
        with open(f"/proc/{self.process.pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * resource.getpagesize()

    def signal(self, number):
        self.process.send_signal(number)

    def is_stopped(self):
        """Every thread of it, by SIGSTOP, which takes a moment."""
        tasks = f"/proc/{self.process.pid}/task"
        for name in os.listdir(tasks):
            with contextlib.suppress(FileNotFoundError):
                with open(f"{tasks}/{name}/stat", encoding="utf-8", errors="replace") as file:
                    if file.read().rsplit(")", 1)[1].split()[0] != "T":
                        return False
        return True

    def command(self, *arguments, **more):
        """Another short start of the program with the same profile."""
        return subprocess.run([PROGRAM, "--profile", self.path, *arguments], capture_output=True, text=True,
                              env=self.environment, timeout=PATIENCE, check=False, **more)

    def wait(self, seconds=PATIENCE):
        return self.process.wait(timeout=seconds)

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(timeout=PATIENCE)
        self._end_restart_offer()
        self.reader.join(timeout=PATIENCE)
        if self.process.stdout:
            self.process.stdout.close()

    def _end_restart_offer(self):
        """What a program that has crashed leaves behind waits for somebody to answer."""
        for name in os.listdir("/proc"):
            with contextlib.suppress(OSError):
                with open(f"/proc/{int(name) if name.isdigit() else 0}/cmdline", "rb") as file:
                    arguments = file.read().split(b"\0")
                if f"--after-crash={self.process.pid}".encode() in arguments:
                    os.kill(int(name), signal.SIGKILL)


class WebServer:
    """HTTP on 127.0.0.1 and ::1, on the same port. /big is 100 MB; /page is what `page` says; /gated stops in the
    middle until open_gate(); what is sent by PUT is answered with its hash."""

    def __init__(self):
        self.big = random.Random(1).randbytes(BIG)
        self.big_hash = hashlib.sha256(self.big).hexdigest()
        self.gated = self.big[:2_000_000]
        self.gated_hash = hashlib.sha256(self.gated).hexdigest()
        self.page = b"hello"
        self.gate = threading.Event()
        self.halfway = threading.Semaphore(0)
        self.servers = self._listen()
        self.port = self.servers[0].server_address[1]
        for server in self.servers:
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def _listen(self):
        for _ in range(50):
            first = make_http_server(("127.0.0.1", 0), socket.AF_INET, self)
            try:
                return [first, make_http_server(("::1", first.server_address[1]), socket.AF_INET6, self)]
            except OSError:
                first.server_close()
        raise AssertionError("no port is free in both families")

    def url(self, path, host="127.0.0.1"):
        return f"http://{host}:{self.port}{path}"

    def close_gate(self):
        self.gate.clear()
        while self.halfway.acquire(blocking=False):
            pass

    def open_gate(self):
        self.gate.set()

    def wait_for_halfway(self):
        if not self.halfway.acquire(timeout=PATIENCE):
            raise AssertionError("no download has begun")

    def end(self):
        self.gate.set()
        for server in self.servers:
            server.shutdown()
            server.server_close()


def make_http_server(address, family, owner):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *arguments):
            pass

        def reply(self, body):
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            return body

        def do_GET(self):
            if self.path == "/big":
                self.wfile.write(self.reply(owner.big))
            elif self.path == "/gated":
                body = self.reply(owner.gated)
                with contextlib.suppress(OSError):
                    self.wfile.write(body[:1_000_000])
                    owner.halfway.release()
                    owner.gate.wait(3 * PATIENCE)
                    self.wfile.write(body[1_000_000:])
            elif self.path == "/page":
                self.wfile.write(self.reply(owner.page))
            else:
                self.wfile.write(self.reply(b"hello"))

        def do_PUT(self):
            left = int(self.headers["Content-Length"])
            received = hashlib.sha256()
            while left:
                chunk = self.rfile.read(min(left, 1 << 20))
                if not chunk:
                    return
                received.update(chunk)
                left -= len(chunk)
            self.wfile.write(self.reply(received.hexdigest().encode()))

    class Server(http.server.ThreadingHTTPServer):
        address_family = family
        daemon_threads = True

        def handle_error(self, request, client_address):
            pass  # Clients that go away are what some tests are about.

    return Server(address, Handler)


class TcpServer:
    """Hands each accepted connection to `serve(connection)` on a thread of its own."""

    def __init__(self, serve):
        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                self.request.settimeout(PATIENCE)
                serve(self.request)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            request_queue_size = 512

            def handle_error(self, request, client_address):
                pass

            def shutdown_request(self, request):
                self.close_request(request)  # `serve` decides how the connection ends.

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def end(self):
        self.server.shutdown()
        self.server.server_close()


class Curl:
    """A curl that writes what it gets to a hash."""

    def __init__(self, proxy, url, *arguments, seconds=120, wrapper=()):
        self.process = subprocess.Popen(
            [*wrapper, "curl", "-q", "-sS", "--noproxy", "", "--max-time", str(seconds), "-x", proxy, *arguments, url],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"})
        self.hash = hashlib.sha256()
        self.size = 0
        self.text = b""
        self.error = b""
        self.threads = [threading.Thread(target=self._read, daemon=True),
                        threading.Thread(target=self._read_error, daemon=True)]
        for thread in self.threads:
            thread.start()

    def _read(self):
        while chunk := self.process.stdout.read(1 << 16):
            self.hash.update(chunk)
            self.size += len(chunk)
            self.text = (self.text + chunk)[:1000]

    def _read_error(self):
        self.error = self.process.stderr.read()

    def wait(self):
        """curl's exit code; it ends by itself because of --max-time."""
        self.process.wait()
        for thread in self.threads:
            thread.join()
        self.process.stdout.close()
        self.process.stderr.close()
        return self.process.returncode


def read_exactly(connection, count):
    data = b""
    while len(data) < count:
        chunk = connection.recv(count - len(data))
        if not chunk:
            raise ConnectionError("ended early")
        data += chunk
    return data


def socks5_request(proxy_port, target_port, host="127.0.0.1"):
    """A socket that has asked the proxy for the target, RFC 1928 by hand."""
    connection = socket.create_connection(("127.0.0.1", proxy_port), PATIENCE)
    connection.sendall(b"\x05\x01\x00")
    assert read_exactly(connection, 2) == b"\x05\x00"
    connection.sendall(b"\x05\x01\x00\x01" + socket.inet_aton(host) + struct.pack(">H", target_port))
    return connection


def socks5(proxy_port, target_port, host="127.0.0.1"):
    """A socket connected to the target by way of the proxy."""
    connection = socks5_request(proxy_port, target_port, host)
    reply = read_exactly(connection, 10)
    assert reply[:2] == b"\x05\x00", reply
    return connection


def reset(connection):
    """Closes with a RST."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


class TestCase(unittest.TestCase):
    """A scratch directory, and programs that end with the test."""

    def setUp(self):
        # Not below a long path: sockets' names are short.
        self.directory = tempfile.mkdtemp(prefix="hosier-e2e-", dir="/tmp")
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)

    def start(self, settings=None, *arguments, **more):
        program = Hosier(self.directory, settings, *arguments, **more)
        self.addCleanup(program.end)
        return program

    def serve(self, serve):
        server = TcpServer(serve)
        self.addCleanup(server.end)
        return server

    def assert_fetches(self, proxy, url, expected_hash, *arguments):
        curl = Curl(proxy, url, *arguments)
        self.assertEqual(curl.wait(), 0, curl.error.decode())
        self.assertEqual(curl.hash.hexdigest(), expected_hash)


HELLO_HASH = hashlib.sha256(b"hello").hexdigest()


class WebTestCase(TestCase):
    """With a web server that the tests of the class share: its 100 MB take a moment to make."""

    @classmethod
    def setUpClass(cls):
        cls.web = WebServer()
        cls.addClassCleanup(cls.web.end)

    def setUp(self):
        super().setUp()
        self.web.close_gate()
        self.addCleanup(self.web.open_gate)
