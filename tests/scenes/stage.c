/* stage.c - connections and frames of a scene (see stage.h). */
#include "tests/scenes/stage.h"

#include <string.h>

#include "tests/scenes/packet.h"

static const int64_t begin_ns = INT64_C(1700000000000000000);

static void segment_free(gpointer data)
{
    struct stage_segment *segment = data;

    g_byte_array_free(segment->payload, TRUE);
    g_free(segment->what);
    g_free(segment);
}

static void conn_free(gpointer data)
{
    struct stage_conn *conn = data;

    g_ptr_array_free(conn->sent[0], TRUE);
    g_ptr_array_free(conn->sent[1], TRUE);
    g_free(conn->name);
    g_free(conn);
}

static void frame_free(gpointer data)
{
    struct stage_frame *frame = data;

    if (frame == NULL)
        return;
    g_byte_array_free(frame->bytes, TRUE);
    g_free(frame->label);
    g_free(frame);
}

struct stage *stage_new(void)
{
    struct stage *stage = g_new0(struct stage, 1);

    stage->conns = g_ptr_array_new_with_free_func(conn_free);
    stage->frames = g_ptr_array_new_with_free_func(frame_free);
    stage->labels = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    stage->time_ns = begin_ns;
    stage->step_ns = 5000000;
    return stage;
}

void stage_free(struct stage *stage)
{
    g_ptr_array_free(stage->conns, TRUE);
    g_ptr_array_free(stage->frames, TRUE);
    g_hash_table_destroy(stage->labels);
    frame_free(stage->late);
    g_free(stage);
}

struct stage_conn *stage_conn_add(struct stage *stage, const char *name, const struct fsc_endpoint *from,
                                  const struct fsc_endpoint *to)
{
    struct stage_conn *conn = g_new0(struct stage_conn, 1);
    uint32_t isn = 100000 * (stage->conns->len + 1);

    conn->name = g_strdup(name);
    conn->end[0] = *from;
    conn->end[1] = *to;
    conn->ttl[0] = 64;
    conn->ttl[1] = 57;
    for (int side = 0; side < 2; side++) {
        conn->next[side] = isn + 50000 * (uint32_t)side + 1;
        conn->sent[side] = g_ptr_array_new_with_free_func(segment_free);
    }
    g_ptr_array_add(stage->conns, conn);
    return conn;
}

/* The latest of that name: ports are used again, and so are names. */
struct stage_conn *stage_conn_find(const struct stage *stage, const char *name, size_t len)
{
    for (guint i = stage->conns->len; i > 0; i--) {
        struct stage_conn *conn = stage->conns->pdata[i - 1];
        if (strlen(conn->name) == len && memcmp(conn->name, name, len) == 0)
            return conn;
    }
    return NULL;
}

/* ---- frames ---- */

static char *next_label(struct stage *stage, const char *conn, const char *what)
{
    char *label = g_strdup_printf("%s.%s", conn, what);
    guint count = GPOINTER_TO_UINT(g_hash_table_lookup(stage->labels, label)) + 1;

    g_hash_table_replace(stage->labels, g_strdup(label), GUINT_TO_POINTER(count));
    if (count == 1)
        return label;
    char *numbered = g_strdup_printf("%s#%u", label, count);
    g_free(label);
    return numbered;
}

static void capture(struct stage *stage, struct stage_frame *frame)
{
    stage->time_ns += stage->step_ns;
    frame->time_ns = stage->time_ns;
    g_ptr_array_add(stage->frames, frame);
}

static void add_frame(struct stage *stage, GByteArray *bytes, const char *conn, const char *what, enum stage_fate fate)
{
    struct stage_frame *frame, *late = stage->late;

    if (stage->off || fate == STAGE_LOST) {
        stage->time_ns += stage->step_ns;
        g_byte_array_free(bytes, TRUE);
        return;
    }
    frame = g_new0(struct stage_frame, 1);
    frame->bytes = bytes;
    frame->label = next_label(stage, conn, what);
    stage->late = NULL;
    if (fate == STAGE_LATE)
        stage->late = frame;
    else
        capture(stage, frame);
    if (late != NULL)
        capture(stage, late);
}

