"""The measurements of script/bench. Standard library only.

    bench.py tracer|pairs|report FOLDER RUNS

FOLDER takes inputs and what the tracers write. Every contestant of a row runs
once a round, in an order that turns; a figure is the median over the rounds."""
import datetime
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import time

WORDS = "/usr/share/dict/american-english"


def run(command, environment):
    """(CPU seconds, wall seconds) of COMMAND and all it waits for."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.monotonic()
    done = subprocess.run(command, env={**os.environ, **environment},
                          stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, check=False)
    wall = time.monotonic() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: status {done.returncode}: "
                 f"{done.stderr.decode(errors='replace')}")
    cpu = (after.ru_utime - before.ru_utime
           + after.ru_stime - before.ru_stime)
    return cpu, wall


def rounds(contestants, count, folder):
    """{name: [(cpu, wall)]} of COUNT interleaved runs, after one to warm up."""
    results = {name: [] for name in contestants}
    for number in range(count + 1):
        names = list(contestants)
        for name in names[::-1] if number % 2 else names:
            scratch = os.path.join(folder, "scratch")
            shutil.rmtree(scratch, ignore_errors=True)
            os.mkdir(scratch)
            command, environment = contestants[name]
            measured = run(command, environment)
            if number:
                results[name].append(measured)
    return results


def median_of(measured, which):
    return statistics.median(pair[which] for pair in measured)


def spread_of(measured, which):
    """The quartiles' half distance, in percent of the median."""
    low, middle, high = statistics.quantiles(
        [pair[which] for pair in measured], n=4, method="inclusive")
    return 100 * (high - low) / 2 / middle if middle else 0


def print_machine(count):
    model = "unknown CPU"
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    load = os.getloadavg()[0]
    today = datetime.date.today().isoformat()
    print(f"{today}, {model}, {os.cpu_count()} CPUs, Linux "
          f"{platform.release()}, load {load:.1f}; medians of {count} "
          "interleaved runs\n")


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def workloads(folder):
    """{name: command} of programs that allocate in different ways."""
    text = os.path.join(folder, "kjv.txt")
    with open(text, "wb") as file:
        subprocess.run(["bible", "-f", "gen1:1-rev22:21"], stdout=file,
                       check=True)
    with open(WORDS, encoding="utf-8") as file:
        words = file.read().split()
    json = write(os.path.join(folder, "words.json"), "[" + ",".join(
        f'{{"word":"{w}","size":{len(w)}}}' for w in words
        if w.isascii()) + "]")
    sql = write(os.path.join(folder, "words.sql"), "create table t(w text);\n"
                "begin;\n" + "".join(
                    f"insert into t values('{w}');\n" for w in words
                    if "'" not in w) + "commit;\n"
                "select count(*) from t a join t b on a.w = b.w || 's';\n")
    perl = ("open F, shift; while (<F>) { $n{lc $_}++ for /\\w+/g } "
            "print \"$_ $n{$_}\\n\" for sort keys %n")
    python = ("import collections, sys\n"
              "c = collections.Counter()\n"
              "for line in open(sys.argv[1]):\n"
              "    c.update(line.lower().split() + list(line))\n"
              "print(len(sorted(c.items())))")
    match = ["build/examples/match", "--count", WORDS, text]
    source = write(os.path.join(folder, "many.c"), "".join(
        f"int f{n}(int *a, int n)\n{{\n\tint s = {n};\n"
        "\tfor (int i = 0; i < n; i++)\n\t\tswitch (a[i] & 7) {\n"
        f"\t\tcase 1: s += a[i] * {n}; break;\n"
        f"\t\tcase 2: s ^= a[s & {n}]; break;\n"
        "\t\tdefault: a[i] = s; }\n\treturn s;\n}\n"
        for n in range(150)))
    compiler = subprocess.run(["gcc", "-print-prog-name=cc1"], check=True,
                              text=True, stdout=subprocess.PIPE)
    return {
        "match --naive": match + ["--naive"],
        "match --typed": match + ["--typed"],
        "jq": ["jq", "-c", "map(select(.size > 9)) | length", json],
        "sqlite3": ["sqlite3", ":memory:", f".read {sql}"],
        "perl": ["perl", "-e", perl, text],
        "python3": ["/usr/bin/python3", "-S", "-c", python, text],
        "cc1 -O2": [compiler.stdout.strip(), "-quiet", "-O2", "-fpreprocessed",
                    "-o", "/dev/null", source],
    }


