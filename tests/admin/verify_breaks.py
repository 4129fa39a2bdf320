"""How each promise that `test_verify` looks at is broken, and words of what is said then. Money and transfers have their own."""

from tests.admin import verify_parcels

BREAKS: dict[str, tuple[str, str]] = verify_parcels.BREAKS | {
    "S1 stock is the sum of its movements": (
        "UPDATE variants SET on_hand = on_hand + 1 WHERE product_id = :piece",
        "variant",
    ),
    "S1 set aside is what pending orders hold": (
        "UPDATE reservations SET quantity = quantity + 1 WHERE order_id = :pending",
        "1 set aside, reservations hold 2",
    ),
    "S2 a one-of-a-kind piece is sold once": (
        "UPDATE products SET one_of_a_kind = TRUE WHERE id = :piece",
        "in 3 paid orders",
    ),
    "S4 every reservation ends with its order": (
        "UPDATE orders SET state = 'expired' WHERE id = :pending",
        "is expired",
    ),
    "O1 one payment that counts per order": (
        "UPDATE payments SET order_id = :paid WHERE order_id = :twice",
        "2 captured payments",
    ),
    "O3 the amount captured is the order's total": (
        "UPDATE payments SET amount = amount + 1 WHERE order_id = :paid",
        "payment",
    ),
    "O4 every captured payment is a paid order or a refund": (
        "UPDATE payments SET state = 'failed' WHERE order_id = :paid",
        "is paid without a captured payment",
    ),
    "O5 states agree between order and parcels": (
        "UPDATE shipments SET state = 'waiting' WHERE order_id = :paid",
        "has no parcel to pack",
    ),
    "O6 refunds stay within the capture": (
        "UPDATE payments SET refunded = 1 WHERE order_id = :paid",
        "says 1 refunded, refunds are 0",
    ),
    "O7 vouchers are used within their limits": (
        "UPDATE vouchers SET used = used + 1 WHERE code = 'BATIK10'",
        "counts 2, used by 1",
    ),
    "O7 a voucher comes back when its order dies": (
        "UPDATE voucher_redemptions SET given_back_at = redeemed_at WHERE order_id = :bargain",
        "its voucher is given back",
    ),
    "O7 a discount is what the voucher took off": (
        "UPDATE voucher_redemptions SET amount = amount + 1 WHERE order_id = :bargain",
        "its voucher took",
    ),
    "O9 lines add up to the order": (
        "UPDATE orders SET goods_total = goods_total + 1, total = total + 1 WHERE id = :paid",
        "goods",
    ),
    "L1 transfers keep to one currency": (
        "UPDATE ledger_transfers SET currency = 'USD' WHERE order_id = :paid",
        "transfer",
    ),
    "L2 what open disputes have taken stands apart": (
        """INSERT INTO disputes (id, payment_id, gateway, ref, state, inquiry, amount, taken, reason, opened_at,
        answer, answer_due, created_at) SELECT 7, id, 'stripe', 'du_7', 'under_review', FALSE, amount, 5, '',
        created_at, '{}', FALSE, created_at FROM payments WHERE order_id = :paid""",
        "banks hold 5 of open disputes, the books say 0",
    ),
    "O6 no money is both refunded and lost to a bank": (
        "UPDATE payments SET disputed = 3 WHERE order_id = :paid",
        "says 3 disputed, its disputes leave 0",
    ),
    "L5 every line of a gateway's account fits or is explained": (
        """INSERT INTO gateway_entries (id, gateway, ref, kind, type, amount_sen, fee_sen, fee_booked, currency, at,
        available_on, source_ref, intent_ref, order_number, text, note, read_at) SELECT 7, 'stripe', 'txn_7',
        'other', 'x', 0, 0, 0, 'IDR', created_at, created_at, '', '', '', '', '', created_at FROM payments
        WHERE order_id = :paid""",
        "neither matched nor named",
    ),
    "L2 each gateway holds what was paid less what left it": (
        "UPDATE ledger_transfers SET amount = amount + 1 WHERE order_id = :back",
        "the books say",
    ),
    "L2 every order's postings add up": (
        "UPDATE ledger_transfers SET order_id = NULL WHERE order_id = :paid",
        "booked 0",
    ),
    "L3 the books are append-only": ("", "ledger_transfers can be changed"),
    "P1 what is live was approved": (
        "UPDATE decisions SET outcome = 'coaching'",
        "is live without a favourable decision",
    ),
    "P1 public photographs belong to live listings": (
        "UPDATE pictures SET public = NOT public",
        "is shown by a live listing and is not public",
    ),
    "P1 public files belong to public photographs": ("", "are public, the photograph is not"),
    "P2 lists show what is live, where it belongs": (
        "UPDATE wall_places SET published_at = '2020-01-01 00:00:00' WHERE product_id = :piece",
        "does not hang where it belongs",
    ),
    "P5 order lines show a listing of their product": (
        "UPDATE order_lines SET listing_id = :other_listing WHERE order_id = :twice",
        "order line",
    ),
    "P1 photographs of samples and tasks stay private": (
        "UPDATE pictures SET of_council = TRUE WHERE public",
        "is the council's, and public or in a listing",
    ),
    "C3 every task has help, an owner and a day": (
        "UPDATE coaching_tasks SET due_on = NULL",
        "has no kind of help or no day",
    ),
    "C3 done tasks were checked from outside the workshop": (
        "UPDATE coaching_tasks SET checked_by_id = NULL",
        "nobody from outside the workshop has checked it",
    ),
    "C4 one sample holds for a listing, measured by its council": (
        "DELETE FROM sample_measures",
        "has no measure",
    ),
    "A1 every task has its audit entries": (
        "DELETE FROM audit_entries WHERE action = 'task.set'",
        "has no entry of its beginning or of its end",
    ),
    "A1 every decision has its audit entry": (
        "DELETE FROM audit_entries WHERE action = 'listing.approved'",
        "0 of them in the audit trail",
    ),
    "C5 what is on sale is a member's": (
        "UPDATE memberships SET state = 'lapsed'",
        "sells and is no member",
    ),
    "C5 a membership covers what is on sale": ("DELETE FROM membership_crafts", "does not cover"),
    "C5 membership numbers have no gap": (
        "UPDATE membership_counters SET last = last + 1",
        "the counter says 3",
    ),
    "C5 a membership is what its history says": (
        "UPDATE memberships SET ends_on = '2040-01-01'",
        "is not as its history says",
    ),
    "C6 a review is decided once a piece": (
        "DELETE FROM audit_entries WHERE action = 'periodic.decided'",
        "is decided, 0 lines in the audit trail",
    ),
    "C2 a round has as many places taken as workshops hold": (
        "UPDATE rounds SET taken = 1 WHERE state = 'open'",
        "1 places taken, 0 workshops hold one",
    ),
    "C2 a round ends with everything decided and in its minutes": (
        "UPDATE submissions SET round_id = (SELECT id FROM rounds WHERE state = 'ended') WHERE listing_id = :waiting",
        "with a piece that waits",
    ),
    "A1 every step of a round has its audit entry": (
        "DELETE FROM audit_entries WHERE action = 'round.opened'",
        "round.opened stands 0 times",
    ),
    "C7 claims on sale are at home or signed": (
        "UPDATE listings SET regency_code = '16.71' WHERE id = :other_listing",
        "claims a craft form of another region",
    ),
    "C7 certificates shown are checked": (
        "UPDATE certificates SET state = 'checked', checked_at = sent_at, checked_by_id = (SELECT min(id) FROM users)",
        "nobody has checked it",
    ),
    "C8 small edits changed only what is staged": (
        "UPDATE decisions SET carried_from_id = (SELECT min(id) FROM decisions) WHERE outcome = 'pass'",
        "changed workshop_name",
    ),
    "C1 a verdict rests on enough judges who were free": (
        "UPDATE judgements SET set_aside_at = created_at WHERE id = (SELECT min(id) FROM judgements)",
        "decided on 1 sheets of free judges, of 2",
    ),
    "C2 sheets are handed in complete": (
        "DELETE FROM scores WHERE id = (SELECT min(id) FROM scores)",
        "was handed in incomplete",
    ),
    "C2 an appeal is judged by another panel": (
        "UPDATE appeals SET first_submission_id = submission_id",
        "of the first panel",
    ),
    "K1 money of a claim goes back once": (
        "UPDATE claims SET credit_id = NULL",
        "gave nothing back",
    ),
    "K2 an open claim holds its parcel": (
        "UPDATE claims SET closed_at = '2999-01-01 00:00:00'",
        "was accepted while claim",
    ),
    "K3 an appeal goes to another officer": (
        "UPDATE claims SET decided_by_id = (SELECT min(user_id) FROM workshop_members WHERE workshop_id = claims.workshop_id)",
        "by a member of its workshop",
    ),
    "K4 a claim is where its history leads": (
        "UPDATE claims SET state = 'lapsed'",
        "its history ends with claim.done",
    ),
    "K5 photographs of claims are kept apart": (
        "UPDATE pictures SET of_council = FALSE WHERE id IN (SELECT picture_id FROM claim_photos)",
        "is not kept apart",
    ),
    "K7 who accepted a decision did not appeal": (
        (
            "UPDATE claims SET state = 'decided', closed_at = NULL, due_at = '2999-01-01 00:00:00',"
            " buyer_accepted_at = opened_at, workshop_accepted_at = opened_at"
        ),
        "was accepted by both, and still waits",
    ),
    "K6 no claim outwaits its time": (
        "UPDATE claims SET state = 'opened', closed_at = NULL, due_at = '2020-01-01 00:00:00'",
        "its time is over",
    ),
    "D2 no promised work is stuck": ("UPDATE jobs SET state = 'parked' WHERE id = 1", "is parked"),
}
