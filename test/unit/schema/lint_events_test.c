/* Law 4, function by function: which can end having changed state without an event. */
#include "../unit.h"

#include "core/file.h"
#include "schema/lint.h"

#define INSERT "insert into shop.goods values (1);\n"
#define ONCE "insert into shop.goods values (1) on conflict do nothing;\n"
#define EMIT "perform bus.fn_emit_domain_event('shop.x', 'y', '{}');\n"
#define DECLARE "declare v_id bigint; v_count bigint; v_row shop.goods; v_item record;\n"

/* A body behind "begin", and whether it can end silently. */
static const struct {
    const char *what, *body;
    bool silent;
} cases[] = {
    {"nothing", "null;", false},
    {"reads", "perform 1 from shop.goods;", false},
    {"writes", INSERT, true},
    {"writes_and_emits", INSERT EMIT, false},
    {"emits_and_writes", EMIT INSERT, false},
    {"emits_on_a_condition", INSERT "if random() > 0.5 then\n" EMIT "end if;", true},
    {"emits_on_both", INSERT "if random() > 0.5 then\n" EMIT "else\n" EMIT "end if;", false},
    {"elsif_forgotten",
     INSERT "if random() > 0.5 then\n" EMIT "elsif random() > 0.6 then null; else\n" EMIT "end if;", true},
    {"returns_before", INSERT "if random() > 0.5 then return; end if;\n" EMIT, true},
    {"raises_before",
     INSERT "if random() > 0.5 then raise exception 'x' using errcode = 'TB001', hint = 'y'; end if;\n" EMIT,
     false},
    {"once_not_found", ONCE "if not found then return; end if;\n" EMIT, false},
    {"once_found", ONCE "if found then\n" EMIT "end if;", false},
    {"once_found_and_more", ONCE "if found and random() > 0.5 then\n" EMIT "end if;", true},
    {"once_not_found_or_more", ONCE "if not found or random() > 0.5 then return; end if;\n" EMIT, true},
    {"once_forgotten", ONCE, true},
    {"found_of_another", ONCE "perform 1 from shop.goods;\nif found then\n" EMIT "end if;", true},
    {"found_wrong_way", ONCE "if found then return; end if;\n" EMIT, true},
    {"update_found", "update shop.goods set a = 1;\nif found then\n" EMIT "end if;", false},
    {"returning_not_null",
     "update shop.goods set a = 1 returning goods_id into v_id;\nif v_id is not null then\n" EMIT "end if;",
     true},
    {"returning_null",
     "update shop.goods set a = 1 returning goods_id into v_id;\nif v_id is null then raise exception 'x' "
     "using errcode = "
     "'TB001', hint = 'y'; end if;\n" EMIT,
     false},
    {"row_count", ONCE "get diagnostics v_count = row_count;\nif v_count > 0 then\n" EMIT "end if;", false},
    {"row_count_zero",
     ONCE "get diagnostics v_count = row_count;\nif v_count = 0 then return; end if;\n" EMIT, false},
    {"row_count_overwritten",
     ONCE "get diagnostics v_count = row_count;\nv_count := 0;\nif v_count > 0 then\n" EMIT "end if;", true},
    {"row_count_of_execute",
     ONCE "execute 'select 1';\nget diagnostics v_count = row_count;\nif v_count > 0 then\n" EMIT "end if;",
     true},
    {"case_all", INSERT "case 1 when 1 then\n" EMIT "when 2 then\n" EMIT "end case;", false},
    {"case_else", INSERT "case 1 when 1 then\n" EMIT "else null; end case;", true},
    {"handler_forgets", INSERT "begin\n" EMIT "exception when others then null; end;", true},
    {"handler_undoes", "begin\n" INSERT EMIT "exception when unique_violation then null; end;", false},
    {"handler_of_write", "begin\n" INSERT "exception when unique_violation then return; end;\n" EMIT, false},
    {"loop_writes_and_emits", "for v_i in 1..3 loop\n" INSERT EMIT "end loop;", false},
    {"loop_emits_perhaps", INSERT "for v_i in 1..3 loop\n" EMIT "end loop;", true},
    {"loop_left_early", "loop\n" INSERT "exit when random() > 0.5;\n" EMIT "exit;\nend loop;", true},
    {"loop_left_late", "loop\n" INSERT EMIT "exit when random() > 0.5;\nend loop;", false},
    {"loop_continues", "for v_i in 1..3 loop\n" INSERT "continue when random() > 0.5;\n" EMIT "end loop;",
     true},
    {"labels", "<<outer>> loop loop\n" INSERT "exit outer;\nend loop;\n" EMIT "end loop;", true},
    {"while_forgets", "while random() > 0.5 loop\n" INSERT "end loop;", true},
    {"loop_of_changes", "for v_item in update shop.goods set a = 1 returning * loop\n" EMIT "end loop;",
     true},
    {"foreach", "foreach v_id in array array[1, 2] loop\n" INSERT "end loop;\n" EMIT, false},
    {"dynamic", "execute 'drop table shop.goods';", true},
    {"dynamic_emits", "execute 'drop table shop.goods';\n" EMIT, false},
    {"truncates", "truncate shop.goods;\n", true},
    {"makes_temporary",
     "create temporary table shelf (a int) on commit drop;\ninsert into pg_temp.shelf values (1);\n", false},
    {"makes_table", "create table shop.more (a int);\n", true},
    {"common_table",
     "with w as (insert into shop.goods values (1) returning 1) select count(*) into v_id from w;", true},
    {"helper_writes", "perform shop._write();", true},
    {"helper_writes_and_emits", "perform shop._write();\n" EMIT, false},
    {"helper_emits", INSERT "perform shop._emit();", false},
    {"helper_emits_perhaps", INSERT "perform shop._emit_perhaps();", true},
    {"helper_is_strict", INSERT "perform shop._emit_strict(1);", true},
    {"helper_never_returns", INSERT "if random() > 0.5 then perform shop._refuse(); end if;\n" EMIT, false},
    {"helper_is_exempt", "perform shop._exempt();", false},
    {"helper_in_sql", "perform shop._write_sql();", true},
    {"helper_in_bound_sql", "perform shop._write_bound();", true},
    {"overload_writes", "perform shop._either(1);", true},
    {"assigned", "v_id := shop._write_one();", true},
    {"returned_query", "return query select 1 from shop._write_one() as w;", true},
    {"called_per_row", INSERT "perform shop._emit() from shop.goods;", true},
    {"called_per_row_or_raises",
     INSERT "perform shop._emit() from shop.goods;\nif not found then raise exception 'x' using errcode = "
            "'TB001', hint = "
            "'y'; end if;",
     false},
    {"called_in_aggregate",
     INSERT "perform count(shop._emit_one()) from shop.goods;\nif not found then return; end if;", true},
    {"called_in_coalesce", INSERT "perform coalesce(random(), shop._emit_one());", true},
    {"called_in_condition", INSERT "if random() > 0.5 and shop._emit_one() = 1 then null; end if;", true},
    {"called_as_argument", INSERT "perform abs(shop._emit_one());", false},
    {"called_for_a_set", INSERT "perform abs(shop._emit_one(unnest('{}'::int[])));", true},
    {"called_beside_a_set", INSERT "perform shop._emit_one(), generate_series(1, 0);", true},
    {"called_with_our_set", INSERT "perform shop._emit_one(shop._numbers());", true},
    {"called_giving_a_set", INSERT "perform shop._numbers_and_emit();", false},
    {"called_in_list", INSERT "if 1 in (1, shop._emit_one()) then null; end if;", true},
    {"called_from_nothing", INSERT "perform 1 from shop._numbers_and_emit() where random() > 0.5;", true},
    {"called_from_function", INSERT "perform 1 from shop._numbers_and_emit();", false},
    {"helper_unreadable", "perform shop._unreadable();", true},
    {"helper_unreadable_and_emits", "perform shop._unreadable();\n" EMIT, false},
    {"nested_block_and_alias", "declare v_a alias\nfor $1; begin\n" INSERT "v_a := 1; end;\n" EMIT, false},
    {"recursive", "if random() > 0.5 then\n" INSERT "perform shop.fn_recursive();\nend if;", true},
    {"recursive_emits",
     "if random() > 0.5 then\n" INSERT "perform shop.fn_recursive_emits();\n" EMIT "end if;", false},
    {"field_of_row", "v_row.a := 1;\n" INSERT "v_row.b := 2;\n" EMIT, false},
    {"trigger_emits", "insert into shop.told values (1);", false},
    {"trigger_emits_once_found",
     "insert into shop.told values (1) on conflict do nothing;\nif not found then return; end if;", false},
    {"trigger_emits_for_rows_alone", INSERT "insert into shop.told select 1 where random() > 0.5;", true},
    {"trigger_of_another_event", "update shop.told set a = 1;", true},
    {"trigger_of_one_event_of_two",
     "insert into shop.told values (1) on conflict (goods_id) do update set a = 1;", true},
    {"trigger_of_both_events",
     "insert into shop.twice values (1) on conflict (goods_id) do update set a = 1;", false},
    {"trigger_in_with",
     "with w as (insert into shop.told values (1) returning 1) select count(*) into v_id from w;", true},
    {"trigger_for_statement", INSERT "update shop.stated set a = 1 where random() > 0.5;", false},
    {"trigger_for_truncate", "truncate shop.stated;", false},
    {"trigger_perhaps", "insert into shop.perhaps values (1);", true},
    {"trigger_of_column", "update shop.perhaps set a = 1;", true},
    {"trigger_dropped", "insert into shop.dropped values (1);", true},
    {"trigger_replaced", "insert into shop.replaced values (1);", true},
    {"trigger_changes_another", "insert into pg_temp.shelf values (1);\ninsert into shop.quiet values (1);",
     true},
    {"trigger_changes_another_and_emits", "insert into shop.quiet values (1);\n" EMIT, false},
    {"trigger_before_changes_and_leaves_out",
     "insert into shop.held values (1) on conflict do nothing;\nif found then\n" EMIT "end if;", true},
    {"trigger_before_leaves_out", "insert into shop.held values (1);\nif found then\n" EMIT "end if;", true},
    {"trigger_writes_its_own_table", "insert into shop.again values (1);", true},
    {"default_changes", "insert into shop.counted values (1);\n", true},
    {"default_changes_and_emits", "insert into shop.counted values (1);\n" EMIT, false},
    {"default_that_emits_may_be_left_out", "insert into shop.telling values (1);\n", true},
    {"comment_is_no_call", INSERT "-- perform bus.fn_emit_domain_event('shop.x', 'y', '{}');", true},
    {"text_is_no_call", INSERT "raise notice 'bus.fn_emit_domain_event()';", true},
};
#define CASE_COUNT (sizeof(cases) / sizeof(cases[0]))

