/* position_fold.c: folds the fills on standard input with the rules of book/position.h. Each line is
 *     <kind> <multiplier> <side> <qty> <price> <fee> <fee kind>
 * and a position goes on while kind and multiplier stay the same; "flat" begins a new one. Prints after each
 * fill what trading._position_apply() answers: signed_qty open_cost avg_price realized_gross fee_settled
 * closed_qty closed_fee. */
#include "book_unit.h"

static position_fee fee_kind_of(const char *name)
{
    static const char *const names[] = {"none", "settle", "base", "converted", "other"};
    for (int i = 0; i < 5; i++)
        if (strcmp(names[i], name) == 0)
            return (position_fee)i;
    fprintf(stderr, "unknown fee kind %s\n", name);
    exit(2);
}

static void print(wide w, char end)
{
    char text[WIDE_TEXT_SIZE];
    wide_format(w, text);
    printf("%s%c", text, end);
}

static void fold(position *p, const char *side, const char *qty, const char *price, const char *fee,
                 const char *fee_kind)
{
    position_fill fill =
        fill_of(strcmp(side, "buy") == 0 ? 'B' : 'S', qty, price, fee, fee_kind_of(fee_kind));
    position_step s = move(p, fill);
    print(p->signed_qty, ' ');
    print(p->open_cost, ' ');
    print(position_avg_price(p), ' ');
    print(s.realized_gross, ' ');
    print(s.fee, ' ');
    print(s.closed_qty, ' ');
    print(s.closed_fee, '\n');
}

int main(void)
{
    char line[600], kind[16], multiplier[64], side[16], qty[64], price[64], fee[64], fee_kind[16];
    position p = {.cycle = -1};
    while (fgets(line, sizeof line, stdin)) {
        if (strcmp(line, "flat\n") == 0) {
            p.cycle = -1;
            continue;
        }
        if (sscanf(line, "%15s %63s %15s %63s %63s %63s %15s", kind, multiplier, side, qty, price, fee,
                   fee_kind) != 7) {
            fprintf(stderr, "malformed: %s", line);
            return 2;
        }
        if (p.cycle < 0) {
            position_kind found;
            assert_true(position_kind_find(kind, &found));
            p = position_new(found, dec(multiplier));
        }
        fold(&p, side, qty, price, fee, fee_kind);
    }
    return ferror(stdin) || fflush(stdout) != 0 ? 1 : 0;
}
