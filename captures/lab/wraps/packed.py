"""Compressed files. zstd and lz4 are the programs of those names."""
import gzip
import io
import struct
import subprocess

from wraps.files import file_form
from wraps.pcap import pcap
from wraps.pcapng_files import pcapng_plain


def gz(data, name=""):
    out = io.BytesIO()
    with gzip.GzipFile(name, "wb", 9, out, mtime=0) as handle:
        handle.write(data)
    return out.getvalue()


def through(data, *command):
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout


def zstd(data, *options):
    return through(data, "zstd", "-q", "-c", *options)


def lz4(data, *options):
    return through(data, "lz4", "-q", "-c", *options)


def skippable(content):
    """zstd and lz4 share these frames, which every reader passes over."""
    return struct.pack("<II", 0x184d2a53, len(content)) + content


def halves(data):
    """Cut where no packet ends."""
    return data[:len(data) // 2 + 3], data[len(data) // 2 + 3:]


@file_form("gzip", "ipv4", "compressed by gzip, the name inside", ".pcap.gz")
def gzip_plain(packets):
    return gz(pcap(packets), "trace.pcap")


@file_form("gzip-two-members", "ipv4", "two gzip files put one behind the other, cut within a packet", ".pcap.gz")
def gzip_members(packets):
    return b"".join(gz(half) for half in halves(pcap(packets)))


@file_form("gzip-unnamed", "ipv4", "compressed by gzip, but the name does not tell", ".pcap")
def gzip_unnamed(packets):
    return gz(pcap(packets))


@file_form("gzip-pcapng", "ipv4", "pcapng compressed by gzip", ".pcapng.gz")
def gzip_pcapng(packets):
    return gz(pcapng_plain(packets))


@file_form("zstd", "ipv4", "compressed by zstd: length unknown, with checksum", ".pcap.zst")
def zstd_plain(packets):
    return zstd(pcap(packets), "-19", "--no-content-size")


@file_form("zstd-fast", "ipv4-short", "compressed by zstd: length given, no checksum", ".pcap.zst")
def zstd_fast(packets):
    return zstd(pcap(packets), "-1", "--no-check", f"--stream-size={len(pcap(packets))}")


@file_form("zstd-frames", "ipv4", "zstd: two frames and two skippable ones, cut within a packet", ".pcap.zst")
def zstd_frames(packets):
    first, second = halves(pcap(packets))
    return skippable(b"what an archiver notes") + zstd(first) + skippable(b"") + zstd(second, "-19", "--no-check")


@file_form("zstd-pcapng", "ipv4", "pcapng compressed by zstd", ".pcapng.zst")
def zstd_pcapng(packets):
    return zstd(pcapng_plain(packets))


@file_form("lz4", "ipv4", "compressed by lz4", ".pcap.lz4")
def lz4_plain(packets):
    return lz4(pcap(packets))


@file_form("lz4-linked-blocks", "active", "lz4: two blocks of which the second refers to the first, with checksums and length",
           ".pcap.lz4")
def lz4_linked(packets):
    return lz4(pcap(packets), "-9", "-B4", "-BD", "-BX")


@file_form("lz4-frames", "ipv4", "lz4: two frames and a skippable one, no checksum, cut within a packet", ".pcap.lz4")
def lz4_frames(packets):
    first, second = halves(pcap(packets))
    return lz4(first, "-9") + skippable(b"note") + lz4(second, "--no-frame-crc")


@file_form("lz4-pcapng", "ipv4", "pcapng compressed by lz4", ".pcapng.lz4")
def lz4_pcapng(packets):
    return lz4(pcapng_plain(packets))
