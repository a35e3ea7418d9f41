"""A book that is moved and killed on the way while a bot trades."""

import random
import signal
import threading

from . import program, tap


def tell(binary, url, lines):
    """What test/program/fixtures/book_calls.c answers to the lines."""
    return program.run([binary], stdin="\n".join(lines).encode(), env=program.clean_env(URL=url)).ok().out.splitlines()


class Bot(threading.Thread):
    """Makes its calls one portion after another, and goes where it is told that its book has gone."""

    def __init__(self, binary, lines, here, there):
        super().__init__(daemon=True)
        self.pairs = [lines[i:i + 2] for i in range(0, len(lines), 2)]
        self.url, self.there, self.failed = here, there, None
        self.binary, self.told = binary, 0
        self.allowed, self.change = 0, threading.Condition()

    def allow(self, share):
        """Lets the bot go on to this share of its calls."""
        with self.change:
            self.allowed = int(share * len(self.pairs))
            self.change.notify()

    def portion(self):
        with self.change:
            self.change.wait_for(lambda: self.allowed > self.told)
            return self.pairs[self.told:min(self.told + 6, self.allowed)]

    def run(self):
        try:
            while self.told < len(self.pairs):
                portion = self.portion()
                answers = tell(self.binary, self.url, [line for pair in portion for line in pair])[1::2]
                refused = [n for n, answer in enumerate(answers) if answer.startswith("error TB005")]
                self.told += refused[0] if refused else len(portion)
                if refused and "was moved to" in answers[refused[0]]:
                    self.url = self.there
        except Exception as error:  # pylint: disable=broad-except
            self.failed = error


def move(host, name, book, target, bot, tries, rows):
    """Moves the book while the bot trades; so many times the move is killed when up to so many events more are there, then it ends. The
    bot's last calls come when it has ended. How many kills met it at work."""
    def there():
        return int(host.sql("select coalesce(max(id), 0) from bus.domain_events", name))

    pick, kills = random.Random(5), 0
    bot.start()
    for number in range(tries):
        bot.allow((number + 1) / (tries + 3))
        process = program.start(["book", "move", book, target])
        goal = there() + pick.randrange(1, rows)
        tap.wait_until(lambda: there() >= goal or process.poll() is not None, "rows at the other place", limit_s=600, pause_s=0.005)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            kills += 1
        process.communicate()
    bot.allow((tries + 2) / (tries + 3))
    program.daybook("book", "move", book, target, timeout=7200).ok()
    bot.allow(1)
    bot.join(600)
    return kills
