/* tls.c - where a control connection is TLS, and where it is clear text again. What TLS holds is not looked at here. */
#include "pipeline/internal.h"

/* This direction is TLS from the next byte on. */
static void begin_half(struct conversation *c, int half)
{
    if (!c->opaque[half])
        c->tls_skip[half] = 0;
    c->opaque[half] = true;
    inferred_session_opaque(c);
}

void tls_begin(struct conversation *c)
{
    begin_half(c, 0);
    begin_half(c, 1);
    c->tls_seen = true;
    if (c->evidence.tls_frame == 0)
        c->evidence.tls_frame = c->last_frame;
}

enum { TLS_HANDSHAKE = 22, TLS_APPLICATION_DATA = 23 };

/* In TLS 1.3 the end of the handshake looks like data, from either side: only what the server says behind the client's
 * counts. */
static void note_tls_data(struct conversation *c, int half, uint8_t type)
{
    if (type != TLS_APPLICATION_DATA)
        return;
    c->tls_client_data = c->tls_client_data || half == 0;
    c->evidence.tls_talks = c->evidence.tls_talks || (half == 1 && c->tls_client_data);
}

/* No record begins at `start`. */
static void clear_again(struct conversation *c, int half, uint64_t start)
{
    enum fsc_dir dir = half == 0 ? FSC_C2S : FSC_S2C;

    c->opaque[half] = false;
    if (c->decrypted[half])
        fsc_session_rebase(c->session, dir, start);
    else
        fsc_session_clear(c->session, dir, start);
    if (!c->tls_record) { /* agreed, and never begun (RFC 4217 10.1), or plain FTP on the port of implicit TLS */
        c->tls_seen = c->implicit_tls = false;
        c->evidence.tls_frame = 0;
    }
    if (!c->opaque[0] && !c->opaque[1])
        inferred_session_readable(c);
}

size_t tls_take(struct conversation *c, int half, uint64_t pos, struct fsc_span in, bool *clear)
{
    GByteArray *head = partial_of(c, half);
    uint8_t type = 0;

    *clear = false;
    if (c->tls_lost[half])
        return in.n;
    if (c->tls_skip[half] > 0) {
        size_t take = (size_t)MIN(in.n, c->tls_skip[half]);
        c->tls_skip[half] -= take;
        return take;
    }
    size_t take = MIN(in.n, 5u - MIN(head->len, 5u));
    g_byte_array_append(head, in.p, (guint)take);
    size_t length = fsc_tls_record((struct fsc_span){head->data, head->len}, &type);
    if (length == 0)
        return take;
    if (length != FSC_TLS_NOT) {
        c->tls_record = true;
        note_tls_data(c, half, type);
        c->tls_seen =
            c->tls_seen || half == 1 || type == TLS_APPLICATION_DATA; /* a client's handshake alone may be refused */
        c->tls_skip[half] = length > head->len ? length - head->len : 0;
        g_byte_array_set_size(head, 0);
        return take;
    }
    clear_again(c, half, pos + take - head->len);
    *clear = true;
    return take;
}

/* Implicit TLS on any port: a session whose very first bytes are a TLS record. */
static bool is_implicit_tls(const struct conversation *c, int half, uint64_t pos, struct fsc_span bytes)
{
    uint8_t type = 0;

    if (pos != 0 || half != 0 || c->greeted || c->commands > 0 || !c->evidence.saw_start)
        return false;
    size_t length = fsc_tls_record(bytes, &type);
    return length != FSC_TLS_NOT && length != 0 && type == TLS_HANDSHAKE;
}

/* Nobody saw how it began: where the first bytes are a record, it is TLS already. */
static bool is_joined_in_tls(const struct conversation *c, uint64_t pos, struct fsc_span bytes)
{
    size_t length = fsc_tls_record(bytes, NULL);

    return !c->evidence.saw_start && pos == 0 && length != 0 && length != FSC_TLS_NOT;
}

/* Once AUTH was sent, a record where a line would begin is TLS: the client need not wait for the 234, and clear text
 * may stand between the 234 and the handshake (an injected reply). No line of FTP begins with such a byte. */
static bool is_record(const struct conversation *c, int half, uint64_t pos, struct fsc_span bytes)
{
    bool begins = bytes.p[0] >= 20 && bytes.p[0] <= 24;

    return begins && (c->auth_asked || is_joined_in_tls(c, pos, bytes)) && partial_bytes(c, half).n == 0 &&
           fsc_tls_record(bytes, NULL) != FSC_TLS_NOT;
}

void tls_look_for_implicit(struct conversation *c, int half, uint64_t pos, struct fsc_span bytes)
{
    if (!c->opaque[half] && is_implicit_tls(c, half, pos, bytes)) {
        c->implicit_tls = true;
        tls_begin(c);
    }
    if (c->implicit_tls && c->opaque[half] && !c->tls_seen)
        tls_begin(c);
}

void tls_look_for_record(struct conversation *c, int half, uint64_t pos, struct fsc_span bytes)
{
    if (!c->opaque[half] && is_record(c, half, pos, bytes))
        begin_half(c, half);
}

void tls_gap(struct conversation *c, int half, uint64_t len)
{
    uint64_t skip = MIN(len, c->tls_skip[half]);

    c->tls_skip[half] -= skip;
    c->tls_lost[half] = c->tls_lost[half] || skip < len;
    c->evidence.tls_talks = true; /* for all that is known */
}
