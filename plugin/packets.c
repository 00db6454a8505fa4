/* packets.c - see packets.h. */
#include "plugin/packets.h"

#include <epan/dissectors/packet-ip.h>
#include <epan/ipproto.h>
#include <string.h>

#include "plugin/claim.h"
#include "plugin/control/kept_back.h"
#include "plugin/data.h"
#include "plugin/fields.h"
#include "plugin/findings.h"
#include "plugin/plugin.h"
#include "plugin/tools/objects.h"
#include "plugin/tools/tap.h"

static dissector_handle_t tcp_handle, icmp_handle, icmpv6_handle;
static protocol_t *tcp_protocol;

/* ---- addresses ---- */

static struct fsc_addr addr_of(const address *addr)
{
    struct fsc_addr out = {.kind = FSC_ADDR_NONE};

    if (addr->type == AT_IPv4) {
        out.kind = FSC_ADDR_V4;
        memcpy(out.bytes, addr->data, 4);
    } else if (addr->type == AT_IPv6) {
        out.kind = FSC_ADDR_V6;
        memcpy(out.bytes, addr->data, 16);
    }
    return out;
}

struct fsc_endpoint packets_endpoint(const address *addr, guint32 port)
{
    return (struct fsc_endpoint){addr_of(addr), (uint16_t)port};
}

int64_t packets_time(const packet_info *pinfo)
{
    static const int64_t second = 1000000000, most = INT64_MAX / 1000000000 - 1;
    return CLAMP((int64_t)pinfo->abs_ts.secs, -most, most) * second + pinfo->abs_ts.nsecs;
}

/* ---- connections ---- */

/* A quotation inside an ICMP error, and a part of a datagram that was not put together, are no packets of a connection.
 */
static bool counts(const packet_info *pinfo)
{
    return !pinfo->flags.in_error_pkt && !pinfo->fragmented;
}

void packets_keep_flow(conversation_t *conversation, struct flow *flow)
{
    if (conversation_get_proto_data(conversation, proto_ftpscope) != NULL)
        conversation_delete_proto_data(conversation, proto_ftpscope);
    conversation_add_proto_data(conversation, proto_ftpscope, flow);
    flow->conversation = conversation;
}

bool packets_attach_flow(packet_info *pinfo, struct flow *flow)
{
    conversation_t *conversation = flow->conversation == NULL ? find_conversation_pinfo(pinfo, 0) : NULL;

    if (conversation != NULL)
        packets_keep_flow(conversation, flow);
    return flow->conversation != NULL;
}

static struct flow *flow_of_conversation(packet_info *pinfo)
{
    conversation_t *conversation = find_conversation_pinfo(pinfo, 0);
    return conversation != NULL ? conversation_get_proto_data(conversation, proto_ftpscope) : NULL;
}

static struct flow *flow_of(packet_info *pinfo)
{
    struct store *store = store_get();
    struct flow *flow;

    if (!PINFO_FD_VISITED(pinfo)) {
        flow = store != NULL ? store_flow(store, pinfo->num) : NULL;
        if (flow != NULL)
            packets_attach_flow(pinfo, flow);
        return flow;
    }
    flow = store != NULL && counts(pinfo) ? store_flow_again(store, pinfo->num) : NULL;
    if (flow != NULL && flow->conversation != NULL)
        return flow;
    return flow_of_conversation(pinfo);
}

int packets_side(const packet_info *pinfo, const struct flow *flow)
{
    struct fsc_endpoint from = packets_endpoint(&pinfo->src, pinfo->srcport);
    return flow_side(flow, &from);
}

struct flow *packets_flow(packet_info *pinfo, int *side)
{
    struct flow *flow = flow_of(pinfo);

    if (flow != NULL)
        *side = packets_side(pinfo, flow);
    return flow;
}

bool packets_is_quoted(void)
{
    struct store *store = store_get();
    return store != NULL && store_passing(store)->quoted;
}

struct flow *packets_quoted_flow(packet_info *pinfo, int *side)
{
    struct flow *flow = flow_of_conversation(pinfo);

    if (flow != NULL)
        *side = packets_side(pinfo, flow);
    return flow;
}

void packets_show_session(proto_tree *tree, tvbuff_t *tvb, uint32_t session)
{
    struct store *store = store_get();

    field_number(tree, FIELD_SESSION, tvb, session);
    if (store != NULL)
        store_show_session(store);
}

/* On packets that show nothing else of FTP: SYN, ACK, FIN, RST, and segments that TCP does not hand on. */
static void show_what_is_left(const struct store *store, packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb)
{
    bool wanted = fields_wanted(tree, proto_ftpscope) || fields_wanted(tree, proto_ftpscope_data);
    int side = 0;

    if (!wanted || store_session_shown(store))
        return;
    struct flow *flow = packets_flow(pinfo, &side);
    if (flow == NULL || flow->session == NULL || data_show_withheld(tvb, pinfo, tree, flow, side))
        return;
    proto_item_set_hidden(field_number(tree, FIELD_SESSION, tvb, flow->session->number));
}

