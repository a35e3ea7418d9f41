#include "../unit.h"

#include <sys/stat.h>

#include "core/file.h"
#include "schema/lint.h"

#define TODAY "2026-11-20"

/* A team's module in a folder of its own, files by name below it. */
typedef struct sample {
    arena *a;
    const char *folder;
} sample;

static void put(const sample *s, const char *path, const char *text)
{
    unit_ok(file_write_atomic(arena_printf(s->a, "%s/shop/%s", s->folder, path), text, strlen(text), 0644));
}

static sample start(void)
{
    static const char *const folders[] = {"migrations", "functions", "views"};
    sample s = {.a = arena_new((size_t)1 << 30)};
    assert_non_null(s.a);
    s.folder = unit_folder(s.a);
    for (int i = 0; i < 3; i++)
        unit_ok(file_make_dirs(arena_printf(s.a, "%s/shop/%s", s.folder, folders[i]), 0755));
    put(&s, "module.conf",
        "[module]\nname = shop\nsummary = a test\nrequires = core, bus, ref, trading\nschemas = shop\n");
    return s;
}

static void finish(sample *s)
{
    unit_remove(s->folder);
    arena_free(s->a);
}

static lint_result run(const sample *s, const lint_options *options)
{
    lint_options o = options ? *options : (lint_options){0};
    lint_result r;
    o.modules_dir = s->folder;
    o.today = TODAY;
    unit_ok(lint_run(s->a, &o, &r));
    return r;
}

/* "file:line rule" of every finding. */
static const char *found(arena *a, const lint_result *r)
{
    const char *text = "";
    for (size_t i = 0; i < r->count; i++)
        text = arena_printf(a, "%s%s:%zu %s\n", text, strrchr(r->items[i].path, '/') + 1, r->items[i].line,
                            r->items[i].rule->id);
    return text;
}

static void tables_of_pending_files_are_new(void **state)
{
    (void)state;
    sample s = start();
    put(&s, "migrations/001_make.sql",
        "create table shop.goods (goods_id bigint primary key, name text);\n"
        "comment on table shop.goods is 'What is sold.';\n"
        "create index goods_name on shop.goods (name);\n");
    put(&s, "migrations/002_change.sql",
        "alter table shop.goods add column price numeric not null;\n"
        "alter table shop.goods alter column name set not null;\n"
        "create index goods_price on shop.goods (price);\n"
        "drop index shop.goods_price;\n"
        "alter table shop.goods rename to wares;\n"
        "alter table shop.wares drop column name;\n");
    lint_result r = run(&s, NULL);
    assert_string_equal(found(s.a, &r), "");
    const char *const groups[] = {"shards", "lint"};
    r = run(&s, &(lint_options){.rules = groups, .rule_count = 2});
    assert_string_equal(found(s.a, &r), "");

    const lint_applied applied = {"shop", 1};
    r = run(&s, &(lint_options){.applied = &applied, .applied_count = 1});
    assert_string_equal(found(s.a, &r), "002_change.sql:1 adding-required-field\n"
                                        "002_change.sql:2 adding-not-nullable-field\n"
                                        "002_change.sql:3 require-concurrent-index-creation\n"
                                        "002_change.sql:4 require-concurrent-index-deletion\n"
                                        "002_change.sql:5 renaming-table\n"
                                        "002_change.sql:6 ban-drop-column\n");
    finish(&s);
}

/* What was measured on PostgreSQL 15: now() is stored once, clock_timestamp() rewrites; so does
 * numeric(20,8). */
