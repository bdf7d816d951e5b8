"""What a payment does, in pure functions: fold what was seen, decide, plan what comes next."""
