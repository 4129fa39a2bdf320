"""Takes a subject and a view to a finished picture; the only door of the drawn photographs besides subjects."""

from PIL import Image

from admin.demo.pictures import cloth_views, piece_views, solid_views
from admin.demo.pictures.light import graded
from admin.demo.pictures.subject import Subject, View

LARGEST = 900
"""Pixels across at which surfaces are worked out; wider pictures are enlarged from it."""


def draw(subject: Subject, view: View, width: int = 1600) -> Image.Image:
    """Draw one photograph of a subject, portrait 4:5, the same for the same subject and view."""
    across = min(width, LARGEST)
    if subject.shape in {"cloth", "scarf"}:
        canvas, light = cloth_views.view(subject, view, across)
    elif subject.shape in piece_views.SHAPES:
        canvas, light = piece_views.view(subject, view, across)
    else:
        across = round(across * 0.88) if view is View.DETAIL else across
        canvas, light = solid_views.view(subject, view, across)
    return graded(canvas, light, subject.seed + 17 * len(view.value), width=width)
