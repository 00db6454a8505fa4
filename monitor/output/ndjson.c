#include "monitor/output/ndjson_internal.h"

#include "monitor/output/words.h"
#include "net/net.h"

#include <glib.h>

struct ndjson *ndjson_new(FILE *out, bool show_secrets)
{
    return ndjson_new_to(byte_sink_of_file(out), show_secrets);
}

struct ndjson *ndjson_new_to(struct byte_sink out, bool show_secrets)
{
    struct ndjson *ndjson = g_malloc0(sizeof *ndjson);

    ndjson->out = out;
    ndjson->show_secrets = show_secrets;
    return ndjson;
}

void ndjson_free(struct ndjson **ndjson)
{
    if (!*ndjson)
        return;
    json_free(&(*ndjson)->json);
    g_free(*ndjson);
    *ndjson = NULL;
}

/* ---- what every record has ---- */

void ndjson_endpoint(struct json *json, const struct fsc_endpoint *endpoint, const char *ip_key, const char *port_key)
{
    char text[64];

    if (endpoint->addr.kind == FSC_ADDR_NONE)
        return;
    fsc_addr_text(&endpoint->addr, text, sizeof text);
    json_string(json, ip_key, text);
    json_uint(json, port_key, endpoint->port);
}

struct json *ndjson_begin(struct ndjson *ndjson, int64_t time_ns, const char *event_type, const char *file)
{
    struct json *json = &ndjson->json;

    json_reset(json);
    json_object(json, NULL);
    json_uint(json, "schema_version", 1);
    json_time(json, "timestamp", time_ns);
    json_string(json, "event_type", event_type);
    json_text(json, "file", words_span(file));
    return json;
}

struct json *ndjson_begin_flow(struct ndjson *ndjson, const struct record_envelope *envelope, const char *event_type,
                               const char *object)
{
    struct json *json = ndjson_begin(ndjson, envelope->time_ns, event_type, envelope->file);

    json_uint(json, "session", envelope->session);
    json_uint(json, "flow_id", envelope->flow_id);
    json_text(json, "community_id", words_span(envelope->community_id));
    ndjson_endpoint(json, &envelope->client, "src_ip", "src_port");
    ndjson_endpoint(json, &envelope->server, "dest_ip", "dest_port");
    json_string(json, "proto", "TCP");
    json_object(json, object);
    return json;
}

/* Closes the record's own object and the line. One write per line, so that lines of two programs in one pipe stay
 * whole as long as stdio's buffer allows. Errors stay in the FILE, where the caller finds them with ferror. */
void ndjson_finish(struct ndjson *ndjson)
{
    struct json *json = &ndjson->json;

    json_object_end(json);
    json_object_end(json);
    buf_char(&json->out, '\n');
    ndjson->out.write(ndjson->out.state, json->out.data, json->out.len);
    json->out.len = 0;
}

void ndjson_nonzero(struct json *json, const char *key, uint64_t value)
{
    if (value > 0)
        json_uint(json, key, value);
}

void ndjson_frame(struct json *json, const struct record_envelope *envelope, const char *key, uint64_t frame)
{
    ndjson_nonzero(json, key, record_place(envelope, frame).number);
}

bool ndjson_elsewhere(const struct record_envelope *envelope, uint64_t frame)
{
    return frame != 0 && record_place(envelope, frame).file != envelope->file;
}

void ndjson_ms(struct json *json, const char *key, int64_t ns)
{
    if (ns >= 0)
        json_ms(json, key, ns);
}

void ndjson_code(uint16_t code, char *text)
{
    text[0] = (char)('0' + code / 100 % 10);
    text[1] = (char)('0' + code / 10 % 10);
    text[2] = (char)('0' + code % 10);
    text[3] = '\0';
}

/* ---- ftp_finding ---- */

