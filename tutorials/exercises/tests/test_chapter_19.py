"""The tests of chapter 19. They count how often Python waits for the pretend device."""

import chapter_19 as yours
import chapter_19_device as device
import numpy as np

from minidann.exercises import expect

Z = np.array([[0.0, 1.0, -2.0], [3.0, 2.5, 0.5]])


def true_softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def numbers(x):
    """The numbers of an array, without a wait."""
    return x.hidden.copy() if isinstance(x, device.DeviceArray) else x


def test_softmax():
    with np.errstate(all="ignore"):
        expect("softmax of a NumPy array", numbers(yours.softmax(Z.copy())), true_softmax(Z), z=Z)
        large = np.array([[1000.0, 0.0, 999.0]])
        expect("softmax of large numbers", numbers(yours.softmax(large.copy())), true_softmax(large), z=large)
        z = device.library.asarray(Z)
        device.counts.update(sent=0, waits=0)
        found = yours.softmax(z)
        waits = device.counts["waits"]
    expect("softmax of a device array", numbers(found), true_softmax(Z), z=Z)
    expect("the library of the result", device.array_module(found).__name__, "library")
    expect("how often Python waited", waits, 0)
    expect("z after the call", numbers(z), Z)


LOSSES = (0.5, 2.5, 0.25, 0.95)


def test_mean_loss():
    for name, made in (("NumPy arrays", np.array), ("device arrays", device.library.asarray)):
        losses = [made(value) for value in LOSSES]
        device.counts.update(sent=0, waits=0)
        found = yours.mean_loss(losses)
        waits = device.counts["waits"]
        expect(f"the mean of {name}", found, np.mean(LOSSES), losses=np.array(LOSSES))
        expect(f"the type of the mean of {name}", type(found).__name__, "float")
        expect(f"{name} after the call", [float(numbers(loss)) for loss in losses], LOSSES)
        if name == "device arrays":
            expect("how often Python waited", waits, 1)