static void rewrites_are_told_from_cheap_changes(void **state)
{
    (void)state;
    sample s = start();
    put(&s, "migrations/001_change.sql",
        "alter table trading.orders add column a timestamptz default now();\n"
        "alter table trading.orders add column b timestamptz default clock_timestamp();\n"
        "alter table trading.orders add column c text not null default 'x';\n"
        "alter table trading.orders add column d bigint generated always as identity;\n"
        "alter table trading.orders alter column qty type numeric(20, 8);\n"
        "alter table trading.orders add column e util.amount;\n"
        "alter table trading.orders add constraint k check (qty > 0) not valid;\n"
        "alter table trading.orders validate constraint k;\n"
        "alter table trading.orders add constraint n check (a is not null) not valid;\n"
        "alter table trading.orders alter column a set not null;\n"
        "alter table trading.orders validate constraint n;\n"
        "alter table trading.orders alter column a set not null;\n"
        "alter table trading.orders add constraint f foreign key (account_id) references trading.accounts on "
        "delete "
        "restrict;\n"
        "alter table trading.orders add constraint g foreign key (account_id) references trading.accounts on "
        "delete "
        "restrict not valid;\n");
    lint_result r = run(&s, NULL);
    assert_string_equal(found(s.a, &r), "001_change.sql:2 adding-field-with-default\n"
                                        "001_change.sql:4 adding-field-with-default\n"
                                        "001_change.sql:5 changing-column-type\n"
                                        "001_change.sql:6 table-rewrite\n"
                                        "001_change.sql:10 adding-not-nullable-field\n"
                                        "001_change.sql:13 adding-foreign-key-constraint\n");
    finish(&s);
}

/* A timeout that is not in effect silences nothing, and a table that is made needs none. */
static void knows_which_lock_timeout_is_in_effect(void **state)
{
    (void)state;
    sample s = start();
    put(&s, "migrations/001_off.sql",
        "set lock_timeout = '2s';\n"
        "set lock_timeout = '0ms';\n"
        "create table shop.made (made_id bigint primary key);\n"
        "comment on table shop.made is 'New.';\n"
        "alter table trading.orders add column a text;\n"
        "select set_config('lock_timeout', '1s', true);\n"
        "alter table trading.orders add column b text;\n"
        "reset lock_timeout;\n"
        "alter table trading.orders add column c text;\n");
    put(&s, "migrations/002_on.sql", "alter table trading.orders add column d text;\n");
    put(&s, "migrations/003_concurrent.sql",
        "set lock_timeout = '2s';\n"
        "create index concurrently if not exists i on trading.orders (d);\n");
    lint_result r = run(&s, NULL);
    assert_string_equal(found(s.a, &r), "001_off.sql:2 lock-timeout-off\n"
                                        "001_off.sql:5 require-timeout-settings\n"
                                        "001_off.sql:8 lock-timeout-off\n"
                                        "001_off.sql:9 require-timeout-settings\n"
                                        "003_concurrent.sql:1 short-timeout-for-concurrent-index\n"
                                        "003_concurrent.sql:2 concurrent-index-if-not-exists\n");
    finish(&s);
}

static void other_locks_and_losses(void **state)
{
    (void)state;
    sample s = start();
    put(&s, "migrations/001_bad.sql",
        "truncate trading.orders;\n"
        "vacuum full trading.orders;\n"
        "vacuum analyze trading.orders;\n"
        "cluster trading.orders;\n"
        "reindex table trading.orders;\n"
        "reindex table concurrently trading.orders;\n"
        "lock table trading.orders;\n"
        "drop table if exists trading.runs cascade;\n"
        "alter table trading.orders rename column qty to quantity;\n"
        "alter table trading.orders add constraint u unique (account_id, qty);\n"
        "alter table trading.orders add constraint v unique using index w;\n"
        "alter table trading.orders set tablespace fast;\n"
        "alter domain util.amount add constraint c check (value > 0);\n"
        "begin;\n"
        "drop database x;\n"
        "drop schema shop;\n"
        "refresh materialized view trading.m;\n");
    put(&s, "migrations/002_bracketed.sql", "begin;\nselect 1;\ncommit;\n");
    lint_result r = run(&s, NULL);
    assert_string_equal(found(s.a, &r), "001_bad.sql:1 ban-truncate\n"
                                        "001_bad.sql:2 table-rewrite\n"
                                        "001_bad.sql:4 table-rewrite\n"
                                        "001_bad.sql:5 require-concurrent-reindex\n"
                                        "001_bad.sql:7 explicit-lock\n"
                                        "001_bad.sql:8 ban-drop-table\n"
                                        "001_bad.sql:9 renaming-column\n"
                                        "001_bad.sql:10 disallowed-unique-constraint\n"
                                        "001_bad.sql:12 table-rewrite\n"
                                        "001_bad.sql:13 ban-alter-domain-with-add-constraint\n"
                                        "001_bad.sql:14 transaction-nesting\n"
                                        "001_bad.sql:15 ban-drop-database\n"
                                        "001_bad.sql:16 ban-drop-table\n"
                                        "001_bad.sql:17 refresh-without-concurrently\n");
    finish(&s);
}

