"""Whole fills that the threads of one program record together (dbk_group), beside the least that a database could do in their place."""

import os

from fill_entries import ONE_ROW, UPDATE_ROW, Bench, text_of
from harness import linked, program

HERE = os.path.dirname(os.path.abspath(__file__))
THREADS = 32


class Group(Bench):
    """dbk_fill_record in thirty-two threads, each over a connection of its own, all in one group; `alone` is the same without a group."""

    sides = ("daybook", "plain", "alone")
    seconds = 15
    setup_sql = ONE_ROW

    def __init__(self, host, settings, name, accounts, plain, beside, contention):
        super().__init__(host, THREADS, {"plain": plain}, settings)
        self.name, self.accounts = name, accounts
        self.what = (f"whole fills by dbk_fill_record in {THREADS} threads of one group, each over a connection of its own; "
                     f"plain = {beside}, alone = the same threads without a group")
        self.facts["contention"] = contention

    def prepare(self):
        with open(os.path.join(HERE, "group_fills.c"), encoding="utf-8") as source:
            binary = linked.build(source.read(), "group_fills", "-O2", "-I" + HERE, *linked.TO_SHARED, "-lpthread")
        return {**super().prepare(), "binary": binary}

    def rate(self, side, setup):
        if side == "plain":
            return super().rate(side, setup)
        database = self.database()
        how = "group" if side == "daybook" else "alone"
        done = program.run([setup["binary"], how, str(THREADS), str(self.accounts), str(self.seconds)],
                           env=program.clean_env(URL=self.host().server.url(database, "trader")), timeout=600).ok()
        self.host().drop(database)
        return float(done.out)


def entries(host, settings):
    return [Group(host, settings, "fills-group-32", THREADS, text_of("fill_insert.sql"),
                  "pgbench inserting bare rows into trading.fills over as many connections",
                  "each thread has an account, an order and a position of its own"),
            Group(host, settings, "fills-group-hot", 1, UPDATE_ROW, "as many clients updating one bare row",
                  "all fill one order of one position")]
