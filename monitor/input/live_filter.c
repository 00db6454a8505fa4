/*
 * live_filter.c - programs of libpcap, joined into one. A program says with its `ret` how many bytes are wanted, and
 * libpcap compiles one number for all: here each part gets its own, and goes on with the next part where it says no.
 *
 * What is behind VLAN tags is found by hand: the part for IP, moved behind what comes before it. libpcap's own word for
 * it, `vlan`, finds a tag either where the kernel keeps it or in the frame; a frame that is seen on its way out may
 * have it in either place, and cooked links know no such word at all.
 */
#include "monitor/input/live_filter.h"

#include "monitor/input/live_capture.h"

enum { TAGS_MAX = 2, TAG_LEN = 4, TYPE_IPV4 = 0x0800, TYPE_IPV6 = 0x86dd };
enum { STEPS_MAX = 4096 }; /* the kernel's BPF_MAXINSNS */

static const uint16_t tag_types[] = {0x8100 /* 802.1Q */, 0x88a8 /* 802.1ad */, 0x9100 /* before there was a number */};

/* Where the type of what follows stands, and where that begins; no type: IP at once. */
static const struct link_head {
    int dlt, type, payload;
} link_heads[] = {{DLT_EN10MB, 12, 14}, {DLT_LINUX_SLL, 14, 16}, {DLT_LINUX_SLL2, 0, 20}, {DLT_RAW, -1, 0}};

static const uint16_t usual_ports[] = {21, 990};

/* Linux makes no IPv6 header before TCP but that of a fragment, and one that tells of a segment above 64 KiB. */
static const char heads_expression[] =
    "tcp or icmp or icmp6 or udp src port 53 or ((ip6[6] == 0 or ip6[6] == 43 or ip6[6] == 60) and ip6[40] == 6)";

/* Fragments behind the first have no ports. tcp[] means nothing in IPv6, and `port` nothing in its fragments. */
static char *whole_expression(const uint16_t *ports, size_t count)
{
    GString *all = g_string_new(NULL), *in_fragments = g_string_new(NULL);

    if (count == 0) {
        ports = usual_ports;
        count = G_N_ELEMENTS(usual_ports);
    }
    for (size_t i = 0; i < count; i++) {
        g_string_append_printf(all, "tcp port %u or ", ports[i]);
        g_string_append_printf(in_fragments, " or ip6[48:2] == %u or ip6[50:2] == %u", ports[i], ports[i]);
    }
    g_string_append_printf(all,
                           "(ip proto 6 and ip[6:2] & 0x1fff != 0) or "
                           "(ip6[6] == 44 and ip6[40] == 6 and (ip6[42:2] & 0xfff8 != 0%s))",
                           in_fragments->str);
    g_string_free(in_fragments, TRUE);
    return g_string_free(all, FALSE);
}

char *live_filter_text(const uint16_t *ports, size_t port_count)
{
    char *whole = whole_expression(ports, port_count);
    char *text = g_strdup_printf("whole: %s\nfirst %d bytes: %s\nboth also behind one or two VLAN tags\n", whole,
                                 LIVE_SNAP_HEAD, heads_expression);

    g_free(whole);
    return text;
}

static void add(GArray *program, uint16_t code, uint8_t yes, uint8_t no, uint32_t k)
{
    struct bpf_insn insn = {code, yes, no, k};
    g_array_append_val(program, insn);
}

/* NULL: pcap_geterr says why. */
static GArray *compile(pcap_t *handle, const char *expression)
{
    struct bpf_program compiled;

    if (pcap_compile(handle, &compiled, expression, 1, PCAP_NETMASK_UNKNOWN) != 0)
        return NULL;
    GArray *program = g_array_new(FALSE, FALSE, sizeof(struct bpf_insn));
    g_array_append_vals(program, compiled.bf_insns, compiled.bf_len);
    pcap_freecode(&compiled);
    return program;
}

static bool loads_from_frame(uint16_t code)
{
    return (BPF_CLASS(code) == BPF_LD && (BPF_MODE(code) == BPF_ABS || BPF_MODE(code) == BPF_IND)) ||
           (BPF_CLASS(code) == BPF_LDX && BPF_MODE(code) == BPF_MSH);
}

/* Takes `part` over, with what it looks at `offset` bytes further on. What it refuses goes on behind it. Only `ja` has
 * the room to go far: the jumps of comparisons have eight bits. */
static void add_part(GArray *program, const GArray *part, size_t snap_len, int offset)
{
    for (guint i = 0; i < part->len; i++) {
        struct bpf_insn insn = g_array_index(part, struct bpf_insn, i);
        if (loads_from_frame(insn.code))
            insn.k += (uint32_t)offset;
        if (insn.code == (BPF_RET | BPF_K) && insn.k != 0)
            insn.k = (uint32_t)snap_len;
        else if (insn.code == (BPF_RET | BPF_K))
            insn = (struct bpf_insn){BPF_JMP | BPF_JA, 0, 0, part->len - i - 1};
        g_array_append_val(program, insn);
    }
}

struct parts {
    GArray *whole, *heads;
    size_t whole_len, head_len, other_len; /* other_len: of what neither takes, 0: not at all */
};

static void add_parts(GArray *program, const struct parts *parts, int offset)
{
    add_part(program, parts->whole, parts->whole_len, offset);
    add_part(program, parts->heads, parts->head_len, offset);
    add(program, BPF_RET | BPF_K, 0, 0, (uint32_t)parts->other_len);
}

