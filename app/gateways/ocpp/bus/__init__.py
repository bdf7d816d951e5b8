"""Commands between processes: who holds a charge point's socket, and how it is told what to do."""
