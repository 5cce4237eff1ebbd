#!/usr/bin/env python3
"""Print the tests of a ctest --output-junit file that did not run, and why.

A test that exits with its SKIP_RETURN_CODE says why in its output; a case that
a cmocka program skipped shows as "[  SKIPPED ] name" in that program's."""
import re
import sys
import xml.etree.ElementTree


def reason_of(case):
    """The last line that the test printed, or what ctest says."""
    output = case.findtext("system-out") or ""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    if lines:
        return lines[-1]
    skipped = case.find("skipped")
    return skipped.get("message", "no reason given") if skipped is not None \
        else "no reason given"


def skipped_cases(case):
    """Cases that a cmocka program skipped, each named once."""
    output = case.findtext("system-out") or ""
    names = re.findall(r"\[ +SKIPPED +\] ([^:\n]+?)\s*$", output, re.M)
    return sorted({name for name in names if "test(s)" not in name})


def main():
    root = xml.etree.ElementTree.parse(sys.argv[1]).getroot()
    count = 0
    for case in root.iter("testcase"):
        name = case.get("name")
        if case.find("skipped") is not None or case.get("status") in (
                "notrun", "disabled"):
            print(f"skipped: {name}: {reason_of(case)}")
            count += 1
            continue
        for part in skipped_cases(case):
            print(f"skipped: {name}: case {part}")
            count += 1
    print(f"{count} skipped")


main()
