"""The guard at the start of a daemon: as whom it does not run, and that it may be told to."""

import os

from harness import program, server, tap

GUARD = os.path.join(program.BUILD, "test", "unit", "schema", "guard_live")

host = server.Server()
host.installed("book", "trading", roles=True)
host.sql("create role executor login; grant daybook_executor to executor")


def guard(user, *schemas, how="refuse", **more):
    return program.run([GUARD, host.url("book", user, **more), how, *(schemas or ("trading", "bus"))])


@tap.test("a login that is a member of its service's role may run")
def _():
    guard("executor").ok()


@tap.test("a superuser may not, unless told to")
def _():
    tap.contains(guard("postgres").exits(5).out, 'the role "postgres" is a superuser')
    guard("postgres", how="allow").ok()


@tap.test("nor who bypasses row security")
def _():
    host.sql("create role bypasses login bypassrls; grant daybook_executor to bypasses")
    tap.contains(guard("bypasses").exits(5).out, 'the role "bypasses" bypasses row security')


@tap.test("nor who owns what it writes, or may act as who does")
def _():
    out = guard("trader").exits(5).out
    tap.contains(out, 'the role "trader" may act as the owner of')
    tap.contains(out, 'the role "daybook_owner"')
    host.sql("create role owns login; grant daybook_executor to owns; create table trading.own (id int); alter table trading.own owner to owns", "book")
    tap.contains(guard("owns").exits(5).out, 'the owner of a relation in the schema "trading", the role "owns"')
    guard("owns", "market", "bus").ok()


@tap.test("nor who may create in a schema of its search path")
def _():
    host.sql("create schema mine; grant create, usage on schema mine to executor", "book")
    guard("executor").ok()
    tap.contains(guard("executor", options="-csearch_path=mine,public").exits(5).out,
                 'may create objects in the schema "mine" of its search path')
    host.sql("revoke create on schema mine from executor; grant create on schema public to public", "book")
    tap.contains(guard("executor").exits(5).out, 'in the schema "public" of its search path')


tap.main()
