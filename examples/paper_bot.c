/* paper_bot: a trading bot on paper, written as a user of libdaybook would write one: with daybook.h alone.
 *
 * It goes over the 1-minute candles of every instrument it finds, in the order of time, follows trends with
 * limit and market orders, long and short, and writes orders, the venue's answers, fills and daily equity
 * into the book. Each venue and settlement currency is an account of its own. It can be stopped at any
 * moment, in any way, and started again: see paper_state.c.
 *
 * With --market-url candles and instruments come from another place than the book: a book in a file has none.
 */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "paper_bot.h"

#define VERSION "1"
#define DAY_US (86400LL * 1000000)
#define SAVE_EVERY_DAYS 7
#define TRADERS_MAX 64
#define INTERVAL_S 60

typedef struct bot {
    dbk_book *book;
    dbk_book *market; /* where candles and instruments are: the same, or another */
    const char *account_name;
    const char *opening_balance;
    trader *traders[TRADERS_MAX];
    size_t trader_count;
    bool failed; /* inside a callback */
} bot;

static volatile sig_atomic_t stop_signal;

static void on_signal(int number)
{
    stop_signal = number;
}

bool ok(dbk_err *e, const char *doing)
{
    if (!e)
        return true;
    fprintf(stderr, "paper_bot: %s: %s\n", doing, dbk_err_message(e));
    if (dbk_err_sqlstate(e)[0])
        fprintf(stderr, "  sqlstate: %s\n", dbk_err_sqlstate(e));
    if (dbk_err_detail(e))
        fprintf(stderr, "  detail: %s\n", dbk_err_detail(e));
    if (dbk_err_hint(e))
        fprintf(stderr, "  hint: %s\n", dbk_err_hint(e));
    dbk_err_free(e);
    return false;
}

bool accepted(trader *t, const dbk_answer *answer, const char *what)
{
    if (answer->outcome == DBK_CREATED)
        return true;
    if (answer->outcome == DBK_REPLAYED) {
        t->replayed++;
        return true;
    }
    fprintf(stderr, "paper_bot: %s of %s: %s: %s\n", what, t->name, dbk_outcome_name(answer->outcome),
            answer->outcome == DBK_CONFLICT ? answer->conflict_field : answer->refusal_detail);
    return false;
}

/* ---- who trades what ---- */

static trader *find_trader(bot *b, const dbk_instrument *i)
{
    for (size_t n = 0; n < b->trader_count; n++) {
        if (strcmp(b->traders[n]->venue, i->venue) == 0 && strcmp(b->traders[n]->currency, i->settle) == 0)
            return b->traders[n];
    }
    trader *t = b->trader_count < TRADERS_MAX ? calloc(1, sizeof(*t)) : NULL;
    if (!t)
        return NULL;
    b->traders[b->trader_count++] = t;
    t->book = b->book;
    t->venue = strdup(i->venue);
    t->currency = strdup(i->settle);
    t->run = 1;
    t->trade_size = paper_parse(b->opening_balance) / 20;
    snprintf(t->name, sizeof(t->name), "%s/%s/%s", b->account_name, i->venue, i->settle);
    return t->venue && t->currency ? t : NULL;
}

/* A book that is apart from the market data learns of an instrument from the bot, under the same id. */
static bool make_known(bot *b, const dbk_instrument *i)
{
    dbk_answer answer;
    if (b->market == b->book)
        return true;
    if (!ok(dbk_instrument_register(b->book, i, &answer), "registering an instrument"))
        return false;
    if (answer.outcome == DBK_CREATED || answer.outcome == DBK_REPLAYED)
        return true;
    fprintf(stderr, "paper_bot: the book knows another %s at %s\n", i->symbol, i->venue);
    return false;
}

static bool add_instrument(void *ctx, const dbk_instrument *i)
{
    bot *b = ctx;
    if (!make_known(b, i)) {
        b->failed = true;
        return false;
    }
    trader *t = find_trader(b, i);
    market *m = t && t->market_count < MARKETS_MAX ? calloc(1, sizeof(*m)) : NULL;
    if (!m) {
        fprintf(stderr, "paper_bot: too many instruments\n");
        b->failed = true;
        return false;
    }
    t->markets[t->market_count++] = m;
    m->instrument_id = i->instrument_id;
    m->lot = i->lot_size ? paper_parse(i->lot_size) : PAPER_UNITS / 10000;
    if (m->lot <= 0)
        m->lot = 1;
    snprintf(m->key, sizeof(m->key), "%s/%s", i->symbol, i->kind);
    return true;
}

/* ---- going over the candles ---- */

