"""An hour without a server, in which the bot is killed again and again and its last write is torn: the book is that of a quiet hour."""

import os
import random
import signal
import subprocess

from harness import calls, program, server, tap

SEED, KILLS, HOUR_S = 7, 12, 3600

host = server.Server()
calls.settle(host.installed("base")).close()
binary = calls.build()


def history(pick):
    """What a bot does in an hour: orders that are filled, replaced and canceled, corrections, money."""
    lines, at = [], 1709294400
    for number in range(20):
        at += HOUR_S // 20
        order, side = f"o{number}", pick.choice(("buy", "sell"))
        lines += [f"submit order={order} side={side} type=limit qty=10 price={100 + number} at={at}",
                  f"{calls.event('acknowledge')} event={order}/ack order={order} number=N{number} at={at + 1}"]
        for part in range(pick.randrange(4)):
            lines.append(f"fill fill={order}/{part} order={order} side={side} qty={1 + part} price={100 + number}.{part} fee=0.0{part} "
                         f"trade={order}/{part} at={at + 2 + part}")
        lines += pick.choice((
            [f"{calls.event('cancel')} event={order}/c order={order} at={at + 9}"],
            [f"bust event={order}/b fill={order}/0 at={at + 9}"],
            [f"correct event={order}/r fill={order}/1 price=99.5 at={at + 9}"],
            [f"cash entry={order}/m kind=deposit currency=USD amount={number + 1} at={at + 9}"],
            [f"equity point={order}/e mark=101.25 at={at + 9}"]))
    return lines


class Bot:
    """Goes through a history with a spool. What it has an answer for it does not do again, but for the last two steps."""

    def __init__(self, url, lines):
        self.lines, self.done, self.outcomes = lines, 0, []
        self.folder = os.path.join(program.temporary_folder("dbk-spool-"), "spool")
        self.environment = calls.environment(url, DAYBOOK_SPOOL=self.folder, INTENT_TTL_MS=str(HOUR_S * 1000))

    def live(self, steps):
        """Returns after that many steps, or at the end of the history; it is killed in the middle of what follows."""
        first = max(0, self.done - 2)
        with subprocess.Popen([binary], env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8") as bot:
            bot.stdin.write("\n".join(self.lines[first:]))
            bot.stdin.close()
            for number in range(first, min(self.done + steps, len(self.lines))):
                answer = bot.stdout.readline()
                tap.check(answer.partition(" ")[0].strip() in ("created", "replayed", "spooled"), f"{self.lines[number]}: {answer}")
                self.outcomes.append(answer.split()[0])
                self.done = max(self.done, number + 1)
            bot.send_signal(signal.SIGKILL)
            bot.stdout.read()

    def tear(self, pick):
        """A power cut in the middle of a write: the call had not returned."""
        with open(os.path.join(self.folder, "log"), "rb") as log:
            torn = log.read()[-200:-pick.randrange(1, 100)]
        with open(os.path.join(self.folder, "log"), "ab") as log:
            log.write(torn[torn.find(b"DBSR"):] if b"DBSR" in torn else b"DBSR" + torn)


def book(name):
    program.daybook("book", "verify", "--url", host.url(name)).ok()
    return program.daybook("book", "dump", "--url", host.url(name)).ok().out


@tap.test(f"{KILLS} kills of a bot around an hour without a server that ends in a crash and begins with one: nothing of it can be seen in the book")
def _():
    pick = random.Random(SEED)
    lines = history(pick)
    for name in ("quiet", "hour"):
        host.sql(f"create database {name} template base owner trader")
    # Sequences are copied with values that they have logged ahead in the template's name: a crash would give them out again.
    host.sql("checkpoint")
    tap.equal({answer.split()[0] for answer in calls.tell(binary, host.url("quiet", "trader"), *lines)}, {"created"})
    bot = Bot(host.url("hour", "trader"), lines)
    bot.live(len(lines) // 10)
    host.crash()
    while bot.done < len(lines) * 8 // 10:
        bot.live(pick.randrange(1, 2 * len(lines) * 7 // 10 // KILLS))
        bot.tear(pick)
    tap.check(bot.outcomes.count("spooled") > len(lines) // 2, f"{bot.outcomes}")
    host.start()
    bot.live(3)
    host.crash()
    bot.live(3)
    bot.tear(pick)
    host.start()
    while bot.done < len(lines):
        bot.live(len(lines))
    program.daybook("book", "spool", bot.folder, "--drain", "--url", host.url("hour", "trader")).ok()
    print(f"# figure: {len(lines)} steps, {bot.outcomes.count('spooled')} spooled")
    tap.equal(book("hour"), book("quiet"), "the books")


tap.main()
