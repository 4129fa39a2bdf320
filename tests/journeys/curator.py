"""What a curator does at the desk, with a laptop on the council's table; in English, by keyboard where it helps."""

from tests.journeys.windows import Window, until

CRITERIA = 9


def find_in_queue(window: Window, title: str) -> None:
    """Open a submission from the queue."""
    window.open("/en/desk/").follow(title)


def see_as_a_buyer(window: Window) -> str:
    """Open the preview, see that its photographs are there, and give its words."""
    window.follow("See it as a buyer would")
    pictures = window.page.locator("main img")
    assert pictures.count() >= 3
    for picture in pictures.all():
        picture.scroll_into_view_if_needed()
    loaded = "all => all.filter(picture => picture.complete && picture.naturalWidth > 0).length"
    until(lambda: pictures.evaluate_all(loaded) == pictures.count(), "every photograph of the preview")
    words = window.text
    window.follow("Back to the review")
    return words


def mark(window: Window, marks: str) -> None:
    """Say yes at every gate, then mark the criteria from the keyboard, one key each: `444444444`."""
    assert len(marks) == CRITERIA
    for answer in window.page.locator('input[type=radio][name^="gate-"][value=yes]').all():
        answer.check()
    window.page.locator(".score-scale input").first.focus()
    for key in marks:
        window.page.keyboard.press(key)
    assert window.page.locator(".score-scale input:checked").count() == CRITERIA
    window.page.get_by_text("The rubric proposes").wait_for()


def hand_in(window: Window, marks: str, **notes: str) -> None:
    """Mark everything, declare to have no interest, and hand the sheet in for good."""
    mark(window, marks)
    if notes:
        window.write(**notes)
    window.page.locator("#free").check()
    window.press("Hand in the marks")
    assert "Your marks are handed in" in window.text, window.text


def decide(window: Window, outcome: str, reason: str) -> None:
    """Choose an outcome that the judges' marks allow, give the reason, and write the verdict."""
    window.page.locator(f"#outcome-{outcome}").check()
    window.press("Write the verdict", reason=reason)
    assert window.title == "Queue", window.text
    assert "The verdict is written" in window.text


def sales(window: Window, by: str) -> str:
    """Give the words of the sales page by workshop, craft, region or month."""
    window.open(f"/en/desk/sales?by={by}")
    return window.text
