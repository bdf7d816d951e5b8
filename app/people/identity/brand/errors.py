"""What can be wrong with a brand."""

from typing import ClassVar

from app.kernel.errors import Kind, Problem


class PictureInvalid(Problem):
    """A logo is no picture that we take, or too large."""

    code: ClassVar[str] = "picture_invalid"
    kind: ClassVar[Kind] = Kind.INVALID
    title: ClassVar[str] = "The picture cannot be used"
