"""Clients of libdaybook and the server under them killed at random moments; test/long/test_kills.py does it ten thousand times."""

from harness import kills, tap

SERVER, CLIENTS, SEED = 3, 60, 20240301

# What must not happen, done to the book behind everybody's back, and what is then said of it.
SABOTAGE = {
    "a fill that is gone": ("1 facts or batches are lost", "delete from trading.fills where fill_id = '{acknowledged}'"),
    "an event that nobody sent": ("1 facts or batches are nobody's", "insert into trading.order_events select (e).* from (select "
                                  "jsonb_populate_record(e, jsonb_build_object('event_id', gen_random_uuid(), 'order_version', 9999)) as e "
                                  "from trading.order_events as e limit 1) as e"),
    "a position that is not the sum of its fills": ("signed_qty", "update trading.positions set signed_qty = signed_qty + 1"),
}


class Sabotaged(kills.Kills):
    statement = None

    def compare(self, folder, name, before):
        acknowledged = self.acknowledged_fill(folder)
        if self.statement and acknowledged:
            self.wait_until_quiet(name)
            self.host.sql(f"set session_replication_role = replica; {self.statement.format(acknowledged=acknowledged)}", name)
        return super().compare(folder, name, before)


work = Sabotaged(kills.Count(None), SEED)


@tap.test(f"{CLIENTS} kills of clients and {SERVER} of the server: every acknowledged fact is there once, and the book adds up")
def _():
    work.run(SERVER, CLIENTS)
    print(f"# figure: {work.count.figure()}")
    tap.equal(work.count["violations"], [], "violations")
    tap.check(work.count["server kills"] >= SERVER and work.count["client kills"] >= CLIENTS, work.count.figure())
    tap.check(work.count["acknowledged"] > CLIENTS and work.count["asked twice"] > 0, work.count.figure())


for name, (said, statement) in SABOTAGE.items():
    @tap.test(f"{name} is noticed")
    def _(said=said, statement=statement):
        work.count, work.statement = kills.Count(None), statement
        work.run(0, 2 * kills.KILLS_OF_ROUND)
        tap.contains("\n".join(work.count["violations"]), said, "what was found")


tap.main()
