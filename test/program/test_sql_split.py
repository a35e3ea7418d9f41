"""The runner cuts files where psql does. Every file that PostgreSQL installs: test/long."""

import os

from harness import program, split, tap

listener = split.Listener()

# A constant that goes on over a line end with escapes in its second part is not here: psql reads line by line and takes
# the second part for a constant of its own, and the server refuses what it sends; the runner reads as the server does.
ODD = r"""select 1; select 'a;b', "c;d", $$e;f$$, $x$g;$$;h$x$, e'i\';j', 'k' -- l;
'm;n' /* o; /* p; */ q; */ as r; select 1 + $1; select (2; 3); ;;
select e'a' -- c
  'b'; select e'a'
  'd';
create function f() returns int language sql begin atomic select 1; select case when true then 2 end; end; select 4;
create or replace procedure p() language sql begin atomic; end;
create function begin_(a int default 1) returns int as 'select 1; begin' language sql; select U&'a;b', b'1', x'f', 1e5, a$b$c from t;
select 'unfinished"; and $$ not'; do $body$ begin perform ';'; end $body$; create table case_ (a int); select '🐘;', "ä;";
create rule r as on insert to t do (select 1; select 2); select 5--;
;select 1 operator(pg_catalog.+) 2; /* between */ select 6
"""


@tap.test("odd but valid, and odd")
def _():
    path = os.path.join(program.temporary_folder(), "odd.sql")
    with open(path, "w", encoding="utf-8") as out:
        out.write(ODD)
    tap.check(listener.compare(path) > 15, "too few statements")


@tap.test("the largest files that PostgreSQL and pgTAP install, and information_schema.sql")
def _():
    files = split.installed_files()
    tap.check(len(files) > 20, f"{len(files)} files")
    chosen = files[-6:] + [path for path in files if path.endswith("information_schema.sql")]
    count = sum(listener.compare(path) for path in dict.fromkeys(chosen))
    print(f"# {count} statements in {len(set(chosen))} files")


tap.main()