def bench_tracer(folder, count):
    library = os.path.abspath("build/libspill.so")
    scratch = os.path.join(folder, "scratch")
    heaptrack = ["heaptrack", "--raw", "-o", os.path.join(scratch, "raw")]
    print("CPU time (user and system, of all processes) without a tracer, "
          "and as a multiple\nof it with one; in brackets wall time. "
          "heaptrack 1.4 runs with `--raw`.\n")
    print("| program | alone | spill | heaptrack |\n|---|---|---|---|")
    for name, command in workloads(folder).items():
        results = rounds({
            "alone": (command, {}),
            "spill": (command, {"LD_PRELOAD": library, "SPILL_DIR": scratch}),
            "heaptrack": (heaptrack + command, {}),
        }, count, folder)
        alone = results["alone"]
        cells = [f"{median_of(alone, 0):.2f} s "
                 f"±{spread_of(alone, 0):.0f} % "
                 f"({median_of(alone, 1):.2f} s)"]
        for tracer in ("spill", "heaptrack"):
            ratios = [median_of(results[tracer], which)
                      / max(median_of(alone, which), 1e-9)
                      for which in (0, 1)]
            cells.append(f"{ratios[0]:.2f} ({ratios[1]:.2f})")
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


def pair_ns(command, environment):
    done = subprocess.run(command, env={**os.environ, **environment},
                          check=True, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL)
    # heaptrack talks before and after
    return min(float(line) for line in done.stdout.splitlines()
               if line.replace(".", "", 1).isdigit())


def bench_pairs(folder, count):
    program = os.path.join(folder, "pair")
    subprocess.run(["gcc", "-O2", "-fno-optimize-sibling-calls", "-pthread",
                    "script/bench_pair.c", "-o", program], check=True)
    library = os.path.abspath("build/libspill.so")
    print("\nNanoseconds of CPU time for one malloc and its free, the least of "
          f"{count} runs of\n40 stretches; in brackets what the tracer adds.\n")
    print("| frames | threads | alone | spill | heaptrack |\n"
          "|---|---|---|---|---|")
    for depth, threads in ((20, 1), (50, 1), (20, 2), (50, 2)):
        command = [program, str(depth), str(threads)]
        raw = os.path.join(folder, "raw")
        least = {"alone": 1e9, "spill": 1e9, "heaptrack": 1e9}
        for _ in range(count):
            for name, words, environment in (
                    ("alone", command, {}),
                    ("spill", command,
                     {"LD_PRELOAD": library, "SPILL_DIR": folder}),
                    ("heaptrack", ["heaptrack", "--raw", "-o", raw] + command,
                     {})):
                least[name] = min(least[name], pair_ns(words, environment))
        added = [f"{least[name]:.0f} (+{least[name] - least['alone']:.0f})"
                 for name in ("spill", "heaptrack")]
        print(f"| {depth} | {threads} | {least['alone']:.1f} | "
              + " | ".join(added) + " |", flush=True)


def bench_report(folder, count):
    text = workloads(folder)["match --naive"]
    profile = os.path.join(folder, "match.pb.gz")
    run(["build/spill", "record", "-q", "-o", profile, "--"] + text, {})
    python = os.path.join(folder, "python.pb.gz")
    run(["build/spill", "record", "-q", "-o", python, "--"]
        + workloads(folder)["python3"], {})
    print("Milliseconds from command to result.\n")
    print("| profile | report | spill | go tool pprof |\n|---|---|---|---|")
    for name, path in (("match --naive", profile), ("python3", python)):
        for report in ("top", "tree", "svg"):
            results = rounds({
                "spill": (["build/spill", report, path], {}),
                "pprof": (["go", "tool", "pprof", "-symbolize=none",
                           f"-{report}", path], {"HOME": folder}),
            }, count, folder)
            cells = [f"{1000 * median_of(results[who], 1):.0f}"
                     for who in ("spill", "pprof")]
            print(f"| {name} | {report} | " + " | ".join(cells) + " |",
                  flush=True)


def main():
    which, folder, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    print_machine(count)
    {"tracer": bench_tracer, "pairs": bench_pairs,
     "report": bench_report}[which](folder, count)


main()
