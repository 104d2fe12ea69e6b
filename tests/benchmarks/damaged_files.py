"""What the readers make of damaged files: a right answer or one line, at once, in little memory.

python tests/benchmarks/damaged_files.py [--files 3000] [--seed 0] [-v]

Damage: flipped bits; cut, inserted, zeroed and doubled pieces; archives and gzip files with right checksums and wrong
content. Counted for each reader: errors of another kind than ValueError, or of more than one line; results of a wrong
form; checkpoints that are taken up with other content, or change a training that refuses them; files that take longer
than ten seconds; the highest memory of Python and NumPy as a multiple of the unpacked sound file. ``-v`` prints faults.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import json
import signal
import sys
import tempfile
import tracemalloc
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1]))
from helpers.files import idx, write_mnist

from minidann.adapt import MOONS, Training
from minidann.adapt.checkpoint_file import _digest, _text_digest
from minidann.adapt.resume import load_checkpoint, read_run, restore, save_checkpoint, state_of
from minidann.data import moons_pair
from minidann.data.idx import read_idx
from minidann.data.npz_target import read_npz_target
from minidann.data.photographs import read_photograph
from minidann.data.read_mnistm import read_mnistm
from minidann.data.readers import read_mnist

LIMIT = 10  # seconds for one file
Damage = Callable[[bytes, np.random.Generator], bytes]


@dataclass
class Reader:
    """A reader, a sound file for it, the damages to try, and a test of its result that returns a fault or ""."""

    path: Path
    read: Callable[[], Any]
    damages: tuple[Damage, ...]
    fault_of: Callable[[Any], str]
    unpacked: int
    after: Callable[[], str] = lambda: ""  # a fault after a refusal


# damages of bytes ----------------------------------------------------------------------------------------------------


def flip(data: bytes, rng: np.random.Generator) -> bytes:
    """Flip some bits: anywhere, or in the first 200 bytes, where headers are."""
    changed = bytearray(data)
    top = len(data) if rng.random() < 0.5 else min(len(data), 200)
    for _ in range(rng.integers(1, 12)):
        changed[rng.integers(top)] ^= 1 << int(rng.integers(8))
    return bytes(changed)


def cut(data: bytes, rng: np.random.Generator) -> bytes:
    return data[: rng.integers(len(data))]


def insert(data: bytes, rng: np.random.Generator) -> bytes:
    at = rng.integers(len(data))
    return data[:at] + rng.bytes(int(rng.integers(1, 40))) + data[at:]


def zero(data: bytes, rng: np.random.Generator) -> bytes:
    at = rng.integers(len(data))
    length = min(int(rng.integers(1, 5000)), len(data) - at)
    return data[:at] + bytes(length) + data[at + length :]


def double(data: bytes, rng: np.random.Generator) -> bytes:
    first, last = sorted(rng.integers(len(data), size=2))
    return data[:last] + data[first:]


BYTES: tuple[Damage, ...] = (flip, cut, insert, zero, double)


def inside_gzip(data: bytes, rng: np.random.Generator) -> bytes:
    """Damage the content, and pack it again: the checksum is right."""
    return gzip.compress(BYTES[rng.integers(len(BYTES))](gzip.decompress(data), rng), 1)


# damages of archives -------------------------------------------------------------------------------------------------


def members_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def npy(array: Any) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def inside_zip(data: bytes, rng: np.random.Generator) -> bytes:
    """Damage the bytes of one member: the checksum is right."""
    members = members_of(data)
    name = str(rng.choice(list(members)))
    members[name] = BYTES[rng.integers(len(BYTES))](members[name], rng)
    return zipped(members)


def other_array(array: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """An array of another dtype, shape or content."""
    dtypes = ("f2", "f4", "f8", "i1", "u1", ">i4", "i8", "u8", "c8", "?", "U3", "S2", "M8[s]", "O", "f4,i2")
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        ways: list[Callable[[], np.ndarray]] = [
            lambda: array.astype(str(rng.choice(dtypes))),
            lambda: array.reshape(-1),
            lambda: array[None],
            lambda: array.T,
            lambda: array[: len(array) // 2] if array.ndim else array.reshape(1),
            lambda: (
                np.concatenate([array, array]) if array.ndim else np.asarray(-array if array.dtype.kind == "i" else 3)
            ),
            lambda: np.zeros((0, *array.shape[1:]), array.dtype),
            lambda: np.full_like(array, {"f": np.nan, "i": -5, "u": 255}.get(array.dtype.kind, 0)),
            lambda: np.full(array.shape, np.inf if rng.random() < 0.5 else 1e30, "f4"),
            lambda: np.asarray(array.reshape(-1)[0]) if array.size else array,
            lambda: array + np.asarray(1).astype(array.dtype) if array.dtype.kind in "fiu" else array,
        ]
        try:
            return ways[rng.integers(len(ways))]()
        except (TypeError, ValueError):
            return np.array([{}], object)


def other_member(data: bytes, rng: np.random.Generator) -> bytes:
    """Replace one array by another, leave it out, name it otherwise, or add one."""
    members = members_of(data)
    name = str(rng.choice(list(members)))
    content, way = members.pop(name), rng.integers(8)
    if way == 1:
        members[name.upper()] = content
    elif way == 2:
        members |= {name: content, "more/of/it.npy": npy(np.arange(5))}
    elif way == 3:
        members[name] = members[str(rng.choice(list(members)))]
    elif way > 3:
        members[name] = npy(other_array(np.load(io.BytesIO(content)), rng))
    return zipped(members)


def other_json(data: bytes, rng: np.random.Generator) -> bytes:
    """Change one value in the JSON of a checkpoint. In half of the files the digests are true again."""
    members = members_of(data)
    content = json.loads(np.load(io.BytesIO(members["json.npy"])).item())
    inner: Any = content
    while True:
        key = rng.choice(len(inner)) if isinstance(inner, list) else str(rng.choice(list(inner)))
        if isinstance(inner[key], (dict, list)) and len(inner[key]) and rng.random() < 0.75:
            inner = inner[key]
            continue
        break
    values = (
        None,
        True,
        -7,
        0,
        3,
        10**400,
        1.5,
        float("nan"),
        float("inf"),
        "",
        "x",
        [],
        {},
        [[]],
        {"a": 1},
        [1] * 300,
    )
    if rng.random() < 0.1:
        del inner[key]
    else:
        inner[key] = values[rng.integers(len(values))]
    members["json.npy"] = npy(np.array(json.dumps(content)))
    return zipped(members)


def sealed(data: bytes, rng: np.random.Generator) -> bytes:
    """An edit of a checkpoint whose digests are true: a legal state may be taken up, and no other."""
    members = members_of((other_json if rng.random() < 0.7 else other_member)(data, rng))
    try:
        arrays = {n.removesuffix(".npy"): np.load(io.BytesIO(content)) for n, content in members.items()}
        first = _text_digest(arrays["json"].item())
        rest = {n.removeprefix("array/"): a for n, a in arrays.items() if n not in ("json", "digest")}
        members["digest.npy"] = npy(np.array([first, _digest(first, rest)]))
    except (ValueError, KeyError, AttributeError):
        return zipped(members)
    return zipped(members)


# readers -------------------------------------------------------------------------------------------------------------


def readers(folder: Path, images: int, width: int) -> dict[str, Reader]:
    """All readers with sound files of ``images`` digits and of a network with two layers of ``width``."""
    rng = np.random.default_rng(0)
    digits = rng.integers(256, size=(images, 28, 28), dtype=np.uint8)
    found = {}

    def has_form(array: Any, dtype: str, shape: tuple[int, ...]) -> str:
        form = (str(array.dtype), array.shape[1:])
        return "" if form == (dtype, shape) and len(array) else f"result of {form}"

    for name, packed in (("IDX", idx(digits)), ("IDX, gzip", gzip.compress(idx(digits), 1))):
        path = folder / name
        path.write_bytes(packed)
        damages = (*BYTES, inside_gzip) if "gzip" in name else BYTES
        found[name] = Reader(path, lambda path=path: read_idx(path), damages, lambda a: "", digits.nbytes)  # type: ignore[misc]

    def fault_of_images(x: tuple[Any, ...], sides: tuple[int, ...], kind: str) -> str:
        forms = [has_form(x[0], "uint8", sides), has_form(x[2], "uint8", sides)]
        for images, y in ((x[0], x[1]), (x[2], x[3])):
            if y is not None:
                forms.append(has_form(y, kind, ()) or "labels beyond 9" * bool(y.max() > 9 or len(y) != len(images)))
        return next(filter(None, forms), "")

    labels = (np.arange(images) % 10).astype(np.uint8)
    mnist = folder / "mnist"
    write_mnist(mnist, packed=True, train_images=digits, train_labels=labels, t10k_images=digits, t10k_labels=labels)
    for part in ("train-images-idx3", "t10k-labels-idx1"):
        found[f"MNIST, {part}"] = Reader(
            mnist / f"{part}-ubyte.gz",
            lambda: read_mnist(mnist),
            (*BYTES, inside_gzip),
            lambda x: fault_of_images(x, (28, 28), "uint8"),
            2 * digits.nbytes,
        )
    colours = rng.integers(256, size=(images, 32, 32, 3), dtype=np.uint8)
    for name, save in (("target", np.savez), ("target, packed", np.savez_compressed)):
        path = folder / f"{name}.npz"
        save(path, x_train=colours, y_train=labels, x_test=colours[::2], y_test=labels[::2])
        found[name] = Reader(
            path,
            lambda path=path: read_npz_target(path),  # type: ignore[misc]
            (*BYTES, inside_zip, other_member, other_member),
            lambda x: fault_of_images(x, (28, 28, 3), "int64"),
            colours.nbytes * 3 // 2,
        )
    Image.init()  # the first image of a format would load its module, which costs memory once
    photo = Image.fromarray(rng.integers(256, size=(1000, 420, 3), dtype=np.uint8))
    for ending, mode in (
        ("jpg", "RGB"),
        ("png", "RGB"),
        ("png", "P"),
        ("png", "I;16"),
        ("png", "RGBA"),
        ("tiff", "RGB"),
    ):
        path = folder / f"{mode.replace(';', '')}.{ending}"
        deep = Image.fromarray(np.asarray(photo)[..., 0].astype(np.uint16) * 200)
        (deep if mode == "I;16" else photo.convert(mode)).save(path)
        found[f"{ending}, {mode}"] = Reader(
            path,
            lambda path=path: read_photograph(path),  # type: ignore[misc]
            BYTES,
            lambda x: "" if x.dtype == np.uint8 and x.ndim == 3 and x.shape[2] == 3 else "form",
            3 * photo.width * photo.height,
        )
    return found | {"released MNIST-M": released(folder)} | checkpoints(folder, width)


def released(folder: Path) -> Reader:
    """The released MNIST-M with ten images; its label file is damaged."""
    place = folder / "released"
    for part in ("train", "test"):
        (place / f"mnist_m_{part}").mkdir(parents=True)
        lines = [f"{i:08}.png {i}" for i in range(10)]
        for i in range(10):
            Image.new("RGB", (32, 32), (i, 0, 0)).save(place / f"mnist_m_{part}" / f"{i:08}.png")
        (place / f"mnist_m_{part}_labels.txt").write_text("\n".join(lines))

    def fault_of(x: tuple[Any, ...]) -> str:
        fits = x[0].shape[1:] == (28, 28, 3) and set(x[1].tolist()) <= set(range(10)) and len(x[0]) == len(x[1])
        return "" if fits else "form"

    path = place / "mnist_m_train_labels.txt"
    return Reader(path, lambda: read_mnistm(place), BYTES, fault_of, 2**20)


def checkpoints(folder: Path, width: int) -> dict[str, Reader]:
    """The readers of checkpoints: a run taken up, and its description."""
    pair = moons_pair(n=200, n_test=20)
    recipe = replace(MOONS, steps=40, features=(width, width))
    saved, training = Training(pair, recipe), Training(pair, recipe)
    for _ in range(25):
        saved.step()
    path = folder / "run.npz"
    save_checkpoint(path, saved)
    whole, fresh = digest_of(state_of(saved)), state_of(training)
    fresh_digest = digest_of(fresh)

    def taken_up(_: Any) -> str:
        got = digest_of(state_of(training))
        restore(training, fresh)
        return "" if got == whole else "taken up with other content"

    def set_back(_: Any) -> str:
        restore(training, fresh)
        return ""

    def unchanged() -> str:
        fault = "" if digest_of(state_of(training)) == fresh_digest else "changed by a refusal"
        restore(training, fresh)
        return fault

    def load() -> Any:
        return load_checkpoint(path, training)

    damages = (*BYTES, inside_zip, other_member, other_json)
    size = sum(map(len, members_of(path.read_bytes()).values()))
    return {
        "checkpoint": Reader(path, load, damages, taken_up, size, unchanged),
        "checkpoint, sealed": Reader(path, load, (sealed,), set_back, size, unchanged),
        "read_run": Reader(path, lambda: read_run(path), damages, lambda run: "" if run["seed"] == 0 else "run", size),
        "read_run, sealed": Reader(path, lambda: read_run(path), (sealed,), lambda run: "", size),
    }


def digest_of(state: Any) -> str:
    text = json.dumps(state, sort_keys=True, default=lambda a: hashlib.blake2b(a.tobytes()).hexdigest())
    return hashlib.blake2b(text.encode()).hexdigest()


# the count -----------------------------------------------------------------------------------------------------------


class Hang(BaseException):
    """The end of a reader that takes too long."""


def attempt(reader: Reader) -> tuple[str, str, float]:
    """One reading: "accepted" or "refused", the fault or "", and the memory as a multiple of the unpacked file."""

    def stop(number: int, frame: Any) -> None:
        raise Hang

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(LIMIT)
    tracemalloc.start()
    fault, result, refused = "", None, False
    try:
        result = reader.read()
    except ValueError as error:
        refused = True
        if "\n" in str(error) or "allow_pickle" in str(error) or len(str(error)) > 500:
            fault = f"message: {error}"
    except Hang:
        fault = "hang"
    except Exception as error:  # every other error is what is looked for
        fault = f"traceback: {type(error).__name__}: {error}"
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
    if refused:
        fault = fault or reader.after()
    elif not fault:
        fault = reader.fault_of(result)
    return "refused" if refused else "accepted", fault, peak / reader.unpacked


def run(files: int, seed: int, images: int = 1500, width: int = 250) -> dict[str, tuple[Counter[str], float]]:
    """The counts and the highest memory of each reader over ``files`` files, and all faults under "fault: …"."""
    counts: dict[str, tuple[Counter[str], float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        found = readers(Path(folder), images, width)
        for number, (name, reader) in enumerate(found.items()):
            sound, rng = reader.path.read_bytes(), np.random.default_rng([seed, number])
            count, highest = Counter[str](), 0.0
            outcome, fault, _ = attempt(reader)
            assert (outcome, fault) == ("accepted", ""), (name, outcome, fault)
            for _ in range(-(-files // len(found))):
                damage = reader.damages[rng.integers(len(reader.damages))]
                reader.path.write_bytes(damage(sound, rng))
                outcome, fault, memory = attempt(reader)
                count[outcome] += 1
                count["files"] += 1
                if fault:
                    count[f"fault: {damage.__name__}: {fault}"] += 1
                highest = max(highest, memory)
            reader.path.write_bytes(sound)
            counts[name] = count, highest
    return counts


def faults(count: Counter[str]) -> list[str]:
    return [text for text in count if text.startswith("fault: ")]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--files", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("-v", action="store_true", help="print each fault")
    arguments = parser.parse_args()
    total: Counter[str] = Counter()
    print(f"{'reader':26} files accepted refused faults memory")
    for name, (count, highest) in run(arguments.files, arguments.seed).items():
        wrong = sum(count[text] for text in faults(count))
        print(f"{name:26} {count['files']:5} {count['accepted']:8} {count['refused']:7} {wrong:6} {highest:6.2f}")
        total.update(files=count["files"], faults=wrong)
        for text in faults(count) if arguments.v else ():
            print(f"    {count[text]} × {text[:300]}")
    print(f"{total['files']} files, {total['faults']} faults")


if __name__ == "__main__":
    main()
