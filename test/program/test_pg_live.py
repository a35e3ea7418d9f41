"""src/pg against real servers: test/unit/pg/pg_live.c and pg_live_daemon.c, directly and through PgBouncer."""

import os
import socket

from harness import program, server, tap

UNIT = os.path.join(program.BUILD, "test", "unit", "pg")
host = server.Server(["datestyle = 'SQL, DMY'", "timezone = 'Asia/Kolkata'"])
pooler = server.PgBouncer(host)


def run_live(name, tests, url, **more):
    done = program.run([os.path.join(UNIT, name)], env=program.clean_env(DAYBOOK_TEST_URL=url, CMOCKA_MESSAGE_OUTPUT="TAP", **more), timeout=120)
    failures = [line for line in done.out.splitlines() + done.err.splitlines() if not line.startswith("ok ")]
    tap.check(done.status == 0, "\n".join(failures))
    tap.check(f"ok {tests} " in done.out, done.out)


@tap.test("the layer over libpq does on a real server what its header says")
def _():
    host.database("direct")
    silent = program.temporary_folder("dbk-mute-")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.join(silent, ".s.PGSQL.5432"))
        listener.listen(8)
        os.chmod(os.path.join(silent, ".s.PGSQL.5432"), 0o777)
        run_live("pg_live", 18, host.url("direct", "trader"), DAYBOOK_TEST_SILENT=silent, DAYBOOK_TEST_HOST=host.folder)


@tap.test("the same through PgBouncer in transaction mode")
def _():
    host.database("pooled")
    run_live("pg_live", 18, pooler.url("pooled"), DAYBOOK_TEST_POOLED="1")


@tap.test("a daemon's session is proven, its lead is one, and its listener comes back: directly and through a pooler of sessions")
def _():
    run_live("pg_live_daemon", 4, host.url("direct", "trader"))
    sessions = server.PgBouncer(host, ["pool_mode = session"])
    run_live("pg_live_daemon", 4, sessions.url("direct"))


@tap.test("a pooler in transaction mode is found out, also one that goes through its connections in turn")
def _():
    run_live("pg_live_daemon", 2, pooler.url("pooled"), DAYBOOK_TEST_POOLED="1")
    in_turn = server.PgBouncer(host, ["server_round_robin = 1"])
    run_live("pg_live_daemon", 2, in_turn.url("pooled"), DAYBOOK_TEST_POOLED="1")
    alone = server.PgBouncer(host, ["default_pool_size = 2"])
    run_live("pg_live_daemon", 2, alone.url("pooled"), DAYBOOK_TEST_POOLED="1")


tap.main()
