"""A gate at which processes wait that were started early, and that lets through everyone once it is open."""

import os


class Gate:
    """Processes hold the reading end of a pipe; closing the only writing end lets all of them go on.

    It also opens when this process dies. A process started later finds it open.
    """

    def __init__(self) -> None:
        self.waiting_end, self._opening_end = os.pipe()
        self._open = False

    def open(self) -> None:
        """Let everyone through, now and from now on."""
        if not self._open:
            os.close(self._opening_end)
            self._open = True

    def close(self) -> None:
        """Give both descriptors back."""
        self.open()
        os.close(self.waiting_end)
