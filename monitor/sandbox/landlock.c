/* landlock.c - the system calls of Landlock, which the C library does not wrap. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* O_PATH */
#endif

#include "monitor/sandbox/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Debian 12's <linux/landlock.h> stops at ABI 2; these are part of the kernel's interface. The bits below are those of
 * ABI 1. */
#define FS_ABI_1 ((UINT64_C(1) << 13) - 1)
#define FS_REFER (UINT64_C(1) << 13)     /* ABI 2 */
#define FS_TRUNCATE (UINT64_C(1) << 14)  /* ABI 3 */
#define FS_IOCTL_DEV (UINT64_C(1) << 15) /* ABI 5 */
#define NET_TCP (UINT64_C(3))            /* ABI 4: bind, connect */
#define SCOPE_ALL (UINT64_C(3))          /* ABI 6: abstract sockets, signals */

/* The kernel takes a longer struct than it knows when the rest is zero. */
struct ruleset {
    uint64_t files, net, scoped;
};

struct landlock {
    int descriptor;
    uint64_t files; /* what is restricted */
    bool root;      /* "/" itself may be read */
};

int landlock_abi(void)
{
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

    return abi > 0 ? (int)abi : 0;
}

static struct ruleset everything(int abi)
{
    return (struct ruleset){
        .files = FS_ABI_1 | (abi >= 2 ? FS_REFER : 0) | (abi >= 3 ? FS_TRUNCATE : 0) | (abi >= 5 ? FS_IOCTL_DEV : 0),
        .net = abi >= 4 ? NET_TCP : 0,
        .scoped = abi >= 6 ? SCOPE_ALL : 0,
    };
}

struct landlock *landlock_new(char **message)
{
    const struct ruleset rules = everything(landlock_abi());
    long descriptor = syscall(SYS_landlock_create_ruleset, &rules, sizeof rules, 0);

    if (descriptor < 0) {
        *message = g_strdup_printf("Landlock: %s", g_strerror(errno));
        return NULL;
    }
    struct landlock *landlock = g_new0(struct landlock, 1);
    landlock->descriptor = (int)descriptor;
    landlock->files = rules.files;
    return landlock;
}

static uint64_t bits_of(enum landlock_use use)
{
    static const uint64_t bits[] = {
        [LANDLOCK_READ] = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
        [LANDLOCK_WRITE] = LANDLOCK_ACCESS_FS_WRITE_FILE | FS_TRUNCATE | LANDLOCK_ACCESS_FS_MAKE_REG |
                           LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE | FS_REFER,
        [LANDLOCK_DEVICE] = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | FS_TRUNCATE | FS_IOCTL_DEV,
    };

    return bits[use];
}

static bool is_root_folder(const struct stat *status)
{
    struct stat root;

    return stat("/", &root) == 0 && root.st_dev == status->st_dev && root.st_ino == status->st_ino;
}

/* 0, or the number of the error. */
static int add_rule(struct landlock *landlock, int path, enum landlock_use use)
{
    const uint64_t of_files = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | FS_TRUNCATE | FS_IOCTL_DEV;
    struct landlock_path_beneath_attr rule = {.allowed_access = bits_of(use) & landlock->files, .parent_fd = path};
    struct stat status;

    if (fstat(path, &status) != 0)
        return errno;
    if (!S_ISDIR(status.st_mode))
        rule.allowed_access &= of_files;
    else if (use == LANDLOCK_READ && is_root_folder(&status))
        landlock->root = true;
    return syscall(SYS_landlock_add_rule, landlock->descriptor, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0 ? 0 : errno;
}

bool landlock_allow(struct landlock *landlock, const char *path, enum landlock_use use, char **message)
{
    int descriptor = open(path, O_PATH | O_CLOEXEC);
    int error = descriptor < 0 ? errno : add_rule(landlock, descriptor, use);

    if (descriptor >= 0)
        close(descriptor);
    if (error != 0)
        *message = g_strdup_printf("%s: %s", path, g_strerror(error));
    return error == 0;
}

/* The kernel said yes; a folder that everybody may list says whether it is true. */
static bool holds(void)
{
    int descriptor = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (descriptor >= 0)
        close(descriptor);
    return descriptor < 0;
}

bool landlock_enter(struct landlock **landlock, char **message)
{
    struct landlock *l = *landlock;
    bool entered = syscall(SYS_landlock_restrict_self, l->descriptor, 0) == 0;

    if (!entered)
        *message = g_strdup_printf("Landlock: %s", g_strerror(errno));
    else if (!l->root && !holds())
        *message = g_strdup("Landlock: the kernel took the rules, but does not follow them");
    close(l->descriptor);
    g_free(l);
    *landlock = NULL;
    return *message == NULL;
}
