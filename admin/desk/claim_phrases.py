"""The words of the history page for claims of buyers (msgids). Read by `admin.desk.phrases`."""

from shop.texts import mark

ACTIONS = {
    "claim.opened": mark("Claim opened by the buyer"),
    "claim.answered": mark("Claim answered by the workshop"),
    "claim.agreed": mark("Agreed about a claim"),
    "claim.council": mark("Claim brought before the council"),
    "claim.decided": mark("Claim decided"),
    "claim.decision_accepted": mark("Decision about a claim accepted"),
    "claim.appealed": mark("Another officer asked about a claim"),
    "claim.final": mark("Claim decided for good"),
    "claim.done": mark("Claim done"),
    "claim.withdrawn": mark("Claim withdrawn"),
    "claim.lapsed": mark("Claim lapsed"),
    "claim.said": mark("Words added to a claim"),
    "claim.photo_added": mark("Photograph added to a claim"),
    "claim.sent_back": mark("Piece of a claim sent back"),
    "claim.came_back": mark("Piece of a claim came back"),
    "claim.sent_out": mark("Parcel of a claim sent out"),
    "claim.arrived": mark("Parcel of a claim arrived"),
    "claim.turned": mark("Claim became money back"),
}
OBJECTS = {"claims": mark("Claim of a buyer")}
FIELDS = {"remedy": mark("Remedy"), "payer": mark("Pays the way back"), "kind": mark("What it is about")}
VALUES = {
    "opened": mark("With the workshop"),
    "answered": mark("Answered by the workshop"),
    "council": mark("With the council"),
    "decided": mark("Decided by the council"),
    "appealed": mark("With another officer"),
    "agreed": mark("Agreed, being carried out"),
    "final": mark("Decided for good, being carried out"),
    "never_arrived": mark("Never arrived"),
    "different": mark("Other than it was shown"),
    "missing": mark("Pieces missing"),
    "damaged": mark("Arrived damaged"),
    "repair": mark("Repair"),
    "replacement": mark("Another piece in its place"),
    "part": mark("Keep it and get some of the money back"),
    "refund": mark("Money back"),
    "nothing": mark("No remedy: it was as shown"),
    "delivered": mark("Delivered"),
}
"""States, kinds and remedies of claims, and their parcels; what other things call by the same code keeps their word."""

WORDS = {
    "remedy": VALUES,
    "kind": VALUES,
    "payer": {
        "workshop": mark("The workshop pays the way back"),
        "buyer": mark("The buyer pays the way back"),
    },
}
"""What the codes of a claim mean, by the field that they stand in."""
