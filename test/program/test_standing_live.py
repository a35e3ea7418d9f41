"""Rows that stand already, against a real server: test/unit/market/ingest/standing_live.c."""

import os

from harness import program, server, tap

pg = server.Server()
URL = pg.installed("live", modules="market")
TESTS = 20


@tap.test("what stands is left out in the ranges and by the blocks that it should be, and the server takes them")
def _():
    test = os.path.join(program.BUILD, "test", "unit", "market", "standing_live")
    done = program.run([test], env=program.clean_env(DAYBOOK_TEST_URL=URL, CMOCKA_MESSAGE_OUTPUT="TAP"), timeout=120)
    failures = [line for line in done.out.splitlines() + done.err.splitlines() if not line.startswith("ok ")]
    tap.check(done.status == 0, "\n".join(failures))
    tap.check(f"ok {TESTS} " in done.out, done.out)


tap.main()
