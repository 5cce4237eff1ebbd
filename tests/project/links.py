#!/usr/bin/env python3
"""Check that what the documents point at within the tree is there.

    links.py ROOT

Links and pictures of *.md, and each script, folder or file that they name in
backquotes (`script/setup`, `docs/FORMAT.md`)."""
import os
import re
import sys

TREES = ("script/", "docs/", "tests/", "tracer/", "report/", "matcher/", "cmd/",
         "libexec/", "examples/", ".ci/")
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
NAMED = re.compile(r"`([\w./-]+)")


def documents(root):
    for folder, folders, files in os.walk(root):
        folders[:] = [f for f in folders
                      if not f.startswith((".git", "build", "demo"))]
        for name in files:
            if name.endswith(".md"):
                yield os.path.join(folder, name)


def targets(text):
    """(what the text says, True if it is relative to the document)."""
    for link in LINK.findall(text):
        if "://" not in link:
            yield link, True
    for name in NAMED.findall(text):
        if name.startswith(TREES):
            yield name, False


def main():
    root = sys.argv[1]
    wrong = 0
    count = 0
    for document in documents(root):
        with open(document, encoding="utf-8") as file:
            text = file.read()
        for target, relative in targets(text):
            base = os.path.dirname(document) if relative else root
            count += 1
            if not os.path.exists(os.path.join(base, target)):
                print(f"{os.path.relpath(document, root)}: no '{target}'")
                wrong += 1
    if count < 10:
        print(f"found only {count} links")
        wrong += 1
    sys.exit(1 if wrong else 0)


main()
