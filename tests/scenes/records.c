/* records.c - records as lines (see records.h). README.md says how to read them. */
#include "tests/scenes/records.h"

#include <string.h>

struct records *records_new(const struct stage *stage, uint32_t show)
{
    struct records *r = g_new0(struct records, 1);

    r->stage = stage;
    r->show = show;
    r->text = g_string_new(NULL);
    r->folded = g_string_new(NULL);
    r->commands = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    return r;
}

void records_free(struct records *r)
{
    g_string_free(r->text, TRUE);
    g_string_free(r->folded, TRUE);
    g_hash_table_destroy(r->commands);
    g_free(r);
}

static void put_span(GString *s, struct fsc_span span)
{
    char *text = g_malloc(4 * span.n + 1);

    fsc_text_printable(span, text, 4 * span.n + 1);
    g_string_append(s, text);
    g_free(text);
}

static bool same(const struct fsc_endpoint *a, const struct fsc_endpoint *b)
{
    return a->port == b->port && fsc_addr_equal(&a->addr, &b->addr);
}

/* The name of the connection between these two; the latest when a port was used again. */
static const char *name_of(const struct records *r, const struct fsc_endpoint *a, const struct fsc_endpoint *b)
{
    const GPtrArray *conns = r->stage->conns;

    for (guint i = conns->len; i > 0; i--) {
        const struct stage_conn *c = conns->pdata[i - 1];
        if (same(&c->end[0], a) && same(&c->end[1], b))
            return c->name;
    }
    return "?";
}

/* The connection whose frame began this data connection: ports are used again. */
static char *carrier_of(const struct records *r, const struct record_data *d)
{
    if (!d->has_endpoints)
        return g_strdup("-");
    const char *label = stage_label(r->stage, d->first_frame);
    return g_strdup_printf("%.*s", (int)strcspn(label, "."), label);
}

static gpointer command_key(uint32_t session, uint32_t tx)
{
    return GUINT_TO_POINTER(session << 16 | (tx & 0xffff));
}

static void begin(struct records *r, const char *kind, const struct record_envelope *e)
{
    g_string_append_printf(r->text, "%s %s: ", kind, name_of(r, &e->client, &e->server));
}

static void put_flags(GString *s, uint32_t flags)
{
    static const char *const names[] = {"pipelined",     "after_gap",       "bare_lf",
                                        "telnet",        "unsolicited",     "overlong",
                                        "illegal_reply", "reply_truncated", "pending_overflow"};

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (flags & (1u << i))
            g_string_append_printf(s, ", %s", names[i]);
}

/* A record like the one just before it makes that "... x 2". */
static void fold(struct records *r, size_t start)
{
    bool again = r->fold_end == start && strcmp(r->folded->str, r->text->str + start) == 0;

    if (again) {
        g_string_truncate(r->text, r->fold_start + r->folded->len - 1);
        g_string_append_printf(r->text, " x %u\n", ++r->fold_count);
    } else {
        r->fold_start = start;
        r->fold_count = 1;
        g_string_assign(r->folded, r->text->str + start);
    }
    r->fold_end = r->text->len;
}

static void take_ftp(void *state, const struct record_envelope *e, const struct record_ftp *f)
{
    static const char *const received[] = {"", ", no reply", ", reply unknown"};
    struct records *r = state;

    if (f->verb != FSC_VERB_NONE)
        g_hash_table_replace(r->commands, command_key(e->session, f->tx),
                             g_strndup((const char *)f->verb_text.p, f->verb_text.n));
    if (!(r->show & RECORDS_FTP))
        return;
    size_t start = r->text->len;
    begin(r, "ftp", e);
    put_span(r->text, f->verb_text);
    if (f->verb == FSC_VERB_NONE)
        g_string_append(r->text, "-");
    if (f->argument.n > 0) {
        g_string_append_c(r->text, ' ');
        put_span(r->text, f->secret ? (struct fsc_span){(const uint8_t *)"<hidden>", 8} : f->argument);
    }
    g_string_append(r->text, f->reply_count > 0 ? " ->" : "");
    for (size_t i = 0; i < f->reply_count; i++)
        g_string_append_printf(r->text, " %u", f->replies[i].code);
    if (f->has_data)
        g_string_append_printf(r->text, ", %s %u", f->passive ? "passive" : "active", f->dynamic_port);
    g_string_append(r->text, received[f->received]);
    if (f->user.n > 0) {
        g_string_append(r->text, ", as ");
        put_span(r->text, f->user);
    }
    if (f->cwd.n > 0 && f->cwd.p[0] != '?') {
        g_string_append(r->text, ", in ");
        put_span(r->text, f->cwd);
    }
    put_flags(r->text, f->flags);
    g_string_append_c(r->text, '\n');
    fold(r, start);
}

