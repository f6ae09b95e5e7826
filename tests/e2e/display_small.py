# SPDX-License-Identifier: MIT
"""The desktop program on a small screen, for the first time."""

from displaycase import DisplayTestCase
from harness import wait_until


class SmallScreenTest(DisplayTestCase):
    has_tray = False
    size = (800, 600)

    def test_window_fits_on_a_small_screen_with_its_frame(self):
        application = self.open()

        def fits():
            x, y, width, height = self.desktop.frame(application.window)
            return x >= 0 and y >= 0 and x + width <= self.size[0] and y + height <= self.size[1]

        wait_until(fits, "the window to lie on the screen")
        self.photograph("small")
