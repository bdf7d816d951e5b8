"""The stickers on charge points: printed, mounted, replaced, revoked."""
