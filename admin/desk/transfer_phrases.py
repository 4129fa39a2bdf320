"""The words of the history page for bank transfers. Part of `admin.desk.phrases`."""

from shop.texts import mark

ACTIONS = {
    "receiving_account.proposed": mark("Receiving account proposed"),
    "receiving_account.approved": mark("Receiving account approved"),
    "receiving_account.closed": mark("Receiving account closed"),
    "transfer_terms.proposed": mark("Terms of transfers proposed"),
    "transfer_terms.approved": mark("Terms of transfers approved"),
    "transfer_terms.replaced": mark("Terms of transfers replaced"),
    "transfer_terms.declined": mark("Terms of transfers declined"),
    "payment.transfer_matched": mark("Transfer found on our statement"),
    "statement.brought": mark("Statement brought"),
    "statement.taken_in": mark("Statement taken in"),
    "statement.dropped": mark("Statement dropped"),
    "statement_line.paid": mark("Transfer taken for an order"),
    "statement_line.part": mark("Transfer kept until the rest comes"),
    "statement_line.returning": mark("Transfer promised back"),
    "statement_line.settled": mark("Money that left matched with what was sent"),
    "statement_line.ours": mark("Line set aside as no buyer's money"),
    "transfer_proof.lodged": mark("Picture of a transfer sent"),
    "transfer_proof.answered": mark("Picture of a transfer answered"),
    "transfer_return.owed": mark("Money owed back by transfer"),
    "transfer_return.account_given": mark("Account for money back named"),
    "transfer_return.sent": mark("Money sent back by transfer"),
    "transfer_return.failed": mark("Bank refused money back"),
    "return_batch.prepared": mark("File of money back prepared"),
    "return_batch.approved": mark("File of money back approved"),
    "return_batch.dropped": mark("File of money back given up"),
    "return_batch.read": mark("File of money back read"),
}
OBJECTS = {
    "receiving_accounts": mark("Receiving account"),
    "transfer_terms": mark("Terms of transfers"),
    "statement_imports": mark("Bank statement"),
    "statement_lines": mark("Line of a bank statement"),
    "transfer_proofs": mark("Picture of a transfer"),
    "transfer_returns": mark("Money back by transfer"),
    "return_batches": mark("File of money back"),
}
FIELDS = {
    "bank": mark("Bank"),
    "account": mark("Bank account"),
    "holder": mark("Account holder"),
    "hours": mark("Hours to pay"),
    "tolerance": mark("Largest difference that may be accepted"),
    "allowance": mark("Borne by the marketplace"),
    "excess": mark("Too much"),
}
VALUES = {
    "proposed": mark("Proposed"),
    "prepared": mark("Prepared"),
    "approved": mark("Approved"),
    "preview": mark("Looked at"),
    "dropped": mark("Dropped"),
    "answered": mark("Answered"),
    "needs_account": mark("Waits for the buyer's account"),
    "ready": mark("Ready to be sent"),
    "in_file": mark("In a file"),
    "sent": mark("Sent"),
    "part": mark("Kept until the rest comes"),
    "ours": mark("No buyer's money"),
}
