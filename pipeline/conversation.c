/* conversation.c - one control connection: its bytes become lines, and lines become notes. */
#include "pipeline/internal.h"

#include <string.h>

/* What a line needs of the session and of what the receiver keeps. */
enum { SESSION_HOT = 832, ATTACHED_HOT = 448, TRANSFER_HOT = 256 };

static void tell_opened(const struct conversation *c)
{
    const struct sink *sink = c->pipeline->sink;

    if (sink->opened == NULL)
        return;
    struct record_envelope envelope = conversation_envelope(c, c->start_ns, 0);
    sink->opened(sink->state, &envelope);
}

struct conversation *conversation_open(struct pipeline *pipeline, struct net_flow *flow)
{
    struct conversation *c = slabs_take(pipeline->slabs, sizeof(*c));
    bool implicit = flow->half[1].from.port == 990;
    struct fsc_session_config config = {.client = flow->half[0].from,
                                        .server = flow->half[1].from,
                                        .saw_start = flow->first_half_certain,
                                        .implicit_tls = implicit};

    c->pipeline = pipeline;
    c->flow = flow;
    c->number = ++pipeline->sessions;
    c->client = config.client;
    c->server = config.server;
    c->start_ns = c->last_ns = flow->first_ns;
    community_id(&c->client, &c->server, c->community_id, sizeof(c->community_id));
    c->block_size = fsc_session_size();
    c->session = fsc_session_init(slabs_take(pipeline->slabs, c->block_size), c->block_size, &config);
    c->implicit_tls = c->opaque[0] = c->opaque[1] = implicit;
    c->facts = facts_new(pipeline);
    c->evidence.client = c->client;
    c->evidence.server = c->server;
    c->evidence.saw_start = config.saw_start;
    pipeline->totals.sessions++;
    tell_opened(c);
    conversation_has(c, flow);
    return c;
}

void conversation_has(const struct conversation *c, struct net_flow *flow)
{
    const struct pipeline_config *config = &c->pipeline->config;

    if (flow->host_number == 0)
        flow->host_number = c->number;
    if (config->connection != NULL)
        config->connection(config->connection_state, c->number, flow->id);
}

void conversation_free(struct conversation *c)
{
    struct slabs *slabs = c->pipeline->slabs;

    slabs_give(slabs, c->session, c->block_size);
    for (int half = 0; half < 2; half++)
        if (c->partial[half] != NULL)
            g_byte_array_free(c->partial[half], TRUE);
    g_queue_clear(&c->expectations);
    g_queue_clear(&c->transfers);
    g_queue_clear(&c->inferred);
    secrets_free(c);
    facts_free(c->facts);
    slabs_give(slabs, c, sizeof(*c));
}

int64_t conversation_last_ns(const struct conversation *c)
{
    return MAX(c->last_ns, c->flow->last_ns);
}

size_t conversation_memory(const struct conversation *c)
{
    guint open = c->expectations.length + c->transfers.length + c->inferred.length;

    return sizeof(*c) + c->block_size + c->text_bytes + partial_bytes(c, 0).n + partial_bytes(c, 1).n +
           facts_memory(c->facts) + (open + 2) * (size_t)OPEN_BYTES;
}

struct record_envelope conversation_envelope(const struct conversation *c, int64_t time_ns, uint64_t frame)
{
    const struct pipeline *p = c->pipeline;
    const struct frame_index *frames = p->config.frames;
    uint64_t first = frame != 0 ? frame : c->flow->first_frame;

    return (struct record_envelope){.time_ns = time_ns,
                                    .file = frames != NULL ? frame_index_find(frames, first).file : p->file,
                                    .session_file =
                                        frames != NULL ? frame_index_find(frames, c->flow->first_frame).file : NULL,
                                    .frames = frames,
                                    .session = c->number,
                                    .flow_id = c->flow->id,
                                    .community_id = c->community_id,
                                    .client = c->client,
                                    .server = c->server,
                                    .attached = &c->flow->attached};
}

static void make_room(struct conversation *c, size_t text_len)
{
    size_t room = fsc_session_room(c->session, text_len);

    if (room <= c->block_size)
        return;
    size_t size = MAX(room, 2 * c->block_size);
    struct fsc_session *old = c->session;
    c->session = fsc_session_move(slabs_take(c->pipeline->slabs, size), size, old);
    slabs_give(c->pipeline->slabs, old, c->block_size);
    c->block_size = size;
}

/* In pipeline->shown. NULL: nothing has to be hidden. */
static const GString *without_secrets(const struct conversation *c, const struct fsc_input *in,
                                      const struct fsc_note *note)
{
    struct fsc_reply reply;

    if (in->dir != FSC_S2C || !secrets_known(c, note->code))
        return NULL;
    fsc_reply_parse(in->text, &reply);
    size_t code = reply.code != 0 ? (size_t)(reply.text.p - in->text.p) : 0;
    if (!secrets_would_hide(c, note->code, (struct fsc_span){in->text.p + code, in->text.n - code}))
        return NULL;
    GString *text = c->pipeline->shown;
    g_string_truncate(text, 0);
    g_string_append_len(text, (const gchar *)in->text.p + code, (gssize)(in->text.n - code));
    secrets_hide(c, note->code, text);
    bool same = text->len == in->text.n - code && memcmp(text->str, in->text.p + code, text->len) == 0;
    if (same)
        return NULL;
    g_string_prepend_len(text, (const gchar *)in->text.p, (gssize)code);
    return text;
}

