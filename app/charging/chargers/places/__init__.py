"""Our locations as drivers look for them: by words, around a point, in a box, and as clusters."""
