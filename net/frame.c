/* frame.c - one captured frame to struct net_packet. Checksums are never looked at: offload leaves them wrong. */
#include "net/internal.h"
#include "net/layers.h"

#include <string.h>

/* More than any network stacks; a frame that goes on is made to keep us busy. */
enum { HEADERS_MAX = 32 };

enum { PROTOCOL_TCP = 6, PROTOCOL_ICMPV6 = 58 };

static enum net_step (*const strips[NET_LAYER_COUNT])(struct net_walk *walk) = {
    [NET_LAYER_IP] = net_strip_ip,
    [NET_LAYER_IP_UPPER] = net_strip_ip_upper,
    [NET_LAYER_ETHERNET] = net_strip_ethernet,
    [NET_LAYER_DSA] = net_strip_dsa,
    [NET_LAYER_DSA_PREPEND] = net_strip_dsa_prepend,
    [NET_LAYER_SLL] = net_strip_sll,
    [NET_LAYER_SLL2] = net_strip_sll2,
    [NET_LAYER_FAMILY] = net_strip_family,
    [NET_LAYER_ENC] = net_strip_enc,
    [NET_LAYER_FDDI] = net_strip_fddi,
    [NET_LAYER_TOKEN_RING] = net_strip_token_ring,
    [NET_LAYER_IP_OVER_FC] = net_strip_ip_over_fc,
    [NET_LAYER_IPNET] = net_strip_ipnet,
    [NET_LAYER_NFLOG] = net_strip_nflog,
    [NET_LAYER_PPI] = net_strip_ppi,
    [NET_LAYER_PKTAP] = net_strip_pktap,
    [NET_LAYER_TAG_4] = net_strip_tag_4,
    [NET_LAYER_TAG_6] = net_strip_tag_6,
    [NET_LAYER_TAG_8] = net_strip_tag_8,
    [NET_LAYER_LLC] = net_strip_llc,
    [NET_LAYER_NLPID] = net_strip_nlpid,
    [NET_LAYER_BACKBONE] = net_strip_backbone,
    [NET_LAYER_MACSEC] = net_strip_macsec,
    [NET_LAYER_MPLS] = net_strip_mpls,
    [NET_LAYER_NSH] = net_strip_nsh,
    [NET_LAYER_ETHERTYPE] = net_strip_ethertype,
    [NET_LAYER_PPP] = net_strip_ppp,
    [NET_LAYER_PPPOE] = net_strip_pppoe,
    [NET_LAYER_PPP_DIRECTION] = net_strip_ppp_direction,
    [NET_LAYER_HDLC] = net_strip_hdlc,
    [NET_LAYER_FRAME_RELAY] = net_strip_frame_relay,
    [NET_LAYER_WLAN] = net_strip_wlan,
    [NET_LAYER_RADIOTAP] = net_strip_radiotap,
    [NET_LAYER_PRISM] = net_strip_prism,
    [NET_LAYER_AVS] = net_strip_avs,
    [NET_LAYER_JUNIPER_ETHERNET] = net_strip_juniper_ethernet,
    [NET_LAYER_JUNIPER_PPP] = net_strip_juniper_ppp,
    [NET_LAYER_JUNIPER_FRAME_RELAY] = net_strip_juniper_frame_relay,
    [NET_LAYER_JUNIPER_HDLC] = net_strip_juniper_hdlc,
    [NET_LAYER_JUNIPER_ETHERTYPE] = net_strip_juniper_ethertype,
    [NET_LAYER_GRE] = net_strip_gre,
    [NET_LAYER_ERSPAN_II] = net_strip_erspan_ii,
    [NET_LAYER_ERSPAN_III] = net_strip_erspan_iii,
    [NET_LAYER_WCCP] = net_strip_wccp,
    [NET_LAYER_ETHERIP] = net_strip_etherip,
    [NET_LAYER_UDP] = net_strip_udp,
};

static enum net_kind kind_of(enum net_step step)
{
    return step == NET_STEP_SHORT ? NET_KIND_SHORT : NET_KIND_MALFORMED;
}

/* ---- what counts ---- */

/* Only tells copies of one packet from other packets of its flow, within milliseconds; on the path of every packet. */
static uint64_t hash_word(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 32;
}

static uint64_t hash_bytes(uint64_t hash, const uint8_t *p, size_t n)
{
    uint64_t word = 0;

    for (; n > sizeof(word); p += sizeof(word), n -= sizeof(word)) {
        memcpy(&word, p, sizeof(word));
        hash = hash_word(hash, word);
    }
    word = 0;
    memcpy(&word, p, n);
    return hash_word(hash, word);
}

/* Everything of the TCP header but the checksum, which a router or a card that offloads may fill in between two copies;
 * and nothing of outer headers: one copy may have been captured inside a tunnel. */
static uint32_t header_hash(const uint8_t *header, struct fsc_span options, const struct net_packet *packet)
{
    uint64_t hash = hash_word(0, (uint64_t)packet->ip_id << 32 | packet->payload_len);

    hash = hash_bytes(hash, header, 16);
    hash = hash_word(hash, net_be16(header + 18));
    if (options.n > 0)
        hash = hash_bytes(hash, options.p, options.n);
    return (uint32_t)hash;
}

