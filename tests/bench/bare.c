/*
 * bare.c - the least that a program can do with a capture: libpcap's loop, which touches the first byte of each packet.
 *
 * usage: bare FILE
 */
#include <pcap/pcap.h>
#include <stdint.h>
#include <stdio.h>

struct totals {
    uint64_t packets, bytes;
    unsigned touched; /* so that the packets are really read */
};

static void count(u_char *user, const struct pcap_pkthdr *header, const u_char *bytes)
{
    struct totals *totals = (struct totals *)(void *)user;

    totals->packets++;
    totals->bytes += header->caplen;
    totals->touched += header->caplen > 0 ? bytes[0] : 0;
}

int main(int argc, char **argv)
{
    char error[PCAP_ERRBUF_SIZE];
    struct totals totals = {0, 0, 0};

    if (argc != 2) {
        fputs("usage: bare FILE\n", stderr);
        return 2;
    }
    pcap_t *capture = pcap_open_offline_with_tstamp_precision(argv[1], PCAP_TSTAMP_PRECISION_NANO, error);
    if (capture == NULL) {
        fprintf(stderr, "bare: %s\n", error);
        return 2;
    }
    int result = pcap_loop(capture, -1, count, (u_char *)&totals);
    printf("%llu packets, %llu bytes, %u\n", (unsigned long long)totals.packets, (unsigned long long)totals.bytes,
           totals.touched);
    pcap_close(capture);
    return result == 0 ? 0 : 1;
}
