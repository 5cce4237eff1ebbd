"""Every capture of the tracer's own unwinder equals libunwind's.

    unwinder.py LIBSPILL_COMPARE EXAMPLES ODD_PROGRAM..."""
import os
import subprocess
import sys
import tempfile

import recording
import tracer_support as support

SOURCE = """
#include <map>
#include <string>
#include <vector>
std::map<std::string, std::vector<int>> table;
int fill(int n) {
	for (int i = 0; i < n; i++)
		table[std::to_string(i % 7)].push_back(i);
	return (int)table.size();
}
"""
C_SOURCE = "\n".join(
    f"static int f{i}(int a, int b) {{ int c = a * {i}; for (int k = 0; k < b;"
    f" k++) c += k ^ a; return c > {i} ? c : b; }}\n"
    f"int g{i}(int x) {{ return f{i}(x, {i}) + f{i}(x + 1, 3); }}"
    for i in range(60))
SQL = ("create table t(a, b); with recursive n(i) as (select 1 union all "
       "select i + 1 from n where i < 3000) insert into t select i, "
       "'x' || (i * 7919 % 1000) from n; create index ti on t(b); "
       "select b, count(*) from t group by b order by 2 desc limit 5; "
       "select group_concat(a) from t where b like 'x1%';")
PERL = ("my %h; for my $i (1..3000) { push @{$h{$i % 97}}, "
        "join(',', map { $_ * $i } 1..5); } my $t = join ';', map { "
        "s/1/2/gr } map { @$_ } values %h; eval { die {a => 1} }; "
        "print length($t), \"\\n\";")
PYTHON = ("import json, re; d = {str(i): [i, {'k': 'v' * (i % 9)}] for i in "
          "range(300)}; t = json.dumps(json.loads(json.dumps(d)), indent=1);"
          "print(len(re.sub('v+', lambda m: m.group()[1:], t)))")


def write(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def gcc_program(name):
    done = subprocess.run(["gcc", "-print-prog-name=" + name], check=False,
                          capture_output=True, text=True)
    path = done.stdout.strip()
    return path if os.path.isabs(path) else None


def programs(examples, odd, scratch):
    """(name, command, environment, smallest number of captures)"""
    which = support.which
    write(scratch + "/words", "".join(f"w{i}\n" for i in range(500)))
    write(scratch + "/text", " ".join(f"w{i}" for i in range(2000)))
    write(scratch + "/a.c", C_SOURCE)
    write(scratch + "/a.cc", SOURCE)
    yield "jq", [which("jq"), "-n", "[range(3000) | {a: ., b: (. * 3 | "
                 "tostring)}] | group_by(.a % 7) | map(length)"], {}, 10000
    yield "perl", [which("perl"), "-e", PERL], {}, 5000
    yield "sqlite3", [which("sqlite3"), ":memory:", SQL], {}, 1000
    yield ("python3", [which("python3"), "-S", "-s", "-c", PYTHON],
           {"PYTHONMALLOC": "malloc"}, 10000)
    yield "cc1", [gcc_program("cc1"), "-quiet", "-O2", scratch + "/a.c", "-o",
                  scratch + "/a.s"], {}, 5000
    yield ("cc1plus", [gcc_program("cc1plus"), "-quiet", "-fsyntax-only",
                       "-I/usr/include/x86_64-linux-gnu",
                       scratch + "/a.cc"], {}, 10000)
    yield "openssl", [which("openssl"), "ciphers"], {}, 5000
    yield "git", [which("git"), "--no-pager", "diff", "--no-index",
                  "--stat", scratch + "/a.c", scratch + "/a.cc"], {}, 100
    yield "match", [examples + "/match", "--naive", "--count",
                    scratch + "/words", scratch + "/text"], {}, 1000
    for name in ("leak", "churn", "threads"):
        yield name, [f"{examples}/{name}"], {}, 50
    for path in odd:
        yield os.path.basename(path), [path], {}, 8000


def name_of(rec, symbols, ip):
    for module in rec.modules:
        if module.start <= ip - 1 < module.end:
            frame = recording.Frame(ip - 1 - module.bias, module, ip)
            return (f"{os.path.basename(module.path)} {frame.address:#x} "
                    f"{symbols.name(frame)}")
    return "?"


def show_difference(folder):
    """The first stack that differs, with names."""
    symbols = support.Symbols()
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".differs"):
            continue
        rec = recording.read(folder + "/" + name.removesuffix(".differs"))
        with open(folder + "/" + name, encoding="ascii") as file:
            lines = file.read().splitlines()
        second = [i for i, l in enumerate(lines) if l == "ours"][1:2]
        for line in lines[:second[0] if second else None]:
            text = line
            if line.startswith(" "):
                text += "  " + name_of(rec, symbols, int(line, 16))
            print("   ", text)


def compare(library, name, command, env, least):
    """Whether all captures of COMMAND are equal, printed as a line."""
    with tempfile.TemporaryDirectory() as folder:
        done, recs = support.traced(
            library, command, support.clean_environment(**env), folder)
        if done.returncode not in (0, 1) or not recs:
            print(f"{name}: status {done.returncode}, {len(recs)} recordings,"
                  f" {done.stderr[-300:]}")
            return False
        compared = sum(rec.header["compared"] for rec in recs)
        differing = sum(rec.header["differing"] for rec in recs)
        allocs = sum(rec.totals().allocs for rec in recs)
        guessed = sum(rec.header["guessed_stacks"] for rec in recs)
        print(f"{name:12} {allocs:9} {compared:9} {differing:9} {guessed:9}")
        if differing:
            show_difference(folder)
    # those before libunwind was loaded are not compared
    if compared < least or compared < allocs * 0.9 - 100:
        print(f"{name}: too few captures were compared")
        return False
    return not differing


def main():
    library, examples, *odd = sys.argv[1:]
    good = True
    print("program      allocs   compared  differing   guessed")
    with tempfile.TemporaryDirectory() as scratch:
        for name, command, env, least in programs(examples, odd, scratch):
            if command[0]:
                good &= compare(library, name, command, env, least)
            else:
                print(f"{name}: not installed")
    sys.exit(0 if good else 1)


main()
