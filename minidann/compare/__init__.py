"""DANN beside other methods, and right and wrong forms of its objective side by side."""

from .compare_forms import FormsComparison, compare_forms
from .conclusion import conclusion
from .divergence import proxy_a_distance
from .error_bound import Bound, bound
from .feature_scores import feature_scores
from .methods import METHODS, Comparison, compare
from .over_rotations import format_rotations, over_rotations, summarise_rotations
from .paper_summary import summarise_paper
from .paper_table import format_paper_table
from .published import PUBLISHED, published_gap
from .reversal_forms import FORMS, FormTraining, multiples
from .subspace_alignment import AlignedSVM
from .table import format_table, gap_covered, gap_interval, summarise
from .tasks import pair_recipes

__all__ = [
    "FORMS",
    "METHODS",
    "PUBLISHED",
    "AlignedSVM",
    "Bound",
    "Comparison",
    "FormTraining",
    "FormsComparison",
    "bound",
    "compare",
    "compare_forms",
    "conclusion",
    "feature_scores",
    "format_paper_table",
    "format_rotations",
    "format_table",
    "gap_covered",
    "gap_interval",
    "multiples",
    "over_rotations",
    "pair_recipes",
    "proxy_a_distance",
    "published_gap",
    "summarise",
    "summarise_paper",
    "summarise_rotations",
]