static enum net_kind decode_tcp(struct net_cursor *cursor, const struct net_ip *ip, struct net_packet *out)
{
    const uint8_t *h;
    enum net_step step = net_cursor_take(cursor, 20, &h);
    if (step != NET_STEP_OK)
        return kind_of(step);
    size_t options_len = (size_t)(h[12] >> 4) * 4;
    if (options_len < 20 || options_len - 20 > cursor->wire)
        return NET_KIND_MALFORMED;
    options_len -= 20;
    /* Options cut by the snap length do not matter: the lengths are known without them. */
    struct fsc_span options = {cursor->p, cursor->n < options_len ? cursor->n : options_len};
    size_t payload_len = cursor->wire - options_len;
    out->from = (struct fsc_endpoint){ip->from, net_be16(h)};
    out->to = (struct fsc_endpoint){ip->to, net_be16(h + 2)};
    out->ttl = ip->ttl;
    out->ip_id = ip->id;
    out->seq = net_be32(h + 4);
    out->ack = net_be32(h + 8);
    out->flags = h[13] & (NET_FIN | NET_SYN | NET_RST | NET_PSH | NET_ACK | NET_URG);
    out->window = net_be16(h + 14);
    out->payload.p = cursor->p + options.n;
    out->payload.n = cursor->n - options.n;
    out->payload_len = payload_len > UINT32_MAX ? UINT32_MAX : (uint32_t)payload_len;
    out->header_hash = header_hash(h, options, out);
    return NET_KIND_TCP;
}

/* Errors only: a redirect or a source quench does not end a connection attempt. */
static bool is_icmp_error(bool v6, uint8_t type)
{
    return v6 ? type >= 1 && type <= 4 : type == 3 || type == 11 || type == 12;
}

/* The quotation is a datagram cut anywhere; 8 bytes of TCP (ports and sequence number) are all that RFC 792 promises.
 */
static enum net_kind decode_icmp(struct net_walk *walk, struct net_packet *out)
{
    const uint8_t *h, *tcp;
    enum net_step step = net_cursor_take(&walk->cursor, 8, &h);
    if (step != NET_STEP_OK)
        return kind_of(step);
    bool v6 = walk->ip.protocol == PROTOCOL_ICMPV6;
    if (!is_icmp_error(v6, h[0]))
        return NET_KIND_OTHER;
    struct net_ip quoted;
    step = net_strip_quoted(&walk->cursor, &quoted);
    if (step != NET_STEP_OK)
        return kind_of(step);
    if (quoted.protocol != PROTOCOL_TCP || !quoted.first_part)
        return NET_KIND_OTHER;
    step = net_cursor_take(&walk->cursor, 8, &tcp);
    if (step != NET_STEP_OK)
        return kind_of(step);
    out->from = (struct fsc_endpoint){quoted.from, net_be16(tcp)};
    out->to = (struct fsc_endpoint){quoted.to, net_be16(tcp + 2)};
    out->seq = net_be32(tcp + 4);
    out->icmp_type = h[0];
    out->icmp_code = h[1];
    out->icmp_v6 = v6;
    out->icmp_from = walk->ip.from;
    return NET_KIND_ICMP;
}

/* ---- the walk ---- */

static enum net_kind walk_on(struct net_walk *walk, struct net_packet *out)
{
    for (int headers = 0; walk->next > NET_LAYER_LAST_END; headers++) {
        if (headers == HEADERS_MAX) {
            net_walk_unread(walk, NET_UNREAD_DEPTH, HEADERS_MAX);
            break;
        }
        enum net_step step = strips[walk->next](walk);
        if (step != NET_STEP_OK)
            return kind_of(step);
    }
    if (walk->next == NET_LAYER_TCP)
        return decode_tcp(&walk->cursor, &walk->ip, out);
    if (walk->next == NET_LAYER_ICMP)
        return decode_icmp(walk, out);
    if (walk->next == NET_LAYER_FRAGMENT)
        return NET_KIND_FRAGMENT;
    if (walk->next != NET_LAYER_UNREAD)
        return NET_KIND_OTHER;
    out->unread = walk->unread;
    return NET_KIND_UNREAD;
}

/* What net_fragments_take needs. */
static void part_of(const struct net_walk *walk, struct net_part *part)
{
    part->ip = walk->ip;
    part->bytes = walk->cursor;
}

void net_frame_begin(int linktype, struct fsc_span captured, size_t wire_len, struct net_packet *out,
                     struct net_part *part)
{
    struct net_walk walk;
    memset(out, 0, sizeof(*out));
    /* Files exist whose wire length is smaller than what they hold. */
    walk.cursor = (struct net_cursor){captured.p, captured.n, wire_len > captured.n ? wire_len : captured.n};
    walk.padded = false;
    net_next_link(&walk, linktype);
    out->kind = walk_on(&walk, out);
    if (out->kind == NET_KIND_FRAGMENT)
        part_of(&walk, part);
}

void net_frame_continue(struct net_packet *out, struct net_part *part)
{
    struct net_walk walk = {.cursor = part->bytes, .next = NET_LAYER_IP_UPPER, .ip = part->ip};
    memset(out, 0, sizeof(*out));
    out->kind = walk_on(&walk, out);
    if (out->kind == NET_KIND_FRAGMENT)
        part_of(&walk, part);
}

void net_datagram_decode(const struct net_datagram *datagram, struct net_packet *out)
{
    struct net_cursor cursor = {datagram->captured.p, datagram->captured.n, datagram->wire_len};
    struct net_ip ip = {.from = datagram->from,
                        .to = datagram->to,
                        .protocol = datagram->protocol,
                        .ttl = datagram->ttl,
                        .id = datagram->id,
                        .first_part = true};

    memset(out, 0, sizeof(*out));
    if (datagram->protocol == PROTOCOL_TCP) {
        out->kind = decode_tcp(&cursor, &ip, out);
        return;
    }
    struct net_walk walk = {.cursor = cursor, .next = NET_LAYER_IP_UPPER, .ip = ip};
    out->kind = walk_on(&walk, out);
}

void net_frame_decode(int linktype, struct fsc_span captured, size_t wire_len, struct net_packet *out)
{
    struct net_part part;
    net_frame_begin(linktype, captured, wire_len, out, &part);
}
