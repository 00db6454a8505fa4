#include "monitor/tui/paint.h"

#include <curses.h>
#include <glib.h>
#include <langinfo.h>
#include <limits.h>
#include <string.h>
#include <wchar.h>

#include "monitor/output/utf8.h"

/* What each style is with colours and without. Pairs are numbered by style, so the rows have fixed places. */
static const struct {
    short foreground, background;
    attr_t with_color, without;
} styles[PAINT_STYLES] = {
    [PAINT_PLAIN] = {-1, -1, A_NORMAL, A_NORMAL},
    [PAINT_DIM] = {-1, -1, A_DIM, A_DIM},
    [PAINT_BOLD] = {-1, -1, A_BOLD, A_BOLD},
    [PAINT_GOOD] = {COLOR_GREEN, -1, A_NORMAL, A_NORMAL},
    [PAINT_FACT] = {COLOR_CYAN, -1, A_NORMAL, A_NORMAL},
    [PAINT_WARN] = {COLOR_YELLOW, -1, A_NORMAL, A_UNDERLINE},
    [PAINT_BAD] = {COLOR_RED, -1, A_BOLD, A_BOLD},
    [PAINT_BAR] = {COLOR_WHITE, COLOR_BLUE, A_NORMAL, A_REVERSE},
    [PAINT_BAR_DIM] = {COLOR_CYAN, COLOR_BLUE, A_NORMAL, A_REVERSE},
    [PAINT_BAR_WARN] = {COLOR_WHITE, COLOR_RED, A_BOLD, A_REVERSE | A_BOLD},
    [PAINT_TAB] = {COLOR_BLACK, COLOR_CYAN, A_NORMAL, A_REVERSE | A_BOLD},
    [PAINT_KEY] = {COLOR_CYAN, -1, A_BOLD, A_BOLD},
    [PAINT_TITLE] = {-1, -1, A_BOLD | A_UNDERLINE, A_BOLD | A_UNDERLINE},
};

static const struct {
    const char *utf8, *ascii;
} marks[MARK_COUNT] = {
    [MARK_VERTICAL] = {"│", "|"},     [MARK_VERTICAL_HEAVY] = {"┃", "#"},
    [MARK_HORIZONTAL] = {"─", "-"},   [MARK_CROSS] = {"┼", "+"},
    [MARK_LEFT] = {"◀", "<"},         [MARK_RIGHT] = {"▶", ">"},
    [MARK_DOT] = {"·", "."},          [MARK_OPENED] = {"●", "o"},
    [MARK_CLOSED] = {"■", "#"},       [MARK_BROKEN] = {"✗", "X"},
    [MARK_BAD] = {"✗", "x"},          [MARK_WARN] = {"!", "!"},
    [MARK_INFO] = {"i", "i"},         [MARK_CHOSEN] = {"*", "*"},
    [MARK_UP] = {"▲", "^"},           [MARK_DOWN] = {"▼", "v"},
    [MARK_MORE] = {"…", "~"},         [MARK_TOP_LEFT] = {"┌", "+"},
    [MARK_TOP_RIGHT] = {"┐", "+"},    [MARK_BOTTOM_LEFT] = {"└", "+"},
    [MARK_BOTTOM_RIGHT] = {"┘", "+"},
};

void paint_init(struct paint *paint, bool color)
{
    *paint = (struct paint){.utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0};
    paint->color = color && has_colors() && start_color() == OK && use_default_colors() == OK;
    for (short i = 0; paint->color && i < PAINT_STYLES; i++)
        (void)init_pair((short)(i + 1), styles[i].foreground, styles[i].background);
}

void paint_begin(struct paint *paint)
{
    paint->rows = getmaxy(stdscr);
    paint->cols = getmaxx(stdscr);
    paint->reversed = false;
    (void)erase();
}

static void set_style(const struct paint *paint, enum paint_style style)
{
    attr_t attributes = paint->color ? styles[style].with_color : styles[style].without;

    (void)attr_set(paint->reversed ? (attributes & ~A_DIM) ^ A_REVERSE : attributes,
                   (short)(paint->color ? style + 1 : 0), NULL);
}

/* One character of `text`: where the next one begins, what it is, and its columns. */
static const char *next_char(const char *text, wchar_t *character, int *columns)
{
    uint32_t code;
    size_t length = utf8_length((const uint8_t *)text, strlen(text), &code);
    char there[MB_LEN_MAX];
    mbstate_t state = {0};

    *character = length > 0 ? (wchar_t)code : L'?';
    *columns = wcwidth(*character);
    if (*columns < 0 || *character < L' ' || wcrtomb(there, *character, &state) == (size_t)-1) {
        *character = L'?';
        *columns = 1;
    }
    return text + (length > 0 ? length : 1);
}

