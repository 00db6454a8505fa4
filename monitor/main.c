/* main.c - the program: finds the command and hands over. */
#include <glib.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "monitor/commands.h"

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *what;
} commands[] = {
    {"read", command_read, "tell the FTP story of capture files"},
    {"view", command_view, "browse capture files on a full screen"},
    {"live", command_live, "watch FTP on an interface"},
    {"check", command_check, "check captures in bulk: findings and exit codes for scripts"},
    {"explain", command_explain, "explain a reply code, a command, a finding or a Winsock number"},
};

static void usage(FILE *out)
{
    fputs("usage: ftpscope COMMAND [OPTION...]\n\nRebuilds FTP sessions from packets, explains every reply, and says "
          "why transfers "
          "failed.\n\n",
          out);
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
        fprintf(out, "  %-8s %s\n", commands[i].name, commands[i].what);
    fputs("\nftpscope COMMAND --help tells the options of a command; ftpscope --version the version.\n", out);
}

static int run(size_t i, int argc, char **argv)
{
    char *name = g_strconcat("ftpscope ", commands[i].name, NULL);

    command_mend_color(argv);
    g_set_prgname(name); /* GOption's usage line begins with it */
    int code = commands[i].run(argc - 1, argv + 1);
    g_free(name);
    return code;
}

int main(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : NULL;

    setlocale(LC_CTYPE, "");
    if (word == NULL) {
        usage(stderr);
        return EXIT_UNREADABLE;
    }
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0) {
        usage(stdout);
        return EXIT_CLEAN;
    }
    if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0) {
        puts("ftpscope " FTPSCOPE_VERSION);
        return EXIT_CLEAN;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
        if (strcmp(word, commands[i].name) == 0)
            return run(i, argc, argv);
    fprintf(stderr, "ftpscope: there is no command \"%s\"\n\n", word);
    usage(stderr);
    return EXIT_UNREADABLE;
}