/* TCP may count from the start of the connection, but not in quotations. */
static uint32_t tcp_base(packet_info *pinfo, struct flow *flow, int side)
{
    if (pinfo->flags.in_error_pkt)
        return 0;
    if (!flow->side[side].tcp_based) {
        const struct tcp_analysis *tcp = get_tcp_conversation_data(NULL, pinfo);
        flow->side[side].tcp_base = tcp != NULL && ftpscope_relative_numbers() ? tcp->fwd->base_seq : 0;
        flow->side[side].tcp_based = true;
    }
    return flow->side[side].tcp_base;
}

bool packets_is_repeated(packet_info *pinfo, const struct flow *flow)
{
    enum { TCP_A_RETRANSMISSION = 0x0001 }; /* of packet-tcp.c, which keeps it to itself */
    /* whoever names the conversation has the flags of this packet taken away */
    const struct tcp_analysis *tcp = flow->conversation != NULL ? get_tcp_conversation_data(NULL, pinfo) : NULL;

    return tcp != NULL && tcp->ta != NULL && (tcp->ta->flags & TCP_A_RETRANSMISSION) != 0;
}

bool packets_sequence(packet_info *pinfo, struct flow *flow, int side, uint32_t tcp_seq, uint32_t *seq)
{
    if (flow->conversation == NULL)
        return false;
    *seq = tcp_seq + tcp_base(pinfo, flow, side);
    return true;
}

bool packets_position(packet_info *pinfo, struct flow *flow, int side, uint32_t tcp_seq, uint64_t *position)
{
    uint32_t seq;
    return packets_sequence(pinfo, flow, side, tcp_seq, &seq) && flow_position(flow, side, seq, pinfo->num, position);
}

/* ---- the first pass ---- */

static void take_ip_header(const void *header, struct net_datagram *datagram)
{
    const ws_ip4 *ip4 = WS_IP4_PTR((void *)(uintptr_t)header);
    const ws_ip6 *ip6 = WS_IP6_PTR((void *)(uintptr_t)header);

    if (ip4 != NULL) {
        datagram->ttl = ip4->ip_ttl;
        datagram->id = ip4->ip_id;
    } else if (ip6 != NULL) {
        datagram->ttl = ip6->ip6_hop;
    }
}

/* Bare ACKs, most packets of a transfer's other direction, change nothing. */
static bool is_opening_or_payload(const struct net_datagram *datagram)
{
    enum { LEAST = 20, OFFSET = 12, FLAGS = 13, SYN = 2 };
    const uint8_t *header = datagram->captured.p;

    return datagram->protocol == IP_PROTO_TCP && (datagram->captured.n < LEAST || (header[FLAGS] & SYN) != 0 ||
                                                  datagram->wire_len > (size_t)(header[OFFSET] >> 4) * 4);
}

/* May the packet have changed what is known of its connection? */
static bool push(struct store *store, tvbuff_t *tvb, packet_info *pinfo, uint8_t protocol, const void *header)
{
    struct net_datagram datagram = {.from = addr_of(&pinfo->src), .to = addr_of(&pinfo->dst), .protocol = protocol};

    if (datagram.from.kind == FSC_ADDR_NONE || datagram.to.kind != datagram.from.kind)
        return false;
    take_ip_header(header, &datagram);
    datagram.captured.n = tvb_captured_length(tvb);
    datagram.captured.p = tvb_get_ptr(tvb, 0, (int)datagram.captured.n);
    datagram.wire_len = tvb_reported_length(tvb);
    store_packet(store, &datagram, pinfo->fd->pkt_len, pinfo->num, packets_time(pinfo));
    return is_opening_or_payload(&datagram);
}

/* What this dissection of the frame has told: it may hold several packets. */
struct told {
    unsigned findings, results;
};

static struct told *told_of(packet_info *pinfo, const struct store *store)
{
    enum { KEY = 1 }; /* those of connections are larger, see control.c */
    struct told *told = p_get_proto_data(pinfo->pool, pinfo, proto_ftpscope, KEY);

    if (told == NULL) {
        told = wmem_new0(pinfo->pool, struct told);
        told->results = store_results_before(store, pinfo->num);
        p_add_proto_data(pinfo->pool, pinfo, proto_ftpscope, KEY, told);
    }
    return told;
}

/* Every frame may decide a transfer. */
static void tell_results(struct store *store, packet_info *pinfo)
{
    if (PINFO_FD_VISITED(pinfo))
        store_read_again(store);
    if (!store_tells(store, pinfo->num))
        return;
    struct told *told = told_of(pinfo, store);
    tap_transfers(store, pinfo, told->results);
    objects_results(store, pinfo, told->results);
    told->results = store_results_before(store, pinfo->num + 1);
}

static void show_findings(const struct store *store, const struct passing *p, packet_info *pinfo)
{
    if (!store_tells(store, pinfo->num))
        return;
    struct told *told = told_of(pinfo, store);
    told->findings = findings_show(store, p->tvb, pinfo, p->tree, told->findings);
}

