"""What makes the records of `live` and those of `read` of the packets that it wrote comparable.

The packets carry the frame numbers of the records (epb_packetid), so frames can be compared although the file leaves out
what is not FTP.
"""
import json
import struct


def packet_ids(path):
    """The frame numbers of the packets, in the order of the file."""
    ids = []
    with open(path, "rb") as file:
        data = file.read()
    at = 0
    while at < len(data):
        kind, length = struct.unpack_from("<II", data, at)
        if kind == 6:
            captured = struct.unpack_from("<I", data, at + 20)[0]
            option = at + 28 + (captured + 3) // 4 * 4
            while option < at + length - 4:
                code, size = struct.unpack_from("<HH", data, option)
                if code == 5:
                    ids.append(struct.unpack_from("<Q", data, option + 4)[0])
                option += 4 + (size + 3) // 4 * 4
        at += length
    return ids


def comparable(records):
    """Without the number of the connection among all connections."""
    return [{key: value for key, value in record.items() if key not in ("file", "flow_id")}
            for record in records if record["event_type"] != "stats"]


def translated(value, to, inside=False):
    """With the frame numbers of the file instead of those of the stream."""
    if isinstance(value, dict):
        return {key: translated(item, to, inside or key in ("frames", "evidence")) for key, item in value.items()}
    if isinstance(value, list):
        return [translated(item, to, inside) for item in value]
    return to.get(value, "not written: %d" % value) if inside and isinstance(value, int) else value


def in_any_order(records):
    return sorted(json.dumps(record, sort_keys=True) for record in records)


def told_of_file(records, path):
    """What `live` told, with the frame numbers of the file it wrote."""
    to = {identity: i + 1 for i, identity in enumerate(packet_ids(path))}
    return in_any_order(translated(comparable(records), to))
