# SPDX-License-Identifier: MIT
"""The servers that people run, each with a configuration of its own, on loopback, until the test ends."""

import base64
import functools
import hashlib
import os
import shutil
import socket
import subprocess
import tempfile
import unittest

from harness import PATIENCE, TestCase, free_port, listener, profile, wait_until

DANTE = """\
logoutput: {directory}/danted.log
internal: 127.0.0.1 port = {port}
external: 127.0.0.1
clientmethod: none
socksmethod: {method}
user.privileged: {user}
user.unprivileged: {user}
client pass {{ from: 127.0.0.0/8 to: 0.0.0.0/0 }}
socks pass {{
    from: 0.0.0.0/0 to: 0.0.0.0/0
    command: connect bind udpassociate
    protocol: tcp udp
}}
socks pass {{
    from: 0.0.0.0/0 to: 0.0.0.0/0
    command: bindreply udpreply
    protocol: tcp udp
}}
"""

# The users that Dante asks for are the system's: these are in force for it alone.
DANTE_LOGIN = """\
set -e
mount --make-rprivate /
mount --bind passwd /etc/passwd
mount --bind shadow /etc/shadow
exec "$@"
"""

SQUID = """\
http_port 127.0.0.1:{port}
pid_filename none
cache_log {directory}/cache.log
access_log stdio:{directory}/access.log
coredump_dir {directory}
cache deny all
cache_effective_user {user}
visible_hostname localhost
pinger_enable off
netdb_filename none
auth_param basic program /usr/lib/squid/basic_ncsa_auth {directory}/users
auth_param basic children 1
acl known proxy_auth REQUIRED
http_access allow {who}
http_access deny all
"""

TINYPROXY = """\
Port {port}
Listen 127.0.0.1
Timeout 600
MaxClients 100
LogFile "{directory}/tinyproxy.log"
PidFile "{directory}/tinyproxy.pid"
{more}
"""

STUNNEL = """\
foreground = yes
pid =
syslog = no
output = {directory}/stunnel.log
[socks]
accept = 127.0.0.1:{port}
connect = 127.0.0.1:{behind}
cert = {directory}/certificate.pem
key = {directory}/key.pem
"""

SSHD = """\
Port {port}
ListenAddress 127.0.0.1
HostKey {directory}/host
AuthorizedKeysFile {directory}/client.pub
PidFile {directory}/sshd.pid
StrictModes no
UsePAM no
PasswordAuthentication no
"""


