"""The links of those who mount stickers: who opens one may say what hangs where."""
