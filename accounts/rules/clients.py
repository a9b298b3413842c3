"""Tiers and the workload that an account of each tier brings to its owner."""

# Workload points per tier. A proposal of ours: a strategic account takes about the attention of
# eight small ones (sponsor effort of 2 to 4 days a month against a few hours).
WORKLOAD = {"strategic": 8, "standard": 3, "small": 1}
