"""What is made once and used often: values for a while, bodies ready to send."""
