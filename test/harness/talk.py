"""One process that makes libdaybook's calls as it is told, line by line (test/program/fixtures/book_calls.c)."""

import signal
import subprocess

from . import calls, tap


class Talker:
    def __init__(self, binary, url, **env):
        self.process = subprocess.Popen([binary, "talk"], env=calls.environment(url, **env), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, bufsize=1)
        tap.at_end(self.kill)

    def send(self, line):
        self.process.stdin.write(line + "\n")

    def say(self, line):
        """The answer to the call."""
        self.send(line)
        answer = self.process.stdout.readline()
        tap.check(answer, f"the process answers {line!r}")
        return answer.rstrip("\n")

    def sleep(self):
        self.process.send_signal(signal.SIGSTOP)

    def wake(self):
        self.process.send_signal(signal.SIGCONT)

    def close(self):
        self.process.stdin.close()
        tap.equal(self.process.wait(60), 0, "status of the process")

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
