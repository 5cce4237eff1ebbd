#!/usr/bin/env python3
"""Check that no source file is longer than LIMIT lines.

    sizes.py ROOT

STYLE: a file is one noun; one that grows longer wants to be two."""
import os
import sys

LIMIT = 400
SUFFIXES = (".c", ".h", ".cc", ".py", ".sh")
SKIPPED = ("build", ".git", "demo")


def long_files(root):
    for folder, folders, files in os.walk(root):
        folders[:] = [f for f in folders if not f.startswith(SKIPPED)]
        for name in sorted(files):
            path = os.path.join(folder, name)
            if not name.endswith(SUFFIXES):
                continue
            with open(path, encoding="utf-8") as file:
                count = sum(1 for _ in file)
            if count > LIMIT:
                yield os.path.relpath(path, root), count


def main():
    breaches = list(long_files(sys.argv[1]))
    for path, count in breaches:
        print(f"{path}: {count} lines, more than {LIMIT}")
    sys.exit(1 if breaches else 0)


main()