static void types_and_keys_that_do_not_suit_a_book(void **state)
{
    (void)state;
    sample s = start();
    put(&s, "migrations/001_types.sql",
        "create table shop.a (a_id integer primary key, ratio double precision);\n"
        "create table shop.b (b_id bigint primary key, unit_price real, at timestamp, code char(3), m "
        "money);\n"
        "create unlogged table shop.c (c_id bigserial primary key, b_id smallint);\n"
        "create table trading.d (d_id uuid primary key);\n"
        "create table trading.e (account_id uuid, e_id uuid, price float8, c_id bigint references shop.c,\n"
        "  primary key (e_id), unique (account_id, e_id),\n"
        "  foreign key (account_id, e_id) references market.klines on delete restrict,\n"
        "  foreign key (c_id) references ref.currencies on delete restrict);\n"
        "create unique index i on trading.e (lower(e_id::text));\n"
        "create trigger t after insert on shop.a for each statement execute function shop.f();\n"
        "grant select on shop.a to somebody;\n"
        "alter table shop.a owner to somebody;\n"
        "insert into goods select pg_advisory_lock(1);\n"
        "create table shop.fine (like shop.a);\n"
        "comment on table shop.fine is 'append-only';\n");
    put(&s, "grants.conf",
        "[api]\nshop.fine = select, insert, delete\nshop.a = select, delete\n[app]\nupdate = shop.*\n");
    lint_result r =
        run(&s, &(lint_options){
                    .rules = (const char *const[]){"float-in-book", "prefer-timestamp-tz", "id-32-bit",
                                                   "prefer-identity", "ban-char-field", "unlogged-table",
                                                   "append-only-grant", "roles-in-sql", "unqualified-name",
                                                   "session-level-lock", "account-missing", "account-first",
                                                   "foreign-key-to-market", "foreign-key-on-delete",
                                                   "statement-trigger"},
                    .rule_count = 15});
    assert_string_equal(found(s.a, &r), "grants.conf:2 append-only-grant\n"
                                        "grants.conf:5 append-only-grant\n"
                                        "001_types.sql:1 id-32-bit\n"
                                        "001_types.sql:2 float-in-book\n"
                                        "001_types.sql:2 prefer-timestamp-tz\n"
                                        "001_types.sql:2 ban-char-field\n"
                                        "001_types.sql:2 float-in-book\n"
                                        "001_types.sql:3 unlogged-table\n"
                                        "001_types.sql:3 prefer-identity\n"
                                        "001_types.sql:3 id-32-bit\n"
                                        "001_types.sql:4 account-missing\n"
                                        "001_types.sql:4 account-first\n"
                                        "001_types.sql:5 float-in-book\n"
                                        "001_types.sql:5 account-first\n"
                                        "001_types.sql:5 foreign-key-on-delete\n"
                                        "001_types.sql:6 account-first\n"
                                        "001_types.sql:7 foreign-key-to-market\n"
                                        "001_types.sql:9 account-first\n"
                                        "001_types.sql:10 statement-trigger\n"
                                        "001_types.sql:11 roles-in-sql\n"
                                        "001_types.sql:12 roles-in-sql\n"
                                        "001_types.sql:13 unqualified-name\n"
                                        "001_types.sql:13 session-level-lock\n");
    finish(&s);
}

