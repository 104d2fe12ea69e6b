"""The data sets of the paper's table: their files, sizes, sums, licences and sources.

Sizes and sums are those that public programs check when they download the same files. None stands for a number that
we do not know.
"""

from __future__ import annotations

from typing import NamedTuple

from .. import _validate

MNIST_MIRROR = "https://ossci-datasets.s3.amazonaws.com/mnist/"  # the authors' own page no longer gives the files
ERDA = "https://sid.erda.dk/public/archives/daaeac0d7ce1152aea9b61d9f1e19370/"
LIBSVM = "https://www.csie.ntu.edu.tw/~cjlin/libsvmtools/datasets/multiclass/"


class RemoteFile(NamedTuple):
    """A file of a data set. ``url`` is None for a file that a person has to fetch. ``size`` is in bytes.

    ``unpack``: the beginning of the names in an archive that are unpacked, "" for all. None for a file that stays as
    it is.
    """

    name: str
    url: str | None
    size: int | None = None
    sha256: str | None = None
    unpack: str | None = None


class DataSet(NamedTuple):
    """A data set. ``counts``: the numbers of images in its parts, () if we do not know them.

    ``folder``: the place of its files in a data folder. ``traces``: patterns of names, in small letters, that only this
    set has. ``pairs``: the pairs that need the set. ``instead``: words on a stand-in.
    """

    title: str
    images: str
    counts: tuple[int, ...]
    folder: str
    files: tuple[RemoteFile, ...]
    traces: tuple[str, ...]
    licence: str
    source: str
    pairs: tuple[str, ...]
    instead: str = ""

    @property
    def by_hand(self) -> bool:
        """Whether a person has to fetch a file."""
        return any(file.url is None for file in self.files)

    @property
    def size(self) -> int | None:
        """The bytes of all files; None if the size of one is not known."""
        sizes = [file.size for file in self.files]
        return None if None in sizes else sum(size for size in sizes if size is not None)