int paint_columns(const char *text)
{
    int sum = 0, columns;
    wchar_t character;

    while (*text != '\0') {
        if (*text > ' ' && *text < 0x7f) { /* nearly all of it */
            sum++;
            text++;
            continue;
        }
        text = next_char(text, &character, &columns);
        sum += columns;
    }
    return sum;
}

enum { PIECE = 256 };

/* Adds the characters of `text` that fit; returns the columns. */
static int add_fitting(const char *text, int width)
{
    wchar_t piece[PIECE];
    int count = 0, used = 0, columns;

    while (*text != '\0') {
        wchar_t character;
        text = next_char(text, &character, &columns);
        if (used + columns > width)
            break;
        used += columns;
        piece[count++] = character;
        if (count == PIECE) {
            (void)addnwstr(piece, count);
            count = 0;
        }
    }
    (void)addnwstr(piece, count);
    return used;
}

int paint_text(const struct paint *paint, int row, int col, int width, enum paint_style style, const char *text)
{
    width = MIN(width, paint->cols - col);
    if (row < 0 || row >= paint->rows || col < 0 || width <= 0)
        return 0;
    bool cut = strlen(text) > (size_t)width && paint_columns(text) > width;
    set_style(paint, style);
    (void)move(row, col);
    int used = add_fitting(text, cut ? width - 1 : width);
    if (!cut)
        return used;
    paint_fill(paint, row, col + used, width - 1 - used, style);
    paint_mark(paint, row, col + width - 1, style, MARK_MORE);
    return width;
}

int paint_tail(const struct paint *paint, int row, int col, int width, enum paint_style style, const char *text)
{
    if (paint_columns(text) <= width || width < 2)
        return paint_text(paint, row, col, width, style, text);
    while (paint_columns(text) > width - 1)
        for (text++; ((unsigned char)*text & 0xc0) == 0x80; text++)
            ;
    paint_mark(paint, row, col, style, MARK_MORE);
    return 1 + paint_text(paint, row, col + 1, width - 1, style, text);
}

int paint_right(const struct paint *paint, int row, int col, int width, enum paint_style style, const char *text)
{
    int room = MAX(0, width - paint_columns(text));
    return room + paint_text(paint, row, col + room, width - room, style, text);
}

void paint_fill(const struct paint *paint, int row, int col, int width, enum paint_style style)
{
    if (row < 0 || row >= paint->rows || col < 0)
        return;
    set_style(paint, style);
    for (int i = 0; i < width && col + i < paint->cols; i++)
        (void)mvaddch(row, col + i, ' ');
}

const char *paint_mark_text(const struct paint *paint, enum paint_mark mark)
{
    return paint->utf8 ? marks[mark].utf8 : marks[mark].ascii;
}

void paint_mark(const struct paint *paint, int row, int col, enum paint_style style, enum paint_mark mark)
{
    if (row < 0 || row >= paint->rows || col < 0 || col >= paint->cols)
        return;
    set_style(paint, style);
    (void)move(row, col);
    (void)add_fitting(paint_mark_text(paint, mark), 1);
}

void paint_line(const struct paint *paint, int row, int col, int width, enum paint_style style)
{
    for (int i = 0; i < width; i++)
        paint_mark(paint, row, col + i, style, MARK_HORIZONTAL);
}

void paint_box(const struct paint *paint, struct area a, enum paint_style style, const char *title)
{
    int bottom = a.row + a.rows - 1, right = a.col + a.cols - 1;

    for (int row = a.row + 1; row < bottom; row++) {
        paint_mark(paint, row, a.col, style, MARK_VERTICAL);
        paint_fill(paint, row, a.col + 1, a.cols - 2, PAINT_PLAIN);
        paint_mark(paint, row, right, style, MARK_VERTICAL);
    }
    paint_line(paint, a.row, a.col, a.cols, style);
    paint_line(paint, bottom, a.col, a.cols, style);
    paint_mark(paint, a.row, a.col, style, MARK_TOP_LEFT);
    paint_mark(paint, a.row, right, style, MARK_TOP_RIGHT);
    paint_mark(paint, bottom, a.col, style, MARK_BOTTOM_LEFT);
    paint_mark(paint, bottom, right, style, MARK_BOTTOM_RIGHT);
    if (title[0] != '\0') {
        paint_fill(paint, a.row, a.col + 2, MIN(a.cols - 4, paint_columns(title) + 2), PAINT_BOLD);
        (void)paint_text(paint, a.row, a.col + 3, a.cols - 6, PAINT_BOLD, title);
    }
}
