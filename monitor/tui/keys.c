#include "monitor/tui/keys.h"

#include <curses.h>
#include <glib.h>

enum { CODES_MAX = 5, FUNCTION_FIRST = 0x100 };

static const struct {
    enum action action;
    unsigned views;
    struct key_row row;
    unsigned codes[CODES_MAX];
} table[] = {
#define KEY(action, views, label_key, label, help_keys, help, ...)                                                     \
    {ACTION_##action, views, {label_key, label, help_keys, help}, {__VA_ARGS__}},
#include "monitor/tui/keys.def"
#undef KEY
};

/* Letters of other alphabets have the numbers that ncurses gives to keys. */
bool key_is(struct key key, unsigned code)
{
    return key.code == code && key.function == (code >= FUNCTION_FIRST);
}

enum action keys_action(struct key key, enum view_id view)
{
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
        if (!(table[i].views >> view & 1))
            continue;
        for (size_t k = 0; k < CODES_MAX && table[i].codes[k] != 0; k++)
            if (key_is(key, table[i].codes[k]))
                return table[i].action;
    }
    return ACTION_NONE;
}

bool keys_row(enum view_id view, size_t i, struct key_row *row)
{
    for (size_t k = 0; k < G_N_ELEMENTS(table); k++)
        if ((table[k].views >> view & 1) && i-- == 0) {
            *row = table[k].row;
            return true;
        }
    return false;
}
