"""How long a mirror of 2,000 tables takes, beside pg_dump -s on the same database; the figures are printed. A build with
sanitizers has to be quick as well, but only a release build has to be the quicker of the two."""

import os
import statistics
import time

from harness import program, server, tap

host = server.Server()
ROUNDS = 9

# 2,000 tables and 4,000 indexes (a primary key and one more each), 2,000 grants, comments, defaults, checks, foreign keys.
MAKE = """
create role reader nologin;
do $$ begin
  for s in 1..20 loop
    execute format('create schema s%s', s);
    for t in 1..100 loop
      execute format('create table s%1$s.t%2$s (account_id uuid not null, id bigint not null, name text default ''x'' not null, '
                     'qty numeric(20, 8), price numeric check (price > 0), at timestamptz default now(), note text, '
                     'parent bigint, primary key (account_id, id))', s, t);
      execute format('create index on s%1$s.t%2$s (name) where price > 1', s, t);
      execute format('comment on table s%1$s.t%2$s is ''a table''; comment on column s%1$s.t%2$s.qty is ''a quantity''', s, t);
      execute format('grant select, insert on s%1$s.t%2$s to reader', s, t);
    end loop;
    commit;
  end loop;
end $$;
"""


def seconds(*argv):
    started = time.monotonic()
    program.run(argv).ok()
    return time.monotonic() - started


@tap.test("a mirror of 2,000 tables is compared in less than a second, and in less than pg_dump -s takes")
def _():
    host.sql("create database big template template0")
    host.sql(MAKE, "big")
    host.sql("vacuum analyze", "big")
    url = host.url("big")
    folder = os.path.join(program.temporary_folder("dbk-speed-"), "schemas")
    program.daybook("mirror", "--url", url, "--out", folder, "--quiet").ok()
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(seconds(program.DAYBOOK, "mirror", "--check", "--quiet", "--url", url, "--out", folder))
        theirs.append(seconds(server.client("pg_dump"), "-s", "-d", url, "-f", "/dev/null"))
    for name, times in (("mirror --check", ours), ("pg_dump -s", theirs)):
        print(f"# {name}: median {statistics.median(times):.3f} s of {' '.join(f'{value:.3f}' for value in times)}")
    if "libasan" in program.run(["ldd", program.DAYBOOK]).out:
        print("# built with sanitizers: the figures are not those of a release")
        tap.check(min(ours) < 2, "slower than two seconds")
        return
    tap.check(min(ours) < 1, "slower than a second")
    tap.check(statistics.median(ours) < statistics.median(theirs), "slower than pg_dump -s")


tap.main()
