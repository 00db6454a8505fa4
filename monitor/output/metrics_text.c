/* metrics_text.c - the text format 0.0.4 of Prometheus. Series of which a first count matters to an alert are there
 * from the start, with 0: a counter that appears with 1 has no increase. */
#include <glib.h>

#include "monitor/output/metrics_internal.h"

#define PREFIX "ftpscope_"

static void family(struct buf *out, const char *name, const char *type, const char *help)
{
    buf_string(out, "# HELP " PREFIX);
    buf_string(out, name);
    buf_char(out, ' ');
    buf_string(out, help);
    buf_string(out, "\n# TYPE " PREFIX);
    buf_string(out, name);
    buf_char(out, ' ');
    buf_string(out, type);
    buf_char(out, '\n');
}

static void put_label(struct buf *out, const char *label, const char *value)
{
    buf_string(out, label);
    buf_string(out, "=\"");
    for (; *value != '\0'; value++) {
        if (*value == '\n') {
            buf_string(out, "\\n");
            continue;
        }
        if (*value == '\\' || *value == '"')
            buf_char(out, '\\');
        buf_char(out, *value);
    }
    buf_char(out, '"');
}

/* The name, and its labels: NULL is none. */
static void start(struct buf *out, const char *name, const char *const labels[4])
{
    buf_string(out, PREFIX);
    buf_string(out, name);
    for (size_t i = 0; i < 4 && labels[i] != NULL; i += 2) {
        buf_char(out, i == 0 ? '{' : ',');
        put_label(out, labels[i], labels[i + 1]);
    }
    if (labels[0] != NULL)
        buf_char(out, '}');
    buf_char(out, ' ');
}

static void sample(struct buf *out, const char *name, const char *const labels[4], uint64_t value)
{
    start(out, name, labels);
    buf_uint(out, value);
    buf_char(out, '\n');
}

static void one(struct buf *out, const char *name, const char *type, const char *help, uint64_t value)
{
    static const char *const none[4] = {NULL};

    family(out, name, type, help);
    sample(out, name, none, value);
}

static void by(struct buf *out, const char *name, const char *label, const char *value, uint64_t count)
{
    sample(out, name, (const char *const[4]){label, value}, count);
}

static void put_seconds(struct buf *out, uint64_t ns)
{
    buf_uint(out, ns / 1000000000);
    buf_char(out, '.');
    for (uint64_t unit = 100000000; unit > 0; unit /= 10)
        buf_char(out, (char)('0' + ns / unit % 10));
    buf_char(out, '\n');
}

static void put_histogram(struct buf *out, const char *name, const char *help,
                          const struct metrics_histogram *histogram, const struct metrics_bound *bounds)
{
    static const char *const none[4] = {NULL};
    char *bucket = g_strconcat(name, "_bucket", NULL), *sum = g_strconcat(name, "_sum", NULL),
         *count = g_strconcat(name, "_count", NULL);
    uint64_t so_far = 0;

    family(out, name, "histogram", help);
    for (size_t i = 0; bounds[i].seconds != NULL; i++) {
        so_far += histogram->counts[i];
        by(out, bucket, "le", bounds[i].seconds, so_far);
    }
    by(out, bucket, "le", "+Inf", histogram->count);
    start(out, sum, none);
    put_seconds(out, histogram->sum_ns);
    sample(out, count, none, histogram->count);
    g_free(bucket);
    g_free(sum);
    g_free(count);
}

/* ---- the capture and the program ---- */

static void put_program(struct buf *out, const struct metrics_counts *counts)
{
    static const char *const none[4] = {NULL};

    family(out, "build_info", "gauge", "1, with the version as a label.");
    by(out, "build_info", "version", FTPSCOPE_VERSION, 1);
    family(out, "start_time_seconds", "gauge", "When the run began, since 1970.");
    start(out, "start_time_seconds", none);
    put_seconds(out, (uint64_t)counts->start_ns);
    if (counts->run.memory > 0)
        one(out, "memory_bytes", "gauge", "Memory of the tables of connections and sessions.", counts->run.memory);
    if (counts->run.memory_limit > 0)
        one(out, "memory_limit_bytes", "gauge",
            "What they may take of --max-memory: the rest is for packets that are kept, the history of the screen, and "
            "what is not counted.",
            counts->run.memory_limit);
}

static void put_captures(struct buf *out, const struct metrics_counts *counts)
{
    const struct metrics_capture *captures = counts->captures;

    if (counts->capture_count == 0)
        return;
    family(out, "capture_up", "gauge", "1 while packets of the interface are captured.");
    for (size_t i = 0; i < counts->capture_count; i++)
        by(out, "capture_up", "interface", captures[i].interface, captures[i].up);
    family(out, "capture_packets_total", "counter", "Packets that came through the filter.");
    for (size_t i = 0; i < counts->capture_count; i++)
        by(out, "capture_packets_total", "interface", captures[i].interface, captures[i].packets);
    family(out, "capture_bytes_total", "counter", "Bytes of these packets on the wire.");
    for (size_t i = 0; i < counts->capture_count; i++)
        by(out, "capture_bytes_total", "interface", captures[i].interface, captures[i].bytes);
    family(out, "capture_dropped_packets_total", "counter",
           "Packets that were lost: by the kernel for want of room, or by the interface.");
    for (size_t i = 0; i < counts->capture_count; i++) {
        const struct metrics_capture *c = &captures[i];
        sample(out, "capture_dropped_packets_total",
               (const char *const[4]){"interface", c->interface, "reason", "kernel"}, c->dropped_by_kernel);
        sample(out, "capture_dropped_packets_total",
               (const char *const[4]){"interface", c->interface, "reason", "interface"}, c->dropped_by_interface);
    }
}

