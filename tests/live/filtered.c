/* filtered.c - usage: filtered SYSTEM_CALL... -- PROGRAM [ARGUMENT...]: the program, with these calls failing with
 * EPERM as a service manager makes them. */
#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    int i = 1;

    for (; i < argc && strcmp(argv[i], "--") != 0; i++) {
        int number = seccomp_syscall_resolve_name(argv[i]);
        if (number != __NR_SCMP_ERROR) /* of other machines */
            (void)seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), number, 0);
    }
    if (i + 1 >= argc || seccomp_load(filter) != 0) {
        fputs("filtered: no filter, or no program\n", stderr);
        return 2;
    }
    execv(argv[i + 1], argv + i + 1);
    perror(argv[i + 1]);
    return 2;
}