static void tell_line(const struct conversation *c, const struct fsc_line *line, const struct fsc_input *in,
                      const struct fsc_note *note, const struct fsc_command *command)
{
    const struct sink *sink = c->pipeline->sink;

    if (sink->line == NULL)
        return;
    const GString *shown = without_secrets(c, in, note);
    struct record_line record = {.dir = in->dir,
                                 .decrypted = c->opaque[in->dir] && c->decrypted[in->dir],
                                 .pos = in->pos,
                                 .wire = {line->text.p, line->wire_len},
                                 .text = in->text,
                                 .shown = shown != NULL ? string_span(shown) : (struct fsc_span){0},
                                 .line_flags = in->line_flags,
                                 .frame = in->frame,
                                 .note = note,
                                 .command = in->dir == FSC_C2S ? command : NULL};
    struct record_envelope envelope = conversation_envelope(c, in->time_ns, in->frame);
    sink->line(sink->state, &envelope, &record);
}

void conversation_line(struct conversation *c, int half, uint64_t pos, const struct fsc_line *line, uint64_t ack,
                       const struct net_packet *packet)
{
    struct fsc_note note;
    struct fsc_command command = {0};
    uint8_t *clean = NULL;
    struct fsc_input in = {.dir = half == 0 ? FSC_C2S : FSC_S2C,
                           .pos = pos,
                           .ack = ack,
                           .frame = packet != NULL ? packet->frame : c->last_frame,
                           .time_ns = packet != NULL ? packet->time_ns : c->last_ns,
                           .text = line->text,
                           .wire_len = line->wire_len,
                           .line_flags = line->flags};

    if (line->flags & FSC_LINE_TELNET) {
        clean = g_malloc(line->text.n + 1);
        in.text = fsc_telnet_strip(line->text, clean, line->text.n + 1);
    }
    if (in.dir == FSC_C2S) {
        fsc_command_parse(in.text, &command);
        in.command = &command;
    }
    make_room(c, in.text.n);
    fsc_session_step(c->session, &in, &note);
    if (note.step == FSC_STEP_AFTER_GAP && !c->gap_line_seen) {
        c->evidence.gap_frame = in.frame;
        c->gap_line_seen = true;
    }
    tell_line(c, line, &in, &note, &command);
    notes_take(c, &in, &note, &command);
    if (in.dir == FSC_C2S && note.verb == FSC_VERB_AUTH)
        c->auth_asked = true;
    if (note.flags & FSC_NOTE_TLS)
        tls_begin(c);
    g_free(clean);
}

/* The first LF that ends a line: not the one in CR NUL LF (RFC 2640 3.1), also when that straddles what came before. */
static size_t find_end(const GByteArray *before, struct fsc_span in)
{
    size_t from = 0;
    const uint8_t *lf;

    while (from < in.n && (lf = memchr(in.p + from, '\n', in.n - from)) != NULL) {
        size_t at = (size_t)(lf - in.p);
        uint8_t one = at >= 1 ? in.p[at - 1] : before->len >= 1 ? before->data[before->len - 1] : 'x';
        uint8_t two = at >= 2 ? in.p[at - 2] : before->len >= 2 - at ? before->data[before->len - (2 - at)] : 'x';
        if (!(one == 0 && two == '\r'))
            return at + 1;
        from = at + 1;
    }
    return 0;
}

/* Takes bytes into the partial line until it ends. Returns how many were taken. */
static size_t complete_partial(struct conversation *c, int half, struct fsc_span in, uint64_t ack,
                               const struct net_packet *packet)
{
    GByteArray *partial = c->partial[half];
    size_t end = find_end(partial, in);
    size_t take = end != 0 ? end : in.n;
    struct fsc_line line;

    take = MIN(take, FSC_LINE_MAX - partial->len);
    g_byte_array_append(partial, in.p, (guint)take);
    struct fsc_span all = {partial->data, partial->len};
    if ((end == take && end != 0) || partial->len >= FSC_LINE_MAX) {
        size_t used = fsc_line_next(all, false, &line);
        if (used != 0) {
            conversation_line(c, half, c->partial_pos[half], &line, ack, packet);
            c->partial_pos[half] += used;
            g_byte_array_remove_range(partial, 0, (guint)used);
        }
    }
    return take;
}

/* IAC IP: the user pressed a key to stop what is going on (RFC 959 section 4.1.3, ABOR). */
static void find_interrupt(struct conversation *c, struct fsc_span in)
{
    enum { IAC = 255, INTERRUPT_PROCESS = 244 };

    for (size_t i = 0; i < in.n;) {
        if (c->after_iac && in.p[i] == INTERRUPT_PROCESS)
            transfers_interrupted(c, c->last_frame, true);
        c->after_iac = false;
        const uint8_t *iac = memchr(in.p + i, IAC, in.n - i);
        if (iac == NULL)
            return;
        c->after_iac = true;
        i = (size_t)(iac - in.p) + 1;
    }
}

