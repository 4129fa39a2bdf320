"""The words of the history page for bank details, payouts and their holds. `admin.desk.phrases` takes them in."""

from shop.texts import mark

ACTIONS = {
    "bank_account.changed": mark("Bank details changed"),
    "bank_account.read": mark("Account number read in clear"),
    "payout.proposed": mark("Payout proposed"),
    "payout.approved": mark("Payout approved"),
    "payout.exported": mark("Payout put into a bank file"),
    "payout.sent": mark("Payout sent"),
    "payout.failed": mark("Payout not sent by the bank"),
    "payout.returned": mark("Payout came back"),
    "payout.cancelled": mark("Payout cancelled"),
    "payout_batch.written": mark("Bank file written"),
    "payout_batch.read": mark("Bank file taken"),
    "payout_hold.placed": mark("Payouts held by finance"),
    "payout_hold.lifted": mark("Hold on payouts lifted"),
}

OBJECTS = {
    "bank_accounts": mark("Bank account"),
    "payouts": mark("Payout"),
    "payout_batches": mark("Bank file"),
    "payout_holds": mark("Hold on payouts"),
}

FIELDS = {
    "bank": mark("Bank"),
    "account": mark("Account number"),
    "holder": mark("Name of the account"),
    "payouts": mark("Payouts"),
}

VALUES = {
    "proposed": mark("Proposed"),
    "approved": mark("Approved"),
    "exported": mark("In a bank file"),
    "sent": mark("Sent"),
    "returned": mark("Came back"),
}
