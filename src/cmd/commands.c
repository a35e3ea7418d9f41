#include "cmd/commands.h"

#include <assert.h>
#include <string.h>

#include "cmd/options.h"

static const cmd_spec *const all[] = {
    &cmd_up,
    &cmd_down,
    &cmd_status,
    &cmd_report,
    &cmd_url,
    &cmd_psql,
    &cmd_book_orders,
    &cmd_book_fills,
    &cmd_book_positions,
    &cmd_book_pnl,
    &cmd_book_roundtrips,
    &cmd_book_equity,
    &cmd_book_performance,
    &cmd_book_cash,
    &cmd_book_dump,
    &cmd_book_verify,
    &cmd_book_move,
    &cmd_book_reconcile,
    &cmd_book_backup,
    &cmd_book_spool,
    &cmd_bot_list,
    &cmd_bot_status,
    &cmd_bot_config,
    &cmd_bot_set,
    &cmd_bot_deploy,
    &cmd_bot_command,
    &cmd_risk_status,
    &cmd_risk_halt,
    &cmd_risk_resume,
    &cmd_risk_flatten,
    &cmd_risk_caps,
    &cmd_risk_cap,
    &cmd_webhook_list,
    &cmd_webhook_add,
    &cmd_webhook_set,
    &cmd_webhook_pause,
    &cmd_webhook_disable,
    &cmd_webhook_resume,
    &cmd_webhook_deliveries,
    &cmd_webhook_resend,
    &cmd_webhook_test,
    &cmd_ingest,
    &cmd_fetch,
    &cmd_poll,
    &cmd_relay,
    &cmd_bus_status,
    &cmd_bus_verify,
    &cmd_bus_events,
    &cmd_bus_consumers,
    &cmd_bus_dead_letters,
    &cmd_bus_replay,
    &cmd_generate_candles,
    &cmd_market_status,
    &cmd_market_series,
    &cmd_market_gaps,
    &cmd_market_coverage,
    &cmd_market_stuck,
    &cmd_market_holes,
    &cmd_market_repair,
    &cmd_market_windows,
    &cmd_market_as_of,
    &cmd_market_poll,
    &cmd_market_polls,
    &cmd_market_rollup,
    &cmd_market_instruments,
    &cmd_market_conventions,
    &cmd_market_convention,
    &cmd_work,
    &cmd_jobs_list,
    &cmd_jobs_show,
    &cmd_jobs_enqueue,
    &cmd_jobs_cancel,
    &cmd_jobs_retry,
    &cmd_jobs_queues,
    &cmd_jobs_queue,
    &cmd_jobs_pause,
    &cmd_jobs_resume,
    &cmd_jobs_handlers,
    &cmd_jobs_workers,
    &cmd_jobs_stats,
    &cmd_jobs_run,
    &cmd_jobs_schedules,
    &cmd_jobs_schedule_set,
    &cmd_jobs_schedule_pause,
    &cmd_jobs_schedule_resume,
    &cmd_jobs_schedule_remove,
    &cmd_jobs_schedule_preview,
    &cmd_audit_seal,
    &cmd_audit_verify,
    &cmd_migrate_apply,
    &cmd_migrate_status,
    &cmd_migrate_plan,
    &cmd_migrate_new,
    &cmd_migrate_verify,
    &cmd_migrate_adopt,
    &cmd_mirror,
    &cmd_drift,
    &cmd_grants_bootstrap,
    &cmd_grants_check,
    &cmd_grants_plan,
    &cmd_grants_apply,
    &cmd_lint,
    &cmd_test,
    &cmd_simulate,
    &cmd_version,
    &cmd_help,
    &cmd_man,
    &cmd_completion,
};
#define ALL_COUNT (sizeof(all) / sizeof(all[0]))

const cmd_spec *const *commands_all(size_t *count)
{
    *count = ALL_COUNT;
    return all;
}

/* How many of the words given spell the command's name in full; 0 when they do not. */
static int matches(const char *name, int argc, char *const *argv)
{
    const char *at = name;
    for (int i = 1; i < argc; i++) {
        size_t length = strlen(argv[i]);
        if (strncmp(at, argv[i], length) != 0)
            return 0;
        if (at[length] == '\0')
            return i;
        if (at[length] != ' ')
            return 0;
        at += length + 1;
    }
    return 0;
}

const cmd_spec *commands_find(int argc, char *const *argv, int *words)
{
    for (size_t i = 0; i < ALL_COUNT; i++) {
        int used = matches(all[i]->help.name, argc, argv);
        if (used > 0) {
            *words = used;
            return all[i];
        }
    }
    return NULL;
}

bool commands_is_group(const char *word)
{
    size_t length = strlen(word);
    for (size_t i = 0; i < ALL_COUNT; i++)
        if (strncmp(all[i]->help.name, word, length) == 0 && all[i]->help.name[length] == ' ')
            return true;
    return false;
}

const char *commands_nearest(const char *word)
{
    const char *names[ALL_COUNT];
    for (size_t i = 0; i < ALL_COUNT; i++)
        names[i] = all[i]->help.name;
    return opt_nearest(word, names, ALL_COUNT);
}

dbk_err *commands_tree(arena *a, opt_command **out, size_t *count)
{
    opt_command *tree = arena_alloc(a, ALL_COUNT * sizeof(*tree));
    opt_set *sets = arena_alloc(a, ALL_COUNT * OPTIONS_SETS_MAX * sizeof(*sets));
    if (!tree || !sets)
        return err_oom();
    size_t n = 0;
    for (size_t i = 0; i < ALL_COUNT; i++) {
        assert(all[i]->help.sets == NULL);
        tree[n] = all[i]->help;
        tree[n].sets = sets + n * OPTIONS_SETS_MAX;
        tree[n].set_count = options_sets(all[i], NULL, NULL, sets + n * OPTIONS_SETS_MAX);
        n++;
    }
    *out = tree;
    *count = n;
    return NULL;
}
