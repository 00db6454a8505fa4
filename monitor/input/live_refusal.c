/* live_refusal.c - the words for it. Missing rights are what nearly everybody meets first: the command that mends them
 * is spelled out, to be copied. */
#include "monitor/input/live_refusal.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "monitor/input/live_interfaces.h"

char *live_refusal_missing(const char *interface)
{
    char *names = live_interface_names();
    char *message = g_strdup_printf("%s: there is no such network interface; there are: %s", interface, names);

    g_free(names);
    return message;
}

static void add_word(GString *command, const char *word)
{
    static const char plain[] = "-./:=,@_+%" G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS;
    bool as_is = word[0] != '\0' && strspn(word, plain) == strlen(word);
    char *quoted = as_is ? g_strdup(word) : g_shell_quote(word);

    g_string_append_printf(command, " %s", quoted);
    g_free(quoted);
}

/* What was typed, with the program's real path: root may have another search path. */
static void add_own_command(GString *command, const char *program)
{
    char *arguments = NULL;
    gsize len = 0;

    add_word(command, program);
    if (g_file_get_contents("/proc/self/cmdline", &arguments, &len, NULL) && len > 0)
        for (gsize at = strlen(arguments) + 1; at < len; at += strlen(arguments + at) + 1)
            add_word(command, arguments + at);
    g_free(arguments);
}

static char *no_right(const char *interface)
{
    char *program = g_file_read_link("/proc/self/exe", NULL);
    GString *message = g_string_new(interface);

    if (geteuid() == 0) /* in a container */
        g_string_append(message, ": root has no right to capture here: it needs the capability CAP_NET_RAW "
                                 "(docker run --cap-add NET_RAW)");
    else if (program != NULL) {
        g_string_append(message, ": no right to capture packets; run it as root:");
        g_string_append(message, " sudo");
        add_own_command(message, program);
        g_string_append(message, " - or give the program the right, once: sudo setcap cap_net_raw+ep");
        add_word(message, program);
    } else
        g_string_append(message, ": no right to capture packets; run it as root");
    g_free(program);
    return g_string_free(message, FALSE);
}

char *live_refusal(pcap_t *handle, const char *interface, int status)
{
    const char *why = pcap_geterr(handle);

    switch (status) {
    case PCAP_ERROR_PERM_DENIED:
    case PCAP_ERROR_PROMISC_PERM_DENIED:
        return no_right(interface);
    case PCAP_ERROR_NO_SUCH_DEVICE:
        return live_refusal_missing(interface);
    case PCAP_ERROR_IFACE_NOT_UP:
        return g_strdup_printf("%s: the interface is down; sudo ip link set %s up", interface, interface);
    default:
        return g_strdup_printf("%s: %s", interface, why[0] != '\0' ? why : pcap_statustostr(status));
    }
}

char *live_warning(pcap_t *handle, const char *interface, int status)
{
    const char *why = pcap_geterr(handle);

    if (status == PCAP_WARNING_PROMISC_NOTSUP)
        return g_strdup_printf("%s: cannot be made to listen to what is sent to others (%s)", interface,
                               why[0] != '\0' ? why : "the interface has no promiscuous mode");
    return g_strdup_printf("%s: %s", interface, why[0] != '\0' ? why : pcap_statustostr(status));
}
