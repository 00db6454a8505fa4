/* objects.c - see objects.h. */
#include "plugin/tools/objects.h"

#include <string.h>

#include "plugin/packets.h"
#include "plugin/plugin.h"
#include "plugin/segment.h"
#include "plugin/tools/objects_name.h"

enum {
    RANGES_MAX = 4096, /* pieces with holes between them; more are left out, and stay holes */
    ROOM_FIRST = 65536,
    /* A file is mostly holes where the capture lacks all but some packets: so many bytes it may have all the same, and
     * so many times what was captured of it. */
    SIZE_FREE = 64 << 20,
    SIZE_TIMES = 32,
};

struct range {
    uint64_t from, to;
};

/* The file of one transfer. */
struct object {
    unsigned list;                /* the number of the list that it was put together for */
    export_object_entry_t *entry; /* the list's; NULL: nothing to export as yet */
    size_t room;                  /* bytes allocated of its content */
    wmem_array_t *ranges;         /* struct range that came, ascending, disjoint and apart */
    uint64_t captured;            /* bytes that came */
    bool tls;
    unsigned flaws; /* enum object_flaw, as the name says */
    bool cut;
};

/* What the tap hands on. */
struct piece {
    struct exchange *exchange;
    bool placed, end;          /* position is known; the sender's last byte stands before its end */
    uint64_t position;         /* in the data connection */
    const guint8 *bytes;       /* NULL: none */
    size_t captured, reported; /* the packet was longer than what the capture holds of it */
};

static int objects_tap = -1;

static bool is_file(const struct exchange *exchange)
{
    return exchange != NULL && (exchange->verb == FSC_VERB_RETR || exchange->verb == FSC_VERB_STOR ||
                                exchange->verb == FSC_VERB_STOU || exchange->verb == FSC_VERB_APPE);
}

/* ---- pieces of files ---- */

/* The exchange whose file the sender of this packet sends, else NULL. */
static struct exchange *exchange_of(const struct flow *flow, int side)
{
    if (flow == NULL || flow->role != PIPELINE_ROLE_DATA || flow->session == NULL)
        return NULL;
    struct exchange *exchange = session_exchange(flow->session, flow->tx);
    if (!is_file(exchange))
        return NULL;
    return (exchange->verb == FSC_VERB_RETR) == flow_from_server(flow, side) ? exchange : NULL;
}

static void queue(packet_info *pinfo, const struct piece *piece)
{
    tap_queue_packet(objects_tap, pinfo, wmem_memdup(pinfo->pool, piece, sizeof(*piece)));
}

void objects_segment(tvbuff_t *tvb, packet_info *pinfo)
{
    struct segment segment;
    int side = 0;

    if (!have_tap_listener(objects_tap) || !segment_read(tvb, &segment) || (segment.flags & SEGMENT_SYN) != 0)
        return;
    const struct flow *flow = packets_flow(pinfo, &side);
    struct piece piece = {.exchange = exchange_of(flow, side), .placed = true};
    if (piece.exchange == NULL || !flow_position(flow, side, segment.seq, pinfo->num, &piece.position))
        return;
    piece.end = (segment.flags & SEGMENT_FIN) != 0;
    piece.captured = segment.captured;
    piece.reported = segment.reported;
    piece.bytes = piece.captured > 0 ? tvb_get_ptr(tvb, (gint)segment.header, (gint)piece.captured) : NULL;
    if (piece.reported > 0 || piece.end)
        queue(pinfo, &piece);
}

void objects_decrypted(tvbuff_t *tvb, packet_info *pinfo, const struct flow *flow, int side)
{
    struct piece piece = {.exchange = exchange_of(flow, side), .captured = tvb_captured_length(tvb)};

    if (!have_tap_listener(objects_tap) || piece.exchange == NULL || piece.captured == 0)
        return;
    piece.reported = piece.captured;
    piece.bytes = tvb_get_ptr(tvb, 0, (gint)piece.captured);
    queue(pinfo, &piece);
}

void objects_results(const struct store *store, packet_info *pinfo, unsigned first)
{
    if (!have_tap_listener(objects_tap))
        return;
    for (unsigned i = first; i < store_results(store); i++) {
        const struct transfer_result *result = store_result(store, i);
        if (result->known_frame != pinfo->num)
            return;
        if (is_file(result->exchange))
            queue(pinfo, &(struct piece){.exchange = result->exchange});
    }
}

