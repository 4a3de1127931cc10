"""The names of what is compared."""

SEEDBED = ("ga", "lshade", "nsga2", "random")
PEERS = ("tpe", "cma-es", "cma-es-margin")
