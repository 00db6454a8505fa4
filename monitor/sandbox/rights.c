/* rights.c - user, groups and capabilities. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* setresuid */
#endif

#include "monitor/sandbox/rights.h"

#include <cap-ng.h>
#include <errno.h>
#include <glib.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "monitor/sandbox/held.h"

static void take(struct rights_user *user, const struct passwd *entry)
{
    *user = (struct rights_user){
        .name = g_strdup(entry->pw_name), .home = g_strdup(entry->pw_dir), .uid = entry->pw_uid, .gid = entry->pw_gid};
}

static bool parse_number(const char *text, uint32_t *number)
{
    guint64 value;

    if (text == NULL || !g_ascii_string_to_unsigned(text, 10, 0, UINT32_MAX - 1, &value, NULL))
        return false;
    *number = (uint32_t)value;
    return true;
}

/* What sudo says is taken only when the user database agrees, and when it leads away from root. */
static bool find_sudo_user(struct rights_user *user)
{
    uid_t uid;
    gid_t gid;

    if (!parse_number(g_getenv("SUDO_UID"), &uid) || !parse_number(g_getenv("SUDO_GID"), &gid) || uid == 0 || gid == 0)
        return false;
    const struct passwd *entry = getpwuid(uid);
    if (entry == NULL || getgrgid(gid) == NULL)
        return false;
    take(user, entry);
    user->gid = gid;
    return true;
}

static bool find_named(const char *asked, struct rights_user *user)
{
    const struct passwd *entry = getpwnam(asked);
    uid_t uid;

    if (entry == NULL && parse_number(asked, &uid))
        entry = getpwuid(uid);
    if (entry != NULL)
        take(user, entry);
    return entry != NULL;
}

/* Containers run users that no database knows. */
static void find_self(struct rights_user *user)
{
    const struct passwd *entry = getpwuid(getuid());

    if (entry != NULL)
        take(user, entry);
    else
        *user = (struct rights_user){.name = g_strdup_printf("user %u", getuid()), .home = g_strdup("/")};
    user->uid = getuid();
    user->gid = getgid();
}

/* The real number decides: a program with the set-user-ID bit does not let its caller choose. */
static bool choose_as_other(const char *asked, struct rights_user *user, char **message)
{
    struct rights_user wanted = {0};

    find_self(user);
    bool same = asked == NULL || (find_named(asked, &wanted) && wanted.uid == user->uid);
    if (!same)
        *message = g_strdup_printf("-Z %s: only root can become another user; this is user %s", asked, user->name);
    rights_user_clear(&wanted);
    if (!same)
        rights_user_clear(user);
    return same;
}

bool rights_choose(const char *asked, struct rights_user *user, char **message)
{
    *user = (struct rights_user){0};
    if (getuid() != 0)
        return choose_as_other(asked, user, message);
    if (asked == NULL && find_sudo_user(user))
        return true;
    if (find_named(asked != NULL ? asked : "nobody", user))
        return true;
    *message = asked != NULL ? g_strdup_printf("-Z %s: there is no such user", asked)
                             : g_strdup("there is no user nobody here: name another with -Z USER");
    return false;
}

void rights_stay_root(struct rights_user *user)
{
    *user = (struct rights_user){.name = g_strdup("root"), .home = g_strdup("/root")};
}

void rights_user_clear(struct rights_user *user)
{
    g_free(user->name);
    g_free(user->home);
    *user = (struct rights_user){0};
}

static bool fail(char **message, const char *what)
{
    *message = g_strdup_printf("cannot %s: %s", what, g_strerror(errno));
    return false;
}

/* Without CAP_SETPCAP the bounding set stays; behind no_new_privs nothing can be gained from it any more. */
static bool clear_bounding(char **message)
{
    if (capng_get_caps_process() != 0)
        return fail(message, "read the capabilities of this process");
    if (!capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP))
        return true;
    capng_clear(CAPNG_SELECT_BOUNDS);
    return capng_apply(CAPNG_SELECT_BOUNDS) == 0 || fail(message, "empty the bounding set of capabilities");
}

static bool fail_to_become(const struct rights_user *user, char **message)
{
    *message = g_strdup_printf("cannot become user %s: %s. Name a user that this root may become with -Z, or stay with "
                               "-Z root, which gives up the capabilities only",
                               user->name, g_strerror(errno));
    return false;
}

/* Root of a user namespace often may not touch its groups; they matter only to who becomes somebody else. */
static bool become(const struct rights_user *user, char **message)
{
    if (geteuid() == 0 && setgroups(0, NULL) != 0 && user->uid != 0)
        return fail_to_become(user, message);
    if (setresgid(user->gid, user->gid, user->gid) != 0 || setresuid(user->uid, user->uid, user->uid) != 0)
        return fail_to_become(user, message);
    return true;
}

static bool keep_only(uint64_t kept, char **message)
{
    capng_clear(CAPNG_SELECT_CAPS | CAPNG_SELECT_AMBIENT);
    for (unsigned i = 0; i < 64; i++)
        if ((kept >> i & 1) != 0)
            (void)capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, i);
    return capng_apply(CAPNG_SELECT_CAPS | CAPNG_SELECT_AMBIENT) == 0 || fail(message, "give up the capabilities");
}

/* Dumpable comes last: a change of user sets it anew. */
static bool close_ways_back(char **message)
{
    const struct rlimit none = {0, 0};

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return fail(message, "set no_new_privs");
    if (setrlimit(RLIMIT_CORE, &none) != 0)
        return fail(message, "forbid core dumps");
    return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 || fail(message, "forbid being traced");
}

static bool is_given_up(const struct rights_user *user, uint64_t kept, char **message)
{
    struct held_rights held;

    if (!held_read(&held, message))
        return false;
    if (!held.one_user || held.uid != user->uid || held.gid != user->gid)
        *message = g_strdup_printf("this process did not wholly become user %s", user->name);
    else if ((held.capabilities & ~kept) != 0)
        *message = g_strdup("this process still has capabilities that it gave up");
    else if (!held.no_new_privs)
        *message = g_strdup("no_new_privs is not set in every thread");
    return *message == NULL;
}

/* Service managers forbid even to ask for the user that one is. */
static bool is_that_user(const struct rights_user *user, const struct held_rights *held)
{
    return user->uid != 0 && held->one_user && held->uid == user->uid && held->gid == user->gid;
}

bool rights_drop(const struct rights_user *user, uint64_t kept, char **message)
{
    struct held_rights before;

    *message = NULL;
    if (!held_read(&before, message))
        return false;
    if (before.threads != 1) {
        *message = g_strdup_printf("%u threads run already, and would keep their rights", before.threads);
        return false;
    }
    return clear_bounding(message) && (is_that_user(user, &before) || become(user, message)) &&
           keep_only(kept, message) && close_ways_back(message) && is_given_up(user, kept, message);
}