static const char helpers[] =
    "create function shop._write() returns void language plpgsql as $$ begin " INSERT " end $$;\n"
    "create function shop._write_one() returns bigint language plpgsql as $$ begin " INSERT
    " return 1; end $$;\n"
    "create function shop._write_sql() returns void language sql as 'insert into shop.goods values (1)';\n"
    "create function shop._write_bound() returns void language sql begin atomic " INSERT " end;\n"
    "create function shop._emit() returns void language plpgsql as $$ begin " EMIT " end $$;\n"
    "create function shop._emit_one() returns int language plpgsql as $$ begin " EMIT " return 1; end $$;\n"
    "create function shop._emit_one(a int) returns int language plpgsql as $$ begin " EMIT
    " return 1; end $$;\n"
    "create function shop._numbers() returns setof int language plpgsql as $$ begin return next 1; end $$;\n"
    "create function shop._numbers_and_emit() returns setof int language plpgsql as $$ begin " EMIT
    " return next 1; end $$;\n"
    "-- daybook-lint: allow unparsable until 2027-01-01: a test\n"
    "create function shop._unreadable() returns void language plpgsql as $$ begin open c; end $$;\n"
    "create function shop._emit_perhaps() returns void language plpgsql as $$ begin if random() > 0.5 "
    "then " EMIT " end if; end $$;\n"
    "create function shop._emit_strict(a int) returns void language plpgsql strict as $$ begin " EMIT
    " end $$;\n"
    "create function shop._refuse() returns void language plpgsql as $$ begin raise exception 'x'; end $$;\n"
    "-- daybook-lint: allow state-change-without-event until 2027-01-01: a test\n"
    "create function shop._exempt() returns void language plpgsql as $$ begin " INSERT " end $$;\n"
    "create function shop._either(a text) returns void language plpgsql as $$ begin null; end $$;\n"
    "create function shop._either(a int) returns void language plpgsql as $$ begin " INSERT " end $$;\n";

