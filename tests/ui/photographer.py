# SPDX-License-Identifier: MIT
"""One start of the program on a screen of its own, and its pictures: of windows, of dialogs that keys open, of menus."""

import contextlib
import functools
import os
import signal
import sys
import tempfile
import time
import xml.etree.ElementTree
from typing import NamedTuple

import desktop as screen
from harness import Hosier, becomes, wait_until

HERE = os.path.dirname(os.path.abspath(__file__))
TRANSLATIONS = os.path.join(os.path.dirname(os.path.dirname(HERE)), "translations")
SETTLE = 0.7  # seconds for a window to be drawn, and for the next delta
DIALOG_PATIENCE = 5  # seconds
OFFER = "^Hosier$"  # the title of what is shown after a crash
DARK = """[General]
ColorScheme=BreezeDark
[KDE]
widgetStyle=fusion
""" + "".join(f"[Colors:{part}]\nBackgroundNormal={background}\nForegroundNormal=239,240,241\n"
              f"BackgroundAlternate=49,54,59\nForegroundInactive=161,169,177\nForegroundLink=29,153,243\n"
              for part, background in (("Window", "42,46,50"), ("View", "27,30,32"), ("Button", "49,54,59"),
                                       ("Tooltip", "49,54,59"), ("Selection", "61,174,233"), ("Header", "42,46,50")))


THEMES = {"dark-theme": "[appearance]\ntheme=dark\n"}  # of the program's own; the others are those of the desktop


class Letter(NamedTuple):
    """The key of a text of the program's, which is another one in each language. In a menu it is pressed alone."""
    context: str
    source: str
    in_menu: bool = False


class Text(NamedTuple):
    """What is typed."""
    text: str


class Dialog(NamedTuple):
    name: str
    keys: tuple  # open it
    steps: tuple = ()  # are done in it before its picture is taken
    inner: tuple = ()  # dialogs that are opened from it, after that


def menu(title, *entries):
    """The keys of an entry of the menu bar: pairs of its context and its text."""
    return Letter("MainMenu", title), *(Letter(context, text, in_menu=True) for context, text in entries)


@functools.cache
def translations(language):
    root = xml.etree.ElementTree.parse(os.path.join(TRANSLATIONS, f"hosier_{language}.ts"))
    return {(context.findtext("name"), message.findtext("source")): message.findtext("translation")
            for context in root.iter("context") for message in context.iter("message")}


def key_of(letter, language):
    text = letter.source
    if language != "en":
        text = translations(language)[f"ui::{letter.context}", letter.source]
    key = text[text.index("&") + 1].lower()
    key = key if key.isascii() else f"U{ord(key):04X}"
    return key if letter.in_menu else f"alt+{key}"