def accepts(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class ServersTestCase(TestCase):
    """Servers on loopback that end with the test. All of them are in packages-test, so none may be missing."""

    def run_server(self, port, *command, patient=True):
        """Starts a server and waits until it listens."""
        with open(os.path.join(self.directory, "servers.log"), "ab") as log:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.directory)

        def end():
            (process.terminate if patient else process.kill)()
            try:
                process.wait(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

        self.addCleanup(end)
        wait_until(lambda: accepts(port) or process.poll() is not None, command[0])
        self.assertIsNone(process.poll(), f"{command[0]} has ended: {self.servers_log()}")
        return end

    def servers_log(self):
        with open(os.path.join(self.directory, "servers.log"), encoding="utf-8", errors="replace") as log:
            return log.read()

    def write(self, name, text, mode=0o600):
        path = os.path.join(self.directory, name)
        with open(path, "w", encoding="utf-8", opener=functools.partial(os.open, mode=mode)) as file:
            file.write(text)
        return path

    def microsocks(self, *arguments, port=None):
        port = port or free_port()
        self.run_server(port, "microsocks", "-i", "127.0.0.1", "-p", str(port), *arguments)
        return port

    def danted(self):
        port = free_port()
        self.run_server(port, *self.dante_command(port, "none"))
        return port

    def danted_with_login(self, name, password):
        """Skips where the users of the system cannot be replaced for one program."""
        if os.geteuid() != 0 or subprocess.run(["unshare", "-m", "true"], check=False).returncode:
            raise unittest.SkipTest("a login at Dante takes root and a mount namespace")
        for path, line in (("passwd", f"{name}:x:4242:4242::/:/usr/sbin/nologin\n"),
                           ("shadow", f"{name}:{self.hash_password('-6', password)}:20000:0:99999:7:::\n")):
            with open(f"/etc/{path}", encoding="utf-8") as system:
                self.write(path, system.read() + line)
        os.chmod(os.path.join(self.directory, "passwd"), 0o644)
        port = free_port()
        self.run_server(port, "unshare", "-m", "sh", "-c", DANTE_LOGIN, "sh", *self.dante_command(port, "username"))
        return port

    def dante_command(self, port, method):
        user = "root" if os.geteuid() == 0 else os.environ.get("USER", "nobody")
        path = self.write(f"danted-{port}.conf",
                          DANTE.format(directory=self.directory, port=port, user=user, method=method))
        return shutil.which("danted") or "/usr/sbin/danted", "-N", "1", "-f", path

    def squid(self, name=None, password=None):
        """Never as root: it gets a directory that belongs to the user it runs as."""
        directory = tempfile.mkdtemp(prefix="hosier-e2e-squid-", dir="/tmp")
        self.addCleanup(shutil.rmtree, directory, ignore_errors=True)
        user = "proxy" if os.geteuid() == 0 else os.environ.get("USER", "nobody")
        users = os.path.join(directory, "users")
        with open(users, "w", encoding="utf-8") as file:
            file.write(f"{name}:{self.hash_password('-apr1', password)}\n" if name else "")
        if os.geteuid() == 0:
            for path in (directory, users):
                shutil.chown(path, user)
        port = free_port()
        path = self.write("squid.conf", SQUID.format(directory=directory, port=port, user=user,
                                                     who="known" if name else "all"))
        # It takes three seconds to end in order, and has nothing to lose.
        self.run_server(port, shutil.which("squid") or "/usr/sbin/squid", "-N", "-f", path, patient=False)
        return port

    def hash_password(self, kind, password):
        return self.execute("openssl", "passwd", kind, password).decode().strip()

    def tinyproxy(self, more=""):
        port = free_port()
        path = self.write("tinyproxy.conf", TINYPROXY.format(directory=self.directory, port=port, more=more))
        self.run_server(port, "tinyproxy", "-d", "-c", path)
        return port

    def stunnel(self, behind):
        """The port, and the SHA-256 of its certificate as a profile has it."""
        port = free_port()
        self.execute("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out",
                     "certificate.pem", "-days", "2", "-subj", "/CN=localhost")
        der = self.execute("openssl", "x509", "-in", "certificate.pem", "-outform", "DER")
        path = self.write("stunnel.conf", STUNNEL.format(directory=self.directory, port=port, behind=behind))
        self.run_server(port, "stunnel4", path)
        return port, base64.b64encode(hashlib.sha256(der).digest()).decode()

    def sshd(self):
        """The port of an sshd with keys of its own, and how ssh gets in."""
        for name in ("host", "client"):
            self.execute("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", name)
        port = free_port()
        path = self.write("sshd_config", SSHD.format(directory=self.directory, port=port))
        if os.geteuid() == 0:
            os.makedirs("/run/sshd", exist_ok=True)
        self.run_server(port, "/usr/sbin/sshd", "-D", "-e", "-f", path)
        return port, ("ssh", "-F", "none", "-p", str(port), "-i", os.path.join(self.directory, "client"),
                      "-o", "StrictHostKeyChecking=no", "-o", f"UserKnownHostsFile={self.directory}/known",
                      "-o", "BatchMode=yes")

    def ssh(self):
        """ssh -D by way of an sshd."""
        _, ssh = self.sshd()
        port = free_port()
        self.run_server(port, *ssh, "-N", "-D", f"127.0.0.1:{port}", "127.0.0.1")
        return port

    def execute(self, *command):
        return subprocess.run(command, cwd=self.directory, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, timeout=PATIENCE, check=True).stdout

    def server(self, identity, protocol, port, password=None, **more):
        if password is not None:
            more["passwordFile"] = self.write(f"password-{identity}", password + "\n")
        return {"id": identity, "protocol": protocol, "host": "127.0.0.1", "port": port, **more}

    def go_by(self, servers, routes=(), by=None):
        """A program that sends everything by way of the route, or the last server."""
        program = self.start(profile(listener(protocols=["socks4", "socks5", "http"]), servers=servers,
                                     routes=list(routes), defaultAction=f"proxy:{by or servers[-1]['id']}"),
                             "--log-level", "info")
        self.port = program.listening_port()
        return program
