"""A mirror of 2,000 tables is complete and sees one change among them; how long it takes, beside pg_dump -s on the same database,
is printed. The figures of a build with sanitizers are not those of a release."""

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


@tap.test("2,000 tables are compared, beside pg_dump -s, and a change to one of them is seen")
def _():
    host.sql("create database big template template0")
    host.sql(MAKE, "big")
    host.sql("vacuum analyze", "big")
    url = host.url("big")
    folder = os.path.join(program.temporary_folder("dbk-speed-"), "schemas")
    program.daybook("mirror", "--url", url, "--out", folder, "--quiet").ok()
    tap.equal(sum(len(names) for top, _, names in os.walk(folder) if top.endswith("/tables")), 2000, "files of tables")
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(seconds(program.DAYBOOK, "mirror", "--check", "--quiet", "--url", url, "--out", folder))
        theirs.append(seconds(server.client("pg_dump"), "-s", "-d", url, "-f", "/dev/null"))
    for name, times in (("mirror --check", ours), ("pg_dump -s", theirs)):
        print(f"# {name}: median {statistics.median(times):.3f} s of {' '.join(f'{value:.3f}' for value in times)}")
    print(f"# pg_dump -s takes {statistics.median(b / a for a, b in zip(ours, theirs)):.2f} times as long, median of pairs")
    host.sql("drop index s7.t42_name_idx", "big")
    done = program.daybook("mirror", "--check", "--url", url, "--out", folder, "--format", "json").exits(1)
    tap.equal([(row["object"], row["difference"], row["part"], row["name"]) for row in done.json()],
              [("s7.t42", "missing", "index", "t42_name_idx")])


tap.main()
