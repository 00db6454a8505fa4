#include "monitor/output/text_internal.h"

#include "monitor/output/words.h"

#include <glib.h>
#include <stdlib.h>

static const size_t session_bytes_default = (size_t)4 << 20;
static const size_t total_bytes_default = (size_t)256 << 20;

/* ---- blocks ---- */

static void block_free(void *data)
{
    struct block *block = data;

    buf_free(&block->text);
    g_free(block->items);
    g_free(block->file);
    g_free(block);
}

static size_t block_bytes(const struct block *block)
{
    return sizeof *block + block->text.len + block->item_count * sizeof(struct item);
}

static struct block *block_of(struct text *text, const struct record_envelope *envelope)
{
    struct block *block = g_hash_table_lookup(text->blocks, &envelope->flow_id);

    if (block)
        return block;
    block = g_malloc0(sizeof *block);
    block->flow_id = envelope->flow_id;
    block->session = envelope->session;
    block->file = g_strdup(envelope->session_file != NULL ? envelope->session_file : envelope->file);
    block->client = envelope->client;
    block->server = envelope->server;
    g_hash_table_insert(text->blocks, &block->flow_id, block);
    text->total_bytes += sizeof *block;
    return block;
}

static void block_drop(struct text *text, struct block *block)
{
    text->total_bytes -= block_bytes(block);
    g_hash_table_remove(text->blocks, &block->flow_id);
}

/* A transfer or a finding says more than a line of talk, so the last eighth of a session's share is kept for them. */
static bool has_room(const struct text *text, const struct block *block, enum item_kind kind)
{
    size_t share = text->options.session_bytes;

    if (kind == ITEM_LINE)
        share -= share / 8;
    return block_bytes(block) < share && text->total_bytes < text->options.total_bytes;
}

/* The next line written by text_lines.c or text_finding.c goes into this block. NULL: no room, counted. */
static struct item *item_begin(struct text *text, struct block *block, enum item_kind kind, int64_t time_ns,
                               uint32_t tx)
{
    struct item *item;

    if (!has_room(text, block, kind)) {
        block->left_out++;
        return NULL;
    }
    if (block->item_count == block->item_cap) {
        block->item_cap = block->item_cap > 0 ? block->item_cap * 2 : 16;
        block->items = g_renew(struct item, block->items, block->item_cap);
    }
    item = &block->items[block->item_count];
    *item = (struct item){.time_ns = time_ns, .tx = tx, .kind = kind, .at = block->text.len};
    item->order = (uint32_t)block->item_count++;
    text->wrap.out = &block->text;
    return item;
}

static void item_end(struct text *text, struct block *block, struct item *item)
{
    item->len = block->text.len - item->at;
    text->total_bytes += item->len + sizeof *item;
    text->wrap.out = &text->line;
}

/* ---- records ---- */

static void on_ftp(void *state, const struct record_envelope *envelope, const struct record_ftp *record)
{
    struct text *text = state;
    struct block *block;
    struct item *item;

    if (text->options.quiet)
        return;
    block = block_of(text, envelope);
    if (record->verb != FSC_VERB_NONE) {
        item = item_begin(text, block, ITEM_LINE, record->command_ns, record->tx);
        if (item) {
            text_command(text, record);
            item_end(text, block, item);
        }
    }
    for (size_t i = 0; i < record->reply_count; i++) {
        item = item_begin(text, block, ITEM_LINE, record->replies[i].time_ns, record->tx);
        if (!item)
            continue;
        text_reply(text, block, record, i);
        item_end(text, block, item);
    }
}

static void on_data(void *state, const struct record_envelope *envelope, const struct record_data *record)
{
    struct text *text = state;
    struct block *block = block_of(text, envelope);
    struct item *item = item_begin(text, block, ITEM_TRANSFER, envelope->time_ns, record->tx);

    text->verdicts[record->status]++;
    if (!item)
        return;
    text_transfer(text, block, envelope, record);
    item_end(text, block, item);
}

static void on_finding(void *state, const struct record_envelope *envelope, const struct record_finding *record)
{
    struct text *text = state;
    struct block *block = block_of(text, envelope);
    struct item *item = item_begin(text, block, ITEM_FINDING, envelope->time_ns, record->finding->tx);

    text->severities[record->finding->severity]++;
    if (!item)
        return;
    item->of_transfer = record->finding->of_transfer;
    text_finding(text, block, envelope, record);
    item_end(text, block, item);
}

