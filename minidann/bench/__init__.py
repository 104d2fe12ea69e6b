"""The time and the memory of a training step beside other frameworks, and beside its bare matrix products."""
