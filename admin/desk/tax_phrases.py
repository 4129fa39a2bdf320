"""The words of the history page for tax: codes, tables and fields. `admin.desk.phrases` takes them in."""

from shop.texts import mark

ACTIONS = {
    "tax_rate.added": mark("Tax rate added"),
    "tax_rate.changed": mark("Tax rate changed"),
    "tax_rate.removed": mark("Tax rate taken out"),
    "tax_facts.sent": mark("Tax facts sent"),
    "tax_facts.checked": mark("Tax facts checked"),
    "tax_facts.refused": mark("Tax facts refused"),
    "tax_facts.number_read": mark("NPWP or NIK read in full"),
    "tax_paper.sent": mark("Tax paper sent"),
    "tax_paper.checked": mark("Tax paper checked"),
    "tax_paper.refused": mark("Tax paper refused"),
    "tax_paper.withdrawn": mark("Tax paper taken back"),
    "tax.remitted": mark("Tax paid on to the treasury"),
    "tax.remittance_undone": mark("Payment of tax taken back"),
    "tax_passage.noticed": mark("Turnover passed a threshold"),
}

OBJECTS = {
    "tax_rates": mark("Tax rate"),
    "tax_facts": mark("Tax facts"),
    "tax_papers": mark("Tax paper"),
    "tax_passages": mark("Turnover"),
    "tax_remittances": mark("Tax paid on"),
}

FIELDS = {
    "tax_year": mark("Tax year"),
    "turnover": mark("Turnover"),
    "valid_from": mark("From"),
    "rate_bp": mark("Rate (basis points)"),
    "source": mark("Source"),
    "pkp_number": mark("PKP number"),
}
