"""What the readers make of damaged files: a right answer or one line, at once, in little memory.

python tests/benchmarks/damaged_files.py [--files 3000] [--seed 0] [--only SVHN] [-v]

Damage: flipped bits; cut, inserted, zeroed and doubled pieces; archives and gzip files with right checksums and wrong
content. Counted for each reader: errors of another kind than ValueError, or of more than one line; results of a wrong
form; checkpoints that are taken up with other content, or change a training that refuses them; files that take longer
than ten seconds; the highest memory of Python and NumPy as a multiple of the unpacked file. ``-v`` prints faults.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import signal
import sys
import tempfile
import tracemalloc
import zipfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1]))
from helpers.damage import BYTES, Reader, inside_gzip, inside_zip, members_of, other_json, other_member, sealed
from helpers.damaged_sets import released_sets
from helpers.files import idx, write_mnist

from minidann.adapt import MOONS, Training
from minidann.adapt.resume import load_checkpoint, read_run, restore, save_checkpoint, state_of
from minidann.data import moons_pair
from minidann.data.idx import read_idx
from minidann.data.npz_target import read_npz_target
from minidann.data.photographs import read_photograph
from minidann.data.read_mnistm import read_mnistm
from minidann.data.readers import read_mnist

LIMIT = 10  # seconds of processor time for one file; a machine may stop a process for a while
WAIT = 20  # a reader that waits does not work: so many times the limit on the clock


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
        ("webp", "RGB"),
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
    return found | {"released MNIST-M": released(folder)} | released_sets(folder, images) | checkpoints(folder, width)


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

    before = [signal.signal(number, stop) for number in (signal.SIGALRM, signal.SIGPROF)]
    signal.alarm(WAIT * LIMIT)
    signal.setitimer(signal.ITIMER_PROF, LIMIT)
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
        signal.setitimer(signal.ITIMER_PROF, 0)
        for number, handler in zip((signal.SIGALRM, signal.SIGPROF), before):
            signal.signal(number, handler)
    if refused:
        fault = fault or reader.after()
    elif not fault:
        fault = reader.fault_of(result)
    return "refused" if refused else "accepted", fault, peak / max(reader.unpacked, unpacked(reader.path))


def unpacked(path: Path) -> int:
    """The size of a file, or of the content of an archive, whose arrays can be larger than the sound ones."""
    try:
        with zipfile.ZipFile(path) as archive:
            return sum(min(member.file_size, 1000 * member.compress_size) for member in archive.infolist())
    except Exception:  # no archive, or a broken one
        return path.stat().st_size


def run(
    files: int, seed: int, images: int = 1500, width: int = 250, only: str = ""
) -> dict[str, tuple[Counter[str], float]]:
    """The counts and the highest memory of each reader over ``files`` files, and all faults under "fault: …".

    ``only``: a part of the names of the readers that are tried.
    """
    counts: dict[str, tuple[Counter[str], float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        found = {name: reader for name, reader in readers(Path(folder), images, width).items() if only in name}
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
    parser.add_argument("--only", default="", help="readers with this text in their names")
    parser.add_argument("-v", action="store_true", help="print each fault")
    arguments = parser.parse_args()
    total: Counter[str] = Counter()
    print(f"{'reader':26} files accepted refused faults memory")
    for name, (count, highest) in run(arguments.files, arguments.seed, only=arguments.only).items():
        wrong = sum(count[text] for text in faults(count))
        print(f"{name:26} {count['files']:5} {count['accepted']:8} {count['refused']:7} {wrong:6} {highest:6.2f}")
        total.update(files=count["files"], faults=wrong)
        for text in faults(count) if arguments.v else ():
            print(f"    {count[text]} × {text[:300]}")
    print(f"{total['files']} files, {total['faults']} faults")


if __name__ == "__main__":
    main()
