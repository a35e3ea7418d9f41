"""The paper bot in TypeScript, by SQL alone: its book is that of the bot in C, byte by byte, whatever happens on the way."""

import json
import os
import re
import shutil
import subprocess

from harness import judgement, node, program, server, session, tap
from harness.cutting_proxy import CuttingProxy
from harness.node import ORIGIN, built
from harness.receiver import IN_C

BOT_IN_C = os.path.join(program.BUILD, "examples", "paper_bot")

host = server.Server()


def make_candles():
    """A database with modules and candles, of which the others are copies."""
    host.installed("candles")
    folder = os.path.join(program.temporary_folder(), "generated")
    program.daybook("generate", "candles", "--days", "12", "--plain", "--out", folder, "--quiet").ok()
    program.daybook("ingest", "--url", host.url("candles", "trader"), "--quiet", folder).ok()


def fresh(name, template="candles"):
    host.sql(f'create database "{name}" template "{template}" owner trader')
    return host.url(name, "trader")


def command(url):
    return ["node", os.path.join(built(), "paper_bot.js"), "--url", url]


def start(url):
    process = subprocess.Popen(command(url), env=program.clean_env(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    tap.at_end(lambda: process.poll() is None and process.kill())
    return process


def wait_for_fills(name, fills):
    tap.wait_until(lambda: int(host.sql("select count(*) from trading.fills", name)) >= fills, f"{fills} fills", pause_s=0.01)


class Brake:
    """Holds a bot before its fill of that number. Whoever is to be stopped in the middle has not ended then, however late one comes to it."""

    KEY = 7700102

    def __init__(self, name, fills):
        self.name = name
        host.sql(f"""create function public.brake() returns trigger language plpgsql as $$ begin
                         if (select count(*) from trading.fills) >= {fills - 1} then perform pg_advisory_xact_lock_shared({self.KEY}); end if;
                         return new; end $$;
                     create trigger brake before insert on trading.fills for each row execute function public.brake();""", name)
        self.keeper = session.Session(host.url(name))
        self.keeper.run(f"select pg_advisory_lock({self.KEY})")

    def release(self):
        self.keeper.close()
        host.sql("drop trigger brake on trading.fills; drop function public.brake()", self.name)


def digests(name):
    """Rows and SHA-256 of every section of the canonical dump."""
    rows = program.daybook("book", "dump", "--digest", "--format", "json", "--url", host.url(name, "trader")).ok().json()["digests"]
    return {row["section"]: (row.get("rows"), row["sha256"]) for row in rows}


def check_same_book(name, other, what):
    expected, actual = digests(other), digests(name)
    tap.check(all(expected[section][0] > 0 for section in ("orders", "order_events", "fills", "positions", "equity_points")),
              f"the book to compare with lacks something: {expected}")
    tap.equal(actual, expected, f"digests of the canonical dump: {what}")
    program.daybook("book", "verify", "--url", host.url(name, "trader")).ok()


def replayed(out):
    found = re.search(r"(\d+) facts were in the book already", out)
    return int(found[1]) if found else 0


@tap.test("every package is pinned by its version and its SHA-512, and by no host")
def _():
    with open(os.path.join(ORIGIN, "package-lock.json"), encoding="utf-8") as text:
        packages = json.load(text)["packages"]
    wanted = {**packages[""]["dependencies"], **packages[""]["devDependencies"]}
    for name, version in wanted.items():
        tap.equal(packages[f"node_modules/{name}"]["version"], version, name)
    for name, package in packages.items():
        if name:
            tap.check(package["integrity"].startswith("sha512-"), f"{name} has no SHA-512")
            tap.check("resolved" not in package, f"{name} names a host")


@tap.test("the types are right: tsc, strict, finds nothing")
def _():
    built()
    tap.equal(built.result.out + built.result.err, "")


@tap.test("a mistake in the types would be found")
def _():
    built()
    with open(os.path.join(built.folder, "src", "mistake.ts"), "w", encoding="utf-8") as out:
        out.write('import type { Fill } from "./daybook.ts";\nexport const qty: Fill["qty"] = 0.1;\n')
    try:
        done = program.run(["node", "node_modules/typescript/bin/tsc", "--noEmit"], cwd=built.folder)
    finally:
        os.unlink(os.path.join(built.folder, "src", "mistake.ts"))
    tap.contains(done.exits(2).out, "src/mistake.ts(2,14): error TS2322")


@tap.test("its book is that of the bot in C, to the last id and digit")
def _():
    built()
    make_candles()
    program.run([BOT_IN_C, "--url", fresh("in_c")]).ok()
    done = program.run(command(fresh("straight"))).ok()
    tap.equal((done.err, replayed(done.out)), ("", 0))
    check_same_book("straight", "in_c", "the book of the bot in C")


@tap.test("over recorded candles too")
def _():
    built()
    host.installed("recorded candles")
    data = tap.test_data("bitfinex_1m", "LTCUSD_1m_2013.csv.gz")
    program.daybook("ingest", "--url", host.url("recorded candles", "trader"), "--quiet", "--venue", "bitfinex", "--columns",
                    "open_time,open,close,high,low,volume", data).ok()
    program.run([BOT_IN_C, "--url", fresh("recorded in c", "recorded candles")]).ok()
    program.run(command(fresh("recorded", "recorded candles"))).ok()
    check_same_book("recorded", "recorded in c", "the book of the bot in C over recorded candles")


@tap.test("run over the book of the bot in C it finds every fact there already, and changes nothing")
def _():
    url = fresh("both", "in_c")
    done = program.run(command(url)).ok()
    facts = sum(rows for section, (rows, _) in digests("both").items() if section in ("orders", "order_events", "fills", "equity_points"))
    tap.check(replayed(done.out) >= facts, f"{facts} facts are in the book\n{done.out}")
    check_same_book("both", "in_c", "the book of the bot in C after another has gone over it")


@tap.test("killed and started again it goes on from its last state, and the book is the same")
def _():
    url = fresh("killed")
    brake = Brake("killed", 120)
    for fills in (30, 80):
        process = start(url)
        wait_for_fills("killed", fills)
        process.kill()
        process.communicate()
    brake.release()
    tap.check(digests("killed")["fills"][0] < digests("in_c")["fills"][0], "the bot had ended before it was killed")
    done = program.run(command(url)).ok()
    tap.check(replayed(done.out) > 0, done.out)
    check_same_book("killed", "in_c", "after two kills")


@tap.test("answers that are lost after the server did the work are asked for again, and nothing happens twice")
def _():
    fresh("cut")
    proxy = CuttingProxy(host, b"trading.fn_", every=9)
    done = program.run(command(proxy.url("cut"))).ok()
    tap.check(proxy.cuts > 20, f"only {proxy.cuts} answers were lost")
    tap.check(replayed(done.out) > 10, done.out)
    check_same_book("cut", "in_c", "after lost answers")


@tap.test("a server that crashes and comes back finds every call again")
def _():
    url = fresh("crashed")
    brake = Brake("crashed", 80)
    process = start(url)
    wait_for_fills("crashed", 40)
    tap.check(process.poll() is None, "the bot had ended before the crash")
    host.crash()
    host.start()
    brake.release()
    out, err = process.communicate(timeout=300)
    tap.equal((process.returncode, err.decode()), (0, ""), out.decode())
    check_same_book("crashed", "in_c", "after a crash of the server")


@tap.test("interrupted it keeps its state and says so; through PgBouncer it goes on")
def _():
    url = fresh("interrupted")
    brake = Brake("interrupted", 80)
    process = start(url)
    wait_for_fills("interrupted", 40)
    process.terminate()
    brake.release()
    _, err = process.communicate(timeout=300)
    tap.equal((process.returncode, err.decode()), (143, ""))
    tap.equal(host.sql("select string_agg(status, ',') from trading.runs", "interrupted"), "interrupted")
    pooler = server.PgBouncer(host)
    tap.equal(replayed(program.run(command(pooler.url("interrupted"))).ok().out), 0, "facts done again")
    tap.equal({section: digests("interrupted")[section] for section in ("fills", "positions", "roundtrips")},
              {section: digests("in_c")[section] for section in ("fills", "positions", "roundtrips")})


CALLS = """
import { Book, BookError, uuidFromName, uuidV7 } from "./daybook.js";
const space = "018f0000-0000-7000-8000-000000000001";
const id = (name) => uuidFromName(space, name);
const book = await Book.open({ url: process.argv[2], program: "calls", version: "1" });
const [instrument] = await book.instruments();
const account = { accountId: id("account"), name: "calls", venue: instrument.venue, currency: instrument.settle, currencyKind: "crypto",
                  mode: "paper", openingBalance: "99999999999999999999.000000000000000001" };
const order = { accountId: account.accountId, orderId: id("order"), instrumentId: instrument.instrumentId, side: "buy", type: "limit",
                qty: "0.3", price: "100", submittedAt: 1704067200123456n };
const event = { accountId: account.accountId, orderId: order.orderId, occurredAt: 1704067200123456n };
const fill = { fillId: id("fill"), orderId: order.orderId, instrumentId: order.instrumentId, side: "buy", qty: "0.1",
               price: "100.000000000000000001", fee: "0.000000000000000003", filledAt: 1704067200123456n };
const said = {};
said.opened = await book.openAccount(account);
said.otherName = await book.openAccount({ ...account, name: "another" });
said.created = await book.submit(order);
said.replayed = await book.submit(order);
said.conflict = await book.submit({ ...order, qty: "0.4" });
said.acknowledged = await book.acknowledge({ ...event, eventId: id("ack") }, "X1");
said.late = await book.reject({ ...event, eventId: id("reject"), reason: "too late" });
said.refused = await book.rejectCancel({ ...event, eventId: id("cancel_reject") });
said.fill = await book.recordFill(account.accountId, fill);
said.fills = await book.recordFills(account.accountId, [fill, { ...fill, fillId: id("fill 2"), qty: "0.2", tradeDiscriminator: "" }]);
said.positions = await book.positions(account.accountId);
said.equity = await book.recordEquity({ accountId: account.accountId, pointId: id("point"), asOf: 1704067260000000n, marks: [] });
said.stateless = await book.loadState(account.accountId, "none") ?? "nothing";
said.malformed = await book.submit({ ...order, orderId: id("bad"), qty: "much" }).catch((e) => [e instanceof BookError, e.sqlstate]);
said.negative = await book.submit({ ...order, orderId: id("bad"), qty: "-1" }).catch((e) => [e instanceof BookError, e.sqlstate, e.hint]);
const ids = [uuidV7()];
while (ids.length < 3) {
    const next = uuidV7();
    if (next.slice(0, 13) !== ids.at(-1).slice(0, 13)) ids.push(next);  // of another millisecond
}
said.sorted = String(ids) === String([...ids].sort()) && ids.every((id) => /^.{14}7.{4}[89ab]/.test(id));
await book.close();
console.log(JSON.stringify(said, (_, value) => typeof value === "bigint" ? String(value) : value));
"""


@tap.test("what the book answers comes back typed: four outcomes, exact amounts, errors by SQLSTATE")
def _():
    with open(os.path.join(built(), "calls.mjs"), "w", encoding="utf-8") as out:
        out.write(CALLS)
    url = fresh("calls")
    said = program.run(["node", os.path.join(built(), "calls.mjs"), url]).ok().json()
    tap.equal([said[call]["outcome"] for call in ("opened", "created", "replayed", "acknowledged")], ["created", "created", "replayed", "created"])
    tap.equal((said["otherName"]["outcome"], said["otherName"]["field"]), ("conflict", "name"))
    tap.equal((said["conflict"]["outcome"], said["conflict"]["field"], said["conflict"]["id"]), ("conflict", "qty", said["created"]["id"]))
    tap.equal((said["refused"]["outcome"], said["refused"]["code"]), ("refused", "illegal_transition"))
    tap.equal((said["late"]["outcome"], said["late"]["status"]), ("created", "rejected"))
    tap.equal((said["fill"]["outcome"], said["fill"]["flags"], said["fill"]["positionQty"], said["fill"]["positionAvgPrice"]),
              ("created", ["late"], "0.1", "100.000000000000000001"))
    tap.equal([(fill["outcome"], fill["orderCumQty"]) for fill in said["fills"]], [("replayed", "0.1"), ("created", "0.3")])
    tap.equal([(held["qty"], held["fees"]) for held in said["positions"]], [("0.3", "0.000000000000000006")])
    tap.equal(len(said["equity"]["missing"]), 1, "what could not be valued")
    tap.equal(said["stateless"], "nothing")
    tap.equal((said["malformed"], said["negative"][:2]), ([True, "22P02"], [True, "TB001"]))
    tap.check(said["negative"][2], "a refused argument comes with a hint")
    tap.equal(said["sorted"], True, "ids of version 7 are in the order of time")
    tap.equal(host.sql("select submitted_at = '2024-01-01 00:00:00.123456+00' from trading.orders", "calls"), "t", "microseconds")
    tap.equal(host.sql("select count(*) from ops.sessions where program = 'calls' and ended_at is not null", "calls"), "1", "sessions")


LATE = """
import { Book, uuidV7 } from "./daybook.js";
const [, , url, accountId, instrumentId] = process.argv;
const book = await Book.open({ url, program: "late", version: "1", callTimeoutMs: 500, retryTotalMs: 240000 });
const answer = await book.submit({ accountId, orderId: uuidV7(), instrumentId, side: "buy", type: "market", qty: "1" });
await book.close();
console.log(answer.outcome);
"""


@tap.test("a call whose answer is late is asked again under its identity, on another connection, and done once")
def _():
    with open(os.path.join(built(), "late.mjs"), "w", encoding="utf-8") as out:
        out.write(LATE)
    known = host.sql("select account_id, (select instrument_id from ref.instruments limit 1) from trading.accounts limit 1", "in_c").split("|")
    before = int(host.sql("select count(*) from trading.orders", "in_c"))
    keeper = session.Session(host.url("in_c"))
    keeper.run("begin; lock table trading.orders in exclusive mode")
    process = subprocess.Popen(["node", os.path.join(built(), "late.mjs"), host.url("in_c", "trader"), *known], env=program.clean_env(),
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    tap.at_end(lambda: process.poll() is None and process.kill())
    waiting = "select count(*) from pg_stat_activity where datname = 'in_c' and wait_event_type = 'Lock' and query like '%fn_submit_order%'"
    tap.wait_until(lambda: int(host.sql(waiting)) >= 2, "the call was made a second time")
    keeper.run("commit")
    out, err = process.communicate(timeout=300)
    tap.equal((process.returncode, err.decode()), (0, ""))
    tap.check(out.decode().strip() in ("created", "replayed"), out.decode())
    tap.wait_until(lambda: int(host.sql(waiting)) == 0, "nobody waits")
    tap.equal(int(host.sql("select count(*) from trading.orders", "in_c")), before + 1, "orders")


@tap.test("what is tried again is what libdaybook tries again")
def _():
    def rules(path, pattern):
        with open(os.path.join(program.SOURCE, path), encoding="utf-8") as text:
            return [(prefix, kind.lower()) for prefix, kind in re.findall(pattern, text.read())]

    in_c = rules("src/pg/pg_retry.c", r'\{"(\w+)", PG_RETRY_(\w+)\}')
    # A statement that was canceled for being late has a code of its own in the library.
    in_typescript = [rule for rule in rules("examples/node/src/connection.ts", r'\["(\w+)", "(\w+)"\]') if rule != ("57014", "same")]
    tap.check(len(in_c) > 10, "the rules of libdaybook are found")
    tap.equal(in_typescript, in_c)


@tap.test("the receiver of webhooks believes what was signed lately with one of its secrets, and nothing else")
def _():
    judgement.check(["node", os.path.join(built(), "webhook_receiver.js")])


@tap.test("the receiver in C judges alike")
def _():
    judgement.check([IN_C])


@tap.test("a server that is away is an error at once, a database without the modules is told how to get them")
def _():
    away = program.run(command(f"postgresql:///x?host={host.folder}/nowhere&password=geheim")).exits(1)
    tap.contains(away.err, "connecting")
    tap.check("geheim" not in away.err, away.err)
    tap.contains(program.run(command(host.database("empty"))).exits(1).err, "daybook migrate apply")


tap.main()