/* The market whose next candle is the earliest. *next is NULL when there are no more. */
static bool next_market(trader *t, market **next)
{
    *next = NULL;
    for (size_t i = 0; i < t->market_count; i++) {
        market *m = t->markets[i];
        if (m->next == m->count && m->candles) {
            m->next = 0;
            if (!ok(dbk_candles_next(m->candles, m->buffer, BUFFER_CANDLES, &m->count), "reading candles"))
                return false;
            if (m->count == 0) {
                dbk_candles_close(m->candles);
                m->candles = NULL;
            }
        }
        if (m->next < m->count &&
            (!*next || m->buffer[m->next].open_us < (*next)->buffer[(*next)->next].open_us))
            *next = m;
    }
    return true;
}

/* Once a day, before the first candle of the next one: what the account is worth; now and then the state. */
static bool close_day(trader *t, int64_t day)
{
    if (day <= t->equity_day)
        return true;
    bool first = t->equity_day == 0;
    t->equity_day = day;
    if (first)
        return true;
    if (!trader_equity(t, day * DAY_US))
        return false;
    return day % SAVE_EVERY_DAYS != 0 || state_save(t, t->run);
}

static bool go_over_candles(trader *t)
{
    market *m = NULL;
    while (!stop_signal) {
        if (!next_market(t, &m))
            return false;
        if (!m)
            return true;
        const dbk_candle *candle = &m->buffer[m->next];
        if (!close_day(t, candle->open_us / DAY_US) || !trader_candle(t, m, candle))
            return false;
        m->next++;
    }
    return true;
}

/* ---- one account ---- */

static bool open_account(bot *b, trader *t)
{
    /* The namespace of everything this bot ever names, made once and for all. */
    static const dbk_uuid paper_bot = {
        {0x4d, 0x0b, 0x8f, 0x2e, 0x51, 0x3a, 0x47, 0x6c, 0x9b, 0x1d, 0x6e, 0x22, 0xc0, 0x57, 0x93, 0xa8}};
    char name[NAME_SIZE + 16];
    dbk_answer answer;
    snprintf(name, sizeof(name), "account/%s", t->name);
    dbk_uuid_from_name(&paper_bot, name, &t->account_id);
    dbk_account account = {.size = sizeof(account),
                           .account_id = t->account_id,
                           .name = t->name,
                           .venue = t->venue,
                           .currency = t->currency,
                           .mode = "paper",
                           .opening_balance = b->opening_balance};
    if (!ok(dbk_account_open(t->book, &account, &answer), "opening the account") ||
        !accepted(t, &answer, "account"))
        return false;
    t->replayed = 0;
    return true;
}

static bool start_run(trader *t)
{
    char name[NAME_SIZE];
    dbk_answer answer;
    snprintf(name, sizeof(name), "run/%lld", (long long)t->run);
    dbk_uuid_from_name(&t->account_id, name, &t->run_id);
    dbk_run run = {.size = sizeof(run),
                   .account_id = t->account_id,
                   .run_id = t->run_id,
                   .kind = "paper",
                   .strategy = "trend following",
                   .code_revision = VERSION};
    return ok(dbk_run_start(t->book, &run, &answer), "starting a run") && accepted(t, &answer, name);
}

/* The state says that the next run is another one before this one is ended: whoever dies in between leaves a
 * run that looks unfinished, but never one that goes on after its end. */
static bool finish_run(trader *t)
{
    dbk_answer answer;
    return trader_equity(t, t->as_of_us + INTERVAL_S * 1000000LL) && state_save(t, t->run + 1) &&
           ok(dbk_run_finish(t->book, &t->account_id, &t->run_id, stop_signal ? "interrupted" : "finished",
                             &answer),
              "finishing the run") &&
           accepted(t, &answer, "run");
}

typedef struct comparison {
    const trader *t;
    size_t matched;
} comparison;

static bool compare_position(void *ctx, const dbk_position *p)
{
    comparison *c = ctx;
    for (size_t i = 0; i < c->t->market_count; i++) {
        const market *m = c->t->markets[i];
        char ours[PAPER_AMOUNT_SIZE];
        if (memcmp(&m->instrument_id, &p->instrument_id, sizeof(dbk_uuid)) != 0)
            continue;
        if (strcmp(paper_amount(m->position, ours), p->qty) == 0) {
            c->matched++;
            return true;
        }
        fprintf(stderr, "paper_bot: position in %s: the book says %s, the bot %s\n", p->symbol, p->qty, ours);
        return false;
    }
    return true;
}

