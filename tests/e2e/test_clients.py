# SPDX-License-Identifier: MIT
"""The clients that people use, by way of Hosier: nc, ncat, telnet, FTP, ssh, Chromium, PySocks. Each sends a payload
and gets one back, and both are compared."""

import hashlib
import os
import random
import re
import socket
import subprocess
import threading
import time
import unittest

from harness import PATIENCE, TcpServer, WebTestCase, listener, need, profile, read_exactly, user, wait_until
from servers import ServersTestCase
from socksclient import EchoDatagrams

PAYLOAD = random.Random(3).randbytes(1_000_000)
LETTERS = "".join(random.Random(4).choices("abcdefghijklmnopqrstuvwxyz", k=300_000))
DEBIAN_PYTHON = "/usr/bin/python3"  # the one that Debian's modules are for

# Only what the tests talk to: a browser asks for more than it is told to, and none of it may leave the machine.
ONLY_LOOPBACK = {"defaultAction": "block",
                 "rules": [{"name": "Here", "hosts": ["localhost", "127.0.0.0/8", "::1", "0.0.0.0"], "action": "direct"}]}

SOCKSIFY = """\
logoutput: {directory}/socksify.log
route {{
  from: 0.0.0.0/0 to: 0.0.0.0/0 via: 127.0.0.1 port = {port}
  proxyprotocol: {protocol}
  command: bind connect udpassociate
  protocol: tcp udp
  method: {method}
}}
"""

PAGE = """\
<!DOCTYPE html><html><body><p id="down">{payload}</p><p id="up"></p><script>
let request = new XMLHttpRequest();
request.open("PUT", "/", false);
request.send(document.getElementById("down").textContent.split("").reverse().join(""));
document.getElementById("up").textContent = "the server has " + request.responseText;
</script></body></html>
"""

PYSOCKS_TCP = """\
import hashlib, socket, sys, socks
kind, proxy, host, port, rdns, size = sys.argv[1:7]
client = socks.socksocket(socket.AF_INET, socket.SOCK_STREAM)
client.settimeout(20)
client.set_proxy(getattr(socks, kind), "127.0.0.1", int(proxy), rdns == "yes", *sys.argv[7:])
client.connect((host, int(port)))
client.sendall(sys.stdin.buffer.read())
left = int(size)
while left:
    data = client.recv(min(left, 65536))
    if not data:
        sys.exit("ended early")
    left -= len(data)
    sys.stdout.buffer.write(data)
"""

PYSOCKS_UDP = """\
import socket, sys, socks
proxy, port = int(sys.argv[1]), int(sys.argv[2])
client = socks.socksocket(socket.AF_INET, socket.SOCK_DGRAM)
client.settimeout(20)
client.set_proxy(socks.SOCKS5, "127.0.0.1", proxy)
for payload in (b"one", b"x" * 1400, b"", b"y" * 9000):
    client.sendto(payload, ("127.0.0.1", port))
    answer, peer = client.recvfrom(65536)
    if answer != payload or peer != ("127.0.0.1", port):
        sys.exit(f"{answer[:20]!r} from {peer}")
print("all came back")
"""


def echo_server(case, size=len(PAYLOAD)):
    """Takes a payload of that size and sends it back reversed, so that nothing can pass for it by accident."""
    def serve(connection):
        connection.sendall(read_exactly(connection, size)[::-1])
        connection.shutdown(socket.SHUT_WR)
        connection.recv(1)

    server = TcpServer(serve)
    case.addCleanup(server.end)
    return server


class ClientTestCase(ServersTestCase):
    def proxy(self, *arguments, **more):
        """Starts Hosier with everything it speaks on one port."""
        listening = {"protocols": ["socks4", "socks5", "http"], **more.pop("listener", {})}
        self.program = self.start(profile(listener(**listening), **ONLY_LOOPBACK, **more), "--log-level", "info",
                                  *arguments)
        self.port = self.program.listening_port()
        return self.port

    def run_client(self, *command, data=None, seconds=PATIENCE, **more):
        result = subprocess.run(command, input=data, capture_output=True, timeout=seconds, check=False,
                                cwd=self.directory, **more)
        self.assertEqual(result.returncode, 0, f"{command[0]}: {result.stderr[-2000:]!r}\n{self.program.log()}")
        return result.stdout

    def assert_passed(self, target, times=1):
        """It went by way of Hosier and not around it."""
        line = f' – {target} – rule "Here": opened'
        wait_until(lambda: self.program.log().count(line) >= times, f"{target} in\n{self.program.log()}")


