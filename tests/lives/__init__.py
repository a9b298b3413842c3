"""Random lives of plans: `machine` lives them, `laws` says what holds of each at every moment."""