class Photographer:
    """Problems are told at once and kept: what else there is to photograph is not given up for them."""

    def __init__(self, display, language, path_of):
        self.display = display
        self.language = language
        self.path_of = path_of
        self.problems = []
        self.program = None
        self.application = None
        self.window = None
        self.size = None

    def open(self, directory, profile, port, scheme="light", scale=1, size=None, is_listening_there=True, wrapper=()):
        home = tempfile.mkdtemp(prefix="home-", dir=directory)
        os.makedirs(os.path.join(home, "XDG_CONFIG_HOME", "hosier"))
        with open(os.path.join(home, "XDG_CONFIG_HOME", "hosier", "hosier.ini"), "w", encoding="utf-8") as file:
            file.write(f"[interface]\nlanguage={self.language}\n{THEMES.get(scheme, '')}")
        variables = self.display.variables | {"QT_SCALE_FACTOR": str(scale)}
        if scheme == "dark":
            with open(os.path.join(home, "XDG_CONFIG_HOME", "kdeglobals"), "w", encoding="utf-8") as file:
                file.write(DARK)
            variables |= {"XDG_CURRENT_DESKTOP": "KDE", "KDE_FULL_SESSION": "true", "KDE_SESSION_VERSION": "5"}
        self.program = Hosier(home, profile, headless=False, listen=f"127.0.0.1:{port}" if is_listening_there else None,
                              display=variables, wrapper=wrapper)
        self.application = screen.Application(self.display, self.program, port)
        self.size = size
        self.wait_for_window()

    def wait_for_window(self):
        self.window = self.application.wait_for_window()
        self.application.wait_until_active()
        self._arrange()

    def _arrange(self):
        if self.size:
            self.display.do("windowsize", "--sync", self.window, *self.size)
            self.display.do("windowmove", self.window, 0, 0)

    def end(self):
        if self.program and self.application and self.application.pid != self.program.process.pid:
            self.program.command("--quit")  # It was started again by what guards it.
        if self.program:
            self.program.end()

    def complain(self, text):
        print(text, file=sys.stderr, flush=True)
        self.problems.append(text)

    def press(self, *keys):
        """Keys, letters of the language and text, wherever the keyboard is."""
        for key in keys:
            if isinstance(key, Text):
                self.display.type(key.text)
            else:
                self.display.key(key_of(key, self.language) if isinstance(key, Letter) else key)

    def press_in_window(self, *keys):
        self.display.activate(self.window)
        self.press(*keys)

    def click_list(self):
        """Puts the keyboard into the list of the page, below its rows."""
        x, y, width, height = self.display.rectangle(self.window)
        self.display.click(x + width // 4, y + height * 11 // 20)

    def save(self, name, window=None):
        self._import(name, "-window", str(window or self.window), "-frame")

    def save_with_menus(self, name):
        """The main window and whatever hangs over it, also beyond its edges."""
        areas = [self.display.rectangle(window) for window in (self.window, *self.application.menus())]
        left, top = (min(area[side] for area in areas) for side in (0, 1))
        right, bottom = (max(area[side] + area[side + 2] for area in areas) for side in (0, 1))
        self._import(name, "-window", "root", "-crop", f"{right - left}x{bottom - top}+{left}+{top}", "+repage",
                     keeps_pointer=True)

    def _import(self, name, *arguments, keeps_pointer=False):
        path = self.path_of(name)
        with contextlib.suppress(FileNotFoundError):
            os.remove(path)  # An old picture is not to stand for a new one.
        if not keeps_pointer:
            self.display.do("mousemove", 1, 1)
        time.sleep(SETTLE)
        self.display.look("import", "-silent", *arguments, path)
        colours = self.display.look("identify", "-format", "%k", path)
        if not colours.isdigit() or int(colours) < 2:
            self.complain(f"no picture {path}")
            return
        print(path, flush=True)

    def _wait_for_another(self, *known):
        def is_open():
            active = self.display.active_window()
            return active not in (None, *known) and not self.display.is_hint(active)

        return becomes(is_open, DIALOG_PATIENCE)

    def dialog(self, dialog, below=None):
        """Opens a dialog, photographs it and what it opens in turn, and closes it again."""
        below = below or self.window
        self.display.activate(below)
        self.press(*dialog.keys)
        if not self._wait_for_another(below):
            self.complain(f"no dialog for {self.path_of(dialog.name)}")
            self.press("Escape", "Escape")
            return
        self._take(dialog, below)

    def _take(self, dialog, below):
        opened = self.display.active_window()
        self.press(*dialog.steps)
        self.save(dialog.name, opened)
        for inner in dialog.inner:
            self.dialog(inner, opened)
        self._leave(below)

    def dialog_after(self, name, keys, *steps):
        """What is done in a dialog has another one take its place: that one is photographed."""
        self.press_in_window(*keys)
        if self._wait_for_another(self.window):
            first = self.display.active_window()
            self.press(*steps)
            if self._wait_for_another(self.window, first):
                self._take(Dialog(name, ()), self.window)
                return
        self.complain(f"no dialog for {self.path_of(name)}")
        self.press("Escape", "Escape")

    def _leave(self, below):
        """A busy machine may lose a key."""
        for _ in range(5):
            self.press("Escape")
            if becomes(lambda: self.display.active_window() == below, 3):
                return
        raise AssertionError("the dialog stays")

    def menus(self, name, *keys):
        """Goes through menus by keys, each of which opens one, photographs them and closes them."""
        self.display.activate(self.window)
        for depth, key in enumerate(keys, start=1):
            self.press(key)
            if not becomes(lambda depth=depth: len(self.application.menus()) >= depth, DIALOG_PATIENCE):
                self.complain(f"no menu for {self.path_of(name)}")
                break
        else:
            self.save_with_menus(name)
        self.press(*["Escape"] * (len(keys) + 1))

    def tray_menu(self, name):
        opened = self.application.open_menu()
        self.save(name, opened)
        self.press("Escape")

    def floating(self, name, key):
        """A dock that the key takes out of the window, and puts back."""
        self.press_in_window(key)
        if becomes(self.application.find_menu, DIALOG_PATIENCE):
            self.save(name, self.application.find_menu())
        else:
            self.complain(f"nothing floats for {self.path_of(name)}")
        self.press_in_window(key)

    def crash(self, name):
        """The program's end that nobody wants, and what is offered then. Afterwards it runs again."""
        self.program.signal(signal.SIGSEGV)
        self.program.wait()
        wait_until(lambda: self.display.search("--onlyvisible", "--name", OFFER), "the offer to restart")
        (offer,) = self.display.search("--onlyvisible", "--name", OFFER)
        self.save(name, offer)
        self.display.activate(offer)
        self.press("Return")

        def find():
            return self.display.search("--onlyvisible", "--name", " - Hosier$")

        wait_until(find, "the program to be there again")
        self.application.window = self.window = find()[0]
        self.application.pid = int(self.display.look("xdotool", "getwindowpid", str(self.window)))
        self.application.wait_until_active()
        self._arrange()
