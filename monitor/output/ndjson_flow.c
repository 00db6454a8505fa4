/* ndjson_flow.c - the records of single commands and transfers. */
#include "monitor/output/ndjson_internal.h"
#include "monitor/output/words.h"

/* ---- ftp ---- */

static void put_command(struct ndjson *ndjson, const struct record_ftp *record)
{
    struct json *json = &ndjson->json;
    struct fsc_span word = words_verb(record, ndjson->show_secrets);
    uint8_t upper[64];

    /* Words that are no command may be as long as a line; only those that could be one are worth changing. */
    if (word.n <= sizeof upper && !(record->secret && record->verb == FSC_VERB_UNKNOWN)) {
        for (size_t i = 0; i < word.n; i++)
            upper[i] = word.p[i] >= 'a' && word.p[i] <= 'z' ? (uint8_t)(word.p[i] - 32) : word.p[i];
        word.p = upper;
    }
    json_text(json, "command", word);
    if (record->secret && !ndjson->show_secrets && record->argument.n > 0)
        json_string(json, "command_data", WORDS_HIDDEN);
    else
        json_text(json, "command_data", record->argument);
}

/* Where a text has bytes that are no UTF-8, `reply_hex` is as long as `reply`. */
static void put_reply_texts(struct json *json, const struct record_ftp *record)
{
    bool all_valid = true;

    json_array(json, "reply");
    for (size_t i = 0; i < record->reply_count; i++)
        all_valid = json_wire(json, NULL, record->replies[i].text) && all_valid;
    json_array_end(json);
    if (all_valid)
        return;
    json_array(json, "reply_hex");
    for (size_t i = 0; i < record->reply_count; i++)
        ndjson_hex_element(json, record->replies[i].text);
    json_array_end(json);
}

static void put_annotations(struct json *json, const struct record_ftp *record)
{
    const char *advice = "";

    json_array(json, "annotation");
    for (size_t i = 0; i < record->reply_count; i++) {
        const struct record_reply *reply = &record->replies[i];

        json_string(json, NULL, reply->explanation.meaning);
        if (reply->code >= 400 && reply->code < 600 && *reply->explanation.advice)
            advice = reply->explanation.advice;
    }
    json_array_end(json);
    if (*advice)
        json_string(json, "advice", advice);
}

static void put_replies(struct json *json, const struct record_ftp *record)
{
    char code[4];

    if (record->reply_count == 0)
        return;
    json_array(json, "completion_code");
    for (size_t i = 0; i < record->reply_count; i++) {
        ndjson_code(record->replies[i].code, code);
        json_string(json, NULL, code);
    }
    json_array_end(json);
    put_reply_texts(json, record);
    put_annotations(json, record);
}

/* Numbers count within a file: where a session goes on in the next one, it is named. */
static void put_reply_files(struct json *json, const struct record_envelope *envelope, const struct record_ftp *record)
{
    bool elsewhere = false;

    for (size_t i = 0; i < record->reply_count; i++)
        elsewhere = elsewhere || ndjson_elsewhere(envelope, record->replies[i].frame);
    if (!elsewhere)
        return;
    json_object(json, "files");
    json_array(json, "replies");
    for (size_t i = 0; i < record->reply_count; i++)
        json_wire(json, NULL, words_span(record_place(envelope, record->replies[i].frame).file));
    json_array_end(json);
    json_object_end(json);
}

static void put_ftp_frames(struct json *json, const struct record_envelope *envelope, const struct record_ftp *record)
{
    if (record->command_frame == 0 && record->reply_count == 0)
        return;
    json_object(json, "frames");
    ndjson_frame(json, envelope, "command", record->command_frame);
    if (record->reply_count > 0) {
        json_array(json, "replies");
        for (size_t i = 0; i < record->reply_count; i++)
            json_uint(json, NULL, record_place(envelope, record->replies[i].frame).number);
        json_array_end(json);
    }
    put_reply_files(json, envelope, record);
    json_object_end(json);
}

static void put_flags(struct json *json, uint32_t flags)
{
    static const char *const names[] = {"pipelined",        "after_gap", "bare_lf",       "telnet",
                                        "unsolicited",      "overlong",  "illegal_reply", "reply_truncated",
                                        "pending_overflow", "bad_base64"};

    if (flags & RECORD_REPLY_BAD_BASE64)
        flags |= RECORD_BAD_BASE64;
    if (flags == 0)
        return;
    json_array(json, "flags");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (flags & 1u << i)
            json_string(json, NULL, names[i]);
    }
    json_array_end(json);
}

