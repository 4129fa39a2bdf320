"""The council's rooms: queue and verdicts, artisans, orders, sales, shipping rates, history."""

from flask import Flask

from admin.desk import (
    artisans,
    bank,
    books,
    certificates,
    claims,
    clinics,
    coaching,
    commissions,
    council,
    council_rules,
    countersignatures,
    disputes,
    fast,
    gateways,
    heritage,
    history,
    landscape,
    members,
    order_changes,
    orders,
    outgoing,
    parcels,
    payout_holds,
    payouts,
    queue,
    rates,
    review_rows,
    reviews,
    round_rooms,
    rubric,
    sales,
    samples,
    scope,
    sending_rooms,
    statements,
    statistics,
    tax_rooms,
    transfer_files,
    transfer_returns,
    transfer_rooms,
    transfer_settings,
    transfers,
    vouchers,
    words,
)


def attach(app: Flask) -> None:
    """Register the desk's blueprints; the layout asks which rooms a person has."""
    app.jinja_env.globals["desk_bank_keepers"] = transfer_rooms.keepers
    app.jinja_env.globals["desk_judges"] = scope.judges
    tax_rooms.attach(app)
    app.jinja_env.globals["desk_keepers_of_money"] = scope.keepers
    app.jinja_env.globals["desk_payers"] = scope.payers
    app.jinja_env.globals["desk_bookkeepers"] = scope.bookkeepers
    app.jinja_env.globals["desk_word_keepers"] = words.keepers
    app.jinja_env.globals["desk_council_speakers"] = council.speakers
    for room in (
        artisans,
        bank,
        books,
        certificates,
        claims,
        clinics,
        coaching,
        commissions,
        council,
        council_rules,
        countersignatures,
        disputes,
        fast,
        gateways,
        heritage,
        history,
        landscape,
        members,
        order_changes,
        orders,
        outgoing,
        parcels,
        payout_holds,
        payouts,
        queue,
        rates,
        review_rows,
        reviews,
        round_rooms,
        rubric,
        sales,
        samples,
        sending_rooms,
        statements,
        statistics,
        transfer_files,
        transfer_returns,
        transfer_settings,
        transfers,
        vouchers,
        words,
    ):
        app.register_blueprint(room.blueprint)
