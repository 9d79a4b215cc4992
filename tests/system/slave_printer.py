"""A scripted ESC/POS printer on a pseudo-terminal, for tests whose dispenser can't print. Shares no code with the program:
it is well, answers what it is asked, and keeps what it cuts off."""
import os
import select
import termios
import threading
import tty

QUESTION, TURN, CUT = b"\x10\x04", b"\x1dr\x01", b"\x1dV\x01"


class Printer:
    def __init__(self, port):
        self.port = port
        self.papers = []  # the bytes of each, as they came
        self.turns = 0  # how often it has said that all before is printed
        self.is_held = False  # takes bytes and prints none
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave, termios.TCSANOW)
        os.symlink(os.ttyname(self._slave), port)
        self._stop = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._stop = True
        self._thread.join(5)
        os.unlink(self.port)
        os.close(self._master)
        os.close(self._slave)

    def _run(self):
        heard = b""
        while not self._stop:
            if select.select([self._master], [], [], 0.05)[0]:
                heard += os.read(self._master, 4096)
            while QUESTION in heard and heard.index(QUESTION) + 2 < len(heard):
                at = heard.index(QUESTION)
                heard = heard[:at] + heard[at + 3:]
                os.write(self._master, b"\x12")
            while TURN in heard and not self.is_held:
                job, heard = heard.split(TURN, 1)
                self.papers += [paper for paper in job.split(CUT) if paper.strip(b"\x00\n\x1b@")]
                self.turns += 1
                os.write(self._master, b"\x00")
