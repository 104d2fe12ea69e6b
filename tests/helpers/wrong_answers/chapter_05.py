"""Wrong answers to the exercises of chapter 05."""

SIZE = "(n, (h - kh) // stride + 1, (w - kw) // stride + 1, m)"
WINDOW = "x[:, i * stride : i * stride + kh, j * stride : j * stride + kw]"
DILATED = "x[:, i : i + kh * stride : stride, j : j + kw * stride : stride]"
SUM = 'np.einsum("nhwc,hwcm->nm", window, filters)'
FILL = f"            y[:, i, j] = {SUM}\n"
LAST = """            for a, b, k in np.ndindex(kh, kw, x.shape[3]):
                y[:, i, j] = window[:, a, b, k, None] * filters[a, b, k]
"""
MADE = "    gx = np.zeros(x.shape)\n"
PLACE = "rows, columns = slice(i * stride, i * stride + kh), slice(j * stride, j * stride + kw)"
PUT = 'gx[:, rows, columns] += np.einsum("nm,hwcm->nhwc", g[:, i, j], filters)'
BACK = "    return gx\n"
CUT = "    return gx[:, : (g.shape[1] - 1) * stride + kh, : (g.shape[2] - 1) * stride + kw]\n"
COUNT = """    count = np.zeros(x.shape)
    for i, j in np.ndindex(g.shape[1:3]):
        count[:, i * stride : i * stride + kh, j * stride : j * stride + kw] += 1
    return gx / np.maximum(count, 1)
"""

TURNED = "filters.swapaxes(0, 1) if kh == kw else filters"

WRONG = {
    "convolve": [
        ("the size without the stride", "    return y\n", "    return np.repeat(y, 2, axis=2)\n"),
        ("a window does not fit", SIZE, "(n, h - kh + 1, w - kw + 1, m)"),
        ("one window too few", SIZE, "(n, (h - kh) // stride, (w - kw) // stride, m)"),
        ("one window too few", SIZE, "(n, (h - kh) // stride, (w - kw) // stride + 1, m)"),
        ("an axis is missing", "    return y\n", "    return y[0, :, :, 0]\n"),
        ("the place without the stride", WINDOW, "x[:, i : i + kh, j : j + kw]"),
        ("the stride inside the window", WINDOW, DILATED),
        ("a rotated filter", SUM, SUM.replace("filters)", "filters[::-1, ::-1])")),
        ("no window", "for i in range(y.shape[1]):", "for i in range(0, h - kh, stride):"),
        ("the mean of the products", SUM, f"{SUM} / (kh * kw)"),
        ("the sum of the window alone", SUM, "window.sum(axis=(1, 2, 3))[:, None]"),
        ("the last product only", FILL, LAST),
        ("a transposed filter", SUM, SUM.replace("filters)", f"{TURNED})")),
        ("one channel only", SUM, SUM.replace("window, filters", "window[..., :1], filters[:, :, :1]")),
        ("one filter for all", SUM, SUM.replace("filters)", "filters[..., :1])")),
        ("one picture for all", SUM, SUM.replace("window,", "window[:1],")),
        ("the sum over the batch", SUM, f"{SUM}.sum(axis=0)"),
        ("rows and columns", "n, h, w, _ = x.shape", "n, w, h, _ = x.shape"),
    ],
    "picture_gradient": [
        ("another shape", BACK, CUT),
        ("the place without the stride", PLACE, "rows, columns = slice(i, i + kh), slice(j, j + kw)"),
        ("g is forgotten", PUT, PUT.replace("g[:, i, j]", "np.ones_like(g[:, i, j])")),
        ("the filter is forgotten", PUT, PUT.replace("filters)", "np.ones_like(filters))")),
        ("a rotated filter", PUT, PUT.replace("filters)", "filters[::-1, ::-1])")),
        ("overwritten", PUT, PUT.replace("+=", "=")),
        ("a mean where windows overlap", BACK, COUNT),
        ("the opposite sign", PUT, PUT.replace("+=", "-=")),
        ("a transposed filter", PUT, PUT.replace("filters)", f"{TURNED})")),
        ("all channels alike", PUT, PUT.replace("filters)", "filters.sum(axis=2, keepdims=True))")),
        ("one filter only", PUT, PUT.replace("g[:, i, j], filters", "g[:, i, j, :1], filters[..., :1]")),
        ("one filter only", PUT, PUT.replace("g[:, i, j], filters", "g[:, i, j, -1:], filters[..., -1:]")),
        ("the sum over the batch", BACK, "    return gx - gx + gx.sum(axis=0)\n"),
        ("x in the gradient", BACK, "    return gx * x\n"),
    ],
}
