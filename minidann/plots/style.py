"""Colours that people with any colour vision can tell apart (Okabe & Ito), and what each one means in every figure."""

CLASSES = ("#0072B2", "#D55E00")  # blue, vermilion
SOURCE, TARGET = "#E69F00", "#009E73"  # orange, green
SOURCE_ONLY, DANN = "#56B4E9", "#CC79A7"  # sky blue, purple
OTHERS = ("#0072B2", "#D55E00", "#009E73", "#E69F00")  # further runs in one picture
CHANCE = "#666666"
LAMBDA = "#000000"
