"""A reader of profile.proto that shares nothing with spill's own."""
import gzip


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def fields(data):
    """[(field number, int or bytes)] of one message."""
    at, result = 0, []
    while at < len(data):
        key, at = varint(data, at)
        if key & 7 == 0:
            value, at = varint(data, at)
        elif key & 7 == 2:
            size, at = varint(data, at)
            value, at = data[at:at + size], at + size
            assert len(value) == size
        else:
            raise ValueError(f"wire type {key & 7}")
        result.append((key >> 3, value))
    return result


def numbers(message, field):
    """A repeated number, packed or not."""
    result = []
    for number, value in message:
        if number == field and isinstance(value, bytes):
            at = 0
            while at < len(value):
                one, at = varint(value, at)
                result.append(one)
        elif number == field:
            result.append(value)
    return [n - (1 << 64) if n >> 63 else n for n in result]


def one(message, field):
    found = numbers(message, field)
    return found[-1] if found else 0


class Profile:
    def __init__(self, path):
        with gzip.open(path, "rb") as file:
            top = fields(file.read())
        parts = {n: [fields(v) for m, v in top if m == n]
                 for n in (1, 2, 3, 4, 5, 11)}
        text = [v.decode(errors="replace") for n, v in top if n == 6]
        self.types = [text[one(t, 1)] for t in parts[1]]
        self.default_type = text[one(top, 14)]
        self.comments = [text[n] for n in numbers(top, 13)]
        self.duration = one(top, 10)
        self.drop_frames = text[one(top, 7)]
        self.mappings = {
            one(m, 1): {"start": one(m, 2), "limit": one(m, 3),
                        "offset": one(m, 4), "file": text[one(m, 5)],
                        "build_id": text[one(m, 6)],
                        "has": [one(m, n) for n in (7, 8, 9, 10)]}
            for m in parts[3]}
        functions = {one(f, 1): (text[one(f, 2)], text[one(f, 3)],
                                 text[one(f, 4)]) for f in parts[5]}
        self.functions = functions
        self.locations = {}
        for location in parts[4]:
            lines = [fields(v) for n, v in location if n == 4]
            self.locations[one(location, 1)] = {
                "mapping": one(location, 2), "address": one(location, 3),
                "lines": [(functions[one(line, 1)], one(line, 2))
                          for line in lines]}
        self.samples = []
        for sample in parts[2]:
            labels = {}
            for label in (fields(v) for n, v in sample if n == 3):
                labels[text[one(label, 1)]] = \
                    text[one(label, 2)] if one(label, 2) else one(label, 3)
            self.samples.append((numbers(sample, 1), numbers(sample, 2),
                                 labels))

    def total(self, name, **labels):
        at = self.types.index(name)
        return sum(values[at] for _, values, has in self.samples
                   if all(has.get(k) == v for k, v in labels.items()))

    def stacks(self):
        """[(function names leaf first, {type: value})]"""
        return [([line[0][0] for location in locations
                  for line in self.locations[location]["lines"]],
                 dict(zip(self.types, values)))
                for locations, values, _ in self.samples]

    def labels(self, name):
        return {has[name] for _, _, has in self.samples if name in has}

    def fact(self, name):
        for comment in self.comments:
            if comment.startswith(f"#spill {name}: "):
                return comment.split(": ", 1)[1]
        return None