class Netcats(ClientTestCase):
    def test_openbsd(self):
        need("nc.openbsd")
        self.proxy()
        target = echo_server(self)
        for version, host in (("4", "127.0.0.1"), ("5", "127.0.0.1"), ("5", "localhost"), ("connect", "127.0.0.1"),
                              ("connect", "localhost")):
            with self.subTest(version=version, host=host):
                answer = self.run_client("nc.openbsd", "-N", "-X", version, "-x", f"127.0.0.1:{self.port}", host,
                                         str(target.port), data=PAYLOAD)
                self.assertEqual(answer, PAYLOAD[::-1])
        self.assert_passed(f"127.0.0.1:{target.port}", 3)
        self.assert_passed(f"localhost:{target.port}", 2)

    def test_openbsd_hears_of_a_refusal(self):
        need("nc.openbsd")
        self.proxy()
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            for version, says in (("4", b"rejected or failed"), ("5", b"Connection refused"), ("connect", b"502")):
                with self.subTest(version=version):
                    result = subprocess.run(
                        ["nc.openbsd", "-X", version, "-x", f"127.0.0.1:{self.port}", "127.0.0.1",
                         str(closed.getsockname()[1])],
                        stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE, check=False)
                    self.assertEqual(result.returncode, 1)
                    self.assertIn(says, result.stderr)
        self.program.wait_for_log("The target refused the connection")

    def test_ncat(self):
        need("ncat")
        self.proxy()
        target = echo_server(self)
        for kind in ("socks4", "socks5", "http"):
            with self.subTest(kind=kind):
                answer = self.run_client("ncat", "--proxy", f"127.0.0.1:{self.port}", "--proxy-type", kind,
                                         "127.0.0.1", str(target.port), data=PAYLOAD)
                self.assertEqual(answer, PAYLOAD[::-1])
        self.assert_passed(f"127.0.0.1:{target.port}", 3)

    def test_ncat_with_a_password(self):
        need("ncat")
        self.proxy(listener={"authentication": "password"}, users=[user("alice", "secret")])
        target = echo_server(self)
        for kind in ("socks5", "http"):
            with self.subTest(kind=kind):
                answer = self.run_client("ncat", "--proxy", f"127.0.0.1:{self.port}", "--proxy-type", kind,
                                         "--proxy-auth", "alice:secret", "127.0.0.1", str(target.port), data=PAYLOAD)
                self.assertEqual(answer, PAYLOAD[::-1])


