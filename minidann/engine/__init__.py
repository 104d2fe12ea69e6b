"""Reverse-mode automatic differentiation. It knows nothing of domains, layers or plots."""