static void definitions_of_functions(void **state)
{
    (void)state;
    sample s = start();
    put(&s, "functions/a.sql",
        "create function shop._open() returns void language plpgsql as $$ begin end $$;\n"
        "create function shop._path() returns void language plpgsql stable set search_path = pg_temp, shop "
        "as $$ "
        "begin end $$;\n"
        "create function shop._definer() returns void language plpgsql stable security definer\n"
        "  set search_path = pg_catalog, pg_temp as $$ begin end $$;\n"
        "create function shop.fn_invoker() returns void language plpgsql stable set search_path = "
        "pg_catalog, "
        "pg_temp as $$\n"
        "begin\n"
        "    raise exception 'no';\n"
        "    raise exception 'no' using errcode = 'TB001';\n"
        "    raise sqlstate 'TB001' using hint = 'x';\n"
        "    raise notice 'fine';\n"
        "    perform _open() from goods;\n"
        "end $$;\n"
        "create function shop._bound() returns integer language sql stable return 1;\n");
    lint_result r = run(&s, NULL);
    assert_string_equal(found(s.a, &r), "a.sql:1 function-comment\n"
                                        "a.sql:1 function-search-path\n"
                                        "a.sql:1 function-volatility\n"
                                        "a.sql:2 function-comment\n"
                                        "a.sql:2 function-search-path\n"
                                        "a.sql:3 function-comment\n"
                                        "a.sql:3 security-definer-reason\n"
                                        "a.sql:5 function-comment\n"
                                        "a.sql:5 interface-security-definer\n"
                                        "a.sql:7 raise-errcode\n"
                                        "a.sql:7 raise-hint\n"
                                        "a.sql:8 raise-hint\n"
                                        "a.sql:11 unqualified-name\n"
                                        "a.sql:11 unqualified-name\n"
                                        "a.sql:13 function-comment\n");
    finish(&s);
}

static void suppressions_have_a_place_a_day_and_a_reason(void **state)
{
    (void)state;
    sample s = start();
    put(&s, "migrations/001_drop.sql",
        "-- daybook-lint: allow ban-drop-table until 2026-11-20: its last day is today\n"
        "drop table trading.runs;\n"
        "-- daybook-lint: allow ban-drop-table until 2026-11-19: it was yesterday\n"
        "drop table trading.runs;\n"
        "drop table trading.runs; -- daybook-lint: allow ban-drop-table until 2027-01-01: behind it\n"
        "-- squawk-ignore ban-drop-table\n"
        "drop table trading.runs;\n"
        "-- squawk-ignore ban-drop-table, prefer-robust-stmts until 2027-01-01: carried over\n"
        "drop table trading.runs;\n"
        "-- daybook-lint: allow ban-drop-table until 2027-01-01:\n"
        "-- daybook-lint: allow ban-drop-table until soon: later\n"
        "-- daybook-lint: allow no-such-rule until 2027-01-01: a reason\n"
        "-- daybook-lint: allow ban-drop-table until 2029-01-01: too far\n"
        "-- daybook-lint: forbid everything\n"
        "-- daybook-lint: allow ban-drop-column until 2027-01-01: there is none\n"
        "select 1;\n");
    put(&s, "functions/a.sql",
        "create function shop._a() returns void language plpgsql stable set search_path = pg_catalog, "
        "pg_temp as $$\n"
        "begin\n"
        "    -- daybook-lint: allow raise-hint until 2027-01-01: above it\n"
        "    -- and more words.\n"
        "    raise exception 'x' using errcode = 'TB001';\n"
        "    raise exception 'x' using errcode = 'TB001'; -- daybook-lint: allow raise-hint until "
        "2027-01-01: beside\n"
        "    raise exception 'x' using errcode = 'TB001';\n"
        "end $$;\n"
        "comment on function shop._a() is 'x';\n");
    lint_result r = run(&s, NULL);
    assert_string_equal(found(s.a, &r), "a.sql:7 raise-hint\n"
                                        "001_drop.sql:4 ban-drop-table\n"
                                        "001_drop.sql:6 malformed-suppression\n"
                                        "001_drop.sql:10 malformed-suppression\n"
                                        "001_drop.sql:11 malformed-suppression\n"
                                        "001_drop.sql:12 malformed-suppression\n"
                                        "001_drop.sql:13 malformed-suppression\n"
                                        "001_drop.sql:14 malformed-suppression\n"
                                        "001_drop.sql:15 unused-suppression\n");
    assert_int_equal(r.allowed_count, 6);
    assert_non_null(strstr(r.items[1].message, "(it was allowed until 2026-11-19)"));
    finish(&s);
}

