"""Clients and the whole server killed at random moments, again and again, while the book is compared with what clients know.

The clients are those of test/program/fixtures/kills.c. A round lets them work, kills some of them and the server under all of them, starts the server
again (clients that live through it try again inside the library), waits until every client has had another answer, kills them
all and compares. Rounds of one epoch share a database; at its end every client finds out about the step that it does not know.
What is counted outlives the process when a file for it is named.

With spools the server is away for a while in each round, and clients go on; before anything is compared they deliver what waits.
Of a book in a file only clients are killed.
"""

import json
import os
import random
import shutil
import sqlite3
import subprocess
import time
import uuid

from . import book, linked, program, server, session, tap
from .session import call

CLIENTS, EPOCH_ROUNDS = 8, 10
MEAN_US = 50000  # between two kills of clients
KILLS_OF_ROUND = CLIENTS + 11  # all at its end, and these in its course

# A power cut may come at any time, so nothing is saved on durability; small, so that recovery is quick.
SETTINGS = ["fsync = on", "synchronous_commit = on", "full_page_writes = on", "shared_buffers = 16MB", "min_wal_size = 32MB",
            "max_wal_size = 128MB", "recovery_init_sync_method = syncfs", "log_min_messages = fatal"]

# Every fact in the book, fills that were recorded after later ones of their bot, and what clients have sent or have an answer for.
OF_A_SERVER = """
create temporary view facts as
      select 'orders' as kind, account_id, order_id as id from trading.orders where origin in ('local', 'claimed')
union all select 'order_events', account_id, event_id from trading.order_events
union all select 'fills', account_id, fill_id from trading.fills
union all select 'fill_events', account_id, event_id from trading.fill_events
union all select 'cash_entries', account_id, entry_id from trading.cash_entries
union all select 'funding_payments', account_id, payment_id from trading.funding_payments;
create temporary view late as select from trading.fills as f where f.account_id <> '%s' and exists (
    select from trading.fills as b where b.account_id = f.account_id and b.recorded_at < f.recorded_at and b.filled_at > f.filled_at);
"""
OF_A_FILE = """
      select 'orders' as kind, account_id, order_id as id from orders where origin in ('local', 'claimed')
union all select 'order_events', account_id, event_id from order_events
union all select 'fills', account_id, fill_id from fills
union all select 'fill_events', account_id, event_id from fill_events
union all select 'cash_entries', account_id, entry_id from cash_entries
union all select 'funding_payments', account_id, payment_id from funding_payments
"""
LATE_IN_A_FILE = """
select count(*) from fills as f join fills as b using (account_id)
 where f.account_id <> ? and b.recorded_at < f.recorded_at and b.filled_at > f.filled_at
"""
JOURNALS = """
create temporary table sent (step bigint, kind text, account_id uuid, ids uuid[]);
create temporary table done (step bigint, kind text, account_id uuid, ids uuid[], outcome text, answer text);
"""

COMPARE = """
create temporary view asked as select distinct replace(kind, 'run of ', '') as kind, account_id, unnest(ids) as id from sent;
create temporary view acknowledged as select replace(kind, 'run of ', '') as kind, account_id, unnest(ids) as id from done;
select jsonb_build_object(
  'acknowledged', (select count(*) from acknowledged),
  'lost', (select count(*) from (select * from acknowledged except select * from facts) as l),
  'doubled', (select count(*) from (select 1 from facts group by kind, account_id, id having count(*) > 1
                                    union all select 1 from acknowledged group by kind, account_id, id having count(*) > 1) as d),
  'missing', (select count(*) from (select * from asked except select * from facts) as m),
  'nobody''s', (select count(*) from (select * from facts except select * from asked) as n),
  'halves', (select count(*) from (select from sent as s, unnest(s.ids) as i (id) left join facts as f using (id)
                                   where s.kind = 'fills' and cardinality(s.ids) > 1 group by s.account_id, s.ids
                                   having count(distinct f.id) not in (0, cardinality(s.ids))) as h),
  'out of order', (select count(*) from late),
  'spooled', (select count(*) from done where outcome = 'spooled'),
  'asked twice', (select count(*) from (select from sent group by kind, account_id, ids having count(*) > 1) as t),
  'had happened', (select count(*) from done as d where d.outcome = 'replayed'
                      and (select count(*) from sent as s where (s.kind, s.account_id, s.ids) = (d.kind, d.account_id, d.ids)) > 1),
  'replayed inside', (select count(*) from done as d where d.outcome = 'replayed'
                      and (select count(*) from sent as s where (s.kind, s.account_id, s.ids) = (d.kind, d.account_id, d.ids)) = 1));
"""


def numbered(kind, number):
    """The ids that kills.c gives accounts and instruments."""
    return uuid.UUID(bytes=bytes([kind]) + bytes(14) + bytes([number]))


