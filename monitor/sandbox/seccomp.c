/* seccomp.c - an allow-list of system calls. Measured with strace on what libpcap, GLib, ncurses, libmicrohttpd and the
 * C library do behind the start, and what they do elsewhere by their sources (32-bit machines, older kernels). */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* CLONE_THREAD */
#endif

#include "monitor/sandbox/seccomp.h"

#include <errno.h>
#include <glib.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <sched.h>
#include <seccomp.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

static const int plain[] = {
#define CALL(name) SCMP_SYS(name),
#include "monitor/sandbox/system_calls.def"
#undef CALL
};

/* The terminal's settings and size, and questions about devices. What is not here: TIOCSTI, which types into the
 * terminal, where root's shell may be reading. */
static const unsigned long controls[] = {TCGETS,       TCSETS,      TCSETSW,    TCSETSF,       TCFLSH,
                                         TCXONC,       TCSBRK,      TIOCGWINSZ, TIOCGPGRP,     TIOCOUTQ,
                                         FIONREAD,     FIONBIO,     FIOCLEX,    SIOCGIFNAME,   SIOCGIFINDEX,
                                         SIOCGIFFLAGS, SIOCGIFADDR, SIOCGIFMTU, SIOCGIFHWADDR, SIOCGSTAMP};

static const int option_levels[] = {SOL_SOCKET, IPPROTO_TCP, SOL_PACKET};

/* Threads are made with CLONE_THREAD, processes without. LeakSanitizer makes a helper that is a process in the same
 * memory, and lets itself be traced by it. The other settings are the C library's: names of threads and of memory. */
#if defined(__SANITIZE_ADDRESS__)
#define CLONE_NEEDED CLONE_VM
static const int settings[] = {PR_SET_NAME,     PR_GET_NAME,     0x53564d41 /* PR_SET_VMA */,
                               PR_GET_DUMPABLE, PR_SET_DUMPABLE, PR_SET_PTRACER,
                               PR_SET_PDEATHSIG};
#else
#define CLONE_NEEDED CLONE_THREAD
static const int settings[] = {PR_SET_NAME, PR_GET_NAME, 0x53564d41 /* PR_SET_VMA */};
#endif

/* Arguments of 32 bits: what stands in the upper half is not the kernel's business. */
static struct scmp_arg_cmp equals(unsigned argument, uint64_t value)
{
    return SCMP_CMP(argument, SCMP_CMP_MASKED_EQ, UINT32_MAX, value);
}

static struct scmp_arg_cmp has_bits(unsigned argument, uint64_t mask, uint64_t bits)
{
    return SCMP_CMP(argument, SCMP_CMP_MASKED_EQ, mask, bits);
}

/* 0, or the negative number of the first error. */
static int allow_if(scmp_filter_ctx filter, int call, struct scmp_arg_cmp condition)
{
    return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, 1, &condition);
}

static int allow_plain(scmp_filter_ctx filter)
{
    int error = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(plain) && error == 0; i++)
        error = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, plain[i], 0, NULL);
    return error;
}

static int allow_listed_arguments(scmp_filter_ctx filter)
{
    int error = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(controls) && error == 0; i++)
        error = allow_if(filter, SCMP_SYS(ioctl), equals(1, controls[i]));
    for (size_t i = 0; i < G_N_ELEMENTS(option_levels) && error == 0; i++)
        error = allow_if(filter, SCMP_SYS(setsockopt), equals(1, (uint64_t)option_levels[i]));
    if (error == 0) /* of this process only */
        error = allow_if(filter, SCMP_SYS(prlimit64), equals(0, 0));
    for (size_t i = 0; i < G_N_ELEMENTS(settings) && error == 0; i++)
        error = allow_if(filter, SCMP_SYS(prctl), equals(0, (uint64_t)settings[i]));
    return error;
}

/* Memory that runs is refused: nothing that comes from the network becomes code. */
static int allow_memory(scmp_filter_ctx filter)
{
    static const int calls[] = {SCMP_SYS(mmap), SCMP_SYS(mmap2), SCMP_SYS(mprotect)};
    int error = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(calls) && error == 0; i++)
        error = allow_if(filter, calls[i], has_bits(2, PROT_EXEC, 0));
    return error;
}

/* clone3 hides its flags from filters; told that there is none, the C library takes clone. */
static int allow_threads(scmp_filter_ctx filter)
{
#if defined(__s390__)
    const unsigned flags = 1;
#else
    const unsigned flags = 0;
#endif
    int error = seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0, NULL);

    return error != 0 ? error : allow_if(filter, SCMP_SYS(clone), has_bits(flags, CLONE_NEEDED, CLONE_NEEDED));
}

/* To itself (raise, abort), and to its process group, which the screen stops with itself. */
static int allow_signals(scmp_filter_ctx filter)
{
    const uint64_t self = (uint64_t)getpid();
    int error = allow_if(filter, SCMP_SYS(tgkill), equals(0, self));

    if (error == 0)
        error = allow_if(filter, SCMP_SYS(kill), equals(0, self));
    if (error == 0)
        error = allow_if(filter, SCMP_SYS(kill), equals(0, 0));
    return error;
}

static int build(scmp_filter_ctx filter, uint32_t refusal)
{
    int (*const parts[])(scmp_filter_ctx) = {allow_plain, allow_listed_arguments, allow_memory, allow_threads,
                                             allow_signals};
    int error = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);

    if (error == 0) /* calls of another architecture than the program's */
        error = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, refusal);
    if (error == 0) /* a tree instead of a list of 180 comparisons before each call */
        error = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
    for (size_t i = 0; i < G_N_ELEMENTS(parts) && error == 0; i++)
        error = parts[i](filter);
    return error;
}

bool seccomp_enter(bool kills, char **message)
{
    const uint32_t refusal = kills ? SCMP_ACT_KILL_PROCESS : SCMP_ACT_ERRNO(EPERM);
    scmp_filter_ctx filter = seccomp_init(refusal);
    int error = filter == NULL ? -ENOMEM : build(filter, refusal);

    if (error == 0)
        error = seccomp_load(filter);
    if (error != 0)
        *message = g_strdup_printf("seccomp: %s", g_strerror(-error));
    if (filter != NULL)
        seccomp_release(filter);
    return error == 0;
}
