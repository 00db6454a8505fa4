/* response_times.c - the table of response times by command: Statistics > Service Response Time, and -z ftpscope,srt.
 */
#include "plugin/plugin.h"
#include "plugin/tools/tap.h"
#include "plugin/tools/tools.h"

static void begin(struct register_srt *srt, GArray *tables)
{
    srt_stat_table *table =
        init_srt_table("FTP commands, to the first reply", "FTP", tables, FSC_VERB_COUNT, "Command", NULL, NULL);

    (void)srt;
    for (int verb = 0; verb < FSC_VERB_COUNT; verb++)
        init_srt_table_row(table, verb, tools_verb((unsigned)verb));
}

/* The table takes the time to this packet. */
static nstime_t begin_of(const packet_info *pinfo, int64_t latency_ns)
{
    nstime_t latency = {.secs = (time_t)(latency_ns / 1000000000), .nsecs = (int)(latency_ns % 1000000000)}, time;

    nstime_delta(&time, &pinfo->abs_ts, &latency);
    return time;
}

static tap_packet_status take(void *listener, packet_info *pinfo, epan_dissect_t *edt, const void *data,
                              tap_flags_t flags)
{
    const srt_data_t *tables = listener;
    const struct tap_event *event = data;

    (void)edt;
    (void)flags;
    if (event->kind != TAP_REPLY || event->latency_ns < 0 || event->exchange->verb == FSC_VERB_NONE)
        return TAP_PACKET_DONT_REDRAW;
    nstime_t time = begin_of(pinfo, event->latency_ns);
    add_srt_table_data(g_array_index(tables->srt_array, srt_stat_table *, 0), (int)event->exchange->verb, &time, pinfo);
    return TAP_PACKET_REDRAW;
}

void response_times_register(void)
{
    register_srt_table(proto_ftpscope, TAP_EVENTS, 1, take, begin, NULL);
}
