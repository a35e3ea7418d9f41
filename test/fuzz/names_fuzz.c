/* What names and labels say: symbols in file names, currencies in symbols, lengths of candles, times. */
#include "fuzz.h"
#include "market/formats/interval.h"
#include "market/formats/path_facts.h"
#include "market/formats/source_time.h"
#include "market/formats/symbol.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    fuzz_require(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';

    symbol_file_name said;
    symbol_from_file_name(text, &said);
    fuzz_require(strlen(said.symbol) < SYMBOL_SIZE && said.interval_s >= 0);
    path_facts facts;
    path_facts_read(text, &facts);
    fuzz_require(strlen(facts.symbol) < SYMBOL_SIZE && facts.interval_s >= 0);
    char base[CURRENCY_SIZE];
    char quote[CURRENCY_SIZE];
    if (fuzz_succeeded(symbol_split(text, base, quote)))
        fuzz_require(base[0] != '\0' && quote[0] != '\0');
    int32_t interval_s;
    int32_t again;
    if (fuzz_succeeded(interval_parse(text, &interval_s))) {
        char label[INTERVAL_TEXT_SIZE];
        interval_format(interval_s, label);
        fuzz_require(fuzz_succeeded(interval_parse(label, &again)) && again == interval_s);
    }
    int64_t wall_us;
    bool exact;
    unsigned unit;
    if (source_time_parse(text, size, &wall_us, &exact, &unit))
        fuzz_require(unit != 0 && (unit & (unit - 1)) == 0);
    free(text);
    return 0;
}