static const char tables[] =
    "create schema shop;\n"
    "create trigger t after insert on shop.told for each row execute function shop._tell();\n"
    "create trigger t after insert or update on shop.twice for each row execute function shop._tell();\n"
    "create trigger t after update or truncate on shop.stated execute function shop._tell();\n"
    "create trigger t after insert on shop.perhaps for each row when (new.a > 1) execute function "
    "shop._tell();\n"
    "create trigger u after update of b on shop.perhaps for each row execute function shop._tell();\n"
    "create trigger t after insert on shop.dropped for each row execute function shop._tell();\n"
    "drop trigger t on shop.dropped;\n"
    "create trigger t after insert on shop.replaced for each row execute function shop._tell();\n"
    "create or replace trigger t after insert on shop.replaced for each row execute function shop._look();\n"
    "create trigger t after insert on shop.quiet for each row execute function shop._change();\n"
    "create trigger t before insert on shop.held for each row execute function shop._change();\n"
    "create trigger t after insert on shop.again for each row execute function shop._change_again();\n"
    "create table shop.counted (id bigint default shop._write_one(), a int);\n"
    "create table shop.telling (a int);\n"
    "alter table shop.telling alter column a set default shop._emit_one();\n";

static const char triggers[] =
    "create function shop._tell() returns trigger language plpgsql as $$ begin " EMIT " return new; end $$;\n"
    "create function shop._look() returns trigger language plpgsql as $$ begin return new; end $$;\n"
    "create function shop._change() returns trigger language plpgsql as $$ begin " INSERT
    " return new; end $$;\n"
    "create function shop._change_again() returns trigger language plpgsql as $$ begin\n"
    "if new.a > 1 then insert into shop.again values (2); end if; return new; end $$;\n";

