# SPDX-License-Identifier: MIT
"""Starting, watching and ending the proxies that are measured."""

import json
import os
import select
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field

READY_SECONDS = 15
STOP_SECONDS = 5

DANTE_CONFIGURATION = """\
errorlog: {directory}/dante.err
logoutput: {directory}/dante.log
internal: 127.0.0.1 port = {port}
external: 127.0.0.1
clientmethod: none
socksmethod: none
user.privileged: root
user.unprivileged: nobody
timeout.io: 0
client pass {{ from: 127.0.0.0/8 to: 127.0.0.0/8 }}
socks pass {{ from: 127.0.0.0/8 to: 127.0.0.0/8 command: connect udpassociate udpreply }}
"""


class PeerError(Exception):
    pass


def processes_of_group(group):
    """Living processes of a process group, from /proc (field 5 of stat is the group)."""
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat", encoding="ascii", errors="replace") as file:
                fields = file.read().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] not in "ZX" and int(fields[2]) == group:
            found.append(int(name))
    return found


def signal_group(process, number):
    # The leader is not waited for until the group is empty, so the number cannot have been given to another.
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        pass


def stop_process(process):
    """Ends a process that was started with start_new_session, and its children."""
    if process.returncode is not None:
        return
    signal_group(process, signal.SIGTERM)
    end = time.monotonic() + STOP_SECONDS
    while processes_of_group(process.pid) and time.monotonic() < end:
        time.sleep(0.02)
    signal_group(process, signal.SIGKILL)
    process.wait(timeout=STOP_SECONDS)


def tail_of(path, lines=2):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return " | ".join(line.strip() for line in file.readlines()[-lines:])
    except OSError:
        return ""


def package_version(package):
    answer = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True, check=False)
    return answer.stdout.strip() or "unknown"


def host_rules(count):
    """Rules on names, addresses and ports, none of which matches what the benchmark asks for."""
    kinds = (lambda n: {"hosts": [f"host{n}.example", f"*.domain{n}.example"]},
             lambda n: {"hosts": [f"10.{n // 250}.{n % 250}.0/24", f"192.0.2.1-192.0.2.{2 + n % 250}"]},
             lambda n: {"hosts": [f"*.service{n}.*"], "ports": ["443"]},
             lambda n: {"ports": [f"{20000 + n}-{20003 + n}"], "transports": ["tcp"]})
    return [{"name": f"Rule {n}", **kinds[n % len(kinds)](n), "action": "block"} for n in range(count)]


def application_rules(count):
    """Rules on programs, so that every connection's program has to be found out first."""
    kinds = (lambda n: {"applications": [f"program{n}", f"/opt/vendor{n % 50}/*/tool{n}"]},
             lambda n: {"applications": [f"*/agent{n}"], "hosts": [f"*.domain{n}.example"]})
    return [{"name": f"Rule {n}", **kinds[n % len(kinds)](n), "action": "block"} for n in range(count)]


@dataclass(frozen=True)
class Setup:
    """What a proxy is asked to do besides relaying: only Hosier can."""

    rules: list = field(default_factory=list)
    upstream: str = ""  # "address:port" of the SOCKS5 server that everything goes by way of


class Peer:
    """One kind of proxy. start() gives a fresh one, so that no measurement inherits another's memory."""

    name = ""
    title = ""
    # Which sum of memory is fair: shared pages must not count once for every process of a forking peer.
    memory = "rssKibPerRelay"

    def __init__(self, directory, environment):
        self.directory = directory
        self.environment = environment
        self.process = None
        self.address = None

    def version(self):
        return ""

    def command(self, port):
        raise NotImplementedError

    def prepare(self, setup):
        """Makes the next start() one for a special row."""

    def start(self, port):
        self.address = f"127.0.0.1:{port}"
        output = os.path.join(self.directory, f"{self.name}.out")
        with open(output, "wb") as file:
            self.process = subprocess.Popen(
                self.command(port), stdin=subprocess.DEVNULL, stdout=file, stderr=file,
                cwd=self.directory, env=self.environment, start_new_session=True)
        end = time.monotonic() + READY_SECONDS
        while not self.is_ready(port, output):
            if not processes_of_group(self.process.pid) or time.monotonic() > end:
                self.stop()
                raise PeerError(f"{self.title} did not start: {tail_of(output) or self.own_log() or 'no output'}")
            time.sleep(0.02)

    def is_ready(self, port, output):
        del output
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            return False
        return True

    def own_log(self):
        return ""

    def pid(self):
        return self.process.pid if self.process else None

    def stop(self):
        if self.process:
            stop_process(self.process)
            self.process = None
        self.address = None


