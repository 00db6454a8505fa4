/* live_interfaces.c - what libpcap finds, without its sources of other things: USB, Bluetooth, D-Bus, firewall logs. */
#include "monitor/input/live_interfaces.h"

#include <glib.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pcap/pcap.h>
#include <string.h>

#include "monitor/input/live_capture.h"

bool live_interface_exists(const char *name)
{
    return strcmp(name, "any") == 0 || if_nametoindex(name) != 0;
}

/* NULL: *message (g_free) says why there is none. */
static pcap_if_t *find_all(char **message)
{
    char error[PCAP_ERRBUF_SIZE] = "";
    pcap_if_t *all = NULL;

    if (pcap_findalldevs(&all, error) != 0 || all == NULL)
        *message = g_strdup_printf("the network interfaces cannot be listed: %s",
                                   error[0] != '\0' ? error : "the system names none");
    return all;
}

char *live_interface_first(char **message)
{
    pcap_if_t *all = find_all(message);
    char *name = NULL;

    if (all == NULL)
        return NULL;
    for (pcap_if_t *one = all; one != NULL && name == NULL; one = one->next)
        if ((one->flags & PCAP_IF_UP) && !(one->flags & PCAP_IF_LOOPBACK) && if_nametoindex(one->name) != 0)
            name = g_strdup(one->name);
    pcap_freealldevs(all);
    if (name == NULL)
        *message = g_strdup("no network interface is up but the loopback; name one with -i (-D lists them)");
    return name;
}

char *live_interface_names(void)
{
    char *message = NULL;
    pcap_if_t *all = find_all(&message);
    GString *names = g_string_new(NULL);

    for (pcap_if_t *one = all; one != NULL; one = one->next)
        if (live_interface_exists(one->name))
            g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", one->name);
    if (all != NULL)
        pcap_freealldevs(all);
    g_free(message);
    return g_string_free(names, FALSE);
}

static const char *flag_words(const pcap_if_t *one)
{
    bool loopback = (one->flags & PCAP_IF_LOOPBACK) != 0;

    if (strcmp(one->name, "any") == 0)
        return "all interfaces";
    if (!(one->flags & PCAP_IF_UP))
        return loopback ? "loopback, down" : "down";
    if (!(one->flags & PCAP_IF_RUNNING))
        return loopback ? "loopback, up, no carrier" : "up, no carrier";
    return loopback ? "loopback, up" : "up";
}

static char *address_words(const pcap_if_t *one)
{
    GString *words = g_string_new(NULL);
    char text[NI_MAXHOST];

    for (const pcap_addr_t *address = one->addresses; address != NULL; address = address->next) {
        int family = address->addr != NULL ? address->addr->sa_family : AF_UNSPEC;
        socklen_t len = family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
        if ((family == AF_INET || family == AF_INET6) &&
            getnameinfo(address->addr, len, text, sizeof(text), NULL, 0, NI_NUMERICHOST) == 0)
            g_string_append_printf(words, "%s%s", words->len > 0 ? ", " : "", text);
    }
    return g_string_free(words, FALSE);
}

bool live_interfaces_print(FILE *out, char **message)
{
    pcap_if_t *all = find_all(message);

    if (all == NULL)
        return false;
    for (const pcap_if_t *one = all; one != NULL; one = one->next) {
        if (!live_interface_exists(one->name))
            continue;
        char *addresses = address_words(one);
        char *line = g_strdup_printf("%-15s  %-24s  %s", one->name, flag_words(one), addresses);
        fprintf(out, "%s\n", g_strchomp(line));
        g_free(line);
        g_free(addresses);
    }
    pcap_freealldevs(all);
    return true;
}