static void suppressions_of_eugene_are_read(void **state)
{
    (void)state;
    sample s = start();
    put(&s, "migrations/001_other.sql",
        "-- eugene: ignore E6 until 2027-01-01: carried over\n"
        "create index i1 on trading.runs (run_id);\n"
        "-- eugene: ignore E2, E4 until 2027-01-01: carried over\n"
        "alter table trading.runs alter column note set not null;\n"
        "-- eugene: ignore until 2027-01-01: all of its hints\n"
        "alter table trading.runs alter column note type int;\n"
        "-- eugene: ignore E6\n"
        "create index i2 on trading.runs (run_id);\n"
        "-- eugene: ignore E5 until 2027-01-01: another hint\n"
        "create index i3 on trading.runs (run_id);\n"
        "-- eugene: ignore E6 until 2026-01-01: it was\n"
        "create index i4 on trading.runs (run_id);\n"
        "-- eugene: explain E6\n"
        "select 1;\n");
    lint_result r = run(&s, NULL);
    assert_string_equal(found(s.a, &r), "001_other.sql:7 malformed-suppression\n"
                                        "001_other.sql:10 require-concurrent-index-creation\n"
                                        "001_other.sql:12 require-concurrent-index-creation\n");
    finish(&s);
}

static void exclusions_of_squawk_are_read(void **state)
{
    (void)state;
    sample s = start();
    char *config = arena_printf(s.a, "%s/.squawk.toml", s.folder);
    const char *text = "pg_version = \"15.0\"\n"
                       "# until 2027-01-01: what squawk was told before\n"
                       "excluded_rules = [\n"
                       "    \"require-concurrent-index-creation\", \"prefer-robust-stmts\",\n"
                       "    'ban-drop-table', # until 2027-02-01: a reason of its own\n"
                       "\n"
                       "    \"ban-drop-column\",\n"
                       "    \"renaming-table\", # until 2026-01-01: it was\n"
                       "    \"renaming-column\", # until 2027-01-01: there is none\n"
                       "]\n"
                       "excluded_paths = [\"002_*.sql\"] # until 2027-01-01: \"quoted\" [x]\n"
                       "[upload_to_github]\n"
                       "excluded_rules = [\"changing-column-type\"]\n";
    unit_ok(file_write_atomic(config, text, strlen(text), 0644));
    put(&s, "migrations/001_all.sql",
        "create index i1 on trading.runs (run_id);\n"
        "drop table trading.fills;\n"
        "alter table trading.runs drop column note;\n"
        "alter table trading.orders rename to commands;\n"
        "alter table trading.runs alter column note type int;\n");
    put(&s, "migrations/002_left_out.sql", "alter table trading.runs alter column note type int;\n");
    lint_result r = run(&s, NULL);
    assert_string_equal(found(s.a, &r), ".squawk.toml:7 malformed-suppression\n"
                                        ".squawk.toml:9 unused-suppression\n"
                                        "001_all.sql:4 renaming-table\n"
                                        "001_all.sql:5 changing-column-type\n");
    assert_non_null(strstr(r.items[2].message, "(it was allowed until 2026-01-01)"));
    assert_int_equal(r.allowed_count, 3);
    const char *broken = "excluded_rules = [\"ban-drop-table\n";
    unit_ok(file_write_atomic(config, broken, strlen(broken), 0644));
    unit_refused(lint_run(s.a, &(lint_options){.today = TODAY, .modules_dir = s.folder}, &r), ERR_INPUT,
                 ".squawk.toml:1");
    finish(&s);
}