static void put_document(struct json *json, const struct record_document *document)
{
    const struct fsc_document_note *note = document->note;

    json_object(json, NULL);
    json_string(json, "name", fsc_document_name(document->document));
    json_uint(json, "code", note->code);
    json_string(json, "says", note->says);
    if (*note->advises)
        json_string(json, "advises", note->advises);
    json_bool(json, "fits", document->fits);
    if (!document->fits && *note->right)
        json_string(json, "instead", note->right);
    json_object_end(json);
}

static void put_documents(struct json *json, const struct record_finding *record)
{
    if (record->document_count == 0)
        return;
    json_array(json, "documents");
    for (size_t i = 0; i < record->document_count; i++)
        put_document(json, &record->documents[i]);
    json_array_end(json);
}

static void put_evidence(struct json *json, const struct record_envelope *envelope, const struct fsc_finding *finding)
{
    bool elsewhere = false;

    if (finding->evidence_count == 0)
        return;
    json_array(json, "evidence");
    for (size_t i = 0; i < finding->evidence_count; i++) {
        json_uint(json, NULL, record_place(envelope, finding->evidence[i]).number);
        elsewhere = elsewhere || ndjson_elsewhere(envelope, finding->evidence[i]);
    }
    json_array_end(json);
    if (!elsewhere)
        return;
    json_array(json, "evidence_files");
    for (size_t i = 0; i < finding->evidence_count; i++)
        json_wire(json, NULL, words_span(record_place(envelope, finding->evidence[i]).file));
    json_array_end(json);
}

static void write_finding(void *state, const struct record_envelope *envelope, const struct record_finding *record)
{
    struct ndjson *ndjson = state;
    const struct fsc_finding *finding = record->finding;
    struct json *json = ndjson_begin_flow(ndjson, envelope, "ftp_finding", "finding");
    const char *advice = words_advice(record);

    json_string(json, "id", fsc_finding_info(finding->id)->name);
    json_string(json, "severity", fsc_severity_name(finding->severity));
    json_string(json, "confidence", fsc_confidence_name(finding->confidence));
    json_string(json, "role", fsc_role_name(finding->role));
    ndjson_nonzero(json, "cause_of", record->cause_of);
    json_uint(json, "n", record->n);
    json_string(json, "summary", record->summary);
    if (*advice)
        json_string(json, "advice", advice);
    put_evidence(json, envelope, finding);
    ndjson_nonzero(json, "winsock", finding->winsock);
    ndjson_nonzero(json, "transfer_id", record->transfer_id);
    ndjson_nonzero(json, "tx", finding->tx);
    put_documents(json, record);
    ndjson_finish(ndjson);
}

/* ---- ftp_session ---- */

void ndjson_hex_element(struct json *json, struct fsc_span text)
{
    if (json_valid(text))
        text.n = 0;
    json_hex(json, NULL, text);
}

static void put_features(struct json *json, const struct record_session *record)
{
    bool all_valid = true;

    if (record->feature_count == 0)
        return;
    json_array(json, "features");
    for (size_t i = 0; i < record->feature_count; i++)
        all_valid = json_wire(json, NULL, record->features[i]) && all_valid;
    json_array_end(json);
    if (all_valid)
        return;
    json_array(json, "features_hex");
    for (size_t i = 0; i < record->feature_count; i++)
        ndjson_hex_element(json, record->features[i]);
    json_array_end(json);
}

static void put_codes(struct json *json, const struct record_session *record)
{
    char code[4];

    if (record->code_count == 0)
        return;
    json_object(json, "codes");
    for (size_t i = 0; i < record->code_count; i++) {
        ndjson_code(record->codes[i], code);
        json_uint(json, code, record->code_counts[i]);
    }
    json_object_end(json);
}

static void put_findings(struct json *json, const struct record_session *record)
{
    if (record->finding_count == 0)
        return;
    json_array(json, "findings");
    for (size_t i = 0; i < record->finding_count; i++)
        json_string(json, NULL, fsc_finding_info(record->findings[i])->name);
    json_array_end(json);
}

static void put_word(struct json *json, const char *key, const char *word)
{
    if (word)
        json_string(json, key, word);
}

