/* roundtrip_fold.c: the round trips of the fills on standard input by the rules of book/roundtrip.h. A line
 *     history <kind> <multiplier> <method> <matching>
 * begins a position, the numbers as roundtrip.h and lot.h have them; each further line is a fill of it, its
 * version being its place:
 *     <side> <qty> <price> <fee> <fee kind> <fee rate> <second>
 * Prints one line for each trip as it ends: cycle, side, first and last version, seconds of opening and
 * closing, qty, average entry and exit, gross, fees, low, high, worst and best result; "end" after each
 * history. */
#include "book_unit.h"

#include "book/roundtrip.h"

static void print(wide w)
{
    char text[WIDE_TEXT_SIZE];
    wide_format(w, text);
    printf(" %s", text);
}

static dbk_err *print_trip(void *ctx, const roundtrip *t)
{
    (void)ctx;
    printf("%lld %s %lld %lld %lld %lld", (long long)t->cycle, t->side == POSITION_BUY ? "long" : "short",
           (long long)t->first_version, (long long)t->last_version, (long long)(t->opened_at_us / 1000000),
           (long long)(t->closed_at_us / 1000000));
    const wide values[] = {t->qty,          roundtrip_avg_entry(t), roundtrip_avg_exit(t), t->gross,
                           t->fees,         wide_of(t->low),        wide_of(t->high),      roundtrip_mae(t),
                           roundtrip_mfe(t)};
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
        print(values[i]);
    printf("\n");
    return NULL;
}

static roundtrips *begin(const char *line)
{
    char kind_name[16], multiplier[64];
    int method, matching;
    position_kind kind;
    assert_int_equal(sscanf(line, "history %15s %63s %d %d", kind_name, multiplier, &method, &matching), 4);
    assert_true(position_kind_find(kind_name, &kind));
    roundtrips *r;
    unit_ok(roundtrips_new(&(roundtrip_options){.kind = kind,
                                                .multiplier = dec(multiplier),
                                                .method = (roundtrip_method)method,
                                                .matching = (lot_matching)matching,
                                                .lots_max = 1000,
                                                .done = print_trip},
                           &r));
    return r;
}

static void apply(roundtrips *r, const char *line, int64_t version)
{
    char side[8], qty[64], price[64], fee[64], rate[64];
    int fee_kind;
    long long second;
    assert_int_equal(
        sscanf(line, "%7s %63s %63s %63s %d %63s %lld", side, qty, price, fee, &fee_kind, rate, &second), 7);
    position_fill fill =
        fill_of(strcmp(side, "buy") == 0 ? 'B' : 'S', qty, price, fee, (position_fee)fee_kind);
    fill.fee_rate = dec(rate);
    fill.filled_at_us = second * 1000000;
    position_step step;
    unit_ok(roundtrips_fill(r, &fill, version, &step));
}

static void end(roundtrips *r)
{
    if (r)
        printf("end\n");
    roundtrips_free(r);
}

int main(void)
{
    char line[600];
    roundtrips *r = NULL;
    int64_t version = 0;
    while (fgets(line, sizeof line, stdin)) {
        if (strncmp(line, "history ", 8) == 0) {
            end(r);
            r = begin(line);
            version = 0;
        } else {
            assert_non_null(r);
            apply(r, line, ++version);
        }
    }
    end(r);
    return ferror(stdin) || fflush(stdout) != 0 ? 1 : 0;
}