static void put_bytes(GString *s, const struct record_data *d)
{
    g_string_append_printf(s, ", %" G_GUINT64_FORMAT " bytes", d->bytes);
    if (d->expected_from != FSC_SIZE_NONE)
        g_string_append_printf(s, " of %" G_GUINT64_FORMAT " (%s)", d->expected_bytes,
                               fsc_size_from_name(d->expected_from));
    if (d->offset > 0)
        g_string_append_printf(s, ", from %" G_GUINT64_FORMAT, d->offset);
    if (d->missing_bytes > 0)
        g_string_append_printf(s, ", %" G_GUINT64_FORMAT " missing", d->missing_bytes);
    if (d->retransmitted_bytes > 0)
        g_string_append_printf(s, ", %" G_GUINT64_FORMAT " again", d->retransmitted_bytes);
}

static void take_data(void *state, const struct record_envelope *e, const struct record_data *d)
{
    struct records *r = state;
    char *carrier = carrier_of(r, d);

    begin(r, "data", e);
    g_string_append(r->text, d->verb == FSC_VERB_NONE ? "-" : fsc_verb_info(d->verb)->name);
    if (d->path.n > 0) {
        g_string_append_c(r->text, ' ');
        put_span(r->text, d->path);
    }
    g_string_append_printf(r->text, " %s %s over %s", d->upload ? "upload" : "download",
                           d->setup == FSC_FORM_NONE ? "-" : fsc_form_name(d->setup), carrier);
    put_bytes(r->text, d);
    if (d->type != 0)
        g_string_append_printf(r->text, ", %c", d->type);
    g_string_append_printf(r->text, "%s%s, %s", d->tls ? ", tls" : "", d->inferred ? ", inferred" : "",
                           fsc_status_name(d->status));
    if (d->completion_code != 0)
        g_string_append_printf(r->text, " %u", d->completion_code);
    g_string_append_printf(r->text, ", closed by %s\n", fsc_closer_name(d->closed_by));
    g_free(carrier);
}

static void take_finding(void *state, const struct record_envelope *e, const struct record_finding *record)
{
    struct records *r = state;
    const struct fsc_finding *f = record->finding;
    const char *command = g_hash_table_lookup(r->commands, command_key(e->session, f->tx));

    begin(r, "finding", e);
    g_string_append_printf(r->text, "%s %s %s %s", fsc_finding_info(f->id)->name, fsc_severity_name(f->severity),
                           fsc_confidence_name(f->confidence), fsc_role_name(f->role));
    if (f->tx != 0)
        g_string_append_printf(r->text, " of %s", command != NULL ? command : "?");
    if (record->cause_of != 0)
        g_string_append_printf(r->text, ", cause of #%u", record->cause_of - record->n);
    if (f->winsock != 0)
        g_string_append_printf(r->text, ", %u", f->winsock);
    g_string_append_c(r->text, ';');
    for (uint32_t i = 0; i < f->evidence_count; i++)
        g_string_append_printf(r->text, " %s", stage_label(r->stage, f->evidence[i]));
    g_string_append_c(r->text, '\n');
    if (r->show & RECORDS_WORDS)
        g_string_append_printf(r->text, "  %s\n  %s\n", record->summary, record->advice);
}

static void put_software(struct records *r, const struct record_envelope *e, const struct record_session *s)
{
    static const char *const names[] = {"server ", ", client ", ", system "};
    const struct fsc_span values[] = {s->server_software, s->client_software, s->system};

    begin(r, "software", e);
    for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
        g_string_append(r->text, names[i]);
        put_span(r->text, values[i].n > 0 ? values[i] : (struct fsc_span){(const uint8_t *)"-", 1});
    }
    g_string_append(r->text, ", features");
    for (size_t i = 0; i < s->feature_count; i++) {
        g_string_append(r->text, i > 0 ? " | " : " ");
        put_span(r->text, s->features[i]);
    }
    g_string_append_c(r->text, '\n');
}

static void take_session(void *state, const struct record_envelope *e, const struct record_session *s)
{
    struct records *r = state;

    if (r->show & RECORDS_SOFTWARE)
        put_software(r, e, s);
    if (!(r->show & RECORDS_SESSION))
        return;
    begin(r, "session", e);
    g_string_append_printf(r->text,
                           "login %s, tls %s, %" G_GUINT64_FORMAT " commands, %" G_GUINT64_FORMAT
                           " replies, down %" G_GUINT64_FORMAT ", up %" G_GUINT64_FORMAT ", seen from %s, ended %s\n",
                           s->login, s->tls, s->commands, s->replies, s->bytes_down, s->bytes_up,
                           s->first_seen_start ? "start" : "middle", s->ended);
}

struct sink records_sink(struct records *r)
{
    return (struct sink){
        .state = r, .ftp = take_ftp, .data = take_data, .finding = take_finding, .session = take_session};
}
