"""The paper bot through libdaybook: the same candles give the same book, whatever happens between the bot and the server."""

import difflib
import os
import re
import signal
import subprocess
import time

from harness import file_book, program, server, tap
from harness.cutting_proxy import CuttingProxy

BOT = os.path.join(program.BUILD, "examples", "paper_bot")
host = server.Server()
pooler = server.PgBouncer(host)

# The book without the moments of recording and the sessions, which differ between two runs of the same bot.
BOOK = """
select 'order', o.order_id, o.side, o.type, o.qty, o.price, o.status, o.cum_qty, o.exchange_order_id, o.version
  from trading.orders as o order by 2;
select 'event', e.event_id, e.order_id, e.order_version, e.event, e.outcome, e.reason from trading.order_events as e order by 2;
select 'fill', f.fill_id, f.order_id, f.side, f.qty, f.price, f.fee, f.liquidity, f.venue_trade_id, f.filled_at
  from trading.fills as f order by 2;
select 'position', p.instrument_id, p.signed_qty, p.avg_price, p.realized_gross, p.fees, p.cycle from trading.positions as p order by 2;
select 'equity', q.as_of, q.equity, q.complete from trading.equity_points as q where extract(epoch from q.as_of) % 86400 = 0 order by 2;
"""


def make_candles():
    """A database with modules and candles; the others are copies of it, so that instruments have the same ids."""
    host.installed("candles")
    folder = os.path.join(program.temporary_folder(), "generated")
    program.daybook("generate", "candles", "--days", "16", "--plain", "--out", folder, "--quiet").ok()
    program.daybook("ingest", "--url", host.url("candles", "trader"), "--quiet", folder).ok()


def fresh(name):
    host.sql(f'create database "{name}" template candles owner trader')
    return host.url(name, "trader")


def bot(url, **options):
    return program.run([BOT, "--url", url], **options)


def book(name):
    return host.sql(BOOK, name)


def counts(name):
    return host.sql("""select (select count(*) from trading.orders), (select count(*) from trading.fills),
                              (select count(*) from bus.domain_events where event_type = 'trading.fill_recorded'),
                              (select count(*) from bus.domain_events where event_type = 'trading.order_submitted')""", name)


def difference(theirs, ours):
    return [line for line in difflib.unified_diff(theirs.splitlines(), ours.splitlines(), lineterm="", n=0)][:20]


def check_same_book(name, what):
    tap.equal(counts(name), counts("straight"), f"orders, fills and their events: {what}")
    tap.check(book(name) == book("straight"), f"the book differs: {what}")


