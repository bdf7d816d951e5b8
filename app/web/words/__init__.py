"""What the pages say, in the words of the reader."""
