# SPDX-License-Identifier: MIT
"""A local network of two computers, and nobody else on it: two network namespaces with a cable between them. What is
sent there cannot leave the machine."""

import os
import shutil
import subprocess
import sys
import unittest

from harness import PATIENCE, Curl

HERE = "10.77.0.1"
THERE = "10.77.0.2"
WEB_PORT = 8080
TOOLS = ("ip", "unshare", "nsenter")

# The other computer has a web server, and ends with the pipe to it.
OTHER = f"""\
import socket, sys, threading, harness
server = harness.make_http_server(("0.0.0.0", {WEB_PORT}), socket.AF_INET, None)
threading.Thread(target=server.serve_forever, daemon=True).start()
print("ready", flush=True)
sys.stdin.read()
"""

# In the program's own namespace, before it is started there. The other one is that of the process named first.
PLUG_IN = f"""\
set -e
other=$1
shift
ip link set lo up
ip link add lan0 type veth peer name lan1 netns "$other"
ip address add {HERE}/24 dev lan0
ip link set lan0 up
nsenter --net --target "$other" ip address add {THERE}/24 dev lan1
nsenter --net --target "$other" ip link set lan1 up
exec "$@"
"""


class LocalNetwork:
    """Skips where namespaces cannot be made, which takes root."""

    url = f"http://{THERE}:{WEB_PORT}/"

    def __init__(self):
        if os.geteuid() != 0 or not all(map(shutil.which, TOOLS)) or \
                subprocess.run(["unshare", "--net", "ip", "link", "add", "lan0", "type", "veth", "peer", "name", "lan1"],
                               stderr=subprocess.DEVNULL, check=False).returncode:
            raise unittest.SkipTest("a local network takes root, ip and network namespaces")
        self.other = subprocess.Popen(["unshare", "--net", sys.executable, "-B", "-c", OTHER],
                                      cwd=os.path.dirname(os.path.abspath(__file__)), stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE)
        if self.other.stdout.readline() != b"ready\n":
            self.end()
            raise AssertionError("the other computer does not start")

    def end(self):
        self.other.stdin.close()
        self.other.stdout.close()
        self.other.wait(timeout=PATIENCE)

    @property
    def wrapper(self):
        """What starts a program on this side."""
        return "unshare", "--net", "sh", "-c", PLUG_IN, "sh", str(self.other.pid)

    def fetch(self, port, login=""):
        """A curl on the other side that has ended; `login` is "name:password@"."""
        curl = Curl(f"socks5h://{login}{HERE}:{port}", self.url, seconds=PATIENCE,
                    wrapper=("nsenter", "--net", "--target", str(self.other.pid)))
        curl.wait()
        return curl