/* ---- the order inside a block ---- */

static int by_place(const void *left, const void *right)
{
    const struct item *a = left, *b = right;

    if (a->sort_ns != b->sort_ns)
        return a->sort_ns < b->sort_ns ? -1 : 1;
    if (a->sort_order != b->sort_order)
        return a->sort_order < b->sort_order ? -1 : 1;
    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

static void place_at(struct item *item, const struct item *anchor, uint32_t rank)
{
    item->sort_ns = anchor->sort_ns;
    item->sort_order = anchor->sort_order;
    item->rank = rank;
    item->timed = anchor == item;
}

/* Remembers the item of this tx that stands last. */
static void remember(GHashTable *last, struct item *item)
{
    gpointer key = GUINT_TO_POINTER(item->tx);
    const struct item *known = g_hash_table_lookup(last, key);

    if (item->tx > 0 && (!known || by_place(known, item) < 0))
        g_hash_table_insert(last, key, item);
}

/* A finding stands under the transfer or reply that it explains, one about the session at the end of the block. */
static void place_finding(struct item *item, GHashTable *lines, GHashTable *transfers)
{
    gpointer key = GUINT_TO_POINTER(item->tx);
    const struct item *anchor = item->of_transfer ? g_hash_table_lookup(transfers, key) : NULL;

    if (!anchor)
        anchor = g_hash_table_lookup(lines, key);
    if (anchor)
        place_at(item, anchor, 2);
    else if (item->tx > 0)
        item->timed = true;
    else
        item->sort_ns = INT64_MAX;
}

static void sort_items(struct block *block)
{
    GHashTable *lines = g_hash_table_new(g_direct_hash, g_direct_equal);
    GHashTable *transfers = g_hash_table_new(g_direct_hash, g_direct_equal);

    for (size_t i = 0; i < block->item_count; i++) {
        struct item *item = &block->items[i];

        item->sort_ns = item->time_ns;
        item->sort_order = item->order;
        if (item->kind != ITEM_LINE)
            continue;
        item->timed = true;
        remember(lines, item);
    }
    for (size_t i = 0; i < block->item_count; i++) {
        struct item *item = &block->items[i];
        const struct item *anchor = g_hash_table_lookup(lines, GUINT_TO_POINTER(item->tx));

        if (item->kind != ITEM_TRANSFER)
            continue;
        place_at(item, anchor ? anchor : item, anchor ? 1 : 0);
        remember(transfers, item);
    }
    for (size_t i = 0; i < block->item_count; i++) {
        if (block->items[i].kind == ITEM_FINDING)
            place_finding(&block->items[i], lines, transfers);
    }
    if (block->item_count > 0)
        qsort(block->items, block->item_count, sizeof *block->items, by_place);
    g_hash_table_destroy(lines);
    g_hash_table_destroy(transfers);
}

/* ---- printing ---- */

/* "   12.345 ": right-aligned in TEXT_TIME columns; a session of more than a day loses its milliseconds, not its
 * columns. */
static void put_time(struct text *text, int64_t ns)
{
    uint64_t ms = ns > 0 ? (uint64_t)ns / 1000000 : 0;
    struct buf *words = &text->words;

    words->len = 0;
    buf_uint(words, ms / 1000);
    if (ms < 100000000) {
        buf_char(words, '.');
        for (uint64_t unit = 100; unit > 0; unit /= 10)
            buf_char(words, (char)('0' + ms / unit % 10));
    }
    for (size_t i = words->len; i + 1 < TEXT_TIME; i++)
        buf_char(&text->line, ' ');
    buf_bytes(&text->line, words->data, words->len);
    buf_char(&text->line, ' ');
    words->len = 0;
}

static void put_item(struct text *text, const struct block *block, const struct item *item, int64_t start_ns)
{
    if (item->timed)
        put_time(text, item->time_ns - start_ns);
    else
        buf_bytes(&text->line, "          ", TEXT_TIME);
    buf_bytes(&text->line, block->text.data + item->at, item->len);
}

static void put_note(struct text *text, enum style style, const char *note)
{
    wrap_start(&text->wrap, 0, TEXT_TIME);
    text->wrap.blanks = TEXT_TIME;
    wrap_text(&text->wrap, style, note);
    wrap_end(&text->wrap);
}

static void put_left_out(struct text *text, const struct block *block)
{
    if (block->left_out == 0)
        return;
    text->words.len = 0;
    words_count(&text->words, block->left_out, "entry is", "entries are");
    buf_string(&text->words, " not shown, to stay within the memory limit of this output; --json shows all.");
    buf_char(&text->words, '\0');
    put_note(text, STYLE_YELLOW, text->words.data);
    text->words.len = 0;
}

static void print_block(struct text *text, struct block *block, const struct record_session *record)
{
    int64_t start_ns;

    text->line.len = 0;
    sort_items(block);
    start_ns = record ? record->start_ns : block->item_count > 0 ? block->items[0].time_ns : 0;
    text_header(text, block, record);
    for (size_t i = 0; i < block->item_count; i++) {
        bool first_of_session =
            block->items[i].sort_ns == INT64_MAX && (i == 0 || block->items[i - 1].sort_ns != INT64_MAX);

        if (first_of_session)
            put_note(text, STYLE_DIM, "About the session:");
        put_item(text, block, &block->items[i], start_ns);
        if (text->line.len > 65536)
            buf_flush(&text->line, text->out);
    }
    put_left_out(text, block);
    buf_char(&text->line, '\n');
    buf_flush(&text->line, text->out);
}

static void on_session(void *state, const struct record_envelope *envelope, const struct record_session *record)
{
    struct text *text = state;
    struct block *block = block_of(text, envelope);

    if (!text->options.quiet || block->item_count > 0 || block->left_out > 0)
        print_block(text, block, record);
    block_drop(text, block);
}

static void on_stats(void *state, const struct record_stats *record)
{
    struct text *text = state;

    g_free(text->truncated_input);
    text->truncated_input = g_strdup(record->truncated_input);
    text->stats = *record;
    if (record->unread_count > 0)
        memcpy(text->unread, record->unread, record->unread_count * sizeof(*record->unread));
    text->stats.unread = text->unread;
    text->have_stats = true;
}

static int by_session(const void *left, const void *right)
{
    const struct block *a = *(struct block *const *)left, *b = *(struct block *const *)right;

    if (a->session != b->session)
        return a->session < b->session ? -1 : 1;
    return a->flow_id < b->flow_id ? -1 : a->flow_id > b->flow_id;
}

/* In session order, since a hash table's own order would differ from run to run. */
static void print_open_blocks(struct text *text)
{
    GPtrArray *blocks = g_ptr_array_new();
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, text->blocks);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        g_ptr_array_add(blocks, value);
    g_ptr_array_sort(blocks, by_session);
    for (guint i = 0; i < blocks->len; i++) {
        struct block *block = g_ptr_array_index(blocks, i);

        print_block(text, block, NULL);
        block_drop(text, block);
    }
    g_ptr_array_free(blocks, TRUE);
}

void text_finish(struct text *text)
{
    if (text->finished)
        return;
    text->finished = true;
    print_open_blocks(text);
    if (!text->have_stats)
        return;
    text_summary(text);
    buf_flush(&text->line, text->out);
}

struct text *text_new(FILE *out, const struct text_options *options)
{
    struct text *text = g_malloc0(sizeof *text);

    text->out = out;
    text->options = *options;
    if (text->options.session_bytes == 0)
        text->options.session_bytes = session_bytes_default;
    if (text->options.total_bytes == 0)
        text->options.total_bytes = total_bytes_default;
    wrap_init(&text->wrap, &text->line, options->color, options->columns);
    text->blocks = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, block_free);
    return text;
}

void text_free(struct text **text)
{
    if (!*text)
        return;
    g_hash_table_destroy((*text)->blocks);
    wrap_free(&(*text)->wrap);
    buf_free(&(*text)->line);
    buf_free(&(*text)->words);
    g_free((*text)->truncated_input);
    g_free(*text);
    *text = NULL;
}

struct sink text_sink(struct text *text)
{
    return (struct sink){
        .state = text, .ftp = on_ftp, .data = on_data, .finding = on_finding, .session = on_session, .stats = on_stats};
}
