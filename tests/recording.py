#!/usr/bin/env python3
"""Read recordings, independently of spill: from docs/FORMAT.md alone.

    recording.py FILE...     what each holds, in one block of lines

Tests use read(); it raises Malformed where the file breaks the format."""
import collections
import struct
import sys

CHUNK = 256 * 1024
TABLE_AT, TABLE_MAX = 4096, 4096
MODULES_AT, MODULE_MAX, MODULE_SIZE = 20480, 1024, 96
TEXT_AT = MODULES_AT + MODULE_MAX * MODULE_SIZE
STACKS, BUCKETS = 1, 2
NO_STACK, UNKNOWN, CUT, FIRST_STACK = 0, 1, 2, 3
STILL_LOADED = 0xFFFFFFFF

DROPS = ("stack", "bucket", "live", "nested", "module", "slot", "grow")
# (name, struct code) in the order of the file
HEADER = (
    ("magic", "8s"), ("version", "I"), ("header_size", "I"),
    ("chunk_size", "I"), ("state", "I"), ("features", "I"),
    ("machine", "I"), ("pid", "I"), ("parent", "I"), ("start_time", "Q"),
    ("boot_id", "16s"), ("wall_start", "Q"), ("period", "Q"),
    ("exe_at", "I"), ("exe_size", "I"), ("command_at", "I"),
    ("command_size", "I"), ("unwind_at", "I"), ("unwind_size", "I"),
    ("allocator_at", "I"), ("allocator_size", "I"), ("chunk_count", "I"),
    ("stack_count", "I"), ("bucket_count", "I"), ("module_count", "I"),
    ("text_size", "I"), ("slot_count", "I"), ("cut_stacks", "Q"),
    ("guessed_stacks", "Q"), ("foreign_frees", "Q"), ("compared", "Q"),
    ("differing", "Q"), ("drops", "56s"), ("peak_bytes", "Q"),
    ("peak_epoch", "Q"), ("live_bytes", "Q"),
    ("pid_namespace", "Q"),
)
STACK, BUCKET = struct.Struct("<IIQ"), struct.Struct("<IIQQQQQQQqqQQQ24x")
MODULE = struct.Struct("<QQQIIIII20sQQI12x")

Stack = collections.namedtuple("Stack", "parent flags ip")
Bucket = collections.namedtuple(
    "Bucket", "stack slot allocs bytes frees freed smallest largest "
    "peak_epoch peak_objects peak_bytes remote_frees live_max temporary")
Module = collections.namedtuple(
    "Module", "start end bias first last path build_id device inode flags")
# What one stack has in all its buckets
Row = collections.namedtuple(
    "Row", "stack allocs bytes frees freed smallest largest")
Totals = collections.namedtuple("Totals", "allocs frees bytes freed")
# One frame: the address that was under way, as in its ELF file
Frame = collections.namedtuple("Frame", "address module ip")


class Malformed(Exception):
    """The file is no recording, or breaks the format."""


def check(condition, why):
    if not condition:
        raise Malformed(why)


def read_header(data):
    code = struct.Struct("<" + "".join(c for _, c in HEADER))
    check(len(data) >= CHUNK, f"{len(data)} bytes, less than a chunk")
    header = dict(zip((n for n, _ in HEADER), code.unpack_from(data)))
    check(header["magic"] == b"spillrec", f"magic {header['magic']}")
    check(header["version"] == 1, f"version {header['version']}")
    check(header["header_size"] == code.size, "header size")
    check(header["chunk_size"] == CHUNK, "chunk size")
    check(header["machine"] == 62, "machine")
    check(1 <= header["chunk_count"] <= TABLE_MAX, "chunk count")
    check(header["chunk_count"] * CHUNK <= len(data), "chunks past the end")
    check(header["module_count"] <= MODULE_MAX, "module count")
    check(TEXT_AT + header["text_size"] <= CHUNK, "text size")
    values = struct.unpack("<7Q", header["drops"])
    header["drops"] = dict(zip(DROPS, values))
    return header