static size_t take_lines(struct conversation *c, int half, uint64_t pos, struct fsc_span in, uint64_t ack,
                         const struct net_packet *packet)
{
    struct fsc_line line;

    if (partial_bytes(c, half).n > 0)
        return complete_partial(c, half, in, ack, packet);
    size_t used = fsc_line_next(in, false, &line);
    if (used != 0) {
        conversation_line(c, half, pos, &line, ack, packet);
        return used;
    }
    c->partial_pos[half] = pos;
    g_byte_array_append(partial_of(c, half), in.p, (guint)MIN(in.n, FSC_LINE_MAX));
    return MIN(in.n, FSC_LINE_MAX);
}

/* What was gathered as the head of a TLS record is text: the beginning of a line (longer than a head when it stood
 * behind AUTH already), or whole short ones ("PWD" CR LF). */
static void take_head(struct conversation *c, int half, uint64_t pos, uint64_t ack, const struct net_packet *packet)
{
    GByteArray *head = c->partial[half];
    struct fsc_span in = {head->data, head->len};

    c->partial[half] = NULL;
    while (in.n > 0) {
        size_t used = take_lines(c, half, pos, in, ack, packet);
        pos += used;
        in.p += used;
        in.n -= used;
    }
    g_byte_array_free(head, TRUE);
}

static size_t take_tls(struct conversation *c, int half, uint64_t pos, struct fsc_span in, uint64_t ack,
                       const struct net_packet *packet)
{
    bool clear;
    size_t used = tls_take(c, half, pos, in, &clear);

    if (clear)
        take_head(c, half, pos + used - c->partial[half]->len, ack, packet);
    return used;
}

void conversation_bytes(struct conversation *c, int half, uint64_t pos, struct fsc_span bytes, uint64_t ack,
                        const struct net_packet *packet)
{
    prefetch(c->session, SESSION_HOT);
    if (c->flow->attached != NULL)
        prefetch(c->flow->attached, ATTACHED_HOT);
    prefetch(c->open, sizeof(*c->open));
    prefetch(c->newest_transfer, TRANSFER_HOT);
    if (c->reported)
        return;
    if (packet != NULL) {
        c->last_frame = packet->frame;
        c->last_ns = packet->time_ns;
    }
    if (half == 1)
        c->evidence.answered = true;
    tls_look_for_implicit(c, half, pos, bytes);
    if (half == 0 && !c->opaque[half])
        find_interrupt(c, bytes);
    while (bytes.n > 0) {
        tls_look_for_record(c, half, pos, bytes);
        size_t used =
            c->opaque[half] ? take_tls(c, half, pos, bytes, ack, packet) : take_lines(c, half, pos, bytes, ack, packet);
        pos += used;
        bytes.p += used;
        bytes.n -= used;
    }
}

/* A line that has no end. */
static void take_rest(struct conversation *c, int half, const struct net_packet *packet)
{
    struct fsc_line line;

    if (c->opaque[half] || fsc_line_next(partial_bytes(c, half), true, &line) == 0)
        return;
    conversation_line(c, half, c->partial_pos[half], &line, FSC_ACK_NONE, packet);
    partial_clear(c, half);
}

void conversation_fin(struct conversation *c, int half)
{
    bool whole = c->partial_pos[half] + partial_bytes(c, half).n == c->flow->half[half].fin_pos;

    if (!c->reported && whole && partial_bytes(c, half).n > 0)
        take_rest(c, half, NULL);
}

void conversation_gap(struct conversation *c, int half, uint64_t pos, uint64_t len, const struct net_packet *packet)
{
    if (c->reported)
        return;
    c->evidence.gaps++;
    c->evidence.gap_bytes += len;
    if (c->evidence.gap_frame == 0)
        c->evidence.gap_frame = packet != NULL ? packet->frame : c->last_frame;
    if (c->opaque[half]) {
        tls_gap(c, half, len);
        partial_clear(c, half);
        return;
    }
    /* What came of the broken line is shown, then the session learns of the hole by the position of what follows. */
    take_rest(c, half, packet);
    fsc_session_gap(c->session, half == 0 ? FSC_C2S : FSC_S2C, pos + len);
}

void conversation_end(struct conversation *c, const char *how)
{
    struct fsc_note note;

    if (c->reported)
        return;
    due_forget(c);
    for (int half = 0; half < 2; half++)
        take_rest(c, half, NULL);
    make_room(c, 0);
    while (fsc_session_unanswered(c->session, &note))
        notes_unanswered(c, &note);
    notes_leftover(c);
    expectation_report_unused(c);
    transfers_flush(c);
    inferred_flush(c);
    report_session(c, how);
    c->reported = true;
    expectation_drop_all(c);
    inferred_session_readable(c);
}
