"""Runners at once with concurrent index builds: no deadlock, each migration once. The long version is test/long."""

from harness import runners, server, tap

host = server.Server()
pooler = server.PgBouncer(host, ["default_pool_size = 40"])


@tap.test("eight at once, three rounds, directly")
def _():
    for number in range(3):
        runners.race(host, f"direct_{number}", lambda name: host.url(name, "trader"), 8)


@tap.test("eight at once, two rounds, through a pooler in transaction mode")
def _():
    for number in range(2):
        runners.race(host, f"pooled_{number}", pooler.url, 8)


@tap.test("a runner is killed: the next one has the lock at once, and finishes")
def _():
    print(f"# the next one had it after {runners.kill_holder(host, 'killed'):.1f} s")


tap.main()
