#!/usr/bin/env python3
"""Check that includes only go downward, and stand in the order we write them.

    layers.py ROOT

A file may include what lies in its own folder and in folders of a lower rank of
the same tree, and what EXTRA grants. Prints each breach; exit status 1 if there
was one."""
import os
import re
import sys

# Folder: rank. Trees that share no first word share nothing but EXTRA.
RANK = {
    "tracer/os": 0,
    "tracer/store": 1,
    "tracer/stack": 2,
    "tracer/count": 2,
    "tracer/hook": 3,
    "report/base": 0,
    "report/stats": 1,
    "report/graph": 1,
    "report/read": 2,
    "report/symbol": 2,
    "report/draw": 2,
    "matcher": 0,
    "examples": 0,
    "libexec": 0,
    "cmd": 0,
}

# What a folder may include besides: folders, or single headers.
EXTRA = {
    "tracer/count": ["tracer/stack"],
    "report/symbol": ["tracer/store/recording.h"],
    # build-ids of files that a recording names
    "report/read": ["tracer/store/recording.h", "report/symbol/elf_file.h"],
    "report/graph": ["tracer/store/recording.h"],
    "examples": ["matcher"],
    "libexec": ["report/base", "report/graph", "report/read", "report/draw"],
    "cmd": ["report", "tracer/store/recording.h"],
}

SKIPPED = ("build", ".git", "demo")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+(["<])([^">]+)[">]')


def folder_of(path):
    """The folder of RANK that PATH lies in, or None."""
    folder = os.path.dirname(path)
    while folder and folder not in RANK:
        folder = os.path.dirname(folder)
    return folder or None


def within(path, place):
    return path == place or path.startswith(place + "/")


def may_include(path, target):
    mine, other = folder_of(path), folder_of(target)
    if mine is None:
        return True
    if any(within(target, place) for place in EXTRA.get(mine, [])):
        return True
    if other is None:
        return False
    if mine == other:
        return True
    same_tree = mine.split("/")[0] == other.split("/")[0]
    return same_tree and RANK[other] < RANK[mine]


def includes_of(text):
    """(line number, quoted?, target) of each include."""
    for number, line in enumerate(text.splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(1) == '"', match.group(2)


def check_layers(root, path, includes):
    for number, quoted, target in includes:
        if not quoted:
            continue
        beside = os.path.join(root, os.path.dirname(path), target)
        if path.startswith("tests/") and os.path.isfile(beside):
            # a program that a test compiles by itself
            continue
        if not os.path.isfile(os.path.join(root, target)):
            yield f"{path}:{number}: '{target}' is not a path from the root"
        elif not may_include(path, target):
            yield f"{path}:{number}: may not include '{target}'"


def own_header(root, path, includes):
    """The header that PATH implements: one of its own folder that it includes
    first, or its namesake. A test begins with the header that it tests."""
    if not path.endswith(".c"):
        return None
    first = includes[0][2] if includes and includes[0][1] else ""
    if first and (path.startswith("tests/")
                  or within(os.path.dirname(path), os.path.dirname(first))):
        return first
    namesake = os.path.splitext(path)[0] + ".h"
    if os.path.isfile(os.path.join(root, namesake)):
        return namesake
    return None


def check_order(root, path, includes):
    """Own header, then <system>, then "ours"; each group sorted."""
    own = own_header(root, path, includes)
    if own and (not includes or includes[0][2] != own):
        yield f"{path}:1: own header '{own}' must come first"
    rest = [include for include in includes if include[2] != own]
    seen_ours = False
    for number, quoted, target in rest:
        if seen_ours and not quoted:
            yield f"{path}:{number}: <{target}> must come before ours"
        seen_ours = seen_ours or quoted
    for previous, this in zip(rest, rest[1:]):
        if previous[0] + 1 == this[0] and previous[1] == this[1] \
                and previous[2] > this[2]:
            yield f"{path}:{this[0]}: '{this[2]}' is out of order"


def sources(root):
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(f for f in folders if not f.startswith(SKIPPED))
        for name in sorted(files):
            if name.endswith((".c", ".h")):
                yield os.path.relpath(os.path.join(folder, name), root)


def check_tree(root):
    breaches = []
    for path in sources(root):
        with open(os.path.join(root, path), encoding="utf-8") as file:
            includes = list(includes_of(file.read()))
        breaches += check_layers(root, path, includes)
        breaches += check_order(root, path, includes)
    return breaches


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: layers.py ROOT")
    breaches = check_tree(sys.argv[1])
    print("\n".join(breaches) or "includes: in order")
    sys.exit(1 if breaches else 0)


if __name__ == "__main__":
    main()
