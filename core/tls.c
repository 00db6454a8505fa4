/* tls.c - tells a TLS record from FTP text. */
#include "core/internal.h"

enum {
    TLS_HEADER = 5,
    TLS_TYPE_MIN = 20,  /* change_cipher_spec */
    TLS_TYPE_DATA = 23, /* application_data */
    TLS_TYPE_MAX = 24,  /* heartbeat, RFC 6520 */
    TLS_VERSION_MINOR_MAX = 4,
    TLS_FRAGMENT_MAX = 16384 + 2048, /* RFC 5246 section 6.2.3; TLS 1.3 allows less */
};

/* Byte i of the header, on its own. */
static bool header_fits(uint8_t byte, size_t i)
{
    if (i == 0)
        return byte >= TLS_TYPE_MIN && byte <= TLS_TYPE_MAX;
    if (i == 1)
        return byte == 3;
    if (i == 2)
        return byte <= TLS_VERSION_MINOR_MAX;
    return i != 3 || byte <= TLS_FRAGMENT_MAX >> 8;
}

size_t fsc_tls_record(struct fsc_span in, uint8_t *type)
{
    size_t length = 0;

    if (type != NULL)
        *type = 0;
    for (size_t i = 0; i < in.n && i < TLS_HEADER; i++)
        if (!header_fits(in.p[i], i))
            return FSC_TLS_NOT;
    if (in.n < TLS_HEADER)
        return 0;
    length = (size_t)in.p[3] << 8 | in.p[4];
    /* RFC 8446 section 5.1: only application data may be empty. */
    if (length > TLS_FRAGMENT_MAX || (length == 0 && in.p[0] != TLS_TYPE_DATA))
        return FSC_TLS_NOT;
    if (type != NULL)
        *type = in.p[0];
    return TLS_HEADER + length;
}
