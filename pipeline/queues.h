/* queues.h - a table of queues, by addresses from the wire: hashed with a seed, so that nobody who cannot know it can
 * make them collide. */
#ifndef FTPSCOPE_PIPELINE_QUEUES_H
#define FTPSCOPE_PIPELINE_QUEUES_H

#include <glib.h>

#include "net/net.h"

struct queues_key {
    const struct net_hash *hash;
    uint64_t word[NET_HASH_WORDS];
};

struct queues_key queues_by_endpoint(const struct net_hash *hash, const struct fsc_endpoint *endpoint);
struct queues_key queues_by_pair(const struct net_hash *hash, const struct fsc_addr *a, const struct fsc_addr *b);

GHashTable *queues_new(void);                                          /* all keys with one hash */
GQueue *queues_find(GHashTable *queues, const struct queues_key *key); /* NULL: there is none */
GQueue *queues_get(GHashTable *queues, const struct queues_key *key);  /* makes it */
void queues_forget_empty(GHashTable *queues, const struct queues_key *key);

#endif
