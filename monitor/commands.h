/* commands.h - the commands of the program: each takes its own argument vector and returns the exit code. */
#ifndef MONITOR_COMMANDS_H
#define MONITOR_COMMANDS_H

#include <glib.h>
#include <stdbool.h>

/* Exit codes of the output contract. */
enum { EXIT_CLEAN = 0, EXIT_FINDINGS = 1, EXIT_UNREADABLE = 2, EXIT_INCOMPLETE = 3 };

int command_read(int argc, char **argv);
int command_check(int argc, char **argv);
int command_explain(int argc, char **argv);
int command_live(int argc, char **argv);
int command_view(int argc, char **argv);

/* ---- what the commands that read captures share ---- */

struct packet_filter;
struct pipeline_config;

struct shared_options {
    gboolean json, version;
    char *color; /* NULL: not given */
    char **ports;
    char *filter;
    gboolean separate;
    char **inputs; /* what is left on the command line; filled by the command's own entry */
};

/* Adds --port, --filter, --color and --version; --json and --separate too, which only those that write `records` show:
 * elsewhere they are known so that the command can say what to use instead. */
void shared_options_add(GOptionContext *context, struct shared_options *options, bool records);

/* What the words mean: control ports and a fresh hash seed into *config; colour on standard output or not ("auto" asks
 * NO_COLOR, TERM and the terminal). Returns NULL, or what is wrong with them. */
const char *shared_options_apply(const struct shared_options *options, struct pipeline_config *config, bool *color);

/* The program for --filter into *filter, NULL without; false, with *message (g_free), when it cannot be understood. */
bool shared_options_filter(const struct shared_options *options, struct packet_filter **filter, char **message);

/* Tells what the filter could not look at, and frees it. */
void shared_options_filter_done(struct packet_filter **filter);

void shared_options_free(struct shared_options *options);

/* The words of --port, a fresh hash seed and the usual limit of memory into *config. Returns NULL, or what is wrong
 * with the words. */
const char *command_ports(char *const *words, struct pipeline_config *config);

/* "--color" without a word behind it becomes "--color=always", which GOption cannot do. Changes argv. */
void command_mend_color(char **argv);

/* "auto" (NULL too) asks NO_COLOR, TERM and the terminal. Returns NULL, or what is wrong with the word. */
const char *command_color(const char *word, bool *color);

/* "ftpscope: MESSAGE" on standard error, behind what stands on standard output so far. A file name may hold control
 * characters: they are escaped. */
void command_complain(const char *message);

/* Each of these (char *). */
void command_complain_all(const GPtrArray *messages);

/* For commands that root started to read files: what they hold is hostile, so rights go before it is looked at, and
 * what is left is restricted (see sandbox_enter_reader). `written` (NULL: none, "-": standard output) is a file that
 * will be made. False, with a message on standard error, when rights may be left. */
bool command_give_up_rights(char *const *inputs, const char *written);

/* Columns of the terminal or of COLUMNS, 40 at least; 80 elsewhere. */
int command_columns(void);

/* False, with a message, when something could not be written to standard output. */
bool command_flush(const char *command);

/* Prints the complaint and how to get help; returns the exit code. */
int command_usage_error(const char *command, const char *complaint);

#endif
