/* The power is cut at every kind of moment: what was acknowledged is in the file afterwards, whole. */
#include "../unit.h"

#include <sys/stat.h>

#include "power_cut.h"
#include "sqlite/sqlite.h"

#define TRANSACTIONS 60
#define CUTS 90
#define CUTS_WITHOUT_FLUSHING 30

/* Rows of a transaction; their payloads overflow pages now and then. */
static int rows_of(int transaction)
{
    return 1 + transaction * 7 % 13;
}

static dbk_err *write_transaction(sqlite_db *db, int transaction)
{
    sqlite_stmt *s = NULL;
    dbk_err *e = sqlite_begin_write(db);
    for (int row = 0; !e && row < rows_of(transaction); row++) {
        e = sqlite_statement(db,
                             "insert into facts (transaction_id, place, payload) values (?1, ?2, "
                             "hex(zeroblob(?3)))",
                             &s);
        if (e)
            break;
        sqlite_bind_int8_at(s, 1, transaction);
        sqlite_bind_int8_at(s, 2, row);
        sqlite_bind_int8_at(s, 3, transaction * 31 % 900);
        e = sqlite_run(s, NULL);
    }
    if (!e)
        e = sqlite_exec(db, "update totals set transactions = transactions + 1");
    if (!e)
        return sqlite_commit(db);
    sqlite_rollback(db);
    return e;
}

/* Until the power goes; how many transactions were acknowledged. -1: not even the tables. */
static int write_until_cut(const char *path, const char *setting)
{
    sqlite_db *db = NULL;
    int acknowledged = -1;
    dbk_err *e = sqlite_open(
        &(sqlite_open_options){.path = path, .access = SQLITE_FOR_MAKING, .vfs = POWER_CUT_VFS}, &db);
    if (!e)
        e = sqlite_exec(db, setting);
    if (!e)
        e = sqlite_exec(db, "begin immediate;"
                            "create table facts (transaction_id integer, place integer, payload text);"
                            "create index facts_place on facts (place, transaction_id);"
                            "create table totals (transactions integer);"
                            "insert into totals values (0); commit");
    while (!e && acknowledged < TRANSACTIONS) {
        acknowledged++;
        e = acknowledged < TRANSACTIONS ? write_transaction(db, acknowledged + 1) : NULL;
    }
    err_free(e);
    sqlite_close(db);
    return acknowledged;
}

static int64_t number(sqlite_db *db, const char *sql)
{
    sqlite_stmt *s;
    bool row;
    unit_ok(sqlite_statement(db, sql, &s));
    unit_ok(sqlite_step_row(s, &row));
    int64_t n = row ? sqlite_int8(s, 0) : -1;
    sqlite_end(s);
    return n;
}

static bool is_sound(sqlite_db *db)
{
    sqlite_stmt *s;
    bool row;
    dbk_err *e = sqlite_statement(db, "pragma integrity_check", &s);
    if (!e)
        e = sqlite_step_row(s, &row);
    bool sound = !e && row && strcmp(sqlite_text(s, 0), "ok") == 0;
    if (!e)
        sqlite_end(s);
    err_free(e);
    return sound;
}

/* Everything acknowledged is there, at most the one transaction that was under way besides, and each whole.
 */
static bool is_whole(const char *path, int acknowledged)
{
    sqlite_db *db = NULL;
    dbk_err *e = sqlite_open(&(sqlite_open_options){.path = path, .access = SQLITE_FOR_WRITING}, &db);
    if (e) { /* nothing was flushed yet */
        err_free(e);
        return acknowledged < 0;
    }
    bool whole = is_sound(db);
    int64_t tables = whole ? number(db, "select count(*) from sqlite_schema where type = 'table'") : 0;
    if (whole && tables > 0) {
        int64_t kept = number(db, "select transactions from totals"), rows = 0;
        for (int transaction = 1; transaction <= kept; transaction++)
            rows += rows_of(transaction);
        whole = kept >= acknowledged && kept <= (acknowledged < 0 ? 0 : acknowledged) + 1 &&
                number(db, "select count(*) from facts") == rows &&
                number(db, "select count(distinct transaction_id) from facts") == kept;
    } else {
        whole = whole && acknowledged < 0;
    }
    sqlite_close(db);
    return whole;
}

/* How many of the cuts lost or tore something. */
static int cut_often(const char *setting, int cuts, int *acknowledged_in_all)
{
    arena *a = unit_arena();
    const char *folder = unit_folder(a);
    char path[300], left[300], left_path[330];
    snprintf(path, sizeof path, "%s/whole.db", folder);
    power_cut_begin(0);
    assert_int_equal(write_until_cut(path, setting), TRANSACTIONS);
    int64_t operations = power_cut_operations();
    int lost = 0;
    *acknowledged_in_all = 0;
    for (int cut = 1; cut <= cuts; cut++) {
        snprintf(path, sizeof path, "%s/%d.db", folder, cut);
        snprintf(left, sizeof left, "%s/left-%d", folder, cut);
        snprintf(left_path, sizeof left_path, "%s/%d.db", left, cut);
        assert_int_equal(mkdir(left, 0700), 0);
        power_cut_begin(1 + cut * (operations - 1) / cuts);
        int acknowledged = write_until_cut(path, setting);
        assert_true(power_cut_happened());
        power_cut_leave(left, (uint64_t)cut);
        lost += !is_whole(left_path, acknowledged);
        *acknowledged_in_all += acknowledged > 0 ? acknowledged : 0;
    }
    power_cut_end();
    unit_remove(folder);
    arena_free(a);
    return lost;
}

static void what_was_acknowledged_is_there(void **state)
{
    (void)state;
    int acknowledged;
    assert_int_equal(cut_often("pragma wal_autocheckpoint = 20", CUTS, &acknowledged), 0);
    assert_true(acknowledged > CUTS * TRANSACTIONS / 4);
    print_message("# %d cuts, %d transactions acknowledged before them, none lost\n", CUTS, acknowledged);
}

static void without_flushing_it_would_not_be(void **state)
{
    (void)state;
    int acknowledged;
    assert_true(cut_often("pragma wal_autocheckpoint = 20; pragma synchronous = off", CUTS_WITHOUT_FLUSHING,
                          &acknowledged) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_acknowledged_is_there),
        cmocka_unit_test(without_flushing_it_would_not_be),
    };
    return UNIT_RUN(tests);
}
