"""Random profile.proto files, valid but unusual, the same for the same seed.

Written from the format's description alone, with an encoder of its own, so that
a mistake in spill's reader does not hide itself: ids are sparse, fields come in
any order, numbers are packed or not, strings are there twice."""
import random

FUNCTIONS = [
    "main", "parse", "xmalloc", "operator new(unsigned long)", "", "a.out",
    "std::vector<int, std::allocator<int> >::push_back(int const&)",
    "ns::Class::method<Foo<int> >(int)", "ns::_Klass::~_Klass()",
    "(anonymous namespace)::helper(char const*)", "Class::operator()(int)",
    "github.com/foo/bar/v2.(*Type).Method", "runtime.mallocgc",
    "github.com/foo/bar.Map[...].Get", "com.example.app.Main.run(Main.java)",
    "com.example.Thing.<init>", "java.util.List.lambda$0", "über::Größe::neu",
    "_ZN3foo3barEv", "_ZN3app5TableIiE3addEi", "_RNvCs1234_7mycrate3foo",
    "_Z", "_Zbroken", "a::b(int (*)(char))::c", "x::y)(z", "f<a<b>::c",
    "std::function<int (char)>::operator()(char) const", "x::<a>(b)<c>d",
    "malloc", ".malloc", "tab\\slash \"quoted\"", "f.part.0",
    "<alloc::vec::Vec<T> as core::clone::Clone>::clone", "日本語の関数",
    "ns::Class::", "A::B", "::x", "operator/", "a::b::c", "a::B::c::D::e",
    "no \udcff utf8 \udcc3",
]
FILES = ["", "main.c", "src/parse.c", "/usr/src//lib/../x.c", "./a/./b.h",
         "/proc/self/cwd/w.c", "../up.c", "dir/with space.c", "b.h"]
BINARIES = ["", "/usr/bin/app", "/usr/lib/libc.so.6", "[vdso]"]
TYPES = [
    [("alloc_objects", "count"), ("alloc_space", "bytes"),
     ("inuse_objects", "count"), ("inuse_space", "bytes")],
    [("samples", "count"), ("cpu", "nanoseconds")],
    [("space", "kilobytes")],
    [("objects", "count"), ("space", "Bytes"), ("delay", "ms")],
    [("things", "furlong")],
]


def varint(number):
    number &= (1 << 64) - 1
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7f | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def number_field(field, number):
    return varint(field << 3) + varint(number)


def bytes_field(field, data):
    return varint(field << 3 | 2) + varint(len(data)) + data


