"""The hints of chapter 13: for each loop, and for answers that are taken for one another."""

from minidann.exercises.hints import Hints, Slip


def loop(letter, first, second):
    """The hints of a loop, for any wrong name."""
    return Slip(f"loop {letter}", first, second, when=lambda letter, answer, own=letter: letter == own)


def taken(letter, answer, first, second):
    """The hints for one wrong name of a loop."""
    return Slip(f"{letter}: {answer}", first, second,
                when=lambda letter, answer, own=letter, wrong=answer: (letter, answer) == (own, wrong))  # fmt: skip


LOOPS = Hints(
    "Read the broken loop beside the right one, line by line. One line differs, or one is added.",
    "Print the value that the differing line makes, in both loops.",
    (
        Slip("not in the list", "This name is not in the list FAULTS. Copy the name from there, letter by letter.",
             "Names are small letters and spaces, such as \"no reversal\".", when=lambda listed: not listed),
        taken("A", "no reversal", "The minus of the reversal is there. But what does it multiply?",
              "Print weight in each step, and compare with the right loop."),
        taken("A", "lambda never grows", "λ is constant, but the list has a sharper name for this constant.",
              "Print weight in each step."),
        taken("B", "lambda always 0", "λ grows as it should: print it. Look at what it does.",
              "Compare the signs in the line of the features with θf: ∂L_y − λ ∂L_d."),
        taken("B", "label loss reversed", "The sign of ∂L_y is right. Look at the other term.",
              "Compare the line of the features with θf: ∂L_y − λ ∂L_d."),
        taken("C", "no reversal", "The line of the features is right. L_d is in the hundreds: who lets it grow?",
              "Compare the line of the domain head with θd: ∂L_d, and a step is −μ times this."),
        taken("D", "target labels used", "No label of the target is here. Which inputs does the domain head get?",
              "Count the rows and the different domains in the call of domain_gradients."),
        taken("D", "domains exchanged", "The domains are not exchanged. How many different domains are there?",
              "Print the second argument of domain_gradients."),
        taken("E", "sum in the place of mean", "The factor is not n. Print it: it grows over the training.",
              "Which factor stands before the true ∂L_d in the step of the features, all together?"),
        taken("F", "target labels used", "Labels of the target in a score are allowed. This score has none.",
              "Which data does the last line use?"),
        taken("G", "sum in the place of mean", "Each gradient is a mean. But which gradients does a step add up?",
              "Print the size of total over the steps: it never falls."),
        taken("H", "no reversal", "There is a reversal here: of how many losses?",
              "Multiply out: −λ (∂L_y + ∂L_d). Compare with ∂L_y − λ ∂L_d."),
        taken("I", "the same batch always", "The batches differ. But does each label stand beside its own example?",
              "x_source is put into a new order. And y_source?"),
        taken("J", "lambda twice", "The factor is not λ: it is constant. Print it.",
              "Where does a loss have a factor that counts examples?"),
        taken("K", "one domain only", "The domain head sees both domains. Look at the label loss.",
              "Where does Y_TARGET come from, and who may use it?"),
        taken("L", "one domain only", "The domain head sees both domains. How often does it see new examples?",
              "Which line of the right loop stands inside the for, and here before it?"),
        loop("A", "Source only would have these numbers: a small L_d, and a low score on the target.",
             "Print weight in each step. What is step // STEPS?"),
        loop("B", "L_d is lower than without adaptation. Somebody helps the domain head.",
             "Compare the sign in the line of the features with θf: ∂L_y − λ ∂L_d."),
        loop("C", "L_d is in the hundreds. A domain head that does its best is never far above 0.7.",
             "Compare the last line of the step with θd: the head moves by −μ ∂L_d."),
        loop("D", "L_d falls to 0.016: the question is too easy. What is asked?",
             "Look at both arguments of domain_gradients: which domains come?"),
        loop("E", "The score is a little lower, and nothing looks wrong. One line is added.",
             "What does the added line change, and is λ not in the line of the features already?"),
        loop("F", "Both losses are those of the right loop, to the last digit. So training is right.",
             "Which data does the last line use?"),
        loop("G", "The steps become longer and longer. Which array grows?",
             "When does total become 0 again?"),
        loop("H", "L_y stays high, as if the features would not help the label head.",
             "Multiply out the bracket in the line of the features."),
        loop("I", "L_y stays at 0.7, which is guessing. Nothing can be learnt from these pairs of x and y.",
             "x_source is put into a new order. And y_source?"),
        loop("J", "L_d is above 5, and L_y at 0.69: the reversed gradient drowns everything.",
             "One line is added. Which number does it multiply by, and why is that n + m?"),
        loop("K", "A very good score: too good. What does this loop know that the right one does not?",
             "Look at the arguments of label_gradients."),
        loop("L", "The numbers look right. How many different examples does this loop see in 600 steps?",
             "Which line of the right loop stands inside the for, and here before it?"),
    ),
)  # fmt: skip

PYTORCH = Hints(
    "Follow the gradient of domain_loss backwards, line by line. Where does it end?",
    "What does detach do, and who stands behind it?",
    (
        Slip("not in the list", "This name is not in the list FAULTS. Copy the name from there, letter by letter.",
             "Names are small letters and spaces, such as \"no reversal\".", when=lambda listed: not listed),
        taken("M", "no reversal", "There is a reversal, and it is right. But does a gradient come out below it?",
              "Follow the gradient of domain_loss to h, and look at each call on the way."),
        taken("M", "no zero_grad", "zero_grad is called before the sweep, and that is early enough.",
              "Follow the gradient of domain_loss backwards. Where does it end?"),
        taken("M", "gradients never cleared", "zero_grad is called before the sweep, and that is early enough.",
              "Follow the gradient of domain_loss backwards. Where does it end?"),
        taken("M", "lambda always 0", "weight is right. But nothing of its effect reaches the features.",
              "Follow the gradient of domain_loss to h, and look at each call on the way."),
        taken("M", "domains exchanged", "0 for source and 1 for target, as the text says.",
              "Follow the gradient of domain_loss backwards. Where does it end?"),
        taken("M", "one domain only", "Both domains are in the batch and in the labels.",
              "Follow the gradient of domain_loss backwards. Where does it end?"),
        taken("M", "domain head reversed", "The head stands above the node, so its gradient is an ordinary one.",
              "Follow the gradient from the head downwards. Where does it end?"),
        taken("M", "lambda twice", "weight stands in one place only.",
              "Follow the gradient of domain_loss backwards. Where does it end?"),
        taken("M", "target labels used", "y_source are the only labels of classes here.",
              "Follow the gradient of domain_loss backwards. Where does it end?"),
        taken("M", "label loss reversed", "label_head gets h itself: no node stands there.",
              "Follow the gradient of domain_loss backwards. Where does it end?"),
    ),
)  # fmt: skip

HINTS = {"loops": LOOPS, "pytorch": PYTORCH}
