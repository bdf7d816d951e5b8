"""The subcommands of `directpay`, one module a subject; each adds its own arguments."""
