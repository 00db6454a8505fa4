#include "monitor/tui/prompt.h"

#include <curses.h>

enum { TEXT_MAX = 1024, CTRL_A = 1, CTRL_E = 5, CTRL_U = 21, CTRL_W = 23 };

void prompt_init(struct prompt *prompt, const char *text)
{
    *prompt = (struct prompt){.text = g_string_new(text)};
    prompt->cursor = prompt->text->len;
}

void prompt_free(struct prompt *prompt)
{
    if (prompt->text != NULL)
        g_string_free(prompt->text, TRUE);
    prompt->text = NULL;
}

void prompt_set(struct prompt *prompt, const char *text)
{
    g_string_assign(prompt->text, text);
    prompt->cursor = prompt->text->len;
}

static gsize before(const struct prompt *prompt)
{
    gsize at = prompt->cursor;

    while (at > 0 && ((unsigned char)prompt->text->str[--at] & 0xc0) == 0x80)
        ;
    return at;
}

static gsize behind(const struct prompt *prompt)
{
    gsize at = prompt->cursor;

    if (at < prompt->text->len)
        at++;
    while (at < prompt->text->len && ((unsigned char)prompt->text->str[at] & 0xc0) == 0x80)
        at++;
    return at;
}

static void erase_from(struct prompt *prompt, gsize start)
{
    g_string_erase(prompt->text, (gssize)start, (gssize)(prompt->cursor - start));
    prompt->cursor = start;
}

static gsize word_start(const struct prompt *prompt)
{
    gsize at = prompt->cursor;

    while (at > 0 && prompt->text->str[at - 1] == ' ')
        at--;
    while (at > 0 && prompt->text->str[at - 1] != ' ')
        at--;
    return at;
}

static bool type(struct prompt *prompt, unsigned code)
{
    char text[8];

    if (code < ' ' || code == 0x7f || !g_unichar_validate(code) || prompt->text->len >= TEXT_MAX)
        return false;
    gint n = g_unichar_to_utf8(code, text);
    g_string_insert_len(prompt->text, (gssize)prompt->cursor, text, n);
    prompt->cursor += (gsize)n;
    return true;
}

static bool edit(struct prompt *prompt, unsigned code)
{
    switch (code) {
    case KEY_LEFT:
        prompt->cursor = before(prompt);
        return true;
    case KEY_RIGHT:
        prompt->cursor = behind(prompt);
        return true;
    case KEY_HOME:
    case CTRL_A:
        prompt->cursor = 0;
        return true;
    case KEY_END:
    case CTRL_E:
        prompt->cursor = prompt->text->len;
        return true;
    case KEY_BACKSPACE:
    case 127:
    case 8:
        erase_from(prompt, before(prompt));
        return true;
    case KEY_DC:
        prompt->cursor = behind(prompt);
        erase_from(prompt, before(prompt));
        return true;
    case CTRL_U:
        erase_from(prompt, 0);
        return true;
    case CTRL_W:
        erase_from(prompt, word_start(prompt));
        return true;
    default:
        return false;
    }
}

bool prompt_key(struct prompt *prompt, struct key key)
{
    if (key.function || key.code < ' ' || key.code == 127)
        return edit(prompt, key.code);
    return type(prompt, key.code);
}

/* The end of a text that is too long is what is being typed. The place of the cursor is shown reversed: the terminal's
 * own stays hidden, so that frames need not move it. */
void prompt_draw(const struct prompt *prompt, const struct paint *paint, int row, int col, int width)
{
    struct paint reversed = *paint;
    const char *start = prompt->text->str;
    char *head = g_strndup(start, prompt->cursor);
    char at[8] = " ";

    gsize next = behind(prompt), n = MIN(next - prompt->cursor, sizeof(at) - 1);
    for (gsize i = 0; i < n; i++)
        at[i] = start[prompt->cursor + i];
    const char *shown = head;
    while (paint_columns(shown) > width - 2 && *shown != '\0')
        for (shown++; ((unsigned char)*shown & 0xc0) == 0x80; shown++)
            ;
    int used = paint_text(paint, row, col, width, PAINT_PLAIN, shown);
    reversed.reversed = true;
    used += paint_text(&reversed, row, col + used, width - used, PAINT_PLAIN, at);
    if (prompt->cursor < prompt->text->len)
        (void)paint_text(paint, row, col + used, width - used, PAINT_PLAIN, start + next);
    g_free(head);
}
