/*
 * live_presence.c - interfaces that are taken down or deleted, and come back.
 *
 * One that was only down needs nothing: the kernel connects the socket again. One that was made anew has another
 * number, and a new socket would need rights that are gone by then. Binding the old socket to the new number needs
 * none, and its ring, its filter and libpcap's handle go on as if nothing had happened; only promiscuous mode has to be
 * asked for again.
 */
#include "monitor/input/live_device.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

enum { NO_INDEX = -1 };

/* The socket of the capture is asked: no other can be made. */
static bool ask(const struct live_device *device, unsigned long what, struct ifreq *request)
{
    *request = (struct ifreq){0};
    g_strlcpy(request->ifr_name, device->interface.name, sizeof(request->ifr_name));
    return ioctl(pcap_fileno(device->handle), what, request) == 0;
}

bool live_device_look(const struct live_device *device, int *index, unsigned *hardware, bool *up)
{
    struct ifreq request;

    if (!ask(device, SIOCGIFINDEX, &request))
        return false;
    *index = request.ifr_ifindex;
    if (!ask(device, SIOCGIFHWADDR, &request))
        return false;
    *hardware = request.ifr_hwaddr.sa_family;
    if (!ask(device, SIOCGIFFLAGS, &request))
        return false;
    *up = (request.ifr_flags & IFF_UP) != 0;
    return true;
}

/* The index is kept also where it fails: it is not tried again before there is another. */
static bool bind_again(struct live_device *device, int index)
{
    int descriptor = pcap_fileno(device->handle), error = 0;
    socklen_t len = sizeof(error);
    struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = index};
    struct packet_mreq promiscuous = {.mr_ifindex = index, .mr_type = PACKET_MR_PROMISC};

    (void)getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &len); /* that it was gone, if nobody heard it */
    device->index = index;
    if (bind(descriptor, (const struct sockaddr *)&address, sizeof(address)) != 0)
        return false;
    if (device->promiscuous)
        (void)setsockopt(descriptor, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &promiscuous, sizeof(promiscuous));
    return true;
}

static char *gone(struct live_device *device, const char *how)
{
    bool was_here = device->presence == LIVE_PRESENT;

    device->presence = LIVE_AWAY;
    device->shaken = false;
    if (!was_here)
        return NULL;
    device->away_since_us = g_get_monotonic_time();
    return g_strdup_printf("%s: %s, waiting for it", device->interface.name, how);
}

static char *lost(struct live_device *device, const char *why)
{
    device->presence = LIVE_LOST;
    return g_strdup_printf("%s: back, but %s: start again to capture on it", device->interface.name, why);
}

static char *back(struct live_device *device, bool made_anew)
{
    bool was_away = device->presence == LIVE_AWAY, shaken = device->shaken;
    double away_s = (double)(g_get_monotonic_time() - device->away_since_us) / G_USEC_PER_SEC;

    device->presence = LIVE_PRESENT;
    device->shaken = false;
    if (was_away)
        return g_strdup_printf("%s: back after %.0f s", device->interface.name, away_s);
    if (made_anew || shaken)
        return g_strdup_printf("%s: was %s for a moment", device->interface.name, made_anew ? "gone" : "down");
    return NULL;
}

char *live_presence_check(struct live_device *device)
{
    int index;
    unsigned hardware;
    bool up;

    if (device->index == 0) /* any */
        return NULL;
    if (!live_device_look(device, &index, &hardware, &up)) {
        device->index = NO_INDEX;
        return gone(device, "gone");
    }
    bool made_anew = index != device->index;
    if (made_anew && hardware != device->hardware)
        return device->presence != LIVE_LOST ? lost(device, "as another kind of interface") : NULL;
    if (made_anew && !bind_again(device, index))
        return lost(device, g_strerror(errno));
    if (device->presence == LIVE_LOST && !made_anew)
        return NULL;
    return up ? back(device, made_anew) : gone(device, "down");
}