class Count:
    """What all runs together have done; kept in a file when there is one."""

    def __init__(self, path):
        self.path = path
        self.data = {"rounds": 0, "epochs": 0, "server kills": 0, "client kills": 0, "acknowledged": 0, "asked twice": 0,
                     "had happened": 0, "replayed inside": 0, "spooled": 0, "violations": []}
        if path and os.path.exists(path):
            with open(path, encoding="utf-8") as text:
                self.data = json.load(text)

    def __getitem__(self, name):
        return self.data[name]

    def add(self, **numbers):
        for name, number in numbers.items():
            self.data[name.replace("_", " ")] += number

    def save(self):
        if self.path:
            with open(self.path + ".new", "w", encoding="utf-8") as out:
                json.dump(self.data, out, indent=1)
            os.replace(self.path + ".new", self.path)

    def figure(self):
        data = self.data
        return (f"{data['server kills'] + data['client kills']} kills ({data['server kills']} of the server, {data['client kills']} of "
                f"clients), {data['acknowledged']} facts acknowledged, {data['asked twice']} unknown outcomes asked for by a new "
                f"incarnation ({data['had happened']} had happened), {data['replayed inside']} found again inside the library, "
                f"{data['spooled']} spooled, "
                f"{len(data['violations'])} violations")


class Kills:
    """Clients of a server."""
    environment, end = {}, "end"

    def __init__(self, count, seed):
        self.count, self.seed = count, seed
        self.host = server.Server(SETTINGS)
        self.pooler = server.PgBouncer(self.host, ["server_login_retry = 0.05", "default_pool_size = 2"])
        with open(os.path.join(program.SOURCE, "test", "program", "fixtures", "kills.c"), encoding="utf-8") as source:
            self.binary = linked.build(source.read(), "kills", *linked.TO_SHARED)
        self._prepare()

    def _prepare(self):
        """The database of which each epoch's is a copy."""
        one = session.Session(self.host.installed("base", "trading"))
        for code in ("USD", "BTC"):
            one.row(call("ref.fn_register_currency", code=code, name=code, kind="other"))
        one.row(call("ref.fn_register_venue", code="kills", name="Kills"))
        for number in range(2):
            one.row(call("ref.fn_register_instrument", instrument_id=numbered(0x1d, number), venue="kills", symbol=f"S{number}",
                         kind="perp", base="BTC", quote="USD"))
        for number in range(CLIENTS + 1):
            one.row(call("trading.fn_open_account", account_id=numbered(0xac, number), name=f"a{number}", venue="kills",
                         currency="USD", mode="paper", position_mode="netting", opening_balance=0))
        one.close()

    def run(self, server_kills, client_kills):
        """Goes on until that many kills are counted; stops at the first violation."""
        while not self.count["violations"] and (self.count["server kills"] < server_kills or self.count["client kills"] < client_kills):
            self._epoch(server_kills, client_kills)

    def _epoch(self, server_kills, client_kills):
        name, self.pick = f"epoch{self.count['epochs']}", random.Random(self.seed + self.count["rounds"])
        folder = program.temporary_folder("dbk-kills-")
        self._make_book(folder, name)
        before = None
        for _ in range(EPOCH_ROUNDS):
            if self.count["violations"] or (self.count["server kills"] >= server_kills and self.count["client kills"] >= client_kills):
                break
            with_server = self.count["server kills"] < server_kills
            left = max(client_kills - self.count["client kills"], CLIENTS + 1)
            killed = self._round(folder, name, with_server, min(left, KILLS_OF_ROUND) - CLIENTS)
            before = self.compare(folder, name, before)
            self.count.add(rounds=1, server_kills=int(with_server), client_kills=killed)
            self.count.save()
        if not self.count["violations"]:
            self._finish(folder, name, before)
        self.host.sql(f"drop database if exists {name} with (force)")
        self.count.add(epochs=1)
        self.count.save()

    def _make_book(self, _folder, name):
        self.host.sql(f"create database {name} template base owner trader")

    def _urls(self, _folder, name):
        return [self.host.url(name, "trader"), self.pooler.url(name)]

    def _start(self, folder, name):
        return subprocess.Popen(
            [self.binary, folder, str(CLIENTS), str(self.pick.randrange(1 << 31)), str(MEAN_US), *self._urls(folder, name)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=program.clean_env(**self.environment), encoding="utf-8")

    def _stay_away(self, _folder):
        """The server is gone, and may stay so for a while."""

    def _round(self, folder, name, with_server, kills):
        """Returns how many clients were killed."""
        with self._start(folder, name) as parent:
            parent.stdin.write(f"kill {kills}\n")
            parent.stdin.flush()
            if with_server:
                time.sleep(self.pick.random() * kills * MEAN_US / 1e6)
                self.host.crash()
                self._stay_away(folder)
                self.host.start()
            out, _ = parent.communicate(f"progress\n{self.end}\n", 300)
        return self._read(parent, out, f"killed {kills + CLIENTS}" if self.end == "end" else "finished")

    def _read(self, parent, out, last):
        """What the parent says beside its answers is wrong."""
        lines = out.splitlines()
        self._insist(parent.returncode == 0 and bool(lines) and lines[-1] == last, f"the parent ended with {parent.returncode}: {lines}")
        for line in lines:
            self._insist(line.split()[0] in ("killed", "progressed", "finished"), line)
        killed = [int(line.split()[1]) for line in lines if line.startswith("killed")]
        return killed[-1] if killed else 0

    def _insist(self, condition, what):
        if not condition:
            self.count.data["violations"].append(what[:2000])

    def _journals(self, folder, kind):
        lines = []
        for number in range(CLIENTS):
            path = os.path.join(folder, f"{number}.{kind}")
            if os.path.exists(path):
                with open(path, encoding="utf-8") as text:
                    lines.append(text.read().rpartition("\n")[0])  # without a line that a kill has torn
        return "\n".join(filter(None, lines))

    def wait_until_quiet(self, name):
        """The statement of a client that was killed may still be on its way to commit."""
        at_work = f"select count(*) from pg_stat_activity where datname = '{name}' and state <> 'idle' and backend_type = 'client backend'"
        tap.wait_until(lambda: self.host.sql(at_work) == "0", "the last statements are over")

    def acknowledged_fill(self, folder):
        """The id of one that a client has an answer for; None where there is none yet."""
        done = (line.split("\t") for line in self._journals(folder, "done").splitlines())
        return next((ids.strip("{}").split(",")[0] for _, kind, _, ids, *_ in done if kind.removeprefix("run of ") == "fills"), None)

    def _where(self, name):
        """The database in which the book is compared."""
        return name

    def _facts(self, _folder):
        return OF_A_SERVER % numbered(0xac, 0)

    def compare(self, folder, name, before):
        """The book against the journals, and against itself. Returns the counts of the epoch so far."""
        script = self._facts(folder) + JOURNALS
        for kind in ("sent", "done"):
            script += f"copy {kind} from stdin;\n{self._journals(folder, kind)}\n\\.\n"
        now = json.loads(self.host.sql(script + COMPARE, self._where(name)))
        for what in ("lost", "doubled", "nobody's", "halves", "out of order"):
            self._insist(now[what] == 0, f"{name}: {now[what]} facts or batches are {what}")
        wrong = self._journals(folder, "wrong")
        self._insist(not wrong, wrong)
        done = program.daybook("book", "verify", "--url", self._urls(folder, name)[0])
        self._insist(done.status == 0, done.out + done.err)
        for what in ("acknowledged", "asked twice", "had happened", "replayed inside", "spooled"):
            self.count.data[what] += now[what] - (before[what] if before else 0)
        return now

    def _finish(self, folder, name, before):
        """All that was sent is in the book now, and all of it adds up by rules that share nothing with the book's."""
        with self._start(folder, name) as parent:
            out, _ = parent.communicate("last\n", 300)
        self.count.add(client_kills=self._read(parent, out, "finished"))
        now = self.compare(folder, name, before)
        self._insist(now["missing"] == 0, f"{name}: {now['missing']} facts were sent, answered and are not there")
        self._add_up(name)

    def _add_up(self, name):
        one = session.Session(self.host.url(name))
        try:
            book.check(one)
        except tap.Failure as failure:
            self._insist(False, str(failure))
        one.close()


class SpoolKills(Kills):
    """Clients with spools, of a server that is away for a while."""
    environment, end = {"SPOOL": "1"}, "empty"

    def _stay_away(self, folder):
        """Until somebody was told that it is kept, and then for as long again as it takes to kill a few."""
        def kept():
            return self._journals(folder, "done").count("\tspooled\t")

        before = kept()
        tap.wait_until(lambda: kept() > before, "a client has put something into its spool")
        time.sleep(self.pick.random() * KILLS_OF_ROUND * MEAN_US / 1e6)


class FileKills(Kills):
    """Clients of one book in a file. The server is there to compare."""

    def _prepare(self):
        self.base = os.path.join(program.temporary_folder("dbk-kills-"), "base.db")
        program.run([self.binary, "prepare", str(CLIENTS), f"sqlite:{self.base}"]).ok()

    def _make_book(self, folder, _name):
        shutil.copy(self.base, self._path(folder))

    @staticmethod
    def _path(folder):
        return os.path.join(folder, "book.db")

    def _urls(self, folder, _name):
        return [f"sqlite:{self._path(folder)}"]

    def _where(self, _name):
        return "postgres"

    def _facts(self, folder):
        file = sqlite3.connect(self._path(folder))
        rows = "\n".join("\t".join(row) for row in file.execute(OF_A_FILE))
        late = file.execute(LATE_IN_A_FILE, (str(numbered(0xac, 0)),)).fetchone()[0]
        file.close()
        return (f"create temporary table facts (kind text, account_id uuid, id uuid);\ncopy facts from stdin;\n{rows}\n\\.\n"
                f"create temporary view late as select from generate_series(1, {late});\n")

    def _add_up(self, _name):
        """`book verify` has: there are no functions of a server that it could share a mistake with."""
