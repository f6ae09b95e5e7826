# SPDX-License-Identifier: MIT
"""A D-Bus session of its own with GNOME's keyring on it, unlocked and empty. As a program: runs a command in it."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time

PATIENCE = 20.0

# Nothing is started that nobody asked for: no <servicedir>.
BUS = """\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={directory}/bus</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


def end(process):
    if process.poll() is None:
        process.kill()
    process.wait(timeout=PATIENCE)
    for stream in (process.stdin, process.stdout):
        if stream:
            stream.close()


class Session:
    """A bus; with a keyring unless told otherwise. `environment` is what leads a program to it."""

    def __init__(self, has_keyring=True):
        with contextlib.ExitStack() as stack:
            self._start(stack, has_keyring)
            self.stack = stack.pop_all()

    def _start(self, stack, has_keyring):
        # Sockets' names are short.
        directory = tempfile.mkdtemp(prefix="hosier-bus-", dir="/tmp")
        stack.callback(shutil.rmtree, directory, ignore_errors=True)
        path = os.path.join(directory, "bus.conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write(BUS.format(directory=directory))
        self.bus = subprocess.Popen(["dbus-daemon", f"--config-file={path}", "--nofork", "--print-address=1"],
                                    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        stack.callback(end, self.bus)
        address = self.bus.stdout.readline().decode().strip()  # Or its end says that there will be none.
        if not address:
            raise AssertionError("no bus")
        self.environment = {"DBUS_SESSION_BUS_ADDRESS": address}
        self.keyring = None
        if has_keyring:
            self._start_keyring(stack, directory)

    def _start_keyring(self, stack, directory):
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **self.environment}
        for name in ("HOME", "XDG_RUNTIME_DIR", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
            environment[name] = os.path.join(directory, name)
            os.makedirs(environment[name], mode=0o700)
        self.keyring = subprocess.Popen(["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"],
                                        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                        env=environment)
        stack.callback(end, self.keyring)
        self.keyring.stdin.write(b"password of the keyring")
        self.keyring.stdin.close()
        deadline = time.monotonic() + PATIENCE
        while self.tool("lookup", "nothing", "of this").stderr:  # until the keyring is on the bus
            if time.monotonic() > deadline:
                raise AssertionError("the keyring does not come")
            time.sleep(0.05)

    def tool(self, *arguments, **more):
        """secret-tool, which knows nothing of Hosier."""
        return subprocess.run(["secret-tool", *arguments], env={**os.environ, **self.environment}, timeout=PATIENCE,
                              capture_output=True, text=True, check=False, **more)

    def lock(self):
        """Nobody is there to unlock it again."""
        subprocess.run(["dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.secrets",
                        "/org/freedesktop/secrets", "org.freedesktop.Secret.Service.Lock",
                        "array:objpath:/org/freedesktop/secrets/collection/login"],
                       env={**os.environ, **self.environment}, timeout=PATIENCE, stdout=subprocess.DEVNULL, check=True)

    def end(self):
        self.stack.close()


def main():
    session = Session()
    try:
        # The keyring may be locked: it is nobody's own.
        environment = {**os.environ, **session.environment, "HOSIER_TEST_KEYRING": "1"}
        return subprocess.run(sys.argv[1:], env=environment, check=False).returncode
    finally:
        session.end()


if __name__ == "__main__":
    sys.exit(main())
