/* commands.h: every subcommand, in the order the help lists them. */
#ifndef DAYBOOK_CMD_COMMANDS_H
#define DAYBOOK_CMD_COMMANDS_H

#include "cmd/app.h"

extern const cmd_spec cmd_up, cmd_down, cmd_status, cmd_url, cmd_psql;
extern const cmd_spec cmd_ingest, cmd_fetch, cmd_generate_candles, cmd_report;
extern const cmd_spec cmd_relay, cmd_bus_status, cmd_bus_verify;
extern const cmd_spec cmd_poll, cmd_market_poll, cmd_market_polls;
extern const cmd_spec cmd_market_status, cmd_market_series, cmd_market_gaps, cmd_market_coverage,
    cmd_market_stuck, cmd_market_holes, cmd_market_repair, cmd_market_windows, cmd_market_as_of;
extern const cmd_spec cmd_market_instruments, cmd_market_conventions, cmd_market_convention;
extern const cmd_spec cmd_audit_seal;
extern const cmd_spec cmd_audit_verify;
extern const cmd_spec cmd_bus_events, cmd_bus_consumers, cmd_bus_dead_letters, cmd_bus_replay;
extern const cmd_spec cmd_market_rollup;
extern const cmd_spec cmd_work;
extern const cmd_spec cmd_jobs_list, cmd_jobs_show, cmd_jobs_enqueue, cmd_jobs_cancel, cmd_jobs_retry,
    cmd_jobs_queues, cmd_jobs_queue, cmd_jobs_pause, cmd_jobs_resume, cmd_jobs_handlers, cmd_jobs_workers,
    cmd_jobs_stats;
extern const cmd_spec cmd_jobs_run, cmd_jobs_schedules, cmd_jobs_schedule_set, cmd_jobs_schedule_pause,
    cmd_jobs_schedule_resume, cmd_jobs_schedule_remove, cmd_jobs_schedule_preview;
extern const cmd_spec cmd_book_orders, cmd_book_fills, cmd_book_positions, cmd_book_pnl, cmd_book_roundtrips;
extern const cmd_spec cmd_book_equity, cmd_book_performance, cmd_book_cash, cmd_book_dump, cmd_book_verify,
    cmd_book_reconcile, cmd_book_backup, cmd_book_spool, cmd_book_move;
extern const cmd_spec cmd_bot_list, cmd_bot_status, cmd_bot_config, cmd_bot_set, cmd_bot_deploy,
    cmd_bot_command;
extern const cmd_spec cmd_webhook_list, cmd_webhook_add, cmd_webhook_set, cmd_webhook_pause,
    cmd_webhook_disable, cmd_webhook_resume, cmd_webhook_deliveries, cmd_webhook_resend, cmd_webhook_test;
extern const cmd_spec cmd_risk_status, cmd_risk_halt, cmd_risk_resume, cmd_risk_flatten, cmd_risk_caps,
    cmd_risk_cap;
extern const cmd_spec cmd_migrate_apply, cmd_migrate_status, cmd_grants_bootstrap, cmd_lint;
extern const cmd_spec cmd_mirror, cmd_drift;
extern const cmd_spec cmd_grants_check, cmd_grants_plan, cmd_grants_apply;
extern const cmd_spec cmd_test, cmd_simulate;
extern const cmd_spec cmd_migrate_plan, cmd_migrate_new, cmd_migrate_verify, cmd_migrate_adopt;
extern const cmd_spec cmd_version, cmd_help, cmd_man, cmd_completion;

const cmd_spec *const *commands_all(size_t *count);

/* The command that argv[1] (and argv[2], for "migrate apply") names; *words is how many it took. NULL when
 * there is none. */
const cmd_spec *commands_find(int argc, char *const *argv, int *words);
/* True when some command's name starts with this word and a space. */
bool commands_is_group(const char *word);
/* The command or group nearest in spelling, NULL when nothing is near. */
const char *commands_nearest(const char *word);

/* The tree as core/opt.h wants it for help, man page and completion; lives in the arena. */
dbk_err *commands_tree(arena *a, opt_command **out, size_t *count) ERR_MUST_USE;

#define COMMANDS_PROGRAM "daybook"
#define COMMANDS_ABOUT "the book of record of a trading business, on PostgreSQL"

#endif
