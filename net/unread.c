/* unread.c - what was not read and may hide connections: counted by kind and number, told in words. */
#include "net/internal.h"

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = NET_UNREAD_MAX - 1 };

/* Of a full table: what is frequent comes again, and stays. */
static struct net_unread *rarest(struct net_unread_table *table)
{
    struct net_unread *found = table->row;
    for (size_t i = 1; i < ROWS; i++)
        if (table->row[i].packets < found->packets)
            found = &table->row[i];
    return found;
}

void net_unread_count(struct net_unread_table *table, const struct net_unread *unread)
{
    for (size_t i = 0; i < table->count; i++) {
        struct net_unread *row = &table->row[i];
        if (row->kind == unread->kind && row->number == unread->number) {
            row->packets++;
            return;
        }
    }
    struct net_unread *place = table->count < ROWS ? &table->row[table->count++] : rarest(table);
    table->rest += place->packets;
    *place = (struct net_unread){unread->kind, unread->number, 1};
}

static int compare(const void *a, const void *b)
{
    const struct net_unread *left = a, *right = b;
    if (left->packets != right->packets)
        return left->packets > right->packets ? -1 : 1;
    if (left->kind != right->kind)
        return left->kind < right->kind ? -1 : 1;
    return left->number < right->number ? -1 : left->number > right->number;
}

size_t net_unread_list(const struct net_unread_table *table, struct net_unread *out, size_t cap)
{
    struct net_unread all[NET_UNREAD_MAX];
    size_t count = table->count;
    memcpy(all, table->row, count * sizeof(*all));
    qsort(all, count, sizeof(*all), compare);
    if (table->rest > 0)
        all[count++] = (struct net_unread){NET_UNREAD_REST, 0, table->rest};
    memcpy(out, all, MIN(count, cap) * sizeof(*all));
    return count;
}

/* ---- in words ---- */

static const char *ethertype_name(uint32_t number)
{
    switch (number) {
#define NET_ETHERTYPE(number, layer, name)                                                                             \
    case number:                                                                                                       \
        return name;
#include "net/layers.def"
    default:
        return NULL;
    }
}

static const char *protocol_name(uint32_t number)
{
    switch (number) {
#define NET_PROTOCOL(number, layer, name)                                                                              \
    case number:                                                                                                       \
        return name;
#include "net/layers.def"
    default:
        return NULL;
    }
}

static const char *ppp_name(uint32_t number)
{
    switch (number) {
#define NET_PPP(number, layer, name)                                                                                   \
    case number:                                                                                                       \
        return name;
#include "net/layers.def"
    default:
        return NULL;
    }
}

enum digits { DIGITS_NONE, DIGITS_DECIMAL, DIGITS_HEX };

static const struct {
    const char *text;
    enum digits digits;
    const char *(*name)(uint32_t number);
} words[] = {
    [NET_UNREAD_LINK] = {"link type", DIGITS_DECIMAL, NULL},
    [NET_UNREAD_ETHERTYPE] = {"Ethernet type", DIGITS_HEX, ethertype_name},
    [NET_UNREAD_PROTOCOL] = {"IP protocol", DIGITS_DECIMAL, protocol_name},
    [NET_UNREAD_GRE] = {"GRE payload", DIGITS_HEX, ethertype_name},
    [NET_UNREAD_PPP] = {"PPP protocol", DIGITS_HEX, ppp_name},
    [NET_UNREAD_NSH] = {"NSH protocol", DIGITS_DECIMAL, NULL},
    [NET_UNREAD_MPLS] = {"MPLS payload", DIGITS_NONE, NULL},
    [NET_UNREAD_L2TP] = {"L2TP version 3", DIGITS_NONE, NULL},
    [NET_UNREAD_WLAN_ENCRYPTED] = {"encrypted 802.11", DIGITS_NONE, NULL},
    [NET_UNREAD_WLAN_FRAGMENT] = {"fragmented 802.11", DIGITS_NONE, NULL},
    [NET_UNREAD_WLAN_AGGREGATE] = {"aggregated 802.11 (A-MSDU)", DIGITS_NONE, NULL},
    [NET_UNREAD_DEPTH] = {"more headers than are followed", DIGITS_NONE, NULL},
    [NET_UNREAD_REST] = {"other kinds", DIGITS_NONE, NULL},
};

const char *net_unread_describe(const struct net_unread *unread, char *buf, size_t cap)
{
    char number[16] = "";
    const char *name = words[unread->kind].name != NULL ? words[unread->kind].name(unread->number) : NULL;
    if (words[unread->kind].digits == DIGITS_DECIMAL)
        snprintf(number, sizeof(number), " %u", unread->number);
    if (words[unread->kind].digits == DIGITS_HEX)
        snprintf(number, sizeof(number), " 0x%04x", unread->number);
    if (name != NULL)
        snprintf(buf, cap, "%s%s (%s)", words[unread->kind].text, number, name);
    else
        snprintf(buf, cap, "%s%s", words[unread->kind].text, number);
    return buf;
}
