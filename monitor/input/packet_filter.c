/* packet_filter.c - one compiled program for each link type that occurs. */
#include "monitor/input/packet_filter.h"

#include <glib.h>
#include <pcap/pcap.h>

enum { SNAP_LEN = 262144 };

struct program {
    struct bpf_program bpf;
    char *error; /* not NULL: it has no meaning for this link type */
    uint64_t left_out;
};

struct packet_filter {
    char *expression;
    GHashTable *programs; /* link type -> struct program */
    struct program *last; /* of the frame before: nearly always the one wanted */
    int last_linktype;
};

/* The numbers that files have differ from those of the library where systems disagreed. */
static const struct {
    int linktype, dlt;
} differing[] = {{100, DLT_ATM_RFC1483}, {101, DLT_RAW},      {102, DLT_SLIP_BSDOS},
                 {103, DLT_PPP_BSDOS},   {106, DLT_ATM_CLIP}, {109, DLT_ENC}};

int linktype_of(int dlt)
{
    for (size_t i = 0; i < G_N_ELEMENTS(differing); i++)
        if (differing[i].dlt == dlt)
            return differing[i].linktype;
    return dlt;
}

static int dlt_of(int linktype)
{
    for (size_t i = 0; i < G_N_ELEMENTS(differing); i++)
        if (differing[i].linktype == linktype)
            return differing[i].dlt;
    return linktype;
}

const char *linktype_name(int linktype)
{
    return pcap_datalink_val_to_name(dlt_of(linktype));
}

static void free_program(gpointer item)
{
    struct program *program = item;

    if (program->error == NULL)
        pcap_freecode(&program->bpf);
    g_free(program->error);
    g_free(program);
}

static struct program *compile(const char *expression, int linktype)
{
    struct program *program = g_new0(struct program, 1);
    pcap_t *dead = pcap_open_dead(dlt_of(linktype), SNAP_LEN);

    if (dead == NULL)
        program->error = g_strdup("no memory");
    else if (pcap_compile(dead, &program->bpf, expression, 1, PCAP_NETMASK_UNKNOWN) != 0)
        program->error = g_strdup(pcap_geterr(dead));
    if (dead != NULL)
        pcap_close(dead);
    return program;
}

static struct program *program_for(struct packet_filter *filter, int linktype)
{
    if (filter->last != NULL && filter->last_linktype == linktype)
        return filter->last;
    struct program *program = g_hash_table_lookup(filter->programs, GINT_TO_POINTER(linktype));
    if (program == NULL) {
        program = compile(filter->expression, linktype);
        g_hash_table_insert(filter->programs, GINT_TO_POINTER(linktype), program);
    }
    filter->last = program;
    filter->last_linktype = linktype;
    return program;
}

/* "wlan type data" means nothing on Ethernet, "vlan" nothing on raw IP: one that has a meaning somewhere is good. */
struct packet_filter *packet_filter_new(const char *expression, char **message)
{
    static const int usual[] = {1 /* Ethernet */, 127 /* 802.11 with radiotap */, 113 /* Linux cooked */,
                                101 /* raw IP */};
    struct packet_filter *filter = g_new0(struct packet_filter, 1);

    filter->expression = g_strdup(expression);
    filter->programs = g_hash_table_new_full(NULL, NULL, NULL, free_program);
    for (size_t i = 0; i < G_N_ELEMENTS(usual); i++)
        if (program_for(filter, usual[i])->error == NULL)
            return filter;
    *message = g_strdup_printf("filter \"%s\": %s", expression, program_for(filter, usual[0])->error);
    packet_filter_free(&filter);
    return NULL;
}

bool packet_filter_matches(struct packet_filter *filter, int linktype, struct fsc_span captured, size_t wire_len)
{
    struct program *program = program_for(filter, linktype);
    struct pcap_pkthdr header = {.caplen = (bpf_u_int32)captured.n, .len = (bpf_u_int32)MIN(wire_len, G_MAXUINT32)};

    if (program->error == NULL)
        return pcap_offline_filter(&program->bpf, &header, captured.p) != 0;
    program->left_out++;
    return false;
}

char *packet_filter_complaint(const struct packet_filter *filter)
{
    GHashTableIter iter;
    gpointer key, value;
    GString *all = g_string_new(NULL);

    g_hash_table_iter_init(&iter, filter->programs);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        const struct program *program = value;
        if (program->left_out > 0)
            g_string_append_printf(
                all, "%sfilter \"%s\" has no meaning for link type %d (%s): %" G_GUINT64_FORMAT " packets are left out",
                all->len > 0 ? "; " : "", filter->expression, GPOINTER_TO_INT(key), program->error, program->left_out);
    }
    return g_string_free(all, all->len == 0);
}

void packet_filter_free(struct packet_filter **filter)
{
    struct packet_filter *f = *filter;

    if (f == NULL)
        return;
    g_hash_table_destroy(f->programs);
    g_free(f->expression);
    g_free(f);
    *filter = NULL;
}
