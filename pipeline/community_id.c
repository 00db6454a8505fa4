/* community_id.c - Community ID v1 of a TCP connection (the published flow hash that Zeek, Suricata and others print).
 */
#include <glib.h>
#include <string.h>

#include "pipeline/internal.h"

static size_t addr_len(const struct fsc_addr *a)
{
    return a->kind == FSC_ADDR_V4 ? 4 : 16;
}

static size_t put_endpoint_order(const struct fsc_endpoint *a, const struct fsc_endpoint *b)
{
    size_t len = addr_len(&a->addr);
    int order = memcmp(a->addr.bytes, b->addr.bytes, len);

    return order < 0 || (order == 0 && a->port < b->port);
}

void community_id(const struct fsc_endpoint *a, const struct fsc_endpoint *b, char *out, size_t cap)
{
    const struct fsc_endpoint *low = put_endpoint_order(a, b) ? a : b, *high = low == a ? b : a;
    size_t len = addr_len(&low->addr);
    guint8 input[2 + 32 + 2 + 4] = {0, 0}; /* seed 0 */
    guint8 digest[20];
    gsize digest_len = sizeof(digest), n = 2;

    memcpy(input + n, low->addr.bytes, len);
    n += len;
    memcpy(input + n, high->addr.bytes, len);
    n += len;
    input[n++] = 6; /* TCP */
    input[n++] = 0;
    input[n++] = (guint8)(low->port >> 8);
    input[n++] = (guint8)low->port;
    input[n++] = (guint8)(high->port >> 8);
    input[n++] = (guint8)high->port;
    GChecksum *sha1 = g_checksum_new(G_CHECKSUM_SHA1);
    g_checksum_update(sha1, input, (gssize)n);
    g_checksum_get_digest(sha1, digest, &digest_len);
    g_checksum_free(sha1);
    char *text = g_base64_encode(digest, digest_len);
    g_snprintf(out, (gulong)cap, "1:%s", text);
    g_free(text);
}
