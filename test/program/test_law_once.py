"""The law of one identity, for every function that writes: many callers at once, and a caller whose answer is lost, leave behind
exactly what one caller leaves.

Each sample of harness/samples.py is called in three books: once; by many sessions at the same moment, half of them through
PgBouncer; and through a link that is cut when the answer is on its way, and then again. The three books are compared after
each. Calls whose transaction holds more than themselves (loading candles) are raced in test_races.py.
"""

from harness import server, session, tap
from harness.cutting_proxy import CuttingProxy
from harness.samples import SAMPLES, WORLD, prepare
from harness.session import Gate, Lost, as_rows

# Where a business loses money when it happens twice; of all others fewer callers are enough to meet.
MANY = ("trading.fn_submit_order", "trading.fn_record_fill", "trading.fn_bust_fill", "trading.fn_record_cash")
CALLERS, FEW = 50, 8

host = server.Server()
pooler = server.PgBouncer(host, [f"default_pool_size = {CALLERS}", "ignore_startup_parameters = options"])
host.installed("once", modules="trading,market,jobs")
for each in ("race", "lost"):
    host.sql(f"create database {each} template once owner trader")
crowd = [session.Session((pooler if n % 2 else host).url("race", "trader")) for n in range(CALLERS)]
gate = Gate(session.Session(host.url("race", "trader")))
proxy = CuttingProxy(host, b"p_ctx =>", every=1)


def rows_by_table(one):
    """How many rows each table of the modules has, but for the places of events: some sample has them given to all events so far, of
    which refusals that are decided anew leave more in one book than in another."""
    return one.value(
        "select jsonb_object_agg(n.nspname || '.' || c.relname, (xpath('/row/n/text()', query_to_xml(format("
        "'select count(*) as n from %I.%I', n.nspname, c.relname), false, true, '')))[1]::text::bigint) "
        "from pg_catalog.pg_class as c join pg_catalog.pg_namespace as n on n.oid = c.relnamespace "
        "where c.relkind in ('r', 'p') and not c.relispartition and n.nspname !~ '^(pg_|information_schema|public|daybook)' "
        "and c.oid <> 'bus.event_seq'::regclass")


class Book:
    """A database that has the same calls behind it as the others."""

    def __init__(self, name):
        self.one = session.Session(host.url(name, "trader"))
        for statement in WORLD:
            self.one.row(statement)
        self.rows = rows_by_table(self.one)

    def grown(self):
        """By how many rows each table has grown since the last time."""
        now = rows_by_table(self.one)
        grown = {name: count - self.rows[name] for name, count in now.items() if count != self.rows[name]}
        self.rows = now
        return grown


def outcomes(answers):
    counts = {}
    for answer in answers:
        word = answer[0]["outcome"] if isinstance(answer, list) else str(answer)
        counts[word] = counts.get(word, 0) + 1
    return counts


once, race, lost = (Book(each) for each in ("once", "race", "lost"))


def prove(sample):
    for statement in sample.before:
        for each in (once, race, lost):
            prepare(each.one, statement)
    refused = sample.outcome == "refused"
    tap.equal(once.one.rows(sample.call())[0]["outcome"], sample.outcome, "one caller")

    callers = CALLERS if sample.function in MANY else FEW
    answers = gate.race([(each, as_rows(sample.call())) for each in crowd[:callers]])
    tap.equal(outcomes(answers), {"refused": callers} if refused else {"created": 1, "replayed": callers - 1}, f"{callers} callers")

    cuts, caller = proxy.cuts, session.Session(proxy.url("lost"))
    try:
        answer = caller.rows(sample.call())
        raise tap.Failure(f"the link was not cut: {answer}")
    except Lost:
        tap.equal(proxy.cuts, cuts + 1, "links cut")
    tap.equal({row["outcome"] for row in lost.one.rows(sample.call())}, {"refused" if refused else "replayed"}, "the call again")

    left = [each.grown() for each in (once, race, lost)]
    if not sample.decided_anew:
        tap.equal(left[1:], [left[0]] * 2, f"rows that {callers} callers, and a lost answer, left behind")


for each in SAMPLES:
    if not each.within and not each.after:
        tap.test(f"{each.name}: once, whoever calls and however often")(lambda each=each: prove(each))

tap.main()