class Direct(Peer):
    name = "direct"
    title = "no proxy"

    def start(self, port):
        pass


class Microsocks(Peer):
    name = "microsocks"
    title = "microsocks"

    def version(self):
        return package_version("microsocks")

    def command(self, port):
        return ["microsocks", "-i", "127.0.0.1", "-p", str(port)]


class Dante(Peer):
    name = "dante"
    title = "Dante"
    memory = "pssKibPerRelay"

    def version(self):
        return package_version("dante-server")

    def command(self, port):
        configuration = os.path.join(self.directory, "dante.conf")
        with open(configuration, "w", encoding="ascii") as file:
            file.write(DANTE_CONFIGURATION.format(port=port, directory=self.directory))
        return ["danted", "-f", configuration, "-p", os.path.join(self.directory, "dante.pid")]

    def own_log(self):
        return tail_of(os.path.join(self.directory, "dante.err"))


class Hosier(Peer):
    name = "hosier"
    title = "Hosier"

    def __init__(self, directory, environment, binary):
        super().__init__(directory, environment)
        self.binary = binary
        self.profile = os.path.join(directory, "profile.json")
        self.prepare(Setup())

    def prepare(self, setup):
        profile = {
            "version": 1,
            "listeners": [{"name": "Bench", "address": "127.0.0.1", "port": 1080,
                           "protocols": ["socks4", "socks5", "http"], "authentication": "none",
                           "clients": ["127.0.0.0/8"]}],
            "limits": {"maximumClients": 0, "maximumClientsPerAddress": 0},
            "rules": setup.rules,
            "defaultAction": "direct"}
        if setup.upstream:
            host, _, port = setup.upstream.rpartition(":")
            profile["servers"] = [{"id": "next", "protocol": "socks5", "host": host, "port": int(port)}]
            profile["defaultAction"] = "proxy:next"
        with open(self.profile, "w", encoding="ascii") as file:
            json.dump(profile, file)

    def version(self):
        modified = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(os.path.getmtime(self.binary)))
        where = os.path.dirname(os.path.abspath(__file__))
        commit = subprocess.run(["git", "-C", where, "rev-parse", "--short", "HEAD"], capture_output=True, text=True,
                                check=False)
        return f"binary of {modified}, checkout at {commit.stdout.strip() or 'no commit'}"

    def command(self, port):
        return [self.binary, "--headless", "--profile", self.profile, "--listen", f"127.0.0.1:{port}"]

    def is_ready(self, port, output):
        with open(output, encoding="utf-8", errors="replace") as file:
            return any(line.startswith("listening on ") for line in file)


def seconds_until_line(command, start_of_line, environment, directory):
    """From starting a program to its first line on standard output that begins so; then it is ended."""
    errors = os.path.join(directory, "startup.err")
    with open(errors, "wb") as error_file:
        begin = time.monotonic()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=error_file,
                                   cwd=directory, env=environment, start_new_session=True)
        try:
            wanted = start_of_line.encode()
            text = b""
            while time.monotonic() - begin < READY_SECONDS:
                if not select.select([process.stdout], [], [], 0.5)[0]:
                    continue
                part = os.read(process.stdout.fileno(), 65536)
                if not part:
                    break
                text += part
                if any(line.startswith(wanted) for line in text.split(b"\n")[:-1]):
                    return time.monotonic() - begin
        finally:
            stop_process(process)
            process.stdout.close()
    raise PeerError(f"{command[0]} never printed '{start_of_line}': {tail_of(errors)}")


class Display:
    """An Xvfb of our own, on a number it finds free itself."""

    def __init__(self, directory, environment):
        reader, writer = os.pipe()
        with open(os.path.join(directory, "xvfb.out"), "wb") as output:
            self.process = subprocess.Popen(
                ["Xvfb", "-displayfd", str(writer), "-nolisten", "tcp", "-screen", "0", "1280x800x24"],
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, pass_fds=[writer], env=environment,
                start_new_session=True)
        os.close(writer)
        ready = select.select([reader], [], [], READY_SECONDS)[0]
        number = os.read(reader, 32).decode().strip() if ready else ""
        os.close(reader)
        if not number:
            self.stop()
            raise PeerError("Xvfb did not start")
        self.name = f":{number}"

    def stop(self):
        stop_process(self.process)


def make_peer(name, directory, environment, hosier_binary):
    own = os.path.join(directory, name)
    os.makedirs(own, exist_ok=True)
    # Dante's unprivileged processes write their lock files where they were told to.
    shutil.chown(own, "nobody")
    if name == "hosier":
        return Hosier(own, environment, hosier_binary)
    return {"direct": Direct, "microsocks": Microsocks, "dante": Dante}[name](own, environment)
