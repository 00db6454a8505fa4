/* run_file.c - one capture file through the pipeline. */
#include "monitor/run_file.h"

#include <glib.h>
#include <string.h>

#include "monitor/input/capture_file.h"
#include "monitor/net/net.h"

enum run_result run_file(const char *path, const struct pipeline_config *config, const struct sink *sink,
                         struct pipeline_totals *totals, char **message)
{
    struct capture_frame frame;
    enum capture_result result;
    struct capture_file *file = capture_file_open(path, message);

    memset(totals, 0, sizeof(*totals));
    totals->unreadable = true;
    if (file == NULL)
        return RUN_UNREADABLE;
    int linktype = capture_file_linktype(file);
    if (!net_linktype_known(linktype)) {
        *message = g_strdup_printf("%s: offset 20: link type %d (%s) is not supported", path, linktype,
                                   capture_file_linktype_name(file));
        capture_file_close(&file);
        return RUN_UNREADABLE;
    }
    struct pipeline *pipeline = pipeline_new(config, sink, path);
    while ((result = capture_file_next(file, &frame, message)) == CAPTURE_FRAME)
        pipeline_push(pipeline, linktype, frame.captured, frame.wire_len, frame.number, frame.time_ns);
    pipeline_end(pipeline);
    *totals = pipeline_totals(pipeline);
    totals->sessions_shown = totals->sessions;
    pipeline_free(&pipeline);
    capture_file_close(&file);
    return result == CAPTURE_BROKEN ? RUN_BROKEN : RUN_WHOLE;
}

void run_add(struct pipeline_totals *sum, const struct pipeline_totals *totals)
{
    sum->packets += totals->packets;
    sum->bytes += totals->bytes;
    sum->decoded += totals->decoded;
    sum->truncated_packets += totals->truncated_packets;
    sum->gaps += totals->gaps;
    sum->gap_bytes += totals->gap_bytes;
    sum->sessions += totals->sessions;
    sum->evicted += totals->evicted;
    sum->sessions_shown += totals->sessions_shown;
    sum->unreadable |= totals->unreadable;
    if (totals->last_ns > sum->last_ns)
        sum->last_ns = totals->last_ns;
}

struct record_stats run_stats(const struct pipeline_totals *totals, const char *file, const char *truncated)
{
    return (struct record_stats){.time_ns = totals->last_ns,
                                 .file = file,
                                 .packets = totals->packets,
                                 .bytes = totals->bytes,
                                 .decoded = totals->decoded,
                                 .truncated_packets = totals->truncated_packets,
                                 .gaps = totals->gaps,
                                 .gap_bytes = totals->gap_bytes,
                                 .sessions = totals->sessions,
                                 .evicted = totals->evicted,
                                 .sessions_shown = totals->sessions_shown,
                                 .truncated_input = truncated,
                                 .complete = truncated == NULL && !totals->unreadable && totals->gaps == 0 &&
                                             totals->evicted == 0};
}
