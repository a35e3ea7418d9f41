"""Sixteen runners at once, fifty rounds, directly and through a pooler in transaction mode."""

import time

from harness import runners, server, tap

ROUNDS, RUNNERS = 50, 16

host = server.Server()
pooler = server.PgBouncer(host, ["default_pool_size = 40"])


def rounds(prefix, url_of):
    began = time.monotonic()
    for number in range(ROUNDS):
        runners.race(host, f"{prefix}_{number}", url_of, RUNNERS)
    print(f"# {prefix}: {ROUNDS} rounds of {RUNNERS} runners in {time.monotonic() - began:.0f} s")


@tap.test("sixteen at once, fifty rounds, directly: no deadlock, each migration once")
def _():
    rounds("direct", lambda name: host.url(name, "trader"))


@tap.test("sixteen at once, fifty rounds, through a pooler in transaction mode: no deadlock, each migration once")
def _():
    rounds("pooled", pooler.url)


tap.main()
