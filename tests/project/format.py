#!/usr/bin/env python3
"""Check that the tables of docs/FORMAT.md are what recording.h says.

    format.py ROOT CC

A program that includes the header prints each field's offset and size."""
import os
import re
import subprocess
import sys
import tempfile

HEADER = "tracer/store/recording.h"


def documented(text):
    """{struct: {field: (offset, size)}} of the tables under ### `struct x`."""
    structs = {}
    for part in re.split(r"^### ", text, flags=re.M)[1:]:
        match = re.match(r"`struct (\w+)`", part)
        if not match:
            continue
        rows = re.findall(r"^\| (\d+) \| (\d+) \| `(\w+)` \|",
                          part.split("\n## ")[0], re.M)
        structs[match.group(1)] = {
            name: (int(offset), int(size)) for offset, size, name in rows}
    return structs


def declared(text):
    """{struct: [fields]} of the header."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    structs = {}
    for name, body in re.findall(r"^struct (\w+) \{(.*?)^\};", text,
                                 re.S | re.M):
        structs[name] = re.findall(r"(\w+)(?:\[\w+\])?;", body)
    return structs


def measured(root, compiler, structs):
    lines = [f'#include "{HEADER}"', "#include <stddef.h>",
             "#include <stdio.h>", "int main(void)", "{"]
    for struct, fields in structs.items():
        for field in fields:
            lines.append(
                f'printf("{struct} {field} %zu %zu\\n", offsetof(struct '
                f'{struct}, {field}), sizeof(((struct {struct} *)0)->'
                f'{field}));')
    lines.append("return 0;\n}")
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(folder, "layout.c")
        with open(source, "w", encoding="utf-8") as file:
            file.write("\n".join(lines))
        program = os.path.join(folder, "layout")
        subprocess.run([compiler, "-D_GNU_SOURCE", "-I", root, "-o", program,
                        source], check=True)
        text = subprocess.run([program], check=True, text=True,
                              stdout=subprocess.PIPE).stdout
    found = {}
    for line in text.splitlines():
        struct, field, offset, size = line.split()
        found.setdefault(struct, {})[field] = (int(offset), int(size))
    return found


def main():
    root, compiler = sys.argv[1:]
    with open(os.path.join(root, HEADER), encoding="utf-8") as file:
        real = measured(root, compiler, declared(file.read()))
    with open(os.path.join(root, "docs/FORMAT.md"), encoding="utf-8") as file:
        told = documented(file.read())
    wrong = 0
    for struct in sorted(real.keys() | told.keys()):
        fields = real.get(struct, {}).keys() | told.get(struct, {}).keys()
        for field in sorted(fields):
            is_, says = (there.get(struct, {}).get(field)
                         for there in (real, told))
            if is_ != says:
                print(f"{struct}.{field}: offset and size are {is_}, "
                      f"docs/FORMAT.md says {says}")
                wrong += 1
    if len(real) < 4:
        print(f"found only {sorted(real)} in {HEADER}")
        wrong += 1
    sys.exit(1 if wrong else 0)


main()