/* From a type field on: IP, or a tag (which leads behind this, by a jump that is long enough), or neither. */
static void add_behind_type(GArray *program, const struct parts *parts, int type, int payload, bool tags)
{
    enum { TAG_TYPES = G_N_ELEMENTS(tag_types) };
    guint jump = 0;

    add(program, BPF_LD | BPF_H | BPF_ABS, 0, 0, (uint32_t)type);
    if (tags) {
        for (unsigned i = 0; i < TAG_TYPES; i++)
            add(program, BPF_JMP | BPF_JEQ | BPF_K, (uint8_t)(TAG_TYPES - 1 - i), i + 1 == TAG_TYPES, tag_types[i]);
        jump = program->len;
        add(program, BPF_JMP | BPF_JA, 0, 0, 0);
    }
    add(program, BPF_JMP | BPF_JEQ | BPF_K, 2, 0, TYPE_IPV4);
    add(program, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, TYPE_IPV6);
    add(program, BPF_RET | BPF_K, 0, 0, (uint32_t)parts->other_len);
    add_parts(program, parts, payload);
    if (tags)
        g_array_index(program, struct bpf_insn, jump).k = program->len - jump - 1;
}

static void add_link(GArray *program, const struct parts *parts, const struct link_head *head)
{
    if (head->type < 0) {
        add_parts(program, parts, head->payload);
        return;
    }
    add_behind_type(program, parts, head->type, head->payload, true);
    /* A tag is two bytes of numbers and the type of what follows: the types of all further levels precede their
     * payload. */
    for (int tags = 1; tags <= TAGS_MAX; tags++) {
        int payload = head->payload + tags * TAG_LEN;
        add_behind_type(program, parts, payload - 2, payload, tags < TAGS_MAX);
    }
}

static const struct link_head *head_of(pcap_t *handle)
{
    for (size_t i = 0; i < G_N_ELEMENTS(link_heads); i++)
        if (link_heads[i].dlt == pcap_datalink(handle))
            return &link_heads[i];
    return NULL;
}

static void free_parts(struct parts *parts)
{
    if (parts->whole != NULL)
        g_array_free(parts->whole, TRUE);
    if (parts->heads != NULL)
        g_array_free(parts->heads, TRUE);
}

static bool compile_parts(pcap_t *handle, const struct live_filter *filter, struct parts *parts, char **message)
{
    char *whole = whole_expression(filter->ports, filter->port_count);

    parts->whole = compile(handle, whole);
    parts->heads = compile(handle, heads_expression);
    g_free(whole);
    if (parts->whole != NULL && parts->heads != NULL)
        return true;
    *message = g_strdup_printf("no filter for link type %s: %s", pcap_datalink_val_to_name(pcap_datalink(handle)),
                               pcap_geterr(handle));
    return false;
}

/* How much of a frame is wanted, for any link type: those that have no line in link_heads go without VLAN tags. */
static bool add_snapping(GArray *program, pcap_t *handle, const struct live_filter *filter, char **message)
{
    const struct link_head *head = head_of(handle);
    pcap_t *raw = head != NULL ? pcap_open_dead(DLT_RAW, LIVE_SNAP_MAX) : NULL;
    size_t all = filter->snap_len;
    struct parts parts = {.whole_len = all != 0 ? all : LIVE_SNAP_MAX, .head_len = all != 0 ? all : LIVE_SNAP_HEAD};

    parts.other_len = program->len > 0 ? parts.whole_len : 0;
    bool good = compile_parts(raw != NULL ? raw : handle, filter, &parts, message);
    if (good && raw != NULL)
        add_link(program, &parts, head);
    else if (good)
        add_parts(program, &parts, 0);
    free_parts(&parts);
    if (raw != NULL)
        pcap_close(raw);
    return good;
}

/* What it takes goes on behind it. */
static bool add_users(GArray *program, pcap_t *handle, const char *expression, char **message)
{
    GArray *users = compile(handle, expression);

    if (users == NULL) {
        *message = g_strdup_printf("filter \"%s\": %s", expression, pcap_geterr(handle));
        return false;
    }
    for (guint i = 0; i < users->len; i++) {
        struct bpf_insn insn = g_array_index(users, struct bpf_insn, i);
        if (insn.code == (BPF_RET | BPF_K) && insn.k != 0)
            insn = (struct bpf_insn){BPF_JMP | BPF_JA, 0, 0, users->len - i - 1};
        g_array_append_val(program, insn);
    }
    g_array_free(users, TRUE);
    return true;
}

GArray *live_filter_compile(pcap_t *handle, const struct live_filter *filter, char **message)
{
    GArray *program = g_array_new(FALSE, FALSE, sizeof(struct bpf_insn));
    bool users = filter->expression != NULL && filter->expression[0] != '\0';
    bool good = !users || add_users(program, handle, filter->expression, message);

    good = good && add_snapping(program, handle, filter, message);
    if (good && program->len > STEPS_MAX) {
        *message = g_strdup_printf("the filter makes a program of %u steps, and the kernel takes %d at most",
                                   program->len, STEPS_MAX);
        good = false;
    }
    if (good)
        return program;
    g_array_free(program, TRUE);
    return NULL;
}
