# SPDX-License-Identifier: MIT
"""A desktop of its own without a screen (Xvfb, openbox, trayer), and a person's eyes and hands on it: what is said here
about windows comes from the X server, not from the program under test."""

import contextlib
import ctypes
import os
import re
import select
import signal
import socket
import subprocess
import sys

from harness import PATIENCE, PROGRAM, Curl, becomes, clean_environment, wait_until

SIZE = (1280, 900)
KEY_PATIENCE = 2.0  # seconds, after which a key that did nothing is taken for lost
TOOLS = ("Xvfb", "openbox", "trayer", "xdotool", "xprop", "xwininfo", "import")
MENU = ("Show/Hide", "Proxy on", "Mode", "System proxy", "Servers", "Close all", "Copy environment", "Start at login",
        "Quit")
PR_SET_PDEATHSIG = 1


def artefacts():
    """Where screenshots go."""
    path = os.environ.get("HOSIER_ARTEFACTS") or os.path.join(os.path.dirname(PROGRAM), os.pardir, "display")
    os.makedirs(path, exist_ok=True)
    return path


def is_open(port):
    try:
        socket.create_connection(("127.0.0.1", port), PATIENCE).close()
        return True
    except ConnectionRefusedError:
        return False


class Desktop:
    """The X server takes a display number that is free; without it everything on it ends."""

    def __init__(self, directory, has_tray=True, size=SIZE):
        self.size = size
        self.variables = {
            # Without a session bus the icon goes to the tray of the X server; this keeps libdbus from starting one.
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={directory}/no-bus",
            "NO_AT_BRIDGE": "1",
        }
        self.environment = clean_environment(directory) | self.variables
        self.log = open(os.path.join(directory, "desktop.log"), "ab")
        self.processes = []
        self.shots = 0
        try:
            self._start_server()
            self._start("openbox", "--sm-disable")
            wait_until(lambda: "window id" in self.look("xprop", "-root", "_NET_SUPPORTING_WM_CHECK"), "openbox")
            if has_tray:
                self.start_tray()
            self._wait_for_keys()
        except BaseException:
            self.end()
            raise

    def start_tray(self):
        tray = self._start("trayer", "--edge", "bottom", "--align", "right", "--widthtype", "request", "--height", "32",
                           "--SetDockType", "true")
        wait_until(lambda: self.search("--class", "trayer"), "trayer")
        return tray

    def stop(self, process):
        process.terminate()
        process.wait(timeout=PATIENCE)

    def _start_server(self):
        reading, writing = os.pipe()
        prctl = ctypes.CDLL(None).prctl
        try:
            # However this script ends, the server goes with it and takes its clients along.
            self._start("Xvfb", "-displayfd", str(writing), "-screen", "0", f"{self.size[0]}x{self.size[1]}x24", "-noreset",
                        "-nolisten", "tcp", pass_fds=[writing],
                        preexec_fn=lambda: prctl(PR_SET_PDEATHSIG, signal.SIGKILL))
            os.close(writing)
            writing = None
            number = b""
            while not number.endswith(b"\n"):
                if not select.select([reading], [], [], PATIENCE)[0]:
                    raise AssertionError("Xvfb does not start")
                chunk = os.read(reading, 100)
                if not chunk:
                    raise AssertionError("Xvfb has ended")
                number += chunk
        finally:
            os.close(reading)
            if writing is not None:
                os.close(writing)
        self.variables["DISPLAY"] = self.environment["DISPLAY"] = f":{int(number)}"

    def _wait_for_keys(self):
        """The first key that xdotool presses gives the server another keyboard, and openbox grabs its shortcuts anew
        on hearing of that: until then it misses them. So its shortcut for showing the desktop goes first."""
        for wanted in (True, False):
            wait_until(lambda wanted=wanted: self._show_desktop(wanted), "openbox to take keys")

    def _show_desktop(self, wanted):
        """Whether it is shown, or not, as wanted, after one key at most."""
        def is_done():
            return ("= 1" in self.look("xprop", "-root", "_NET_SHOWING_DESKTOP")) == wanted

        if not is_done():
            self.key("super+d")
        return becomes(is_done, KEY_PATIENCE)

    def _start(self, *command, **more):
        self.processes.append(subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
                                               env=self.environment, **more))
        return self.processes[-1]

    @property
    def server_pid(self):
        return self.processes[0].pid

    def end(self):
        for process in reversed(self.processes):
            process.terminate()
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.log.close()

    def look(self, *command):
        """What a tool tells, or nothing: windows may go while it looks."""
        result = subprocess.run(command, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True,
                                timeout=PATIENCE, check=False)
        return result.stdout.decode(errors="replace") if result.returncode == 0 else ""

    def do(self, *arguments):
        subprocess.run(["xdotool", *map(str, arguments)], env=self.environment, stdin=subprocess.DEVNULL,
                       stdout=self.log, stderr=self.log, timeout=PATIENCE, check=True)

    def search(self, *arguments):
        return [int(line) for line in self.look("xdotool", "search", *map(str, arguments)).split()]

    def iconified(self, title):
        """The window of that title which is out of sight, but which the window manager lists."""
        for window in self.search("--name", f"^{re.escape(title)}$"):
            if "window state: Iconic" in self.look("xprop", "-id", str(window), "WM_STATE"):
                return window
        return None

    def title(self, window):
        return self.look("xdotool", "getwindowname", str(window)).rstrip("\n")

    def active_window(self):
        text = self.look("xdotool", "getactivewindow").strip()
        return int(text) if text else None

    def rectangle(self, window):
        """x, y, width and height without the frame. xdotool counts the frame twice."""
        text = self.look("xwininfo", "-id", str(window))
        return [int(re.search(rf"{key}: +(-?\d+)", text).group(1))
                for key in ("Absolute upper-left X", "Absolute upper-left Y", "Width", "Height")]

    def frame(self, window):
        """The same with the frame."""
        extents = self.look("xprop", "-id", str(window), "_NET_FRAME_EXTENTS").partition("=")[2]
        left, right, top, bottom = (int(extent) for extent in extents.split(","))
        x, y, width, height = self.rectangle(window)
        return [x - left, y - top, width + left + right, height + top + bottom]

    def is_above(self, window, other):
        """As the window manager tells: from the bottom to the top."""
        listed = self.look("xprop", "-root", "_NET_CLIENT_LIST_STACKING").partition("#")[2]
        stacked = [int(number, 16) for number in re.findall(r"0x[0-9a-f]+", listed)]
        return window in stacked and other in stacked and stacked.index(window) > stacked.index(other)

    def is_hint(self, window):
        """Tool tips and the tray's messages."""
        return "_TOOLTIP" in self.look("xprop", "-id", str(window), "_NET_WM_WINDOW_TYPE")

    def activate(self, window):
        self.do("windowactivate", window)
        wait_until(lambda: self.active_window() == window, "the window to be active")

    def key(self, *keys):
        self.do("key", *keys)

    def type(self, text):
        self.do("type", "--delay", "2", text)

    def click(self, x, y, button=1):
        self.do("mousemove", x, y, "click", button)

    def pixels(self, window, *crop):
        result = subprocess.run(["import", "-silent", "-window", str(window), *crop, "-depth", "8", "rgb:-"],
                                env=self.environment, capture_output=True, timeout=PATIENCE, check=False)
        return result.stdout

    def photograph(self, name):
        self.shots += 1
        self.look("import", "-silent", "-window", "root", os.path.join(artefacts(), f"{self.shots:02}-{name}.png"))


