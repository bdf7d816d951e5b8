"""The socket to a charge point: who knocks, which frames pass, what they must look like."""
