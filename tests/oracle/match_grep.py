"""match finds in the King James text what `grep -F -o -b` finds.

grep goes on after a match, so that it can be asked where no two matches
overlap: for one word that does not overlap itself, and for capitalized words of
which none begins another one."""

import os
import subprocess
import sys
import tempfile

import match_support as support


def grep(text, *arguments):
    """Pairs (offset, word)."""
    support.need("grep", "grep")
    done = subprocess.run(["grep", "-a", "-F", "-o", "-b", *arguments, text],
                          check=False, stdout=subprocess.PIPE,
                          env=dict(os.environ, LC_ALL="C"))
    if done.returncode not in (0, 1):
        support.fail(f"grep: status {done.returncode}")
    lines = (line.split(b":", 1) for line in done.stdout.splitlines())
    return [(int(offset), word) for offset, word in lines]


def overlaps_itself(word):
    return any(word.endswith(word[:n]) for n in range(1, len(word)))


def one_by_one(program, folder, text, words):
    """All words at once must give what grep gives for one after another."""
    words = [w for w in words if not overlaps_itself(w)]
    words = support.seeded(1).sample(words, 150) + [b"th", b"the", b"e", b"he"]
    found = []
    for number, word in enumerate(words):
        found += [(o, number, w) for o, w in grep(text, "-e", word)]
    listed = support.write(folder + "/one", b"\n".join(words))
    for form in support.FORMS:
        support.compare(f"words one by one, {form}",
                        support.match_lines(program, form, listed, text),
                        support.in_order(found))


def capitalized(words):
    """Capitalized words, none of which begins with another one."""
    chosen = []
    for word in sorted(w for w in words if len(w) > 3 and w.istitle()):
        if not chosen or not word.startswith(chosen[-1]):
            chosen.append(word)
    return chosen


def all_at_once(program, folder, text, words):
    words = capitalized(words)
    listed = support.write(folder + "/all", b"\n".join(words))
    numbers = {word: i for i, word in enumerate(words)}
    found = [(o, numbers[w], w) for o, w in grep(text, "-f", listed)]
    for form in support.FORMS:
        for chunk in ("7", "1024", "1048576"):
            lines = support.match_lines(program, form, "--chunk=" + chunk,
                                        listed, text)
            support.compare(f"{len(words)} words at once, {form} {chunk}",
                            lines, support.in_order(found))


def main():
    words = support.english_words()
    with tempfile.TemporaryDirectory() as folder:
        text = folder + "/text"
        support.king_james(text)
        one_by_one(sys.argv[1], folder, text, words)
        all_at_once(sys.argv[1], folder, text, words)


main()
