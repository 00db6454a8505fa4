/* flow.c - the table of connections: open addressing with a seeded hash, and three lists in order of last use; and the
 * list of those that wait for time to pass. */
#include "net/internal.h"

#include <glib.h>
#include <stddef.h>
#include <string.h>

enum { SLOTS_FIRST = 1024 };

/* Where pointers are of another size, more lines are needed. */
#define BEGINS_LINE(member)                                                                                            \
    _Static_assert(sizeof(void *) != 8 || offsetof(struct net_entry, member) % NET_CACHE_LINE == 0, #member)
BEGINS_LINE(flow.half);
BEGINS_LINE(key);
BEGINS_LINE(tracker);
BEGINS_LINE(tracker.recent);

static uint32_t key_hash(const struct net_table *table, const struct net_key *key)
{
    return net_hash(&table->hash, key->word, key->word[4] == 0 ? NET_KEY_V4_WORDS : G_N_ELEMENTS(key->word));
}

static uint64_t endpoint_v4(const struct fsc_endpoint *e)
{
    uint32_t addr;
    memcpy(&addr, e->addr.bytes, sizeof(addr));
    return (uint64_t)addr << 16 | e->port;
}

/* Both directions give the same key: the lower endpoint comes first. */
static struct net_key key_of(const struct fsc_endpoint *a, const struct fsc_endpoint *b)
{
    if (a->addr.kind == FSC_ADDR_V4 && b->addr.kind == FSC_ADDR_V4) {
        uint64_t x = endpoint_v4(a), y = endpoint_v4(b);
        return (struct net_key){{MIN(x, y), MAX(x, y)}};
    }
    int order = memcmp(a->addr.bytes, b->addr.bytes, sizeof(a->addr.bytes));
    if (order > 0 || (order == 0 && a->port > b->port)) {
        const struct fsc_endpoint *swap = a;
        a = b;
        b = swap;
    }
    struct net_key key;
    memcpy(&key.word[0], a->addr.bytes, 16);
    memcpy(&key.word[2], b->addr.bytes, 16);
    key.word[4] =
        (uint64_t)a->port << 32 | (uint64_t)b->port << 16 | (unsigned)a->addr.kind << 4 | (unsigned)b->addr.kind;
    return key;
}

void net_table_init(struct net_table *table, size_t max, uint64_t seed, struct slabs *slabs)
{
    memset(table, 0, sizeof(*table));
    table->max = max;
    table->slabs = slabs;
    net_hash_init(&table->hash, seed);
    table->mask = SLOTS_FIRST - 1;
    table->slots = g_new0(struct net_slot, SLOTS_FIRST);
}

void net_table_free(struct net_table *table)
{
    g_free(table->slots);
    table->slots = NULL;
}

/* memcmp would be called. */
static bool is_same(const struct net_key *a, const struct net_key *b)
{
    uint64_t differ = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(a->word); i++)
        differ |= a->word[i] ^ b->word[i];
    return differ == 0;
}

/* What a packet of it needs, while its key is being fetched and compared. */
static void prefetch_entry(const struct net_entry *entry)
{
    prefetch(&entry->flow, NET_CACHE_LINE);
    prefetch(&entry->flow.half[0], NET_CACHE_LINE);
    prefetch(&entry->flow.half[1], NET_CACHE_LINE);
    prefetch(&entry->tracker, (size_t)2 * NET_CACHE_LINE);
}

static size_t slot_find(const struct net_table *table, const struct net_key *key, uint32_t hash)
{
    size_t i = hash & table->mask;
    while (table->slots[i].entry != NULL) {
        if (table->slots[i].hash == hash) {
            prefetch_entry(table->slots[i].entry);
            if (is_same(&table->slots[i].entry->key, key))
                break;
        }
        i = (i + 1) & table->mask;
    }
    return i;
}

struct net_entry *net_table_find(const struct net_table *table, const struct fsc_endpoint *a,
                                 const struct fsc_endpoint *b)
{
    struct net_key key = key_of(a, b);
    return table->slots[slot_find(table, &key, key_hash(table, &key))].entry;
}

static void grow(struct net_table *table)
{
    struct net_slot *old = table->slots;
    size_t old_slots = table->mask + 1;
    table->mask = old_slots * 2 - 1;
    table->slots = g_new0(struct net_slot, old_slots * 2);
    for (size_t i = 0; i < old_slots; i++) {
        if (old[i].entry != NULL)
            table->slots[slot_find(table, &old[i].entry->key, old[i].hash)] = old[i];
    }
    g_free(old);
}

static void list_append(struct net_table *table, struct net_entry *entry)
{
    struct net_entry *last = table->lists[entry->list].newest;
    entry->older = last;
    entry->newer = NULL;
    if (last != NULL)
        last->newer = entry;
    else
        table->lists[entry->list].oldest = entry;
    table->lists[entry->list].newest = entry;
}

static void list_remove(struct net_table *table, struct net_entry *entry)
{
    if (entry->older != NULL)
        entry->older->newer = entry->newer;
    else
        table->lists[entry->list].oldest = entry->newer;
    if (entry->newer != NULL)
        entry->newer->older = entry->older;
    else
        table->lists[entry->list].newest = entry->older;
}

struct net_entry *net_table_add(struct net_table *table, const struct fsc_endpoint *a, const struct fsc_endpoint *b,
                                int64_t now_ns)
{
    if ((table->count + 1) * 2 > table->mask + 1)
        grow(table);
    struct net_entry *entry = slabs_take(table->slabs, sizeof(*entry));
    entry->key = key_of(a, b);
    entry->hash = key_hash(table, &entry->key);
    entry->touched_ns = entry->listed_ns = now_ns;
    table->slots[slot_find(table, &entry->key, entry->hash)] = (struct net_slot){entry->hash, entry};
    table->count++;
    list_append(table, entry);
    return entry;
}

/* Linear probing without tombstones: what the removed slot kept away from its home moves closer. */
static void slot_clear(struct net_table *table, size_t hole)
{
    size_t i = hole;
    for (;;) {
        i = (i + 1) & table->mask;
        if (table->slots[i].entry == NULL)
            break;
        size_t home = table->slots[i].hash & table->mask;
        if (((i - home) & table->mask) < ((i - hole) & table->mask))
            continue;
        table->slots[hole] = table->slots[i];
        hole = i;
    }
    table->slots[hole].entry = NULL;
}

void net_table_remove(struct net_table *table, struct net_entry *entry)
{
    slot_clear(table, slot_find(table, &entry->key, entry->hash));
    table->count--;
    list_remove(table, entry);
    slabs_give(table->slabs, entry, sizeof(*entry));
}

void net_table_touch(struct net_table *table, struct net_entry *entry, enum net_list list, int64_t now_ns, bool exact)
{
    entry->touched_ns = now_ns;
    if (!exact && entry->list == list && (uint64_t)now_ns - (uint64_t)entry->listed_ns < (uint64_t)NET_LIST_GRAIN_NS)
        return;
    list_remove(table, entry);
    entry->list = (uint8_t)list;
    entry->listed_ns = now_ns;
    list_append(table, entry);
}

struct net_entry *net_table_victim(const struct net_table *table)
{
    /* A flood of SYNs, or of other traffic, must not push out the connections that matter. */
    static const enum net_list order[] = {NET_LIST_DONE, NET_LIST_UNANSWERED, NET_LIST_UNCLAIMED};

    for (size_t i = 0; i < G_N_ELEMENTS(order); i++)
        if (table->lists[order[i]].oldest != NULL)
            return table->lists[order[i]].oldest;
    return table->lists[NET_LIST_ACTIVE].oldest;
}
