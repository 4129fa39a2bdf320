"""The words of the history page for judges and panels. `admin.desk.phrases` takes them in."""

from shop.texts import mark

ACTIONS = {
    "submission.scored": mark("Marks kept"),
    "submission.sent_to_panel": mark("Small edit sent on to the panel"),
    "submission.handed_in": mark("Marks handed in"),
    "submission.discussed": mark("Note of a discussion written"),
    "submission.discussion_signed": mark("Note of a discussion signed"),
    "submission.judge_appointed": mark("Given to a judge"),
    "submission.judge_released": mark("Taken back from a judge"),
    "submission.guest_invited": mark("Guest invited to judge"),
    "submission.guest_revoked": mark("Invitation of a guest taken back"),
    "submission.condition_met": mark("Condition met"),
    "submission.condition_extended": mark("More time for a condition"),
    "interest.declared": mark("Interest declared"),
    "interest.ended": mark("Interest ended"),
    "submission.carried_over": mark("Carried over to continuous curation"),
}
