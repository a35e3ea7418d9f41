"""Consumers with their effect in the database, killed, stopped and doubled: what they keep equals the ledger, each event once."""

import os
import random
import signal
import subprocess
import uuid

from harness import calls, node, program, server, sizes, tap
from harness.session import Raw, Session, call

EXAMPLES = os.path.join(program.BUILD, "examples")
KILLS = sizes.size(3, 100)
FILLS_EACH = 8

host = server.Server()
one = calls.settle(host.installed("consumers"))
url = host.url("consumers", "trader")
one.run("create table pnl_by_account (account_id uuid primary key, fills bigint not null, realized numeric not null)")
chance = random.Random(20240301)


def trade(count):
    """Fills in both directions, so that something is earned and lost, and their events in the log."""
    for _ in range(count):
        one.row(call("trading.fn_record_fill", account_id=calls.ACCOUNT, fill_id=uuid.uuid4(), order_id=uuid.uuid4(), instrument_id=calls.INSTRUMENT,
                     side=chance.choice(["buy", "sell"]), qty=chance.randint(1, 5), price=chance.randint(90, 110), fee=Raw("0.01"), fee_currency="USD",
                     liquidity="taker", venue_trade_id=str(uuid.uuid4()), filled_at=Raw("now()")))
    one.row("select s.* from bus.fn_lead_log(0::smallint, '00000000-0000-0000-0000-000000000001', 'test') as l "
            "cross join lateral bus.fn_sequence(0::smallint, l.term) as s")
    one.run("notify daybook_seq")


def ledger():
    return one.row("select count(*) as fills, sum((payload ->> 'realized_net')::numeric) as realized from bus.domain_events "
                   "where event_type = 'trading.fill_recorded'")


def kept():
    return one.row("select coalesce(sum(fills), 0) as fills, coalesce(sum(realized), 0) as realized from pnl_by_account")


def place(name):
    return one.value(f"select min(after_seq) from bus.consumer_cursors where consumer = '{name}'")