CATALOGUE = {
    "mnist": DataSet(
        title="MNIST",
        images="handwritten digits, 28×28 grey",
        counts=(60_000, 10_000),
        folder="mnist",
        files=(
            RemoteFile(
                name="train-images-idx3-ubyte.gz",
                url=MNIST_MIRROR + "train-images-idx3-ubyte.gz",
                size=9_912_422,
                sha256="440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
            ),
            RemoteFile(
                name="train-labels-idx1-ubyte.gz",
                url=MNIST_MIRROR + "train-labels-idx1-ubyte.gz",
                size=28_881,
                sha256="3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
            ),
            RemoteFile(
                name="t10k-images-idx3-ubyte.gz",
                url=MNIST_MIRROR + "t10k-images-idx3-ubyte.gz",
                size=1_648_877,
                sha256="8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
            ),
            RemoteFile(
                name="t10k-labels-idx1-ubyte.gz",
                url=MNIST_MIRROR + "t10k-labels-idx1-ubyte.gz",
                size=4_542,
                sha256="f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
            ),
        ),
        traces=("train-images*", "train-labels*", "t10k-*"),
        licence="CC BY-SA 3.0, as the documentation of Keras states",
        source="http://yann.lecun.com/exdb/mnist/",
        pairs=("mnist-mnistm", "svhn-mnist", "mnist-usps", "usps-mnist"),
    ),
    "mnistm": DataSet(
        title="MNIST-M, as released",
        images="digits blended into photographs, 32×32 RGB",
        counts=(59_001, 9_001),
        folder="mnist_m",
        files=(
            RemoteFile(
                name="mnist_m.tar.gz",
                url="https://cornell.box.com/shared/static/jado7quprg6hzzdubvwzh9umr75damwi",
                unpack="mnist_m/",
            ),
        ),
        traces=("mnist_m_train*", "mnist_m_test*", "mnist_m.tar*"),
        licence="not known; made of MNIST and BSDS500",
        source="http://yaroslav.ganin.net/",
        pairs=("mnist-mnistm",),
        instead="minidann makes MNIST-M itself from mnist and bsds500",
    ),
    "bsds500": DataSet(
        title="BSDS500, the photographs",
        images="photographs, 481×321 RGB",
        counts=(200, 100, 200),
        folder="",
        files=(
            RemoteFile(
                name="BSR_bsds500.tgz",
                url="http://www.eecs.berkeley.edu/Research/Projects/CS/vision/grouping/BSR/BSR_bsds500.tgz",
                size=70_763_455,
                sha256="97e49d31764f3912f0c4122707d53062ac9e783ba0f095e447a4d53c1a41af8e",
                unpack="BSR/BSDS500/data/images/",
            ),
        ),
        traces=("bsds500*", "bsr*"),
        licence="for non-commercial research and education",
        source="https://www2.eecs.berkeley.edu/Research/Projects/CS/vision/grouping/resources.html",
        pairs=("mnist-mnistm",),
    ),
    "svhn": DataSet(
        title="SVHN, cropped digits",
        images="digits of house numbers, 32×32 RGB",
        counts=(73_257, 26_032),
        folder="svhn",
        files=(
            RemoteFile(
                name="train_32x32.mat",
                url="http://ufldl.stanford.edu/housenumbers/train_32x32.mat",
                size=182_040_794,
                sha256="435e94d69a87fde4fd4d7f3dd208dfc32cb6ae8af2240d066de1df7508d083b8",
            ),
            RemoteFile(
                name="test_32x32.mat",
                url="http://ufldl.stanford.edu/housenumbers/test_32x32.mat",
                size=64_275_384,
                sha256="cdce80dfb2a2c4c6160906d0bd7c68ec5a99d7ca4831afa54f09182025b6a75b",
            ),
        ),
        traces=("train_32x32.mat*", "test_32x32.mat*"),
        licence="for non-commercial use only",
        source="http://ufldl.stanford.edu/housenumbers/",
        pairs=("synnumbers-svhn", "svhn-mnist"),
        instead="minidann draws street numbers, which look alike: minidann data show street-numbers",
    ),
    "synnumbers": DataSet(
        title="SYN NUMBERS",
        images="about 500,000 digits drawn with fonts, 32×32 RGB",
        counts=(),
        folder="synnumbers",
        files=(RemoteFile(name="SynthDigits.zip", url=None, unpack=""),),
        traces=("synth_train_32x32*", "synth_test_32x32*", "synthdigits.zip"),
        licence="not known",
        source="http://yaroslav.ganin.net/",
        pairs=("synnumbers-svhn",),
        instead="minidann draws such numbers: minidann data show synthetic-numbers",
    ),
    "usps": DataSet(
        title="USPS",
        images="scanned digits, 16×16 grey",
        counts=(7_291, 2_007),
        folder="usps",
        files=(
            RemoteFile(
                name="usps.bz2",
                url=LIBSVM + "usps.bz2",
                sha256="3771e9dd6ba685185f89867b6e249233dd74652389f263963b3b741e994b034f",
            ),
            RemoteFile(
                name="usps.t.bz2",
                url=LIBSVM + "usps.t.bz2",
                sha256="a9c0164e797d60142a50604917f0baa604f326e9a689698763793fa5d12ffc4e",
            ),
        ),
        traces=("usps*", "zip.train*", "zip.test*"),
        licence="not known",
        source="https://www.csie.ntu.edu.tw/~cjlin/libsvmtools/datasets/multiclass.html#usps",
        pairs=("mnist-usps", "usps-mnist"),
    ),
    "synsigns": DataSet(
        title="SYN SIGNS",
        images="drawn traffic signs of 43 classes, 40×40 RGB",
        counts=(100_000,),
        folder="synsigns",
        files=(RemoteFile(name="synthetic_data.zip", url=None, unpack="synthetic_data/"),),
        traces=("synthetic_data*", "train_labelling.txt", "synsigns*"),
        licence="not known",
        source="http://graphics.cs.msu.ru/en/node/1337",
        pairs=("synsigns-gtsrb",),
        instead="minidann draws signs of the same classes: minidann data show road-signs",
    ),
    "gtsrb": DataSet(
        title="GTSRB",
        images="photographs of traffic signs of 43 classes, 15 to 250 pixels a side, RGB",
        counts=(39_209, 12_630),
        folder="gtsrb",
        files=(
            RemoteFile(
                name="GTSRB_Final_Training_Images.zip",
                url=ERDA + "GTSRB_Final_Training_Images.zip",
                size=276_294_756,
                sha256="d32ac4b5fa9a1cbd1994768413902e8193599d9434cf0a8eb9cfd00a6d3a290c",
                unpack="GTSRB/",
            ),
            RemoteFile(
                name="GTSRB_Final_Test_Images.zip",
                url=ERDA + "GTSRB_Final_Test_Images.zip",
                size=88_978_620,
                sha256="48ba6fab7e877eb64eaf8de99035b0aaecfbc279bee23e35deca4ac1d0a837fa",
                unpack="GTSRB/",
            ),
            RemoteFile(
                name="GTSRB_Final_Test_GT.zip",
                url=ERDA + "GTSRB_Final_Test_GT.zip",
                size=99_620,
                sha256="f94e5a7614d75845c74c04ddb26b8796b9e483f43541dd95dd5b726504e16d6d",
                unpack="",
            ),
        ),
        traces=("gtsrb*", "final_training*", "gt-*.csv"),
        licence="not known",
        source="https://benchmark.ini.rub.de/gtsrb_dataset.html",
        pairs=("synsigns-gtsrb",),
    ),
}


def data_set(name: str) -> DataSet:
    """The data set called ``name``. Raises ValueError for another name."""
    return CATALOGUE[_validate.one_of("name", name, tuple(CATALOGUE))]
