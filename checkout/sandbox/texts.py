"""What the payment page says, in Indonesian and English; and how it writes money. Called by pages.py."""

from checkout.sandbox.store import Doc

NBSP = "\N{NO-BREAK SPACE}"

TEXTS: dict[str, tuple[str, str]] = {
    "banner": (
        "Halaman peragaan. Tidak ada uang sungguhan yang berpindah.",
        "Demonstration page. No real money moves.",
    ),
    "pay_title": ("Pembayaran", "Payment"),
    "pay_to": ("Bayar kepada", "Pay to"),
    "due": ("Jumlah yang harus dibayar", "Amount due"),
    "your_order": ("Pesanan Anda", "Your order"),
    "total": ("Total", "Total"),
    "each": ("per buah", "each"),
    "reference": ("Nomor pesanan", "Order number"),
    "email": ("E-mail", "E-mail"),
    "choose": ("Cara membayar", "How to pay"),
    "choose_hint": (
        "Anda tidak perlu mengetik nomor kartu: setiap tombol memperagakan satu hal yang dapat terjadi.",
        "You need not type a card number: each button plays one thing that can happen.",
    ),
    "card": ("Kartu", "Card"),
    "card_pay": ("Bayar dengan kartu", "Pay by card"),
    "card_pay_hint": ("Pembayaran langsung diterima.", "The payment is accepted at once."),
    "card_3ds": ("Bayar dengan kartu dan persetujuan bank", "Pay by card with the bank’s approval"),
    "card_3ds_hint": (
        "Bank bertanya dulu kepada Anda (3-D Secure).",
        "The bank asks you first (3-D Secure).",
    ),
    "card_decline": ("Coba kartu yang ditolak", "Try a card that is declined"),
    "card_decline_hint": (
        "Bank menolak; Anda dapat mencoba lagi di halaman ini.",
        "The bank declines; you can try again on this page.",
    ),
    "transfer": ("Transfer bank", "Bank transfer"),
    "transfer_pay": ("Bayar dengan transfer bank", "Pay by bank transfer"),
    "transfer_pay_hint": (
        "Uang tiba %(seconds)s detik kemudian; toko diberi tahu saat itu.",
        "The money arrives %(seconds)s seconds later; the shop is told then.",
    ),
    "transfer_fail": ("Transfer yang tidak pernah tiba", "A transfer that never arrives"),
    "transfer_fail_hint": (
        "Setelah %(seconds)s detik toko diberi tahu bahwa uangnya tidak tiba.",
        "After %(seconds)s seconds the shop is told that no money came.",
    ),
    "leave": ("Batal dan kembali ke toko", "Cancel and go back to the shop"),
    "declined": ("Kartu Anda ditolak. Belum ada yang dibayar.", "Your card was declined. Nothing was paid."),
    "not_authenticated": (
        "Bank tidak menyetujui pembayaran ini. Belum ada yang dibayar.",
        "The bank did not approve this payment. Nothing was paid.",
    ),
    "try_again": (
        "Silakan coba lagi dengan cara lain, atau kembali ke toko.",
        "Please try again another way, or go back to the shop.",
    ),
    "challenge_title": ("Persetujuan bank Anda", "Your bank’s approval"),
    "challenge_text": (
        "Bank peragaan bertanya: apakah Anda yang sedang membayar jumlah ini?",
        "The demonstration bank asks: is it you who is paying this amount?",
    ),
    "approve": ("Ya, setujui pembayaran", "Yes, approve the payment"),
    "refuse": ("Bukan saya, tolak", "Not me, refuse"),
    "back": ("Kembali ke cara membayar", "Back to the ways to pay"),
    "complete_title": ("Pembayaran selesai", "Payment complete"),
    "complete_text": (
        "Pesanan ini sudah dibayar. Tidak perlu membayar lagi.",
        "This order is paid. Do not pay again.",
    ),
    "processing_title": ("Menunggu transfer Anda", "Waiting for your transfer"),
    "processing_text": (
        "Transfer bank sudah dijanjikan. Toko diberi tahu begitu uangnya tiba.",
        "A bank transfer was promised. The shop is told as soon as the money arrives.",
    ),
    "lost_title": ("Transfer Anda tidak tiba", "Your transfer did not arrive"),
    "lost_text": (
        "Tidak ada yang dibayar. Mulailah lagi dari toko.",
        "Nothing was paid. Please start again from the shop.",
    ),
    "to_shop": ("Kembali ke toko", "Back to the shop"),
    "expired_title": ("Waktu pembayaran habis", "The time to pay is over"),
    "expired_text": (
        "Halaman ini tidak berlaku lagi dan tidak ada yang dibayar. Mulailah lagi dari toko.",
        "This page is no longer valid and nothing was paid. Please start again from the shop.",
    ),
    "missing_title": ("Halaman pembayaran tidak ada", "There is no such payment page"),
    "missing_text": (
        "Periksa alamatnya, atau mulailah lagi dari toko.",
        "Check the address, or start again from the shop.",
    ),
    "home_title": ("Peragaan pembayaran", "Payments sandbox"),
    "home_text": (
        "Program ini menggantikan Stripe selama toko belum mempunyai kunci Stripe.",
        "This program stands in for Stripe while the shop has no Stripe key.",
    ),
    "payments": ("Pembayaran", "Payments"),
    "no_payments": (
        "Belum ada pembayaran. Letakkan sesuatu di keranjang toko dan bayarlah.",
        "No payments yet. Put something into the shop’s cart and check out.",
    ),
    "events": ("Peristiwa dan pemberitahuan ke toko", "Events and messages to the shop"),
    "no_events": ("Belum ada peristiwa.", "No events yet."),
    "when": ("Waktu", "Time"),
    "amount": ("Jumlah", "Amount"),
    "state": ("Keadaan", "State"),
    "event": ("Peristiwa", "Event"),
    "sent": ("Terkirim", "Sent"),
    "open": ("terbuka", "open"),
    "complete": ("selesai", "complete"),
    "expired": ("kedaluwarsa", "expired"),
    "paid": ("dibayar", "paid"),
    "unpaid": ("belum dibayar", "unpaid"),
    "queued": ("menunggu", "waiting"),
    "held": ("ditahan", "held back"),
    "sending": ("sedang dikirim", "being sent"),
    "delivered": ("diterima toko", "received by the shop"),
    "dropped": ("dihilangkan", "dropped"),
    "failed": ("gagal", "failed"),
    "nowhere": ("tanpa alamat", "no address"),
    "tries": ("percobaan", "tries"),
}


def in_language(language: str) -> dict[str, str]:
    """Take the texts of `id` or `en`."""
    return {name: pair[1 if language == "en" else 0] for name, pair in TEXTS.items()}


def money(amount: int, currency: str) -> str:
    """Write hundredths as people read them: `Rp 1.250.000`."""
    whole, rest = divmod(amount, 100)
    dotted = f"{whole:,}".replace(",", ".")
    cents = f",{rest:02}" if rest or currency != "idr" else ""
    return f"{'Rp' if currency == 'idr' else currency.upper()}{NBSP}{dotted}{cents}"


def language_of(session: Doc | None, accepted: str | None) -> str:
    """Choose `id` or `en`: what the session says, else the browser, else Indonesian."""
    locale = (session or {}).get("locale") or "auto"
    if locale != "auto":
        return "en" if str(locale).startswith("en") else "id"
    return "en" if accepted == "en" else "id"