static void put(arena *a, const char *folder, const char *name, const char *text)
{
    unit_ok(file_write_atomic(arena_printf(a, "%s/shop/%s", folder, name), text, strlen(text), 0644));
}

static bool is_reported(const lint_result *r, const char *file)
{
    for (size_t i = 0; i < r->count; i++)
        if (strcmp(strrchr(r->items[i].path, '/') + 1, file) == 0)
            return true;
    return false;
}

static void tells_silent_functions_from_others(void **state)
{
    (void)state;
    static const char *const rules[] = {"state-change-without-event"};
    arena *a = arena_new((size_t)1 << 30);
    assert_non_null(a);
    const char *folder = unit_folder(a);
    lint_result r;
    int wrong = 0;
    unit_ok(file_make_dirs(arena_printf(a, "%s/shop/functions", folder), 0755));
    put(a, folder, "module.conf",
        "[module]\nname = shop\nsummary = a test\nrequires = core, bus\nschemas = shop\n");
    unit_ok(file_make_dirs(arena_printf(a, "%s/shop/migrations", folder), 0755));
    put(a, folder, "migrations/001_tables.sql", tables);
    put(a, folder, "functions/_helpers.sql", helpers);
    put(a, folder, "functions/_triggers.sql", triggers);
    for (size_t i = 0; i < CASE_COUNT; i++)
        put(a, folder, arena_printf(a, "functions/%s.sql", cases[i].what),
            arena_printf(
                a,
                "create function shop.fn_%s() returns table (b int) language plpgsql as $body$\n" DECLARE
                "begin\n%s\nend $body$;\n",
                cases[i].what, cases[i].body));
    unit_ok(lint_run(
        a, &(lint_options){.modules_dir = folder, .today = "2026-11-20", .rules = rules, .rule_count = 1},
        &r));
    for (size_t i = 0; i < CASE_COUNT; i++)
        if (is_reported(&r, arena_printf(a, "%s.sql", cases[i].what)) != cases[i].silent) {
            print_error("%s: %s\n", cases[i].what, cases[i].silent ? "was not reported" : "was reported");
            wrong++;
        }
    for (size_t i = 0; i < r.count; i++)
        if (r.items[i].rule->level == LINT_UNKNOWN) {
            print_error("%s:%zu: %s\n", r.items[i].path, r.items[i].line, r.items[i].message);
            wrong++;
        }
    unit_remove(folder);
    arena_free(a);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(tells_silent_functions_from_others)};
    return UNIT_RUN(tests);
}
