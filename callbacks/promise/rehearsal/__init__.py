"""The promise rehearsed: weeks of a shop that never was, with the estimator that runs in the product.

`python -m callbacks.promise.rehearsal` prints the table of docs/promise.md.
"""
