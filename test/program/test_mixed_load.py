"""32 connections with all kinds of calls on the same facts, half of them through PgBouncer: nobody deadlocks, and the book is right.
test/long/test_mixed_load.py goes on for longer."""

from harness import mixed, session, tap

OPERATIONS = 60  # of each connection

load = mixed.Mixed()


@tap.test(f"{mixed.CONNECTIONS} connections, {OPERATIONS} calls each: no deadlock, and the book verifies")
def _():
    load.prove(OPERATIONS)


@tap.test("a deadlock would have been counted")
def _():
    pair = [session.Session(load.url) for _ in range(2)]
    rows = ["select 1 from trading.accounts where account_id = " + session.literal(mixed.ident("account", n)) + " for update" for n in range(2)]
    for n, each in enumerate(pair):
        each.run("begin; " + rows[n])
    for n, each in enumerate(pair):
        each.send(rows[1 - n])
    answers = [session.outcome(each) for each in pair]
    tap.equal([str(getattr(each, "sqlstate", "-")) for each in answers].count("40P01"), 1, f"answers: {answers}")
    for each in pair:
        each.close()
    tap.wait_until(lambda: load.deadlocks() == (1, 1), "the deadlock is counted")


tap.main()