class Application:
    """One running Hosier, as the person in front of the screen knows it."""

    def __init__(self, desktop, program, port):
        self.desktop = desktop
        self.program = program
        self.port = port
        self.pid = program.process.pid
        self.proxy = f"socks5h://127.0.0.1:{port}"
        self.window = None
        self.side = 5

    def wait_for_window(self):
        def find():
            found = self.desktop.search("--all", "--onlyvisible", "--pid", self.pid, "--name", " - Hosier$")
            self.window = found[0] if found else None
            if self.program.process.poll() is not None:
                raise AssertionError(f"the program has ended; its log says:\n{self.program.log()}")
            return self.window

        wait_until(find, "the main window")
        return self.window

    def windows(self):
        return set(self.desktop.search("--onlyvisible", "--pid", self.pid))

    def is_shown(self):
        return self.window in self.windows()

    def wait_until_shown(self):
        wait_until(self.is_shown, "the window to be shown")
        # What is done before the window has the focus would be torn from it: a menu closes then.
        self.wait_until_active()

    def wait_until_active(self):
        wait_until(lambda: self.desktop.active_window() == self.window, "the window to be active")

    def wait_until_hidden(self):
        wait_until(lambda: not self.is_shown(), "the window to be hidden")

    def wait_for_title(self, text):
        title = f"profile - {text} - Hosier"
        wait_until(lambda: self.desktop.title(self.window) == title, f"the title {title!r}")

    def find_icon(self):
        """The window of the icon that the tray has embedded, or None."""
        for panel in self.desktop.search("--class", "trayer"):
            for match in re.finditer(r'(0x[0-9a-f]+) [^\n]*\("hosier" "hosier"\)',
                                     self.desktop.look("xwininfo", "-tree", "-id", str(panel))):
                icon = int(match.group(1), 16)
                if icon in self.windows():
                    return icon
        return None

    def icon(self):
        wait_until(self.find_icon, "the icon in the tray")
        return self.find_icon()

    def icon_center(self):
        # The hint hangs over the icon's upper half.
        x, y, width, height = self.desktop.rectangle(self.icon())
        return x + width // 2, y + height * 4 // 5

    def icon_picture(self):
        self.desktop.do("mousemove", self.desktop.size[0] // 2, 2)
        return self.desktop.pixels(self.icon())

    def click_icon(self, button=1):
        # Left and right of the middle in turn: two clicks at one place soon after each other are a double click.
        self.side = -self.side
        x, y = self.icon_center()
        self.desktop.click(x + self.side, y, button)

    def hints(self):
        return [window for window in self.windows() if self.desktop.is_hint(window)]

    def menus(self):
        """Whatever is open besides the window."""
        known = {self.window, self.find_icon()}
        return [window for window in self.windows() - known if not self.desktop.is_hint(window)]

    def find_menu(self):
        return next(iter(self.menus()), None)

    def open_menu(self):
        # A click while the last one still closes belongs to that one.
        wait_until(lambda: not self.menus(), "the last menu to close")
        self.click_icon(3)
        wait_until(self.find_menu, "the menu of the tray icon")
        return self.find_menu()

    def choose(self, item, by_key=False):
        """Opens the tray's menu and takes an item of it."""
        menu = self.open_menu()
        index = MENU.index(item)
        if by_key:
            # From the nearer end: an item in between that is disabled may be passed over.
            from_end = len(MENU) - index
            self.desktop.key(*(["Down"] * (index + 1) if index < from_end else ["Up"] * from_end), "Return")
        else:
            # Separators are thin: near enough, the items share the height equally.
            x, y, width, height = self.desktop.rectangle(menu)
            self.desktop.click(x + width // 2, y + int((index + 0.5) * height / len(MENU)))

    def close(self):
        """As with the button of the frame: openbox sends WM_DELETE_WINDOW."""
        self.desktop.activate(self.window)
        self.desktop.key("alt+F4")

    def save_log(self, folder, name):
        """Saves the log that is shown by its button, using the keyboard; without a name, under what the clipboard
        holds. The folder must be empty. Returns the path of what was written."""
        self.desktop.activate(self.window)
        self.desktop.key("ctrl+shift+f", "Tab", "Tab", "Tab", "space")
        wait_until(lambda: "Save the log" in self.desktop.title(self.desktop.active_window() or 0), "the dialog")
        self.desktop.key("ctrl+a")
        self.desktop.type(f"{folder}/{name or ''}")
        self.desktop.key(*[] if name else ["ctrl+v"], "Return")
        wait_until(lambda: os.listdir(folder), "the saved log")
        wait_until(lambda: self.desktop.active_window() == self.window, "the dialog to close")
        return os.path.join(folder, os.listdir(folder)[0])

    def fetches(self, url):
        curl = Curl(self.proxy, url)
        return curl.wait() == 0 and curl.text == b"hello"


@contextlib.contextmanager
def held_port(port):
    """Another program that listens on the port."""
    script = (f"import socket; s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1);"
              f"s.bind(('127.0.0.1', {port})); s.listen(); print(flush=True); input()")
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        try:
            holder.stdout.readline()
            yield
        finally:
            holder.kill()
