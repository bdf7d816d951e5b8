"""What people report about a sticker that looks wrong."""