class Reader:
    def __init__(self, argv):
        self.process = subprocess.Popen(argv, env=program.clean_env(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        tap.at_end(self.kill)

    def kill(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
        self.process.wait()

    def ends(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


def c_example(*words):
    return [os.path.join(EXAMPLES, "event_consumer"), "--url", url, "--name", "pnl", *words]


def held_by(reader):
    return one.value("select holder_name from bus.consumer_cursors where consumer = 'pnl'") or "", str(reader.process.pid)


def reads(reader):
    holder, pid = held_by(reader)
    return holder.endswith(f"process {pid}")


def killed_at_random(argv):
    """Each process is killed when it has moved the place, a little later than that, so anywhere in its work."""
    for _ in range(KILLS):
        trade(FILLS_EACH)
        reader, before = Reader(argv), kept()["fills"]
        tap.wait_until(lambda: kept()["fills"] > before, "an effect", pause_s=0.001)
        one.run(f"select pg_sleep({chance.random() * 0.02})")
        reader.kill()
    reader = Reader(argv)
    # The one before may have left nothing to do: it has begun when it has the turn.
    tap.wait_until(lambda: reads(reader), "the last one reads")
    tap.wait_until(lambda: kept()["fills"] >= ledger()["fills"], "the rest")
    tap.equal(reader.ends(), 0, "its end")
    tap.equal(kept(), ledger(), "what is kept beside the ledger")
    tap.check(ledger()["fills"] >= KILLS * FILLS_EACH, "there was something to keep")


@tap.test("killed again and again at any point, the C consumer keeps what the ledger says, to the last digit")
def _():
    killed_at_random(c_example("--batch", "3"))


@tap.test("of two processes one reads; the other goes on when it is killed, and again when it ends")
def _():
    first = Reader(c_example())
    tap.wait_until(lambda: reads(first), "the first one reads")
    second = Reader(c_example())
    trade(3)
    tap.wait_until(lambda: kept() == ledger(), "what was traded")
    tap.check(reads(first), "by the first one")
    first.kill()
    tap.wait_until(lambda: reads(second), "the second one reads")
    third = Reader(c_example())
    trade(3)
    tap.wait_until(lambda: kept() == ledger(), "what was traded then")
    tap.equal(second.ends(), 0)
    tap.wait_until(lambda: reads(third), "the third one reads")
    tap.equal(third.ends(), 0)


@tap.test("a process that was stopped while another one took over does nothing when it wakes")
def _():
    first = Reader(c_example())
    tap.wait_until(lambda: reads(first), "the first one reads")
    first.process.send_signal(signal.SIGSTOP)
    trade(5)
    second = Reader(c_example())
    # Ten seconds later, for the database.
    one.run("update bus.consumer_cursors set seen_at = seen_at - interval '11 seconds' where consumer = 'pnl'")
    tap.wait_until(lambda: kept() == ledger(), "what was traded")
    tap.check(reads(second), "by the second one")
    first.process.send_signal(signal.SIGCONT)
    for _ in range(5):
        trade(2)
        tap.wait_until(lambda: kept() == ledger(), "what was traded then")
    tap.check(reads(second), "the first one has not taken over")
    first.kill()
    tap.equal(second.ends(), 0)


@tap.test("an event that cannot be dealt with delays its aggregate alone, becomes a dead letter, and is delivered again when somebody says so")
def _():
    other = str(uuid.uuid4())
    one.run(f"alter table pnl_by_account add constraint limited check (account_id <> '{other}')")
    one.row(call("trading.fn_open_account", account_id=other, name="other", venue="lib", currency="USD", mode="paper", position_mode="netting",
                 opening_balance=1))
    before = kept()
    one.row(call("trading.fn_record_fill", account_id=other, fill_id=uuid.uuid4(), order_id=uuid.uuid4(), instrument_id=calls.INSTRUMENT, side="buy", qty=1,
                 price=100, fee=0, fee_currency=None, liquidity=None, venue_trade_id=None, filled_at=Raw("now()")))
    trade(4)
    reader = Reader(c_example())
    tap.wait_until(lambda: kept()["fills"] == before["fills"] + 4, "those of the other account")
    retry = one.row("select attempts, error from bus.event_retries where consumer = 'pnl'")
    tap.contains(retry["error"], "limited")
    tap.check(reader.process.poll() is None, "it goes on")
    # What it waits for between its attempts is cut short.
    for attempt in range(2, 11):
        one.run("update bus.event_retries set due_at = now() where consumer = 'pnl'")
        one.run("notify daybook_seq")
        tap.wait_until(lambda: one.value("select coalesce(max(attempts), 10) from bus.event_retries where consumer = 'pnl'") >= attempt, f"attempt {attempt}")
    tap.equal(one.rows("select attempts, state from bus.dead_letters where consumer = 'pnl'"), [{"attempts": 10, "state": "pending"}])
    where = place("pnl")
    one.run("alter table pnl_by_account drop constraint limited")
    tap.equal(one.value("select d.outcome from bus.dead_letters as l cross join lateral bus.fn_redrive_dead_letter('pnl', l.seq) as d"), "created")
    one.run("notify daybook_seq")
    tap.wait_until(lambda: kept() == ledger(), "the event that had failed")
    tap.equal(place("pnl"), where, "its place did not move")
    tap.wait_until(lambda: one.value("select state from bus.dead_letters where consumer = 'pnl'") == "delivered", "the letter says so")
    tap.equal(reader.ends(), 0)


@tap.test("the consumer in TypeScript goes on where the one in C has stopped, and keeps the same, killed or not")
def _():
    folder = node.built()
    killed_at_random(["node", os.path.join(folder, "event_consumer.js"), "--url", url, "--name", "pnl", "--batch", "3"])


tap.main()
