"""
What a domain has to say so that mails in its name arrive.

Sources: RFC 7208 (SPF), RFC 6376 (DKIM), RFC 7489 (DMARC).
"""

from app.people.identity.hosts.ports import TextRecords


async def mail_hints(sender: str | None, records: TextRecords) -> list[str]:
    """
    Return what is missing at the domain of *sender*; nothing for None: mails come from ours.

    Whether mails are signed nobody can see from here: the signature's selector is the mail
    server's.
    """
    if sender is None:
        return []
    domain = sender.rpartition("@")[2]
    spf, dmarc = await records.texts(domain), await records.texts(f"_dmarc.{domain}")
    hints = [f"         let your mail server sign mails from {domain} (DKIM)"]
    if spf is not None and not any(each.lower().startswith("v=spf1") for each in spf):
        hints.append(f"         {domain} has no SPF record (TXT, v=spf1) of your mail server")
    if dmarc is not None and not any(each.upper().startswith("V=DMARC1") for each in dmarc):
        hints.append(f"         {domain} has no DMARC record (TXT at _dmarc.{domain})")
    return hints
