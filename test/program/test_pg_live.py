"""src/pg against real servers: test/unit/pg/pg_live.c, once directly and once through PgBouncer in transaction mode."""

import os
import socket

from harness import program, server, tap

LIVE = os.path.join(program.BUILD, "test", "unit", "pg", "pg_live")
host = server.Server(["datestyle = 'SQL, DMY'", "timezone = 'Asia/Kolkata'"])
pooler = server.PgBouncer(host)


def run_live(url, **more):
    done = program.run([LIVE], env=program.clean_env(DAYBOOK_TEST_URL=url, CMOCKA_MESSAGE_OUTPUT="TAP", **more), timeout=120)
    failures = [line for line in done.out.splitlines() + done.err.splitlines() if not line.startswith("ok ")]
    tap.check(done.status == 0, "\n".join(failures))
    tap.check("\nok 17 " in done.out, done.out)


@tap.test("the layer over libpq does on a real server what its header says")
def _():
    host.database("direct")
    silent = program.temporary_folder("dbk-mute-")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.join(silent, ".s.PGSQL.5432"))
        listener.listen(8)
        os.chmod(os.path.join(silent, ".s.PGSQL.5432"), 0o777)
        run_live(host.url("direct", "trader"), DAYBOOK_TEST_SILENT=silent, DAYBOOK_TEST_HOST=host.folder)


@tap.test("the same through PgBouncer in transaction mode")
def _():
    host.database("pooled")
    run_live(pooler.url("pooled"), DAYBOOK_TEST_POOLED="1")


tap.main()
