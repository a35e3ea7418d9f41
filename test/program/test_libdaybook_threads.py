"""Many callers with one identity, each with a book of its own in one process: one of them records it, the others are told so."""

from collections import Counter

from harness import calls, program, server, tap
from harness.cutting_proxy import CuttingProxy

CALLERS, ROUNDS = 50, 4
host = server.Server()
pooler = server.PgBouncer(host)
crowd = calls.build("book_crowd")
single = calls.build()
calls.settle(host.installed("crowd"))


def answers(url, prefix, qty):
    """What was answered in each round, to the order and to its fill, and how often."""
    done = program.run([crowd, str(CALLERS), str(ROUNDS), qty], env=calls.environment(url, PREFIX=prefix), timeout=300).ok()
    tap.equal(done.err, "")
    counts = {}
    for line in done.out.splitlines():
        number, what, answer = line.split(" ", 2)
        counts.setdefault((int(number), what), Counter())[answer] += 1
    return counts


def every(answer_counts):
    return {(number, what): answer_counts for number in range(ROUNDS) for what in ("order", "fill")}


for name, url in (("directly", host.url("crowd", "trader")), ("through PgBouncer in transaction mode", pooler.url("crowd"))):
    @tap.test(f"of 50 callers with one identity one creates and 49 are replayed, {name}")
    def _(name=name, url=url):
        tap.equal(answers(url, name, "2"), every({"created -": 1, "replayed -": CALLERS - 1}))
        tap.equal(host.sql("select count(*), sum(qty) from trading.fills", "crowd"), host.sql(
            "select count(*), sum(cum_qty) from trading.orders", "crowd"), "fills and what orders know of them")

    @tap.test(f"with another quantity each of them is told the conflict, {name}")
    def _(name=name, url=url):
        tap.equal(answers(url, name, "3"), every({"conflict qty": CALLERS}))
        tap.equal(host.sql("select count(*) from trading.fills where qty <> 2", "crowd"), "0", "fills that changed")


@tap.test("threads with books of their own act by one lease while the library renews it")
def _():
    bot = "018f0000-0000-7000-8000-00000000000c"
    host.sql(f"select outcome from trading.fn_configure_bot('{calls.ACCOUNT}', gen_random_uuid(), '{bot}', 'crowd', 'running', null, null, 'test')",
             "crowd")
    done = program.run([calls.build("book_shared_lease")], env=calls.environment(host.url("crowd", "trader"), BOT=bot), timeout=300).ok()
    tap.equal((done.out, done.err), ("created\n", ""), "what it says")
    tap.equal(host.sql("select count(*) from trading.orders where ctx ? 'bot' and ctx ->> 'fence' is null", "crowd"), "0", "orders without a fence")
    tap.check(int(host.sql("select count(*) from trading.orders where ctx ? 'fence'", "crowd")) > 0, "orders by the lease")


@tap.test("a call whose answer is lost with the connection, after it was committed, is answered as a replay")
def _():
    proxy = CuttingProxy(host, b"trading.fn_", every=2)
    lines = ["submit order=cut side=buy type=limit qty=1 price=100 at=1", "fill fill=cut order=cut side=buy qty=1 price=100 at=2",
             "cash entry=cut kind=deposit currency=USD amount=1 at=3"]
    tap.equal([line.split()[0] for line in calls.tell(single, proxy.url("crowd"), *lines)], ["created", "replayed", "replayed"])
    tap.equal(proxy.cuts, 2, "answers that were lost")


tap.main()
