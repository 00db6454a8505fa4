/* queues.c - GHashTable gives its hash function nothing but the key: the hash's numbers are part of it. */
#include "pipeline/queues.h"

#include <string.h>

static void put_address(uint64_t *words, const struct fsc_addr *addr)
{
    memcpy(words, addr->bytes, sizeof(addr->bytes));
}

struct queues_key queues_by_endpoint(const struct net_hash *hash, const struct fsc_endpoint *endpoint)
{
    struct queues_key key = {.hash = hash, .word[4] = (uint64_t)endpoint->addr.kind << 16 | endpoint->port};

    put_address(&key.word[0], &endpoint->addr);
    return key;
}

struct queues_key queues_by_pair(const struct net_hash *hash, const struct fsc_addr *a, const struct fsc_addr *b)
{
    struct queues_key key = {.hash = hash, .word[4] = (uint64_t)a->kind << 8 | (uint64_t)b->kind};

    put_address(&key.word[0], a);
    put_address(&key.word[2], b);
    return key;
}

static guint hash_of(gconstpointer item)
{
    const struct queues_key *key = item;
    return net_hash(key->hash, key->word, G_N_ELEMENTS(key->word));
}

static gboolean same(gconstpointer a, gconstpointer b)
{
    const struct queues_key *one = a, *other = b;
    return memcmp(one->word, other->word, sizeof(one->word)) == 0;
}

/* Keys come from where GQueue comes from: not from between the small pieces of malloc (see slabs.h). */
static void free_key(gpointer key)
{
    g_slice_free(struct queues_key, key);
}

static void free_queue(gpointer queue)
{
    g_queue_free(queue);
}

GHashTable *queues_new(void)
{
    return g_hash_table_new_full(hash_of, same, free_key, free_queue);
}

GQueue *queues_find(GHashTable *queues, const struct queues_key *key)
{
    return g_hash_table_lookup(queues, key);
}

GQueue *queues_get(GHashTable *queues, const struct queues_key *key)
{
    GQueue *queue = g_hash_table_lookup(queues, key);

    if (queue != NULL)
        return queue;
    queue = g_queue_new();
    g_hash_table_insert(queues, g_slice_dup(struct queues_key, key), queue);
    return queue;
}

void queues_forget_empty(GHashTable *queues, const struct queues_key *key)
{
    const GQueue *queue = g_hash_table_lookup(queues, key);

    if (queue != NULL && queue->length == 0)
        g_hash_table_remove(queues, key);
}