class Recording:
    """A recording as a reader sees it: all counts first, then what they
    cover."""

    def __init__(self, data):
        self.data = data
        self.header = read_header(data)
        self.drops = self.header["drops"]
        self.stacks = self._array(STACKS, STACK, Stack, "stack_count")
        self.buckets = self._array(BUCKETS, BUCKET, Bucket, "bucket_count")
        self.modules = [self._module(i)
                        for i in range(self.header["module_count"])]
        self._check()

    def _array(self, kind, code, make, count):
        """The entries of all chunks of KIND, in their order."""
        count = self.header[count]
        per_chunk = CHUNK // code.size
        parts = {}
        for chunk in range(self.header["chunk_count"]):
            entry = struct.unpack_from("<I", self.data,
                                       TABLE_AT + 4 * chunk)[0]
            if entry >> 24 == kind:
                check(entry & 0xFFFFFF not in parts, "a part is there twice")
                parts[entry & 0xFFFFFF] = chunk * CHUNK
        check(sorted(parts) == list(range(len(parts))), "a part is missing")
        check(count <= len(parts) * per_chunk, "more entries than room")
        return [make(*code.unpack_from(self.data, parts[i // per_chunk] +
                                       i % per_chunk * code.size))
                for i in range(count)]

    def text(self, at, size):
        check(at + size <= self.header["text_size"], "text past its end")
        return self.data[TEXT_AT + at:TEXT_AT + at + size].decode(
            errors="surrogateescape")

    def _module(self, i):
        (start, end, bias, first, last, path_at, path_size, build_id_size,
         build_id, device, inode, flags) = MODULE.unpack_from(
             self.data, MODULES_AT + i * MODULE_SIZE)
        check(build_id_size <= 20, "build-id size")
        check(start < end, "a module without extent")
        return Module(start, end, bias, first, last,
                      self.text(path_at, path_size),
                      build_id[:build_id_size].hex(), device, inode,
                      flags)

    def _check(self):
        for i, stack in enumerate(self.stacks[FIRST_STACK:], FIRST_STACK):
            check(stack.parent < i, f"stack {i} is its parent's parent")
            check(stack.parent != UNKNOWN, f"stack {i} has unknown callers")
            check(stack.ip, f"stack {i} has no address")
        for i, bucket in enumerate(self.buckets):
            check(bucket.stack < len(self.stacks), f"bucket {i}: no stack")

    @property
    def exe(self):
        return self.text(self.header["exe_at"], self.header["exe_size"])

    @property
    def command(self):
        return self.text(self.header["command_at"],
                         self.header["command_size"]).split("\0")[:-1]

    def totals(self):
        return Totals(*(sum(getattr(b, name) for b in self.buckets)
                        for name in ("allocs", "frees", "bytes", "freed")))

    def lost(self):
        """Drops that make totals wrong, by name."""
        return {name: n for name, n in self.drops.items()
                if n and name in ("bucket", "live", "nested", "slot")}

    def rows(self):
        """A Row for each stack that counted something, by stack id."""
        sums = {}
        for b in self.buckets:
            if not b.allocs and not b.frees:
                continue
            old = sums.get(b.stack)
            row = Row(b.stack, b.allocs, b.bytes, b.frees, b.freed,
                      b.smallest, b.largest)
            if old:
                row = Row(b.stack, *(x + y for x, y in zip(old[1:5],
                                                           row[1:5])),
                          min(old.smallest, b.smallest),
                          max(old.largest, b.largest))
            sums[b.stack] = row
        return [sums[stack] for stack in sorted(sums)]

    def at_peak(self):
        """{stack: (objects, bytes)} when most bytes were live."""
        held = {}
        for b in self.buckets:
            now = (b.allocs - b.frees, b.bytes - b.freed)
            if b.peak_epoch == self.header["peak_epoch"]:
                now = (b.peak_objects, b.peak_bytes)
            old = held.get(b.stack, (0, 0))
            held[b.stack] = (old[0] + now[0], old[1] + now[1])
        return held

    def module_of(self, stack):
        """The module of the frame that STACK ends with, or None."""
        at = self.stacks[stack].ip - 1
        for module in self.modules:
            if module.start <= at < module.end and \
                    module.first <= stack <= module.last:
                return module
        return None

    def frames(self, stack):
        """(frames, cut): innermost first."""
        frames = []
        while stack >= FIRST_STACK:
            entry, module = self.stacks[stack], self.module_of(stack)
            bias = module.bias if module else 0
            frames.append(Frame(entry.ip - 1 - bias, module, entry.ip))
            stack = entry.parent
        return frames, stack == CUT


def read(path):
    with open(path, "rb") as file:
        return Recording(file.read())


def describe(path):
    rec = read(path)
    totals, header = rec.totals(), rec.header
    print(f"{path}: pid {header['pid']} of {header['parent']}, {rec.exe}")
    print(f"  command {' '.join(rec.command)}")
    print(f"  state {header['state']} chunks {header['chunk_count']} stacks "
          f"{header['stack_count']} buckets {header['bucket_count']} modules "
          f"{header['module_count']} slots {header['slot_count']}")
    print(f"  cut {header['cut_stacks']} guessed {header['guessed_stacks']} "
          f"foreign {header['foreign_frees']} compared {header['compared']} "
          f"differing {header['differing']}")
    print("  drops " + " ".join(f"{k} {n}" for k, n in rec.drops.items()))
    print(f"  allocs {totals.allocs} frees {totals.frees} bytes "
          f"{totals.bytes} in use {totals.allocs - totals.frees} objects "
          f"{totals.bytes - totals.freed} bytes")


def main():
    for path in sys.argv[1:]:
        try:
            describe(path)
        except (Malformed, OSError) as why:
            sys.exit(f"{path}: {why}")


if __name__ == "__main__":
    main()
