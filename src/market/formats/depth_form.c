#include "market/formats/depth_form.h"

static const struct {
    const char *name;
    int column; /* DEPTH_COLUMNS: left alone */
} names[] = {
    {"symbol", DEPTH_SYMBOL},
    {"timestamp", DEPTH_TIME},
    {"time", DEPTH_TIME},
    {"trans_id", DEPTH_COLUMNS},
    {"first_update_id", DEPTH_FIRST_ID},
    {"last_update_id", DEPTH_LAST_ID},
    {"pu", DEPTH_PREVIOUS_ID},
    {"side", DEPTH_SIDE},
    {"update_type", DEPTH_TYPE},
    {"price", DEPTH_PRICE},
    {"qty", DEPTH_QUANTITY},
};

static bool is_whole(const depth_form *f)
{
    for (int i = 0; i < DEPTH_COLUMNS; i++)
        if (f->at[i] < 0 && i != DEPTH_PREVIOUS_ID)
            return false;
    return true;
}

bool depth_form_of_header(const csv_fields *fields, depth_form *out)
{
    depth_form found = {.fields = fields->count};
    for (int i = 0; i < DEPTH_COLUMNS; i++)
        found.at[i] = -1;
    if (fields->count > LAYOUT_FIELDS_MAX)
        return false;
    for (int i = 0; i < fields->count; i++) {
        size_t n = 0;
        while (n < sizeof(names) / sizeof(names[0]) && !depth_text_is(&fields->fields[i], names[n].name))
            n++;
        if (n == sizeof(names) / sizeof(names[0]))
            return false;
        if (names[n].column < DEPTH_COLUMNS && found.at[names[n].column] >= 0)
            return false;
        if (names[n].column < DEPTH_COLUMNS)
            found.at[names[n].column] = i;
    }
    if (!is_whole(&found))
        return false;
    *out = found;
    return true;
}

bool depth_type_is_known(const layout_text *type)
{
    return depth_text_is(type, "snap") || depth_text_is(type, "set") || depth_text_is(type, "delta");
}

/* Some files have the number of a transaction before the ids, some the id of the update before at the end. */
bool depth_form_of_line(const csv_fields *fields, depth_form *out)
{
    for (int side = 4; side <= 5; side++) {
        int rest = fields->count - side;
        if (rest < 4 || rest > 5 || !depth_type_is_known(&fields->fields[side + 1]) ||
            !(depth_text_is(&fields->fields[side], "a") || depth_text_is(&fields->fields[side], "b")))
            continue;
        *out = (depth_form){.fields = fields->count,
                            .at = {[DEPTH_SYMBOL] = 0,
                                   [DEPTH_TIME] = 1,
                                   [DEPTH_FIRST_ID] = side - 2,
                                   [DEPTH_LAST_ID] = side - 1,
                                   [DEPTH_PREVIOUS_ID] = rest == 5 ? side + 4 : -1,
                                   [DEPTH_SIDE] = side,
                                   [DEPTH_TYPE] = side + 1,
                                   [DEPTH_PRICE] = side + 2,
                                   [DEPTH_QUANTITY] = side + 3}};
        return true;
    }
    return false;
}