class Writer:
    """One profile under way."""

    def __init__(self, rng, scale):
        self.rng = rng
        self.scale = scale
        self.strings = [""]
        self.parts = []

    def string(self, text):
        """The index of TEXT; sometimes a second one."""
        if text in self.strings and self.rng.random() < 0.9:
            return self.strings.index(text)
        self.strings.append(text)
        return len(self.strings) - 1

    def fields(self, *pairs):
        """A message of numbers, zeros left out, in any order."""
        pairs = [(f, n) for f, n in pairs if n or self.rng.random() < 0.1]
        self.rng.shuffle(pairs)
        return b"".join(number_field(f, n) for f, n in pairs)

    def numbers(self, field, numbers):
        if self.rng.random() < 0.5:
            return bytes_field(field, b"".join(map(varint, numbers)))
        return b"".join(number_field(field, n) for n in numbers)

    def ids(self, count):
        """COUNT ids, none of them 0: in order, or sparse."""
        kind = self.rng.randrange(3)
        if kind == 0:
            return list(range(1, count + 1))
        top = 1 << (16 if kind == 1 else 64)
        ids = set()
        while len(ids) < count:
            ids.add(self.rng.randrange(1, top))
        ids = list(ids)
        ids.sort()
        self.rng.shuffle(ids)
        return ids

    def types(self, field, pairs):
        for name, unit in pairs:
            self.parts.append(bytes_field(field, self.fields(
                (1, self.string(name)), (2, self.string(unit)))))

    def mappings(self):
        rng = self.rng
        self.mapping_ids = self.ids(rng.randrange(0, 4))
        for ident in self.mapping_ids:
            start = rng.randrange(1, 1 << 40) << 12
            flags = [(f, rng.randrange(2)) for f in range(7, 11)]
            self.parts.append(bytes_field(3, self.fields(
                (1, ident), (2, start), (3, start + rng.randrange(1 << 20)),
                (4, rng.randrange(4) << 12),
                (5, self.string(rng.choice(BINARIES))),
                (6, self.string(rng.choice(["", "", "abc123", "ff00"]))),
                *flags)))

    def functions(self):
        rng = self.rng
        self.function_ids = self.ids(rng.randrange(2, 10 + self.scale))
        for ident in self.function_ids:
            name = rng.choice(FUNCTIONS)
            if rng.random() < 0.4:
                name = "f%d" % rng.randrange(3 * self.scale)
            system = name if rng.random() < 0.5 else "_Z" + name
            self.parts.append(bytes_field(5, self.fields(
                (1, ident), (2, self.string(name)), (3, self.string(system)),
                (4, self.string(rng.choice(FILES))),
                (5, rng.choice([0, 0, 7, 120])))))

    def locations(self):
        rng = self.rng
        self.location_ids = self.ids(rng.randrange(2, 12 + 2 * self.scale))
        for ident in self.location_ids:
            data = self.fields(
                (1, ident), (3, rng.choice([0, rng.randrange(1 << 47)])),
                (2, rng.choice(self.mapping_ids + [0])),
                (5, rng.random() < 0.05))
            for _ in range(rng.choice([0, 1, 1, 1, 1, 2, 3])):
                data += bytes_field(4, self.fields(
                    (1, rng.choice(self.function_ids)),
                    (2, rng.choice([0, 1, 42, 100000]))))
            self.parts.append(bytes_field(4, data))

    def label(self):
        rng = self.rng
        kind = rng.randrange(3)
        if kind == 0:
            return self.fields(
                (1, self.string(rng.choice(["process", "thread", "k k"]))),
                (2, self.string(rng.choice(["cc1", "as", "a b", "ü"]))))
        if kind == 1:
            return self.fields(
                (1, self.string("bytes")),
                (3, rng.choice([1, 16, 48, 1024, 5000, 1 << 20, 7777777])))
        return self.fields(
            (1, self.string(rng.choice(["request", "latency"]))),
            (3, rng.randrange(1, 5000)),
            (4, self.string(rng.choice(["", "kb", "ms"]))))

    def value(self):
        rng = self.rng
        if rng.random() < 0.1:
            return 0
        value = rng.randrange(1, 1 << rng.choice([3, 10, 20, 34]))
        return -value if self.negative and rng.random() < 0.3 else value

    def samples(self, type_count, labels):
        rng = self.rng
        for _ in range(rng.randrange(1, 4 + 8 * self.scale)):
            depth = rng.randrange(0, 12)
            stack = [rng.choice(self.location_ids) for _ in range(depth)]
            fields = [self.numbers(1, stack), self.numbers(
                2, [self.value() for _ in range(type_count)])]
            for _ in range(rng.choice([0, 1, 1, 2, 4]) if labels else 0):
                fields.append(bytes_field(3, self.label()))
            rng.shuffle(fields)
            self.parts.append(bytes_field(2, b"".join(fields)))

    def header(self, types):
        rng = self.rng
        if rng.random() < 0.5:
            self.parts.append(number_field(7, self.string(
                r"malloc|runtime\..*|operator new|f[0-4]")))
            if rng.random() < 0.5:
                self.parts.append(number_field(8, self.string("f3|malloc")))
        if rng.random() < 0.7:
            self.parts.append(number_field(
                9, rng.randrange(1, 1 << rng.choice([40, 61]))))
        if rng.random() < 0.7:
            self.parts.append(number_field(
                10, rng.randrange(1, 1 << rng.choice([8, 16, 28, 34, 50]))))
        if rng.random() < 0.7:
            self.types(11, [("space", "bytes")])
            self.parts.append(number_field(12, 524288))
        if rng.random() < 0.4:
            self.parts.append(self.numbers(13, [
                self.string("a comment"), self.string("#hidden"),
                self.string("a comment")]))
        if rng.random() < 0.6:
            self.parts.append(number_field(
                14, self.string(rng.choice(types)[0])))

    def profile(self, labels):
        self.negative = self.rng.random() < 0.15
        types = self.rng.choice(TYPES)
        self.mappings()
        self.functions()
        self.locations()
        self.samples(len(types), labels)
        self.header(types)
        # unknown fields are stepped over
        self.parts.append(bytes_field(99, b"later"))
        self.parts.append(varint(98 << 3 | 1) + b"12345678")
        if self.rng.random() < 0.5:
            self.rng.shuffle(self.parts)
        head = self.parts
        self.parts = []
        self.types(1, types)
        strings = [bytes_field(6, s.encode(errors="surrogateescape"))
                   for s in self.strings]
        return b"".join(self.parts + head + strings), types


def random_profile(seed, scale=6, labels=True):
    """(bytes, sample types) of profile number SEED."""
    return Writer(random.Random(seed), scale).profile(labels)
