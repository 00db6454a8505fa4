/* rights.h - whom the program becomes, and how it gives up what it no longer needs. */
#ifndef MONITOR_SANDBOX_RIGHTS_H
#define MONITOR_SANDBOX_RIGHTS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct rights_user {
    char *name, *home; /* owned */
    uid_t uid;
    gid_t gid; /* the primary group; others are not taken along */
};

/* The user to become. `asked` is the word of -Z, a name or a number; NULL: as root the user behind sudo (SUDO_UID and
 * SUDO_GID, when the user database knows them and they are not root), else nobody. Who is not root stays who he is,
 * and may name only himself. False with *message (g_free) when there is no such user, or he may not be chosen. */
bool rights_choose(const char *asked, struct rights_user *user, char **message);

/* Root's own number, for what only root can read. */
void rights_stay_root(struct rights_user *user);

void rights_user_clear(struct rights_user *user);

/* Makes this process that user's, for good: user and group numbers, no supplementary groups, no capability in any set
 * but those of the mask `kept` (1 << CAP_...), no_new_privs, no core dumps, no tracing by others. The bounding set is
 * emptied where CAP_SETPCAP allows it. Other threads would keep their capabilities: there must be none yet.
 * False with *message (g_free) when a step failed; the process must end then, since it may have rights left. */
bool rights_drop(const struct rights_user *user, uint64_t kept, char **message);

#endif
