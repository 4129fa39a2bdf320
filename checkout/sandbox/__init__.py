"""The payments sandbox: a small program that speaks Stripe's protocol where no Stripe key is set.

It is started by `python -m checkout.sandbox`, imports nothing of Kriya, and nothing of Kriya imports it:
the shop talks to it as it talks to Stripe, through the unmodified `stripe` package.
"""