static void put_run(struct buf *out, const struct metrics_run *run)
{
    one(out, "decoded_packets_total", "counter", "Packets that could be decoded.", run->decoded);
    one(out, "truncated_packets_total", "counter", "Packets of which the capture holds a part only.",
        run->truncated_packets);
    one(out, "gaps_total", "counter", "Holes in control connections: packets that were not captured.", run->gaps);
    one(out, "gap_bytes_total", "counter", "Bytes in these holes.", run->gap_bytes);
    one(out, "evicted_connections_total", "counter", "Connections forgotten for want of memory.", run->evicted);
    family(out, "output_dropped_total", "counter",
           "What could not be written: the output was too slow, the disk full, the reader gone.");
    by(out, "output_dropped_total", "output", "records", run->dropped_records);
    by(out, "output_dropped_total", "output", "packets", run->dropped_packets);
    by(out, "output_dropped_total", "output", "alerts", run->dropped_alerts);
}

/* ---- FTP ---- */

static void put_sessions(struct buf *out, const struct metrics_counts *counts)
{
    uint64_t started = MAX(counts->run.sessions, counts->ended);

    one(out, "sessions_started_total", "counter", "Control connections seen.", started);
    one(out, "sessions_ended_total", "counter", "Control connections that are over.", counts->ended);
    one(out, "sessions_open", "gauge", "Control connections that are open.", started - counts->ended);
    family(out, "logins_total", "counter", "What became of the login, of each session that is over.");
    for (size_t i = 0; i < LOGIN_COUNT; i++)
        by(out, "logins_total", "result", metrics_logins[i], counts->logins[i]);
    family(out, "tls_sessions_total", "counter", "Sessions that are over, by how TLS began.");
    for (size_t i = 0; i < TLS_COUNT; i++)
        by(out, "tls_sessions_total", "kind", metrics_tls[i], counts->tls[i]);
}

static void put_commands(struct buf *out, const struct metrics_counts *counts)
{
    family(out, "commands_total", "counter", "Commands, by name.");
    for (int verb = 0; verb < FSC_VERB_COUNT; verb++)
        if (verb != FSC_VERB_NONE && verb != FSC_VERB_UNKNOWN)
            by(out, "commands_total", "command", fsc_verb_info((enum fsc_verb)verb)->name, counts->commands[verb]);
    by(out, "commands_total", "command", "other", counts->commands[FSC_VERB_UNKNOWN]);
}

static void put_replies(struct buf *out, const struct metrics_counts *counts)
{
    uint64_t other = 0, known = 0;

    family(out, "replies_total", "counter", "Replies, by code.");
    for (size_t i = 0; i < METRICS_CODES; i++)
        other += counts->replies[i];
    for (size_t i = 0; i < fsc_code_count(); i++) {
        uint16_t code = fsc_code_at(i)->code;
        const char digits[] = {(char)('0' + code / 100), (char)('0' + code / 10 % 10), (char)('0' + code % 10), '\0'};
        if (code >= METRICS_CODES) /* numbers of Winsock */
            break;
        by(out, "replies_total", "code", digits, counts->replies[code]);
        known += counts->replies[code];
    }
    by(out, "replies_total", "code", "other", other - known);
}

static void put_transfers(struct buf *out, const struct metrics_counts *counts)
{
    static const char *const directions[] = {"download", "upload"};

    family(out, "transfers_total", "counter", "Transfers whose outcome is known, listings too.");
    for (size_t d = 0; d < 2; d++)
        for (int status = 0; status <= FSC_STATUS_COMPLETE; status++)
            sample(
                out, "transfers_total",
                (const char *const[4]){"direction", directions[d], "status", fsc_status_name((enum fsc_status)status)},
                counts->transfers[d][status]);
    family(out, "transfer_bytes_total", "counter", "Bytes that these transfers moved, each counted once.");
    for (size_t d = 0; d < 2; d++)
        by(out, "transfer_bytes_total", "direction", directions[d], counts->bytes[d]);
}

static void put_findings(struct buf *out, const struct metrics_counts *counts)
{
    family(out, "findings_total", "counter", "Findings, as ftpscope explain knows them.");
    for (int id = 0; id < FSC_FINDING_COUNT; id++) {
        const struct fsc_finding_info *info = fsc_finding_info((enum fsc_finding_id)id);
        for (int s = 0; s <= FSC_SEVERITY_ERROR; s++)
            if (counts->findings[id][s] > 0 || (info->reported && s == (int)info->severity))
                sample(
                    out, "findings_total",
                    (const char *const[4]){"finding", info->name, "severity", fsc_severity_name((enum fsc_severity)s)},
                    counts->findings[id][s]);
    }
}

void metrics_write(struct metrics *metrics, struct buf *out)
{
    struct metrics_counts *counts = metrics_copy(metrics);

    put_program(out, counts);
    put_captures(out, counts);
    put_run(out, &counts->run);
    put_sessions(out, counts);
    put_commands(out, counts);
    put_replies(out, counts);
    put_histogram(out, "reply_latency_seconds", "From a command to its first reply.", &counts->latency, metrics_waits);
    put_transfers(out, counts);
    put_histogram(out, "data_setup_seconds", "From the announcement of a data connection to its being established.",
                  &counts->setup, metrics_waits);
    put_histogram(out, "transfer_duration_seconds", "From the first to the last byte of a transfer.", &counts->duration,
                  metrics_durations);
    put_findings(out, counts);
    metrics_copy_free(&counts);
}