static void write_session(void *state, const struct record_envelope *envelope, const struct record_session *record)
{
    struct ndjson *ndjson = state;
    struct json *json = ndjson_begin_flow(ndjson, envelope, "ftp_session", "ftp_session");

    json_time(json, "start", record->start_ns);
    json_time(json, "end", record->end_ns);
    ndjson_ms(json, "duration_ms", record->end_ns - record->start_ns);
    json_text(json, "user", record->user);
    put_word(json, "login", record->login);
    json_text(json, "server_software", record->server_software);
    json_text(json, "client_software", record->client_software);
    json_text(json, "system", record->system);
    put_features(json, record);
    put_word(json, "tls", record->tls);
    json_uint(json, "commands", record->commands);
    json_uint(json, "replies", record->replies);
    json_uint(json, "transfers", record->transfers);
    json_uint(json, "bytes_down", record->bytes_down);
    json_uint(json, "bytes_up", record->bytes_up);
    put_codes(json, record);
    put_findings(json, record);
    json_string(json, "first_seen", record->first_seen_start ? "start" : "middle");
    put_word(json, "ended", record->ended);
    ndjson_finish(ndjson);
}

/* ---- check and stats: records of a file or a run, without a connection ---- */

static void write_check(void *state, const char *file, int64_t time_ns, const struct record_check *record)
{
    struct ndjson *ndjson = state;
    struct json *json = ndjson_begin(ndjson, time_ns, "check", file);

    json_object(json, "check");
    json_string(json, "result", record->result);
    json_object(json, "counts");
    for (int severity = FSC_SEVERITY_ERROR; severity >= FSC_SEVERITY_INFO; severity--)
        json_uint(json, fsc_severity_name((enum fsc_severity)severity), record->counts[severity]);
    json_object_end(json);
    json_text(json, "message", words_span(record->message));
    if (record->file_count > 1) {
        json_array(json, "files");
        for (size_t i = 0; i < record->file_count; i++)
            json_wire(json, NULL, words_span(record->files[i]));
        json_array_end(json);
    }
    ndjson_finish(ndjson);
}

static void put_unread(struct json *json, const struct record_stats *record)
{
    struct buf words = {0};

    if (record->unread_count == 0)
        return;
    json_array(json, "unread");
    for (size_t i = 0; i < record->unread_count; i++) {
        words.len = 0;
        words_unread(&words, &record->unread[i]);
        buf_char(&words, '\0');
        json_object(json, NULL);
        json_string(json, "what", words.data);
        json_uint(json, "packets", record->unread[i].packets);
        json_object_end(json);
    }
    json_array_end(json);
    buf_free(&words);
}

static void write_stats(void *state, const struct record_stats *record)
{
    struct ndjson *ndjson = state;
    struct json *json = ndjson_begin(ndjson, record->time_ns, "stats", record->file);

    json_object(json, "stats");
    json_uint(json, "packets", record->packets);
    json_uint(json, "bytes", record->bytes);
    json_uint(json, "decoded", record->decoded);
    json_uint(json, "dropped", record->dropped);
    json_uint(json, "output_dropped", record->output_dropped);
    json_uint(json, "truncated_packets", record->truncated_packets);
    json_uint(json, "gaps", record->gaps);
    json_uint(json, "gap_bytes", record->gap_bytes);
    json_uint(json, "sessions", record->sessions);
    json_uint(json, "evicted", record->evicted);
    ndjson_nonzero(json, "copies", record->copies);
    put_unread(json, record);
    json_text(json, "truncated_input", words_span(record->truncated_input));
    json_bool(json, "complete", record->complete);
    ndjson_finish(ndjson);
}

struct sink ndjson_sink(struct ndjson *ndjson)
{
    return (struct sink){.state = ndjson,
                         .ftp = ndjson_ftp,
                         .data = ndjson_data,
                         .finding = write_finding,
                         .session = write_session,
                         .check = write_check,
                         .stats = write_stats};
}
