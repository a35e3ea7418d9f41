"""The example bot and executor: a lease, a queue, halts and commands between them, with processes that are stopped and take over."""

import os
import signal
import subprocess
import uuid

from harness import calls, program, server, tap
from harness.program import daybook
from harness.session import call

EXAMPLES = os.path.join(program.BUILD, "examples")
host = server.Server()
one = calls.settle(host.installed("fleet"))
url = host.url("fleet", "trader")
BOT = str(uuid.uuid4())
one.row(call("trading.fn_configure_bot", account_id=calls.ACCOUNT, change_id=uuid.uuid4(), bot_id=BOT, name="trend", desired_state="running",
             image_tag=None, strategy_params=None, reason="test"))


class Process:
    def __init__(self, kind, name):
        self.path = os.path.join(program.temporary_folder(), "out")
        with open(self.path, "wb") as out:
            self.process = subprocess.Popen([os.path.join(EXAMPLES, kind), "--url", url, "--account", calls.ACCOUNT, "--name", name],
                                            env=program.clean_env(), stdin=subprocess.DEVNULL, stdout=out)
        tap.at_end(self.kill)

    def said(self):
        with open(self.path, encoding="utf-8") as text:
            return text.read().splitlines()

    def signal(self, number):
        self.process.send_signal(number)

    def ends(self):
        """Status after it was told to end."""
        self.signal(signal.SIGTERM)
        return self.process.wait(60)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


bots = [Process("fleet_bot", "trend"), Process("fleet_bot", "trend")]
executor = Process("fleet_executor", "paper")


def risk(*words, status=0):
    return daybook("risk", *words, "--reason", "test", "--url", host.url("fleet"), "--format", "json").exits(status).json()


def count(table, where="true"):
    return one.value(f"select count(*) from trading.{table} where {where}")


def acting():
    """The process that holds the lease, as the book has it."""
    holder = one.value(f"select coalesce((select holder from trading.bot_leases where bot_id = '{BOT}' and expires_at > clock_timestamp()), '')")
    return next((bot for bot in bots if holder.endswith(f"process {bot.process.pid}")), None)


def more(table, by=3):
    before = count(table)
    tap.wait_until(lambda: count(table) >= before + by, f"{by} more rows of {table}")


@tap.test("one of two bots trades through the executor, the other stands by")
def _():
    more("fills", 4)
    tap.wait_until(acting, "one of them holds the lease")
    tap.equal(count("orders", "ctx ->> 'fence' is null"), 0, "orders without a fence")


@tap.test("a bot that was stopped past its lease finds the other in its place when it wakes, and nothing of it gets through")
def _():
    first = tap.wait_until(acting, "one acts")
    second = next(bot for bot in bots if bot is not first)
    first.signal(signal.SIGSTOP)
    tap.wait_until(lambda: acting() is second, "the other takes over")
    token = one.value(f"select token from trading.bot_leases where bot_id = '{BOT}'")
    more("fills")
    first.signal(signal.SIGCONT)
    tap.wait_until(lambda: any(line.startswith("lost ") for line in first.said()), "the first knows that it is lost")
    more("fills")
    taken = f"(select granted_at from trading.bot_lease_grants where token = {token})"
    tap.equal(count("order_intents", f"(ctx ->> 'fence')::bigint < {token} and requested_at > {taken} and status <> 'refused'"), 0,
              "what the first asked for after the second had the lease")
    tap.equal(count("orders", f"(ctx ->> 'fence')::bigint < {token} and recorded_at > {taken} and status <> 'denied'"), 0, "and its orders")


@tap.test("a halt stops orders, whoever asks, and what happened is recorded; after it the bot goes on")
def _():
    halt = risk("halt", "--account", "lib")["halt"][0]["id"]
    tap.wait_until(lambda: any("refused halted" in line for bot in bots for line in bot.said()), "the bot is refused")
    orders = count("orders", "status <> 'denied'")
    late = [{"fill_id": uuid.uuid4(), "order_id": uuid.uuid4(), "side": side} for side in ("buy", "sell")]
    for each in late:
        tap.equal(one.row(call("trading.fn_record_fill", account_id=calls.ACCOUNT, instrument_id=calls.INSTRUMENT, qty=1, price=100,
                               fee=0, fee_currency="USD", liquidity=None, venue_trade_id=None, trade_discriminator="", position_key="",
                               filled_at="2024-03-01", **each))["outcome"], "created", "a fill that nobody knew of")
    tap.equal(count("orders", "status <> 'denied'"), orders + len(late), "orders, of which those fills made two known")
    risk("resume", halt)
    more("fills")


@tap.test("risk flatten ends flat, and the bot stays so until it is resumed")
def _():
    (row,) = risk("flatten", "--account", "lib")["flatten"]
    tap.equal((row["status"], row["detail"], row["open_positions"]), ("done", "flat", 0), "the bot")
    asked = count("order_intents")
    done = daybook("bot", "command", "trend", "reconcile", "--reason", "test", "--url", host.url("fleet")).ok()
    tap.contains(done.out, "created")
    tap.wait_until(lambda: count("bot_commands", "kind = 'reconcile' and status = 'done'"), "the executor reconciles")
    tap.equal(count("order_intents"), asked, "what was asked for after it was flat")
    daybook("bot", "command", "trend", "resume", "--reason", "test", "--url", host.url("fleet")).ok()
    more("fills")


@tap.test("an executor that is killed is taken over by the next of its name, and each order is filled once")
def _():
    executor.kill()
    before = count("fills")
    Process("fleet_executor", "paper")
    tap.wait_until(lambda: count("fills") > before + 2, "it goes on")
    tap.equal([bot.ends() for bot in bots], [0, 0], "status of the bots")
    tap.equal(one.value("select count(*) from (select order_id from trading.fills where filled_at > '2025-01-01' group by order_id "
                        "having count(*) > 1) as twice"), 0, "orders that were filled twice")
    tap.check(not acting(), "the lease was given up")


tap.main()