static void show_kept_back(struct store *store, const struct passing *p, packet_info *pinfo)
{
    struct flow *flow = NULL;

    if (p->tree != NULL)
        flow = flow_of(pinfo);
    else if (PINFO_FD_VISITED(pinfo))
        flow = store_flow_again(store, pinfo->num);
    else if (p->tells)
        flow = store_flow(store, pinfo->num);
    if (flow != NULL)
        kept_back_show(flow, p->tvb, pinfo, p->tree);
}

static void do_behind(const struct passing *p, struct store *store, packet_info *pinfo)
{
    if (p->protocol == IP_PROTO_TCP) {
        show_kept_back(store, p, pinfo);
        if (store_has_tls_data(store))
            data_segment(p->tvb, pinfo, p->tree);
    }
    if (p->tells)
        claim_behind(store, pinfo);
    show_findings(store, p, pinfo);
    if (p->protocol == IP_PROTO_TCP) {
        show_what_is_left(store, pinfo, p->tree, p->tvb);
        objects_segment(p->tvb, pinfo);
    }
    if (pinfo->ptype == PT_TCP)
        tell_results(store, pinfo);
}

/* TCP marks packets as fragments itself when it does not put them together. */
static int pass_on_quoted(dissector_handle_t next, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    struct passing *passing = store_passing(store_get());
    bool quoted = passing->quoted;

    passing->quoted = true;
    int used = call_dissector_only(next, tvb, pinfo, tree, data);
    passing->quoted = quoted;
    return used;
}

/* A packet on its way to the dissector that comes next. */
static int pass_on(dissector_handle_t next, uint8_t protocol, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
                   void *data)
{
    struct store *store = ftpscope_enabled() ? store_get() : NULL;
    struct passing passing = {.protocol = protocol, .tvb = tvb, .tree = tree, .on_its_way = true};

    if (store == NULL)
        return call_dissector_only(next, tvb, pinfo, tree, data);
    if (!pinfo->flags.in_error_pkt)
        store_dissect(store);
    if (!counts(pinfo))
        return pass_on_quoted(next, tvb, pinfo, tree, data);
    passing.tells = !PINFO_FD_VISITED(pinfo) && push(store, tvb, pinfo, protocol, data);
    if (passing.tells && protocol == IP_PROTO_TCP)
        claim_before(store, tvb, pinfo);
    *store_passing(store) = passing;
    int used = call_dissector_only(next, tvb, pinfo, tree, data);
    store_passing(store)->on_its_way = false;
    do_behind(&passing, store, pinfo);
    return used;
}

static int dissect_tcp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    if (!proto_is_protocol_enabled(tcp_protocol))
        return call_dissector_only(tcp_handle, tvb, pinfo, tree, data);
    return pass_on(tcp_handle, IP_PROTO_TCP, tvb, pinfo, tree, data);
}

static int dissect_icmp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return pass_on(icmp_handle, IP_PROTO_ICMP, tvb, pinfo, tree, data);
}

static int dissect_icmpv6(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return pass_on(icmpv6_handle, IP_PROTO_ICMPV6, tvb, pinfo, tree, data);
}

/* Whoever cannot read a packet throws it past all dissectors: of other protocols, or cut short by the capture. */
static void catch_up(struct store *store, packet_info *pinfo)
{
    struct passing *passing = store_passing(store);

    if (!passing->on_its_way)
        return;
    passing->on_its_way = false;
    do_behind(passing, store, pinfo);
}

/* Behind all other dissectors: time goes on for frames without TCP too. */
static int dissect_after(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    struct store *store = store_get();

    (void)tvb;
    (void)tree;
    (void)data;
    if (store == NULL)
        return 0;
    catch_up(store, pinfo);
    if (pinfo->ptype == PT_TCP)
        return 0;
    if (!PINFO_FD_VISITED(pinfo) && !store_has(store, pinfo->num))
        store_no_packet(store, pinfo->fd->pkt_len, pinfo->num, packets_time(pinfo));
    tell_results(store, pinfo);
    return 0;
}

/* A handle without a protocol adds no layer, and whatever is disabled stays so. */
static void go_before(uint32_t protocol, dissector_t dissector, const char *name, const char *description)
{
    dissector_add_uint("ip.proto", protocol,
                       create_dissector_handle_with_name_and_description(dissector, -1, name, description));
}

void packets_handoff(void)
{
    tcp_handle = find_dissector("tcp");
    tcp_protocol = find_protocol_by_id(dissector_handle_get_protocol_index(tcp_handle));
    icmp_handle = find_dissector("icmp");
    icmpv6_handle = find_dissector("icmpv6");
    go_before(IP_PROTO_TCP, dissect_tcp, "ftpscope-tcp", "TCP, counted for FTP");
    go_before(IP_PROTO_ICMP, dissect_icmp, "ftpscope-icmp", "ICMP, counted for FTP");
    go_before(IP_PROTO_ICMPV6, dissect_icmpv6, "ftpscope-icmpv6", "ICMPv6, counted for FTP");
    register_postdissector(create_dissector_handle(dissect_after, proto_ftpscope_time));
}