/* ---- content ---- */

static struct range *range_at(const struct object *object, unsigned i)
{
    return wmem_array_index(object->ranges, i);
}

static bool has_holes(const struct object *object)
{
    unsigned count = wmem_array_get_count(object->ranges);
    size_t length = object->entry->payload_len;

    return count == 0 ? length > 0 : count > 1 || range_at(object, 0)->from > 0 || range_at(object, 0)->to < length;
}

/* Makes the content `length` long at least, or as long as the limit of all objects allows. */
static void grow(struct object *object, struct export_list *list, uint64_t length)
{
    export_object_entry_t *entry = object->entry;
    uint64_t most = SIZE_FREE + SIZE_TIMES * object->captured;
    uint64_t limit = (uint64_t)ftpscope_preferences.export_limit << 20,
             free = limit > list->bytes ? limit - list->bytes : 0;

    object->cut = object->cut || length > most;
    length = MIN(length, most);
    if (length <= entry->payload_len)
        return;
    if (length > object->room) {
        uint64_t room = MIN(MAX(MAX(2 * object->room, length), ROOM_FIRST), object->room + free);
        entry->payload_data = g_realloc(entry->payload_data, (gsize)room + 1);
        list->bytes += room - object->room;
        object->room = (size_t)room;
    }
    object->cut = object->cut || length > object->room;
    size_t whole = (size_t)MIN(length, object->room);
    memset(entry->payload_data + entry->payload_len, 0, whole - entry->payload_len);
    entry->payload_len = whole;
}