def start_bot(url):
    process = subprocess.Popen([BOT, "--url", url], env=program.clean_env(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
    tap.at_end(lambda: process.poll() is None and process.kill())
    return process


def wait_for_fills(name, fills):
    tap.wait_until(lambda: int(host.sql("select count(*) from trading.fills", name)) >= fills, f"{fills} fills", pause_s=0.01)


def end_of(process):
    out, err = process.communicate(timeout=120)
    return program.Result([BOT], process.returncode, out.decode(), err.decode())


@tap.test("a bot trades long and short, with partial fills, cancels, rejects and flips, and the book adds up")
def _():
    make_candles()
    done = bot(fresh("straight")).ok()
    tap.equal(done.err, "")
    number = {what: int(count) for count, what in re.findall(r"(\d+) (candles|orders|fills|canceled|rejected)", done.out)}
    tap.check(number["candles"] > 60000 and number["orders"] > 50 and number["fills"] > number["orders"], done.out)
    tap.check(number["canceled"] > 0 and number["rejected"] > 0, done.out)
    flips = host.sql("""
        select count(*) filter (where sign(after) = -sign(before)), count(*) filter (where after < 0), count(*) filter (where after > 0)
          from (select sum(s) over w as after, sum(s) over w - s as before
                  from (select f.instrument_id, f.filled_at, f.venue_trade_id,
                               case side when 'buy' then qty else -qty end as s from trading.fills as f) as x
                window w as (partition by instrument_id order by filled_at, venue_trade_id)) as y""", "straight")
    tap.check(all(int(n) > 0 for n in flips.split("|")), f"flips, short, long: {flips}")
    tap.equal(host.sql("""
        select count(*) from trading.positions as p
          join (select instrument_id, sum(case side when 'buy' then qty else -qty end) as q from trading.fills group by 1) as f
            using (instrument_id)
         where p.signed_qty <> f.q""", "straight"), "0", "positions that are not the sum of their fills")
    tap.equal(host.sql("select count(*) from trading.orders where status in ('filled', 'canceled', 'rejected')", "straight"),
              host.sql("select count(*) from trading.orders as o where not exists (select from trading.v_orders_open as v "
                       "where v.order_id = o.order_id)", "straight"), "ended orders")
    tap.equal(host.sql("select count(*) from trading.equity_points where not complete", "straight"), "0", "incomplete points")


@tap.test("run again it finds nothing new and writes nothing into the book")
def _():
    before = host.sql("select count(*) from bus.domain_events where event_type not like 'ops.%'", "straight")
    done = bot(host.url("straight", "trader")).ok()
    tap.contains(done.out, "nothing new")
    tap.equal(host.sql("select count(*) from bus.domain_events where event_type not like 'ops.%'", "straight"), before, "events")


@tap.test("through PgBouncer in transaction mode the book is the same")
def _():
    fresh("pooled")
    tap.equal(bot(pooler.url("pooled")).ok().err, "")
    check_same_book("pooled", "through the pooler")


@tap.test("into a book in a file, with the candles of a server, it keeps the same book, killed and started again too")
def _():
    path = os.path.join(program.temporary_folder(), "book.db")
    arguments = [BOT, "--url", f"sqlite:{path}", "--market-url", host.url("straight", "trader")]
    tap.contains(program.run(arguments[:3]).exits(0).out, "no instrument to trade")
    for fills in (20, 60):
        process = subprocess.Popen(arguments, env=program.clean_env(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        tap.wait_until(lambda: file_book.value(path, "select count(*) from fills") >= fills, f"{fills} fills", pause_s=0.01)
        process.kill()
        process.wait()
    tap.equal(program.run(arguments).ok().err, "")
    theirs, ours = (program.daybook("book", "dump", "--url", url).ok().out for url in (host.url("straight", "trader"), f"sqlite:{path}"))
    tap.equal(difference(theirs, ours), [], "lines of the dumps that differ")
    verified = program.daybook("book", "verify", "--url", f"sqlite:{path}", "--format", "json").exits(0).json()["verified"][0]
    tap.equal(str(verified["fills"]), host.sql("select count(*) from trading.fills", "straight"), "fills")


@tap.test("every fact names the session in which it was recorded, and the session ends")
def _():
    tap.equal(host.sql("""select count(*) from trading.fills as f left join ops.sessions as s
                             on s.session_id = (f.ctx ->> 'session')::uuid and f.ctx ->> 'actor' = 'paper_bot'
                           where s.program is distinct from 'paper_bot'""", "pooled"), "0", "fills without a session")
    tap.equal(host.sql("select count(*) from ops.sessions where ended_at is null", "pooled"), "0", "open sessions")


@tap.test("answers that are lost after the server did the work are asked for again, and nothing happens twice")
def _():
    fresh("cut")
    proxy = CuttingProxy(host, b"trading.fn_", every=9)
    done = bot(proxy.url("cut")).ok()
    tap.check(proxy.cuts > 20, f"only {proxy.cuts} answers were lost")
    replayed = re.search(r"(\d+) facts were in the book already", done.out)
    tap.check(replayed and int(replayed.group(1)) > 10, done.out)
    check_same_book("cut", "after lost answers")


@tap.test("a server that crashes under the bot and comes back finds every call again, once")
def _():
    fresh("crashed")
    process = start_bot(host.url("crashed", "trader"))
    for fills in (20, 60):
        wait_for_fills("crashed", fills)
        tap.check(process.poll() is None, "the bot had ended before the crash")
        host.crash()
        time.sleep(0.3)
        host.start()
    done = end_of(process).ok()
    tap.equal(done.err, "")
    check_same_book("crashed", "after two crashes of the server")


@tap.test("a bot that is killed goes on from its last state and duplicates nothing")
def _():
    url = fresh("killed")
    for fills in (30, 80):
        process = start_bot(url)
        wait_for_fills("killed", fills)
        process.kill()
        process.wait()
    done = bot(url).ok()
    tap.contains(done.out, "facts were in the book already")
    check_same_book("killed", "after two kills of the bot")


@tap.test("an interrupted bot keeps its state, says so and goes on later")
def _():
    url = fresh("interrupted")
    process = start_bot(url)
    wait_for_fills("interrupted", 40)
    process.send_signal(signal.SIGINT)
    done = end_of(process).exits(130)
    tap.equal(done.err, "")
    tap.equal(host.sql("select string_agg(status, ',') from trading.runs", "interrupted"), "interrupted", "the first run")
    again = bot(url).ok()
    tap.check("already" not in again.out, again.out)
    check_same_book("interrupted", "after an interruption")


@tap.test("a server that stays away is an error with a hint, within the limits")
def _():
    process = program.run([BOT, "--url", f"postgresql:///x?host={host.folder}/nowhere&password=geheim"])
    process.exits(1)
    tap.contains(process.err, "08001")
    tap.contains(process.err, "hint:")
    tap.check("geheim" not in process.err, process.err)


@tap.test("a database without the modules is told how to get them")
def _():
    done = bot(host.database("empty")).exits(1)
    tap.contains(done.err, "daybook migrate apply")


tap.main()