void ndjson_ftp(void *state, const struct record_envelope *envelope, const struct record_ftp *record)
{
    static const char *const received[] = {
        [RECORD_RECEIVED_YES] = "yes", [RECORD_RECEIVED_NO] = "no", [RECORD_RECEIVED_UNKNOWN] = "unknown"};
    struct ndjson *ndjson = state;
    struct json *json = ndjson_begin_flow(ndjson, envelope, "ftp", "ftp");

    ndjson_nonzero(json, "tx", record->tx);
    put_command(ndjson, record);
    put_replies(json, record);
    json_string(json, "reply_received", received[record->received]);
    ndjson_ms(json, "latency_ms", record->latency_ns);
    if (record->has_data) {
        json_string(json, "mode", record->passive ? "passive" : "active");
        json_uint(json, "dynamic_port", record->dynamic_port);
    }
    json_text(json, "user", record->user);
    if (record->cwd.n != 1 || record->cwd.p[0] != '?') /* not known yet */
        json_text(json, "cwd", record->cwd);
    put_ftp_frames(json, envelope, record);
    put_flags(json, record->flags);
    ndjson_finish(ndjson);
}

/* ---- ftp_data ---- */

static void put_setup(struct json *json, const struct record_data *record)
{
    if (record->setup != FSC_FORM_NONE || record->has_endpoints)
        json_string(json, "mode", record->passive ? "passive" : "active");
    if (record->setup != FSC_FORM_NONE)
        json_string(json, "setup", fsc_form_name(record->setup));
    if (record->has_endpoints) {
        ndjson_endpoint(json, &record->from, "src_ip", "src_port");
        ndjson_endpoint(json, &record->to, "dest_ip", "dest_port");
    }
}

static void put_amounts(struct json *json, const struct record_data *record)
{
    if (record->amount_known) {
        json_uint(json, "bytes", record->bytes);
        json_uint(json, "missing_bytes", record->missing_bytes);
        json_uint(json, "retransmitted_bytes", record->retransmitted_bytes);
    }
    ndjson_nonzero(json, "offset", record->offset);
    if (record->expected_from != FSC_SIZE_NONE) {
        json_uint(json, "expected_bytes", record->expected_bytes);
        json_string(json, "expected_from", fsc_size_from_name(record->expected_from));
    }
    if (record->type != 0)
        json_wire(json, "type", (struct fsc_span){(const uint8_t *)&record->type, 1});
}

static void put_outcome(struct json *json, const struct record_data *record)
{
    char code[4];

    json_string(json, "status", fsc_status_name(record->status));
    if (record->completion_code != 0) {
        ndjson_code(record->completion_code, code);
        json_string(json, "completion_code", code);
    }
    ndjson_ms(json, "duration_ms", record->duration_ns);
    if (record->duration_ns > 0)
        json_uint(json, "rate_bps", words_rate_bps(record));
    ndjson_ms(json, "setup_ms", record->setup_ns);
    json_bool(json, "tls", record->tls);
    if (record->inferred)
        json_bool(json, "inferred", true);
    json_string(json, "closed_by", fsc_closer_name(record->closed_by));
}

static void put_data_frames(struct json *json, const struct record_envelope *envelope, const struct record_data *record)
{
    static const char *const names[] = {"command", "first", "last"};
    const uint64_t frames[] = {record->command_frame, record->first_frame, record->last_frame};
    bool elsewhere = false;

    if (frames[0] == 0 && frames[1] == 0 && frames[2] == 0)
        return;
    json_object(json, "frames");
    for (size_t i = 0; i < 3; i++) {
        ndjson_frame(json, envelope, names[i], frames[i]);
        elsewhere = elsewhere || ndjson_elsewhere(envelope, frames[i]);
    }
    if (elsewhere) {
        json_object(json, "files");
        for (size_t i = 0; i < 3; i++)
            if (ndjson_elsewhere(envelope, frames[i]))
                json_text(json, names[i], words_span(record_place(envelope, frames[i]).file));
        json_object_end(json);
    }
    json_object_end(json);
}

static void write_transfer(struct ndjson *ndjson, const struct record_envelope *envelope,
                           const struct record_data *record, const char *event_type)
{
    struct json *json = ndjson_begin_flow(ndjson, envelope, event_type, event_type);

    ndjson_nonzero(json, "transfer_id", record->transfer_id);
    ndjson_nonzero(json, "tx", record->tx);
    if (record->verb != FSC_VERB_NONE)
        json_string(json, "command", fsc_verb_info(record->verb)->name);
    json_text(json, "filename", record->filename);
    json_text(json, "path", record->path);
    json_string(json, "direction", record->upload ? "upload" : "download");
    put_setup(json, record);
    put_amounts(json, record);
    put_outcome(json, record);
    put_data_frames(json, envelope, record);
    ndjson_finish(ndjson);
}

void ndjson_data(void *state, const struct record_envelope *envelope, const struct record_data *record)
{
    write_transfer(state, envelope, record, "ftp_data");
}

void ndjson_progress(void *state, const struct record_envelope *envelope, const struct record_data *record)
{
    write_transfer(state, envelope, record, "ftp_data_progress");
}