/* The first range that ends at or behind a position. */
static unsigned range_behind(const struct object *object, uint64_t position)
{
    unsigned low = 0, high = wmem_array_get_count(object->ranges);

    if (high > 0 && range_at(object, high - 1)->to <= position) /* mostly the last */
        return range_at(object, high - 1)->to == position ? high - 1 : high;
    while (low < high) {
        unsigned middle = low + (high - low) / 2;
        if (range_at(object, middle)->to < position)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Ranges i to j - 1 become one. */
static void join(struct object *object, unsigned i, unsigned j, struct range range)
{
    unsigned count = wmem_array_get_count(object->ranges);

    if (i == j) {
        wmem_array_append_one(object->ranges, range);
        memmove(range_at(object, 0) + i + 1, range_at(object, 0) + i, (count - i) * sizeof(range));
        *range_at(object, i) = range;
        return;
    }
    *range_at(object, i) = range;
    if (j == i + 1)
        return;
    wmem_array_t *fewer = wmem_array_sized_new(wmem_file_scope(), sizeof(range), count);
    wmem_array_append(fewer, range_at(object, 0), i + 1);
    if (j < count)
        wmem_array_append(fewer, range_at(object, j), count - j);
    wmem_destroy_array(object->ranges);
    object->ranges = fewer;
}

/* Copies what did not come before: a keep-alive repeats the last byte, with any value. */
static void place(struct object *object, const guint8 *bytes, struct range piece)
{
    unsigned i = range_behind(object, piece.from), j = i;
    uint64_t at = piece.from;
    struct range joined = piece;

    for (; j < wmem_array_get_count(object->ranges) && range_at(object, j)->from <= piece.to; j++) {
        const struct range *old = range_at(object, j);
        if (at < old->from)
            memcpy(object->entry->payload_data + at, bytes + (at - piece.from), (size_t)(old->from - at));
        at = MAX(at, old->to);
        joined = (struct range){MIN(joined.from, old->from), MAX(joined.to, old->to)};
    }
    if (at < piece.to)
        memcpy(object->entry->payload_data + at, bytes + (at - piece.from), (size_t)(piece.to - at));
    if (i < j || wmem_array_get_count(object->ranges) < RANGES_MAX)
        join(object, i, j, joined);
}

/* ---- objects ---- */

static char *content_type(const struct exchange *exchange)
{
    const struct transfer_result *result = exchange->transfer;

    return result == NULL
               ? g_strdup(fsc_verb_info(exchange->verb)->name)
               : g_strdup_printf("%s, %s", fsc_verb_info(exchange->verb)->name, fsc_status_name(result->record.status));
}

static unsigned flaws_of(const struct object *object)
{
    return (has_holes(object) ? OBJECT_HOLES : 0u) | (object->cut ? OBJECT_LIMIT : 0u);
}

static void describe(const struct exchange *exchange)
{
    struct object *object = exchange->object;

    object->flaws = flaws_of(object);
    g_free(object->entry->filename);
    g_free(object->entry->content_type);
    object->entry->filename = object_name(exchange, object->flaws);
    object->entry->content_type = content_type(exchange);
}

static void begin_entry(const struct exchange *exchange, export_object_list_t *listener, uint32_t frame)
{
    char server[80];

    fsc_addr_text(&exchange->session->server.addr, server, sizeof(server));
    exchange->object->entry = g_new0(export_object_entry_t, 1);
    exchange->object->entry->pkt_num = frame;
    exchange->object->entry->hostname = g_strdup(server);
    describe(exchange);
    listener->add_entry(listener->gui_data, exchange->object->entry);
}

static struct object *object_for(struct exchange *exchange, const struct export_list *list)
{
    if (exchange->object != NULL && exchange->object->list == list->number)
        return exchange->object;
    if (exchange->object == NULL)
        exchange->object = wmem_new0(wmem_file_scope(), struct object);
    else
        wmem_destroy_array(exchange->object->ranges);
    *exchange->object = (struct object){.list = list->number};
    exchange->object->ranges = wmem_array_new(wmem_file_scope(), sizeof(struct range));
    return exchange->object;
}

/* Encrypted bytes are no file. Where the first of them came late, those behind it are dropped now. */
static void turn_to_tls(struct object *object)
{
    object->tls = true;
    object->cut = false;
    wmem_destroy_array(object->ranges);
    object->ranges = wmem_array_new(wmem_file_scope(), sizeof(struct range));
    if (object->entry != NULL)
        object->entry->payload_len = 0;
}

static bool begins_tls(const struct piece *piece)
{
    size_t length = fsc_tls_record((struct fsc_span){piece->bytes, piece->captured}, NULL);
    return piece->placed && piece->position == 0 && piece->captured > 0 && length != 0 && length != FSC_TLS_NOT;
}

static void take_piece(struct object *object, struct export_list *list, const struct piece *piece)
{
    uint64_t from = piece->placed ? piece->position : object->entry->payload_len;

    object->captured += piece->captured;
    grow(object, list, from + piece->reported);
    uint64_t to = MIN(from + piece->captured, object->entry->payload_len);
    if (from < to)
        place(object, piece->bytes, (struct range){from, to});
}

static bool is_empty_file(const struct exchange *exchange)
{
    const struct transfer_result *result = exchange->transfer;
    return result != NULL && result->record.status == FSC_STATUS_COMPLETE && result->record.amount_known &&
           result->record.bytes == 0 && !result->record.tls;
}

/* A list may stand where the one before it stood: then it is empty. */
static bool is_another_list(const struct export_list *list, const export_object_list_t *listener)
{
    return list->listener != listener || (list->entries > 0 && listener->get_entry(listener->gui_data, 0) == NULL);
}

static tap_packet_status take(void *listener, packet_info *pinfo, epan_dissect_t *edt, const void *data,
                              tap_flags_t flags)
{
    const struct piece *piece = data;
    struct exchange *exchange = piece->exchange;
    struct export_list *list = store_export_list(store_get());

    (void)edt;
    (void)flags;
    if (is_another_list(list, listener))
        *list = (struct export_list){.listener = listener, .number = list->number + 1};
    struct object *object = object_for(exchange, list);
    if (!object->tls && (begins_tls(piece) || (!piece->placed && piece->captured > 0)))
        turn_to_tls(object);
    bool counts = !(object->tls && piece->placed) && (piece->reported > 0 || (piece->end && object->entry != NULL));
    if (!counts && object->entry == NULL && !is_empty_file(exchange))
        return TAP_PACKET_DONT_REDRAW;
    if (object->entry == NULL) {
        begin_entry(exchange, listener, pinfo->num);
        list->entries++;
    }
    if (counts)
        take_piece(object, list, piece);
    if (flaws_of(object) != object->flaws || piece->captured == 0)
        describe(exchange);
    return TAP_PACKET_REDRAW;
}

/* The list is emptied: before another pass, or as its window closes. */
static void reset(void)
{
    struct store *store = store_get();

    if (store != NULL)
        store_export_list(store)->listener = NULL;
}

void objects_register(void)
{
    objects_tap = register_export_object(proto_ftpscope, take, reset);
}
