"""Wrong answers to the exercises of chapter 06."""

POOL = "x.reshape(n, h // k, k, w // k, k, c).max(axis=(2, 4))"
SHAPE = "    n, h, w, c = x.shape\n"
ZEROS = "    gx = np.zeros(x.shape)\n"
PLACE = "gx[a, i * k + row, j * k + column, channel] = g[a, i, j, channel]"
FOUND = "row, column = divmod(window.argmax(), k)"
BACK = "    return gx\n"
OVERLAP = "np.lib.stride_tricks.sliding_window_view(x, (k, k), axis=(1, 2)).max(axis=(4, 5))"
WITH_0 = "np.maximum(0, x).reshape(n, h // k, k, w // k, k, c).max(axis=(2, 4))"
SIZES = "np.where(np.abs(cut).max(axis=(2, 4)) == cut.max(axis=(2, 4)), 1, -1) * np.abs(cut).max(axis=(2, 4))"
RULE = f"            {PLACE}\n"


def spread(values):
    """The rule that gives ``values`` to the whole window."""
    return f"gx[a, i * k : i * k + k, j * k : j * k + k, channel] = {values}"


G = "g[a, i, j, channel]"

WRONG = {
    "max_pool": [
        ("rows and columns", SHAPE, "    x = x.swapaxes(1, 2)\n" + SHAPE),
        ("overlapping windows", POOL, OVERLAP),
        ("the axes of the windows", POOL, POOL.replace("(2, 4)", "(1, 3)")),
        ("an axis is missing", POOL, f"{POOL}[0]"),
        ("the mean", POOL, POOL.replace("max", "mean")),
        ("the sum", POOL, POOL.replace("max", "sum")),
        ("the smallest", POOL, POOL.replace("max", "min")),
        ("the first pixel", POOL, "x[:, ::k, ::k]"),
        ("the wrong window", POOL, f"{POOL} * 0 + x.max()"),
        ("windows cut wrongly", POOL, "x.reshape(n, k, h // k, k, w // k, c).max(axis=(1, 3))"),
        ("the maximum begins with 0", POOL, WITH_0),
        ("the largest size", POOL, SIZES.replace("cut", "x.reshape(n, h // k, k, w // k, k, c)")),
        ("channels together", POOL, f"np.repeat({POOL}.max(axis=3, keepdims=True), c, axis=3)"),
        ("pictures together", POOL, f"np.repeat({POOL}.max(axis=0, keepdims=True), n, axis=0)"),
        ("one maximum for all", POOL, f"{POOL} * 0 + {POOL}.max(axis=(0, 3), keepdims=True)"),
        ("a window does not fit", POOL, POOL.replace("h // k", "h / k")),
    ],
    "pool_gradient": [
        ("another shape", BACK, "    return gx[0, :, :, 0]\n"),
        ("g is forgotten", PLACE, PLACE.replace("= g[a, i, j, channel]", "= 1")),
        ("everyone gets g", PLACE, spread(G)),
        ("an average pool", PLACE, spread(f"{G} / k**2")),
        ("the first pixel", FOUND, "row, column = 0, 0"),
        ("x in the gradient", PLACE, f"{PLACE} * window.max()"),
        ("the opposite sign", PLACE, PLACE.replace("= g", "= -g")),
        ("rows and columns", FOUND, "column, row = divmod(window.argmax(), k)"),
        ("everyone wins", PLACE, spread(f"(window == window.max()) * {G}")),
        ("shared", PLACE, spread(f"(window == window.max()) / (window == window.max()).sum() * {G}")),
        ("the last wins", FOUND, "row, column = divmod(k * k - 1 - window.ravel()[::-1].argmax(), k)"),
        ("down the columns", FOUND, "column, row = divmod(window.T.argmax(), k)"),
        ("the whole picture", PLACE, spread(f"(window == x.max()) * {G}")),
        ("the largest size", FOUND, FOUND.replace("window", "np.abs(window)")),
        ("channels together", BACK, "    top = x == x.max(axis=3, keepdims=True)\n    return gx * top\n"),
        ("one picture for all", FOUND, FOUND.replace("window", "x[0, i * k : i * k + k, j * k : j * k + k, channel]")),
        ("the place of the window", PLACE, PLACE.replace("i * k + row, j * k + column", "row, column")),
        ("the place of the window", PLACE, PLACE.replace("i * k + row", "row")),
        ("a window does not fit", PLACE, PLACE.replace("i * k + row", "i * k * k + row")),
    ],
}
