/* attempt.c - what became of an attempt to open a TCP connection (guards of the diagnosis: nothing is said of packets
 * that were not captured). */
#include "core/rules.h"

static const int64_t second_ns = 1000000000, minute_ns = 60000000000;

/*
 * No answer: nothing came back, and nothing from the initiator that an answer must have provoked. One SYN alone may
 * just be the last packet of the capture. With three or more over two seconds the earlier ones had their time whatever
 * became of the last; with two, the last must be older than a second and four round trips when the wait ends. No fixed
 * count proves it: Linux before 6.5 sends after 0, 1, 3 s, later kernels every second at first, Windows after 0 and 3
 * s.
 */
bool attempt_unanswered(const struct fsc_attempt *a, int64_t end_ns, bool gave_up, bool peer_alive, int64_t rtt_ns)
{
    int64_t trip = rtt_ns < minute_ns ? rtt_ns : minute_ns; /* clocks jump, also backwards */
    int64_t wait = trip > second_ns / 4 ? 4 * trip : second_ns;

    if (a->syns < 2 || a->synack_frame != 0 || a->rst_frame != 0 || a->icmp_frame != 0 || a->initiator_sent_more)
        return false;
    if (!peer_alive)
        return false;
    if (a->syns >= 3 && a->last_syn_ns - a->syn_ns >= 2 * wait)
        return true;
    return gave_up && end_ns - a->last_syn_ns > wait;
}

bool attempt_refused(const struct fsc_attempt *a)
{
    return a->synack_frame == 0 && a->rst_frame != 0 && a->rst_answers_syn;
}

bool attempt_rejected(const struct fsc_attempt *a)
{
    return a->synack_frame == 0 && a->icmp_frame != 0 && a->rst_frame == 0;
}

/* RFC 792, 1812, 4443: the codes that only a filter sends. */
bool attempt_is_administrative(const struct fsc_attempt *a)
{
    if (a->icmp_v6)
        return a->icmp_type == 1 && (a->icmp_code == 1 || a->icmp_code == 5 || a->icmp_code == 6);
    return a->icmp_type == 3 && (a->icmp_code == 9 || a->icmp_code == 10 || a->icmp_code == 13);
}

uint16_t attempt_icmp_winsock(const struct fsc_attempt *a)
{
    if (a->icmp_v6)
        return a->icmp_code == 0 ? 10051 : a->icmp_code == 4 ? 10061 : 10065;
    switch (a->icmp_code) {
    case 0:
    case 6:
    case 9:
    case 11:
        return 10051;
    case 2:
    case 3:
        return 10061;
    default:
        return 10065;
    }
}

void attempt_describe(struct fsc_finding *finding, const struct fsc_attempt *a)
{
    finding->endpoint = a->to;
    finding->endpoint2 = a->from;
    finding->number = a->syns;
    finding->duration_ns = a->last_syn_ns - a->syn_ns;
    finding_frame(finding, a->syn_frame);
    if (a->last_syn_frame != a->syn_frame)
        finding_frame(finding, a->last_syn_frame);
    finding_frame(finding, a->rst_frame);
    finding_frame(finding, a->icmp_frame);
}
