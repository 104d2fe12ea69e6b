"""GTSRB and SYN SIGNS in the files of their releases, with a few images whose content tells where they come from."""

import numpy as np
from PIL import Image

REGION = (5, 6, 24, 25)  # of an image of 29×30 pixels, as GTSRB's first image has


def sign(number):
    """An image of 29×30 pixels: inside the region the colour (number, 0, 200), and white outside."""
    pixels = np.full((30, 29, 3), 255, np.uint8)
    left, top, right, bottom = REGION
    pixels[top:bottom, left:right] = number, 0, 200
    return pixels


def line(name, label, between=";", numbers=(29, 30, *REGION)):
    return between.join([name, *map(str, numbers), str(label)])


HEAD = line("Filename", "ClassId", numbers=("Width", "Height", "Roi.X1", "Roi.Y1", "Roi.X2", "Roi.Y2"))


def write_gtsrb(place, labels=(0, 7, 7, 42), training="Final_Training/Images", test_labels="GT-final_test.csv"):
    """Images 0, 1, … with ``labels`` for training, and 100, 101, … with the labels from behind for testing."""
    for label in set(labels):
        folder = place / training / f"{label:05}"
        folder.mkdir(parents=True)
        rows = [HEAD]
        for i, own in enumerate(labels):
            if own == label:
                Image.fromarray(sign(i)).save(folder / f"00000_{i:05}.ppm")
                rows.append(line(f"00000_{i:05}.ppm", label))
        (folder / f"GT-{label:05}.csv").write_text("\r\n".join(rows) + "\r\n")
    images, rows = place / "Final_Test" / "Images", [HEAD]
    images.mkdir(parents=True)
    (images / "GT-final_test.test.csv").write_text(HEAD.rpartition(";")[0])
    for i, label in enumerate(reversed(labels)):
        Image.fromarray(sign(100 + i)).save(images / f"{i:05}.ppm")
        rows.append(line(f"{i:05}.ppm", label))
    path = place / test_labels
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(rows))


def write_kaggle(place, labels=(0, 7, 7, 42)):
    for part, first in (("Train", 0), ("Test", 100)):
        rows = ["Width,Height,Roi.X1,Roi.Y1,Roi.X2,Roi.Y2,ClassId,Path"]
        for i, label in enumerate(labels if part == "Train" else labels[::-1]):
            name = f"Train/{label}/{i}.png" if part == "Train" else f"Test/{i:05}.png"
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(sign(first + i)).save(place / name)
            rows.append(",".join(map(str, (29, 30, *REGION, label, name))))
        (place / f"{part}.csv").write_text("\n".join(rows))


def write_synsigns(place, labels=(42, 0, 7)):
    (place / "train").mkdir(parents=True)
    for i in range(len(labels)):
        Image.new("RGB", (40, 40), (i, 100, 200)).save(place / "train" / f"{i + 1}.png")
    rows = [f"train/{i + 1}.png {label} 0" for i, label in enumerate(labels)]
    (place / "train_labelling.txt").write_text("\n".join(rows) + "\n")
