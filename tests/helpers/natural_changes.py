"""Changes of one line that a curious reader makes in a chapter: sizes, seeds, noise, data, widths."""

from pathlib import Path

CHAPTERS = Path(__file__).parents[2] / "tutorials"

CHANGES: dict[str, list[tuple[str, str]]] = {
    "00": [
        ("x_test, y_test = moons_pair(seed=0)", "x_test, y_test = moons_pair(seed=4)"),
        ("STEPS, BATCH = 4000, 64", "STEPS, BATCH = 3000, 32"),
        ("scale=0.05", "scale=0.1"),
    ],
    "01": [
        ("x, y = 2.0, 5.0", "x, y = -1.5, 0.5"),
        ("w, b = 3.0, 1.0", "w, b = 0.0, 2.0"),
        ("at_a, at_b = 3.0, 2.0", "at_a, at_b = 0.5, 4.0"),
        ("inputs = np.array([1.0, 2.0, 4.0])", "inputs = np.array([1.0, 2.0, 4.0, -3.0])"),
    ],
    "02": [
        ("STEPS, RATE, WIDTH = 400, 1.0, 16", "STEPS, RATE, WIDTH = 400, 1.0, 4"),
        ("STEPS, RATE, WIDTH = 400, 1.0, 16", "STEPS, RATE, WIDTH = 100, 0.5, 32"),
        ("make_moons(200, noise=0.1, random_state=0)", "make_moons(100, noise=0.3, random_state=7)"),
        (", [3.0, -1.0], [0.5, 4.0]])", ", [-1.0, 1.0], [2.5, 0.0]])"),
    ],
    "03": [
        ("SEED = 0", "SEED = 3"),
        ("WIDTH = 16", "WIDTH = 5"),
        ("nn.Dropout(0.1)", "nn.Dropout(0.5)"),
        ("def train(network, epochs=60, batch_size=30,", "def train(network, epochs=20, batch_size=100,"),
    ],
    "04": [
        ("pair = moons_pair(seed=0)", "pair = moons_pair(seed=2, noise=0.2)"),
        ("steps=200, rate=0.5, width=16", "steps=100, rate=0.5, width=8"),
        ("LAMBDA = 0.7", "LAMBDA = 0.3"),
    ],
    "05": [
        ("bar_pictures(300, LEFT, seed=0)", "bar_pictures(100, LEFT, seed=5)"),
        ("steps=200, rate=0.1", "steps=400, rate=0.05"),
        ("left_to_right = np.array([[-1.0, 0.0, 1.0]] * 3)", "left_to_right = np.array([[-2.0, 0.0, 2.0]] * 3)"),
    ],
    "06": [
        ("SEEDS, EPOCHS = 3, 20", "SEEDS, EPOCHS = 2, 5"),
        ("standard_normal((2, 4, 4, 3))", "standard_normal((3, 6, 8, 2))"),
        ("fresh = nn.Convolution(1, 8, 3,", "fresh = nn.Convolution(1, 4, 5,"),
    ],
    "07": [
        ("ANGLE = 35.0", "ANGLE = 50.0"),
        ("pair = moons_pair(rotation=ANGLE, seed=0)", "pair = moons_pair(rotation=ANGLE, seed=5, noise=0.15)"),
        ("moons_pair(rotation=180, seed=0)", "moons_pair(rotation=170, seed=0)"),
    ],
    "08": [
        ("rng = np.random.default_rng(2)", "rng = np.random.default_rng(11)"),
        ("LAMBDA = 0.7", "LAMBDA = 2.0"),
        ("pair = moons_pair(seed=0)", "pair = moons_pair(seed=0, noise=0.3, n=100)"),
        ("replace(MOONS, steps=200, adapt_weight=0.0)", "replace(MOONS, steps=20, adapt_weight=0.0, batch_size=16)"),
    ],
    "09": [
        ("ROTATION = 35.0", "ROTATION = 60.0"),
        ("pair = moons_pair(rotation=ROTATION, seed=0)", "pair = moons_pair(rotation=ROTATION, seed=8, noise=0.1)"),
        ("SEEDS = range(3)", "SEEDS = range(2)"),
    ],
    "10": [
        ("RECIPE = replace(MOONS, steps=1500)", "RECIPE = replace(MOONS, steps=800)"),
        ("TRUE_SHARE = 0.9", "TRUE_SHARE = 0.7"),
        ("FEW = 10", "FEW = 20"),
    ],
    "11": [
        ("SEEDS = [0, 1]", "SEEDS = [4, 5]"),
        ("NEAR, FAR = 35.0, 90.0", "NEAR, FAR = 20.0, 120.0"),
        ("RECIPE = replace(MOONS, steps=1500)", "RECIPE = replace(MOONS, steps=800, features=(8,))"),
    ],
    "12": [
        ("SEED = 0", "SEED = 5"),
        ("RECIPE = replace(DIGITS, steps=", "RECIPE = replace(DIGITS, batch_size=32, steps="),
    ],
    "13": [
        ("LAMBDA = 0.7", "LAMBDA = 0.25"),
        ("x = np.array([1.0, 3.0])", "x = np.array([2.0, -1.0])"),
        ("SHORT = replace(MOONS, steps=600)", "SHORT = replace(MOONS, steps=300, adapt_weight=1.0)"),
    ],
    "14": [
        ("LAMBDA = 0.5", "LAMBDA = 0.3"),
        ("START, RATE = [0.6, 0.6], 0.1", "START, RATE = [-0.5, 0.9], 0.05"),
        ("PACE = 0.002", "PACE = 0.004"),
    ],
    "15": [
        ("LAMBDA, START = 0.5, [0.6, 0.6]", "LAMBDA, START = 0.5, [0.3, -0.4]"),
        ("SEED = 0", "SEED = 2"),
    ],
    "16": [
        ("blobs_pair(rotation=60.0, seed=0)", "blobs_pair(rotation=40.0, seed=2)"),
        ("SHORT = replace(MOONS, steps=800)", "SHORT = replace(MOONS, steps=400)"),
    ],
    "17": [
        ('digits_pair("blended", seed=0, copies=4)', 'digits_pair("blended", seed=3, copies=2)'),
        ("SHORT = replace(DIGITS, steps=250", "SHORT = replace(DIGITS, steps=100"),
    ],
    "18": [
        ("LABELS = 20", "LABELS = 40"),
        ("hospitals(seed=6)", "hospitals(seed=3)"),
        ("DANNClassifier(steps=1000, random_state=0)", "DANNClassifier(steps=500, random_state=1)"),
    ],
    "19": [
        ("replace(MOONS, steps=300)", "replace(MOONS, steps=100, features=(8, 8))"),
        ("pair, recipe = moons_pair(rotation=35.0, seed=0)", "pair, recipe = moons_pair(rotation=20.0, seed=3)"),
    ],
    "20": [
        ("RECIPE = replace(MOONS, steps=800)", "RECIPE = replace(MOONS, steps=400)"),
        ("pair, constant = moons_pair(seed=0)", "pair, constant = moons_pair(seed=6)"),
    ],
}


def changed(number: str, old: str, new: str) -> str:
    """The text of chapter ``number`` with ``old`` replaced. Raises ValueError unless one line of code has it."""
    (chapter,) = CHAPTERS.glob(f"{number}_*.py")
    text = chapter.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if old in line and not line.startswith("#")]
    if len(lines) != 1:
        raise ValueError(f"chapter {number}: {old!r} stands on {len(lines)} lines of code, expected one")
    return text.replace(lines[0], lines[0].replace(old, new), 1)
