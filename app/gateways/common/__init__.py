"""What the payment gateways share: threads with a limit, a fuse per account, lists of methods."""
