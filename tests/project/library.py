#!/usr/bin/env python3
"""Check what libspill.so shows to the programs it is loaded into.

    library.py LIBRARY EXPORTS_MAP

It may export only what EXPORTS_MAP lists, all of it, need only libc, and use
no symbol of a glibc newer than NEWEST unless weakly: a program on an old
distribution must still start with it."""
import re
import subprocess
import sys

NEWEST = (2, 17)
NEEDED = ["libc.so.6"]


def readelf(option, library):
    return subprocess.run(["readelf", "-W", option, library], check=True,
                          text=True, stdout=subprocess.PIPE).stdout


def listed(path):
    """Names between "global:" and "local:" of a version script."""
    with open(path, encoding="utf-8") as file:
        text = re.sub(r"/\*.*?\*/|#[^\n]*", "", file.read(), flags=re.S)
    names = set()
    for part in re.findall(r"global:(.*?)(?:local:|\})", text, re.S):
        names.update(name.strip() for name in part.split(";") if name.strip())
    return names


def symbols(library):
    """(name, version or None, bind, defined?) of each dynamic symbol."""
    for line in readelf("--dyn-syms", library).splitlines():
        field = line.split()
        if len(field) < 8 or not field[0].rstrip(":").isdigit():
            continue
        name, _, version = field[7].partition("@")
        yield name, version.strip("@"), field[4], field[6] != "UND"


def version_of(text):
    match = re.fullmatch(r"GLIBC_(\d+)\.(\d+)(?:\.\d+)?", text or "")
    return (int(match.group(1)), int(match.group(2))) if match else (0, 0)


def needed_versions(library):
    """GLIBC versions that the loader insists on: those not flagged WEAK."""
    for line in readelf("--version-info", library).splitlines():
        match = re.search(r"Name: (GLIBC_\S+)\s+Flags: (.*?)\s+Version", line)
        if match and "WEAK" not in match.group(2):
            yield match.group(1)


def breaches_of(library, exports):
    found = list(symbols(library))
    exported = {name for name, _, _, defined in found if defined}
    wanted = listed(exports)
    exported -= {name for name in exported if name.startswith("SPILL_")}
    for name in sorted(exported - wanted):
        yield f"exports '{name}', which {exports} does not list"
    for name in sorted(wanted - exported):
        yield f"does not export '{name}', which {exports} lists"
    for name, version, bind, defined in found:
        if not defined and bind != "WEAK" and version_of(version) > NEWEST:
            yield f"needs {name}@{version}"
    for version in sorted(set(needed_versions(library))):
        if version_of(version) > NEWEST:
            yield f"cannot be loaded without {version}"
    dynamic = readelf("-d", library)
    needed = re.findall(r"\(NEEDED\).*\[(.*?)\]", dynamic)
    if needed != NEEDED:
        yield f"needs {needed}, not {NEEDED}"


def main():
    breaches = list(breaches_of(sys.argv[1], sys.argv[2]))
    for breach in breaches:
        print(f"{sys.argv[1]}: {breach}")
    sys.exit(1 if breaches else 0)


main()