static void put_on_wire(struct stage *stage, const struct stage_conn *conn, int side,
                        const struct stage_segment *segment, enum stage_fate fate)
{
    struct packet_tcp tcp = {.from = &conn->end[side],
                             .to = &conn->end[!side],
                             .seq = segment->seq,
                             .ack = (segment->flags & STAGE_ACK) ? conn->next[!side] : 0,
                             .flags = segment->flags,
                             .ttl = segment->ttl,
                             .ip_id = ++stage->ip_id,
                             .payload = {segment->payload->data, segment->payload->len}};

    add_frame(stage, packet_tcp(&tcp), conn->name, segment->what, fate);
}

void stage_send(struct stage *stage, struct stage_conn *conn, int side, unsigned flags, struct fsc_span payload,
                const char *what, enum stage_fate fate)
{
    struct stage_segment *segment = g_new0(struct stage_segment, 1);

    segment->flags = (uint8_t)flags;
    segment->ttl = conn->ttl[side];
    segment->what = g_strdup(what);
    segment->payload = g_byte_array_new();
    g_byte_array_append(segment->payload, payload.p, (guint)payload.n);
    if (flags & STAGE_SYN)
        conn->next[side]--;
    segment->seq = conn->next[side];
    conn->next[side] += (uint32_t)payload.n + ((flags & STAGE_SYN) != 0) + ((flags & STAGE_FIN) != 0);
    g_ptr_array_add(conn->sent[side], segment);
    put_on_wire(stage, conn, side, segment, fate);
}

bool stage_send_again(struct stage *stage, struct stage_conn *conn, int side, size_t back, enum stage_fate fate)
{
    GPtrArray *sent = conn->sent[side];

    if (back >= sent->len)
        return false;
    put_on_wire(stage, conn, side, sent->pdata[sent->len - 1 - back], fate);
    return true;
}

void stage_copy_last(struct stage *stage)
{
    const struct stage_frame *last = stage->frames->pdata[stage->frames->len - 1];
    struct stage_frame *copy = g_new0(struct stage_frame, 1);

    copy->time_ns = last->time_ns + 100000;
    copy->label = g_strdup_printf("%s+", last->label);
    copy->bytes = g_byte_array_new();
    g_byte_array_append(copy->bytes, last->bytes->data, last->bytes->len);
    packet_hop(copy->bytes);
    g_ptr_array_add(stage->frames, copy);
}

bool stage_icmp(struct stage *stage, const struct stage_conn *conn, unsigned type, unsigned code,
                const struct fsc_addr *from)
{
    const GPtrArray *sent = conn->sent[0];

    if (sent->len == 0)
        return false;
    const struct stage_segment *last = sent->pdata[sent->len - 1];
    struct packet_tcp tcp = {.from = &conn->end[0],
                             .to = &conn->end[1],
                             .seq = last->seq,
                             .flags = last->flags,
                             .ttl = last->ttl,
                             .ip_id = stage->ip_id};
    GByteArray *quoted = packet_tcp(&tcp);
    add_frame(stage, packet_icmp(quoted, type, code, from, &conn->end[0].addr, ++stage->ip_id), conn->name, "ICMP",
              STAGE_CAPTURED);
    g_byte_array_free(quoted, TRUE);
    return true;
}

void stage_tick(struct stage *stage)
{
    add_frame(stage, packet_udp(++stage->ip_id), "other", "tick", STAGE_CAPTURED);
}

const char *stage_label(const struct stage *stage, uint64_t frame)
{
    if (frame == 0 || frame > stage->frames->len)
        return "-";
    return ((const struct stage_frame *)stage->frames->pdata[frame - 1])->label;
}