/* The book keeps positions by itself, from the fills; they must be where the bot believes to be. */
static bool check_positions(trader *t)
{
    comparison c = {.t = t};
    size_t open = 0;
    for (size_t i = 0; i < t->market_count; i++)
        open += t->markets[i]->position != 0;
    if (!ok(dbk_positions(t->book, &t->account_id, true, compare_position, &c), "reading positions"))
        return false;
    if (c.matched != open)
        fprintf(stderr, "paper_bot: %s: %zu open positions agree with the book, of %zu\n", t->name, c.matched,
                open);
    return c.matched == open;
}

static bool trade(bot *b, trader *t)
{
    if (!open_account(b, t) || !state_load(t))
        return false;
    for (size_t i = 0; i < t->market_count; i++) {
        market *m = t->markets[i];
        if (!ok(dbk_candles_open(b->market, &m->instrument_id, INTERVAL_S, m->last_us, &m->candles),
                "opening candles"))
            return false;
    }
    market *first = NULL;
    if (!next_market(t, &first))
        return false;
    if (first && (!start_run(t) || !go_over_candles(t) || !finish_run(t)))
        return false;
    if (!check_positions(t))
        return false;
    printf("%s: %lld candles, %lld orders, %lld fills, %lld canceled, %lld rejected", t->name,
           (long long)t->candle_count, (long long)t->orders, (long long)t->fills, (long long)t->canceled,
           (long long)t->rejected);
    if (t->replayed > 0)
        printf(", %lld facts were in the book already", (long long)t->replayed);
    printf(t->equity[0] ? ", equity %s %s\n" : ", nothing new\n", t->equity, t->currency);
    return true;
}

/* ---- program ---- */

static void free_bot(bot *b)
{
    for (size_t i = 0; i < b->trader_count; i++) {
        trader *t = b->traders[i];
        for (size_t n = 0; n < t->market_count; n++) {
            dbk_candles_close(t->markets[n]->candles);
            free(t->markets[n]);
        }
        free((char *)(uintptr_t)t->venue);
        free((char *)(uintptr_t)t->currency);
        free(t);
    }
    if (b->market != b->book)
        dbk_close(b->market);
    dbk_close(b->book);
}

static bool open_books(bot *b, const char *url, const char *market_url)
{
    dbk_open_options open = {
        .size = sizeof(open), .url = url, .program = "paper_bot", .program_version = VERSION};
    if (!ok(dbk_open(&open, &b->book), "opening the book"))
        return false;
    b->market = b->book;
    open.url = market_url;
    return !market_url || ok(dbk_open(&open, &b->market), "opening the market data");
}

static int usage(FILE *out, int status)
{
    fputs("usage: paper_bot [--url URL] [--market-url URL] [--venue VENUE] [--symbol SYMBOL] [--account-name "
          "NAME] "
          "[--opening-balance AMOUNT]\n"
          "Trades on paper over the 1-minute candles of the instruments given (default: all) and keeps the "
          "book.\n"
          "Without --url it takes DAYBOOK_URL, else libpq's own settings. A book in a file (sqlite:book.db) "
          "takes "
          "candles\n"
          "and instruments from --market-url.\n",
          out);
    return status;
}

int main(int argc, char **argv)
{
    static const struct option options[] = {{"url", required_argument, NULL, 'u'},
                                            {"market-url", required_argument, NULL, 'm'},
                                            {"venue", required_argument, NULL, 'v'},
                                            {"symbol", required_argument, NULL, 's'},
                                            {"account-name", required_argument, NULL, 'a'},
                                            {"opening-balance", required_argument, NULL, 'b'},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    bot b = {.account_name = "paper", .opening_balance = "100000"};
    const char *url = NULL, *market_url = NULL, *venue = NULL, *symbol = NULL;
    for (int option; (option = getopt_long(argc, argv, "h", options, NULL)) != -1;) {
        switch (option) {
        case 'u':
            url = optarg;
            break;
        case 'm':
            market_url = optarg;
            break;
        case 'v':
            venue = optarg;
            break;
        case 's':
            symbol = optarg;
            break;
        case 'a':
            b.account_name = optarg;
            break;
        case 'b':
            b.opening_balance = optarg;
            break;
        case 'h':
            return usage(stdout, 0);
        default:
            return usage(stderr, 2);
        }
    }
    if (optind < argc || strlen(b.account_name) > 100)
        return usage(stderr, 2);
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);

    bool good = open_books(&b, url, market_url) &&
                ok(dbk_instruments(b.market, venue, symbol, add_instrument, &b), "reading instruments") &&
                !b.failed;
    for (size_t i = 0; good && i < b.trader_count && !stop_signal; i++)
        good = trade(&b, b.traders[i]);
    if (good && b.trader_count == 0)
        printf("no instrument to trade\n");
    free_bot(&b);
    if (!good)
        return 1;
    return stop_signal ? 128 + stop_signal : 0;
}
