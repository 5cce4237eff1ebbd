#!/usr/bin/env python3
"""Put a compilation database for clang-tidy into a folder; print its sources.

    tidy_commands.py BUILD_FOLDER NEW_FOLDER

It is the build's own, without generated sources and without the options that
gcc knows and clang refuses."""
import json
import os
import sys

GCC_ONLY = {"-fno-reorder-blocks-and-partition", "-Wno-use-after-free",
            "-fno-inline-functions-called-once"}


def main():
    build, folder = (os.path.abspath(path) for path in sys.argv[1:3])
    with open(os.path.join(build, "compile_commands.json"),
              encoding="utf-8") as file:
        commands = json.load(file)
    commands = [command for command in commands
                if command["file"].endswith(".c")
                and not command["file"].startswith(build + os.sep)]
    for command in commands:
        command["command"] = " ".join(
            word for word in command["command"].split(" ")
            if word not in GCC_ONLY)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "compile_commands.json"), "w",
              encoding="utf-8") as file:
        json.dump(commands, file)
    for name in sorted({command["file"] for command in commands}):
        print(name)


main()
