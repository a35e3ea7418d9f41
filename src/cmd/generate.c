/* The verb `generate candles`. */
#include "market/generate.h"

#include "cmd/app.h"
#include "market/formats/source_time.h"

#include <string.h>

#define DAY_US (INT64_C(86400) * 1000000)
/* From the first day that candles may have to one that zip archives can still be dated with. */
#define FIRST_DAY_MIN 14245 /* 2009-01-01 */
#define DAYS_MAX 10000

typedef struct generate_flags {
    opt_list symbols;
    int64_t days;
    const char *start;
    int64_t seed;
    const char *out;
    bool plain;
    bool monthly;
} generate_flags;

static const opt_row rows[] = {
    {.name = "symbol",
     .kind = OPT_LIST,
     .offset = offsetof(generate_flags, symbols),
     .value_name = "SYMBOL",
     .help =
         "a symbol to make candles for, beginning with " GENERATE_PREFIX " (three of them when not given)",
     .no_env = true},
    {.name = "days",
     .kind = OPT_INT,
     .offset = offsetof(generate_flags, days),
     .value_name = "NUMBER",
     .help = "how many days of one-minute candles",
     .default_text = "46",
     .min = 1,
     .max = DAYS_MAX,
     .no_env = true},
    {.name = "start",
     .kind = OPT_STRING,
     .offset = offsetof(generate_flags, start),
     .value_name = "DATE",
     .help = "the first day",
     .default_text = "2024-01-01",
     .no_env = true},
    {.name = "seed",
     .kind = OPT_INT,
     .offset = offsetof(generate_flags, seed),
     .value_name = "NUMBER",
     .help = "another number makes other candles",
     .default_text = "1",
     .min = 0,
     .max = INT64_MAX,
     .no_env = true},
    {.name = "out",
     .kind = OPT_STRING,
     .offset = offsetof(generate_flags, out),
     .value_name = "FOLDER",
     .help = "where the files go; made when missing",
     .no_env = true},
    {.name = "plain",
     .kind = OPT_FLAG,
     .offset = offsetof(generate_flags, plain),
     .help = "write .csv files instead of .zip",
     .no_env = true},
    {.name = "monthly",
     .kind = OPT_FLAG,
     .offset = offsetof(generate_flags, monthly),
     .help = "write one file a month instead of one a day",
     .no_env = true},
};

static dbk_err *parse_start(const char *text, int64_t days, int64_t *first_day)
{
    int64_t us;
    bool exact;
    unsigned unit;
    if (strlen(text) == 10 && source_time_parse(text, 10, &us, &exact, &unit) && unit == SOURCE_TIME_TEXT) {
        int64_t day = us / DAY_US;
        if (day >= FIRST_DAY_MIN && day + days <= FIRST_DAY_MIN + 3 * DAYS_MAX) {
            *first_day = day;
            return NULL;
        }
    }
    dbk_err *e = err_new(ERR_USAGE, "--start is not a day: \"%.40s\"", text);
    return err_with_hint(e, "write it as 2024-01-01; the first possible one is 2009-01-01");
}

static dbk_err *check(const generate_flags *f, generate_options *o)
{
    if (!f->out || f->out[0] == '\0')
        return err_new(ERR_USAGE, "--out is missing: the folder for the files");
    for (size_t i = 0; i < f->symbols.count; i++) {
        dbk_err *e = generate_check_symbol(f->symbols.items[i]);
        if (e)
            return e;
    }
    *o = (generate_options){.folder = f->out,
                            .days = f->days,
                            .seed = (uint64_t)f->seed,
                            .plain = f->plain,
                            .monthly = f->monthly};
    return parse_start(f->start, f->days, &o->first_day);
}

static dbk_err *run_generate(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)args;
    (void)exit_status;
    static const char *defaults[] = {GENERATE_PREFIX "AUSDT", GENERATE_PREFIX "BUSDT",
                                     GENERATE_PREFIX "CUSDT"};
    generate_flags *f = options;
    if (f->symbols.count == 0)
        f->symbols = (opt_list){defaults, sizeof(defaults) / sizeof(defaults[0])};
    generate_options o;
    dbk_err *e = check(f, &o);
    if (!e)
        e = generate_label(f->out);
    int64_t total = 0;
    for (size_t i = 0; i < f->symbols.count && !e; i++) {
        int64_t candles = 0;
        o.symbol = f->symbols.items[i];
        e = generate_candles(&o, &candles);
        total += candles;
    }
    if (!e)
        log_fields(app->log, LOG_INFO, "candles generated, not recorded", LOG_STR("folder", f->out),
                   LOG_INT("symbols", f->symbols.count), LOG_INT("days", f->days), LOG_INT("candles", total));
    return e;
}

const cmd_spec cmd_generate_candles = {
    .help =
        {.name = "generate candles",
         .summary = "make candles that never happened, in Binance's own format, to try things out",
         .description =
             "Writes one file a day and symbol, as Binance's archive does, and a file beside them that says "
             "that they "
             "were generated. The same options give the same bytes. A few minutes are missing on purpose.",
         .examples = "daybook generate candles --out demo\n"
                     "daybook generate candles --symbol DEMOXUSDT --days 7 --out demo && daybook ingest "
                     "--venue demo demo"},
    .options_size = sizeof(generate_flags),
    .rows = rows,
    .row_count = sizeof(rows) / sizeof(rows[0]),
    .run = run_generate,
};
