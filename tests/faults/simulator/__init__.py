"""
A simulator of whole sessions: the real decisions, and everything outside of them played.

A seed draws a story: a driver, a charge point, a provider, their faults, and when the process is
killed. The decision functions, the meter, the CDR and the price are the product's own; what stands
around them (the transactions, the queue, the sweeps) is restated here in memory, so that ten
thousand sessions take a minute and the same seed always tells the same story.
"""