class Socksified(ClientTestCase):
    """Programs that know nothing of proxies, with Dante's library under them."""

    def environment(self, protocol="socks_v5", method="none", **more):
        path = self.write("socks.conf", SOCKSIFY.format(directory=self.directory, port=self.port, protocol=protocol,
                                                        method=method))
        # The library goes directly to addresses of the machine's own networks unless told not to.
        return {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": self.directory, "SOCKS_CONF": path,
                "SOCKS_AUTOADD_LANROUTES": "no", **more}

    def ftp_server(self):
        """Its port and directory; it takes active and passive mode."""
        need(DEBIAN_PYTHON)
        directory = os.path.join(self.directory, "files")
        os.mkdir(directory)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.run_server(port, DEBIAN_PYTHON, "-m", "pyftpdlib", "-i", "127.0.0.1", "-p", str(port), "-w", "-d", directory)
        return port, directory

    def test_telnet(self):
        need("socksify", "telnet")
        self.proxy()
        lines = [f"line {i} {LETTERS[i * 40:i * 40 + 40]}" for i in range(200)]
        received = []

        def serve(connection):
            with connection.makefile("rwb") as file:
                received.extend(file.readline().decode().strip() for _ in lines)
                file.write("".join(f"{line[::-1]}\r\n" for line in received).encode())
            connection.shutdown(socket.SHUT_RDWR)

        target = self.serve(serve)
        for protocol in ("socks_v5", "socks_v4"):
            with self.subTest(protocol=protocol):
                received.clear()
                answer = self.telnet(self.environment(protocol), target.port, lines)
                self.assertEqual(received, lines)
                self.assertEqual([line for line in answer if line in {text[::-1] for text in lines}],
                                 [line[::-1] for line in lines])
        self.assert_passed(f"127.0.0.1:{target.port}", 2)

    def telnet(self, environment, port, lines):
        """Lines of output. telnet ends when its input does, so that has to wait for the target."""
        process = subprocess.Popen(["socksify", "telnet", "127.0.0.1", str(port)], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
        with process:
            killer = threading.Timer(PATIENCE, process.kill)
            killer.start()
            process.stdin.write("".join(f"{line}\n" for line in lines).encode())
            process.stdin.flush()
            output = process.stdout.read().decode()
            killer.cancel()
        return output.replace("\r", "").split("\n")

    def test_ftp(self):
        """Active mode takes BIND for each transfer: the server comes to the address that Hosier gave out."""
        need("socksify", "tnftp")
        self.proxy()
        port, directory = self.ftp_server()
        for mode, flag, opened in (("active", "-A", "127.0.0.1:0"), ("passive", "-p", None)):
            with self.subTest(mode=mode):
                remote, local = os.path.join(directory, f"up-{mode}"), os.path.join(self.directory, f"down-{mode}")
                with open(os.path.join(directory, "down"), "wb") as file:
                    file.write(PAYLOAD)
                with open(os.path.join(self.directory, "up"), "wb") as file:
                    file.write(PAYLOAD[::-1])
                script = f"user anonymous nobody\nbinary\nget down down-{mode}\nput up up-{mode}\nquit\n"
                output = self.run_client("socksify", "tnftp", "-n", "-v", flag, "127.0.0.1", str(port),
                                         data=script.encode(), env=self.environment())
                for path, expected in ((local, PAYLOAD), (remote, PAYLOAD[::-1])):
                    with open(path, "rb") as file:
                        self.assertEqual(file.read(), expected, output)
                self.assert_passed(f"127.0.0.1:{port}")
                if mode == "active":
                    self.assert_passed(opened, 2)
                else:
                    passive = re.findall(rb"\(\|\|\|(\d+)\|\)", output)
                    self.assertEqual(len(passive), 2, output)
                    for data_port in passive:
                        self.assert_passed(f"127.0.0.1:{data_port.decode()}")


class Ssh(ClientTestCase):
    def test_proxy_command(self):
        need("nc.openbsd", "ssh")
        self.proxy()
        port, ssh = self.sshd()
        expected = "".join(chr((ord(letter) - ord("a") + 1) % 26 + ord("a")) for letter in LETTERS)
        for version in ("5", "connect"):
            with self.subTest(version=version):
                answer = self.run_client(*ssh, "-o", f"ProxyCommand nc.openbsd -X {version} -x 127.0.0.1:{self.port} %h %p",
                                         "127.0.0.1", "tr a-z b-za", data=LETTERS.encode())
                self.assertEqual(answer.decode(), expected)
        self.assert_passed(f"127.0.0.1:{port}", 2)


class Chromium(ClientTestCase, WebTestCase):
    def dump(self, scheme, url):
        """What the page has become, once its script is through."""
        return self.run_client(
            "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
            f"--user-data-dir={self.directory}/chromium-{scheme}-{time.monotonic_ns()}", "--proxy-bypass-list=<-loopback>",
            f"--proxy-server={scheme}://127.0.0.1:{self.port}", "--dump-dom", url, seconds=3 * PATIENCE,
            env={"PATH": os.environ["PATH"], "HOME": self.directory, "LC_ALL": "C.UTF-8"}).decode()

    def test_page(self):
        need("chromium")
        self.proxy()
        self.web.page = PAGE.format(payload=LETTERS).encode()
        expected = hashlib.sha256(LETTERS[::-1].encode()).hexdigest()
        for scheme, host in (("socks5", "127.0.0.1"), ("socks5", "localhost"), ("socks4", "127.0.0.1"),
                             ("http", "localhost")):
            with self.subTest(scheme=scheme, host=host):
                page = self.dump(scheme, self.web.url("/page", host))
                self.assertIn(LETTERS, page)
                self.assertIn(f"the server has {expected}", page)
        self.assert_passed(f"127.0.0.1:{self.web.port}", 2)
        self.assert_passed(f"localhost:{self.web.port}", 2)
        # Whatever else it asked for was turned away without as much as a look-up.
        self.assertNotIn("There is no host of that name", self.program.log())


class PySocks(ClientTestCase):
    def setUp(self):
        super().setUp()
        need(DEBIAN_PYTHON)
        found = subprocess.run([DEBIAN_PYTHON, "-c", "import socks"], capture_output=True, check=False)
        if found.returncode:
            need("the module python3-socks")

    def run_python(self, script, *arguments, data=b""):
        return self.run_client(DEBIAN_PYTHON, "-c", script, *map(str, arguments), data=data)

    def test_tcp(self):
        self.proxy()
        target = echo_server(self)
        for kind, host, far_names in (("SOCKS4", "127.0.0.1", "no"), ("SOCKS4", "localhost", "yes"),
                                      ("SOCKS5", "127.0.0.1", "no"), ("SOCKS5", "localhost", "yes"),
                                      ("HTTP", "localhost", "yes")):
            with self.subTest(kind=kind, host=host):
                answer = self.run_python(PYSOCKS_TCP, kind, self.port, host, target.port, far_names, len(PAYLOAD),
                                         data=PAYLOAD)
                self.assertEqual(answer, PAYLOAD[::-1])
        self.assert_passed(f"127.0.0.1:{target.port}", 2)
        self.assert_passed(f"localhost:{target.port}", 3)

    def test_tcp_with_a_password(self):
        self.proxy(listener={"authentication": "password"}, users=[user("alice", "secret")])
        target = echo_server(self)
        answer = self.run_python(PYSOCKS_TCP, "SOCKS5", self.port, "localhost", target.port, "yes", len(PAYLOAD),
                                 "alice", "secret", data=PAYLOAD)
        self.assertEqual(answer, PAYLOAD[::-1])

    def test_udp(self):
        self.proxy()
        echo = EchoDatagrams()
        self.addCleanup(echo.end)
        self.assertEqual(self.run_python(PYSOCKS_UDP, self.port, echo.port).strip(), b"all came back")
        self.program.wait_for_log("UDP")


if __name__ == "__main__":
    unittest.main()
