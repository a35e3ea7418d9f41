"""Clients that do without a server, killed at random moments: with spools while their server is away and back, and on one book in a file.
test/long/test_kills_offline.py does it thousands of times."""

from harness import kills, tap

SERVER, CLIENTS, SEED = 2, 19, 20240301


class Sabotaged(kills.SpoolKills):
    sabotage = False

    def compare(self, folder, name, before):
        acknowledged = self.acknowledged_fill(folder)
        if self.sabotage and acknowledged:
            self.wait_until_quiet(name)
            self.host.sql(f"set session_replication_role = replica; delete from trading.fills where fill_id = '{acknowledged}'", name)
        return super().compare(folder, name, before)


@tap.test(f"{CLIENTS} kills of clients with spools, and {SERVER} of a server that stays away: nothing is lost, doubled or out of order")
def _():
    work = Sabotaged(kills.Count(None), SEED)
    work.run(SERVER, CLIENTS)
    print(f"# figure: spools: {work.count.figure()}")
    tap.equal(work.count["violations"], [], "violations")
    tap.check(work.count["spooled"] > 0, work.count.figure())
    work.count, work.sabotage = kills.Count(None), True
    work.run(0, kills.KILLS_OF_ROUND)
    tap.contains("\n".join(work.count["violations"]), "facts or batches are lost", "what was found after a fill was taken away")


@tap.test(f"{CLIENTS} kills of clients of one book in a file: every acknowledged fact is there once, and the book adds up")
def _():
    work = kills.FileKills(kills.Count(None), SEED)
    work.run(0, CLIENTS)
    print(f"# figure: a file: {work.count.figure()}")
    tap.equal(work.count["violations"], [], "violations")
    tap.check(work.count["acknowledged"] > CLIENTS and work.count["asked twice"] > 0, work.count.figure())


tap.main()