static void what_cannot_be_read_is_unknown(void **state)
{
    (void)state;
    sample s = start();
    put(&s, "migrations/001_bad.sql", "select 1 frm x y;\nselect 2;\n");
    put(&s, "migrations/002_block.sql",
        "do $$ begin\n"
        "    update shop.goods set name = 'x';\n"
        "    alter table shop.goods add column a text;\n"
        "    execute 'drop table shop.goods';\n"
        "end $$;\n");
    put(&s, "functions/a.sql",
        "create function shop._cursor() returns void language plpgsql stable set search_path = pg_catalog, "
        "pg_temp as $$\n"
        "declare c cursor for select 1; begin open c; end $$;\n"
        "comment on function shop._cursor() is 'x';\n"
        "create function shop._found(found boolean) returns void language plpgsql stable set search_path = "
        "pg_catalog, "
        "pg_temp as $$ begin end $$;\n"
        "comment on function shop._found(boolean) is 'x';\n"
        "create function shop._elsewhere() returns void language plpgsql stable set search_path = "
        "pg_catalog, pg_temp "
        "as $$ begin perform elsewhere.f(); end $$;\n"
        "comment on function shop._elsewhere() is 'x';\n"
        "create function shop._python() returns void language plpython3u stable set search_path = "
        "pg_catalog, pg_temp "
        "as $$ pass $$;\n"
        "comment on function shop._python() is 'x';\n"
        "create function shop._for() returns void language plpgsql stable set search_path = "
        "pg_catalog, pg_temp as $$\n"
        "declare k cursor for select 1; v bigint;\n"
        "begin\n"
        "    for r in k loop null; end loop;\n"
        "    fetch k into v;\n"
        "    move k;\n"
        "    close k;\n"
        "end $$;\n"
        "comment on function shop._for() is 'x';\n");
    put(&s, "migrations/003_perl.sql", "do language plperl $$ 1 $$;\n");
    lint_result r = run(&s, &(lint_options){.rules = (const char *const[]){"raise-hint"}, .rule_count = 1});
    assert_string_equal(found(s.a, &r), "a.sql:1 unparsable\na.sql:4 unparsable\na.sql:6 unknown-function\n"
                                        "a.sql:8 unparsable\na.sql:10 unparsable\n"
                                        "001_bad.sql:1 unparsable\n"
                                        "002_block.sql:3 schema-change-in-block\n"
                                        "002_block.sql:4 schema-change-in-block\n"
                                        "003_perl.sql:1 unparsable\n");
    assert_int_equal(r.unknown_count, 9);
    finish(&s);
}

static void wrong_wishes_are_refused(void **state)
{
    (void)state;
    sample s = start();
    lint_result r;
    const char *const nothing[] = {"nothing"};
    unit_refused(lint_run(s.a, &(lint_options){.today = TODAY, .rules = nothing, .rule_count = 1}, &r),
                 ERR_USAGE, "there is no rule");
    unit_refused(lint_run(s.a, &(lint_options){.today = TODAY, .modules = nothing, .module_count = 1}, &r),
                 ERR_USAGE, "there is no module");
    unit_refused(lint_run(s.a,
                          &(lint_options){.today = TODAY,
                                          .applied = &(lint_applied){.module = "nothing", .number = 1},
                                          .applied_count = 1},
                          &r),
                 ERR_USAGE, "there is no module");
    finish(&s);
}

static void every_rule_says_what_why_and_what_to_do(void **state)
{
    (void)state;
    size_t count;
    const lint_rule *rules = lint_rules(&count);
    for (size_t i = 0; i < count; i++) {
        assert_true(rules[i].id && *rules[i].what && *rules[i].why && *rules[i].fix);
        assert_ptr_equal(lint_rule_find(rules[i].id), &rules[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_of_pending_files_are_new),
        cmocka_unit_test(rewrites_are_told_from_cheap_changes),
        cmocka_unit_test(knows_which_lock_timeout_is_in_effect),
        cmocka_unit_test(other_locks_and_losses),
        cmocka_unit_test(types_and_keys_that_do_not_suit_a_book),
        cmocka_unit_test(definitions_of_functions),
        cmocka_unit_test(suppressions_have_a_place_a_day_and_a_reason),
        cmocka_unit_test(suppressions_of_eugene_are_read),
        cmocka_unit_test(exclusions_of_squawk_are_read),
        cmocka_unit_test(what_cannot_be_read_is_unknown),
        cmocka_unit_test(wrong_wishes_are_refused),
        cmocka_unit_test(every_rule_says_what_why_and_what_to_do),
    };
    return UNIT_RUN(tests);
}
