"""match finds what a search at each offset finds: on random bytes, and for all
of american-english on a part of the King James text."""

import sys
import tempfile

import match_support as support


def search(words, text):
    """Lines as match prints them, by looking up each substring."""
    numbers = {}
    for number, word in enumerate(words):
        numbers.setdefault(word, []).append(number)
    lengths = sorted({len(word) for word in words})
    found = []
    for offset in range(len(text)):
        for length in lengths:
            word = text[offset:offset + length]
            if len(word) == length and word in numbers:
                found += [(offset, n, word) for n in numbers[word]]
    return support.in_order(found)


def random_words(random, letters):
    words = [bytes(random.choices(letters, k=random.randint(0, 6)))
             for _ in range(random.randint(1, 40))]
    return words + [b"\0"]


def random_sets(program, folder):
    """Empty lines among the words, equal words, NUL and 255, two texts."""
    random = support.seeded(2)
    for letters in (b"a", b"ab", b"\0\xff", b"abc\r \t", bytes(range(256))):
        letters = letters.replace(b"\n", b"")
        for _ in range(25):
            words = random_words(random, letters)
            texts = [bytes(random.choices(letters + b"\n", k=k))
                     for k in (random.randint(0, 2000), 50)]
            paths = [support.write(f"{folder}/text{i}", text)
                     for i, text in enumerate(texts)]
            listed = support.write(folder + "/words", b"\n".join(words))
            words = [word for word in words if word]
            wanted = [path.encode() + b":" + line
                      for path, text in zip(paths, texts)
                      for line in search(words, text)]
            for form in support.FORMS:
                chunk = random.choice(("1", "2", "7", "1024", "1048576"))
                found = support.match_lines(program, form, "--chunk=" + chunk,
                                            listed, *paths)
                if found != wanted:
                    support.compare(f"{words} {form} {chunk}", found, wanted)
    print("random sets: equal")


def english(program, folder):
    words = support.english_words()
    part = support.king_james(folder + "/all")[1000000:1300000]
    text = support.write(folder + "/part", part)
    wanted = search(words, part)
    for form in support.FORMS:
        support.compare(f"{len(words)} words, {form}",
                        support.match_lines(program, form, support.WORDS, text),
                        wanted)


def main():
    with tempfile.TemporaryDirectory() as folder:
        random_sets(sys.argv[1], folder)
        english(sys.argv[1], folder)


main()
