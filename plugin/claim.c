/* claim.c - see claim.h. */
#include "plugin/claim.h"

#include "plugin/control/control.h"
#include "plugin/packets.h"
#include "plugin/plugin.h"
#include "plugin/segment.h"

static dissector_handle_t control_handle, data_handle, tls_handle;
static dissector_table_t tcp_ports;

/* ---- control connections ---- */

/* By its port alone, and nobody comes before: then epan has one memory less to fetch for each of its packets. */
static bool comes_by_port(const struct session *session)
{
    return control_has_port(session->server.port) &&
           dissector_get_uint_handle(tcp_ports, session->client.port) == NULL && !ftpscope_heuristics_come_first();
}

static wmem_bool note_key(const void *key, void *value, void *keys)
{
    if (value != NULL)
        wmem_array_append_one(keys, key);
    return FALSE;
}

/* Of segments that TCP was told to put together by whoever had the port until then: some went on for as long as the
 * first bytes of a greeting make a number, and nothing was handed on. */
static void forget_what_others_asked(packet_info *pinfo, wmem_tree_t *segments)
{
    wmem_array_t *keys = wmem_array_new(pinfo->pool, sizeof(const void *));

    if (segments != NULL)
        wmem_tree_foreach(segments, note_key, keys);
    for (unsigned i = 0; i < wmem_array_get_count(keys); i++)
        wmem_tree_remove32(segments, GPOINTER_TO_UINT(*(const void **)wmem_array_index(keys, i)));
}

/* Words that are those of FTP say more than what a port is known for. */
static void take_over(packet_info *pinfo, const struct flow *flow)
{
    const struct tcp_analysis *tcp = get_tcp_conversation_data(NULL, pinfo);

    if (tcp != NULL) {
        forget_what_others_asked(pinfo, tcp->fwd->multisegment_pdus);
        forget_what_others_asked(pinfo, tcp->rev->multisegment_pdus);
    }
    conversation_set_dissector(flow->conversation, control_handle);
}

static void claim_control(packet_info *pinfo, struct flow *flow)
{
    if (flow->session == NULL)
        return;
    if (comes_by_port(flow->session)) {
        flow->known_in = 0;
    } else if (flow->known_in != 0) {
        flow->known_in = pinfo->num;
        take_over(pinfo, flow);
    } else if (conversation_get_dissector(flow->conversation, pinfo->num) == NULL) {
        conversation_set_dissector(flow->conversation, control_handle);
    }
}

/* On our port they come back to us by the port. */
void claim_lines_before_tls(const struct flow *flow, uint32_t frame)
{
    if (flow == NULL || flow->conversation == NULL || flow->session == NULL || comes_by_port(flow->session))
        return;
    conversation_set_dissector(flow->conversation, control_handle);
    conversation_set_dissector_from_frame_number(flow->conversation, frame, tls_handle);
}

static conversation_t *conversation_of(const packet_info *pinfo, tvbuff_t *tvb)
{
    return find_conversation(pinfo->num, &pinfo->src, &pinfo->dst, CONVERSATION_TCP, tvb_get_ntohs(tvb, 0),
                             tvb_get_ntohs(tvb, 2), 0);
}

/* Lines that are no TLS any more: CCC, or a handshake that was refused. */
static void claim_lines_behind_tls(const struct store *store, tvbuff_t *tvb, const packet_info *pinfo)
{
    enum { PORTS = 4 };

    if (tvb_captured_length(tvb) < PORTS || !store_line_read(store, pinfo->num))
        return;
    conversation_t *conversation = conversation_of(pinfo, tvb);
    if (conversation != NULL && tls_handle != NULL &&
        conversation_get_dissector(conversation, pinfo->num) == tls_handle)
        conversation_set_dissector_from_frame_number(conversation, pinfo->num, control_handle);
}

/* ---- data connections ---- */

/* TLS has guessed what it is: what it has taken apart by now stays its own, and it is not told to begin. */
static void claim_tls(struct flow *flow, uint32_t frame)
{
    flow->looked_for_tls = flow->tls_data = true;
    store_tls_data(store_get());
    conversation_set_dissector_from_frame_number(flow->conversation, frame + 1, data_handle);
}

static void claim_data(struct flow *flow, uint32_t frame)
{
    dissector_handle_t other = conversation_get_dissector(flow->conversation, frame);

    if (other != NULL && other == tls_handle)
        claim_tls(flow, frame);
    else if (other != data_handle)
        conversation_set_dissector(flow->conversation, data_handle);
}

/* Whoever says what a port is knows better. */
static bool is_decoded_as(uint32_t port)
{
    return dissector_get_uint_handle(tcp_ports, port) != dissector_get_default_uint_handle("tcp.port", port) &&
           !control_has_port((uint16_t)port);
}

/* At a SYN TCP decides whether another conversation begins. */
static bool has_payload_only(tvbuff_t *tvb)
{
    struct segment segment;

    return segment_read(tvb, &segment) && segment.reported > 0 && (segment.flags & SEGMENT_SYN) == 0;
}

/* Data whose SYN we did not see, or whose announcement was read after it: this packet's are ours already. The built-in
 * dissector has made a conversation for what was announced. */
static void claim_data_now(struct flow *flow, tvbuff_t *tvb, const packet_info *pinfo)
{
    if (flow->claimed || !has_payload_only(tvb) || is_decoded_as(tvb_get_ntohs(tvb, 0)) ||
        is_decoded_as(tvb_get_ntohs(tvb, 2)))
        return;
    conversation_t *conversation = conversation_of(pinfo, tvb);
    if (conversation == NULL)
        return;
    packets_keep_flow(conversation, flow);
    claim_data(flow, pinfo->num);
    flow->claimed = true;
}

/* ---- each packet ---- */

void claim_before(struct store *store, tvbuff_t *tvb, packet_info *pinfo)
{
    struct flow *flow = store_flow(store, pinfo->num);

    if (flow != NULL && flow->tls)
        claim_lines_behind_tls(store, tvb, pinfo);
    if (flow != NULL && flow->role == PIPELINE_ROLE_DATA)
        claim_data_now(flow, tvb, pinfo);
}

/* What turned out to be FTP's gets our dissector, of which its next packet makes use. */
void claim_behind(struct store *store, packet_info *pinfo)
{
    struct flow *flow = store_flow(store, pinfo->num);

    if (flow == NULL || flow->claimed || is_decoded_as(pinfo->srcport) || is_decoded_as(pinfo->destport))
        return;
    if (!packets_attach_flow(pinfo, flow))
        return;
    if (flow->role == PIPELINE_ROLE_DATA) {
        claim_data(flow, pinfo->num);
        flow->claimed = true;
    } else if (store_line_read(store, pinfo->num)) {
        claim_control(pinfo, flow);
        flow->claimed = true;
    }
}

void claim_handoff(void)
{
    tcp_ports = find_dissector_table("tcp.port");
    control_handle = find_dissector("ftpscope");
    data_handle = find_dissector("ftpscope_data");
    tls_handle = find_dissector("tls");
}
